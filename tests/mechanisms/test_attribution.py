"""Attribution: who is named, how often, how late and how wrongly; and the game behind it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.errors import InputError
from sim.mechanisms.attribution import blames, guilty, mistaken
from sim.published.deterrence import equilibrium
from sim.scenario import load
from tests.attacked import ATTACKED, mean, played, total
from tests.small import write

SHARED = "intelligence={sharers: [USA, GBR, FRA, DEU, CHN, RUS, ACME]}"


def test_who_is_costly_to_name_is_named_seldom_and_late(tmp_path: Path) -> None:
    # Eight years, so that few namings are still to come at the end.
    of = played(tmp_path, "calendar.step=year", "parameters.naming_delay_spread=0.8")
    assert mean(of, "named_of.RUS") > 3 * mean(of, "named_of.CHN")
    assert mean(of, "days_to_naming.CHN") > 3 * mean(of, "days_to_naming.RUS")


def test_the_chance_and_the_delay_are_those_that_are_declared(tmp_path: Path) -> None:
    exact = ("parameters.naming=0.2", "parameters.naming_delay=100", "calendar.step=year")
    of = played(tmp_path, *exact, "parameters.naming_delay_spread=0.8", "parameters.naming_error=0")
    # gravity is .2 times a unit exponential Z: E[1 - exp(-.2 (.2 Z) / .3)] = k / (1 + k)
    k = 0.2 * 0.2 / 0.3
    assert abs(mean(of, "named_of.RUS") - k / (1 + k)) < 0.02  # less what is late at the end
    assert abs(mean(of, "days_to_naming.RUS") - 100) < 12


def test_shared_intelligence_names_more_sooner_and_better(tmp_path: Path) -> None:
    worth = ("parameters.intelligence_worth=3", "parameters.naming_error=0.2")
    alone, together = played(tmp_path, *worth), played(tmp_path, *worth, SHARED)
    assert total(together, "named").mean() > 1.5 * total(alone, "named").mean()
    assert mean(together, "misnamed") < mean(alone, "misnamed")
    assert mean(together, "days_to_naming.RUS") < mean(alone, "days_to_naming.RUS")


def test_what_nobody_shares_or_what_is_worth_nothing_changes_nothing(tmp_path: Path) -> None:
    plain = played(tmp_path, runs=32)
    for settings in (
        ("intelligence={sharers: [USA], share: 0}",),
        (SHARED, "parameters.intelligence_worth=0"),
        ("intelligence={sharers: [USA]}", "USA=keeps intelligence"),
    ):
        other = played(tmp_path, *settings, runs=32)
        if "parameters" in settings[-1]:
            plain_here = played(tmp_path, settings[-1], runs=32)
            assert np.array_equal(total(other, "named"), total(plain_here, "named"))
        else:
            assert np.array_equal(total(other, "named"), total(plain, "named"))


def test_a_victim_that_fears_to_blame_an_innocent_blames_less(tmp_path: Path) -> None:
    unsure = "parameters.naming_error=0.2"
    bold, timid = (played(tmp_path, unsure, f"parameters.blame_loss={loss}") for loss in (0.2, 5.0))
    assert total(timid, "named").mean() < total(bold, "named").mean()


# The game


def test_the_chance_of_guilt_by_hand() -> None:
    rate, error = np.array([[8.0, 2.0]]), np.array([[0.1]])
    # traces to the first: 8 x .9 of its own, 2 x .1 of the other's
    assert guilty(rate, error)[0] == pytest.approx([7.2 / 7.4, 1.8 / 2.6])
    assert mistaken(np.array([[1.0, 2.0, 1.0]]))[0] == pytest.approx(
        np.array([[0, 2 / 3, 1 / 3], [0.5, 0, 0.5], [1 / 3, 2 / 3, 0]])
    )


def test_blame_is_worth_it_from_the_threshold_of_the_blame_game_on() -> None:
    sure, loss = np.array([[0.49, 0.5, 0.74, 0.75]]), np.array([[1.0]])
    assert blames(sure, loss)[0].tolist() == [False, True, True, True]
    assert blames(sure, 3 * loss)[0].tolist() == [False, False, False, True]


def test_better_identification_lowers_attacks() -> None:
    attacks = [equilibrium(3, error, 0.6)[0] for error in (0.5, 0.3, 0.15, 0.05, 0.0)]
    assert np.all(np.diff(attacks) < 0)


def test_more_traces_that_point_to_the_wrong_ones_raise_attacks() -> None:
    # What is traced to the right one stays .5 of attacks; further traces point to others.
    attacks = [equilibrium(3, 1 - 0.5 / d, d)[0] for d in (0.5, 0.6, 0.75, 0.9)]
    assert np.all(np.diff(attacks) > 0)


def test_false_alarms_raise_attacks_and_better_detection_with_identification_lowers_them() -> None:
    alarmed = [equilibrium(3, 0.1, 0.6, alarms)[0] for alarms in (0.0, 0.1, 0.3)]
    assert np.all(np.diff(alarmed) > 0)
    detected = [equilibrium(3, 0.1, traces)[0] for traces in (0.3, 0.6, 0.9)]
    assert np.all(np.diff(detected) < 0)


WRONG = [
    ("intelligence: {sharers: [XXX]}\n", "intelligence.sharers.1", ""),
    ("intelligence: {sharers: [USA], share: 120}\n", "intelligence.share", "100"),
]


@pytest.mark.parametrize(("more", "field", "right"), WRONG)
def test_wrong_intelligence_is_told(tmp_path: Path, more: str, field: str, right: str) -> None:
    with pytest.raises(InputError) as caught:
        load(write(tmp_path, ATTACKED + more))
    mistake = next(m for m in caught.value.mistakes if m.field == field)
    assert mistake.line == len(ATTACKED.splitlines()) + 1
    assert right in f"{mistake.allowed} {mistake.problem}"
