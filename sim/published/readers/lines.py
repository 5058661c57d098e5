"""Lines of a text file cut into cells, whatever separates and quotes them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field

from sim import delimited
from sim.encoding import control
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
    warnings: list[Mistake] = field(default_factory=list)  # what is not used, or was guessed

    @classmethod
    def of(cls, text: str, shown: str) -> Lines:
        """Cut a text into cells; blank lines and trailing separators are dropped.

        A line that begins with # and a space is a comment, and so is `#` before a letter unless
        it is one of the tags of Decide.
        """
        said: list[tuple[int, str]] = []
        separator, found = delimited.records(
            text, shown, said, comment=_is_comment, separator=_separator(text), single=True
        )
        rows = [
            Row(line.number, delimited.without_end(line.cells))
            for line in delimited.with_points([*found], shown)
        ]
        if not rows:
            raise InputError(Mistake("is empty", shown))
        comments = [(number, comment.lstrip("#").strip()) for number, comment in said]
        made = cls(shown, separator, rows, comments)
        for row in rows:
            if held := control("".join(row.cells)):
                made.wrong(row, f"a cell holds the control character {held}")
        made.raise_if_any()
        return made

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
        if len(self.mistakes) < MOST_MISTAKES:
            at, said = _line(row), short(value)
            found = Mistake(problem, self.shown, at, field, said, allowed, suggestion)
            self.mistakes.append(found)

    def warn(
        self,
        row: Row | int | None,
        problem: str,
        field: str = "",
        value: str = "",
        suggestion: str = "",
    ) -> None:
        """Note what is read and not used, or guessed."""
        found = Mistake(problem, self.shown, _line(row), field, value, suggestion=suggestion)
        self.warnings.append(found)

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


def _line(row: Row | int | None) -> int | None:
    return row.line if isinstance(row, Row) else row


def _is_comment(line: str) -> bool:
    return bool(re.match(r"#(\s|[A-Za-z]{2,}|$)", line))


def _separator(text: str) -> str:
    """The first of tab, semicolon and comma that is in most lines that hold cells."""
    lines = [line for line in text.splitlines() if line.strip() and not _is_comment(line.strip())]
    for separator in SEPARATORS:
        if sum(separator in line for line in lines) * 2 > len(lines):
            return separator
    return ","
