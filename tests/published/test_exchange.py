"""Equal-gain exchange against the program Decide, by hand, and what always holds."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import InputError
from sim.published import exchange
from sim.published.exchange import effects, utility
from sim.published.market import Market, equal_gain_rate, potential
from tests.published.given import table, table_of
from tests.published.plain_decide import PlainDecide
from tests.yardstick import cost

SEEDS = st.integers(0, 10_000)
# Two actors, two issues, each minding what the other minds less.
POSITION, SALIENCE = np.array([[1.0, 1.0], [0.0, 0.0]]), np.array([[0.8, 0.2], [0.2, 0.8]])


def drawn(seed: int, actors: int = 7, issues: int = 4) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    return (
        rng.random((actors, issues)),
        rng.uniform(0.1, 1, (actors, issues)),
        rng.uniform(0.2, 1, (actors, issues)),
    )


# Exact numbers

SAMPLE = (49.353234, 27.246036, 50.578947, 52.485549, 49.488304, 56.600832)
PARIS = {"differentiation": 49.255404, "mrv": 57.211274, "legal": 57.968750}
GAINS = (1.9736842105, 1.7926363088, 1.5343653251, 1.1576210049, 0.9470160205)


def test_decide_s_sample_of_ten_parties_and_six_issues() -> None:
    """Decide's own numbers, to the digits it was recorded with."""
    made = table_of("decide_sample_data.txt")
    (played,) = exchange.play(made.position, made.salience, made.capability)
    assert 100 * played.before == pytest.approx(SAMPLE, abs=5e-7)
    assert (played.potential, played.worthless) == (240, 10)
    gains = [100 * deal.gain for deal in played.deals]
    assert np.array(gains[:5]) == pytest.approx(np.array([GAINS, GAINS]).T, abs=1e-10)
    found = exchange.solve(made).tables["exchanges"]
    first = {name: column[0] for name, column in found.items()}  # type: ignore[index]
    assert (first["first"], first["first_gives"]) == ("Willems", "extra-investering")
    assert (first["first_from"], first["first_to"]) == pytest.approx((25, 100))
    assert (first["second"], first["second_gives"]) == ("Wcentr", "tolheffing-binnenstad")
    assert (first["second_from"], first["second_to"]) == pytest.approx((0, 61.05117364), abs=1e-8)


def test_the_paris_climate_talks() -> None:
    made = table_of("cop21.csv")
    (played,) = exchange.play(made.position, made.salience, made.capability)
    assert (played.potential, played.worthless) == (2094, 43)
    found = dict(zip(made.issues, 100 * played.before, strict=True))
    for issue, outcome in PARIS.items():
        assert found[issue] == pytest.approx(outcome, abs=5e-7)
    first = played.deals[0]
    assert {made.actors[a] for a in first.actor} == {"USA", "China"}
    assert 100 * first.gain == pytest.approx([2.1907216495] * 2, abs=1e-10)


def test_logrolling_of_two() -> None:
    """From (.8, .2), worth -.32 to each, a full swap leads to (1, 0), worth -.20 to each."""
    (played,) = exchange.play(POSITION, SALIENCE, np.ones((2, 2)))
    assert played.before == pytest.approx([0.8, 0.2])
    assert played.after == pytest.approx([1, 0])
    assert utility(POSITION, SALIENCE, played.before) == pytest.approx([-0.32, -0.32])
    assert utility(POSITION, SALIENCE, played.after) == pytest.approx([-0.20, -0.20])
    assert played.deals[0].gain == pytest.approx([0.12, 0.12])


def test_the_rate_at_which_both_gain_alike() -> None:
    """Saliences (.8, .2) and (.4, .6): .6667 on the first issue for 1 on the second."""
    rate = equal_gain_rate((0.8, 0.2), (0.4, 0.6))
    assert rate == pytest.approx(2 / 3)
    assert rate * 0.8 - 0.2 == pytest.approx(0.6 - rate * 0.4)


