"""Outcomes over sessions: a line through time, the band of 90% of runs, and what was counted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sim.core.outcome import Outcome
from sim.core.outcomes import Outcomes
from sim.core.setting import Setting
from sim.show.plots import parts
from sim.show.plots.style import BLUE, INK, Footer, Sheet

Floats = npt.NDArray[np.float64]

ENDS = (5.0, 95.0)  # percentiles of the band
LABELS = 13  # names of sessions along the axis, at most
LEAST = 5.0  # the axis shows at least so much, so that little does not look like much


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
    with Sheet(finding(title, found, outcome), over + counted, about) as made:
        axes, at = made.body.subplots(), np.arange(len(found.labels))
        if many:
            axes.fill_between(at, found.low, found.high, color=BLUE, alpha=0.2, lw=0)
        axes.plot(at, found.mean, color=BLUE, lw=3)
        axes.plot(at, found.observed, "o", color=INK, ms=9, zorder=4)
        every = -(-len(at) // LABELS)
        axes.set_xticks(at[::every], found.labels[::every])
        axes.set_xlim(at[0], max(at[-1], 1))
        low, high = float(np.nanmin(found.low)), float(np.nanmax(found.high))
        if outcome.low is not None and 0 <= low < high / 2:  # else the change would be lost
            axes.set_ylim(bottom=0)
        parts.amounts(axes.yaxis, outcome.unit, least=LEAST if outcome.scaled else 0.0)
    yield made


def finding(title: str, found: Points, outcome: Outcome) -> str:
    """What the mechanism calls the figure, and from where to where the mean goes."""
    known = found.mean[np.isfinite(found.mean)]
    start, end = (f"{value:,.1f}".removesuffix(".0") for value in known[[0, -1]])
    way = f"stays at {start}" if start == end else f"from {start} to {end}"
    return f"{title}: {way}{outcome.said_unit}"
