"""Texts coded on the scales of the issues, as a vote model reads them.

A coding has a row for each clause: the issue, what holds without the text (status quo) and
what the text says (value). Codings are made from the content of a text, never from its votes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sim import shipped
from sim.errors import InputError
from sim.record import Row, day, number, table

Floats = npt.NDArray[np.float64]

COLUMNS = ("resolution", "date", "series", "sponsors", "issue", "status_quo", "value", "reason")


@dataclass(frozen=True)
class Clause:
    """One clause: an issue, the value that holds without it, and the value it sets (0-1)."""

    issue: str
    status_quo: float
    value: float
    reason: str


@dataclass(frozen=True)
class Text:
    """One coded resolution."""

    resolution: str
    date: dt.date
    series: str
    sponsors: tuple[str, ...]
    clauses: tuple[Clause, ...]
    known_by: dt.date

    @property
    def late(self) -> bool:
        """Whether the vote fell in the last days before the holidays."""
        return self.date.month == 12 and self.date.day >= 20

    @property
    def change(self) -> dict[str, float]:
        """Value less status quo of every issue it touches, the mean of its clauses: -1 to 1."""
        issues = dict.fromkeys(c.issue for c in self.clauses)
        moved = {k: [c.value - c.status_quo for c in self.clauses if c.issue == k] for k in issues}
        return {k: sum(found) / len(found) for k, found in moved.items()}

    @property
    def content(self) -> tuple[tuple[str, float, float], ...]:
        """What moves a state: equal for texts that say the same."""
        return tuple((c.issue, c.status_quo, c.value) for c in self.clauses)


def codings(path: Path | str | None = None) -> tuple[Text, ...]:
    """Read coded texts (shipped: codings.csv) in order of date; errors name file and line."""
    rows = table(Path(path) if path else shipped.data("codings.csv"), COLUMNS)
    texts: dict[str, list[Row]] = {}
    for row in rows:
        texts.setdefault(row.cells["resolution"], []).append(row)
    return tuple(sorted((_text(r) for r in texts.values()), key=lambda t: t.date))


def before(texts: Sequence[Text], until: dt.date) -> tuple[Text, ...]:
    """Keep texts voted on, and known, before ``until``."""
    return tuple(t for t in texts if t.date < until and t.known_by < until)


def _text(rows: list[Row]) -> Text:
    first = rows[0]
    for field in ("date", "series", "sponsors"):
        wrong = [
            r.wrong(field, "differs within one text")
            for r in rows
            if r.cells[field] != first.cells[field]
        ]
        if wrong:
            raise InputError(wrong)
    date = day(first, "date")
    return Text(
        first.cells["resolution"],
        date,
        first.cells["series"],
        tuple(s.strip() for s in first.cells["sponsors"].split(";") if s.strip()),
        tuple(_clause(r) for r in rows),
        day(first, "known_by") if first.cells.get("known_by") else date,
    )


def _clause(row: Row) -> Clause:
    value, status_quo = number(row, "value"), number(row, "status_quo")
    return Clause(row.cells["issue"], status_quo / 100, value / 100, row.cells["reason"])
