"""Voting: each delegation compares its support with its band of indifference."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
import numpy.typing as npt

from sim.core.ask import Answer, Ask, Phase
from sim.core.setting import Meeting, Setting
from sim.core.world import Ballot, World
from sim.forums.decision import by_vote
from sim.forums.rules import Decision
from sim.mechanisms.attendance import absent
from sim.mechanisms.support import support
from sim.mechanisms.tabling import settle

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int8]


def voting(setting: Setting, world: World, meeting: Meeting) -> Phase:
    """Put every draft of the forum to the vote, each by itself against the status quo."""
    for draft in setting.forums[meeting.forum].drafts:
        ballot = yield from vote(setting, world, meeting, draft)
        settle(world, meeting, draft, ballot)


def vote(
    setting: Setting, world: World, meeting: Meeting, draft: int
) -> Generator[Ask, Answer, Ballot]:
    """Ask everyone to vote on one draft and count."""
    felt, expected = support(setting, world, meeting, draft)
    away = absent(setting, world, meeting, draft, expected)
    standard = choose(felt, world.column("band"))
    standard[away] = Decision.ABSENT
    scene, forum = setting.scene(meeting.session), setting.forums[meeting.forum]
    standard[:, scene.opposed[:, draft]] = Decision.OPPOSE
    seats = forum.members & scene.seated
    standard[:, ~(seats & scene.attending)] = Decision.ABSENT
    answer = yield Ask("vote", standard, meeting, draft)
    decisions = answer if answer is standard else in_vote(answer)
    verdict = by_vote(decisions, seats, forum.vetoes, forum.weights, forum.rules)
    return Ballot(decisions, verdict, np.full(world.size, -1, np.int8), np.zeros_like(decisions))


def choose(support: Floats, band: Floats) -> Codes:
    """Turn support into a vote: (runs, actors) of Decision; within the band is to abstain."""
    return np.where(
        support > band,
        Decision.SUPPORT,
        np.where(support < -band, Decision.OPPOSE, Decision.ABSTAIN),
    ).astype(np.int8)


def in_vote(answer: Codes) -> Codes:
    """Read words of consensus in a room that votes: to block is against, to accept to abstain."""
    read = np.where(answer == Decision.BLOCK, Decision.OPPOSE, answer)
    quiet = (read == Decision.ACCEPT) | (read == Decision.DISSOCIATE)
    return np.where(quiet, Decision.ABSTAIN, read).astype(np.int8)
