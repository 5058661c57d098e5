"""A scenario, read and checked: every name resolved, every actor complete."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from sim import countries
from sim.core.calendar import Calendar, session_name
from sim.core.conditions import Test
from sim.core.happenings import Change, Done
from sim.encoding import text_of
from sim.errors import InputError, Mistake
from sim.near import near
from sim.record import LARGEST
from sim.scenario.schema import Actor, Clause, Draft, Forum, Issue, Outcome
from sim.scenario.tree import Origin, Tree

FULL = 100.0  # files speak of 0-100


def text_in(file: Path) -> str:
    """What a table that a scenario names says, however it is encoded."""
    return text_of(file, str(file), LARGEST, table=True)


class May(NamedTuple):
    """Of an event that happens in some runs only: with what chance, and what must hold first."""

    name: str
    chance: float  # 0-1, in each session in which it is due
    when: tuple[Test, ...]
    until: int


class Event(NamedTuple):
    """What happens at the opening of a session."""

    session: int
    changes: tuple[Change, ...]
    verbs: tuple[Done, ...]
    why: str
    may: May | None = None  # None: it happens in every run


class Stance(NamedTuple):
    """What is known of one actor on one issue: 0-100, standard deviations, and how we know."""

    issue: str
    position: float
    salience: float
    error: float
    basis: str
    source: str
    salience_error: float
    salience_basis: str
    salience_source: str


class Place(NamedTuple):
    """A clause, and the draft it stands in."""

    draft: str
    label: str
    clause: Clause


@dataclass(frozen=True, repr=False)
class Scenario:
    """All that a scenario says, in files' units (0-100).

    Actors stand in the order of their tables, then of ``and``; issues, forums and drafts in the
    order of the file. Every group, bloc and forum lists ids of actors that are here, and every
    actor has a position and a salience on every issue, each with its error and basis.
    """

    name: str
    title: str
    about: str
    question: str
    date: dt.date | None
    seed: int
    sessions: int
    calendar: Calendar | None
    sources: tuple[str, ...]
    issues: dict[str, Issue]
    groups: dict[str, tuple[str, ...]]
    actors: dict[str, Actor]
    forums: dict[str, Forum]
    events: tuple[Event, ...]
    parameters: dict[str, float]
    worlds: Path | None
    observed: dict[str, dict[int, float]]
    record: dict[str, dict[str, Outcome]]
    sections: dict[str, Any]  # what mechanisms add, by field
    bases: dict[str, str]  # what each basis word means, as the tables say
    settings: tuple[str, ...] = ()
    covers: tuple[int, ...] = field(default=(), compare=False)  # parts of the world that it shows
    file: Path = field(default=Path(), compare=False)
    origin: Tree = field(default_factory=lambda: Tree({}, {}), compare=False, repr=False)

    def __repr__(self) -> str:
        """Say which scenario it is, and how large."""
        size = f"{len(self.actors)} actors, {len(self.issues)} issues, {len(self.drafts)} drafts"
        return f"Scenario({self.name}: {size})"

    def untold(self) -> Scenario:
        """The scenario as a class may see it: without what happened, or the story that tells it."""
        return replace(self, record={}, observed={}, about="", question="", sources=())

    @cached_property
    def drafts(self) -> dict[str, Draft]:
        """Every forum's drafts, by label; a label stands once in a scenario."""
        return {label: d for forum in self.forums.values() for label, d in forum.drafts.items()}

    def forum_of(self, draft: str) -> str:
        """Return the name of the forum a draft is before."""
        return next(name for name, forum in self.forums.items() if draft in forum.drafts)

    def find(self, name: str) -> str:
        """Return the id of an actor, named by id or as a country; InputError if it is not here."""
        actor = name if name in self.actors else countries.code(name)
        if actor in self.actors:
            return str(actor)
        close, what = countries.near_actor(name, self.actors), countries.about(name)
        raise self._absent("actor", name, close, what)

    def actor(self, name: str) -> Actor:
        """Return an actor, complete on every issue."""
        return self.actors[self.find(name)]

    def stances(self, name: str) -> tuple[Stance, ...]:
        """Return what is known of an actor on each issue, with how it is known."""
        actor = self.actor(name)
        return tuple(
            Stance(
                issue,
                actor.position[issue],
                actor.salience[issue],
                actor.error[issue],
                actor.basis[issue],
                actor.source or self.bases.get(actor.basis[issue], ""),
                actor.salience_error[issue],
                actor.salience_basis[issue],
                self.bases.get(actor.salience_basis[issue], ""),
            )
            for issue in self.issues
        )

    def draft(self, label: str) -> Draft:
        """Return a draft; an unknown label is an InputError with the nearest."""
        if label in self.drafts:
            return self.drafts[label]
        raise self._absent("draft", label, near(label, self.drafts))

    def clauses(self, name: str) -> tuple[Place, ...]:
        """Return the clauses called ``OP3`` in any draft, or ``73/27.OP3`` in one."""
        every = [
            Place(label, name_, clause)
            for label, draft in self.drafts.items()
            for name_, clause in draft.clauses.items()
        ]
        full = {f"{place.draft}.{place.label}": place for place in every}
        found = tuple(p for path, p in full.items() if name in (path, p.label))
        if found:
            return found
        raise self._absent("clause", name, near(name, [*full, *(p.label for p in every)]))

    def _absent(self, what: str, name: str, close: str, more: str = "") -> InputError:
        problem = f"there is no such {what} here{more}"
        return InputError(Mistake(problem, self.shown, value=name, suggestion=close))

    @property
    def may_happen(self) -> tuple[str, ...]:
        """The events that happen in some runs only, by name."""
        return tuple(event.may.name for event in self.events if event.may)

    def session_label(self, session: int) -> str:
        """Name a session: by the calendar, or its number."""
        return session_name(self.calendar, session)

    def where(self, *path: str | int) -> Origin:
        """Return the file and line a path of the scenario comes from."""
        return self.origin.where(path)

    @property
    def shown(self) -> str:
        """The file, as messages name it."""
        return self.origin.where(()).file

    def digest(self) -> str:
        """Return a SHA-256 of all that the scenario says, its tables, worlds and votes included."""
        from pydantic_core import to_jsonable_python

        kept = [f.name for f in fields(self) if f.compare and f.name != "settings"]
        said = {name: getattr(self, name) for name in kept}
        # Files count by what they hold, and a copy under another name says the same.
        said["name"] = said["worlds"] = None
        said["sections"] = {name: value for name, value in self.sections.items() if value}
        said["record"] = {
            draft: {name: o.model_copy(update={"votes": None}) for name, o in stages.items()}
            for draft, stages in self.record.items()
        }
        text = json.dumps(to_jsonable_python(said))
        whole = hashlib.sha256(text.encode())
        for file in self._files():
            whole.update(hashlib.sha256(text_in(file).encode()).digest())
        return whole.hexdigest()

    def _files(self) -> Sequence[Path]:
        votes = [o.votes for stages in self.record.values() for o in stages.values() if o.votes]
        return ([self.worlds] if self.worlds else []) + votes
