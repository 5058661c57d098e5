"""A run's folder: written whole or not at all, and the same bits each time."""

from __future__ import annotations

import csv
import errno
import hashlib
import json
import os
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from sim.errors import InputError, RunError
from sim.disk import UNFINISHED
from sim.results import again, writeup
from sim.staging import MANIFEST, Staging, writing
from sim.study.run import Run, plan, play
from tests.small import write


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return play(str(write(tmp_path)), ["USA=absent"], runs=8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "results" / "small"


def left(folder: Path) -> dict[str, bytes]:
    return {
        f.relative_to(folder).as_posix(): f.read_bytes() for f in folder.rglob("*") if f.is_file()
    }


def fill(folder: Path, **files: str) -> None:
    with writing(folder) as staging:
        for name, text in files.items():
            staging.write(name.replace("__", "."), text.encode())
        staging.manifest({"seed": 1})


def test_nothing_is_in_place_before_the_end(folder: Path) -> None:
    with writing(folder) as staging:
        staging.write("runs.csv", b"run\n0\n")
        assert not (folder / "runs.csv").exists()
    assert left(folder) == {"runs.csv": b"run\n0\n"}


@pytest.mark.parametrize("failure", [RuntimeError, KeyboardInterrupt])
def test_what_fails_leaves_no_trace(folder: Path, failure: type[BaseException]) -> None:
    def fails() -> None:
        with writing(folder) as staging:
            staging.write("runs.csv", b"run\n")
            raise failure

    with pytest.raises(failure):
        fails()
    assert not folder.parent.exists()


def test_what_fails_leaves_earlier_results(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(folder, runs__csv="old", votes__csv="old")
    before = left(folder)

    def full(self: Staging, name: str, data: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def again() -> None:
        with writing(folder) as staging:
            staging.write("runs.csv", b"new")
            monkeypatch.setattr(Staging, "write", full)
            staging.write("votes.csv", b"new")

    with pytest.raises(RunError, match="the disk is full; nothing there was changed"):
        again()
    assert left(folder) == before


def test_a_folder_in_the_way_is_found_before_anything_is_replaced(folder: Path) -> None:
    fill(folder, runs__csv="old")
    (folder / "votes.csv").mkdir()
    with pytest.raises(RunError, match=r"votes\.csv"):
        fill(folder, runs__csv="new", votes__csv="new")
    assert (folder / "runs.csv").read_text() == "old"


def test_files_of_the_last_run_go_and_those_of_others_stay(folder: Path) -> None:
    fill(folder, runs__csv="old", paired__csv="old")
    (folder / "notes.txt").write_text("mine")
    fill(folder, runs__csv="new")
    assert set(left(folder)) == {"runs.csv", MANIFEST, "notes.txt"}


def test_a_file_somebody_changed_is_not_taken_away(folder: Path) -> None:
    fill(folder, runs__csv="old", paired__csv="old")
    (folder / "paired.csv").write_text("with my remarks")
    fill(folder, runs__csv="new")
    assert (folder / "paired.csv").read_text() == "with my remarks"


@pytest.mark.parametrize("text", ["not json", "[]", '{"files": {"../outside.txt": "x"}}'])
def test_a_strange_manifest_does_no_harm(folder: Path, text: str) -> None:
    fill(folder, runs__csv="old")
    outside = folder.parent / "outside.txt"
    outside.write_text("keep")
    digest = hashlib.sha256(b"keep").hexdigest()
    (folder / MANIFEST).write_text(text.replace('"x"', f'"{digest}"'))
    fill(folder, runs__csv="new")
    assert outside.read_text() == "keep"
    assert (folder / "runs.csv").read_text() == "new"


def test_what_a_killed_run_left_is_swept_up(folder: Path) -> None:
    dead = folder / f"{UNFINISHED}999999999"
    dead.mkdir(parents=True)
    (dead / "runs.csv").write_text("half")
    alive = folder / f"{UNFINISHED}{os.getppid()}"
    alive.mkdir()
    fill(folder, runs__csv="new")
    assert not dead.exists()
    assert alive.exists()


def test_the_manifest_tells_all_that_is_needed(run: Run, folder: Path) -> None:
    with writing(folder) as staging:
        writeup.tabulate(staging, run)
        writeup.conclude(staging, run, ["run", "small.yaml"])
    said = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    assert said["scenario"]["settings"] == ["USA=absent"]
    assert said["command"] == ["run", "small.yaml"]
    assert (said["runs"], said["worlds"], said["seed"]) == (8, 2, 7)
    assert said["resolved"]["title"] == "A small vote"
    assert {"plenary", "code", "python", "numpy", "scipy"} <= said.keys()
    for name, digest in said["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest


def test_a_what_if_has_a_folder_of_its_own(tmp_path: Path) -> None:
    file = str(write(tmp_path))
    plain, one, other = (
        plan(file, settings).name
        for settings in ([], ["USA=absent"], ["RUS=absent"])
    )
    assert plain == "small"
    assert one.startswith("small-what-if-")
    assert one != other


def test_parquet_holds_what_the_csv_holds(run: Run, folder: Path) -> None:
    with writing(folder) as staging:
        writeup.tabulate(staging, run)
    table = pq.read_table(folder / "runs.parquet")
    with (folder / "runs.csv").open(encoding="utf-8", newline="") as lines:
        header, *written = csv.reader(lines)
    assert table.column_names == header
    words = {True: "true", False: "false", None: ""}
    held = [
        [words[cell] if cell is None or isinstance(cell, bool) else str(cell) for cell in row]
        for row in zip(*table.to_pydict().values(), strict=True)
    ]
    assert held == written
    assert len(held) == 8


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EACCES, "no permission"),
        (errno.EROFS, "only be read"),
        (errno.EIO, os.strerror(errno.EIO)),
    ],
)
def test_reasons_in_plain_words(folder: Path, code: int, said: str) -> None:
    def fails() -> None:
        with writing(folder):
            raise OSError(code, os.strerror(code))

    with pytest.raises(RunError, match=said):
        fails()


@pytest.mark.parametrize("what", ["report", "plot", "rerun"])
def test_results_of_a_back_test_are_made_again_by_their_own_command(
    what: str, tmp_path: Path
) -> None:
    from sim import report
    from sim.runner.executors import processes

    made = {"kind": "back-test", "command": ["plenary", "backtest", "votes"], "files": {}}
    (tmp_path / "manifest.json").write_text(json.dumps(made), encoding="utf-8")
    ways = {
        "report": report.write,
        "plot": again.redraw,
        "rerun": lambda folder: again.verify(folder, processes(1)),
    }
    with pytest.raises(InputError, match="to make them again: plenary backtest votes"):
        ways[what](tmp_path)
