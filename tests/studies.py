"""Studies made up in memory, with an answer known beforehand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.experiment.model import UNCHANGED, Design, Experiment, Factor, Plot, Point
from sim.study.findings import Facts, Study

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Answer = Callable[[Mapping[str, str], Ints, Ints], Mapping[str, Floats]]

BALLOTS = (("73/27", "committee"), ("73/27", "plenary"))
ACTORS = ("USA", "RUS", "FRA", "BRA", "IND")
NAMES = ("United States", "Russian Federation", "France", "Brazil", "India")


@dataclass
class Memory:
    """A source in memory: point id -> outcome -> (runs,)."""

    table: dict[str, dict[str, Floats]]
    of_worlds: dict[str, Ints]
    decided: dict[str, Ints]

    def runs(self, point: str) -> int:
        return len(self.of_worlds[point])

    def values(self, point: str, outcome: str) -> Floats:
        return self.table[point][outcome]

    def numbers(self, point: str) -> Ints:
        return np.arange(self.runs(point))

    def worlds(self, point: str) -> Ints:
        return self.of_worlds[point]

    def counts(self, point: str) -> Ints:
        return self.decided[point]


def experiment(
    factors: Sequence[Factor], design: Design = "grid", runs: int = 80, **said: object
) -> Experiment:
    """An experiment of these factors; anything else may be given by name."""
    fields: dict[str, object] = {
        "name": "made-up",
        "title": "A made-up experiment",
        "question": "What is it worth?",
        "about": "",
        "scenario": "rival-resolutions-2018",
        "fixed": (),
        "factors": tuple(factors),
        "design": design,
        "size": 0,
        "base": True,
        "runs": runs,
        "until": {},
        "at_most": 100_000,
        "seed": 7,
        "outcomes": (),
        "plots": (),
    }
    return Experiment(**{**fields, **said})  # type: ignore[arg-type]


def numeric(path: str, *levels: float) -> Factor:
    """A numeric factor with these levels."""
    return Factor(path, tuple(f"{v:g}" for v in levels), low=min(levels), high=max(levels))


def study(
    made: Experiment,
    points: Sequence[Point],
    answer: Answer,
    *,
    actors: Sequence[str] = ACTORS,
    names: Sequence[str] = NAMES,
    ballots: Sequence[tuple[str, str]] = BALLOTS,
    seed: int = 0,
) -> Study:
    """Play made-up runs: ``answer(levels, runs, worlds)`` gives each outcome's values (runs,).

    Four runs share a world; decisions are drawn at random from ``seed``.
    """
    runs = np.arange(made.runs)
    worlds = runs // 4
    luck = np.random.default_rng(seed)
    table = {p.id: dict(answer(p.levels, runs, worlds)) for p in points}
    shape = (len(ballots), len(actors))
    decided = {
        p.id: luck.multinomial(made.runs, [0.4, 0.3, 0.2, 0.1, 0, 0, 0], shape) for p in points
    }
    return Study(
        experiment=made,
        points=tuple(points),
        outcomes=tuple(next(iter(table.values()))),
        actors=tuple(actors),
        names=tuple(names),
        sessions={ballot: place + 1 for place, ballot in enumerate(ballots)},
        facts=Facts(made.scenario, "Rival resolutions", "2018-11-08", 7, "0.1.0"),
        source=Memory(table, {p.id: worlds for p in points}, decided),
    )


def grid(*factors: Factor, base: bool = True) -> list[Point]:
    """Every combination of levels, the last factor fastest; the base first."""
    rows: list[dict[str, str]] = [{}]
    for factor in factors:
        rows = [{**row, factor.path: level} for row in rows for level in factor.levels]
    plain = Point({f.path: UNCHANGED for f in factors})
    return [*([plain] if base else []), *(Point(row) for row in rows)]


__all__ = ["Plot", "experiment", "grid", "numeric", "study"]
