"""What may be forecast: ballots that are still to come on the day of sealing, and not on record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from sim import record
from sim.build import DEFAULT_STAGE
from sim.errors import InputError, Mistake
from sim.scenario import Scenario

HINDCAST = "that is a hindcast"
INSTEAD = (
    "`plenary run`, which plays the past beside its record; or, for a text that is still to come,"
    " no record (`record: null` takes back that of a scenario extended)"
)
AHEAD = "a day from {today} on"

Day = dt.date | None


def days(scenario: Scenario) -> dict[tuple[str, str], Day]:
    """The day of every ballot, (draft, stage) -> day: the draft's own, the stage's, the scenario's.

    Ballots of one forum follow the order of its stages.
    """
    found: dict[tuple[str, str], Day] = {}
    for forum in scenario.forums.values():
        for label, draft in forum.drafts.items():
            for stage in list(forum.stages) or [DEFAULT_STAGE]:
                held = forum.stages[stage].date if forum.stages else None
                found[label, stage] = draft.dates.get(stage) or held or scenario.date
    return found


def refuse_past(scenario: Scenario, today: dt.date) -> None:
    """Refuse what cannot be forecast on a day.

    Raises:
        InputError: the scenario holds a record, or it or a ballot lies before the day or has no
            day at all, or a text of that name was voted on already; all of it at once.
    """
    mistakes = [*_recorded(scenario), *_past(scenario, today), *_undated(scenario, today)]
    if mistakes:
        raise InputError(mistakes)


def _wrong(scenario: Scenario, path: tuple[str, ...], problem: str, **more: str) -> Mistake:
    at = scenario.where(*path)
    return Mistake(problem, at.file, at.line, at.field or ".".join(path), **more)


def _recorded(scenario: Scenario) -> Iterator[Mistake]:
    if scenario.record:
        problem = f"the scenario holds a record of what it would forecast: {HINDCAST}"
        yield _wrong(scenario, ("record",), problem, allowed=INSTEAD)
    known = record.votes()
    for label in scenario.drafts:
        if label in known.column:
            day = known.dates[known.column[label]]
            path = ("forums", scenario.forum_of(label), "drafts", label)
            problem = f"was voted on {day}, as the table of recorded votes says: {HINDCAST}"
            yield _wrong(scenario, path, problem, allowed="a text that is still to be decided")


def _past(scenario: Scenario, today: dt.date) -> Iterator[Mistake]:
    """Every date that lies before the day of sealing, with its line."""
    for path, day in _dated(scenario):
        if day < today:
            problem = f"lies before the day of sealing: {HINDCAST}"
            allowed = AHEAD.format(today=today)
            yield _wrong(scenario, path, problem, value=str(day), allowed=allowed)


def _dated(scenario: Scenario) -> Iterator[tuple[tuple[str, ...], dt.date]]:
    if scenario.date:
        yield ("date",), scenario.date
    for name, forum in scenario.forums.items():
        for stage, held in forum.stages.items():
            if held.date:
                yield ("forums", name, "stages", stage, "date"), held.date
        for label, draft in forum.drafts.items():
            for stage, day in draft.dates.items():
                yield ("forums", name, "drafts", label, "dates", stage), day


def _undated(scenario: Scenario, today: dt.date) -> Iterator[Mistake]:
    """Ballots of which nobody could say later whether they came after the seal."""
    missing = [f"{draft} {stage}" for (draft, stage), day in days(scenario).items() if day is None]
    if missing:
        problem = f"no day is given for {', '.join(missing)}, so nobody could say that it was ahead"
        yield Mistake(
            problem,
            scenario.shown,
            field="date",
            allowed=f"{AHEAD.format(today=today)}, as `date:` of the scenario or of each stage",
        )
