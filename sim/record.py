"""Recorded votes: who voted what, read from the shipped table or from one dropped in.

Two layouts of ours are read. Wide (shipped): one row a state, one column a resolution, letters
Y N A X, and beside it resolutions.csv with dates, topics and series. Long: one row a vote,
columns ``resolution,date,topic,iso3,vote``, so that a newer table needs no other file; a column
``series`` may say which earlier texts a resolution carries on. Two of others are read as they are
published (`sim.rollcalls`). A state is named by its code or any name of it (`sim.countries`).
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sim import countries, delimited, rollcalls, shipped
from sim.encoding import text_of
from sim.errors import InputError, Mistake

Codes = npt.NDArray[np.int8]
Floats = npt.NDArray[np.float64]

IN_FAVOUR, ABSTAINING, AGAINST = 1, 0, -1
NOT_VOTING = 9  # absent, or present and silent: the record does not tell them apart
NO_SEAT = 10  # not yet a member
LETTERS = {"Y": IN_FAVOUR, "A": ABSTAINING, "N": AGAINST, "X": NOT_VOTING, "": NO_SEAT}
LARGEST = 2**30  # bytes: all votes since 1946, as they are published, are less than half of it
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
    notes: tuple[str, ...] = ()  # what is to be told of how they were read

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
            self.notes,
        )

    def with_series(self, series: Mapping[str, str]) -> Votes:
        """The same votes, those named in ``series`` (resolution -> series) as it says."""
        named = (
            series.get(r, known) for r, known in zip(self.resolutions, self.series, strict=True)
        )
        return replace(self, series=tuple(named))

    def tally(self, label: str) -> tuple[int, int, int, int]:
        """In favour, against, abstaining, not voting."""
        cast = self.of(label)
        favour, against, abstaining, away = (
            int((cast == c).sum()) for c in (IN_FAVOUR, AGAINST, ABSTAINING, NOT_VOTING)
        )
        return favour, against, abstaining, away


def votes(path: Path | str | None = None) -> Votes:
    """Read recorded votes: the shipped table, or one in any layout; errors name file and line."""
    file = Path(path) if path else shipped.data("recorded_votes.csv")
    return _votes(file, tuple(_version(f) for f in (file, _beside(file))))


def _beside(file: Path) -> Path:
    return file.parent / "resolutions.csv"


def _version(file: Path) -> tuple[int, int]:
    about = file.stat() if file.is_file() else None
    return (about.st_mtime_ns, about.st_size) if about else (0, 0)


@lru_cache(maxsize=4)
def _votes(file: Path, _versions: tuple[tuple[int, int], ...]) -> Votes:
    """Read a table once: a sweep, and each reader of a scenario's record, ask for it again."""
    shown = str(file)
    text = text_of(file, shown, LARGEST, table=True)
    _, lines = delimited.records(text, shown)
    head = next(lines, None)
    if head and rollcalls.kind(head.cells):
        return _published(_with_topics(rollcalls.read(head, lines, shown)))
    sheet = delimited.parse(text, shown)
    names, line = sheet.head.cells, sheet.head.number
    wide = "iso3" in names and _beside(file).is_file()
    if "vote" not in names and not wide:
        problem = "this column is missing, so this is no table of votes"
        right = f"{','.join(LONG_COLUMNS)}; or a column a resolution, and resolutions.csv beside it"
        raise InputError(Mistake(problem, shown, line, "vote", allowed=right))
    if not sheet.rows:
        raise InputError(Mistake("the table holds no votes", shown, line))
    if "vote" not in names:
        return _wide(rows_of(sheet), _beside(file))
    return _long(rows_of(sheet, LONG_COLUMNS))


def table(file: Path, columns: Iterable[str] = ()) -> list[Row]:
    """Read a table (`sim.delimited`) that has these columns; every row keeps its line number."""
    return list(_table(file, _version(file), tuple(columns)))


@lru_cache(maxsize=64)
def _table(file: Path, _as_of: tuple[int, int], columns: tuple[str, ...]) -> tuple[Row, ...]:
    """Read a table once: each vote of a calibration, and of a back-test, asks for it again."""
    return tuple(rows_of(delimited.read(file, str(file)), columns))


