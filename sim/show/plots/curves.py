"""Outcomes over sessions: a line through time, the band of 90% of runs, and what was counted."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.analysis.counted import Points
from sim.analysis.counted import points as counted
from sim.core.outcome import Outcome
from sim.core.outcomes import Outcomes
from sim.core.setting import Setting
from sim.show.plots import parts
from sim.show.plots.style import BLUE, INK, Footer, Sheet

LABELS = 13  # names of sessions along the axis, at most
LEAST = 5.0  # the axis shows at least so much, so that little does not look like much


def points(outcomes: Outcomes, setting: Setting, outcome: Outcome) -> Points | None:
    """Measure an outcome session by session; None where there is no line to draw.

    It is the same always and in all runs, or there in one session alone.
    """
    found = counted(outcomes, setting, outcome)
    if found is None or np.count_nonzero(np.isfinite(found.mean)) < 2:
        return None
    level = np.array([found.mean, found.low, found.high])
    return None if (level == level.flat[0]).all() else found


def sheet(
    title: str, outcome: Outcome, outcomes: Outcomes, setting: Setting, about: Footer
) -> Iterator[Sheet]:
    """Draw an outcome over sessions, if anything happened."""
    found = points(outcomes, setting, outcome)
    if found is None:
        return
    many = outcomes.runs > 1
    over = "line: mean over runs  ·  band: what 90% of runs lie in" if many else "in one run"
    with Sheet(finding(title, found, outcome), over + beside(found, many), about) as made:
        axes, at = made.body.subplots(), np.arange(len(found.labels))
        if many:
            axes.fill_between(at, found.low, found.high, color=BLUE, alpha=0.2, lw=0)
        axes.plot(at, found.mean, color=BLUE, lw=3)
        axes.plot(at, found.observed, "o", color=INK, ms=9, zorder=4, clip_on=False)
        every = -(-len(at) // LABELS)
        axes.set_xticks(at[::every], found.labels[::every])
        axes.set_xlim(at[0], max(at[-1], 1))
        low, high = float(np.nanmin(found.low)), float(np.nanmax(found.high))
        if outcome.low is not None and 0 <= low < high / 2:  # else the change would be lost
            axes.set_ylim(bottom=0)
        parts.amounts(axes.yaxis, outcome.unit, least=LEAST if outcome.scaled else 0.0)
    yield made


def beside(found: Points, many: bool) -> str:
    """Say what points are, and how many of them lie in the band; "" where nothing was counted."""
    if not found.counted:
        return ""
    inside = f", {found.inside} of {found.counted} in the band" if many else ""
    return f"  ·  points: what was counted{inside}"


def finding(title: str, found: Points, outcome: Outcome) -> str:
    """What the mechanism calls the figure, and from where to where the mean goes."""
    known = found.mean[np.isfinite(found.mean)]
    start, end = (f"{value:,.1f}".removesuffix(".0") for value in known[[0, -1]])
    way = f"stays at {start}" if start == end else f"from {start} to {end}"
    return f"{title}: {way}{outcome.said_unit}"
