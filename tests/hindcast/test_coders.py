"""Agreement of two coders: known values, and repetitions that count once."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from sim.codings import Clause, Text
from sim.hindcast.coders import ALL, agreements, alpha
from sim.hindcast.inputs import Reading, readings


def test_alpha_of_equal_codings_is_one() -> None:
    x = np.array([1.0, 5.0, -3.0])
    assert alpha(x, x) == pytest.approx(1.0)


def test_alpha_by_hand() -> None:
    """Values 0 2 | 2 4: D_o = 4; D_e is the mean of all ordered pairs of 0 2 2 4, which is 16/3."""
    x, y = np.array([0.0, 2.0]), np.array([2.0, 4.0])
    pairs = [(a - b) ** 2 for i, a in enumerate((0, 2, 2, 4)) for b in (0, 2, 2, 4)[:i]]
    assert alpha(x, y) == pytest.approx(1.0 - 4.0 / (sum(pairs) / len(pairs)))


def test_alpha_of_opposite_codings_is_negative() -> None:
    x = np.array([1.0, 5.0, -3.0])
    assert alpha(x, -x) < 0


def reading(name: str, changes: dict[str, dict[str, float]]) -> Reading:
    day = dt.date(2020, 1, 1)
    return Reading(
        name,
        {
            r: Text(
                r,
                day,
                "s",
                (),
                tuple(Clause(i, 0.5, 0.5 + c / 100, "") for i, c in by.items()),
                day,
            )
            for r, by in changes.items()
        },
    )


def test_a_repeated_text_counts_once() -> None:
    one = reading("a", {"1": {"INST": 10}, "2": {"INST": 10}, "3": {"INST": -20, "SOV": 5}})
    other = reading("b", {"1": {"INST": 20}, "2": {"INST": 20}, "3": {"INST": 30}})
    by = {a.issue: a for a in agreements((one, other))}
    assert by["INST"].coded_by_both == 2
    assert by["INST"].same_sign == 0.5
    assert by["INST"].difference == pytest.approx(30.0)
    assert (by["SOV"].coded_by_one, by["SOV"].coded_by_other) == (1, 0)
    assert by[ALL].coded_by_both == 2


def test_the_shipped_coders_agree_on_directions() -> None:
    (whole,) = [a for a in agreements(readings()) if a.issue == ALL]
    assert whole.coded_by_both > 30
    assert whole.same_sign > 0.8
