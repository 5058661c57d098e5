"""The table of rooms by consensus, on few runs: its drafts, its scores and its coders."""

from __future__ import annotations

import csv
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from consensus import SCENARIOS

import sim
from tests.experiments.script import script


@pytest.fixture(scope="module")
def rooms() -> ModuleType:
    return script("rooms", "backtests")  # by its file: tests have a module of that name


def test_every_scenario_of_the_record_is_a_room_in_order_of_time(rooms: ModuleType) -> None:
    of = rooms.rooms()
    assert [room.case.id for room in of] == list(SCENARIOS)
    assert [room.case.date for room in of] == sorted(room.case.date for room in of)
    assert sorted(room.case.id for room in of if not room.case.agreed) == ["gge-2005", "gge-2017"]


def test_the_same_text_says_the_same_in_every_room(rooms: ModuleType) -> None:
    of = rooms.rooms()
    issues = rooms.shared(of)
    assert issues == ["IHL", "CIP", "CBM", "CAP"]
    texts = []
    for room in of:
        changed = sim.load(room.case.id, rooms.settings(room, of, "the same text"))
        clauses = changed.draft(room.draft).clauses.values()
        texts.append({c.issue: c.value for c in clauses})
        assert len(clauses) == len(issues)
    assert all(text == texts[0] for text in texts)


def test_the_same_step_goes_as_far_from_every_status_quo(rooms: ModuleType) -> None:
    of = rooms.rooms()
    steps = []
    for room in of:
        changed = sim.load(room.case.id, rooms.settings(room, of, "the same step"))
        clauses = changed.draft(room.draft).clauses.values()
        steps.append({c.issue: round(c.value - room.before(c.issue), 3) for c in clauses})
    assert all(step == steps[0] for step in steps)


def test_a_draft_as_tabled_is_left_alone(rooms: ModuleType) -> None:
    of = rooms.rooms()
    assert rooms.settings(of[0], of, "as tabled") == []


def test_scores_of_chances_that_tell_and_of_those_that_do_not(rooms: ModuleType) -> None:
    y = np.array([0.0, 1, 1, 1, 0, 1, 1, 1])
    knowing = rooms.score("knows", y, y)
    assert (knowing.brier, knowing.auc, knowing.luck) == (0.0, 1.0, pytest.approx(1 / 28))
    blind = rooms.score("blind", np.full(8, 0.5), y)
    assert (blind.brier, blind.auc, blind.luck) == (0.25, 0.5, 1.0)


def test_changes_are_from_each_coders_own_status_quo(rooms: ModuleType) -> None:
    key = ("gge-2005", "threats-military", "IHL")
    np.testing.assert_array_equal(rooms.changes()[key], [10 - 20, 28 - 30])


def test_scenarios_carry_the_spread_of_the_coders(rooms: ModuleType) -> None:
    two = {key[0] for key in rooms.codings()}
    assert len(two) == 6
    for name in two:
        said = sim.load(name).parameters["coding_error"]
        assert 100 * said == pytest.approx(rooms.spread(), abs=0.05)


def test_the_table_and_its_file(
    rooms: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rooms.main(["--runs", "2", "--out", str(tmp_path)])
    said = capsys.readouterr().out
    assert "| values of clauses | 49 | 3.7 | 0.95 | 0.95 |" in said
    assert "| gge-2005 |" in said
    assert "the same text" in said
    with (tmp_path / "rooms.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 8 * 4
    assert {row["version"] for row in rows} >= {"as tabled", "the same text", "the same step"}
    assert all(0 <= float(row["chance"]) <= 1 for row in rows)


def test_only_the_coders_if_asked(rooms: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    rooms.main(["--coders"])
    said = capsys.readouterr().out
    assert "One coder about the truth: 3.5 of 100" in said
    assert "what happened" not in said
