"""The loop: it sends batches, hands on what comes back, and survives what breaks.

What a batch is and where it goes is the store's: a sweep's folder, or memory.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    wait,
)
from dataclasses import dataclass
from typing import Generic, TypeVar

from sim.errors import RunError
from sim.runner import executors
from sim.runner.agenda import Agenda
from sim.runner.batches import Batch, Part
from sim.runner.executors import Workers

T = TypeVar("T")
Progress = Callable[[int, int], None]  # runs that were just done, and runs that are to be done
Say = Callable[[str], None]
Failures = tuple[tuple[int, str], ...]

PATIENCE = 12  # times that workers may die before any batch comes back


@dataclass(frozen=True)
class Done(Generic[T]):
    """A batch that was played: what came of it, and the runs that failed with what they said."""

    data: T | None  # None where every run failed
    failed: Failures = ()
    seconds: float = 0.0  # of computing, by the processor's clock


class Store(ABC, Generic[T]):
    """What is played, and where it is kept."""

    rest = ""  # what is said of all that was done, where workers die

    @abstractmethod
    def sent(self, batch: Batch) -> Callable[[], Done[T]]:
        """Give what a worker is to do for a batch, which is sent now; it must be picklable."""

    @abstractmethod
    def keep(self, batch: Batch, done: Done[T]) -> Part:
        """Keep what came of a batch."""

    def introduce(self, pool: Executor) -> None:
        """See that workers that were just made can play; raise if they cannot."""

    def lost(self, batch: Batch, error: Exception) -> None:
        """Raise, unless a batch is to be sent again that failed on its way or as a whole."""

    def aborted(self, batch: Batch) -> None:
        """Take note that a batch will not come back."""


class Loop(Generic[T]):
    """Who is in flight, and who is suspected of killing a worker."""

    def __init__(
        self,
        agenda: Agenda,
        store: Store[T],
        workers: Workers,
        progress: Progress | None = None,
        say: Say = lambda _: None,
    ) -> None:
        self.agenda, self.store, self.workers = agenda, store, workers
        self.progress, self.say = progress, say
        self.flying: dict[Future[Done[T]], Batch] = {}
        self.suspects: deque[Batch] = deque()  # to be sent alone
        self.resent: set[Batch] = set()
        self.deaths = 0  # of pools, since a batch last came back
        self.pool: Executor | None = None

    def play(self) -> None:
        """Play until every point has all its runs.

        Raises:
            RunError: workers die as soon as they start; or what the store raises.
            CancelledError: a cluster cancelled what was sent there.
        """
        self._advance(self.agenda.total - self.agenda.left)
        try:
            while self._send():
                done, _ = wait(self.flying, return_when=FIRST_COMPLETED)
                for future in done:
                    if future in self.flying:  # not if an earlier one broke the pool
                        self._receive(future)
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
        task = self.store.sent(batch)
        if self.pool is None:
            self.pool = self.workers.make()
            self.store.introduce(self.pool)
        try:
            self.flying[self.pool.submit(task)] = batch
        except BrokenExecutor as error:
            self._broken([*self.flying.values(), batch], error)

    def _receive(self, future: Future[Done[T]]) -> None:
        batch = self.flying.pop(future)
        try:
            done = future.result()
        except BrokenExecutor as error:
            self._broken([batch, *self.flying.values()], error)
        except CancelledError:
            raise
        except Exception as error:  # lost on the way: a worker of a cluster died, or could not send
            self.store.lost(batch, error)
            self._lost(batch, error)
        else:
            self.deaths = 0
            self._keep(batch, done)

    def _keep(self, batch: Batch, done: Done[T]) -> None:
        for run, error in done.failed[:1]:
            more = f" (and {len(done.failed) - 1} more)" if len(done.failed) > 1 else ""
            self.say(f"run {run} of point {batch.point} failed{more}: {error}")
        self.agenda.back(self.store.keep(batch, done))
        self._advance(batch.count)

    def _broken(self, batches: list[Batch], error: BaseException) -> None:
        """A worker died, and with it the pool: who was in it is played again, each alone."""
        self.flying.clear()
        self._end_pool()
        self.deaths += 1
        if self.deaths > PATIENCE:
            raise RunError(f"workers die as soon as they start{self.store.rest}") from error
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
            return self._keep(batch, Done(None, ((batch.first, said),)))
        self.suspects.extend(again)
        return self.resent.update(again)

    def _end_pool(self) -> None:
        if self.pool is not None:
            self.pool.shutdown(wait=True, cancel_futures=True)
            self.pool = None

    def _abort(self) -> None:
        for future, batch in self.flying.items():
            future.cancel()
            self.store.aborted(batch)
        if self.pool is not None:
            executors.stop(self.pool)

    def _advance(self, runs: int) -> None:
        if self.progress:
            self.progress(runs, self.agenda.total)
