"""Read the file of DEU III, or one of its layout: tabs between cells, one row an issue.

Columns, as the data set calls them: ``prnr`` and ``isnr`` name the proposal and the issue,
``proc`` is COD where the Parliament decides too and CNS where it is consulted, ``counvte`` is the
Council's rule, QMV or Unan, ``p`` and ``s`` before an actor are its position and salience, ``rp``
is the reference point and ``out`` the outcome. All these numbers are on 0-100; a blank cell is not
known. A row that names no issue holds capabilities under the columns of positions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sim import delimited
from sim.backtest.eu.decisions import ACTORS, Decisions
from sim.errors import InputError, Mistake
from sim.near import near
from sim.record import natural

Floats = npt.NDArray[np.float64]

NAMES = ("prnr", "isnr", "proc", "counvte", "rp", "out")
POSITIONS = tuple(f"p{actor}" for actor in ACTORS)
SALIENCES = tuple(f"s{actor}" for actor in ACTORS)
FULL = 100.0
UNKNOWN = ("", ".", "na", "n/a", "nan")  # ways to write that nothing is known
CENTURY = 60  # a proposal numbered 98 is of 1998, one numbered 14 of 2014
LARGEST = 20_000_000  # bytes; the data set has a tenth of a million


@dataclass
class Row:
    """One row below the head, with the line it stands on."""

    file: str
    line: int
    cells: dict[str, str]
    mistakes: list[Mistake] = field(default_factory=list, repr=False)

    def number(self, column: str, most: float = FULL) -> float:
        """A cell as a number from 0 to ``most``; nan where nothing is known."""
        text = self.cells[column]
        if text.casefold() in UNKNOWN:
            return float("nan")
        try:
            value = float(text)
        except ValueError:
            self.wrong(column, "is not a number", _range(most), text.replace(",", "."))
            return float("nan")
        if not 0 <= value <= most:
            self.wrong(column, "is out of range", _range(most))
            return float("nan")
        return value

    def wrong(self, column: str, problem: str, allowed: str = "", better: str = "") -> None:
        """Note what is wrong with a cell."""
        said = self.cells[column]
        better = better if better != said and re.fullmatch(r"[\d.]+", better) else ""
        self.mistakes.append(Mistake(problem, self.file, self.line, column, said, allowed, better))


def _range(most: float) -> str:
    return f"a number from 0 to {most:g}, or nothing" if most < np.inf else "a number, 0 or more"


def read(file: Path) -> Decisions:
    """Read a file of decisions.

    Raises:
        InputError: everything that is wrong with it, each with its line.
    """
    mistakes: list[Mistake] = []
    rows = list(_rows(file, mistakes))
    issues = [row for row in rows if row.cells["isnr"]]
    about = [row for row in rows if not row.cells["isnr"]]
    found = _decisions(str(file), issues, _capability(about, mistakes))
    for row in rows:
        mistakes.extend(row.mistakes)
    mistakes.extend(_twice(issues))
    if not issues and not mistakes:
        mistakes.append(Mistake("has no row of an issue", str(file), allowed="one row an issue"))
    if issues and not mistakes and not len(found.known):
        problem = "no issue has an outcome, so there is nothing to score"
        mistakes.append(Mistake(problem, str(file), None, "out", allowed="0 to 100"))
    if mistakes:
        raise InputError(sorted(mistakes, key=lambda m: m.line or 0))
    return found


def _rows(file: Path, mistakes: list[Mistake]) -> Iterator[Row]:
    _, found = delimited.records(_text(file), str(file), comment=lambda _: False)
    lines = [(line.number, line.cells) for line in found]
    if not lines:
        raise InputError(Mistake("is empty", str(file), allowed="a head and one row an issue"))
    head = [name.casefold() for name in lines[0][1]]
    _check(file, lines[0][0], head)
    for line, cells in lines[1:]:
        if len(cells) != len(head):
            problem = f"has {len(cells)} cells where the head has {len(head)}"
            mistakes.append(Mistake(problem, str(file), line))
            continue
        yield Row(str(file), line, dict(zip(head, cells, strict=True)))


def _text(file: Path) -> str:
    """The file's text; the data set has been written by programs of several encodings."""
    try:
        if file.stat().st_size > LARGEST:
            raise InputError(Mistake("is too large to be this data set", str(file)))
        content = file.read_bytes()
    except OSError as error:
        problem = f"cannot be read ({error.strerror})"
        raise InputError(Mistake(problem, str(file))) from None
    if b"\0" in content[:4096]:
        problem = "is not text: export the data set as a table with tabs between the cells"
        raise InputError(Mistake(problem, str(file)))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _check(file: Path, line: int, head: Sequence[str]) -> None:
    """Refuse a head that lacks a column, has one twice, or has not the separator."""
    if len(head) == 1:
        mark = next((f"{m!r}" for m in ("|", ":", " ") if m in head[0]), "something else")
        problem = f"the cells are separated by {mark}, or the head is not that of the data set"
        raise InputError(Mistake(problem, str(file), line, allowed="a tab between cells"))
    wanted = (*NAMES, *POSITIONS, *SALIENCES)
    spare = set(head) - set(wanted)
    lacking = [
        Mistake("there is no such column", str(file), line, column, suggestion=near(column, spare))
        for column in wanted
        if column not in head
    ]
    twice = [
        Mistake("this column stands twice", str(file), line, column)
        for column in wanted
        if head.count(column) > 1
    ]
    if lacking or twice:
        raise InputError([*lacking, *twice])


