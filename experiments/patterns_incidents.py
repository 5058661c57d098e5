"""Patterns 9-14 and 23 of the public record, of incidents and responses.

They are read off the scenario joint-attribution. Shares and delays are those of sixty quarters
without growth, since the record is of two decades and late namings would be cut off; numbers of
incidents are those of its own four years. What was used in fitting is said, for it is no test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import numpy as np
import numpy.typing as npt
from patterns_found import CALENDAR, Found, Pattern, between, loaded, number, played

from sim import record, shipped
from sim.core.agenda import sessions
from sim.core.ask import play
from sim.core.outcomes import Outcomes
from sim.core.world import World, begin

Floats = npt.NDArray[np.float64]

SCENARIO = "joint-attribution"
LONG_RUNS = 64
FOLLOW = (0.0, 4.0)  # days from a first naming to those of others, in the operations on record
STATES = ("CHN", "RUS", "IRN", "PRK")
NAMES = {"China": "CHN", "Russia": "RUS", "Iran": "IRN", "North Korea": "PRK"}
LONG = ("sessions=60", *(f"incidents.{name}.growth=0" for name in NAMES))
FITTED_JOINS = "in part: the readiness of all 43 states together was, on these operations"
FITTED_CHANCE = "yes: the cost of naming it"
OUTSIDE = "no: from the counts of 2014-2018"


def real(measure: str, state: str = "", years: str = "") -> float:
    """One number of the record."""
    rows = record.table(shipped.data("incident_record.csv"), ("measure", "state", "years", "value"))
    return next(
        float(row.cells["value"])
        for row in rows
        if (row.cells["measure"], row.cells["state"]) == (measure, state)
        and years in ("", row.cells["years"])
    )


def short() -> Outcomes:
    """The four years of the scenario."""
    return played(SCENARIO, CALENDAR)


def long() -> Outcomes:
    """Fifteen years at the rates of the beginning."""
    return played(SCENARIO, LONG_RUNS, LONG)


@cache
def long_world() -> World:
    """What stands in the world at the end of them."""
    made = loaded(SCENARIO, LONG)[1]
    world = begin(made, range(LONG_RUNS))
    play(sessions(made, world))
    return world


def who_joins() -> Iterator[Found]:
    """Pattern 9: of the answers that others were called to, those that each joined."""
    for column in (c for c in long().table if c.startswith("joins.")):
        state = column.removeprefix("joins.")
        what = f"{state} joins a joint attribution, share"
        yield number(what, real("joins", state), long().number(column), FITTED_JOINS)


def how_late() -> Iterator[Found]:
    """Pattern 10: days to the first naming, the median over all incidents of a run."""
    days = long_world().state["attribution"].days
    found = np.array([np.nanmedian(of_run) for of_run in days])
    fitted = "in part: the delay for Russia"
    yield number("days to the first naming, median", real("days to naming"), found, fitted)
    what = "days from it to those who follow"
    yield between(what, FOLLOW, np.zeros(LONG_RUNS), "built in: at once")


def how_late_by_accused() -> Iterator[Found]:
    """Pattern 11: days to naming by accused."""
    for state in STATES:
        fitted = "yes: the delay" if state == "RUS" else "no: from the cost of naming"
        was, found = real("days to naming", state), long().number(f"days_to_naming.{state}")
        yield number(f"days until {state} is named, median", was, found, fitted)


def how_often() -> Iterator[Found]:
    """Pattern 12: the share of incidents with a political, a legal response."""
    for kind, fitted in (("political", "in part: the chances by accused"), ("legal", "no")):
        was, found = real(f"{kind} response", "", "2022-2023"), long().number(f"{kind}_response")
        yield number(f"share of incidents with a {kind} response", was, found, fitted)


def how_often_by_accused() -> Iterator[Found]:
    """Pattern 13: the same by accused."""
    for state in STATES:
        was, found = real("political response", state), long().number(f"named_of.{state}")
        yield number(f"share of incidents by {state} that are named", was, found, FITTED_CHANCE)


def concessions() -> Iterator[Found]:
    """Pattern 14: coercion seldom works."""
    found = short().number("conceded")
    yield number("share of incidents with a concession", real("conceded"), found, "yes")


def how_many() -> Iterator[Found]:
    """Pattern 23: incidents by sponsor, 2019-2022, and in all by year."""
    years = range(2019, 2023)
    for state in STATES:
        was = sum(real("incidents", state, str(year)) for year in years)
        found = short().number(f"incidents_by.{state}")
        yield number(f"incidents by {state}, 2019-2022", was, found, OUTSIDE)
    for year in years:
        quarters = [c for c in short().table if c.startswith(f"incidents.{year}-")]
        found = np.sum([short().number(c) for c in quarters], axis=0)
        was = sum(real("incidents", state, str(year)) for state in STATES)
        yield number(f"incidents by all four, {year}", was, found, OUTSIDE)


RECORD = "scenarios/data/incident_record.csv"


def _pattern(n: int, title: str, where: str, find: Callable[[], Iterator[Found]]) -> Pattern:
    return Pattern(n, title, RECORD, f"{SCENARIO}: {where}", find)


PATTERNS = (
    _pattern(9, "who joins a joint attribution", "joins", who_joins),
    _pattern(10, "how late an attacker is first named", "days of attribution", how_late),
    _pattern(11, "how late, by accused", "days_to_naming", how_late_by_accused),
    _pattern(12, "a political and a legal response", "political_response", how_often),
    _pattern(13, "how many are named, by accused", "named_of", how_often_by_accused),
    _pattern(14, "coercion seldom works", "conceded", concessions),
    _pattern(23, "incidents by sponsor and year", "incidents_by, incidents", how_many),
)
