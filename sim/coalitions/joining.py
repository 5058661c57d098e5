"""Who puts its name to a call: a pledge, a statement, a list of sponsors.

    h_i = a + b (mean bond of i with those who call);   i joins if h_i + s u + e_i > 0

u is a shock that all share, standard normal, and e_i is logistic. Without u the number of those
who join is known far too well. Nobody joins because others do: no such term could be told from
none on the record. Fitted by `experiments/backtests/coalitions.py` on ten calls of 2011 to 2023.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

CUT, SLOPE, SHOCK = -2.7, 0.8, 0.7  # a and b fitted, s assumed: about what a prototype needed


def with_callers(strength: Floats, callers: npt.ArrayLike) -> Floats:
    """Mean bond of each actor with those who call, itself aside: (actors,).

    ``strength`` (actors, actors) is a bond before friction; ``callers`` (actors,) says who calls.
    """
    calls = np.asarray(callers, dtype=bool)
    others = calls[None, :] & ~np.eye(len(calls), dtype=bool)
    summed = np.where(others, strength, 0.0).sum(axis=1)
    mean: Floats = summed / np.maximum(others.sum(axis=1), 1)
    return mean


def joins(bond: Floats, shock: Floats, own: Floats) -> Bools:
    """Who joins, (runs, actors): ``shock`` (runs,) is normal, ``own`` (runs, actors) uniform."""
    inclined = CUT + SLOPE * bond + SHOCK * shock[:, None]
    return inclined + np.log(own) - np.log1p(-own) > 0
