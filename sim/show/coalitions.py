"""The coalitions of a run's folder: which formed, who stands with whom, and the graph of it.

All of it is read off what the mechanism `coalitions` counted over all runs. A coalition is known by
who leads it and, where texts were decided on, by the sides that its members took.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.coalitions.bonds import GRID
from sim.core.outcomes import Outcomes
from sim.core.setting import Forum, Kind, Setting
from sim.published import power
from sim.published.game import of_rules

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Column = npt.NDArray[Any] | Sequence[Any]

USUAL = 0.5  # the chance from which on an actor is told as a member
AT_TIMES = 0.2  # and from which on as one at times
STRONGEST = 20  # coalitions whose power is measured, the most frequent
KINDS = {Kind.STATE: "state", Kind.COMPANY: "company", Kind.CIVIL_SOCIETY: "civil society"}


class Coalition(NamedTuple):
    """One coalition over all runs; its members are places of actors, the most frequent first."""

    leader: int
    side: str
    members: list[int]
    at_times: list[int]
    size: float  # mean over the runs in which it formed
    share: float  # of runs in which it formed
    stable: float  # of those, in which no member would rather be elsewhere
    worlds: float  # share of worlds in which it formed in a run
    worlds_stable: float  # and was stable in half of those runs or more
    pivotal: float  # of the votes it took part in, those that turned on it
    wavering: int  # the usual member that would most often rather be elsewhere; -1: nobody
    bridge: int  # the actor, in it at times, that stands most evenly with others too; -1: nobody
    platform: Floats  # (issues,): mean position of its members, on 0-100

    def name(self, setting: Setting) -> str:
        """What it is called: its leader, and its side."""
        return f"{setting.actors[self.leader]} {self.side}".strip()


def formed(outcomes: Outcomes) -> bool:
    """Whether coalitions could form at all."""
    return "coalitions.together" in outcomes.counted


def together(outcomes: Outcomes) -> Floats:
    """In which share of runs two actors are in one coalition at the end: (actors, actors).

    The diagonal says in which share of runs an actor is in any.
    """
    share: Floats = outcomes.counted["coalitions.together"] / outcomes.runs
    return share


def coalitions(outcomes: Outcomes, setting: Setting) -> list[Coalition]:
    """Describe each coalition that formed in the last session of a run, the most frequent first."""
    led, even = _of(outcomes, "formed").sum(axis=0), bridging(outcomes)
    often = np.argsort(-led, kind="stable")
    return [_described(outcomes, setting, int(i), even) for i in often if led[i]]


def _of(outcomes: Outcomes, name: str) -> Ints:
    return outcomes.counted[f"coalitions.{name}"]


def bridging(outcomes: Outcomes) -> Floats:
    """How evenly each actor divides its runs between coalitions: (actors,), 0 where with one only.

    The chance that in two of its runs in coalitions, drawn at random, the leaders differ: the
    participation coefficient of Guimera and Amaral (2005).
    """
    led = _of(outcomes, "members")[-1][:-1].astype(np.float64)
    share = led / np.maximum(led.sum(axis=0), 1.0)
    even: Floats = np.where(led.sum(axis=0) > 0, 1.0 - (share * share).sum(axis=0), 0.0)
    return even


def _described(outcomes: Outcomes, setting: Setting, leader: int, even: Floats) -> Coalition:
    by_world, stable = _of(outcomes, "formed")[:, leader], _of(outcomes, "stable")[:, leader]
    runs, inside = int(by_world.sum()), _of(outcomes, "members")[-1, leader]
    chance = inside / runs
    order = np.argsort(-chance, kind="stable")
    usual = [int(j) for j in order if chance[j] >= USUAL]
    at_times = [int(j) for j in order if AT_TIMES <= chance[j] < USUAL]
    played = outcomes.worlds
    voted = int(_of(outcomes, "voted")[:, leader].sum())
    return Coalition(
        leader=leader,
        side=_side(outcomes, setting, leader),
        members=usual,
        at_times=at_times,
        size=float(inside.sum() / runs),
        share=runs / outcomes.runs,
        stable=float(stable.sum() / runs),
        worlds=float(np.count_nonzero(by_world) / played),
        worlds_stable=float(np.count_nonzero((by_world > 0) & (2 * stable >= by_world)) / played),
        pivotal=float(_of(outcomes, "pivotal")[:, leader].sum() / voted) if voted else np.nan,
        wavering=_wavering(_of(outcomes, "tempted"), [j for j in usual if j != leader]),
        bridge=max(at_times, key=even.__getitem__, default=-1),
        platform=100.0 * _of(outcomes, "platform")[leader] / GRID / runs,
    )


def _wavering(tempted: Ints, usual: list[int]) -> int:
    most = max(usual, key=lambda j: tempted[j], default=-1)
    return most if most >= 0 and tempted[most] else -1


def _side(outcomes: Outcomes, setting: Setting, leader: int) -> str:
    """In words, the texts that most of its members are for, and against."""
    sides = _of(outcomes, "sides")[:, leader]
    said = [(word, np.flatnonzero(2 * sides[:, n] > sides.sum(axis=1)))
            for n, word in enumerate(("for", "against"))]  # fmt: skip
    told = (
        f"{word} {', '.join(setting.drafts[d].label for d in which)}"
        for word, which in said
        if len(which)
    )
    return "; ".join(told)


def powers(members: Sequence[int], setting: Setting) -> dict[str, float]:
    """What its usual members weigh as one player under the rule of each forum, all others alone.

    The Shapley-Shubik index, 0-1, by forum; nothing where two or more of them have no seat, or
    where a rule counts heads against a blocking minority.
    """
    found = {}
    for forum in setting.forums:
        inside = [i for i in members if forum.members[i]]
        if len(inside) > 1 and not forum.rules.blocking_minority:
            found[forum.name] = _power(inside, forum)
    return found


def _power(inside: list[int], forum: Forum) -> float:
    seats = np.flatnonzero(forum.members)
    game = of_rules(forum.rules, forum.vetoes[seats], forum.weights[seats])
    if game.heads.all() and not game.vetoes.any():
        return _of_heads(len(inside), len(seats) - len(inside), int(game.quotas.max()))
    ours = np.isin(seats, inside)
    weights = np.column_stack([game.weights[:, ours].sum(axis=1), game.weights[:, ~ours]])
    vetoes = np.flatnonzero([game.vetoes[ours].any(), *game.vetoes[~ours]])
    merged = power.rule(weights, game.quotas, vetoes.tolist())
    return float(power.shapley_shubik(merged)[0])


def _of_heads(ours: int, others: int, needed: int) -> float:
    """The same where heads are counted: the share of orders in which ours brings what is needed.

    That depends on how many of the others come before it, each number being as likely.
    """
    before = np.arange(others + 1)
    return float(((before < needed) & (before + ours >= needed)).mean())


def table(outcomes: Outcomes, setting: Setting) -> dict[str, Column]:
    """A row a coalition, for coalitions.csv."""
    found = coalitions(outcomes, setting)
    names = setting.actors
    held = {one.leader: powers(one.members, setting) for one in found[:STRONGEST]}
    columns: dict[str, Column] = {
        "name": [one.name(setting) for one in found],
        "leader": [names[one.leader] for one in found],
        "side": [one.side for one in found],
        "members": [" ".join(names[j] for j in one.members) for one in found],
        "at_times": [" ".join(names[j] for j in one.at_times) for one in found],
    }
    for field in ("size", "share", "stable", "worlds", "worlds_stable", "pivotal"):
        columns[field] = np.array([getattr(one, field) for one in found], dtype=np.float64)
    columns["wavering"] = [names[one.wavering] if one.wavering >= 0 else "" for one in found]
    columns["bridge"] = [names[one.bridge] if one.bridge >= 0 else "" for one in found]
    columns["power"] = np.array(
        [max(held.get(one.leader, {}).values(), default=np.nan) for one in found]
    )
    columns["platform"] = [
        " ".join(f"{code} {at:.1f}" for code, at in zip(setting.issues, one.platform, strict=True))
        for one in found
    ]
    return columns


def comembership(outcomes: Outcomes, setting: Setting) -> dict[str, Column]:
    """A row for each pair of actors: in how many runs they are together at the end."""
    one, other = np.triu_indices(len(setting.actors), 1)
    runs = _of(outcomes, "together")[one, other]
    return {
        "actor": [setting.actors[i] for i in one],
        "other": [setting.actors[j] for j in other],
        "runs": runs,
        "share": runs / outcomes.runs,
    }


def graphml(outcomes: Outcomes, setting: Setting) -> bytes:
    """Who stands with whom as a graph for Gephi and the like: edges weigh shares of runs."""
    import networkx as nx

    led, even = _of(outcomes, "formed").sum(axis=0) / outcomes.runs, bridging(outcomes)
    graph = outcomes.to_networkx()
    graph.graph["name"] = setting.title
    for place, actor in enumerate(setting.actors):
        about = {
            "label": setting.names[place],
            "kind": KINDS[Kind(int(setting.kind[place]))],
            "leads": float(led[place]),
            "bridges": float(even[place]),
        }
        graph.nodes[actor].update(about)
    lines = nx.generate_graphml(graph)
    return ("<?xml version='1.0' encoding='utf-8'?>\n" + "\n".join(lines) + "\n").encode()
