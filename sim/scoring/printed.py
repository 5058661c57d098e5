"""What is printed of a back-test: the answer first, the scores aligned, how it is made again."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sim.report.parts import Grid, Texts
from sim.scoring.found import Found
from sim.show.summary import WIDE, sentence
from sim.show.tables import Table

GAP = 2  # columns between two of a table
READ = 9  # of a head of a column, at least, where it is broken
HEAD = 18  # of the first column of a table, at least, where it has to be cut


def lines(found: Found, folder: Path, command: Sequence[str]) -> list[str]:
    """Write the printed summary of a back-test whose results lie in ``folder``, line by line.

    Args:
        found: what it found.
        folder: where its results are.
        command: what was typed.

    Returns:
        Lines of at most 80 columns, but for names of files and the command.
    """
    return [
        *sentence(found.title),
        *(f"Fitted on data before {found.until}." for _ in [found.until] if found.until),
        "",
        *(line for said in found.answer for line in sentence(said)),
        *(line for grid in found.scores for line in ["", *aligned(grid)]),
        *_list("Limits:", found.limits),
        "",
        f"Results: {folder} (report.html, summary.json, {_count(found)})",
        f"Again: {shlex.join(command)}",
    ]


def _count(found: Found) -> str:
    tables, figures = len(found.tables), len(found.figures)
    return f"{tables} table{'s' * (tables != 1)}, {figures} figure{'s' * (figures != 1)}"


def _list(head: str, said: Texts) -> list[str]:
    if not said:
        return []
    return ["", head, *(line for one in said for line in sentence(f"- {one}", "  "))]


def aligned(grid: Grid) -> list[str]:
    """Set a table in lines of 80 columns: heads to the left, cells to the right.

    Heads of columns are broken at spaces; a table that is still too wide goes on below, with its
    first column again.
    """
    out = [*sentence(grid.title)]
    for part in _parts(grid):
        out += _block([grid.columns[c] for c in part], [[r[c] for c in part] for r in grid.rows])
    return [*out, *(sentence(grid.note) if grid.note else [])]


def _parts(grid: Grid) -> Iterator[list[int]]:
    """Which columns stand side by side: as many as fit, the first one always."""
    widths = [_width(grid, c) for c in range(len(grid.columns))]
    first = min(widths[0], max(WIDE - sum(w + GAP for w in widths[1:]), HEAD))
    part, taken = [0], first
    for c in range(1, len(widths)):
        if len(part) > 1 and taken + GAP + widths[c] > WIDE:
            yield part
            part, taken = [0], first
        part.append(c)
        taken += GAP + widths[c]
    yield part


def _width(grid: Grid, column: int) -> int:
    cells = (len(row[column]) for row in grid.rows)
    return max([_head_width(grid.columns[column]), *cells])


def _head_width(name: str) -> int:
    """How wide a head is that is broken at spaces: not narrower than needed, nor than is read."""
    return max([min(len(name), READ), *map(len, name.split())])


def _block(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    cells = [max([len(row[c]) for row in rows], default=0) for c in range(len(columns))]
    widths = [max(w, _head_width(name)) for w, name in zip(cells, columns, strict=True)]
    widths[0] = min(widths[0], max(WIDE - sum(w + GAP for w in widths[1:]), HEAD))
    heads = [sentence(name, width=max(w, 1)) for name, w in zip(columns, widths, strict=True)]
    high = max(map(len, heads))
    for line in range(high):
        yield _row([h[line - high] if high - line <= len(h) else "" for h in heads], widths)
    for row in rows:
        yield from _wrapped(row, widths)


def _wrapped(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    """One row; a head that is too long goes on in the next line."""
    head = sentence(row[0], "  ", widths[0]) or [""]
    yield _row([head[0], *row[1:]], widths)
    yield from head[1:]


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    rest = (f"{c:>{w + GAP}}" for c, w in zip(cells[1:], widths[1:], strict=True))
    return f"{cells[0]:<{widths[0]}}{''.join(rest)}".rstrip()


def summary(found: Found) -> dict[str, Any]:
    """Give what was found in words, for summary.json."""
    return {
        "kind": "back-test",
        "name": found.name,
        "title": found.title,
        "question": found.question,
        "until": found.until,
        "answer": list(found.answer),
        "limits": list(found.limits),
        "scores": [_grid(grid) for grid in found.scores],
        "tables": sorted(found.tables),
        "figures": {name: [f.title, f.about] for name, f in sorted(found.figures.items())},
        "sources": list(found.sources),
    }


def data(found: Found) -> dict[str, Any]:
    """Give all that was found, with every table as lists of its columns, for ``--json``."""
    return summary(found) | {"tables": {n: _plain(t) for n, t in found.tables.items()}}


def _grid(grid: Grid) -> dict[str, Any]:
    rows = [dict(zip(grid.columns, row, strict=True)) for row in grid.rows]
    return {"title": grid.title, "columns": list(grid.columns), "rows": rows, "note": grid.note}


def _plain(table: Table) -> dict[str, list[Any]]:
    return {name: np.asarray(column, dtype=object).tolist() for name, column in table.items()}