def rows_of(sheet: delimited.Sheet, columns: Iterable[str] = ()) -> list[Row]:
    """Name the cells of a table by its header.

    Raises:
        InputError: a column is missing or there twice, or a row has more or fewer cells.
    """
    names, line = sheet.head.cells, sheet.head.number
    absent = [c for c in columns if c not in names]
    wrong = [Mistake("this column is missing", sheet.shown, line, c) for c in absent]
    twice = dict.fromkeys(c for c in names if c and names.count(c) > 1)
    wrong += [Mistake("the table has this column twice", sheet.shown, line, c) for c in twice]
    _refuse(wrong)
    ragged = [(row.number, sheet.ragged(row)) for row in sheet.rows]
    _refuse([Mistake(problem, sheet.shown, at) for at, problem in ragged if problem])
    return [
        Row(sheet.shown, row.number, dict(zip(names, row.cells, strict=True))) for row in sheet.rows
    ]


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
    states = _states(rows)
    _refuse(_twice(list(zip(rows, states, strict=True)), "iso3"))
    codes = np.array([[LETTERS[r.cells[label]] for label in order] for r in rows], dtype=np.int8)
    return Votes(
        tuple(states),
        tuple(order),
        tuple(day(about[r], "date") for r in order),
        tuple(about[r].cells["topic"] for r in order),
        tuple(about[r].cells["series"] for r in order),
        codes,
    )


def _long(rows: list[Row]) -> Votes:
    _refuse([_wrong_letter(r, "vote") for r in rows if r.cells["vote"] not in LETTERS])
    states = _states(rows)
    keys = [f"{r.cells['resolution']} {s}" for r, s in zip(rows, states, strict=True)]
    _refuse(_twice(list(zip(rows, keys, strict=True)), "iso3"))
    first: dict[str, Row] = {}
    for row in rows:
        first.setdefault(row.cells["resolution"], row)
    _refuse([mistake for row in rows for mistake in _unlike(row, first[row.cells["resolution"]])])
    made = rollcalls.Read()
    for label, row in first.items():
        topic = row.cells["topic"]
        made.texts[label] = rollcalls.About(day(row, "date"), topic, row.cells.get("series", ""))
    made.votes = [
        rollcalls.Cast(r.cells["resolution"], s, r.cells["vote"])
        for r, s in zip(rows, states, strict=True)
    ]
    return _published(made)


def _known() -> dict[str, Row]:
    """What the shipped table says of resolutions."""
    return {row.cells["resolution"]: row for row in table(shipped.data("resolutions.csv"))}


def _with_topics(read: rollcalls.Read) -> rollcalls.Read:
    """Name the topics and series of the resolutions that the shipped table knows as it does."""
    known = _known()
    for label, text in read.texts.items():
        if label in known:
            text.topic, text.series = (known[label].cells[c] for c in ("topic", "series"))
    return read


def _published(read: rollcalls.Read) -> Votes:
    """Put votes on axes, texts in order of date; a text that is known keeps its series."""
    order = sorted(read.texts, key=lambda label: read.texts[label].date)
    states = tuple(sorted({vote.state for vote in read.votes}))
    place, column = ({name: i for i, name in enumerate(names)} for names in (states, order))
    codes = np.full((len(states), len(order)), NO_SEAT, dtype=np.int8)
    for vote in read.votes:
        codes[place[vote.state], column[vote.resolution]] = LETTERS[vote.letter]
    known = _known()
    texts = [read.texts[label] for label in order]
    return Votes(
        states,
        tuple(order),
        tuple(text.date for text in texts),
        tuple(text.topic for text in texts),
        tuple(
            t.series or (known[r].cells["series"] if r in known else t.topic)
            for r, t in zip(order, texts, strict=True)
        ),
        codes,
        read.notes,
    )


def _states(rows: list[Row]) -> list[str]:
    """The code of the Member that each row names; a name of anything else is refused."""
    codes = {said: countries.code(said) for said in dict.fromkeys(r.cells["iso3"] for r in rows)}
    _refuse(
        [
            r.wrong("iso3", f"is no Member of the United Nations{countries.about(said)}", "",
                    countries.near(said))
            for r in rows
            if codes[said := r.cells["iso3"]] is None
        ]
    )  # fmt: skip
    return [str(codes[r.cells["iso3"]]) for r in rows]


def _unlike(row: Row, first: Row) -> Iterator[Mistake]:
    """A resolution is of one piece: every row of it names the same date, topic and series."""
    for field in ("date", "topic", "series"):
        said, before = row.cells.get(field, ""), first.cells.get(field, "")
        if said != before:
            yield row.wrong(field, "differs within one resolution", " ".join(before.split()))


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
