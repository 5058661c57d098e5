"""Sessions by date: where a scenario has a calendar, `session: 2021-Q3` says when something is.

The calendar is read before anything has a type: every session that is named by a date becomes its
number.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.core.calendar import STEPS, Calendar, month, session_name
from sim.core.fields import MOST_SESSIONS
from sim.scenario.tree import Mistakes, Steps, Tree

NAMED = ("session", "opens", "until")  # fields that hold a session


def number(tree: Tree, mistakes: Mistakes) -> None:
    """Put numbers in place of dates in a tree, and note what is wrong with its calendar."""
    said = tree.get("calendar")
    if not isinstance(said, dict) or (calendar := _calendar(said)) is None:
        return  # none, or one that its types will refuse
    last = _end(tree, said, calendar, mistakes)
    if last is None:
        return
    for path, text in list(_dates(tree.value, ())):
        found = calendar.of_month(int(month(text) or 0))
        if 1 <= found <= last:
            _put(tree.value, path, str(found))
        else:
            span = f"{session_name(calendar, 1)} to {session_name(calendar, last)}"
            mistakes.add(path, "is outside the calendar", value=text, allowed=span)
            _put(tree.value, path, str(min(max(found, 1), last)))


def _calendar(said: dict[str, Any]) -> Calendar | None:
    start, step = month(str(said.get("start", ""))), STEPS.get(str(said.get("step", "quarter")))
    return None if start is None or step is None else Calendar(start, step)


def _end(tree: Tree, said: dict[str, Any], calendar: Calendar, mistakes: Mistakes) -> int | None:
    """The last session, by the calendar's end or as `sessions` says; None where that is wrong."""
    sessions, path = tree.get("sessions"), ("calendar", "end")
    if (text := said.get("end")) is None:
        return int(sessions) if str(sessions or "3").isdecimal() and sessions else 3
    if (end := month(str(text))) is None:
        return None  # its type will say so
    last = calendar.of_month(end)
    if last < 1:
        allowed = f"{session_name(calendar, 1)} or later"
        mistakes.add(path, "the calendar ends before it begins", value=text, allowed=allowed)
        return None
    if last > MOST_SESSIONS:
        problem = f"makes {last} sessions; {MOST_SESSIONS} is the most"
        most = f"{session_name(calendar, MOST_SESSIONS)} or earlier, or a longer step"
        mistakes.add(path, problem, value=text, allowed=most)
        return None
    if sessions is not None and str(sessions) != str(last):
        problem = f"is not what the calendar says: to its end there are {last}"
        mistakes.add(("sessions",), problem, value=sessions, allowed=str(last))
    return last


def sessions(start: str, end: str, step: str) -> int:
    """How many sessions a calendar has from its start to its end, both months that are right."""
    return (int(month(end) or 0) - int(month(start) or 0)) // STEPS[step] + 1


def _dates(value: Any, path: Steps) -> Iterator[tuple[Steps, str]]:
    """Every field that should hold a session, and holds a date."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        if isinstance(item, dict | list):
            yield from _dates(item, (*path, key))
        elif key in NAMED and isinstance(item, str) and month(item) is not None:
            yield (*path, key), item


def _put(value: Any, path: Steps, text: str) -> None:
    for step in path[:-1]:
        value = value[step]
    value[path[-1]] = text
