"""Arithmetic of decisions: recorded votes, vetoes, double majorities, and what never happens."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from fractions import Fraction
from itertools import product
from math import ceil, comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.forums.decision import Verdict, by_consensus, by_vote, count, needed
from sim.forums.presets import PRESETS
from sim.forums.rules import Decision, How, Rules

YES, NO, ABSTAIN = Decision.SUPPORT, Decision.OPPOSE, Decision.ABSTAIN


def hands(**counts: int) -> np.ndarray:
    """One run's decisions, so many of each kind."""
    row = [Decision[kind.upper()] for kind, n in counts.items() for _ in range(n)]
    return np.array([row], dtype=np.int8)


def voted(
    decisions: np.ndarray,
    rules: Rules,
    vetoes: Iterable[int] = (),
    weights: Sequence[float] | None = None,
) -> Verdict:
    n = decisions.shape[1]
    veto = np.zeros(n, dtype=bool)
    veto[list(vetoes)] = True
    weight = np.ones(n) if weights is None else np.asarray(weights, dtype=float)
    return by_vote(decisions, np.ones(n, dtype=bool), veto, weight, rules)


RECORDED = [  # General Assembly plenary, in favour - against - abstaining
    ("73/27", 119, 46, 14, True, 119 - 110),
    ("73/187", 94, 59, 33, False, 94 - 102),
    ("74/247", 79, 60, 33, False, -14),
    ("75/240", 92, 50, 21, False, 92 - 95),
    ("77/36", 112, 52, 8, True, 112 - 110),
]


@pytest.mark.parametrize(("label", "yes", "no", "abstain", "two_thirds", "beyond"), RECORDED)
def test_recorded_votes(
    label: str, yes: int, no: int, abstain: int, two_thirds: bool, beyond: int
) -> None:
    cast = hands(support=yes, oppose=no, abstain=abstain, absent=193 - yes - no - abstain)
    simple, strict = (voted(cast, PRESETS[r]) for r in ("un_general_assembly", "two_thirds"))
    assert simple.adopted[0]
    assert simple.how[0] == How.VOTE
    assert strict.adopted[0] == two_thirds, label
    assert strict.margin[0] == beyond
    assert strict.how[0] == (How.VOTE if two_thirds else How.SHORTFALL)
    assert (simple.in_favour[0], simple.against[0], simple.abstaining[0]) == (yes, no, abstain)


@given(
    base=st.integers(0, 400),
    share=st.fractions(Fraction(1, 10), 1, max_denominator=40),
    more_than=st.booleans(),
)
def test_votes_needed_are_the_fewest_that_meet_the_share(
    base: int, share: Fraction, more_than: bool
) -> None:
    rules = Rules("", vote="members", majority=float(share), more_than=more_than)
    votes = int(needed(np.array([base]), rules)[0])
    enough = [
        v for v in range(1, base + 2) if (v > share * base if more_than else v >= share * base)
    ]
    assert votes == enough[0]


def test_a_tie_is_a_rejection() -> None:
    tied = voted(hands(support=5, oppose=5), PRESETS["simple_majority"])
    assert tied.how[0] == How.SHORTFALL
    assert tied.margin[0] == -1


def test_nobody_voting_adopts_nothing() -> None:
    for preset in ("simple_majority", "two_thirds", "unanimity"):
        assert not voted(hands(abstain=4), PRESETS[preset]).adopted[0]


def test_absentees_break_a_quorum_and_abstainers_make_one() -> None:
    rules = PRESETS["un_general_assembly"]
    assert voted(hands(support=97, absent=96), rules).adopted[0]
    assert voted(hands(support=96, absent=97), rules).how[0] == How.NO_QUORUM
    assert voted(hands(support=2, abstain=95, absent=96), rules).adopted[0]


@given(members=st.integers(1, 40), quorum=st.fractions(0, 1, max_denominator=12))
def test_a_quorum_is_the_fewest_members_that_meet_the_share(members: int, quorum: Fraction) -> None:
    away = np.arange(members + 1)
    cast = np.where(np.arange(members) < away[:, None], Decision.ABSENT, YES).astype(np.int8)
    rules = Rules("", vote="members", quorum=float(quorum))
    for verdict in (voted(cast, rules), by_consensus(cast, np.ones(members, bool), rules)):
        assert ((verdict.how == How.NO_QUORUM) == (members - away < ceil(quorum * members))).all()
        assert not (verdict.adopted & (verdict.how == How.NO_QUORUM)).any()


