"""What the factors of a sweep do to an outcome: which moves it most, with which it goes, and where
adoption crosses one half.

Levels of a factor are compared only where every level stands with the same settings of all other
factors: means of other subsets differ by more than the factor.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import sqrt

import numpy as np

from sim.experiment.model import UNCHANGED, Factor, Point
from sim.report import sure
from sim.report.parts import Finding, Mover, Trend
from sim.show import words
from sim.show.plots.study import read, said
from sim.show.plots.study.said import Outcome
from sim.show.words import percent
from sim.study.findings import Study

HALF = 50.0  # per cent of runs
Place = tuple[str, tuple[Point, ...], float]  # a level, the points that stand for it, their mean


def strongest(study: Study, outcome: Outcome, worlds: int) -> Iterator[Finding]:
    """Of several factors, the one that moves an outcome most, if any is seen to."""
    factors = study.experiment.factors
    if len(factors) < 2:
        return
    trends = [t for f in factors for t in [_trend(study, f, outcome)] if t]
    if trends:
        yield max(trends, key=lambda found: abs(found.correlation))
        return
    told = [_mover(study, factor, outcome, worlds) for factor in factors]
    moving = [found for found in told if found and found[0] > 0]
    if moving:
        _, most = max(moving, key=lambda pair: pair[0])
        alone = len(moving) == 1 and None not in told
        yield Mover(*most, alone=alone)


def _mover(
    study: Study, factor: Factor, outcome: Outcome, worlds: int
) -> tuple[float, tuple[str, str, str, str, str, bool]] | None:
    """How far apart the levels of a factor lie, 0 if that is not seen, and that in words.

    None where its levels do not stand with the same settings of the others.
    """
    there, averaged = along(study, factor, outcome)
    if len(there) < 2:
        return None
    low, high = (f(there, key=lambda place: place[2]) for f in (min, max))
    found = read.compared(study, low[1], high[1], outcome)
    pairs = len(there) * (len(there) - 1) // 2
    before, after = (outcome.number(side, float("nan")) for side in (found.base, found.changed))
    clear = abs(found.difference) > sure.reach(worlds, pairs) * found.error
    if not clear or before == after:
        return 0.0, ("", "", "", "", "", averaged)
    levels = (said.level(low[0]), said.level(high[0]))
    name = said.factor(study, factor.path)
    return abs(found.difference), (name, before, levels[0], after, levels[1], averaged)


def along(study: Study, factor: Factor, outcome: Outcome) -> tuple[list[Place], bool]:
    """The mean at each level of a factor, in order; whether it is over all settings of others.

    Nothing where levels do not stand with the same settings of the others.
    """
    if read.scattered(study, factor.path):
        return [], False
    found, averaged = read.over_others(study, factor.path)
    own = read.base_levels(study)
    beside = {frozenset(_others(p, factor.path, own) for p in at) for at in found.values()}
    if len(beside) != 1:
        return [], False
    places = [
        (level, found[(level,)], read.measure(study, found[(level,)], outcome).mean)
        for level in read.levels_of(study, factor.path)
        if (level,) in found
    ]
    return [place for place in places if not np.isnan(place[2])], averaged


def _others(point: Point, path: str, own: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The levels of all other factors; one that is the base's own is no change."""
    return tuple(
        sorted(
            (at, UNCHANGED if level == own.get(at) else level)
            for at, level in point.levels.items()
            if at != path
        )
    )


# Samples


def _trend(study: Study, factor: Factor, outcome: Outcome) -> Trend | None:
    if not read.scattered(study, factor.path):
        return None
    r = _rank(study, factor, outcome)
    if not abs(r) > _chance(study):
        return None
    return Trend(said.factor(study, factor.path), r, len(study.points))


def _rank(study: Study, factor: Factor, outcome: Outcome) -> float:
    """Rank correlation of an outcome's means with a factor over the points of a sample."""
    points = [p for p in study.points if read.numbers([p.levels[factor.path]])]
    x = np.array([float(p.levels[factor.path]) for p in points])
    y = np.array([read.measure(study, (p,), outcome).mean for p in points])
    return read.correlation(x, y)[0]


def _chance(study: Study) -> float:
    """How close a rank correlation chance alone gives, for so many factors and points."""
    points = len(study.points)
    return sure.reach(points, len(study.experiment.factors)) / sqrt(max(points - 1, 1))


def trends(study: Study, outcome: Outcome) -> Iterator[str]:
    """Say with which factors of a sample an outcome goes, the closest first."""
    for r, name in sorted(_ranks(study, outcome), key=lambda pair: -abs(pair[0])):
        if abs(r) > _chance(study):
            way = "Higher" if r > 0 else "Lower"
            yield f"{way} with {name}: {outcome.name} (rank correlation {r:.2f})."


def untied(study: Study, outcome: Outcome) -> Iterator[str]:
    """Say with which factors of a sample an outcome is not seen to go."""
    chance = _chance(study)
    still = [name for r, name in _ranks(study, outcome) if not abs(r) > chance]
    if still:
        yield (
            f"With {words.both(still)} it goes no further than chance would over so many points"
            f" (rank correlation below {chance:.2f})."
        )


def _ranks(study: Study, outcome: Outcome) -> list[tuple[float, str]]:
    factors = study.experiment.factors
    return [(_rank(study, f, outcome), said.factor(study, f.path)) for f in factors]


# Where adoption crosses one half


def crossing(study: Study, factor: Factor, outcome: Outcome) -> Iterator[str]:
    """Say between which levels of a factor a draft comes to be adopted in half of the runs."""
    there, averaged = along(study, factor, outcome)
    name = said.factor(study, factor.path)
    if not read.numbers(level for level, _, _ in there):
        yield from _sorted_out(name, there, outcome)
        return
    over = ", on average over the other factors" if averaged else ""
    for (low, _, before), (high, _, after) in pairwise(there):
        if (before - HALF) * (after - HALF) < 0:
            share = (HALF - before) / (after - before)
            at = float(low) + share * (float(high) - float(low))
            yield (
                f"Adoption of {outcome.of} crosses 50% between {name} {low}"
                f" ({percent(before / 100)}) and {high} ({percent(after / 100)}); by a straight"
                f" line at about {at:.3g}{over}."
            )


def _sorted_out(name: str, there: Sequence[Place], outcome: Outcome) -> Iterator[str]:
    passes = [said.level(level) for level, _, mean in there if mean >= HALF]
    falls = [said.level(level) for level, _, mean in there if mean < HALF]
    if passes and falls:
        yield (
            f"{outcome.of} is adopted in most runs with {name} {words.some(passes, 4)}, and not"
            f" with {words.some(falls, 4)}."
        )
