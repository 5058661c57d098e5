"""Which kind a file is, found out from what it says, and the reader for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sim.encoding import text_of
from sim.errors import InputError, Mistake
from sim.near import near
from sim.published.readers import decide, ktab, plain
from sim.published.readers.lines import LARGEST, Lines
from sim.published.readers.made import Read
from sim.scenario.files import shown

__all__ = ["KINDS", "Read", "read"]

READERS: dict[str, Callable[[Lines, str], Read]] = {
    "ktab": ktab.read,
    "decide": decide.read,
    "plain": plain.read,
}
KINDS: dict[str, str] = {
    "ktab": "KTAB: a line with name, description, actors and dimensions, then a row an actor",
    "decide": "Decide: lines that begin with #A, #P, #M or #D",
    "plain": "a table with a header: actor, issue, position, salience, capability",
}


def read(file: Path, kind: str = "") -> Read:
    """Read a file of positions, saliences and capabilities.

    Args:
        file: at most 4 MB of text in UTF-8.
        kind: "ktab", "decide" or "plain"; "" finds out.

    Raises:
        InputError: all that is wrong with it, each with its line.
    """
    if kind and kind not in READERS:
        allowed, close = ", ".join(READERS), near(kind, READERS)
        problem = "there is no such kind of file"
        raise InputError(Mistake(problem, "", None, "--format", kind, allowed, close))
    name = shown(file)
    lines = Lines.of(text_of(file, name, LARGEST, table=True), name)
    return READERS[kind or kind_of(lines)](lines, file.stem)


def kind_of(lines: Lines) -> str:
    """Find out of which kind a file is."""
    first = lines.rows[0].cells
    if any(row.cells[0].upper() in decide.TAGS for row in lines.rows[:5]):
        return "decide"
    return "ktab" if ktab.begins(first) else "plain"
