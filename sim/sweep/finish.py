"""The tables of a finished sweep, made from its parts: the same bits however they came about.

    results.parquet   a row a run: point, run, world, the factors, the outcomes
    votes.parquet     a row for each delegation at each ballot of each point
    design.csv        a row a point: what it changes, how many runs it has, how many failed

Parts are read one after another and written in groups of rows of one size, so that neither the
number of runs nor the batches in which they were played is to be seen in memory or on the disk.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sim import arrow
from sim.delimited import written
from sim.disk import whole
from sim.experiment import outcomes
from sim.experiment.model import Factor, Point
from sim.runner.agenda import Agenda
from sim.study import columns
from sim.study.columns import CHANCES
from sim.study.findings import filled, number_of
from sim.sweep import rows
from sim.sweep.folder import Folder, write
from sim.sweep.planning import Plan
from sim.sweep.reading import DESIGN, RESULTS, VOTES, files_of

Ints = npt.NDArray[np.int64]


def tabulate(plan: Plan, folder: Folder, agenda: Agenda) -> None:
    """Write the tables of a sweep whose points have all their runs; design.csv last."""
    made: list[tuple[Point, int]] = []
    about = _about(plan)
    with _growing(folder.path / RESULTS) as results, _growing(folder.path / VOTES) as votes:
        results.add(_labelled(rows.blank(plan.kept), plan.points[0], plan, about))
        for point in plan.points:
            runs, counts = 0, np.zeros(_shape(plan), dtype=np.int64)
            for table in _of_point(folder, agenda, point):
                counts += rows.unpacked(table.schema.metadata[rows.DECIDED], plan.kept)
                runs += len(table)
                results.add(_labelled(table, point, plan, about))
            votes.add(_decided(plan, point, counts, runs))
            made.append((point, runs))
    write(folder.path / DESIGN, _design(plan, made, agenda))


def _shape(plan: Plan) -> tuple[int, int, int]:
    return len(plan.kept.ballots), len(plan.kept.actors), len(CHANCES)


def _of_point(folder: Folder, agenda: Agenda, point: Point) -> Iterator[Any]:
    """The parts that make up a point's runs, in their order."""
    for file in files_of(folder.parts, agenda.chosen(point.id)):
        yield arrow.read(file)


def _labelled(table: Any, point: Point, plan: Plan, about: arrow.About) -> Any:
    """A part's rows with the point and its levels before them, and what the columns mean."""
    codes = np.zeros(len(table), dtype=np.int32)
    levels = filled(point, plan.kept.own)
    found = {"point": arrow.words(codes, [point.id])}
    found |= {name: table.column(name) for name in ("run", "world")}
    found |= {f.path: _level(f, levels[f.path], codes) for f in plan.experiment.factors}
    found |= {name: table.column(name) for name in plan.kept.outcomes}
    return arrow.table(found, about)


def _about(plan: Plan) -> arrow.About:
    """What the columns of the table of runs mean."""
    known = outcomes.kept(plan.kept.outcomes, plan.scenario)
    factors = [factor.path for factor in plan.experiment.factors]
    names = (*columns.OF_RUNS, *factors, *plan.kept.outcomes)
    return columns.metadata(columns.described(names, outcomes=known, factors=factors))


def _level(factor: Factor, level: str, codes: npt.NDArray[np.int32]) -> Any:
    """The level of every row; null where a number is not known."""
    if not factor.numeric:
        return arrow.words(codes, [level])
    value = np.full(len(codes), number_of(level))
    return arrow.array(value, ~np.isnan(value))


def _decided(plan: Plan, point: Point, counts: Ints, runs: int) -> Any:
    """How often each delegation took each decision at a point, as shares of its runs."""
    ballots, actors = plan.kept.ballots, plan.kept.actors
    places = np.repeat(np.arange(len(ballots), dtype=np.int32), len(actors))
    slots = np.tile(np.arange(len(actors), dtype=np.int32), len(ballots))
    found = {
        "point": arrow.words(np.zeros(len(places), dtype=np.int32), [point.id]),
        "draft": arrow.words(places, [draft for draft, _ in ballots]),
        "stage": arrow.words(places, [stage for _, stage in ballots]),
        "actor": arrow.words(slots, actors),
    }
    found |= {
        name: arrow.array(counts[..., kind].ravel() / max(runs, 1))
        for name, kind in CHANCES.items()
    }
    meanings = columns.described(found, {"point": columns.POINT, **columns.OF_BALLOTS})
    return arrow.table(found, columns.metadata(meanings))


def _design(plan: Plan, made: Iterable[tuple[Point, int]], agenda: Agenda) -> bytes:
    paths = [factor.path for factor in plan.experiment.factors]
    rows: list[list[object]] = [["point", *paths, "runs", "failed", "settings"]]
    for point, runs in made:
        levels = filled(point, plan.kept.own)
        failed = agenda.goal[point.id] - runs
        rows.append([point.id, *map(levels.get, paths), runs, failed, "; ".join(point.settings)])
    return written(rows).encode()


@contextmanager
def _growing(file: Path) -> Iterator[arrow.Writer]:
    """A Parquet file that appears under its name only once it is whole."""
    with whole(file) as made:
        writer = arrow.Writer(made)
        yield writer
        writer.close()
