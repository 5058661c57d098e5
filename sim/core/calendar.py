"""The calendar: what span of time each session stands for, where a scenario says so."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.core.setting import Setting

STEPS = {"month": 1, "quarter": 3, "half": 6, "year": 12}  # in months
LETTER = {3: "Q", 6: "H"}
USUAL_YEARS = 0.25  # a session of a scenario without a calendar, for what has a rate in years


@dataclass(frozen=True)
class Calendar:
    """Sessions as spans of equal length: ``first`` is the month of session 1, from year 0.

    ``step`` is the length of a session in months.
    """

    first: int
    step: int

    @property
    def years(self) -> float:
        """Length of a session in years."""
        return self.step / 12

    def day(self, session: int) -> dt.date:
        """The first day of a session, counted from 1."""
        year, month = divmod(self.first + (session - 1) * self.step, 12)
        return dt.date(year, month + 1, 1)

    def session(self, day: dt.date) -> int:
        """The session that a day falls into; below 1 before the calendar begins."""
        return self.of_month(_months(day))

    def of_month(self, months: int) -> int:
        """The session that a month falls into, counted from year 0 as `month` does."""
        return (months - self.first) // self.step + 1

    def label(self, session: int) -> str:
        """Name a session: 2019-Q1 and 2019-H1 where it begins with one, else 2019-02; or 2019."""
        day = self.day(session)
        if (day.month - 1) % self.step:
            return f"{day:%Y-%m}"
        if self.step == 12:
            return f"{day:%Y}"
        letter, place = LETTER.get(self.step, ""), (day.month - 1) // self.step + 1
        return f"{day:%Y}-{letter}{place}" if letter else f"{day:%Y-%m}"


def month(text: str) -> int | None:
    """Count the months from year 0 to what a text names: 2019, 2019-03, 2019-Q1, 2019-H1 or a day.

    None: it names no span of time.
    """
    year, _, rest = text.strip().partition("-")
    if not (len(year) == 4 and year.isdecimal() and year.isascii()):
        return None
    if not rest:
        return int(year) * 12
    for months, letter in LETTER.items():
        if rest[:1] == letter and rest[1:] in map(str, range(1, 12 // months + 1)):
            return int(year) * 12 + (int(rest[1:]) - 1) * months
    try:
        day = dt.date.fromisoformat(f"{text.strip()}-01" if len(rest) == 2 else text.strip())
    except ValueError:
        return None
    return _months(day)


def _months(day: dt.date) -> int:
    return day.year * 12 + day.month - 1


def session_name(calendar: Calendar | None, session: int) -> str:
    """Name a session as tables and figures do: by the calendar, or its number."""
    return calendar.label(session) if calendar else str(session)


def years(setting: Setting) -> float:
    """Length of a session in years; a quarter where a scenario has no calendar."""
    return setting.calendar.years if setting.calendar else USUAL_YEARS
