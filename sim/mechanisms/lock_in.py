"""Lock-in: texts adopted at their last stage become the status quo of their issues.

Drafts of one session were each decided against the same status quo. They take effect at its end, by
the day of their last stage, those without a day first: where two set one issue, the later starts
from what the earlier left. Of one day, neither is the later: the status quo becomes the mean of
what each alone would have made of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.ask import Phase
from sim.core.gain import shares
from sim.core.mechanism import Mechanism, When
from sim.core.outcome import SCALE, Outcome, Over
from sim.core.setting import Meeting, Setting
from sim.core.world import World


def take_effect(setting: Setting, world: World, drafts: Sequence[int]) -> None:
    """Move the status quo to where the texts put it that have passed, all on one day."""
    total, count = np.zeros_like(world.status_quo), np.zeros(world.status_quo.shape)
    for draft in drafts:
        text, sets = setting.drafts[draft], np.zeros(world.status_quo.shape, dtype=bool)
        share, new = shares(text.issue, text.weight), world.status_quo.copy()
        for clause, issue in enumerate(text.issue):
            step = share[clause] * (world.value[draft][:, clause] - world.status_quo[:, issue])
            stands = world.active[draft][:, clause] & world.passed[draft]
            new[:, issue] += np.where(stands, step, 0.0)
            sets[:, issue] |= stands
        total += np.where(sets, new, 0.0)
        count += sets
    world.status_quo = np.where(count > 0, total / np.maximum(count, 1.0), world.status_quo)


def by_day(setting: Setting, session: int) -> Iterator[list[int]]:
    """Group the drafts that a session decides on for good by the day of it, in order."""
    days: dict[date, list[int]] = {}
    for meeting in setting.meetings[session - 1]:
        for draft in setting.forums[meeting.forum].drafts if meeting.final else ():
            day = setting.drafts[draft].dates.get(meeting.stage) or date.min
            days.setdefault(day, []).append(draft)
    yield from (days[day] for day in sorted(days))


class LockIn(Mechanism):
    """Lock-in: texts adopted at their last stage become the status quo of their issues."""

    name = "lock_in"
    when = When.CLOSING
    outcomes = (
        Outcome(
            "status_quo",
            "status quo on {issue}",
            "the status quo of {issue} at the end, after all that was adopted",
            *(SCALE, Over.ISSUE, 0, 100),
            otherwise="the status quo",
        ),
    )
    claims = {"R23": "what is agreed becomes the ground on which the next text is weighed"}

    def play(self, setting: Setting, world: World, meeting: Meeting) -> Phase:
        """Let the texts that passed in this session take effect."""
        for drafts in by_day(setting, meeting.session):
            take_effect(setting, world, drafts)
        yield from ()

    def collect(
        self, setting: Setting, world: World
    ) -> Iterator[tuple[str, tuple[str, ...], npt.NDArray[Any]]]:
        """Read off where every issue stands."""
        for place, issue in enumerate(setting.issues):
            yield "status_quo", (issue,), np.ascontiguousarray(world.status_quo[:, place])
