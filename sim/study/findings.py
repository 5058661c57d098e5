"""What a sweep found, to be asked point by point: summaries, values, decisions.

Only the column that is asked for is read, so a study of a million runs costs no more memory
than one column of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from sim.analysis.spread import Spread, spread
from sim.experiment.model import UNCHANGED, Experiment, Point
from sim.experiment.outcomes import has_mean

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Ballot = tuple[str, str]  # draft, stage


class Source(Protocol):
    """Where the runs of a study lie: a folder's Parquet file, or arrays in memory."""

    def runs(self, point: str) -> int:
        """How many runs of a point there are."""
        ...

    def values(self, point: str, outcome: str) -> Floats:
        """One outcome of a point's runs, in files' units; nan where it is not defined: (runs,)."""
        ...

    def worlds(self, point: str) -> Ints:
        """The world of each run: (runs,)."""
        ...

    def counts(self, point: str) -> Ints:
        """In how many runs each delegation took each decision: (ballots, actors, 7)."""
        ...


@dataclass(frozen=True)
class Cell:
    """One outcome at one point: its spread over the runs in which it is defined."""

    spread: Spread
    defined: float  # share of runs in which it is

    @property
    def mean(self) -> float:
        """Mean over the runs in which it is defined; nan if it never is."""
        return self.spread.mean


@dataclass(frozen=True)
class Facts:
    """What figures and reports say of where a study comes from."""

    scenario: str
    title: str
    data: str  # the date before which its data lie, or ""
    seed: int
    version: str


@dataclass(frozen=True, repr=False)
class Study:
    """A sweep that has been played: its experiment, its points in order of the design, its runs."""

    experiment: Experiment
    points: tuple[Point, ...]  # the base first, where it is played
    outcomes: tuple[str, ...]
    actors: tuple[str, ...]
    names: tuple[str, ...]
    ballots: tuple[Ballot, ...]
    sessions: Mapping[Ballot, int]  # in which session each is taken
    facts: Facts
    source: Source = field(repr=False)
    failed: Mapping[str, int] = field(default_factory=dict)  # point -> runs that failed
    delegations: tuple[Mapping[str, str], ...] = ()  # those that decided for themselves, by class

    def __repr__(self) -> str:
        """Say what was varied, at how many points, in how many runs."""
        factors = ", ".join(factor.path for factor in self.experiment.factors)
        return (
            f"Study({self.experiment.name}: {factors}; {len(self.points)} points, {self.runs} runs)"
        )

    def to_dataframe(self, *outcomes: str) -> Any:
        """A `pandas.DataFrame` with a row a run: point, levels of factors, world, outcomes.

        Levels that are numbers are numbers; where nothing is changed they are missing.
        Outcomes are in files' units, nan where they are not defined; all that have a mean unless
        some are named.
        """
        import pandas as pd

        wanted = outcomes or tuple(filter(has_mean, self.outcomes))
        parts = []
        for point in self.points:
            same = ("", UNCHANGED)
            levels = {p: None if point.base or at in same else at for p, at in point.levels.items()}
            values = {name: self.source.values(point.id, name) for name in wanted}
            index = range(self.source.runs(point.id))
            said = {"point": point.id, **levels, "world": self.source.worlds(point.id)}
            parts.append(pd.DataFrame(said | values, index=index))
        found = pd.concat([part.dropna(axis=1, how="all") for part in parts], ignore_index=True)
        found = found.reindex(columns=list(parts[0].columns))
        for factor in self.experiment.factors:
            if factor.numeric:
                found[factor.path] = pd.to_numeric(found[factor.path])
        return found

    def to_xarray(self, *outcomes: str) -> Any:
        """An `xarray.Dataset` of means and their errors over points, for NetCDF.

        Levels of factors are coordinates of ``point``; needs the extra `data`.
        """
        from sim.core.frames import xarray

        wanted = outcomes or tuple(filter(has_mean, self.outcomes))
        found: dict[str, Any] = {}
        for name in wanted:
            cells = [cell for _, cell in self.cells(name)]
            found[name] = ("point", [cell.mean for cell in cells])
            found[f"{name}.error"] = ("point", [cell.spread.error for cell in cells])
        coords: dict[str, Any] = {"point": [point.id for point in self.points]}
        for factor in self.experiment.factors:
            coords[factor.path] = (
                "point",
                [point.levels.get(factor.path, "") for point in self.points],
            )
        return xarray().Dataset(found, coords)

    @property
    def runs(self) -> int:
        """Runs of all points together."""
        return sum(self.source.runs(point.id) for point in self.points)

    def cell(self, point: Point, outcome: str) -> Cell:
        """Summarise an outcome at a point."""
        values = self.source.values(point.id, outcome)
        there = ~np.isnan(values)
        if not len(values):
            return Cell(spread(values, values), 0.0)
        worlds = self.source.worlds(point.id)
        return Cell(spread(values[there], worlds[there]), float(there.mean()))

    def cells(self, outcome: str) -> Iterator[tuple[Point, Cell]]:
        """Summarise an outcome at every point, in order."""
        for point in self.points:
            yield point, self.cell(point, outcome)

    def means(self, outcome: str) -> Floats:
        """Mean of an outcome at every point, over the runs where it is defined: (points,)."""
        return np.array([cell.mean for _, cell in self.cells(outcome)])

    def chances(self, point: Point, draft: str, stage: str) -> Floats:
        """How often each delegation took each decision there: (actors, 7), rows summing to 1."""
        counted = self.source.counts(point.id)[self.ballots.index((draft, stage))]
        share: Floats = counted / max(self.source.runs(point.id), 1)
        return share
