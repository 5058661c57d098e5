"""Our own model on these decisions: the proposal is a draft before a room with the Council's rule.

The Commission's positions are the text, the reference point is the status quo, and the Commission
revises what it tabled to what serves it best and will still carry (`sim.mechanisms.sponsors`),
after which the states vote, the Parliament with them in codecision; or a chair looks for a text
that nobody blocks (`sim.mechanisms.chair`), beginning with the proposal or with the compromise.
The phases and the parameters are those of every scenario, at their defaults; nothing is fitted. A
text that falls leaves the reference point.

It says nothing of an issue whose reference point is not known, or on which the Commission takes no
position, and such issues are no part of the draft.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from sim.backtest.eu import centre, council
from sim.backtest.eu.decisions import ACTORS, COMMISSION, PARLIAMENT, Decisions
from sim.core.agenda import sessions
from sim.core.arranged import arranged
from sim.core.ask import play
from sim.core.registry import PARAMETERS
from sim.core.setting import Draft, Forum, Setting, Worlds
from sim.core.world import World, begin
from sim.forums.rules import Rules

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

RUNS = 15  # odd, so that the middle one is one of them
STAGE = "adoption"


def sponsors(decisions: Decisions, capability: Floats, seed: int) -> Floats:
    """Where each issue ends if the Commission drafts and the rule is voted by: (issues,)."""
    return _play(decisions, capability, seed, proposed, by_consensus=False)


def chair(decisions: Decisions, capability: Floats, seed: int) -> Floats:
    """Where each issue ends if a chair drafts for a consensus of the same members: (issues,)."""
    return _play(decisions, capability, seed, proposed, by_consensus=True)


def presidency(decisions: Decisions, capability: Floats, seed: int) -> Floats:
    """The same if the chair begins with the compromise and not with the proposal: (issues,)."""
    return _play(decisions, capability, seed, centre.compromise, by_consensus=True)


def proposed(proposal: Decisions) -> Floats:
    """What the Commission tables: its positions, (issues,)."""
    return proposal.position[:, COMMISSION]


def _play(
    decisions: Decisions,
    capability: Floats,
    seed: int,
    text: Callable[[Decisions], Floats],
    by_consensus: bool,
) -> Floats:
    found = np.full(len(decisions), np.nan)
    usable = ~np.isnan(decisions.reference) & decisions.present[:, COMMISSION]
    for everything in decisions.proposals.values():
        places = everything[usable[everything]]
        if not len(places) or not council.seats(decisions, everything):
            continue
        proposal = decisions.take(places)
        rules = _rules(decisions, everything, by_consensus)
        room = setting(proposal, text(proposal), rules, capability, seed)
        world = begin(room, range(RUNS))
        play(sessions(room, world))
        found[places] = np.median(_stands(world, proposal), axis=0)
    return found


def _rules(decisions: Decisions, places: Ints, by_consensus: bool) -> Rules:
    first = places[0]
    rules = council.rules(
        council.seats(decisions, places),
        int(decisions.year[first]),
        bool(decisions.unanimity[places].any()),
        bool(decisions.codecision[first]),
    )
    if not by_consensus:
        return rules
    return replace(rules, consensus=True, vote="", vetoes=(), drafting="chair")


def setting(
    proposal: Decisions, value: Floats, rules: Rules, capability: Floats, seed: int
) -> Setting:
    """A room for one proposal, all of its issues in one draft.

    Args:
        proposal: its issues, none without a reference point or a position of the Commission.
        value: the text as tabled, (issues,).
        rules: of the room.
        capability: (actors,), of which only ratios count.
        seed: of the draws.
    """
    here = np.array(proposal.present.any(axis=0))
    here[PARLIAMENT] &= bool(proposal.codecision.all())
    names = tuple(name for name, there in zip(ACTORS, here, strict=True) if there)
    issues = len(proposal)
    weighing = capability[here] / max(float(capability[here].max()), 1e-12)
    clauses = tuple(f"C{n + 1}" for n in range(issues))
    text = Draft(
        label="draft",
        title=proposal.title[0],
        forum=0,
        clauses=clauses,
        words=("",) * issues,
        issue=np.arange(issues),
        value=value,
        weight=np.ones(issues),
        sponsors=np.array([name == ACTORS[COMMISSION] for name in names]),
        dates={},
    )
    return arranged(
        title=proposal.title[0],
        seed=seed,
        actors=names,
        issues=clauses,
        status_quo=proposal.reference,
        capability=weighing,
        forums=(_forum(names, rules, proposal),),
        drafts=(text,),
        worlds=_worlds(proposal, here, value),
    )


def _forum(names: tuple[str, ...], rules: Rules, proposal: Decisions) -> Forum:
    """The members, with the states' weights; the Parliament's seat weighs nothing."""
    members = np.array([name != ACTORS[COMMISSION] for name in names])
    states = tuple(name for name in names if name in council.STATES)
    weights = np.zeros(len(names))
    heavy, _ = council.weights(states, int(proposal.year[0]))
    weights[[names.index(s) for s in states]] = heavy
    vetoes = np.array([name in rules.vetoes for name in names])
    return Forum("council", rules, members, vetoes, weights, {STAGE: 1}, (0,))


def _worlds(proposal: Decisions, here: npt.NDArray[np.bool_], value: Floats) -> Worlds:
    """One world: positions as they are given; who takes none on an issue cares nothing for it."""
    present = proposal.present[:, here].T
    position = np.where(present, np.nan_to_num(proposal.position[:, here].T), 0.5)[None]
    salience = np.where(present, proposal.salience[:, here].T, 0.0)[None]
    parameters = {name: np.array([p.default]) for name, p in PARAMETERS.items()}
    return Worlds(position, position, salience, parameters, (value[None].copy(),))


def _stands(world: World, proposal: Decisions) -> Floats:
    """What stands in each run: the text where it was adopted, else the reference point."""
    adopted = world.ballots[0, STAGE].verdict.adopted[:, None]
    text = np.where(world.active[0], world.value[0], proposal.reference)
    return np.where(adopted, text, proposal.reference)
