"""A sweep played: one loop that sends batches, writes what comes back, and survives what breaks."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    wait,
)
from pathlib import Path

import numpy as np

from sim.analysis.spread import spread
from sim.classes import problem
from sim.errors import InputError, Interrupted, Mistake, RunError
from sim.experiment.model import Point
from sim.study.findings import Study
from sim.sweep import batches, executors
from sim.sweep.agenda import Agenda, Reached
from sim.sweep.batches import Batch, Part
from sim.sweep.executors import Workers
from sim.sweep.finish import tabulate
from sim.sweep.folder import Folder, Say, opened
from sim.sweep.planning import Plan
from sim.sweep.reading import column_of, read
from sim.sweep.status import State
from sim.sweep.work import Done, Task, play

Progress = Callable[[int, int], None]  # runs that were just done, and runs that are to be done

PATIENCE = 12  # times that workers may die before any batch comes back


def run(
    plan: Plan,
    folder: str | Path,
    *,
    workers: int | Workers | Executor = 1,
    progress: Progress | None = None,
    say: Say = lambda _: None,
) -> Study:
    """Play what is missing of a sweep, and write its table.

    Args:
        plan: the experiment, planned.
        folder: where it goes; what is there already is not played again.
        workers: how many processes, or any executor of `concurrent.futures`.
        progress: called with the runs just done, and with all that are to be done.
        say: told what a person should know, a sentence at a time.

    Returns:
        The study, as `read` gives it.

    Raises:
        Interrupted: Ctrl-C; what was done is there, and the sweep can go on.
        RunError: it cannot be written, another sweep writes there, workers die at once, or the
            scheduler of a cluster is lost.
        InputError: the folder holds runs of something else, or workers that do not know the
            classes of the plan's delegations.
    """
    folder = Path(folder)
    with opened(folder, say) as there:
        there.begin(plan.said())
        try:
            sweep = _Sweep(plan, there, _workers(workers), progress, say)
            sweep.play()
            tabulate(plan, there, sweep.agenda)
        except KeyboardInterrupt:
            raise Interrupted(f"interrupted; what was done is kept in {folder}") from None
        except CancelledError:  # by a cluster: we cancel only what we no longer wait for
            problem = "the scheduler of the cluster is gone, and with it what was sent there"
            go_on = "the same command goes on, --on a scheduler that runs or without --on"
            raise RunError(f"{problem}; what was done is kept in {folder}: {go_on}") from None
    return read(folder)


def _workers(asked: int | Workers | Executor) -> Workers:
    if isinstance(asked, Workers):
        return asked
    if isinstance(asked, int):
        return executors.processes(asked)
    return executors.given(asked, getattr(asked, "_max_workers", 1))


class _Sweep:
    """The state of the loop: who is in flight, and who is suspected of killing a worker."""

    def __init__(
        self, plan: Plan, folder: Folder, workers: Workers, progress: Progress | None, say: Say
    ) -> None:
        self.plan, self.folder, self.workers = plan, folder, workers
        self.progress, self.say = progress, say
        self.points: dict[str, Point] = {point.id: point for point in plan.points}
        size = batches.size(plan.pace.seconds, plan.runs, workers.count)
        there = folder.there(plan.base.digest)
        self.agenda = Agenda(plan.experiment, list(self.points), there, size, self._errors)
        self.flying: dict[Future[Done], Batch] = {}
        self.suspects: deque[Batch] = deque()  # to be sent alone
        self.resent: set[Batch] = set()
        self.deaths = 0  # of pools, since a batch last came back
        self.pool: Executor | None = None

    def play(self) -> None:
        self._advance(self.agenda.total - self.agenda.left)
        try:
            while self._send():
                done, _ = wait(self.flying, return_when=FIRST_COMPLETED)
                for future in done:
                    if future in self.flying:  # not if an earlier one broke the pool
                        self._receive(future)
            self._say_what_no_run_reaches()
        except BaseException:
            self._abort()
            raise
        finally:
            if self.pool is not None:
                self.pool.shutdown(wait=True, cancel_futures=True)

    def _send(self) -> bool:
        """Fill the pool; whether anything is in flight then."""
        while (batch := self._next()) is not None:
            self._submit(batch)
        return bool(self.flying)

    def _next(self) -> Batch | None:
        """What may be sent now; a suspect goes alone, so that it is known who kills."""
        if self.suspects:
            return None if self.flying else self.suspects.popleft()
        return self.agenda.take() if len(self.flying) < self.workers.room else None

    def _submit(self, batch: Batch) -> None:
        plan = self.plan
        settings = self.points[batch.point].settings
        task = Task(batch, settings, plan.base, plan.kept, plan.delegations)
        self.folder.log.say(batch, State.PENDING)
        if self.pool is None:
            self.pool = self.workers.make()
            self._introduce(self.pool)
        try:
            self.flying[self.pool.submit(play, task)] = batch
        except BrokenExecutor as error:
            self._broken([*self.flying.values(), batch], error)

    def _introduce(self, pool: Executor) -> None:
        """See that the workers know the classes of delegations: a machine elsewhere may not."""
        classes = self.plan.delegations
        if classes and (unknown := pool.submit(problem, classes).result()):
            right = "the same file of Python where the workers can import it, or workers=1"
            wrong = f"a worker cannot play with these delegations: {unknown}"
            raise InputError(Mistake(wrong, field="delegations", allowed=right))

    def _receive(self, future: Future[Done]) -> None:
        batch = self.flying.pop(future)
        try:
            done = future.result()
        except BrokenExecutor as error:
            self._broken([batch, *self.flying.values()], error)
        except CancelledError:
            raise
        except Exception as error:  # lost on the way: a worker of a cluster died, or could not send
            self._lost(batch, error)
        else:
            self.deaths = 0
            self._keep(batch, done)

    def _keep(self, batch: Batch, done: Done) -> None:
        for run, error in done.failed[:1]:
            more = f" (and {len(done.failed) - 1} more)" if len(done.failed) > 1 else ""
            self.say(f"run {run} of point {batch.point} failed{more}: {error}")
        self.agenda.back(self.folder.keep(batch, done.data, done.failed, done.seconds))
        self._advance(batch.count)

    def _broken(self, batches: list[Batch], error: BaseException) -> None:
        """A worker died, and with it the pool: who was in it is played again, each alone."""
        self.flying.clear()
        self._end_pool()
        self.deaths += 1
        if self.deaths > PATIENCE:
            raise RunError("workers die as soon as they start; what was done is kept") from error
        if len(batches) > 1:
            self.say(f"a worker died; {len(batches)} batches are sent again, one at a time")
            self.suspects.extend(batches)
            self.resent.update(batches)
        else:
            self._lost(batches[0], error)

    def _lost(self, batch: Batch, error: BaseException) -> None:
        """A batch was alone when it was lost: once more, then in halves, down to one run."""
        if batch not in self.resent:
            again: tuple[Batch, ...] = (batch,)
        elif batch.count > 1:
            again = self.agenda.split(batch)
        else:
            said = f"its worker died: {error}" if str(error) else "its worker died"
            return self._keep(batch, Done(b"", ((batch.first, said),), 0.0))
        self.suspects.extend(again)
        return self.resent.update(again)

    def _end_pool(self) -> None:
        if self.pool is not None:
            self.pool.shutdown(wait=True, cancel_futures=True)
            self.pool = None

    def _abort(self) -> None:
        for future, batch in self.flying.items():
            future.cancel()
            self.folder.log.say(batch, State.ABORTED)
        if self.pool is not None:
            executors.stop(self.pool)

    def _advance(self, runs: int) -> None:
        if self.progress:
            self.progress(runs, self.agenda.total)

    def _errors(self, parts: Sequence[Part]) -> dict[str, Reached]:
        """How exact the mean of each outcome in ``until`` is over the runs of some parts.

        Runs beyond those of all worlds only repeat worlds: the error that ignorance leaves over
        so many stays, and is known once all have been met.
        """
        found = {}
        for outcome in self.plan.experiment.until:
            values, worlds = column_of(self.folder.parts, parts, outcome)
            defined = ~np.isnan(values)
            told = spread(values[defined], worlds[defined])
            every = len(np.unique(worlds)) >= self.plan.worlds
            floor = told.ignorance / told.worlds**0.5 if every and told.worlds else 0.0
            found[outcome] = Reached(told.error, 0.0 if np.isnan(floor) else floor)
        return found

    def _say_what_no_run_reaches(self) -> None:
        for outcome, points in self.agenda.beyond.items():
            limit, most = self.plan.experiment.until[outcome], max(points.values())
            self.say(
                f"{outcome}: {limit:g} is beyond reach at {len(points)} of {len(self.points)}"
                f" points: over {self.plan.worlds} worlds ignorance alone leaves an error of up to"
                f" {most:.2g}, which more runs do not lessen; no more were played for it"
            )
