"""What is printed of a back-test: the answer first, the scores aligned, how it is made again."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sim.report.parts import Grid, Texts
from sim.report.text import aligned
from sim.scoring.found import Found
from sim.show.tables import Table
from sim.show.words import sentence


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
