"""What the record says of a text before it is voted on."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from sim import codings, precedents, record

TEXTS = {t.resolution: t for t in codings.codings()}


def test_the_past_of_a_series() -> None:
    votes = record.votes()
    found = precedents.past(votes, ["73/27", "74/29"], TEXTS)
    assert found is not None
    usa, first, last = votes.states.index("USA"), votes.of("73/27"), votes.of("74/29")
    assert found.last[usa] == last[usa] == -1
    both = (np.abs(first) <= 1) & (np.abs(last) <= 1)
    np.testing.assert_allclose(found.mean[both], (0.5 * first + last)[both] / 1.5)
    assert (found.abstained == (last == 0)).all()
    assert found.missed.sum() == (np.abs(last) > 1).sum()
    assert found.change == TEXTS["74/29"].change
    assert precedents.past(votes, ["no such text"], TEXTS) is None


def test_kindred_texts_are_earlier_ones_of_the_same_direction() -> None:
    day = dt.date(2018, 12, 17)
    votes = record.votes().before(day)
    text = TEXTS["73/187"]
    found = precedents.kindred(votes, day, text.change, TEXTS, ("73/187",))
    side = dict(zip(votes.states, found, strict=True))
    assert side["CHN"] > 0.2 > -0.2 > side["USA"]
    assert not precedents.kindred(votes, day, {}, TEXTS, ()).any()


def test_its_own_series_does_not_count() -> None:
    day = dt.date(2019, 12, 12)
    votes = record.votes().before(day)
    way = TEXTS["74/29"].change
    every = precedents.kindred(votes, day, way, TEXTS, ())
    others = precedents.kindred(votes, day, way, TEXTS, ("73/27",))
    assert not np.array_equal(every, others)


def test_cosine_and_distance() -> None:
    assert precedents.cosine({"A": 0.2}, {"A": 0.5}) == pytest.approx(1.0)
    assert precedents.cosine({"A": 0.2}, {"B": 0.5}) == 0.0
    assert precedents.cosine({}, {"B": 0.5}) == 0.0
    assert precedents.distance({"A": 0.3}, {"B": 0.4}) == pytest.approx(0.5)


def test_habits_are_smoothed_shares_that_forget() -> None:
    votes = record.votes()
    lately = precedents.habits(votes, dt.date(2023, 1, 1))
    ever = precedents.habits(votes, dt.date(2023, 1, 1), np.inf)
    for habit in (lately, ever):
        assert habit.shape == (193,)
        assert ((habit > 0) & (habit < 1)).all()
    assert ever[votes.states.index("KIR")] > 3 * ever[votes.states.index("BRA")]
    assert not np.allclose(lately, ever)
