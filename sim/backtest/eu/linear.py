"""The compromise bent by a few features, linearly and with shrinkage: ridge regression.

    z = c + sum_f b_f x_f      b minimises  sum (y - z)^2 + k sum b^2

so that with a large k it is the compromise itself. k is chosen by proposals left out.
Source: Hoerl and Kennard (1970), Ridge Regression.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.backtest.eu import centre
from sim.backtest.eu.decisions import COMMISSION, PARLIAMENT, Decisions

Floats = npt.NDArray[np.float64]
SHRINKAGE = (3.0, 10.0, 30.0, 100.0, 300.0)
BIG = (11, 12, 16, 28, 29)  # France, Germany, Italy, Spain, the United Kingdom, in our order
HALF = 0.5


def features(decisions: Decisions) -> Mapping[str, Floats]:
    """What may bend the compromise, each (issues,); distances from it in halves of the scale."""
    c = centre.compromise(decisions)
    weights = centre.weight(decisions, decisions.capability)
    side = (c - HALF) / HALF
    big = decisions.position[:, BIG]

    def away(place: Floats) -> Floats:
        return np.nan_to_num((place - c) / HALF)

    return {
        "one": np.ones(len(decisions)),
        "side": side,
        "side_polarised": side * centre.spread(decisions, weights) / HALF,
        "side_codecision": side * decisions.codecision,
        "mean": away(centre.mean(decisions, decisions.present.astype(np.float64))),
        "median": away(centre.median(decisions, weights)),
        "commission": away(decisions.position[:, COMMISSION]),
        "parliament": away(decisions.position[:, PARLIAMENT]) * decisions.codecision,
        "big_states": away(_mean(big)),
        "reference": away(decisions.reference),
        "reference_unanimous": away(decisions.reference) * decisions.unanimity,
        "salience_spread": side * _spread(decisions),
    }


def _mean(values: Floats) -> Floats:
    there = ~np.isnan(values)
    total: Floats = np.nan_to_num(values).sum(axis=1)
    count = there.sum(axis=1)
    mean: Floats = np.divide(total, count, out=np.full(len(values), np.nan), where=count > 0)
    return mean


def _spread(decisions: Decisions) -> Floats:
    """Standard deviation of the saliences of those who take a position: (issues,)."""
    salience = np.where(decisions.present, decisions.salience, np.nan)
    away = (salience - _mean(salience)[:, None]) ** 2
    return np.sqrt(np.nan_to_num(_mean(away)))


@dataclass(frozen=True)
class Bent:
    """Fitted coefficients of the features."""

    names: tuple[str, ...]
    coefficient: Floats

    def hindcast(self, decisions: Decisions) -> Floats:
        """Where each issue ends: (issues,)."""
        found = features(decisions)
        bent: Any = sum(
            (b * found[name] for name, b in zip(self.names, self.coefficient, strict=True)), 0
        )
        return np.clip(centre.compromise(decisions) + HALF * np.asarray(bent), 0.0, 1.0)


def fit(decisions: Decisions, shrinkage: float) -> Bent:
    """Fit to the issues whose outcome is known."""
    known = decisions.known
    found = features(decisions)
    x = np.stack([column[known] for column in found.values()], axis=1)
    y = (decisions.outcome - centre.compromise(decisions))[known] / HALF
    b = np.linalg.solve(x.T @ x + shrinkage * np.eye(x.shape[1]), x.T @ y)
    return Bent(tuple(found), np.asarray(b, dtype=np.float64))
