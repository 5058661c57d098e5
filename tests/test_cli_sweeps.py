"""The commands of sweeps, comparisons, figures, reports and reruns, as a user meets them."""

from __future__ import annotations

import csv
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.cli import main
from sim.sweep import folder, work
from tests import finished
from tests.sweep import made

COMMANDS = ("sweep", "compare", "plot", "report", "rerun")
NAME = "small-experiment"
READINGS = ("Votes held fixed", "Sponsors redrafting")
Type = Callable[..., str]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with a small scenario and experiment."""
    made.experiment(tmp_path, finished.SWEEP)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def plenary(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Type:
    """Type a command; returns what it printed, on the stream its status says."""

    def typing(*args: str, status: int = 0) -> str:
        monkeypatch.setattr(sys, "argv", ["plenary", *args])
        with pytest.raises(SystemExit) as left:
            main()
        out, err = capsys.readouterr()
        assert left.value.code == status, out + err
        assert "Traceback" not in err
        assert not (status == 0 and err), err
        return err if status in (2, 130) else out

    return typing


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return finished.swept(tmp_path_factory.mktemp("swept"))


def left(place: Path) -> set[str]:
    return {f.relative_to(place).as_posix() for f in place.rglob("*") if f.is_file()}


def experiment(name: str = NAME) -> str:
    return f"{name}.yaml"


# Help


@pytest.mark.parametrize("command", COMMANDS)
def test_help_begins_with_examples(command: str, plenary: Type) -> None:
    lines = plenary(command, "--help").splitlines()
    assert f"plenary {command} " in lines[2]
    assert max(map(len, lines)) <= 80


def test_the_commands_are_listed(plenary: Type) -> None:
    told = plenary("--help")
    assert all(f"  {command} " in told for command in COMMANDS)


# sweep


def test_a_sweep_goes_into_a_folder_of_its_name(place: Path, plenary: Type) -> None:
    told = plenary("sweep", experiment(), "--no-figures")
    out = place / "results" / NAME
    assert f"Results: results/{NAME}" in told.splitlines()
    assert max(map(len, told.splitlines())) <= 80
    assert {"results.parquet", "points.csv", "manifest.json", "methods.md"} <= left(out)
    assert not (out / "figures").exists()
    said = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert said["command"] == ["sweep", experiment(), "--no-figures"]


def test_its_figures_are_drawn(place: Path, plenary: Type) -> None:
    plenary("sweep", experiment(), "--quiet", "--out", "mine", "--runs", "8")
    names = {name for name in left(place / "mine") if name.startswith("figures/")}
    assert {Path(name).suffix for name in names} == {".png", ".csv"}
    assert not (place / "results").exists()


def test_json_can_be_read_and_quiet_is_silent(place: Path, plenary: Type) -> None:
    said = json.loads(plenary("sweep", experiment(), "--no-figures", "--json"))
    assert {said.pop("folder"), *said.pop("outcomes")[0]} > {f"results/{NAME}", "mean"}
    assert said == json.loads((place / f"results/{NAME}/summary.json").read_text("utf-8"))
    assert plenary("sweep", experiment(), "--no-figures", "--quiet") == ""


def test_runs_and_errors_to_reach_are_taken_from_the_command(place: Path, plenary: Type) -> None:
    plenary("sweep", experiment(), "--runs", "8", "--no-figures", "-q", "--out", "few")
    until = "73/27.plenary.margin: 0.2"
    runs = ("--runs", "8", "--no-figures", "-q")
    plenary("sweep", experiment(), *runs, "--until", until, "--out", "more")
    counts = []
    for name in ("few", "more"):
        with (place / name / "design.csv").open(encoding="utf-8") as lines:
            counts.append([int(row["runs"]) for row in csv.DictReader(lines)])
    assert set(counts[0]) == {8}
    assert max(counts[1]) > 8


def test_how_many_workers_makes_no_difference(place: Path, plenary: Type) -> None:
    for workers in ("1", "2"):
        plenary("sweep", experiment(), "--workers", workers, "-q", "--no-figures", "--out", workers)
    assert made.table(place / "1") == made.table(place / "2")


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_a_dry_run_writes_nothing(place: Path, plenary: Type, more: tuple[str, ...]) -> None:
    before = left(place)
    told = plenary("sweep", experiment(), "--dry-run", *more)
    assert left(place) == before
    if more:
        assert json.loads(told)["runs"] == 24 * json.loads(told)["points"]
    else:
        assert "24 runs a point" in told


WRONG = {
    "no such experiment": (["sweep", "eu-cohesoin"], "eu-cohesion"),
    "no such file": (["sweep", "nowhere.yaml"], "there is no such file"),
    "a scenario": (["sweep", "small.yaml"], "is a scenario, not an experiment"),
    "until without a number": (["sweep", experiment(), "--until", "x"], "OUTCOME: ERROR"),
    "until below 0": (["sweep", experiment(), "--until", "a: -1"], "OUTCOME: ERROR"),
    "until nan": (["sweep", experiment(), "--until", "a: nan"], "OUTCOME: ERROR"),
    "until of no outcome": (
        ["sweep", experiment(), "--until", "73/27.plenary.adoptd: 0.1"],
        "73/27.plenary.adopted",
    ),
    "no workers": (["sweep", experiment(), "--workers", "0"], "--workers"),
    "no runs": (["sweep", experiment(), "--runs", "0"], "--runs"),
    "a mistyped option": (["sweep", experiment(), "--rnus", "3"], "--runs"),
    "nothing to compare": (["compare", "small.yaml"], "nothing to compare"),
    "a wrong setting": (["compare", "small.yaml", "--set", "USA=leaves"], "withdraws"),
    "a seed after a session": (
        ["compare", "small.yaml", "--after", "1", "--set", "seed=3"],
        "seed: cannot be changed once sessions have been played",
    ),
    "a draft after a session": (
        ["compare", "small.yaml", "--after", "1", "--set", "drafts.73/27.OP3=55"],
        "drafts.73/27.OP3: cannot be changed once sessions have been played",
    ),
    "after the last session": (
        ["compare", "small.yaml", "--after", "2", "--set", "USA=absent"],
        "there are 2 sessions, and something must be left to play (it says '2'); allowed: 0 to 1",
    ),
    "a past of two files": (["compare", "small.yaml", "small.yaml", "--after", "1"], "--set"),
    "no results to plot": (["plot", "."], "no folder of finished results"),
    "no results to report": (["report", "."], "no folder of finished results"),
    "no results to verify": (["rerun", ".", "--verify"], "no folder of finished results"),
    "no folder to report": (["report", "nowhere"], "there is no such folder"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_input_is_told_and_nothing_is_written(case: str, place: Path, plenary: Type) -> None:
    args, said = WRONG[case]
    before = left(place)
    told = " ".join(plenary(*args, status=2).split())
    assert said in told
    assert left(place) == before
    assert not (place / "results").exists()


def test_results_of_something_else_are_not_mixed_in(place: Path, plenary: Type) -> None:
    plenary("sweep", experiment(), "-q", "--no-figures")
    before = finished.files(place / "results" / NAME)
    scenario = place / "small.yaml"
    scenario.write_text(scenario.read_text("utf-8").replace("seed: 7", "seed: 8"), "utf-8")
    told = plenary("sweep", experiment(), "-q", "--no-figures", status=2)
    assert "--out" in told
    assert finished.files(place / "results" / NAME) == before


def test_failed_runs_are_a_failure_and_are_tried_again(
    place: Path, plenary: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(work, "play_chunk", made.failing({3}))
        told = plenary("sweep", experiment(), "--no-figures", status=1)
    assert "runs failed" in told
    assert (place / "results" / NAME / "manifest.json").is_file()
    assert "runs failed" not in plenary("sweep", experiment(), "--no-figures")


def test_interrupted_it_says_how_to_go_on(
    place: Path, plenary: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(folder.Folder, "keep", stop)
        told = plenary("sweep", experiment(), "--no-figures", "--out", "my results", status=130)
    assert f"to go on: plenary sweep {experiment()} --no-figures --out 'my results'" in told
    assert not (place / "my results" / "manifest.json").exists()
    plenary("sweep", experiment(), "--no-figures", "--out", "my results", "-q")
    assert (place / "my results" / "manifest.json").is_file()


# compare


def test_a_comparison_prints_a_page_and_writes_its_folder(place: Path, plenary: Type) -> None:
    args = ("compare", "small.yaml", "--set", "USA=absent", "--runs", "12", "--no-figures")
    lines = plenary(*args).splitlines()
    assert max(map(len, lines)) <= 80
    (out,) = (place / "results").iterdir()
    assert out.name.startswith("small-compare-")
    assert {"base_runs.csv", "paired.csv", "who_changed.csv", "summary.json"} <= left(out)
    assert plenary(*args, "--quiet") == ""
    assert isinstance(json.loads(plenary(*args, "--json")), dict)


def test_a_changed_rule_is_told_in_both_readings(plenary: Type) -> None:
    told = plenary(
        *("compare", "small.yaml", "--set", "forums.room.rules=two_thirds"),
        *("--runs", "24", "--no-figures"),
    )
    held, redrafted = (told.index(f"\n{name}  ") for name in READINGS)
    assert held < redrafted


# plot, report, rerun


def test_figures_are_drawn_and_named(place: Path, plenary: Type, swept: Path) -> None:
    copy = Path(shutil.copytree(swept, place / "copy"))
    named = plenary("plot", "copy").splitlines()
    assert named
    assert all(Path(name).is_file() and name.endswith(".png") for name in named)
    assert plenary("plot", "copy", "--svg", "--quiet") == ""
    assert list((copy / "figures").glob("*.svg"))
    assert not list((copy / "figures").glob("*.png"))


def test_a_report_is_written_and_named(place: Path, plenary: Type, swept: Path) -> None:
    shutil.copytree(swept, place / "copy")
    assert "copy/report.html" in plenary("report", "copy").splitlines()
    assert "<html" in (place / "copy/report.html").read_text(encoding="utf-8")
    assert plenary("report", "copy", "--quiet") == ""


def test_a_brief_is_written_beside_it(place: Path, plenary: Type, swept: Path) -> None:
    pytest.importorskip("docx")
    shutil.copytree(swept, place / "copy")
    named = set(plenary("report", "copy", "--brief").splitlines())
    assert {"copy/report.html", "copy/brief.html", "copy/brief.docx"} <= named


def test_verify_says_the_same_and_leaves_nothing(place: Path, plenary: Type, swept: Path) -> None:
    shutil.copytree(swept, place / "copy")
    before = left(place)
    told = " ".join(plenary("rerun", "copy", "--verify", "--workers", "1").split())
    assert told.startswith("The same: all ")
    said = json.loads(plenary("rerun", "copy", "--verify", "--workers", "1", "--json"))
    assert said["same"] is True
    assert said["differing"] == []
    assert left(place) == before


def test_verify_exits_with_1_and_names_the_first_cell(
    place: Path, plenary: Type, swept: Path
) -> None:
    copy = Path(shutil.copytree(swept, place / "copy"))
    text = (copy / "points.csv").read_text(encoding="utf-8")
    (copy / "points.csv").write_text(text.replace("73/27.plenary.adopted", "mine", 1), "utf-8")
    verify = ("rerun", "copy", "--verify", "--workers", "1")
    told = plenary(*verify, status=1)
    assert "Not the same: 1 of " in told
    assert "points.csv:2: column 1 is 'mine', and made again '73/27.plenary.adopted'" in told
    said = json.loads(plenary(*verify, "--json", status=1))
    assert said["same"] is False
    assert len(said["differing"]) == 1


def test_it_is_made_again_beside_it_or_where_one_says(
    place: Path, plenary: Type, swept: Path
) -> None:
    copy = Path(shutil.copytree(swept, place / "copy"))
    assert plenary("rerun", "copy", "--workers", "1") == "Results: copy-again\n"
    assert finished.files(place / "copy-again") == finished.files(copy)
    plenary("rerun", "copy", "--workers", "1", "--out", "elsewhere")
    assert finished.files(place / "elsewhere") == finished.files(copy)


# Stopped while it is written up


def test_a_sweep_stopped_while_it_is_written_up_says_what_is_kept(
    plenary: Type, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("sim.results.writeup.write_up", stopped)
        told = plenary("sweep", experiment(), "--no-figures", status=130)
    assert f"interrupted; all runs are kept in {Path('results') / NAME}" in told
    assert f"to go on: plenary sweep {experiment()} --no-figures" in told
    assert (place / "results" / NAME / "results.parquet").is_file()
    plenary("sweep", experiment(), "--no-figures")
    assert (place / "results" / NAME / "points.csv").is_file()


def test_figures_drawn_again_leave_the_report(place: Path, plenary: Type, swept: Path) -> None:
    shutil.copytree(swept, place / "copy")
    plenary("report", "copy")
    before = (place / "copy" / "report.html").read_bytes()
    plenary("plot", "copy", "--quiet")
    assert (place / "copy" / "report.html").read_bytes() == before
    assert (place / "copy" / "report.json").is_file()


def test_a_run_is_not_put_into_the_folder_of_a_sweep(
    place: Path, plenary: Type, swept: Path
) -> None:
    shutil.copytree(swept, place / "copy")
    before = left(place)
    for command in (["run", "small.yaml"], ["compare", "small.yaml", "--set", "IND=absent"]):
        told = plenary(*command, "--runs", "4", "--out", "copy", status=2)
        assert "copy: holds a sweep" in told
        assert "--out DIR" in told
    assert left(place) == before
