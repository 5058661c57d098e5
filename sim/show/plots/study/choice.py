"""Which figures a study has: those asked for with what they leave open, or those that suit it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from sim.experiment.model import Factor, Plot
from sim.experiment.outcomes import has_mean
from sim.mechanisms.ballots import IN_VOTES, OBJECTIONS
from sim.show.plots.study import read, said
from sim.show.plots.study.ribbons import SESSIONS
from sim.show.plots.study.texts import clauses_of
from sim.show.plots.study.tornado import SAMPLES, correlations
from sim.study.findings import Study

MOST = 8  # figures, where none were asked for
FEW = 5  # levels that lines in one frame can bear
LOOKED_AT = 40  # points over which outcomes are compared to choose the main one
COUNTS = ("adopted", IN_VOTES[0], *OBJECTIONS, "margin")


def completed(study: Study, analyses: Mapping[str, Any]) -> list[Plot]:
    """The figures to draw, each with its outcome, factors and draft."""
    asked = study.experiment.plots or tuple(_suited(study, analyses))
    return [_with_rest(study, plot) for plot in asked]


def main(study: Study) -> str:
    """The outcome that matters: the first that was asked for, else the decision that moves most."""
    there = study.outcomes
    asked = study.experiment.outcomes
    kept = [c for c in asked if c in there or c.partition(said.IF)[0] in there]
    amounts = [c for c in kept if has_mean(c)]
    return amounts[0] if amounts else _moving(study)


def _moving(study: Study) -> str:
    """Of the drafts' last ballots: whether they are adopted, if that varies, or what varies."""
    last = dict(study.ballots)
    for kind in COUNTS:
        columns = [
            f"{d}.{s}.{kind}" for d, s in last.items() if f"{d}.{s}.{kind}" in study.outcomes
        ]
        moves = {column: _varies(study, column) for column in columns}
        best = max(columns, key=moves.__getitem__, default="")
        if best and moves[best] > 0.02:
            return best
    ballots = [f"{d}.{s}.{k}" for k in COUNTS for d, s in last.items()]
    amounts = [c for c in study.outcomes if has_mean(c)]
    return next((c for c in ballots if c in study.outcomes), next(iter(amounts), ""))


def _varies(study: Study, column: str) -> float:
    """How far the means of points are apart; of a count, as a share of its size."""
    outcome = said.outcome(study, column)
    points = read.evenly(study.points, LOOKED_AT)
    means = np.array([read.measure(study, (p,), outcome).mean for p in points]) / outcome.scale
    known = means[~np.isnan(means)]
    size = 1.0 if outcome.kind == "adopted" else max(float(np.abs(known).max(initial=0.0)), 1.0)
    return float(np.ptp(known)) / size if len(known) else 0.0


def second(study: Study, first: str) -> str:
    """Another outcome beside the main one: the next asked for, or the same ballot's votes."""
    there = study.outcomes
    asked = study.experiment.outcomes
    kept = [c for c in asked if c in there or c.partition(said.IF)[0] in there]
    rest = [c for c in kept if c != first and has_mean(c)]
    if rest:
        return rest[0]
    ballot, _, kind = first.partition(said.IF)[0].rpartition(".")
    others = [f"{ballot}.{k}" for k in (IN_VOTES[0], OBJECTIONS[0], "adopted") if k != kind]
    known = [c for c in others if c in study.outcomes]
    return max(known, key=lambda c: _varies(study, c), default="")


def _suited(study: Study, analyses: Mapping[str, Any]) -> Iterator[Plot]:
    first = main(study)
    if not first:
        return
    outcomes = [c for c in (first, second(study, first)) if c]
    factors = [f for f in study.experiment.factors if len(read.levels_of(study, f.path)) > 0]
    plots = [*_by_design(study, outcomes, factors, analyses)]
    plots += [*_of_room(study, first, factors)]
    yield from plots[: MOST - 1]
    yield Plot("convergence", first)


def _by_design(
    study: Study, outcomes: list[str], factors: list[Factor], analyses: Mapping[str, Any]
) -> Iterator[Plot]:
    design = study.experiment.design
    yield from (Plot("morris", column) for column in analyses.get("morris", {}))
    yield from (Plot("indices", column) for column in analyses.get("indices", {}))
    if design in SAMPLES:
        yield from _of_sample(study, outcomes)
    elif design == "one_at_a_time" or (
        design in ("list", "table") and not _crossed(study, factors)
    ):
        yield from (Plot("tornado", column) for column in outcomes)
    else:
        yield from _of_grid(study, outcomes, factors)
    yield from (Plot("rules", column) for column in analyses.get("rules", {}))


