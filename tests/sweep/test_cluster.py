"""Who computes: what Dask must be before anything is sent to it, without a cluster."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest

from sim.errors import InputError, RunError
from sim.study.provenance import SHOWS, code_digest
from sim.sweep import cluster

URL = "tcp://127.0.0.1:8786"


class Scheduler:
    """A client of a scheduler whose workers have two cores each, and code with these digests."""

    def __init__(self, *theirs: str) -> None:
        self.theirs = theirs
        self.closed = False

    def __call__(self, url: str, **_: Any) -> Scheduler:
        return self

    def ncores(self) -> dict[str, int]:
        return dict.fromkeys(self.theirs, 2)

    def run(self, *_: Any, **__: Any) -> dict[str, str]:
        return {f"worker{n}": code for n, code in enumerate(self.theirs)}

    def close(self) -> None:
        self.closed = True


def served(monkeypatch: pytest.MonkeyPatch, *codes: str) -> Scheduler:
    client = Scheduler(*codes)
    monkeypatch.setitem(sys.modules, "distributed", SimpleNamespace(Client=client))
    return client


def test_without_dask_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(RunError, match=r'needs Dask: pip install "plenary\[cluster\]"'):
        cluster.dask(URL)


def test_a_worker_with_other_code_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    client = served(monkeypatch, code_digest(without=SHOWS), "0" * 64)
    with pytest.raises(InputError) as refused:
        cluster.dask(URL)
    (mistake,) = refused.value.mistakes
    assert mistake.problem == "these Dask workers do not have this version of plenary"
    assert mistake.value == "worker1"
    assert client.closed


def test_workers_with_our_code_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    client = served(monkeypatch, code_digest(without=SHOWS))
    assert cluster.dask(URL).count == 2
    assert not client.closed
