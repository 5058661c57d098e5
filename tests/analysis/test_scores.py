"""Scores on small examples by hand, and the baselines of record."""

import csv

import numpy as np
import pytest

from sim import record, shipped
from sim.analysis import scores
from sim.analysis.skill import certain, largest
from sim.record import ABSTAINING, AGAINST, IN_FAVOUR, NOT_VOTING, Codes

REPETITION = {
    "74/28": 0.931,
    "74/29": 0.709,
    "74/247": 0.882,
    "75/32": 0.988,
    "75/240": 0.600,
    "77/36": 0.856,
    "77/37": 0.889,
}
ELSEWHERE = {"74/28": "73/266"}  # of one author and title, though spelt otherwise


def points(year: str) -> np.ndarray:
    lines = shipped.data("ideal_points.csv").read_text().splitlines()
    rows = {r["iso3"]: r[year] for r in csv.DictReader(x for x in lines if not x.startswith("#"))}
    return np.array([float(rows[s] or "nan") for s in record.votes().states])


def two_way(label: str) -> Codes:
    codes = record.votes().of(label)
    return np.where(codes == ABSTAINING, NOT_VOTING, codes).astype(np.int8)


def test_a_sure_and_right_forecast_scores_perfectly() -> None:
    codes = np.array([1, 0, -1, NOT_VOTING], dtype=np.int8)
    found = scores.score(np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]], dtype=float), codes)
    assert (found.voted, found.accuracy, found.abstention_recall) == (3, 1.0, 1.0)
    assert found.brier == found.ranked == pytest.approx(0.0)
    assert found.tally_error == pytest.approx(0.0)
    assert np.isnan(found.absence_brier)


def test_ranks_matter_to_the_ranked_score_only() -> None:
    codes = np.array([1], dtype=np.int8)
    near, far = (scores.score(np.array([row]), codes) for row in ([0.0, 1.0, 0.0], [0.0, 0.0, 1.0]))
    assert near.brier == far.brier == pytest.approx(2.0)
    assert (near.ranked, far.ranked) == (pytest.approx(0.5), pytest.approx(1.0))


def test_absence_is_scored_apart() -> None:
    codes = np.array([1, NOT_VOTING], dtype=np.int8)
    found = scores.score(np.array([[0.9, 0, 0, 0.1], [0.5, 0, 0, 0.5]]), codes)
    assert found.accuracy == 1.0
    assert found.brier == pytest.approx(0.0)
    assert found.absence_brier == pytest.approx((0.01 + 0.25) / 2)


def test_tally_errors_count_states() -> None:
    codes = np.array([1, 1, 0, -1], dtype=np.int8)
    everyone = np.tile([1.0, 0.0, 0.0], (4, 1))
    assert scores.tally_error(everyone, codes) == pytest.approx(4 / 3)


def right(called: Codes, codes: Codes) -> float:
    """Share called right among those who voted and of whom something is said."""
    said = np.abs(called) <= 1
    return scores.score(certain(called)[said], codes[said]).accuracy


@pytest.mark.parametrize(("label", "known"), REPETITION.items())
def test_repetition_is_that_of_record(label: str, known: float) -> None:
    votes = record.votes()
    series = votes.series[votes.column[label]]
    place = next(j for j in reversed(range(votes.column[label])) if votes.series[j] == series)
    last = ELSEWHERE.get(label, votes.resolutions[place])
    assert right(votes.of(last), votes.of(label)) == pytest.approx(known, abs=0.0005)


@pytest.mark.parametrize(
    ("label", "known"), [("73/27", 0.718), ("73/187", 0.609), ("75/240", 0.645), ("77/36", 0.683)]
)
def test_the_majority_class_is_that_of_record(label: str, known: float) -> None:
    # The published shares leave out a few states for want of an ideal point: a band of .02.
    assert right(largest(two_way(label)), two_way(label)) == pytest.approx(known, abs=0.02)


def test_one_cut_transferred_from_2018_is_as_good_as_recorded() -> None:
    cut = scores.cut(points("2017"), two_way("73/27"))
    known = {
        ("73/27", "2017"): 0.982,
        ("73/187", "2017"): 0.927,
        ("74/247", "2018"): 0.934,
        ("75/240", "2019"): 0.972,
        ("77/36", "2021"): 0.988,
    }
    for (label, year), share in known.items():
        assert right(cut.calls(points(year)), two_way(label)) == pytest.approx(share, abs=0.015)


def test_two_cuts_find_the_best_split() -> None:
    x = np.array([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, np.nan])
    codes = np.array([1, 1, 0, 0, -1, -1, 1], dtype=np.int8)
    cut = scores.cut(x, codes)
    assert right(cut.calls(x), codes) == 1.0
    assert cut.calls(np.array([-9.0, 2.5, 9.0, np.nan])).tolist() == [
        IN_FAVOUR,
        ABSTAINING,
        AGAINST,
        NOT_VOTING,
    ]


def test_cuts_equal_those_of_an_exhaustive_search() -> None:
    rng = np.random.default_rng(3)
    for _ in range(20):
        x, codes = rng.normal(size=15), rng.integers(-1, 2, 15).astype(np.int8)
        best = max(
            right(scores.Cut(a, b, s).calls(x), codes)
            for s in (1.0, -1.0)
            for a in [-np.inf, *(s * x)]
            for b in [-np.inf, *(s * x)]
            if a <= b
        )
        assert right(scores.cut(x, codes).calls(x), codes) == pytest.approx(best)


# Of a yes


def test_auc_by_hand() -> None:
    yes = np.array([1.0, 0.0, 1.0, 0.0])
    assert scores.auc(np.array([4.0, 3.0, 2.0, 1.0]), yes) == 0.75
    assert scores.auc(np.array([1.0, 1.0, 1.0, 1.0]), yes) == 0.5
    assert np.isnan(scores.auc(np.array([1.0, 2.0]), np.ones(2)))


def test_scores_by_hand() -> None:
    p, yes = np.array([1.0, 0.5]), np.array([1.0, 0.0])
    assert scores.brier(p, yes) == pytest.approx(0.125)
    assert scores.log_score(p, yes) == pytest.approx(np.log(2) / 2, abs=1e-5)
    assert np.isfinite(scores.log_score(np.array([0.0]), np.array([1.0])))


def test_intervals_against_the_tables() -> None:
    assert scores.share_interval(10, 12) == pytest.approx((0.5159, 0.9791), abs=1e-4)
    assert scores.share_interval(0, 5) == pytest.approx((0.0, 0.5218), abs=1e-4)
    mean, low, high = scores.mean_interval(np.array([1.0, 2.0, 3.0]))
    assert (mean, low, high) == pytest.approx((2.0, 2 - 2.4841, 2 + 2.4841), abs=1e-4)
    assert np.isnan(scores.mean_interval(np.array([1.0]))[1])
