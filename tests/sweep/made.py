"""A small experiment on a small scenario, planned."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

from sim import sweep
from sim.sweep import work
from sim.sweep.planning import Plan
from tests.small import write

EXPERIMENT = """\
title: A small experiment
question: Does it matter whom India is near to?
scenario: small.yaml
vary:
  IND.position.SOV: {from: 0, to: 100, steps: 3}
  forums.room.rules: [un_general_assembly, two_thirds]
runs: 300
"""
PARTS = "parts"


def experiment(folder: Path, text: str = EXPERIMENT, name: str = "small-experiment.yaml") -> Path:
    """Write an experiment and its scenario into a folder."""
    write(folder)
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def planned(folder: Path, text: str = EXPERIMENT, **said: Any) -> Plan:
    """An experiment on the small scenario, ready to be played."""
    return sweep.plan(experiment(folder, text), **said)


def table(folder: Path) -> bytes:
    """The bytes of a sweep's tables: all that must not depend on how it came about."""
    return b"".join((folder / n).read_bytes() for n in ("results.parquet", "votes.parquet"))


def names(folder: Path) -> list[str]:
    """The names of a sweep's parts."""
    return sorted(f.name for f in (folder / PARTS).iterdir())


class Lazy(Executor):
    """Computes each task only when it is its turn, last come first served."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Future[Any], Any, tuple[Any, ...]]] = []

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.waiting.append((future, fn, args))
        if len(self.waiting) == 3:
            self.flush()
        return future

    def flush(self) -> None:
        while self.waiting:
            future, fn, args = self.waiting.pop()
            future.set_result(fn(*args))


def failing(runs: Iterator[int] | set[int]) -> Any:
    """A stand-in for the playing of a chunk that raises at some runs."""
    wrong = set(runs)
    real = work.play_chunk

    def play_chunk(setting: Any, numbers: Any, keep: bool) -> Any:
        if wrong & set(numbers.tolist()):
            raise FloatingPointError("a number went astray")
        return real(setting, numbers, keep)

    return play_chunk


def dying(run: int) -> Any:
    """A stand-in that kills its process at one run; its point does not matter."""
    real = work.play_chunk

    def play_chunk(setting: Any, numbers: Any, keep: bool) -> Any:
        if run in numbers.tolist():
            os._exit(1)
        return real(setting, numbers, keep)

    return play_chunk


def command(file: Path, out: Path, *more: str) -> list[str]:
    """The command line of a sweep."""
    return [sys.executable, "-m", "sim", "sweep", str(file), "--out", str(out), *more]
