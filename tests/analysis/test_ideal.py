"""Ideal points: gradient, recovery, what few votes mean, and forecasts by a series' last text."""

import numpy as np
import pytest
from scipy.optimize import approx_fprime

from sim import record
from sim.analysis import ideal, scores

LAST = {
    "74/28": "73/266",
    "74/29": "73/27",
    "74/247": "73/187",
    "75/32": "74/28",
    "75/240": "74/29",
    "77/36": "75/240",
    "77/37": "75/32",
}
# An independent two-dimensional fit's accuracy; priors and optimiser differ, hence the band.
KNOWN = {
    "74/28": 0.944,
    "74/29": 0.721,
    "74/247": 0.893,
    "75/32": 0.977,
    "75/240": 0.588,
    "77/36": 0.935,
    "77/37": 0.901,
}


def simulated(states: int = 150, votes: int = 80, seed: int = 5) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    theta = rng.normal(size=(states, 2))
    eta = theta @ rng.normal(0.0, 1.5, (2, votes)) - rng.normal(0.0, 1.0, votes)
    chances = ideal.ordered(eta, 0.5)
    u = rng.random((states, votes))
    codes = np.where(u < chances[..., 0], 1, np.where(u < chances[..., :2].sum(-1), 0, -1))
    return theta, codes.astype(np.int8)


def test_the_gradient_is_that_of_the_loss() -> None:
    _, codes = simulated(12, 7)
    masks = tuple((codes == c).astype(float) for c in (1, 0, -1))
    x = np.random.default_rng(1).normal(0.0, 0.5, 12 * 2 + 7 * 4)
    slope = approx_fprime(x, lambda z: ideal._loss(z, masks, 2)[0], 1e-6)
    np.testing.assert_allclose(ideal._loss(x, masks, 2)[1], slope, atol=2e-4)


def test_points_and_their_errors_are_recovered_from_simulated_votes() -> None:
    theta, codes = simulated()
    fitted = ideal.fit(codes, tuple(f"S{i}" for i in range(len(codes))), 2)
    # The space is known only up to a rotation: compare after the best linear map.
    design = np.column_stack([fitted.theta, np.ones(len(theta))])
    seen = design @ np.linalg.lstsq(design, theta, rcond=None)[0]
    for k in range(2):
        assert np.corrcoef(seen[:, k], theta[:, k])[0, 1] > 0.95
    covered = np.abs(seen - theta) < 1.96 * fitted.error.mean(0)
    assert 0.85 < covered.mean() <= 1.0  # nominal .95; errors leave out those of the votes' planes


def test_a_state_that_never_voted_is_at_zero_with_its_prior_error() -> None:
    _, codes = simulated()
    codes = np.vstack([codes, np.full(codes.shape[1], record.NOT_VOTING, dtype=np.int8)])
    fitted = ideal.fit(codes, tuple(f"S{i}" for i in range(len(codes))), 2)
    np.testing.assert_allclose(fitted.theta[-1], 0.0, atol=1e-3)
    np.testing.assert_allclose(fitted.error[-1], 1.0, atol=1e-6)
    assert fitted.error[:-1].max() < 1.0


def test_signs_and_fits_do_not_change_from_run_to_run() -> None:
    votes = record.votes()
    first, second = (ideal.fit(votes.codes, votes.states) for _ in range(2))
    np.testing.assert_array_equal(first.theta, second.theta)
    usa = votes.states.index("USA")
    assert (first.theta[usa] > first.theta.mean(0)).all()


@pytest.mark.parametrize("label", LAST)
def test_forecasts_by_the_last_text_match_an_independent_fit(label: str) -> None:
    votes = record.votes()
    earlier = votes.before(votes.dates[votes.column[label]])
    fitted = ideal.fit(earlier.codes, earlier.states, 2)
    chances = fitted.chances(earlier.column[LAST[label]])
    np.testing.assert_allclose(chances.sum(1), 1.0, atol=1e-9)
    assert scores.score(chances, votes.of(label)).accuracy == pytest.approx(KNOWN[label], abs=0.025)
