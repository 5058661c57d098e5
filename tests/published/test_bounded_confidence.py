"""Bounded confidence: published numbers of clusters, and what no round may do."""

from __future__ import annotations

import numpy as np
import pytest

from sim.published.bounded_confidence import clusters, deffuant, hegselmann_krause, solve

from .plain import table


@pytest.mark.parametrize(
    ("n", "confidence", "groups"),
    [(100, 0.05, 9), (100, 0.1, 5), (100, 0.15, 3), (100, 0.2, 2), (100, 0.25, 1),
     (50, 0.21, 1), (50, 0.22, 2), (5, 0.25, 1), (5, 0.2, 5)],
)  # fmt: skip
def test_equally_spaced(n: int, confidence: float, groups: int) -> None:
    """Exact counts; .21 and .22 show that more openness can divide."""
    path = hegselmann_krause(np.linspace(0, 1, n), confidence)
    assert len(set(clusters(path[-1]).tolist())) == groups
    assert (np.diff(path[-1]) > -1e-12).all()  # nobody overtakes anybody


def test_one_round_of_three() -> None:
    path = hegselmann_krause([0.0, 0.2, 0.9], 0.3, rounds=1)
    np.testing.assert_allclose(path, [[0, 0.2, 0.9], [0.1, 0.1, 0.9]], atol=1e-15)


def test_who_is_exactly_at_the_limit_is_heard_whatever_the_last_bit() -> None:
    spaced = np.arange(11) / 10  # .3 - .1 is less than .2, .8 - .6 is more
    path = hegselmann_krause(spaced, 0.2, rounds=1)
    np.testing.assert_allclose(path[1] + path[1][::-1], 1, atol=1e-12)
    assert path[1][3] == pytest.approx(0.3)


def test_two_dimensions_one_of_them_idle_are_one() -> None:
    x = np.linspace(0, 1, 30)
    flat = hegselmann_krause(x, 0.15)
    deep = hegselmann_krause(np.column_stack([x, np.zeros(30)]), 0.15)
    np.testing.assert_allclose(deep[-1][:, 0], flat[-1], atol=1e-12)
    turned = hegselmann_krause(np.column_stack([0.6 * x, 0.8 * x]), 0.15)
    assert clusters(turned[-1]).tolist() == clusters(flat[-1]).tolist()


def test_deffuant_keeps_the_mean_and_ends_in_groups_apart() -> None:
    start = np.linspace(0, 1, 60)
    end = deffuant(start, 0.2, np.random.default_rng(0), meetings=60_000)
    assert end.mean() == pytest.approx(start.mean(), abs=1e-9)
    groups = clusters(end, apart=1e-3)
    centres = np.sort([end[groups == g].mean() for g in set(groups.tolist())])
    assert 1 < len(centres) <= 4
    assert (np.diff(centres) > 0.2).all()
    wide = deffuant(start, 1.0, np.random.default_rng(0), meetings=20_000)
    assert len(set(clusters(wide, apart=1e-3).tolist())) == 1


def test_a_table() -> None:
    given_ = table([[0, 10], [20, 10], [90, 60]], capability=[1, 1, 2])
    told = solve(given_, confidence=0.3)
    np.testing.assert_allclose(given_.in_units(told.outcome), [50, 35], atol=1e-9)
    assert told.path is not None
    np.testing.assert_allclose(told.path[0], [0.5, 0.35], atol=1e-12)
    assert told.said == ("groups of one mind: K1 2, K2 2",)
