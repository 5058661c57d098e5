"""An outcome over the levels of a factor: its mean, its error, and where the runs lie.

One frame, or a panel for each level of another factor; of a factor that is drawn from a
distribution, the points and their trend.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isnan
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.experiment.model import UNCHANGED, Plot
from sim.show.plots import parts, style
from sim.show.plots.study import finding, read, runs, said, trend
from sim.show.plots.study.figure import Figure, name, page
from sim.show.plots.study.read import Measure, Points
from sim.show.plots.study.said import Outcome
from sim.show.plots.style import BLUE, GREY, INK, POINT, QUIET, SERIES, SKY, SMALL, Sheet
from sim.study.findings import Study

Floats = npt.NDArray[np.float64]

MOST = len(SERIES)  # lines in one frame
PANELS = 20
DEFINED = "above: share of runs in which it is defined, 0-100%"
INTERVAL, RANGE = "95% interval of the mean", "nine runs in ten"


@dataclass(frozen=True)
class Line:
    """One line: the level it is drawn for, and a measure at each level along it."""

    label: str
    levels: tuple[str, ...]
    cells: tuple[Measure, ...]
    points: tuple[Points, ...]


@dataclass(frozen=True)
class Swept:
    """What a figure of lines shows."""

    study: Study
    outcome: Outcome
    x: str
    by: str
    levels: tuple[str, ...]  # all along the axis, in order
    lines: tuple[Line, ...]
    settings: int  # of other factors over which each place is a mean

    @property
    def words(self) -> bool:
        """Whether its levels are words, along which no line leads."""
        return not (self.levels and read.numbers(self.levels))

    @property
    def ranged(self) -> bool:
        """Whether the range of the runs is drawn: of one line only, and not of a yes or no."""
        amount = self.outcome.form.unit != "%" or self.outcome.kind == "retained"
        return len(self.lines) == 1 and self.settings == 1 and amount

    @property
    def base(self) -> Measure | None:
        """The outcome at the base; None where that was not played or does not define it."""
        return read.at_base(self.study, self.outcome)

    @property
    def partly(self) -> bool:
        """Whether it is not defined in some runs."""
        return any(c.defined < 1 for one in self.lines for c in one.cells)


def swept(study: Study, outcome: Outcome, x: str, by: str = "") -> Swept:
    """Measure an outcome over the levels of a factor, for each level of another if one is given."""
    paths = (x, by) if by else (x,)
    found = read.places(study, *paths)
    along = read.levels_of(study, x)
    lines = []
    for other in read.levels_of(study, by) if by else [""]:
        keys = [(level, other)[: len(paths)] for level in along]
        there = [key for key in keys if key in found]
        cells = tuple(read.measure(study, found[key], outcome) for key in there)
        points = tuple(found[key] for key in there)
        lines.append(Line(other, tuple(key[0] for key in there), cells, points))
    kept = tuple(one for one in lines if one.levels)
    return Swept(study, outcome, x, by, tuple(along), kept, read.averaged(found.values()))


def line(study: Study, plot: Plot) -> Figure:
    """Draw an outcome's mean over a factor; of a sampled design, the points and their trend."""
    outcome = said.outcome(study, plot.outcome)
    if read.scattered(study, plot.x):
        return trend.scatter(study, plot.x, outcome)
    found = swept(study, outcome, plot.x, plot.by)
    few = replace(found, lines=tuple(read.evenly(found.lines, MOST)))
    with _page(found, len(few.lines), "lines") as sheet:
        axes = sheet.body.subplots()
        _frame(axes, few, style.RIGHT - style.LEFT)
        _strip(axes, few)
        _limits(axes, few, ranged=few.ranged)
        _legend(sheet, few, colours=len(few.lines) > 1)
    return Figure(name("line", plot.outcome, _by(plot)), "line", sheet, table(found))


