"""A number of the record beside what runs show, and the runs of shipped scenarios."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

import sim
from sim import record, shipped
from sim.build import setting
from sim.core.ensemble import ensemble
from sim.core.outcomes import Outcomes
from sim.core.setting import Setting
from sim.scenario import Scenario

Floats = npt.NDArray[np.float64]
Ends = tuple[float, float]

LOW, MIDDLE, HIGH = 0.05, 0.5, 0.95
LEFT_OUT = 0.1  # of the numbers of a record, a right range of nine runs in ten leaves out so many
VOTES, ROOMS, CALENDAR = 200, 100, 100  # runs of a scenario: of votes, of rooms, over years
YES, NO = "yes", "no"
NOT_FITTED = "no"  # what was used in fitting begins with it where nothing was


@dataclass(frozen=True)
class Found:
    """One number of the record, and what runs have for it."""

    what: str
    record: str
    median: float
    low: float
    high: float
    holds: bool
    fitted: str = NOT_FITTED  # what of it was used in fitting, in words

    @property
    def is_test(self) -> bool:
        """Whether nothing of it was used in fitting, or written in."""
        return self.fitted.startswith(NOT_FITTED)

    @property
    def happens(self) -> bool:
        """Whether it is something that happened or not, so that its numbers are shares of runs."""
        return self.record in (YES, NO)


@dataclass(frozen=True)
class Pattern:
    """A pattern of the public record, where it is looked for, and all its numbers."""

    number: int
    title: str
    source: str  # of the record
    where: str  # the scenarios, and the outcomes
    find: Callable[[], Iterator[Found]]
    why: str = ""  # it fails, where it does
    needs: str = ""  # what is not at hand, where it has no numbers


def holds(found: Sequence[Found]) -> bool:
    """Whether a pattern holds: by the numbers that are a test, or by all where none is.

    Of many numbers as many may be missed as a right range leaves out; of fewer than five, none.
    """
    judged = [one for one in found if one.is_test] or found
    misses = sum(not one.holds for one in judged)
    return bool(judged) and misses <= int(LEFT_OUT * len(judged) + 0.5)


def span(values: Floats) -> tuple[float, float, float]:
    """The median and the range that nine runs in ten span, of the runs in which there is a value.

    Returns:
        median, low, high; all nan where no run has a value.
    """
    there = values[~np.isnan(values)]
    if not len(there):
        return np.nan, np.nan, np.nan
    low, middle, high = np.quantile(there, [LOW, MIDDLE, HIGH]).tolist()
    return middle, low, high


def told(value: float) -> str:
    """Three digits, or all before the point."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def number(what: str, real: float, values: Floats, fitted: str = NOT_FITTED) -> Found:
    """A number of the record beside its range in runs."""
    middle, low, high = span(values)
    return Found(what, told(real), middle, low, high, low <= real <= high, fitted)


def between(what: str, real: Ends, values: Floats, fitted: str = NOT_FITTED) -> Found:
    """A record that is known only between two ends: it holds if the ranges meet."""
    middle, low, high = span(values)
    said = f"{told(real[0])} to {told(real[1])}"
    return Found(what, said, middle, low, high, low <= real[1] and high >= real[0], fitted)


def happened(what: str, real: bool, share: float, fitted: str = NOT_FITTED) -> Found:
    """A thing that happened or not: it holds if it does in most runs, or does not in most."""
    return Found(what, YES if real else NO, share, share, share, (share > MIDDLE) == real, fitted)


@cache
def loaded(name: str, changed: tuple[str, ...] = ()) -> tuple[Scenario, Setting]:
    """A shipped scenario, with settings as of ``--set``."""
    scenario = sim.load(name, changed)
    return scenario, setting(scenario)


@cache
def played(name: str, runs: int, changed: tuple[str, ...] = ()) -> Outcomes:
    """Many runs of a shipped scenario, with every decision kept."""
    return ensemble(loaded(name, changed)[1], runs, keep=True)


def real(file: str, **where: str) -> dict[str, str]:
    """The one row of a shipped table whose cells are so."""
    rows = [row.cells for row in record.table(shipped.data(file), tuple(where))]
    return next(r for r in rows if all(r[field] == cell for field, cell in where.items()))
