"""Cascades, diffusion, volunteers, and who goes with whom: published numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.optimize import minimize_scalar

from sim.errors import InputError
from sim.published import hedonic, volunteer
from sim.published.cascade import adopters
from sim.published.diffusion import adopted, peak


def test_a_hundred_thresholds_and_one_changed() -> None:
    assert adopters(range(100))[-1] == 100
    assert adopters([0, 2, *range(2, 100)]).tolist() == [1]
    assert adopters([1, 2, 3]).tolist() == [0]


@given(st.lists(st.integers(0, 9), min_size=1, max_size=10))
def test_a_cascade_person_by_person(thresholds: list[int]) -> None:
    inside: set[int] = set()
    while joins := {i for i, t in enumerate(thresholds) if t <= len(inside)} - inside:
        inside |= joins
    assert adopters(thresholds)[-1] == len(inside)


def test_bass_peak() -> None:
    """6.193 and .4605, to the digits printed."""
    assert peak(0.03, 0.38) == pytest.approx((6.193, 0.4605), abs=5e-4)


@pytest.mark.parametrize(("p", "q"), [(0.03, 0.38), (0.01, 0.5), (0.2, 0.1)])
def test_bass_against_its_equation(p: float, q: float) -> None:
    times = np.linspace(0, 30, 61)
    solved = solve_ivp(
        lambda _, f: (p + q * f) * (1 - f), (0, 30), [0.0], t_eval=times, rtol=1e-10, atol=1e-12
    )
    np.testing.assert_allclose(adopted(times, p, q), solved.y[0], atol=1e-8)

    def slower(t: float) -> float:
        return -float((p + q * adopted(t, p, q)) * (1 - adopted(t, p, q)))

    when = minimize_scalar(slower, bounds=(0, 30), method="bounded").x
    assert peak(p, q)[0] == pytest.approx(when, abs=1e-3)
    assert peak(p, q)[1] == pytest.approx(float(adopted(peak(p, q)[0], p, q)), abs=1e-9)


def test_bass_rates_that_make_no_sense() -> None:
    with pytest.raises(InputError, match="above 0"):
        peak(0, 0.3)


def test_ten_volunteers() -> None:
    """.12521 and .26244, to the digits printed; who acts is then as well off as who waits."""
    assert volunteer.acts(10, 0.3) == pytest.approx(0.12521, abs=5e-6)
    assert volunteer.nobody(10, 0.3) == pytest.approx(0.26244, abs=5e-6)
    waits = 1 - (1 - volunteer.acts(10, 0.3)) ** 9
    assert waits == pytest.approx(1 - 0.3)
    assert volunteer.nobody(100, 0.3) > volunteer.nobody(10, 0.3)
    with pytest.raises(InputError):
        volunteer.acts(1, 0.3)


@given(seed=st.integers(0, 10_000), n=st.integers(1, 12))
def test_a_stable_partition_exists_with_symmetric_bonds(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    bonds = rng.normal(size=(n, n))
    bonds = bonds + bonds.T
    for start in (None, np.zeros(n, dtype=int)):
        group = hedonic.stable(bonds, start)
        assert hedonic.is_stable(bonds, group)


def test_friends_and_enemies() -> None:
    bonds = [[0, 1, -2], [1, 0, -2], [-2, -2, 0]]
    assert hedonic.stable(bonds).tolist() in ([0, 0, 1], [1, 1, 0])
    assert not hedonic.is_stable(bonds, [0, 0, 0])
    with pytest.raises(InputError, match="symmetric"):
        hedonic.stable([[0, 1], [2, 0]])
