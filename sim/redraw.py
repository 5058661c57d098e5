"""Figures drawn again from what lies in a folder, without playing anything again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from sim import arrow, sweep, writeup
from sim.build import setting as build
from sim.core.outcomes import Outcomes
from sim.core.registry import kind_of
from sim.errors import InputError, Mistake
from sim.rerun import planned
from sim.results import (
    COUNTED,
    INPUTS,
    MANIFEST,
    PLAYED,
    STORY,
    Staging,
    refuse_others,
    reported,
    writing,
)
from sim.scenario import Scenario
from sim.study.compare import Asked
from sim.study.run import Plan
from sim.sweep.folder import STUDY

FIGURES = "figures"
MISSING = "is missing: this is no folder of finished results, or of an earlier version"


def redraw(folder: Path, suffix: str = ".png") -> list[Path]:
    """Draw the figures of a finished folder again, in place of those that are there.

    Args:
        folder: of a run, a comparison or a sweep.
        suffix: ".png" or ".svg".

    Returns:
        The files that were drawn.

    Raises:
        InputError: it is no such folder, or a file of it is missing or damaged.
        RunError: the figures cannot be written.
    """
    made = _json(folder / MANIFEST)
    refuse_others(folder, made)
    others = [n for n in made["files"] if not n.startswith(f"{FIGURES}/")]
    said = {name: value for name, value in made.items() if name != "files"}
    with writing(folder) as staging:
        _draw(folder, staging, suffix)
        drawn = staging.files()
        staging.vouch(*others, *reported(folder))
        staging.manifest(said)
    return [folder / name for name in drawn if name.endswith(suffix)]


def _draw(folder: Path, staging: Staging, suffix: str) -> None:
    if (folder / STUDY).is_file():
        writeup.draw(sweep.read(folder), staging, suffix)
        return
    from sim.show.plots import draw

    scenario, base = _sides(planned(_json(folder / INPUTS)))
    setting = build(scenario, base)
    outcomes = _outcomes(folder, setting.actors)
    draw(outcomes, setting, scenario, staging.subfolder(FIGURES), suffix=suffix)


def _sides(asked: Plan | Asked) -> tuple[Scenario, Scenario | None]:
    """The scenario that is shown, and the unchanged one."""
    if isinstance(asked, Plan):
        return asked.scenario, asked.base
    return asked.changed.scenario, asked.base.scenario


def _outcomes(folder: Path, actors: tuple[str, ...]) -> Outcomes:
    """What was played, as far as figures show it: each run's own decisions are not kept."""
    arrays = _arrays(folder / PLAYED)
    counts = arrays.pop("counts")
    ballots = tuple((str(draft), str(stage)) for draft, stage in arrays.pop("ballots"))
    return Outcomes(
        ballots=ballots,
        actors=actors,
        table=_table(folder / "runs.parquet"),
        counts=counts,
        sides=arrays.pop("sides"),
        decisions=np.zeros((0, *counts.shape[:2]), dtype=np.int8),
        story=_named(STORY, arrays),
        counted=_named(COUNTED, arrays),
    )


def _named(kind: str, arrays: dict[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[Any]]:
    return {name.removeprefix(kind): of for name, of in arrays.items() if name.startswith(kind)}


def _arrays(file: Path) -> dict[str, npt.NDArray[Any]]:
    try:
        with np.load(file) as kept:
            return dict(kept)
    except FileNotFoundError:
        raise InputError(Mistake(MISSING, str(file))) from None
    except (OSError, ValueError, EOFError, BadZipFile, TypeError) as error:
        raise InputError(Mistake(f"cannot be read: {error}", str(file))) from None


def _table(file: Path) -> dict[str, npt.NDArray[Any]]:
    """The table of runs in the units of a run: shares for per cent, codes for words."""
    import pyarrow as pa

    try:
        table = arrow.read(file)
    except FileNotFoundError:
        raise InputError(Mistake(MISSING, str(file))) from None
    except (pa.ArrowException, OSError) as error:
        raise InputError(Mistake(f"cannot be read: {str(error)[:200]}", str(file))) from None
    return {name: _inside(name, table.column(name)) for name in table.column_names}


def _inside(name: str, column: Any) -> npt.NDArray[Any]:
    kind = kind_of(name)
    if kind is not None and kind.words:
        codes = {word: code for code, word in enumerate(kind.words)}
        return np.array([codes[word] for word in column.to_pylist()], dtype=np.int8)
    values = arrow.floats(column)
    if kind is None:
        return values.astype(np.int64)  # the numbers of the run and its world
    if kind.scaled:
        shares: npt.NDArray[Any] = values / 100.0
        return shares
    return values != 0 if kind.truth and not np.isnan(values).any() else values


def _json(file: Path) -> dict[str, Any]:
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(Mistake(MISSING, str(file))) from None
    except (OSError, ValueError) as error:
        raise InputError(Mistake(f"cannot be read: {error}", str(file))) from None
    return dict(said)
