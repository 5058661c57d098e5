"""Each case predicted from the others, and what a model without skill would score.

The exact test (Fisher 1935): hold the predictors, place the same number of failures on the cases
in every possible way, and do with each placing all that was done with the real one. The share of
placings that score as well as the record is the chance that a model without skill does.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
import numpy.typing as npt

from sim.backtest.logistic import fit
from sim.backtest.measures import base_rate, brier, log_score

Floats = npt.NDArray[np.float64]

MOST = 20_000  # placings that are enumerated
EQUAL = 1e-9  # scores nearer than this are the same


@dataclass(frozen=True)
class Trial:
    """One way to predict, on all cases."""

    name: str
    chances: Floats  # (cases,): each from the other cases only
    brier: float
    log: float


def left_out(x: Floats, y: Floats) -> Floats:
    """Chance of a yes of each case from a model fitted on the others: (..., cases).

    Args:
        x: predictors, (cases, predictors).
        y: labels, (..., cases): of the record, or of many placings at once.
    """
    found = np.empty(y.shape)
    for i in range(len(x)):
        others = np.arange(len(x)) != i
        found[..., i] = fit(x[others], y[..., others]).chances(x[i : i + 1])[..., 0]
    return found


def rate_left_out(y: Floats) -> Floats:
    """The base rate of the other cases, for each case: (..., cases)."""
    found = np.empty(y.shape)
    for i in range(y.shape[-1]):
        found[..., i] = base_rate(np.delete(y, i, axis=-1))
    return found


def so_far(y: Floats) -> Floats:
    """The base rate of the earlier cases only, for each case in order of time: (cases,)."""
    return np.array([float(base_rate(y[:i])) for i in range(len(y))])


def last_again(y: Floats) -> Floats:
    """What came last comes again, as surely as it did before: (cases,).

    The chance is the share of earlier pairs in which the second was as the first (Jeffreys).
    """
    found = np.full(len(y), 0.5)
    for i in range(1, len(y)):
        same = float(base_rate((y[1:i] == y[: i - 1]).astype(float)))
        found[i] = same if y[i - 1] else 1 - same
    return found


def trial(name: str, chances: Floats, y: Floats) -> Trial:
    """Score chances of all cases."""
    return Trial(name, chances, float(brier(chances, y)), float(log_score(chances, y)))


def placings(cases: int, failures: int) -> Floats:
    """Every placing of so many failures on the cases, as labels (placings, cases).

    Raises:
        ValueError: there are too many to go through.
    """
    if comb(cases, failures) > MOST:
        raise ValueError(f"{comb(cases, failures):,} placings are too many to go through")
    found = np.ones((comb(cases, failures), cases))
    for row, which in enumerate(combinations(range(cases), failures)):
        found[row, list(which)] = 0.0
    return found


@dataclass(frozen=True)
class Chance:
    """How the record's score lies among those of every placing: mean Brier minus base rate's."""

    ours: float
    all: Floats  # (placings,)

    @property
    def as_well(self) -> int:
        """Placings, the record's own among them, that score as well or better."""
        return int((self.all <= self.ours + EQUAL).sum())

    @property
    def p(self) -> float:
        """The chance that a model without skill does as well."""
        return self.as_well / len(self.all)


def exact(x: Floats, y: Floats) -> Chance:
    """Test one model of predictors x (cases, predictors) on labels y (cases,)."""
    every = placings(len(y), int((1 - y).sum()))
    return Chance(float(_ahead(x, y)), _ahead(x, every))


def exact_best(models: list[Floats], y: Floats) -> Chance:
    """Test the best of several models: each placing too takes the best of them."""
    every = placings(len(y), int((1 - y).sum()))
    ours = min(float(_ahead(x, y)) for x in models)
    return Chance(ours, np.min([_ahead(x, every) for x in models], axis=0))


def _ahead(x: Floats, y: Floats) -> Floats:
    return brier(left_out(x, y), y) - brier(rate_left_out(y), y)
