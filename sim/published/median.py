"""The median voter, and the median by weight.

The smallest position up to which half of the weight, or more, has been counted. Where exactly
half lies on either side, every point between the two positions there is a median, and the middle
of them is taken, as for the median of an even number of voters.

Source: Black (1948), On the Rationale of Group Decision-Making; for weights, Bueno de Mesquita
(1994), Political Forecasting: an Expected Utility Method, whose forecast is the median of
capability times salience.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.published.model import Model
from sim.published.solution import Solution
from sim.published.table import Table

Floats = npt.NDArray[np.float64]
_ROUNDING = 1e-12  # half of a sum is half of it, whatever the last bit says


def weighted_median(position: Floats, weight: Floats) -> Floats:
    """Median of positions (actors, issues) by weight (actors, issues): (issues,).

    A position of nan counts for nothing; an issue without weight is nan.
    """
    weight = np.where(np.isnan(position), 0.0, weight)
    order = np.argsort(np.where(weight > 0, position, np.inf), axis=0, kind="stable")
    place = np.take_along_axis(position, order, axis=0)
    counted = np.cumsum(np.take_along_axis(weight, order, axis=0), axis=0)
    half = counted[-1:] / 2
    low = _first(counted >= half * (1 - _ROUNDING), place)
    high = _first(counted > half * (1 + _ROUNDING), place)
    middle: Floats = np.where(weight.sum(axis=0) > 0, (low + high) / 2, np.nan)
    return middle


def _first(reached: npt.NDArray[np.bool_], place: Floats) -> Floats:
    found: Floats = np.take_along_axis(place, reached.argmax(axis=0)[None], axis=0)[0]
    return found


def solve(table: Table) -> Solution:
    """The median voter on every issue: every actor has one vote, whatever it weighs."""
    return Solution(weighted_median(table.position, table.present.astype(np.float64)))


def solve_weighted(table: Table) -> Solution:
    """The median by capability times salience on every issue."""
    return Solution(weighted_median(table.position, table.weight))


MODEL = Model(
    "median",
    "Median voter",
    "the position that no majority of heads would leave",
    ("black1948",),
    solve,
)
WEIGHTED = Model(
    "weighted_median",
    "Weighted median",
    "half of capability times salience on either side",
    ("black1948", "bueno1994"),
    solve_weighted,
)
