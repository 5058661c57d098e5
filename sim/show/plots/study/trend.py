"""An outcome over a factor that is drawn from a distribution: a cloud of points and its trend."""

from __future__ import annotations

from math import isnan
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from sim.show.plots import parts
from sim.show.plots.study import finding, read, said
from sim.show.plots.study.figure import Figure, name, page
from sim.show.plots.study.said import Outcome
from sim.show.plots.style import BLUE, INK, SKY
from sim.study.findings import Study

Floats = npt.NDArray[np.float64]

BINS = 10


def scatter(study: Study, x: str, outcome: Outcome) -> Figure:
    """Draw the mean of every point over a factor, and the means of tenths of the points."""
    points = [p for p in study.points if p.settings and read.numbers([p.levels.get(x, "")])]
    at = np.array([float(p.levels[x]) for p in points])
    cells = [read.measure(study, (p,), outcome) for p in points]
    mean = np.array([c.mean for c in cells])
    trend = read.correlation(at, mean)
    title, about = _says(study, x, outcome, trend, mean), _sampled(study, mean, trend)
    with page(study, title, about) as sheet:
        axes = sheet.body.subplots()
        parts.numbers_below(axes, at.tolist(), said.factor(study, x), read.logarithmic(study, x))
        _cloud(axes, at, mean)
        base = read.at_base(study, outcome)
        if base is not None:
            told = f"base {outcome.number(base.mean, base.error)}"
            axes.axhline(base.mean, color=INK, lw=1.6, ls=(0, (5, 4)), label=told)
        outcome.scaled(axes.yaxis)
        sheet.legend()
    rows = [
        {"point": p.id, x: v, **c.row()} for p, v, c in zip(points, at.tolist(), cells, strict=True)
    ]
    return Figure(name("line", outcome.column, f"by-{x}"), "line", sheet, read.table(rows))


def _says(study: Study, x: str, outcome: Outcome, trend: tuple[float, float], mean: Floats) -> str:
    if np.isnan(mean).all():
        return finding.never(outcome)
    factor, (r, error) = said.brief(said.factor(study, x)), trend
    if isnan(r):
        return f"No trend can be told of {outcome.name} over {factor}"
    low, high = read.correlation_interval(r, error)
    if low <= 0 <= high:
        return f"No trend of {outcome.name} over {factor} can be seen among {len(mean):,} points"
    told = said.first_up(outcome.with_verb("rise" if r > 0 else "fall"))
    return f"{told} with {factor} (rank correlation {r:.2f})"


def _sampled(study: Study, mean: Floats, trend: tuple[float, float]) -> str:
    low, high = read.correlation_interval(*trend)
    interval = "" if isnan(trend[0]) else f"95% interval {low:.2f} to {high:.2f}"
    undefined = int(np.isnan(mean).sum())
    left = f"{undefined} of {len(mean)} points left out: not defined" if undefined else ""
    runs = read.runs_a_point(study)
    return said.notes(study, interval, f"{len(mean):,} points of a sample, {runs}", left)


def _cloud(axes: Axes, at: Floats, mean: Floats) -> None:
    there = ~np.isnan(mean)
    pale = 0.45 if there.sum() < 500 else 0.25
    look: Any = {"alpha": pale, "edgecolors": BLUE, "label": "mean of a point"}
    axes.scatter(at[there], mean[there], 40, SKY, **look)
    tenths = np.array(binned(at[there], mean[there])).reshape(-1, 4).T
    if tenths.size:
        low, high, middle, half = tenths
        whiskers: Any = {"xerr": (high - low) / 2, "yerr": half, "fmt": "none", "ecolor": INK}
        label = "mean of a tenth of the points, with its 95% interval"
        axes.errorbar((low + high) / 2, middle, elinewidth=2.5, capsize=0, label=label, **whiskers)


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
