"""Shares where per cents belong: ``majority: 0.75`` is allowed by its type, and surely means 75.

Per cents are on 0-100. What a person writes between 0 and 1 is refused, unless it has its sign:
``0.75%`` means what it says. What programs write, such as tables of actors and the points of a
sample, is taken as it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.scenario import shape
from sim.scenario.tree import Steps

MOST = 100.0


def found(value: Any, path: Steps = ()) -> Iterator[tuple[Steps, str, str]]:
    """Find the shares in a value that stands at a path of a scenario.

    Each is told by its path, what it says, and what is wrong with it.
    """
    if not any(map(problem, _texts(value))):
        return  # the schema need not be made to say so, which takes longer than all the rest
    for at, text, about in shape.per_cents(value, path):
        if wrong := problem(text, about["maximum"]):
            yield at, text, wrong


def _texts(value: Any) -> Iterator[Any]:
    """Everything written in a value, whatever holds it."""
    if isinstance(value, dict | list):
        for inside in value.values() if isinstance(value, dict) else value:
            yield from _texts(inside)
    else:
        yield value


def problem(said: Any, most: float = MOST) -> str:
    """Say what is wrong with a per cent, of ``most`` at most, if it is a share; else ""."""
    try:
        number = float(said)
    except (TypeError, ValueError):
        return ""
    if not 0 < number < 1:
        return ""
    told = said.strip() if isinstance(said, str) else f"{number:g}"
    meant = f"{MOST * number:g}" if MOST * number <= most else ""
    return _told("a share", most, meant, f"{told}%")


def range_problem(low: float, high: float, most: float = MOST) -> str:
    """Say what is wrong with a range of per cents if it is one of shares; else ""."""
    if not 0 <= low <= high <= 1:
        return ""
    meant = f"{MOST * low:g} to {MOST * high:g}" if MOST * high <= most else ""
    return _told("a range of shares", most, meant, f"{low:g}% to {high:g}%")


def _told(what: str, most: float, meant: str, as_it_stands: str) -> str:
    either = f"{meant}, or " if meant else ""
    right = f"write {either}{as_it_stands} if so little is meant"
    return f"is {what}; per cents run from 0 to {most:g}: {right}"
