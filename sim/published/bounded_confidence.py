"""Bounded confidence: each takes over the mean of those who are not too far from it.

    Hegselmann-Krause, all at once:   x_i <- mean of x_j over all j with |x_j - x_i| <= epsilon
    Deffuant, one pair at a time:     if |x_j - x_i| <= epsilon, both move mu towards one another

Positions may have several dimensions; distances are Euclidean. Whoever is exactly epsilon away,
up to rounding, counts as near.

Source: Hegselmann and Krause (2002), Opinion Dynamics and Bounded Confidence; Deffuant, Neau,
Amblard and Weisbuch (2000), Mixing Beliefs among Interacting Agents.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.published.compromise import weighted_mean
from sim.published.model import Model, Option
from sim.published.solution import Solution, grid
from sim.published.table import Table

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_ROUNDING = 1e-9


def hegselmann_krause(
    position: npt.ArrayLike, confidence: float, rounds: int = 1000, still: float = 1e-10
) -> Floats:
    """Positions round by round: (rounds + 1, actors, dimensions), or without dimensions as given.

    Args:
        position: (actors,) or (actors, dimensions).
        confidence: epsilon, how far one listens.
        rounds: at most so many; it ends when nobody moves more than ``still``.
    """
    x = np.asarray(position, dtype=np.float64)
    flat = x.ndim == 1
    x = x[:, None] if flat else x
    path = [x]
    for _ in range(rounds):
        near = _apart(x) <= confidence + _ROUNDING
        x = near @ x / near.sum(axis=1, keepdims=True)
        path.append(x)
        if np.abs(path[-1] - path[-2]).max() <= still:
            break
    out = np.array(path)
    return out[:, :, 0] if flat else out


def deffuant(
    position: npt.ArrayLike,
    confidence: float,
    rng: np.random.Generator,
    meetings: int = 100_000,
    approach: float = 0.5,
) -> Floats:
    """Positions after so many meetings of two drawn at random, of the shape given.

    Args:
        position: (actors,) or (actors, dimensions).
        confidence: epsilon.
        rng: where the pairs come from.
        meetings: how many.
        approach: mu, how far both move, 0-0.5.
    """
    x = np.array(position, dtype=np.float64)
    rows = x[:, None] if x.ndim == 1 else x  # a view: moving rows moves x
    first = rng.integers(len(x), size=meetings)
    second = (first + rng.integers(1, len(x), size=meetings)) % len(x)
    for i, j in zip(first.tolist(), second.tolist(), strict=True):
        between = rows[j] - rows[i]
        if float(between @ between) <= (confidence + _ROUNDING) ** 2:
            rows[i] += approach * between
            rows[j] -= approach * between
    return x


def clusters(position: npt.ArrayLike, apart: float = 1e-6) -> Ints:
    """Number the groups of those closer than ``apart`` to one another, by chains: (actors,)."""
    from scipy.sparse.csgraph import connected_components

    x = np.asarray(position, dtype=np.float64)
    x = x[:, None] if x.ndim == 1 else x
    groups: Ints = connected_components(_apart(x) <= apart, directed=False)[1].astype(np.int64)
    return groups


def _apart(x: Floats) -> Floats:
    square = sum((x[:, None, k] - x[None, :, k]) ** 2 for k in range(x.shape[1]))
    return np.sqrt(np.asarray(square, dtype=np.float64).reshape(len(x), len(x)))


def solve(table: Table, confidence: float = 0.2, rounds: int = 100) -> Solution:
    """Hegselmann and Krause on every issue, each for itself; the mean, weighted, of where all end.

    Args:
        table: positions; capability and salience weigh in the mean only.
        confidence: epsilon, on 0-1 between the poles.
        rounds: at most so many.
    """
    many = len(table.issues)
    end, groups, means = table.position.copy(), list[str](), np.full((rounds + 1, many), np.nan)
    for k in range(many):
        there = table.present[:, k]
        if not there.any():
            continue
        path = hegselmann_krause(table.position[there, k], confidence, rounds)
        whole = np.vstack([path, np.repeat(path[-1:], rounds + 1 - len(path), axis=0)])
        end[there, k] = path[-1]
        weight = np.repeat(table.weight[there, k][:, None], rounds + 1, axis=1)
        means[:, k] = weighted_mean(whole.T, weight)
        groups.append(f"{table.issues[k]} {clusters(path[-1]).max() + 1}")
    said = (f"groups of one mind: {', '.join(groups)}",)
    axes = {"actor": table.actors, "issue": table.issues}
    tables = {"positions": grid(axes, position=table.in_units(end))}
    return Solution(means[-1], path=means, said=said, tables=tables)


MODEL = Model(
    "bounded_confidence",
    "Bounded confidence",
    "each moves to the mean of those near it",
    ("hegselmann2002",),
    solve,
    options={
        "confidence": Option(0.2, "how far one listens, on 0-1", high=1.0),
        "rounds": Option(100, "at most so many rounds", low=1, high=10_000),
    },
    most=500,
)
