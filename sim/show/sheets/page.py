"""What the sheets share: headings, lines that fit, and actors by their names."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from sim.core.registry import mechanisms
from sim.scenario import Scenario
from sim.scenario.schema import Issue
from sim.show import words

WIDE = 80
NAMED = 8  # actors named before the rest is counted


@dataclass(frozen=True)
class Told:
    """The same thing to read and as data (positions 0-100)."""

    lines: list[str]
    data: dict[str, Any]


def headed(title: str, lines: Iterable[str]) -> Iterator[str]:
    """Give a part of a sheet its heading; nothing where there is nothing in it."""
    found = list(lines)
    if found:
        yield ""
        yield title
        for line in found:
            yield from indented(line)


def indented(line: str) -> list[str]:
    """Break a line so that it fits and keeps its depth."""
    depth = 2 + len(line) - len(line.lstrip())
    return textwrap.wrap(
        line.strip(),
        WIDE,
        initial_indent=" " * depth,
        subsequent_indent=" " * (depth + 2),
        break_long_words=False,
        break_on_hyphens=False,
    )


def paragraph(text: str) -> list[str]:
    """Break a text into lines that fit."""
    return textwrap.wrap(" ".join(text.split()), WIDE)


def name(scenario: Scenario, actor: str) -> str:
    """Name an actor of a scenario."""
    return words.called(actor, scenario.actors[actor].name)


def named(scenario: Scenario, ids: Iterable[str]) -> str:
    """Name some of the actors, and count the rest."""
    return words.some([name(scenario, i) for i in ids], NAMED)


def of_mechanisms(scenario: Scenario, actor: str = "") -> Iterator[str]:
    """Tell what each mechanism has in this scenario, or for one actor of it, under its title."""
    for mechanism in mechanisms():
        told = mechanism.show(scenario.sections, partial(named, scenario), actor)
        yield from headed(mechanism.name.replace("_", " ").capitalize(), told)


def near_words(issue: Issue, value: float) -> str:
    """The words that stand nearest to a value on an issue's scale."""
    scale = {0: issue.low, **issue.words, 100: issue.high}
    nearest = min(scale, key=lambda point: (abs(point - value), point))
    return f"{nearest}: {scale[nearest]}"
