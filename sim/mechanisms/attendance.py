"""Who stays away: a state has a habit of not voting, and some days keep many away.

logit P(absent) = alpha + eta logit(habit_i) + ell [from 20 December]
                  + d [missed the series' last text] + v,   v ~ N(0, S_a^2)

v is the same for all, and drawn anew at each stage.

Habit is a share of votes missed, lately more than long ago.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt

from sim.core import special
from sim.core.mechanism import Mechanism
from sim.core.parameters import Parameter
from sim.core.setting import Meeting, Setting
from sim.core.world import World

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

LEAST_HABIT, MOST_HABIT = 0.002, 0.98


def absent(setting: Setting, world: World, meeting: Meeting, draft: int) -> Bools:
    """Draw whose seat is empty at a vote: (runs, actors)."""
    drawn = _drawn(setting, world, meeting, draft)
    surprise = _surprise(setting, world, meeting, draft)
    chance = probability(setting, world, meeting, draft, surprise)
    return (drawn < chance) | ~setting.scene(meeting.session).attending


def probability(
    setting: Setting,
    world: World,
    meeting: Meeting,
    draft: int,
    surprise: Floats | float = 0.0,
) -> Floats:
    """Chance that each delegation does not vote, (runs, actors).

    ``surprise`` says by how many of its deviations the day differs for all: (runs, 1).
    """
    away = world.column("absence") + world.column("absence_surprise") * surprise
    for name, term in terms(setting, draft, meeting.stage).items():
        away = away + world.column(name) * term
    return special.expit(away)


def terms(setting: Setting, draft: int, stage: str) -> dict[str, Floats]:
    """What each parameter weighs that is known beforehand: (actors,)."""
    text = setting.drafts[draft]
    everyone = np.ones(len(setting.actors))
    return {
        "habit": special.logit(np.clip(setting.absence, LEAST_HABIT, MOST_HABIT)),
        "late_december": is_late(text.dates.get(stage)) * everyone,
        "missed": text.series.missed * everyone if text.series else 0.0 * everyone,
    }


def is_late(day: date | None) -> bool:
    """Say whether a vote falls in the last days before the holidays."""
    return day is not None and day.month == 12 and day.day >= 20


def habitually_away(setting: Setting, world: World, meeting: Meeting, draft: int) -> Bools:
    """Draw whose seat is empty in a room that seeks consensus, by habit alone: (runs, actors)."""
    drawn = _drawn(setting, world, meeting, draft)
    return (drawn < setting.absence) | ~setting.scene(meeting.session).attending


def _drawn(setting: Setting, world: World, meeting: Meeting, draft: int) -> Floats:
    label = setting.drafts[draft].label
    return ATTENDANCE.luck(world, "absence", setting.labels, meeting.stage, label)


def _surprise(setting: Setting, world: World, meeting: Meeting, draft: int) -> Floats:
    label = setting.drafts[draft].label
    return special.ndtri(ATTENDANCE.luck(world, "surprise", None, meeting.stage, label))[:, None]


class Attendance(Mechanism):
    """Who stays away: a state has a habit of not voting, and some days keep many away."""

    name = "attendance"
    draws = ("absence", "surprise")
    parameters = (
        Parameter(
            "absence",
            "alpha",
            0.0,
            -2.0,
            2.0,
            "shift of the habit of not voting, in logits",
            fitted=True,
        ),
        Parameter(
            *("habit", "eta", 0.9, 0.0, 1.5),
            "weight of a state's habit of not voting",
            fitted=True,
        ),
        Parameter(
            *("missed", "d", 0.7, -0.5, 2.0),
            "added to it for those who did not vote on the last text of the series",
            fitted=True,
        ),
        Parameter(
            "late_december",
            "ell",
            0.5,
            -0.5,
            1.5,
            "added to it for votes from 20 December on",
            fitted=True,
        ),
        Parameter(
            *("absence_surprise", "S_a", 0.5, 0.0, 1.0),
            "sd of what a day keeps all away by, or brings in, in logits",
        ),
    )


ATTENDANCE = Attendance()
