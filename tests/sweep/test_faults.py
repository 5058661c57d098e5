"""Trials of a sweep as its users start it: killed, crowded out, stopped, on a cluster."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sim import sweep
from sim.runner import executors
from tests.heeding import heeding
from tests.sweep import made

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
KILLS = 8
ENV = {**os.environ, "PYTHONPATH": str(ROOT)}
BATCHES = """\
import sys
from sim.runner import batches
batches.SMALLEST, batches.SHARES = 150, 1_000
from sim.cli import main
sys.argv[0] = "plenary"
main()
"""


def started(file: Path, out: Path, *more: str) -> subprocess.Popen[str]:
    """Start a sweep with small batches, in a process of its own."""
    said = ["sweep", str(file), "--out", str(out), "--no-figures", *more]
    return subprocess.Popen(
        [sys.executable, "-c", BATCHES, *said],
        env=ENV,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=heeding,  # noqa: PLW1509
    )


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made.experiment(
        tmp_path_factory.mktemp("made"), made.EXPERIMENT.replace("runs: 300", "runs: 1200")
    )


@pytest.fixture(scope="module")
def whole(file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("whole")
    sweep.run(sweep.plan(file), out)
    return out


def finished(process: subprocess.Popen[str]) -> str:
    """Wait until a sweep is done; what it said on standard error."""
    _, said = process.communicate(timeout=120)
    assert process.returncode == 0, said
    return said


def children(process: int) -> list[int]:
    """Processes that this one started and that still are, where the system tells."""
    listed = Path(f"/proc/{process}/task/{process}/children")
    return [int(n) for n in listed.read_text().split()] if listed.exists() else []


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().split()[2] != "Z"
    except OSError:
        return False


def test_killed_at_any_moment_it_ends_with_the_same_table(
    file: Path, whole: Path, tmp_path: Path
) -> None:
    """Kills come at random moments, each sweep going on where the last one was killed."""
    luck = random.Random(193)
    out, kills, orphans = tmp_path / "out", 0, []
    while kills < KILLS:
        process = started(file, out, "--workers", "2")
        wanted = luck.uniform(0.0, 0.5)
        begun = time.monotonic()
        while not (out / "status.jsonl").exists() and process.poll() is None:
            time.sleep(0.01)
        while process.poll() is None and time.monotonic() - begun < 0.8 + wanted:
            time.sleep(0.005)
        if process.poll() is None:
            orphans += children(process.pid)
            os.kill(process.pid, signal.SIGKILL)
            kills += 1
        process.communicate()
        if process.returncode == 0:  # done before it was killed: once more from the beginning
            assert made.table(out) == made.table(whole)
            out = tmp_path / f"out{kills}"
    finished(started(file, out, "--workers", "2"))
    assert made.table(out) == made.table(whole)
    deadline = time.monotonic() + 5
    while any(map(alive, orphans)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [process for process in orphans if alive(process)]


def test_ctrl_c_ends_it_with_what_to_type_to_go_on(file: Path, whole: Path, tmp_path: Path) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        out = tmp_path / number.name
        process = started(file, out, "--workers", "2")
        while not list(out.glob("parts/*.parquet")) and process.poll() is None:
            time.sleep(0.01)
        os.killpg(process.pid, number) if number == signal.SIGINT else process.send_signal(number)
        _, said = process.communicate(timeout=60)
        assert process.returncode == 130, said
        assert "what was done is kept" in said
        assert f"to go on: plenary sweep {file} --out {out} --no-figures --workers 2" in said
        assert "Traceback" not in said
        finished(started(file, out))
        assert made.table(out) == made.table(whole)


def test_two_at_once_one_gives_way(file: Path, whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    both = [started(file, out) for _ in range(2)]
    said = [process.communicate(timeout=120)[1] for process in both]
    assert 0 in {process.returncode for process in both}
    for process, errors in zip(both, said, strict=True):
        if process.returncode:
            assert process.returncode == 1
            assert "another sweep is writing into" in errors
            assert "Traceback" not in errors
    assert made.table(out) == made.table(whole)


def test_a_file_that_may_not_grow_ends_it_in_a_sentence(
    file: Path, whole: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    limited = subprocess.Popen(
        [sys.executable, "-c", BATCHES, "sweep", str(file), "--out", str(out), "--no-figures"],
        env=ENV,
        text=True,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000)),  # noqa: PLW1509
    )
    _, said = limited.communicate(timeout=120)
    assert limited.returncode == 1
    assert "larger than this system allows; what is there is whole" in said
    assert "Traceback" not in said
    finished(started(file, out))
    assert made.table(out) == made.table(whole)


# On a cluster, here of two workers on this machine


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Start a Dask scheduler and workers by hand, as docs/how-to/cluster.md does."""
    pytest.importorskip("distributed")
    file = folder / "scheduler.json"
    place = ["--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(file)]
    processes = [dask("scheduler", *place)]
    try:
        wait_for(file.exists)
        for number in range(workers):
            own = str(folder / f"worker{number}")
            options = ["--nthreads", "1", "--no-nanny", "--local-directory", own]
            processes.append(dask("worker", "--scheduler-file", str(file), *options))
        url = json.loads(file.read_text())["address"]
        wait_for(lambda: workers_of(url) == workers)
        yield url, processes
    finally:
        for process in processes:
            process.kill()
            process.wait()


def dask(what: str, *options: str) -> subprocess.Popen[bytes]:
    """Start one of Dask's own programs."""
    program = [sys.executable, "-m", f"distributed.cli.dask_{what}", "--no-dashboard"]
    nowhere = subprocess.DEVNULL
    return subprocess.Popen([*program, *options], env=ENV, stdout=nowhere, stderr=nowhere)


def wait_for(what: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def workers_of(url: str) -> int:
    from distributed import Client

    with Client(url, set_as_default=False, timeout="10s") as client:
        return len(client.ncores())


def test_a_cluster_gives_the_same_table_though_a_worker_is_killed(
    file: Path, whole: Path, tmp_path: Path
) -> None:
    with cluster(tmp_path, 2) as (url, (_, *workers)):
        finished(started(file, tmp_path / "calm", "--on", url))
        assert made.table(tmp_path / "calm") == made.table(whole)
        out = tmp_path / "out"
        process = started(file, out, "--on", url)
        wait_for(lambda: list(out.glob("parts/*.parquet")))
        workers[0].kill()
        finished(process)
        assert made.table(out) == made.table(whole)


def test_a_scheduler_that_is_lost_ends_it_in_a_sentence(file: Path, tmp_path: Path) -> None:
    many = ("--runs", "9000")  # so that it is not done before the scheduler is gone
    with cluster(tmp_path, 1) as (url, others):
        out = tmp_path / "out"
        process = started(file, out, "--on", url, *many)
        wait_for(lambda: list(out.glob("parts/*.parquet")))
        others[0].kill()
        _, said = process.communicate(timeout=60)
    assert process.returncode == 1, said
    assert "the scheduler of the cluster is gone" in said
    assert "what was done is kept" in said
    assert "the same command goes on" in said
    assert "Traceback" not in said
    finished(started(file, out, *many))
    finished(started(file, tmp_path / "fresh", *many))
    assert made.table(out) == made.table(tmp_path / "fresh")


def test_nobody_there_and_no_workers_are_said(file: Path, tmp_path: Path) -> None:
    process = started(file, tmp_path / "out", "--on", "tcp://127.0.0.1:1")
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "no Dask scheduler answers at tcp://127.0.0.1:1" in said
    assert "Traceback" not in said
    with cluster(tmp_path, 0) as (url, _):
        process = started(file, tmp_path / "out", "--on", url)
        _, said = process.communicate(timeout=60)
        assert process.returncode == 2
        assert "has no workers" in said


def test_a_pool_is_stopped_though_a_worker_was_killed_while_it_sent_a_result() -> None:
    pool = executors.processes(2).make()
    assert pool.submit(int, "7").result() == 7
    pool.submit(time.sleep, 60)
    writer = pool._result_queue._writer  # type: ignore[attr-defined]
    os.write(writer.fileno(), struct.pack("!i", 1_000))  # of which no more will come
    time.sleep(0.2)
    executors.stop(pool)
    ending = threading.Thread(target=pool.shutdown, daemon=True)
    ending.start()
    ending.join(20)
    assert not ending.is_alive()
