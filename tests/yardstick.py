"""How fast this machine is just now, so that limits of time hold on any machine."""

from __future__ import annotations

import os
import time

STEPS = 500_000


def of_children() -> float:
    """Processor seconds of all processes that were started from here and have ended."""
    spent = os.times()
    return spent.children_user + spent.children_system


def plain_work() -> float:
    """Processor seconds that a fixed piece of plain Python takes: the least of several."""

    def once() -> float:
        begun, total = time.process_time(), 0
        for step in range(STEPS):
            total += step % 7
        return time.process_time() - begun

    return min(once() for _ in range(7))
