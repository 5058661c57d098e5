"""Draws by name: every random number has an address made of labels, so a what-if changes only
what it changes.

A run's key comes from the root seed and the run's number. A draw is addressed by run, purpose
("voting.vote") and the labels of what it is about: stage, draft, clause, actor, bloc. A label
counts by what it says and not by its place on a list. Taking a draft, a clause or an actor away,
adding one, reordering a file or adding a parameter therefore leaves every other draw as it was,
bit for bit; a vote that is put off keeps its luck; and any run can be made again alone.

    u = m( m(k0 xor a) + k1 + l ),   with m applied once more to the result

k0, k1 are the run's key, a the hash of purpose and of what all share, l the hash of a label;
m is the 64-bit finaliser of SplitMix64 (Steele, Lea and Flood 2014, constants of Stafford's
variant 13), a bijection whose every output bit depends on every input bit. The idea of
counter-based generators is that of Salmon and others (2011).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Keys = npt.NDArray[np.uint64]
Labels = npt.NDArray[np.uint64]

_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_LOW = np.uint64(12)  # 52 of 64 bits are kept: a float holds 53, and the half step needs one
_STEP = 2.0**-52
_HALF_STEP = 2.0**-53  # moves uniforms from [0, 1) into (0, 1), so that a logarithm is finite
_APART = "\x1f"  # stands between the parts of an address, and in no label


def keys(root: int, runs: Sequence[int] | npt.NDArray[np.int64]) -> Keys:
    """Give each run its key: shape (runs, 2), from the root seed and the run's number."""
    made = [
        np.random.SeedSequence(root, spawn_key=(int(r),)).generate_state(2, np.uint64) for r in runs
    ]
    return np.array(made, dtype=np.uint64).reshape(len(made), 2)


@lru_cache(maxsize=65536)
def label(*parts: str | int) -> int:
    """Hash what something is called, part by part, to 64 bits: the same on every machine."""
    said = _APART.join(map(str, parts)).encode()
    return int.from_bytes(hashlib.blake2b(said, digest_size=8).digest(), "little")


def labels(names: Iterable[str]) -> Labels:
    """Hash each of several names: (names,)."""
    return np.array([label(name) for name in names], dtype=np.uint64)


def pairs(first: Labels, second: Labels) -> Labels:
    """Give every pair of labels one of its own: (first, second)."""
    return _mixed(_mixed(first)[:, None] + second)


def uniforms(keys: Keys, purpose: str, about: Labels | None = None, *shared: str | int) -> Floats:
    """Draw uniforms in (0, 1), one a run and label.

    Args:
        keys: of the runs, (runs, 2).
        purpose: mechanism and draw, such as "voting.noise".
        about: hashes of the labels that are drawn for, of any shape; None: one draw a run.
        shared: what else the draw is about, for all labels alike: stage, draft ...

    Returns:
        Shape (runs, *about.shape), or (runs,).
    """
    address = np.uint64(label(purpose, *shared))
    start = _mixed(keys[:, 0] ^ address) + keys[:, 1]
    if about is not None:
        start = start.reshape(-1, *(1,) * about.ndim) + about
    bits = _mixed(_mixed(start))
    bits >>= _LOW
    out = bits.astype(np.float64)
    out *= _STEP
    out += _HALF_STEP
    return out


def _mixed(bits: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Apply the finaliser m to every word; overflow is meant."""
    out = bits ^ (bits >> np.uint64(30))
    out *= _FIRST
    out ^= out >> np.uint64(27)
    out *= _SECOND
    out ^= out >> np.uint64(31)
    return out
