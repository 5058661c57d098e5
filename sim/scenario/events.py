"""What a scenario says happens: every event looked up, and what may happen in some runs only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.core.conditions import Test
from sim.core.happenings import Change, Done
from sim.core.registry import mechanisms
from sim.errors import InputError
from sim.scenario import conditions, verbs
from sim.scenario.scenario import FULL, Event, May
from sim.scenario.schema import Actor, Draft, Forum, Issue, WrittenEvent
from sim.scenario.settings import change
from sim.scenario.tree import Mistakes, Steps


@dataclass
class Cast:
    """What events may name."""

    issues: dict[str, Issue]
    actors: dict[str, Actor]
    groups: dict[str, tuple[str, ...]]
    drafts: dict[str, Draft]
    sections: dict[str, Any]
    sessions: int


def resolve(
    written: Sequence[WrittenEvent], cast: Cast, forums: Mapping[str, Forum], mistakes: Mistakes
) -> tuple[Event, ...]:
    """Look up what events name, and note what is wrong with them."""
    last = {
        label: max(stage.session for stage in forum.stages.values())
        for forum in forums.values()
        for label in forum.drafts
    }
    named = [event.name for event in written if event.open and event.name]
    known = conditions.Known(tuple(cast.issues), tuple(cast.actors), last, named, cast.sections)
    found = tuple(
        _Resolving(("events", place), event, cast, known, mistakes).event()
        for place, event in enumerate(written)
    )
    _check_names(written, mistakes)
    ring = conditions.circle({event.may.name: event.may.when for event in found if event.may})
    if ring:
        place = next(n for n, event in enumerate(written) if event.name == ring[0])
        problem = "is never true: these events wait for one another"
        mistakes.add(("events", place, "when"), problem, value=" -> ".join(ring))
    return found


def _check_names(written: Sequence[WrittenEvent], mistakes: Mistakes) -> None:
    seen: set[str] = set()
    for place, event in enumerate(written):
        if event.name in seen:
            problem = "is the name of another event"
            mistakes.add(("events", place, "name"), problem, value=event.name)
        seen |= {event.name} - {""}


@dataclass
class _Resolving:
    """One event, while it is looked up."""

    path: Steps
    said: WrittenEvent
    cast: Cast
    known: conditions.Known
    mistakes: Mistakes

    def event(self) -> Event:
        said = self.said
        changes, done, tests = self._changes(), self._done(), self._tests()
        last = said.until or (self.cast.sessions if said.when else said.session)
        self._check_until(last)
        may = None
        if said.open:
            self._check_open(changes)
            for problem in conditions.too_late(tests, self.known, last):
                self._wrong("when", problem, " and ".join(said.when))
            chance = 1.0 if said.chance is None else said.chance / FULL
            may = May(said.name, chance, tests, last)
        return Event(said.session, tuple(changes), tuple(done), said.why, may)

    def _changes(self) -> list[Change]:
        found: list[Change] = []
        for name, value in self.said.set_.items():
            try:
                found.append(change(name, value, self.cast))
            except InputError as error:
                self.mistakes.place((*self.path, "set", name), error)
        return found

    def _done(self) -> list[Done]:
        found: list[Done] = []
        for number, text in enumerate(self.said.do):
            try:
                found += verbs.parse(text, self.cast)
            except InputError as error:
                self.mistakes.place((*self.path, "do", number), error)
        return found

    def _tests(self) -> tuple[Test, ...]:
        try:
            return conditions.read(self.said.when, self.known)
        except InputError as error:
            self.mistakes.place((*self.path, "when"), error)
            return ()

    def _check_until(self, last: int) -> None:
        if self.said.until is not None and not self.said.open:
            problem = "is for events with `chance` or `when`; this one happens in its session"
            self._wrong("until", problem, last)
        if last < self.said.session:
            allowed = f"{self.said.session} to {self.cast.sessions}"
            self._wrong("until", "is before its session", last, allowed)
        if last > self.cast.sessions >= self.said.session:
            self._wrong("until", "is after the last session", last, f"1 to {self.cast.sessions}")

    def _check_open(self, changes: Sequence[Change]) -> None:
        """Refuse what cannot happen in some runs only."""
        if not self.said.name:
            self._wrong("name", "an event that may happen or not needs a name: one word", "")
        if self.said.do:
            problem = "what actors do with their seats is the same in all runs; use `set`"
            self._wrong("do", problem, self.said.do[0])
        free = [path for mechanism in mechanisms() for path in mechanism.in_runs]
        for made in changes:
            if made.path not in free:
                problem, at = "cannot be set in some runs only", (*self.path, "set", made.written)
                self.mistakes.add(at, problem, value=made.written, allowed=", ".join(free))

    def _wrong(self, field: str, problem: str, value: object, allowed: str = "") -> None:
        self.mistakes.add((*self.path, field), problem, value=value, allowed=allowed)
