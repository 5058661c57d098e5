"""How much work takes beside a fixed piece of plain Python, so that limits hold on any machine."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

STEPS = 500_000


def of_children() -> float:
    """Processor seconds of all processes that were started from here and have ended."""
    spent = os.times()
    return spent.children_user + spent.children_system


def plain_work() -> float:
    """Processor seconds that a fixed piece of plain Python takes: about .025 on a quick machine."""
    begun, total = time.process_time(), 0
    for step in range(STEPS):
        total += step % 7
    return time.process_time() - begun


def cost(
    work: Callable[[], object], tries: int = 3, clock: Callable[[], float] = time.process_time
) -> float:
    """Processor time of `work` in pieces of plain work: the least of several tries.

    Each try has a piece of plain work before and after it, since a machine that others use as well
    is quick in one moment and slow in the next.
    """

    def once() -> float:
        before, begun = plain_work(), clock()
        work()
        spent = clock() - begun
        return 2 * spent / (before + plain_work())

    return min(once() for _ in range(tries))
