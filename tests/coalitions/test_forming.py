"""Bonds and the game: oracles of theory, and how the structure answers to what it costs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.coalitions import bonds, forming
from sim.coalitions.bonds import FORCED, GRID, REFUSES
from sim.published import hedonic

Floats = np.ndarray


def drawn(seed: int, n: int) -> Floats:
    """Symmetric bonds on the grid, 0 on the diagonal."""
    rng = np.random.default_rng(seed)
    half = np.triu(rng.normal(0.0, 1.0, (n, n)), 1)
    return np.rint((half + half.T) * GRID) / GRID


def formed(b: Floats, seed: int = 0, crowding: float = 0.0) -> forming.Formed:
    luck = np.random.default_rng(seed).random(len(b))
    return forming.form(b, np.arange(len(b)), luck, crowding)


def worth(b: Floats, members: set[int], of: int, crowding: float) -> float:
    """What a coalition is worth to one who is in it, by its definition."""
    others = members - {of}
    return float(sum(b[of, j] for j in others)) - crowding * len(others) ** 2


def individually_stable(b: Floats, label: np.ndarray, crowding: float = 0.0) -> bool:
    """By enumeration: nobody gains by being alone, or by joining where no bond is below 0."""
    groups = [set(np.flatnonzero(label == g).tolist()) for g in np.unique(label)]
    for mine in groups:
        for i in mine:
            now = worth(b, mine, i, crowding)
            let_in = [g for g in groups if g is not mine and all(b[i, j] >= 0 for j in g)]
            offers = [0.0, *(worth(b, g | {i}, i, crowding) for g in let_in)]
            if max(offers) > now + forming.ENOUGH + 1e-9:
                return False
    return True


@given(st.integers(0, 10_000), st.integers(2, 9))
def test_without_consent_it_ends_nash_stable(seed: int, n: int) -> None:
    """The potential of Bogomolnaia and Jackson: better response comes to an end."""
    b = drawn(seed, n)
    found = formed(b, seed)
    if not forming.tempted(b, found.label).any():
        small = np.abs(b)[b != 0].min() if (b != 0).any() else 1.0
        assert small < forming.ENOUGH or hedonic.is_stable(b, found.label)


@given(st.integers(0, 10_000), st.integers(2, 9), st.sampled_from([0.0, 0.05, 0.3]))
def test_with_consent_it_ends_individually_stable(seed: int, n: int, crowding: float) -> None:
    b, crowding = drawn(seed, n), np.rint(crowding * GRID) / GRID
    found = formed(forming.consented(b), seed, crowding)
    assert individually_stable(b, found.label, crowding)
    for i in range(n):
        members = set(np.flatnonzero(found.label == found.label[i]).tolist())
        assert found.worth[i] == pytest.approx(worth(b, members, i, crowding))
        assert all(b[i, j] >= 0 for j in members)


@given(st.integers(0, 10_000), st.integers(3, 9), st.sampled_from([0.0, 0.1]))
def test_a_move_by_one_raises_the_potential_by_what_it_gains(
    seed: int, n: int, crowding: float
) -> None:
    rng, b = np.random.default_rng(seed), drawn(seed, n)
    label = rng.integers(0, n, n)
    i, to = int(rng.integers(0, n)), int(rng.integers(0, n))

    def potential(of: np.ndarray) -> float:
        inside = of[:, None] == of
        size = np.bincount(of, minlength=n)
        cost = sum(crowding * sum(m**2 for m in range(s)) for s in size.tolist())
        return float((b * inside).sum() / 2 - cost)

    def members(of: np.ndarray) -> set[int]:
        return set(np.flatnonzero(of == of[i]).tolist())

    moved = label.copy()
    moved[i] = to
    gain = worth(b, members(moved), i, crowding) - worth(b, members(label), i, crowding)
    assert potential(moved) - potential(label) == pytest.approx(gain)


def test_it_ends_even_if_every_coin_shows_heads() -> None:
    """All move at once and for ever, until only who gains most may move."""
    b = drawn(5, 8)
    found = forming.form(forming.consented(b), np.arange(8), np.full(8, 1 - 2.0**-53))
    assert found.rounds > forming.TOSSES
    assert individually_stable(b, found.label)


def test_from_the_last_coalitions_it_goes_on_and_stays_where_nothing_changed() -> None:
    b = forming.consented(drawn(3, 12))
    once = formed(b)
    again = forming.form(b, once.label, np.full(12, 0.7))
    assert again.rounds == 0
    np.testing.assert_array_equal(again.label, once.label)
    np.testing.assert_array_equal(again.worth, once.worth)


def test_who_is_forced_stays_and_who_is_barred_keeps_apart() -> None:
    for seed in range(20):
        b = drawn(seed, 10)
        b[0, 1] = b[1, 0] = FORCED
        b[2, 3] = b[3, 2] = REFUSES
        start = np.arange(10)
        start[1] = 0
        luck = np.random.default_rng(seed).random(10)
        found = forming.form(forming.consented(b), start, luck)
        assert found.label[0] == found.label[1]
        assert found.label[2] != found.label[3]


def test_the_most_capable_leads() -> None:
    label, worth_ = np.array([4, 4, 2, 2, 4]), np.array([1.0, 3.0, 0.0, 0.0, 2.0])
    lead = forming.leaders(label, worth_, np.array([0.1, 0.5, 0.2, 0.2, 0.5]))
    assert lead.tolist() == [1, 1, 2, 2, 1]  # of equals, the one most bound to the others


def test_nearness_counts_what_both_care_about() -> None:
    x = np.array([[0.0, 0.0], [0.0, 1.0], [0.5, 0.0]])
    near = bonds.nearness(x, np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 1.0]]))
    assert near[0, 1] == pytest.approx(1.0)  # they differ on what the first does not care about
    assert near[0, 2] == pytest.approx(0.5)
    assert near[1, 2] == pytest.approx(1 - np.sqrt((0.25 + 1) / 2))
    nothing = bonds.nearness(x, np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]))
    assert nothing[0, 1] == nothing[0, 2] == 0.0  # who shares no issue is not near


def test_shared_groups_count_by_the_root_of_their_size() -> None:
    groups = {"EU": ["A", "B", "C", "D"], "NATO": ["A", "B"], "G77": ["A", "B"]}
    ties = bonds.shared_groups(list("ABCDE"), groups)
    assert ties[0, 1] == pytest.approx(1 / 2 + 1 / np.sqrt(2))  # the G77 is none of those named
    assert ties[0, 3] == pytest.approx(1 / 2)
    assert not ties[4].any()


def world(seed: int, n: int = 60) -> tuple[Floats, np.ndarray]:
    rng = np.random.default_rng(seed)
    near = bonds.nearness(rng.random((n, 5)), rng.random((n, 5)))
    pair = bonds.pairs(np.ones(n, dtype=bool))
    return bonds.standard(near, pair), pair


def structure(strength: Floats, pair: np.ndarray, friction: float, crowding: float = 0.0) -> list:
    """Sizes of the coalitions that form, the largest first."""
    b = bonds.less_friction(strength, pair, friction)
    return sorted(np.bincount(formed(forming.consented(b), 1, crowding).label), reverse=True)


@pytest.mark.parametrize("friction", [0.7, 0.9, 0.97])
def test_neither_singletons_nor_one_lump_by_construction(friction: float) -> None:
    for seed in range(10):
        sizes = structure(*world(seed), friction)
        assert 2 <= sizes[0] < 60
        assert sum(size > 1 for size in sizes) > 1


def test_all_friction_leaves_everyone_alone_and_none_brings_all_together() -> None:
    assert structure(*world(0), 1.0)[0] == 1
    assert structure(*world(0), 0.0)[0] == 60


def test_more_friction_makes_smaller_coalitions_in_nine_worlds_of_ten() -> None:
    """So does crowding. Each world is its own draw of positions."""
    means = np.array(
        [
            [
                np.mean([s for s in structure(*world(seed), f, k) if s])
                for f, k in ((0.7, 0.0), (0.9, 0.0), (0.97, 0.0), (0.7, 0.3))
            ]
            for seed in range(40)
        ]
    )
    assert (means[:, 0] > means[:, 1]).mean() >= 0.9
    assert (means[:, 1] > means[:, 2]).mean() >= 0.9
    assert (means[:, 0] > means[:, 3]).mean() >= 0.9


def test_the_share_of_pairs_with_something_in_common_is_what_friction_says() -> None:
    strength, pair = world(0)
    for friction in (0.5, 0.9):
        b = bonds.less_friction(strength, pair, friction)
        assert (np.take(b, pair) > 0).mean() == pytest.approx(1 - friction, abs=0.01)
        np.testing.assert_array_equal(b, b.T)
        np.testing.assert_array_equal(b * GRID, np.rint(b * GRID))


@settings(max_examples=20)
@given(st.permutations(range(8)))
def test_the_order_of_the_list_changes_nothing(order: list[int]) -> None:
    """Actors listed in another order, with their luck, form the same coalitions."""
    b, luck = forming.consented(drawn(11, 8)), np.random.default_rng(2).random(8)
    place = np.array(order)
    one = forming.form(b, np.arange(8), luck).label
    other = forming.form(b[np.ix_(place, place)], np.arange(8), luck[place]).label
    np.testing.assert_array_equal(
        (one[:, None] == one)[np.ix_(place, place)], other[:, None] == other
    )


def test_those_alike_in_all_have_no_spread_to_go_by() -> None:
    same = np.ones((4, 4))
    pair = bonds.pairs(np.ones(4, dtype=bool))
    assert not bonds.standard(same, pair).any()
    assert not bonds.scaled(same, pair).any()
    nobody = bonds.pairs(np.zeros(4, dtype=bool))
    assert not bonds.standard(same, nobody).any()
    assert not bonds.less_friction(np.zeros((4, 4)), nobody, 0.5).any()
