"""Scores by hand, what is found on a small record, and known numbers on the whole one."""

from __future__ import annotations

import dataclasses
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from sim import record
from sim.hindcast import inputs, marks, run
from sim.hindcast.inputs import Reading
from sim.record import ABSTAINING, AGAINST, IN_FAVOUR, Votes
from sim.scoring import writing
from sim.scoring.found import Found
from sim.show.tables import Table

# Accuracy of repeating the last vote of the series, three answers, counted from the roll calls.
REPEATED = {
    **{"74/28": 0.931, "74/29": 0.709, "74/247": 0.882, "75/32": 0.988},
    **{"75/240": 0.600, "77/36": 0.856, "77/37": 0.889},
}


def test_marks_of_one_state_by_hand() -> None:
    chances = np.array([[0.5, 0.3, 0.2], [0.1, 0.2, 0.7], [np.nan] * 3])
    codes = np.array([ABSTAINING, AGAINST, IN_FAVOUR], dtype=np.int8)
    there = np.array([True, True, False])
    right, brier, ranked, log = marks._cells(chances, codes, there)
    assert right[:2].tolist() == [0.0, 1.0]
    assert brier[0] == pytest.approx(0.5**2 + 0.7**2 + 0.2**2)
    assert ranked[0] == pytest.approx((0.5**2 + 0.2**2) / 2)
    assert log[1] == pytest.approx(-np.log(0.7))
    assert np.isnan(right[2])


def test_a_mean_gives_each_resolution_the_same_weight() -> None:
    few, many = np.full((4, 6), np.nan), np.zeros((4, 6))
    few[:, 0] = 1.0
    found = marks.mean([few, many])
    assert found.value.tolist() == [0.5] * 4
    assert (found.low <= found.value).all()
    assert (found.value <= found.high).all()


def test_an_interval_of_equal_marks_is_a_point() -> None:
    found = marks.mean([np.full((4, 5), 0.7)] * 3)
    assert found.low == pytest.approx(found.high)


def test_bins_hold_every_hindcast_once() -> None:
    chance = np.array([0.0, 0.02, 0.5, 0.97, 1.0])
    came = np.array([0.0, 0.0, 1.0, 1.0, 1.0])
    bins = marks._bins("in favour", [(chance, came)])
    assert sum(b.states for b in bins) == len(chance)
    assert all(b.low <= b.chance <= b.high for b in bins)


@cache
def small() -> Votes:
    votes = record.votes()
    kept = [i for i, s in enumerate(votes.states) if i % 6 == 0 or s in ("USA", "RUS", "CHN")]
    columns = [j for j, d in enumerate(votes.dates) if d.year >= 2016]
    less = dataclasses.replace(
        votes, states=tuple(votes.states[i] for i in kept), codes=votes.codes[kept]
    )
    return less.take(columns)


def without(readings: tuple[Reading, ...], *labels: str) -> tuple[Reading, ...]:
    return tuple(
        Reading(r.name, {k: t for k, t in r.texts.items() if k not in labels}) for r in readings
    )


def with_waiting(readings: tuple[Reading, ...]) -> tuple[Reading, ...]:
    """One text more, not voted on: 77/37 again, a year later."""
    found = []
    for r in readings:
        text = r.texts["77/37"]
        later = text.date.replace(year=2023)
        again = dataclasses.replace(text, resolution="78/1", date=later, known_by=later)
        found.append(Reading(r.name, {**r.texts, "78/1": again}))
    return tuple(found)


@pytest.fixture(scope="module")
def found() -> Found:
    patch = pytest.MonkeyPatch()
    readings = with_waiting(without(inputs.readings(), "76/191"))
    patch.setattr(inputs, "recorded", lambda path: small())
    patch.setattr(inputs, "readings", lambda paths: readings)
    made = run("2020-01-01")
    patch.undo()
    return made


def rows(table: Table) -> list[dict[str, object]]:
    return [dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)]


def test_every_hindcast_sums_to_one(found: Found) -> None:
    table = found.tables["forecasts"]
    parts = [np.asarray(table[c]) for c in ("p_in_favour", "p_against", "p_abstain", "p_absent")]
    assert list(table)[:6] == [
        "resolution",
        "iso3",
        "p_in_favour",
        "p_against",
        "p_abstain",
        "p_absent",
    ]
    assert np.sum(parts, axis=0) == pytest.approx(1.0, abs=1e-9)
    assert min(p.min() for p in parts) >= 0.0


def test_every_resolution_is_hindcast_coded_or_not_voted_or_not(found: Found) -> None:
    told = set(found.tables["forecasts"]["resolution"])
    assert told == set(small().resolutions[3:]) | {"78/1"}
    scored = set(found.tables["scores"]["resolution"])
    assert "76/191" in scored
    assert "78/1" not in scored
    assert any("76/191" in said for said in found.limits)
    assert any("78/1" in said for said in found.answer)


def test_a_text_no_coder_read_is_told_by_the_model_without_a_text(found: Found) -> None:
    table = rows(found.tables["scores"])
    both = {str(r["hindcast"]): r["brier"] for r in table if r["resolution"] == "76/191"}
    assert both["ours"] == both["ours, no text"]
    assert "ours, first coder alone" not in both


def test_the_folder_is_written_whole(found: Found, tmp_path: Path) -> None:
    writing.write(found, tmp_path / "out", ["backtest", "votes", "--until", "2020-01-01"])
    there = {f.name for f in (tmp_path / "out").iterdir()}
    assert {"forecasts.csv", "scores.csv", "calibration.csv", "report.html"} <= there
    assert (tmp_path / "out" / "figures" / "accuracy.png").is_file()


def test_better_and_worse_follow_the_numbers(found: Found) -> None:
    measured = [one for one in found.headline if one.measure == "accuracy"]
    assert measured
    for one in measured:
        assert ("ours beats" in str(one)) == (one.ours - one.theirs > 0.0005), str(one)


def test_a_text_read_as_the_first_of_its_series_is_named(found: Found) -> None:
    assert any("76/234 (peaceful uses)" in said for said in found.limits)


@pytest.mark.slow
def test_the_shipped_record() -> None:
    """Known numbers come out, and the two goals that the documentation claims."""
    made = run("2020-01-01")
    scores = rows(made.tables["scores"])
    last = {r["resolution"]: r["accuracy"] for r in scores if r["hindcast"] == "last vote again"}
    for label, accuracy in REPEATED.items():
        assert last[label] == pytest.approx(accuracy, abs=0.0006)
    means = {(r["side"], r["texts"], r["hindcast"]): r for r in rows(made.tables["means"])}
    against = means["from the cut on", "with a precedent", "last vote again"]
    assert against["ours_less_accuracy"] > 0
    assert against["ours_less_brier"] < 0
