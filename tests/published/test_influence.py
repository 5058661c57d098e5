"""Influence in networks: published limits, and the rule played round by round."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import InputError
from sim.published.influence import settled, solve

from .plain import table

W = np.array([[0.5, 0.5, 0.0], [0.25, 0.5, 0.25], [0.0, 0.5, 0.5]])


def test_published_limits() -> None:
    """To six digits, as printed; DeGroot's exactly a quarter."""
    np.testing.assert_allclose(settled(W, [0, 0, 1], 0.5), [0.041667, 0.125, 0.708333], atol=1e-6)
    np.testing.assert_allclose(settled(W, [0, 0, 1]), 0.25, atol=1e-12)


@given(seed=st.integers(0, 10_000), n=st.integers(1, 7), open_to=st.sampled_from([0.2, 0.9, 1.0]))
def test_played_round_by_round(seed: int, n: int, open_to: float) -> None:
    rng = np.random.default_rng(seed)
    ties, x0 = rng.random((n, n)) + 0.1, rng.random((n, 2))
    weights = ties / ties.sum(axis=1, keepdims=True)
    x = x0
    for _ in range(400):
        x = open_to * weights @ x + (1 - open_to) * x0
    np.testing.assert_allclose(settled(ties, x0, open_to), x, atol=1e-9)


def test_each_may_be_open_in_its_own_degree() -> None:
    found = settled(W, [0, 0, 1], [0.0, 1.0, 0.0])
    np.testing.assert_allclose(found, [0, 0.5, 1], atol=1e-12)


def test_what_never_settles_is_told() -> None:
    with pytest.raises(InputError, match="circle"):
        settled([[0, 1], [1, 0]], [0, 1])
    with pytest.raises(InputError, match="no one limit"):
        settled([[1, 0, 0], [0, 1, 0], [0, 0, 1]], [0, 1, 1], [1, 1, 0.5])
    with pytest.raises(InputError, match="listens to somebody"):
        settled([[0, 0], [1, 0]], [0, 1])


def test_a_table_where_all_listen_by_capability() -> None:
    given_ = table([[0], [100]], capability=[1, 3])
    ends = solve(given_, susceptibility=0.5).tables["positions"]["position"]
    np.testing.assert_allclose(np.asarray(ends), [37.5, 87.5], atol=1e-9)
