"""Who is closest to changing, and who surprised: on chances that are set by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from settings import ForumSpec, make

from sim.analysis.watch import surprises, to_watch
from sim.core.ensemble import ensemble
from sim.core.outcomes import Outcomes
from sim.core.setting import Setting
from sim.forums.rules import Decision

RUNS = 100


def with_chances(
    rules: str, chances: dict[int, dict[Decision, int]], capability: list[float] | None = None
) -> tuple[Setting, Outcomes]:
    """Five states and one ballot; the rest are certain."""
    weight = np.array(capability or [0.1] * 5)
    setting = make(
        states=5,
        companies=0,
        civil_society=0,
        drafts=1,
        forums=[ForumSpec(rules)],
        seed=1,
        capability=weight,
    )
    outcomes = ensemble(setting, RUNS)
    counts = np.zeros_like(outcomes.counts)
    counts[0, :, Decision.ACCEPT if "experts" in rules else Decision.SUPPORT] = RUNS
    for slot, said in chances.items():
        counts[0, slot] = 0
        for decision, times in said.items():
            counts[0, slot, decision] = times
    return setting, replace(outcomes, counts=counts)


def test_the_nearest_to_changing_come_first() -> None:
    said = {
        1: {Decision.SUPPORT: 70, Decision.ABSTAIN: 30},
        2: {Decision.SUPPORT: 90, Decision.OPPOSE: 10},
    }
    found = to_watch(*with_chances("un_general_assembly", said))
    assert [w.actor for w in found] == ["AAB", "AAC"]
    assert (found[0].first, found[0].second) == (Decision.SUPPORT, Decision.ABSTAIN)
    assert found[0].gap == pytest.approx(0.4)


def test_among_the_undecided_the_most_capable_come_first() -> None:
    said = {
        1: {Decision.SUPPORT: 51, Decision.OPPOSE: 49},
        2: {Decision.SUPPORT: 55, Decision.OPPOSE: 45},
        3: {Decision.SUPPORT: 65, Decision.OPPOSE: 35},
    }
    found = to_watch(*with_chances("un_general_assembly", said, [0.1, 0.2, 0.9, 1.0, 0.1]))
    assert [w.actor for w in found] == ["AAC", "AAB", "AAD"]


def test_staying_away_is_no_decision_in_a_vote() -> None:
    said = {1: {Decision.ABSENT: 60, Decision.SUPPORT: 22, Decision.OPPOSE: 18}}
    (found,) = to_watch(*with_chances("un_general_assembly", said))
    assert (found.first, found.second) == (Decision.SUPPORT, Decision.OPPOSE)
    assert found.gap == pytest.approx(0.1)  # of those times when it is there
    assert found.absent == pytest.approx(0.6)


def test_staying_away_is_to_accept_where_consensus_is_sought() -> None:
    said = {1: {Decision.ABSENT: 60, Decision.ACCEPT: 30, Decision.BLOCK: 10}}
    (found,) = to_watch(*with_chances("group_of_governmental_experts", said))
    assert (found.first, found.chance) == (Decision.ACCEPT, pytest.approx(0.9))


def test_surprises_are_the_least_likely_records() -> None:
    said = {
        1: {Decision.SUPPORT: 97, Decision.OPPOSE: 3},
        2: {Decision.SUPPORT: 60, Decision.OPPOSE: 40},
    }
    _, outcomes = with_chances("un_general_assembly", said)
    ballot = outcomes.ballots[0]
    record = {ballot: {"AAB": Decision.OPPOSE, "AAC": Decision.OPPOSE, "AAA": Decision.SUPPORT}}
    found = surprises(outcomes, record, 2)
    assert [(s.actor, s.chance) for s in found] == [("AAB", 0.03), ("AAC", 0.4)]
    assert found[0].expected == Decision.SUPPORT
