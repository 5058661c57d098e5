"""Tables with separators between cells: the one way in which they are read, and written.

Read are tables as spreadsheets and statistics programs write them: with a mark at the beginning,
cells with line breaks in quotes, semicolons or tabs in place of commas, decimal commas, lines of
separators only, empty columns at the end, in UTF-8 or Windows-1252. What could be read in two
ways is refused with its line. Lines that begin with # are comments.

Written are tables that a spreadsheet shows and does not run: a cell that it would take for a
formula begins with an apostrophe, which the reader takes off again.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from sim.encoding import control, text_of
from sim.errors import InputError, Mistake

LARGEST = 16 * 1024 * 1024  # bytes
MOST_MISTAKES = 100
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # how a cell begins that a spreadsheet may run
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_COMMA = re.compile(r"[+-]?\d+,\d+\s*%?")
_POINT = re.compile(r"[+-]?\d*\.\d+\s*%?")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
_SHIELDED = re.compile(r"'[=+\-@]")
_SEP = re.compile(r"sep=(.)\s*", re.IGNORECASE)  # a first line by which Excel names the separator


@dataclass(frozen=True)
class Line:
    """One row: the line on which it begins, and its cells without what quoted them."""

    number: int
    cells: tuple[str, ...]


@dataclass
class Sheet:
    """A table: its header, its rows, and what stands in its comments."""

    shown: str
    separator: str
    head: Line
    rows: list[Line]
    comments: list[tuple[int, str]] = field(default_factory=list)

    def named(self) -> list[dict[str, str]]:
        """Each row as its cells by the names of their columns."""
        return [dict(zip(self.head.cells, row.cells, strict=True)) for row in self.rows]

    def ragged(self, row: Line) -> str:
        """Say that a row has more or fewer cells than the header, and why that may be; else ""."""
        has, wanted = len(row.cells), len(self.head.cells)
        if has == wanted:
            return ""
        said = f"the row has {has} cells, and the header {wanted}"
        if has > wanted and self.separator == ",":
            return f"{said}; a cell with a comma, or a decimal comma, goes in double quotes"
        others = [word for mark, word in SEPARATORS.items() if mark in "".join(row.cells)]
        if has == 1 and others:
            ours = SEPARATORS[self.separator]
            return f"{said}: it has {others[0]}, and the header {ours} between its cells"
        return said


def read(file: Path, shown: str, largest: int = LARGEST) -> Sheet:
    """Read a table with a header.

    Raises:
        InputError: it cannot be read, is empty, or could be read in two ways.
    """
    return parse(text_of(file, shown, largest, table=True), shown)


def parse(text: str, shown: str) -> Sheet:
    """Read a table from its text."""
    comments: list[tuple[int, str]] = []
    separator, rows = records(text, shown, comments)
    lines = list(rows)
    if not lines:
        raise InputError(Mistake("the table is empty", shown))
    head, *kept = _without_empty_columns(lines)
    _refuse_controls([head, *kept], shown)
    return Sheet(shown, separator, head, with_points(kept, shown), comments)


def records(
    text: str,
    shown: str,
    comments: list[tuple[int, str]] | None = None,
    *,
    comment: Callable[[str], bool] = lambda line: line.startswith(("#", '"#')),
    separator: str = "",
    single: bool = False,
) -> tuple[str, Iterator[Line]]:
    """Cut a text into rows, one after another: for tables too large to be held.

    Args:
        text: of the table.
        shown: how the file is called in messages.
        comments: where comments are put as they are met, with their lines.
        comment: whether a line that begins a row is a comment.
        separator: between cells; found out from the first row if not given.
        single: whether cells of a line that begins with one are in single quotes.

    Returns:
        The separator, and the rows that are not blank, the header among them.
    """
    found = separator or _separator(text, comment, shown)
    return found, _records(_Lines(text), shown, found, comment, comments, single)


class _Lines:
    """The lines of a text, counted; a row takes as many as its quotes span."""

    def __init__(self, text: str) -> None:
        self.lines = io.StringIO(text, newline="")
        self.number = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = next(self.lines)
        self.number += 1
        return line


def _records(
    lines: _Lines,
    shown: str,
    separator: str,
    comment: Callable[[str], bool],
    comments: list[tuple[int, str]] | None,
    single: bool,
) -> Iterator[Line]:
    for line in lines:
        number = lines.number
        if not line.strip() or (number == 1 and _SEP.fullmatch(line)):
            continue
        if comment(line.lstrip()):
            if comments is not None:
                comments.append((number, line.strip().strip('"').rstrip(",;\t ").rstrip('"')))
            continue
        quote = "'" if single and line.lstrip().startswith("'") else '"'
        cells = _cells(line, lines, separator, quote, shown, number)
        if any(cells):
            yield Line(number, cells)


def _cells(
    line: str, more: _Lines, separator: str, quote: str, shown: str, number: int
) -> tuple[str, ...]:
    if quote not in line and "'" not in line and len(line) <= csv.field_size_limit():
        return tuple([cell.strip() for cell in line.split(separator)])  # as most lines are
    try:
        row = next(
            csv.reader(
                chain([line], more),
                delimiter=separator,
                quotechar=quote,
                skipinitialspace=True,
                strict=True,
            )
        )
    except csv.Error as error:
        raise InputError(Mistake(_why(str(error)), shown, number)) from None
    return tuple([bare(cell) for cell in row])


def bare(cell: str) -> str:
    """A cell as it was before it was written: without what kept it from being a formula."""
    text = cell.strip()
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    return text[1:] if text[:1] == "'" and _SHIELDED.match(text) else text


def _why(error: str) -> str:
    if "unexpected end" in error:
        return "is not CSV: a quotation mark that opens here is never closed"
    if "field limit" in error:
        return f"has a cell of more than {csv.field_size_limit():,} letters, the most that is read"
    return f"is not CSV: {error}"


def _separator(text: str, comment: Callable[[str], bool], shown: str) -> str:
    """What separates the cells of the first row, outside of quotes."""
    for number, line in enumerate(io.StringIO(text, newline=""), 1):
        if number == 1 and (said := _SEP.fullmatch(line)):
            return said[1]
        if not line.strip(" \t\r\n,;") or comment(line.lstrip()):
            continue
        bare = re.sub(r'"[^"]*"', "", line)
        counts = {mark: bare.rstrip().count(mark) for mark in SEPARATORS}
        most = [mark for mark, count in counts.items() if count and count == max(counts.values())]
        if len(most) > 1:
            words = " or by ".join(SEPARATORS[mark] for mark in most)
            problem = f"the cells may be separated by {words}; use one of them"
            raise InputError(Mistake(problem, shown, number))
        return most[0] if most else ","
    return ","


def without_end(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Cells without the empty ones at the end."""
    end = len(cells)
    while end > 1 and not cells[end - 1]:
        end -= 1
    return cells[:end]


