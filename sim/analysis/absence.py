"""Who does not vote: a logistic fit with an effect of each vote.

    logit P(not voting) = X b + u_r,  u_r ~ N(0, s^2)

Fitted by penalised likelihood as in `sim.analysis.ordered`; what X holds is said by
`sim.mechanisms.attendance`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

STEPS, CLOSE = 40, 1e-8


@dataclass(frozen=True)
class Gone:
    """One vote to learn from: rows are states with a seat."""

    terms: Floats  # (states, columns)
    away: Bools  # (states,)


def fit(past: Sequence[Gone], centre: Floats, sd: Floats, surprise: float) -> tuple[Floats, Floats]:
    """Return the mode of the coefficients and its covariance; with no past, the prior's."""
    if not past:
        return centre, np.diag(sd**2)
    x, y = np.concatenate([p.terms for p in past]), np.concatenate([p.away for p in past])
    sizes = [len(p.away) for p in past]
    vote, first = np.repeat(np.arange(len(past)), sizes), np.cumsum([0, *sizes[:-1]])
    b, u = centre, np.zeros(len(past))
    for _ in range(STEPS):
        p = expit(x @ b + u[vote])
        w = np.maximum(p * (1.0 - p), 1e-9)
        slope = x.T @ (y - p) - (b - centre) / sd**2
        own = np.add.reduceat(y - p, first) - u / surprise**2
        edge = np.add.reduceat(x * w[:, None], first)
        pivot = np.add.reduceat(w, first) + surprise**-2.0
        inside = x.T @ (x * w[:, None]) + np.diag(sd**-2.0) - edge.T @ (edge / pivot[:, None])
        step = np.linalg.solve(inside, slope - edge.T @ (own / pivot))
        scale = min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-12))  # no leap from a far start
        u = u + scale * (own - edge @ step) / pivot
        b = b + scale * step
        if np.abs(step).max() < CLOSE:
            break
    return b, np.asarray(np.linalg.inv(inside))
