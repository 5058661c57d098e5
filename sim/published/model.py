"""One published model: what it says, what it starts from, its options, and how to ask it.

Each model's file declares its own, as `MODEL`; `sim.published.models` lists them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from sim.errors import InputError, Mistake
from sim.literature import listed
from sim.near import near
from sim.published.solution import Solution
from sim.published.table import Table

STATUS_QUO, POSITIONS = "a status quo", "positions"


class Option(NamedTuple):
    """Something that can be set: what it means, and its value if nobody does."""

    default: str | float | int
    meaning: str
    allowed: tuple[str, ...] = ()  # words; none for a number
    low: float = 0.0
    high: float = float("inf")

    def read(self, path: str, value: Any) -> Any:
        """Turn what was typed into the kind of value that this is; else an InputError."""
        number, whole = _number(value), isinstance(self.default, int)
        if self.allowed:
            if value in self.allowed:
                return value
            if "NUMBER" in self.allowed and number is not None:
                return number
            right = ", ".join(filter(None, self.allowed))
        elif isinstance(self.default, str):
            return str(value)
        else:
            inside = number is not None and self.low <= number <= self.high
            if number is not None and inside and not (whole and number % 1):
                return int(number) if whole else number
            top = f" to {self.high:g}" if np.isfinite(self.high) else " or more"
            right = f"{'a whole number, ' if whole else ''}{self.low:g}{top}"
        problem, close = "cannot be set to that", near(str(value), self.allowed)
        raise InputError(Mistake(problem, "", None, path, str(value), right, close))


Options = Mapping[str, Option]


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if np.isfinite(number) else None


def wrong(options: Options, **values: Any) -> list[Mistake]:
    """What is wrong with values of options, by the names of the options."""
    mistakes: list[Mistake] = []
    for name, value in values.items():
        try:
            options[name].read(name, value)
        except InputError as error:
            mistakes += error.mistakes
    return mistakes


@dataclass(frozen=True)
class Model:
    """One model, with the function that answers for it."""

    name: str
    title: str
    meaning: str  # in a line
    sources: tuple[str, ...]  # keys of `sim.literature`; none for a mere yardstick
    function: Callable[..., Solution]  # of a table, and of its options by name
    needs: tuple[str, ...] = (POSITIONS,)
    options: Options = field(default_factory=dict)
    most: int = 10_000  # actors up to which it is asked unless it is named
    apart: bool = False  # says nothing of positions: asked if named, or if there are none
    least_issues: int = 0

    @property
    def source(self) -> str:
        """Whose it is, in words."""
        return listed(self.sources) or "a yardstick"

    def solve(self, table: Table, **options: Any) -> Solution:
        """Ask the model; an option it does not have is an InputError."""
        return self.function(table, **{k: self.option(k, v) for k, v in options.items()})

    def option(self, name: str, value: Any) -> Any:
        """Read one of its options; an unknown one is an InputError with the nearest."""
        if name not in self.options:
            problem = f"{self.name} has no such option"
            allowed, close = ", ".join(self.options) or "none", near(name, self.options)
            raise InputError(Mistake(problem, "", None, name, str(value), allowed, close))
        return self.options[name].read(f"{self.name}.{name}", value)

    def missing(self, table: Table) -> str:
        """What it needs and a table does not have, in words; "" if nothing."""
        if POSITIONS in self.needs and not table.present.any():
            return "needs positions"
        if STATUS_QUO in self.needs and np.isnan(table.status_quo).all():
            return "needs a status quo"
        if len(table.issues) < self.least_issues:
            return "needs two issues or more"
        return ""
