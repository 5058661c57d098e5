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

Two intervals say two things. The one *from chance* is of the mean in these very worlds:
infinitely many runs in each would put it there, nine times in ten. Without any error from the
choice of worlds, its squared error is chance^2 / N. The one *across worlds* is where nine in ten
worlds' own means lie. The mean of a few runs in a world spreads too widely, by the chance that is
left in it, so each is drawn to the mean of all by empirical Bayes,

    m + sqrt(B_w) (y_w - m)      B_w = ignorance^2 / (ignorance^2 + chance^2 / n_w)

The root is that of Louis (1984): with B_w itself each world is estimated best (Efron and Morris
1975), and the worlds together lie too close; with the root they spread as far as ignorance does.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

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


@dataclass(frozen=True)
class Runs:
    """One outcome over runs, where it is there, and which of them share a world."""

    values: Floats  # (runs,)
    worlds: Ints  # (worlds,): their numbers
    group: Ints  # (runs,): the place of its world
    sizes: Ints  # (worlds,): how many runs each has

    @classmethod
    def of(cls, values: npt.ArrayLike, worlds: npt.ArrayLike) -> Runs:
        """Lay out ``values`` (runs,) by the world of each; missing ones (nan) are left out."""
        given = np.asarray(values, dtype=np.float64)
        there = ~np.isnan(given)
        known = np.unique(np.asarray(worlds)[there], return_inverse=True, return_counts=True)
        return cls(given[there], *known)

    @cached_property
    def mean(self) -> float:
        """Of all runs."""
        return float(self.values.mean())

    @cached_property
    def means(self) -> Floats:
        """Of each world: (worlds,)."""
        found: Floats = np.bincount(self.group, weights=self.values) / self.sizes
        return found

    @cached_property
    def variances(self) -> tuple[float, float]:
        """Those of chance and of ignorance; nan where the runs cannot tell."""
        n, k = len(self.values), len(self.sizes)
        if n == k:
            return NAN, NAN
        within = float(np.sum((self.values - self.means[self.group]) ** 2) / (n - k))
        if k == 1:
            return within, NAN
        between = float(np.sum(self.sizes * (self.means - self.values.mean()) ** 2) / (k - 1))
        n0 = (n - np.sum(self.sizes**2) / n) / (k - 1)
        return within, max(0.0, (between - within) / float(n0))

    @property
    def error(self) -> float:
        """Of the mean."""
        n, (within, across) = len(self.values), self.variances
        if n == 1:
            return NAN
        if np.isnan(within):  # a run a world: both spreads together
            return float(self.values.std(ddof=1) / np.sqrt(n))
        shared = 0.0 if np.isnan(across) else across * float(np.sum(self.sizes**2)) / n**2
        return float(np.sqrt(shared + within / n))

    def from_chance(self) -> tuple[float, float]:
        """Where the mean of infinitely many runs in the same worlds lies; nan if untold."""
        runs, chance = len(self.values), float(np.sqrt(self.variances[0]))
        freedom = runs - len(self.sizes)
        if np.isnan(chance) or not freedom:
            return NAN, NAN
        reach = float(stdtrit(freedom, (1 + COVERED) / 2)) * chance / runs**0.5
        return self.mean - reach, self.mean + reach

    def across_worlds(self) -> tuple[float, float]:
        """Where nine in ten worlds' own means lie, chance taken off; nan if untold."""
        within, across = self.variances
        if np.isnan(across):
            return NAN, NAN
        total = across + within / self.sizes
        kept = np.divide(across, total, out=np.zeros(len(self.sizes)), where=total > 0)
        return quantiles(self.values.mean() + np.sqrt(kept) * (self.means - self.values.mean()))


def spread(values: npt.ArrayLike, worlds: npt.ArrayLike) -> Spread:
    """Describe ``values`` (runs,), given the world of each run (runs,); missing ones (nan) are not.

    One run tells neither chance nor ignorance; one world does not tell ignorance (its error
    of the mean is then within that world); worlds of one run each do not tell the two apart.
    """
    return spread_of(Runs.of(values, worlds))


def spread_of(runs: Runs) -> Spread:
    """Describe an outcome that is laid out already."""
    if not len(runs.values):
        return Spread(0, 0, NAN, NAN, NAN, NAN, NAN, NAN)
    chance, ignorance = np.sqrt(runs.variances).tolist()
    ends, count = quantiles(runs.values), (len(runs.values), len(runs.sizes))
    return Spread(*count, runs.mean, *ends, runs.error, chance, ignorance)


def quantiles(y: Floats) -> tuple[float, float]:
    """Give the ends of the range that holds 90% of the runs; both are values that occurred."""
    tail = (1 - COVERED) / 2
    low, high = np.quantile(y, [tail, 1 - tail], method="inverted_cdf")
    return float(low), float(high)
