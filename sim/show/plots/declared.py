"""The figures that mechanisms declare: a bar for each actor of an outcome over actors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from sim.core.mechanism import Bars, Curve
from sim.core.outcome import Outcome
from sim.core.outcomes import Outcomes
from sim.core.setting import Setting
from sim.show import words
from sim.show.plots import curves, parts
from sim.show.plots.style import BLUE, INK, QUIET, Footer, Sheet

INDICES = "indices"  # the mechanism that sums up issues as the scenario says
SHOWN = 25  # actors that have a bar
ALIKE = 0.005  # as a share of the largest: bars that differ by less are alike
ENDS = (5.0, 95.0)  # percentiles of the range


class Bar(NamedTuple):
    """One actor's bar: its name, the mean over runs, and the ends of the range of nine in ten."""

    name: str
    mean: float
    low: float
    high: float


def declared(
    outcomes: Outcomes, setting: Setting, about: Footer, *, tell_first: bool = False
) -> Iterator[tuple[str, Sheet]]:
    """Draw every figure that the mechanisms in use declare, each under its outcome's name.

    One of which nothing happened in any run is left out. With ``tell_first``, those of the
    scenario's own indices come first, then those that the record can be held against.
    """
    figures = [(mechanism, figure) for mechanism in setting.active for figure in mechanism.figures]
    if tell_first:
        figures.sort(
            key=lambda one: (one[0].name != INDICES, one[1].outcome not in setting.observed)
        )
    for mechanism, figure in figures:
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
    return sorted(found, key=lambda bar: -abs(bar.mean))


def finding(figure: Bars, outcome: Outcome, found: list[Bar]) -> str:
    """What the mechanism calls the figure, and who has most; or that all have as much."""
    first, least = found[0], found[-1]
    small = abs(first.mean) < 1.0  # else it might read as nothing
    digits = 2 if small else 1
    amount = f"{words.number(first.mean, digits).removesuffix('.0')}{outcome.said_unit}"
    if len(found) > 1 and abs(first.mean - least.mean) < ALIKE * abs(first.mean):
        return f"{figure.title}: {len(found)} actors alike, {amount}"
    return f"{figure.title}: {first.name} most, {amount}"


def _sheet(figure: Bars, outcome: Outcome, found: list[Bar], runs: int, about: Footer) -> Sheet:
    """Put the bars on a sheet; the layout makes room for the names."""
    shown = found[:SHOWN]
    of = f"the largest {len(shown)} of {len(found)}  ·  " if len(found) > SHOWN else ""
    over = "in one run" if runs == 1 else "bars: means over runs  ·  lines: what 90% of runs lie in"
    with Sheet(finding(figure, outcome, found), of + over, about) as sheet:
        axes, means = sheet.body.subplots(), np.array([bar.mean for bar in shown])
        axes.barh(np.arange(len(shown)), means, 0.66, color=BLUE, zorder=2)
        if runs > 1:
            for row, bar in enumerate(shown):  # the mean of a few may lie beyond nine in ten
                axes.plot([bar.low, bar.high], [row, row], "|-", color=INK, lw=1.5, zorder=3)
        axes.axvline(0, color=QUIET, lw=1)
        parts.rows(sheet, axes, [bar.name for bar in shown])
        parts.amounts(axes.xaxis, outcome.unit)
    return sheet