def test_council_nine_votes_and_no_veto() -> None:
    rules = PRESETS["council_with_vetoes"]
    permanent = range(5)

    def council(*row: Decision) -> int:
        return int(voted(np.array([row], dtype=np.int8), rules, permanent).how[0])

    assert council(*[YES] * 9, *[NO] * 6) == How.VOTE
    assert council(*[YES] * 8, *[NO] * 7) == How.SHORTFALL
    assert council(*[YES] * 4, NO, *[YES] * 10) == How.VETO
    assert council(*[YES] * 4, ABSTAIN, *[YES] * 10) == How.VOTE  # abstaining is no veto
    assert council(*[YES] * 4, Decision.ABSENT, *[YES] * 10) == How.VOTE
    assert council(NO, *[YES] * 7, *[NO] * 7) == How.SHORTFALL  # that fails even without the veto


def test_council_winning_coalitions_are_all_five_and_four_of_ten() -> None:
    """Enumerated: 848 winning coalitions, a permanent member swings in 848, another in 84."""
    sides = np.array(list(product([YES, NO], repeat=15)), dtype=np.int8)
    wins = voted(sides, PRESETS["council_with_vetoes"], range(5)).adopted
    assert wins.sum() == sum(comb(10, k) for k in range(4, 11)) == 848
    for member, swings in ((0, 848), (14, 84)):
        turned = sides[wins].copy()
        inside = turned[:, member] == YES
        turned[:, member] = NO
        lost = inside & ~voted(turned, PRESETS["council_with_vetoes"], range(5)).adopted
        assert lost.sum() == swings


# Populations of the EU's 27 members in millions, 2024, rounded (unverified): DE FR IT ES PL first.
EU27 = [
    83.4, 68.4, 59.0, 48.6, 36.6, 19.1, 17.9, 11.8, 10.9, 10.6, 10.6, 10.4, 9.6, 9.2, 6.4, 6.0,
    5.6, 5.4, 5.3, 3.9, 2.9, 2.1, 1.9, 1.4, 0.9, 0.7, 0.6,
]  # fmt: skip


def qualified(*against: int) -> Verdict:
    row = np.full((1, 27), YES, dtype=np.int8)
    row[0, list(against)] = NO
    return voted(row, PRESETS["double_majority"], weights=EU27)


def test_a_blocking_minority_has_at_least_four_members() -> None:
    assert sum(EU27[:3]) / sum(EU27) > 0.35
    assert qualified(0, 1, 2).adopted[0]  # enough people to block, too few members
    assert qualified(0, 1, 2, 26).how[0] == How.SHORTFALL
    assert qualified(*range(15, 27)).adopted[0]  # fifteen members and 65% of people
    assert not qualified(*range(14, 27)).adopted[0]  # fourteen members are under 55%


def test_a_double_majority_passes_as_often_as_its_power_to_act() -> None:
    """.1323 of the 2^27 coalitions win (exact populations); 100,000 drawn, sd .0011, so 5 sd."""
    drawn = np.random.default_rng(26).choice([YES, NO], size=(100_000, 27)).astype(np.int8)
    share = voted(drawn, PRESETS["double_majority"], weights=EU27).adopted.mean()
    assert share == pytest.approx(0.1323, abs=0.006)


ANY = st.lists(
    st.lists(st.sampled_from(list(Decision)), min_size=7, max_size=7), min_size=1, max_size=5
)
RULES = st.builds(
    Rules,
    title=st.just("any"),
    vote=st.sampled_from(["present_and_voting", "members"]),
    majority=st.sampled_from([0.5, 0.55, 2 / 3, 1.0]),
    more_than=st.just(False),
    weight_share=st.sampled_from([0.0, 0.65]),
    blocking_minority=st.sampled_from([0, 2]),
    quorum=st.sampled_from([0.0, 0.5]),
)
WEIGHTS = [5.0, 4.0, 3.0, 2.0, 1.0, 1.0, 1.0]


