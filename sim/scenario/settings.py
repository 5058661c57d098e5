"""What --set may say, and the same paths in a scenario's events.

``PATH=VALUE`` overrides anything a scenario says, with four shorthands:

    USA.position.DATA=10             for actors.and.USA.position.DATA=10 (any actor, any field)
    drafts.73/27.OP3=55              for the value of that clause; null drops the clause
    drafts.73/27.sponsors=[RUS, CHN] for any field of a draft, whichever its forum
    USA=absent                       for an event at the opening: any verb of sim.scenario.verbs

Names may hold dots; items of lists are counted from 1; ``null`` takes a thing away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Protocol

from sim import countries
from sim.core.fields import GROUP
from sim.core.happenings import Change
from sim.encoding import control
from sim.errors import InputError, Mistake
from sim.near import near
from sim.scenario import reader, shape
from sim.scenario.schema import EVENTS, Issue, ScenarioFile
from sim.scenario.tree import SETTING, Mistakes, Origin, Steps, Tree, short, written
from sim.scenario.verbs import Cast

IN_ACTORS = ("actors", "and")
FIXED = ("extends",)  # read before any setting applies
FIELDS = ("drafts", *ScenarioFile.model_fields)


@dataclass(frozen=True)
class Setting:
    """One --set as written: ``USA.position.DATA=10`` has names USA, position and DATA."""

    path: str
    value: Any

    @property
    def names(self) -> tuple[str, ...]:
        """The path's parts between dots."""
        return tuple(self.path.split("."))

    @property
    def origin(self) -> Origin:
        """Where a mistake in it is said to be."""
        return Origin(SETTING, None, self.path)


class Things(Cast, Protocol):
    """What an event's path may name: the cast, and the issues."""

    @property
    def issues(self) -> dict[str, Issue]:
        """Issues by code."""


def read(text: str) -> Setting:
    """Read ``PATH=VALUE``."""
    path, equals, value = text.partition("=")
    if not (equals and path.strip()):
        example = "USA.position.DATA=10"
        raise InputError(Mistake("is not PATH=VALUE", SETTING, value=text, allowed=example))
    if found := control(path):
        said = repr(short(path))[1:-1]
        raise InputError(Mistake(f"holds the control character {found}", SETTING, value=said))
    return Setting(path.strip(), reader.value(value, f"{SETTING} {path.strip()}"))


def apply(tree: Tree, settings: Iterable[Setting], mistakes: Mistakes) -> dict[str, Setting]:
    """Write settings into a tree; return the actors they named in short, to be looked up later."""
    named: dict[str, Setting] = {}
    for setting in settings:
        try:
            actor = _apply(tree, setting)
        except InputError as error:
            mistakes.extend(error.mistakes)
        else:
            if actor:
                named.setdefault(actor, setting)
    return named


def _apply(tree: Tree, setting: Setting) -> str:
    head, *rest = setting.names
    if head in FIXED:
        raise InputError(Mistake("cannot be set: it is read first", SETTING, None, setting.path))
    if head == "drafts":
        _put(tree, _draft_path(tree, setting), setting)
    elif head == "actors" and rest and rest[0] not in shape.fields(("actors",)):
        return _apply_to_actor(tree, setting, rest)
    elif head in shape.fields(()):
        _put(tree, _walk(tree, setting, (), setting.names), setting)
    else:
        return _apply_to_actor(tree, setting, setting.names)
    return ""


def _put(tree: Tree, path: Steps, setting: Setting) -> None:
    """Write a value; with a draft that is taken away goes the record of what became of it."""
    tree.put(path, setting.value, setting.origin)
    match path:
        case ("forums", _, "drafts", label) if setting.value is None:
            if tree.get("record", label) is not None:
                tree.put(("record", label), None, setting.origin)


def _apply_to_actor(tree: Tree, setting: Setting, names: Sequence[str]) -> str:
    actor, rest = _actor_of(tree, names)
    if isinstance(setting.value, str) and not rest:
        _add_event(tree, setting, f"{actor} {setting.value}")
        return ""
    if not isinstance(setting.value, dict) and not rest:
        problem, said = "an actor is given a verb, or one of its fields", short(setting.value)
        raise InputError(Mistake(problem, SETTING, None, setting.path, said))
    known = not rest or actor in tree.keys(*IN_ACTORS)
    try:
        path = _walk(tree, setting, (*IN_ACTORS, actor), rest)
    except InputError:
        if not known and near(names[0], FIELDS):
            raise _unknown(setting, names[0], FIELDS, "there is no actor or field {}") from None
        raise
    tree.put(path, setting.value, setting.origin)
    return "" if known else actor


def _add_event(tree: Tree, setting: Setting, done: str) -> None:
    if not isinstance(tree.get("events"), list):
        tree.put(("events",), [], setting.origin)
    events = tree.value["events"]
    events.append({"session": "1", "do": [done], "why": f"{SETTING} {setting.path}"})
    path: Steps = ("events", len(events) - 1)
    tree.origins[path] = tree.origins[(*path, "do", 0)] = setting.origin


