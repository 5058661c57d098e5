"""Scores of hindcasts, and paired differences with intervals that respect proposals.

Errors are in points of the scale, 0-100. Whole proposals are drawn with replacement for an
interval, since what was decided on one issue of a proposal is no news of another (a cluster
bootstrap: Efron and Tibshirani 1993; Cameron, Gelbach and Miller 2008).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.backtest.eu.decisions import Decisions
from sim.backtest.eu.options import POINTS, on_points

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

DRAWS = 10_000
LEVEL = 0.95
CLOSE = 10.0  # points of the scale
FULL = 100.0
NAN = float("nan")


@dataclass(frozen=True)
class Interval:
    """A mean over issues with its 95% interval, and the wider one of the first of so many."""

    mean: float = NAN
    low: float = NAN
    high: float = NAN
    widest_low: float = NAN
    widest_high: float = NAN

    @property
    def seen(self) -> int:
        """Which side of zero it lies on: -1 below, 1 above, 0 if zero is within."""
        return -1 if self.high < 0 else 1 if self.low > 0 else 0

    @property
    def seen_among_many(self) -> int:
        """The same of the wider interval."""
        return -1 if self.widest_high < 0 else 1 if self.widest_low > 0 else 0


@dataclass(frozen=True)
class Score:
    """How one model did on the issues on which it says anything."""

    issues: int
    proposals: int
    mean: float  # absolute error
    median: float
    close: float  # share of issues within 10 points
    compromise: float  # mean absolute error of the compromise model on the same issues
    difference: Interval  # this model's minus the compromise model's


def errors(hindcast: Floats, decisions: Decisions) -> Floats:
    """Absolute errors in points, nan where there is no hindcast or no outcome: (issues,)."""
    found: Floats = FULL * np.abs(hindcast - decisions.outcome)
    return found


def score(error: Floats, compromise: Floats, group: Ints, seed: int, among: int = 1) -> Score:
    """Score a model beside the compromise model, errors (issues,) in points.

    Args:
        error: of the model.
        compromise: of the compromise model.
        group: number of each issue's proposal.
        seed: of the bootstrap.
        among: how many models are compared, for the wider interval (Bonferroni).
    """
    both = ~np.isnan(error) & ~np.isnan(compromise)
    if not both.any():
        return Score(0, 0, NAN, NAN, NAN, NAN, Interval())
    e, c, g = error[both], compromise[both], group[both]
    return Score(
        issues=len(e),
        proposals=len(np.unique(g)),
        mean=float(e.mean()),
        median=float(np.median(e)),
        close=float((e <= CLOSE + 1e-9).mean()),
        compromise=float(c.mean()),
        difference=interval(e - c, g, seed, among),
    )


def interval(values: Floats, group: Ints, seed: int, among: int = 1) -> Interval:
    """Mean of values (issues,) with its interval; nan ends where there is one proposal only."""
    _, place = np.unique(group, return_inverse=True)
    sums = np.bincount(place, weights=values)
    sizes = np.bincount(place).astype(np.float64)
    if len(sums) < 2:
        return Interval(float(values.mean()))
    drawn = np.random.default_rng([seed, len(sums)]).integers(0, len(sums), (DRAWS, len(sums)))
    means = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    tails = [(1 - LEVEL) / 2, (1 - LEVEL) / 2 / max(among, 1)]
    ends = [float(np.quantile(means, q)) for tail in tails for q in (tail, 1 - tail)]
    return Interval(float(values.mean()), *ends)


def ranked(chances: Floats, outcome: Floats) -> Floats:
    """Continuous ranked probability score of distributions over the points: (issues,), in points.

    The integral of (F(z) - [z >= y])^2 over the scale; of a sure hindcast it is the absolute
    error. Source: Matheson and Winkler (1976); Gneiting and Raftery (2007).
    """
    below = np.cumsum(chances, axis=1)[:, :-1]
    left, right = POINTS[:-1], POINTS[1:]
    before = np.clip(outcome[:, None] - left, 0.0, right - left)
    after = (right - left) - before
    found: Floats = FULL * (below**2 * before + (1 - below) ** 2 * after).sum(axis=1)
    return found


def frequencies(outcomes: Floats) -> Floats:
    """How often each point came: (points,)."""
    mean: Floats = on_points(outcomes).mean(axis=0)
    return mean


def about(hindcast: Floats, residuals: Floats) -> Floats:
    """A hindcast with the errors made elsewhere put about it: (issues, points)."""
    spread = [on_points(np.clip(z + residuals, 0.0, 1.0)).mean(axis=0) for z in hindcast]
    return np.array(spread).reshape(len(hindcast), len(POINTS))
