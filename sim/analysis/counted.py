"""What was counted in the world of an outcome over sessions, beside the range that runs span."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sim.core.outcome import Outcome
from sim.core.outcomes import Outcomes
from sim.core.setting import Setting

Floats = npt.NDArray[np.float64]

ENDS = (5.0, 95.0)  # percentiles: nine runs in ten lie between them


class Points(NamedTuple):
    """An outcome session by session, in the unit of files; nan where nothing was counted."""

    labels: list[str]
    mean: Floats  # (sessions,)
    low: Floats
    high: Floats
    observed: Floats

    @property
    def counted(self) -> int:
        """How many of the sessions have a count."""
        return int(np.isfinite(self.observed).sum())

    @property
    def inside(self) -> int:
        """How many of these counts lie in the range of nine runs in ten, its ends included."""
        return int(((self.low <= self.observed) & (self.observed <= self.high)).sum())


@dataclass(frozen=True)
class Count:
    """One count of the world, and where the runs lie then; in the unit of files."""

    outcome: str
    title: str
    session: str
    counted: float
    mean: float
    low: float
    high: float
    inside: bool


def values(outcomes: Outcomes, setting: Setting, outcome: Outcome) -> Floats:
    """An outcome session by session and run by run, in the unit of files: (sessions, runs)."""
    columns = [name for name, (_, kept, _) in setting.columns.items() if kept is outcome]
    return np.array([outcome.amounts(outcomes.number(name)) for name in columns])


def points(outcomes: Outcomes, setting: Setting, outcome: Outcome) -> Points | None:
    """Measure an outcome session by session; None where no run has a value."""
    found = values(outcomes, setting, outcome)
    if not found.size or np.isnan(found).all():
        return None
    there = np.isfinite(found).any(axis=1)
    mean, low, high = (np.full(len(found), np.nan) for _ in range(3))
    mean[there] = np.nanmean(found[there], axis=1)
    low[there], high[there] = np.nanpercentile(found[there], ENDS, axis=1)
    counted = setting.observed.get(outcome.name, {})
    sessions = range(1, setting.sessions + 1)
    observed = np.array([counted.get(session, np.nan) for session in sessions])
    labels = [setting.label(session) for session in sessions]
    return Points(labels, mean, low, high, observed)


def counts(outcomes: Outcomes, setting: Setting) -> Iterator[Count]:
    """Lay every count that a scenario has beside the runs, in the order of the scenario."""
    kept = {outcome.name: outcome for _, outcome, _ in setting.columns.values()}
    for name in setting.observed:
        found = points(outcomes, setting, kept[name]) if name in kept else None
        if found is not None:
            outcome = kept[name]
            for label, mean, low, high, real in zip(*found, strict=True):
                if np.isfinite(real):
                    numbers = (float(real), float(mean), float(low), float(high))
                    title = outcome.title.format(session=label)
                    yield Count(name, title, label, *numbers, bool(low <= real <= high))
