"""Saliences: no constant for all, more for those who act, and never from what came later."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import log_ndtr, logit
from scipy.stats import norm

from sim import countries
from sim.analysis import bridge, saliences
from sim.analysis.attributes import groups_at
from sim.analysis.evidence import Evidence, evidence
from sim.analysis.saliences import LEVEL, NAMED, SLOPE, Rows, estimate, fit, left_out
from sim.core.worlds import ISSUES

STATES = tuple(countries.names())
UNTIL = dt.date(2021, 3, 8)
GROUPS = groups_at(UNTIL)


@pytest.fixture(scope="module")
def made() -> saliences.Saliences:
    return estimate((*STATES, "MICROSOFT", "FIRST"), STATES, ISSUES, GROUPS, UNTIL)


@pytest.fixture(scope="module")
def learned() -> Rows:
    return saliences.rows(
        evidence(STATES, ISSUES, GROUPS, UNTIL), saliences.judgements(UNTIL), GROUPS
    )


def at(made: saliences.Saliences, actor: str, issue: str) -> tuple[float, float, str]:
    cell = (*STATES, "MICROSOFT", "FIRST").index(actor), ISSUES.index(issue)
    return float(made.mean[cell]), float(made.error[cell]), str(made.basis[cell])


def test_there_is_no_constant_for_all(made: saliences.Saliences) -> None:
    _, count = np.unique(made.mean.round(), return_counts=True)
    assert count.max() < 0.1 * made.mean.size
    assert (made.mean > 0).all()
    assert (made.mean < 100).all()
    assert (made.error > 4).all()
    assert (made.error < 50).all()
    assert set(np.unique(made.basis)) == set(saliences.BASES)


def test_those_who_are_known_to_care_care_more(made: saliences.Saliences) -> None:
    assert at(made, "RUS", "SOV")[0] > 80
    assert at(made, "RUS", "SOV")[2] == "judged"
    assert at(made, "TUV", "SOV")[0] < 40
    assert at(made, "FRA", "TAX")[2] == "member"
    assert at(made, "FIRST", "CBM") > at(made, "FIRST", "TAX")
    assert at(made, "FIRST", "TAX")[2] == "pooled"
    assert (
        at(made, "GEO", "ATTR")[0] > at(made, "BTN", "ATTR")[0] + 5
    )  # it was attacked, and said by whom


def test_one_more_act_raises_an_estimate_on_its_issue_most() -> None:
    def with_act(*issues: str) -> np.ndarray:
        rows = [
            bridge.Anchor("BTN", i, 50.0, 10.0, "document: a law", "s", dt.date(2015, 1, 1))
            for i in issues
        ]
        anchors = (*bridge.anchors(), *rows)
        return estimate(("BTN",), STATES, ISSUES, GROUPS, UNTIL, anchors).mean[0]

    rise = with_act("DATA") - with_act()
    assert rise.argmax() == ISSUES.index("DATA")
    assert rise[ISSUES.index("DATA")] > 5
    others = [k for k, issue in enumerate(ISSUES) if issue != "CAP"]  # where its group is judged
    assert (rise[others] > 0).all()  # it is also more active than was thought


def test_an_act_makes_an_estimate_surer_in_logits(made: saliences.Saliences) -> None:
    did = evidence(STATES, ISSUES, GROUPS, UNTIL)
    _, weight = saliences._shrunk(did)
    assert weight[STATES.index("USA")].min() > weight[STATES.index("TUV")].max()
    judged = made.basis == "judged"
    assert made.error[judged].mean() < made.error[~judged].mean()


def test_nothing_later_is_used() -> None:
    early = dt.date(2018, 3, 16)
    later = [
        replace(a, basis="document: of its own", issue="TAX") if a.known_by >= early else a
        for a in bridge.anchors()
    ]
    first, again = (estimate(STATES, STATES, ISSUES, GROUPS, early, a) for a in (None, later))
    np.testing.assert_array_equal(first.mean, again.mean)
    usa, tax = STATES.index("USA"), ISSUES.index("TAX")
    assert first.basis[usa, tax] != "judged"  # it spoke that day
    next_day = estimate(STATES, STATES, ISSUES, GROUPS, dt.date(2018, 3, 17))
    assert next_day.basis[usa, tax] == "judged"
    assert next_day.mean[usa, tax] > first.mean[usa, tax] + 30


def test_before_any_judgement_the_priors_carry_it() -> None:
    made = estimate(STATES, STATES, ISSUES, GROUPS, dt.date(2003, 1, 1))
    assert not len(made.learned.value)
    fitted = fit(made.learned, len(ISSUES))
    np.testing.assert_array_equal(fitted.weights, [LEVEL[0], SLOPE[0], *np.zeros(len(ISSUES))])
    assert 20 < made.mean.mean() < 40


def test_the_fit_is_the_mode_that_a_general_optimiser_finds(learned: Rows) -> None:
    """Expectation and maximisation against L-BFGS on the censored likelihood, at its own s."""
    found = fit(learned, len(ISSUES))
    design = saliences._design(learned.rate, learned.which, len(ISSUES))
    start = np.array([LEVEL[0], SLOPE[0], *np.zeros(len(ISSUES))])
    sd = np.array([LEVEL[1], SLOPE[1], *np.full(len(ISSUES), saliences.ISSUE[1])])

    def loss(w: np.ndarray) -> float:
        mean = design @ w
        told = np.where(
            learned.named,
            norm.logpdf(learned.value, mean, found.spread),
            log_ndtr((NAMED - mean) / found.spread),
        )
        return float((((w - start) / sd) ** 2).sum() / 2 - told.sum())

    best = minimize(loss, start, method="L-BFGS-B", options={"ftol": 1e-13, "gtol": 1e-8})
    np.testing.assert_allclose(found.weights, best.x, atol=2e-3)


def test_with_no_others_it_is_plain_ridge_regression() -> None:
    rng = np.random.default_rng(5)
    rate, which = rng.normal(size=60), rng.integers(0, 3, 60)
    value = -1 + 0.7 * rate + rng.normal(size=60)
    every = Rows(np.array(["A"] * 60), which, rate, value, np.ones(60, bool))
    found = fit(every, 3)
    design = saliences._design(rate, which, 3)
    ridge = np.diag(np.array([LEVEL[1], SLOPE[1], 0.5, 0.5, 0.5]) ** -2.0)
    start = np.array([LEVEL[0], SLOPE[0], 0, 0, 0])
    normal = ridge + design.T @ design / found.spread**2
    exact = start + np.linalg.solve(normal, design.T @ (value - design @ start)) / found.spread**2
    np.testing.assert_allclose(found.weights, exact, atol=1e-7)
    np.testing.assert_allclose(found.covariance, np.linalg.inv(normal), atol=1e-9)


def test_acts_foretell_judgements_better_than_a_constant_or_the_issue(learned: Rows) -> None:
    scored = left_out(learned, len(ISSUES))
    assert scored["acts"].log_score > scored["constant"].log_score
    assert scored["acts"].log_score > scored["issue"].log_score
    assert scored["acts"].discrimination > 0.6


def test_points_are_those_of_the_logit_normal() -> None:
    mean, error = saliences._in_points(np.array([logit(0.3)]), np.array([1e-9]))
    assert (mean[0], error[0]) == pytest.approx((30, 0), abs=1e-6)
    draws = 100 / (1 + np.exp(-(-1.0 + 1.5 * np.random.default_rng(1).standard_normal(400_000))))
    mean, error = saliences._in_points(np.array([-1.0]), np.array([1.5]))
    assert (mean[0], error[0]) == pytest.approx((draws.mean(), draws.std()), abs=0.15)


def test_a_world_without_acts_has_equal_states() -> None:
    nobody = Evidence(("AAA", "BBB"), ("SOV",), np.zeros((2, 1)), np.zeros(2))
    rate, weight = saliences._shrunk(nobody)
    np.testing.assert_array_equal(rate, np.zeros((2, 1)))
    np.testing.assert_array_equal(weight, np.ones((2, 1)))
