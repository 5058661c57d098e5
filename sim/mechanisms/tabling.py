"""What happens to a text between rooms: it goes on, falls, or becomes the status quo."""

from __future__ import annotations

import numpy as np

from sim.core.ask import Phase
from sim.core.gain import shares
from sim.core.setting import Meeting, Setting
from sim.core.world import Ballot, World
from sim.forums.rules import How


def settle(world: World, meeting: Meeting, draft: int, ballot: Ballot) -> None:
    """Record a ballot; a text that an earlier stage defeated is not reached."""
    verdict, reached = ballot.verdict, world.alive[draft]
    verdict.adopted &= reached
    verdict.how = np.where(reached, verdict.how, How.NOT_REACHED).astype(np.int8)
    world.alive[draft] = reached & verdict.adopted
    if meeting.final:
        world.passed[draft] = world.alive[draft].copy()
    world.ballots[draft, meeting.stage] = ballot


def lock_in(setting: Setting, world: World, meeting: Meeting) -> Phase:
    """Make texts adopted at their last stage the status quo of their issues.

    Drafts of one session were each decided against the same status quo. They take effect at its
    end, in the order in which they were tabled: where two set one issue, the later starts from
    what the earlier left.
    """
    for other in setting.meetings[meeting.session - 1]:
        for draft in setting.forums[other.forum].drafts if other.final else ():
            _take_effect(setting, world, draft)
    return
    yield  # a phase is a generator, also one that asks nobody


def _take_effect(setting: Setting, world: World, draft: int) -> None:
    text = setting.drafts[draft]
    share = shares(text.issue, text.weight)
    new = world.status_quo.copy()
    for clause, issue in enumerate(text.issue):
        step = share[clause] * (world.value[draft][:, clause] - world.status_quo[:, issue])
        new[:, issue] += np.where(world.active[draft][:, clause], step, 0.0)
    world.status_quo = np.where(world.passed[draft][:, None], new, world.status_quo)
