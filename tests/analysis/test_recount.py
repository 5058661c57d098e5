"""The same votes counted by other rules, against counting them by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from settings import ForumSpec, make

from sim.analysis.recount import recounted_forums, same_votes, votes_held_fixed
from sim.core.ensemble import ensemble
from sim.core.outcomes import Outcomes
from sim.core.setting import Setting
from sim.forums.presets import PRESETS
from sim.forums.rules import Decision, How, Rules

RUNS = 40
TWO_STAGES = {"committee": 1, "plenary": 2}


def hall(rules: str | Rules, seed: int = 3, **more: object) -> Setting:
    forum = ForumSpec(rules, stages=TWO_STAGES)
    return make(states=15, sessions=2, worlds=10, forums=[forum], seed=seed, **more)  # type: ignore[arg-type]


def counted(old: str | Rules, new: str | Rules, after: int = 0) -> tuple[Outcomes, Outcomes | None]:
    base, changed = hall(old), hall(new)
    played = ensemble(base, RUNS, keep=True)
    return played, votes_held_fixed(played, base, changed, after)


def test_two_thirds_of_those_voting_by_hand() -> None:
    base, found = counted("simple_majority", "two_thirds")
    assert found is not None
    (draft, _), _ = base.ballots
    yes, no = ((base.decisions == kind).sum(axis=2) for kind in (Decision.SUPPORT, Decision.OPPOSE))
    enough = 3 * yes >= 2 * (yes + no)
    assert np.array_equal(found.table[f"{draft}.committee.adopted"], enough[:, 0])
    assert np.array_equal(found.table[f"{draft}.plenary.adopted"], enough.all(axis=1))
    fell = ~enough[:, 0]
    assert fell.any()
    assert (found.table[f"{draft}.plenary.how"][fell] == How.NOT_REACHED).all()
    assert np.isnan(found.table[f"{draft}.plenary.in_favour"][fell]).all()
    needed = np.ceil(2 * (yes + no)[:, 0] / 3)
    assert np.array_equal(found.table[f"{draft}.committee.margin"], yes[:, 0] - needed)


def test_by_the_same_rules_nothing_is_recounted() -> None:
    base, found = counted("two_thirds", "two_thirds")
    assert found is None
    assert same_votes(base, base)


def test_it_agrees_with_the_play_of_the_other_rules_where_texts_stay() -> None:
    base, found = counted("simple_majority", "two_thirds")
    played = ensemble(hall("two_thirds"), RUNS, keep=True)
    assert found is not None
    assert same_votes(base, played)
    for name, column in found.table.items():
        assert np.array_equal(column, played.table[name], equal_nan=True), name
    assert not [name for name in found.table if name.startswith("status_quo.")]


def test_stages_that_are_past_keep_their_outcome() -> None:
    base, found = counted("simple_majority", "unanimity", after=1)
    assert found is not None
    (draft, stage), _ = base.ballots
    for end in ("adopted", "how", "margin"):
        name = f"{draft}.{stage}.{end}"
        assert np.array_equal(found.table[name], base.table[name], equal_nan=True)
    assert not found.table[f"{draft}.plenary.adopted"].any()


def test_against_reads_as_a_block_where_consensus_is_asked_for() -> None:
    base, found = counted("simple_majority", "consensus")
    assert found is not None
    (draft, _), _ = base.ballots
    against = (base.decisions[:, 0] == Decision.OPPOSE).any(axis=1)
    assert np.array_equal(found.table[f"{draft}.committee.adopted"], ~against)


def test_where_nobody_voted_there_is_nothing_to_hold_fixed() -> None:
    assert counted("consensus", "two_thirds")[1] is None


def test_what_was_agreed_without_a_vote_is_not_guessed_at() -> None:
    both = replace(PRESETS["ad_hoc_committee"], drafting="as_tabled", restraint=0.0)
    base, found = counted(both, PRESETS["two_thirds"])
    (draft, _), _ = base.ballots
    agreed = base.table[f"{draft}.committee.how"] == How.CONSENSUS
    assert 0 < agreed.sum() < RUNS
    assert found is not None
    adopted = found.number(f"{draft}.committee.adopted")
    assert np.array_equal(np.isnan(adopted), agreed)
    assert np.isnan(found.number(f"{draft}.plenary.adopted")[agreed]).all()


@pytest.mark.parametrize(
    ("change", "counts"),
    [({"majority": 0.6}, True), ({"quorum": 0.9}, True), ({"access": "closed"}, False)],
)
def test_only_rules_of_decision_are_rules_to_count_by(
    change: dict[str, object], counts: bool
) -> None:
    rules = PRESETS["simple_majority"]
    changed = hall(replace(rules, **change))  # type: ignore[arg-type]
    assert bool(recounted_forums(hall(rules), changed)) == counts


def test_without_decisions_or_the_same_seats_there_is_no_recount() -> None:
    base = hall("simple_majority")
    played = ensemble(base, RUNS, keep=False)
    assert votes_held_fixed(played, base, hall("two_thirds")) is None
    others = make(states=16, sessions=2, forums=[ForumSpec("two_thirds", stages=TWO_STAGES)])
    assert votes_held_fixed(ensemble(base, RUNS), base, others) is None


def test_votes_are_counted_where_consensus_fails_in_rules_that_then_vote() -> None:
    """By hand: without a vote against it is adopted as it is; with one, two thirds carry it."""
    rules = replace(PRESETS["ad_hoc_committee"], drafting="as_tabled")
    old, new = (hall(each, seed=5, readiness=6.0) for each in ("simple_majority", rules))
    base = ensemble(old, RUNS, keep=True)
    found = votes_held_fixed(base, old, new)
    assert found is not None
    (draft, _), _ = base.ballots
    yes, no, away = (
        (base.decisions == kind).sum(axis=2)
        for kind in (Decision.SUPPORT, Decision.OPPOSE, Decision.ABSENT)
    )
    agreed, quorate = no == 0, away <= 15 - 8
    adopted = quorate & (agreed | (3 * yes >= 2 * (yes + no)))
    how = np.select(
        [~quorate, agreed, adopted], [How.NO_QUORUM, How.CONSENSUS, How.VOTE], How.SHORTFALL
    )
    assert np.array_equal(found.table[f"{draft}.committee.how"], how[:, 0])
    assert np.array_equal(found.table[f"{draft}.committee.adopted"], adopted[:, 0])
    assert np.array_equal(found.table[f"{draft}.plenary.adopted"], adopted.all(axis=1))
    later = np.where(adopted[:, 0], how[:, 1], How.NOT_REACHED)
    assert np.array_equal(found.table[f"{draft}.plenary.how"], later)
    assert {How.CONSENSUS, How.VOTE, How.SHORTFALL} <= set(how.ravel().tolist())
    voted = ~agreed[:, 0] & quorate[:, 0]
    needed = np.maximum(np.ceil(2 * (yes + no)[:, 0] / 3), 1)
    assert np.array_equal(
        found.table[f"{draft}.committee.margin"][voted], (yes[:, 0] - needed)[voted]
    )
    assert np.array_equal(found.table[f"{draft}.committee.blocking"][voted], no[voted, 0])
