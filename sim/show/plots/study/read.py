"""What the figures read off a study: summaries by level, and differences run by run.

One column of one point is in memory at a time; where a place of a figure stands for several
points, their runs of the same number are averaged, so that all places stay paired.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from statistics import NormalDist
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from sim.analysis.paired import SEEN, Difference, difference
from sim.analysis.spread import Spread, spread
from sim.experiment.model import UNCHANGED, Factor, Point
from sim.show.plots.study.said import Outcome
from sim.study.findings import Study

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Table = Mapping[str, Sequence[object]]
Points = tuple[Point, ...]

T = TypeVar("T")

WIDE = 1.96  # errors to either side that make an interval of 95%
NAN = float("nan")
SCATTERED = 12  # more levels of a factor than this, drawn from a distribution, are a cloud


@dataclass(frozen=True)
class Measure:
    """An outcome at one place of a figure, in the unit in which it is shown."""

    points: int
    runs: int  # of each point
    defined: float  # share of runs in which it is
    mean: float
    error: float
    low: float  # nine runs in ten lie between these; nan for an average of several points
    high: float
    chance: float
    ignorance: float

    @property
    def interval(self) -> tuple[float, float]:
        """The mean with 95% confidence; just the mean where no error can be told."""
        half = 0.0 if isnan(self.error) else WIDE * self.error
        return self.mean - half, self.mean + half

    def row(self) -> dict[str, object]:
        """Write it as a row of a table."""
        low, high = (NAN, NAN) if isnan(self.error) else self.interval
        return {
            "runs": self.runs,
            "points": self.points,
            "defined": self.defined,
            "mean": self.mean,
            "error": self.error,
            "interval_low": low,
            "interval_high": high,
            "run_low": self.low,
            "run_high": self.high,
            "chance": self.chance,
            "ignorance": self.ignorance,
        }


def at_base(study: Study, outcome: Outcome) -> Measure | None:
    """An outcome at the base; None where that was not played or does not define it."""
    point = study.base
    told = measure(study, (point,), outcome) if point else None
    return None if told is None or isnan(told.mean) else told


def path_of(study: Study, path: str) -> Factor | None:
    """Find a factor by its path."""
    return next((f for f in study.experiment.factors if f.path == path), None)


def logarithmic(study: Study, path: str) -> bool:
    """Whether a factor is drawn evenly from its logarithm."""
    factor = path_of(study, path)
    return factor is not None and factor.distribution == "log_uniform"


def measure(study: Study, points: Sequence[Point], outcome: Outcome) -> Measure:
    """Summarise an outcome at one point, or averaged run by run over several."""
    values, worlds = column(study, points, outcome)
    there = ~np.isnan(values)
    told = spread(values[there], worlds[there])
    alone = len(points) == 1
    defined = float(there.mean()) if alone and len(there) else _defined(study, points, outcome)
    return _measure(told, len(points), len(values), defined, alone)


def _measure(told: Spread, points: int, runs: int, defined: float, alone: bool) -> Measure:
    return Measure(
        points=points,
        runs=runs,
        defined=defined,
        mean=told.mean,
        error=told.error,
        low=told.low if alone else NAN,
        high=told.high if alone else NAN,
        chance=told.chance,
        ignorance=told.ignorance,
    )


def _defined(study: Study, points: Sequence[Point], outcome: Outcome) -> float:
    shares = [
        float((~np.isnan(values)).mean())
        for p in points
        if len(values := study.source.values(p.id, outcome.column))
    ]
    return sum(shares) / len(shares) if shares else 0.0


def column(study: Study, points: Sequence[Point], outcome: Outcome) -> tuple[Floats, Ints]:
    """One outcome, run by run, with the world of each run; averaged over points by run."""
    if len(points) == 1:
        values = study.source.values(points[0].id, outcome.column)
        return values * outcome.scale, study.source.worlds(points[0].id)
    runs = min((study.source.runs(p.id) for p in points), default=0)
    total, count = np.zeros(runs), np.zeros(runs)
    for point in points:
        values = study.source.values(point.id, outcome.column)[:runs] * outcome.scale
        there = ~np.isnan(values)
        total[there] += values[there]
        count += there
    mean = np.divide(total, count, out=np.full(runs, np.nan), where=count > 0)
    worlds = study.source.worlds(points[0].id)[:runs] if points else np.zeros(0, dtype=np.int64)
    return mean, worlds


def compared(
    study: Study, before: Sequence[Point], after: Sequence[Point], outcome: Outcome
) -> Difference:
    """Compare two places run by run, over the runs that both have and that define both."""
    old, worlds = column(study, before, outcome)
    new, _ = column(study, after, outcome)
    return difference(outcome.column, old, new, worlds)


def seen(found: Difference, among: int = 1, least: float = 1e-9) -> bool:
    """Whether a difference stands out of its error, also as the largest among several.

    One below ``least`` is none: numbers as they are written would not show it.
    """
    if isnan(found.difference) or isnan(found.error) or abs(found.difference) < least:
        return False
    return abs(found.difference) > threshold(among) * found.error


def threshold(among: int = 1) -> float:
    """How many errors a difference must be: the smallest visible one, more so among many."""
    return max(SEEN, NormalDist().inv_cdf(1 - 0.025 / max(among, 1)))


def levels_of(study: Study, path: str) -> list[str]:
    """The levels of a factor that its points take, in order; numbers by size."""
    factor = path_of(study, path)
    seen_ = dict.fromkeys(p.levels[path] for p in study.points if path in p.levels)
    written = factor.levels if factor else ()
    kept = [x for x in written if x in seen_] + [x for x in seen_ if x not in written]
    kept = [x for x in kept if x != UNCHANGED or UNCHANGED in written]
    return sorted(kept, key=float) if numbers(kept) else kept


def numbers(levels: Iterable[str]) -> bool:
    """Whether all these levels are numbers."""
    try:
        return all(np.isfinite(float(x)) for x in levels)
    except ValueError:
        return False


def scattered(study: Study, path: str) -> bool:
    """Whether a factor is drawn from a distribution, so that hardly two points share a level."""
    levels = levels_of(study, path)
    factor = path_of(study, path)
    drawn = factor is not None and not factor.levels
    return drawn and len(levels) > SCATTERED and numbers(levels)


def places(study: Study, *paths: str) -> dict[tuple[str, ...], Points]:
    """Sort the points of a study by their levels of these factors.

    Where some points leave every other factor as at the base, they alone are taken; otherwise
    a place stands for all settings of the others together.
    """
    kept = [set(levels_of(study, path)) for path in paths]
    inside = [
        p
        for p in study.points
        if all(p.levels.get(path) in levels for path, levels in zip(paths, kept, strict=True))
    ]
    own = base_levels(study)
    alone = [p for p in inside if _as_base(p, paths, own)]
    slices, whole = _by_levels(alone, paths), _by_levels(inside, paths)
    return slices if len(slices) > 1 or slices.keys() == whole.keys() else whole


def over_others(study: Study, path: str) -> tuple[dict[tuple[str, ...], Points], bool]:
    """Sort the points by their levels of one factor, and say if that averages over the others.

    It does where every level stands with the same settings of the others, as in a grid; a place
    then stands for all of them. Otherwise places are as `places` gives them.
    """
    for points in (study.points, [p for p in study.points if p.settings]):
        found = _by_levels([p for p in points if path in p.levels], (path,))
        beside = [{_others(p, path) for p in at} for at in found.values()]
        if len(found) > 1 and len(beside[0]) > 1 and all(b == beside[0] for b in beside):
            return found, True
    return places(study, path), False


def _others(point: Point, path: str) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((at, level) for at, level in point.levels.items() if at != path))


def beside_base(study: Study, path: str) -> list[tuple[str, Points]]:
    """The levels of a factor with their points, without one that is the base itself."""
    found, own = places(study, path), study.base
    order = [x for x in levels_of(study, path) if (x,) in found]
    return [(x, found[x,]) for x in order if own is None or found[x,] != (own,)]


def base_levels(study: Study) -> Mapping[str, str]:
    """Where the base lies among the levels, as far as that is known."""
    point = study.base
    return {} if point is None else point.levels


def _as_base(point: Point, paths: Sequence[str], own: Mapping[str, str]) -> bool:
    """Whether a point leaves every factor but these as at the base."""
    return all(
        x in (UNCHANGED, own.get(path)) for path, x in point.levels.items() if path not in paths
    )


def _by_levels(points: Iterable[Point], paths: Sequence[str]) -> dict[tuple[str, ...], Points]:
    found: dict[tuple[str, ...], Points] = {}
    for point in points:
        key = tuple(point.levels[path] for path in paths)
        found[key] = (*found.get(key, ()), point)
    return found


def averaged(found: Iterable[Points]) -> int:
    """Over how many settings of other factors a place is the mean, at most."""
    return max((len(points) for points in found), default=0)


def of_others(found: Iterable[Points]) -> str:
    """Say that a place is the mean over several settings of the other factors."""
    most = averaged(found)
    return f"each the mean over {most:,} settings of the other factors" if most > 1 else ""


def runs_a_point(study: Study) -> str:
    """Say how many runs the points have: "80 runs a point", or from how many to how many."""
    runs = {study.source.runs(p.id) for p in study.points}
    low, high = min(runs, default=0), max(runs, default=0)
    if low != high:
        return f"{low:,} to {high:,} runs a point"
    return "1 run a point" if high == 1 else f"{high:,} runs a point"


def single(study: Study) -> bool:
    """Whether no point has more than one run, so that no error can be told."""
    return all(study.source.runs(p.id) <= 1 for p in study.points)


def table(rows: Iterable[dict[str, object]]) -> Table:
    """Turn rows into columns; every row has the same names."""
    found = list(rows)
    return {name: [row[name] for row in found] for name in found[0]} if found else {}


def evenly(items: Sequence[T], most: int) -> list[T]:
    """Choose up to so many, evenly, with the first and the last."""
    if len(items) <= most:
        return list(items)
    return [items[i] for i in np.linspace(0, len(items) - 1, most).round().astype(int)]


def correlation(x: Floats, y: Floats) -> tuple[float, float]:
    """Spearman's rank correlation and its error on Fisher's scale; nan where nothing varies.

    The error is that of Bonett and Wright (2000): sqrt((1 + r^2 / 2) / (n - 3)).
    """
    from scipy.stats import spearmanr  # takes its time to load

    there = ~np.isnan(x) & ~np.isnan(y)
    a, b = x[there], y[there]
    if len(a) < 4 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return NAN, NAN
    r = float(spearmanr(a, b).statistic)
    return r, float(np.sqrt((1 + r**2 / 2) / (len(a) - 3)))


def correlation_interval(r: float, error: float) -> tuple[float, float]:
    """The 95% interval of a rank correlation."""
    middle = np.arctanh(np.clip(r, -0.999999, 0.999999))
    return float(np.tanh(middle - WIDE * error)), float(np.tanh(middle + WIDE * error))
