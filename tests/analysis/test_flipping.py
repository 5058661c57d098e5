"""Which assumption turns a difference round: found where it was put in, and not elsewhere."""

from __future__ import annotations

import numpy as np
import pytest
from settings import make

from sim.analysis.flipping import assumptions, dependence, holm
from sim.analysis.spread import Runs

WORLDS, EACH = 60, 4
NUMBERS = np.repeat(np.arange(WORLDS), EACH)


def drawn(count: int, seed: int = 1) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    return {f"p{k}": rng.random(WORLDS) for k in range(count)}


def runs(effect: np.ndarray, noise: float, seed: int = 2) -> np.ndarray:
    """A difference a world, and chance in each of its runs."""
    return effect[NUMBERS] + np.random.default_rng(seed).normal(0, noise, len(NUMBERS))


def test_an_assumption_that_turns_the_sign_is_named_with_its_end() -> None:
    of = drawn(20)
    found = dependence(Runs.of(runs(6 * of["p7"] - 2, 0.5), NUMBERS), of)
    assert found.assumptions == 20
    assert found.flips == ("p7 (lowest quarter)",)
    assert found.matters == "p7"
    assert found.lowest < 0 < found.highest


def test_one_that_moves_the_size_alone_flips_nothing() -> None:
    of = drawn(20)
    found = dependence(Runs.of(runs(6 * of["p7"] + 2, 0.5), NUMBERS), of)
    assert found.flips == ()
    assert found.matters == "p7"
    assert found.lowest == pytest.approx(2.75, abs=0.5)
    assert found.highest == pytest.approx(7.25, abs=0.5)


def test_looking_at_many_finds_nothing_in_noise() -> None:
    """At 5% for all together, 40 looks at pure noise should name something in about 2 to 4."""
    named = [
        dependence(Runs.of(runs(np.zeros(WORLDS), 1.0, seed), NUMBERS), drawn(30, seed))
        for seed in range(100, 140)
    ]
    assert sum(bool(found.flips) for found in named) <= 7
    assert sum(bool(found.matters) for found in named) <= 7


def test_a_quarter_that_errs_to_the_other_side_is_no_flip() -> None:
    of = drawn(5)
    found = dependence(Runs.of(runs(np.full(WORLDS, 0.05), 3.0), NUMBERS), of)
    assert found.flips == ()


def test_what_never_differs_depends_on_nothing() -> None:
    found = dependence(Runs.of(np.zeros(len(NUMBERS)), NUMBERS), drawn(5))
    assert (found.assumptions, found.flips, found.matters) == (5, (), "")
    certain = dependence(Runs.of(np.ones(len(NUMBERS)), NUMBERS), drawn(5))
    assert (certain.flips, certain.matters) == ((), "")


def test_all_worlds_of_a_quarter_agreeing_is_clear() -> None:
    of = {"p": np.arange(WORLDS, dtype=float)}
    effect = np.where(of["p"] < 20, -1.0, 2.0)
    assert dependence(Runs.of(effect[NUMBERS], NUMBERS), of).flips == ("p (lowest quarter)",)


def test_a_parameter_with_two_values_is_split_between_them() -> None:
    of = {"on": (np.arange(WORLDS) % 2).astype(float)}
    found = dependence(Runs.of(runs(np.where(of["on"] > 0, 3.0, -1.0), 0.3), NUMBERS), of)
    assert found.flips == ("on (lowest quarter)",)
    assert (found.lowest, found.highest) == pytest.approx((-1, 3), abs=0.2)


@pytest.mark.parametrize("worlds", [1, 19])
def test_few_worlds_tell_nothing(worlds: int) -> None:
    few = worlds > NUMBERS
    found = dependence(Runs.of(runs(np.linspace(-5, 5, WORLDS), 0.1)[few], NUMBERS[few]), drawn(3))
    assert (found.assumptions, found.flips, found.matters) == (0, (), "")


def test_worlds_are_read_by_their_number() -> None:
    of = {"p": np.arange(200.0)}
    places = NUMBERS + 100
    found = dependence(Runs.of((places > 120) * 4.0 - 1, places), of)
    assert found.flips == ("p (lowest quarter)",)


def test_holm_by_hand() -> None:
    assert holm(np.array([0.01, 0.04, 0.03, 0.5])) == pytest.approx([0.04, 0.09, 0.09, 0.5])
    assert holm(np.array([0.9, 0.9])) == pytest.approx([1, 1])


def test_only_what_worlds_differ_in_is_an_assumption() -> None:
    setting = make(states=30, worlds=12, issues=2, stakes=np.linspace(5, 20, 12))
    found = assumptions(setting)
    assert set(found) == {"stakes", "mean position on TREATY", "mean position on SOV"}
    assert found["mean position on SOV"] == pytest.approx(
        setting.worlds.position[:, :, 1].mean(axis=1)
    )
