"""The spatial model against KTAB's recorded runs, its parts by hand, and what always holds."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sim.errors import InputError
from sim.published import spatial
from sim.published.bargain import INTERPOLATION, PERSPECTIVE, meet
from sim.published.challenge import COMMITMENT, NOBODY, RISKS, chances, distance, risks, utility
from sim.published.contest import ELECTIONS, VICTORY, VOTING
from sim.published.spatial import EMPATHY, KTAB, OPTIONS, Rules
from tests.published.given import drawn, fixture, table, table_of
from tests.published.plain_ktab import PlainKtab
from tests.published.soe import CHANCES, LAST_STEP, POSITIONS, SOE, STATES
from tests.yardstick import cost

PRINTED = 0.05 + 1e-6  # KTAB prints positions to one decimal of 0-100, and chances to four
PRINTED_CHANCE = 5e-5 + 1e-9
SEEDS = st.integers(0, 10_000)

# Recorded runs


def history() -> tuple[np.ndarray, np.ndarray]:
    """Positions (states, actors, issues), 0-100, and chances (states, actors) of the log."""
    places: dict[str, list[list[float]]] = {}
    chance: list[list[float]] = []
    for line in fixture("ktab_dummyData_3Dim.history.txt").read_text("utf-8").splitlines():
        name, _, rest = line.partition(",")
        numbers = [float(n) for n in re.findall(r"[\d.]+", rest.partition(":")[2])]
        if "prob" in rest:
            chance.append(numbers)
        elif numbers:
            places.setdefault(name, []).append(numbers)
    return np.array(list(places.values())).transpose(2, 0, 1), np.array(chance).T


def test_ktab_seven_actors_three_issues_turn_by_turn() -> None:
    made = table_of("dummyData_3Dim.csv")
    run = spatial.play(made.position, made.salience, made.overall)
    positions, printed = history()
    assert run.positions.shape == positions.shape == (11, 7, 3)
    assert np.abs(100 * run.positions - positions).max() <= PRINTED
    assert np.abs(run.chances - printed).max() <= PRINTED_CHANCE
    first = run.turns[0]
    assert first.risk.round(3).tolist() == [-0.5, -0.459, -0.499, -0.274, 1.0, -0.232, -0.43]
    assert first.found is not None
    assert first.found.target.tolist() == [6, 0, 6, 0, 0, 1, 1]
    steps = (0.9999, 0.7631, 0.1780, 0.0801, 0.0853, 0.0686, 0.0639, 0.1058, 0.0398, 0.0045)
    assert run.steps == pytest.approx(steps, abs=PRINTED_CHANCE)
    assert run.settled


def soe() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rows = np.array(list(SOE.values()))
    return rows[:, 1::2] / 100, rows[:, 2::2] / 100, rows[:, 0]


def test_ktab_thirteen_actors_two_issues_28_states() -> None:
    run = spatial.play(*soe())
    assert len(run.turns) == STATES
    assert run.steps[-1] == pytest.approx(LAST_STEP, abs=PRINTED_CHANCE)
    for turn, printed in POSITIONS.items():
        assert np.abs(100 * run.positions[turn] - printed).max() <= PRINTED, turn
    for turn, chance in CHANCES.items():
        assert np.abs(run.chances[turn] - chance).max() <= PRINTED_CHANCE, turn


# Parts by hand


def test_distance_weighs_by_squared_saliences() -> None:
    far = distance(np.array([[0.0, 0.0]]), np.array([[1.0, 0.5]]), np.array([[0.6, 0.8]]))
    assert far == pytest.approx(np.sqrt((0.36 + 0.16) / 1.0))


def test_who_seeks_risk_minds_distance_less() -> None:
    far = np.array([[0.5, 0.5]])
    assert utility(far, np.array([1.0])) == pytest.approx(np.array([[0.75, 0.75]]))
    assert utility(far, np.array([-0.5])) == pytest.approx(np.array([[0.375, 0.375]]))


@pytest.mark.parametrize(
    ("scale", "low", "high"), [("mid", -0.5, 1), ("max", -1, 1), ("min", 0, 1)]
)
def test_the_likeliest_seeks_risk_most(scale: str, low: float, high: float) -> None:
    risk = risks(np.array([0.1, 0.6, 0.3]), scale)
    assert (risk[0], risk[1]) == pytest.approx((low, high))


def test_no_difference_of_chances_no_difference_of_risk() -> None:
    assert risks(np.full(3, 1 / 3)).tolist() == [0, 0, 0]


def test_two_alone_win_by_what_each_puts_in() -> None:
    """No third party: weights 3 and 1, each at the other's full loss of .5."""
    seen = np.broadcast_to(np.array([[1.0, 0.5], [0.5, 1.0]]), (2, 2, 2))
    zero, one = np.array([0]), np.array([1])
    assert chances(seen, np.array([3.0, 1.0]), zero, zero, one) == pytest.approx([0.75])