def test_the_smaller_room_bounds_both_moves() -> None:
    """By hand: outcomes may shift by .4/1.2 on issue 0 and .2/.8 on issue 1, at 2/3 to 1.

    Issue 1 is the narrower: the one who gives it moves all the way, the other half of it.
    """
    salience = np.array([[0.8, 0.2], [0.4, 0.6]])
    (played,) = exchange.play(POSITION, salience, np.ones((2, 2)))
    (deal,) = played.deals
    assert deal.issue.tolist() == [1, 0]
    assert deal.vote == pytest.approx([0.0, 0.5])
    assert deal.gain == pytest.approx([0.8 / 6 - 0.2 / 4] * 2)


def test_saliences_in_one_ratio_leave_nothing_to_trade() -> None:
    salience = np.array([[0.8, 0.4], [0.4, 0.2]])
    (played,) = exchange.play(POSITION, salience, np.ones((2, 2)))
    assert (played.potential, played.worthless, len(played.deals)) == (1, 1, 0)
    assert np.array_equal(played.before, played.after)


@settings(max_examples=25)
@given(SEEDS)
def test_the_exchanges_are_those_of_a_plain_program(seed: int) -> None:
    """Decide's rules written once more, offer by offer: every deal of a round, in order."""
    position, salience, capability = drawn(seed, 6, 4)
    (played,) = exchange.play(position, salience, capability)
    plain = list(PlainDecide(position, salience, capability).deals())
    assert len(played.deals) == len(plain) > 0
    for deal, (one, other, gain) in zip(played.deals, plain, strict=True):
        assert deal.actor.tolist() == [one.actor, other.actor]
        assert deal.issue.tolist() == [one.gives, other.gives]
        assert deal.vote - deal.start == pytest.approx([one.move, other.move], abs=1e-9)
        assert deal.gain == pytest.approx([gain, gain], abs=1e-9)


def test_who_stands_at_the_outcome_is_not_below_it_for_rounding() -> None:
    """0, .1 and .2 with weights .1, .2, .1 have the mean .1, a last bit more in floating point."""
    position, salience = np.array([0.0, 0.1, 0.2]), np.array([0.1, 0.2, 0.1])
    assert np.average(position, weights=salience) > 0.1
    both = np.array([position, position]).T, np.array([salience, salience]).T
    offers = potential(*both, np.ones((3, 2)))
    assert sorted(map(tuple, np.sort(offers.actor, axis=0).T.tolist())) == [(0, 1), (0, 2)]


# What always holds


@given(SEEDS)
def test_what_holds_of_every_deal_of_a_round(seed: int) -> None:
    """Both gain alike, and something; each moves one way, and not past where its partner stands."""
    position, salience, capability = drawn(seed)
    (played,) = exchange.play(position, salience, capability)
    gains = np.array([deal.gain for deal in played.deals])
    assert (gains > 0).all()
    assert gains[:, 0] == pytest.approx(gains[:, 1], abs=1e-12)
    way: dict[tuple[int, int], float] = {}
    for deal in played.deals:
        target = position[deal.actor[::-1], deal.issue]
        assert ((target - deal.start) * (target - deal.vote) >= -1e-12).all()
        assert (np.abs(deal.vote - deal.start) > 0).all()
        for side in (0, 1):
            key = int(deal.actor[side]), int(deal.issue[side])
            step = np.sign(deal.vote[side] - deal.start[side])
            assert way.setdefault(key, step) == step


@given(SEEDS)
def test_strictly_gains_fall_and_no_asker_sees_the_outcome_pass_it(seed: int) -> None:
    """No exchange makes another worth more than it; an asker reckons with what it was granted."""
    position, salience, capability = drawn(seed)
    (played,) = exchange.play(position, salience, capability, strict=True)
    assert all(a.gain.mean() >= b.gain.mean() - 1e-9 for a, b in pairwise(played.deals))
    part = capability * salience / (capability * salience).sum(axis=0)
    granted: dict[tuple[int, int], np.ndarray] = {}
    for deal in played.deals:
        for side in (0, 1):
            asker, giver, k = deal.actor[1 - side], deal.actor[side], deal.issue[side]
            seen = granted.setdefault((asker, k), position[:, k].copy())
            seen[giver] = deal.vote[side]
            gap = (position[asker, k] - seen @ part[:, k]) * np.sign(
                deal.vote[side] - deal.start[side]
            )
            assert gap >= -1e-9


