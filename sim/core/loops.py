"""Loops over runs: some are done before others, some are the same as the one before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.world import take

Array = npt.NDArray[Any]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Step = Callable[[Any, Any], Bools]

RING = 4  # rounds of the longest circle that is seen; nearly all are of two


def until_done(step: Step, fixed: Any, moving: Any, rounds: int) -> None:
    """Repeat ``step(fixed, moving)`` at most ``rounds`` times on the runs that are not done.

    ``fixed`` and ``moving`` are dataclasses of arrays that lead with runs. A step changes
    ``moving`` in place and says which of its runs are done; those are left out from then on.

    A step does the same from the same state. A run that comes back to where it was therefore goes
    round in a circle, and of the rounds that are left it plays only those beyond whole circles.
    Circles of up to `RING` rounds are seen.
    """
    live = np.arange(len(_arrays(moving)[0]))
    if not len(live):
        return
    here, state = fixed, take(moving, live)
    left, seen, since = np.full(len(live), rounds), _copied(state), 0
    for number in range(1, rounds + 1):
        done = step(here, state)
        left -= 1
        back = _equal(_arrays(state), seen)
        if back.any():
            left[back] %= number - since
        done |= left == 0
        if done.any():
            _put(moving, live, state)
            stay = np.flatnonzero(~done)
            if not len(stay):
                return
            live, left = live[stay], left[stay]
            here, state = take(fixed, live), take(moving, live)
            seen = [array[stay] for array in seen]
        if number % RING == 0:
            seen, since = _copied(state), number
    _put(moving, live, state)


def _arrays(state: Any) -> list[Array]:
    return [getattr(state, f.name) for f in fields(state)]


def _copied(state: Any) -> list[Array]:
    return [array.copy() for array in _arrays(state)]


def _equal(arrays: Sequence[Array], others: Sequence[Array]) -> Bools:
    """Which rows (runs) are equal in all of them: (rows,)."""
    equal = np.ones(len(arrays[0]), dtype=bool)
    for one, other in zip(arrays, others, strict=True):
        equal &= (one == other).reshape(len(one), -1).all(axis=1)
        if not equal.any():
            break
    return equal


def _put(target: Any, rows: Ints, source: Any) -> None:
    for f in fields(target):
        getattr(target, f.name)[rows] = getattr(source, f.name)


def as_before(array: npt.NDArray[np.generic]) -> npt.NDArray[np.bool_]:
    """Which rows (runs) equal the one before them: (rows,)."""
    same = np.zeros(len(array), dtype=bool)
    same[1:] = (array[1:] == array[:-1]).all(axis=tuple(range(1, array.ndim)))
    return same
