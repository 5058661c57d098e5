"""Bueno de Mesquita's model: a recorded run, its parts by hand, and what always holds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import InputError
from sim.published import expected_utility as eu
from sim.published.expected_utility import COMPEL, COMPROMISE, CONFRONT, best_offers
from tests.published.given import drawn, table

SEEDS = st.integers(0, 10_000)

# Ten governments on emission standards, years until they come into force: capability, position,
# salience; and who accepts what of whom in rounds 1, 2, 5 and 10 of the recorded run of the
# program bdm-scholz-expected-utility-model (J. McKibben; D. Masad), ExampleActors.csv, Example.log
GOVERNMENTS = {
    "Netherlands": (0.08, 4, 0.8), "Belgium": (0.08, 7, 0.4), "Luxembourg": (0.03, 4, 0.2),
    "Germany": (0.16, 4, 0.8), "France": (0.16, 10, 0.6), "Italy": (0.16, 10, 0.6),
    "UK": (0.16, 10, 0.9), "Ireland": (0.05, 7, 0.1), "Denmark": (0.05, 4, 1.0),
    "Greece": (0.08, 7, 0.7),
}  # fmt: skip
MEANS = (
    7.389955686853767, 7.461314378277189, 7.552500865855845, 7.590144997451547, 7.358130531334201,
    7.3491739896752115, 7.414877545372958, 7.510457183677219, 7.5724470975503, 7.324989065683666,
    7.242130958473938,
)  # fmt: skip
ACCEPTED = {
    0: {
        "Belgium": (COMPROMISE, "France", 8.415932315426764),
        "Luxembourg": (CONFRONT, "Belgium", 7.0),
        "Ireland": (CONFRONT, "Luxembourg", 4.0),
    },
    1: {
        "Belgium": (COMPROMISE, "France", 9.610859134120188),
        "Luxembourg": (CONFRONT, "Belgium", 8.415932315426764),
        "Ireland": (CONFRONT, "Luxembourg", 7.0),
    },
    4: {
        "Belgium": (COMPROMISE, "France", 5.524237694197356),
        "Luxembourg": (CONFRONT, "Belgium", 4.800881140632622),
        "Ireland": (CONFRONT, "Luxembourg", 9.961979590401311),
    },
    9: {
        "Belgium": (COMPROMISE, "France", 4.291541224979646),
        "Luxembourg": (CONFRONT, "Belgium", 4.144849062500606),
        "Ireland": (CONFRONT, "Belgium", 4.144849062500606),
    },
}


def governments() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    capability, position, salience = np.array(list(GOVERNMENTS.values())).T
    return (position - 4) / 6, salience, capability


def test_the_reimplementation_s_recorded_run() -> None:
    """Ten rounds; positions agree to 1e-9 of a year, rounding in another order apart."""
    played = eu.play(*governments(), rounds=10, variant="scholz", quiet=0)
    names = list(GOVERNMENTS)
    assert [4 + 6 * state.mean for state in played] == pytest.approx(MEANS, abs=1e-9)
    assert 4 + 6 * played[0].median == pytest.approx(7.0)
    for t, accepted in ACCEPTED.items():
        found = {
            names[i]: (offer.kind, names[offer.other], 4 + 6 * offer.to)
            for i, offer in enumerate(played[t].offers)
            if offer is not None
        }
        assert found.keys() == accepted.keys()
        for name, (kind, other, to) in accepted.items():
            assert found[name][:2] == (kind, other)
            assert found[name][2] == pytest.approx(to, abs=1e-9)


# Parts by hand


def test_the_median_beats_every_other_position() -> None:
    position, weight = np.array([0.0, 0.2, 0.6, 1.0]), np.array([1.0, 1.0, 3.0, 2.0])
    middle = eu.median(position, weight)
    assert middle == 0.6
    for other in position:
        votes = weight @ (np.abs(position - other) - np.abs(position - middle))
        assert votes >= 0


def test_two_positions_with_half_the_votes_share_the_median() -> None:
    assert eu.median(np.array([0.2, 0.8]), np.array([1.0, 1.0])) == pytest.approx(0.5)


def test_three_vote_on_two() -> None:
    """0 against 1, weights 1, 1, 2 at 0, .25, 1: votes 1 and .5 for 0, 2 for 1."""
    position, weight = np.array([0.0, 0.25, 1.0]), np.array([1.0, 1.0, 2.0])
    chance = eu.prevails(position, weight, 1.0, np.ones(3))
    assert chance[0, 2] == pytest.approx(1.5 / 3.5)
    assert chance[2, 0] == pytest.approx(2 / 3.5)


def test_expectations_of_two_by_hand() -> None:
    """Poles apart, weights .4 and .6, r = 1: U_s = 2, U_f = -2, nothing 0.

    i expects s_j (2 P - 2 (1 - P)) + (1 - s_j) 2 with P = .4 and s_j = .75: .75 (-.4) + .5.
    """
    position, salience = np.array([0.0, 1.0]), np.array([0.5, 0.75])
    mine, theirs = eu.expected(position, salience, np.array([0.4, 0.6]), 1.0, 1.0, np.ones(2))
    assert mine[0, 1] == pytest.approx(0.2)
    assert theirs[0, 1] == pytest.approx(0.5 * 0.4 + 0.5 * 2)
    assert mine[1, 0] == pytest.approx(theirs[0, 1])
    neutral = np.ones(2)
    may_move, _ = eu.expected(position, salience, np.array([0.4, 0.6]), 1.0, 1.0, neutral,
                              unchallenged=(0.5, 1.0))  # fmt: skip
    # unchallenged it stays with .5 and moves for the better with .5: worth .5 (2 - 4 (.5 - .5))
    assert may_move[0, 1] == pytest.approx(0.2 - 0.5 * 2)


def test_the_most_endangered_takes_least_for_granted() -> None:
    """R from -1 to 1, so r from 2 (safest) to 1/2 (most endangered)."""
    assert eu.exponents(np.array([-1.0, 0.0, 3.0, 1.0])) == pytest.approx(
        [2.0, 7 / 5, 0.5, 1.0], abs=1e-12
    )
    assert eu.exponents(np.array([2.0, 2.0])).tolist() == [1, 1]


@pytest.mark.parametrize(
    ("mine", "theirs", "kind", "to"),
    [
        (0.2, 0.5, CONFRONT, 0.8),
        (0.5, 0.2, None, 0.2),
        (-0.2, 0.5, COMPROMISE, 0.2 + 0.6 * 0.4),
        (-0.5, 0.2, COMPEL, 0.8),
        (-0.2, -0.5, None, 0.2),
        (0.2, -0.5, None, 0.2),
    ],
)
def test_who_gives_way_by_octants(mine: float, theirs: float, kind: str | None, to: float) -> None:
    position = np.array([0.2, 0.8])
    found = best_offers(position, np.array([[0, mine], [0, 0]]), np.array([[0, theirs], [0, 0]]))[0]
    if kind is None:
        assert found is None
    else:
        assert found is not None
        assert (found.kind, found.to) == (kind, pytest.approx(to))


def test_of_several_offers_the_nearest_is_taken() -> None:
    position = np.array([0.5, 0.9, 0.7])
    mine, theirs = np.full((3, 3), 0.1), np.full((3, 3), 0.3)
    offer = best_offers(position, mine, theirs)[0]
    assert offer is not None
    assert (offer.other, offer.to) == (2, 0.7)


# What always holds


@given(SEEDS, st.sampled_from(eu.OPTIONS["variant"].allowed), st.sampled_from([1.0, 0.5]))
def test_positions_stay_between_the_outermost(seed: int, variant: str, stay: float) -> None:
    position, salience, capability = (a.ravel() for a in drawn(seed, 6, 1))
    for state in eu.play(position, salience, capability, 5, variant, stay):
        assert (state.position >= position.min() - 1e-12).all()
        assert (state.position <= position.max() + 1e-12).all()
        assert ((state.risk >= 0.5 - 1e-12) & (state.risk <= 2 + 1e-12)).all()


@given(SEEDS, st.sampled_from(eu.OPTIONS["variant"].allowed))
def test_relabelling_and_units_of_capability_change_nothing(seed: int, variant: str) -> None:
    position, salience, capability = (a.ravel() for a in drawn(seed, 6, 1))
    order = np.random.default_rng(seed).permutation(6)
    played = eu.play(position, salience, capability, 3, variant)
    again = eu.play(position[order], salience[order], 8 * capability[order], 3, variant)
    for state, other in zip(played, again, strict=True):
        assert other.position == pytest.approx(state.position[order], abs=1e-9)


@given(SEEDS)
def test_one_of_two_positions_prevails(seed: int) -> None:
    position, salience, capability = (a.ravel() for a in drawn(seed, 6, 1))
    chance = eu.prevails(position, capability * salience, 1.0, np.ones(6))
    assert chance + chance.T == pytest.approx(np.ones((6, 6)))


def test_who_agree_stay() -> None:
    played = eu.play(np.full(3, 0.4), np.full(3, 0.5), np.ones(3))
    assert len(played) == 1
    assert played[0].median == pytest.approx(0.4)


# Solutions of tables


def test_every_issue_is_played_by_itself() -> None:
    position, salience, capability = drawn(7, 6, 3)
    position[0, 1] = np.nan
    position[:, 2] = np.nan
    made = table(position, salience, capability[:, None], high=10)
    found = eu.solve(made, rounds=4)
    assert np.isnan(found.outcome).tolist() == [False, False, True]
    alone = eu.play(position[1:, 1], salience[1:, 1], capability[1:], 4)
    assert found.outcome[1] == pytest.approx(alone[-1].median)
    assert found.path is not None
    assert found.path[-1, :2].tolist() == found.outcome[:2].tolist()
    columns = found.tables["positions"]
    rows = list(zip(columns["issue"], columns["actor"], columns["round"], strict=True))  # type: ignore[call-overload]
    assert ("K1", "A0", 0) not in rows
    assert len(set(rows)) == len(rows)
    first = columns["position"][rows.index(("K0", "A3", 0))]  # type: ignore[index]
    assert first == pytest.approx(10 * position[3, 0])
    for a, b in zip(found.tables["offers"]["from"], found.tables["offers"]["to"], strict=True):  # type: ignore[call-overload]
        assert a != b


def test_a_scale_may_be_that_of_the_issue() -> None:
    position, salience, capability = drawn(7, 6, 1)
    made = table(0.3 + position / 5, salience, capability[:, None])
    narrow, wide = (eu.solve(made, rounds=1, span=span) for span in ("positions", "issue"))
    assert narrow.tables["positions"]["risk"] != wide.tables["positions"]["risk"]


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"rounds": 0}, "rounds"),
        ({"variant": "sholz"}, "variant"),
        ({"stay": 2.0}, "stay"),
        ({"span": "isue"}, "span"),
    ],
)
def test_options_that_cannot_be_are_told(options: dict[str, object], field: str) -> None:
    position, salience, capability = drawn(1, 4, 1)
    with pytest.raises(InputError) as told:
        eu.solve(table(position, salience, capability[:, None]), **options)  # type: ignore[arg-type]
    assert [m.field for m in told.value.mistakes] == [field]
