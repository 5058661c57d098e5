"""What an actor may be said to do, besides holding other positions: five verbs, and no more."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple, Protocol

from sim import countries
from sim.errors import InputError, Mistake
from sim.near import near
from sim.scenario.schema import Actor, Bloc, Draft

VERBS: dict[str, str] = {
    "absent": "stays a member, with its seat empty at every meeting: it does not speak, vote, "
    "block or lead a bloc",
    "withdraws": "is no longer a member: not counted in quorum or shares; its sponsorship lapses",
    "leaves": "leaves BLOC: is neither bound by the bloc's line nor counted in it",
    "opposes": "opposes DRAFT: votes against that draft, or blocks consensus on it, whatever its "
    "positions; all drafts if none is named",
    "steps back": "keeps its seat and vote, but does not speak, sponsor, insist or block",
}
_VERB = re.compile(r"(?:^|\s)(?:is )?(" + "|".join(VERBS) + r")(?=\s|$)", re.IGNORECASE)


class Verb(NamedTuple):
    """An actor's id, one of VERBS, and the bloc or draft it concerns ("" for none, or all)."""

    actor: str
    verb: str
    object: str = ""


class Cast(Protocol):
    """What a verb needs to know of a scenario: who is there, in which blocs, before which texts."""

    @property
    def actors(self) -> Mapping[str, Actor]:
        """Actors by id."""

    @property
    def blocs(self) -> Mapping[str, Bloc]:
        """Blocs by name, with their members' ids."""

    @property
    def drafts(self) -> Mapping[str, Draft]:
        """Drafts by label."""


def parse(text: str, scenario: Cast) -> Verb:
    """Read ``USA leaves EU``; anything but an actor, a verb and its object is an InputError."""
    found = _VERB.search(text)
    if not found:
        raise _no_verb(text)
    verb = found[1].lower()
    actor = _actor(text[: found.start()].strip(), scenario)
    named = text[found.end() :].strip()
    if verb == "leaves":
        return Verb(actor, verb, _bloc(actor, named, scenario))
    if verb == "opposes" and named:
        return Verb(actor, verb, _known(named, scenario.drafts, "draft"))
    if named:
        raise _refused(f"nothing may follow {verb!r}", named)
    return Verb(actor, verb)


def _no_verb(text: str) -> InputError:
    close = near(text.rsplit(" ", maxsplit=1)[-1], VERBS)
    return _refused("is not something an actor does", text, ", ".join(VERBS), close)


def _refused(problem: str, said: str, allowed: str = "", near: str = "") -> InputError:
    return InputError(Mistake(problem, value=said, allowed=allowed, suggestion=near))


def _actor(text: str, scenario: Cast) -> str:
    actor = text if text in scenario.actors else countries.code(text)
    if actor in scenario.actors:
        return str(actor)
    close = countries.near_actor(text, scenario.actors)
    raise _refused("there is no such actor here", text, near=close)


def _bloc(actor: str, named: str, scenario: Cast) -> str:
    inside = [name for name, bloc in scenario.blocs.items() if actor in bloc.members]
    choices = ", ".join([*(f"leaves {bloc}" for bloc in inside), "withdraws", "absent"])
    if not named:
        problem = f"what does {actor} leave? A bloc, the forum for good, or its seat for now"
        raise _refused(problem, "leaves", choices)
    bloc = _known(named, scenario.blocs, "bloc")
    if bloc not in inside:
        raise _refused(f"{actor} is not in this bloc", named, choices)
    return bloc


def _known(named: str, known: Mapping[str, object], what: str) -> str:
    same = {name.casefold(): name for name in known}
    if named.casefold() in same:
        return same[named.casefold()]
    choices = ", ".join(known) or "none"
    raise _refused(f"there is no such {what} here", named, choices, near(named, known))
