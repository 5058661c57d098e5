"""Whether the runs suffice: the running mean of an outcome, and how its error shrinks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

import numpy as np
import numpy.typing as npt

from sim.analysis.spread import spread
from sim.experiment.model import Plot, Point
from sim.show.plots import style
from sim.show.plots.study import axes, finding, read, said
from sim.show.plots.study.axes import SERIES, Box, Frame, Scale, Tag
from sim.show.plots.study.figure import Figure, footer, name
from sim.show.plots.study.said import Outcome
from sim.show.plots.style import VERMILLION, Sheet
from sim.study.findings import Study

Floats = npt.NDArray[np.float64]

MOST = 6  # points: the base and five more
STEPS = 40  # numbers of runs at which the mean is taken
TAGS = (150.0, 330.0)  # pixels for the names of points, at least and at most


@dataclass(frozen=True)
class Course:
    """One point: after so many runs, the mean so far and its error."""

    label: str
    runs: tuple[int, ...]
    mean: tuple[float, ...]
    error: tuple[float, ...]


def convergence(study: Study, plot: Plot) -> Figure:
    """Draw the running mean and its error at the base and up to five more points."""
    outcome = said.outcome(study, plot.outcome)
    courses = [_course(study, point, outcome) for point in chosen(study)]
    asked = study.experiment.until.get(plot.outcome, read.NAN) * outcome.scale
    sheet = Sheet(_title(study, outcome, courses, asked), _subtitle(study, courses), footer(study))
    _draw(sheet, outcome, courses, asked)
    return Figure(name("convergence", plot.outcome), "convergence", sheet, _table(courses))


def chosen(study: Study) -> list[Point]:
    """The base, and others evenly from the rest."""
    first = [p for p in study.points if not p.settings][:1]
    rest = [p for p in study.points if p.settings]
    return first + read.evenly(rest, MOST - 1)


def _course(study: Study, point: Point, outcome: Outcome) -> Course:
    values, worlds = read.column(study, (point,), outcome)
    there = ~np.isnan(values)
    after = np.unique(np.geomspace(1, max(len(values), 1), STEPS).round().astype(int))
    told = [spread(values[:n][there[:n]], worlds[:n][there[:n]]) for n in after if len(values)]
    label = said.point(study, point)
    runs = tuple(int(n) for n in after) if len(values) else ()
    return Course(label, runs, tuple(t.mean for t in told), tuple(t.error for t in told))


def _title(study: Study, outcome: Outcome, courses: Sequence[Course], asked: float) -> str:
    known = [c for c in courses if c.mean and not isnan(c.mean[-1])]
    if not known:
        return finding.never(outcome)
    worst = max(known, key=lambda c: -1.0 if isnan(c.error[-1]) else c.error[-1])
    if isnan(worst.error[-1]):
        return f"One run tells no error of the mean: {outcome.name}"
    error = outcome.size(worst.error[-1], worst.error[-1] / 10)
    runs = said.counted(worst.runs[-1], "run")
    told = f"After {runs}, the mean of {outcome.name} has an error of {error}"
    told += " at most at these points" if len(known) > 1 else ""
    if isnan(asked):
        return told
    aim = outcome.size(asked, asked / 10)
    return f"{told}: {'within' if worst.error[-1] <= asked else 'above'} the {aim} asked for"


def _subtitle(study: Study, courses: Sequence[Course]) -> str:
    every = len(study.points)
    few = f"{len(courses)} of {every:,} points" if every > len(courses) else ""
    kind = "the error is the standard error of the mean, over runs and worlds together"
    return said.notes(study, kind, few, read.runs_a_point(study))


def _table(courses: Sequence[Course]) -> read.Table:
    return read.table(
        {"point": c.label, "runs": n, "mean": m, "error": e}
        for c in courses
        for n, m, e in zip(c.runs, c.mean, c.error, strict=True)
    )


def _draw(sheet: Sheet, outcome: Outcome, courses: Sequence[Course], asked: float) -> None:
    x, y, wide, high = axes.WHOLE
    room = _room(courses)
    half = 0.5 * (wide - room)
    left, right = Box(x, y, half - 20, high), Box(x + half + 20, y, half - 20, high)
    first = axes.framed(sheet, left, _runs(courses), _means(outcome, courses))
    second = axes.framed(sheet, right, _runs(courses), _errors(courses, asked))
    for place, course in enumerate(courses):
        look = SERIES[place]
        if not place:
            _band(sheet, first, course, look.colour)
        _path(sheet, first, course.runs, course.mean, place)
        _path(sheet, second, course.runs, course.error, place)
    if not any(e > 0 for c in courses for e in c.error):
        middle = second.box.x + second.box.wide / 2
        words = "no error can be told, or there is none"
        sheet.text(middle, second.box.y + 40, words, style.SMALL, style.QUIET, align="center")
    tags = [
        Tag(c.label, _last(second, c), SERIES[k].colour, c.label == "base")
        for k, c in enumerate(courses)
        if c.error and c.error[-1] > 0
    ]
    if asked > 0:
        at = float(second.y(asked))
        end = second.box.x + second.box.wide
        sheet.line([[(second.box.x, at), (end, at)]], VERMILLION, 2.5, dashes=(5, 4))
        tags.append(Tag(f"asked for: {axes.written(asked)}", at, VERMILLION, True))
    axes.tags(sheet, second, tags, room)
    _legend(sheet, courses)


def _room(courses: Sequence[Course]) -> float:
    longest = max((style.width(c.label, style.SMALL, True) for c in courses), default=0.0)
    return min(max(longest + 40, TAGS[0]), TAGS[1])


def _legend(sheet: Sheet, courses: Sequence[Course]) -> None:
    """The points by colour, since beside the left frame there is no room for their names."""
    x, room = float(style.LEFT), (axes.WHOLE.wide - 330) / max(len(courses), 1)
    labels = axes.told_apart([c.label for c in courses], room - 40, style.SMALL)
    for place, words in enumerate(labels):
        sheet.marks([(x + 8, axes.LEGEND - 6)], SERIES[place], 13)
        sheet.text(x + 24, axes.LEGEND, words, style.SMALL, style.QUIET)
        x += min(room, 24 + style.width(words, style.SMALL) + 34)
    axes.legend(sheet, _shade(courses), x)


def _shade(courses: Sequence[Course]) -> list[tuple[str, str, str]]:
    if not courses or len(courses[0].runs) < 2:
        return []
    label = style.cut(courses[0].label, 160, style.SMALL)
    return [("pale", SERIES[0].colour, f"95% interval of {label}")]


def _runs(courses: Sequence[Course]) -> Scale:
    most = max((c.runs[-1] for c in courses if c.runs), default=1)
    high = max(float(np.log10(most)), 0.3)
    ticks = [
        (float(m * 10**k), axes.written(float(m * 10**k)))
        for k in range(0, int(high) + 1)
        for m in ((1, 2, 5) if high < 4 else (1,))
        if m * 10**k <= most
    ]
    return Scale(-0.02 * high, 1.02 * high, tuple(ticks), "runs played", log=True)


def _means(outcome: Outcome, courses: Sequence[Course]) -> Scale:
    """A scale for the means; intervals of the first few runs may reach beyond it."""
    ends = []
    for course in courses:
        for n, mean, error in zip(course.runs, course.mean, course.error, strict=True):
            ends.append(mean)
            if n >= 10 and not isnan(error):
                ends += [mean - read.WIDE * error, mean + read.WIDE * error]
    name_ = f"{outcome.axis}: mean so far"
    return axes.amounts(ends, name_, outcome.floor, outcome.form.highest)


def _errors(courses: Sequence[Course], asked: float) -> Scale:
    known = [e for c in courses for e in c.error if e > 0] + ([asked] if asked > 0 else [])
    low, high = np.log10([min(known, default=0.1), max(known, default=1.0)])
    ticks = [
        (float(f"{m}e{k}"), axes.written(float(f"{m}e{k}")))
        for k in range(int(np.floor(low)), int(np.ceil(high)) + 1)
        for m in ((1, 2, 5) if high - low < 3 else (1,))
        if low - 0.1 <= np.log10(float(f"{m}e{k}")) <= high + 0.1
    ]
    return Scale(float(low) - 0.1, float(high) + 0.1, tuple(ticks), "Error of the mean", log=True)


def _path(
    sheet: Sheet, frame: Frame, runs: Sequence[int], values: Sequence[float], place: int
) -> None:
    kept = [(n, v) for n, v in zip(runs, values, strict=True) if not isnan(v)]
    kept = [(n, v) for n, v in kept if v > 0 or not frame.up.log]
    if kept:
        path = frame.at([n for n, _ in kept], [v for _, v in kept])
        sheet.line([path], SERIES[place].colour, 3)
        sheet.marks(path[-1:], SERIES[place], 12)


def _band(sheet: Sheet, frame: Frame, course: Course, colour: str) -> None:
    kept = [i for i, e in enumerate(course.error) if not isnan(e)]
    if len(kept) < 2:
        return
    runs = [course.runs[i] for i in kept]
    ends = [
        np.clip(
            [course.mean[i] + side * read.WIDE * course.error[i] for i in kept],
            frame.up.low,
            frame.up.high,
        )
        for side in (-1, 1)
    ]
    low, high = (frame.at(runs, end) for end in ends)
    sheet.area([np.concatenate([low, high[::-1]])], colour, alpha=0.18)


def _last(frame: Frame, course: Course) -> float:
    return float(frame.y(course.error[-1]))
