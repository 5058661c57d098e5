"""Who supports two texts at once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from settings import make

from sim.analysis.overlap import overlaps
from sim.core.ensemble import ensemble
from sim.core.outcomes import Outcomes
from sim.forums.rules import Decision


@pytest.fixture
def outcomes() -> Outcomes:
    played = ensemble(make(states=4, drafts=2, seed=1), 4)
    decisions = played.decisions.copy()
    decisions[:] = Decision.OPPOSE
    decisions[:, 0, :3] = Decision.SUPPORT
    decisions[:, 1, 1:] = Decision.SUPPORT
    decisions[0, 1, 1] = Decision.ABSTAIN
    return replace(played, decisions=decisions)


def test_both_are_counted_run_by_run(outcomes: Outcomes) -> None:
    (pair,) = overlaps(outcomes, {})
    assert pair.in_favour.mean == pytest.approx((1 + 2 + 2 + 2) / 4)
    assert pair.recorded is None


def test_only_runs_in_which_both_came_to_a_vote_are_counted(outcomes: Outcomes) -> None:
    decisions = outcomes.decisions.copy()
    decisions[3, 0] = Decision.ACCEPT  # by consensus, and no vote on the first
    (pair,) = overlaps(replace(outcomes, decisions=decisions), {})
    assert pair.in_favour.mean == pytest.approx((1 + 2 + 2) / 3)


def test_the_record_is_counted_alike(outcomes: Outcomes) -> None:
    yes, no = Decision.SUPPORT, Decision.OPPOSE
    one, other = outcomes.ballots
    record = {one: {"AAA": yes, "AAB": yes, "AAC": no}, other: {"AAB": yes, "AAC": yes}}
    (pair,) = overlaps(outcomes, record)
    assert pair.recorded == 1


def test_without_decisions_nothing_is_said(outcomes: Outcomes) -> None:
    assert overlaps(replace(outcomes, decisions=outcomes.decisions[:0]), {}) == []
