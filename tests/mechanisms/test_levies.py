"""Levies: who taxes digital services, what moves it, and whom threats of tariffs stop."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.build import setting as build
from sim.core.ensemble import ensemble
from sim.core.setting import Setting
from sim.errors import InputError
from sim.mechanisms.levies import Levies
from sim.scenario import load
from tests.chunks import assert_chunk_free, assert_same
from tests.small import VOTE, write

RUNS = 300
LONG = VOTE.replace("sessions: 2", "sessions: 12").replace("DATA", "TAX")
ON = "levies: {dst: {rate: 3, in_force: {IND: 6}, on: [ACME], tell: [FRA, BRA, IND, RUS]}}\n"
BEST = "".join(f"  {p.name}: {p.default}\n" for p in Levies.parameters)
FIXED = f"parameters:\n{BEST}"
TEXT = LONG + ON + FIXED


def made(folder: Path, *settings: str, text: str = TEXT) -> Setting:
    return build(load(write(folder, text), settings))


def mean(folder: Path, column: str, *settings: str, text: str = TEXT) -> float:
    return float(ensemble(made(folder, *settings, text=text), RUNS).number(column).mean())


@pytest.mark.parametrize(
    ("settings", "sign"),
    [
        (("Brazil.position.TAX=95",), 1),
        (("Brazil.position.TAX=5",), -1),
        (("Brazil.salience.TAX=100",), 1),
        (("parameters.levy_rate=0.2",), 1),
    ],
)
def test_levies_follow_what_a_state_wants_and_how_much_it_cares(
    tmp_path: Path, settings: tuple[str, ...], sign: int
) -> None:
    before, after = (mean(tmp_path, "levy.BRA", *s) for s in ((), settings))
    assert sign * (after - before) > 0.02


def test_tariffs_deter_those_who_sell_much_to_the_home(tmp_path: Path) -> None:
    keen = ("Brazil.position.TAX=80", "USA.salience.TAX=100", "parameters.levy_rate=0.2")
    some = "levies.dst.sales={BRA: {USA: 20}}"
    free, threatened = (
        mean(tmp_path, "levy.BRA", *keen, some, f"parameters.retaliation={q}") for q in (0, 1)
    )
    assert threatened < free - 0.1
    much = "levies.dst.sales={BRA: {USA: 75}}"
    assert mean(tmp_path, "levy.BRA", *keen, much, "parameters.retaliation=1") < threatened - 0.1
    alone = mean(
        tmp_path, "levy.BRA", *keen, some, "parameters.retaliation=1", "USA=steps back"
    )  # a home that does not speak threatens nobody
    assert alone == pytest.approx(free, abs=0.1)


def test_threats_deter_new_levies_more_than_they_end_old_ones(tmp_path: Path) -> None:
    """Of ten inquiries of 2019-21 four plans were dropped, and six taxes stayed."""
    keen = ("USA.salience.TAX=100", "Brazil.position.TAX=70")
    new = [mean(tmp_path, "levy.BRA", *keen, f"parameters.retaliation={q}") / 3 for q in (0, 2)]
    old = [mean(tmp_path, "levy.IND", *keen, f"parameters.retaliation={q}") / 6 for q in (0, 2)]
    assert new[1] / new[0] < old[1] / old[0]


def test_a_state_that_may_not_has_none(tmp_path: Path) -> None:
    assert mean(tmp_path, "levy.BRA", "levies.dst.may=[FRA]", "Brazil.position.TAX=100") == 0


def test_an_event_takes_a_levy_away(tmp_path: Path) -> None:
    event = "events: [{session: 12, set: {levies.dst.IND: 0}, why: repealed}]\n"
    assert mean(tmp_path, "levy.IND", text=TEXT + event) == 0


def test_ablation_changes_nothing_else(tmp_path: Path) -> None:
    plain, on = ensemble(made(tmp_path, text=LONG), 40), ensemble(made(tmp_path), 40)
    assert_same(on.decisions, plain.decisions, "decisions")
    for column, values in plain.table.items():
        assert_same(on.table[column], values, column)


def test_results_do_not_depend_on_chunks(tmp_path: Path) -> None:
    assert "levies" in assert_chunk_free(made(tmp_path))


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ("levies: {dst: {rate: 300, on: [ACME]}}", "levies.dst.rate: is out of range"),
        ("levies: {dst: {rate: 3}}", "nobody pays it"),
        ("levies: {dst: {rate: 3, on: [FRA]}}", "levies.dst.on: is no company"),
        ("levies: {dst: {rate: 3, on: [ACME], in_force: {ACME: 3}}}", "is no state"),
        ("levies: {dst: {rate: 3, on: [ACME], issue: FEES}}", "no such issue"),
        ("levies: {dst: {rate: 3, on: [ACME], in_force: {ESP: 3}}}", "no such actor"),
        ("levies: {dst: {on: [ACME]}}", "rate"),
    ],
)
def test_what_cannot_be_is_named(tmp_path: Path, section: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        load(write(tmp_path, f"{LONG}{section}\n"))
    assert told in str(caught.value)
