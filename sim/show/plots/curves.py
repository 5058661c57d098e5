"""Outcomes over sessions: a line through time, the band of 90% of runs, and what was counted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sim.core.outcome import Outcome
from sim.core.outcomes import Outcomes
from sim.core.setting import Setting
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
    font,
)

Floats = npt.NDArray[np.float64]

ENDS = (5.0, 95.0)  # percentiles of the band
LABELS = 13  # names of sessions along the axis, at most


class Points(NamedTuple):
    """An outcome session by session, in the unit of files; nan where nothing was counted."""

    labels: list[str]
    mean: Floats  # (sessions,)
    low: Floats
    high: Floats
    observed: Floats


def points(outcomes: Outcomes, setting: Setting, outcome: Outcome) -> Points | None:
    """Measure an outcome session by session; None where it is the same always and in all runs."""
    columns = [name for name, (_, kept, _) in setting.columns.items() if kept is outcome]
    values = np.array([outcome.amounts(outcomes.number(name)) for name in columns])
    if not len(values) or (values == values.flat[0]).all() or np.isnan(values).all():
        return None
    low, high = np.nanpercentile(values, ENDS, axis=1)
    counted = setting.observed.get(outcome.name, {})
    sessions = range(1, setting.sessions + 1)
    observed = np.array([counted.get(session, np.nan) for session in sessions])
    labels = [setting.label(session) for session in sessions]
    return Points(labels, np.nanmean(values, axis=1), low, high, observed)


def sheet(
    title: str, outcome: Outcome, outcomes: Outcomes, setting: Setting, about: Footer
) -> Iterator[Sheet]:
    """Draw an outcome over sessions, if anything happened."""
    found = points(outcomes, setting, outcome)
    if found is None:
        return
    many = outcomes.runs > 1
    over = "line: mean over runs  ·  band: what 90% of runs lie in" if many else "in one run"
    counted = "  ·  points: what was counted" if np.isfinite(found.observed).any() else ""
    made = Sheet(title, over + counted, about)
    _draw(made, found, outcome, band=many)
    yield made


def _draw(made: Sheet, found: Points, outcome: Outcome, *, band: bool) -> None:
    place = (
        LEFT / WIDTH,
        (HEIGHT - BOTTOM) / HEIGHT,
        (RIGHT - LEFT) / WIDTH,
        (BOTTOM - TOP) / HEIGHT,
    )
    made.figure.set_layout_engine("constrained", rect=place, w_pad=0, h_pad=4 / DPI)
    axes = made.figure.add_subplot()
    at = np.arange(len(found.labels))
    if band:
        axes.fill_between(at, found.low, found.high, color=BLUE, alpha=0.2, linewidth=0)
    axes.plot(at, found.mean, color=BLUE, linewidth=4 * POINT)
    axes.plot(at, found.observed, "o", color=INK, ms=12 * POINT, zorder=4)
    every = -(-len(at) // LABELS)
    axes.set_xticks(at[::every], found.labels[::every])
    axes.set_xlim(at[0], at[-1])
    if outcome.low is not None and found.low.min() >= 0:
        axes.set_ylim(bottom=0)
    axes.set_ylabel(outcome.unit, fontproperties=font(SMALL), color=QUIET)
    axes.grid(axis="y", color=RULE, linewidth=POINT)
    axes.tick_params(length=0, pad=10 * POINT, labelcolor=INK)
    axes.spines[:].set_visible(False)
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels(), axes.yaxis.label):
        label.set_fontproperties(font(SMALL))
        label.set_parse_math(False)
