"""Who does not vote: the fit finds what made the record, and a part can be left out."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from scipy.special import expit

from sim.backtest.votes import absence
from sim.backtest.votes.absence import Gone
from sim.record import IN_FAVOUR, NO_SEAT, NOT_VOTING

WIDE = sum(absence.TERMS.values())


def made(coefficients: np.ndarray, votes: int = 40, states: int = 300) -> list[Gone]:
    draw = np.random.default_rng(5)
    found = []
    for _ in range(votes):
        terms = draw.normal(size=(states, WIDE)) * 0.7
        terms[:, 0] = 1.0
        away = draw.random(states) < expit(terms @ coefficients)
        codes = np.where(away, NOT_VOTING, IN_FAVOUR).astype(np.int8)
        found.append(Gone(dt.date(2000, 1, 1), terms, codes))
    return found


def test_recovers_the_coefficients() -> None:
    true = np.linspace(-1.0, 1.0, WIDE)
    found = absence.fit(made(true), absence.columns())
    assert np.abs(found - true).max() < 0.15


def test_without_a_past_it_is_the_prior() -> None:
    found = absence.fit([], absence.columns())
    assert found.sum() == pytest.approx(sum(absence.CENTRE.values()))


@pytest.mark.parametrize("part", list(absence.TERMS))
def test_a_part_left_out_takes_its_columns(part: str) -> None:
    assert len(absence.columns(part)) == WIDE - absence.TERMS[part]


def test_states_without_a_seat_do_not_count() -> None:
    true = np.linspace(-1.0, 1.0, WIDE)
    past = made(true, 5, 50)
    more = [
        Gone(p.date, np.concatenate([p.terms, 9.0 * p.terms]), np.append(p.codes, [NO_SEAT] * 50))
        for p in past
    ]
    used = absence.columns()
    assert absence.fit(more, used) == pytest.approx(absence.fit(past, used))


def test_surprise_moves_chances_towards_a_half() -> None:
    x, b = np.array([[-4.0], [4.0]]), np.array([1.0])
    low, high = absence.chances(x, b)
    assert expit(-4.0) < low < 0.5 < high < expit(4.0)
