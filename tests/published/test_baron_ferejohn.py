"""Dividing a dollar: published shares, and that each equilibrium is one, member by member."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import InputError
from sim.forums.presets import PRESETS
from sim.published.baron_ferejohn import divide, shares, solve
from sim.published.game import of_rules

from .plain import table


@pytest.mark.parametrize(
    ("n", "q", "delta", "proposer", "partner"),
    [(3, 2, 1, 2 / 3, 1 / 3), (5, 3, 1, 0.60, 0.20), (5, 3, 0.9, 0.64, 0.18),
     (7, 4, 0.95, 0.592857, 0.135714)],
)  # fmt: skip
def test_published_shares(n: int, q: int, delta: float, proposer: float, partner: float) -> None:
    """To six digits, as printed; by the formula and by the general method."""
    assert shares(n, q, delta) == pytest.approx((proposer, partner), abs=1e-6)
    found = divide(np.ones(n), q, delta)
    np.testing.assert_allclose(found.keeps, proposer, atol=1e-6)
    np.testing.assert_allclose(found.price, partner, atol=1e-6)


@given(
    chances=st.lists(st.integers(0, 9), min_size=1, max_size=9).filter(any),
    part=st.floats(0, 1),
    delta=st.sampled_from([0.0, 0.1, 0.5, 0.9, 0.99, 1.0]),
)
def test_it_is_an_equilibrium(chances: list[int], part: float, delta: float) -> None:
    """Values are what proposing and being bought bring; proposers buy the cheapest; none is left.

    Rounding of the one equation that is solved leaves 1e-9.
    """
    n = len(chances)
    q = 1 + round(part * (n - 1))
    p = np.array(chances) / sum(chances)
    found = divide(chances, q, delta)
    close = {"atol": 1e-9, "rtol": 0}
    np.testing.assert_allclose(found.value.sum(), 1, **close)
    np.testing.assert_allclose(found.price, delta * found.value, **close)
    np.testing.assert_allclose(found.value, p * found.keeps + found.price * found.bought, **close)
    cheapest = [np.sort(np.delete(found.price, i))[: q - 1].sum() for i in range(n)]
    proposes = p > 0
    np.testing.assert_allclose(found.keeps[proposes], 1 - np.array(cheapest)[proposes], **close)
    assert (found.bought >= -1e-9).all()
    assert (found.bought <= 1 - p + 1e-9).all()
    np.testing.assert_allclose(found.bought.sum(), q - 1, **close)
    # Who is bought though somebody cheaper is not always bought would be a waste.
    for i, j in np.argwhere(found.price[:, None] > found.price + 1e-9):
        assert found.bought[i] < 1e-9 or found.bought[j] > 1 - p[j] - p[i] - 1e-9


def test_who_proposes_more_often_gets_more_but_not_in_proportion() -> None:
    found = divide([5, 3, 2], 2, 0.9)
    assert (np.diff(found.value) <= 1e-12).all()
    assert found.value[0] < 0.5


def test_unanimity_gives_each_its_chance() -> None:
    np.testing.assert_allclose(divide([5, 3, 2], 3, 0.9).value, [0.5, 0.3, 0.2], atol=1e-12)


def test_play_of_strict_prices_gives_the_values() -> None:
    """Where no two prices are alike play is no matter of taste: 20,000 games, drawn proposers.

    Four errors of a mean of shares whose sd is below .5 are .0142.
    """
    p, q, delta = np.array([0.4, 0.3, 0.2, 0.1]), 3, 0.3
    found = divide(p, q, delta)
    assert np.diff(np.sort(found.price)).min() > 1e-3
    rng = np.random.default_rng(5)
    got = np.zeros(4)
    for _ in range(20_000):
        proposer = rng.choice(4, p=p)
        others = np.delete(np.arange(4), proposer)
        bought = others[np.argsort(found.price[others])][: q - 1]
        got[bought] += found.price[bought]
        got[proposer] += 1 - found.price[bought].sum()
    np.testing.assert_allclose(got / 20_000, found.value, atol=0.0142)


def test_a_table_under_the_rule_of_its_forum() -> None:
    rules = of_rules(PRESETS["two_thirds"], np.zeros(6, bool), np.zeros(6))
    given_ = table(np.zeros((6, 1)), game=rules)
    told = solve(given_)
    np.testing.assert_allclose(told.power, 1 / 6, atol=1e-12)
    assert "4 of 6 votes" in told.said[0]
    vetoes = of_rules(PRESETS["council_with_vetoes"], np.arange(6) < 2, np.zeros(6))
    with pytest.raises(InputError, match="no veto"):
        solve(table(np.zeros((6, 1)), game=vetoes))


def test_what_makes_no_sense_is_told() -> None:
    for wrong in ((3, 4, 0.9), (3, 0, 0.9), (3, 2, 1.5)):
        with pytest.raises(InputError):
            shares(*wrong)
    with pytest.raises(InputError, match="0 or more"):
        divide([1, -1], 1)
