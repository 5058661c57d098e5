"""The ordered logit finds what made the votes, and its mode is one."""

from __future__ import annotations

import numpy as np
import pytest

from sim.analysis.ideal import ordered as cast
from sim.analysis.ordered import Fitted, Prior, Vote, _Problem, fit
from sim.record import ABSTAINING, AGAINST, IN_FAVOUR

SUPPORT, WIDTH = np.array([0.4, 2.0]), np.array([-0.2, 0.7])
PRIOR = Prior(np.zeros(2), np.full(2, 10.0), np.zeros(2), np.full(2, 10.0))


def made(votes: int, states: int, seed: int = 3) -> list[Vote]:
    draw = np.random.default_rng(seed)
    found = []
    for _ in range(votes):
        x = np.stack([np.ones(states), draw.normal(size=states)], axis=1)
        z = np.stack([np.ones(states), draw.integers(0, 2, states).astype(float)], axis=1)
        p = cast(x @ SUPPORT + draw.normal() * 0.5, np.exp(z @ WIDTH))
        answer = (draw.random(states)[:, None] > np.cumsum(p, axis=1)).sum(1)
        codes = np.array([IN_FAVOUR, ABSTAINING, AGAINST], dtype=np.int8)[np.minimum(answer, 2)]
        found.append(Vote(x, z, codes, 1.0, 0.5))
    return found


def test_recovers_the_coefficients_and_says_how_surely() -> None:
    found = fit(made(60, 200), PRIOR)
    off = np.concatenate([found.support - SUPPORT, found.width - WIDTH])
    assert (np.abs(off) < 4.5 * np.sqrt(np.diag(found.covariance))).all()
    assert np.abs(found.support - SUPPORT).max() < 0.2
    assert np.abs(found.width - WIDTH).max() < 0.1


def test_the_mode_has_no_slope() -> None:
    votes = made(5, 40)
    problem = _Problem(votes, PRIOR)
    x = problem.start(fit(votes, PRIOR))
    for _ in range(30):  # the effects of the votes, at these coefficients
        x = x + problem.step(x)
    slopes = [(problem.loss(x + d) - problem.loss(x - d)) / 2e-5 for d in np.eye(len(x)) * 1e-5]
    assert np.abs(slopes).max() < 1e-3


def test_the_start_does_not_matter() -> None:
    votes = made(8, 50)
    far = Fitted(np.array([3.0, -2.0]), np.array([1.0, -1.0]), np.eye(4))
    one, other = fit(votes, PRIOR), fit(votes, PRIOR, far)
    assert one.support == pytest.approx(other.support, abs=1e-5)
    assert one.width == pytest.approx(other.width, abs=1e-5)


def test_nothing_learnt_is_the_prior() -> None:
    prior = Prior(np.array([1.0, 2.0]), np.ones(2), np.array([0.5, 0.0]), np.ones(2))
    assert fit([], prior).support.tolist() == [1.0, 2.0]


def test_a_tight_prior_holds() -> None:
    tight = Prior(np.zeros(2), np.full(2, 1e-4), np.zeros(2), np.full(2, 1e-4))
    assert np.abs(fit(made(5, 50), tight).support).max() < 1e-3
