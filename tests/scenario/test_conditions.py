"""Conditions of events: what they say, and which are refused before anything is played."""

from __future__ import annotations

import pytest

from sim.core.conditions import said
from sim.scenario import load
from tests.scenario.conftest import SMALL, Refused, Write

EVENT = "  - {session: 1, name: turn, set: {USA.position.DATA: 20}, WHEN}\nTHEN"


def _with(when: str, then: str = "") -> str:
    start, _, _ = SMALL.partition("events:\n")
    return f"{start}events:\n{EVENT.replace('WHEN', when).replace('THEN', then)}"


@pytest.mark.parametrize(
    "text",
    [
        "status_quo.SOV > 45",
        "USA.position.DATA <= 20.5",
        "RUS.salience.SOV >= 90",
        "73/27 adopted",
        "L.60 rejected",
    ],
)
def test_a_condition_is_read_and_said_again(write: Write, text: str) -> None:
    written = _with(f'when: "{text}"').replace("{session: 2}", "{session: 1}")
    written = written.replace("committee: {session: 1}, ", "")
    [event] = load(write(written)).events
    assert event.may is not None
    assert [said(test) for test in event.may.when] == [text]
    assert (event.may.chance, event.may.until) == (1.0, 2)


def test_several_must_all_hold_and_countries_have_names(write: Write) -> None:
    text = "Russia.position.SOV > 10% and issues.SOV.status_quo < 70"
    [event] = load(write(_with(f'when: "{text}", chance: 30, until: 2'))).events
    assert event.may is not None
    assert [said(t) for t in event.may.when] == ["RUS.position.SOV > 10", "status_quo.SOV < 70"]
    assert (event.may.chance, event.may.until) == (0.3, 2)


@pytest.mark.parametrize(
    ("when", "field", "problem", "value", "suggestion"),
    [
        ("when: 73/28 adopted", "when", "no such draft", "73/28", "73/27"),
        ("when: 73/27 adopted", "when", "never true: 73/27 is decided at the end", "73/27", ""),
        ('when: "status_quo.SOC > 60"', "when", "no such issue", "SOC", "SOV"),
        ('when: "status_quo.SOV > 100"', "when", "never true: it is on 0-100", "SOV > 100", ""),
        (
            'when: "status_quo.SOV > 60 and status_quo.SOV < 50"',
            "when",
            "never true: no number is both",
            "> 60 and < 50",
            "",
        ),
        ('when: "73/27 adopted and 73/27 rejected"', "when", "one or the other", "73/27", ""),
        ('when: "open > 60"', "when", "nothing that a condition can compare", "open", ""),
        ("when: __import__('os')", "when", "no condition that events know", "__import__", ""),
        ("when: turn happened", "when", "never true: these events wait", "turn -> turn", ""),
        ("when: strike happened", "when", "no such event with chance", "strike", ""),
        ("chance: 120", "chance", "out of range", "120", ""),
        ("chance: 10, do: [USA absent]", "do", "the same in all runs", "USA absent", ""),
        ("chance: 10, until: 9", "until", "after the last session", "9", ""),
        ("until: 2", "until", "is for events with", "2", ""),
    ],
)
def test_what_never_holds_or_leads_nowhere_is_named(
    refused: Refused, when: str, field: str, problem: str, value: str, suggestion: str
) -> None:
    mistakes = [m for m in refused(_with(when)) if m.field.startswith(f"events.1.{field}")]
    assert mistakes, refused(_with(when))
    assert problem in mistakes[0].problem
    assert value in mistakes[0].value
    assert mistakes[0].suggestion == suggestion
    assert mistakes[0].line


def test_what_may_happen_needs_a_name_of_its_own(refused: Refused) -> None:
    [mistake] = refused(_with("chance: 5").replace("name: turn, ", ""))
    assert mistake.field == "events.1.name"
    twice = "  - {session: 2, name: turn, chance: 5, set: {USA.position.SOV: 20}}\n"
    [mistake] = refused(_with("chance: 5", twice))
    assert (mistake.field, mistake.value) == ("events.2.name", "turn")


def test_a_weight_of_voice_cannot_change_in_some_runs(refused: Refused) -> None:
    text = _with("chance: 5").replace("USA.position.DATA", "USA.capability")
    [mistake] = refused(text)
    assert mistake.field == "events.1.set.USA.capability"
    assert "ACTOR.position.ISSUE" in mistake.allowed