@given(SEEDS, st.floats(0.01, 100))
def test_capabilities_count_by_their_ratios_and_nothing_by_its_place_in_the_file(
    seed: int, factor: float
) -> None:
    given_ = drawn(seed)
    rng = np.random.default_rng(seed)
    rows, columns = rng.permutation(7), rng.permutation(4)
    (played,) = exchange.play(*given_)
    position, salience, capability = (array[np.ix_(rows, columns)] for array in given_)
    (again,) = exchange.play(position, salience, factor * capability)
    assert again.after == pytest.approx(played.after[columns], abs=1e-9)
    assert again.vote == pytest.approx(played.vote[np.ix_(rows, columns)], abs=1e-9)
    assert again.potential == played.potential


@given(SEEDS)
def test_the_scale_has_no_right_side(seed: int) -> None:
    """Turning every scale round turns the outcome round, and changes no potential exchange.

    Only the first exchange is compared: Decide's limit on the sum of moves is one-sided.
    """
    position, salience, capability = drawn(seed)
    offers = potential(position, salience, capability)
    turned = potential(1 - position, salience, capability)
    assert turned.count == offers.count
    weight = capability * salience
    first = next(Market(offers, position, weight, offers.rate).deals())
    again = next(Market(turned, 1 - position, weight, turned.rate).deals())
    assert again.gain == pytest.approx(first.gain)


@given(SEEDS)
def test_who_takes_no_position_trades_nothing_there(seed: int) -> None:
    position, salience, capability = drawn(seed)
    position[0, 0] = position[3, 2] = np.nan
    (played,) = exchange.play(position, salience, capability)
    traded = {(a, k) for d in played.deals for a, k in zip(d.actor, d.issue, strict=True)}
    wanted = {(a, k) for d in played.deals for a, k in zip(d.actor, d.issue[::-1], strict=True)}
    assert not {(0, 0), (3, 2)} & (traded | wanted)
    assert np.isnan(played.vote[0, 0])
    assert np.isfinite(played.after).all()


@given(SEEDS)
def test_what_a_round_does_to_each_adds_up(seed: int) -> None:
    """Own, inner and outer effects together are the change of utility over the round."""
    position, salience, capability = drawn(seed)
    for played in exchange.play(position, salience, capability, rounds=2):
        felt = effects(position, salience, played.start, capability * salience, played.before,
                       played.deals)  # fmt: skip
        change = utility(position, salience, played.after) - utility(
            position, salience, played.before
        )
        assert felt.total == pytest.approx(change, abs=1e-9)
        assert (felt.inner_gain >= 0).all()
        assert (felt.outer_loss <= 0).all()


def test_who_stands_with_the_partners_is_inside() -> None:
    """Three of five stand on the diagonal on which two trade; the outcome moves to their good."""
    position = np.array([[1.0, 1.0], [0.0, 0.0], [0.9, 0.9], [0.9, 0.1], [0.1, 0.9]])
    salience = np.array([[0.8, 0.2], [0.2, 0.8], [0.5, 0.5], [0.5, 0.5], [0.5, 0.5]])
    weight = np.ones((5, 2)) * salience
    (played,) = exchange.play(position, salience, np.ones((5, 2)))
    felt = effects(position, salience, played.start, weight, played.before, played.deals[:1])
    assert played.deals[0].alike
    assert set(played.deals[0].actor.tolist()) == {0, 1}
    inside, outside = np.abs(felt.inner_gain + felt.inner_loss), felt.outer_gain + felt.outer_loss
    assert (inside > 0).tolist() == [False, False, True, False, False]
    assert (outside != 0).tolist() == [False, False, False, True, True]
    assert felt.outer_gain[3] > 0 > felt.outer_loss[4]


# Rounds and noise


def test_positions_follow_votes_between_rounds() -> None:
    """By (1 - s) .4 + .1 of the way: .42 for a salience of .2."""
    first, second = exchange.play(POSITION, SALIENCE, np.ones((2, 2)), rounds=2)
    moved = second.start - first.start
    assert moved == pytest.approx(np.array([[0, -0.42], [0.42, 0]]))


