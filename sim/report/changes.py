"""The changes of a what-if in words, as they go after "if": "the United States is absent"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim import countries
from sim.errors import InputError
from sim.forums.presets import PRESETS
from sim.scenario import Scenario
from sim.scenario.settings import read
from sim.show import words
from sim.show.words import called

PROSE = {"USA": "the United States", "RUS": "Russia", "GBR": "the United Kingdom"}
TOGETHER = {100.0: "the {} votes as one", 0.0: "nothing holds the {} together"}  # by cohesion


def told(scenario: Scenario, settings: Sequence[str]) -> str:
    """Put settings in words, joined as a sentence does; one that has none as PATH is VALUE."""
    return words.both(_one(scenario, text) for text in settings)


def name(scenario: Scenario, actor: str) -> str:
    """Name an actor within a sentence."""
    known = scenario.actors.get(actor)
    return PROSE.get(actor) or called(actor, known.name if known else "")


def _one(scenario: Scenario, text: str) -> str:
    try:
        setting = read(text)
    except InputError:
        return text
    value = setting.value
    head, *rest = setting.names
    actor = head if head in scenario.actors else countries.code(head)
    if actor in scenario.actors:
        return _of_actor(scenario, str(actor), rest, value) or _plain(setting.path, value)
    kinds = {"blocs": _of_bloc, "drafts": _of_draft, "forums": _of_forum, "issues": _of_issue}
    if head in kinds and rest:
        return kinds[head](scenario, rest, value) or _plain(setting.path, value)
    if head == "parameters" and len(rest) == 1:
        return f"{rest[0].replace('_', ' ')} is {value}"
    return _plain(setting.path, value)


def _plain(path: str, value: Any) -> str:
    said = "is left out" if value is None else f"is {value}"
    return f"{path} {said}"


def _of_actor(scenario: Scenario, actor: str, rest: Sequence[str], value: Any) -> str:
    who = name(scenario, actor)
    if not rest and isinstance(value, str):
        return f"{who} {'is absent' if value == 'absent' else value}"
    match rest:
        case ["position", issue]:
            return f"{who} stands at {value} on {issue}"
        case ["salience", issue]:
            return f"{issue} matters {value} of 100 to {who}"
        case ["capability"]:
            return f"{who} has a capability of {value}"
    return ""


def _of_bloc(scenario: Scenario, rest: Sequence[str], value: Any) -> str:
    bloc = rest[0]
    if rest[1:] == ["cohesion"]:
        return _held(bloc, value)
    if len(rest) == 1 and isinstance(value, Mapping) and "cohesion" in value:
        return _held(bloc, value["cohesion"])
    return f"there is no bloc {bloc}" if len(rest) == 1 and value is None else ""


def _held(bloc: str, cohesion: Any) -> str:
    try:
        share = float(cohesion)
    except (TypeError, ValueError):
        return ""
    return TOGETHER.get(share, f"the {{}} has a cohesion of {cohesion}").format(bloc)


def _of_draft(scenario: Scenario, rest: Sequence[str], value: Any) -> str:
    label = rest[0]
    if len(rest) == 1 and value is None:
        return f"{label} is not tabled"
    clause = next((word for word in reversed(rest[1:]) if word not in ("clauses", "value")), "")
    if label in scenario.drafts and clause in scenario.drafts[label].clauses:
        return f"{label} {clause} {'is left out' if value is None else f'says {value}'}"
    return ""


def _of_forum(scenario: Scenario, rest: Sequence[str], value: Any) -> str:
    room = f"the {rest[0].replace('_', ' ')}"
    if rest[1:] == ["rules"] and isinstance(value, str) and value in PRESETS:
        return f"{room} decides by other rules ({words.first_down(PRESETS[value].title)})"
    if rest[1:] == ["majority"]:
        return f"{room} decides by {str(value).replace('_', ' ')}"
    return ""


def _of_issue(scenario: Scenario, rest: Sequence[str], value: Any) -> str:
    return f"{rest[0]} stands at {value} now" if rest[1:] == ["status_quo"] else ""