def multiples(study: Study, plot: Plot) -> Figure:
    """Draw a panel for each level of ``by``: a line over ``x``, or without one, all runs."""
    outcome = said.outcome(study, plot.outcome)
    if not plot.x:
        return runs.histograms(study, plot, outcome)
    found = swept(study, outcome, plot.x, plot.by)
    shown = read.evenly(found.lines, PANELS)
    with _page(found, len(shown), "panels") as sheet:
        panels = sheet.panels(len(shown))
        across = len({axes.get_position().x0 for axes in panels})
        for axes, one, label in zip(panels, shown, heads(study, plot.by, shown), strict=True):
            own = replace(found, lines=(one,))
            _frame(axes, own, (style.RIGHT - style.LEFT) / across)
            _strip(axes, own).set_title(label)
            axes.set(xlabel="", ylabel="")
        if panels:
            own = replace(found, lines=found.lines[:1])
            _limits(panels[0], replace(found, lines=tuple(shown)), ranged=own.ranged)
            panels[0].set_ylabel("")
            sheet.body.supylabel(outcome.axis)
            sheet.body.supxlabel(said.factor(study, plot.x))
        _legend(sheet, replace(found, lines=found.lines[:1]), colours=False)
    return Figure(name("multiples", plot.outcome, _by(plot)), "multiples", sheet, table(found))


def heads(study: Study, by: str, shown: Sequence[Line]) -> list[str]:
    """What stands above panels: the factor with its level, as far as there is room."""
    wide = (style.RIGHT - style.LEFT) / min(max(len(shown), 1), 5) - 50
    told = [f"{said.factor(study, by)} {said.level(one.label)}" for one in shown]
    if any(style.width(text, SMALL + 2, True) > wide for text in told):
        told = [said.level(one.label) for one in shown]
    return style.told_apart(told, 0.9 * wide, SMALL + 2)


def _by(plot: Plot) -> str:
    return f"by-{plot.x}" + (f"-and-{plot.by}" if plot.by else "")


# What is said


def finding_of(found: Swept) -> finding.Finding:
    """Say what the factor does; with several lines, at which level of the other it does most."""
    told = [(one.label, _along(found, one)) for one in found.lines]
    if not told:
        return _only_base(found)
    if not found.by:
        return told[0][1]
    moving = [(label, f) for label, f in told if f.moves and f.found]
    if not moving:
        return told[0][1] if len(told) == 1 else _nowhere(found, [f for _, f in told])
    label, most = max(moving, key=lambda pair: pair[1].size)
    by = said.brief(said.factor(found.study, found.by), 420)
    other = f"{by} {said.brief(said.level(label), 240)}"
    at = "at" if read.numbers([label]) else "with"
    count = f" (seen at {len(moving)} of {len(told)} levels)" if len(told) > 1 else ""
    return finding.Finding(f"{most.title}, {at} {other}{count}", most.detail, True, most.found)


def _nowhere(found: Swept, told: Sequence[finding.Finding]) -> finding.Finding:
    """Of several lines none moves, or their only run cannot tell."""
    if all(isnan(c.mean) for one in found.lines for c in one.cells):
        return finding.Finding(finding.never(found.outcome))
    x, by = (said.brief(said.factor(found.study, path)) for path in (found.x, found.by))
    if read.single(found.study):
        return finding.of_one_run(f"{found.outcome.name} over {x} by {by}")
    most = max(told, key=lambda f: f.size)
    title = f"Nothing moves: {found.outcome.with_verb('move')} visibly over {x} at no level of {by}"
    return finding.Finding(title, most.detail)


def _only_base(found: Swept) -> finding.Finding:
    if found.base is None:
        return finding.Finding(finding.never(found.outcome))
    value = found.outcome.amount(found.base.mean, found.base.error)
    name_ = said.first_up(found.outcome.is_)
    return finding.Finding(f"{name_} {value} at the base, the only point played")


def _along(found: Swept, one: Line) -> finding.Finding:
    places = [
        finding.Place(level, points, cell.mean)
        for level, points, cell in zip(one.levels, one.points, one.cells, strict=True)
    ]
    return finding.along(found.study, found.outcome, found.x, places, len(found.lines))


