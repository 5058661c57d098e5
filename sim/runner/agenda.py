"""What is to be played next: missing batches point by point, and more runs where wanted."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence

from sim.runner.batches import Batch, Part, chosen, covered, missing

More = Callable[[str, Sequence[Part], int], int]  # point, its parts, its runs: runs it should have


class Agenda:
    """Hands out batches until every point has all its runs.

    How many runs a point gets depends on its own runs alone, in the order of their numbers, so a
    sweep that was stopped comes to the same.
    """

    def __init__(
        self,
        points: Sequence[str],
        runs: int,
        size: int,
        there: Mapping[str, Sequence[Part]] | None = None,
        more: More = lambda point, parts, runs: runs,
    ) -> None:
        self.size, self.more = size, more
        there = there or {}
        # A batch of an earlier sitting that had failures is played again, whole.
        self.parts = {p: [part for part in there.get(p, ()) if not part.failed] for p in points}
        self.goal = dict.fromkeys(points, runs)
        self.open: dict[str, int] = {}  # batches of a point that are not back
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
        """Queue what a point lacks; if that is nothing, ask whether it should have more."""
        while True:
            there = covered(self.parts[point], self.goal[point])
            found = list(missing(point, there, self.size))
            if found:
                self.open[point] = len(found)
                self.queue.extend(found)
                return
            more = self.more(point, self.chosen(point), self.goal[point])
            if more <= self.goal[point]:
                return
            self.goal[point] = more
