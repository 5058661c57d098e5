"""Intervals: they hold what they should as often as they should."""

from __future__ import annotations

import numpy as np
import pytest

from sim.analysis.spread import spread
from sim.report import sure
from sim.report.parts import Chance
from sim.show import words


def test_wilson_agrees_with_published_values() -> None:
    """The worked example that most texts give: 81 of 263 has the 95% interval 0.255 to 0.366."""
    low, high = sure.wilson(81 / 263, 263)
    assert (round(low, 3), round(high, 3)) == (0.255, 0.366)


def test_all_alike_is_worth_its_worlds_and_no_more() -> None:
    worlds = np.arange(40) // 4
    found = sure.chance("it is so", np.ones(40), worlds)
    assert (found.low, found.high) == pytest.approx(sure.wilson(1.0, 10))
    assert found.low < 0.75


def test_runs_of_one_world_do_not_count_as_many() -> None:
    """Where worlds decide everything, ten times the runs tell nothing more."""
    luck = np.random.default_rng(3)
    decided = luck.random(25) < 0.6
    few, many = (
        sure.chance("x", np.repeat(decided, runs), np.repeat(np.arange(25), runs))
        for runs in (4, 40)
    )
    assert many.high - many.low > 0.9 * (few.high - few.low)


def test_the_interval_of_a_share_holds_it_as_often_as_it_says() -> None:
    luck, hits = np.random.default_rng(5), 0
    for _ in range(400):
        chances = luck.beta(6, 2, 30)  # of each world; 0.75 on average
        runs = luck.random((30, 4)) < chances[:, None]
        found = sure.chance("x", runs.ravel(), np.repeat(np.arange(30), 4))
        hits += found.low <= 0.75 <= found.high
    assert 0.91 <= hits / 400 <= 0.985


def test_the_interval_of_the_largest_is_wider() -> None:
    assert sure.reach(1000) == pytest.approx(1.962, abs=0.001)
    assert sure.reach(10) == pytest.approx(2.262, abs=0.001)
    assert sure.reach(10, among=20) > 1.5 * sure.reach(10)
    assert sure.reach(1) == float("inf")


def test_a_share_is_worth_at_least_its_worlds() -> None:
    luck = np.random.default_rng(8)
    worlds = np.arange(80) // 4
    of = spread((luck.random(80) < 0.5).astype(float), worlds)
    assert sure.worth(of.mean, of.error, 20) >= 20
    assert sure.worth(0.5, float("nan"), 20) == 20


@pytest.mark.parametrize(
    ("share", "word"),
    [
        (1.0, "virtually certain"),
        (0.99, "virtually certain"),
        (0.98, "very likely"),
        (0.9, "very likely"),
        (0.89, "likely"),
        (0.66, "likely"),
        (0.65, "about as likely as not"),
        (0.33, "about as likely as not"),
        (0.32, "unlikely"),
        (0.11, "unlikely"),
        (0.1, "very unlikely"),
        (0.02, "very unlikely"),
        (0.01, "exceptionally unlikely"),
        (0.0, "exceptionally unlikely"),
    ],
)
def test_words_of_probability(share: float, word: str) -> None:
    assert words.likelihood(share) == word


def test_word_and_number_never_contradict() -> None:
    """A share that is printed as 90% is called what 90% is called."""
    for share in np.linspace(0, 1, 2001):
        printed = float(words.percent(float(share)).rstrip("%")) / 100
        assert words.likelihood(float(share)) == words.likelihood(printed)


def test_a_chance_has_its_number_beside_its_word_and_says_what_runs_cannot_exclude() -> None:
    said = str(Chance("it carries", 1.0, 0.72, 1.0, "40 runs"))
    assert said == (
        "It is virtually certain (100% of 40 runs) that it carries;"
        " more runs might still find it likely (72%)."
    )
    assert str(Chance("it carries", 0.05, 0.04, 0.07, "900 runs")) == (
        "It is very unlikely (5% of 900 runs) that it carries."
    )
