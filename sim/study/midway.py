"""What may change in the middle of a play, and the scenario in which it then does.

What has been played cannot be changed any more: an actor's place, a text, a parameter of the
world. What actors do, the five values that events set, and the rules of a forum can.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sim import countries
from sim.core.fields import GROUP, bare
from sim.core.happenings import Change, Done
from sim.errors import InputError, Mistake
from sim.scenario import Scenario, groups, load, shape, shares
from sim.scenario.scenario import Event
from sim.scenario.schema import EVENTS
from sim.scenario.settings import FIELDS, change, read
from sim.scenario.tree import SETTING, Tree, short
from sim.scenario.verbs import parse, verbs

NOT_RULES = ("members", "stages", "drafts")  # fields of a forum that stand from the beginning
NOT_AN_EVENT = "an event cannot set this"


def midway(
    source: str | Path | Scenario,
    base: Scenario,
    settings: Sequence[str],
    after: int,
    common: Sequence[str] = (),
) -> Scenario:
    """Make the scenario that is as ``base`` up to a session, and changed from the next on.

    Args:
        source: where the base was read from, or the base as it was read.
        base: as read, with ``common``.
        settings: what changes, PATH=VALUE: verbs and values become an event at the opening of
            the next session; rules of a forum are those of the scenario that is returned, and
            its first sessions are to be played under the base's (`sim.study.branch`).
        after: the last session that is as in the base.
        common: settings of both.

    Raises:
        InputError: whatever cannot be read, or cannot be changed any more; all at once.
    """
    said = _Midway(base)
    for text in settings:
        said.add(text)
    if said.mistakes:
        raise InputError(said.mistakes)
    changed = load(source, (*common, *said.rules)) if said.rules else base
    why = f"after session {after}"
    event = Event(after + 1, tuple(said.changes), tuple(said.verbs), why)
    written = _with_event(changed.origin, event, said.done)
    if not (said.changes or said.verbs):
        return changed
    events = (*changed.events, event)
    return replace(changed, events=events, origin=written)


def changeable() -> str:
    """Say in words what can be changed midway."""
    kept = [name for name in shape.fields(("forums", "any")) if name not in NOT_RULES]
    return f"ACTOR={'|'.join(verbs())}, {', '.join(EVENTS)}, forums.FORUM.{'|'.join(kept)}"


@dataclass
class _Midway:
    """Settings sorted into what an event does, what it sets, and rules."""

    base: Scenario
    changes: list[Change] = field(default_factory=list)
    verbs: list[Done] = field(default_factory=list)
    done: list[str] = field(default_factory=list)  # the same as they are written
    rules: list[str] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)

    def add(self, text: str) -> None:
        try:
            said = read(text)
            path = said.path.removeprefix("actors.and.").removeprefix("actors.")
            if self._is_rule(said.path):
                self.rules.append(text)
            elif self._is_verb(path):
                self.verbs += parse(f"{path} {said.value}", self.base)
                self.done.append(f"{path} {said.value}")
            else:
                self._set(path, said.value)
        except InputError as error:
            at = text.partition("=")[0].strip()
            self.mistakes += [
                replace(m, file=SETTING, field=m.field or at) if not m.file else m
                for m in error.mistakes
            ]

    def _is_rule(self, path: str) -> bool:
        forums = (f"forums.{name}." for name in self.base.forums)
        rule = next((path.removeprefix(f) for f in forums if path.startswith(f)), "")
        return rule not in NOT_RULES and rule in shape.fields(("forums", "any"))

    def _is_verb(self, path: str) -> bool:
        known = path in self.base.actors or countries.code(path) in self.base.actors
        known = known or bool(groups.find(path.removeprefix(GROUP), self.base.groups))
        return known or ("." not in path and path not in FIELDS)

    def _set(self, path: str, value: Any) -> None:
        try:
            found = change(path, 0.0, self.base)
        except InputError as error:
            if any(m.problem == NOT_AN_EVENT for m in error.mistakes):
                problem = "cannot be changed once sessions have been played"
                raise InputError(Mistake(problem, allowed=changeable())) from None
            raise
        self.changes.append(found._replace(value=_percent(value)))


def _percent(value: Any) -> float:
    if wrong := shares.problem(value):
        raise InputError(Mistake(wrong, value=short(value)))
    try:
        number = float(bare(value))
    except (TypeError, ValueError):
        number = -1.0
    if not 0 <= number <= 100:
        raise InputError(
            Mistake("is not a number in range", value=short(value), allowed="0 to 100")
        )
    return number


def _with_event(tree: Tree, event: Event, done: list[str]) -> Tree:
    """Write the event into the scenario as text, so that a manifest shows what was played."""
    said = {
        "session": str(event.session),
        "set": {c.written: f"{c.value:g}" for c in event.changes},
        "do": done,
        "why": event.why,
    }
    return replace(tree, value=tree.value | {"events": [*(tree.get("events") or []), said]})
