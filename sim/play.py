"""A scenario played many times, by the model alone or with delegations that decide for themselves.

With delegations, run r is `Diplomacy(setting, run=r, delegations=delegations)`, one run after
another. Mesa is imported only then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.build import setting as build
from sim.classes import Delegations, refuse_local
from sim.core import processes
from sim.core.ensemble import CHUNK, Play, Progress, kept, numbered, play_chunk
from sim.core.outcomes import Outcomes, join
from sim.core.setting import Setting
from sim.runner.memory import gathered
from sim.scenario import Scenario, load

Ints = npt.NDArray[np.int64]
Sides = Callable[[Ints], list[Outcomes]]  # plays a chunk of runs of each of several settings


def run(
    scenario: str | Path | Scenario,
    runs: int | Sequence[int] = 200,
    *,
    settings: Sequence[str] = (),
    delegations: Delegations | None = None,
    workers: int = 1,
) -> Outcomes:
    """Play a scenario many times: read it if need be, turn it into arrays, collect outcomes.

    Args:
        scenario: a shipped name, a file, or a scenario already read.
        runs: how many, numbered from 0, or the numbers themselves.
        settings: changes as on the command line, "PATH=VALUE"; what others had long heard is
            then that of the unchanged scenario. One that was changed after it was read has none.
        delegations: actor -> its class, for those that decide for themselves; each run is then
            played by itself, which takes longer.
        workers: processes; results do not depend on how many.

    Raises:
        InputError: what is wrong in the file or the settings, with a class or in its answer.
    """
    base = load(scenario)
    setting = build(load(scenario, settings) if settings else base, base)
    mine = checked(delegations, setting)
    outcomes = ensembles([setting], runs, workers=workers, delegations=mine)[0]
    # With delegations that decide for themselves, answers would be those of others.
    return outcomes if delegations else replace(outcomes, played=(base, tuple(settings)))


def ensembles(
    settings: Sequence[Setting],
    runs: int | Sequence[int] = 200,
    *,
    workers: int = 1,
    chunk: int = CHUNK,
    keep: bool | None = None,
    progress: Progress | None = None,
    delegations: Delegations | None = None,
) -> list[Outcomes]:
    """Play several settings on the same runs; of each what `sim.core.ensemble` gives.

    Args:
        settings: scenarios as arrays.
        runs: how many, numbered from 0, or the numbers themselves.
        workers: processes; 1 computes here.
        chunk: runs computed together; results do not depend on it.
        keep: keep each run's decisions; by default up to 4,000 runs.
        progress: called with the number of runs just finished, of any setting.
        delegations: those that decide for themselves, by actor.

    Raises:
        InputError: a class that the processes cannot have, or its wrong answer.
    """
    numbers = numbered(runs)
    play = playing(delegations or {}, workers)
    sides = partial(_each, play, settings, kept(numbers, keep))
    how: dict[str, Any] = {"workers": workers, "chunk": chunk, "progress": progress}
    return together(sides, len(settings), numbers, **how)


def together(
    sides: Sides,
    count: int,
    numbers: Ints,
    *,
    workers: int = 1,
    chunk: int = CHUNK,
    progress: Progress | None = None,
) -> list[Outcomes]:
    """Play the same runs of several settings, chunk by chunk; see `ensembles`.

    Args:
        sides: plays a chunk of runs of each. It goes to each process once: a forked one knows any
            class.
        count: how many settings there are.
        numbers: of the runs.
    """
    told = (lambda runs: progress(runs * count)) if progress else None
    work = partial(_pieces, chunk=chunk)
    parts = gathered(work, sides, numbers, workers=workers, chunk=chunk, progress=told)
    return _joined(parts)


def _each(play: Play, settings: Sequence[Setting], keep: bool, numbers: Ints) -> list[Outcomes]:
    return [play(setting, numbers, keep) for setting in settings]


def _pieces(sides: Sides, numbers: Ints, chunk: int) -> list[Outcomes]:
    return _joined(sides(numbers[i : i + chunk]) for i in range(0, len(numbers), chunk))


def _joined(parts: Iterable[list[Outcomes]]) -> list[Outcomes]:
    return [join(of) for of in zip(*parts, strict=True)]


def checked(delegations: Delegations | None, *settings: Setting) -> Delegations:
    """Give delegations by the ids of their actors; each must be able to play in all settings.

    Raises:
        InputError: an actor that is not there or named twice, or a class that cannot be its own.
    """
    if not delegations:
        return {}
    from sim.model import own

    found = [own(setting, delegations) for setting in settings]
    return found[0]


def playing(delegations: Delegations, workers: int = 1) -> Play:
    """Say who plays runs: the model alone, or one run after another with delegations.

    Raises:
        InputError: so many processes would have to import a class, and cannot.
    """
    if not delegations:
        return play_chunk
    if workers > 1 and processes.METHOD == "spawn":
        refuse_local(delegations)
    import_module("sim.model")  # here, so that forked processes have it
    return partial(with_delegations, delegations=delegations)


def with_delegations(
    setting: Setting,
    numbers: Ints,
    keep: bool,
    delegations: Delegations,
    past: Setting | None = None,
    after: int = 0,
) -> Outcomes:
    """Play runs one by one with delegations; the first ``after`` sessions under ``past``."""
    from sim.model import Diplomacy

    parts = []
    for number in numbers.tolist():
        model = Diplomacy(past or setting, number, delegations, collecting=False)
        while model.session < after:
            model.step()
        model.setting = setting
        outcomes = model.play()
        parts.append(outcomes if keep else replace(outcomes, decisions=outcomes.decisions[:0]))
    return join(parts)
