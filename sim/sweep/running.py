"""A sweep played: its points go through the loop, into the folder, and then into its tables."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import CancelledError, Executor
from functools import partial
from pathlib import Path

from sim.classes import problem
from sim.errors import InputError, Interrupted, Mistake, RunError
from sim.runner import batches, executors
from sim.runner.agenda import Agenda
from sim.runner.batches import Batch, Part
from sim.runner.executors import Workers
from sim.runner.loop import Done, Loop, Progress, Say, Store
from sim.study.findings import Study
from sim.sweep.finish import tabulate
from sim.sweep.folder import Folder, opened
from sim.sweep.planning import Plan
from sim.sweep.reading import read
from sim.sweep.status import State
from sim.sweep.until import Until
from sim.sweep.work import Task, play


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
            tabulate(plan, there, _played(plan, there, _workers(workers), progress, say))
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


def _played(
    plan: Plan, folder: Folder, workers: Workers, progress: Progress | None, say: Say
) -> Agenda:
    """Play what is missing; return which parts make up each point's runs."""
    size = batches.size(plan.pace.seconds, plan.runs, workers.count)
    until = Until(plan, folder.parts)
    points = [point.id for point in plan.points]
    there = folder.there(plan.base.digest)
    agenda = Agenda(points, plan.experiment.runs, size, there, until.more)
    Loop(agenda, _Kept(plan, folder), workers, progress, say).play()
    for sentence in until.beyond_reach():
        say(sentence)
    return agenda


class _Kept(Store[bytes]):
    """Keeps each batch as a part of the folder; those that are lost are sent again."""

    rest = "; what was done is kept"

    def __init__(self, plan: Plan, folder: Folder) -> None:
        self.plan, self.folder = plan, folder
        self.settings = {point.id: point.settings for point in plan.points}

    def introduce(self, pool: Executor) -> None:
        """See that the workers know the classes of delegations: a machine elsewhere may not."""
        classes = self.plan.delegations
        if classes and (unknown := pool.submit(problem, classes).result()):
            right = "the same file of Python where the workers can import it, or workers=1"
            wrong = f"a worker cannot play with these delegations: {unknown}"
            raise InputError(Mistake(wrong, field="delegations", allowed=right))

    def sent(self, batch: Batch) -> Callable[[], Done[bytes]]:
        plan, settings = self.plan, self.settings[batch.point]
        self.folder.log.say(batch, State.PENDING)
        return partial(play, Task(batch, settings, plan.base, plan.kept, plan.delegations))

    def keep(self, batch: Batch, done: Done[bytes]) -> Part:
        return self.folder.keep(batch, done.data or b"", done.failed, done.seconds)

    def aborted(self, batch: Batch) -> None:
        self.folder.log.say(batch, State.ABORTED)
