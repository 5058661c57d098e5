"""The tables of a run's folder: units, names and sums."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from small import CONSENSUS, write

from sim.core.acts import Act, Tally
from sim.core.registry import kind_of
from sim.forums.rules import How
from sim.mechanisms.ballots import VOTES
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


def test_a_clause_is_dropped_where_the_run_says_so(tmp_path: Path) -> None:
    """And not where its value happens to be the status quo."""
    run = play(str(write(tmp_path, CONSENSUS)), runs=40)
    told = {
        "report.law.value": np.where(np.arange(40) < 20, 0.3, 0.9),
        "report.law.dropped": np.arange(40) < 10,
    }
    table = tables.clauses(
        replace(run, outcomes=replace(run.outcomes, table=run.outcomes.table | told))
    )
    assert table["dropped"] == [0.25]
    assert table["came_out"] == [60.0]


def test_a_text_that_was_missed_is_the_mean_of_where_one_was(tmp_path: Path) -> None:
    """Runs without one count nowhere; where no run missed any, and in a vote, the cell is empty."""
    run = play(str(write(tmp_path, CONSENSUS)), runs=40)
    nowhere = np.full(40, np.nan)
    some = np.where(np.arange(40) < 10, 0.5, np.where(np.arange(40) < 20, 0.6, np.nan))
    for said, shown in ((some, b",55.0,"), (nowhere, b",,")):
        told = {"report.law.agreeable": said}
        outcomes = replace(run.outcomes, table=run.outcomes.table | told)
        table = tables.clauses(replace(run, outcomes=outcomes))
        assert np.isnan(table["agreeable"][0]) == (said is nowhere)
        head, row = tables.as_csv(table).splitlines()
        assert b",dropped,agreeable,words" in head
        assert shown in row


def test_where_nobody_seeks_consensus_no_text_is_missed(run: Run) -> None:
    assert np.isnan(tables.clauses(run)["agreeable"]).all()


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


def test_cells_are_whole_true_or_empty_as_the_outcome_is(run: Run) -> None:
    table = {name: np.ma.asarray(column) for name, column in tables.runs(run).items()}
    rows = list(csv.DictReader(tables.as_csv(table).decode().splitlines()))
    for name, column in table.items():
        kind, cells = kind_of(name), {row[name] for row in rows}
        if kind is None or kind.words:
            continue
        assert ("" in cells) == np.ma.getmaskarray(column).any(), name
        assert not kind.whole or all(cell.lstrip("-").isdigit() for cell in cells - {""}), name
        assert not kind.truth or cells <= {"true", "false", ""}, name
    read = pq.read_table(pa.BufferReader(tables.as_parquet(table)))
    for name, column in table.items():
        assert read.column(name).to_pylist() == column.tolist(), name


def test_what_is_not_reached_is_missing_and_never_a_number(run: Run) -> None:
    fell = np.flatnonzero(run.outcomes.table["73/27.plenary.how"] == How.NOT_REACHED)
    assert len(fell)
    table = tables.runs(run)
    for count in (*VOTES, "margin"):
        assert np.ma.getmaskarray(table[f"73/27.plenary.{count}"])[fell].all()


def test_acts_are_told_by_name_with_their_share_of_runs(run: Run) -> None:
    assert tables.acts(run) == {}
    sizes = np.where(np.arange(12) < 3, 2.0, np.nan)
    tally = Tally()
    tally.add([Act(1, "aid", "offers aid", (0,), (1,), -1, sizes[:, None], ("wants its vote",))])
    done = replace(run, outcomes=replace(run.outcomes, tally=tally))
    table = tables.acts(done)
    assert tuple(table) == tables.ACTS
    assert {name: column[0] for name, column in table.items()} == {
        **{"session": 1, "actor": "USA", "act": "offers aid", "target": "RUS", "draft": ""},
        **{"runs": 3, "share": 0.25, "size": 2.0, "reason": "wants its vote"},
    }


def test_csv_has_lower_case_truth_and_blanks() -> None:
    table = {"a": np.array([True, False]), "b": [1.5, float("nan")], "c": ["x, y", ""]}
    assert tables.as_csv(table) == b'a,b,c\ntrue,1.5,"x, y"\nfalse,,\n'
