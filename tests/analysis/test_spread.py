"""Variance components against hand-computed ones and against a simulation whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis.spread import Runs, spread


def test_a_balanced_layout_by_hand() -> None:
    # Worlds (1, 3) and (5, 7): MSW = (2 + 2) / 2 = 2; MSB = 2 ((2-4)^2 + (6-4)^2) / 1 = 16; n0 = 2.
    of = spread([1.0, 3.0, 5.0, 7.0], [0, 0, 1, 1])
    assert of.mean == 4.0
    assert of.chance == pytest.approx(2**0.5)
    assert of.ignorance == pytest.approx(((16 - 2) / 2) ** 0.5)
    assert of.error == pytest.approx((16 / 4) ** 0.5)  # the mean of two worlds: sqrt(MSB / N)
    assert (of.runs, of.worlds) == (4, 2)
    # Student's t with two degrees of freedom has 95% of its mass below 2.920.
    low, high = Runs.of([1.0, 3.0, 5.0, 7.0], [0, 0, 1, 1]).from_chance()
    assert (4 - low, high - 4) == pytest.approx((2.920 * 0.5**0.5, 2.920 * 0.5**0.5), abs=1e-3)


def test_an_unbalanced_layout_by_hand() -> None:
    # Worlds (0, 2, 4) and (10): SSW = 8, MSW = 4; means 2 and 10, all 4; MSB = 3*4 + 36 = 48.
    of = spread([0.0, 2.0, 4.0, 10.0], [3, 3, 3, 9])
    n0 = (4 - (9 + 1) / 4) / 1
    across = (48 - 4) / n0
    assert of.chance == pytest.approx(2.0)
    assert of.ignorance == pytest.approx(across**0.5)
    assert of.error == pytest.approx((across * 10 / 16 + 4 / 4) ** 0.5)


def test_both_spreads_are_recovered_and_the_error_covers_the_truth() -> None:
    """Truth: mean 100, ignorance 8, chance 5; 4 runs a world. False alarm: below 1 in 1,000."""
    rng = np.random.default_rng(1)
    worlds = np.repeat(np.arange(50), 4)
    found = []
    for _ in range(200):
        y = 100 + rng.normal(0, 8, 50)[worlds] + rng.normal(0, 5, 200)
        found.append(spread(y, worlds))
    assert np.mean([f.chance for f in found]) == pytest.approx(5, rel=0.05)
    assert np.mean([f.ignorance for f in found]) == pytest.approx(8, rel=0.05)
    covered = np.mean([abs(f.mean - 100) < 1.96 * f.error for f in found])
    assert 0.88 < covered < 0.99
    assert np.mean([f.high - f.low for f in found]) > 20 * np.mean([f.error for f in found])


def test_the_error_shrinks_with_runs_and_the_range_does_not() -> None:
    rng = np.random.default_rng(2)

    def of(worlds: int) -> tuple[float, float]:
        which = np.repeat(np.arange(worlds), 4)
        told = spread(rng.normal(0, 8, worlds)[which] + rng.normal(0, 5, 4 * worlds), which)
        return told.error, told.high - told.low

    few, many = of(50), of(5000)
    assert many[0] < few[0] / 5
    assert many[1] == pytest.approx(few[1], rel=0.25)


def test_one_run_tells_no_spread() -> None:
    of = spread([5.0], [0])
    assert (of.mean, of.low, of.high) == (5.0, 5.0, 5.0)
    assert np.isnan([of.error, of.chance, of.ignorance]).all()


def test_one_world_tells_chance_and_not_ignorance() -> None:
    of = spread([1.0, 2.0, 3.0], [4, 4, 4])
    assert of.chance == pytest.approx(1.0)
    assert np.isnan(of.ignorance)
    assert of.error == pytest.approx(1 / 3**0.5)


def test_a_run_a_world_tells_neither_apart() -> None:
    of = spread([1.0, 2.0, 3.0], [0, 1, 2])
    assert np.isnan([of.chance, of.ignorance]).all()
    assert of.error == pytest.approx(1 / 3**0.5)


def test_nothing_at_all() -> None:
    of = spread([], [])
    assert of.runs == 0
    assert np.isnan(of.mean)


@given(st.integers(2, 12), st.integers(2, 5), st.floats(-100, 100))
def test_what_never_varies_has_no_spread(worlds: int, each: int, value: float) -> None:
    of = spread(np.full(worlds * each, value), np.repeat(np.arange(worlds), each))
    assert of.low == of.high
    assert [of.chance, of.ignorance, of.error] == pytest.approx([0.0, 0.0, 0.0], abs=1e-9)


@given(st.lists(st.tuples(st.floats(-50, 50), st.integers(0, 5)), min_size=2, max_size=40))
def test_order_of_runs_and_names_of_worlds_do_not_matter(pairs: list[tuple[float, int]]) -> None:
    values, worlds = zip(*pairs, strict=True)
    one = spread(values, worlds)
    other = spread(values[::-1], [7 - w for w in worlds[::-1]])
    for field in ("mean", "low", "high", "error", "chance", "ignorance"):
        assert getattr(one, field) == pytest.approx(getattr(other, field), nan_ok=True, abs=1e-6)


def test_the_range_holds_nine_runs_in_ten() -> None:
    of = spread(np.arange(100.0), np.repeat(np.arange(25), 4))
    assert (of.low, of.high) == (4.0, 94.0)


def test_what_is_missing_is_left_out_and_not_counted() -> None:
    values, worlds = [1.0, np.nan, 3.0, 5.0, np.nan], [0, 0, 0, 1, 2]
    assert spread(values, worlds) == spread([1.0, 3.0, 5.0], [0, 0, 1])
    nothing = spread([np.nan, np.nan], [0, 1])
    assert (nothing.runs, nothing.worlds) == (0, 0)
    assert np.isnan(nothing.mean)
