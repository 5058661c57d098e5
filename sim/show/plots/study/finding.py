"""What a figure's title says: the largest difference that can be seen, or that none can."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

from sim.analysis.paired import Difference
from sim.show import words
from sim.show.plots.study import read, said
from sim.show.plots.study.read import Points
from sim.show.plots.study.said import Outcome
from sim.study.findings import Study

BENT = 1.5  # the highest and the lowest are this much further apart than the two ends


@dataclass(frozen=True)
class Place:
    """One level of a factor and the points that stand for it."""

    level: str
    points: Points
    mean: float


@dataclass(frozen=True)
class Finding:
    """A title, the interval that stands behind it, and whether anything can be seen to move."""

    title: str
    detail: str = ""
    moves: bool = False
    found: Difference | None = None

    @property
    def size(self) -> float:
        """How large the difference is; 0 where none is known."""
        return (
            0.0
            if self.found is None or isnan(self.found.difference)
            else abs(self.found.difference)
        )


def along(
    study: Study,
    outcome: Outcome,
    path: str,
    places: Sequence[Place],
    among: int = 1,
) -> Finding:
    """Say what a factor does to an outcome over these levels, in their order.

    ``among`` is of how many such sweeps the most telling will be chosen.
    """
    there = [place for place in places if not isnan(place.mean)]
    name = said.brief(said.factor(study, path))
    if len(there) < 2:
        return _of_one(study, outcome, name, there, len(places))
    numeric = read.numbers(place.level for place in there)
    found = _ends(study, outcome, name, there, among) if numeric else None
    return found or _extremes(study, outcome, name, there, among)


def _of_one(
    study: Study, outcome: Outcome, name: str, there: Sequence[Place], levels: int
) -> Finding:
    if not there:
        return Finding(never(outcome))
    only = there[0]
    error = read.measure(study, only.points, outcome).error
    value = outcome.amount(only.mean, error)
    where = "the only point" if levels == 1 else "the only level where it is defined"
    level = said.level(only.level)
    return Finding(f"{said.first_up(outcome.is_)} {value} at {name} {level}, {where}")


def never(outcome: Outcome) -> str:
    """Say that an outcome is defined in no run."""
    return f"{said.first_up(outcome.is_)} never defined in these runs"


def of_one_run(what: str) -> Finding:
    """Say what one run shows, and no more."""
    return Finding(f"In one run, of which no error can be told: {what}")


def _ends(
    study: Study, outcome: Outcome, name: str, there: Sequence[Place], among: int
) -> Finding | None:
    """From the first level to the last, unless more happens between them."""
    first, last = there[0], there[-1]
    found = read.compared(study, first.points, last.points, outcome)
    reach = max(p.mean for p in there) - min(p.mean for p in there)
    if isnan(found.difference) or reach > BENT * abs(found.difference) + 1e-9:
        return None
    if read.single(study):
        where = f"as {name} goes from {first.level} to {last.level}"
        return Finding(_in_one_run(outcome, found, where))
    if not read.seen(found, among, outcome.least):
        return None
    where = f"as {name} goes from {first.level} to {last.level}"
    return Finding(change(outcome, found, where), interval(outcome, found), True, found)


def _extremes(
    study: Study, outcome: Outcome, name: str, there: Sequence[Place], among: int
) -> Finding:
    """The highest against the lowest, told as the largest of so many differences."""
    high, low = max(there, key=lambda p: p.mean), min(there, key=lambda p: p.mean)
    if high is low:
        return _same(outcome, name, high)
    found = read.compared(study, low.points, high.points, outcome)
    pairs = among * len(there) * (len(there) - 1) // 2
    numeric = read.numbers(place.level for place in there)
    a, b = said.both(high.level, low.level)
    where = f"at {name} {a} rather than {b}" if numeric else f"with {name} {a} rather than {b}"
    if read.single(study) and found.difference:
        return Finding(_in_one_run(outcome, found, where))
    if read.seen(found, pairs, outcome.least):
        return Finding(change(outcome, found, where), interval(outcome, found), True, found)
    return nothing(outcome, name, found, pairs)


def _same(outcome: Outcome, name: str, place: Place) -> Finding:
    value = outcome.number(place.mean, 0.0)
    return Finding(f"Nothing moves: {outcome.is_} {value} at every level of {name}")


def nothing(outcome: Outcome, name: str, found: Difference, among: int = 1) -> Finding:
    """Say that no difference can be seen, and how large one would have to be."""
    if isnan(found.error):
        return Finding(f"Nothing can be told of {outcome.name} over {name} from these runs")
    if found.error <= 1e-9 * max(abs(found.base), 1.0) and abs(found.difference) < 1e-9:
        told = f"Nothing moves: over {name}, {outcome.is_} the same in every run"
        return Finding(told + (" that defines both sides" if outcome.condition else ""))
    if abs(found.difference) < outcome.least and read.seen(found, among):
        low, high = sorted((found.base, found.changed))
        told = f"Nothing moves: over {name}, {outcome.is_} {outcome.span(low, high)}"
        return Finding(told, interval(outcome, found), found=found)
    smallest = read.threshold(among) * found.error
    amount = outcome.size(smallest, found.error)
    differ = outcome.with_verb("differ")
    told = f"Nothing moves: over {name}, {differ} by less than these runs can show"
    return Finding(told, f"a difference of {amount} could be seen", found=found)


def change(outcome: Outcome, found: Difference, where: str) -> str:
    """Say a difference, from the base of the comparison to what is compared with it."""
    if outcome.kind == "adopted" and not outcome.condition:
        old, new = (words.percent(side / 100) for side in (found.base, found.changed))
        if old != new:
            return f"{outcome._about} is adopted in {new} of runs instead of {old} {where}"
    return f"{outcome.change(found.difference, found.error)} {where}"


def interval(outcome: Outcome, found: Difference) -> str:
    """The 95% interval of a difference."""
    if found.error <= 1e-9 * max(abs(found.difference), 1.0):
        return "the difference is the same in every run"
    half = read.WIDE * found.error
    low, high = (outcome.number(found.difference + s * half, found.error) for s in (-1, 1))
    return f"difference, run by run: {low} to {high} (95% interval)"


def _in_one_run(outcome: Outcome, found: Difference, where: str) -> str:
    if not found.difference:
        return f"In one run, {outcome.name} stay{'' if outcome.form.many else 's'} the same {where}"
    return (
        f"In one run, of which no error can be told: {outcome.change(found.difference, 0)} {where}"
    )
