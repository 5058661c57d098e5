"""A scenario as published models see it: who is in it, and what is left out."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sim.published.of_scenario import table_of, touched
from sim.scenario import load
from tests.small import VOTE, write


def test_the_states_of_the_forum_and_the_issues_of_its_texts(tmp_path: Path) -> None:
    scenario = load(write(tmp_path))
    table = table_of(scenario)
    assert table.actors == ("USA", "RUS", "FRA", "DEU", "BRA", "IND")
    assert table.issues == ("SOV", "DATA")
    np.testing.assert_allclose(table.position[0], [0.08, 0.10])
    np.testing.assert_allclose(table.salience[1], [0.9, 0.3])
    np.testing.assert_allclose(table.status_quo, [0.4, 0.2])
    assert table.overall[0] == 90
    assert table.game is not None
    assert table.game.quotas.tolist() == [4]
    assert table.actors[table.proposer] == "RUS"


def test_issues_that_no_text_touches_are_left_out_unless_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "idle.yaml"
    idle = "  TAX: {low: a, high: b, status_quo: 9, words: {25: c, 50: d, 75: e}}\nactors:\n"
    file.write_text(VOTE.partition("record:")[0].replace("actors:\n", idle, 1))
    scenario = load(file)
    assert touched(scenario) == ["SOV", "DATA"]
    assert table_of(scenario).issues == ("SOV", "DATA")
    assert table_of(scenario, every_issue=True).issues == ("SOV", "DATA", "TAX")


def test_who_is_away_from_the_start_is_not_in_it(tmp_path: Path) -> None:
    file = write(tmp_path)
    for setting in ("RUS=absent", "RUS=withdraws"):
        table = table_of(load(file, (setting,)))
        assert "RUS" not in table.actors
        assert table.proposer == -1
        assert table.game is not None
        assert table.game.players == 5
    assert "RUS" in table_of(load(file, ("RUS=steps back",))).actors


def test_who_has_no_position_is_told_from_who_has_one(tmp_path: Path) -> None:
    file = tmp_path / "gap.yaml"
    gap = VOTE.partition("record:")[0].replace("SOV: 50, DATA: 45", "SOV: 50")
    file.write_text(gap)
    table = table_of(load(file))
    silent = np.argwhere(~table.present)
    assert [(table.actors[i], table.issues[k]) for i, k in silent] == [("BRA", "DATA")]
