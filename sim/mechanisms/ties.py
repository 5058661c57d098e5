"""Ties: who gets through to whom, by groups, home and past agreement.

    T_ij = t0 + (1 - t0) [ (g_ij / g_max + A_ij) / 2 ],   g_ij = sum of 1 / sqrt(size)

g sums over the groups that i and j share: a small one ties its members more. A is agreement in
the recorded votes before the scenario's date, 1 - |v_i - v_j| / 2 on average, less what the
average pair has, from 0 to 1. A company or an organisation gets through to its home state as well
as can be. Anybody can be spoken to: t0. The weights are assumed. A scenario may say better, pair
by pair. Trade and aid between states are left out: there is no table of them here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from sim import record
from sim.coalitions.bonds import shared_groups
from sim.core.calendar import years
from sim.core.fields import ActorRef, Percent
from sim.core.mechanism import Axes, Look, Mechanism, Section
from sim.core.setting import Setting

Floats = npt.NDArray[np.float64]

FULL = 100.0
ANYBODY = 0.2  # t0: how well a delegation gets through to one it shares nothing with; assumed


@dataclass(frozen=True)
class Web:
    """The ties of a scenario; worked out when they are first used."""

    axes: Axes
    written: Mapping[str, Mapping[str, float]]  # actor -> other -> 0-100

    @cached_property
    def strength(self) -> Floats:
        """How well each gets through to each: (actors, actors), symmetric, 0 with oneself."""
        shared = shared_groups(self.axes.actors, self.axes.groups)
        np.fill_diagonal(shared, 0.0)  # with oneself there is no tie to compare others with
        near = shared / max(shared.max(initial=0.0), 1e-12)
        tie: Floats = ANYBODY + (1 - ANYBODY) * (near + agreement(self.axes)) / 2
        places = [(self.axes.place(i), self.axes.place(j)) for i, j in self.axes.home.items()]
        known = [(i, j, 1.0) for i, j in places] + list(self._said())
        for i, j, strength in known:
            tie[i, j] = tie[j, i] = strength
        np.fill_diagonal(tie, 0.0)
        return tie

    def _said(self) -> Iterator[tuple[int, int, float]]:
        for actor, others in self.written.items():
            for other, strength in others.items():
                yield self.axes.place(actor), self.axes.place(other), strength / FULL


def agreement(axes: Axes) -> Floats:
    """Agreement in votes before the date, above that of the average pair: (actors, actors), 0-1.

    0 without a date, and of those who have not voted on the same texts.
    """
    n = len(axes.actors)
    if axes.date is None:
        return np.zeros((n, n))
    votes = record.votes().before(axes.date)
    rows = {state: row for row, state in enumerate(votes.states)}
    codes = np.full((n, len(votes.dates)), record.NO_SEAT)
    for place, actor in enumerate(axes.actors):
        if actor in rows:
            codes[place] = votes.codes[rows[actor]]
    apart, both = np.zeros((n, n)), np.zeros((n, n))
    for cast in codes.T:
        voted = np.abs(cast) <= 1
        there = np.outer(voted, voted)
        both += there
        apart += np.where(there, np.abs(np.subtract.outer(cast, cast)) / 2, 0.0)
    alike = np.where(both > 0, 1 - apart / np.maximum(both, 1), 0.0)
    pairs = (both > 0) & ~np.eye(n, dtype=bool)
    usual = alike[pairs].mean() if pairs.any() else 0.0
    return np.clip((alike - usual) / max(1 - usual, 1e-12), 0.0, 1.0)


class Ties(Mechanism):
    """Ties: who gets through to whom, by groups, home and past agreement."""

    name = "ties"
    scenario = {
        "ties": Section(
            dict[ActorRef, dict[ActorRef, Percent]],
            {},
            "how well two actors get through to each other, 0-100, where it is known better",
        )
    }

    def check(self, said: Mapping[str, Any], look: Look) -> None:
        """Refuse a tie to oneself, and one that is said twice and differently."""
        ties = said["ties"]
        for actor, others in ties.items():
            for other, strength in others.items():
                at, back = ("ties", actor, other), ties.get(other, {}).get(actor, strength)
                if other == actor:
                    look.wrong(at, "is a tie with itself", other, "another actor")
                elif back != strength:
                    right = f"one number for both: ties.{other}.{actor} is {back:g}"
                    look.wrong(at, "differs from the other direction", f"{strength:g}", right)

    def compile(self, said: Mapping[str, Any], axes: Axes) -> Web:
        """Keep what the ties are worked out from."""
        return Web(axes, said["ties"])

    def without(self, part: Any) -> Any:
        """Keep them: they move nobody by themselves."""
        return part

    def show(
        self, said: Mapping[str, Any], names: Callable[[Iterable[str]], str], actor: str = ""
    ) -> Iterator[str]:
        """List the ties that the scenario says, or those of one actor."""
        for one, others in said["ties"].items():
            for other, strength in others.items():
                if not actor or actor in (one, other):
                    yield f"tie of {names([one])} and {names([other])}: {strength:g}"


def strength(setting: Setting, session: int = 1) -> Floats:
    """How well each actor gets through to each: (actors, actors), 0-1.

    By the opening of a session; dialogues held before it have made ties stronger.
    """
    web: Web = setting.parts["ties"]
    engaged = setting.parts.get("engagement")
    if engaged is None or not engaged.dialogues:
        return web.strength
    grown: Floats = engaged.grown(web.strength, session, years(setting))
    return grown
