"""The small model of the back-tests that are scripts."""

from __future__ import annotations

import numpy as np
import pytest
from logistic import CUT_SD, fit
from scipy.optimize import minimize
from scipy.special import log_expit

RANDOM = np.random.default_rng(5)
X = RANDOM.normal(size=(30, 2)) * [1.0, 40.0]
Y = (X[:, 0] + RANDOM.normal(size=30) > 0).astype(float)


def test_the_fit_is_the_posterior_mode() -> None:
    found = fit(X, Y)
    z = np.column_stack([np.ones(30), (X - X.mean(0)) / X.std(0)])

    def loss(w: np.ndarray) -> float:
        eta = z @ w
        prior = w[0] ** 2 / CUT_SD**2 / 2 + (w[1:] ** 2).sum() / 2
        return float(prior - (Y * log_expit(eta) + (1 - Y) * log_expit(-eta)).sum())

    best = minimize(loss, np.zeros(3), tol=1e-12)
    assert found.weights == pytest.approx(best.x, abs=1e-5)


def test_the_fit_is_finite_where_cases_separate_and_where_a_predictor_is_still() -> None:
    x = np.array([[0.0, 7.0], [0.0, 7.0], [1.0, 7.0], [1.0, 7.0]])
    found = fit(x, np.array([0.0, 0.0, 1.0, 1.0]))
    assert np.isfinite(found.weights).all()
    low, _, high, _ = found.chances(x)
    assert low < 0.3
    assert high > 0.7
    assert np.isfinite(fit(x, np.ones(4)).weights).all()


def test_scale_does_not_matter() -> None:
    assert fit(X, Y).chances(X) == pytest.approx(fit(X * 1000 + 5, Y).chances(X * 1000 + 5))
