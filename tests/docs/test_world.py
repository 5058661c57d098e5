"""The page of the parts and promises: every command is understood, every test is there."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from sim import cli, delimited, experiment, shipped
from sim.scenario import load

ROOT = Path(__file__).parents[2]
ROWS = delimited.read(shipped.data("promises.csv"), "promises.csv").named()
PARTS = delimited.read(shipped.data("world.csv"), "world.csv").named()
PROMISES = [f"P{number}" for number in range(1, 12)]


def test_each_part_and_each_promise_has_one_row() -> None:
    assert [row["number"] for row in ROWS] == [row["part"] for row in PARTS] + PROMISES
    assert all(bool(row["what"]) == row["number"].startswith("P") for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["number"])
def test_its_command_is_understood_and_its_test_is_there(row: dict[str, str]) -> None:
    program, *arguments = shlex.split(row["command"])
    assert program == "plenary"
    command: Any = get_command(cli.app)
    while hasattr(command, "get_command"):  # a group, as `plenary` itself and `plenary backtest`
        called, *arguments = arguments
        command = command.get_command(None, called)
    given = command.make_context(called, list(arguments)).params
    source = given.get("source") or arguments[0]
    if source in shipped.scenarios():
        load(source, tuple(given.get("settings") or ()))
    elif called == "sweep":
        assert experiment.read(source)
    assert (ROOT / row["test"]).is_file()
    assert "def test_" in (ROOT / row["test"]).read_text(encoding="utf-8")


def test_the_page_shows_them_all() -> None:
    page = ROOT / "docs" / "reference" / "world.md"
    if not page.is_file():
        pytest.skip("the documents are not installed with the package")
    text = page.read_text(encoding="utf-8")
    assert [
        row["number"] for row in ROWS if f"`{row['command']}` | `{row['test']}` |" not in text
    ] == []
