"""`plenary forecast` as typed: seal, check, make again, score; and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from small import VOTE, VOTES
from typer.testing import CliRunner, Result

from sim.cli import app
from tests.sealed.conftest import VOTE_AHEAD, write

FAR = "2931-10-01"  # ahead whenever this test is run


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write(tmp_path, VOTE_AHEAD.replace("2031-10-01", FAR), "my-vote.yaml")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def plenary(*said: str) -> Result:
    return CliRunner().invoke(app, ["forecast", *said])


def test_from_the_seal_to_the_score(here: Path) -> None:
    sealed = plenary("my-vote.yaml", "--seal", "--runs", "8", "--note", "before the talks")
    assert sealed.exit_code == 0, sealed.output
    file = here / "my-vote.forecast.json"
    said = json.loads(file.read_text(encoding="utf-8"))
    assert said["note"] == "before the talks"
    assert f"Seal: {said['seal']}" in sealed.stdout
    assert "publish" in sealed.stdout
    assert max(map(len, sealed.stdout.splitlines())) <= 80

    before = file.read_bytes()
    twice = plenary("my-vote.yaml", "--seal", "--runs", "8")
    assert twice.exit_code == 2
    assert "not overwritten" in twice.stderr
    assert file.read_bytes() == before

    again = plenary("--check", file.name, "--again")
    assert again.exit_code == 0
    assert "every number is the same" in again.stdout
    votes = VOTES.replace("73/27", "L.59").replace("2018-12-05", "2931-12-05")
    (here / "votes.csv").write_text(votes, encoding="utf-8")
    scored = plenary("--score", file.name, "votes.csv")
    assert scored.exit_code == 0, scored.output
    assert "own positions alone" in scored.stdout
    as_data = json.loads(plenary("--score", file.name, "votes.csv", "--json").stdout)
    assert as_data["seal"] == said["seal"]

    file.write_text(before.decode().replace("before the talks", "after the talks"), "utf-8")
    broken = plenary("--check", file.name)
    assert broken.exit_code == 1
    assert "the seal is broken" in broken.stdout
    assert json.loads(plenary("--check", file.name, "--json").stdout)["holds"] is False
    assert plenary("--score", file.name, "votes.csv").exit_code == 2


def test_a_number_that_was_not_played_is_told(here: Path) -> None:
    from sim.sealed import record

    assert plenary("my-vote.yaml", "--seal", "--runs", "4", "--quiet").stdout == ""
    file = here / "my-vote.forecast.json"
    said = json.loads(file.read_text(encoding="utf-8"))
    said["forecast"]["clauses"][0]["came_out"] = 99.0
    said["seal"] = record.seal(said)
    file.write_text(json.dumps(said), encoding="utf-8")
    again = plenary("--check", file.name, "--again")
    assert again.exit_code == 1
    assert "forecast.clauses.1.came_out" in again.stdout


def test_a_hindcast_is_refused_and_nothing_is_written(here: Path) -> None:
    (here / "votes.csv").write_text(VOTES, encoding="utf-8")
    write(here, VOTE, "past.yaml")
    for source in ("past.yaml", "rival-resolutions-2018"):
        refused = plenary(source, "--seal")
        assert refused.exit_code == 2
        assert "that is a hindcast" in refused.stderr
        assert "plenary run" in refused.stderr
    assert not list(here.glob("*.forecast.json"))


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (["my-vote.yaml"], "say what to do"),
        (["my-vote.yaml", "--seal", "--check"], "say what to do"),
        (["my-vote.yaml", "votes.csv", "--check"], "takes one file"),
        (["my-vote.yaml", "--score"], "nothing to score by"),
        (["my-vote.yaml", "--check"], "is damaged, or no forecast"),
        (["none.json", "--check"], "cannot be read"),
        (["my-vote.yaml", "--seal", "--out", "none/at/all.json"], "no such folder"),
        (["my-vote.yaml", "--seal", "--set", "USA=flies"], "USA"),
    ],
)
def test_what_is_not_understood_is_told_in_a_sentence(said: list[str], why: str) -> None:
    found = plenary(*said)
    assert found.exit_code == 2
    assert why in found.stderr
    assert "Traceback" not in found.output
