"""The points of an experiment, in the order in which they are played.

Samples are drawn from the experiment's seed (0 if it has none), so that the same file gives the
same points. A factor that is drawn takes its value at equal chances: levels by their number, a
distribution by the inverse of its distribution function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.errors import InputError, Mistake
from sim.experiment.levels import number
from sim.experiment.model import UNCHANGED, Design, Experiment, Factor, Point
from sim.extras import extra

Floats = npt.NDArray[np.float64]
Row = dict[str, str]
GRID_LEVELS = 4  # of a Morris sample: what SALib's analysis takes for granted
SECOND_ORDER = False  # indices of pairs need twice the points, and are rarely precise


def lay_out(experiment: Experiment) -> tuple[Point, ...]:
    """Lay out the points of a design, the base first where it is played.

    Rows that repeat an earlier one are there again; `sim.experiment.checked` keeps each once,
    and `rows` finds the point of every row.

    Raises:
        InputError: a factor that this design cannot vary.
        RunError: SALib is needed and not installed.
    """
    every = tuple(map(Point, _rows(experiment)))
    if not experiment.base:
        return every
    base = Point({factor.path: UNCHANGED for factor in experiment.factors})
    return (base, *(point for point in every if point.settings))


def rows(experiment: Experiment, points: Iterable[Point]) -> tuple[Point, ...]:
    """Find for every row of the design, in its order and with its repeats, the point it is.

    Args:
        experiment: as it was laid out.
        points: those that were played, each once, as `sim.experiment.checked` keeps them.
    """
    points = list(points)
    known = {_key(point.levels): point for point in points}
    base = next((point for point in points if not point.settings), None)
    found = [known.get(_key(row), base) for row in _rows(experiment)]
    missing = [place for place, point in enumerate(found) if point is None]
    if missing:
        raise ValueError(f"no point is row {missing[0]} of the design")
    return tuple(point for point in found if point is not None)


def problem(experiment: Experiment) -> dict[str, Any]:
    """Describe the factors as SALib's analyses want them: how many, their names, their bounds.

    Raises:
        InputError: factors that are not numbers.
    """
    wrong = [factor for factor in experiment.factors if not _moves(factor)]
    if wrong:
        told = f"is not in numbers, and {experiment.design} asks how far a factor moves"
        raise InputError(
            Mistake(told, str(experiment.file), field=f"vary.{f.path}", value=", ".join(f.levels))
            for f in wrong
        )
    return {
        "num_vars": len(experiment.factors),
        "names": [factor.path for factor in experiment.factors],
        "bounds": [[factor.low, factor.high] for factor in experiment.factors],
    }


def matrix(experiment: Experiment, points: Sequence[Point]) -> Floats:
    """The levels of these points as numbers: (points, factors); nan where one is unchanged.

    Raises:
        InputError: factors that are not numbers.
    """
    names = problem(experiment)["names"]
    return np.array([[_number(p.levels[name]) for name in names] for p in points]).reshape(
        len(points), len(names)
    )


def _key(levels: Any) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(levels.items()))


def _number(level: str) -> float:
    return float("nan") if level == UNCHANGED else float(level)


def _moves(factor: Factor) -> bool:
    return factor.numeric and UNCHANGED not in factor.levels


def _rows(experiment: Experiment) -> Iterable[Row]:
    return _DESIGNS[experiment.design](experiment)


def _grid(experiment: Experiment) -> Iterator[Row]:
    paths = [factor.path for factor in experiment.factors]
    for levels in product(*(factor.levels for factor in experiment.factors)):
        yield dict(zip(paths, levels, strict=True))


def _one_at_a_time(experiment: Experiment) -> Iterator[Row]:
    plain = {factor.path: UNCHANGED for factor in experiment.factors}
    for factor in experiment.factors:
        for level in factor.levels:
            if level != UNCHANGED:
                yield {**plain, factor.path: level}


def _listed(experiment: Experiment) -> Iterator[Row]:
    paths = [factor.path for factor in experiment.factors]
    for levels in zip(*(factor.levels for factor in experiment.factors), strict=True):
        yield dict(zip(paths, levels, strict=True))


def _table(experiment: Experiment) -> Iterable[Row]:
    return map(dict, experiment.table)


def _latin_hypercube(experiment: Experiment) -> Iterator[Row]:
    from scipy.stats import qmc

    sampler = qmc.LatinHypercube(len(experiment.factors), seed=_luck(experiment))
    return _drawn(experiment, sampler.random(experiment.size))


def _sobol(experiment: Experiment) -> Iterator[Row]:
    from scipy.stats import qmc

    sampler = qmc.Sobol(len(experiment.factors), seed=_luck(experiment))
    return _drawn(experiment, sampler.random(experiment.size))


def _morris(experiment: Experiment) -> Iterator[Row]:
    sampler = _salib("SALib.sample.morris", experiment)
    drawn = sampler(_unit(experiment), experiment.size, num_levels=GRID_LEVELS)
    return _drawn(experiment, drawn)


def _sobol_indices(experiment: Experiment) -> Iterator[Row]:
    sampler = _salib("SALib.sample.sobol", experiment)
    drawn = sampler(_unit(experiment), experiment.size, calc_second_order=SECOND_ORDER)
    return _drawn(experiment, drawn)


def _luck(experiment: Experiment) -> np.random.Generator:
    return np.random.default_rng(experiment.seed or 0)


def _salib(module: str, experiment: Experiment) -> Callable[..., Floats]:
    from functools import partial

    return partial(extra(module).sample, seed=_luck(experiment))


def _unit(experiment: Experiment) -> dict[str, Any]:
    """The same problem with every factor on 0-1: what a value is at a chance, we say ourselves."""
    said = problem(experiment)
    return {**said, "bounds": [[0.0, 1.0]] * said["num_vars"]}


def _drawn(experiment: Experiment, chances: Floats) -> Iterator[Row]:
    """Turn chances, (points, factors) in 0-1, into levels."""
    columns = [_at(f, column) for f, column in zip(experiment.factors, chances.T, strict=True)]
    paths = [factor.path for factor in experiment.factors]
    for levels in zip(*columns, strict=True):
        yield dict(zip(paths, levels, strict=True))


def _at(factor: Factor, chance: Floats) -> list[str]:
    if factor.levels:
        place = np.minimum((chance * len(factor.levels)).astype(np.int64), len(factor.levels) - 1)
        return [factor.levels[n] for n in place]
    return [number(value) for value in _quantile(factor, chance).tolist()]


def _quantile(factor: Factor, chance: Floats) -> Floats:
    """The value below which a factor lies with this chance, never beyond its bounds."""
    from scipy import stats

    low, high = factor.low or 0.0, factor.high or 0.0
    wide, centre, sd = high - low, factor.centre or 0.0, factor.sd or 1.0
    match factor.distribution:
        case "log_uniform":
            drawn = low * (high / low) ** chance
        case "triangular":
            drawn = stats.triang.ppf(chance, (centre - low) / wide, low, wide)
        case "normal":
            cut = (low - centre) / sd, (high - centre) / sd
            drawn = stats.truncnorm.ppf(chance, *cut, centre, sd)
        case _:
            drawn = low + wide * chance
    return np.clip(np.asarray(drawn, dtype=np.float64), low, high)


_DESIGNS: dict[Design, Callable[[Experiment], Iterable[Row]]] = {
    "grid": _grid,
    "one_at_a_time": _one_at_a_time,
    "list": _listed,
    "table": _table,
    "latin_hypercube": _latin_hypercube,
    "sobol": _sobol,
    "morris": _morris,
    "sobol_indices": _sobol_indices,
}
