"""Ballots: what a room makes of a text at each of its stages, by how much, and what defeated it.

The arithmetic of rules is `sim.forums.decision`. A text that an earlier stage has defeated is not
reached: it is not adopted there, and nothing is counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.mechanism import Mechanism
from sim.core.outcome import WORDS, Outcome, Over
from sim.core.setting import Meeting, Setting
from sim.core.world import Ballot, World
from sim.forums.rules import How

COUNTED = ("in_favour", "against", "abstaining", "not_voting", "blocking", "dissociating", "margin")
_MISSED = "an earlier stage had defeated the text"
_AS_COUNTED = "as counted; missing where an earlier stage had defeated the text"


def settle(setting: Setting, world: World, meeting: Meeting, draft: int, ballot: Ballot) -> None:
    """Record a ballot, and the status quo that the room compared the text with."""
    verdict, reached = ballot.verdict, world.alive[draft]
    verdict.adopted &= reached
    verdict.how = np.where(reached, verdict.how, How.NOT_REACHED).astype(np.int8)
    now = np.take(world.status_quo, setting.drafts[draft].issue, axis=1)
    world.before[draft] = np.where(reached[:, None], now, world.before[draft])
    world.alive[draft] = reached & verdict.adopted
    if meeting.final:
        world.passed[draft] = world.alive[draft].copy()
    world.ballots[draft, meeting.stage] = ballot
    for mechanism in setting.doing("decided"):
        mechanism.decided(setting, world, meeting, draft, ballot)


def _members(name: str, title: str, doing: str) -> Outcome:
    return Outcome(
        name,
        f"{title} {{draft}}",
        f"members {doing} {{draft}} at {{stage}}",
        *("members", Over.BALLOT, 0),
        missing=_MISSED,
        otherwise=_AS_COUNTED,
        whole=True,
        members=True,
    )


class Ballots(Mechanism):
    """Ballots: what a room makes of a text at each stage, by how much, and what defeated it."""

    name = "ballots"
    outcomes = (
        Outcome(
            "adopted",
            "{draft} adopted",
            "whether {draft} carried at {stage}",
            *("share of runs", Over.BALLOT, 0, 1, 0),
            otherwise="0",
        ),
        Outcome(
            "how",
            "how {draft} was decided",
            "how {draft} was decided at {stage}, or what defeated it",
            *(WORDS, Over.BALLOT),
            otherwise="what defeated it",
            words=tuple(how.name.lower() for how in How),
        ),
        _members("in_favour", "votes in favour of", "in favour of"),
        _members("against", "votes against", "against"),
        _members("abstaining", "abstentions on", "abstaining on"),
        _members("not_voting", "members not voting on", "not voting on"),
        _members("blocking", "members blocking", "blocking"),
        _members(
            "dissociating",
            "dissociations from",
            "that join consensus and reserve their position on",
        ),
        Outcome(
            "margin",
            "votes beyond those needed for {draft}",
            "votes in favour of {draft} at {stage} beyond those needed; negative: how many were"
            " missing, or without a vote how many members block",
            *("votes", Over.BALLOT),
            missing=_MISSED,
            otherwise=_AS_COUNTED,
            whole=True,
            members=True,
        ),
        Outcome(
            "text_existed",
            "another text instead of {draft} possible",
            "of the runs in which {draft} was blocked at {stage}: whether another text existed that"
            " nobody would have blocked",
            *("share of runs", Over.BALLOT, 0, 1),
            missing="the text was not blocked",
            otherwise="missing unless the text was blocked",
        ),
    )

    def collect(
        self, setting: Setting, world: World
    ) -> Iterator[tuple[str, tuple[str, ...], npt.NDArray[Any]]]:
        """Read off every ballot; what was not reached or not asked is missing."""
        for place, stage in setting.ballots:
            ballot, about = world.ballots[place, stage], (setting.drafts[place].label, stage)
            verdict = ballot.verdict
            yield "adopted", about, verdict.adopted
            yield "how", about, verdict.how
            missed = verdict.how == How.NOT_REACHED
            for name in COUNTED:
                yield name, about, np.where(missed, np.nan, getattr(verdict, name))
            asked = ballot.text_existed >= 0
            yield "text_existed", about, np.where(asked, ballot.text_existed, np.nan)
