"""Many runs at once, in chunks that fit the processor's cache.

The size of a chunk changes no bit of any run. Processes are for `sim.runner`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from sim.core.agenda import sessions
from sim.core.ask import play as answer_all
from sim.core.outcomes import Outcomes, collect, join
from sim.core.setting import Setting
from sim.core.world import begin

Ints = npt.NDArray[np.int64]
Progress = Callable[[int], None]
Play = Callable[[Setting, Ints, bool], Outcomes]  # runs of a setting; whether to keep decisions
Failed = Callable[[int, Exception], None]  # told which run fails, and how

CHUNK = 64  # runs computed together: more, and their arrays leave the processor's cache
KEPT = 4_000  # runs up to which every decision is kept, not only how often it was taken
ROOM = 2**24  # bytes; see keep_memory


def ensemble(
    setting: Setting,
    runs: int | Sequence[int] = 200,
    *,
    chunk: int = CHUNK,
    keep: bool | None = None,
) -> Outcomes:
    """Play a setting many times and collect what came of it.

    Args:
        setting: the scenario as arrays.
        runs: how many, numbered from 0, or the numbers themselves.
        chunk: runs computed together; results do not depend on it.
        keep: keep each run's decisions; by default up to 4,000 runs.

    Returns:
        The outcomes, a row a run in the order of the numbers.
    """
    numbers = numbered(runs)
    keep_memory()
    with threadpool_limits(limits=1):
        return join(chunks(play_chunk, setting, numbers, kept(numbers, keep), chunk))


def numbered(runs: int | Sequence[int]) -> Ints:
    """Give the numbers of runs: so many from 0, or those that are given."""
    return np.arange(runs) if isinstance(runs, int) else np.asarray(runs, dtype=np.int64)


def kept(numbers: Ints, keep: bool | None) -> bool:
    """Whether every decision is kept: as asked, or else while there are few runs."""
    return len(numbers) <= KEPT if keep is None else keep


def chunks(
    play: Play,
    setting: Setting,
    numbers: Ints,
    keep: bool,
    chunk: int = CHUNK,
    failed: Failed | None = None,
) -> Iterator[Outcomes]:
    """Play runs a chunk at a time, and give the outcomes of each.

    Args:
        play: who plays a chunk.
        setting: the scenario as arrays.
        numbers: of the runs.
        keep: keep each run's decisions.
        chunk: runs computed together.
        failed: told of runs that fail, which are then left out: a chunk that fails is halved until
            the failing run stands alone. Without it, what a run raises ends all.
    """
    for begun in range(0, len(numbers), chunk):
        some = numbers[begun : begun + chunk]
        if failed is None:
            yield play(setting, some, keep)
        else:
            yield from _halving(play, setting, some, keep, failed)


def _halving(
    play: Play, setting: Setting, numbers: Ints, keep: bool, failed: Failed
) -> Iterator[Outcomes]:
    try:
        yield play(setting, numbers, keep)
    except Exception as error:
        if len(numbers) == 1:
            failed(int(numbers[0]), error)
            return
        for half in np.array_split(numbers, 2):
            yield from _halving(play, setting, half, keep, failed)


def play_chunk(setting: Setting, numbers: Ints, keep: bool = True) -> Outcomes:
    """Play the runs of these numbers together, from start to end."""
    world = begin(setting, numbers)
    answer_all(sessions(setting, world))
    return collect(setting, world, keep)


def keep_memory() -> None:
    """Let the allocator keep what one chunk frees for the next.

    The GNU C library hands blocks back to the system, and asks for them again, unless a larger
    one was freed before; without this one, never touched, half of a run is spent on that.
    """
    np.empty(ROOM, dtype=np.uint8)