def _capability(about: Sequence[Row], mistakes: list[Mistake]) -> Floats:
    """What the row without an issue says of each actor's weight; empty where there is none."""
    if not about:
        return np.zeros(0)
    for row in about[1:]:
        problem = "names no issue, and capabilities are already given above"
        mistakes.append(Mistake(problem, row.file, row.line, "isnr"))
    found = np.array([about[0].number(column, np.inf) for column in POSITIONS])
    for column, value in zip(POSITIONS, found, strict=True):
        if about[0].cells[column].casefold() in UNKNOWN:
            about[0].wrong(column, "is not given", "a capability, 0 or more")
        elif value == 0 and not found.any():
            about[0].wrong(column, "nobody has any capability", "a number above 0")
    return found


def _twice(issues: Sequence[Row]) -> Iterator[Mistake]:
    first: dict[str, int] = {}
    for row in issues:
        name = row.cells["isnr"]
        if name in first:
            problem = f"this issue also stands in line {first[name]}"
            yield Mistake(problem, row.file, row.line, "isnr", name)
        first.setdefault(name, row.line)
        if not row.cells["prnr"]:
            yield Mistake("says no proposal", row.file, row.line, "prnr")


def _decisions(file: str, rows: Sequence[Row], capability: Floats) -> Decisions:
    """The rows on which somebody takes a position, in an order that is not the file's: which
    proposals are left out together must not hang on how the rows stand.
    """
    by = ("prnrnmc", "prnr", "isnr")  # the data set's own numbers come first, where they are there
    rows = sorted(rows, key=lambda r: [natural(r.cells.get(name, "")) for name in by])
    position = _grid(rows, POSITIONS)
    said = np.atleast_1d(~np.isnan(position).all(axis=1))
    unread: dict[str, None] = {}
    kept = [row for row, some in zip(rows, said, strict=True) if some]
    return Decisions(
        file=file,
        issue=tuple(row.cells["isnr"] for row in kept),
        proposal=tuple(row.cells["prnr"] for row in kept),
        title=tuple(row.cells.get("prname", "") or row.cells["prnr"] for row in kept),
        year=np.array([_year(row.cells["prnr"]) for row in kept], dtype=np.int64),
        codecision=np.array([_says(row, "proc", "cod", "cns", unread) for row in kept], dtype=bool),
        unanimity=np.array(
            [_says(row, "counvte", "una", "qmv", unread) for row in kept], dtype=bool
        ),
        position=position[said],
        salience=np.nan_to_num(_grid(kept, SALIENCES)),
        reference=_grid(kept, ("rp",))[:, 0],
        outcome=_grid(kept, ("out",))[:, 0],
        capability=capability,
        unread=tuple(unread),
        skipped=int(np.count_nonzero(~said)),
    )


def _says(row: Row, column: str, word: str, other: str, unread: dict[str, None]) -> bool:
    """Whether a cell begins with a word; it is noted if it begins with neither that nor another."""
    text = row.cells[column].casefold()
    if not text.startswith((word, other)):
        unread[f"{column} {row.cells[column]!r}"] = None
    return text.startswith(word)


def _grid(rows: Sequence[Row], columns: Sequence[str]) -> Floats:
    cells = [[row.number(column) for column in columns] for row in rows]
    return np.array(cells, dtype=np.float64).reshape(len(rows), len(columns)) / FULL


def _year(proposal: str) -> int:
    """Year of a proposal from its number: a letter, two digits of the year, the rest; else 0."""
    match = re.match(r"[a-z]?(\d\d)", proposal.casefold())
    if not match:
        return 0
    year = int(match.group(1))
    return (1900 if year >= CENTURY else 2000) + year
