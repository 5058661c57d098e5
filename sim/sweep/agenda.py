"""What is to be played next: missing batches point by point, more where an error is too large."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from sim.experiment.model import Experiment
from sim.sweep.batches import Batch, Part, chosen, covered, missing


class Reached(NamedTuple):
    """How exact the mean of an outcome is over some runs, and how exact more can make it."""

    error: float  # standard error of the mean; nan where it is not known
    floor: float  # what is left of it however many runs are added: ignorance over all worlds


Errors = Callable[[Sequence[Part]], Mapping[str, Reached]]  # of the means over some parts

GROWTH = 4  # times as many runs at most, before the error is looked at again
STEP = 100  # runs: what is added is a multiple of it


class Agenda:
    """Hands out batches until every point has all its runs.

    How many runs a point gets depends on its own runs alone, in the order of their numbers, so a
    sweep that was stopped comes to the same.
    """

    def __init__(
        self,
        experiment: Experiment,
        points: Sequence[str],
        there: Mapping[str, Sequence[Part]],
        size: int,
        errors: Errors,
    ) -> None:
        self.experiment, self.size, self.errors = experiment, size, errors
        # A batch of an earlier sitting that had failures is played again, whole.
        self.parts = {p: [part for part in there.get(p, ()) if not part.failed] for p in points}
        self.goal = dict.fromkeys(points, experiment.runs)
        self.open: dict[str, int] = {}  # batches of a point that are not back
        self.beyond: dict[str, dict[str, float]] = {}  # outcome -> point -> floor above its limit
        self.queue: deque[Batch] = deque()
        for point in points:
            self._schedule(point)

    @property
    def total(self) -> int:
        """Runs that all points are to have, as far as is known by now."""
        return sum(self.goal.values())

    @property
    def left(self) -> int:
        """Runs that are still to be handed out."""
        return sum(batch.count for batch in self.queue)

    def chosen(self, point: str) -> list[Part]:
        """The parts that make up a point's runs."""
        return chosen(self.parts[point], self.goal[point])

    def take(self) -> Batch | None:
        """The next batch; None if there is none at the moment."""
        return self.queue.popleft() if self.queue else None

    def back(self, part: Part) -> None:
        """A batch is back, or what is left of it."""
        point = part.batch.point
        self.parts[point].append(part)
        self.open[point] -= 1
        if not self.open[point]:
            self._schedule(point)

    def split(self, batch: Batch) -> tuple[Batch, Batch]:
        """Two halves stand for a batch from now on."""
        self.open[batch.point] += 1
        return batch.halves()

    def _schedule(self, point: str) -> None:
        """Queue what a point lacks; if that is nothing, ask whether its errors are small enough."""
        while True:
            there = covered(self.parts[point], self.goal[point])
            found = list(missing(point, there, self.size))
            if found:
                self.open[point] = len(found)
                self.queue.extend(found)
                return
            more = self._more(point)
            if more <= self.goal[point]:
                return
            self.goal[point] = more

    def _more(self, point: str) -> int:
        """How many runs would bring the errors of a point's outcomes down to those asked for."""
        runs = self.goal[point]
        if not self.experiment.until or runs >= self.experiment.at_most:
            return runs
        found = self.errors(self.chosen(point))
        wanted = []
        for name, limit in self.experiment.until.items():
            if found[name].floor > limit:
                self.beyond.setdefault(name, {})[point] = found[name].floor
            else:
                wanted.append((found[name].error / limit) ** 2)
        if not wanted:
            return runs
        factor = min(max((w for w in wanted if not math.isnan(w)), default=GROWTH), GROWTH)
        if factor <= 1:
            return runs
        return min(math.ceil(runs * factor / STEP) * STEP, self.experiment.at_most)
