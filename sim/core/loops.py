"""Loops over runs: some are done before others, some are the same as the one before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.world import take

Step = Callable[[Any, Any], npt.NDArray[np.bool_]]


def until_done(step: Step, fixed: Any, moving: Any, rounds: int) -> None:
    """Repeat ``step(fixed, moving)`` at most ``rounds`` times on the runs that are not done.

    ``fixed`` and ``moving`` are dataclasses of arrays that lead with runs. A step changes
    ``moving`` in place and says which of its runs are done; those are left out from then on.
    """
    live = np.arange(len(getattr(moving, fields(moving)[0].name)))
    here, state = fixed, take(moving, live)
    for _ in range(rounds):
        done = step(here, state)
        if done.any():
            _put(moving, live, state)
            live = live[~done]
            if not len(live):
                return
            here, state = take(fixed, live), take(moving, live)
    _put(moving, live, state)


def _put(target: Any, rows: npt.NDArray[np.int64], source: Any) -> None:
    for f in fields(target):
        getattr(target, f.name)[rows] = getattr(source, f.name)


def as_before(array: npt.NDArray[np.generic]) -> npt.NDArray[np.bool_]:
    """Which rows (runs) equal the one before them: (rows,)."""
    same = np.zeros(len(array), dtype=bool)
    same[1:] = (array[1:] == array[:-1]).all(axis=tuple(range(1, array.ndim)))
    return same
