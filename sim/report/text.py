"""The one renderer to text: tables in lines of 80 columns, commands, and a page that fits.

Words are set by `sim.show.words`; what is said comes from `sim.report.parts`.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence

from sim.report.parts import Grid
from sim.show.words import WIDE, sentence

HIGH = 24
GAP = 2  # columns between two of a table
READ = 9  # of a head of a column, at least, where it is broken
HEAD, LONG = 18, 36  # of the first column, where it has to be broken: of one part, of several
LAST = 24  # of a last column of words, at least, where it has to be broken
NUMBER = "0123456789+-<."  # how a cell that is a number begins


def aligned(grid: Grid, width: int = WIDE) -> list[str]:
    """Set a table in lines: words to the left, numbers to the right.

    Heads of columns are broken at spaces; a table that is still too wide goes on below, with its
    first column again.
    """
    out = sentence(grid.title, width=width) if grid.title else []
    parts = list(_parts(grid, width))
    head = HEAD if len(parts) == 1 else LONG
    for part in parts:
        columns = [grid.columns[c] for c in part]
        out += _block(columns, [[row[c] for c in part] for row in grid.rows], width, head)
    return [*out, *(sentence(grid.note, "  ", width) if grid.note else [])]


def _parts(grid: Grid, width: int) -> Iterator[list[int]]:
    """Which columns stand side by side: as many as fit, the first one always."""
    widths = [_width(grid, c) for c in range(len(grid.columns))]
    if len(widths) > 1 and not _numbers(row[-1] for row in grid.rows):
        widths[-1] = min(widths[-1], LAST)
    rest = sum(w + GAP for w in widths[1:])
    first = min(widths[0], max(width - rest, HEAD) if rest + HEAD <= width else LONG)
    part, taken = [0], first
    for c in range(1, len(widths)):
        if len(part) > 1 and taken + GAP + widths[c] > width:
            yield part
            part, taken = [0], first
        part.append(c)
        taken += GAP + widths[c]
    yield part


def _width(grid: Grid, column: int) -> int:
    return max([_head_width(grid.columns[column]), *(len(row[column]) for row in grid.rows)])


def _head_width(name: str) -> int:
    """How wide a head is that is broken at spaces: not narrower than needed, nor than is read."""
    return max([min(len(name), READ), *map(len, name.split())])


def _block(
    columns: Sequence[str], rows: Sequence[Sequence[str]], width: int, head: int
) -> Iterator[str]:
    cells = [max([len(row[c]) for row in rows], default=0) for c in range(len(columns))]
    widths = [max(w, _head_width(name)) for w, name in zip(cells, columns, strict=True)]
    whole = [max(w, len(name)) for w, name in zip(cells, columns, strict=True)]
    if sum(w + GAP for w in whole) - GAP <= width:  # no head need be broken
        widths = whole
    widths[0] = min(widths[0], max(width - sum(w + GAP for w in widths[1:]), head))
    last = max(width - sum(w + GAP for w in widths[:-1]), HEAD)  # a last column of words is broken
    widths[-1] = min(widths[-1], last) if len(widths) > 1 else widths[-1]
    right = [c > 0 and _numbers(row[c] for row in rows) for c in range(len(columns))]
    heads = [sentence(name, width=max(w, 1)) for name, w in zip(columns, widths, strict=True)]
    high = max(map(len, heads))
    for line in range(high):
        yield _row([h[line - high] if high - line <= len(h) else "" for h in heads], widths, right)
    for row in rows:
        yield from _wrapped(row, widths, right)


def _numbers(cells: Iterable[str]) -> bool:
    """Whether a column is of numbers: most of its cells begin as one does."""
    said = [cell for cell in cells if cell]
    return 2 * sum(cell[0] in NUMBER for cell in said) >= len(said)


def _wrapped(row: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> Iterator[str]:
    """One row; a first or last cell that is too long goes on in the next lines."""
    cells = [[cell] for cell in row]
    for place in {0, len(row) - 1}:
        cells[place] = sentence(row[place], "  " * (place == 0), widths[place]) or [""]
    for line in range(max(map(len, cells))):
        yield _row([c[line] if line < len(c) else "" for c in cells], widths, right)


def _row(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    sides = (
        f"{cell:>{width}}" if r else f"{cell:<{width}}"
        for cell, width, r in zip(cells, widths, right, strict=True)
    )
    return (" " * GAP).join(sides).rstrip()


def command(*said: str) -> list[str]:
    """Write a command that can be pasted; one that is too wide goes on in further lines."""
    lines = ["  plenary"]
    for part in _options(said):
        if len(lines[-1]) + len(part) + 3 > WIDE and lines[-1].strip() != "plenary":
            lines[-1] += " \\"
            lines.append("   ")
        lines[-1] += f" {part}"
    return lines


def _options(said: Sequence[str]) -> list[str]:
    """Keep an option and its value together."""
    parts: list[str] = []
    for word in said:
        if parts and parts[-1].startswith("--") and " " not in parts[-1]:
            parts[-1] += f" {shlex.quote(word)}"
        else:
            parts.append(shlex.quote(word))
    return parts


def fitted(blocks: Sequence[tuple[int, Sequence[str]]], tail: Sequence[str]) -> list[str]:
    """Fit blocks of lines and the last lines on a page of `HIGH`, in their order.

    Each block has a rank: those of a higher number go first where not all have room. A block of
    rank 0 stays, cut to what there is.
    """
    room = HIGH - len(tail)
    chosen: set[int] = set()
    for place in sorted(range(len(blocks)), key=lambda n: blocks[n][0]):
        rank, lines = blocks[place]
        if len(lines) <= room or rank == 0:
            chosen.add(place)
            room -= len(lines)
    kept = [line for place in sorted(chosen) for line in blocks[place][1]]
    return [*kept[: HIGH - len(tail)], *tail]
