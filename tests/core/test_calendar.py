"""Sessions as spans of time: their days, names and lengths."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.calendar import STEPS, USUAL_YEARS, Calendar, month, session_name, years
from tests.settings import exact


@pytest.mark.parametrize(
    ("start", "step", "names"),
    [
        ("2019-01", "quarter", ["2019-Q1", "2019-Q2", "2019-Q3", "2019-Q4", "2020-Q1"]),
        ("2019-11", "month", ["2019-11", "2019-12", "2020-01"]),
        ("2019-H2", "half", ["2019-H2", "2020-H1"]),
        ("2019", "year", ["2019", "2020"]),
        ("2019-02", "quarter", ["2019-02", "2019-05"]),  # no quarter begins in February
    ],
)
def test_sessions_have_the_names_that_a_reader_expects(
    start: str, step: str, names: list[str]
) -> None:
    calendar = Calendar(int(month(start) or 0), STEPS[step])
    assert [calendar.label(n) for n in range(1, len(names) + 1)] == names


@given(
    st.integers(1990 * 12, 2040 * 12),
    st.sampled_from(sorted(STEPS.values())),
    st.integers(1, 60),
)
def test_a_session_is_found_by_any_of_its_days_and_by_its_name(
    first: int, step: int, session: int
) -> None:
    calendar = Calendar(first, step)
    begins, ends = calendar.day(session), calendar.day(session + 1) - dt.timedelta(days=1)
    assert calendar.session(begins) == calendar.session(ends) == session
    assert month(calendar.label(session)) == begins.year * 12 + begins.month - 1


@pytest.mark.parametrize("text", ["19-01", "2019-13", "2019-Q5", "2019-H0", "next", "", "2019-1"])
def test_what_names_no_time_is_none(text: str) -> None:
    assert month(text) is None


def test_a_session_without_a_calendar_has_a_number_and_lasts_a_quarter() -> None:
    assert session_name(None, 3) == "3"
    assert years(exact(3)) == USUAL_YEARS
    assert Calendar(0, 6).years == 0.5
