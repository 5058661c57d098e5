"""What an actor may be said to do, besides holding other positions: the verbs of the mechanisms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Protocol

from sim import countries
from sim.core.fields import GROUP
from sim.core.happenings import DRAFT, Done, Verb
from sim.core.registry import OWNERS, mechanisms
from sim.errors import InputError, Mistake
from sim.near import near
from sim.scenario import groups
from sim.scenario.schema import Actor, Draft


class Cast(Protocol):
    """What a verb needs to know of a scenario: actors, groups, texts, and other sections."""

    @property
    def actors(self) -> Mapping[str, Actor]:
        """Actors by id."""

    @property
    def groups(self) -> Mapping[str, tuple[str, ...]]:
        """Ids of the actors that are here, by group."""

    @property
    def drafts(self) -> Mapping[str, Draft]:
        """Drafts by label."""

    @property
    def sections(self) -> Mapping[str, Any]:
        """What mechanisms add to a scenario, by field; names in it are ids."""


@cache
def verbs() -> dict[str, Verb]:
    """Return every verb, as mechanisms declare it."""
    return {name: verb for m in mechanisms() for name, verb in m.verbs.items()}


@cache
def _pattern() -> re.Pattern[str]:
    longest_first = sorted(verbs(), key=len, reverse=True)  # "votes for" before a verb "votes"
    every = "|".join(re.escape(verb) for verb in longest_first)
    return re.compile(rf"(?:^|\s)(?:is )?({every})(?=\s|$)", re.IGNORECASE)


def parse(text: str, scenario: Cast) -> tuple[Done, ...]:
    """Read ``USA leaves EU``, or ``group African opposes 73/27``: what each of them does.

    Anything but an actor or a group, a verb and its object is an InputError.
    """
    found = _pattern().search(text)
    if not found:
        close = near(text.rsplit(" ", maxsplit=1)[-1], verbs())
        raise _refused("is not something an actor does", text, ", ".join(verbs()), close)
    name = found[1].lower()
    verb, subject = verbs()[name], text[: found.start()].strip()
    named = text[found.end() :].strip()
    if verb.alone and _actor(subject, scenario):
        right = f"{subject} {verb.alone} {named}".strip()
        raise _refused(f"only a group {name}", subject, ", ".join(scenario.groups), right)
    who = _who(subject, scenario)
    return tuple(_done(actor, name, verb, named, scenario) for actor in who)


def _done(actor: str, name: str, verb: Verb, named: str, scenario: Cast) -> Done:
    if named and not verb.object:
        raise _refused(f"nothing may follow {name!r}", named)
    done = Done(actor, name, _object(name, verb, named, scenario))
    problem, right = OWNERS[name].refused(done, scenario.sections)
    if problem:
        raise _refused(problem, named or name, right)
    return done


def _object(name: str, verb: Verb, named: str, scenario: Cast) -> str:
    known = scenario.drafts if verb.object == DRAFT else scenario.sections.get(verb.object, {})
    if named:
        return _known(named, known, verb.object.removesuffix("s"))
    if verb.object == DRAFT and not verb.optional:
        raise _refused(f"{name} which draft?", name, ", ".join(known))
    return ""


def _refused(problem: str, said: str, allowed: str = "", near: str = "") -> InputError:
    return InputError(Mistake(problem, value=said, allowed=allowed, suggestion=near))


def _who(text: str, scenario: Cast) -> tuple[str, ...]:
    """Find an actor, or the members of a group: by ``group NAME``, or by its name alone."""
    if unsure := countries.unsure(text):
        raise _refused(unsure, text)
    if actor := _actor(text, scenario):
        return (actor,)
    name = text.removeprefix(GROUP).strip()
    group = groups.find(name, scenario.groups)
    if group and scenario.groups[group]:
        return scenario.groups[group]
    here = [group for group, ids in scenario.groups.items() if ids]
    if group or groups.find(name, groups.shipped_groups()):
        raise _refused("no member of this group is here", text, ", ".join(here))
    if text.startswith(GROUP):
        known = ", ".join(here)
        close = near(name, here)
        raise _refused("there is no such group", text, known, close and GROUP + close)
    close = countries.near_actor(text, (*scenario.actors, *here))
    raise _refused(f"there is no such actor here{countries.about(text)}", text, near=close)


def _actor(text: str, scenario: Cast) -> str:
    """The id of an actor, or of a country, that is here; else ""."""
    actor = text if text in scenario.actors else countries.code(text)
    return str(actor) if actor in scenario.actors else ""


def _known(named: str, known: Mapping[str, object], what: str) -> str:
    same = {name.casefold(): name for name in known}
    if named.casefold() in same:
        return same[named.casefold()]
    choices = ", ".join(known) or "none"
    raise _refused(f"there is no such {what} here", named, choices, near(named, known))
