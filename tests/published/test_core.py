"""Cores: published intervals, and points beaten or not by search."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.published.core import interval, never_empty, point, solve
from sim.published.game import majority, weighted

from .plain import table

NINE = np.arange(1, 10) / 10


@pytest.mark.parametrize(
    ("q", "low", "high"), [(5, 0.5, 0.5), (6, 0.4, 0.6), (7, 0.3, 0.7), (9, 0.1, 0.9)]
)
def test_nine_voters_on_one_issue(q: int, low: float, high: float) -> None:
    assert interval(NINE, weighted(np.ones(9), q)) == pytest.approx((low, high), abs=1e-12)


@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 3)), min_size=1, max_size=7),
    st.integers(1, 21),
)
def test_one_issue_against_every_pair_of_texts(actors: list[tuple[int, int]], quota: int) -> None:
    ideal, weight = (np.array(column, dtype=float) for column in zip(*actors, strict=True))
    if not 0 < quota <= weight.sum():
        return
    game = weighted(weight, quota)
    texts = np.arange(-1, 13.5, 0.5)
    stands = [
        z for z in texts
        if not any(game.wins(np.abs(y - ideal) < np.abs(z - ideal)) for y in texts if y != z)
    ]  # fmt: skip
    found = interval(ideal, game)
    inside = [z for z in texts if found.low <= z <= found.high]
    assert inside == stands or (found.empty and not stands)


def test_two_issues_three_voters_not_on_a_line() -> None:
    triangle = [[0.2, 0.2], [0.8, 0.3], [0.4, 0.9]]
    assert point(triangle, majority(3)) is None
    assert point(triangle, weighted(np.ones(3), 3)) is not None


def test_two_issues_voters_on_a_line_or_around_a_centre() -> None:
    """Plott: with the others in pairs on either side of one voter, that voter's ideal stands."""
    line = point([[0.2, 0.2], [0.5, 0.5], [0.8, 0.8]], majority(3))
    np.testing.assert_allclose(line, [0.5, 0.5], atol=1e-7)
    centred = point([[0.2, 0.2], [0.9, 0.9], [0.1, 0.8], [0.9, 0.0], [0.4, 0.4]], majority(5))
    assert centred is None  # the second pair is not opposite
    pairs = np.array([[0.2, 0.2], [0.9, 0.9], [0.1, 0.7], [0.7, 0.1], [0.4, 0.4]])
    np.testing.assert_allclose(point(pairs, majority(5)), [0.4, 0.4], atol=1e-7)


@pytest.mark.parametrize(("q", "n"), [(3, 4), (4, 5), (5, 7), (7, 9)])
def test_greenberg_such_a_quota_always_leaves_a_core_on_two_issues(q: int, n: int) -> None:
    assert never_empty(n, q, 2)
    rng = np.random.default_rng(n)
    for _ in range(10):
        assert point(rng.random((n, 2)), weighted(np.ones(n), q)) is not None


def test_greenberg_and_a_lower_one_not_always() -> None:
    assert not never_empty(9, 6, 2)
    rng = np.random.default_rng(0)
    found = [point(rng.random((9, 2)), weighted(np.ones(9), 6)) is None for _ in range(20)]
    assert any(found)
    assert never_empty(3, 2, 1)
    assert not never_empty(3, 2, 2)
    assert not never_empty(4, 3, 3)


def test_a_point_that_is_found_is_not_beaten() -> None:
    """No text of a grid of 1,681, nor any near it, wins against it."""
    axis = np.linspace(0, 1, 41)
    texts = np.array(np.meshgrid(axis, axis)).reshape(2, -1).T
    rng = np.random.default_rng(4)
    for _ in range(5):
        x, w = rng.random((6, 2)), rng.integers(1, 5, 6)
        game = weighted(w, 0.75 * w.sum())
        z = point(x, game)
        if z is None:
            continue
        near = z + rng.normal(0, 0.01, (500, 2))
        for others in (texts, near):
            far = np.linalg.norm(others[:, None] - x, axis=2)
            assert not game.wins(far < np.linalg.norm(z - x, axis=1) - 1e-7).any()


def test_a_text_in_the_core_is_not_moved_and_others_move_to_its_edge() -> None:
    given_ = table([[10, 10, 10], [20, 20, 20], [90, 90, 90]], status_quo=[5, 30, np.nan])
    found = given_.in_units(solve(given_, quota=3).outcome)
    np.testing.assert_allclose(found, [10, 30, 50], atol=1e-9)


def test_who_takes_no_position_never_leaves_a_text() -> None:
    assert interval([0.1, np.nan, 0.5], majority(3)) == pytest.approx((0.1, 0.5))
