"""Blocs: how their line is found and how far members follow it."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.build import setting as build
from sim.core.ensemble import ensemble
from sim.forums.decision import by_vote
from sim.forums.presets import PRESETS
from sim.forums.rules import Decision, Rules
from sim.mechanisms.blocs import Bloc, inner_line, line, pull
from sim.scenario import load
from tests.settings import BlocSpec, DraftSpec, make, restage
from tests.small import VOTE, write

OWN = np.array([[3.0, -1.0, 0.5, 2.0, -4.0], [1.0, 1.0, 1.0, -5.0, 0.0]])


def pulled(*blocs: BlocSpec, own: np.ndarray = OWN) -> np.ndarray:
    """What members feel once their blocs have pulled."""
    setting = make(5, issues=1, blocs=blocs)
    return own + pull(setting.parts["blocs"], setting.scene(1), own)


def test_a_median_line() -> None:
    members = np.array([0, 1, 2])
    assert line(Bloc("B", "median"), members, OWN).tolist() == [0.5, 1.0]
    assert line(Bloc("B", "median"), np.array([0, 3]), OWN).tolist() == [2.5, -2.0]


def test_a_leaders_line_and_the_median_once_it_has_left() -> None:
    bloc = Bloc("B", "leader", leader=1)
    assert line(bloc, np.array([0, 1, 2]), OWN).tolist() == [-1.0, 1.0]
    assert line(bloc, np.array([0, 2, 3]), OWN).tolist() == [2.0, 1.0]


def test_members_go_as_far_as_the_bloc_is_cohesive() -> None:
    half = pulled(BlocSpec([0, 1, 2], 0.5))
    np.testing.assert_allclose(half[0], [1.75, -0.25, 0.5, 2.0, -4.0])
    np.testing.assert_array_equal(pulled(BlocSpec([0, 1, 2], 0.0)), OWN)
    np.testing.assert_array_equal(pulled(BlocSpec([], 1.0)), OWN)


def test_full_cohesion_brings_all_to_the_line() -> None:
    whole = pulled(BlocSpec([0, 1, 2], 1.0))
    np.testing.assert_allclose(whole[:, :3], [[0.5] * 3, [1.0] * 3])
    np.testing.assert_array_equal(whole[:, 3:], OWN[:, 3:])


def test_two_blocs_share_a_member_and_never_pull_it_past_both() -> None:
    both = pulled(BlocSpec([0, 1, 2], 1.0), BlocSpec([0, 3, 4], 1.0))
    np.testing.assert_allclose(both[0, 0], (0.5 + 2.0) / 2)  # half-way between two medians
    np.testing.assert_allclose(both[0, 1], 0.5)
    weak = pulled(BlocSpec([0, 1, 2], 0.25), BlocSpec([0, 3, 4], 0.5))
    np.testing.assert_allclose(weak[0, 0], 3.0 + 0.25 * (0.5 - 3.0) + 0.5 * (2.0 - 3.0))


def test_who_leaves_is_neither_bound_nor_counted() -> None:
    setting = make(5, issues=1, blocs=[BlocSpec([0, 1, 2], 1.0)])
    left = restage(setting, listed=np.array([[False, True, True, False, False]]))
    felt = OWN + pull(left.parts["blocs"], left.scene(1), OWN)
    np.testing.assert_allclose(felt[0, :3], [3.0, -0.25, -0.25])


@pytest.mark.parametrize("kind", ["median", "leader", "inner"])
def test_members_of_a_wholly_cohesive_bloc_vote_as_one(kind: str) -> None:
    bloc = BlocSpec([0, 1, 2, 3, 4, 5], 1.0, kind, leader=3, rules="double_majority")
    setting = make(
        9, issues=2, blocs=[bloc], worlds=4, absence=np.zeros(9),
        drafts=[DraftSpec([0, 1], [0.7, 0.6])], **{"readiness": 0.0},
    )  # fmt: skip
    cast = ensemble(setting, 60).decisions[:, 0]
    inside = np.where(cast[:, :6] == Decision.ABSENT, -1, cast[:, :6])
    for row in inside:
        assert len(set(row[row >= 0])) <= 1
    assert len(np.unique(inside)) > 2  # as one, though not always the same


RULES = st.builds(
    Rules,
    title=st.just("inner"),
    vote=st.just("members"),
    majority=st.sampled_from([0.5, 0.55, 0.75, 1.0]),
    more_than=st.just(False),
    weight_share=st.sampled_from([0.0, 0.65]),
    blocking_minority=st.sampled_from([0, 2, 3]),
)


@given(
    inside=st.lists(st.integers(-20, 20), min_size=1, max_size=6),
    weights=st.lists(st.integers(1, 30), min_size=6, max_size=6),
    rules=RULES,
    vetoes=st.sets(st.integers(0, 5), max_size=2),
)
def test_an_inner_line_is_the_best_that_some_winning_side_shares(
    inside: list[int], weights: list[int], rules: Rules, vetoes: set[int]
) -> None:
    """Against enumeration: the bloc is for as strongly as the keenest winning side's least keen.

    The others of a side are against it, so one that wins has every veto in it.
    """
    n = len(inside)
    held, nobody = np.isin(np.arange(n), list(vetoes)), np.zeros(n, bool)
    felt, weight = np.array([inside], dtype=float), np.array(weights[:n], dtype=float)

    def best(felt: np.ndarray, held: np.ndarray) -> float:
        sides = [s for size in range(1, n + 1) for s in combinations(range(n), size)]
        cast = np.full((len(sides), n), Decision.OPPOSE, dtype=np.int8)
        for row, side in zip(cast, sides, strict=True):
            row[list(side)] = Decision.SUPPORT
        wins = by_vote(cast, np.ones(n, bool), held, weight, rules).adopted
        return max(felt[0, list(s)].min() for s, won in zip(sides, wins, strict=True) if won)

    in_favour, against = best(felt, held), -best(-felt, nobody)  # nobody can veto being against
    expected = in_favour if in_favour > 0 else min(against, 0.0)
    assert inner_line(felt, weight, rules, held)[0] == expected


def test_a_qualified_majority_that_nobody_has_leaves_the_bloc_without_a_line() -> None:
    torn = np.array([[2.0, 2.0, -2.0, -2.0]])
    assert inner_line(torn, np.ones(4), PRESETS["double_majority"])[0] == 0
    assert inner_line(torn, np.ones(4), PRESETS["unanimity"])[0] == 0
    agreed = np.array([[2.0, 2.0, 1.0, -2.0]])
    assert inner_line(agreed, np.ones(4), PRESETS["double_majority"])[0] == 1.0


def test_an_inner_forums_veto_holds_in_the_line(tmp_path: Path) -> None:
    """By its rules all but the USA carry the bloc; the USA's veto keeps it from being for."""
    states = ("CHN", "FRA", "GBR", "RUS", "USA", "BRA", "IND", "JPN", "ZAF", "KEN", "GHA")
    rows = "".join(f"    {s}: {{position: {{SOV: 90}}}}\n" for s in states)
    text = VOTE.partition("actors:")[0] + f"actors:\n  and:\n{rows}"
    text += f"blocs: {{council: {{members: [{', '.join(states)}], cohesion: 100, line: LINE}}}}\n"
    text += "forums: {room: {rules: un_general_assembly, drafts: {L.1: {clauses: {OP1: "
    text += "{issue: SOV, value: 80}}}}}}\n"
    own = np.full((1, len(states)), 2.0)
    own[0, states.index("USA")] = -1.0
    for rules, expected in (("council_with_vetoes", 0.0), ("simple_majority", 2.0)):
        made = build(load(write(tmp_path, text.replace("LINE", rules))))
        (bloc,) = made.parts["blocs"]
        found = line(bloc, np.arange(len(states)), own)
        assert found.tolist() == [expected]


@pytest.mark.parametrize("kind", ["median", "leader", "inner"])
def test_a_bloc_of_one_or_of_nobody_binds_nobody(kind: str) -> None:
    for members in ([], [3]):
        bloc = BlocSpec(members, 1.0, kind, leader=3, rules="double_majority")
        np.testing.assert_array_equal(pulled(bloc), OWN)
        setting = make(5, issues=2, forums=["ad_hoc_committee"], blocs=[bloc], seed=2)
        free = make(5, issues=2, forums=["ad_hoc_committee"], seed=2)
        played, alone = ensemble(setting, 8), ensemble(free, 8)
        others = np.arange(5) != 3
        assert np.array_equal(played.decisions[..., others], alone.decisions[..., others])
