"""The pledges back-test: no later count or member is seen, baselines by hand, honest words."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import numpy as np
import pledges
import pytest
from pledges import (
    COUNTS,
    MEMBERS,
    Call,
    Member,
    Series,
    calls,
    joined_by,
    mean_error,
    members,
    series,
    years,
)

from sim import record, shipped
from sim.analysis.panel import panel
from sim.errors import InputError
from sim.published.diffusion import adopted
from sim.scoring import printed, writing
from sim.scoring.found import Found

T = np.array([2010.0, 2011.0, 2012.0, 2014.0])
N = np.array([10.0, 12.0, 16.0, 26.0])
LATER = np.array([2015.0, 2017.0])


@pytest.fixture(scope="module")
def found() -> Found:
    return pledges.run()


def of_counts(*counts: float, pledge: str = "budapest") -> Series:
    days = tuple(dt.date(2001 + n, 1, 1) for n in range(len(counts)))
    return Series(pledge, days, np.array(counts), ("cited",) * len(counts))


@pytest.mark.parametrize("name", [COUNTS, MEMBERS])
def test_every_row_has_a_source_and_a_mark(name: str) -> None:
    rows = record.table(shipped.data(name), ("pledge", "source", "mark"))
    assert all(row.cells["source"].strip() and row.cells["mark"] for row in rows)


def test_counts_and_members_agree_where_both_say() -> None:
    who = members()
    assert len({(m.pledge, m.state) for m in who}) == len(who)
    (budapest,) = (s for s in series() if s.pledge == "budapest")
    for day, count in zip(budapest.dates, budapest.counts, strict=True):
        assert count == len([m for m in who if m.pledge == "budapest" and m.by <= day])


def test_counts_of_a_pledge_never_fall() -> None:
    for one in series():
        assert (np.diff(one.counts) >= 0).all()
        assert list(one.dates) == sorted(set(one.dates))


def test_years_of_accession_agree_with_the_anchors() -> None:
    anchors = record.table(shipped.data("anchors.csv"), ("actor", "source", "known_by"))
    joined = {m.state: m.by.year for m in members() if m.pledge == "budapest"}
    said = [r.cells for r in anchors if "CETS 185, dates" in r.cells["source"]]
    assert len(said) > 10
    assert all(joined[r["actor"]] == int(r["known_by"][:4]) for r in said)


@pytest.mark.parametrize(
    ("field", "value"),
    [("pledge", "Paris"), ("count", "many"), ("count", "194"), ("source", ""), ("mark", "sure")],
)
def test_what_is_wrong_in_counts_names_line_and_field(
    tmp_path: Path, field: str, value: str
) -> None:
    good = {
        "pledge": "budapest",
        "date": "2001-01-01",
        "count": "3",
        "source": "a",
        "mark": "cited",
    }
    file = tmp_path / "counts.csv"
    file.write_text(",".join(good) + "\n" + ",".join((good | {field: value}).values()) + "\n")
    with pytest.raises(InputError) as error:
        series(file)
    assert f"{file}:2: {field}" in str(error.value)


@pytest.mark.parametrize(("field", "value"), [("iso3", "XXX"), ("joined", "soon"), ("by", "2001")])
def test_what_is_wrong_in_members_names_line_and_field(
    tmp_path: Path, field: str, value: str
) -> None:
    good = {"pledge": "budapest", "iso3": "FRA", "joined": "2001", "by": "2001-12-31"}
    good |= {"source": "a", "mark": "cited"}
    file = tmp_path / "members.csv"
    file.write_text(",".join(good) + "\n" + ",".join((good | {field: value}).values()) + "\n")
    with pytest.raises(InputError) as error:
        members(file)
    assert f"{file}:2: {field}" in str(error.value)


def test_baselines_by_hand() -> None:
    assert pledges.no_growth(T, N, LATER).tolist() == [26, 26]
    assert pledges.last_growth(T, N, LATER) == pytest.approx([31, 41])
    assert pledges.straight(np.arange(3.0), np.array([1.0, 3.0, 5.0]), np.array([4.0])) == (
        pytest.approx([9.0])
    )


def test_a_bass_curve_is_found_again_where_counts_follow_one() -> None:
    t = np.arange(2000.0, 2013.0)
    n = 20 + 60 * adopted(t - 2000, 0.03, 0.4)
    ahead = np.array([2014.0, 2018.0])
    want = 20 + 60 * adopted(ahead - 2000, 0.03, 0.4)
    said = pledges.bass(t, n, ahead)
    assert said == pytest.approx(want, abs=3)
    assert np.abs(said - want).max() < np.abs(pledges.straight(t, n, ahead) - want).max()
    assert np.abs(said - want).max() < np.abs(pledges.no_growth(t, n, ahead) - want).max()


def test_a_logistic_curve_is_found_again_where_counts_follow_one() -> None:
    t = np.arange(2000.0, 2013.0)
    n = 80 / (1 + 9 * np.exp(-0.5 * (t - 2000)))
    said = pledges.logistic(t, n, np.array([2016.0]))
    assert said == pytest.approx([80 / (1 + 9 * np.exp(-8))], abs=3)


@pytest.mark.parametrize("name", list(pledges.METHODS))
def test_no_method_sees_a_later_count(name: str) -> None:
    of = of_counts(5, 9, 15, 20, 22, 30)
    changed = dataclasses.replace(of, counts=np.array([5.0, 9, 15, 20, 90, 120]))
    cut = of.times[3]
    for one, other in zip(calls(of), calls(changed), strict=True):
        if one.method == name and one.cut <= cut:
            assert one.hindcast == other.hindcast
    assert [c.hindcast for c in calls(of)] != [c.hindcast for c in calls(changed)]


def test_counts_that_cannot_be_are_not_hindcast() -> None:
    said = calls(of_counts(100, 140, 180, 190, 192))
    assert max(c.hindcast for c in said) <= 193
    assert {c.horizon for c in said} <= {name for _, _, name in pledges.BINS}


def test_every_pledge_counts_the_same_however_many_calls_it_has() -> None:
    one = [Call("budapest", 2000.0, 2001.0, 10.0, "Bass", 12.0)] * 9
    other = [Call("paris_call", 2000.0, 2001.0, 10.0, "Bass", 20.0)]
    assert mean_error(one + other, "Bass") == 6.0
    assert np.isnan(mean_error(one, "Bass", "paris_call"))


def test_a_decimal_year() -> None:
    assert years(dt.date(2020, 1, 1)) == 2020.0
    assert years(dt.date(2020, 7, 2)) == pytest.approx(2020.5, abs=0.002)


def test_joined_by_a_day_leaves_out_that_day() -> None:
    of = [Member("budapest", "FRA", 2006, dt.date(2006, 1, 10), "cited")]
    assert joined_by("budapest", dt.date(2006, 1, 10), of) == set()
    assert joined_by("budapest", dt.date(2006, 1, 11), of) == {"FRA"}


def test_candidates_are_those_outside_and_what_they_are_told_by_is_known_before() -> None:
    every = pledges.transitions(members())
    for one in every:
        before = joined_by(one.pledge, dt.date(one.start + 1, 1, 1))
        assert not before & set(one.states)
    late = [m for m in members() if m.by.year <= 2015]
    cut = {(t.pledge, t.start): t for t in pledges.transitions(late)}
    for one in every:
        if one.pledge == "budapest" and one.end == 2015:
            assert np.array_equal(one.x, cut["budapest", 2014].x)


def test_a_transition_is_hindcast_only_from_those_that_ended_before_it_began() -> None:
    every = pledges.transitions(members())
    ours = {(f.of.pledge, f.of.end): f for f in pledges.hindcast(every)}
    turned = [
        dataclasses.replace(t, joined=1 - t.joined) if t.end > 2015 else t for t in every
    ]  # fmt: skip
    again = {(f.of.pledge, f.of.end): f for f in pledges.hindcast(turned)}
    for key, one in ours.items():
        if one.of.start <= 2015:
            assert np.array_equal(one.ours, again[key].ours)
    assert not np.allclose(ours["budapest", 2024].ours, again["budapest", 2024].ours)


def test_shares_of_region_and_of_the_nearest_by_hand() -> None:
    states = panel().states
    inside = np.array([s == "DEU" for s in states])
    x = pledges._predictors(inside, 2015)
    region = pledges._of_groups(inside, pledges.REGIONS)
    place = states.index
    assert x[place("DEU"), 1] == 0.0  # itself left out
    assert region[place("FRA")] == pytest.approx(1 / (len(in_group("WEOG")) - 1))
    assert region[place("CHN")] == 0.0
    assert set(np.unique(x[:, 2])) <= {0.0, 0.1}
    allies = {s for g in pledges.ALLIANCES for s in in_group(g)}
    assert x[place("CHN"), 3] == pytest.approx(1 / len(states))  # no ally: as all states
    assert x[place("RUS"), 3] == 0.0  # its allies are outside
    assert 0 < x[place("FRA"), 3] < 0.1
    assert {"DEU", "FRA", "RUS"} <= allies


def in_group(name: str) -> list[str]:
    from sim.scenario.groups import shipped_groups

    return [s for s in shipped_groups()[name] if s in panel().states]


def test_pooled_areas_weigh_by_joiners() -> None:
    assert pledges.pooled_auc([(1.0, 3), (0.5, 1)]) == 0.875
    assert np.isnan(pledges.pooled_auc([]))


def study(**errors: float) -> pledges.Study:
    """A study in which each method errs by so many members on two pledges."""
    names = {
        "bass": "Bass",
        "none": "no growth",
        "last": "last growth goes on",
        "line": "straight line",
        "logistic": "logistic",
    }
    made = [
        Call(pledge, 2000.0, 2001.0, 50.0, names[name], 50.0 + miss)
        for pledge in ("budapest", "paris_call")
        for name, miss in errors.items()
    ]
    return pledges.Study(
        series(), members(), made, pledges.hindcast(pledges.transitions(members()))
    )


def test_sentences_turn_with_the_numbers() -> None:
    good = pledges.found(study(bass=1, none=5, last=3, line=2, logistic=9)).answer
    assert "ours beats 'straight line', error 1.0 against 2.0" in good[0]
    assert "errs least on 2 of 2 pledges" in good[2]
    bad = pledges.found(study(bass=8, none=5, last=9, line=2, logistic=9)).answer
    assert "ours loses to 'straight line', error 8.0 against 2.0" in bad[0]
    assert "errs least on 0 of 2 pledges" in bad[2]
    assert "straight line" in bad[2]


def test_what_is_said_is_in_the_tables(found: Found) -> None:
    errors = found.tables["errors"]
    rows = zip(errors["pledge"], errors["horizon"], errors["method"], errors["error"], strict=True)
    of = {(p, h, m): e for p, h, m, e in rows}
    ours, other = of["all", "all", "Bass"], of["all", "all", "no growth"]
    assert f"'no growth', error {ours:.1f} against {other:.1f}" in found.answer[0]


def test_every_column_is_told_and_the_folder_is_written(found: Found, tmp_path: Path) -> None:
    assert writing.undescribed(found) == []
    writing.write(found, tmp_path, ["pledges.py"])
    drawn = {f.stem for f in (tmp_path / "figures").glob("*.png")}
    assert drawn == {"errors", "hindcast", "joining"}
    assert max(map(len, printed.lines(found, Path("x"), []))) <= 80
