"""Tables of admissible worlds: CSV with a column draw, columns of parameters, and a row a world."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sim import delimited
from sim.core.registry import PARAMETERS
from sim.errors import InputError, Mistake
from sim.scenario.tree import MOST_MISTAKES, short

Floats = npt.NDArray[np.float64]

DRAW = "draw"
LAST_DRAW = 2**53  # every whole number to here is a float


def read(file: Path, shown: str = "") -> dict[str, Floats]:
    """Read a table of worlds: the columns draw and those of parameters, (worlds,) each.

    It is kept, since a sweep asks for it at every point.

    Raises:
        InputError: it cannot be read, or everything wrong in it, each with its line.
    """
    about = file.stat()
    return _read(file.resolve(), shown or str(file), (about.st_mtime_ns, about.st_size))


@lru_cache(maxsize=2)
def _read(file: Path, shown: str, _version: tuple[int, int]) -> dict[str, Floats]:
    sheet = delimited.read(file, shown)
    head = sheet.head
    if DRAW not in head.cells or not sheet.rows:
        problem = "a table of worlds needs a column draw and at least one row"
        raise InputError(Mistake(problem, shown, head.number))
    places = {name: n for n, name in enumerate(head.cells) if name == DRAW or name in PARAMETERS}
    mistakes = [
        Mistake("the table has this column twice", shown, head.number, name)
        for name in places
        if head.cells.count(name) > 1
    ]
    columns: dict[str, list[float]] = {name: [] for name in places}
    for row in sheet.rows:
        if problem := sheet.ragged(row):
            mistakes.append(Mistake(problem, shown, row.number))
            continue
        for name, place in places.items():
            text = row.cells[place]
            columns[name].append(_number(text))
            problem, allowed = _wrong(name, columns[name][-1])
            if problem:
                said = short(text)
                mistakes.append(Mistake(problem, shown, row.number, name, said, allowed))
    if mistakes:
        raise InputError(mistakes[:MOST_MISTAKES])
    return {name: np.array(values) for name, values in columns.items()}


def _number(text: str) -> float:
    """A number; nan for anything else."""
    return float(text) if delimited.NUMBER.fullmatch(text) else np.nan


def _wrong(name: str, value: float) -> tuple[str, str]:
    """What is wrong with a value, and what would be right; ("", "") if it is right."""
    if not np.isfinite(value):
        return "is not a number", ""
    if name == DRAW:
        whole = 0 <= value <= LAST_DRAW and value == int(value)
        return ("", "") if whole else ("is not the number of a draw", "0, 1, 2, ...")
    limits = PARAMETERS[name]
    if not limits.low <= value <= limits.high:
        return "is out of range", f"{limits.low:g} to {limits.high:g}"
    return ("is not a whole number", "") if limits.whole and value != int(value) else ("", "")
