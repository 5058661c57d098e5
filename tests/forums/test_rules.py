"""Rules as data: the codes that tables keep, and what rules mean that say nothing more."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
import pytest

from sim.forums.decision import by_vote, needed
from sim.forums.rules import MAJORITIES, Decision, How, Rules

CODES = {
    Decision: ["SUPPORT", "ACCEPT", "DISSOCIATE", "ABSTAIN", "OPPOSE", "BLOCK", "ABSENT"],
    How: ["CONSENSUS", "VOTE", "SHORTFALL", "VETO", "BLOCKED", "NO_QUORUM", "NOT_REACHED"],
}


@pytest.mark.parametrize("kind", CODES)
def test_seven_of_a_kind_and_no_others_coded_in_their_order(kind: type[IntEnum]) -> None:
    assert [(one.name, one.value) for one in kind] == [
        (name, code) for code, name in enumerate(CODES[kind])
    ]


def test_rules_that_name_no_share_ask_for_more_than_half() -> None:
    base = np.arange(50)
    assert (needed(base, Rules("")) == base // 2 + 1).all()


def test_majorities_by_name() -> None:
    base = np.arange(50)
    for name, fewest in (
        ("simple", base // 2 + 1),
        ("two_thirds", np.maximum(-(-2 * base // 3), 1)),
    ):
        majority, more_than = MAJORITIES[name]
        assert (needed(base, Rules("", majority=majority, more_than=more_than)) == fewest).all()


def test_rules_that_ask_for_nothing_else_are_met_by_one_member_of_any_weight() -> None:
    """No quorum, no second majority: one in favour, all others away."""
    cast = np.where(np.eye(30, dtype=bool), Decision.SUPPORT, Decision.ABSENT).astype(np.int8)
    weights = np.geomspace(1.0, 1e6, 30)
    rules = Rules("", vote="present_and_voting")
    assert by_vote(cast, np.ones(30, bool), np.zeros(30, bool), weights, rules).adopted.all()


def test_what_a_room_does_unless_told_otherwise() -> None:
    rules = Rules("")
    assert not rules.consensus
    assert not rules.vote
    assert rules.restraint == 0
    assert rules.rounds == 50  # as docs/ODD.md tells
