"""The annual panel of ideal points of states in the General Assembly."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from sim import record, shipped

Floats = npt.NDArray[np.float64]

TABLE = "ideal_points.csv"


@dataclass(frozen=True)
class Panel:
    """The annual panel: larger is closer to the West; nan where a state has no point."""

    states: tuple[str, ...]
    years: tuple[int, ...]
    values: Floats  # (states, years)

    def at(self, actors: tuple[str, ...], year: int) -> Floats:
        """Points of one year (actors,), of the nearest year there is; nan for who has none."""
        column = self.years.index(min(max(year, self.years[0]), self.years[-1]))
        here = dict(zip(self.states, self.values[:, column].tolist(), strict=True))
        return np.array([here.get(actor, np.nan) for actor in actors], dtype=np.float64)

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
def panel() -> Panel:
    """Read the shipped panel (Bailey, Strezhnev and Voeten 2017)."""
    rows = record.table(shipped.data(TABLE), ("iso3",))
    years = [name for name in rows[0].cells if name != "iso3"]
    values = [[float(r.cells[y]) if r.cells[y] else np.nan for y in years] for r in rows]
    states = tuple(r.cells["iso3"] for r in rows)
    return Panel(states, tuple(int(y) for y in years), np.array(values))