@given(rows=ANY, rules=RULES)
def test_counts_take_every_seat_once(rows: list[list[Decision]], rules: Rules) -> None:
    cast = np.array(rows, dtype=np.int8)
    v = voted(cast, rules, weights=WEIGHTS)
    accepting = count(cast, np.ones(7, dtype=bool), Decision.ACCEPT)
    counted = v.in_favour + v.against + v.abstaining + v.not_voting + v.blocking + v.dissociating
    assert (counted + accepting == 7).all()
    assert (v.adopted == (v.how == How.VOTE)).all()


@given(rows=ANY, rules=RULES, member=st.integers(0, 6), vetoes=st.sets(st.integers(0, 6)))
def test_one_more_in_favour_never_defeats(
    rows: list[list[Decision]], rules: Rules, member: int, vetoes: set[int]
) -> None:
    cast = np.array(rows, dtype=np.int8)
    more = cast.copy()
    more[:, member] = YES
    before, after = (voted(c, rules, vetoes, WEIGHTS).adopted for c in (cast, more))
    assert (before <= after).all()


@given(rows=ANY, rules=RULES, vetoes=st.sets(st.integers(0, 6)), more=st.integers(0, 6))
def test_one_more_veto_never_helps(
    rows: list[list[Decision]], rules: Rules, vetoes: set[int], more: int
) -> None:
    cast = np.array(rows, dtype=np.int8)
    few, many = (voted(cast, rules, v, WEIGHTS).adopted for v in (vetoes, vetoes | {more}))
    assert (many <= few).all()


@given(
    weights=st.lists(st.integers(1, 20), min_size=2, max_size=12),
    aside=st.integers(1, 11),
    strangers=st.integers(0, 3),
)
def test_a_share_of_weights_is_met_by_that_share_and_by_no_less(
    weights: list[int], aside: int, strangers: int
) -> None:
    """The second majority alone; strangers are heavy, in favour, and have no seat."""
    aside = min(aside, len(weights) - 1)
    share = sum(weights[aside:]) / sum(weights)
    heavy = np.array([*weights, *[50] * strangers], dtype=float)
    seats = np.arange(len(heavy)) < len(weights)
    cast = np.where(np.arange(len(heavy)) < aside, ABSTAIN, YES).astype(np.int8)[None]
    for asked, met in ((share, True), (share + 1e-6, False), (share - 1e-6, True)):
        rules = Rules("", vote="present_and_voting", weight_share=asked)
        assert by_vote(cast, seats, np.zeros_like(seats), heavy, rules).adopted == [met]


@given(rows=ANY, rules=RULES, seated=st.sets(st.integers(0, 6), min_size=1))
def test_who_has_no_seat_counts_for_nothing(
    rows: list[list[Decision]], rules: Rules, seated: set[int]
) -> None:
    """A room with empty places decides as one without those places."""
    cast, here = np.array(rows, dtype=np.int8), sorted(seated)
    seats, vetoes, weights = np.isin(np.arange(7), here), np.arange(7) < 2, np.array(WEIGHTS)
    wide = by_vote(cast, seats, vetoes, weights, rules), by_consensus(cast, seats, rules)
    cast, seats, vetoes, weights = cast[:, here], seats[here], vetoes[here], weights[here]
    narrow = by_vote(cast, seats, vetoes, weights, rules), by_consensus(cast, seats, rules)
    for one, other in zip(wide, narrow, strict=True):
        for field in fields(Verdict):
            assert (getattr(one, field.name) == getattr(other, field.name)).all(), field.name


def test_consensus_is_the_absence_of_a_block() -> None:
    rules = PRESETS["consensus"]
    seats = np.array([True, True, True, False])
    cast = np.array(
        [
            [Decision.ACCEPT, Decision.DISSOCIATE, Decision.ABSENT, Decision.BLOCK],
            [Decision.ACCEPT, Decision.BLOCK, Decision.ACCEPT, Decision.ACCEPT],
        ],
        dtype=np.int8,
    )
    verdict = by_consensus(cast, seats, rules)
    assert verdict.adopted.tolist() == [True, False]  # who has no seat blocks nothing
    assert verdict.how.tolist() == [How.CONSENSUS, How.BLOCKED]
    assert not verdict.voted.any()
    assert verdict.dissociating.tolist() == [1, 0]


def test_consensus_in_an_empty_room_has_no_quorum() -> None:
    rules = Rules("", consensus=True, quorum=0.5)
    assert by_consensus(hands(absent=3, accept=2), np.ones(5, bool), rules).how[0] == How.NO_QUORUM
