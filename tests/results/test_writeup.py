"""What a finished sweep leaves beside its runs, against the runs themselves."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from sim import report, sweep
from sim.analysis.paired import difference
from sim.analysis.spread import spread
from sim.experiment.model import Plot
from sim.report import codebook, dossier
from sim.results import writeup
from sim.staging import writing
from sim.study.findings import Study
from sim.sweep import work
from sim.sweep.planning import Plan
from tests import finished
from tests.sweep import made

ROUNDED = 1e-6  # as points.csv is
OUTCOMES = ("73/27.plenary.adopted", "73/27.plenary.margin", "73/27.retained if adopted")
MORRIS = """\
title: What moves it
scenario: small.yaml
vary:
  IND.position.SOV: {from: 0, to: 100}
  BRA.position.SOV: {from: 0, to: 100}
design: morris
trajectories: 4
runs: 16
outcomes: [73/27.committee.margin, 73/27.committee.adopted]
"""
RULES = """\
title: Under which conditions
scenario: small.yaml
vary:
  IND.position.SOV: {from: 0, to: 100}
  parameters.readiness: {from: -1, to: 4}
design: latin_hypercube
points: 24
runs: 8
outcomes: [73/27.plenary.adopted]
plots: [{kind: rules, outcome: 73/27.plenary.adopted}]
"""
Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sweep that was written up with its figures; tests do not change it."""
    return finished.swept(tmp_path_factory.mktemp("swept"), figures=True)


@pytest.fixture(scope="module")
def study(folder: Path) -> Study:
    return sweep.read(folder)


def rows(file: Path) -> Rows:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def runs_of(folder: Path, point: str, outcome: str) -> tuple[np.ndarray, np.ndarray]:
    """An outcome of a point's runs and their worlds, read without any of our code."""
    table = pq.read_table(folder / "results.parquet").to_pylist()
    there = [row for row in table if row["point"] == point]
    values = [np.nan if row[outcome] is None else float(row[outcome]) for row in there]
    return np.array(values), np.array([row["world"] for row in there])


def test_every_outcome_that_has_a_mean_has_a_row_at_every_point(folder: Path, study: Study) -> None:
    there = [(row["outcome"], row["point"]) for row in rows(folder / "points.csv")]
    assert there == [(name, point.id) for name in OUTCOMES for point in study.points]
    for row in rows(folder / "points.csv"):
        point = next(p for p in study.points if p.id == row["point"])
        assert {path: row[path] for path in point.levels} == study.levels(point)
        assert (row["draft"], row["unit"] != "") == ("73/27", True)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_its_numbers_are_the_spread_of_the_runs(folder: Path, outcome: str) -> None:
    for row in rows(folder / "points.csv"):
        if row["outcome"] != outcome:
            continue
        values, worlds = runs_of(folder, row["point"], outcome)
        there = ~np.isnan(values)
        expected = spread(values[there], worlds[there])
        assert float(row["defined"]) == pytest.approx(there.mean(), abs=ROUNDED)
        assert int(row["runs"]) == expected.runs
        for name in ("mean", "error", "chance", "ignorance", "low", "high"):
            told = float(row[name] or "nan")
            assert told == pytest.approx(getattr(expected, name), abs=ROUNDED, nan_ok=True), name


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_differences_are_paired_over_runs_that_both_have(folder: Path, outcome: str) -> None:
    before, worlds = runs_of(folder, "base", outcome)
    for row in rows(folder / "points.csv"):
        if row["outcome"] != outcome:
            continue
        after, _ = runs_of(folder, row["point"], outcome)
        both = ~np.isnan(before) & ~np.isnan(after)
        if row["point"] == "base" or not both.any():
            assert row["difference"] == row["difference_error"] == row["smallest"] == ""
            continue
        expected = difference(outcome, before[both], after[both], worlds[both])
        assert float(row["difference"]) == pytest.approx(
            float(np.mean(after[both] - before[both])), abs=ROUNDED
        )
        assert float(row["difference_error"] or "nan") == pytest.approx(
            expected.error, abs=ROUNDED, nan_ok=True
        )


def test_some_outcome_is_defined_in_some_runs_only(folder: Path) -> None:
    """Without which the two tests above would show little."""
    found = [float(r["defined"]) for r in rows(folder / "points.csv") if " if " in r["outcome"]]
    assert any(0 < share < 1 for share in found)


def test_the_share_adopted_is_that_in_which_what_is_retained_is_defined(folder: Path) -> None:
    by = {(row["outcome"], row["point"]): row for row in rows(folder / "points.csv")}
    for (outcome, point), row in by.items():
        if outcome == OUTCOMES[2]:
            adopted = float(by[OUTCOMES[0], point]["mean"])
            assert float(row["defined"]) == pytest.approx(adopted, abs=ROUNDED)


def test_a_study_without_its_base_has_no_differences(tmp_path: Path) -> None:
    place = finished.swept(tmp_path, finished.SWEEP.replace("[unchanged, ", "[") + "base: false\n")
    assert "base" not in {row["point"] for row in rows(place / "points.csv")}
    assert {row["difference"] for row in rows(place / "points.csv")} == {""}


# What describes it


