"""A mean is one number, wherever it is read: on the screen, in the files of a run, in a sweep."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from small import CONSENSUS, VOTE, write

from sim import arrow, sweep
from sim.analysis.tally import Tally, tallies
from sim.mechanisms.ballots import IN_VOTES, OBJECTIONS
from sim.report import told
from sim.show import tables
from sim.study.run import Run, play

RUNS = 40
SWEEP = f"""\
title: The scenario as it is, and without noise
question: What comes of it?
scenario: small.yaml
vary: {{parameters.noise: [unchanged, 0]}}
runs: {RUNS}
"""
# Falls in committee in some runs; and blocked, then voted on, in some runs.
TEXTS = {
    "room": VOTE.replace("value: 60", "value: 45"),
    "experts": CONSENSUS.replace("group_of_governmental_experts", "ad_hoc_committee"),
}


@pytest.fixture(scope="module", params=list(TEXTS))
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a scenario, and the results of a sweep whose first point it is."""
    place = tmp_path_factory.mktemp(request.param)
    write(place, TEXTS[request.param])
    (place / "noise.yaml").write_text(SWEEP, encoding="utf-8")
    sweep.run(sweep.plan(place / "noise.yaml"), place / "results")
    return place


@pytest.fixture(scope="module")
def run(made: Path) -> Run:
    return play(str(made / "small.yaml"), runs=RUNS)


def in_files(run: Run) -> dict[str, np.ndarray]:
    """The columns of runs.csv, with nan where a cell is empty."""
    rows = list(csv.DictReader(tables.as_csv(tables.runs(run)).decode().splitlines()))
    assert all("." not in row[n] for row in rows for n in row if n.endswith(".in_favour"))
    words = {"true": 1.0, "false": 0.0, "": np.nan}
    return {
        name: np.array([words.get(row[name], row[name]) for row in rows], dtype=np.float64)
        for name in rows[0]
        if not name.endswith((".how", ".deadlock"))  # in words
    }


def counts(tally: Tally) -> list[str]:
    return [*IN_VOTES, *(OBJECTIONS if tally.consensus else ())]


def test_screen_files_and_sweep_have_the_same_mean(made: Path, run: Run) -> None:
    cells = in_files(run)
    swept = arrow.read(made / "results" / "results.parquet")
    base = np.array(swept.column("point").to_pylist()) == "base"
    some = 0
    for tally in tallies(run.setting, run.outcomes):
        for name in counts(tally):
            column = f"{tally.draft}.{tally.stage}.{name}"
            values = cells[column][~np.isnan(cells[column])]
            there = arrow.floats(swept.column(column))[base]
            there = there[~np.isnan(there)]
            assert np.array_equal(values, there), column
            told = tally.counts[name]
            assert told.runs == len(values), column
            assert not len(values) or told.mean == pytest.approx(values.mean(), rel=1e-12)
            some += 0 < len(values) < RUNS
    assert some  # else nothing is tested: something is counted in some runs only


def test_a_mean_of_some_runs_says_of_which(made: Path, run: Run) -> None:
    page = "\n".join(told.lines(run, made))
    assert "counted in the " in page
