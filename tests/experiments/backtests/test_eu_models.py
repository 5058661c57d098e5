"""Models on EU decisions: known answers, the rules in force, and nothing said from outcomes."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import eu_decisions as council
import eu_fitted as options
import eu_models as others
import numpy as np
import pytest
from eu_decisions import ACTORS, COMMISSION, PARLIAMENT, Decisions, compromise, read
from eu_files import FIFTEEN, issue, made_up, written
from eu_fitted import FITTED, SPREADS, Fitted, bent, chosen, crossed, folds
from eu_models import OTHERS, drafted, proposed

SAID = {model.name: model.hindcast for model in OTHERS}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Decisions:
    rows = made_up(9, lambda rng, said: float(rng.choice(said)))
    return read(written(tmp_path_factory.mktemp("eu") / "small.tsv", rows))


def of(tmp_path: Path, *rows: dict[str, object]) -> Decisions:
    return read(written(tmp_path / "made.tsv", rows))


# Means, medians and what others say


def test_means_and_medians_by_hand(tmp_path: Path) -> None:
    said = {"com": 0, "de": 100, "fr": 40, "it": 100}
    cares = {"com": 50, "de": 25, "fr": 100, "it": 0}
    found = of(tmp_path, issue("n98092", 1, said, 50, cares, rp=20))
    # capability x salience: 4 x 50, 4 x 25, 1 x 100, 1 x 0
    expected = {
        "compromise": (100 * 100 + 40 * 100) / 400,
        "compromise_root": (100 * 50 + 40 * 100) / 250,
        "mean": 60,
        "mean_salience": (25 * 100 + 100 * 40) / 175,
        "median": 70,
        "median_weight": 20,
        "middle": 50,
        "commission": 0,
        "status_quo": 20,
    }
    for model in OTHERS:
        if model.name in expected:
            assert 100 * model.hindcast(found, 1) == pytest.approx(expected[model.name]), model.name
    assert np.isnan(SAID["parliament"](found, 1)).all()


def test_where_nobody_cares_those_with_a_position_count_alike(tmp_path: Path) -> None:
    found = of(tmp_path, issue("n98092", 1, {"com": 0, "fr": 30}, 50, 0))
    assert compromise(found) == pytest.approx(0.15)


def test_nash_leaves_the_reference_point_where_somebody_stands_on_it(tmp_path: Path) -> None:
    kept = issue("n98001", 1, {"com": 100, "fr": 0, "de": 100}, 50, rp=0)
    moved = issue("n98002", 1, {"com": 100, "fr": 40, "de": 100}, 50, rp=0)
    unknown = issue("n98003", 1, {"com": 100, "fr": 40, "de": 100}, 50)
    found = others.bargaining(of(tmp_path, kept, moved, unknown), 1)
    assert found[0] == pytest.approx(0.0)
    assert 0.4 < found[1] < 0.8  # France gains nothing from 80 on
    assert np.isnan(found[2])


def test_the_agenda_setter_gets_what_the_pivot_bears(tmp_path: Path) -> None:
    """By unanimity the state least keen decides: it takes up to twice its distance from 0."""
    said = {"com": 100, "ep": 100, "de": 100, "fr": 30}
    found = of(
        tmp_path,
        issue("n98001", 1, said, 50, rp=0, counvte="Unan"),
        issue("n98002", 1, said | {"ep": 20}, 50, rp=0, counvte="Unan"),
        issue("n98003", 1, said | {"ep": 20}, 50, rp=0, counvte="Unan", proc="CNS"),
        issue("n98004", 1, said, 50, rp="", counvte="Unan"),
    )
    assert others.setting_the_agenda(found, 1)[:3] == pytest.approx([0.6, 0.4, 0.6])
    assert np.isnan(others.setting_the_agenda(found, 1)[3])


def test_exchange_moves_both_issues_and_alone_is_the_compromise(tmp_path: Path) -> None:
    """Two actors who each care about another issue trade: both outcomes leave the mean."""
    one, two = {"de": 90, "fr": 20}, {"de": 20, "fr": 90}
    pair = [
        issue("n98001", 1, {"de": 0, "fr": 100}, 50, one),
        issue("n98001", 2, {"de": 0, "fr": 100}, 50, two),
    ]
    both = of(tmp_path, *pair)
    traded, before = SAID["exchange"](both, 1), compromise(both)
    assert traded[0] < before[0]
    assert traded[1] > before[1]
    alone = of(tmp_path, pair[0])
    assert SAID["exchange"](alone, 1) == pytest.approx(compromise(alone))


def test_no_model_needs_an_outcome_or_gives_one_beyond_the_scale(small: Decisions) -> None:
    for model in OTHERS:
        said = model.hindcast(small, 1)
        assert np.array_equal(said, model.hindcast(small.blind(), 1), equal_nan=True), model.name
        assert ((said[~np.isnan(said)] >= 0) & (said[~np.isnan(said)] <= 1)).all(), model.name


def test_tables_hold_no_outcome_and_only_those_who_take_part(small: Decisions) -> None:
    weights = np.broadcast_to(small.capability, small.position.shape)
    for places, table in small.tables(weights):
        assert np.isnan(table.outcome).all()
        assert set(table.actors) == {"com", "ep", *FIFTEEN}
        assert np.array_equal(
            table.position[table.actors.index("de")], small.position[places, ACTORS.index("de")]
        )


# The Council


def test_majorities_of_the_treaties() -> None:
    every = tuple(council.STATES)
    fifteen = tuple(s for s in every if s in council.OLD)
    without = [{"cr"}, {"cr", "bu", "ro"}]
    totals = [sum(council.NICE[s] for s in every if s not in out) for out in ({*()}, *without)]
    assert totals == [352, 345, 321]
    assert sum(council.OLD.values()) == 87
    assert sorted(FIFTEEN) == sorted(fifteen)

    def needed(states: council.Seats, year: int) -> tuple[float, int]:
        heavy, share = council.weights(states, year)
        return share * heavy.sum(), council.heads(states, year, unanimity=False)

    assert needed(fifteen, 1999)[0] == pytest.approx(62)
    assert needed(tuple(s for s in every if s != "cr"), 2007) == (pytest.approx(255), 14)
    assert needed(every, 2016)[1] == 16
    assert council.heads(every, 2016, unanimity=True) == 28


def test_who_wins() -> None:
    fifteen = tuple(s for s in council.STATES if s in council.OLD)
    game = council.game(fifteen, 1999, False, True)
    everyone = np.ones(17, dtype=bool)

    def without(*names: str) -> bool:
        inside = everyone.copy()
        inside[[[*fifteen, "com", "ep"].index(n) for n in names]] = False
        return bool(game.wins(inside))

    assert without("de", "fr", "lu", "fi")  # 62 of 87 are left
    assert not without("de", "fr", "be", "fi")  # 59 are
    assert not without("ep")
    assert not without("com")
    big = council.game(tuple(council.STATES), 2016, False, False)
    inside = np.ones(29, dtype=bool)
    inside[[council.STATES.index(s) for s in ("de", "fr", "it")]] = False
    assert bool(big.wins(inside))  # over a third of the population, but only three states
    inside[council.STATES.index("es")] = False
    assert not bool(big.wins(inside))


def test_voting_power_sums_to_one_and_follows_the_rule(small: Decisions) -> None:
    found = council.voting_power(small)
    assert found.sum(axis=1) == pytest.approx(np.ones(len(small)))
    consulted = np.flatnonzero(~small.codecision)[0]
    decides = np.flatnonzero(small.codecision)[0]
    assert found[consulted, PARLIAMENT] == 0
    assert found[decides, PARLIAMENT] == pytest.approx(found[decides, COMMISSION])
    de, lu = ACTORS.index("de"), ACTORS.index("lu")
    assert (found[:, de] > found[:, lu]).all()
    alike = council.voting_power(replace(small, unanimity=np.ones(len(small), dtype=bool)))
    assert alike[:, de] == pytest.approx(alike[:, lu])


# Our drafting


def test_our_sponsor_gets_its_text_where_all_want_it_and_never_beyond_the_status_quo(
    tmp_path: Path,
) -> None:
    eager = dict.fromkeys(("com", "ep", *FIFTEEN), 100)
    torn = eager | {s: (0 if n % 2 else 100) for n, s in enumerate(FIFTEEN)}
    found = of(
        tmp_path,
        issue("n98001", 1, eager, 50, 100, rp=0),
        issue("n98002", 1, torn, 50, 100, rp=0),
        issue("n98003", 1, dict.fromkeys(eager, 0) | {"com": 100}, 50, 100, rp=0),
        issue("n98004", 1, eager, 50, 100),
    )
    for name in ("plenary_sponsors", "plenary_chair", "plenary_presidency"):
        said = SAID[name](found, 1)
        assert said[0] > 0.95
        assert said[0] >= said[1] >= said[2]
        assert said[2] < 0.3  # a general readiness to say yes carries a little
        assert np.isnan(said[3])


def test_our_drafting_obeys_the_parliament_only_in_codecision(tmp_path: Path) -> None:
    said = dict.fromkeys(("com", *FIFTEEN), 100) | {"ep": 0}
    found = of(
        tmp_path,
        issue("n98001", 1, said, 50, 100, rp=0, proc="CNS"),
        issue("n98002", 1, said, 50, 100, rp=0, proc="COD"),
    )
    asked, decides = drafted(found, 1, proposed, by_consensus=False)
    assert asked > 0.95
    assert decides < 0.5


# Options on the table


def test_chances_follow_the_equation(tmp_path: Path) -> None:
    found = of(tmp_path, issue("n98092", 1, {"com": 0, "fr": 40}, 50, 60))
    model = options.Options(options.PLAIN, np.array([1.5, 2.0]))
    middle = 40 * 1 / (2 + 1) / 100  # roots of the capabilities 4 and 1
    points = np.arange(21) / 20
    there = np.isin(np.arange(21), [0, 8])
    weight = np.exp(-1.5 * (2 * (points - middle)) ** 2 + 2.0 * there)
    assert model.chances(found)[0] == pytest.approx(weight / weight.sum())


def test_the_fit_finds_the_coefficients_that_made_the_outcomes(tmp_path: Path) -> None:
    """400 outcomes drawn from the model, and estimates within three standard errors."""
    rows = made_up(200, lambda rng, said: 0.0)
    made = read(written(tmp_path / "f.tsv", rows))
    truth = options.Options(options.PLAIN, np.array([1.0, 2.5]))
    rng = np.random.default_rng(7)
    chances = truth.chances(made)
    drawn = [rng.choice(options.POINTS, p=p / p.sum()) for p in chances]
    found = options.fit(replace(made, outcome=np.array(drawn)))
    assert found.coefficient == pytest.approx(truth.coefficient, abs=0.35)


def test_outcomes_between_points_are_shared_and_all_chances_sum_to_one() -> None:
    shared = options.on_points(np.array([0.0, 0.42, 0.5, 1.0]))
    assert shared.sum(axis=1) == pytest.approx(np.ones(4))
    assert shared @ options.POINTS == pytest.approx([0.0, 0.42, 0.5, 1.0])
    assert shared[1, [8, 9]] == pytest.approx([0.6, 0.4])


def test_the_median_of_a_distribution() -> None:
    sure = options.on_points(np.array([0.0, 0.3, 1.0]))
    assert options.median(sure) == pytest.approx([0.0, 0.3, 1.0])
    even = np.full((1, 21), 1 / 21)
    assert options.median(even) == pytest.approx([0.5])
    tilted = np.zeros((1, 21))
    tilted[0, [4, 20]] = 0.8, 0.2
    assert 0.175 <= options.median(tilted)[0] <= 0.225


def test_every_term_is_of_every_point(small: Decisions) -> None:
    for name, term in options.TERMS.items():
        made = term(small, options.middle(small))
        assert made.shape == (len(small), len(options.POINTS)), name
        assert np.isfinite(made).all(), name
    assert {name for terms in options.LADDER for name in terms} == set(options.TERMS)


# Shrinkage and folds


def test_a_large_shrinkage_is_the_compromise(small: Decisions) -> None:
    assert bent(1e12, small, small) == pytest.approx(compromise(small), abs=1e-6)
    free = np.abs(bent(1e-3, small, small) - small.outcome).mean()
    assert free < np.abs(compromise(small) - small.outcome).mean()


def test_folds_keep_proposals_together_and_meet_each_once(small: Decisions) -> None:
    seen = []
    for learn, test in folds(small, 4, 3):
        assert not {small.proposal[p] for p in learn} & {small.proposal[p] for p in test}
        assert len(learn) + len(test) == len(small)
        seen.extend(test.tolist())
    assert sorted(seen) == list(range(len(small)))
    assert len(list(folds(small, 100, 3))) == 9
    assert list(folds(small.take(small.proposals[small.proposal[0]]), 4, 3)) == []


@pytest.mark.parametrize("model", [*FITTED, *SPREADS], ids=lambda m: m.name)
def test_an_outcome_does_not_change_its_own_proposals_hindcast(
    small: Decisions, model: Fitted
) -> None:
    """To the last bit: whatever came of a proposal, what was said of it stays the same."""
    hindcast = partial(model.hindcast, 1)
    before = crossed(small, 4, 1, hindcast)
    for proposal in (small.proposal[0], small.proposal[-1]):
        own = small.proposals[proposal]
        outcome = small.outcome.copy()
        outcome[own] = [0.05, 0.95]
        after = crossed(replace(small, outcome=outcome), 4, 1, hindcast)
        assert np.array_equal(before[own], after[own])
        if model.name.startswith(("options", "frequencies")):
            assert not np.array_equal(before, after)  # others learn from it


def test_crossing_hands_no_outcome_to_a_model(small: Decisions) -> None:
    def peeking(known: Decisions, blind: Decisions) -> np.ndarray:
        assert np.isnan(blind.outcome).all()
        return np.nan_to_num(blind.outcome, nan=0.25)

    assert crossed(small, 3, 1, peeking).tolist() == [0.25] * len(small)


def test_choosing_takes_what_loses_least_elsewhere(small: Decisions) -> None:
    def loss(choice: float, known: Decisions, rest: Decisions) -> np.ndarray:
        return np.abs(choice - rest.outcome)

    middle = float(np.median(small.outcome))
    assert chosen(small, (-5.0, middle, 7.0), loss, 1) == middle
    single = small.take(small.proposals[small.proposal[0]])
    assert chosen(single, (-5.0, middle), loss, 1) == -5.0
