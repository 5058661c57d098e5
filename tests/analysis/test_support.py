"""The vote model: its terms are the simulation's, and its parameters are recovered."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from sim import codings
from sim.analysis import support
from sim.analysis.support import About, Case
from sim.codings import Clause, Text
from sim.core import worlds
from sim.core.registry import PARAMETERS
from sim.errors import InputError
from sim.precedents import Past
from sim.record import NOT_VOTING

TRUTH = {
    "readiness": 1.5,
    "stakes": 12.0,
    "kindred": 3.0,
    "sponsorship": 2.0,
    "band": 0.8,
    "memory": 4.0,
    "text_weight": 0.5,
    "changed_text": 0.4,
    "familiar_band": 0.7,
    "abstainers": 1.2,
    "absence": 0.2,
    "habit": 0.9,
    "late_december": 0.6,
    "missed": 0.7,
}
STATES = tuple(f"S{i:02d}" for i in range(90))


def text(place: int, draw: np.random.Generator) -> Text:
    day = dt.date(2010, 12, 24 if place % 4 == 0 else 1)
    issues = draw.choice(16, 2, replace=False)
    clauses = tuple(
        Clause(worlds.ISSUES[k], 0.4, float(v), "")
        for k, v in zip(issues, draw.uniform(0.0, 1.0, 2), strict=True)
    )
    sponsors = tuple(draw.choice(STATES, 4, replace=False).tolist())
    return Text(f"T{place}", day, f"S{place}", sponsors, clauses, day)


def case(place: int, draw: np.random.Generator, series: bool = True) -> Case:
    """One made-up vote, its answers drawn from the chances that the truth gives."""
    read, n = text(place, draw), len(STATES)
    last = draw.integers(-1, 2, n)
    change = {issue: v * draw.uniform(0.2, 1.5) for issue, v in read.change.items()}
    past = Past(last.astype(float), last * 0.8, last == 0, draw.random(n) < 0.1, change)
    about = About(
        *(read.resolution, read.date, STATES, read, past if series else None),
        *(draw.normal(0.0, 0.4, n), draw.uniform(0.02, 0.4, n)),
    )
    position, salience = draw.random((n, 16)), draw.uniform(0.2, 0.8, (n, 16))
    blank = Case(about, position, salience, np.zeros(n, dtype=np.int8))
    world = {**TRUTH, "curvature": 2.0, "surprise": 1.0, "absence_surprise": 0.5}
    chances = support.chances(about, position[None], salience[None], world)[0]
    drawn = (draw.random(n)[:, None] > np.cumsum(chances, axis=1)).sum(1)
    codes = np.array([1, 0, -1, NOT_VOTING], dtype=np.int8)[np.minimum(drawn, 3)]
    return replace(blank, codes=codes)


def test_parameters_are_recovered_from_simulated_votes() -> None:
    """Four and a half errors allowed, at a fixed seed."""
    draw = np.random.default_rng(4)
    new = support.fit([case(place, draw, series=False) for place in range(40)])
    for name in (*support.TEXT, "absence", "habit", "late_december"):
        # Priors and the mode draw a little towards themselves: a fifth is allowed for it.
        near = 4.5 * new.errors[name] + 0.2 * TRUTH[name]
        assert abs(new.values[name] - TRUTH[name]) < near, name
    again = support.fit([case(place, draw) for place in range(40)])
    assert again.values["memory"] > 2.0
    assert again.values["abstainers"] > 0.6
    assert again.values["missed"] == pytest.approx(TRUTH["missed"], abs=0.4)


def test_with_no_votes_they_are_as_by_default() -> None:
    values = support.fit([]).values
    assert {n: pytest.approx(values[n]) for n in support.FITTED} == {
        n: PARAMETERS[n].default for n in support.FITTED
    }


def test_what_a_parameter_weighs_is_the_simulations_own_term() -> None:
    made = case(1, np.random.default_rng(2))
    x = made.text
    assert (x[:, 0] == 1).all()
    assert x[:, 3].sum() == 4
    np.testing.assert_allclose(x[:, 2], made.about.kindred)
    (clause, other), (a, b) = made.about.text.clauses, (0, 0)  # type: ignore[union-attr]
    a, b = (worlds.ISSUES.index(c.issue) for c in (clause, other))
    gain = sum(
        made.salience[:, k] * ((0.4 - made.position[:, k]) ** 2 - (v - made.position[:, k]) ** 2)
        for k, v in ((a, clause.value), (b, other.value))
    )
    np.testing.assert_allclose(x[:, 1], gain)


def test_chances_add_up_and_a_tally_is_more_uncertain_than_its_votes() -> None:
    made = case(1, np.random.default_rng(3))
    at = made.about, made.position[None], made.salience[None]
    chances, variance = support.tally(*at, {**TRUTH, "curvature": 2.0})
    np.testing.assert_allclose(chances.sum(-1), 1.0, atol=1e-12)
    np.testing.assert_allclose(chances, support.chances(*at, {**TRUTH, "curvature": 2.0}))
    assert (variance > (chances * (1 - chances)).sum(1)).all()


def test_an_issue_that_no_text_touches_changes_no_chance() -> None:
    made = case(1, np.random.default_rng(3))
    before = support.chances(made.about, made.position[None], made.salience[None], TRUTH)
    touched = made.about.text.change if made.about.text else {}
    free = next(k for k, issue in enumerate(worlds.ISSUES) if issue not in touched)
    position = made.position.copy()
    position[:, free] = 0.9
    after = support.chances(made.about, position[None], made.salience[None], TRUTH)
    np.testing.assert_array_equal(before, after)


def test_a_text_that_nobody_coded_gains_nobody_anything() -> None:
    about = replace(case(1, np.random.default_rng(3)).about, text=None)
    uncoded = Case(about, np.full((90, 16), 0.7), np.full((90, 16), 0.3), np.zeros(90, np.int8))
    assert not uncoded.text[:, 1].any()
    assert uncoded.kept == 1.0  # nothing is known to have changed


def test_codings_are_dated_and_cover_the_votes_of_2018_to_2022() -> None:
    texts = codings.codings()
    cyber = {
        "73/27",
        "73/187",
        "73/266",
        "74/28",
        "74/29",
        "74/247",
        "75/32",
        "75/240",
        "76/234",
        "77/36",
        "77/37",
        "77/96",
    }
    assert cyber <= {t.resolution for t in texts}
    assert all(c.issue in worlds.ISSUES and c.reason for t in texts for c in t.clauses)
    assert all(t.known_by <= t.date for t in texts)
    assert not codings.before(texts, dt.date(1999, 1, 1))


def test_a_coding_that_contradicts_itself_is_refused(tmp_path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "codings.csv"
    head = "resolution,date,series,sponsors,issue,status_quo,value,reason\n"
    file.write_text(head + "1/1,2020-01-01,a,USA,SOV,10,20,x\n1/1,2020-01-01,b,USA,IHL,10,20,x\n")
    with pytest.raises(InputError, match=r"codings\.csv:3: series: differs within one text"):
        codings.codings(file)
