"""The setting: what all runs of a scenario share, as arrays. Frozen; files' 0-100 is 0-1 here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sim.core.calendar import Calendar, session_name
from sim.core.draws import Labels, labels
from sim.core.happenings import Possible
from sim.forums.access import loudest
from sim.forums.rules import Rules

if TYPE_CHECKING:
    from sim.core.mechanism import Mechanism, Telling
    from sim.core.outcome import Outcome

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


class Kind(IntEnum):
    """What an actor is. States vote; companies and civil society speak."""

    STATE = 0
    COMPANY = 1
    CIVIL_SOCIETY = 2


@dataclass(frozen=True)
class Series:
    """What each delegation did on the earlier texts of a series: see `sim.precedents.Past`."""

    mean: Floats  # (actors,): of +1, 0 or -1 on each, which counts half of the next
    abstained: Bools  # (actors,): on the last text
    missed: Bools  # (actors,): that text
    change: Floats  # (issues,): what the last text changed; all 0 where it is not coded
    elsewhere: float = 0.0  # length of what it changed on issues that are not ours


@dataclass(frozen=True)
class Draft:
    """A text on the table: numbered clauses, each on an issue with a value on 0-1."""

    label: str
    title: str
    forum: int
    clauses: tuple[str, ...]
    words: tuple[str, ...]
    issue: Ints  # (clauses,)
    value: Floats  # (clauses,), as tabled
    weight: Floats  # (clauses,), relative, within an issue
    sponsors: Bools  # (actors,)
    dates: Mapping[str, date | None]  # by stage
    series: Series | None = None  # None: no text of its series was voted on
    kindred: Floats | None = None  # (actors,), as `sim.precedents.kindred`; None: none is known


@dataclass(frozen=True)
class Forum:
    """A room: its rules, its members, and the stages in which it decides."""

    name: str
    rules: Rules
    members: Bools  # (actors,): states with a seat
    vetoes: Bools  # (actors,)
    weights: Floats  # (actors,), for a second majority
    stages: Mapping[str, int]  # stage -> session, in order
    drafts: tuple[int, ...]
    opens: int = 1  # the session in which it first meets

    @property
    def last(self) -> int:
        """The session of its last decision, after which it meets no more."""
        return max(self.stages.values())

    @property
    def span(self) -> tuple[str, int, int]:
        """Its rule of access, and the first and last session in which it meets."""
        return self.rules.access, self.opens, self.last


@dataclass(frozen=True)
class Scene:
    """Who sits where in one session, after that session's events."""

    seated: Bools  # (actors,): takes part at all
    attending: Bools  # (actors,): its seat is not left empty
    speaking: Bools  # (actors,)
    insisting: Bools  # (actors,): presses its demands and may block
    capability: Floats  # (actors,)
    parts: Mapping[str, Any] = field(default_factory=dict)  # of mechanisms, by name

    @property
    def present(self) -> Bools:
        """Who is there: has a seat, and is in it, (actors,)."""
        return self.seated & self.attending

    @property
    def heard(self) -> Bools:
        """Who is there and speaks: (actors,)."""
        return self.present & self.speaking


@dataclass(frozen=True)
class Meeting:
    """One forum in one session; `stage` is empty while it only negotiates."""

    session: int
    forum: int
    stage: str = ""
    final: bool = False


@dataclass(frozen=True)
class Worlds:
    """What is not known, drawn jointly: arrays lead with worlds."""

    position: Floats  # (worlds, actors, issues)
    base: Floats  # the same draw of the unchanged scenario: what a what-if departs from
    salience: Floats
    parameters: Mapping[str, Floats]  # name -> (worlds,)
    values: tuple[Floats, ...]  # per draft (worlds, clauses): its text, as it may also be coded
    draws: Ints | None = None  # (worlds,): the number of each world's draw; None: not drawn
    about: tuple[Floats, Floats] | None = None  # `middle` of each, of worlds taken from others

    def __len__(self) -> int:
        return len(self.position)

    @cached_property
    def middle(self) -> tuple[Floats, Floats]:
        """Positions and saliences at the mean of all worlds: (1, actors, issues) each.

        Of worlds taken from others, the mean of those, by world: (worlds, actors, issues).
        """
        if self.about is not None:
            return self.about
        return self.position.mean(axis=0)[None], self.salience.mean(axis=0)[None]