def test_a_third_party_joins_where_it_would_rather_see_all_three() -> None:
    """By hand: i and j put in .5 each; n, of weight 1, values them .8 and .4, itself 1.

    Joining in directly it would add .4 to i: p = .9 / 1.4. It then compares
    p (1.6 + 1) + (1 - p) 1.2 with p 2.4 + (1 - p) 1.8 and finds .2 p - .6 (1 - p) < 0: it votes j.
    """
    seen = np.array([[1.0, 0.5, 0.2], [0.5, 1.0, 0.2], [0.8, 0.4, 1.0]])
    p = 0.9 / 1.4
    vote = 0.2 * p - 0.6 * (1 - p)
    assert vote < 0
    one = [np.array([k]) for k in (0, 0, 1)]
    utilities = np.broadcast_to(seen, (3, 3, 3))
    assert chances(utilities, np.ones(3), *one) == pytest.approx([0.5 / (1 - vote)])
    for commitment in ("none", "full"):
        assert chances(utilities, np.ones(3), *one, commitment=commitment) == pytest.approx([0.5])


def test_where_two_meet_by_hand() -> None:
    """w = (.5 x .6)^2 = .09 against (.5 x .4)^2 = .04: nine thirteenths of the way, to 4 places."""
    at, cares = (np.array([0.0]), np.array([1.0])), (np.array([0.5]), np.array([0.5]))
    for place in meet(at, cares, 0.6, "s2p2"):
        assert place == pytest.approx([round(4 / 13, 4)], abs=1e-9)
    for place in meet(at, cares, 0.6, "s1p1"):
        assert place == pytest.approx([0.4], abs=1e-9)
    first, second = meet(at, cares, 0.6, "s2pmax")
    assert first == pytest.approx([0.0])
    assert second == pytest.approx([0.8], abs=1e-5)


def test_where_neither_cares_neither_moves() -> None:
    at, cares = (np.array([0.2]), np.array([0.9])), (np.array([0.0]), np.array([0.0]))
    first, second = meet(at, cares, 0.5)
    assert (first[0], second[0]) == pytest.approx((0.2, 0.9))


# What always holds

ANY_RULES = st.fixed_dictionaries(
    {
        "election": st.sampled_from(ELECTIONS),
        "victory": st.sampled_from(VICTORY),
        "voting": st.sampled_from(sorted(set(VOTING) - {"prospect"})),  # it looks at the order
        "commitment": st.sampled_from(COMMITMENT),
        "interpolation": st.sampled_from(INTERPOLATION),
        "perspective": st.sampled_from(PERSPECTIVE),
        "risk": st.sampled_from(sorted(RISKS)),
        "empathy": st.sampled_from(sorted(EMPATHY)),
        "accommodation": st.sampled_from([1.0, 0.4, 0.0]),
    }
)


@given(SEEDS, ANY_RULES)
def test_under_any_rules_positions_stay_on_the_scale_and_chances_are_chances(
    seed: int, rules: dict[str, str]
) -> None:
    position, salience, capability = drawn(seed, 6, 2)
    run = spatial.play(position, salience, capability, Rules(**rules, most_turns=6))
    assert (run.positions >= 0).all()
    assert (run.positions <= 1).all()
    assert ((run.chances >= 0) & (run.chances <= 1 + 1e-9)).all()
    hull = position.min(axis=0) - 1e-4, position.max(axis=0) + 1e-4
    assert ((run.positions >= hull[0]) & (run.positions <= hull[1])).all()


