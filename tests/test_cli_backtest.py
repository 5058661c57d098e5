"""The group `plenary backtest` as a user meets it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.cli.backtest import SCRIPTS

SCRIPTED = Path(__file__).parents[1] / "experiments" / "backtests"


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["backtest", *arguments])


def test_help_shows_how_and_where_the_others_are() -> None:
    said = run("--help").output
    assert "plenary backtest votes --until" in said
    assert "experiments/backtests/" in said


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_back_test_that_is_a_script_says_so(name: str) -> None:
    done = run(name, "--out", "somewhere")
    assert done.exit_code == 2
    assert f"python experiments/backtests/{name}.py" in done.output
    assert (SCRIPTED / f"{name}.py").is_file()


def test_an_unknown_back_test_is_wrong_input() -> None:
    assert run("weather").exit_code == 2


def test_a_wrong_cut_is_told_in_a_sentence() -> None:
    done = run("votes", "--until", "soon")
    assert done.exit_code == 2
    assert "--until: is not a date" in done.output
