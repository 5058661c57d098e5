"""Recorded votes: who voted what, read from the shipped table or from one dropped in.

Two layouts are read. Wide (shipped): one row a state, one column a resolution, letters
Y N A X, and beside it resolutions.csv with dates, topics and series. Long: one row a vote,
columns ``resolution,date,topic,iso3,vote``, so that a newer table needs no other file; a column
``series`` may say which earlier texts a resolution carries on.
"""

from __future__ import annotations

import csv
import datetime as dt
import difflib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sim import shipped
from sim.errors import InputError, Mistake

Codes = npt.NDArray[np.int8]
Floats = npt.NDArray[np.float64]

IN_FAVOUR, ABSTAINING, AGAINST = 1, 0, -1
NOT_VOTING = 9  # absent, or present and silent: the record does not tell them apart
NO_SEAT = 10  # not yet a member
NEARLY_ALL = 0.95  # of those voting
LETTERS = {"Y": IN_FAVOUR, "A": ABSTAINING, "N": AGAINST, "X": NOT_VOTING, "": NO_SEAT}
LONG_COLUMNS = ("resolution", "date", "topic", "iso3", "vote")


@dataclass(frozen=True)
class Row:
    """One row of a table, with the line it stands on."""

    file: str
    line: int
    cells: dict[str, str]

    def wrong(self, field: str, problem: str, allowed: str = "", suggestion: str = "") -> Mistake:
        """Say what is wrong with one cell of this row."""
        value = self.cells.get(field, "")
        return Mistake(problem, self.file, self.line, field, value, allowed, suggestion)


@dataclass(frozen=True)
class Votes:
    """Recorded votes in order of date; ``codes`` is (states, resolutions), see the constants."""

    states: tuple[str, ...]
    resolutions: tuple[str, ...]
    dates: tuple[dt.date, ...]
    topics: tuple[str, ...]
    series: tuple[str, ...]
    codes: Codes

    @cached_property
    def column(self) -> dict[str, int]:
        """Where each resolution stands."""
        return {label: j for j, label in enumerate(self.resolutions)}

    def of(self, label: str) -> Codes:
        """One resolution's votes, (states,); an unknown label is an input error."""
        if label not in self.column:
            near = difflib.get_close_matches(label, self.resolutions, 1)
            raise InputError(
                Mistake("no such recorded vote", value=label, suggestion=near[0] if near else "")
            )
        return self.codes[:, self.column[label]]

    def before(self, date: dt.date) -> Votes:
        """The votes taken before ``date``: all that may be known on that day's morning."""
        return self.take([j for j, day in enumerate(self.dates) if day < date])

    def take(self, columns: Sequence[int]) -> Votes:
        """The votes in these columns, in this order."""
        return Votes(
            self.states,
            tuple(self.resolutions[j] for j in columns),
            tuple(self.dates[j] for j in columns),
            tuple(self.topics[j] for j in columns),
            tuple(self.series[j] for j in columns),
            self.codes[:, list(columns)],
        )

    def with_series(self, series: Mapping[str, str]) -> Votes:
        """The same votes, those named in ``series`` (resolution -> series) as it says."""
        named = (
            series.get(r, known) for r, known in zip(self.resolutions, self.series, strict=True)
        )
        return replace(self, series=tuple(named))

    def last_in_series(self, label: str, series: str) -> str | None:
        """The vote before ``label`` in ``series`` (before all of it ends, if not yet voted)."""
        end = self.column.get(label, len(self.resolutions))
        earlier = [
            r for r, s in zip(self.resolutions[:end], self.series, strict=False) if s == series
        ]
        return earlier[-1] if earlier else None

    def remembered(self, label: str) -> Floats:
        """What a vote says of each state for the next text of its series: +1, 0 or -1, (states,).

        0 is abstaining, or no vote; and for all, where nearly all voted alike: such a vote tells
        nothing of where a state stands among others.
        """
        cast = self.of(label)
        voted = np.abs(cast) <= 1
        alike = max(np.count_nonzero(cast == c) for c in (IN_FAVOUR, AGAINST, ABSTAINING))
        if alike >= NEARLY_ALL * np.count_nonzero(voted):
            return np.zeros(len(cast))
        return np.where(voted, cast, 0).astype(np.float64)

    def tally(self, label: str) -> tuple[int, int, int, int]:
        """In favour, against, abstaining, not voting."""
        cast = self.of(label)
        favour, against, abstaining, away = (
            int((cast == c).sum()) for c in (IN_FAVOUR, AGAINST, ABSTAINING, NOT_VOTING)
        )
        return favour, against, abstaining, away


def votes(path: Path | str | None = None) -> Votes:
    """Read recorded votes: the shipped table, or a wide or long CSV; errors name file and line."""
    file = Path(path) if path else shipped.data("recorded_votes.csv")
    rows = table(file)
    if not rows:
        raise InputError(Mistake("the table holds no votes", str(file)))
    wide = "iso3" in rows[0].cells and (file.parent / "resolutions.csv").is_file()
    if "vote" not in rows[0].cells and not wide:
        problem = "this column is missing, so this is no table of votes"
        right = f"{','.join(LONG_COLUMNS)}; or a column a resolution, and resolutions.csv beside it"
        raise InputError(Mistake(problem, str(file), rows[0].line - 1, "vote", allowed=right))
    return _long(rows) if "vote" in rows[0].cells else _wide(rows, file.parent / "resolutions.csv")


