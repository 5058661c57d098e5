"""How many runs a point needs, where standard errors of means are asked for."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from sim.analysis.spread import spread
from sim.runner.batches import Part
from sim.sweep.planning import Plan
from sim.sweep.reading import column_of

GROWTH = 4  # times as many runs at most, before the error is looked at again
STEP = 100  # runs: what is added is a multiple of it


class Until:
    """Looks at the errors of a point's outcomes once all its runs are there."""

    def __init__(self, plan: Plan, parts: Path) -> None:
        self.plan, self.parts = plan, parts
        self.beyond: dict[str, dict[str, float]] = {}  # outcome -> point -> floor above its limit

    def more(self, point: str, parts: Sequence[Part], runs: int) -> int:
        """How many runs would bring the errors of a point's outcomes down to those asked for."""
        asked = self.plan.experiment
        if not asked.until or runs >= asked.at_most:
            return runs
        wanted = []
        for name, limit in asked.until.items():
            error, floor = self._reached(name, parts)
            if floor > limit:
                self.beyond.setdefault(name, {})[point] = floor
            else:
                wanted.append((error / limit) ** 2)
        if not wanted:
            return runs
        factor = min(max((w for w in wanted if not math.isnan(w)), default=GROWTH), GROWTH)
        if factor <= 1:
            return runs
        return min(math.ceil(runs * factor / STEP) * STEP, asked.at_most)

    def _reached(self, outcome: str, parts: Sequence[Part]) -> tuple[float, float]:
        """The standard error of an outcome's mean over some parts, nan where it is not known; and
        what is left of it however many runs are added.

        Runs beyond those of all worlds only repeat worlds: the error that ignorance leaves over
        so many stays, and is known once all have been met.
        """
        values, worlds = column_of(self.parts, parts, outcome)
        defined = ~np.isnan(values)
        told = spread(values[defined], worlds[defined])
        every = len(np.unique(worlds)) >= self.plan.worlds
        floor = told.ignorance / told.worlds**0.5 if every and told.worlds else 0.0
        return told.error, 0.0 if np.isnan(floor) else floor

    def beyond_reach(self) -> Iterator[str]:
        """Say which errors no number of runs reaches, a sentence each."""
        for outcome, points in self.beyond.items():
            limit, most = self.plan.experiment.until[outcome], max(points.values())
            yield (
                f"{outcome}: {limit:g} is beyond reach at {len(points)} of {len(self.plan.points)}"
                f" points: over {self.plan.worlds} worlds ignorance alone leaves an error of up to"
                f" {most:.2g}, which more runs do not lessen; no more were played for it"
            )
