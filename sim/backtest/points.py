"""Ideal points of states by year, and how far apart the blocs of a room are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from sim import record, shipped
from sim.scenario.groups import shipped_groups

Floats = npt.NDArray[np.float64]

TABLE = "ideal_points.csv"
ALL, GROUP = "all", "group "


@dataclass(frozen=True)
class Points:
    """The annual panel: larger is closer to the West; nan where a state has no point."""

    states: tuple[str, ...]
    years: tuple[int, ...]
    values: Floats  # (states, years)

    def before(self, year: int) -> Floats:
        """Each state's last point before a year, (states,): all that may be known by its start.

        A state without one has the mean of the others.
        """
        found = np.full(len(self.states), np.nan)
        for column, known in enumerate(self.years):
            if known < year:
                here = self.values[:, column]
                found = np.where(np.isnan(here), found, here)
        return np.where(np.isnan(found), np.nanmean(found), found)


@cache
def points() -> Points:
    """Read the shipped panel (Bailey, Strezhnev and Voeten 2017)."""
    rows = record.table(shipped.data(TABLE), ("iso3",))
    years = [name for name in rows[0].cells if name != "iso3"]
    values = [[float(r.cells[y]) if r.cells[y] else np.nan for y in years] for r in rows]
    states = tuple(r.cells["iso3"] for r in rows)
    return Points(states, tuple(int(y) for y in years), np.array(values))


def members(text: str) -> tuple[str, ...]:
    """Read who sits in a room: all, group NAME, or ISO codes separated by semicolons.

    Raises:
        KeyError: there is no such group or state.
    """
    if text == ALL:
        return points().states
    if text.startswith(GROUP):
        return shipped_groups()[text.removeprefix(GROUP)]
    codes = tuple(text.split(";"))
    for code in codes:
        if code not in points().states:
            raise KeyError(code)
    return codes


def bloc_distance(values: Floats) -> float:
    """How far the means of two blocs are apart, values (states,) being split where that fits best.

    The split is that of two means on a line, found exactly: of all cuts of the sorted values the
    one with the least sum of squares within its sides (Fisher 1958).
    """
    v = np.sort(values)
    n = np.arange(1, len(v))
    total = np.cumsum(v)
    left, right = total[:-1] / n, (total[-1] - total[:-1]) / (len(v) - n)
    best = int(np.argmax(n * (len(v) - n) * (right - left) ** 2))
    return float(right[best] - left[best])
