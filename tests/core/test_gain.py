"""Gains of a text: what a clause is worth, and what cannot change it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.gain import Reading, clause_gains, over_clauses, read, shares

UNIT = st.floats(0.0, 1.0)
P = st.sampled_from([1.0, 2.0])


def one(x: float, s: float, q: float, z: float, p: float) -> float:
    """The gain of one delegation from a text of one clause."""
    gains = clause_gains(
        np.array([[[x]]]), np.array([[[s]]]), np.array([[q]]), np.array([0]), np.array([[z]]),
        np.array([1.0]), np.array([p]),
    )  # fmt: skip
    return float(gains[0, 0, 0])


@given(x=UNIT, s=UNIT, q=UNIT, z=UNIT, p=P)
def test_the_equation(x: float, s: float, q: float, z: float, p: float) -> None:
    assert one(x, s, q, z, p) == pytest.approx(s * (abs(q - x) ** p - abs(z - x) ** p), abs=1e-12)


@given(q=UNIT, z=UNIT, p=P)
def test_who_sits_at_the_cut_point_is_indifferent(q: float, z: float, p: float) -> None:
    assert one((q + z) / 2, 1.0, q, z, p) == pytest.approx(0.0, abs=1e-12)


@given(x=UNIT, q=UNIT, z=UNIT, p=P)
def test_nothing_is_better_than_the_own_position(x: float, q: float, z: float, p: float) -> None:
    assert one(x, 1.0, q, z, p) <= one(x, 1.0, q, x, p)


def drawn(p: float, seed: int = 0) -> tuple[Reading, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    issue = np.array([0, 2, 0, 1])
    reading = read(
        rng.random((3, 5, 3)), rng.random((3, 5, 3)), rng.random((3, 3)), issue,
        np.array([1.0, 2.0, 3.0, 4.0]), np.full(3, p),
    )  # fmt: skip
    active = np.array([[True, True, True, True], [True, False, True, True], [False] * 4])
    return reading, rng.random((3, 4)), active


def test_shares_divide_each_issue() -> None:
    share = shares(np.array([0, 2, 0, 1]), np.array([1.0, 2.0, 3.0, 4.0]))
    assert share.tolist() == [0.25, 1.0, 0.75, 1.0]


@pytest.mark.parametrize("p", [1.0, 2.0])
def test_slopes_are_derivatives(p: float) -> None:
    reading, value, active = drawn(p)
    step = 1e-6
    for clause in range(4):
        ahead, behind = value.copy(), value.copy()
        ahead[:, clause] += step
        behind[:, clause] -= step
        change = (reading.gains(ahead, active) - reading.gains(behind, active)).sum(axis=2)
        for actor in range(5):
            slope = reading.slopes(np.full(3, actor), value, active)[:, clause]
            np.testing.assert_allclose(slope, change[:, actor] / (2 * step), atol=1e-8)


@pytest.mark.parametrize("p", [1.0, 2.0])
def test_what_is_silent_gains_nothing_and_so_does_repeating_the_status_quo(p: float) -> None:
    reading, value, active = drawn(p)
    assert (reading.gains(value, active)[2] == 0).all()
    assert (reading.gains(value, active)[1, :, 1] == 0).all()
    same = reading.gains(reading.status_quo, np.ones_like(active))
    np.testing.assert_allclose(same, 0.0, atol=1e-15)


@pytest.mark.parametrize("p", [1.0, 2.0])
def test_a_clause_split_in_two_equal_ones_gains_the_same(p: float) -> None:
    rng = np.random.default_rng(5)
    x, s, q = rng.random((2, 6, 2)), rng.random((2, 6, 2)), rng.random((2, 2))
    whole = clause_gains(
        x, s, q, np.array([0, 1]), np.array([[0.7, 0.4]] * 2), np.array([3.0, 1.0]), np.full(2, p)
    )
    split = clause_gains(
        x, s, q, np.array([0, 0, 1]), np.array([[0.7, 0.7, 0.4]] * 2), np.array([1.5, 1.5, 1.0]),
        np.full(2, p),
    )  # fmt: skip
    np.testing.assert_allclose(split.sum(axis=2), whole.sum(axis=2), rtol=1e-12)


def test_sums_over_clauses() -> None:
    terms = np.random.default_rng(4).normal(size=(3, 5, 4))
    demanded = terms > 0
    np.testing.assert_allclose(over_clauses(terms), terms.sum(axis=2), rtol=1e-12)
    wanted = (terms * demanded).sum(axis=2)
    np.testing.assert_allclose(over_clauses(terms, demanded), wanted, rtol=1e-12)


def test_power_goes_by_run() -> None:
    all_the_same = np.full((2, 1, 1), 0.75), np.full((2, 1, 1), 1.0), np.full((2, 1), 0.25)
    both = read(*all_the_same, np.array([0]), np.array([1.0]), np.array([2.0, 1.0]))
    assert both.at_status_quo.ravel().tolist() == [0.25, 0.5]


def test_salience_is_not_divided_over_the_agenda() -> None:
    """A second issue on which the text is silent leaves every gain as it was, to the last bit."""
    rng = np.random.default_rng(6)
    x, s, q = rng.random((1, 4, 1)), rng.random((1, 4, 1)), rng.random((1, 1))
    issue, value, weight = np.array([0]), np.array([[0.8]]), np.array([1.0])
    alone = clause_gains(x, s, q, issue, value, weight, np.array([2.0]))
    wide = [np.concatenate([a, rng.random(a.shape)], axis=-1) for a in (x, s, q)]
    np.testing.assert_array_equal(clause_gains(*wide, issue, value, weight, np.array([2.0])), alone)
