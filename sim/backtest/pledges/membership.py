"""Who had joined a pledge, and how many, by a day."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sim import record, shipped
from sim.analysis.panel import panel
from sim.errors import InputError
from sim.record import Row

Floats = npt.NDArray[np.float64]

COUNTS, MEMBERS = "pledges.csv", "pledge_members.csv"
NAMES = {
    "budapest": "Budapest Convention",
    "freedom_online": "Freedom Online Coalition",
    "counter_ransomware": "Counter Ransomware Initiative",
    "paris_call": "Paris Call",
}
MARKS = ("cited", "estimate", "unverified")


@dataclass(frozen=True)
class Series:
    """How many had joined one pledge by each day on which that is known, in order of time."""

    pledge: str
    dates: tuple[dt.date, ...]
    counts: Floats
    marks: tuple[str, ...]

    @property
    def times(self) -> Floats:
        """The days in years."""
        return np.array([years(day) for day in self.dates])


@dataclass(frozen=True)
class Member:
    """One state in one pledge; ``joined`` is a year, or None where it is not known."""

    pledge: str
    state: str
    joined: int | None
    by: dt.date
    mark: str


def years(day: dt.date) -> float:
    """A day as a decimal year."""
    length = 366 if calendar.isleap(day.year) else 365
    return day.year + (day.timetuple().tm_yday - 1) / length


def series(file: Path | None = None) -> list[Series]:
    """Read the counts of every pledge; what is wrong is an InputError naming line and field."""
    rows = record.table(file or shipped.data(COUNTS), ("pledge", "date", "count", "source", "mark"))
    by_pledge: dict[str, list[tuple[dt.date, float, str]]] = {}
    for row in rows:
        _common(row)
        found = (record.day(row, "date"), record.number(row, "count", 0, 193), row.cells["mark"])
        by_pledge.setdefault(row.cells["pledge"], []).append(found)
    return [_series(name, sorted(of)) for name, of in by_pledge.items()]


def _series(name: str, of: list[tuple[dt.date, float, str]]) -> Series:
    counts = np.array([count for _, count, _ in of])
    return Series(name, tuple(d for d, _, _ in of), counts, tuple(m for _, _, m in of))


def members(file: Path | None = None) -> list[Member]:
    """Read who joined what; what is wrong is an InputError naming line and field."""
    columns = ("pledge", "iso3", "joined", "by", "source", "mark")
    return [_member(row) for row in record.table(file or shipped.data(MEMBERS), columns)]


def _member(row: Row) -> Member:
    _common(row)
    said = row.cells
    if said["iso3"] not in panel().states:
        raise InputError(row.wrong("iso3", "is no Member of the United Nations", "an ISO code"))
    joined = said["joined"]
    if joined and not joined[:4].isdigit():
        raise InputError(row.wrong("joined", "is no year or day", "YYYY, YYYY-MM-DD or nothing"))
    year = int(joined[:4]) if joined else None
    return Member(said["pledge"], said["iso3"], year, record.day(row, "by"), said["mark"])


def _common(row: Row) -> None:
    if row.cells["pledge"] not in NAMES:
        raise InputError(row.wrong("pledge", "is not known", ", ".join(NAMES)))
    if row.cells["mark"] not in MARKS:
        raise InputError(row.wrong("mark", "is none of these", ", ".join(MARKS)))
    if not row.cells["source"].strip():
        raise InputError(row.wrong("source", "is empty", "where the row is from"))


def joined_by(pledge: str, day: dt.date, of: list[Member] | None = None) -> set[str]:
    """The states that had surely joined a pledge before a day."""
    every = members() if of is None else of
    return {m.state for m in every if m.pledge == pledge and m.by < day}
