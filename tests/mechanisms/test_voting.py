"""Votes: support against a band of indifference, and what overrides it."""

from __future__ import annotations

import numpy as np
import pytest

from sim.core.ask import Ask
from sim.core.ensemble import ensemble
from sim.core.setting import Setting
from sim.core.world import Ballot, begin
from sim.forums.rules import Decision, How
from sim.mechanisms.voting import chances, choose, in_vote, surprise, vote
from tests.settings import DraftSpec, ForumSpec, exact, make, restage, without

YES, NO, ABSTAIN, ABSENT = Decision.SUPPORT, Decision.OPPOSE, Decision.ABSTAIN, Decision.ABSENT


def test_within_the_band_is_to_abstain() -> None:
    felt = np.array([[0.51, 0.5, 0.0, -0.5, -0.51]])
    assert choose(felt, np.array([[0.5]])).tolist() == [[YES, ABSTAIN, ABSTAIN, ABSTAIN, NO]]


def three(**changes: object) -> Setting:
    """One who gains by the text, one to whom it is the same, one who loses."""
    defaults: dict[str, object] = {
        "issues": 1,
        "drafts": [DraftSpec([0], [0.8])],
        "position": [[0.9], [0.5], [0.1]],
        "salience": np.ones((3, 1)),
        "status_quo": [0.2],
    }
    return exact(3, **(defaults | changes))


def cast(setting: Setting, runs: int = 1) -> np.ndarray:
    return ensemble(setting, runs).decisions[:, 0]


def test_three_ways() -> None:
    assert cast(three()).tolist() == [[YES, ABSTAIN, NO]]


def test_who_is_absent_or_withdrawn_or_no_member_does_not_vote() -> None:
    assert cast(restage(three(), attending=[True, True, False])).tolist() == [
        [YES, ABSTAIN, ABSENT]
    ]
    assert cast(without(three(), 2)).tolist() == [[YES, ABSTAIN, ABSENT]]
    assert cast(three(forums=[ForumSpec(members=[0, 1])])).tolist() == [[YES, ABSTAIN, ABSENT]]


def test_the_withdrawn_are_not_counted_and_the_absent_are() -> None:
    votes = {"absent": restage(three(), attending=[True, True, False]), "gone": without(three(), 2)}
    counted = {k: ensemble(s, 1).table["L.1.decision.not_voting"][0] for k, s in votes.items()}
    assert counted == {"absent": 1, "gone": 0}


def test_who_opposes_votes_against_whatever_it_gains() -> None:
    opposed = np.array([[True], [False], [False]])
    assert cast(restage(three(), opposed=opposed)).tolist() == [[NO, ABSTAIN, NO]]
    away = restage(three(), opposed=opposed, attending=[False, True, True])
    assert cast(away).tolist() == [[ABSENT, ABSTAIN, NO]]


def test_who_steps_back_still_votes() -> None:
    quiet = restage(three(), speaking=[False] * 3, insisting=[False] * 3)
    assert cast(quiet).tolist() == [[YES, ABSTAIN, NO]]


def test_texts_are_not_exclusive() -> None:
    both = three(drafts=[DraftSpec([0], [0.8]), DraftSpec([0], [0.6])])
    decisions = ensemble(both, 1).decisions[0]
    assert decisions[:, 0].tolist() == [YES, YES]


def test_words_of_consensus_are_read_as_votes() -> None:
    said = np.array([list(Decision)], dtype=np.int8)
    assert in_vote(said).tolist() == [[YES, ABSTAIN, ABSTAIN, ABSTAIN, NO, NO, ABSENT]]


def test_an_answer_counts_as_it_is_given() -> None:
    setting = three()
    world = begin(setting, [0])
    asking = vote(setting, world, setting.meetings[0][0], 0)
    ask = next(asking)
    assert isinstance(ask, Ask)
    assert (ask.what, ask.draft, ask.by_consensus) == ("vote", 0, False)
    with pytest.raises(StopIteration) as ended:
        asking.send(np.array([[Decision.BLOCK, YES, YES]], dtype=np.int8))
    ballot: Ballot = ended.value.value
    assert ballot.decisions.tolist() == [[NO, YES, YES]]
    assert ballot.verdict.adopted.all()
    assert ballot.verdict.how[0] == How.VOTE
    assert (ballot.text_existed == -1).all()


def test_committee_and_plenary_differ_by_fresh_noise_only() -> None:
    """With all noise kept and nobody absent, the same room says the same twice."""
    setting = make(
        12, issues=2, sessions=2, worlds=5, echo=1.0, absence=np.zeros(12), influence=0,
        forums=[ForumSpec(stages={"committee": 1, "plenary": 2})],
    )  # fmt: skip
    votes = ensemble(setting, 40).decisions
    reached = ensemble(setting, 40).table["L.1.plenary.how"] != How.NOT_REACHED
    there = (votes != ABSENT).all(axis=1) & reached[:, None]
    assert there.sum() > 100
    assert np.array_equal(votes[:, 0][there], votes[:, 1][there])


def test_chances_are_how_often_runs_decide_so() -> None:
    """Closed form beside 40,000 runs of one world: their error is .0025, five of them allowed."""
    setting = make(
        12, issues=2, worlds=1, influence=0, late_december=0.3,
        drafts=[DraftSpec([0, 1], [0.8, 0.4], last_vote={0: 1.0, 1: -1.0, 2: 0.0, 3: 1.0})],
    )  # fmt: skip
    told = chances(setting, begin(setting, [0]), setting.meetings[0][0], 0)[0]
    np.testing.assert_allclose(told.sum(axis=1), 1.0)
    asking = vote(setting, begin(setting, range(40_000)), setting.meetings[0][0], 0)
    cast = next(asking).answer
    often = np.stack([(cast == d).mean(axis=0) for d in (YES, ABSTAIN, NO, ABSENT)], axis=1)
    np.testing.assert_allclose(often, told, atol=0.0125)


def test_a_text_surprises_all_alike_and_at_all_stages() -> None:
    """A wider surprise spreads tallies and leaves each run's draw where it is."""
    calm, odd = (make(8, drafts=[DraftSpec()], surprise=s) for s in (1.2, 3.6))
    drawn = [surprise(s, begin(s, range(50)), 0) for s in (calm, odd)]
    assert drawn[0].shape == (50, 1)
    np.testing.assert_allclose(3.0 * drawn[0], drawn[1])
