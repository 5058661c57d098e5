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
from sim.core.outcome import TRUTH, WORDS, Outcome, Over
from sim.core.setting import Meeting, Setting
from sim.core.world import Ballot, World
from sim.forums.decision import Verdict
from sim.forums.rules import How

IN_VOTES = ("in_favour", "against", "abstaining")  # what only a vote has, and what it ends with
VOTES = (*IN_VOTES, "not_voting")
OBJECTIONS = ("blocking", "dissociating")  # what rooms that seek consensus have
_MISSED = "an earlier stage had defeated the text"
_NO_VOTE = f"{_MISSED}, or it did not come to a vote"
_VOTED = f"{_MISSED}, or it came to a vote"
_NOT_SOUGHT = f"{_MISSED}, or the room does not seek consensus"

Bools = npt.NDArray[np.bool_]


def turns(setting: Setting, world: World, meeting: Meeting) -> Iterator[tuple[int, Bools | None]]:
    """Give the drafts of a forum in the order in which they are put to it.

    Each comes with the runs in which it is put then, (runs,); None: in all of them. As the file
    lists them, unless a mechanism ranks them.
    """
    drafts = setting.forums[meeting.forum].drafts
    for mechanism in setting.doing("order"):
        ranks = mechanism.order(setting, world, meeting)
        if ranks is not None:
            for rank in range(len(drafts)):
                for place, draft in enumerate(drafts):
                    rows = ranks[:, place] == rank
                    if rows.any():
                        yield draft, rows
            return
    yield from ((draft, None) for draft in drafts)


def settle(
    setting: Setting,
    world: World,
    meeting: Meeting,
    draft: int,
    ballot: Ballot,
    turn: Bools | None = None,
) -> None:
    """Record a ballot, and the status quo that the room compared the text with.

    ``turn`` are the runs in which the text is put now: in the others nothing happens, and what
    was or will be recorded of them stays.
    """
    verdict, alive = ballot.verdict, world.alive[draft]
    reached = alive if turn is None else alive & turn
    verdict.adopted &= reached
    verdict.how = np.where(reached, verdict.how, How.NOT_REACHED).astype(np.int8)
    now = np.take(world.status_quo, setting.drafts[draft].issue, axis=1)
    world.before[draft] = np.where(reached[:, None], now, world.before[draft])
    world.alive[draft] = verdict.adopted if turn is None else np.where(turn, verdict.adopted, alive)
    if meeting.final:
        world.passed[draft] = world.alive[draft].copy()
    earlier = world.ballots.get((draft, meeting.stage))
    joined = ballot if turn is None or earlier is None else _joined(turn, ballot, earlier)
    world.ballots[draft, meeting.stage] = joined
    for mechanism in setting.doing("decided"):
        mechanism.decided(setting, world, meeting, draft, ballot)


def _joined(turn: Bools, now: Ballot, earlier: Ballot) -> Ballot:
    """Join a ballot, in the runs in which it is the text's turn, with those of other runs."""

    def chosen(one: npt.NDArray[Any] | None, other: npt.NDArray[Any] | None) -> Any:
        if one is None or other is None:  # no room of this forum asks for it
            return None
        return np.where(turn.reshape(-1, *(1,) * (one.ndim - 1)), one, other)

    verdicts = {k: chosen(v, getattr(earlier.verdict, k)) for k, v in vars(now.verdict).items()}
    rest = {k: chosen(v, getattr(earlier, k)) for k, v in vars(now).items() if k != "verdict"}
    return Ballot(verdict=Verdict(**verdicts), **rest)


def counted(
    verdict: Verdict, reached: Bools, sought: bool
) -> Iterator[tuple[str, npt.NDArray[np.float64]]]:
    """Give every count of a ballot by name, (runs,), nan where there is nothing to count.

    Votes are counted where there was one, dissociations where there was none, and who blocked
    wherever consensus was ``sought``, also before a vote.
    """
    there = {
        **dict.fromkeys((*IN_VOTES, "margin"), reached & verdict.voted),
        "not_voting": reached,
        "blocking": reached & sought,
        "dissociating": reached & ~verdict.voted,
    }
    for name, rows in there.items():
        yield name, np.where(rows, getattr(verdict, name), np.nan)


def _members(name: str, title: str, doing: str, unit: str, missing: str) -> Outcome:
    return Outcome(
        name,
        f"{title} {{draft}}",
        f"members {doing} {{draft}} at {{stage}}",
        *(unit, Over.BALLOT, 0),
        missing=missing,
        otherwise=f"as counted; missing where {missing}",
        whole=True,
        members=True,
    )


class Ballots(Mechanism):
    """Ballots: what a room makes of a text at each stage, by how much, and what defeated it."""

    name = "ballots"
    outcomes = (
        Outcome(
            "adopted",
            "{draft} is adopted",
            "whether {draft} carried at {stage}",
            *(TRUTH, Over.BALLOT, 0, 1, 0),
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
        _members("in_favour", "votes in favour of", "in favour of", "votes", _NO_VOTE),
        _members("against", "votes against", "against", "votes", _NO_VOTE),
        _members("abstaining", "abstentions on", "abstaining on", "abstentions", _NO_VOTE),
        _members("not_voting", "members not voting on", "not voting on", "members", _MISSED),
        _members("blocking", "members blocking", "blocking", "members", _NOT_SOUGHT),
        _members(
            "dissociating",
            "dissociations from",
            "that join consensus and reserve their position on",
            *("dissociations", _VOTED),
        ),
        Outcome(
            "margin",
            "votes beyond those needed for {draft}",
            "votes in favour of {draft} at {stage} beyond those needed; negative: how many were"
            " missing",
            *("votes", Over.BALLOT),
            missing=_NO_VOTE,
            otherwise=f"as counted; missing where {_NO_VOTE}",
            whole=True,
            members=True,
        ),
        Outcome(
            "text_existed",
            "another text than {draft} is possible",
            "of the runs in which {draft} was blocked at {stage}: whether another text existed that"
            " nobody would have blocked",
            *(TRUTH, Over.BALLOT, 0, 1),
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
            reached = verdict.how != How.NOT_REACHED
            sought = setting.forums[setting.drafts[place].forum].rules.consensus
            for name, values in counted(verdict, reached, sought):
                yield name, about, values
            asked = reached & (ballot.text_existed >= 0)
            yield "text_existed", about, np.where(asked, ballot.text_existed, np.nan)
