"""Bargains of KTAB's spatial model: where challenger and target would meet, and which are kept.

Wise, Lester and Efird 2015, "Multidimensional bargaining using KTAB".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.published.challenge import NOBODY, Challenges
from sim.published.contest import elect, strengths

Floats = npt.NDArray[np.float64]

INTERPOLATION = ("s2p2", "s1p1", "s2pmax")
PERSPECTIVE = ("initiator", "both", "compromise")
_LEAST = 1e-6  # weight of one's own position where nobody cares or nobody can coerce


@dataclass(frozen=True, eq=False)
class Bargain:
    """A proposal: ``first`` and ``second`` move to ``to_first`` and ``to_second``, (issues,)."""

    first: int
    second: int
    to_first: Floats
    to_second: Floats

    def place(self, actor: int) -> Floats:
        """Where ``actor``, one of the two, would go."""
        return self.to_first if actor == self.first else self.to_second

    def other(self, actor: int) -> int:
        """Who bargains with ``actor``, one of the two."""
        return self.second if actor == self.first else self.first


def meet(
    at: tuple[Floats, Floats], salience: tuple[Floats, Floats], chance: float, how: str = "s2p2"
) -> tuple[Floats, Floats]:
    """Where two actors would meet on each issue, given the chance that the first wins.

    * s1p1, s2p2: both to the mean of their positions weighted by w = (s p)^1 or (s p)^2, to four
      decimals; each keeps a weight of 1e-6 for its own position.
    * s2pmax: only the weaker moves, by max(0, p_other - p_own) against the saliences squared.
    """
    (x, y), (s, t) = at, salience
    if how == "s2pmax":
        return _toward(x, y, s, t, 1 - 2 * chance), _toward(y, x, t, s, 2 * chance - 1)
    power = 1 if how == "s1p1" else 2
    w, v = (s * chance) ** power, (t * (1 - chance)) ** power
    total = w + v + _LEAST
    return (
        _four(((w + _LEAST) * x + v * y) / total),
        _four((w * x + (v + _LEAST) * y) / total),
    )


def _four(value: Floats) -> Floats:
    return np.asarray(np.floor(value * 1e4 + 0.5) / 1e4, dtype=np.float64)


def _toward(x: Floats, y: Floats, s: Floats, t: Floats, outdone: float) -> Floats:
    d = max(0.0, outdone)
    return np.asarray(x + d * t**2 / (d * t**2 + _LEAST + (1 - d) * s**2) * (y - x))


def proposals(
    found: Challenges,
    position: Floats,
    salience: Floats,
    capability: Floats,
    interpolation: str = "s2p2",
    perspective: str = "initiator",
) -> list[list[Bargain | None]]:
    """For each actor the bargains it may choose from; None is to stay.

    ``perspective``: the chance is the initiator's estimate; "both" puts the target's estimate on
    the table too; "compromise" the mean of the two, weighted by capability times salience.
    """
    n = len(position)
    table: list[list[Bargain | None]] = [[] for _ in range(n)]
    weight = capability * salience.sum(axis=1)
    for i in range(n):
        table[i].append(None)
        j = int(found.target[i])
        if j == NOBODY:
            continue
        at, cares = (position[i], position[j]), (salience[i], salience[j])
        views = [meet(at, cares, float(found.chance[i, j]), interpolation)]
        if perspective != "initiator":
            views.append(meet(at, cares, float(found.answer[i]), interpolation))
        if perspective == "compromise":
            share = weight[i] / (weight[i] + weight[j])
            (a, b), (c, d) = views
            views = [(share * a + (1 - share) * c, share * b + (1 - share) * d)]
        for to_first, to_second in views:
            offer = Bargain(i, j, to_first, to_second)
            table[i].append(offer)
            table[j].append(offer)
    return table


def chosen(
    table: list[list[Bargain | None]],
    worth: Callable[[Floats], Floats],
    own: Floats,
    capability: Floats,
    election: str = "conditional",
    victory: str = "linear",
    voting: str = "proportional",
    rng: np.random.Generator | None = None,
) -> Iterator[Bargain | None]:
    """What comes of each actor's bargains: all actors vote on them, capability their weight.

    A bargain is worth to an actor the mean worth of all positions once it is kept. ``own`` is
    (actors, positions): what each position is worth to each actor; ``worth`` the same for other
    positions (m, issues). The likeliest bargain is kept, or one drawn by chance if ``rng``.
    """
    offers = list(dict.fromkeys(o for bargains in table for o in bargains if o is not None))
    change = np.zeros((len(own), len(offers)))
    if offers:
        first, second = [o.first for o in offers], [o.second for o in offers]
        moved = worth(np.array([o.to_first for o in offers] + [o.to_second for o in offers]))
        # in this order two offers that come to the same are worth the same to the last bit
        change = (moved[:, : len(offers)] + moved[:, len(offers) :]) - (
            own[:, first] + own[:, second]
        )
    column = {offer: m for m, offer in enumerate(offers)}
    for bargains in table:
        if len(bargains) == 1:
            yield bargains[0]
            continue
        gains = [change[:, column[o]] if o is not None else np.zeros(len(own)) for o in bargains]
        utility = (own.sum(axis=1)[:, None] + np.stack(gains, axis=1)) / len(own)
        chance = elect(strengths(capability, utility, voting), election, victory)
        yield bargains[int(chance.argmax() if rng is None else rng.choice(len(chance), p=chance))]
