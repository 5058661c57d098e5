"""Lines of a text file cut into cells, whatever separates and quotes them."""

from __future__ import annotations

import csv
import math
import re
from dataclasses import dataclass, field

from sim.errors import InputError, Mistake
from sim.scenario.tree import short

LARGEST = 4 * 1024 * 1024  # bytes
MOST_MISTAKES = 50
SEPARATORS = ("\t", ";", ",")
_COMMA = re.compile(r"[+-]?\d+,\d+")


@dataclass(frozen=True)
class Row:
    """One line: its number and its cells, without what quoted them."""

    line: int
    cells: tuple[str, ...]

    def cell(self, place: int) -> str:
        """A cell, or "" beyond the last."""
        return self.cells[place] if place < len(self.cells) else ""


@dataclass
class Lines:
    """A file in cells, its comments, and what was found wrong so far."""

    shown: str
    separator: str
    rows: list[Row]
    comments: list[tuple[int, str]]
    mistakes: list[Mistake] = field(default_factory=list)

    @classmethod
    def of(cls, text: str, shown: str) -> Lines:
        """Cut a text into cells; blank lines and trailing separators are dropped.

        A line that begins with # and a space is a comment, and so is `#` before a letter unless
        it is one of the tags of Decide.
        """
        comments, kept = [], []
        for number, line in enumerate(text.splitlines(), 1):
            bare = line.strip()
            if re.match(r"#(\s|[A-Za-z]{2,}|$)", bare):
                comments.append((number, bare.lstrip("#").strip()))
            elif bare:
                kept.append((number, line))
        if not kept:
            raise InputError(Mistake("is empty", shown))
        separator = _separator([line for _, line in kept])
        rows = [Row(number, _cells(line, separator, shown, number)) for number, line in kept]
        full = [row for row in rows if any(row.cells)]
        if not full:
            raise InputError(Mistake("is empty", shown))
        return cls(shown, separator, full, comments)

    def wrong(
        self,
        row: Row | int | None,
        problem: str,
        field: str = "",
        value: str = "",
        allowed: str = "",
        suggestion: str = "",
    ) -> None:
        """Note a mistake, and go on."""
        line = row.line if isinstance(row, Row) else row
        if len(self.mistakes) < MOST_MISTAKES:
            self.mistakes.append(
                Mistake(problem, self.shown, line, field, short(value), allowed, suggestion)
            )

    def number(
        self, row: Row, place: int, field: str, low: float = -math.inf, high: float = math.inf
    ) -> float:
        """Read a number from a cell; one that is none, or out of range, is noted and nan."""
        text = row.cell(place)
        written = text.replace(",", ".") if _COMMA.fullmatch(text) else text
        try:
            value = float(written)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            problem = "is not a number" if text else "the cell is empty"
            self.wrong(row, problem, field, text)
            return math.nan
        if not low <= value <= high:
            allowed = f"{low:g} to {high:g}" if math.isfinite(high) else f"{low:g} or more"
            self.wrong(row, "is out of range", field, text, allowed)
            return math.nan
        return value

    def raise_if_any(self) -> None:
        """Raise all that was found wrong, in the order of the lines."""
        if self.mistakes:
            raise InputError(sorted(self.mistakes, key=lambda m: m.line or 0))


def _separator(lines: list[str]) -> str:
    """The first of tab, semicolon and comma that is in most lines."""
    for separator in SEPARATORS:
        if sum(separator in line for line in lines) * 2 > len(lines):
            return separator
    return ","


def _cells(line: str, separator: str, shown: str, number: int) -> tuple[str, ...]:
    quote = "'" if line.lstrip().startswith("'") else '"'
    try:
        cells = next(
            csv.reader([line], delimiter=separator, quotechar=quote, skipinitialspace=True)
        )
    except csv.Error as error:
        raise InputError(Mistake(f"is not a table: {error}", shown, number)) from None
    kept = [cell.strip() for cell in cells]
    while len(kept) > 1 and not kept[-1]:
        kept.pop()
    return tuple(kept)
