"""A score beside a baseline's, in words."""

from __future__ import annotations

import dataclasses

from sim.scoring import beside
from sim.scoring.beside import Beside


def test_a_verdict_turns_with_the_numbers() -> None:
    assert beside.verdict(0.1, 0.2) == "beats"
    assert beside.verdict(0.2, 0.1) == "loses to"
    assert beside.verdict(0.2, 0.2001) == "is level with"
    assert beside.verdict(0.8, 0.7, lower=False) == "beats"
    assert beside.verdict(float("nan"), 0.7) == "cannot be compared with"


def test_a_score_beside_a_baseline_is_said_with_its_interval() -> None:
    won = Beside("who comes", "9 states", "Brier", 0.1, "base rate", 0.2, -0.15, -0.05)
    assert str(won) == (
        "Who comes (9 states): ours beats 'base rate', Brier 0.100 against 0.200"
        " (-0.100, 95% interval -0.150 to -0.050, which leaves out zero; lower is better)."
    )
    assert won.row[1:] == ("0.100", "0.200", "-0.100 (-0.150 to -0.050)", "better")
    doubted = dataclasses.replace(won, high=0.05)
    assert "holds zero" in str(doubted)
    assert doubted.row[-1] == "better?"
    alone = dataclasses.replace(won, lower=False, low=float("nan"), high=float("nan"))
    assert "interval" not in str(alone)
    assert alone.row[-2:] == ("-0.100", "worse")


def test_scores_of_one_thing_stand_in_one_table() -> None:
    one = Beside("who comes", "9 states", "Brier", 0.1, "base rate", 0.2)
    other = dataclasses.replace(one, what="who goes")
    found = list(beside.tables([one, other, dataclasses.replace(one, baseline="last time")]))
    assert [len(grid.rows) for grid in found] == [2, 1]
    assert found[0].title == "Who comes, 9 states: Brier, lower is better"
