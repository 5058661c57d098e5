"""Pools of processes, started alike whatever another library has made of Python's default.

Importing Mesa, for one, sets the default to spawn, where each worker would read anew what a
forked one knows already.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from threadpoolctl import threadpool_limits

METHOD = "fork" if sys.platform == "linux" else "spawn"  # forking is not safe on macOS


def pool(
    count: int, start: Callable[..., None] | None = None, given: tuple[Any, ...] = ()
) -> ProcessPoolExecutor:
    """Make a pool of so many processes, each of which begins with ``start(*given)``.

    A worker has one thread, is deaf to Ctrl-C, and is gone when its parent is.
    """
    context = multiprocessing.get_context(METHOD)
    whole = (os.getpid(), start, given)
    return ProcessPoolExecutor(count, context, initializer=_begin, initargs=whole)


def _begin(parent: int, start: Callable[..., None] | None, given: tuple[Any, ...]) -> None:
    # Ctrl-C reaches workers too. One that dies of it breaks the pool, whose own thread may then
    # fail on what was cancelled and never end; the parent alone decides to stop.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threadpool_limits(limits=1)  # for as long as the worker lives
    threading.Thread(target=_leave_with, args=(parent,), daemon=True).start()
    if start is not None:
        start(*given)


def _leave_with(parent: int) -> None:
    """End this process once its parent is gone: a killed parent ends nobody, and an orphan would
    hold what it inherited, the lock of a folder among it.
    """
    while os.getppid() == parent:
        time.sleep(0.25)
    os._exit(0)
