"""The tools that all back-tests share: the small model, scores, intervals, words."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import log_expit

from sim.backtest import measures, verdicts
from sim.backtest.logistic import CUT_SD, fit

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


def test_auc_by_hand() -> None:
    yes = np.array([1.0, 0.0, 1.0, 0.0])
    assert measures.auc(np.array([4.0, 3.0, 2.0, 1.0]), yes) == 0.75
    assert measures.auc(np.array([1.0, 1.0, 1.0, 1.0]), yes) == 0.5
    assert np.isnan(measures.auc(np.array([1.0, 2.0]), np.ones(2)))


def test_scores_by_hand() -> None:
    p, yes = np.array([1.0, 0.5]), np.array([1.0, 0.0])
    assert measures.brier(p, yes) == pytest.approx(0.125)
    assert measures.log_score(p, yes) == pytest.approx(np.log(2) / 2, abs=1e-5)
    assert np.isfinite(measures.log_score(np.array([0.0]), np.array([1.0])))


def test_intervals_against_the_tables() -> None:
    assert measures.share_interval(10, 12) == pytest.approx((0.5159, 0.9791), abs=1e-4)
    assert measures.share_interval(0, 5) == pytest.approx((0.0, 0.5218), abs=1e-4)
    mean, low, high = measures.mean_interval(np.array([1.0, 2.0, 3.0]))
    assert (mean, low, high) == pytest.approx((2.0, 2 - 2.4841, 2 + 2.4841), abs=1e-4)
    assert np.isnan(measures.mean_interval(np.array([1.0]))[1])


def test_a_verdict_turns_with_the_numbers() -> None:
    assert verdicts.verdict(0.1, 0.2) == "beats"
    assert verdicts.verdict(0.2, 0.1) == "loses to"
    assert verdicts.verdict(0.2, 0.2001) == "is level with"
    assert verdicts.verdict(0.8, 0.7, lower=False) == "beats"
    assert verdicts.verdict(float("nan"), 0.7) == "cannot be compared with"
    assert "leaves out zero" in verdicts.between(0.1, 0.2)
    assert "holds zero" in verdicts.between(-0.1, 0.2)


def test_losses_are_named_before_wins() -> None:
    said = verdicts.against(0.2, {"a": 0.3, "b": 0.1, "c": 0.4, "d": 0.2})
    assert (
        said
        == "loses to 'b' (0.100), is level with 'd' (0.200) and beats 'a' (0.300) and 'c' (0.400)"
    )
    assert verdicts.against(2.0, {"x": 1.0}, 1) == "loses to 'x' (1.0)"