@settings(max_examples=40)
@given(SEEDS, ANY_RULES, st.sampled_from(sorted(VOTING)))
def test_a_turn_is_that_of_a_plain_program_under_any_rules(
    seed: int, rules: dict[str, str], voting: str
) -> None:
    """Two turns of four actors, written once more actor by actor; to 1e-4, KTAB's own rounding."""
    position, salience, capability = drawn(seed, 4, 2)
    chosen = Rules(**{**rules, "voting": voting}, most_turns=2, quiet=0)
    # where two propose the same but for rounding, a binary vote on the two goes by the rounding
    assume(not ("binary" in voting and chosen.interpolation == "s2pmax"))
    run = spatial.play(position, salience, capability, chosen)
    at, ideal = position, position
    for turn in (0, 1):
        plain = PlainKtab(
            at.tolist(), ideal.tolist(), salience.tolist(), capability.tolist(), chosen
        )
        assert run.turns[turn].risk == pytest.approx(plain.risk, abs=1e-6)
        after = np.array(plain.turn())
        assert run.positions[turn + 1] == pytest.approx(after, abs=1.5e-4)
        ideal, at = (
            ideal + chosen.accommodation * (run.positions[turn + 1] - ideal),
            run.positions[turn + 1],
        )


@given(SEEDS)
def test_capabilities_count_by_their_ratios(seed: int) -> None:
    position, salience, capability = drawn(seed, 6, 2)
    run = spatial.play(position, salience, capability, Rules(most_turns=4))
    again = spatial.play(position, salience, 1000 * capability, Rules(most_turns=4))
    shared = min(len(run.turns), len(again.turns), 4)  # the 1e-8 of an empty coalition is absolute
    assert again.positions[:shared] == pytest.approx(run.positions[:shared], abs=2e-4)


@given(SEEDS)
def test_actors_are_what_they_want_not_where_they_stand_in_the_file(seed: int) -> None:
    position, salience, capability = drawn(seed, 6, 2)
    order = np.random.default_rng(seed).permutation(6)
    run = spatial.play(position, salience, capability, Rules(most_turns=3))
    again = spatial.play(position[order], salience[order], capability[order], Rules(most_turns=3))
    assert again.positions == pytest.approx(run.positions[:, order], abs=1e-9)
    assert again.chances[0] == pytest.approx(run.chances[0, order], abs=1e-9)
    # later on the first of those who stand nearly alike speaks for them, as in KTAB
    assert again.chances == pytest.approx(run.chances[:, order], abs=2e-3)


@given(SEEDS)
def test_nobody_challenges_for_a_loss(seed: int) -> None:
    run = spatial.play(*drawn(seed, 6, 2), Rules(most_turns=5))
    for turn in run.turns[:-1]:
        assert turn.found is not None
        for i, target in enumerate(turn.found.target):
            best = np.nanmax(turn.found.gain[i])
            if target == NOBODY:
                assert best <= 1e-5
            else:
                assert turn.found.gain[i, target] == best > 1e-5


def test_who_agrees_on_everything_stays() -> None:
    position = np.full((3, 2), 0.4)
    run = spatial.play(position, np.full((3, 2), 0.5), np.ones(3))
    assert run.positions == pytest.approx(np.full((3, 3, 2), 0.4))
    assert run.settled
    assert run.chances[0] == pytest.approx([1, 1, 1])  # one option, shared


def test_drawn_bargains_are_the_seed_s() -> None:
    given_ = drawn(5, 8, 2)
    runs = [spatial.play(*given_, rng=np.random.default_rng(seed)).positions for seed in (1, 1, 2)]
    assert np.array_equal(runs[0], runs[1])
    assert runs[0].shape != runs[2].shape or not np.array_equal(runs[0], runs[2])


def test_the_turns_allowed_are_the_limit() -> None:
    run = spatial.play(*soe(), Rules(most_turns=5))
    assert len(run.turns) == 6
    assert not run.settled


# Solutions of tables


def test_the_outcome_is_the_likeliest_position_of_the_last_state() -> None:
    position, salience, capability = soe()
    made = table(position, salience, capability[:, None])
    found = spatial.solve(made)
    run = spatial.play(position, salience, capability)
    last = run.turns[-1]
    assert found.outcome.tolist() == last.position[last.chance.argmax()].tolist()
    assert found.path is not None
    assert found.path.shape == (STATES, 2)
    mean = found.tables["outcome"]["mean"]
    weight = capability[:, None] * salience
    start = 100 * (position * weight).sum(axis=0) / weight.sum(axis=0)
    assert mean[:2] == pytest.approx(start.tolist())  # type: ignore[index]


