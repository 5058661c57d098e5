"""What a sweep found, to be asked point by point: summaries, values, decisions.

Only the column that is asked for is read, so a study of a million runs costs no more memory
than one column of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

import sim
from sim.analysis.spread import Spread, spread
from sim.core import frames
from sim.core.outcome import Outcome, Over
from sim.core.outcomes import Outcomes
from sim.core.setting import Setting
from sim.experiment.model import UNCHANGED, Experiment, Point
from sim.experiment.outcomes import extract, has_mean, outcome_of, split
from sim.forums.rules import Decision
from sim.scenario import Scenario

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

    def numbers(self, point: str) -> Ints:
        """The number of each run: (runs,)."""
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

    @classmethod
    def of(cls, scenario: Scenario, setting: Setting) -> Facts:
        """Say it of a scenario as it is played by this version."""
        date = str(scenario.date or "")
        return cls(scenario.name, scenario.title, date, setting.seed, sim.__version__)


@dataclass(frozen=True, kw_only=True, repr=False)
class Kept:
    """What is kept of every run, whatever the point: names that one of them lacks stay empty."""

    outcomes: tuple[str, ...]
    actors: tuple[str, ...]
    names: tuple[str, ...]  # of the actors
    sessions: Mapping[Ballot, int]  # every ballot, and the session in which it is taken
    facts: Facts
    own: Mapping[str, str] = field(default_factory=dict)  # path -> the base's own level, if written

    @classmethod
    def of(
        cls,
        scenario: Scenario,
        setting: Setting,
        outcomes: Sequence[str],
        own: Mapping[str, str] | None = None,
    ) -> Kept:
        """Keep outcomes, and every decision of every actor of a scenario."""
        return cls(
            outcomes=tuple(outcomes),
            actors=setting.actors,
            names=setting.names,
            sessions=sessions_of(setting),
            facts=Facts.of(scenario, setting),
            own=own or {},
        )

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Kept:
        """Read what `said` writes."""
        return cls(
            outcomes=tuple(said["outcomes"]),
            actors=tuple(said["actors"]),
            names=tuple(said["names"]),
            sessions={(draft, stage): session for draft, stage, session in said["ballots"]},
            facts=Facts(**said["facts"]),
            own=said.get("own", {}),
        )

    def said(self) -> dict[str, Any]:
        """The same as data."""
        return {
            "outcomes": list(self.outcomes),
            "ballots": [[*ballot, session] for ballot, session in self.sessions.items()],
            "actors": list(self.actors),
            "names": list(self.names),
            "facts": asdict(self.facts),
            "own": dict(self.own),
        }

    @property
    def ballots(self) -> tuple[Ballot, ...]:
        """Every ballot, in the order in which they are taken."""
        return tuple(self.sessions)


def sessions_of(setting: Setting) -> dict[Ballot, int]:
    """Every ballot of a setting, and the session in which it is taken."""
    drafts, forums = setting.drafts, setting.forums
    return {
        (drafts[draft].label, stage): forums[drafts[draft].forum].stages[stage]
        for draft, stage in setting.ballots
    }


@dataclass(frozen=True, kw_only=True, repr=False)
class Study(Kept):
    """A sweep that has been played: its experiment, its points in order of the design, its runs."""

    experiment: Experiment
    points: tuple[Point, ...]  # the base first, where it is played
    source: Source
    failed: Mapping[str, int] = field(default_factory=dict)  # point -> runs that failed
    delegations: tuple[Mapping[str, str], ...] = ()  # those that decided for themselves, by class

    def __repr__(self) -> str:
        """Say what was varied, at how many points, in how many runs."""
        factors = ", ".join(factor.path for factor in self.experiment.factors)
        return (
            f"Study({self.experiment.name}: {factors}; {len(self.points)} points, {self.runs} runs)"
        )

    @cached_property
    def base(self) -> Point | None:
        """The unchanged scenario, where it was played."""
        return next((point for point in self.points if not point.settings), None)

    @cached_property
    def worlds(self) -> int:
        """In how many worlds a point was played, at most."""
        played = (len(np.unique(self.source.worlds(point.id))) for point in self.points)
        return max(played, default=0)

    @cached_property
    def drafts(self) -> tuple[str, ...]:
        """The labels of all drafts that outcomes are about."""
        known = dict.fromkeys(draft for draft, _ in self.ballots)
        kinds = ((name, outcome_of(name)) for name in self.outcomes)
        of_drafts = (split(n)[0] for n, kind in kinds if kind and kind.over is Over.DRAFT)
        return (*known, *dict.fromkeys(n.rpartition(".")[0] for n in of_drafts if n not in known))

    def levels(self, point: Point) -> dict[str, str]:
        """The level of every factor at a point: the base's own where one is left as it is.

        UNCHANGED where the base writes none, such as a parameter that is drawn or a verb.
        """
        return filled(point, self.own)

    def index(self) -> dict[str, Any]:
        """What each run of the study is: point, run, world and the level of each factor, (runs,).

        Levels that are numbers are numbers, nan where there is none.
        """
        counts = [self.source.runs(point.id) for point in self.points]
        found: dict[str, Any] = {
            "point": np.repeat(np.array([point.id for point in self.points], dtype=object), counts),
            "run": np.concatenate([self.source.numbers(point.id) for point in self.points]),
            "world": np.concatenate([self.source.worlds(point.id) for point in self.points]),
        }
        for factor in self.experiment.factors:
            said = [self.levels(point)[factor.path] for point in self.points]
            levels: list[Any] = [number_of(level) for level in said] if factor.numeric else said
            kind = np.float64 if factor.numeric else object
            found[factor.path] = np.repeat(np.array(levels, dtype=kind), counts)
        return found

    def column(self, outcome: str) -> Floats:
        """One outcome of all runs, in the order of `index`; nan where not defined: (runs,)."""
        return np.concatenate([self.source.values(point.id, outcome) for point in self.points])

    @property
    def averaged(self) -> tuple[str, ...]:
        """The outcomes that have a mean."""
        return tuple(filter(has_mean, self.outcomes))

    def kinds(self, outcomes: Sequence[str] = ()) -> list[tuple[str, Outcome]]:
        """Which of these, else of all that have a mean, are declared, and as what kind."""
        named = ((name, outcome_of(name)) for name in outcomes or self.averaged)
        return [(name, kind) for name, kind in named if kind is not None]

    def to_dataframe(self, *outcomes: str, tidy: bool = False, formula: bool = False) -> Any:
        """A `pandas.DataFrame` with a row a run: point, run, world, levels of factors, outcomes.

        Outcomes are in files' units, nan where they are not defined.

        Args:
            outcomes: which; else all that have a mean.
            tidy: a row for each outcome of each run instead, as in tidy.parquet.
            formula: columns are named as statsmodels, patsy and R take them in formulas; those
                of the tidy one always are.
        """
        import pandas as pd

        if tidy:
            columns = ((name, kind, self.column(name)) for name, kind in self.kinds(outcomes))
            return frames.long(frames.renamed(self.index(), True), columns, self.drafts)
        found = self.index() | {name: self.column(name) for name in outcomes or self.averaged}
        return pd.DataFrame(frames.renamed(found, formula))

    def to_xarray(self, *outcomes: str) -> Any:
        """An `xarray.Dataset` of means and their errors over points, for NetCDF.

        What an outcome is about is a dimension (ballot, clause, draft, issue, actor); levels of
        factors are coordinates of ``point``, named as in formulas. Needs the extra `data`.
        """
        coords: dict[str, Any] = {"point": [point.id for point in self.points]}
        for factor in self.experiment.factors:
            levels = [self.levels(point)[factor.path] for point in self.points]
            coords[factor.path] = [*map(number_of, levels)] if factor.numeric else levels
        names = frames.in_formulas(coords)
        means, errors = list[tuple[str, Outcome, Floats]](), list[tuple[str, Outcome, Floats]]()
        for outcome, kind in self.kinds(outcomes):
            cells = [cell for _, cell in self.cells(outcome)]
            means.append((outcome, kind, np.array([cell.mean for cell in cells])))
            errors.append((outcome, kind, np.array([cell.spread.error for cell in cells])))
        axes: dict[str, Any] = {"point": coords.pop("point")}
        found = frames.arrays(means, self.drafts, "point", axes)
        of_errors = frames.arrays(errors, self.drafts, "point", axes)
        found |= {f"{name}_error": of for name, of in of_errors.items()}
        axes |= {names[path]: ("point", of, {"path": path}) for path, of in coords.items()}
        about = {"title": self.experiment.title, "scenario": self.facts.scenario}
        return frames.xarray().Dataset(found, axes, about)

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


@dataclass(frozen=True)
class Played:
    """Runs in memory as a source: what was played at each point, by its id."""

    outcomes: Mapping[str, Outcomes]
    ballots: Sequence[Ballot]
    actors: Sequence[str]

    def runs(self, point: str) -> int:
        """How many runs of a point there are."""
        return self.outcomes[point].runs

    def values(self, point: str, outcome: str) -> Floats:
        """One outcome of a point's runs, in files' units; nan where it is not defined."""
        found = self.outcomes[point]
        return extract(outcome, found.table, found.ballots)

    def numbers(self, point: str) -> Ints:
        """The number of each run."""
        return self.outcomes[point].table["run"].astype(np.int64)

    def worlds(self, point: str) -> Ints:
        """The world of each run."""
        return self.outcomes[point].table["world"].astype(np.int64)

    def counts(self, point: str) -> Ints:
        """In how many runs each delegation took each decision: (ballots, actors, 7)."""
        return decided(self.outcomes[point], self.ballots, self.actors)


def decided(outcomes: Outcomes, ballots: Sequence[Ballot], actors: Sequence[str]) -> Ints:
    """How often each delegation took each decision: (ballots, actors, 7), 0 where it is not."""
    counts = np.zeros((len(ballots), len(actors), len(Decision)), dtype=np.int64)
    both = [b for b in ballots if b in outcomes.ballots]
    there = [a for a in actors if a in outcomes.actors]
    into = np.ix_(_places(both, ballots), _places(there, actors))
    counts[into] = outcomes.counts[
        np.ix_(_places(both, outcomes.ballots), _places(there, outcomes.actors))
    ]
    return counts


def _places(names: Sequence[Any], among: Sequence[Any]) -> list[int]:
    place = {name: slot for slot, name in enumerate(among)}
    return [place[name] for name in names]


def filled(point: Point, own: Mapping[str, str]) -> dict[str, str]:
    """The levels of a point, with the base's own where it leaves a factor as it is."""
    return {path: own.get(path, at) if at == UNCHANGED else at for path, at in point.levels.items()}


def number_of(level: str) -> float:
    """A level as a number; nan if it is none."""
    try:
        return float(level)
    except ValueError:
        return math.nan
