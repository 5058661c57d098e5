"""The rules of real forums are complete: they decide, say who may speak, and name a source."""

from __future__ import annotations

import pytest

from sim.core.agenda import DRAFTING
from sim.forums.access import VOICE
from sim.forums.presets import PRESETS
from sim.forums.rules import MAJORITIES, Decision, Rules


@pytest.mark.parametrize("rules", PRESETS.values(), ids=PRESETS)
def test_a_preset_is_complete(rules: Rules) -> None:
    assert rules.title
    assert rules.source
    assert rules.consensus or rules.vote
    assert rules.vote in {"", "present_and_voting", "members"}
    assert rules.access in VOICE
    assert rules.drafting in DRAFTING
    for share in (rules.majority, rules.weight_share, rules.quorum, rules.restraint):
        assert 0 <= share <= 1


def test_what_a_committee_of_the_whole_falls_back_on() -> None:
    committee, group = PRESETS["ad_hoc_committee"], PRESETS["open_ended_working_group"]
    assert committee.consensus
    assert committee.vote
    assert (committee.majority, committee.more_than) == MAJORITIES["two_thirds"]
    assert group.consensus
    assert not group.vote


def test_experts_bear_nothing_in_silence_and_hear_no_companies() -> None:
    experts = PRESETS["group_of_governmental_experts"]
    assert experts.restraint == 0
    assert VOICE[experts.access] == 0
    assert PRESETS["open_ended_working_group"].restraint > 0


def test_seven_decisions_and_no_others() -> None:
    assert [d.name for d in Decision] == [
        "SUPPORT", "ACCEPT", "DISSOCIATE", "ABSTAIN", "OPPOSE", "BLOCK", "ABSENT",
    ]  # fmt: skip
