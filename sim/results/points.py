"""points.csv: a row for each outcome at each point, with its paired difference from the base."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.analysis.paired import Difference, difference
from sim.core.frames import about
from sim.core.outcome import KEYS
from sim.experiment.model import Point
from sim.experiment.outcomes import outcome_of
from sim.show.tables import Table
from sim.study.findings import Cell, Study

SPREAD = ("mean", "error", "chance", "ignorance", "low", "high")
LEVELS = "levels"
HEAD = ("outcome", *KEYS, "unit", "point")
DIFFERENCE = {"difference": "difference", "difference_error": "error", "smallest": "smallest"}


def table(study: Study) -> Table:
    """A row for each outcome at each point: its spread, and its paired difference from the base."""
    found = [
        {name: of for name, of in row.items() if name != LEVELS} | row[LEVELS]
        for row in records(study)
    ]
    paths = [factor.path for factor in study.experiment.factors]
    names = (*HEAD, *paths, *(name for name in found[0] if name not in (*HEAD, *paths)))
    return {name: [row[name] for row in found] for name in names} if found else {}


def records(study: Study) -> list[dict[str, Any]]:
    """The same as data, the levels of factors by their paths together."""
    return [row for name in study.averaged for row in _rows(study, name)]


def _rows(study: Study, outcome: str) -> Iterator[dict[str, Any]]:
    """The rows of one outcome, in the order of the points."""
    kind = outcome_of(outcome)
    keys = about(outcome, kind, study.drafts) if kind else dict.fromkeys((*KEYS, "unit"), "")
    for point, cell in study.cells(outcome):
        yield {
            "outcome": outcome,
            **{name: text for name, text in keys.items() if name != "outcome"},
            "point": point.id,
            LEVELS: study.levels(point),
            **_spread(cell),
            **_difference(_from_base(study, point, outcome)),
        }


def _from_base(study: Study, point: Point, outcome: str) -> Difference:
    """The paired difference of a point from the base; nan at the base, and where it was not played."""
    base = study.base
    if base is None or point == base:
        return Difference(outcome)
    before, after = (study.source.values(p.id, outcome) for p in (base, point))
    return difference(outcome, before, after, study.source.worlds(base.id))


def _spread(cell: Cell) -> dict[str, Any]:
    numbers = {name: _round(getattr(cell.spread, name)) for name in SPREAD}
    return {"runs": cell.spread.runs, "defined": cell.defined, **numbers}


def _difference(found: Difference) -> dict[str, Any]:
    return {column: _round(getattr(found, name)) for column, name in DIFFERENCE.items()}


def _round(value: float) -> float:
    return round(float(value), 6)
