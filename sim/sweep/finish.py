"""The tables of a finished sweep, made from its parts: the same bits however they came about.

    results.parquet   a row a run: point, run, world, the factors, the outcomes
    votes.parquet     a row for each delegation at each ballot of each point
    design.csv        a row a point: what it changes, how many runs it has, how many failed

Parts are read one after another and written in groups of rows of one size, so that neither the
number of runs nor the batches in which they were played is to be seen in memory or on the disk.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sim import arrow
from sim.delimited import written
from sim.disk import flush_folder
from sim.experiment.model import UNCHANGED, Factor, Point
from sim.sweep import rows
from sim.sweep.agenda import Agenda
from sim.sweep.folder import UNFINISHED, Folder, write
from sim.sweep.planning import Plan
from sim.sweep.reading import CHANCES, DESIGN, RESULTS, VOTES, files_of

GROUP = 32_768  # rows written together

Ints = npt.NDArray[np.int64]


def tabulate(plan: Plan, folder: Folder, agenda: Agenda) -> None:
    """Write the tables of a sweep whose points have all their runs; design.csv last."""
    made: list[tuple[Point, int]] = []
    with _growing(folder.path / RESULTS) as results, _growing(folder.path / VOTES) as votes:
        results.add(_labelled(rows.blank(plan.kept), plan.points[0], plan))
        for point in plan.points:
            runs, counts = 0, np.zeros(_shape(plan), dtype=np.int64)
            for table in _of_point(folder, agenda, point):
                counts += rows.unpacked(table.schema.metadata[rows.DECIDED], plan.kept)
                runs += len(table)
                results.add(_labelled(table, point, plan))
            votes.add(_decided(plan, point, counts, runs))
            made.append((point, runs))
    write(folder.path / DESIGN, _design(plan, made, agenda))


def _shape(plan: Plan) -> tuple[int, int, int]:
    return len(plan.kept.ballots), len(plan.kept.actors), len(CHANCES)


def _of_point(folder: Folder, agenda: Agenda, point: Point) -> Iterator[Any]:
    """The parts that make up a point's runs, in their order."""
    for file in files_of(folder.parts, agenda.chosen(point.id)):
        yield arrow.read(file)


def _labelled(table: Any, point: Point, plan: Plan) -> Any:
    """A part's rows with the point and its levels before them."""
    import pyarrow as pa

    size = len(table)
    codes = np.zeros(size, dtype=np.int32)
    names = ["point", "run", "world", *(f.path for f in plan.experiment.factors)]
    columns = [arrow.words(codes, [point.id]), table.column("run"), table.column("world")]
    columns += [_level(factor, point, size) for factor in plan.experiment.factors]
    for name in plan.kept.outcomes:
        names.append(name)
        columns.append(table.column(name))
    return pa.Table.from_arrays(columns, names=names)


def _level(factor: Factor, point: Point, size: int) -> Any:
    said = point.levels[factor.path]
    if not factor.numeric:
        return arrow.words(np.zeros(size, dtype=np.int32), [said])
    there = said != UNCHANGED
    value = np.full(size, float(said) if there else 0.0)
    return arrow.array(value, np.full(size, there))


def _decided(plan: Plan, point: Point, counts: Ints, runs: int) -> Any:
    """How often each delegation took each decision at a point, as shares of its runs."""
    import pyarrow as pa

    ballots, actors = plan.kept.ballots, plan.kept.actors
    places = np.repeat(np.arange(len(ballots), dtype=np.int32), len(actors))
    names = ["point", "draft", "stage", "actor", *CHANCES]
    columns = [
        arrow.words(np.zeros(len(places), dtype=np.int32), [point.id]),
        arrow.words(places, [draft for draft, _ in ballots]),
        arrow.words(places, [stage for _, stage in ballots]),
        arrow.words(np.tile(np.arange(len(actors), dtype=np.int32), len(ballots)), actors),
        *(arrow.array(counts[..., kind].ravel() / max(runs, 1)) for kind in CHANCES.values()),
    ]
    return pa.Table.from_arrays(columns, names=names)


def _design(plan: Plan, made: Iterable[tuple[Point, int]], agenda: Agenda) -> bytes:
    paths = [factor.path for factor in plan.experiment.factors]
    rows: list[list[object]] = [["point", *paths, "runs", "failed", "settings"]]
    for point, runs in made:
        levels = [point.levels[path] for path in paths]
        failed = agenda.goal[point.id] - runs
        rows.append([point.id, *levels, runs, failed, "; ".join(point.settings)])
    return written(rows).encode()


class _Writer:
    """Writes tables into one Parquet file in groups of one size."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.waiting: list[Any] = []
        self.writer: Any = None

    def add(self, table: Any) -> None:
        """Add rows."""
        self.waiting.append(table)
        if sum(map(len, self.waiting)) >= GROUP:
            self._write(whole=True)

    def close(self) -> None:
        """Write what is left."""
        self._write(whole=False)
        if self.writer is not None:
            self.writer.close()

    def _write(self, *, whole: bool) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        if not self.waiting:
            return
        table = pa.concat_tables(self.waiting).unify_dictionaries().combine_chunks()
        if self.writer is None:
            self.writer = pq.ParquetWriter(self.file, table.schema, write_page_checksum=True)
        end = len(table) // GROUP * GROUP if whole else len(table)
        self.writer.write_table(table.slice(0, end), row_group_size=GROUP)
        self.waiting = [table.slice(end)] if end < len(table) else []


@contextmanager
def _growing(file: Path) -> Iterator[_Writer]:
    """A Parquet file that appears under its name only once it is whole."""
    made = file.with_name(f"{UNFINISHED}{os.getpid()}-{file.name}")
    writer = _Writer(made)
    try:
        yield writer
        writer.close()
        with made.open("rb+") as out:
            os.fsync(out.fileno())
        made.replace(file)
    finally:
        made.unlink(missing_ok=True)
    flush_folder(file.parent)
