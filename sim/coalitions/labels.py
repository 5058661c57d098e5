"""Who is with whom, as labels: everyone's is the place of who leads its coalition, or its own.

Labels are (runs, actors); what is summed over a coalition stands at the place of its leader.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


def sizes(label: Ints) -> Ints:
    """How many are in everyone's coalition: (runs, actors)."""
    return np.take(np.bincount(_flat(label).ravel(), minlength=label.size), _flat(label))


def sums(of: Floats | Bools, label: Ints) -> Floats:
    """Sum over the members of each coalition, at the place of its leader: (runs, actors)."""
    weights = np.broadcast_to(of, label.shape).ravel().astype(np.float64, copy=False)
    summed: Any = np.bincount(_flat(label).ravel(), weights, label.size)
    found: Floats = summed.reshape(label.shape)
    return found


def means(of: Floats, label: Ints, counted: Bools) -> tuple[Floats, Floats]:
    """Mean over everyone's coalition of those who count, and how many: (runs, actors) each."""
    total, heads = sums(np.where(counted, of, 0.0), label), sums(counted, label)
    mean = np.take_along_axis(total / np.maximum(heads, 1.0), label, axis=1)
    return mean, np.take_along_axis(heads, label, axis=1)


def kept(before: Ints, now: Ints) -> Ints:
    """How many of those who were with everyone then are so now: (runs, actors), itself aside."""
    n = now.shape[1]
    with_old = sizes(before) - 1
    for run in np.flatnonzero((before != now).any(axis=1)):
        both = before[run] * n + now[run]
        with_old[run] = np.take(np.bincount(both, minlength=n * n), both) - 1
    return with_old


def merged(before: Ints, now: Ints) -> Bools:
    """Who led a coalition that has gone into another, by half or more: (runs, actors)."""
    had, brought = sizes(before), kept(before, now) + 1
    came_from = np.take_along_axis(before, now, axis=1)  # where who leads now was before
    others = np.take_along_axis(had, now, axis=1) > 1
    went: Bools = (came_from != before) & others & (brought > 1) & (2 * brought >= had)
    led: Bools = before == np.arange(now.shape[1])
    return went & led


def parts(before: Ints, now: Ints) -> Ints:
    """Into how many parts of two or more each coalition fell, at the place of who led it then."""
    n = now.shape[1]
    fell = np.zeros_like(now)
    for run in np.flatnonzero((before != now).any(axis=1)):
        which, many = np.unique(before[run] * n + now[run], return_counts=True)
        fell[run] = np.bincount(which[many > 1] // n, minlength=n)
    return fell


def _flat(label: Ints) -> Ints:
    runs, n = label.shape
    flat: Ints = label + n * np.arange(runs)[:, None]
    return flat
