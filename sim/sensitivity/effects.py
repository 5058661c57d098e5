"""Which factors an outcome depends on: elementary effects and shares of variance, by SALib.

*Morris* (1991; mu* by Campolongo, Cariboni and Saltelli 2007): along a trajectory one factor
changes at a time; its elementary effect is the change of the outcome over the step, in the
outcome's unit for the whole range of the factor (a step is two thirds of it, so where a factor
has only two or three levels the effect is one and a half times what a step did). mu* is the mean
of its size, mu of its sign too, sigma its standard deviation: large where the effect depends on
the other factors, or bends.

*Sobol'* (2001; estimators of Saltelli and others 2010): of the variance of the outcome over the
ranges, the share that a factor makes alone (first), and with all its interactions (total).

The outcome at a point is the mean of its runs. The intervals are of the sample of points, by
bootstrap; the error of the means comes on top, and `noise` tells how much that is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.errors import InputError, Mistake, RunError
from sim.experiment import design
from sim.experiment.model import Design, Point
from sim.extras import extra
from sim.sensitivity import usable
from sim.study.findings import Study

SEED = 1  # of the bootstrap; SALib takes 0 for none
RESAMPLES = 1000
CONFIDENCE = 0.95
_SAME = 1e-12
_MORRIS = ("mu_star", "mu", "sigma", "mu_star_conf")  # as SALib calls them, and as Effect has them
_SOBOL = ("S1", "S1_conf", "ST", "ST_conf")


@dataclass(frozen=True)
class Effect:
    """The elementary effects of a factor, in the outcome's unit over the factor's whole range."""

    factor: str
    mu_star: float
    mu: float
    sigma: float
    interval: float  # mu_star +- this holds 95% of bootstrap samples


@dataclass(frozen=True)
class Index:
    """Shares of variance, 0-1; an estimate may lie a little outside. Intervals are half-widths."""

    factor: str
    first: float
    first_interval: float
    total: float
    total_interval: float


def morris(study: Study, outcome: str) -> list[Effect]:
    """Elementary effects of every factor on the mean of an outcome, in the order of the file.

    The same study gives the same effects and intervals each time.

    Raises:
        InputError: the outcome is not known, or the design is another.
        RunError: SALib is missing, or a point failed or leaves the outcome undefined.
    """
    rows = _rows(study, "morris")
    found = extra("SALib.analyze.morris").analyze(
        design.problem(study.experiment),
        design.matrix(study.experiment, rows),
        usable.means(study, outcome, rows),
        num_resamples=RESAMPLES,
        conf_level=CONFIDENCE,
        seed=SEED,
        num_levels=design.GRID_LEVELS,
    )
    return [Effect(*each) for each in _by_factor(study, found, *_MORRIS)]


def indices(study: Study, outcome: str) -> list[Index]:
    """First and total shares of variance of every factor, in the order of the file.

    The same study gives the same shares and intervals each time.

    Raises:
        InputError: the outcome is not known, or the design is another.
        RunError: SALib is missing, a point failed or leaves the outcome undefined, or the
            outcome is the same at every point.
    """
    answers = usable.means(study, outcome, _rows(study, "sobol_indices"))
    if np.ptp(answers) <= _SAME * max(1.0, float(np.abs(answers).max())):
        raise RunError(
            f"{outcome} is the same at every point: there is no variance for factors to share"
        )
    found = extra("SALib.analyze.sobol").analyze(
        design.problem(study.experiment),
        answers,
        calc_second_order=design.SECOND_ORDER,
        num_resamples=RESAMPLES,
        conf_level=CONFIDENCE,
        seed=SEED,
    )
    return [Index(*each) for each in _by_factor(study, found, *_SOBOL)]


def noise(study: Study, outcome: str) -> float:
    """Share of the variance between the sample's points that is the error of their means, 0-1.

    See `sim.sensitivity.usable.noise`; above 0.1 the effects of weak factors are mostly error.
    """
    return usable.noise(study, outcome, _rows(study, study.experiment.design))


def _by_factor(study: Study, found: Mapping[str, Any], *numbers: str) -> Iterator[tuple[Any, ...]]:
    columns = (np.asarray(found[name], dtype=np.float64).tolist() for name in numbers)
    return zip((f.path for f in study.experiment.factors), *columns, strict=True)


def _rows(study: Study, wanted: Design) -> tuple[Point, ...]:
    """The point of every row of the sample, in its order and with its repeats."""
    said = study.experiment.design
    if said != wanted:
        raise InputError(
            Mistake(
                "this analysis needs a sample of another design",
                file=study.experiment.file.name,
                field="design",
                value=said,
                allowed=wanted,
            )
        )
    return design.rows(study.experiment, study.points)
