"""How good chances of a yes are, and how sure that is with few cases.

Chances and labels are arrays (..., cases); a label is 1 for yes and 0 for no.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv, stdtrit
from scipy.stats import rankdata

Floats = npt.NDArray[np.float64]

LEAST = 1e-6  # a chance below this is scored as this, so that one surprise is not infinite


def brier(chances: Floats, yes: Floats) -> Floats:
    """Mean squared error of chances, 0-1; lower is better (Brier 1950, of one category)."""
    return np.asarray(((chances - yes) ** 2).mean(-1))


def log_score(chances: Floats, yes: Floats) -> Floats:
    """Mean minus log chance of what happened, in nats; lower is better."""
    p = np.clip(chances, LEAST, 1 - LEAST)
    return np.asarray(-(yes * np.log(p) + (1 - yes) * np.log1p(-p)).mean(-1))


def auc(scores: Floats, yes: Floats) -> float:
    """Chance that a yes is ranked above a no, ties counting half; nan if there is no such pair."""
    positive = yes > 0.5
    many, rest = int(positive.sum()), int((~positive).sum())
    if not (many and rest):
        return float("nan")
    ranks = rankdata(scores)
    return float((ranks[positive].sum() - many * (many + 1) / 2) / (many * rest))


def auc_error(area: float, yes: int, no: int) -> float:
    """Standard error of an AUC (Hanley and McNeil 1982)."""
    if not (yes and no):
        return float("nan")
    q1, q2 = area / (2 - area), 2 * area**2 / (1 + area)
    spread = area * (1 - area) + (yes - 1) * (q1 - area**2) + (no - 1) * (q2 - area**2)
    return float(np.sqrt(max(spread, 0.0) / (yes * no)))


def share_interval(yes: int, cases: int, level: float = 0.95) -> tuple[float, float]:
    """Exact interval of a share (Clopper and Pearson 1934)."""
    tail = (1 - level) / 2
    low = betaincinv(yes, cases - yes + 1, tail) if yes else 0.0
    high = betaincinv(yes + 1, cases - yes, 1 - tail) if yes < cases else 1.0
    return float(low), float(high)


def mean_interval(values: Floats, level: float = 0.95) -> tuple[float, float, float]:
    """Mean of values (cases,) and its interval by Student's t; nan ends for a single value."""
    mean, many = float(values.mean()), len(values)
    if many < 2:
        return mean, float("nan"), float("nan")
    half = float(stdtrit(many - 1, (1 + level) / 2)) * float(values.std(ddof=1)) / many**0.5
    return mean, mean - half, mean + half


def base_rate(yes: Floats) -> Floats:
    """Jeffreys' estimate of a share from labels (..., cases): (yes + 1/2) / (cases + 1)."""
    return np.asarray((yes.sum(-1) + 0.5) / (yes.shape[-1] + 1))
