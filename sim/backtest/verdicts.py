"""Sentences that follow from scores: who beats whom, written so that they turn with the numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping

from sim.show import words

VERBS = ("loses to", "is level with", "beats")  # as sentences name them: the losses first
EQUAL = 0.0005  # scores nearer than this are called level


def verdict(ours: float, theirs: float, *, lower: bool = True) -> str:
    """Say what our score does to another: beats it, loses to it, or is level with it."""
    if math.isnan(ours) or math.isnan(theirs):
        return "cannot be compared with"
    ahead = theirs - ours if lower else ours - theirs
    if abs(ahead) < EQUAL:
        return "is level with"
    return "beats" if ahead > 0 else "loses to"


def against(ours: float, others: Mapping[str, float], digits: int = 3) -> str:
    """Say whom a score beats, is level with and loses to, each with its score; lower is better."""
    said: dict[str, list[str]] = {}
    for name, theirs in others.items():
        told = f"'{name}' ({words.number(theirs, digits)})"
        said.setdefault(verdict(ours, theirs), []).append(told)
    order = sorted(said, key=[*VERBS, "cannot be compared with"].index)
    return words.both(f"{verb} {words.both(said[verb])}" for verb in order)


def score(value: float) -> str:
    """Write a score to three places."""
    return words.number(value, 3)


def change(value: float) -> str:
    """Write a difference of scores with its sign."""
    return words.signed(value, 3)


def between(low: float, high: float) -> str:
    """Write the 95% interval of a difference, and whether it can be told from nothing."""
    if math.isnan(low) or math.isnan(high):
        return "no interval can be given"
    open_ = "which holds zero" if low <= 0 <= high else "which leaves out zero"
    return f"95% interval {change(low)} to {change(high)}, {open_}"


def times(count: int, thing: str) -> str:
    """Write a count and its thing: 1 forum, 12 forums."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"
