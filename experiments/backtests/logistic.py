"""Ridge logistic regression for few cases: deliberately small, and the same on every machine.

P(y = 1) = L(a + b . z), L the logistic function and z the predictors scaled by the mean and the
standard deviation of the cases the model is fitted on. The fit is the posterior mode under
b ~ N(0, 1) and a ~ N(0, 2.5^2): weakly informative priors in the manner of Gelman, Jakulin,
Pittau and Su (2008), normal here, which keep it finite where few cases separate without error.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit

Floats = npt.NDArray[np.float64]

SLOPE_SD, CUT_SD = 1.0, 2.5
LONGEST_STEP, STEPS, TINY = 1.5, 100, 1e-10


@dataclass(frozen=True)
class Fit:
    """A fitted model: of one labelling of the cases, or of many at once."""

    mean: Floats  # (predictors,)
    sd: Floats  # (predictors,): 1 where a predictor does not vary
    weights: Floats  # (..., 1 + predictors): the constant first

    def chances(self, x: Floats) -> Floats:
        """P(y = 1) of cases x (cases, predictors): (..., cases)."""
        found: Floats = expit(self.weights @ _design((x - self.mean) / self.sd).T)
        return found


def fit(x: Floats, y: Floats) -> Fit:
    """Fit to cases x (cases, predictors) and their labels y (..., cases), 0 or 1."""
    mean, sd = x.mean(0), x.std(0)
    sd = np.where(sd > TINY, sd, 1.0)
    z = _design((x - mean) / sd)
    ridge = np.array([CUT_SD**-2, *[SLOPE_SD**-2] * x.shape[1]])
    w = np.zeros((*y.shape[:-1], z.shape[1]))
    for _ in range(STEPS):
        p = expit(w @ z.T)
        slope = (y - p) @ z - w * ridge
        curve = np.einsum("...n,ni,nj->...ij", p * (1 - p), z, z) + np.diag(ridge)
        step = np.linalg.solve(curve, slope[..., None])[..., 0]
        w = w + np.clip(step, -LONGEST_STEP, LONGEST_STEP)
        if np.abs(step).max() < TINY:
            break
    return Fit(mean, sd, w)


def _design(z: Floats) -> Floats:
    return np.column_stack([np.ones(len(z)), z])
