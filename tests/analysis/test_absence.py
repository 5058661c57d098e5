"""Who does not vote: the fit finds what made the record."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit

from sim.analysis import absence
from sim.analysis.absence import Gone

WIDE = 4
CENTRE, SD = np.zeros(WIDE), np.full(WIDE, 2.0)


def made(coefficients: np.ndarray, votes: int = 40, states: int = 300) -> list[Gone]:
    draw = np.random.default_rng(5)
    found = []
    for _ in range(votes):
        terms = draw.normal(size=(states, WIDE)) * 0.7
        terms[:, 0] = 1.0
        found.append(Gone(terms, draw.random(states) < expit(terms @ coefficients)))
    return found


def test_recovers_the_coefficients() -> None:
    true = np.linspace(-1.0, 1.0, WIDE)
    found, covariance = absence.fit(made(true), CENTRE, SD, 0.5)
    assert (np.abs(found - true) < 4.5 * np.sqrt(np.diag(covariance))).all()
    assert np.abs(found - true).max() < 0.15


def test_without_a_past_it_is_the_prior() -> None:
    found, covariance = absence.fit([], CENTRE + 0.3, SD, 0.5)
    assert found.tolist() == [0.3] * WIDE
    assert np.diag(covariance) == pytest.approx(SD**2)
