"""Who goes with whom, where each pair has one bond: additively separable, symmetric games.

A player's worth of a coalition is the sum of its bonds b_ij = b_ji with the others in it. A
partition is Nash stable if nobody would rather be in another coalition of it, or alone. One
always exists: whoever moves to where its bonds are better raises their sum within coalitions.

Source: Bogomolnaia and Jackson (2002), The Stability of Hedonic Coalition Structures.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.errors import InputError, Mistake

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_ROUNDING = 1e-12


def stable(bonds: npt.ArrayLike, start: npt.ArrayLike | None = None) -> Ints:
    """A Nash-stable partition, as a number for each player: (players,).

    Args:
        bonds: (players, players), symmetric; what is on the diagonal does not count.
        start: a partition to begin from; else everybody alone. Players move in turn.

    Raises:
        InputError: bonds that are not symmetric, with which there may be no such partition.
    """
    b = np.array(bonds, dtype=np.float64)
    if b.ndim != 2 or b.shape[0] != b.shape[1] or not np.allclose(b, b.T, rtol=0, atol=_ROUNDING):
        raise InputError(Mistake("are not symmetric", field="bonds", allowed="b_ij = b_ji"))
    np.fill_diagonal(b, 0.0)
    n = len(b)
    group = np.arange(n) if start is None else np.array(start, dtype=np.int64)
    moved = True
    while moved:
        moved = False
        for i in range(n):
            best, worth = _best(b[i], group, i)
            if worth > _worth(b[i], group, int(group[i])) + _ROUNDING:
                group[i], moved = best, True
    numbered: Ints = np.unique(group, return_inverse=True)[1].astype(np.int64)
    return numbered


def is_stable(bonds: npt.ArrayLike, group: npt.ArrayLike) -> bool:
    """Whether nobody would rather be in another coalition of this partition, or alone."""
    b, g = np.array(bonds, dtype=np.float64), np.asarray(group, dtype=np.int64)
    np.fill_diagonal(b, 0.0)
    return all(
        _best(b[i], g, i)[1] <= _worth(b[i], g, int(g[i])) + _ROUNDING for i in range(len(b))
    )


def _worth(bonds: Floats, group: Ints, which: int) -> float:
    return float(bonds[group == which].sum())


def _best(bonds: Floats, group: Ints, i: int) -> tuple[int, float]:
    """The coalition that is worth most to a player; alone, an unused number, is worth 0."""
    alone = int(group.max()) + 1
    options = {int(g): _worth(bonds, group, int(g)) for g in np.unique(group)} | {alone: 0.0}
    best = max(options, key=lambda g: options[g])
    return best, options[best]
