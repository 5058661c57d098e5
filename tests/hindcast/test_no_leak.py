"""Nothing dated on or after a vote changes its hindcast, nor anything but votes after the cut."""

from __future__ import annotations

import dataclasses
import datetime as dt
from functools import cache

import numpy as np
import pytest

from sim import record
from sim.analysis import bridge
from sim.hindcast import inputs
from sim.hindcast.hindcasts import AFTER, BEFORE, Hindcast, hindcast
from sim.record import Votes

CUT = dt.date(2018, 12, 10)  # between 73/27 and 73/187


@cache
def some_votes() -> Votes:
    """A small record of real votes: a quarter of the states, 2012 to 2020."""
    votes = record.votes()
    kept = [i for i, s in enumerate(votes.states) if i % 5 == 0 or s in ("USA", "RUS", "CHN")]
    columns = [j for j, d in enumerate(votes.dates) if 2012 <= d.year <= 2020]
    less = dataclasses.replace(
        votes, states=tuple(votes.states[i] for i in kept), codes=votes.codes[kept]
    )
    return less.take(columns)


@cache
def plain_run() -> dict[str, Hindcast]:
    return by_label(some_votes())


def by_label(votes: Votes) -> dict[str, Hindcast]:
    return {h.item.resolution: h for h in hindcast(votes, inputs.readings(), CUT)}


def turned(votes: Votes, day: dt.date, until: dt.date = dt.date.max) -> Votes:
    """Every vote from ``day`` on, and before ``until``, made its opposite; who was away, came."""
    codes = votes.codes.copy()
    late = [j for j, d in enumerate(votes.dates) if day <= d < until]
    part = codes[:, late]
    codes[:, late] = np.where(np.abs(part) <= 1, -part, 1)
    return dataclasses.replace(votes, codes=codes)


@pytest.mark.parametrize("label", ["73/27", "73/187", "75/240"])
def test_votes_from_its_own_day_on_change_nothing(label: str) -> None:
    votes = some_votes()
    before = plain_run()[label]
    after = by_label(turned(votes, before.item.date))[label]
    assert np.array_equal(before.chances, after.chances)
    assert np.array_equal(before.blank.chances, after.blank.chances)
    for name, left in before.left_out.items():
        assert np.array_equal(left.chances, after.left_out[name].chances)
    if before.again is not None and after.again is not None:
        assert np.array_equal(before.again, after.again)


def test_earlier_votes_do_change_it() -> None:
    """The test above would be passed by a model that looks at nothing."""
    votes = some_votes()
    label = "75/240"
    date = plain_run()[label].item.date
    after = by_label(turned(votes, dt.date(2019, 1, 1), date))[label]
    assert not np.allclose(plain_run()[label].chances, after.chances)


def test_the_model_is_frozen_at_the_cut() -> None:
    """Votes after the cut may be remembered, but move no coefficient, bit for bit."""
    other = by_label(turned(some_votes(), CUT))
    for label, made in plain_run().items():
        for name, told in {**made.told, **made.left_out}.items():
            again = {**other[label].told, **other[label].left_out}[name]
            assert told.fit.values == again.fit.values, label
    frozen = {id(h.blank.fit) for h in plain_run().values() if h.side == AFTER}
    refitted = {id(h.blank.fit) for h in plain_run().values() if h.side == BEFORE}
    assert len(frozen) == 1 < len(refitted)


def test_what_is_no_vote_is_not_read_from_the_cut_on() -> None:
    """Anchors known on the day of the cut or later leave every hindcast as it is."""
    ours = bridge.anchors()
    moved = tuple(
        dataclasses.replace(a, position=100.0 - a.position) if a.known_by >= CUT else a
        for a in ours
    )
    assert moved != ours
    again = hindcast(some_votes(), inputs.readings(), CUT, moved)
    for made in again:
        assert np.array_equal(made.chances, plain_run()[made.item.resolution].chances)


def test_texts_that_come_later_are_not_learnt_from() -> None:
    """Another coding of texts voted on after 73/187 changes nothing of it."""
    label = "73/187"
    day = plain_run()[label].item.date
    readings = [
        dataclasses.replace(
            r,
            texts={
                k: dataclasses.replace(
                    t,
                    clauses=tuple(
                        dataclasses.replace(c, value=c.status_quo, status_quo=c.value)
                        for c in t.clauses
                    ),
                )
                if t.date >= day and k != label
                else t
                for k, t in r.texts.items()
            },
        )
        for r in inputs.readings()
    ]
    again = {h.item.resolution: h for h in hindcast(some_votes(), readings, CUT)}
    assert np.array_equal(again[label].chances, plain_run()[label].chances)
    assert not np.array_equal(again["75/240"].chances, plain_run()["75/240"].chances)


def test_sides_of_the_cut() -> None:
    for made in plain_run().values():
        assert made.side == (AFTER if made.item.date >= CUT else BEFORE)


def test_before_the_cut_the_cut_does_not_matter() -> None:
    """A resolution older than two cuts has one hindcast: it is refitted at its own date."""
    later = hindcast(some_votes(), inputs.readings(), dt.date(2020, 6, 1))
    for made in later:
        if made.item.date < CUT:
            assert np.array_equal(made.chances, plain_run()[made.item.resolution].chances)
