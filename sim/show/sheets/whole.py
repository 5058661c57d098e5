"""A whole scenario, to be read from top to bottom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sim.build import rules_of
from sim.core.conditions import said as condition
from sim.core.fields import some
from sim.core.happenings import Done
from sim.core.registry import PARAMETERS
from sim.mechanisms.ballots import VOTES
from sim.scenario import Scenario
from sim.scenario.scenario import FULL, Event
from sim.scenario.schema import Forum, Issue
from sim.show import words
from sim.show.sheets.clauses import draft_lines
from sim.show.sheets.page import headed, named, of_mechanisms, paragraph
from sim.show.sheets.rules import in_words

AS_DATA = (
    *("name", "title", "about", "question", "date", "seed", "sessions", "sources", "issues"),
    *("forums", "events", "parameters", "record"),
)


def lines(scenario: Scenario) -> Iterator[str]:
    """Describe a scenario, part by part."""
    yield scenario.title
    yield from paragraph(scenario.about)
    if scenario.question:
        yield from paragraph(scenario.question)
    date = f"data before {scenario.date}, " if scenario.date else ""
    span = " to ".join(map(scenario.session_label, (1, scenario.sessions)))
    when = f" ({span})" if scenario.calendar else ""
    yield f"{date}{scenario.sessions} sessions{when}, seed {scenario.seed}"
    yield from headed(
        "Issues, 0 to 100", (line for i in scenario.issues.items() for line in _issue(*i))
    )
    for name, forum in scenario.forums.items():
        yield from headed(f"Forum {name}", _forum(scenario, forum))
        for label in forum.drafts:
            yield from headed(f"Draft {label}", draft_lines(scenario, label))
    yield from headed("Actors", _actors(scenario))
    yield from of_mechanisms(scenario)
    yield from headed("Events", _events(scenario))
    yield from headed("Parameters set", _parameters(scenario))
    yield from headed("Record", _record(scenario))
    yield from headed("Sources", scenario.sources)


def _issue(code: str, issue: Issue) -> Iterator[str]:
    yield f"{code}, status quo {issue.status_quo:g}"
    scale = {0: issue.low, **dict(sorted(issue.words.items())), 100: issue.high}
    yield from (f"  {value:>3}  {said}" for value, said in scale.items())


def _forum(scenario: Scenario, forum: Forum) -> Iterator[str]:
    rules = rules_of(forum)
    yield f"{rules.title}: {in_words(rules)}"
    yield f"rules: {rules.source}"
    yield f"members: {named(scenario, forum.members)}"
    stages = forum.stages.items()
    if stages:
        yield "decides: " + "; ".join(
            f"{name} in session {scenario.session_label(stage.session)}"
            f"{f', {stage.date}' if stage.date else ''}"
            for name, stage in stages
        )
    if forum.opens > 1:
        yield f"opens in session {scenario.session_label(forum.opens)}"


def _actors(scenario: Scenario) -> Iterator[str]:
    for kind in ("state", "company", "civil_society"):
        ids = [i for i, a in scenario.actors.items() if a.kind == kind]
        if ids:
            many = {"state": "states", "company": "companies", "civil_society": "civil society"}[
                kind
            ]
            yield f"{len(ids)} {many}: {named(scenario, ids)}"


def _events(scenario: Scenario) -> Iterator[str]:
    for event in scenario.events:
        said = [f"{change.written} to {change.value:g}" for change in event.changes]
        said += _done(event.verbs)
        why = f" ({event.why})" if event.why else ""
        yield f"{_due(scenario, event)}: {words.both(said)}{why}"


def _due(scenario: Scenario, event: Event) -> str:
    """When an event is due, and with what chance, or on what condition."""
    first, may = scenario.session_label(event.session), event.may
    if may is None:
        return f"session {first}"
    last = scenario.session_label(may.until)
    due = f"session {first}" if last == first else f"sessions {first} to {last}"
    chance = f", {FULL * may.chance:g}% each" if may.chance < 1 else ""
    when = f", once {words.both(map(condition, may.when))}" if may.when else ""
    return f"{may.name}, {due}{chance}{when}"


def _done(verbs: Iterable[Done]) -> Iterator[str]:
    """Tell what is done, each thing once with all who do it: a group's verb is its members'."""
    together: dict[tuple[str, str], list[str]] = {}
    for actor, verb, thing in verbs:
        together.setdefault((verb, thing), []).append(actor)
    for (verb, thing), who in together.items():
        yield f"{some(who)} {verb} {thing}".strip()


def _parameters(scenario: Scenario) -> Iterator[str]:
    for name, value in scenario.parameters.items():
        yield f"{name} {value:g}: {PARAMETERS[name].meaning}"
    if scenario.worlds:
        yield f"others as in the worlds of {scenario.worlds.name}"


def _record(scenario: Scenario) -> Iterator[str]:
    for draft, stages in scenario.record.items():
        for stage, outcome in stages.items():
            counts = [(words.COUNT[n], getattr(outcome, n)) for n in VOTES]
            said = [f"{number} {word}" for word, number in counts if number is not None]
            fate = {True: ["adopted"], False: ["not adopted"], None: []}[outcome.adopted]
            away = (
                [f"{named(scenario, outcome.dissociated)} dissociating"]
                if outcome.dissociated
                else []
            )
            yield f"{draft} {stage}: {', '.join(fate + said + away)}"


def data(scenario: Scenario) -> dict[str, Any]:
    """Give the same as data."""
    from pydantic_core import to_jsonable_python

    said = {name: getattr(scenario, name) for name in AS_DATA}
    said |= {"actors": list(scenario.actors), **scenario.sections}
    made: dict[str, Any] = to_jsonable_python(said, serialize_unknown=True)
    return made
