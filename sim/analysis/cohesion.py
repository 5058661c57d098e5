"""Bloc cohesion: how much more a bloc's members agree than their own positions would have them.

Pairs of members are compared with pairs as near in ideal point of which one at most is a
member. cohesion = (agreement - expected) / (1 - expected), 0 unless it exceeds three times its
standard error (two jackknives, over resolutions and over members). Agreement alone is no
cohesion: states that want the same vote the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.record import Codes

Floats = npt.NDArray[np.float64]

BINS = 20
CLEAR = 3.0  # standard errors


@dataclass(frozen=True)
class Cohesion:
    """One bloc's agreement, what positions lead to expect, and the excess (all 0-1)."""

    bloc: str
    members: int
    agreement: float
    expected: float
    excess: float
    error: float
    cohesion: float


def cohesion(
    bloc: str, members: Sequence[str], states: Sequence[str], theta: Floats, codes: Codes
) -> Cohesion:
    """Estimate one bloc's cohesion from votes (states, resolutions) and ideal points."""
    inside = np.isin(states, members)
    first, second = np.triu_indices(len(states), 1)
    both = inside[first] & inside[second]
    distance = np.sqrt(((theta[first] - theta[second]) ** 2).sum(1))
    seen, same = _agreement(codes, first, second)
    all_seen, all_same = seen.sum(1), same.sum(1)
    agreement, expected, excess = _excess(all_seen, all_same, both, distance)
    without_text = [
        _excess(all_seen - seen[:, v], all_same - same[:, v], both, distance)[2]
        for v in range(codes.shape[1])
    ]
    without_member = [
        _excess(all_seen * other, all_same * other, both, distance)[2]
        for other in ((first != m) & (second != m) for m in np.flatnonzero(inside))
    ]
    error = float(np.hypot(_jackknife(without_text), _jackknife(without_member)))
    clear = excess > CLEAR * error and both.any()
    return Cohesion(
        bloc, int(inside.sum()), agreement, expected, excess, error, excess if clear else 0.0
    )


def _jackknife(left: Sequence[float]) -> float:
    return float(np.sqrt((len(left) - 1) * np.var(left))) if len(left) > 1 else float("inf")


def _agreement(
    codes: Codes, first: npt.NDArray[np.intp], second: npt.NDArray[np.intp]
) -> tuple[Floats, Floats]:
    seen = (np.abs(codes[first]) <= 1) & (np.abs(codes[second]) <= 1)
    return seen.astype(np.float64), (seen & (codes[first] == codes[second])).astype(np.float64)


def _excess(
    seen: Floats, same: Floats, both: npt.NDArray[np.bool_], distance: Floats
) -> tuple[float, float, float]:
    """Agreement of members, of others as near, and the excess as a share of what is left to 1."""
    if not (both & (seen > 0)).any():
        return 0.0, 0.0, 0.0
    edges = np.quantile(distance[both], np.linspace(0.0, 1.0, BINS + 1)[1:-1])
    cell = np.searchsorted(edges, distance)
    near = ~both & (distance <= distance[both].max())
    inner, others = (_by_cell(cell, seen, same, mask) for mask in (both, near))
    usable = (inner[0] > 0) & (others[0] > 0)
    weight = inner[0][usable] / inner[0][usable].sum()
    agreement = float((weight * inner[1][usable] / inner[0][usable]).sum())
    expected = float((weight * others[1][usable] / others[0][usable]).sum())
    return agreement, expected, float((agreement - expected) / max(1.0 - expected, 1e-9))


def _by_cell(
    cell: npt.NDArray[np.intp], seen: Floats, same: Floats, mask: npt.NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    seen, same = (
        np.bincount(cell[mask], of[mask], minlength=BINS).astype(np.float64) for of in (seen, same)
    )
    return seen, same
