"""Whether the runs suffice: the running mean of an outcome, and how its error shrinks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import LogLocator, NullLocator

from sim.analysis.spread import spread
from sim.experiment.model import Plot, Point
from sim.show.plots import parts, style
from sim.show.plots.study import finding, read, said
from sim.show.plots.study.figure import Figure, name, page
from sim.show.plots.study.said import Outcome
from sim.show.plots.style import BLUE, QUIET, SERIES, SMALL, VERMILLION, Sheet
from sim.study.findings import Study

Floats = npt.NDArray[np.float64]

MOST = 6  # points: the base and five more
STEPS = 40  # numbers of runs at which the mean is taken
SETTLED = 10  # runs from which on an interval has room on the scale
NO_ERROR = "no error can be told, or there is none"


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
    title = _title(study, outcome, courses, asked)
    with page(study, title, _subtitle(study, courses)) as sheet:
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
    """The running means at the left, their errors at the right, both over the runs played."""
    first, second = sheet.body.subplots(1, 2, sharex=True)
    for course, look in zip(courses, SERIES, strict=False):
        end = {**look, "ms": 8, "markevery": [-1], "zorder": 3}
        first.plot(course.runs, course.mean, **end)
        known = np.where(np.array(course.error) > 0, course.error, np.nan)
        second.plot(course.runs, known, **end)
    _band(first, courses)
    first.set_title(style.cut(f"{outcome.axis}: mean so far", 820, SMALL + 2, bold=True))
    second.set_title("Error of the mean")
    outcome.scaled(first.yaxis)
    first.set_ylabel("")
    for axes in (first, second):
        axes.set(xscale="log", xlabel="runs played")
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    logarithmic = [first.xaxis, second.xaxis]
    if any(e > 0 for c in courses for e in c.error):
        second.set_yscale("log")
        second.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        logarithmic.append(second.yaxis)
    else:
        second.text(0.5, 0.9, NO_ERROR, transform=second.transAxes, ha="center", color=QUIET)
        second.set_yticks([])
    for axis in logarithmic:
        axis.set_major_formatter(parts.PLAIN)
        axis.set_minor_locator(NullLocator())
    _legend(sheet, second, courses, asked)


def _band(axes: Axes, courses: Sequence[Course]) -> None:
    """The interval of the base; that of the first few runs may reach beyond the scale."""
    ends = [mean for course in courses for mean in course.mean]
    for course in courses[:1]:
        runs, mean = np.array(course.runs), np.array(course.mean)
        low, high = (mean + side * read.WIDE * np.array(course.error) for side in (-1, 1))
        axes.fill_between(runs, low, high, color=BLUE, alpha=0.2, lw=0)
        ends += [*low[runs >= SETTLED], *high[runs >= SETTLED]]
    known = [end for end in ends if not isnan(end)] or [0.0, 1.0]
    room = 0.05 * (max(known) - min(known)) + 1e-9
    axes.set_ylim(min(known) - room, max(known) + room)


def _legend(sheet: Sheet, axes: Axes, courses: Sequence[Course], asked: float) -> None:
    labels = style.told_apart([c.label for c in courses], 600, SMALL)
    pairs = zip(labels, SERIES, strict=False)
    signs: list[Line2D | Patch] = [Line2D([], [], **look, label=label) for label, look in pairs]
    if courses and len(courses[0].runs) > 1:
        signs.append(Patch(color=BLUE, alpha=0.2, label=f"95% interval of {labels[0]}"))
    if asked > 0:
        told = f"asked for: {asked:,.3g}"
        signs.append(axes.axhline(asked, color=VERMILLION, lw=2, ls="--", label=told))
    sheet.legend(signs)
