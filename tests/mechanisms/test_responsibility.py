"""Responsibility: what is moved matures, and takes away harm."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.errors import InputError
from sim.scenario import load
from tests.attacked import ATTACKED, mean, played
from tests.small import VOTE, write

MOVED = f"{ATTACKED}responsibility: {{moved: 80, matures: 1}}\n"


def test_it_matures_as_its_equation_says(tmp_path: Path) -> None:
    of = played(tmp_path, "parameters.responsibility=0.5", text=MOVED, runs=8)
    for session, label in ((1, "2019-Q1"), (4, "2019-Q4"), (8, "2020-Q4")):
        expected = 0.5 * 0.8 * (1 - np.exp(-session / 4))
        assert of.number(f"risk_averted.{label}") == pytest.approx(expected)


def test_it_takes_away_harm_and_leaves_all_else(tmp_path: Path) -> None:
    sure = "parameters.responsibility=0.8"
    plain, moved = played(tmp_path, sure), played(tmp_path, sure, text=MOVED)
    assert mean(moved, "harm") < 0.8 * mean(plain, "harm")
    for column in plain.table:
        if column != "harm":
            assert np.array_equal(plain.number(column), moved.number(column), equal_nan=True)


def test_what_is_worth_nothing_or_not_moved_changes_nothing(tmp_path: Path) -> None:
    plain = played(tmp_path, "parameters.responsibility=0", runs=32)
    for settings in (("parameters.responsibility=0",), ("responsibility.moved=0",)):
        other = played(tmp_path, *settings, text=MOVED, runs=32)
        assert np.array_equal(plain.number("harm"), other.number("harm"))


def test_an_event_moves_it(tmp_path: Path) -> None:
    later = "events=[{session: 5, set: {responsibility.moved: 80}}]"
    of = played(tmp_path, "responsibility={moved: 0, matures: 1}", later, runs=8)
    assert not of.number("risk_averted.2019-Q4").any()
    assert of.number("risk_averted.2020-Q1").all()


def test_what_is_wrong_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        load(write(tmp_path, MOVED.replace("moved: 80", "moved: 120")))
    assert caught.value.mistakes[0].field == "responsibility.moved"
    with pytest.raises(InputError, match="there are no incidents"):
        load(write(tmp_path, f"{VOTE}responsibility: {{moved: 50}}\n"))
