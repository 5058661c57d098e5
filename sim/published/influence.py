"""Influence in a network: positions drawn to those one listens to, and held by one's own.

    x(t + 1) = lambda W x(t) + (1 - lambda) x(0)

W has rows that sum to 1, lambda is the susceptibility. With lambda below 1 it settles at
(I - lambda W)^-1 (1 - lambda) x(0); with lambda = 1 (DeGroot), where all hear of one another and
somebody listens to itself, at one value: the mean weighted by W's left unit vector.

Source: DeGroot (1974), Reaching a Consensus; Friedkin and Johnsen (1990), Social Influence and
Opinions.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.errors import InputError, Mistake
from sim.published.compromise import weighted_mean
from sim.published.model import Model, Option
from sim.published.solution import Solution, grid
from sim.published.table import Table

Floats = npt.NDArray[np.float64]


def settled(
    ties: npt.ArrayLike, start: npt.ArrayLike, susceptibility: npt.ArrayLike = 1.0
) -> Floats:
    """Where positions settle, of the shape of ``start``.

    Args:
        ties: W, (actors, actors), 0 or more; rows are listeners, and are divided by their sums.
        start: (actors,) or (actors, issues).
        susceptibility: lambda, one for all or (actors,), 0-1.

    Raises:
        InputError: ties or susceptibilities that make no sense, or positions that never settle.
    """
    W, x0 = np.asarray(ties, dtype=np.float64), np.asarray(start, dtype=np.float64)
    total = W.sum(axis=1, keepdims=True)
    if (W < 0).any() or (total <= 0).any():
        raise InputError(Mistake("everybody listens to somebody, with no tie below 0", field="W"))
    W = W / total
    open_to = np.broadcast_to(np.asarray(susceptibility, dtype=np.float64), len(W))
    if ((open_to < 0) | (open_to > 1)).any():
        raise InputError(Mistake("is a share", field="susceptibility", allowed="0 to 1"))
    drawn = open_to[:, None] * W
    held = (1 - open_to)[:, None] * x0.reshape(len(x0), -1)
    if (open_to == 1).all():
        return _limit(W) @ x0
    whole = np.eye(len(W)) - drawn
    if np.linalg.matrix_rank(whole) < len(W):
        problem = "a group hears nobody who holds on to a position, so that it has no one limit"
        raise InputError(Mistake(problem, field="W"))
    found: Floats = np.linalg.solve(whole, held).reshape(x0.shape)
    return found


def _limit(W: Floats) -> Floats:
    """W to an infinite power, by squaring; those who only echo in turn never settle."""
    power = W
    for _ in range(64):
        square = power @ power
        if np.abs(square - power).max() < 1e-14:
            break
        power = square / square.sum(axis=1, keepdims=True)
    if np.abs(W @ power - power).max() > 1e-9:
        raise InputError(Mistake("positions go round in a circle and never settle", field="W"))
    return power


def solve(table: Table, susceptibility: float = 0.5) -> Solution:
    """Friedkin and Johnsen where all listen to all by capability; the weighted mean of the end.

    Args:
        table: capability makes the ties, the same on each issue for every listener.
        susceptibility: lambda, 0-1.
    """
    end = table.position.copy()
    for k in range(len(table.issues)):
        there = table.present[:, k] & (table.capability[:, k] > 0)
        if there.any():
            held = table.capability[there, k]
            ties = np.tile(held, (len(held), 1))
            end[there, k] = settled(ties, table.position[there, k], susceptibility)
    axes = {"actor": table.actors, "issue": table.issues}
    tables = {"positions": grid(axes, position=table.in_units(end))}
    return Solution(weighted_mean(end, table.weight), tables=tables)


MODEL = Model(
    "influence",
    "Friedkin and Johnsen",
    "all listen to all, and hold on to where they began",
    ("degroot1974", "friedkin1990"),
    solve,
    options={"susceptibility": Option(0.5, "how far others count, 0-1", high=1.0)},
    most=500,
)
