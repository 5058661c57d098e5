"""An outcome over a factor that is drawn from a distribution: a cloud of points and its trend."""

from __future__ import annotations

from math import isnan

import numpy as np
import numpy.typing as npt

from sim.show.plots import style
from sim.show.plots.study import axes, finding, read, said
from sim.show.plots.study.axes import Frame, Tag
from sim.show.plots.study.figure import Figure, footer, name
from sim.show.plots.study.said import Outcome
from sim.show.plots.style import BLUE, INK, SKY, Look, Sheet
from sim.study.findings import Study

Floats = npt.NDArray[np.float64]

BINS = 10
TAGS = 170.0  # pixels for the words at the right


def scatter(study: Study, x: str, outcome: Outcome) -> Figure:
    """Draw the mean of every point over a factor, and the means of tenths of the points."""
    points = [p for p in study.points if p.settings and read.numbers([p.levels.get(x, "")])]
    at = np.array([float(p.levels[x]) for p in points])
    cells = [read.measure(study, (p,), outcome) for p in points]
    mean = np.array([c.mean for c in cells])
    trend = read.correlation(at, mean)
    title = _trend(study, x, outcome, trend, mean)
    sheet = Sheet(title, _sampled(study, mean, trend), footer(study))
    _cloud(sheet, study, x, outcome, at, mean)
    rows = [
        {"point": p.id, x: v, **c.row()} for p, v, c in zip(points, at.tolist(), cells, strict=True)
    ]
    return Figure(name("line", outcome.column, f"by-{x}"), "line", sheet, read.table(rows))


def _trend(study: Study, x: str, outcome: Outcome, trend: tuple[float, float], mean: Floats) -> str:
    if np.isnan(mean).all():
        return finding.never(outcome)
    factor, (r, error) = said.brief(said.factor(study, x)), trend
    verb = "" if outcome.form.many else "s"
    if isnan(r):
        return f"No trend can be told of {outcome.name} over {factor}"
    low, high = read.correlation_interval(r, error)
    if low <= 0 <= high:
        return f"No trend of {outcome.name} over {factor} can be seen among {len(mean):,} points"
    way = "rise" if r > 0 else "fall"
    return f"{said.first_up(outcome.name)} {way}{verb} with {factor} (rank correlation {r:.2f})"


def _sampled(study: Study, mean: Floats, trend: tuple[float, float]) -> str:
    low, high = read.correlation_interval(*trend)
    interval = "" if isnan(trend[0]) else f"95% interval {low:.2f} to {high:.2f}"
    undefined = int(np.isnan(mean).sum())
    left = f"{undefined} of {len(mean)} points left out: not defined" if undefined else ""
    runs = read.runs_a_point(study)
    return said.notes(study, interval, f"{len(mean):,} points of a sample, {runs}", left)


def _cloud(sheet: Sheet, study: Study, x: str, outcome: Outcome, at: Floats, mean: Floats) -> None:
    log = read.logarithmic(study, x)
    up = axes.amounts(mean.tolist(), outcome.axis, outcome.floor, outcome.form.highest)
    across = axes.levels([repr(float(v)) for v in at], said.factor(study, x), log)
    box = axes.WHOLE._replace(wide=axes.WHOLE.wide - TAGS)
    frame = axes.framed(sheet, box, across, up)
    there = ~np.isnan(mean)
    fill = style.paled(BLUE, np.array([0.45 if there.sum() < 500 else 0.25]))
    if there.any():
        sheet.marks(frame.at(at[there], mean[there]), Look("", SKY, "o"), 10, fill, 0.8)
    for tenth in binned(at[there], mean[there]):
        _tenth(sheet, frame, *tenth)
    _base_tag(sheet, frame, study, outcome)
    entries = [("dot", SKY, "mean of a point"), ("line", INK, "mean of a tenth of the points")]
    axes.legend(sheet, [*entries, ("pale", INK, "its 95% interval"), ("dashed", INK, "base")])


def _tenth(sheet: Sheet, frame: Frame, low: float, high: float, mean: float, half: float) -> None:
    """The mean of a tenth of the points, with its interval."""
    below = frame.at([low, high], [mean - half] * 2)
    above = frame.at([high, low], [mean + half] * 2)
    sheet.area([np.concatenate([below, above])], INK, alpha=0.15)
    sheet.line([frame.at([low, high], [mean, mean])], INK, 4)


def _base_tag(sheet: Sheet, frame: Frame, study: Study, outcome: Outcome) -> None:
    point = read.base(study)
    told = read.measure(study, (point,), outcome) if point else None
    if told is None or isnan(told.mean):
        return
    level = float(frame.y(told.mean))
    if not frame.box.y <= level <= frame.box.y + frame.box.high:
        return
    sheet.line(
        [[(frame.box.x, level), (frame.box.x + frame.box.wide, level)]], INK, 2.0, dashes=(5, 4)
    )
    words = f"base {outcome.number(told.mean, told.error)}"
    axes.tags(sheet, frame, [Tag(words, level, INK, True)], TAGS)


def binned(x: Floats, y: Floats) -> list[tuple[float, float, float, float]]:
    """Tenths of the points by x: from, to, mean of y, and half its 95% interval."""
    if len(x) < 2 * BINS:
        return []
    order = np.argsort(x, kind="stable")
    found = []
    for part in np.array_split(order, BINS):
        error = float(y[part].std(ddof=1) / np.sqrt(len(part)))
        ends = float(x[part].min()), float(x[part].max())
        found.append((*ends, float(y[part].mean()), read.WIDE * error))
    return found