def _page(found: Swept, shown: int, what: str) -> Sheet:
    told = finding_of(found)
    others = found.settings
    mean = f"each the mean over {others:,} settings of the other factors" if others > 1 else ""
    left = f"{shown} of {len(found.lines)} {what} shown" if shown < len(found.lines) else ""
    alone = "one run: no error can be told" if read.single(found.study) else ""
    of_runs = f"mean of {read.runs_a_point(found.study)}"
    about = said.notes(found.study, told.detail, of_runs, mean, left, alone)
    return page(found.study, told.title, about)


def table(found: Swept) -> read.Table:
    """A row for each level of each line, and the base."""
    rows = []
    for one in found.lines:
        for level, cell in zip(one.levels, one.cells, strict=True):
            key = {found.x: level} | ({found.by: one.label} if found.by else {})
            rows.append({**key, **cell.row()})
    base = found.study.base
    if base is not None and rows:
        blank = {found.x: "base"} | ({found.by: "base"} if found.by else {})
        rows.append({**blank, **read.measure(found.study, (base,), found.outcome).row()})
    return read.table(rows)


# What is drawn


def _frame(axes: Axes, found: Swept, wide: float) -> None:
    """Draw lines with their bands, or beside words, marks with their intervals; and the base."""
    across = said.factor(found.study, found.x)
    if found.words:
        levels = [said.level(level) for level in found.levels]
        parts.names_below(axes, levels, across, wide)
    else:
        log = read.logarithmic(found.study, found.x)
        parts.numbers_below(axes, [float(level) for level in found.levels], across, log)
    if found.outcome.kind == "margin":
        axes.axhline(0, color=QUIET, lw=1.2)
    if found.base is not None:
        axes.axhline(found.base.mean, color=INK, lw=1.6, ls=(0, (5, 4)), zorder=2)
        own = read.base_levels(found.study).get(found.x, UNCHANGED)
        if own in found.levels and own != UNCHANGED and not found.words:
            ring: Any = {"ms": 17, "mfc": "none", "mec": INK, "mew": 2, "gid": "base"}
            axes.plot(float(own), found.base.mean, "o", zorder=4, **ring)
    for place, one in enumerate(found.lines):
        shift = (place - (len(found.lines) - 1) / 2) * 0.7 / len(found.lines) * found.words
        _one(axes, found, one, place, _places(found, one) + shift)
    if len(found.lines) == 1:
        _gaps(axes, found)


def _places(found: Swept, one: Line) -> Floats:
    """Where a line's levels stand: (levels,)."""
    places = found.levels.index if found.words else float
    return np.array([places(level) for level in one.levels], dtype=float)


def _one(axes: Axes, found: Swept, one: Line, place: int, x: Floats) -> None:
    mean = np.array([c.mean for c in one.cells])
    low, high = np.array([c.interval for c in one.cells]).reshape(-1, 2).T
    least, most = np.array([(c.low, c.high) for c in one.cells]).reshape(-1, 2).T
    look = SERIES[place % MOST]
    if found.words:
        if found.ranged:
            axes.vlines(x, least, most, color=SKY, lw=14, alpha=0.35)
        ends = np.stack([mean - low, high - mean])
        axes.errorbar(x, mean, ends, **look, ls="", lw=3, ms=10, capsize=0)
        return
    if found.ranged:
        axes.fill_between(x, least, most, color=SKY, alpha=0.18, lw=0)
    axes.fill_between(x, low, high, color=look["color"], alpha=0.28, lw=0)
    axes.plot(x, mean, **look, ms=8 if len(x) <= 25 else 4, gid="mean")


