"""A calendar in a scenario: how many sessions it has, and sessions that are named by date."""

from __future__ import annotations

import pytest

from sim.build import setting
from sim.scenario import load
from tests.scenario.conftest import SMALL, Refused, Write

TIMED = SMALL.replace("sessions: 2\n", "calendar: {start: 2019-01, end: 2020-12}\n")


def test_sessions_are_counted_and_found_by_date(write: Write) -> None:
    text = TIMED.replace("{session: 2}", "{session: 2020-Q3}")
    text = text.replace("{session: 2,", "{session: 2019-05,")
    found = load(write(text))
    assert (found.sessions, found.session_label(8)) == (8, "2020-Q4")
    assert found.forums["room"].stages["plenary"].session == 7
    assert found.events[0].session == 2
    made = setting(found)
    assert (made.label(7), made.calendar) == ("2020-Q3", found.calendar)


@pytest.mark.parametrize(("date", "session"), [("2019-01", 1), ("2019-Q1", 1), ("2020-12", 8)])
def test_the_first_and_the_last_month_are_in_it(write: Write, date: str, session: int) -> None:
    found = load(write(TIMED.replace("{session: 2,", f"{{session: {date},")))
    assert found.events[0].session == session


def test_the_end_may_be_left_to_the_number_of_sessions(write: Write) -> None:
    found = load(write(SMALL.replace("sessions: 2\n", "sessions: 5\ncalendar: {start: 2019-04}\n")))
    assert [found.session_label(n) for n in (1, 5)] == ["2019-Q2", "2020-Q2"]


def test_a_forum_meets_from_its_opening_on(write: Write) -> None:
    text = TIMED.replace("rules: un", "opens: 2019-Q3\n    rules: un").replace(
        "{committee: {session: 1}, plenary: {session: 2}}", "{plenary: {session: 2020-Q1}}"
    )
    meetings = setting(load(write(text))).meetings
    assert [len(there) for there in meetings] == [0, 0, 1, 1, 1, 0, 0, 0]


@pytest.mark.parametrize(
    ("calendar", "more", "field", "problem", "allowed"),
    [
        (
            "start: 2020-01, end: 2019-12",
            "",
            "calendar.end",
            "before it begins",
            "2020-Q1 or",
        ),
        ("start: 2019-01, end: 2040-01", "", "calendar.end", "makes 85 sessions", "2033-Q4 or"),
        ("start: soon", "", "calendar.start", "is no month", ""),
        ("start: 2019-01, step: week", "", "calendar.step", "not one of", "month, quarter"),
        ("start: 2019-01, end: 2019-12", "sessions: 9", "sessions", "there are 4", "4"),
        ("end: 2019-12", "", "calendar.start", "missing", ""),
    ],
    ids=["backwards", "long", "start", "step", "twice", "no start"],
)
def test_a_wrong_calendar_is_named(
    refused: Refused, calendar: str, more: str, field: str, problem: str, allowed: str
) -> None:
    text = SMALL.replace("sessions: 2\n", f"calendar: {{{calendar}}}\n{more}\n")
    found = [m for m in refused(text) if m.field == field]
    assert found, field
    assert problem in found[0].problem
    assert allowed in found[0].allowed


def test_a_date_outside_the_calendar_is_named(refused: Refused) -> None:
    [mistake] = refused(TIMED.replace("{session: 2,", "{session: 2021-Q1,"))
    assert (mistake.field, mistake.value) == ("events.1.session", "2021-Q1")
    assert mistake.allowed == "2019-Q1 to 2020-Q4"
    assert mistake.line


def test_a_forum_cannot_open_after_its_first_decision(refused: Refused) -> None:
    [mistake] = refused(SMALL.replace("rules: un", "opens: 2\n    rules: un"))
    assert (mistake.field, mistake.allowed) == ("forums.room.opens", "1 to 1")


def test_what_was_counted_is_of_an_outcome_and_a_session(refused: Refused) -> None:
    [mistake] = refused(TIMED + "observed: {nothing: {2019-Q1: 3}}\n")
    assert mistake.field == "observed.nothing"
