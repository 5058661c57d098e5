"""The commands about other people's models and data, as typed: published and import."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.published.models import MODELS
from tests.published.given import fixture
from tests.published.test_readers import DECIDE, KTAB, LONG
from tests.small import write
from tests.yardstick import cost


def plenary(*arguments: str, status: int = 0) -> str:
    """What is printed; what goes wrong is in it too."""
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == status, done.output
    assert "Traceback" not in done.output
    return done.output


def told(*arguments: str) -> Any:
    return json.loads(plenary(*arguments, "--json"))


def row(text: str, name: str) -> list[float]:
    (line,) = (line for line in text.splitlines() if line.startswith(f"{name} "))
    return [float(cell) for cell in line.removeprefix(name).split()]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("ktab.csv").write_text(KTAB, encoding="utf-8")
    Path("decide.txt").write_text(DECIDE, encoding="utf-8")
    Path("long.csv").write_text(LONG, encoding="utf-8")
    Path("votes.csv").write_text("actor,votes\nA,4\nB,4\nC,4\nD,2\nE,2\nF,1\n", encoding="utf-8")


# published


def test_a_row_a_model_a_column_an_issue_in_the_files_units() -> None:
    text = plenary("published", "ktab.csv")
    assert text.startswith("Dummy: 3 actors, 2 issues (ktab file)\n")
    assert row(text, "compromise")[0] == 27.7
    assert row(text, "weighted_median")[0] == 20.0
    assert "setter needs a status quo: --set issues.ISSUE.status_quo=VALUE" in text
    assert all(len(line) <= 80 for line in text.splitlines())


def test_a_scenario_has_the_status_quo_first_and_our_simulation_last(tmp_path: Path) -> None:
    file = str(write(tmp_path))
    text = plenary("published", file, "--runs", "20")
    lines = [line.split("  ")[0] for line in text.splitlines()]
    places = [lines.index(name) for name in ("status quo", "mean", "our simulation")]
    assert places == sorted(places)
    assert row(text, "status quo") == [40.0, 20.0]
    data = told("published", file, "--runs", "20")
    assert data["status_quo"] == {"SOV": 40.0, "DATA": 20.0}
    assert row(text, "our simulation") == [round(v, 1) for v in data["simulation"].values()]
    played = told("run", file, "--runs", "20", "--no-figures")
    assert played["runs"] == data["runs"] == 20
    assert "our simulation" not in plenary("published", file, "--runs", "0")


def test_the_simulation_is_the_mean_of_where_runs_end(tmp_path: Path) -> None:
    file = str(write(tmp_path))
    data = told("published", file, "--runs", "20")
    plenary("run", file, "--runs", "20", "--out", "ran", "--no-figures")
    with Path("ran/runs.csv").open(encoding="utf-8") as lines:
        runs = list(csv.DictReader(lines))
    mean = sum(float(run["status_quo.SOV"]) for run in runs) / 20
    assert data["simulation"]["SOV"] == pytest.approx(mean, abs=1e-6)


def test_models_by_name_and_their_options() -> None:
    data = told("published", "ktab.csv", "--model", "nash,compromise", "--set", "nash.loss=linear")
    assert list(data["models"]) == ["nash", "compromise"]
    assert data["models"]["nash"]["options"] == {"loss": "linear"}
    assert data["models"]["nash"]["outcome"]["Pstn1"] == 20.0  # the weighted median


def test_rounds_are_those_of_every_model_that_has_some() -> None:
    plenary("published", "ktab.csv", "--rounds", "3", "--out", "out", "-q")
    with Path("out/paths.csv").open(encoding="utf-8") as lines:
        rounds = {line["model"]: int(line["round"]) for line in csv.DictReader(lines)}
    assert rounds["bounded_confidence"] == 3
    assert max(rounds.values()) <= 3


def test_what_ifs_on_a_file_and_on_a_scenario(tmp_path: Path) -> None:
    without = told("published", "ktab.csv", "--set", "A, 1=absent", "--model", "mean")
    assert without["actors"] == ["A-0", "A-2"]
    assert without["models"]["mean"]["outcome"]["Pstn1"] == 35.0
    given = told("published", "ktab.csv", "--set", "issues.Pstn1.status_quo=20")
    assert "setter" in given["models"]
    file = str(write(tmp_path))
    away = told("published", file, "--runs", "0", "--set", "RUS=absent")
    assert "RUS" not in away["actors"]


def test_power_indices_of_a_file_of_weights() -> None:
    data = told("published", "votes.csv", "--set", "power.quota=12")
    assert list(data["models"]) == ["power", "baron_ferejohn"]
    assert data["models"]["power"]["power"]["A"] == pytest.approx(14 / 60)
    assert data["models"]["power"]["power"]["F"] == 0
    text = plenary("published", "votes.csv", "--set", "power.quota=12")
    assert re.search(r"^A +23\.33 +23\.81", text, re.MULTILINE)


def test_everything_is_written(tmp_path: Path) -> None:
    file = str(write(tmp_path))
    plenary("published", file, "--runs", "4", "--out", "out", "--model", "power,nash,spatial")
    names = {f.name for f in Path("out").iterdir()}
    assert {"outcomes.csv", "power.csv", "shares.csv", "paths.csv", "table.csv"} <= names
    manifest = json.loads(Path("out/manifest.json").read_text(encoding="utf-8"))
    assert set(manifest["files"]) == names - {"manifest.json"}
    assert (manifest["runs"], manifest["seed"]) == (4, 7)
    assert list(manifest["models"]) == ["power", "nash", "spatial"]
    with Path("out/outcomes.csv").open(encoding="utf-8") as lines:
        models = {line["model"] for line in csv.DictReader(lines)}
    assert models == {"status quo", "nash", "spatial", "our simulation"}
    again = told("published", "out/table.csv", "--model", "compromise")
    base = told("published", file, "--runs", "0", "--model", "compromise")
    assert again["models"]["compromise"]["outcome"] == pytest.approx(
        base["models"]["compromise"]["outcome"]
    )


def test_where_the_outcome_is_known_errors_are_told() -> None:
    text = LONG.replace("# an ordinary comment", "# outcome toll: 3.5")
    Path("long.csv").write_text(text, encoding="utf-8")
    said = plenary("published", "long.csv", "--model", "mean,compromise")
    assert re.search(r"^what came of it +3\.500 +-$", said, re.MULTILINE)
    assert "status quo 0.0" in said
    assert "mean 0.0" in said
    assert "A hindcast, not a forecast." in said


def test_list_names_every_model_and_option() -> None:
    text = plenary("published", "--list")
    assert [name for name in MODELS if not re.search(rf"^{name} ", text, re.MULTILINE)] == []
    assert "nash.loss" in text
    listed = told("published", "--list")
    assert [model["name"] for model in listed] == list(MODELS)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("published",), "a scenario's name, or a file"),
        (("published", "ktab.csv", "--model", "nahs"), "did you mean 'nash'"),
        (("published", "ktab.csv", "--model", "setter"), "needs a status quo"),
        (("published", "ktab.csv", "--set", "nash.los=linear"), "did you mean 'loss'"),
        (("published", "ktab.csv", "--set", "A-9=absent"), "did you mean 'A-"),
        (("published", "oewg-2201"), "did you mean 'oewg-2021'"),
        (("published", "none.csv"), "there is no such file"),
        (("published", "ktab.csv", "--format", "decid"), "did you mean 'decide'"),
        (("import", "none.csv"), "there is no such file"),
        (("import", "ktab.csv", "--forum", "two_third"), "did you mean 'two_thirds'"),
    ],
)
def test_what_is_wrong_is_told_with_what_would_be_right(
    arguments: tuple[str, ...], said: str
) -> None:
    assert said in " ".join(plenary(*arguments, status=2).split())
    assert not Path("out").exists()


def test_files_of_other_programs() -> None:
    data = told("published", str(fixture("decide_sample_data.txt")))
    assert data["kind"] == "decide"
    assert data["models"]["compromise"]["outcome"]["wanneer-tol"] == pytest.approx(50.578947)
    text = plenary("published", str(fixture("dummyData_3Dim.csv")))
    assert row(text, "spatial")


def test_a_scenario_of_193_states_takes_a_few_seconds() -> None:
    """Of the processor's time, in pieces of plain work: three seconds on a quick machine."""
    assert cost(lambda: plenary("published", "oewg-2021"), 1) < 200


# import


def test_an_imported_file_is_checked_and_run() -> None:
    text = plenary("import", "decide.txt", "--name", "toll")
    assert "Wrote toll.yaml" in text
    assert "Assumed, and marked EDIT" in text
    assert plenary("check", "toll.yaml").startswith("ok: toll")
    assert (
        plenary("run", "toll.yaml", "--runs", "4", "--no-figures").count("\nSimulated: 4 runs") == 1
    )
    assert "our simulation" in plenary("published", "toll.yaml", "--runs", "4")
    assert "is there already" in plenary("import", "decide.txt", "--name", "toll", status=2)


def test_help_begins_with_examples() -> None:
    for command in ("published", "import"):
        lines = plenary(command, "--help").splitlines()
        assert f"plenary {command}" in lines[2]
        assert all(len(line) <= 80 for line in lines)
