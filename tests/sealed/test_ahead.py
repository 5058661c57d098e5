"""Only what is ahead may be sealed; all that is in the way is said at once, with its line."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from small import VOTE, VOTES

from sim.errors import InputError
from sim.scenario import load
from sim.sealed import record
from sim.sealed.ahead import days, refuse_past
from tests.sealed.conftest import CONSENSUS_AHEAD, NOW, VOTE_AHEAD, write

TODAY = NOW.date()


def refused(file: Path, today: dt.date = TODAY) -> str:
    with pytest.raises(InputError) as error:
        refuse_past(load(file), today)
    return str(error.value)


def test_what_is_ahead_is_taken_and_the_day_itself_too(tmp_path: Path) -> None:
    scenario = load(write(tmp_path))
    refuse_past(scenario, TODAY)
    refuse_past(scenario, dt.date(2031, 10, 1))
    assert "that is a hindcast" in refused(tmp_path / "ahead.yaml", dt.date(2031, 10, 2))


def test_a_record_makes_it_a_hindcast_and_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "votes.csv").write_text(VOTES, encoding="utf-8")
    said = refused(write(tmp_path, VOTE))
    lines = VOTE.splitlines()
    assert f"ahead.yaml:{lines.index('record:') + 1}: record: the scenario holds a record" in said
    assert "plenary run" in said
    assert f"ahead.yaml:{lines.index('date: 2018-10-01') + 1}: date: lies before" in said
    assert "73/27: was voted on 2018-12-05" in said  # whatever the file says


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("{session: 1}", "{session: 1, date: 2031-08-31}", "stages.committee.date"),
        ("sponsors: [USA]", "sponsors: [USA]\n        dates: {plenary: 2030-01-01}", "L.60.dates"),
    ],
)
def test_a_date_of_a_stage_counts(tmp_path: Path, old: str, new: str, field: str) -> None:
    said = refused(write(tmp_path, VOTE_AHEAD.replace(old, new)))
    assert field in said
    assert "lies before the day of sealing" in said
    assert said.count("\n") == 0  # and nothing else is wrong


def test_a_ballot_without_any_day_cannot_be_told_from_a_hindcast(tmp_path: Path) -> None:
    undated = VOTE_AHEAD.replace("date: 2031-10-01\n", "")
    said = refused(write(tmp_path, undated))
    assert "no day is given for L.59 committee, L.59 plenary, L.60 committee, L.60 plenary" in said
    dated = undated.replace("{session: 1}", "{session: 1, date: 2031-10-20}").replace(
        "{session: 2}", "{session: 2, date: 2031-12-01}"
    )
    assert set(days(load(write(tmp_path, dated))).values()) == {
        dt.date(2031, 10, 20),
        dt.date(2031, 12, 1),
    }
    refuse_past(load(tmp_path / "ahead.yaml"), TODAY)


def test_the_draft_comes_before_the_stage_and_the_stage_before_the_scenario(tmp_path: Path) -> None:
    text = VOTE_AHEAD.replace("{session: 2}", "{session: 2, date: 2031-12-01}").replace(
        "sponsors: [USA]", "sponsors: [USA]\n        dates: {plenary: 2031-12-24}"
    )
    assert days(load(write(tmp_path, text))) == {
        ("L.59", "committee"): dt.date(2031, 10, 1),
        ("L.59", "plenary"): dt.date(2031, 12, 1),
        ("L.60", "committee"): dt.date(2031, 10, 1),
        ("L.60", "plenary"): dt.date(2031, 12, 24),
    }


def test_a_room_without_stages_decides_on_the_day_of_the_scenario(tmp_path: Path) -> None:
    scenario = load(write(tmp_path, CONSENSUS_AHEAD))
    assert days(scenario) == {("report", "decision"): dt.date(2031, 10, 1)}


def test_the_clock_is_read_in_utc(tmp_path: Path) -> None:
    """Late on 1 October in New York it is the 2nd in UTC, and too late."""
    file = str(write(tmp_path))
    zone = dt.timezone(dt.timedelta(hours=-5))
    record.plan(file, (), dt.datetime(2031, 10, 1, 18, 0, tzinfo=zone))
    with pytest.raises(InputError, match="hindcast"):
        record.plan(file, (), dt.datetime(2031, 10, 1, 20, 0, tzinfo=zone))


def test_a_day_that_ends_while_it_plays_is_too_late(tmp_path: Path) -> None:
    played = record.plan(str(write(tmp_path)), (), NOW).play(2)
    with pytest.raises(InputError, match="hindcast"):
        record.sealed(played, dt.datetime(2031, 10, 2, tzinfo=dt.UTC))


def test_settings_are_part_of_what_is_sealed(tmp_path: Path) -> None:
    asked = record.plan(str(write(tmp_path)), ("USA=absent", "seed=9"), NOW)
    made = record.sealed(asked.play(4), NOW)
    assert made["scenario"]["settings"] == ["USA=absent", "seed=9"]
    assert made["made_with"]["seed"] == 9
    (usa,) = {
        tuple(b["actors"]["USA"]) for b in made["forecast"]["ballots"] if b["draft"] == "L.60"
    }
    assert usa == ("not_voting",)


@pytest.mark.parametrize("note", ["two\nlines", "\udcff", "\x1b[31m"])
def test_a_note_that_is_no_line_of_text_is_refused(note: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--note"):
        record.plan(str(write(tmp_path)), (), NOW, note)


def test_a_scenario_that_extends_a_hindcast_can_take_back_its_record(tmp_path: Path) -> None:
    (tmp_path / "votes.csv").write_text(VOTES.replace("73/27", "L.59"), encoding="utf-8")
    write(tmp_path, VOTE.replace('"73/27"', "L.59"), "past.yaml")
    text = "title: The next one\nextends: past.yaml\ndate: 2031-10-01\n"
    assert "holds a record" in refused(write(tmp_path, text))
    refuse_past(load(write(tmp_path, text + "record: null\n")), TODAY)
