"""What was known before one vote, whoever reads the text: earlier votes, points, positions.

Nothing from the day of the vote on is in it, and no anchor, salience or membership from the
day of knowledge on, which is the earlier of that day and the cut.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from sim.analysis import bridge, ideal, saliences
from sim.analysis.attributes import groups_at
from sim.analysis.bridge import Anchor, Groups
from sim.analysis.ideal import Ideal
from sim.core import worlds
from sim.record import ABSTAINING, NO_SEAT, Votes

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

LEAST_VOTES = 3  # earlier votes that a hindcast needs
YEAR = 365.25


@dataclass(frozen=True)
class Known:
    """One vote's past; arrays are (states,), (states, earlier votes) or (states, issues)."""

    resolution: str
    date: dt.date
    topic: str
    votes: Votes  # the earlier ones
    groups: Groups
    ideal: Ideal
    position: Floats  # 0-1
    salience: Floats  # 0-1

    @cached_property
    def voted(self) -> Bools:
        """Who cast a vote, (states, earlier votes)."""
        return np.abs(self.votes.codes) <= 1

    @cached_property
    def sign(self) -> Floats:
        """+1 in favour, -1 against, 0 abstaining or none, (states, earlier votes)."""
        return np.asarray(np.where(self.voted, self.votes.codes, 0), dtype=np.float64)

    @cached_property
    def above(self) -> Floats:
        """The sign less the mean of all who voted: who was more in favour than others."""
        mean = self.sign.sum(0) / np.maximum(self.voted.sum(0), 1)
        return np.asarray(np.where(self.voted, self.sign - mean, 0.0))

    @cached_property
    def abstained(self) -> Floats:
        """1 where a state abstained, (states, earlier votes)."""
        return np.asarray(self.votes.codes == ABSTAINING, dtype=np.float64)

    @cached_property
    def seated(self) -> Bools:
        """Who had a seat at the last earlier vote."""
        return np.asarray(self.votes.codes[:, -1] != NO_SEAT)

    def fading(self, half_life: float) -> Floats:
        """Weights of the earlier votes, halved every ``half_life`` years, (earlier votes,)."""
        age = np.array([(self.date - day).days for day in self.votes.dates]) / YEAR
        return np.asarray(0.5 ** (age / half_life))


def known(
    votes: Votes,
    resolution: str,
    date: dt.date,
    topic: str,
    until: dt.date,
    anchors: tuple[Anchor, ...],
) -> Known:
    """Gather what was known before ``date``; what is not a vote, before ``until`` as well."""
    earlier = votes.before(date)
    day = min(date, until)
    groups = groups_at(day)
    points = ideal.fit(earlier.codes, earlier.states)
    placed = bridge.place(points, bridge.known(anchors, day), worlds.ISSUES, groups)
    states = earlier.states
    care = saliences.estimate(states, states, worlds.ISSUES, groups, day, anchors).mean
    return Known(
        resolution, date, topic, earlier, groups, points, placed.mean / 100.0, care / 100.0
    )
