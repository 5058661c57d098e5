"""Small panels with the same axes, one for each level of a factor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import isnan

import numpy as np
import numpy.typing as npt

from sim.experiment.model import Plot
from sim.show.plots import style
from sim.show.plots.study import axes, finding, lines, read, said
from sim.show.plots.study.axes import Box, Frame
from sim.show.plots.study.figure import Figure, footer, name
from sim.show.plots.study.lines import Line, Swept
from sim.show.plots.study.read import Points
from sim.show.plots.study.said import Outcome
from sim.show.plots.style import BODY, INK, QUIET, SKY, SMALL, Sheet
from sim.study.findings import Study

Floats = npt.NDArray[np.float64]
Levels = Sequence[tuple[str, Points]]

MOST = 20  # panels
BARS = 24  # of a histogram
STRIP = 40.0  # of the share of runs in which an outcome is defined
GAP = (36.0, 44.0)  # pixels between panels


def multiples(study: Study, plot: Plot) -> Figure:
    """Draw a panel for each level of ``by``: a line over ``x``, or without one, all runs."""
    outcome = said.outcome(study, plot.outcome)
    if not plot.x:
        return _of_runs(study, plot, outcome)
    found = lines.swept(study, outcome, plot.x, plot.by)
    told = lines.finding_of(found)
    shown = read.evenly(found.lines, MOST)
    sheet = Sheet(told.title, _subtitle(found, len(shown), told.detail), footer(study))
    _lines(sheet, found, shown)
    file = name("multiples", plot.outcome, f"by-{plot.x}-and-{plot.by}")
    return Figure(file, "multiples", sheet, lines.table(found))


def _subtitle(found: Swept, shown: int, detail: str) -> str:
    study = found.study
    mean = f"mean over {found.settings:,} settings of the others" if found.settings > 1 else ""
    left = _few(shown, len(found.lines))
    return said.notes(study, detail, read.runs_a_point(study), mean, left)


def _few(shown: int, every: int) -> str:
    return f"{shown} of {every} panels shown" if shown < every else ""


def _area() -> Box:
    x, y, wide, high = axes.WHOLE
    return Box(x, y + 62, wide, high - 96)


def _lines(sheet: Sheet, found: Swept, shown: Sequence[Line]) -> None:
    base = lines.base_of(found)
    cells = [c for one in shown for c in one.cells] + ([base] if base else [])
    first = replace(found, lines=tuple(shown[:1]))
    up = lines.scale_of(cells, found.outcome, runs=lines.ranged(first))
    across = lines.across_of(found)
    partly = any(c.defined < 1 for c in cells)
    _heads(sheet, found.outcome.axis, across.name)
    for one, box in zip(shown, axes.panels(len(shown), _area(), GAP), strict=True):
        lower = box._replace(y=box.y + STRIP, high=box.high - STRIP) if partly else box
        frame = axes.framed(sheet, lower, across, up, inner=True)
        lines.draw_lines(sheet, frame, replace(found, lines=(one,)), base)
        if partly:
            _strip(sheet, frame, one)
        head = frame.box._replace(y=box.y)
        _panel_head(sheet, head, found.study, found.by, one.label)
    entries = lines.legend_of(first, base)
    above = ("box", style.GREY, "above each panel: share of runs in which it is defined, 0-100%")
    axes.legend(sheet, [*entries, *([above] if partly else [])])


def _strip(sheet: Sheet, frame: Frame, one: Line) -> None:
    """Above a panel: at each level, the share of runs in which the outcome is defined."""
    high = STRIP - 8
    top = frame.box.y - STRIP
    sheet.area([style.box(frame.box.x, top, frame.box.wide, high)], style.SHADE)
    half = min(0.3 * frame.box.wide / max(len(one.levels), 1), 12.0)
    bars = [
        style.box(x - half, top + high * (1 - c.defined), 2 * half, high * c.defined)
        for x, c in zip(frame.x(lines.at(frame, one)).tolist(), one.cells, strict=True)
        if c.defined > 0
    ]
    if bars:
        sheet.area(bars, style.GREY)


def _heads(sheet: Sheet, up: str, across: str) -> None:
    x, y, wide, high = axes.WHOLE
    sheet.text(x, y + 16, style.cut(up, wide, BODY, bold=True), BODY, bold=True)
    below = style.cut(across, wide, BODY, bold=True)
    sheet.text(x + wide / 2, y + high - 4, below, BODY, bold=True, align="center")


def _panel_head(sheet: Sheet, box: Box, study: Study, by: str, label: str) -> None:
    words = f"{said.factor(study, by)} {said.level(label)}"
    if style.width(words, SMALL, True) > box.wide:
        words = said.level(label)
    sheet.text(box.x, box.y - 9, style.cut(words, box.wide, SMALL, bold=True), SMALL, bold=True)


def _of_runs(study: Study, plot: Plot, outcome: Outcome) -> Figure:
    found, order = read.places(study, plot.by), read.levels_of(study, plot.by)
    places = [(level, found[level,]) for level in order if (level,) in found]
    cells = [read.measure(study, points, outcome) for _, points in places]
    means = [finding.Place(x, p, c.mean) for (x, p), c in zip(places, cells, strict=True)]
    told = finding.along(study, outcome, plot.by, means)
    shown = read.evenly(places, MOST)
    runs, left = read.runs_a_point(study), _few(len(shown), len(places))
    mean = read.of_others(points for _, points in places)
    sheet = Sheet(told.title, said.notes(study, told.detail, runs, mean, left), footer(study))
    _histograms(sheet, study, plot.by, outcome, shown)
    rows = [{plot.by: x, **c.row()} for (x, _), c in zip(places, cells, strict=True)]
    file = name("multiples", plot.outcome, f"by-{plot.by}")
    return Figure(file, "multiples", sheet, read.table(rows))


def _histograms(sheet: Sheet, study: Study, by: str, outcome: Outcome, shown: Levels) -> None:
    edges = _edges(study, shown, outcome)
    shares = [_shares(study, points, outcome, edges) for _, points in shown]
    top = max((float(s.max()) for s in shares), default=1.0) or 1.0
    up = axes.amounts([0.0, 115 * top], floor_=0.0, ceiling=100.0, most=4, edge=0.0)
    across = axes.amounts([edges[0], edges[-1]], most=4)
    _heads(sheet, "Share of runs, %", outcome.axis)
    for (level, points), share, box in zip(
        shown, shares, axes.panels(len(shown), _area(), GAP), strict=True
    ):
        frame = axes.framed(sheet, box, across, up, inner=True)
        _panel_head(sheet, frame.box, study, by, level)
        _bars(sheet, frame, edges, share)
        _mean(sheet, frame, outcome, read.measure(study, points, outcome))
    axes.legend(sheet, [("box", SKY, "runs in which it is defined"), ("line", INK, "mean")])


def _edges(study: Study, shown: Levels, outcome: Outcome) -> Floats:
    low, high = np.inf, -np.inf
    for _, points in shown:
        values, _ = read.column(study, points, outcome)
        if not np.isnan(values).all():
            low, high = min(low, float(np.nanmin(values))), max(high, float(np.nanmax(values)))
    if not low < high:
        low = low if np.isfinite(low) else 0.0
        return np.linspace(low - 1, low + 1, 4)
    whole = low == round(low) and high == round(high) and high - low < BARS
    if whole:
        return np.arange(low - 0.5, high + 1, 1.0)
    return np.linspace(low, high, BARS + 1)


def _shares(study: Study, points: Points, outcome: Outcome, edges: Floats) -> Floats:
    values, _ = read.column(study, points, outcome)
    counts, _ = np.histogram(values[~np.isnan(values)], edges)
    shares: Floats = counts / max(len(values), 1)
    return shares


def _bars(sheet: Sheet, frame: Frame, edges: Floats, shares: Floats) -> None:
    bottom = frame.box.y + frame.box.high
    bars = [
        style.box(float(x), float(y), float(wide), bottom - float(y))
        for x, y, wide, share in zip(
            frame.x(edges[:-1]), frame.y(100 * shares), np.diff(frame.x(edges)), shares, strict=True
        )
        if share
    ]
    if bars:
        sheet.area(bars, SKY, style.PAPER)


def _mean(sheet: Sheet, frame: Frame, outcome: Outcome, told: read.Measure) -> None:
    if isnan(told.mean):
        middle = frame.box.x + frame.box.wide / 2
        sheet.text(
            middle, frame.box.y + frame.box.high / 2, "not defined", SMALL, QUIET, align="center"
        )
        return
    x = float(frame.x(told.mean))
    sheet.line([[(x, frame.box.y + 24), (x, frame.box.y + frame.box.high)]], INK, 2.5)
    text = outcome.number(told.mean, told.error)
    if told.defined < 1:
        text += f"  (defined in {100 * told.defined:.0f}% of runs)"
    half = style.width(text, 15) / 2
    at = min(max(x, frame.box.x + half + 4), frame.box.x + frame.box.wide - half - 4)
    sheet.text(at, frame.box.y + 18, text, 15, INK, align="center")
