"""How an outcome spreads over runs: its range, the error of its mean, chance and ignorance.

Runs are a one-way layout: several runs share a world. With y_wj = m + u_w + e_wj, the
variance of e is *chance* (what differs between runs of one world) and that of u is
*ignorance* (what differs because we do not know the world). Both are estimated by the
analysis of variance (Searle, Casella and McCulloch 1992, section 3.6; unequal numbers of
runs a world are allowed):

    MSW = SSW / (N - K)        chance^2    = MSW
    MSB = SSB / (K - 1)        ignorance^2 = max(0, (MSB - MSW) / n0)
    n0  = (N - sum n_w^2 / N) / (K - 1)

The *error of the mean* is how far the mean of these runs may lie from that of infinitely
many: sqrt(ignorance^2 sum n_w^2 / N^2 + chance^2 / N). It shrinks as runs are added; the
range of outcomes does not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

COVERED = 0.90  # share of runs that a range holds
NAN = float("nan")


@dataclass(frozen=True)
class Spread:
    """One outcome over runs, in its own unit; what cannot be told from these runs is nan."""

    runs: int  # in which it is there
    worlds: int
    mean: float
    low: float  # the range: 5th and 95th percentile of the runs
    high: float
    error: float  # of the mean
    chance: float  # standard deviation within a world
    ignorance: float  # standard deviation across worlds


def spread(values: npt.ArrayLike, worlds: npt.ArrayLike) -> Spread:
    """Describe ``values`` (runs,), given the world of each run (runs,); missing ones (nan) are not.

    One run tells neither chance nor ignorance; one world does not tell ignorance (its error
    of the mean is then within that world); worlds of one run each do not tell the two apart.
    """
    given = np.asarray(values, dtype=np.float64)
    there = ~np.isnan(given)
    y, known = given[there], np.asarray(worlds)[there]
    _, group, sizes = np.unique(known, return_inverse=True, return_counts=True)
    if not len(y):
        return Spread(0, 0, NAN, NAN, NAN, NAN, NAN, NAN)
    low, high = quantiles(y)
    within, across = components(y, group, sizes)
    return Spread(
        runs=len(y),
        worlds=len(sizes),
        mean=float(y.mean()),
        low=low,
        high=high,
        error=_error(y, sizes, within, across),
        chance=float(np.sqrt(within)),
        ignorance=float(np.sqrt(across)),
    )


def quantiles(y: Floats) -> tuple[float, float]:
    """Give the ends of the range that holds 90% of the runs; both are values that occurred."""
    tail = (1 - COVERED) / 2
    low, high = np.quantile(y, [tail, 1 - tail], method="inverted_cdf")
    return float(low), float(high)


def components(y: Floats, group: Ints, sizes: Ints) -> tuple[float, float]:
    """Estimate the variances of chance and of ignorance; nan where the runs cannot tell."""
    n, k = len(y), len(sizes)
    if n == k:
        return NAN, NAN
    means = np.bincount(group, weights=y) / sizes
    within = float(np.sum((y - means[group]) ** 2) / (n - k))
    if k == 1:
        return within, NAN
    between = float(np.sum(sizes * (means - y.mean()) ** 2) / (k - 1))
    n0 = (n - np.sum(sizes**2) / n) / (k - 1)
    return within, max(0.0, (between - within) / float(n0))


def _error(y: Floats, sizes: Ints, within: float, across: float) -> float:
    n = len(y)
    if n == 1:
        return NAN
    if np.isnan(within):  # a run a world: both spreads together
        return float(y.std(ddof=1) / np.sqrt(n))
    shared = 0.0 if np.isnan(across) else across * float(np.sum(sizes**2)) / n**2
    return float(np.sqrt(shared + within / n))
