"""Batches whose outcomes stay in memory: what a run and a what-if are played with."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from operator import itemgetter
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from sim.core.ensemble import CHUNK, Progress, keep_memory
from sim.errors import RunError
from sim.runner.agenda import Agenda
from sim.runner.batches import Batch, Part
from sim.runner.executors import processes
from sim.runner.loop import Done, Loop, Store

Ints = npt.NDArray[np.int64]
Shared = TypeVar("Shared")
T = TypeVar("T")
Work = Callable[[Shared, Ints], T]  # of what is shared, and the numbers of some runs

CHUNKS = 16  # a process takes at a time: enough to be worth a message, few enough to share
SHARES = 16  # batches a process at least, so that all end together
POINT = "runs"  # there is one, or several that are played together

_shared: list[Any] = []  # in a process: what it was started with, such as settings


def gathered(
    work: Work[Shared, T],
    shared: Shared,
    numbers: Ints,
    *,
    workers: int = 1,
    chunk: int = CHUNK,
    progress: Progress | None = None,
) -> list[T]:
    """Do work on runs, here or in processes.

    Args:
        work: what is done with some runs; other processes must be able to import it.
        shared: what all of it needs, handed to each process once.
        numbers: of the runs.
        workers: processes; 1 works here.
        chunk: runs that are computed together.
        progress: called with the number of runs just finished.

    Returns:
        What it returned, in the order of the numbers.

    Raises:
        RunError: a run kills its process. Whatever else the work raises.
    """
    here = workers <= 1
    if here:
        keep_memory()
    where = processes(1) if here else processes(workers, _start, (shared,))
    bound = partial(work, shared) if here else partial(_with_shared, work)
    store = _Memory(bound, numbers)
    agenda = Agenda([POINT], len(numbers), _size(len(numbers), workers, chunk))
    told = (lambda runs, _: progress(runs)) if progress else None
    with threadpool_limits(limits=1) if here else nullcontext():
        Loop(agenda, store, where, told).play()
    return [found for _, found in sorted(store.found.items(), key=itemgetter(0))]


def _size(runs: int, workers: int, chunk: int) -> int:
    """How many runs a batch has: one chunk here, so that progress is seen."""
    shared = runs // (chunk * SHARES * workers)
    return chunk if workers <= 1 else chunk * max(1, min(CHUNKS, shared))


class _Memory(Store[T]):
    """Keeps what came of each batch; whatever goes wrong in one ends all."""

    def __init__(self, work: Callable[[Ints], T], numbers: Ints) -> None:
        self.work, self.numbers = work, numbers
        self.found: dict[int, T] = {}  # by its first run

    def sent(self, batch: Batch) -> Callable[[], Done[T]]:
        some = self.numbers[batch.first : batch.first + batch.count]
        return partial(_done, self.work, some)

    def keep(self, batch: Batch, done: Done[T]) -> Part:
        if done.data is None:
            raise RunError(f"run {self.numbers[batch.first]} failed: {done.failed[0][1]}")
        self.found[batch.first] = done.data
        return Part(batch)

    def lost(self, batch: Batch, error: Exception) -> None:
        raise error


def _done(work: Callable[[Ints], T], numbers: Ints) -> Done[T]:
    return Done(work(numbers))


def _start(shared: Any) -> None:
    _shared[:] = [shared]
    keep_memory()


def _with_shared(work: Work[Any, T], numbers: Ints) -> T:
    return work(_shared[0], numbers)
