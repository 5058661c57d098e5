"""Answers as files: a figure, and its numbers beside it as a table."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sim.answers import figures
from sim.answers.whip import Whip
from sim.answers.why import Why
from sim.show.plots.style import filed, whole


def why(answer: Why, folder: Path) -> Path:
    """Draw the waterfall, with its terms in a table: the figure's file.

    Raises:
        OSError: a file cannot be written.
    """
    stem = filed(f"why-{answer.actor}-{answer.draft}-{answer.stage}")
    rows = (
        {
            "mechanism": part.named[0],
            "term": part.named[1],
            "says": part.says,
            "mean": part.mean,
            "shown_run": part.here,
        }
        for part in answer.parts
    )
    table(folder / f"{stem}.csv", rows)
    return figures.waterfall(answer).save(folder / f"{stem}.png")


def whip(answer: Whip, folder: Path) -> tuple[Path, Path]:
    """Draw whom to win, with every delegation in a table: the figure's file, and the table's.

    Raises:
        OSError: a file cannot be written.
    """
    stem = filed(f"whip-{answer.draft}-{answer.side}")
    data = folder / f"{stem}.csv"
    table(data, answer.rows())
    return figures.whipped(answer).save(folder / f"{stem}.png"), data


def table(file: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows as a CSV file, whole or not at all."""
    found = list(rows)
    with whole(file) as part, part.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, list(found[0]) if found else [])
        writer.writeheader()
        writer.writerows(found)
