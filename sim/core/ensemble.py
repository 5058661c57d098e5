"""Many runs at once: chunks that fit the processor's cache, spread over processes.

Neither the size of a chunk nor the number of processes changes a bit of any run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from sim.core import processes
from sim.core.agenda import sessions
from sim.core.ask import play as answer_all
from sim.core.outcomes import Outcomes, collect, join
from sim.core.setting import Setting
from sim.core.world import begin

Ints = npt.NDArray[np.int64]
Progress = Callable[[int], None]
Play = Callable[[Setting, Ints, bool], Outcomes]  # runs of a setting; whether to keep decisions
Shared = TypeVar("Shared")
Part = TypeVar("Part")

CHUNK = 64  # runs computed together: more, and their arrays leave the processor's cache
KEPT = 4_000  # runs up to which every decision is kept, not only how often it was taken
BATCH = 16  # chunks a worker takes at a time: enough to be worth a message, few enough to share
ROOM = 2**24  # bytes; see keep_memory

_shared: list[Any] = []  # in a worker: what it was started with, such as the setting


def ensemble(
    setting: Setting,
    runs: int | Sequence[int] = 200,
    *,
    workers: int = 1,
    chunk: int = CHUNK,
    keep: bool | None = None,
    progress: Progress | None = None,
    play: Play | None = None,
) -> Outcomes:
    """Play a setting many times and collect what came of it.

    Args:
        setting: the scenario as arrays.
        runs: how many, numbered from 0, or the numbers themselves.
        workers: processes; 1 computes here.
        chunk: runs computed together; results do not depend on it.
        keep: keep each run's decisions; by default up to 4,000 runs.
        progress: called with the number of runs just finished.
        play: who plays a chunk; by default the model alone.

    Returns:
        The outcomes, a row a run in the order of the numbers.
    """
    numbers = numbered(runs)
    keep = len(numbers) <= KEPT if keep is None else keep
    # Who plays goes to each process once, with the setting: a forked one knows any class.
    work, shared = partial(_play, keep=keep), (setting, play or play_chunk)
    parts = in_pieces(work, shared, numbers, workers=workers, chunk=chunk)
    return join(_reported(parts, progress))


def numbered(runs: int | Sequence[int]) -> Ints:
    """Give the numbers of runs: so many from 0, or those that are given."""
    return np.arange(runs) if isinstance(runs, int) else np.asarray(runs, dtype=np.int64)


def in_pieces(
    work: Callable[[Shared, list[Ints]], Part],
    shared: Shared,
    numbers: Ints,
    *,
    workers: int = 1,
    chunk: int = CHUNK,
) -> Iterator[Part]:
    """Do work on pieces of runs, here or in processes, and give what it returns, in order.

    Args:
        work: takes ``shared`` and a list of pieces; other processes must be able to import it.
        shared: what all pieces need, handed to each process once.
        numbers: of the runs.
        workers: processes; 1 works here.
        chunk: runs in a piece.
    """
    pieces = [numbers[i : i + chunk] for i in range(0, len(numbers), chunk)]
    if workers <= 1:
        return _here(work, shared, pieces)
    return _spread(work, shared, pieces, workers)


def play_chunk(setting: Setting, numbers: Ints, keep: bool = True) -> Outcomes:
    """Play the runs of these numbers together, from start to end."""
    world = begin(setting, numbers)
    answer_all(sessions(setting, world))
    return collect(setting, world, keep)


def _play(shared: tuple[Setting, Play], pieces: list[Ints], keep: bool) -> Outcomes:
    setting, play = shared
    return join(play(setting, piece, keep) for piece in pieces)


def _here(
    work: Callable[[Shared, list[Ints]], Part], shared: Shared, pieces: list[Ints]
) -> Iterator[Part]:
    keep_memory()
    with threadpool_limits(limits=1):
        yield from (work(shared, [piece]) for piece in pieces)


def _spread(
    work: Callable[[Shared, list[Ints]], Part], shared: Shared, pieces: list[Ints], workers: int
) -> Iterator[Part]:
    size = max(1, min(BATCH, len(pieces) // (16 * workers)))  # small ones, so that all end together
    batches = [pieces[i : i + size] for i in range(0, len(pieces), size)]
    with processes.pool(workers, _start, (shared,)) as pool:
        yield from pool.map(partial(_work, work), batches)


def keep_memory() -> None:
    """Let the allocator keep what one chunk frees for the next.

    The GNU C library hands blocks back to the system, and asks for them again, unless a larger
    one was freed before; without this one, never touched, half of a run is spent on that.
    """
    np.empty(ROOM, dtype=np.uint8)


def _start(shared: Any) -> None:
    _shared[:] = [shared]
    keep_memory()


def _work(work: Callable[[Any, list[Ints]], Part], pieces: list[Ints]) -> Part:
    return work(_shared[0], pieces)


def _reported(parts: Iterator[Outcomes], progress: Progress | None) -> Iterator[Outcomes]:
    for part in parts:
        if progress:
            progress(part.runs)
        yield part
