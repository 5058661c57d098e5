"""The record of consensus forums, and predictors that were known before each of them ended."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sim import record, shipped
from sim.analysis.panel import panel
from sim.backtest.rooms import bloc_distance, members
from sim.errors import InputError

Floats = npt.NDArray[np.float64]

TABLE = "consensus_record.csv"
COLUMNS = (
    *("id", "series", "forum", "date", "outcome", "members", "contested", "last_meeting"),
    *("other_track", "what", "source", "mark"),
)
SERIES, OUTCOMES, MARKS = ("core", "wider"), ("agreed", "failed"), ("cited", "unverified")
PREDICTORS = {  # name -> in words
    "size": "size of the room (log)",
    "distance": "distance between the two blocs",
    "contested": "a mandate for what is contested",
    "last_meeting": "the mandate ends with this meeting",
    "other_track": "another track stands open",
}


@dataclass(frozen=True)
class Case:
    """One forum that was to decide by consensus; its predictors were known before it ended."""

    id: str
    series: str
    forum: str
    date: dt.date
    agreed: bool
    mark: str
    predictors: dict[str, float]  # by the names of PREDICTORS
    members: int


def cases(file: Path | None = None) -> list[Case]:
    """Read the record, in order of date; what is wrong is an InputError naming line and field."""
    rows = record.table(file or shipped.data(TABLE), COLUMNS)
    return sorted((_case(row) for row in rows), key=lambda case: case.date)


def _case(row: record.Row) -> Case:
    said = row.cells
    for field, allowed in (("series", SERIES), ("outcome", OUTCOMES), ("mark", MARKS)):
        if said[field] not in allowed:
            raise InputError(row.wrong(field, "is none of these", ", ".join(allowed)))
    if not said["source"].strip():
        raise InputError(row.wrong("source", "is empty", "where the facts of the row are from"))
    date = record.day(row, "date")
    try:
        room = members(said["members"])
    except KeyError as unknown:
        right = "all, group NAME, or ISO codes separated by semicolons"
        raise InputError(row.wrong("members", f"{unknown} is not known", right)) from None
    flags = ("contested", "last_meeting", "other_track")
    known = {field: record.number(row, field, 0.0, 1.0) for field in flags}
    known["size"] = float(np.log(len(room)))
    known["distance"] = bloc_distance(_points_before(date.year, room))
    return Case(
        *(said["id"], said["series"], said["forum"], date, said["outcome"] == "agreed"),
        mark=said["mark"],
        predictors={name: known[name] for name in PREDICTORS},
        members=len(room),
    )


def _points_before(year: int, room: tuple[str, ...]) -> Floats:
    """Ideal points of the members from the last year before this one; who has none is left out."""
    known = dict(zip(panel().states, panel().before(year), strict=True))
    return np.array([known[state] for state in room if state in known])


def matrix(of: list[Case], names: tuple[str, ...]) -> Floats:
    """Predictors of cases as (cases, predictors)."""
    return np.array([[case.predictors[name] for name in names] for case in of]).reshape(len(of), -1)


def labels(of: list[Case]) -> Floats:
    """1 where a forum agreed, else 0: (cases,)."""
    return np.array([float(case.agreed) for case in of])