def test_tables_of_a_run_have_a_row_for_everything() -> None:
    made = table(*(a if a.ndim > 1 else a[:, None] for a in soe()))
    found = spatial.solve(made, turns=4)
    rows = {name: {len(c) for c in t.values()} for name, t in found.tables.items()}  # type: ignore[arg-type]
    assert rows["positions"] == {5 * 13 * 2}
    assert rows["chances"] == {5 * 13}
    assert rows["outcome"] == {5 * 2}
    assert rows["bargains"] == {4 * 13}
    assert rows["challenges"] == {4 * 13}
    assert "when the 4 turns allowed" in found.said[0]


def test_a_tie_between_positions_is_told() -> None:
    made = table(np.array([[0.1], [0.9]]), np.full((2, 1), 0.5), np.ones((2, 1)))
    found = spatial.solve(made, turns=1)
    assert "Another is as likely" in " ".join(found.said)


def test_gaps_are_filled_and_told() -> None:
    position, salience, capability = drawn(2, 5, 3)
    position[0, 1] = np.nan
    position[4] = np.nan
    made = table(position, 4 * salience, capability[:, None] * np.ones(3))
    found = spatial.solve(made)
    said = " ".join(found.said)
    assert "1 missing positions" in said
    assert "A4" in said
    assert "divided" in said
    assert set(found.tables["chances"]["actor"]) == {"A0", "A1", "A2", "A3"}  # type: ignore[call-overload]
    assert np.isfinite(found.outcome).all()


def test_capabilities_by_issue_become_one_and_it_is_told() -> None:
    position, salience, capability = drawn(2, 4, 2)
    apart = capability[:, None] * np.array([0.5, 1.5])
    found = spatial.solve(table(position, salience, apart))
    assert (
        found.outcome.tolist()
        == spatial.solve(table(position, salience, capability[:, None])).outcome.tolist()
    )
    assert "Capabilities that differ by issue were averaged." in found.said


def test_an_issue_without_positions_has_no_outcome() -> None:
    position, salience, capability = drawn(2, 4, 2)
    position[:, 0] = np.nan
    found = spatial.solve(table(position, salience, capability[:, None]))
    assert np.isnan(found.outcome).tolist() == [True, False]
    assert "K0" in " ".join(found.said)


def test_one_actor_is_no_politics() -> None:
    with pytest.raises(InputError, match="two actors"):
        spatial.solve(table(np.array([[0.5]]), np.array([[0.5]]), np.array([[1.0]])))


@pytest.mark.parametrize("name", [n for n in OPTIONS if OPTIONS[n].allowed and n != "choice"])
def test_an_unknown_rule_is_told_with_the_nearest(name: str) -> None:
    right = getattr(KTAB, name)
    with pytest.raises(InputError, match=right) as told:
        Rules(**{name: right + "x"})
    assert told.value.mistakes[0].field == name
    assert told.value.mistakes[0].suggestion == right


@pytest.mark.parametrize(
    "options", [{"accommodation": 1.5}, {"quiet": -1.0}, {"least_turns": 0}, {"least_turns": 200}]
)
def test_numbers_out_of_range_are_told(options: dict[str, float]) -> None:
    with pytest.raises(InputError, match=next(iter(options))):
        Rules(**options)


def test_what_cannot_be_played_is_told_all_at_once() -> None:
    with pytest.raises(InputError) as told:
        spatial.play(np.array([[2.0], [0.5]]), np.array([[0.5], [0.0]]), np.array([1.0, 0.0]))
    assert len(told.value.mistakes) == 3


def test_an_unknown_choice_is_told() -> None:
    with pytest.raises(InputError, match="likeliest"):
        spatial.solve(table(*(a if a.ndim > 1 else a[:, None] for a in soe())), choice="likliest")


def test_it_is_quick() -> None:
    """Whole runs: .04 s for 13 x 2 and .1 s for 27 x 6 when written; processor time, with slack."""
    assert cost(lambda: spatial.play(*soe())) < 12
    assert cost(lambda: spatial.play(*drawn(0, 27, 6))) < 40
