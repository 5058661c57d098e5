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
    return np.where(bonds < 0, np.minimum(bonds, REFUSES), bonds)


def form(bonds: Floats, start: Ints, luck: Floats, crowding: float = 0.0) -> Formed:
    """Let actors move until nobody gains by a move.

    Args:
        bonds: (actors, actors), symmetric, on the grid of `sim.coalitions.bonds`, and as
            `consented` makes them where members must agree.
        start: (actors,), places of actors, equal for those who are together at first.
        luck: (actors,) uniforms; their binary digits are the coins.
        crowding: cost of the square of the number of others, in units of a bond.
    """
    every, label, rounds = np.arange(len(start)), start.copy(), 0
    worth = worths(bonds, label)
    while True:
        best, gain, here = _offers(worth, label, crowding)
        moving = gain > ENOUGH
        if not moving.any():
            return Formed(label, here, rounds)
        chosen = moving & _heads(luck, rounds) if rounds < TOSSES else every == gain.argmax()
        _move(bonds, worth, label, np.flatnonzero(chosen), best)
        rounds += 1


def tempted(bonds: Floats, label: Ints, crowding: float = 0.0) -> Bools:
    """Who would be better off alone, or in another coalition that let it in: (actors,)."""
    out: Bools = _offers(worths(bonds, label), label, crowding)[1] > ENOUGH
    return out


def worths(bonds: Floats, label: Ints) -> Floats:
    """What each coalition is worth to each actor, without crowding: (coalitions, actors).

    Coalitions have the numbers that ``label`` gives them; a number that none has is worth 0.
    """
    if np.array_equal(label, np.arange(len(label))):
        return bonds.copy()
    worth = np.zeros_like(bonds)
    order = np.argsort(label, kind="stable")
    named = label[order]
    first = np.flatnonzero(np.concatenate([[True], named[1:] != named[:-1]]))
    worth[named[first]] = np.add.reduceat(bonds[order], first, axis=0)
    return worth


def leaders(label: Ints, worth: Floats, capability: Floats) -> Ints:
    """Name everyone's coalition by the place of who leads it: (actors,).

    That is the most capable member; of several, the one most bound to the others.
    """
    order = np.lexsort((-worth, -capability, label))
    named = label[order]
    head = np.concatenate([[True], named[1:] != named[:-1]])
    return np.take(order[head], np.cumsum(head) - 1)[np.argsort(order)]


def _heads(luck: Floats, number: int) -> Bools:
    """Read off the coin of a round."""
    up: Bools = np.floor(luck * 2.0 ** (number + 1)) % 2 == 1
    return up


def _offers(worth: Floats, label: Ints, crowding: float) -> tuple[Ints, Floats, Floats]:
    """Where each would be best off, -1 for alone, what it would gain there, and its worth now."""
    every = np.arange(len(label))
    if crowding:
        others = np.bincount(label, minlength=len(label))[:, None] - (label == every[:, None])
        worth = worth - np.rint(crowding * GRID) / GRID * others.astype(np.float64) ** 2
    here = worth[label, every]
    best = worth.argmax(axis=0)
    there = worth[best, every]
    alone = there <= 0
    return np.where(alone, -1, best), np.where(alone, 0.0, there) - here, here


def _move(bonds: Floats, worth: Floats, label: Ints, movers: Ints, to: Ints) -> None:
    """Move some actors, in place; who wants to be alone waits if no number is free."""
    size = np.bincount(label, minlength=len(label))
    free = iter(np.flatnonzero(size == 0).tolist())
    for i, into in zip(movers.tolist(), to[movers].tolist(), strict=True):
        new = next(free, label[i]) if into < 0 else into
        worth[label[i]] -= bonds[i]
        worth[new] += bonds[i]
        label[i] = new
