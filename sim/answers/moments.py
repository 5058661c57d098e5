"""The moments in which texts are decided on: runs are played, and stopped where a room decides.

Whoever looks at such a moment may ask what the room would have said to another text, with all
that led up to it as it was, and the same chance.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from sim.core.agenda import sessions
from sim.core.ask import Ask
from sim.core.setting import Meeting, Setting
from sim.core.world import Ballot, World, begin
from sim.mechanisms.consensus import deciding
from sim.mechanisms.objections import Room, Text
from sim.mechanisms.voting import vote

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Moment:
    """A room of many runs that is about to decide, until the next one is asked for."""

    setting: Setting
    world: World
    meeting: Meeting
    draft: int
    by_consensus: bool

    @property
    def text(self) -> Text:
        """The text on the table: (runs, clauses)."""
        world, draft = self.world, self.draft
        return Text(world.value[draft].copy(), world.active[draft].copy())

    def room(self) -> Room:
        """What everybody holds against any text."""
        return deciding(self.setting, self.world, self.meeting, self.draft)

    def cast(self, text: Text) -> Ballot:
        """How the room would vote on another text, with the same chance: nothing else changes."""
        others = range(len(self.world.value))
        value = [text.value if d == self.draft else self.world.value[d] for d in others]
        active = [text.active if d == self.draft else self.world.active[d] for d in others]
        there = replace(self.world, value=value, active=active)
        asking = vote(self.setting, there, self.meeting, self.draft)
        try:
            asking.send(next(asking).answer)
        except StopIteration as done:
            ballot: Ballot = done.value
            return ballot
        raise AssertionError("a vote asks once")


def moments(setting: Setting, runs: Sequence[int]) -> Iterator[Moment]:
    """Play runs together; stop whenever a room decides on a text."""
    world = begin(setting, list(runs))
    phases = sessions(setting, world)
    try:
        ask: Ask = next(phases)
        while True:
            if ask.what == "vote" and ask.meeting:
                yield Moment(setting, world, ask.meeting, ask.draft, ask.by_consensus)
            ask = phases.send(ask.answer)
    except StopIteration:
        return
