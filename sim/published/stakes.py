"""What positions are worth to actors of KTAB's spatial model, and how they take risks.

Wise, Lester and Efird 2015, "An introduction to the KAPSARC Toolkit for Behavioral Analysis
(KTAB) using one-dimensional spatial models"; after Bueno de Mesquita 1985.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

RISKS: dict[str, Callable[[Floats, float, float], Floats]] = {
    "mid": lambda p, low, high: (3 * p - (high + 2 * low)) / (2 * (high - low)),  # -1/2 to 1
    "max": lambda p, low, high: (2 * p - (high + low)) / (high - low),  # -1 to 1
    "min": lambda p, low, high: (p - low) / (high - low),  # 0 to 1
}


def distance(ideal: Floats, place: Floats, salience: Floats) -> Floats:
    """How far each place (places, issues) is from each actor's ideal: (actors, places).

    d_ij = sqrt(sum_k (x_ik - x_jk)^2 s_ik^2 / sum_k s_ik^2), by the actor's own saliences.
    """
    apart = (ideal[:, None, :] - place) ** 2 * salience[:, None, :] ** 2
    return np.asarray(np.sqrt(apart.sum(axis=2) / (salience**2).sum(axis=1)[:, None]))


def utility(far: Floats, risk: Floats) -> Floats:
    """What a place at distance ``far`` (actors, places) is worth: u = (1 - d)(1 + d R).

    ``risk`` is (..., actors), so that one array holds the estimates of many: (..., actors, places).
    """
    return np.asarray((1 - far) * (1 + np.minimum(far, 1) * risk[..., None]))


def risks(chance: Floats, scale: str = "mid") -> Floats:
    """Risk attitudes from the chance of each to prevail: the likeliest have least to fear.

    R = 0 for all where all have the same chance (KTAB stops there).
    """
    low, high = float(chance.min()), float(chance.max())
    if high - low < 1e-12:
        return np.zeros_like(chance)
    return RISKS[scale](chance, low, high)