def _gaps(axes: Axes, found: Swept) -> None:
    """Write where an outcome is not defined, upwards in the gap that is left there."""
    (one,) = found.lines
    places, never = _places(found, one), np.array([isnan(c.mean) for c in one.cells])
    if never.all():
        middle: Any = {"ha": "center", "color": QUIET, "transform": axes.transAxes}
        axes.text(0.5, 0.8, "not defined at any level", **middle)
    elif never.any() and len(places) <= 2 * parts.EACH:
        turned: Any = {"rotation": 90, "ha": "center", "va": "bottom", "color": QUIET}
        for at in places[never]:
            axes.text(at, 0.03, "not defined", transform=axes.get_xaxis_transform(), **turned)


def _strip(axes: Axes, found: Swept) -> Axes:
    """Above a frame: at each level, the share of runs in which the outcome is defined."""
    if not found.partly:
        return axes
    strip = axes.inset_axes((0, 1.03, 1, 0.09), sharex=axes)
    strip.tick_params(labelbottom=False)
    strip.set(ylim=(0, 1), yticks=[])
    strip.grid(visible=False)
    many, step = len(found.lines), _step(found)
    for place, one in enumerate(found.lines):
        shift = (place - (many - 1) / 2) * step / many
        colour = GREY if many == 1 else SERIES[place % MOST]["color"]
        shares = [c.defined for c in one.cells]
        strip.bar(_places(found, one) + shift, shares, 0.9 * step / many, color=colour)
    return strip


def _step(found: Swept) -> float:
    """How wide a level is: most of what parts it from the next."""
    places = np.unique(np.concatenate([_places(found, one) for one in found.lines]))
    return 0.4 * float(np.diff(places).min()) if len(places) > 1 else 0.2


def _limits(axes: Axes, found: Swept, *, ranged: bool) -> None:
    """Keep the scale to what is known and can be."""
    cells = [c for one in found.lines for c in one.cells]
    cells += [found.base] if found.base else []
    ends = [end for c in cells for end in c.interval]
    ends += [end for c in cells for end in (c.low, c.high) if ranged]
    ends += [0.0] if found.outcome.kind == "margin" else []
    known = [end for end in ends if not isnan(end)] or [0.0, 1.0]
    room = 0.05 * (max(known) - min(known))
    axes.set_ylim(min(known) - room - 1e-9, max(known) + room + 1e-9)
    found.outcome.scaled(axes.yaxis)


def _legend(sheet: Sheet, found: Swept, *, colours: bool) -> None:
    """What the signs mean; at the right which line is which, where there are several."""
    colour = INK if colours else BLUE
    mark: Any = {"marker": "o", "ls": ""} if found.words else {"ls": "-"}
    signs: list[Line2D | Patch] = [Line2D([], [], color=colour, label="mean", **mark)]
    if not read.single(found.study):
        pale: Any = {"color": QUIET if colours else BLUE, "label": INTERVAL}
        signs.append(Line2D([], [], lw=3, **pale) if found.words else Patch(alpha=0.28, **pale))
        signs += [Patch(color=SKY, alpha=0.3, label=RANGE)] if found.ranged else []
    if found.base is not None:
        value = found.outcome.number(found.base.mean, found.base.error)
        signs.append(Line2D([], [], color=INK, lw=1.6, ls=(0, (5, 4)), label=f"base {value}"))
    if found.outcome.kind == "margin":
        signs.append(Line2D([], [], color=QUIET, lw=1.2, label="carried above this line"))
    signs += [Patch(color=GREY, label=DEFINED)] if found.partly else []
    sheet.legend(signs)
    if colours:
        size = 10 if found.words else 8
        of = "" if found.words else "-"
        texts = style.told_apart([said.level(o.label) for o in found.lines], 260, SMALL, 3)
        pairs = zip(SERIES, texts, strict=False)
        own = [Line2D([], [], **look, ls=of, ms=size, label=text) for look, text in pairs]
        head = style.told_apart([said.factor(found.study, found.by)], 260, SMALL, 4)[0]
        shown: Any = {"loc": "outside right upper", "ncols": 1, "title": head, "labelspacing": 0.8}
        sheet.legend(own, alignment="left", fontsize=SMALL * POINT, **shown)