def test_rounds_end_when_nobody_trades() -> None:
    played = exchange.play(POSITION, SALIENCE[:, :1] * np.ones(2), np.ones((2, 2)), rounds=9)
    assert len(played) == 1
    found = exchange.solve(table(POSITION, SALIENCE[:, :1] * np.ones(2), np.ones((2, 2))), rounds=9)
    assert "Nobody had anything left to trade." in found.said


def test_noise_off_is_equal_gain_and_noise_is_the_seed_s() -> None:
    given_ = drawn(4)
    plain = exchange.play(*given_)[0].after
    silent = exchange.play(*given_, noise=0, rng=np.random.default_rng(1))[0].after
    assert silent == pytest.approx(plain)
    loud = [
        exchange.play(*given_, noise=1, rng=np.random.default_rng(seed))[0] for seed in (1, 1, 2)
    ]
    assert np.array_equal(loud[0].after, loud[1].after)
    assert not np.array_equal(loud[0].after, loud[2].after)
    gains = np.array([deal.gain for deal in loud[0].deals])
    assert (gains >= -1e-12).all()
    assert (np.abs(gains[:, 0] - gains[:, 1]) > 1e-6).any()


def test_path_and_tables_of_a_solution() -> None:
    made = table(*drawn(3), high=10)
    found = exchange.solve(made, rounds=3)
    assert found.path is not None
    assert found.path.shape == (4, 4)
    assert found.path[-1].tolist() == found.outcome.tolist()
    rows = {name: {len(c) for c in t.values()} for name, t in found.tables.items()}  # type: ignore[arg-type]
    deals = sum(found.tables["rounds"]["made"])  # type: ignore[arg-type]
    assert rows == {
        "rounds": {3}, "exchanges": {deals}, "outcome": {12}, "positions": {84}, "utilities": {21},
    }  # fmt: skip
    assert found.tables["outcome"]["after"][-4:] == pytest.approx(10 * found.outcome)  # type: ignore[index]
    felt = found.tables["utilities"]
    before, after, *effect = (
        np.array(felt[name])
        for name in ("before", "after", "own", "inner_gain", "inner_loss", "outer_gain",
                     "outer_loss")
    )  # fmt: skip
    assert sum(effect) == pytest.approx(after - before, abs=1e-9)


def test_ties_in_gain_are_told() -> None:
    """Two pairs of the same two minds: their exchanges are worth the same."""
    made = table(np.repeat(POSITION, 2, axis=0), np.repeat(SALIENCE, 2, axis=0), np.ones((4, 2)))
    found = exchange.solve(made)
    assert "several exchanges had the same gain" in " ".join(found.said)
    assert sum(found.tables["rounds"]["ties"]) > 0  # type: ignore[arg-type]


def test_an_issue_without_positions_has_no_outcome() -> None:
    position, salience, capability = drawn(1)
    position[:, 2] = np.nan
    found = exchange.solve(table(position, salience, capability))
    assert np.isnan(found.outcome).tolist() == [False, False, True, False]


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"rounds": 0}, "rounds"),
        ({"noise": 2.0}, "noise"),
        ({"salience_weight": -0.1}, "salience_weight"),
        ({"salience_weight": 0.7, "fixed_weight": 0.5}, "fixed_weight"),
        ({"noise": 0.5}, "rng"),
    ],
)
def test_options_out_of_range_are_told(options: dict[str, float], field: str) -> None:
    with pytest.raises(InputError) as told:
        exchange.play(*drawn(1), **options)  # type: ignore[arg-type]
    assert [m.field for m in told.value.mistakes] == [field]


def test_an_unknown_way_with_conflicts_is_told() -> None:
    with pytest.raises(InputError, match="strict"):
        exchange.solve(table(*drawn(1)), conflicts="strickt")


def test_it_is_quick() -> None:
    """A round of 15 x 13: .03 s of processor time when written, with slack."""
    given_ = drawn(0, 15, 13)
    assert cost(lambda: exchange.play(*given_)) < 8
