"""Events set positions, saliences and the status quo, in their session and for good."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.build import setting
from sim.core.agenda import session
from sim.core.ask import play
from sim.core.ensemble import ensemble
from sim.core.outcomes import Outcomes
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


# What happens in some runs only

CHANCE = """\
title: An election
sessions: 3
issues:
  SOV: {low: open, high: governed, status_quo: 40, words: {25: a, 50: b, 75: c}}
actors:
  and: {USA: {position: {SOV: 8}}, RUS: {position: {SOV: 97}}, FRA: {position: {SOV: 60}}}
forums:
  room:
    rules: un_general_assembly
    stages: {decision: {session: 1}}
    drafts: {A: {sponsors: [RUS], clauses: {OP1: {issue: SOV, value: 70}}}}
events:
  - {session: 1, name: election, chance: CHANCE, until: 3, set: {USA.position.SOV: 60}}
  - {session: 2, name: turn, when: A adopted, set: {issues.SOV.status_quo: 90}}
  - {session: 2, name: echo, when: election happened, set: {FRA.salience.SOV: 80}}
"""
RUNS = 2000


@pytest.fixture
def by_chance(tmp_path: Path) -> Callable[..., Outcomes]:
    """Play the small election, with a chance a session."""

    def playing(chance: str, **more: str) -> Outcomes:
        text = CHANCE.replace("CHANCE", chance)
        for old, new in more.items():
            text = text.replace(old, new)
        file = tmp_path / "election.yaml"
        file.write_text(text, encoding="utf-8")
        return ensemble(setting(sim.load(file)), RUNS)

    return playing


def test_an_event_with_a_chance_happens_once_in_as_many_runs(
    by_chance: Callable[..., Outcomes],
) -> None:
    happened = by_chance("30").number("happened.election").mean()
    expected = 1 - 0.7**3  # three sessions in which it is due
    error = (expected * (1 - expected) / RUNS) ** 0.5
    assert abs(happened - expected) < 4 * error  # a false alarm in one of 15,000 seeds
    assert by_chance("0").number("happened.election").sum() == 0
    assert by_chance("100").number("happened.election").sum() == RUNS


def test_a_condition_is_of_the_run(by_chance: Callable[..., Outcomes]) -> None:
    found = by_chance("30")
    adopted = found.table["A.decision.adopted"]
    assert 0 < adopted.mean() < 1
    assert (found.table["happened.turn"] == adopted).all()
    moved = found.number("status_quo.SOV") == 0.9
    assert (moved == adopted).all()


def test_an_event_that_waits_for_another_follows_it(by_chance: Callable[..., Outcomes]) -> None:
    found = by_chance("30")
    assert (found.table["happened.echo"] == found.table["happened.election"]).all()


def test_coins_are_by_name_and_the_rest_is_as_before(by_chance: Callable[..., Outcomes]) -> None:
    both, other = by_chance("30"), by_chance("30", turn="swing")
    assert (both.table["happened.turn"] == other.table["happened.swing"]).all()
    renamed = by_chance("30", election="contest")
    assert (both.table["happened.election"] != renamed.table["happened.contest"]).any()
    never = by_chance("0")
    same = both.table["happened.election"] == 0
    for name in ("A.decision.in_favour", "status_quo.SOV"):
        assert (both.table[name][same] == never.table[name][same]).all()
