"""The workers of a Dask cluster: asked whether they have our code, and sent batches."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import CancelledError, Executor, Future
from typing import Any, ParamSpec, TypeVar

from sim.errors import InputError, Mistake, RunError
from sim.runner.executors import Workers
from sim.study.provenance import SHOWS, code_digest

P = ParamSpec("P")
T = TypeVar("T")

CONNECT = "10s"


def dask(url: str) -> Workers:
    """The workers of a running Dask scheduler, such as tcp://127.0.0.1:8786.

    Raises:
        RunError: dask.distributed is not installed, or nobody answers there.
        InputError: the scheduler has no workers.
    """
    try:
        from distributed import Client
    except ImportError:
        raise RunError('--on needs Dask: pip install "plenary[cluster]"') from None
    _hush()
    try:
        client = Client(url, timeout=CONNECT, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise RunError(f"no Dask scheduler answers at {url}: {error}") from None
    cores = sum(client.ncores().values())
    if not cores:
        client.close()
        problem = "the Dask scheduler has no workers; start one: dask worker"
        raise InputError(Mistake(problem, value=url, allowed=f"dask worker {url}"))
    _same_code(client, url)
    return Workers(lambda: _OfDask(client), cores)


def _hush() -> None:
    """Keep Dask's own log of what fails to itself: it is told by us, in a sentence."""
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] in ("distributed", "tornado", "asyncio"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def _same_code(client: Any, url: str) -> None:
    """Runs of other code are other runs."""
    ours = code_digest(without=SHOWS)
    theirs = client.run(code_digest, without=SHOWS, on_error="return")
    wrong = sorted(worker for worker, found in theirs.items() if found != ours)
    if wrong:
        client.close()
        problem = "these Dask workers do not have this version of plenary"
        raise InputError(Mistake(problem, url, value=", ".join(wrong)))


class _OfDask(Executor):
    """A Dask client as an executor; tasks may be played twice, for they are the same each time.

    A client that has lost its scheduler cancels what is in flight, and would let whatever is sent
    from then on wait for ever.
    """

    def __init__(self, client: Any) -> None:
        self.client = client
        self.inner: Executor = client.get_executor(pure=False, retries=2)

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        if self.client.status != "running":
            raise CancelledError
        return self.inner.submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self.inner.shutdown(wait=wait and not cancel_futures)
        self.client.close()
