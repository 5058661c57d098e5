"""The figures that mechanisms declare: a bar for each actor of an outcome over actors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sim.core.mechanism import Bars, Curve
from sim.core.outcome import Outcome
from sim.core.outcomes import Outcomes
from sim.core.setting import Setting
from sim.show.plots import curves
from sim.show.plots.style import (
    BLUE,
    BOTTOM,
    DPI,
    HEIGHT,
    INK,
    LEFT,
    POINT,
    QUIET,
    RIGHT,
    RULE,
    SMALL,
    TOP,
    WIDTH,
    Footer,
    Sheet,
    cut,
    font,
)

Floats = npt.NDArray[np.float64]

SHOWN = 25  # actors that have a bar
TALLEST = 56.0  # pixels of a row
NAMES = 360.0  # pixels for a name, at most
ENDS = (5.0, 95.0)  # percentiles of the range


class Bar(NamedTuple):
    """One actor's bar: its name, the mean over runs, and the ends of the range of nine in ten."""

    name: str
    mean: float
    low: float
    high: float


def declared(outcomes: Outcomes, setting: Setting, about: Footer) -> Iterator[tuple[str, Sheet]]:
    """Draw every figure that the mechanisms in use declare, each under its outcome's name.

    One of which nothing happened in any run is left out.
    """
    for mechanism in setting.active:
        for figure in mechanism.figures:
            outcome = next(o for o in mechanism.outcomes if o.name == figure.outcome)
            if isinstance(figure, Curve):
                drawn = curves.sheet(figure.title, outcome, outcomes, setting, about)
                yield from ((figure.outcome, sheet) for sheet in drawn)
            elif found := bars(outcomes, setting, outcome):
                yield figure.outcome, _sheet(figure, outcome, found, outcomes.runs, about)


def bars(outcomes: Outcomes, setting: Setting, outcome: Outcome) -> list[Bar]:
    """Measure each actor's bar, largest first, in the unit of files; none if nothing happened.

    An actor to whom nothing happened in any run has none.
    """
    factor, found = (100.0 if outcome.scaled else 1.0), list[Bar]()
    for column, (_, kept, keys) in setting.columns.items():
        if kept is outcome:
            values = factor * outcomes.number(column)
            known = values[~np.isnan(values)]
            if len(known) and (known != (outcome.when_none or 0.0)).any():
                low, high = np.percentile(known, ENDS)
                name = setting.names[setting.slot(keys[0])]
                found.append(Bar(name, float(known.mean()), float(low), float(high)))
    return sorted(found, key=lambda bar: -bar.mean)


def _sheet(figure: Bars, outcome: Outcome, found: list[Bar], runs: int, about: Footer) -> Sheet:
    shown = found[:SHOWN]
    of = f"the largest {len(shown)} of {len(found)}  ·  " if len(found) > SHOWN else ""
    over = "in one run" if runs == 1 else "bars: means over runs  ·  lines: what 90% of runs lie in"
    sheet = Sheet(figure.title, of + over, about)
    _draw(sheet, shown, outcome.unit, ranges=runs > 1)
    return sheet


def _draw(sheet: Sheet, shown: list[Bar], unit: str, *, ranges: bool) -> None:
    """Put the bars on a sheet, below its title; the layout makes room for the names."""
    high = min(BOTTOM - TOP, 110 + TALLEST * len(shown))
    place = (LEFT / WIDTH, (HEIGHT - TOP - high) / HEIGHT, (RIGHT - LEFT) / WIDTH, high / HEIGHT)
    sheet.figure.set_layout_engine("constrained", rect=place, w_pad=0, h_pad=4 / DPI)
    axes = sheet.figure.add_subplot()
    rows, means = np.arange(len(shown)), np.array([bar.mean for bar in shown])
    axes.barh(rows, means, height=0.66, color=BLUE, zorder=2)
    if ranges:
        axes.hlines(rows, *_ends(shown), color=INK, linewidth=2 * POINT, zorder=3)
        for ends in _ends(shown):
            axes.plot(ends, rows, "|", color=INK, ms=16 * POINT, mew=2 * POINT, zorder=3)
    axes.axvline(0, color=QUIET, linewidth=1.5 * POINT, zorder=3)
    axes.set_ylim(len(shown) - 0.4, -0.6)
    axes.set_yticks(rows, [cut(bar.name, NAMES, SMALL) for bar in shown])
    axes.set_xlabel(unit, fontproperties=font(SMALL), color=QUIET)
    axes.grid(axis="x", color=RULE, linewidth=POINT)
    axes.tick_params(length=0, pad=10 * POINT, labelcolor=INK)
    axes.spines[:].set_visible(False)
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels(), axes.xaxis.label):
        label.set_fontproperties(font(SMALL))
        label.set_parse_math(False)


def _ends(shown: list[Bar]) -> tuple[list[float], list[float]]:
    return [bar.low for bar in shown], [bar.high for bar in shown]