def table(file: Path, columns: Iterable[str] = ()) -> list[Row]:
    """Read a CSV whose comment lines begin with #; every row keeps its line number."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(Mistake(f"cannot be read: {error}", str(file))) from None
    kept = [
        (n, text) for n, text in enumerate(lines, 1) if text.strip() and not text.startswith("#")
    ]
    if not kept:
        raise InputError(Mistake("the table is empty", str(file)))
    names = next(csv.reader([kept[0][1]]))
    absent = [c for c in columns if c not in names]
    if absent:
        raise InputError(
            [Mistake("this column is missing", str(file), kept[0][0], c) for c in absent]
        )
    return _rows(str(file), names, kept[1:])


def _rows(file: str, names: list[str], kept: list[tuple[int, str]]) -> list[Row]:
    cells = csv.reader([text for _, text in kept])
    made, mistakes = [], []
    for (line, _), values in zip(kept, cells, strict=True):
        if len(values) != len(names):
            mistakes.append(Mistake(f"has {len(values)} cells, not {len(names)}", file, line))
        made.append(Row(file, line, dict(zip(names, values, strict=False))))
    if mistakes:
        raise InputError(mistakes)
    return made


def natural(label: str) -> tuple[tuple[int, str], ...]:
    """A key that sorts labels as people do: 73/27 before 73/187."""
    parts = re.findall(r"\d+|\D+", label)
    return tuple((int(p), "") if p.isdecimal() else (-1, p) for p in parts)


def checked(row: Row, allowed: Mapping[str, Collection[str]]) -> None:
    """Refuse a row with a cell that is none of what its field allows, or with no source."""
    for field, right in allowed.items():
        if row.cells[field] not in right:
            raise InputError(row.wrong(field, "is none of these", ", ".join(right)))
    if not row.cells["source"].strip():
        raise InputError(row.wrong("source", "is empty", "where the row is from"))


def day(row: Row, field: str) -> dt.date:
    """Read a cell as a date (YYYY-MM-DD)."""
    try:
        return dt.date.fromisoformat(row.cells[field])
    except ValueError:
        raise InputError(row.wrong(field, "is not a date", "YYYY-MM-DD")) from None


def number(row: Row, field: str, low: float = 0.0, high: float = 100.0) -> float:
    """Read a cell as a number within its range."""
    try:
        value = float(row.cells[field])
    except ValueError:
        value = np.nan
    if not low <= value <= high:
        raise InputError(row.wrong(field, "is not a number in range", f"{low:g} to {high:g}"))
    return value


def _wide(rows: list[Row], beside: Path) -> Votes:
    about = {
        r.cells["resolution"]: r for r in table(beside, ("resolution", "date", "topic", "series"))
    }
    labels = [name for name in rows[0].cells if name != "iso3"]
    unknown = [label for label in labels if label not in about]
    if unknown:
        raise InputError(
            [Mistake("no row for this resolution", str(beside), value=u) for u in unknown]
        )
    order = sorted(labels, key=lambda r: (day(about[r], "date"), labels.index(r)))
    _refuse(
        [_wrong_letter(r, label) for r in rows for label in order if r.cells[label] not in LETTERS]
    )
    _refuse(_twice([(r, r.cells["iso3"]) for r in rows], "iso3"))
    codes = np.array([[LETTERS[r.cells[label]] for label in order] for r in rows], dtype=np.int8)
    return Votes(
        tuple(r.cells["iso3"] for r in rows),
        tuple(order),
        tuple(day(about[r], "date") for r in order),
        tuple(about[r].cells["topic"] for r in order),
        tuple(about[r].cells["series"] for r in order),
        codes,
    )


def _long(rows: list[Row]) -> Votes:
    _refuse(
        [
            Mistake("this column is missing", rows[0].file, 1, c)
            for c in LONG_COLUMNS
            if c not in rows[0].cells
        ]
    )
    _refuse([_wrong_letter(r, "vote") for r in rows if r.cells["vote"] not in LETTERS])
    _refuse(_twice([(r, f"{r.cells['resolution']} {r.cells['iso3']}") for r in rows], "iso3"))
    first = {r.cells["resolution"]: r for r in reversed(rows)}
    order = sorted(
        dict.fromkeys(r.cells["resolution"] for r in rows), key=lambda x: day(first[x], "date")
    )
    states = tuple(sorted({r.cells["iso3"] for r in rows}))
    place, column = ({name: i for i, name in enumerate(names)} for names in (states, order))
    codes = np.full((len(states), len(order)), NO_SEAT, dtype=np.int8)
    for r in rows:
        codes[place[r.cells["iso3"]], column[r.cells["resolution"]]] = LETTERS[r.cells["vote"]]
    topics = tuple(first[r].cells["topic"] for r in order)
    known = {
        r.cells["resolution"]: r.cells["series"] for r in table(shipped.data("resolutions.csv"))
    }
    series = tuple(
        first[r].cells.get("series") or known.get(r, topic)
        for r, topic in zip(order, topics, strict=True)
    )
    return Votes(
        states, tuple(order), tuple(day(first[r], "date") for r in order), topics, series, codes
    )


def _wrong_letter(row: Row, field: str) -> Mistake:
    return row.wrong(field, "is not a vote", "Y, N, A, X, or nothing for a state with no seat")


def _twice(keys: list[tuple[Row, str]], field: str) -> list[Mistake]:
    seen: set[str] = set()
    mistakes = []
    for row, key in keys:
        if key in seen:
            mistakes.append(row.wrong(field, "appears twice"))
        seen.add(key)
    return mistakes


def _refuse(mistakes: list[Mistake]) -> None:
    if mistakes:
        raise InputError(mistakes)
