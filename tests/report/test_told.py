"""All that a run prints and says as data, with --full and without."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from mixed import small
from small import CONSENSUS, write

from sim.report import told
from sim.show import terminal
from sim.study.run import Run, plan, play


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path)
    write(tmp_path, CONSENSUS, "experts.yaml")
    monkeypatch.chdir(tmp_path)


def full(run: Run) -> str:
    lines = told.lines(run, Path("results/small"), full=True)
    assert max(map(len, lines)) <= 80
    return "\n".join(lines)


def test_full_begins_with_the_summary() -> None:
    run = play("small.yaml", runs=20)
    brief = "\n".join(told.lines(run, Path("results/small")))
    assert full(run).startswith(brief)


def test_scores_stand_beside_baselines_with_a_verdict() -> None:
    said = full(play("small.yaml", runs=20))
    for word in ("accuracy", "Brier", "ranked", "recall", "majority class"):
        assert word in said
    assert "by accuracy on the same states the simulation" in " ".join(said.split())
    assert "on record" in said.split("In favour of both")[1] or "L.60" in said


def test_every_number_stands_beside_its_plain_baselines() -> None:
    said = full(play("small.yaml", runs=20)).split("Scores beside baselines")[1]
    assert said.count("beside own positions alone") == 2  # a draft each
    for row in ("adopted", "in favour", "73/27 OP3", "L.60 OP1"):
        assert any(line.strip().startswith(row) for line in said.splitlines())
    assert "* is more than two errors" in " ".join(said.split())


def test_baselines_are_data_too() -> None:
    run = play("small.yaml", runs=20)
    said = terminal.without_nan(told.data(run, Path("results/small")))
    assert json.loads(json.dumps(said, allow_nan=False)) == said
    first = said["plain_baselines"][0]
    assert (first["draft"], first["stage"]) == ("73/27", "plenary")
    assert first["changes_nothing_against"] == list(run.plain[0].nothing)
    assert {a["baseline"] for a in first["clauses"][0]} == {
        "the text as tabled",
        "weighted mean",
        "median",
        "status quo",
    }
    (scored,) = said["skill"]
    assert scored["baselines"][0]["baseline"] == "majority class"
    assert told.data(plan("small.yaml", hide_record=True).play(4), Path())["skill"] == []


def test_every_stage_is_told() -> None:
    said = full(play("small.yaml", runs=20))
    decided = said.split("How each text was decided")[1].split("Spread of every")[0]
    assert {"73/27 committee", "73/27 plenary", "L.60 committee", "L.60 plenary"} <= {
        line.partition("  ")[0] for line in decided.splitlines()
    }


def test_a_hidden_record_leaves_no_score() -> None:
    said = full(plan("small.yaml", hide_record=True).play(20))
    for word in ("Brier", "record", "surprised", "happened"):
        assert word not in said


def test_a_what_if_is_scored_without_its_change_and_names_its_differences() -> None:
    said = " ".join(full(play("small.yaml", ["USA=absent"], runs=20)).split())
    assert "Without the change, 73/27 called right" in said
    assert "surprised" not in said
    assert "Every outcome that differs" in said
    assert "true difference seen 8 times in 10" in said
    assert "United States of America L.60 committee in favour to not voting" in said


def test_a_room_that_failed_tells_why() -> None:
    said = full(play("experts.yaml", runs=40))
    assert "Cuba" in said.split("Who blocks report")[1].split("How often")[0]
    assert "failure of procedure" in " ".join(said.split())
    assert "no zone of agreement" in " ".join(said.split())
    assert "phi <" in said
    assert "k0 <" in said


def test_data_is_json_whatever_is_unknown() -> None:
    run = play("small.yaml", ["USA=absent"], runs=1)
    said = terminal.without_nan(told.data(run, Path("results/small")))
    assert json.loads(json.dumps(said, allow_nan=False)) == said
    assert said["settings"] == ["USA=absent"]
    assert {s["after"] for s in said["who_changed"]} == {"not voting"}
    (plenary,) = [b for b in said["ballots"] if (b["draft"], b["stage"]) == ("73/27", "plenary")]
    assert plenary["record"]["in_favour"] == 4


def test_data_says_in_how_many_runs_it_was_decided_as_recorded(tmp_path: Path) -> None:
    run = small(tmp_path)
    data = told.data(run, Path("results/small"))
    shares = {(b["draft"], b["stage"]): b["decided_as_recorded"] for b in data["ballots"]}
    assert shares["73/27", "plenary"] == 0.2
    assert shares["L.60", "plenary"] is None  # nothing is on record of it
    assert [scored["voted"] for scored in data["skill"]] == [0.2]
    assert "the 20% of runs" in full(run).split("Scores beside baselines")[1]
