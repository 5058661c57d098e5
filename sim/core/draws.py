"""Keyed randomness: every draw has an address, so a what-if changes only what it changes.

A run's key comes from the root seed and the run's number. A draw is addressed by run,
purpose, session and draft; one Philox generator is put at that address and read, actors
first. An actor appended or taken away therefore leaves every other draw as it was, and
any run can be made again alone (Salmon and others 2011, counter-based generators).
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Keys = npt.NDArray[np.uint64]

_HALF_STEP = 2.0**-54  # moves uniforms from [0, 1) into (0, 1), so that a logarithm is finite


class Purpose(IntEnum):
    """What a draw is for. Numbers are part of every result: add, never renumber."""

    WORLD_PARAMETERS = 1
    WORLD_POSITIONS = 2
    WORLD_SALIENCES = 3
    RESOLVE = 4
    READING = 5
    VOTE = 6
    ATTENDANCE = 7
    WORLD_CODINGS = 8


def keys(root: int, runs: Sequence[int] | npt.NDArray[np.int64]) -> Keys:
    """Give each run its key: shape (runs, 2), from the root seed and the run's number."""
    made = [
        np.random.SeedSequence(root, spawn_key=(int(r),)).generate_state(2, np.uint64) for r in runs
    ]
    return np.array(made, dtype=np.uint64).reshape(len(made), 2)


def uniforms(
    keys: Keys, purpose: Purpose, shape: tuple[int, ...], session: int = 0, draft: int = 0
) -> Floats:
    """Draw uniforms in (0, 1): shape (runs, *shape), the first axis of ``shape`` being actors."""
    bits = np.random.Philox()
    generator = np.random.Generator(bits)
    state = bits.state
    counter = np.array([0, draft, session, int(purpose)], dtype=np.uint64)
    out = np.empty((len(keys), *shape))
    for row, key in zip(out, keys, strict=True):
        # A fresh address each time: without emptying the buffer, the last run's numbers leak in.
        state["state"] = {"counter": counter, "key": key}
        state["buffer_pos"] = 4
        state["has_uint32"] = 0
        bits.state = state
        generator.random(out=row)
    out += _HALF_STEP
    return out
