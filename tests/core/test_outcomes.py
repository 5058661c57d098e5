"""What is read off the runs: how much is left of a draft, and parts joined to a whole."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.core.ensemble import ensemble
from sim.core.outcomes import join
from sim.core.setting import Setting
from sim.mechanisms.red_lines import RedLine
from sim.mechanisms.tabling import retained
from tests.chunks import assert_same
from tests.settings import DraftSpec, ForumSpec, exact, make, restage


def test_a_text_that_nobody_touched_is_kept_whole_however_it_is_coded() -> None:
    coded = DraftSpec([0, 1], [[0.8, 0.6], [0.7, 0.75], [0.9, 0.5]])
    setting = make(6, issues=2, drafts=[coded], worlds=3, status_quo=[0.3, 0.2])
    assert (ensemble(setting, 12).number("L.1.retained") == 1.0).all()


def test_what_is_kept_is_the_share_of_the_way_from_the_status_quo() -> None:
    draft = make(3, issues=2, drafts=[DraftSpec([0, 1], [0.8, 0.5])]).drafts[0]
    before, tabled = np.array([0.2, 0.5]), np.array([[0.8, 0.5]] * 4)
    value = np.array([[0.5, 0.5], [0.9, 0.5], [0.1, 0.5], [0.8, 0.5]])
    active = np.array([[True, True], [True, True], [True, True], [False, False]])
    left = retained(draft, before, tabled, value, active)
    # Half of one clause and the whole of the other; all; the wrong way; both in brackets.
    assert left.tolist() == [0.75, 1.0, 0.5, 0.0]


def test_joined_parts_are_the_whole() -> None:
    setting = make(7, issues=3, drafts=2, worlds=3)
    whole = ensemble(setting, 24)
    parts = join([ensemble(setting, range(10)), ensemble(setting, range(10, 24))])
    assert_same(parts, whole, "joined")
    assert np.allclose(whole.chances(*whole.ballots[0]).sum(axis=1), 1.0)


def torn(stages: dict[str, int], reset: int, **changes: Any) -> Setting:
    """A clause that two red lines leave no room for, in a room whose status quo is reset once."""
    lines = [RedLine(0, 1, at_most=0.2), RedLine(1, 1, at_least=0.3)]
    defaults: dict[str, Any] = {"position": np.full((5, 2), 0.9), "sessions": 3}
    defaults["drafts"] = [DraftSpec([0, 1], [0.9, 0.9])]
    return exact(
        5, issues=2, salience=np.ones((5, 2)),
        status_quo=[0.1, 0.1], forums=[ForumSpec("consensus", stages=stages)], insistence=0.0,
        red_lines=lines, blocking_cost=0.2, resets={reset: ((0, 0.5), (1, 0.7))},
        **(defaults | changes),
    )  # fmt: skip


def test_a_clause_in_brackets_reports_the_status_quo_that_the_room_had() -> None:
    """Reset before the room decides it is the new one, afterwards still the one before."""
    for reset, stood, kept in ((3, 0.7, 1.0), (2, 0.7, 1.0), (1, 0.7, 1.0)):
        found = ensemble(torn({"decision": 3}, reset), 1)
        assert found.number("L.1.OP2.value")[0] == pytest.approx(stood)
        assert found.number("L.1.OP1.value")[0] == pytest.approx(0.9)
        assert found.number("L.1.retained")[0] == pytest.approx(kept / 2)
    late = ensemble(torn({"decision": 2}, 3), 1)
    assert late.number("L.1.OP2.value")[0] == pytest.approx(0.1)
    assert late.number("L.1.retained")[0] == pytest.approx(0.5)
    assert late.number("status_quo.SOV")[0] == pytest.approx(0.7)


def test_a_text_that_fell_keeps_the_status_quo_of_the_room_that_defeated_it() -> None:
    setting = torn({"committee": 1, "plenary": 3}, 2)
    away = restage(setting, 1, opposed=np.array([[True], *[[False]] * 4]))
    found = ensemble(away, 1)
    assert not found.table["L.1.committee.adopted"][0]
    assert found.number("L.1.OP2.value")[0] == pytest.approx(0.1)  # not the .7 of session 2


def test_what_is_left_out_is_told_by_the_text_and_not_by_where_it_stands() -> None:
    """One clause repeats the status quo and stands in the text; the other is left out."""
    setting = torn({"decision": 1}, 3, drafts=[DraftSpec([0, 1], [0.1, 0.9])])
    found = ensemble(setting, 1)
    assert found.number("L.1.OP1.value")[0] == found.number("L.1.OP2.value")[0] == 0.1
    assert [found.number(f"L.1.{c}.dropped")[0] for c in ("OP1", "OP2")] == [0.0, 1.0]
