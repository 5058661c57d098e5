"""How the runs spread at each level of a factor: a histogram for each, with the same axes."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from sim.experiment.model import Plot
from sim.show.plots import parts, style
from sim.show.plots.study import finding, read, said
from sim.show.plots.study.figure import Figure, name, page
from sim.show.plots.study.read import Points
from sim.show.plots.study.said import Outcome
from sim.show.plots.style import INK, PAPER, QUIET, SKY, SMALL
from sim.study.findings import Study

Floats = npt.NDArray[np.float64]
Levels = Sequence[tuple[str, Points]]

MOST, BARS = 20, 24  # panels; bars of each


def histograms(study: Study, plot: Plot, outcome: Outcome) -> Figure:
    """Draw the runs at each level of ``by``."""
    found, order = read.places(study, plot.by), read.levels_of(study, plot.by)
    places = [(level, found[level,]) for level in order if (level,) in found]
    cells = [read.measure(study, points, outcome) for _, points in places]
    means = [finding.Place(x, p, c.mean) for (x, p), c in zip(places, cells, strict=True)]
    told = finding.along(study, outcome, plot.by, means)
    shown = read.evenly(places, MOST)
    left = f"{len(shown)} of {len(places)} panels shown" if len(shown) < len(places) else ""
    mean = read.of_others(points for _, points in places)
    about = said.notes(study, told.detail, read.runs_a_point(study), mean, left)
    with page(study, told.title, about) as sheet:
        edges = _edges(study, shown, outcome)
        panels = sheet.panels(len(shown))
        levels = [f"{said.factor(study, plot.by)} {said.level(level)}" for level, _ in shown]
        heads = style.told_apart(levels, 300, SMALL + 2)
        for axes, head, (_, points) in zip(panels, heads, shown, strict=True):
            _bars(axes, edges, read.column(study, points, outcome)[0])
            mean = _mean(axes, outcome, read.measure(study, points, outcome))
            axes.set_title("\n".join(filter(None, (head, mean))))
        for axes in panels[:1]:
            parts.amounts(axes.xaxis)
            parts.amounts(axes.yaxis, "", 0.0, edge=0.0)
            sheet.body.supylabel("Share of runs, %")
            sheet.body.supxlabel(outcome.axis)
        sheet.legend()
    rows = [{plot.by: x, **c.row()} for (x, _), c in zip(places, cells, strict=True)]
    file = name("multiples", plot.outcome, f"by-{plot.by}")
    return Figure(file, "multiples", sheet, read.table(rows))


def _edges(study: Study, shown: Levels, outcome: Outcome) -> Floats:
    """Bars of the same width for all: one for each whole number, where they are few."""
    low, high = np.inf, -np.inf
    for _, points in shown:
        values, _ = read.column(study, points, outcome)
        if not np.isnan(values).all():
            low, high = min(low, float(np.nanmin(values))), max(high, float(np.nanmax(values)))
    if not low < high:
        low = low if np.isfinite(low) else 0.0
        return np.linspace(low - 1, low + 1, 4)
    if low == round(low) and high == round(high) and high - low < BARS:
        return np.arange(low - 0.5, high + 1, 1.0)
    return np.linspace(low, high, BARS + 1)


def _bars(axes: Axes, edges: Floats, values: Floats) -> None:
    there = values[~np.isnan(values)]
    share = np.full(len(there), 100 / max(len(values), 1))
    look: Any = {"color": SKY, "edgecolor": PAPER, "label": "runs in which it is defined"}
    axes.hist(there, edges.tolist(), weights=share, **look)


def _mean(axes: Axes, outcome: Outcome, told: read.Measure) -> str:
    """Draw where the mean lies, and say it."""
    if isnan(told.mean):
        middle: Any = {"ha": "center", "color": QUIET, "transform": axes.transAxes}
        axes.text(0.5, 0.5, "not defined", **middle)
        return ""
    axes.axvline(told.mean, color=INK, lw=2, label="mean")
    text = outcome.number(told.mean, told.error)
    return text if told.defined == 1 else f"{text} (defined in {100 * told.defined:.0f}% of runs)"
