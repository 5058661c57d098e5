"""A vote that is still to come, on a clock that the tests set."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from small import CONSENSUS, VOTE

from sim.sealed import record

NOW = dt.datetime(2031, 9, 1, 12, 30, 15, 999, tzinfo=dt.UTC)
VOTE_AHEAD = VOTE.split("record:")[0].replace("2018-10-01", "2031-10-01").replace('"73/27"', "L.59")
CONSENSUS_AHEAD = CONSENSUS.split("record:")[0].replace("seed: 3", "seed: 3\ndate: 2031-10-01")
RUNS = 24


def write(folder: Path, text: str = VOTE_AHEAD, name: str = "ahead.yaml") -> Path:
    """Write a scenario into a folder."""
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def seal(file: Path, now: dt.datetime = NOW, runs: int = RUNS, note: str = "") -> dict[str, Any]:
    """Play a scenario and seal what comes of it."""
    return record.sealed(record.plan(str(file), (), now).play(runs), now, note)


@pytest.fixture(scope="session")
def vote(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return seal(write(tmp_path_factory.mktemp("vote")))


@pytest.fixture(scope="session")
def room(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return seal(write(tmp_path_factory.mktemp("room"), CONSENSUS_AHEAD))


@pytest.fixture
def sealed(vote: dict[str, Any], tmp_path: Path) -> Path:
    """A file with the sealed forecast of a vote."""
    file = tmp_path / "ahead.forecast.json"
    record.write(vote, file)
    return file
