"""What a worker does, in whichever process or machine: play a batch, and give back its file.

A worker needs nothing but what it is sent. It keeps the last scenarios and settings it met,
since the batches of a point come one after another.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from sim.build import setting as build
from sim.classes import Named, found
from sim.core.ensemble import chunks, keep_memory, play_chunk
from sim.core.outcomes import join
from sim.core.setting import Setting
from sim.errors import PlenaryError
from sim.play import playing
from sim.runner.batches import Batch
from sim.runner.loop import Done
from sim.scenario import Scenario, unpack
from sim.scenario.packed import Packed
from sim.study.findings import Kept
from sim.sweep.rows import encode

SETTINGS = 3  # kept by a worker: a point's own and its neighbours'

_scenarios: dict[tuple[str, tuple[str, ...]], Scenario] = {}
_settings: OrderedDict[tuple[str, tuple[str, ...]], Setting] = OrderedDict()


@dataclass(frozen=True)
class Task:
    """A batch with all that is needed to play it anywhere."""

    batch: Batch
    settings: tuple[str, ...]
    base: Packed
    kept: Kept
    delegations: tuple[Named, ...] = ()


def remember(base: Packed, scenarios: Mapping[tuple[str, ...], Scenario]) -> None:
    """Keep scenarios that were read already; processes forked from this one know them too."""
    _scenarios.clear()
    _settings.clear()
    _scenarios.update({(base.digest, settings): found for settings, found in scenarios.items()})


def play(task: Task) -> Done[bytes]:
    """Play a batch; of one that fails, find the runs that do, and keep the others."""
    begun = time.process_time()
    keep_memory()
    numbers = np.arange(task.batch.first, task.batch.first + task.batch.count)
    failed: list[tuple[int, str]] = []

    def note(run: int, error: Exception) -> None:
        failed.append((run, _said(error)))

    try:
        setting = _setting(task.base, task.settings)
        whose = playing(found(task.delegations)) if task.delegations else play_chunk
    except PlenaryError as error:
        return Done(None, tuple((run, _said(error)) for run in numbers.tolist()))
    with threadpool_limits(limits=1):
        parts = list(chunks(whose, setting, numbers, False, failed=note))
    data = encode(join(parts), task.kept, about(task)) if parts else None
    return Done(data, tuple(failed), time.process_time() - begun)


def about(task: Task) -> dict[str, object]:
    """What a batch's file says of itself."""
    return {
        "point": task.batch.point,
        "first": task.batch.first,
        "count": task.batch.count,
        "settings": list(task.settings),
        "base": task.base.digest,
    }


def setting_of(base: Packed, settings: Sequence[str]) -> Setting:
    """Build the setting of a point, as its worker will."""
    return _setting(base, tuple(settings))


def _said(error: Exception) -> str:
    return str(error) if isinstance(error, PlenaryError) else f"{type(error).__name__}: {error}"


def _setting(base: Packed, settings: tuple[str, ...]) -> Setting:
    key = (base.digest, settings)
    if key not in _settings:
        _settings[key] = build(_scenario(base, settings), _scenario(base, ()))
        while len(_settings) > SETTINGS:
            _settings.popitem(last=False)
    _settings.move_to_end(key)
    return _settings[key]


def _scenario(base: Packed, settings: tuple[str, ...]) -> Scenario:
    known = _scenarios.get((base.digest, settings))
    if known is None:
        known = unpack(base, settings)
        if not settings:  # asked for again with every point
            _scenarios[base.digest, settings] = known
    return known