def _without_empty_columns(lines: Sequence[Line]) -> list[Line]:
    """A table without the columns at its end in which nothing stands; a row keeps what is over."""
    head, *rows = (without_end(line.cells) for line in lines)
    if any(len(row) > len(head) for row in rows):
        head = lines[0].cells
    ends = (max(len(head), len(row)) for row in (head, *rows))
    return [Line(line.number, line.cells[:end]) for line, end in zip(lines, ends, strict=True)]


def _refuse_controls(rows: Iterable[Line], shown: str) -> None:
    wrong = [
        Mistake(f"a cell holds the control character {found}", shown, row.number)
        for row in rows
        for cell in row.cells
        if (not cell.isprintable()) and (found := control(cell))
    ]
    if wrong:
        raise InputError(wrong[:MOST_MISTAKES])


def with_points(rows: list[Line], shown: str) -> list[Line]:
    """Write decimal commas as points.

    Raises:
        InputError: the table leaves in doubt what a comma within a number means.
    """
    commas = [(row, cell) for row in rows for cell in row.cells if _COMMA.fullmatch(cell)]
    if not commas:
        return rows
    if any(_POINT.fullmatch(cell) for row in rows for cell in row.cells):
        problem = "a number has a comma, and others have a decimal point"
        raise _in_doubt(problem, commas, shown)
    if all(_THOUSANDS.fullmatch(cell) for _, cell in commas):
        raise _in_doubt("a comma may be that of decimals or of thousands", commas, shown)
    return [
        Line(
            row.number,
            tuple(c.replace(",", ".") if _COMMA.fullmatch(c) else c for c in row.cells),
        )
        for row in rows
    ]


def _in_doubt(problem: str, commas: Sequence[tuple[Line, str]], shown: str) -> InputError:
    allowed = "numbers with a decimal point, and no other mark"
    return InputError(
        [
            Mistake(problem, shown, row.number, "", cell, allowed)
            for row, cell in commas[:MOST_MISTAKES]
        ]
    )


# Written


def written(rows: Iterable[Iterable[Any]]) -> str:
    """Write rows as CSV, with commas; no cell of text is a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([shielded(cell) for cell in row] for row in rows)
    return out.getvalue()


def shielded(cell: Any) -> Any:
    """A cell as it is written: text that a spreadsheet would run begins with an apostrophe."""
    if isinstance(cell, str) and cell.startswith(FORMULA) and not NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell
