"""Points given as a table: CSV with a path at the head of each column, and a row a point.

A cell is a level as ``--set`` takes it; an empty one leaves the scenario as it is. Lines that
begin with # are comments.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from sim import delimited
from sim.core.fields import bare
from sim.errors import Mistake
from sim.experiment.model import UNCHANGED
from sim.scenario.tree import short

MOST_COLUMNS = 500


@dataclass
class Table:
    """The points of a table, the line of each, and what is wrong with it."""

    shown: str
    paths: tuple[str, ...] = ()
    head: int = 1  # line of the header
    points: list[dict[str, str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    signed: set[str] = field(default_factory=set)  # paths in whose column a per-cent sign stands
    mistakes: list[Mistake] = field(default_factory=list)

    def levels(self, path: str) -> tuple[str, ...]:
        """Return the different levels of one path, in order."""
        return tuple(dict.fromkeys(row[path] for row in self.points))

    def line(self, path: str, level: str) -> int:
        """Return the line on which a path first has a level; the header's if it never has."""
        found = (n for n, row in zip(self.lines, self.points, strict=True) if row[path] == level)
        return next(found, self.head)

    def wrong(self, line: int, problem: str, column: str = "", value: str = "") -> None:
        """Note a mistake in a line."""
        said = f"column {column}" if column else ""
        self.mistakes.append(Mistake(problem, self.shown, line, said, short(value)))


def read(file: Path, shown: str) -> Table:
    """Read a table of points; what cannot be read at all is an InputError."""
    found = Table(shown)
    sheet = delimited.read(file, shown)
    found.head, found.paths = sheet.head.number, sheet.head.cells
    _check_header(found)
    if not found.mistakes:
        for row in sheet.rows:
            _add(found, row, sheet.ragged(row))
        if not found.points and not found.mistakes:
            found.wrong(found.head, "the table has no row, so it has no point")
    return found


def _check_header(found: Table) -> None:
    if len(found.paths) > MOST_COLUMNS:
        found.wrong(found.head, f"has more than {MOST_COLUMNS} columns, the most that is read")
    for path in dict.fromkeys(found.paths):
        if not path:
            found.wrong(found.head, "a column has no path at its head")
        elif found.paths.count(path) > 1:
            found.wrong(found.head, "the table has this column twice", path)


def _add(found: Table, row: delimited.Line, ragged: str) -> None:
    line = row.number
    if ragged:
        return found.wrong(line, ragged)
    said = dict(zip(found.paths, (cell or UNCHANGED for cell in row.cells), strict=True))
    point = {path: str(bare(cell)) for path, cell in said.items()}
    found.signed |= {path for path, cell in said.items() if cell != point[path]}
    if point in found.points:
        first = found.lines[found.points.index(point)]
        return found.wrong(line, f"the row says the same as line {first}")
    found.points.append(point)
    found.lines.append(line)
    return None
