"""Power indices: published numbers, every coalition of small games listed, and large bodies."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import InputError
from sim.forums.presets import PRESETS
from sim.published import power
from sim.published.game import Game, majority, of_rules, rule, weighted

from .plain import table

EXACT = {"atol": 1e-12, "rtol": 0}


@pytest.mark.parametrize(
    ("weights", "quota", "shapley", "banzhaf"),
    [
        ([4, 4, 4, 2, 2, 1], 12, [*[14 / 60] * 3, 0.15, 0.15, 0], [*[5 / 21] * 3, 1 / 7, 1 / 7, 0]),
        ([50, 49, 1], 51, [2 / 3, 1 / 6, 1 / 6], [3 / 5, 1 / 5, 1 / 5]),
        ([4, 3, 2, 1], 6, [5 / 12, 1 / 4, 1 / 4, 1 / 12], [5 / 12, 1 / 4, 1 / 4, 1 / 12]),
        ([3, 2, 1, 1], 4, [1 / 2, 1 / 6, 1 / 6, 1 / 6], [1 / 2, 1 / 6, 1 / 6, 1 / 6]),
    ],
)  # fmt: skip
def test_known_games(
    weights: list[int], quota: int, shapley: list[float], banzhaf: list[float]
) -> None:
    """Whole numbers are counted, so that only the last division rounds."""
    game = weighted(weights, quota)
    np.testing.assert_allclose(power.shapley_shubik(game), shapley, **EXACT)
    np.testing.assert_allclose(power.banzhaf(game), banzhaf, **EXACT)


def test_power_to_prevent_and_to_initiate_by_counting() -> None:
    """Of [3; 2, 1, 1] three coalitions win: the first breaks each, the others one; five lose."""
    found = power.measure(weighted([2, 1, 1], 3))
    np.testing.assert_allclose(found.act, 3 / 8, **EXACT)
    np.testing.assert_allclose(found.prevent, [1, 1 / 3, 1 / 3], **EXACT)
    np.testing.assert_allclose(found.initiate, [3 / 5, 1 / 5, 1 / 5], **EXACT)


def test_swings_of_the_six() -> None:
    assert power.measure(weighted([4, 4, 4, 2, 2, 1], 12)).swings == (10, 10, 10, 6, 6, 0)


def test_security_council() -> None:
    """Five with a veto, nine of fifteen: .1963 and .001865 (Shapley-Shubik), 848 and 84 swings."""
    council = weighted(np.ones(15), 9, range(5))
    found = power.measure(council)
    np.testing.assert_allclose(found.shapley_shubik[:5], 421 / 2145, **EXACT)
    np.testing.assert_allclose(found.shapley_shubik[5:], 4 / 2145, **EXACT)
    assert (found.swings[0], found.swings[-1]) == (848, 84)
    assert found.act == 848 / 2**15
    seven = weighted([7] * 5 + [1] * 10, 39)  # the same rule as weights
    np.testing.assert_allclose(power.shapley_shubik(seven), found.shapley_shubik, **EXACT)


def listed(game: Game) -> tuple[np.ndarray, np.ndarray]:
    """Shapley-Shubik indices and swings from every coalition."""
    n = game.players
    shapley, swings = np.zeros(n), np.zeros(n)
    for members in product([False, True], repeat=n):
        inside = np.array(members)
        if game.wins(inside):
            continue
        size = int(inside.sum())
        for i in np.flatnonzero(~inside):
            joined = inside.copy()
            joined[i] = True
            if game.wins(joined):
                swings[i] += 1
                shapley[i] += math.factorial(size) * math.factorial(n - size - 1)
    return shapley / math.factorial(n), swings


@st.composite
def games(draw: st.DrawFn) -> Game:
    n = draw(st.integers(1, 7))
    conditions = draw(st.integers(1, 3))
    row = st.lists(st.integers(0, 6), min_size=n, max_size=n)
    weights = [draw(row) for _ in range(conditions)]
    weights[0] = [1] * n if draw(st.booleans()) else weights[0]
    quotas = [draw(st.integers(0, sum(w))) for w in weights]
    quotas[0] = max(quotas[0], 1)
    vetoes = draw(st.sets(st.integers(0, n - 1), max_size=2))
    blocking = draw(st.integers(0, 3))
    try:
        return rule(weights, quotas, sorted(vetoes), blocking=blocking)
    except InputError:  # nobody would win, or everybody
        return weighted([1] * n, 1)


@settings(max_examples=150, deadline=None)
@given(games())
def test_every_coalition_listed(game: Game) -> None:
    shapley, swings = listed(game)
    found = power.measure(game)
    np.testing.assert_allclose(found.shapley_shubik, shapley, **EXACT)
    assert list(found.swings) == swings.tolist()


@settings(max_examples=60, deadline=None)
@given(games())
def test_more_than_sixty_players_are_counted_in_shares_alike(game: Game) -> None:
    """The method of large games on small ones; rounding dies away, so 1e-12 is left."""
    exact = power.measure(game)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(power, "EXACT", 0)
        found = power.measure(game)
    np.testing.assert_allclose(found.shapley_shubik, exact.shapley_shubik, **EXACT)
    np.testing.assert_allclose(found.banzhaf_absolute, exact.banzhaf_absolute, **EXACT)


@settings(max_examples=60, deadline=None)
@given(games())
def test_coalitions_of_two_halves_are_counted_alike(game: Game) -> None:
    exact = power.measure(game)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(power, "LARGEST", 0)
        try:
            found = power.measure(game)
        except InputError:  # several conditions of weight: no halves
            return
    assert found.swings == exact.swings
    np.testing.assert_allclose(found.shapley_shubik, exact.shapley_shubik, **EXACT)


@given(games())
def test_the_order_of_players_does_not_matter(game: Game) -> None:
    turned = Game(game.weights[:, ::-1], game.quotas, game.vetoes[::-1], game.blocking)
    np.testing.assert_allclose(
        power.shapley_shubik(turned)[::-1], power.shapley_shubik(game), **EXACT
    )


def test_shapley_counts_orders() -> None:
    """All 720 orders of six players, one by one."""
    weights, quota = np.array([5, 4, 3, 3, 2, 1]), 10
    first = np.zeros(6)
    for order in permutations(range(6)):
        total = np.cumsum(weights[list(order)])
        first[order[int(np.argmax(total >= quota))]] += 1
    np.testing.assert_allclose(power.shapley_shubik(weighted(weights, quota)), first / 720, **EXACT)


# The European Union: 55% of 27 states and 65% of a population, four to block

POPULATION = [  # thousands, a made-up spread of the size of the EU's
    *(83_200, 67_700, 59_600, 47_400, 38_000, 19_200, 17_500, 11_600, 10_700, 10_600),
    *(10_400, 10_300, 9_700, 8_900, 6_900, 5_900, 5_500, 5_500, 5_000, 3_900),
    *(2_800, 2_100, 1_900, 1_300, 900, 640, 520),
]  # fmt: skip


def council(population: list[float] | np.ndarray) -> Game:
    weights = np.asarray(population, dtype=float)
    return rule([np.ones(27), weights], [15, 0.65 * weights.sum()], blocking=4)


def test_double_majority_from_both_methods() -> None:
    """A table of coalitions by weight, and listed halves: the same whole numbers."""
    found = power.measure(council(POPULATION))
    by_table = power._Counting(council(np.array(POPULATION)))
    by_table.__dict__["_by_halves"] = False
    assert by_table.power().swings == found.swings
    np.testing.assert_allclose(found.shapley_shubik.sum(), 1, **EXACT)
    assert (np.diff(found.shapley_shubik) <= 0).all()


def test_double_majority_in_exact_people() -> None:
    """Populations to the last head are no harder: weights of 450 million in all."""
    rng = np.random.default_rng(1)
    people = np.array(POPULATION) * 1000 + rng.integers(-400, 400, 27)
    found = power.shapley_shubik(council(people))
    np.testing.assert_allclose(found, power.shapley_shubik(council(POPULATION)), atol=2e-4)


def test_the_rule_of_blocking_minorities_matters() -> None:
    weights = np.array(POPULATION, dtype=float)
    without = rule([np.ones(27), weights], [15, 0.65 * weights.sum()])
    coalition = np.ones(27, dtype=bool)
    coalition[:3] = False  # three large states, 45% of the people, are too few to block
    assert council(weights).wins(coalition)
    assert not without.wins(coalition)
    assert power.measure(council(weights)).act > power.measure(without).act


def test_one_hundred_and_ninety_three_states() -> None:
    """Alike under one state, one vote; the chance to be decisive from the binomial, to 1e-12."""
    game = majority(193, 2 / 3, more_than=False)
    found = power.measure(game)
    np.testing.assert_allclose(found.shapley_shubik, 1 / 193, **EXACT)
    decisive = math.comb(192, 128) / 2**192
    np.testing.assert_allclose(found.banzhaf_absolute, decisive, rtol=1e-10)


def test_many_states_of_different_weight() -> None:
    """Against 40,000 orders drawn; four errors of a share of at most .05 are .0044."""
    rng = np.random.default_rng(7)
    weights = rng.integers(1, 20, 120)
    quota = int(weights.sum() * 0.6)
    found = power.shapley_shubik(weighted(weights, quota))
    assert found.sum() == pytest.approx(1, abs=1e-10)
    counted = np.zeros(120)
    for _ in range(40_000):
        order = rng.permutation(120)
        counted[order[np.argmax(np.cumsum(weights[order]) >= quota)]] += 1
    assert np.abs(counted / 40_000 - found).max() < 0.0044
    order = np.argsort(weights)
    assert (np.diff(found[order]) >= -1e-12).all()  # who weighs more is not less powerful


# Rules of forums, and tables


def test_rules_of_forums() -> None:
    rules = PRESETS["council_with_vetoes"]
    game = of_rules(rules, np.arange(15) < 5, np.zeros(15))
    np.testing.assert_allclose(power.shapley_shubik(game)[0], 421 / 2145, **EXACT)
    union = of_rules(PRESETS["double_majority"], np.zeros(27, bool), np.array(POPULATION, float))
    same = power.measure(council(POPULATION)).swings
    assert power.measure(union).swings == same
    alone = of_rules(PRESETS["consensus"], np.zeros(7, bool), np.zeros(7))
    assert alone.wins(np.ones(7, bool))
    assert not alone.wins(np.arange(7) > 0)


def test_a_table_of_weights() -> None:
    given_ = table([[1], [2], [3]], capability=[50, 49, 1])
    np.testing.assert_allclose(power.solve(given_).power, [2 / 3, 1 / 6, 1 / 6], **EXACT)
    np.testing.assert_allclose(power.solve(given_, weights="equal").power, 1 / 3, **EXACT)
    np.testing.assert_allclose(power.solve(given_, quota=99).power, [1 / 2, 1 / 2, 0], **EXACT)
    fine = table([[1], [2], [3]], capability=[50.25, 49.5, 0.75])
    np.testing.assert_allclose(power.solve(fine).power, [2 / 3, 1 / 6, 1 / 6], **EXACT)


def test_quotas_that_nothing_or_everything_reaches_are_refused() -> None:
    with pytest.raises(InputError, match="at most 3"):
        weighted([1, 1, 1], 4)
    with pytest.raises(InputError, match="more than 0"):
        weighted([1, 1, 1], 0)
    with pytest.raises(InputError, match="0 or more"):
        weighted([1, -1, 1], 1)


def test_small_weights_and_large_sums() -> None:
    """Weights below a millionth count; of ten billion a single head still decides."""
    tiny = power.shapley_shubik(weighted([5e-8, 3e-8, 1e-8], 6e-8))
    np.testing.assert_allclose(tiny, power.shapley_shubik(weighted([5, 3, 1], 6)), **EXACT)
    huge = weighted([5_000_000_000, 4_999_999_999, 1], 5_000_000_001)
    np.testing.assert_allclose(power.shapley_shubik(huge), [2 / 3, 1 / 6, 1 / 6], **EXACT)


def test_weights_too_fine_for_so_many_are_refused_in_a_sentence() -> None:
    rng = np.random.default_rng(0)
    weights = rng.integers(1, 10**9, 193).astype(float)
    with pytest.raises(InputError, match="round them"):
        power.measure(weighted(weights, weights.sum() / 2))


def test_capabilities_too_fine_are_rounded_and_that_is_said() -> None:
    """Of 100 actors to parts of 10,000: an index of about .01 is off by less than .0003."""
    rng = np.random.default_rng(0)
    held = rng.random(100)
    many = Game(held[None], np.array([0.6 * held.sum()]), np.zeros(100, bool))
    solved = power.solve(
        replace(table([[1]]), actors=tuple(map(str, range(100))), position=np.zeros((100, 1)),
                salience=np.ones((100, 1)), capability=held[:, None]),
        quota=float(many.quotas[0]),
    )  # fmt: skip
    assert any("rounded" in text for text in solved.said)
    finer = np.rint(held * 400)
    np.testing.assert_allclose(
        solved.power, power.shapley_shubik(weighted(finer, 0.6 * finer.sum())), atol=3e-4
    )


def test_more_than_half_is_more_than_half_of_fine_weights_too() -> None:
    """One in four, one in four and a half: as 3 of 1, 1, 2, whatever the decimals."""
    third = 0.33333333333
    fine = table(np.array([[0.5], [0.5], [1.0]]), capability=np.array([third, third, 2 * third]))
    solution = power.solve(fine)
    assert solution.power is not None
    assert solution.power == pytest.approx([1 / 6, 1 / 6, 2 / 3], abs=1e-6)
