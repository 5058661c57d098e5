"""Forming coalitions: actors go where their bonds are best, if all who are there agree.

An actor's worth of a coalition is the sum of its bonds B_ij = B_ji with the others in it, less
what crowding costs, which grows with the square of their number. It may join if no bond with a
member is below 0: each member consents. In each round everybody who gains by a move makes it on
the toss of a coin. Whoever moves alone raises

    sum of bonds within coalitions - sum over coalitions of crowding (1 + 4 + ... + (size - 1)^2)

so that moves come to an end: the partition is then individually stable. Symmetric additively
separable games: Bogomolnaia and Jackson (2002), The Stability of Hedonic Coalition Structures;
the cost of crowding has a potential as in Rosenthal (1973).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sim.coalitions.bonds import GRID, REFUSES

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

TOSSES = 48  # rounds in which many may move at once; then only who gains most
ENOUGH = 0.002  # the least gain, in units of a bond, for which anybody moves


class Formed(NamedTuple):
    """What came of it: whose coalition everyone is in, and what it is worth, each (actors,)."""

    label: Ints  # equal for those who are together
    worth: Floats
    rounds: int


def consented(bonds: Floats) -> Floats:
    """Bonds as they count where members must consent: who objects outweighs all others."""
    refused: Floats = np.minimum(bonds, REFUSES)
    np.copyto(refused, bonds, where=bonds >= 0)
    return refused


def form(bonds: Floats, start: Ints, luck: Floats, crowding: float = 0.0) -> Formed:
    """Let actors move until nobody gains by a move.

    Args:
        bonds: (actors, actors), symmetric, on the grid of `sim.coalitions.bonds`, and as
            `consented` makes them where members must agree.
        start: (actors,), places of actors, equal for those who are together at first.
        luck: (actors,) uniforms; their binary digits are the coins.
        crowding: cost of the square of the number of others, in units of a bond.
    """
    table, rounds = Worth(bonds, start.copy(), crowding), 0
    digits = (luck * 2.0**52).astype(np.int64)
    while True:
        gain, here = table.offers()
        moving = gain > ENOUGH
        if not moving.any():
            return Formed(table.label, here, rounds)
        if rounds < TOSSES:
            table.move(np.flatnonzero(moving & (digits >> (51 - rounds) & 1 == 1)))
        else:
            table.move(np.array([gain.argmax()]))
        rounds += 1


def tempted(bonds: Floats, label: Ints, crowding: float = 0.0) -> Bools:
    """Who would be better off alone, or in another coalition that let it in: (actors,)."""
    out: Bools = Worth(bonds, label, crowding).offers()[0] > ENOUGH
    return out


class Worth:
    """What each coalition is worth to each actor, kept up to date as actors move.

    Coalitions have the numbers of ``label``, which it changes; one that has no member is worth 0.
    """

    def __init__(self, bonds: Floats, label: Ints, crowding: float) -> None:
        self.bonds, self.label = bonds, label
        self.price = float(np.rint(crowding * GRID) / GRID)
        self.size = np.bincount(label, minlength=len(label))
        self.every = np.arange(len(label))
        self.worth = self._summed()
        if self.price:
            self.worth -= self.price * (self.size[:, None] ** 2)  # to who is outside
        self.rows: list[Floats] = []  # of worth, and of bonds: once anybody moves
        self.of: list[Floats] = []

    def _summed(self) -> Floats:
        if np.array_equal(self.label, self.every):
            return self.bonds.copy()
        order = np.argsort(self.label, kind="stable")
        named = self.label[order]
        starts = np.flatnonzero(_begins(named))
        summed = np.zeros_like(self.bonds)
        summed[named[starts]] = np.add.reduceat(self.bonds[order], starts, axis=0)
        return summed  # exact in any order, since bonds are on a grid

    def offers(self) -> tuple[Floats, Floats]:
        """What each would gain by going where it is best off, and its worth now."""
        own = np.take(self.size, self.label)
        here = self.worth[self.label, self.every] + self.price * (2 * own - 1)
        return np.maximum(self.worth.max(axis=0), 0.0) - here, here  # alone it is worth 0

    def move(self, movers: Ints) -> None:
        """Move some actors to where they are best off; to be alone, they wait for a number."""
        if not self.rows:
            self.rows, self.of = list(self.worth), list(self.bonds)
        offered = np.take(self.worth, movers, axis=1)
        to = np.where(offered.max(axis=0) > 0, offered.argmax(axis=0), -1)
        size, label, rows, of = self.size.copy(), self.label, self.rows, self.of
        free = iter(np.flatnonzero(size == 0).tolist())
        for i, into in zip(movers.tolist(), to.tolist(), strict=True):
            old, there = label[i], of[i]
            new = next(free, old) if into < 0 else into
            was, now = rows[old], rows[new]
            was -= there
            now += there
            label[i] = new
        self.size = np.bincount(label, minlength=len(label))
        if self.price and (changed := np.flatnonzero(self.size != size)).size:
            dearer = self.size[changed] ** 2 - size[changed] ** 2
            self.worth[changed] -= self.price * dearer[:, None]


def leaders(label: Ints, worth: Floats, capability: Floats) -> Ints:
    """Name everyone's coalition by the place of who leads it: (actors,).

    That is the one of the highest ``capability``; of several, the one most bound to the others.
    """
    order = np.lexsort((-worth, -capability, label))
    head = _begins(label[order])
    return np.take(order[head], np.cumsum(head) - 1)[np.argsort(order)]


def _begins(named: Ints) -> Bools:
    """Where a new number begins in numbers that are in order."""
    return np.concatenate([[True], named[1:] != named[:-1]])
