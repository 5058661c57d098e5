"""Tables of actors: CSV with a row an actor and, for each issue, a column of positions.

Required columns: id, name, kind, and one per issue of the scenario. Optional: groups (separated
by semicolons), home, capability, absence, present, and per issue ISSUE_error, ISSUE_basis,
ISSUE_salience, ISSUE_salience_error, ISSUE_salience_basis. Lines that begin with # are comments;
two of them say something: ``# basis WORD: where a position or salience with this basis comes
from`` and ``# known_by: YYYY-MM-DD``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim import countries, delimited
from sim.errors import InputError, Mistake
from sim.near import near
from sim.scenario.tree import Origin, Steps, short

LARGEST = 4 * 1024 * 1024  # bytes
MOST_ROWS, MOST_COLUMNS = 5_000, 500
REQUIRED = ("id", "name", "kind")
OPTIONAL = ("groups", "home", "capability", "absence", "present")
ABOUT_ISSUE = ("error", "basis", "salience", "salience_error", "salience_basis")
_BASIS = re.compile(r"#\s*basis\s+([\w-]+)\s*:\s*(.+)")
_KNOWN_BY = re.compile(r"#\s*known_by\s*:\s*(\S+)")


@dataclass
class Table:
    """The actors of one table as text, by id; where each cell stands; what its comments say."""

    actors: dict[str, dict[str, Any]] = field(default_factory=dict)
    origins: dict[Steps, Origin] = field(default_factory=dict)  # paths begin with the actor's id
    bases: dict[str, str] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    whole: bool = True  # False where a table could not be read: who is there is not known


@dataclass(frozen=True)
class _Cell:
    """Where a column's cells go in an actor, and whether they may be left blank."""

    column: str
    path: tuple[str, ...]
    needed: bool


def read(file: Path, shown: str, issues: Sequence[str], elsewhere: Collection[str] = ()) -> Table:
    """Read the actors of a table, with the columns of these issues; others are ignored.

    Issues on which the scenario gives positions ``elsewhere`` need not have a column.
    """
    return _Reading(delimited.read(file, shown, LARGEST), issues, elsewhere).table


class _Reading:
    def __init__(
        self, sheet: delimited.Sheet, issues: Sequence[str], elsewhere: Collection[str]
    ) -> None:
        self.sheet, self.shown, self.elsewhere = sheet, sheet.shown, elsewhere
        self.table = Table()
        self.known_by = ""
        self.line = sheet.head.number
        self.header = sheet.head.cells
        for _, comment in sheet.comments:
            self._comment(comment)
        cells = self._cells(issues)
        if not sheet.rows and not self.table.mistakes:
            self._wrong("the table has a header and no rows, so it holds no actor")
        for row in sheet.rows:
            self.line = row.number
            self._row(row, cells)

    def _comment(self, line: str) -> None:
        if basis := _BASIS.match(line):
            self.table.bases[basis[1]] = basis[2].strip()
        elif date := _KNOWN_BY.match(line):
            self.known_by = date[1]

    def _cells(self, issues: Sequence[str]) -> list[_Cell]:
        self._check_header(issues)
        wanted = [_Cell(column, (column,), column in REQUIRED) for column in REQUIRED + OPTIONAL]
        for issue in issues:
            wanted.append(_Cell(issue, ("position", issue), True))
            wanted += [_Cell(f"{issue}_{a}", (a, issue), False) for a in ABOUT_ISSUE]
        return [cell for cell in wanted if cell.column in self.header]

    def _check_header(self, issues: Sequence[str]) -> None:
        if len(self.header) > MOST_COLUMNS:
            problem = f"has more than {MOST_COLUMNS} columns, the most that is read"
            raise InputError(Mistake(problem, self.shown, self.line))
        there = ", ".join(c for c in self.header if c.rpartition("_")[0] not in self.header)
        for column in (*REQUIRED, *issues):
            close = near(column, self.header)
            if column not in self.header and (close or column not in self.elsewhere):
                problem = f"the table has no column {column}; its columns are {there}"
                self._wrong(problem, near=close)
        for column in {c for c in self.header if self.header.count(c) > 1}:
            self._wrong("the table has this column twice", field=column)
        self._check_spelling(issues)

    def _check_spelling(self, issues: Sequence[str]) -> None:
        about = [f"{issue}_{a}" for issue in issues for a in ABOUT_ISSUE]
        for column in self.header:
            issue = column.partition("_")[0]
            if issue in issues and column != issue and column not in about:
                self._wrong("is not a column of an issue", column, "", near(column, about))
            elif column not in OPTIONAL and (meant := near(column, OPTIONAL, 0.8)):
                self._wrong("is not a column of a table of actors", column, "", meant)

    def _row(self, row: delimited.Line, cells: list[_Cell]) -> None:
        if problem := self.sheet.ragged(row):
            return self._wrong(problem)
        said = dict(zip(self.header, row.cells, strict=True))
        if not said.get("id"):
            return self._wrong("the cell is empty", "column id")
        actor = countries.code(said["id"]) or said["id"]
        if actor in self.table.actors:
            return self._wrong("this actor is named twice", "column id", said["id"])
        if len(self.table.actors) >= MOST_ROWS:
            problem = f"has more than {MOST_ROWS} rows, the most that is read"
            raise InputError(Mistake(problem, self.shown))
        self.table.actors[actor] = self._actor(actor, said, cells)
        return None

    def _actor(self, actor: str, said: dict[str, str], cells: list[_Cell]) -> dict[str, Any]:
        made: dict[str, Any] = {"known_by": self.known_by} if self.known_by else {}
        self.table.origins[(actor,)] = Origin(self.shown, self.line, f"row {actor}")
        for cell in cells:
            text = said[cell.column]
            if text:
                _put(made, cell.path, text.split(";") if cell.column == "groups" else text)
                where = Origin(self.shown, self.line, f"row {actor}, column {cell.column}")
                self.table.origins[(actor, *cell.path)] = where
            elif cell.needed:
                self._wrong("the cell is empty", f"row {actor}, column {cell.column}")
        made.pop("id", None)
        return made

    def _wrong(self, problem: str, field: str = "", value: str = "", near: str = "") -> None:
        mistake = Mistake(problem, self.shown, self.line, field, short(value), suggestion=near)
        self.table.mistakes.append(mistake)


def _put(made: dict[str, Any], path: tuple[str, ...], text: str | list[str]) -> None:
    for step in path[:-1]:
        made = made.setdefault(step, {})
    made[path[-1]] = text
