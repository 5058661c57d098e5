"""Files of other programs, read into a `sim.published.table.Table`; one kind a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sim.encoding import text_of
from sim.errors import InputError, Mistake
from sim.near import unknown
from sim.published.readers import decide, ktab, plain
from sim.published.readers.lines import LARGEST, Lines
from sim.published.table import Table
from sim.scenario.files import shown

READERS: dict[str, Callable[[Lines, str], Table]] = {
    "ktab": ktab.read,
    "decide": decide.read,
    "plain": plain.read,
}


@dataclass(frozen=True)
class Read:
    """A table, the kind of file it came from, and what was read but is not used, or was guessed."""

    table: Table
    kind: str
    warnings: tuple[Mistake, ...] = ()


def read(file: Path, kind: str = "") -> Read:
    """Read a file of positions, saliences and capabilities.

    Args:
        file: at most 4 MB of text in UTF-8.
        kind: "ktab", "decide" or "plain"; "" finds out.

    Raises:
        InputError: all that is wrong with it, each with its line.
    """
    if kind and kind not in READERS:
        raise InputError(unknown("there is no such kind of file", kind, READERS, "--format"))
    name = shown(file)
    lines = Lines.of(text_of(file, name, LARGEST, table=True), name)
    kind = kind or kind_of(lines)
    table = READERS[kind](lines, file.stem)
    return Read(table, kind, tuple(lines.warnings))


def kind_of(lines: Lines) -> str:
    """Find out of which kind a file is."""
    first = lines.rows[0].cells
    if any(row.cells[0].upper() in decide.TAGS for row in lines.rows[:5]):
        return "decide"
    return "ktab" if ktab.begins(first) else "plain"
