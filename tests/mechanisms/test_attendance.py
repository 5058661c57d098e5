"""Who stays away: the habit, the season, the last text and the day."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from sim.core.setting import Setting
from sim.core.world import begin
from sim.mechanisms.attendance import absent, habitually_away, is_late, probability
from tests.settings import DraftSpec, make, restage

RUNS = 4_000


def room(**changes: object) -> Setting:
    defaults = {"absence": np.array([0.0, 0.05, 0.2, 0.5, 1.0]), "drafts": [DraftSpec(dates={})]}
    return make(5, issues=1, **(defaults | changes))


def test_the_equation() -> None:
    setting = room(
        drafts=[DraftSpec(dates={"decision": date(2020, 12, 31)}, last_vote={0: 1.0, 3: 0.0})],
        late_december=0.4, habit=0.8, missed=0.7,
    )  # fmt: skip
    world = begin(setting, [0])
    shift = world.parameters["absence"][0]
    for i, habit in enumerate((0.002, 0.05, 0.2, 0.5, 0.98)):  # habits are kept off 0 and 1
        logit = shift + 0.8 * np.log(habit / (1 - habit)) + 0.4 + 0.7 * (i not in (0, 3))
        found = probability(setting, world, setting.meetings[0][0], 0)[0, i]
        assert found == pytest.approx(1 / (1 + np.exp(-logit)))


def test_draws_are_as_frequent_as_their_chance() -> None:
    """4,000 runs, so sd .008 at most; five of them allowed."""
    setting = room(absence_surprise=0.0)
    world, meeting = begin(setting, range(RUNS)), setting.meetings[0][0]
    drawn = absent(setting, world, meeting, 0).mean(axis=0)
    chance = probability(setting, world, meeting, 0)[0]
    np.testing.assert_allclose(drawn, chance, atol=0.04)


def test_a_day_keeps_all_away_together() -> None:
    """The count of the absent varies more than by chance of each; means of 4,000 runs."""
    calm, odd = (room(absence_surprise=s, absence=np.full(5, 0.3)) for s in (0.0, 1.0))
    spread = [
        absent(s, begin(s, range(RUNS)), s.meetings[0][0], 0).sum(axis=1).var() for s in (calm, odd)
    ]
    assert spread[1] > 1.3 * spread[0]


@pytest.mark.parametrize(
    ("day", "late"),
    [(date(2019, 12, 27), True), (date(2019, 12, 20), True), (date(2019, 12, 19), False),
     (date(2019, 11, 25), False), (None, False)],
)  # fmt: skip
def test_late_december(day: date | None, late: bool) -> None:
    assert is_late(day) == late


def test_an_empty_seat_is_empty_at_votes_and_in_consensus() -> None:
    setting = restage(room(absence=np.zeros(5)), attending=np.arange(5) != 2)
    world, meeting = begin(setting, range(50)), setting.meetings[0][0]
    assert absent(setting, world, meeting, 0)[:, 2].all()
    away = habitually_away(setting, world, meeting, 0)
    assert away[:, 2].all()
    assert not away[:, [0, 1, 3, 4]].any()


def test_in_consensus_habit_alone_counts() -> None:
    """4,000 runs, sd .008 at most; five allowed."""
    setting = room()
    world = begin(setting, range(RUNS))
    drawn = habitually_away(setting, world, setting.meetings[0][0], 0).mean(axis=0)
    np.testing.assert_allclose(drawn, setting.absence, atol=0.04)
