"""Pools of processes, started alike whatever another library has made of Python's default.

Importing Mesa, for one, sets the default to spawn, where each worker would read anew what a
forked one knows already.
"""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any

METHOD = "fork" if sys.platform == "linux" else "spawn"  # forking is not safe on macOS


def pool(
    count: int, start: Callable[..., None], given: tuple[Any, ...] = ()
) -> ProcessPoolExecutor:
    """Make a pool of so many processes, each of which begins with ``start(*given)``."""
    context = multiprocessing.get_context(METHOD)
    return ProcessPoolExecutor(count, context, initializer=start, initargs=given)
