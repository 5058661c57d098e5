"""The vote model: chances, agreement with the session's own support, and recovery."""

import datetime as dt

import numpy as np
import pytest

from sim import codings, record
from sim.analysis import support
from sim.core import worlds
from sim.errors import InputError
from sim.record import NOT_VOTING

TRUTH = {
    "readiness": 0.8,
    "band": 0.6,
    "stakes": 15.0,
    "memory": 1.2,
    "absence": 0.2,
    "late_december": 0.6,
    "indifference": 0.3,
}


def made(texts: int = 40, states: int = 193, seed: int = 2) -> tuple[np.ndarray, support.Ballots]:
    """Gains and ballots of made-up texts, voted by the truth above."""
    rng = np.random.default_rng(seed)
    day = dt.date(2010, 12, 1)
    drafts = tuple(
        codings.Text(f"T{j}", day.replace(day=24 if j % 4 == 0 else 1), f"S{j}", (), (), day)
        for j in range(texts)
    )
    gains = rng.normal(0.0, 0.12, (states, texts))
    shape = (states, texts)
    blank = support.Ballots(
        drafts,
        np.zeros(shape, dtype=np.int8),
        np.zeros(shape),
        rng.integers(-1, 2, shape).astype(float),
        np.array([float(t.late) for t in drafts]),
        np.ones(texts),
        rng.uniform(0.02, 0.4, states),
    )
    chances = support.chances(TRUTH, gains, blank)
    drawn = (rng.random(shape)[..., None] > np.cumsum(chances, -1)).sum(-1)
    codes = np.array([1, 0, -1, NOT_VOTING], dtype=np.int8)[np.minimum(drawn, 3)]
    return gains, support.Ballots(
        drafts, codes, blank.sponsor, blank.last, blank.late, blank.weight, blank.habit
    )


def test_parameters_are_recovered_from_simulated_votes() -> None:
    gains, ballots = made()
    fit = support.fit(gains, ballots, 2)
    error = np.sqrt(np.diag(fit.covariance))
    for name, e in zip(support.FITTED, error, strict=True):
        # Four standard errors in seven parameters: a false alarm in under 1 of 1,000 seeds.
        assert abs(fit.values[name] - TRUTH[name]) < 4 * e + 0.02, name
    assert fit.values["stakes"] == pytest.approx(TRUTH["stakes"], rel=0.15)


def test_chances_add_up_and_their_logs_are_the_likelihood() -> None:
    gains, ballots = made(6, 30)
    chances = support.chances(TRUTH, gains, ballots)
    np.testing.assert_allclose(chances.sum(-1), 1.0, atol=1e-12)
    place = np.select([ballots.codes == c for c in (1, 0, -1)], [0, 1, 2], 3)
    picked = np.take_along_axis(chances, place[..., None], -1)[..., 0]
    np.testing.assert_allclose(support.log_likelihood(TRUTH, gains, ballots), np.log(picked).sum(0))


def test_who_minds_comes_to_vote() -> None:
    gains, ballots = made(6, 30)
    away = support.chances(TRUTH, gains, ballots)[..., 3]
    keen = support.chances({**TRUTH, "indifference": 1.0}, gains, ballots)[..., 3]
    assert (keen < away).all()


def test_an_issue_that_no_text_touches_changes_no_gain() -> None:
    texts = codings.codings()[-3:]
    rng = np.random.default_rng(4)
    position, salience = rng.random((2, 5, 16)), rng.random((2, 5, 16))
    both = np.array([1.0, 2.0])
    before = support.gains(position, salience, worlds.ISSUES, texts, both)
    position[:, :, worlds.ISSUES.index("TAX")] = 0.9
    np.testing.assert_array_equal(
        before, support.gains(position, salience, worlds.ISSUES, texts, both)
    )


def test_memory_reads_the_vote_before_and_nothing_later() -> None:
    votes = record.votes()
    text = next(t for t in codings.codings() if t.resolution == "74/29")
    usa = votes.states.index("USA")
    assert support.last_vote(votes, text)[usa] == -1
    first = next(t for t in codings.codings() if t.resolution == "73/187")
    assert not support.last_vote(votes, first).any()


def test_habits_are_smoothed_shares() -> None:
    habit = support.habits(record.votes())
    assert habit.shape == (193,)
    assert ((habit > 0) & (habit < 1)).all()
    assert habit[record.votes().states.index("KIR")] > 3 * habit[record.votes().states.index("BRA")]


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
