"""Between rooms: a text goes on, falls, or becomes what holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.agenda import sessions
from sim.core.ask import play
from sim.core.ensemble import ensemble
from sim.core.setting import Meeting, Setting
from sim.core.world import World, begin
from sim.forums.rules import How
from sim.mechanisms.lock_in import LockIn
from tests.settings import DraftSpec, ForumSpec, exact, restage

UNIT = st.floats(0.0, 1.0)


def locked(setting: Setting, passed: bool = True, without: int | None = None) -> World:
    """The world after its only session, as if every draft had passed, or none."""
    world = begin(setting, range(2))
    world.passed = [np.full(2, passed) for _ in setting.drafts]
    if without is not None:
        world.active[0][:, without] = False
    play(LockIn().play(setting, world, Meeting(1, forum=-1)))
    return world


@given(status_quo=UNIT, first=UNIT, second=UNIT, weight=st.floats(0.1, 9.0))
def test_lock_in_is_the_mean_of_an_issues_clauses(
    status_quo: float, first: float, second: float, weight: float
) -> None:
    draft = DraftSpec([0, 0], [first, second], weight=[weight, 1.0])
    setting = exact(3, issues=1, drafts=[draft], status_quo=[status_quo])
    mean = (weight * first + second) / (weight + 1)
    np.testing.assert_allclose(locked(setting).status_quo, mean, atol=1e-12)
    alone = (weight * first + status_quo) / (weight + 1)  # what is silent keeps its share
    np.testing.assert_allclose(locked(setting, without=1).status_quo, alone, atol=1e-12)
    np.testing.assert_array_equal(locked(setting, passed=False).status_quo, status_quo)


def test_only_issues_of_the_text_change() -> None:
    setting = exact(3, issues=3, drafts=[DraftSpec([1], [0.9])], status_quo=[0.1, 0.2, 0.3])
    np.testing.assert_allclose(locked(setting).status_quo, [[0.1, 0.9, 0.3]] * 2)


def test_texts_of_one_session_take_effect_by_their_days() -> None:
    early, late = ({"decision": date(2018, 12, day)} for day in (5, 22))
    drafts = [DraftSpec([0], [0.9], dates=late), DraftSpec([0, 0], [0.5, 0.7], dates=early)]
    setting = exact(3, issues=1, drafts=drafts, status_quo=[0.1])
    np.testing.assert_allclose(locked(setting).status_quo, 0.9)
    turned = [replace(drafts[0], dates=early), replace(drafts[1], dates=late)]
    setting = exact(3, issues=1, drafts=turned, status_quo=[0.1])
    np.testing.assert_allclose(locked(setting).status_quo, 0.6)


def test_of_one_day_neither_is_the_later() -> None:
    """One sets an issue at .9, the other at .6; a second issue is set by one alone."""
    drafts = [DraftSpec([0], [0.9]), DraftSpec([0, 0, 1], [0.5, 0.7, 0.2])]
    for order in (drafts, drafts[::-1]):
        setting = exact(3, issues=2, drafts=order, status_quo=[0.1, 0.4])
        np.testing.assert_allclose(locked(setting).status_quo, [[0.75, 0.2]] * 2)


def test_a_clause_split_in_two_equal_ones_takes_the_same_effect() -> None:
    whole = exact(3, issues=2, drafts=[DraftSpec([0, 1], [0.9, 0.4], weight=[2, 1])])
    split = exact(3, issues=2, drafts=[DraftSpec([0, 0, 1], [0.9, 0.9, 0.4], weight=[1, 1, 1])])
    np.testing.assert_allclose(locked(split).status_quo, locked(whole).status_quo, rtol=1e-12)


def staged(**changes: object) -> Setting:
    """Committee, then plenary; all gain by the text."""
    return exact(
        5, issues=1, sessions=2, drafts=[DraftSpec([0], [0.9])], position=np.full((5, 1), 0.9),
        salience=np.ones((5, 1)), status_quo=[0.1],
        forums=[ForumSpec(stages={"committee": 1, "plenary": 2})], **changes,
    )  # fmt: skip


def played(setting: Setting) -> World:
    world = begin(setting, [0])
    play(sessions(setting, world))
    return world


def test_a_text_holds_only_after_its_last_stage() -> None:
    setting, world = staged(), begin(staged(), [0])
    phases = sessions(setting, world)
    ask = next(phases)
    while not (ask.what == "vote" and ask.meeting and ask.meeting.stage == "plenary"):
        ask = phases.send(ask.answer)
    assert world.alive[0].all()
    assert not world.passed[0].any()
    np.testing.assert_allclose(world.status_quo, 0.1)
    np.testing.assert_allclose(played(setting).status_quo, 0.9)


@pytest.mark.parametrize("session", [1, 2])
def test_a_text_that_falls_stays_down(session: int) -> None:
    against = np.ones((5, 1), dtype=bool)
    setting = restage(staged(), session, opposed=against)
    table = ensemble(setting, 2).table
    committee, plenary = table["L.1.committee.how"][0], table["L.1.plenary.how"][0]
    if session == 1:
        assert (committee, plenary) == (How.SHORTFALL, How.NOT_REACHED)
        assert np.isnan(table["L.1.plenary.in_favour"]).all()
    else:
        assert (committee, plenary) == (How.VOTE, How.SHORTFALL)
    np.testing.assert_allclose(table["status_quo.TREATY"], 0.1)
