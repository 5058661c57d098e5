"""KTAB's CSV of actors: name, description, actors, dimensions; a header; a row an actor.

    DummyData,"A scenario",7,3,
    Actor,Description,Power,Pstn1,Sal1,Pstn2,Sal2,Pstn3,Sal3,
    SActor-00,Random Actor,102.543,75.79,49.53,6.37,5.91,70.45,28.15,

Spaces, trailing commas and quotes are taken as they come. After the first two columns the header
says what a column is: power (or capability, influence, resources ...), then for each dimension a
position and a salience, in either order; where it does not say, they stand as above. Positions
and saliences are on 0-100.

Source: KAPSARC Toolkit for Behavioral Analysis, the SMP program's input.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sim.errors import InputError
from sim.published.readers.lines import Lines, Row
from sim.published.readers.made import Said, Stance, table
from sim.published.readers.plain import MEANT
from sim.published.table import Table

POWER = re.compile(r"(pow(er)?|capab\w*|cap|infl\w*|resourc\w*|weight|clout)\b.*", re.IGNORECASE)
POSITION = re.compile(r"(pstn|posn|pos\w*|stance|pref\w*)[ _.-]*(.*)", re.IGNORECASE)
SALIENCE = re.compile(r"(sal\w*|import\w*)[ _.-]*(.*)", re.IGNORECASE)
FULL = 100.0


def begins(cells: Sequence[str]) -> bool:
    """Whether a first line is KTAB's: a name, a description and two whole numbers."""
    return bool(_first(cells)) and cells[0].casefold() not in MEANT


def _first(cells: Sequence[str]) -> tuple[str, str, int, int] | None:
    """Name, description, actors and dimensions; more may follow, and a description has commas."""
    for place in dict.fromkeys((2, len(cells) - 2)):
        counts = cells[place : place + 2]
        if place >= 2 and len(counts) == 2 and all(re.fullmatch(r"\d+", c) for c in counts):
            return cells[0], ", ".join(cells[1:place]), int(counts[0]), int(counts[1])
    return None


def read(lines: Lines, name: str) -> Table:
    """Read KTAB's CSV; all mistakes at once."""
    first = lines.rows[0]
    told = _first(first.cells)
    if told is None:
        problem = "is not a first line of KTAB"
        allowed = "name, description, number of actors, number of dimensions"
        lines.wrong(first, problem, "", ", ".join(first.cells), allowed)
        raise InputError(lines.mistakes)
    title, description, actors, dimensions = told
    if len(lines.rows) < 2:
        lines.wrong(first, "has no header and no actors")
        lines.raise_if_any()
    header, rows = lines.rows[1], lines.rows[2:]
    columns = _Columns(lines, header, dimensions)
    if len(rows) != actors:
        lines.wrong(first, f"says {actors} actors, and there are {len(rows)} rows of them")
    issues = columns.issues()
    stances = [s for row in rows for s in columns.stances(row)]
    names = [row.cells[0] for row in rows]
    titles = {row.cells[0]: row.cell(1) for row in rows if row.cell(1) not in ("", row.cells[0])}
    _refuse_twice(lines, rows)
    lines.raise_if_any()
    title = title or name
    said = Said(titles=titles | {title: description} if description else titles)
    for place, cell in enumerate(header.cells):
        if place not in columns.used:
            lines.warn(header, "this column is not used", "header", cell)
    return table(lines, title, list(dict.fromkeys(names)), issues, stances, said, FULL)


class _Columns:
    """Where the power, positions and saliences of an actor stand in its row."""

    def __init__(self, lines: Lines, header: Row, dimensions: int) -> None:
        self.lines, self.header, self.dimensions = lines, header, dimensions
        cells = header.cells[2:]
        self.power = self._places(cells, POWER)[:1]
        self.position = self._places(cells, POSITION)
        self.salience = self._places(cells, SALIENCE)
        told = (len(self.power), len(self.position), len(self.salience))
        if told != (1, dimensions, dimensions):
            if len(header.cells) != 3 + 2 * dimensions:
                problem = f"the header has {len(header.cells)} columns"
                allowed = f"{3 + 2 * dimensions}, for {dimensions} dimensions"
                lines.wrong(header, problem, allowed=allowed)
                lines.raise_if_any()
            self.power = [2]
            self.position = list(range(3, 3 + 2 * dimensions, 2))
            self.salience = list(range(4, 4 + 2 * dimensions, 2))

    def _places(self, cells: Sequence[str], pattern: re.Pattern[str]) -> list[int]:
        return [place for place, cell in enumerate(cells, 2) if pattern.fullmatch(cell)]

    @property
    def used(self) -> set[int]:
        """Every column that is read."""
        return {0, 1, *self.power, *self.position, *self.salience}

    def issues(self) -> list[str]:
        """Name the dimensions by their positions' columns."""
        names = [self.header.cell(p) or f"dimension {k}" for k, p in enumerate(self.position, 1)]
        twice = len(set(names)) < len(names)
        return [f"{name} {k}" for k, name in enumerate(names, 1)] if twice else names

    def stances(self, row: Row) -> Iterator[Stance]:
        """Read a row; what is wrong with it is noted."""
        width = max(self.used) + 1
        if len(row.cells) < width:
            problem = f"the row has {len(row.cells)} cells, and needs {width}"
            return self.lines.wrong(row, problem, value=row.cells[0])
        actor = row.cells[0]
        power = self.lines.number(row, self.power[0], f"{actor}, power", 0)
        for issue, p, s in zip(self.issues(), self.position, self.salience, strict=True):
            position = self.lines.number(row, p, f"{actor}, {issue}", 0, FULL)
            salience = self.lines.number(row, s, f"{actor}, {self.header.cell(s)}", 0, FULL)
            yield Stance(row, actor, issue, position, salience, power)
        return None


def _refuse_twice(lines: Lines, rows: Sequence[Row]) -> None:
    seen: dict[str, int] = {}
    for row in rows:
        if not row.cells[0]:
            lines.wrong(row, "the cell is empty", "actor")
        elif row.cells[0] in seen:
            problem = f"this actor is named twice, first in line {seen[row.cells[0]]}"
            lines.wrong(row, problem, "actor", row.cells[0])
        seen.setdefault(row.cells[0], row.line)
