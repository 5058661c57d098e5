"""Lock-in: texts adopted at their last stage become the status quo of their issues.

Drafts of one session were each decided against the same status quo. They take effect at its end,
in the order in which they were tabled: where two set one issue, the later starts from what the
earlier left.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.ask import Phase
from sim.core.gain import shares
from sim.core.mechanism import Mechanism, When
from sim.core.outcome import SCALE, Outcome, Over
from sim.core.setting import Meeting, Setting
from sim.core.world import World


def take_effect(setting: Setting, world: World, draft: int) -> None:
    """Move the status quo, in the runs in which a text has passed, to where its clauses put it."""
    text = setting.drafts[draft]
    share = shares(text.issue, text.weight)
    new = world.status_quo.copy()
    for clause, issue in enumerate(text.issue):
        step = share[clause] * (world.value[draft][:, clause] - world.status_quo[:, issue])
        new[:, issue] += np.where(world.active[draft][:, clause], step, 0.0)
    world.status_quo = np.where(world.passed[draft][:, None], new, world.status_quo)


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
        for other in setting.meetings[meeting.session - 1]:
            for draft in setting.forums[other.forum].drafts if other.final else ():
                take_effect(setting, world, draft)
        yield from ()

    def collect(
        self, setting: Setting, world: World
    ) -> Iterator[tuple[str, tuple[str, ...], npt.NDArray[Any]]]:
        """Read off where every issue stands."""
        for place, issue in enumerate(setting.issues):
            yield "status_quo", (issue,), np.ascontiguousarray(world.status_quo[:, place])
