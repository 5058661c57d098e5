"""A report is put beside its results, and goes when they are made anew."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from conftest import Finish, finish
from test_brief import SLIDES

from sim import report
from sim.errors import RunError
from sim.report import dossier


def left(folder: Path) -> set[str]:
    return {f.relative_to(folder).as_posix() for f in folder.rglob("*") if f.is_file()}


def test_what_is_written(finished: Finish) -> None:
    pytest.importorskip("docx")
    folder = finished(runs=8)
    before = left(folder)
    files = report.write(folder, brief=True)
    names = ["report.html", "brief.html", "brief.docx", *(f"slides/{name}" for name in SLIDES)]
    assert [f.relative_to(folder).as_posix() for f in files] == names
    assert left(folder) - before == {*names, "report.json"}


def test_it_may_be_made_again_with_the_same_bytes(finished: Finish) -> None:
    folder = finished(runs=8)
    (first,) = report.write(folder)
    before = first.read_bytes()
    report.write(folder)
    assert first.read_bytes() == before


def test_new_results_take_the_old_report_away(tmp_path: Path) -> None:
    pytest.importorskip("docx")
    folder = finish(tmp_path, runs=8)
    report.write(folder, brief=True)
    report.write(folder)  # the page alone: the brief is still known to be ours
    (folder / "notes.txt").write_text("mine")
    finish(tmp_path, runs=12)
    assert not left(folder) & {"report.html", "brief.html", "report.json", "slides/06-limits.png"}
    assert (folder / "notes.txt").exists()
    assert dossier.read(folder).ground.runs == 12


def test_a_report_somebody_worked_on_stays(tmp_path: Path) -> None:
    folder = finish(tmp_path, runs=8)
    report.write(folder)
    (folder / "report.html").write_text("my own words")
    finish(tmp_path, runs=12)
    assert (folder / "report.html").read_text() == "my own words"


@pytest.mark.parametrize("text", ["", "[]", '{"files": []}'])
def test_a_strange_list_does_no_harm(finished: Finish, text: str) -> None:
    folder = finished(runs=8)
    (folder / "report.json").write_text(text)
    report.write(folder)
    assert list(json.loads((folder / "report.json").read_text())["files"]) == ["report.html"]


@pytest.mark.skipif(os.name != "posix", reason="modes of folders")
def test_what_cannot_be_written_is_said_plainly(
    finished: Finish, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = finished(runs=8)
    (folder / "report.html").mkdir()
    before = left(folder)
    with pytest.raises(RunError, match="a folder stands in its way"):
        report.write(folder)
    assert left(folder) == before
