"""The group `plenary backtest` as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sim.cli import app

NAMES = ("consensus", "pledges", "signatures")


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["backtest", *arguments])


def test_help_lists_every_back_test_with_an_example() -> None:
    said = run("--help").output
    for name in NAMES:
        assert f"plenary backtest {name}" in said
        assert f"plenary backtest {name}" in run(name, "--help").output


def test_an_unknown_back_test_is_wrong_input() -> None:
    assert run("weather").exit_code == 2


@pytest.mark.parametrize("name", ["pledges", "signatures"])
def test_a_back_test_writes_its_folder_and_says_where_it_is(name: str, tmp_path: Path) -> None:
    done = run(name, "--out", str(tmp_path / "out"), "--no-figures")
    assert done.exit_code == 0, done.output
    assert f"Results: {tmp_path / 'out'}" in done.output
    assert max(map(len, done.output.splitlines()[:-2])) <= 80
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["name"] == name


def test_json_is_all_that_is_printed(tmp_path: Path) -> None:
    done = run("signatures", "--out", str(tmp_path), "--no-figures", "--json")
    said = json.loads(done.output)
    assert said["name"] == "signatures"
    assert len(said["tables"]["states"]["state"]) == 193
    assert run("signatures", "--out", str(tmp_path), "--no-figures", "--quiet").output == ""


def test_what_cannot_be_written_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = run("pledges", "--out", str(tmp_path / "file"), "--no-figures")
    assert done.exit_code == 1
    assert "Traceback" not in done.output
