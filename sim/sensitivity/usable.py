"""Which points of a study an analysis may use: all that it needs, or none and a sentence why.

A mean that is not known is never put in: an analysis of what was filled in would be one of the
filling. Nor is the point left out, for samples are laid out as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from sim.analysis.spread import spread
from sim.errors import InputError, Mistake, RunError
from sim.experiment.model import UNCHANGED, Point
from sim.near import near
from sim.study.findings import Study

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

NOISY = 0.10  # of the variance between points: more error than this and more runs are needed
_NAMED = 3  # points that a refusal names
_SAME = 1e-12
_OTHER = "choose another outcome, or narrower ranges of the factors"
_AGAIN = "play them again, or choose narrower ranges of the factors"


def means(study: Study, outcome: str, points: Sequence[Point]) -> Floats:
    """Mean of an outcome at each of these points, in its own unit: (points,), all known.

    Raises:
        InputError, RunError: as `values`.
    """
    mean = {point: each.mean() for point, each in values(study, outcome, points).items()}
    return np.array([mean[p.id] for p in points])


def values(study: Study, outcome: str, points: Sequence[Point]) -> dict[str, Floats]:
    """Values of an outcome by the id of a point: of each some, (runs where it is defined,).

    Raises:
        InputError: the study has no such outcome.
        RunError: runs of a point failed or were not played, or the outcome is not defined there.
    """
    _known(study, outcome)
    all_of = different(points)
    _refuse(outcome, "runs failed or were not played", all_of, _broken(study, all_of), _AGAIN)
    found = {p.id: _defined(study.source.values(p.id, outcome)) for p in all_of}
    empty = [p for p in all_of if not len(found[p.id])]
    _refuse(outcome, "it is not defined", all_of, empty, _OTHER)
    return found


def different(points: Iterable[Point]) -> list[Point]:
    """Each point once, in order: a sample may come to one twice."""
    return list({p.id: p for p in points}.values())


def _known(study: Study, outcome: str) -> None:
    """Refuse, with an InputError that has the nearest right name, an outcome no run tells."""
    if outcome not in study.outcomes:
        raise InputError(
            Mistake(
                "no outcome of this study has this name",
                field="outcome",
                value=outcome,
                suggestion=near(outcome, study.outcomes),
            )
        )


def noise(study: Study, outcome: str, points: Sequence[Point]) -> float:
    """Share of the variance between points that is only the error of their means, 0-1.

    All points share their draws, and what these do to every point alike makes no difference
    between points. So the error counted is that of a point's mean *less the mean of all points
    on the same runs*. Where runs are not the same everywhere (some points were given more, or
    the outcome is defined in some runs only) it is that of the mean itself, which is more. Nan
    where runs are too few to tell, or nothing differs.
    """
    once = different(points)
    columns = [study.source.values(p.id, outcome) for p in once]
    mean = np.array([_defined(column).mean() for column in columns])
    if np.ptp(mean) <= _SAME:
        return float("nan")
    worlds = [study.source.worlds(p.id) for p in once]
    errors = np.array([spread(*each).error for each in _less_the_common(columns, worlds)])
    return min(float(np.sum(errors**2) / np.sum((mean - mean.mean()) ** 2)), 1.0)


def warning(share: float) -> str:
    """Say that more runs are needed, where the error is too much of what differs; else ""."""
    if not share > NOISY:
        return ""
    return (
        f"{share:.0%} of the variance between points is the error of their means "
        f"(at most {NOISY:.0%} is wanted): more runs a point are needed"
    )


def _less_the_common(columns: list[Floats], worlds: list[Ints]) -> list[tuple[Floats, Ints]]:
    """Values of each point, run by run less their mean over points where runs are the same."""
    whole = not any(np.isnan(column).any() for column in columns)
    if whole and all(np.array_equal(each, worlds[0]) for each in worlds):
        common = np.mean(columns, axis=0)
        return [(column - common, worlds[0]) for column in columns]
    return [
        (_defined(column), each[~np.isnan(column)])
        for column, each in zip(columns, worlds, strict=True)
    ]


def _defined(column: Floats) -> Floats:
    return column[~np.isnan(column)]


def _broken(study: Study, points: list[Point]) -> list[Point]:
    return [p for p in points if study.failed.get(p.id) or not study.source.runs(p.id)]


def _refuse(outcome: str, problem: str, points: list[Point], wrong: list[Point], what: str) -> None:
    if not wrong:
        return
    listed = "; ".join(f"{p.id} ({', '.join(p.settings) or UNCHANGED})" for p in wrong[:_NAMED])
    more = f"; and {len(wrong) - _NAMED} more" if len(wrong) > _NAMED else ""
    raise RunError(
        f"{outcome} cannot be analysed: at {len(wrong)} of {len(points)} points {problem} "
        f"({listed}{more}); {what}"
    )
