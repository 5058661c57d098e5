"""Small scenarios on disk, and the mistakes that reading them reports."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sim.errors import InputError, Mistake
from sim.scenario import Scenario, load

SMALL = """\
title: A small room
date: 2018-10-01
sessions: 2
issues:
  SOV: {low: open, high: governed, status_quo: 40, words: {25: a, 50: b, 75: c}}
  DATA: {low: flows, high: stays, status_quo: 20, words: {25: a, 50: b, 75: c}}
actors:
  and:
    USA: {position: {SOV: 8, DATA: 10}}
    RUS: {position: {SOV: 97, DATA: 95}, salience: {SOV: 90}}
    FRA: {position: {SOV: 20, DATA: 40}}
    DEU: {position: {SOV: 20, DATA: 40}}
    ACME: {name: Acme, kind: company, home: USA, position: {DATA: 5}}
blocs:
  EU: {members: group EU, cohesion: 60}
forums:
  room:
    rules: un_general_assembly
    stages: {committee: {session: 1}, plenary: {session: 2}}
    drafts:
      "73/27":
        sponsors: [RUS]
        clauses:
          OP3: {issue: SOV, value: 70}
          OP5: {issue: DATA, value: 60}
      L.60:
        sponsors: [USA]
        clauses: {OP1: {issue: SOV, value: 10}}
red_lines:
  - {actor: USA, issue: SOV, at_most: 80}
events:
  - {session: 2, set: {USA.position.DATA: 20}, do: FRA steps back, why: a test}
"""

Write = Callable[..., Path]
Change = Callable[..., str]
Refused = Callable[..., tuple[Mistake, ...]]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a scenario (and files beside it, by name) into a folder, and return its path."""

    def writing(text: str = SMALL, /, name: str = "small.yaml", **beside: str | bytes) -> Path:
        for other, content in beside.items():
            file = tmp_path / other.replace("__", ".")
            file.write_bytes(content.encode() if isinstance(content, str) else content)
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return file

    return writing


@pytest.fixture
def small() -> Change:
    """The small scenario's text with one part replaced by another; the part must be there."""

    def changed(old: str = "", new: str = "") -> str:
        assert old in SMALL
        return SMALL.replace(old, new, 1)

    return changed


@pytest.fixture
def scenario(write: Write) -> Scenario:
    """The small scenario, read."""
    return load(write())


@pytest.fixture
def refused(write: Write) -> Refused:
    """The mistakes that a scenario's text is refused for."""

    def mistakes(
        text: str = SMALL, settings: tuple[str, ...] = (), **beside: str | bytes
    ) -> tuple[Mistake, ...]:
        with pytest.raises(InputError) as caught:
            load(write(text, **beside), settings)
        return caught.value.mistakes

    return mistakes


def line_of(part: str, text: str) -> int:
    """The number of the first line of a text that holds a part."""
    return next(n for n, line in enumerate(text.splitlines(), 1) if part in line)
