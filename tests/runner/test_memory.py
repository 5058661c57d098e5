"""Batches that stay in memory: whole and in order, whoever computes them and whoever dies."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.errors import RunError
from sim.runner.memory import gathered

NUMBERS = np.arange(40)[::-1]


def told(shared: int, numbers: np.ndarray[Any, Any]) -> list[str]:
    return [f"run {shared + number}" for number in numbers.tolist()]


def dying_once(flag: Path, numbers: np.ndarray[Any, Any]) -> list[str]:
    if 7 in numbers and not flag.exists():
        flag.touch()
        os._exit(1)
    return told(0, numbers)


def dying(wrong: int, numbers: np.ndarray[Any, Any]) -> list[str]:
    if wrong in numbers:
        os._exit(1)
    return told(0, numbers)


def raising(wrong: int, numbers: np.ndarray[Any, Any]) -> list[str]:
    if wrong in numbers:
        raise ZeroDivisionError("a run has no members")
    return told(0, numbers)


@pytest.mark.parametrize("workers", [1, 2])
def test_all_runs_are_there_in_the_order_of_their_numbers(workers: int) -> None:
    done: list[int] = []
    parts = gathered(told, 100, NUMBERS, workers=workers, chunk=3, progress=done.append)
    assert [said for part in parts for said in part] == told(100, NUMBERS)
    assert max(map(len, parts)) == 3
    assert sum(done) == len(NUMBERS)


def test_a_worker_that_dies_costs_nothing(tmp_path: Path) -> None:
    parts = gathered(dying_once, tmp_path / "died", NUMBERS, workers=2, chunk=3)
    assert (tmp_path / "died").exists()
    assert [said for part in parts for said in part] == told(0, NUMBERS)


def test_a_run_that_kills_its_process_is_named() -> None:
    with pytest.raises(RunError, match="run 7 failed: its worker died"):
        gathered(dying, 7, NUMBERS[-10:], workers=2, chunk=3)


@pytest.mark.parametrize("workers", [1, 2])
def test_what_a_run_raises_ends_all(workers: int) -> None:
    with pytest.raises(ZeroDivisionError, match="no members"):
        gathered(raising, 7, NUMBERS, workers=workers, chunk=3)
