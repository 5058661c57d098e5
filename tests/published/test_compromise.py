"""The weighted mean: its published number, and what no mean may depend on."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.published.compromise import solve, solve_mean, weighted_mean

from .plain import table

UNIT = st.floats(0, 1, allow_nan=False)


def test_three_actors() -> None:
    """Ideals 10, 20, 60, salience 50, 80, 60, capability 40, 100, 50; exact but for rounding."""
    given_ = table([[10], [20], [60]], salience=[[50], [80], [60]], capability=[40, 100, 50])
    found = given_.in_units(solve(given_).outcome)
    np.testing.assert_allclose(found, 27.692307692307693, rtol=1e-12)
    np.testing.assert_allclose(given_.in_units(solve_mean(given_).outcome), 30, rtol=1e-12)


def test_who_takes_no_position_counts_for_nothing() -> None:
    position = np.array([[0.2, np.nan], [0.6, np.nan]])
    found = weighted_mean(position, np.ones((2, 2)))
    assert found[0] == 0.4
    assert np.isnan(found[1])


@given(st.lists(st.tuples(UNIT, st.floats(0.01, 9)), min_size=1, max_size=9), st.floats(0.1, 9))
def test_it_is_among_positions_and_its_weights_have_no_unit(
    actors: list[tuple[float, float]], factor: float
) -> None:
    x, w = (np.array(column)[:, None] for column in zip(*actors, strict=True))
    mean = weighted_mean(x, w)[0]
    assert x.min() - 1e-12 <= mean <= x.max() + 1e-12
    np.testing.assert_allclose(weighted_mean(x, factor * w)[0], mean, atol=1e-12)
    np.testing.assert_allclose(weighted_mean(x[::-1], w[::-1])[0], mean, atol=1e-12)
