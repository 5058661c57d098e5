"""Where batches are computed: in this process, in a pool of processes, or by what is lent.

All are executors of `concurrent.futures`, so that one loop serves them.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

from sim.core.processes import pool

P = ParamSpec("P")
T = TypeVar("T")

IN_FLIGHT = 4  # batches a worker that are sent before any comes back


class Here(Executor):
    """Computes at once, in this process."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Compute; what is raised is in the future, but for an interruption."""
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


@dataclass(frozen=True)
class Workers:
    """A way to make an executor, again if it breaks, and how many compute in it."""

    make: Callable[[], Executor]
    count: int

    @property
    def room(self) -> int:
        """How many batches may be in flight."""
        return 1 if self.make is Here else IN_FLIGHT * self.count


def processes(
    count: int, start: Callable[..., None] | None = None, given: tuple[Any, ...] = ()
) -> Workers:
    """So many processes, which begin with ``start(*given)``; one computes in this one."""
    if count == 1:
        return Workers(Here, 1)
    return Workers(lambda: pool(count, start, given), count)


def given(executor: Executor, count: int) -> Workers:
    """An executor that the caller made, and ends; if it breaks it cannot be made again."""
    return Workers(lambda: _Lent(executor), count)


class _Lent(Executor):
    def __init__(self, executor: Executor) -> None:
        self.executor = executor

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        return self.executor.submit(fn, *args, **kwargs)


def stop(ended: Executor) -> None:
    """End the processes of a pool at once: what they compute will not be used."""
    running = getattr(ended, "_processes", None)  # Python 3.14 has a public way
    for process in list((running or {}).values()):
        process.kill()  # one that was just forked may not heed a gentler signal yet
    results = getattr(ended, "_result_queue", None)
    if results is not None:
        # Who was killed while it sent a result leaves half of one: the pool would wait for the
        # rest for ever, as this process could still write it.
        results._writer.close()