@dataclass(frozen=True, repr=False)
class Setting:
    """Everything that does not differ between runs."""

    name: str
    title: str
    seed: int
    sessions: int
    actors: tuple[str, ...]
    names: tuple[str, ...]
    kind: npt.NDArray[np.int8]
    absence: Floats  # (actors,): habit, a share of votes missed
    issues: tuple[str, ...]
    status_quo: Floats  # (issues,)
    ties: Floats  # (actors, actors): attention, before voice; rows are listeners
    forums: tuple[Forum, ...]
    drafts: tuple[Draft, ...]
    scenes: tuple[Scene, ...]  # by session, from session 1 at index 0
    base_scene: Scene  # of the unchanged scenario, before any event
    base_access: tuple[float, ...]  # by session, of the unchanged scenario: see forums.access
    parts: Mapping[str, Any]  # what each mechanism has compiled, by its name
    worlds: Worlds
    kept: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # outcome -> of which actors
    calendar: Calendar | None = None  # what time sessions stand for
    observed: Mapping[str, Mapping[int, float]] = field(default_factory=dict)  # outcome, session
    possible: tuple[Possible, ...] = ()  # events that happen in some runs only

    def label(self, session: int) -> str:
        """Name a session: by the calendar, or its number."""
        return session_name(self.calendar, session)

    def __repr__(self) -> str:
        """Say of which scenario it is, and how large."""
        return f"Setting({self.name}: {len(self.actors)} actors, {len(self.worlds)} worlds)"

    @property
    def may_happen(self) -> tuple[str, ...]:
        """The events that happen in some runs only, by name."""
        return tuple(event.name for event in self.possible)

    @cached_property
    def labels(self) -> Labels:
        """The hash of each actor's name, by which its draws are addressed: (actors,)."""
        return labels(self.actors)

    @cached_property
    def active(self) -> tuple[Mechanism, ...]:
        """The mechanisms that are in use, in the order of the agenda."""
        from sim.core.registry import mechanisms

        used = [m for m in mechanisms() if m.in_use(self)]
        while idle := [m for m in used if not set(m.needs) <= {other.name for other in used}]:
            used = [m for m in used if m not in idle]
        return tuple(used)

    @cached_property
    def tellings(self) -> Mapping[str, Telling]:
        """How each act of the mechanisms in use that a chronicle tells is told."""
        return {act: told for m in self.active for act, told in m.tellings.items()}

    def doing(self, what: str) -> tuple[Mechanism, ...]:
        """Those of them that override one method of the contract."""
        return self._doing[what]

    @cached_property
    def _doing(self) -> dict[str, tuple[Mechanism, ...]]:
        from sim.core.mechanism import HOOKS, overrides

        return {hook: tuple(m for m in self.active if overrides(m, hook)) for hook in HOOKS}

    @cached_property
    def columns(self) -> Mapping[str, tuple[Mechanism, Outcome, tuple[str, ...]]]:
        """Every column of a table of runs, in its order: whose it is, which outcome, of what."""
        from sim.core.outcomes import kept

        return kept(self)

    def scene(self, session: int) -> Scene:
        """Who sits where in ``session`` (from 1)."""
        return self.scenes[session - 1]

    @cached_property
    def access(self) -> tuple[float, ...]:
        """How loudly non-state actors are heard in each session."""
        return loudest((forum.span for forum in self.forums), self.sessions)

    def slot(self, actor: str) -> int:
        """Place of an actor on the axis of actors."""
        return self._slots[actor]

    @cached_property
    def _slots(self) -> dict[str, int]:
        return {actor: place for place, actor in enumerate(self.actors)}

    @cached_property
    def meetings(self) -> tuple[tuple[Meeting, ...], ...]:
        """Which forums meet in each session: from their opening until their last stage."""
        return tuple(
            tuple(
                self._meeting(session, place)
                for place, forum in enumerate(self.forums)
                if forum.opens <= session <= forum.last
            )
            for session in range(1, self.sessions + 1)
        )

    def _meeting(self, session: int, place: int) -> Meeting:
        stages = self.forums[place].stages
        stage = next((name for name, when in stages.items() if when == session), "")
        return Meeting(session, place, stage, final=session == self.forums[place].last)

    @cached_property
    def ballots(self) -> tuple[tuple[int, str], ...]:
        """Every (draft, stage) that can come to a decision, in the order of the sessions."""
        return tuple(
            (draft, meeting.stage)
            for meetings in self.meetings
            for meeting in meetings
            if meeting.stage
            for draft in self.forums[meeting.forum].drafts
        )
