"""The loop: however a sweep is played, stopped or broken, its table is the same."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from sim import disk, sweep
from sim.build import setting
from sim.core.ensemble import ensemble
from sim.errors import InputError, Interrupted, RunError
from sim.results.writeup import write_up
from sim.runner import batches, executors
from sim.runner.executors import Workers
from sim.scenario import load
from sim.sweep import folder, work
from sim.sweep.folder import opened
from sim.sweep.planning import Plan
from sim.sweep.status import State, entries
from tests.sweep import made


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several batches a point, so that there is something to lose."""
    monkeypatch.setattr(batches, "SMALLEST", 100)
    monkeypatch.setattr(batches, "SHARES", 1_000)


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return made.planned(tmp_path_factory.mktemp("made"))


@pytest.fixture(scope="module")
def whole(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sweep as it is if nothing happens."""
    out = tmp_path_factory.mktemp("whole")
    sweep.run(plan, out)
    return out


def test_its_runs_are_those_of_the_ensemble(plan: Plan, whole: Path) -> None:
    study = sweep.read(whole)
    file = plan.experiment.file.parent / "small.yaml"
    for point in study.points:
        alone = ensemble(setting(load(file, point.settings), load(file)), 300)
        found = study.source.values(point.id, "73/27.plenary.in_favour")
        reached = ~np.isnan(found)
        assert np.array_equal(found[reached], alone.number("73/27.plenary.in_favour")[reached])
        assert np.array_equal(study.source.worlds(point.id), alone.table["world"])
        chances = study.chances(point, "73/27", "plenary")
        assert np.allclose(chances, alone.chances("73/27", "plenary"))


def test_it_knows_what_it_is_of_and_of_what_day(whole: Path) -> None:
    facts = sweep.read(whole).facts
    assert (facts.scenario, facts.title) == ("small", "A small vote")
    assert (facts.data, facts.seed) == ("2018-10-01", 7)


def test_the_table_says_what_was_varied(plan: Plan, whole: Path) -> None:
    table = pq.read_table(whole / "results.parquet")
    assert len(table) == 7 * 300
    assert table.column_names[:5] == [
        "point",
        "run",
        "world",
        "IND.position.SOV",
        "forums.room.rules",
    ]
    assert set(table.column("IND.position.SOV").to_pylist()) == {
        0.0,
        50.0,
        62.0,
        100.0,
    }  # 62: as it is
    with (whole / "design.csv").open() as lines:
        rows = list(csv.DictReader(lines))
    assert [row["point"] for row in rows] == [p.id for p in plan.points]
    assert {row["runs"] for row in rows} == {"300"}
    assert {row["failed"] for row in rows} == {"0"}


@pytest.mark.parametrize(
    "workers",
    [2, pytest.param(ThreadPoolExecutor(3), id="threads"), pytest.param(made.Lazy(), id="lazy")],
)
def test_who_computes_makes_no_difference(
    plan: Plan, whole: Path, tmp_path: Path, workers: Any
) -> None:
    sweep.run(plan, tmp_path / "out", workers=workers)
    assert made.table(tmp_path / "out") == made.table(whole)


def test_the_size_of_batches_makes_no_difference(
    plan: Plan, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "SMALLEST", 77)
    sweep.run(plan, tmp_path)
    assert len(made.names(tmp_path)) > len(made.names(whole))
    assert made.table(tmp_path) == made.table(whole)


def test_what_is_there_is_not_played_again(
    plan: Plan, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(whole, tmp_path / "out")
    monkeypatch.setattr(work, "play_chunk", made.failing(set(range(1_000))))
    sweep.run(plan, tmp_path / "out")
    assert made.table(tmp_path / "out") == made.table(whole)


def test_more_runs_are_added_to_those_that_are_there(
    plan: Plan, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = plan.experiment.file
    few = sweep.plan(file, runs=120)
    sweep.run(few, tmp_path)
    monkeypatch.setattr(work, "play_chunk", made.failing(set(range(120))))
    sweep.run(plan, tmp_path)
    assert made.table(tmp_path) == made.table(whole)


def test_fewer_runs_are_the_first_of_them(plan: Plan, whole: Path, tmp_path: Path) -> None:
    few = sweep.plan(plan.experiment.file, runs=120)
    sweep.run(few, tmp_path / "few")
    shutil.copytree(whole, tmp_path / "out")
    sweep.run(few, tmp_path / "out")
    assert made.table(tmp_path / "out") == made.table(tmp_path / "few")


def test_points_keep_their_runs_when_others_come_and_the_order_changes(
    whole: Path, tmp_path: Path
) -> None:
    text = made.EXPERIMENT.replace("steps: 3", "steps: 5").replace(
        "[un_general_assembly, two_thirds]", "[two_thirds, un_general_assembly]"
    )
    more = made.planned(tmp_path, text)
    shutil.copytree(whole, tmp_path / "out")
    before = {f: (tmp_path / "out/parts" / f).stat().st_mtime_ns for f in made.names(whole)}
    sweep.run(more, tmp_path / "out")
    after = {f: (tmp_path / "out/parts" / f).stat().st_mtime_ns for f in made.names(whole)}
    assert before == after
    sweep.run(more, tmp_path / "fresh")
    assert made.table(tmp_path / "out") == made.table(tmp_path / "fresh")


# What breaks


def test_only_the_guilty_run_fails(
    plan: Plan, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    with monkeypatch.context() as patched:
        patched.setattr(work, "play_chunk", made.failing({137}))
        study = sweep.run(plan, tmp_path, say=said.append)
    assert dict(study.failed) == {point.id: 1 for point in plan.points}
    runs = pq.read_table(tmp_path / "results.parquet").column("run").to_pylist()
    assert len(runs) == 7 * 299
    assert 137 not in runs
    failed = [e for e in entries(tmp_path).values() if e.state == State.FAILED]
    assert {e.part.failed for e in failed} == {(137,)}
    assert all("a number went astray" in e.errors[0] for e in failed)
    assert any("run 137" in line and "went astray" in line for line in said)
    again = sweep.run(plan, tmp_path)
    assert not again.failed
    assert made.table(tmp_path) == made.table(whole)


def test_a_point_whose_runs_all_fail_is_there_without_any(
    plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "play_chunk", made.failing(set(range(300))))
    study = sweep.run(plan, tmp_path)
    assert study.runs == 0
    assert sum(study.failed.values()) == 7 * 300


def test_a_worker_that_dies_takes_one_run_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    lines = made.EXPERIMENT.replace("steps: 3", "steps: 2").splitlines(keepends=True)
    text = "".join(line for line in lines if "rules" not in line)
    small = made.planned(tmp_path, text, runs=40)
    with monkeypatch.context() as patched:
        patched.setattr(work, "play_chunk", made.dying(17))
        study = sweep.run(small, tmp_path / "out", workers=2, say=said.append)
    assert dict(study.failed) == {point.id: 1 for point in small.points}
    assert any("a worker died" in line for line in said)
    sweep.run(small, tmp_path / "out")
    sweep.run(small, tmp_path / "fresh")
    assert made.table(tmp_path / "out") == made.table(tmp_path / "fresh")


class Killing(ProcessPoolExecutor):
    """A pool of which somebody kills a worker while it is at its third batch."""

    killed = False
    sent = 0

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future = super().submit(fn, *args, **kwargs)
        type(self).sent += 1
        if type(self).sent == 3 and not type(self).killed:
            type(self).killed = True
            next(iter(self._processes.values())).kill()
        return future


def test_a_worker_killed_by_somebody_costs_nothing(plan: Plan, whole: Path, tmp_path: Path) -> None:
    study = sweep.run(plan, tmp_path, workers=Workers(lambda: Killing(2), 2))
    assert Killing.killed
    assert not study.failed
    assert made.table(tmp_path) == made.table(whole)


class Broken(executors.Here):
    """A pool that is found broken when a batch is handed to it, once."""

    sent = 0

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        type(self).sent += 1
        if type(self).sent == 3:
            raise BrokenExecutor("a worker died between two batches")
        return super().submit(fn, *args, **kwargs)


def test_a_pool_that_is_found_broken_loses_nothing(plan: Plan, whole: Path, tmp_path: Path) -> None:
    study = sweep.run(plan, tmp_path, workers=Workers(Broken, 2))
    assert Broken.sent > 3
    assert not study.failed
    assert made.table(tmp_path) == made.table(whole)


def test_workers_that_cannot_even_start_end_the_sweep(
    plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "keep_memory", lambda: __import__("os")._exit(1))
    with pytest.raises(RunError, match="workers die as soon as they start"):
        sweep.run(plan, tmp_path, workers=2)


def stopping(after: int) -> Any:
    """A keeper of parts that is interrupted once it has kept so many."""
    real = folder.Folder.keep
    kept = iter(range(1, 1_000))

    def keep(self: folder.Folder, *args: Any) -> Any:
        if next(kept) > after:
            raise KeyboardInterrupt
        return real(self, *args)

    return keep


@pytest.mark.parametrize("after", [0, 1, 7])
@pytest.mark.parametrize("workers", [1, 2])
def test_interrupted_it_says_so_and_goes_on(
    plan: Plan,
    whole: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    after: int,
    workers: int,
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(folder.Folder, "keep", stopping(after))
        with pytest.raises(Interrupted, match="what was done is kept"):
            sweep.run(plan, tmp_path, workers=workers)
    assert len(made.names(tmp_path)) == after
    assert not (tmp_path / "results.parquet").exists()
    with pytest.raises(InputError, match="not finished"):
        sweep.read(tmp_path)
    sweep.run(plan, tmp_path)
    assert made.table(tmp_path) == made.table(whole)


def full(after: int) -> Any:
    """A disk that is full after so many flushes."""
    real = disk.os.fsync
    left = iter(range(after))

    def fsync(handle: int) -> None:
        if next(left, None) is None:
            raise OSError(28, "No space left on device")
        real(handle)

    return fsync


@pytest.mark.parametrize("after", [0, 2, 9, 30])
def test_a_full_disk_is_said_and_loses_nothing(
    plan: Plan, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(disk.os, "fsync", full(after))
        with pytest.raises(RunError, match="the disk is full; what is there is whole"):
            sweep.run(plan, tmp_path)
    assert not [name for name in made.names(tmp_path) if not name.endswith(".parquet")]
    sweep.run(plan, tmp_path)
    assert made.table(tmp_path) == made.table(whole)


def damages(file: Path) -> Iterator[bytes]:
    data = file.read_bytes()
    yield b""
    yield data[: len(data) // 2]
    yield data[:60] + bytes([data[60] ^ 255]) + data[61:]
    yield b"no Parquet at all"


@pytest.mark.parametrize("kind", range(4))
def test_a_damaged_part_is_put_aside_and_played_again(
    plan: Plan, whole: Path, tmp_path: Path, kind: int
) -> None:
    shutil.copytree(whole, tmp_path / "out")
    victim = sorted((tmp_path / "out/parts").iterdir())[4]
    victim.write_bytes(list(damages(victim))[kind])
    said: list[str] = []
    sweep.run(plan, tmp_path / "out", say=said.append)
    assert said == [
        f"parts/{victim.name} is damaged; kept as {victim.stem}.damaged, and played again"
    ]
    assert made.table(tmp_path / "out") == made.table(whole)


@pytest.mark.parametrize("kind", range(4))
def test_so_is_one_that_the_log_does_not_speak_of(
    plan: Plan, whole: Path, tmp_path: Path, kind: int
) -> None:
    shutil.copytree(whole, tmp_path / "out")
    (tmp_path / "out/status.jsonl").unlink()
    victim = sorted((tmp_path / "out/parts").iterdir())[4]
    victim.write_bytes(list(damages(victim))[kind])
    sweep.run(plan, tmp_path / "out")
    assert made.table(tmp_path / "out") == made.table(whole)


def test_a_part_whose_writer_could_not_say_so_is_taken(
    plan: Plan, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(whole, tmp_path / "out")
    (tmp_path / "out/status.jsonl").unlink()
    monkeypatch.setattr(work, "play_chunk", made.failing(set(range(1_000))))
    sweep.run(plan, tmp_path / "out")
    assert made.table(tmp_path / "out") == made.table(whole)
    assert {e.state for e in entries(tmp_path / "out").values()} == {State.SUCCEEDED}


def test_two_sweeps_cannot_write_into_one_folder(
    plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "PATIENCE", 0.1)
    with opened(tmp_path), pytest.raises(RunError, match="another sweep is writing into"):
        sweep.run(plan, tmp_path)
    sweep.run(plan, tmp_path)


def test_a_folder_of_another_scenario_is_refused(plan: Plan, whole: Path, tmp_path: Path) -> None:
    shutil.copytree(whole, tmp_path / "out")
    file = made.experiment(tmp_path)
    small = tmp_path / "small.yaml"
    small.write_text(small.read_text().replace("capability: 90", "capability: 80"))
    before = made.table(tmp_path / "out")
    with pytest.raises(InputError, match="runs of another scenario"):
        sweep.run(sweep.plan(file), tmp_path / "out")
    assert made.table(tmp_path / "out") == before


def test_other_outcomes_are_refused_too(plan: Plan, whole: Path, tmp_path: Path) -> None:
    shutil.copytree(whole, tmp_path / "out")
    one = made.planned(tmp_path, made.EXPERIMENT + "outcomes: [73/27.plenary.adopted]\n")
    with pytest.raises(InputError, match="kept with other outcomes"):
        sweep.run(one, tmp_path / "out")


def test_a_study_file_that_is_damaged_is_named(plan: Plan, whole: Path, tmp_path: Path) -> None:
    shutil.copytree(whole, tmp_path / "out")
    (tmp_path / "out/study.json").write_text("{")
    with pytest.raises(InputError, match=r"study\.json: cannot be read"):
        sweep.run(plan, tmp_path / "out")


# Until an error is small enough


def test_runs_are_added_until_the_error_is_reached(tmp_path: Path) -> None:
    limit = {"73/27.committee.in_favour": 0.08}
    plan = made.planned(tmp_path, runs=100, until=limit, at_most=20_000)
    study = sweep.run(plan, tmp_path / "out")
    for point, cell in study.cells("73/27.committee.in_favour"):
        assert cell.spread.error <= 0.08 or study.source.runs(point.id) == 20_000
        assert study.source.runs(point.id) > 100
    sweep.run(plan, tmp_path / "out")
    again = sweep.read(tmp_path / "out")
    assert [again.source.runs(p.id) for p in again.points] == [
        study.source.runs(p.id) for p in study.points
    ]


def test_stopped_on_the_way_to_an_error_it_comes_to_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = {"73/27.plenary.in_favour": 0.1}
    plan = made.planned(tmp_path, runs=100, until=limit, at_most=5_000)
    sweep.run(plan, tmp_path / "whole")
    with monkeypatch.context() as patched:
        patched.setattr(folder.Folder, "keep", stopping(5))
        with pytest.raises(Interrupted):
            sweep.run(plan, tmp_path / "out")
    sweep.run(plan, tmp_path / "out", workers=2)
    assert made.table(tmp_path / "out") == made.table(tmp_path / "whole")


def test_half_a_table_that_a_killed_sweep_left_is_in_nobodys_way(tmp_path: Path) -> None:
    plan = made.planned(tmp_path, runs=100)
    out = tmp_path / "out"
    sweep.run(plan, out)
    left = out / ".unfinished-1-results.parquet"
    left.write_bytes(b"")
    study = sweep.run(plan, out)
    assert not left.exists()
    left.write_bytes(b"")  # of a sweep that was killed since
    write_up(study, plan.scenario, out, ["sweep"], figures=False)
    assert (out / "manifest.json").exists()


def test_an_error_below_what_ignorance_leaves_is_told_and_not_played_for(tmp_path: Path) -> None:
    """The small scenario has 256 worlds: 1,024 runs meet them all, and more only repeat them."""
    said: list[str] = []
    name = "73/27.plenary.in_favour"
    plan = made.planned(tmp_path, runs=100, until={name: 0.001}, at_most=50_000)
    study = sweep.run(plan, tmp_path / "out", say=said.append)
    assert all(1_024 <= study.source.runs(point.id) < 10_000 for point in study.points)
    floors = [c.spread.ignorance / c.spread.worlds**0.5 for _, c in study.cells(name)]
    assert min(floors) > 0.001
    (told,) = [line for line in said if "beyond reach" in line]
    assert "at 7 of 7 points: over 256 worlds" in told
    assert f"error of up to {max(floors):.2g}" in told


def test_no_error_is_too_small_for_the_cap(tmp_path: Path) -> None:
    plan = made.planned(tmp_path, runs=100, until={"73/27.plenary.in_favour": 1e-9}, at_most=700)
    study = sweep.run(plan, tmp_path / "out")
    assert {study.source.runs(point.id) for point in study.points} == {700}


# What is told


def test_progress_counts_every_run_once(plan: Plan, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    sweep.run(plan, tmp_path, progress=lambda runs, total: told.append((runs, total)))
    assert sum(runs for runs, _ in told) == 2_100
    assert {total for _, total in told} == {2_100}
    told.clear()
    sweep.run(plan, tmp_path, progress=lambda runs, total: told.append((runs, total)))
    assert told == [(2_100, 2_100)]


def test_the_study_s_file_tells_nothing_of_the_record(whole: Path) -> None:
    said = json.loads((whole / "study.json").read_text())
    assert "record" not in said["scenario"]["said"]["scenario"]
    assert "votes.csv" not in said["scenario"]["files"]
