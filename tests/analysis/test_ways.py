"""Ballots that some runs vote on and others decide without a vote: like is held against like."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from mixed import KINDS, RULES, mixed, small
from settings import ForumSpec, make, restage

from sim.analysis.agreement import blocked_by, blockers
from sim.analysis.overlap import overlaps
from sim.analysis.recorded import by_vote
from sim.analysis.skill import skill
from sim.analysis.tally import tallies
from sim.analysis.watch import surprises, to_watch
from sim.analysis.ways import counted, mostly_votes, runs_of, share_of, within
from sim.core.ensemble import ensemble
from sim.core.outcomes import Outcomes
from sim.forums.rules import Decision, How
from sim.scenario.schema import Outcome

BALLOT = ("73/27", "plenary")


def test_absence_is_that_of_the_runs_of_the_same_kind() -> None:
    counts = np.zeros((2, len(Decision)), dtype=np.int64)
    counts[0, [Decision.ACCEPT, Decision.SUPPORT]] = 7, 3
    counts[1, [Decision.ACCEPT, Decision.OPPOSE, Decision.ABSENT]] = 5, 1, 4
    votes, others = within(counts, True), within(counts, False)
    assert (runs_of(votes), runs_of(others)) == (3, 7)
    assert votes[1, [Decision.OPPOSE, Decision.ABSENT]].tolist() == [1, 2]
    assert others[1, [Decision.ACCEPT, Decision.ABSENT]].tolist() == [5, 2]
    assert not mostly_votes(counts)


def test_of_runs_that_are_all_of_one_kind_none_is_of_the_other() -> None:
    counts = np.zeros((1, len(Decision)), dtype=np.int64)
    counts[0, [Decision.ACCEPT, Decision.ABSENT]] = 7, 3
    assert np.array_equal(within(counts, False), counts)
    assert not within(counts, True).any()


def test_only_runs_that_came_to_a_vote_are_held_against_recorded_votes(tmp_path: Path) -> None:
    run = small(tmp_path)
    (scored,) = skill(run.scenario, run.outcomes)
    assert scored.voted == 0.2  # and all of these repeat the record
    assert scored.scores.accuracy == 1.0
    assert scored.scores.brier == pytest.approx(0.0)
    many = replace(run.outcomes, decisions=run.outcomes.decisions[:0])
    assert skill(run.scenario, many)[0].scores.accuracy == 1.0


def test_votes_are_not_scored_where_no_run_comes_to_one(tmp_path: Path) -> None:
    run = small(tmp_path, votes=0)
    assert skill(run.scenario, run.outcomes) == []
    assert share_of(run.outcomes, *BALLOT, by_vote=True) == 0.0
    assert surprises(run.outcomes, run.recorded) == []


def test_a_vote_surprises_only_where_votes_were_cast(tmp_path: Path) -> None:
    run = small(tmp_path)
    assert {s.chance for s in surprises(run.outcomes, run.recorded, 9)} == {1.0}


def test_idle_ballots_are_not_among_those_that_are_compared(tmp_path: Path) -> None:
    run = small(tmp_path)
    how = run.outcomes.table["73/27.plenary.how"].copy()
    how[-1] = How.NOT_REACHED  # a run that would have come to a vote
    fallen = replace(run.outcomes, table=dict(run.outcomes.table) | {"73/27.plenary.how": how})
    assert share_of(fallen, *BALLOT, by_vote=True) == 0.1
    assert runs_of(counted(fallen, *BALLOT, by_vote=True)) == 1


def test_to_accept_and_to_vote_in_favour_is_not_to_waver(tmp_path: Path) -> None:
    run = small(tmp_path, votes=5)
    assert [w for w in to_watch(run.setting, run.outcomes) if w.draft == "73/27"] == []


def test_counts_are_of_runs_of_their_kind() -> None:
    setting, outcomes = mixed()
    (tally,) = tallies(setting, outcomes)
    assert tally.voted == 0.2
    assert tally.how == {"consensus": 0.8, "vote": 0.2}
    assert (tally.counts["in_favour"].runs, tally.counts["in_favour"].mean) == (2, 3.0)
    assert (tally.counts["dissociating"].runs, tally.counts["dissociating"].mean) == (8, 1.0)
    assert (tally.counts["blocking"].runs, tally.counts["blocking"].mean) == (10, 0.2)
    assert tally.zone == 0.5


def test_idle_ballots_are_not_counted() -> None:
    setting, outcomes = mixed()
    (tally,) = tallies(setting, idle(outcomes, slice(2)))
    assert (tally.counts["dissociating"].runs, tally.counts["dissociating"].mean) == (6, 1.0)
    assert tally.zone == 0.5


def idle(outcomes: Outcomes, runs: slice) -> Outcomes:
    """The same with a ballot that is not reached in some runs."""
    table = dict(outcomes.table)
    for name in ("how", "adopted", "text_existed", "margin", *KINDS):
        column = table[f"L.1.decision.{name}"].astype(np.float64)
        column[runs] = {"how": How.NOT_REACHED, "adopted": 0}.get(name, np.nan)
        table[f"L.1.decision.{name}"] = column
    return replace(outcomes, table=table)


def test_who_blocks_is_told_also_where_a_vote_followed() -> None:
    setting, outcomes = mixed()
    (first,) = blockers(setting, outcomes, "L.1", "decision")
    assert (first.actor, first.share) == (setting.actors[1], 0.2)
    assert first.why == {"loses too much": 1.0}


def test_who_is_to_oppose_is_among_those_who_block() -> None:
    setting, outcomes = mixed()
    setting = restage(setting, opposed=[[True], [False], [False]])
    quiet = replace(outcomes, sides=np.zeros_like(outcomes.sides))
    (only,) = blockers(setting, quiet, "L.1", "decision")
    assert (only.actor, only.share, only.why) == (setting.actors[0], 0.2, {})


def test_nobody_blocks_in_more_runs_than_the_text_is_blocked_in() -> None:
    setting, outcomes = mixed()
    fallen = idle(outcomes, slice(9, None))
    assert blocked_by(setting, fallen, "L.1", "decision").sum(axis=1).max() == 0.1
    assert blockers(setting, idle(outcomes, slice(8, None)), "L.1", "decision") == []


def test_in_favour_of_both_is_counted_where_both_were_voted_on() -> None:
    setting = make(3, drafts=2, issues=1, forums=[ForumSpec(RULES)])
    outcomes = ensemble(setting, 4)
    decisions = np.full_like(outcomes.decisions, Decision.ACCEPT)
    decisions[3] = Decision.SUPPORT
    (pair,) = overlaps(replace(outcomes, decisions=decisions), {})
    assert (pair.in_favour.runs, pair.in_favour.mean) == (1, 3.0)


def test_a_record_says_whether_there_was_a_vote() -> None:
    assert by_vote(Outcome(in_favour=3)) is True
    assert by_vote(Outcome(how="vote", adopted=True)) is True
    assert by_vote(Outcome(how="no consensus")) is False
    assert by_vote(Outcome(how="adopted without a vote")) is False
    assert by_vote(Outcome(dissociated=("USA",))) is False
    assert by_vote(Outcome(adopted=True)) is None