def _actor_of(tree: Tree, names: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Split off the actor, whose name may hold dots (``St. Lucia``): the longest that is known."""
    if unsure := countries.unsure(names[0]):
        raise InputError(Mistake(unsure, SETTING, None, ".".join(names)))
    for end in range(len(names), 0, -1):
        name = ".".join(names[:end]).strip()
        known = name if name in tree.keys(*IN_ACTORS) else countries.code(name)
        if known:
            return known, tuple(names[end:])
    return names[0], tuple(names[1:])


def _draft_path(tree: Tree, setting: Setting) -> Steps:
    drafts = {
        label: ("forums", forum, "drafts", label)
        for forum in tree.keys("forums")
        for label in tree.keys("forums", forum, "drafts")
    }
    label, rest = _longest(setting.names[1:], drafts)
    if not label:
        raise _unknown(setting, ".".join(setting.names[1:2]), drafts, "there is no draft {}")
    at = drafts[label]
    if not rest or rest[0] in shape.fields(at):
        return _walk(tree, setting, at, rest)
    return _clause_path(tree, setting, (*at, "clauses"), rest)


def _clause_path(
    tree: Tree, setting: Setting, clauses: tuple[str, ...], names: Sequence[str]
) -> Steps:
    clause, field = _longest(names, tree.keys(*clauses))
    if clause:
        whole = setting.value is None or isinstance(setting.value, dict)
        return _walk(tree, setting, (*clauses, clause), field or (() if whole else ("value",)))
    if isinstance(setting.value, dict):
        return (*clauses, ".".join(names))
    known = (*tree.keys(*clauses), *shape.fields(clauses[:-1]))
    raise _unknown(setting, names[0], known, "the draft has no clause or field {}")


def _walk(tree: Tree, setting: Setting, at: Steps, names: Sequence[str]) -> Steps:
    """Follow names from a path; all but the last must exist, or be a field that may."""
    while names:
        here, rest = _step(tree, setting, at, names)
        if rest and tree.get(*at, here) is None and shape.is_named(at) and at != IN_ACTORS:
            known = tree.keys(*map(str, at))
            raise _unknown(setting, names[0], known, f"{written(at[-1:])} has no {{}}")
        at, names = (*at, here), rest
    return at


def _step(
    tree: Tree, setting: Setting, at: Steps, names: Sequence[str]
) -> tuple[str | int, Sequence[str]]:
    around = tree.get(*at)
    if isinstance(around, list):
        place = int(names[0]) - 1 if names[0].isdecimal() else -1
        if 0 <= place < len(around):
            return place, names[1:]
        counted = [str(n + 1) for n in range(len(around))]
        raise _unknown(setting, names[0], counted, "there is no item {}")
    if around is not None and not isinstance(around, dict):
        raise _unknown(setting, names[0], (), "there is no field {}")
    known, rest = _longest(names, (*tree.keys(*map(str, at)), *shape.fields(at)))
    if known:
        return (countries.code(known) or known) if at == IN_ACTORS else known, rest
    if not shape.is_named(at):
        raise _unknown(setting, names[0], shape.fields(at), "there is no field {}")
    if at == IN_ACTORS:
        return countries.code(names[0]) or names[0], names[1:]
    # A new name in a map of the author's own names: it takes the rest, dots and all.
    return (names[0], names[1:]) if shape.fields((*at, names[0])) else (".".join(names), ())


def _longest(names: Sequence[str], known: Iterable[str]) -> tuple[str, tuple[str, ...]]:
    known = set(known)
    for end in range(len(names), 0, -1):
        name = ".".join(names[:end])
        if name in known:
            return name, tuple(names[end:])
    return "", tuple(names)


def _unknown(setting: Setting, name: str, known: Iterable[str], problem: str) -> InputError:
    known = list(known)
    close = near(name, known)
    return InputError(
        Mistake(
            problem.format(repr(name)),
            SETTING,
            None,
            setting.path,
            allowed=", ".join(known[:40]),
            suggestion=setting.path.replace(name, close, 1) if close else "",
        )
    )


def lookup(named: dict[str, Setting], actors: Iterable[str], mistakes: Mistakes) -> list[str]:
    """Note which actors that settings named do not exist; return them."""
    known = [*actors]
    absent = [actor for actor in named if actor not in known]
    for actor in absent:
        setting = named[actor]
        meant = countries.near_actor(actor, (*FIELDS, *known))
        error = _unknown(setting, actor, (), "there is no actor or field {}")
        what = countries.about(actor)
        of_group = meant.startswith(GROUP) and setting.names[1:]  # a group has no fields
        right = "" if of_group else meant and ".".join((meant, *setting.names[1:]))
        mistakes.extend(
            replace(m, problem=m.problem + what, suggestion=right) for m in error.mistakes
        )
    return absent


def change(path: str, value: float, scenario: Things) -> Change:
    """Read one line of an event's ``set``; a path that nobody declares is an InputError."""
    plain = path.removeprefix("actors.and.")
    for declared in EVENTS:
        found = _pattern(declared).fullmatch(plain)
        if found:
            places = (step for step in declared.split(".") if step.isupper())
            section = declared.partition(".")[0]
            names = (
                _one_of(path, name, _among(place, section, scenario))
                for place, name in zip(places, found.groups(), strict=True)
            )
            return Change(declared, tuple(names), value)
    allowed = ", ".join(EVENTS)
    raise InputError(Mistake("an event cannot set this", value=path, allowed=allowed))


@cache
def _pattern(declared: str) -> re.Pattern[str]:
    """Match a declared path; a name that stands in its capitals may hold dots."""
    steps = ["(.+)" if step.isupper() else re.escape(step) for step in declared.split(".")]
    return re.compile(r"\.".join(steps))


def _among(place: str, section: str, scenario: Things) -> Iterable[str]:
    """Names that may stand for capitals: those of actors, issues, drafts, or of a section."""
    known = {"ACTOR": scenario.actors, "ISSUE": scenario.issues, "DRAFT": scenario.drafts}
    return known[place] if place in known else scenario.sections[section]


def _one_of(path: str, name: str, known: Iterable[str]) -> str:
    known = list(known)
    code = name if name in known else countries.code(name)
    if code in known:
        return str(code)
    close = near(name, known)
    raise InputError(
        Mistake(
            f"there is no {name!r} here",
            value=path,
            suggestion=path.replace(name, close, 1) if close else "",
        )
    )
