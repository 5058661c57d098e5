"""Assistance: who is helped, what duty and protected teams add, and what it averts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.errors import InputError
from sim.mechanisms.assistance import anybody
from sim.scenario import load
from tests.attacked import ATTACKED, mean, played
from tests.small import write

HELP = f"{ATTACKED}assistance: {{givers: [USA, FRA, GBR], duty: CIP}}\n"
WORTH = "parameters.helping_worth=0.7"


def test_the_chance_that_anybody_helps_by_hand() -> None:
    found = anybody(np.array([[0.5]]), np.array([[1.0, 0.2], [0.4, 0.0]]))
    assert found[0] == pytest.approx([1 - 0.5 * 0.8, 1 - 0.9])


def test_help_that_is_worth_nothing_changes_nothing_else(tmp_path: Path) -> None:
    off = "parameters.helping_worth=0"
    plain, helped = played(tmp_path, off, runs=32), played(tmp_path, off, text=HELP, runs=32)
    for column in plain.table:
        assert np.array_equal(plain.number(column), helped.number(column), equal_nan=True), column


def test_help_averts_what_harm_is_less(tmp_path: Path) -> None:
    plain, helped = played(tmp_path, WORTH), played(tmp_path, WORTH, text=HELP)
    less = plain.number("harm") - helped.number("harm")
    assert less.mean() > 0
    assert less == pytest.approx(helped.number("harm_averted"))


def test_a_duty_in_force_has_more_requests_answered(tmp_path: Path) -> None:
    none, full = (
        played(tmp_path, f"issues.CIP.status_quo={n}", "parameters.helping_duty=2", text=HELP)
        for n in (0, 100)
    )
    assert mean(full, "requests_answered") > mean(none, "requests_answered") + 0.05
    assert np.array_equal(full.number("requests"), none.number("requests"))


def test_teams_that_are_spared_avert_more(tmp_path: Path) -> None:
    often = "parameters.teams_attacked=0.5"
    hit, spared = (
        played(tmp_path, WORTH, often, f"assistance.teams_spared={n}", text=HELP) for n in (0, 100)
    )
    assert mean(spared, "harm_averted") > 1.5 * mean(hit, "harm_averted")


def test_more_givers_help_more(tmp_path: Path) -> None:
    one, more = (
        played(tmp_path, f"assistance={{givers: [{who}]}}") for who in ("FRA", "FRA, USA, GBR")
    )
    assert mean(more, "requests_answered") > mean(one, "requests_answered")


WRONG = [
    ("assistance: {duty: CIP}\n", "assistance.givers", "states, companies"),
    ("assistance: {givers: [USA], duty: XYZ}\n", "assistance.duty", "CIP"),
    ("assistance: {givers: [USA], teams_spared: -5}\n", "assistance.teams_spared", "0"),
]


@pytest.mark.parametrize(("more", "field", "right"), WRONG)
def test_what_is_wrong_is_told(tmp_path: Path, more: str, field: str, right: str) -> None:
    with pytest.raises(InputError) as caught:
        load(write(tmp_path, ATTACKED + more))
    mistake = next(m for m in caught.value.mistakes if m.field == field)
    assert mistake.line == len(ATTACKED.splitlines()) + 1
    assert right in f"{mistake.allowed} {mistake.problem}"