def test_the_codebook_has_every_column_with_its_meaning(folder: Path) -> None:
    told = rows(folder / "codebook.csv")
    there = [(f, c) for f, columns in codebook.columns_of(folder).items() for c in columns]
    tables = {f for f, _ in there}
    assert {"results.parquet", "votes.parquet", "design.csv", "points.csv"} <= tables
    assert any(f.startswith("figures/") for f in tables)
    assert sorted((row["file"], row["column"]) for row in told) == sorted(there)
    assert [row for row in told if not (row["meaning"] and row["unit"])] == []


def test_the_manifest_lists_every_file_with_its_digest(folder: Path, study: Study) -> None:
    said = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert said["files"].keys() == finished.files(folder).keys() - {"manifest.json"}
    for name, digest in said["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name
    assert said["command"] == ["sweep", "small.yaml"]
    assert (said["points"], said["runs"], said["failed"]) == (len(study.points), study.runs, 0)
    assert (said["seed"], said["kind"], said["scenario"]) == (7, "sweep", "small")
    assert not {"date", "time", "host"} & said.keys()


def test_the_summary_can_be_read(folder: Path) -> None:
    said = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert said["answer"]
    assert said["question"] == "Does it matter whom India is near to?"
    found = dossier.read(folder)
    assert found.title == "A small experiment"
    assert [picture.file for picture in found.figures]


def test_methods_cite_what_the_references_hold(folder: Path) -> None:
    text = (folder / "methods.md").read_text(encoding="utf-8")
    cited = set(re.findall(r"@([a-z][a-z0-9]+)", text))
    held = set(re.findall(r"^@\w+\{(\w+),", (folder / "references.bib").read_text("utf-8"), re.M))
    assert len(cited) > 5
    assert cited <= held  # some are of what is used and not spoken of


# Written again


def again(plan: Plan, folder: Path, *, figures: bool = False) -> dict[str, object]:
    return writeup.write_up(sweep.read(folder), plan.scenario, folder, ["sweep"], figures=figures)


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return made.planned(tmp_path, finished.SWEEP)


def test_what_no_longer_belongs_is_taken_away(folder: Path, tmp_path: Path, plan: Plan) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    (copy / "notes.txt").write_text("mine", encoding="utf-8")
    (copy / "figures/mine.txt").write_text("mine", encoding="utf-8")
    before = finished.files(copy)
    again(plan, copy)
    figures = {name for name in before if name.startswith("figures/")} - {"figures/mine.txt"}
    assert finished.files(copy).keys() == before.keys() - figures
    assert (copy / "parts").is_dir()
    for name in ("results.parquet", "study.json", "design.csv", "points.csv"):
        assert (copy / name).read_bytes() == before[name]


def test_a_report_of_the_old_results_goes_too(folder: Path, tmp_path: Path, plan: Plan) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    report.write(copy)
    assert (copy / "report.html").is_file()
    again(plan, copy)
    assert not (copy / "report.html").exists()


def test_written_twice_it_is_the_same(folder: Path, tmp_path: Path, plan: Plan) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    again(plan, copy)
    first = finished.files(copy)
    again(plan, copy)
    assert finished.files(copy) == first


def test_failed_runs_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "play_chunk", made.failing({3}))
    place = finished.swept(tmp_path)
    said = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
    assert said["failed"] == said["points"]
    assert {row["failed"] for row in rows(place / "design.csv")} == {"1"}


def test_a_point_all_of_whose_runs_failed_has_no_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "play_chunk", made.failing(set(range(24))))
    place = finished.swept(tmp_path)
    assert {(r["runs"], r["mean"], r["difference"]) for r in rows(place / "points.csv")} == {
        ("0", "", "")
    }


# Analyses


def test_elementary_effects_are_written_where_the_design_asks(tmp_path: Path) -> None:
    pytest.importorskip("SALib")
    place = finished.swept(tmp_path, MORRIS, figures=True)
    told = rows(place / "sensitivity.csv")
    assert {row["factor"] for row in told if row["factor"]} == {
        "IND.position.SOV",
        "BRA.position.SOV",
    }
    assert all(row["mu_star"] or row["note"] for row in told)
    assert list((place / "figures").glob("morris*.png"))
    listed = {(r["file"], r["column"]) for r in rows(place / "codebook.csv") if r["meaning"]}
    assert {("sensitivity.csv", column) for column in told[0]} <= listed
    dossier.read(place)


def test_rules_are_written_where_a_figure_asks(tmp_path: Path) -> None:
    pytest.importorskip("sklearn")
    place = finished.swept(tmp_path, RULES)
    told = rows(place / "rules.csv")
    assert {row["outcome"] for row in told} == {"73/27.plenary.adopted"}
    assert sum(int(row["points"] or 0) for row in told) == 24  # every point once
    assert all(row["points"] or row["note"] for row in told)
    assert not (place / "sensitivity.csv").exists()


def test_designs_that_ask_for_none_have_none(folder: Path, study: Study) -> None:
    assert not (folder / "sensitivity.csv").exists()
    assert not (folder / "rules.csv").exists()
    assert writeup.analysed(study) == {}


def test_figures_are_those_that_were_asked_for(study: Study, tmp_path: Path) -> None:
    asked = replace(study.experiment, plots=(Plot("line", OUTCOMES[1], x="IND.position.SOV"),))
    with writing(tmp_path / "out") as staging:
        writeup.draw(replace(study, experiment=asked), staging, ".svg")
        names = staging.files()
    assert len(names) == 2
    assert {Path(name).suffix for name in names} == {".svg", ".csv"}
