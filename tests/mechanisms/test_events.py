"""Events set positions, saliences and the status quo, in their session and for good."""

from __future__ import annotations

import numpy as np
import pytest

from sim.core.agenda import session
from sim.core.ask import play
from sim.core.registry import mechanism
from sim.core.setting import Meeting, Setting
from sim.core.world import World, begin
from sim.mechanisms.events import Shift
from tests.settings import DraftSpec, exact, restage


def after(setting: Setting, number: int = 1) -> World:
    world = begin(setting, range(3))
    play(mechanism("events").play(setting, world, Meeting(number, forum=-1)))
    return world


def test_a_shift_moves_a_position_and_the_home_it_returns_to() -> None:
    setting = exact(4, issues=2, worlds=2, shifts={1: (Shift("position", 2, 1, 0.15),)})
    before, world = begin(setting, range(3)), after(setting)
    moved = np.clip(before.position[:, 2, 1] + 0.15, 0, 1)
    assert np.array_equal(world.position[:, 2, 1], moved)
    assert np.array_equal(world.home[:, 2, 1], moved)
    assert np.array_equal(world.base, before.base)
    others = np.ones((4, 2), bool)
    others[2, 1] = False
    assert np.array_equal(world.position[:, others], before.position[:, others])


@pytest.mark.parametrize(("by", "end"), [(5.0, 1.0), (-5.0, 0.0)])
def test_a_shift_stops_at_the_end_of_the_scale(by: float, end: float) -> None:
    world = after(exact(4, issues=2, shifts={1: (Shift("salience", 0, 0, by),)}))
    assert (world.salience[:, 0, 0] == end).all()


def test_a_reset_is_of_the_status_quo_alone() -> None:
    setting = exact(4, issues=2, resets={1: ((1, 0.77),)})
    world = after(setting)
    assert (world.status_quo[:, 1] == 0.77).all()
    assert (world.status_quo[:, 0] == setting.status_quo[0]).all()


def test_other_sessions_events_wait() -> None:
    setting = exact(
        4, sessions=2, shifts={2: (Shift("position", 0, 0, 0.3),)}, resets={2: ((0, 0.9),)}
    )
    before, world = begin(setting, range(3)), after(setting)
    assert np.array_equal(world.position, before.position)
    play(session(setting, world, 1))
    play(mechanism("events").play(setting, world, Meeting(2, forum=-1)))
    assert (world.status_quo[:, 0] == 0.9).all()
    assert not np.array_equal(world.position, before.position)


@pytest.mark.parametrize("mark", ["seated", "speaking"])
def test_who_withdraws_or_steps_back_sponsors_no_more(mark: str) -> None:
    setting = exact(4, drafts=[DraftSpec(sponsors=[0, 1])])
    gone = restage(setting, **{mark: np.arange(4) != 1})
    assert after(setting).sponsors[0][0].tolist() == [True, True, False, False]
    assert after(gone).sponsors[0][0].tolist() == [True, False, False, False]
