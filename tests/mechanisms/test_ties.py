"""Ties: who gets through to whom, and what a scenario may say of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.build import setting as build
from sim.core.setting import Setting
from sim.errors import InputError
from sim.mechanisms.ties import ANYBODY, strength
from sim.scenario import load
from tests.small import VOTE, write


def made(folder: Path, more: str = "", text: str = VOTE) -> Setting:
    return build(load(write(folder, text + more)))


def tie(setting: Setting, one: str, other: str) -> float:
    return float(strength(setting)[setting.slot(one), setting.slot(other)])


def test_groups_homes_and_past_agreement_tie(tmp_path: Path) -> None:
    s = made(tmp_path)
    ties = strength(s)
    assert np.array_equal(ties, ties.T)
    assert not np.diagonal(ties).any()
    others = ties[~np.eye(len(ties), dtype=bool)]
    assert others.min() >= ANYBODY
    assert others.max() <= 1
    assert tie(s, "FRA", "DEU") > tie(s, "FRA", "USA") > tie(s, "FRA", "RUS")
    assert tie(s, "ACME", "USA") == 1 > tie(s, "ACME", "FRA")


def test_votes_from_the_date_on_tie_nobody(tmp_path: Path) -> None:
    early = made(tmp_path, text=VOTE.replace("2018-10-01", "1990-01-01"))
    late = made(tmp_path, text=VOTE.replace("2018-10-01", "2022-12-31"))
    undated = made(tmp_path, text=VOTE.replace("date: 2018-10-01\n", "", 1))
    assert np.array_equal(strength(early), strength(undated))
    assert (strength(late) >= strength(early)).all()
    assert tie(late, "BRA", "IND") > tie(early, "BRA", "IND")


def test_what_the_scenario_says_counts_in_both_directions(tmp_path: Path) -> None:
    s = made(tmp_path, "ties: {USA: {RUS: 90, IND: 0}, India: {RUS: 55}}\n")
    assert tie(s, "USA", "RUS") == tie(s, "RUS", "USA") == 0.9
    assert (tie(s, "USA", "IND"), tie(s, "RUS", "IND")) == (0, 0.55)


@pytest.mark.parametrize(
    ("ties", "said"),
    [
        ("{USA: {USA: 50}}", "ties.USA.USA"),
        ("{USA: {RUS: 50}, RUS: {USA: 40}}", "one number for both: ties.RUS.USA is 40"),
        ("{USA: {RUSS: 50}}", "RUS"),
        ("{ATLANTIS: {RUS: 50}}", "ATLANTIS"),
        ("{USA: {RUS: .nan}}", "ties.USA.RUS"),
        ("{USA: {RUS: 120}}", "ties.USA.RUS"),
        ("{USA: {RUS: -1}}", "ties.USA.RUS"),
    ],
)
def test_what_is_no_tie_is_refused(tmp_path: Path, ties: str, said: str) -> None:
    with pytest.raises(InputError, match=said.replace(".", r"\.")):
        made(tmp_path, f"ties: {ties}\n")