def _crossed(study: Study, factors: list[Factor]) -> bool:
    """Whether a list of points is a sweep of one or two factors after all."""
    varied = [f for f in factors if len(read.levels_of(study, f.path)) > 1]
    return len(varied) in (1, 2) and all(f.numeric for f in varied)


def _of_sample(study: Study, outcomes: list[str]) -> Iterator[Plot]:
    yield from (Plot("tornado", column) for column in outcomes)
    found = correlations(study, said.outcome(study, outcomes[0]))
    yield from (Plot("line", outcomes[0], x=c.path) for c in found[:2] if c.seen)


def _of_grid(study: Study, outcomes: list[str], factors: list[Factor]) -> Iterator[Plot]:
    numeric = [f.path for f in factors if f.numeric]
    worded = [f.path for f in factors if not f.numeric]
    if len(numeric) > 1:
        x, y = numeric[:2]
        yield from (Plot("heat", column, x=x, y=y) for column in outcomes)
        yield _lines_by(study, outcomes[0], x, y)
    elif numeric and worded:
        yield from (_lines_by(study, column, numeric[0], worded[0]) for column in outcomes)
    elif len(worded) > 1:
        yield from (Plot("heat", column, x=worded[0], y=worded[1]) for column in outcomes)
    for path in [] if numeric and worded and len(numeric) < 2 else [*numeric, *worded][:1]:
        if len(factors) == 1:
            yield from (Plot("line", column, x=path) for column in outcomes)
    if len(numeric) > 1 and worded:
        yield Plot("multiples", outcomes[0], x=numeric[0], by=worded[0])


def _lines_by(study: Study, column: str, x: str, by: str) -> Plot:
    few = len(read.levels_of(study, by)) <= FEW
    return Plot("line" if few else "multiples", column, x=x, by=by)


def _of_room(study: Study, first: str, factors: list[Factor]) -> Iterator[Plot]:
    """How the room divides, and where the text goes, over the factor that moves them most."""
    draft = said.outcome(study, first).draft
    swept = [f.path for f in factors if not read.scattered(study, f.path)]
    alone = study.experiment.design == "one_at_a_time" and len(factors) > 1
    if alone or study.experiment.design in SAMPLES:
        swept = []
    if any(d == draft for d, _ in study.ballots) and (swept or len(study.points) == 1):
        x = _strongest(study, [first], swept) if swept else SESSIONS
        yield Plot("ribbons", draft=draft, x=x)
    moved = [c for c in clauses_of(study, draft) if _varies(study, c) > 0.002]
    if moved and swept:
        yield Plot("texts", draft=draft, by=_strongest(study, moved[:FEW], swept))


def _strongest(study: Study, columns: list[str], paths: list[str]) -> str:
    """The factor over whose levels the means of these outcomes are furthest apart."""
    if len(paths) < 2:
        return paths[0]

    def reach(path: str) -> float:
        found = [points for points in read.places(study, path).values() if points]
        outcomes = [said.outcome(study, column) for column in columns]
        means = [[read.measure(study, p, o).mean for p in found] for o in outcomes]
        return max((max(m) - min(m) for m in means if not np.isnan(m).any()), default=0.0)

    return max(paths, key=reach)


def _with_rest(study: Study, plot: Plot) -> Plot:
    """Fill in what a figure that was asked for leaves open."""
    outcome = plot.outcome or main(study)
    draft = plot.draft or said.outcome(study, outcome).draft or next(iter(dict(study.ballots)), "")
    plot = replace(plot, outcome=outcome, draft=draft)
    free = [f for f in study.experiment.factors if f.path not in (plot.x, plot.y, plot.by)]
    paths = [f.path for f in sorted(free, key=lambda f: not f.numeric)]
    if plot.kind in ("line", "heat") and not plot.x:
        plot, paths = replace(plot, x=next(iter(paths), "")), paths[1:]
    if plot.kind == "heat" and not plot.y:
        plot = replace(plot, y=next(iter(paths), ""))
    if plot.kind == "multiples" and not plot.by:
        worded = [f.path for f in free if not f.numeric]
        plot = replace(plot, by=next(iter([*worded, *reversed(paths)]), ""))
    if plot.kind == "heat" and not plot.y:
        plot = replace(plot, kind="line")
    if plot.kind in ("line", "multiples") and not (plot.x or plot.by):
        plot = replace(plot, kind="convergence")
    return plot
