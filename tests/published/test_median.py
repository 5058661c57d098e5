"""Medians: the published number, the tie rule, and numpy's own median."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.published.median import solve, solve_weighted, weighted_median

from .plain import table


def test_three_actors() -> None:
    given_ = table([[10], [20], [60]], salience=[[50], [80], [60]], capability=[40, 100, 50])
    assert given_.in_units(solve_weighted(given_).outcome)[0] == 20
    assert given_.in_units(solve(given_).outcome)[0] == 20


def test_where_half_lies_on_either_side_the_middle_is_taken() -> None:
    x = np.array([[0.1], [0.3], [0.9]])
    assert weighted_median(x, np.array([[1.0], [1.0], [2.0]]))[0] == 0.6
    assert weighted_median(x, np.array([[0.1], [0.2], [0.3]]))[0] == 0.6  # .1 + .2 > .3 in bits


@given(st.lists(st.integers(0, 20), min_size=1, max_size=9))
def test_without_weights_it_is_the_median(values: list[int]) -> None:
    x = np.array(values, dtype=float)[:, None]
    assert weighted_median(x, np.ones_like(x))[0] == np.median(values)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 4)), min_size=1, max_size=9))
def test_a_weight_of_two_is_two_actors(actors: list[tuple[int, int]]) -> None:
    x, w = (np.array(column, dtype=float)[:, None] for column in zip(*actors, strict=True))
    found = weighted_median(x, w)[0]
    copies = np.repeat(x[:, 0], w[:, 0].astype(int))
    assert np.isnan(found) if not len(copies) else found == np.median(copies)


def test_no_position_no_vote() -> None:
    x = np.array([[0.1, np.nan], [np.nan, np.nan], [0.5, np.nan]])
    found = weighted_median(x, np.ones_like(x))
    assert found[0] == 0.3
    assert np.isnan(found[1])
