"""A folder is read whole and checked: what is missing, changed or unfinished is said in a line."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from conftest import Finish
from report_folders import folder_of, sweep

from sim.errors import InputError, PlenaryError, RunError
from sim.report import dossier


def rewrite(folder: Path, name: str, text: str) -> None:
    """Change a file and vouch for it, as if it had been written so."""
    (folder / name).write_text(text, encoding="utf-8")
    manifest = folder / "manifest.json"
    made = json.loads(manifest.read_text(encoding="utf-8"))
    made["files"][name] = hashlib.sha256(text.encode()).hexdigest()
    manifest.write_text(json.dumps(made), encoding="utf-8")


def refused(folder: Path, kind: type[PlenaryError] = InputError) -> str:
    with pytest.raises(kind) as caught:
        dossier.read(folder)
    said = str(caught.value)
    assert len(said.splitlines()) == 1
    assert "Traceback" not in said
    return said


def test_a_run_is_read_from_its_files_alone(finished: Finish) -> None:
    folder = finished()
    moved = folder.parent.parent / "elsewhere"
    shutil.move(folder, moved)
    (folder.parent / "small.yaml").unlink()
    (folder.parent / "votes.csv").unlink()
    read = dossier.read(moved)
    assert (read.kind, read.title) == ("run", "A small vote")
    assert read.command == "plenary run small.yaml"
    assert read.ground.worlds == 10
    assert dict(read.digests).keys() >= {"the scenario", "the program", "runs.csv"}


def test_figures_say_what_they_show_and_where_their_data_are(drawn: Path) -> None:
    read = dossier.read(drawn)
    board = next(p for p in read.figures if p.file == "figures/board-73-27.png")
    assert board.title.startswith("73/27 ")
    assert board.data == "votes.csv"
    assert len(read.figures) >= 3


def test_a_what_if_and_a_sweep_are_read(finished: Finish, tmp_path: Path) -> None:
    assert dossier.read(finished("USA=absent")).kind == "what-if"
    read = dossier.read(folder_of(sweep(), tmp_path / "sweep"))
    assert (read.kind, read.ground.points) == ("sweep", 7)
    assert read.answer


def test_no_folder(tmp_path: Path) -> None:
    assert "there is no such folder" in refused(tmp_path / "nowhere")
    assert "no folder of finished results" in refused(tmp_path)


def test_an_unfinished_sweep_says_how_to_go_on(tmp_path: Path) -> None:
    (tmp_path / "study.json").write_text("{}")
    said = refused(tmp_path, RunError)
    assert "has not finished" in said
    assert "the same plenary sweep command again" in said


@pytest.mark.parametrize("text", ["", "{", "[]", '{"files": 3}', '{"files": {"runs.csv": 3}}'])
def test_a_damaged_manifest(finished: Finish, text: str) -> None:
    folder = finished(runs=4)
    (folder / "manifest.json").write_text(text)
    assert "manifest.json: cannot be read" in refused(folder)


def test_missing_and_changed_files_are_all_named(finished: Finish) -> None:
    folder = finished(runs=4)
    (folder / "votes.csv").unlink()
    assert "votes.csv: is missing" in refused(folder)
    with (folder / "runs.csv").open("a") as file:
        file.write("1\n")
    with pytest.raises(InputError) as caught:
        dossier.read(folder)
    assert [m.file.rpartition("/")[2] for m in caught.value.mistakes] == ["runs.csv", "votes.csv"]


def test_a_file_outside_the_folder_is_not_read(finished: Finish) -> None:
    folder = finished(runs=4)
    (folder.parent / "secret.txt").write_text("x")
    manifest = folder / "manifest.json"
    made = json.loads(manifest.read_text(encoding="utf-8"))
    made["files"]["../secret.txt"] = hashlib.sha256(b"x").hexdigest()
    manifest.write_text(json.dumps(made))
    assert "secret.txt: is missing" in refused(folder)


@pytest.mark.parametrize("text", ["{", "[]", '{"format": 2}', '{"format": 2, "kind": "poem"}'])
def test_a_damaged_summary(finished: Finish, text: str) -> None:
    folder = finished(runs=4)
    rewrite(folder, "summary.json", text)
    assert "summary.json: cannot be read" in refused(folder)


def test_results_of_another_version(finished: Finish) -> None:
    folder = finished(runs=4)
    rewrite(folder, "summary.json", '{"format": 99}')
    assert "another version" in refused(folder)
    manifest = folder / "manifest.json"
    made = json.loads(manifest.read_text(encoding="utf-8"))
    del made["files"]["summary.json"]
    manifest.write_text(json.dumps(made))
    assert "run them again" in refused(folder)


def test_a_damaged_figure(drawn: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(drawn, folder)
    rewrite(folder, "figures/positions.png", "not a picture")
    assert "positions.png: cannot be read" in refused(folder)
