"""Intervals: of a share of runs, and of a mean difference between pairs of runs.

Runs of one world resemble each other, so neither counts every run as one more observation. A
share p whose mean has error e (`sim.analysis.spread`) is worth n = p (1 - p) / e^2 independent
runs, at least the number of worlds; where all runs agree, n is the number of worlds. Its interval
is that of Wilson (1927):

    centre = (p + z^2 / 2n) / (1 + z^2 / n)
    half   = z sqrt(p (1 - p) / n + z^2 / 4n^2) / (1 + z^2 / n),   z = 1.96

A difference has the interval mean +- t e, with t the quantile of Student's distribution for
worlds - 1 degrees of freedom. Of several differences of which the largest is told, each has the
level 0.05 / m (Bonferroni), or the largest of many would often look like something.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from sim.analysis.paired import SEEN
from sim.analysis.spread import spread
from sim.report.parts import Chance

LEVEL = 0.05
POWER = 0.84  # standard deviations beyond which eight in ten lie
Z = 1.96


def chance(what: str, happened: npt.ArrayLike, worlds: npt.ArrayLike) -> Chance:
    """How often something happened, (runs,) of 0 and 1, given the world of each run (runs,)."""
    of = spread(np.asarray(happened, dtype=np.float64), worlds)
    runs = "1 run" if of.runs == 1 else f"{of.runs:,} runs"
    return Chance(what, of.mean, *wilson(of.mean, worth(of.mean, of.error, of.worlds)), runs)


def worth(share: float, error: float, worlds: int) -> float:
    """How many independent runs a share with this error of its mean is worth."""
    if not error > 0:
        return float(worlds)
    return max(share * (1 - share) / error**2, float(worlds))


def wilson(share: float, n: float) -> tuple[float, float]:
    """Give the interval of a share seen in ``n`` independent runs."""
    if not n > 0:
        return 0.0, 1.0
    scale = 1 + Z**2 / n
    centre = (share + Z**2 / (2 * n)) / scale
    half = Z * math.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2)) / scale
    return max(centre - half, 0.0), min(centre + half, 1.0)


def reach(worlds: int, among: int = 1) -> float:
    """How many errors an interval reaches to either side, for the largest ``among`` several."""
    from scipy.special import stdtrit

    if worlds < 2:
        return math.inf
    return float(stdtrit(worlds - 1, 1 - LEVEL / (2 * among)))


def smallest(worlds: int, among: int = 1) -> float:
    """How many errors a true difference must be, to be seen as the largest of several."""
    return max(SEEN, reach(worlds, among) + POWER)
