"""Runs do not see each other: each is the same to the last bit, whatever is computed with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np

from sim.core.agenda import agenda
from sim.core.ask import play
from sim.core.setting import Setting
from sim.core.world import World, begin, take

RUNS = 5


def assert_chunk_free(setting: Setting, runs: int = RUNS) -> set[str]:
    """Play all runs together and in pieces, and compare the world after every mechanism.

    Pieces of one run and of all others, all runs backwards, and scattered ones. Returns the
    names of the mechanisms that played.
    """
    whole = begin(setting, range(runs))
    pieces = [(list(rows), begin(setting, rows)) for rows in _pieces(runs)]
    played = set()
    for session in range(1, setting.sessions + 1):
        for mechanism, meeting in agenda(setting, session):
            play(mechanism.play(setting, whole, meeting))
            for rows, part in pieces:
                play(mechanism.play(setting, part, meeting))
                where = f"{mechanism.name}, session {session}, runs {rows}"
                assert_same(_told(part), _told(take(whole, np.array(rows))), where)
            played.add(mechanism.name)
    return played


def _told(world: World) -> World:
    """A world whose log holds only what was done in any of its runs."""
    return replace(world, acts=[act for act in world.acts if not np.isnan(act.size).all()])


def assert_same(one: Any, other: Any, where: str) -> None:
    """Compare two worlds, outcomes or parts of them, to the last bit."""
    if isinstance(one, np.ndarray):
        assert one.dtype == other.dtype, where
        assert np.array_equal(one, other, equal_nan=one.dtype.kind == "f"), where
    elif is_dataclass(one):
        for f in fields(one):
            assert_same(getattr(one, f.name), getattr(other, f.name), f"{where}: {f.name}")
    elif isinstance(one, dict):
        assert one.keys() == other.keys(), where
        for key in one:
            assert_same(one[key], other[key], f"{where}: {key}")
    elif isinstance(one, list | tuple):
        assert len(one) == len(other), where
        for place, (a, b) in enumerate(zip(one, other, strict=True)):
            assert_same(a, b, f"{where}: {place}")
    else:
        assert one == other, where


def _pieces(runs: int) -> Iterator[Sequence[int]]:
    yield range(1)
    yield range(1, runs)
    yield range(runs - 1, -1, -1)
    yield range(1, runs, 3)
