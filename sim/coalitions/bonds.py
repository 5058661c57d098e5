"""Bonds: what two actors have in common, and by how much it outweighs what it costs to be together.

    near_ij = 1 - sqrt( sum_k s_ik s_jk (x_ik - x_jk)^2 / sum_k s_ik s_jk )
    b_ij    = z(near_ij) + t tie_ij / sd(tie) + m means_ij / sd(means) + h threat_ij / sd(threat)
    B_ij    = b_ij - f,   f the quantile of b over pairs at the friction

z and sd are over the pairs of those who take part. tie_ij sums 1/sqrt(size) over the groups that
both are in, means_ij = sqrt(c_i c_j) is what their capabilities give each other, threat_ij =
sqrt(d_i d_j) how far both are from an adversary. Friction is thus the share of pairs whose bond
is too weak to be together, whatever the number of actors.

Bonds lie on a grid of 2^-20, on which sums are exact, so that the order in which they are added
changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

GRID = 2.0**20  # steps in one unit of a bond
REFUSES = -1024.0  # the bond of two who may not or will not be together: no sum outweighs it
FORCED = 2.0**20  # the bond of two who are told to be: it outweighs any sum
GROUPS = (  # whose members meet as a group on such matters, or are bound by treaty
    *("EU", "NATO", "Five Eyes", "OECD", "G7", "AU", "ASEAN", "CARICOM", "PIF"),
    *("Arab League", "SCO", "CIS", "CSTO", "GCC", "MERCOSUR", "BRICS", "ALBA"),
)


def nearness(position: Floats, salience: Floats) -> Floats:
    """How near two actors are on what both care about, 0-1: (actors, actors).

    ``position`` and ``salience`` are (actors, issues) on 0-1. Who shares no issue is not near.
    """
    weighed = salience * position
    shared = salience @ salience.T
    square = (weighed * position) @ salience.T
    # In place: these are the largest arrays of a formation, and memory is what they cost.
    apart: Floats = square + square.T
    apart -= np.multiply(product := weighed @ weighed.T, 2.0, out=product)
    np.maximum(apart, 0.0, out=apart)
    strangers = None if shared.all() else shared <= 0
    apart /= np.maximum(shared, 1e-300, out=shared)
    if strangers is not None:
        apart[strangers] = 1.0
    np.sqrt(apart, out=apart)
    return np.subtract(1.0, apart, out=apart)


def shared_groups(actors: Sequence[str], groups: Mapping[str, Sequence[str]]) -> Floats:
    """Sum 1 / sqrt(size) over the `GROUPS` that two actors are both in: (actors, actors).

    ``groups`` are the members of each by name; sizes count those that are among the actors. The
    diagonal is what each shares with itself.
    """
    ties = np.zeros((len(actors), len(actors)))
    for name in GROUPS:
        inside = np.isin(np.array(actors), list(groups.get(name, ())))
        if inside.sum() > 1:
            ties += np.outer(inside, inside) / np.sqrt(inside.sum())
    return ties


def pairs(among: Bools) -> Ints:
    """The pairs of those who take part, each once, as places in a flat (actors, actors)."""
    return np.flatnonzero(np.triu(np.outer(among, among), 1))


def scaled(of: Floats, pair: Ints) -> Floats:
    """In standard deviations over pairs; 0 where all pairs are alike."""
    spread = float(np.take(of, pair).std()) if len(pair) else 0.0
    return of / spread if spread > 1e-12 else np.zeros_like(of)


def standard(of: Floats, pair: Ints) -> Floats:
    """As z-scores over pairs; 0 where all pairs are alike."""
    every = np.take(of, pair)
    spread = float(every.std()) if len(pair) else 0.0
    if spread <= 1e-12:
        return np.zeros_like(of)
    centred: Floats = of - every.mean()
    centred /= spread
    return centred


def less_friction(strength: Floats, pair: Ints, friction: float) -> Floats:
    """Take off what a pair must have in common, B: on the grid, 0 on the diagonal.

    ``friction`` on 0-1 is the share of pairs to whom it leaves nothing.
    """
    every = np.take(strength, pair)
    place = int(friction * (len(every) - 1)) if len(every) else 0
    bar = np.partition(every, place)[place] if len(every) else 0.0
    bonds: Floats = strength - bar
    bonds *= GRID
    np.rint(bonds, out=bonds)
    bonds /= GRID
    np.fill_diagonal(bonds, 0.0)
    return bonds
