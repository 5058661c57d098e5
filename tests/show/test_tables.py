"""The tables of a run's folder: units, names and sums."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from small import CONSENSUS, write

from sim.show import tables
from sim.study.run import Run, play


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return play(str(write(tmp_path)), ["USA=absent"], runs=12)


def test_chances_sum_to_one_and_only_members_are_listed(run: Run) -> None:
    votes = tables.votes(run)
    sums = sum(np.array(votes[name]) for name in tables.CHANCES)
    assert sums == pytest.approx(np.ones(len(sums)))
    assert "ACME" not in votes["actor"]
    assert len(votes["actor"]) == 6 * 2 * 2  # members, drafts, stages


def test_values_are_on_100_and_ways_are_words(run: Run) -> None:
    table = tables.runs(run)
    assert np.max(table["73/27.OP3.value"]) > 1
    assert set(table["73/27.plenary.how"]) <= {"vote", "shortfall", "not_reached", "no_quorum"}
    assert list(table["run"]) == list(range(12))


def test_clauses_tell_tabled_and_status_quo(run: Run) -> None:
    table = tables.clauses(run)
    assert list(table["tabled"]) == [70.0, 60.0, 10.0]
    assert list(table["status_quo"]) == [40.0, 20.0, 40.0]
    assert all(
        low <= came <= high
        for low, came, high in zip(*(table[n] for n in ("low", "came_out", "high")), strict=True)
    )


def test_a_dropped_clause_leaves_the_status_quo(tmp_path: Path) -> None:
    text = CONSENSUS.replace("drafting: as_tabled", "drafting: chair")
    run = play(str(write(tmp_path, text)), runs=40)
    (dropped,) = tables.clauses(run)["dropped"]
    value = run.outcomes.number("report.law.value")
    assert dropped == pytest.approx(np.mean(value == 0.3))


def test_pairs_are_in_the_units_of_files(run: Run) -> None:
    assert run.base is not None
    table = tables.paired(run)
    place = list(table["outcome"]).index("status_quo.SOV")
    mean = run.outcomes.number("status_quo.SOV").mean() * 100
    assert table["changed"][place] == pytest.approx(mean, abs=1e-4)


def test_who_changed_is_in_words(run: Run) -> None:
    assert run.base is not None
    table = tables.changed(run)
    assert table["actor"][0] == "USA"
    assert table["after"][0] == "not voting"


def test_csv_has_lower_case_truth_and_blanks() -> None:
    table = {"a": np.array([True, False]), "b": [1.5, float("nan")], "c": ["x, y", ""]}
    assert tables.as_csv(table) == b'a,b,c\ntrue,1.5,"x, y"\nfalse,,\n'
