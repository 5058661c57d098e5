"""A sweep's folder read again: its study, its table a column at a time."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sim import arrow
from sim.errors import InputError, Mistake
from sim.experiment.model import Point
from sim.runner.batches import Part
from sim.study.columns import CHANCES
from sim.study.findings import Kept, Study
from sim.sweep.folder import SUFFIX, read_study
from sim.sweep.planning import restored

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

RESULTS, VOTES, DESIGN = "results.parquet", "votes.parquet", "design.csv"


def read(folder: Path) -> Study:
    """Open a sweep that has been played.

    Raises:
        InputError: there is no sweep, or it is not finished.
    """
    said = read_study(folder)
    if said is None:
        raise InputError(Mistake("holds no sweep; plenary sweep writes one", str(folder)))
    if not (folder / RESULTS).is_file():
        problem = "holds a sweep that is not finished; give `plenary sweep` the same --out again"
        raise InputError(Mistake(problem, str(folder)))
    points = tuple(Point(**point) for point in said["points"])
    source = Table(folder, points, said)
    return Study(
        experiment=restored(said["experiment"]),
        points=points,
        source=source,
        failed=_failed(folder),
        delegations=tuple(said.get("delegations", ())),
        **vars(Kept.read(said)),
    )


class Table:
    """results.parquet, read one column at a time; rows stand in the order of the points."""

    def __init__(self, folder: Path, points: tuple[Point, ...], said: dict[str, Any]) -> None:
        self.folder, self.points = folder, points
        self.shape = (len(said["ballots"]), len(said["actors"]), len(CHANCES))
        self._last: tuple[str, Floats] = ("", np.empty(0))

    @cached_property
    def _rows(self) -> dict[str, slice]:
        """Where each point's rows stand."""
        import pyarrow.compute as pc

        column = _read(self.folder / RESULTS, ["point"]).column("point")
        counts = {c["values"].as_py(): c["counts"].as_py() for c in pc.value_counts(column)}
        ends = np.cumsum([0, *(counts.get(point.id, 0) for point in self.points)]).tolist()
        return {p.id: slice(a, b) for p, a, b in zip(self.points, ends, ends[1:], strict=False)}

    def _column(self, name: str) -> Floats:
        if self._last[0] != name:
            self._last = (name, arrow.floats(_read(self.folder / RESULTS, [name]).column(0)))
        return self._last[1]

    def runs(self, point: str) -> int:
        """How many runs of a point there are."""
        rows = self._rows[point]
        return int(rows.stop - rows.start)

    def values(self, point: str, outcome: str) -> Floats:
        """One outcome of a point's runs, in files' units; nan where it is not defined."""
        return self._column(outcome)[self._rows[point]]

    @cached_property
    def _numbers(self) -> tuple[Ints, Ints]:
        """The number and the world of each run."""
        table = _read(self.folder / RESULTS, ["run", "world"])
        run, world = (arrow.floats(table.column(n)).astype(np.int64) for n in (0, 1))
        return run, world

    def numbers(self, point: str) -> Ints:
        """The number of each run."""
        return self._numbers[0][self._rows[point]]

    def worlds(self, point: str) -> Ints:
        """The world of each run."""
        return self._numbers[1][self._rows[point]]

    @cached_property
    def _chances(self) -> dict[str, Floats]:
        table = _read(self.folder / VOTES, list(CHANCES))
        flat = np.stack([arrow.floats(table.column(name)) for name in CHANCES], axis=-1)
        kinds = [int(kind) for kind in CHANCES.values()]
        whole = np.zeros((len(self.points), *self.shape))
        whole[..., kinds] = flat.reshape(whole.shape)
        return {point.id: whole[place] for place, point in enumerate(self.points)}

    def counts(self, point: str) -> Ints:
        """In how many runs each delegation took each decision: (ballots, actors, 7)."""
        return np.rint(self._chances[point] * self.runs(point)).astype(np.int64)


def _read(file: Path, names: list[str]) -> Any:
    """Some columns of one of a sweep's tables."""
    import pyarrow as pa

    try:
        return arrow.read(file, names)
    except (pa.ArrowException, OSError) as error:
        raise InputError(Mistake(f"cannot be read: {str(error)[:200]}", str(file))) from None


def column_of(folder: Path, parts: Iterable[Part], outcome: str) -> tuple[Floats, Ints]:
    """One outcome of the runs of some parts, and the world of each: (runs,) each."""
    values, worlds = [np.empty(0)], [np.empty(0, dtype=np.int64)]
    for file in files_of(folder, parts):
        table = arrow.read(file, ["world", outcome])
        values.append(arrow.floats(table.column(outcome)))
        worlds.append(arrow.floats(table.column("world")).astype(np.int64))
    return np.concatenate(values), np.concatenate(worlds)


def files_of(folder: Path, parts: Iterable[Part]) -> list[Path]:
    """The files of parts, in their order; there is none where all runs failed."""
    files = (folder / f"{part.batch.name}{SUFFIX}" for part in parts)
    return [file for file in files if file.is_file()]


def _failed(folder: Path) -> dict[str, int]:
    with (folder / DESIGN).open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return {row["point"]: int(row["failed"]) for row in rows if int(row["failed"])}
