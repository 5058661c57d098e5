"""What two actors who perceive a conflict offer each other, and which offer each accepts.

Bueno de Mesquita 1994, "Political forecasting: an expected utility method"; the octants of
perceived relations are those of Scholz, Calbert and Smith 2011.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

CONFRONT, COMPROMISE, COMPEL = "confrontation", "compromise", "compelled"


@dataclass(frozen=True)
class Offer:
    """A way out that an actor accepts: it moves ``to`` because of ``other``."""

    kind: str  # CONFRONT: it would lose; COMPROMISE: it meets the other; COMPEL: it gives in
    other: int
    to: float


def best_offers(
    position: Floats, mine: Floats, theirs: Floats, ranked: bool = False
) -> tuple[Offer | None, ...]:
    """For each actor the offer it accepts, or None: it stays.

    ``mine[i, j]`` is what i expects of challenging j, ``theirs[i, j]`` what i thinks j expects of
    challenging i. Where j expects something of it (theirs > 0):

    * mine > 0, but less: a confrontation that i would lose; i moves to x_j;
    * mine < 0, and |mine| < theirs: a compromise; i moves |mine / theirs| of the way;
    * mine < 0, and |mine| > theirs: i is compelled, and moves to x_j.

    Of these it takes the one that moves it least. ``ranked``: as in the program named in
    `expected_utility`, confrontations come first, then compromises by their midpoint, and nobody
    is compelled.
    """
    apart = position[:, None] != position
    threat = (theirs > 0) & apart
    lost = threat & (mine > 0) & (theirs > mine)
    met = threat & (mine < 0) & (theirs > -mine)
    forced = threat & (mine < 0) & (theirs <= -mine)
    part = np.where(met, np.abs(mine) / np.where(theirs > 0, theirs, 1), 1.0)
    to = position[:, None] + part * (position - position[:, None])
    step = np.abs(to - position[:, None])
    kinds = {CONFRONT: lost, COMPROMISE: met, COMPEL: forced}
    if not ranked:
        return tuple(_nearest(i, kinds, to, step) for i in range(len(position)))
    size = np.abs(mine) + np.abs(theirs)
    middle = np.abs(mine) * position[:, None] + np.abs(theirs) * position
    middle = middle / np.where(size > 0, size, 1)
    return tuple(
        _least(i, CONFRONT, lost[i], step[i], to[i])
        or _least(i, COMPROMISE, met[i], middle[i], to[i])
        for i in range(len(position))
    )


def _nearest(i: int, kinds: dict[str, Bools], to: Floats, step: Floats) -> Offer | None:
    there = np.any([kind[i] for kind in kinds.values()], axis=0)
    if not there.any():
        return None
    j = int(np.where(there, step[i], np.inf).argmin())
    kind = next(name for name, mask in kinds.items() if mask[i, j])
    return Offer(kind, j, float(to[i, j]))


def _least(i: int, kind: str, there: Bools, key: Floats, to: Floats) -> Offer | None:
    if not there.any():
        return None
    j = int(np.where(there, key, np.inf).argmin())
    return Offer(kind, j, float(to[j]))
