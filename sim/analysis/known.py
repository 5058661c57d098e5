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

from sim import precedents
from sim.analysis import bridge, ideal, saliences
from sim.analysis.attributes import groups_at
from sim.analysis.bridge import Anchor, Groups
from sim.analysis.ideal import Ideal
from sim.core import worlds
from sim.record import NO_SEAT, Votes

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

LEAST_VOTES = 3  # earlier votes that a hindcast needs


@dataclass(frozen=True)
class Known:
    """One vote's past; arrays are (states,) or (states, issues)."""

    resolution: str
    date: dt.date
    topic: str
    votes: Votes  # the earlier ones
    groups: Groups
    ideal: Ideal
    position: Floats  # 0-1
    salience: Floats  # 0-1
    habit: Floats  # of not voting, 0-1

    @cached_property
    def seated(self) -> Bools:
        """Who had a seat at the last earlier vote."""
        return np.asarray(self.votes.codes[:, -1] != NO_SEAT)


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
        *(resolution, date, topic, earlier, groups, points),
        *(placed.mean / 100.0, care / 100.0, precedents.habits(earlier, date)),
    )
