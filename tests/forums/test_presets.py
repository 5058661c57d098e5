"""The rules of real forums are complete: they decide, say who may speak, and name a source."""

from __future__ import annotations

import numpy as np
import pytest

from sim import countries
from sim.core.fields import ALL_STATES, GROUP
from sim.core.registry import drafting
from sim.forums.access import VOICE
from sim.forums.decision import by_vote, needed
from sim.forums.presets import PRESETS
from sim.forums.rules import MAJORITIES, Decision, How, Rules
from sim.scenario.groups import find, shipped_groups


@pytest.mark.parametrize("rules", PRESETS.values(), ids=PRESETS)
def test_a_preset_is_complete(rules: Rules) -> None:
    assert rules.title
    assert rules.source
    assert rules.consensus or rules.vote
    assert rules.vote in {"", "present_and_voting", "members"}
    assert rules.access in VOICE
    assert rules.drafting in drafting()
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


FEWEST = [  # of so many whose votes count, how many must be in favour
    ("un_general_assembly", 165, 83),
    ("ad_hoc_committee", 165, 110),
    ("council_with_vetoes", 15, 9),
    ("council_with_vetoes", 30, 18),
    ("double_majority", 27, 15),
    ("double_majority", 20, 11),  # 55% itself is enough
    ("simple_majority", 164, 83),
    ("two_thirds", 165, 110),
    ("two_thirds", 166, 111),
    ("unanimity", 27, 27),
    ("eu_council", 27, 15),
    ("eu_foreign_policy", 20, 20),  # of those who do not abstain
    ("oas", 35, 18),
    ("itu_conference", 144, 73),
    ("human_rights_council", 47, 24),
]


@pytest.mark.parametrize(("preset", "base", "fewest"), FEWEST)
def test_the_fewest_votes_in_favour(preset: str, base: int, fewest: int) -> None:
    assert needed(np.array([base]), PRESETS[preset]) == [fewest]


def test_65_of_100_people_are_enough_and_four_members_are_needed_to_block() -> None:
    rules = PRESETS["double_majority"]
    for against, population, how in (
        (3, [32, 2, 2] + [64 / 17] * 17, How.VOTE),  # too few people, and too few to block
        (4, [30, 2, 2, 2] + [64 / 16] * 16, How.SHORTFALL),
        (4, [29, 2, 2, 2] + [65 / 16] * 16, How.VOTE),
    ):
        cast = np.full((1, 20), Decision.SUPPORT, dtype=np.int8)
        cast[0, :against] = Decision.OPPOSE
        everybody = np.ones(20, dtype=bool)
        assert by_vote(cast, everybody, ~everybody, np.array(population), rules).how == [how]


def test_rooms_of_all_members_need_half_of_them_there_and_bear_half_of_a_loss() -> None:
    committee, group = PRESETS["ad_hoc_committee"], PRESETS["open_ended_working_group"]
    assert committee.quorum == PRESETS["un_general_assembly"].quorum == 1 / 2
    assert committee.restraint == group.restraint == 1 / 2


def test_members_of_rules_are_groups_that_are_known_or_countries() -> None:
    for name, rules in PRESETS.items():
        for member in rules.members:
            if member.startswith(GROUP):
                assert find(member.removeprefix(GROUP), shipped_groups()), name
            else:
                assert member == ALL_STATES or member in countries.names(), name
    assert len(PRESETS["apec"].members) == 19


def test_silence_is_the_way_of_one_alliance_and_abstaining_prevents_no_foreign_policy() -> None:
    assert [name for name, rules in PRESETS.items() if rules.silence] == ["nato"]
    rules, votes = PRESETS["eu_foreign_policy"], np.full((1, 27), Decision.SUPPORT, dtype=np.int8)
    seats, none = np.ones(27, bool), np.zeros(27)
    votes[0, :5] = Decision.ABSTAIN
    assert by_vote(votes, seats, none > 0, none, rules).adopted.all()
    votes[0, 5] = Decision.OPPOSE
    assert not by_vote(votes, seats, none > 0, none, rules).adopted.any()
