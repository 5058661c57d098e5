"""Scores of runs beside baselines: on votes where every baseline can be checked by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from small import VOTES, write

import sim
from sim import record
from sim.analysis.recorded import recorded
from sim.analysis.scores import Scores
from sim.analysis.skill import Skill, last_contested, points, skill
from sim.build import setting
from sim.core.ensemble import ensemble
from sim.core.outcomes import Outcomes
from sim.forums.rules import Decision
from sim.scenario import Scenario, load

BALLOT = ("73/27", "plenary")


@pytest.fixture
def played(tmp_path: Path) -> tuple[Scenario, Outcomes]:
    scenario = load(write(tmp_path))
    return scenario, ensemble(setting(scenario), 8)


def certain(outcomes: Outcomes, said: dict[str, Decision]) -> Outcomes:
    """Outcomes whose every run has these decisions at the plenary."""
    counts = outcomes.counts.copy()
    place = outcomes.ballots.index(BALLOT)
    counts[place] = 0
    for slot, actor in enumerate(outcomes.actors):
        counts[place, slot, said.get(actor, Decision.ABSENT)] = outcomes.runs
    return replace(outcomes, counts=counts)


def test_the_record_is_read_state_by_state(played: tuple[Scenario, Outcomes]) -> None:
    said = recorded(played[0])[BALLOT]
    assert said["BRA"] == Decision.ABSTAIN
    assert said["USA"] == Decision.OPPOSE
    assert "ACME" not in said


def test_runs_that_repeat_the_record_are_perfect(played: tuple[Scenario, Outcomes]) -> None:
    scenario, outcomes = played
    (scored,) = skill(scenario, certain(outcomes, recorded(scenario)[BALLOT]))
    assert scored.scores.accuracy == 1.0
    assert scored.scores.brier == pytest.approx(0.0)
    assert scored.scores.abstention_recall == 1.0
    (majority,) = scored.baselines
    assert majority.scores.accuracy == pytest.approx(4 / 6)  # four of six in favour
    assert majority.verdict() == "untold"  # better, of too few states to tell


def test_runs_that_call_all_in_favour_change_nothing(played: tuple[Scenario, Outcomes]) -> None:
    scenario, outcomes = played
    (scored,) = skill(scenario, certain(outcomes, dict.fromkeys(scenario.actors, Decision.SUPPORT)))
    assert scored.baselines[0].verdict() == "the same"
    assert scored.scores.abstention_recall == 0.0


def test_runs_that_call_all_against_lose(played: tuple[Scenario, Outcomes]) -> None:
    scenario, outcomes = played
    (scored,) = skill(scenario, certain(outcomes, dict.fromkeys(scenario.actors, Decision.OPPOSE)))
    assert scored.baselines[0].verdict() == "untold"  # worse, of too few states to tell


def test_the_last_vote_and_the_cut_know_nothing_later(tmp_path: Path) -> None:
    earlier = "".join(
        f"61/54,{date},cyber,{who},{vote}\n"
        for date in ("2017-12-06",)
        for who, vote in zip(
            ("USA", "RUS", "FRA", "DEU", "BRA", "IND"), ("N", "Y", "N", "N", "Y", "Y"), strict=True
        )
    )
    file = write(tmp_path)
    (tmp_path / "votes.csv").write_text(VOTES + earlier, encoding="utf-8")
    file.write_text(
        file.read_text(encoding="utf-8").replace(
            "        sponsors: [RUS]\n", '        sponsors: [RUS]\n        series: ["61/54"]\n'
        ),
        encoding="utf-8",
    )
    scenario = load(file)
    (scored,) = skill(scenario, ensemble(setting(scenario), 4))
    found = {s.baseline: s.scores.accuracy for s in scored.baselines}
    assert found["last vote, 61/54"] == pytest.approx(3 / 6)  # USA, RUS, IND
    assert "one cut, fitted on 61/54" in found


def test_ideal_points_of_a_year(played: tuple[Scenario, Outcomes]) -> None:
    usa, none = points(("USA", "ACME"), 2017)
    assert usa > 1.5
    assert np.isnan(none)
    assert np.array_equal(points(("USA",), 2040), points(("USA",), 2022))


def test_a_cut_is_taken_from_the_last_vote_with_two_sides() -> None:
    known = record.votes().before(dt.date(2018, 11, 8))
    # 71/28 was the last on the topic, 180 to 0; 72/201 the last of all, with 2 against.
    assert last_contested(known, "cyber_security") == "72/168"
    later = record.votes().before(dt.date(2019, 11, 18))
    assert last_contested(later, "cybercrime") == "73/187"
    assert last_contested(record.votes().before(dt.date(1999, 1, 1)), "cybercrime") == ""


def test_a_cut_is_turned_about_where_sponsors_would_be_called_against_their_text() -> None:
    scenario = load("rival-resolutions-2018")
    outcomes = sim.run(scenario, 4)
    by_draft = {(s.draft, s.stage): s for s in skill(scenario, outcomes)}
    cuts = {
        draft: next(b for b in by_draft[draft, "plenary"].baselines if "cut" in b.baseline)
        for draft in ("73/27", "73/266")
    }
    assert cuts["73/27"].scores.accuracy > 0.8  # the sides of 72/168 are those of 73/27
    assert cuts["73/266"].scores.accuracy < 0.5  # and here the middle voted for both


def test_to_beat_a_baseline_the_interval_must_leave_out_zero() -> None:
    """Two right calls more of ten are no more than luck; twenty more of a hundred are."""
    few, many = (
        Skill("majority class", scored(0.5), scored(0.7), error)
        for error in (0.13, 0.05)  # of a difference, state by state
    )
    assert (few.verdict(), many.verdict()) == ("untold", "better")


def scored(accuracy: float) -> Scores:
    unknown = {field.name: float("nan") for field in fields(Scores)}
    return Scores(**{**unknown, "accuracy": accuracy})
