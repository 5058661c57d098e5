"""Who stays away. A state has a habit of not voting, and comes when it minds.

logit P(absent) = alpha + logit(habit_i) + ell [from 20 December] - gamma |a_i|
"""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit

from sim.core.draws import Purpose
from sim.core.setting import Meeting, Setting
from sim.core.world import World, luck

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

LEAST_HABIT, MOST_HABIT = 0.002, 0.98


def absent(setting: Setting, world: World, meeting: Meeting, draft: int, expected: Floats) -> Bools:
    """Draw whose seat is empty at a vote, (runs, actors), given expected support in logits."""
    drawn = luck(setting, world, Purpose.ATTENDANCE, meeting.session, draft)
    chance = probability(setting, world, meeting, draft, expected)
    return (drawn < chance) | ~setting.scene(meeting.session).attending


def probability(
    setting: Setting, world: World, meeting: Meeting, draft: int, expected: Floats
) -> Floats:
    """Chance that each delegation does not vote: (runs, actors)."""
    habit = logit(np.clip(setting.absence, LEAST_HABIT, MOST_HABIT))
    late = world.column("late_december") * is_late(setting.drafts[draft].dates.get(meeting.stage))
    keen = world.column("indifference") * np.abs(expected)
    return expit(world.column("absence") + habit + late - keen)


def is_late(day: date | None) -> bool:
    """Say whether a vote falls in the last days before the holidays."""
    return day is not None and day.month == 12 and day.day >= 20


def habitually_away(setting: Setting, world: World, meeting: Meeting, draft: int) -> Bools:
    """Draw whose seat is empty in a room that seeks consensus, by habit alone: (runs, actors)."""
    drawn = luck(setting, world, Purpose.ATTENDANCE, meeting.session, draft)
    return (drawn < setting.absence) | ~setting.scene(meeting.session).attending
