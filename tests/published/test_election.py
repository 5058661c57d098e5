"""Contests and elections: exact numbers, and what holds whatever the strengths."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.published.contest import (
    ELECTIONS,
    LEAST,
    POWERS,
    VICTORY,
    VOTING,
    conditional,
    elect,
    strengths,
    victory,
)

# Three options, victory by squares: KAPSARC's example of voting with incentives, to its 4 places.
STRENGTH = np.array([[0, 12.099, 54.921], [10.333, 0, 27.079], [5.007, 55.047, 0]])
SEEDS = st.integers(0, 10_000)


@pytest.mark.parametrize(
    ("model", "chances"),
    [
        ("conditional", (0.8659, 0.1241, 0.0100)),
        ("markov_uniform", (0.6351, 0.2148, 0.1501)),
        ("markov_incentive", (0.5094, 0.2796, 0.2110)),
    ],
)
def test_the_three_elections_on_three_options(model: str, chances: tuple[float, ...]) -> None:
    assert elect(STRENGTH, model, "square") == pytest.approx(chances, abs=5e-5)


def backing(seed: int, options: int = 5) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return strengths(rng.uniform(0.1, 2, 7), rng.random((7, options)))


@given(SEEDS, st.sampled_from(ELECTIONS), st.sampled_from(VICTORY))
def test_chances_sum_to_one_and_follow_the_options(seed: int, model: str, chances: str) -> None:
    strength = backing(seed)
    order = np.random.default_rng(seed).permutation(len(strength))
    chance = elect(strength, model, chances)
    assert chance.sum() == pytest.approx(1)
    assert (chance >= 0).all()
    again = elect(strength[np.ix_(order, order)], model, chances)
    assert again == pytest.approx(chance[order], abs=1e-9)


@given(SEEDS, st.sampled_from(ELECTIONS), st.sampled_from(VICTORY))
def test_only_ratios_of_strength_count(seed: int, model: str, chances: str) -> None:
    strength = backing(seed)
    assert elect(8 * strength, model, chances) == pytest.approx(
        elect(strength, model, chances), abs=1e-9
    )


@given(SEEDS, st.sampled_from(ELECTIONS))
def test_who_is_backed_by_everybody_is_nearly_sure(seed: int, model: str) -> None:
    utility = np.random.default_rng(seed).uniform(0, 0.5, (6, 4))
    utility[:, 2] = 1
    chance = elect(strengths(np.ones(6), utility), model)
    assert chance[2] == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("model", ["markov_uniform", "markov_incentive"])
def test_a_markov_election_rests(model: str) -> None:
    """The chances returned are those that one more challenge leaves as they are."""
    strength = backing(3)
    chance, defeats = elect(strength, model), victory(strength)
    n = len(chance)
    challenge = np.full((n, n), 1 / n)
    if model == "markov_incentive":
        pull = strength * defeats
        challenge = pull / pull.sum(axis=0)
    after = [
        sum(
            defeats[i, j] * (chance[i] * challenge[j, i] + chance[j] * challenge[i, j])
            for j in range(n)
        )
        for i in range(n)
    ]
    assert after == pytest.approx(chance, abs=1e-9)


def test_hundreds_of_options_do_not_underflow() -> None:
    chance = conditional(victory(backing(1, options=400), "octic"))
    assert chance.sum() == pytest.approx(1)


def test_where_nobody_can_win_all_contests_all_have_one_chance() -> None:
    circle = np.array([[0.5, 1, 0], [0, 0.5, 1], [1, 0, 0.5]])
    assert conditional(circle) == pytest.approx([1 / 3] * 3)


# Contests


def test_strengths_by_hand() -> None:
    """Two voters of weight 2 and 1, three options; what is positive adds up on either side."""
    utility = np.array([[1.0, 0.5, 0.0], [0.0, 0.2, 1.0]])
    expected = [[0, 1.0, 2.0], [0.2, 0, 1.0], [1.0, 0.8, 0]]
    assert strengths(np.array([2.0, 1.0]), utility) - LEAST * (1 - np.eye(3)) == pytest.approx(
        np.array(expected), abs=2e-8
    )


@pytest.mark.parametrize(
    ("voting", "up", "down"),
    [
        ("proportional", 0.5, -0.5),
        ("binary", 1, -1),
        ("cubic", 0.125, -0.125),
        ("proportional_binary", 0.6, -0.6),
        ("proportional_cubic", 0.3125, -0.3125),
        ("prospect", 1 / 3, -0.5),
    ],
)
def test_voting_rules_by_hand(voting: str, up: float, down: float) -> None:
    assert VOTING[voting](np.array([0.5, -0.5])) == pytest.approx([up, down])


@pytest.mark.parametrize("model", POWERS)
def test_strength_three_to_one(model: str) -> None:
    odds = 3 ** POWERS[model]
    chance = victory(np.array([[0, 3.0], [1.0, 0]]), model)
    assert chance == pytest.approx(
        np.array([[0.5, odds / (odds + 1)], [1 / (odds + 1), 0.5]]), abs=1e-7
    )


@pytest.mark.parametrize(
    ("mine", "chance"), [(1.2, 1.0), (1.0, 0.5), (1.05, 0.7561), (1 / 1.2, 0.0)]
)
def test_a_tenth_more_is_enough_where_victory_is_binary(mine: float, chance: float) -> None:
    assert victory(np.array([[0, mine], [1.0, 0]]), "binary")[0, 1] == pytest.approx(
        chance, abs=1e-4
    )


@given(SEEDS, st.sampled_from(VICTORY))
def test_one_of_the_two_wins(seed: int, model: str) -> None:
    chance = victory(backing(seed), model)
    assert chance + chance.T == pytest.approx(np.ones_like(chance))
