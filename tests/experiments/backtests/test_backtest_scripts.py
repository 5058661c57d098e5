"""The scripts of back-tests as a user meets them."""

from __future__ import annotations

import importlib
import json
import shlex
from pathlib import Path

import pytest

from sim.disk import digest


def run(name: str, *arguments: str) -> None:
    importlib.import_module(name).main(arguments)


@pytest.mark.parametrize("name", ["consensus", "eu", "pledges", "signatures"])
def test_help_has_examples_first(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        run(name, "--help")
    assert left.value.code == 0
    said = capsys.readouterr().out
    assert said.index("Examples:") < said.index("--out")
    assert f"python experiments/backtests/{name}.py" in said


@pytest.mark.parametrize("name", ["pledges", "signatures"])
def test_a_script_writes_its_folder_and_says_where_it_is(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    run(name, "--out", str(out), "--no-figures")
    lines = capsys.readouterr().out.splitlines()
    assert any(f"Results: {out}" in line for line in lines)
    assert max(map(len, lines[:-2])) <= 80
    made = json.loads((out / "manifest.json").read_text())
    assert made["name"] == name
    assert lines[-1] == f"Again: {shlex.join(made['command'])}"
    script = Path(importlib.import_module(name).__file__ or "")
    assert made["scripts"][script.name] == digest(script)


def test_json_is_all_that_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("signatures", "--out", str(tmp_path), "--no-figures", "--json")
    said = json.loads(capsys.readouterr().out)
    assert said["name"] == "signatures"
    assert len(said["tables"]["states"]["state"]) == 193
    run("signatures", "--out", str(tmp_path), "--no-figures", "--quiet")
    assert capsys.readouterr().out == ""


def test_what_cannot_be_written_is_told_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SystemExit) as left:
        run("pledges", "--out", str(tmp_path / "file"), "--no-figures")
    assert left.value.code == 1
    assert "Traceback" not in capsys.readouterr().err
