"""What a person varies in shares where per cents belong; and per-cent signs where none belong.

A level is refused as the same value in a scenario would be. A range is refused if all of it lies
between 0 and 1, and so is a column of a table of points: single numbers there are drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sim.core.fields import bare
from sim.errors import Mistake
from sim.experiment.levels import is_number
from sim.experiment.model import Factor
from sim.experiment.table import Table
from sim.scenario import shape, shares
from sim.scenario.tree import Origin, Steps, Tree, short

SIGN = "has a per-cent sign, and is not in per cents"


def in_table(factor: Factor, where: Sequence[Steps], table: Table) -> Iterator[Mistake]:
    """Find what is wrong with the units of a column of points that changes these places."""
    at = Origin(table.shown, table.head, f"column {factor.path}")
    numbers = [float(level) for level in factor.levels if is_number(level)]
    signed = factor.path in table.signed
    if signed or any(0 < number < 1 for number in numbers):
        yield from _of_range(min(numbers), max(numbers), where, at, signed)


def in_file(factor: Factor, where: Sequence[Steps], tree: Tree, written: str) -> Iterator[Mistake]:
    """Find what is wrong with the units of what is varied in a file.

    Args:
        factor: as it was read.
        where: the places in the scenario that it changes.
        tree: the experiment's file.
        written: the factor's path there, which may be starred.
    """
    path: Steps = ("vary", written)
    said = tree.get(*path)
    if not isinstance(said, dict):
        yield from _of_levels(said, where, tree, path)
    elif "levels" in said:
        yield from _of_levels(said["levels"], where, tree, (*path, "levels"))
    elif factor.low is not None and factor.high is not None:
        signed = any(map(_signed, said.values()))
        yield from _of_range(factor.low, factor.high, where, tree.where(path), signed)


def _of_levels(said: Any, where: Sequence[Steps], tree: Tree, path: Steps) -> Iterator[Mistake]:
    if isinstance(said, list):
        for place, level in enumerate(said):
            yield from _of_level(level, where, tree.where((*path, place)))
    else:
        yield from _of_level(said, where, tree.where(path))


def _of_level(level: Any, where: Sequence[Steps], at: Origin) -> Iterator[Mistake]:
    for steps in where:
        if _signed(level) and not shape.per_cent(steps):
            yield _mistake(SIGN, at, level)
        for _, text, problem in shares.found(level, steps):
            yield _mistake(problem, at, text)


def _of_range(
    low: float, high: float, where: Sequence[Steps], at: Origin, signed: bool
) -> Iterator[Mistake]:
    for steps in where:
        about = shape.per_cent(steps)
        wrong = "" if about else SIGN
        if not signed:
            wrong = shares.range_problem(low, high, about["maximum"]) if about else ""
        if wrong:
            yield _mistake(wrong, at, f"{low:g} to {high:g}")


def _signed(text: Any) -> bool:
    return bool(bare(text) != text)


def _mistake(problem: str, at: Origin, value: object) -> Mistake:
    return Mistake(problem, at.file, at.line, at.field, short(value))
