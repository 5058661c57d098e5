"""Pools begin alike, whatever another library has made of Python's default."""

from __future__ import annotations

import subprocess
import sys

import pytest

from sim.core import processes

KNOWN = []  # filled below: only a forked worker knows it


def knows() -> int:
    return len(KNOWN)


@pytest.mark.skipif(processes.METHOD != "fork", reason="this system does not fork")
def test_workers_know_what_this_process_knows() -> None:
    KNOWN.append(1)
    with processes.pool(1, int) as pool:
        assert pool.submit(knows).result(timeout=60) == 1


def test_importing_mesa_does_not_change_how_workers_begin() -> None:
    code = (
        "import mesa, multiprocessing\n"
        "from sim.core import processes\n"
        "multiprocessing.set_start_method('spawn', force=True)\n"
        "pool = processes.pool(1, int)\n"
        "print(pool._mp_context.get_start_method() == processes.METHOD)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"
