"""The setting: what all runs of a scenario share, as arrays. Frozen; files' 0-100 is 0-1 here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from functools import cached_property

import numpy as np
import numpy.typing as npt

from sim.forums.access import loudest
from sim.forums.rules import Rules

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


class Kind(IntEnum):
    """What an actor is. States vote; companies and civil society speak."""

    STATE = 0
    COMPANY = 1
    CIVIL_SOCIETY = 2


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
    last_vote: Floats  # (actors,): +1, 0 or -1 on the series' last text; 0 if absent or none
    dates: Mapping[str, date | None]  # by stage


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


@dataclass(frozen=True)
class Bloc:
    """A group with a common line, and how that line is found."""

    name: str
    line: str  # "median", "leader" or "inner"
    leader: int = -1
    rules: Rules | None = None
    weights: Floats = field(default_factory=lambda: np.zeros(0))


@dataclass(frozen=True)
class RedLine:
    """A limit beyond which an actor blocks whatever else the text gives it."""

    actor: int
    issue: int
    at_most: float = 1.0
    at_least: float = 0.0
    why: str = ""


@dataclass(frozen=True)
class Scene:
    """Who sits where in one session, after that session's events."""

    seated: Bools  # (actors,): takes part at all
    attending: Bools  # (actors,): its seat is not left empty
    speaking: Bools  # (actors,)
    insisting: Bools  # (actors,): presses its demands and may block
    opposed: Bools  # (actors, drafts): against, whatever its positions
    bloc: Bools  # (blocs, actors): bound by and counted in the line
    cohesion: Floats  # (blocs,)
    capability: Floats  # (actors,)


@dataclass(frozen=True)
class Shift:
    """An event moves one actor's position or salience on one issue, from a session on."""

    what: str  # "position" or "salience"
    actor: int
    issue: int
    by: float


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

    def __len__(self) -> int:
        return len(self.position)


@dataclass(frozen=True)
class Setting:
    """Everything that does not differ between runs."""

    name: str
    title: str
    seed: int
    sessions: int
    actors: tuple[str, ...]
    addresses: Ints  # (actors,): where each reads its draws, whoever else is there
    names: tuple[str, ...]
    kind: npt.NDArray[np.int8]
    absence: Floats  # (actors,): habit, a share of votes missed
    issues: tuple[str, ...]
    status_quo: Floats  # (issues,)
    ties: Floats  # (actors, actors): attention, before voice; rows are listeners
    forums: tuple[Forum, ...]
    drafts: tuple[Draft, ...]
    blocs: tuple[Bloc, ...]
    red_lines: tuple[RedLine, ...]
    scenes: tuple[Scene, ...]  # by session, from session 1 at index 0
    base_scene: Scene  # of the unchanged scenario, before any event
    base_access: tuple[float, ...]  # by session, of the unchanged scenario: see forums.access
    shifts: Mapping[int, tuple[Shift, ...]]  # by session
    resets: Mapping[int, tuple[tuple[int, float], ...]]  # session -> (issue, new status quo)
    worlds: Worlds

    def scene(self, session: int) -> Scene:
        """Who sits where in ``session`` (from 1)."""
        return self.scenes[session - 1]

    @cached_property
    def access(self) -> tuple[float, ...]:
        """How loudly non-state actors are heard in each session."""
        rooms = ((forum.rules.access, max(forum.stages.values())) for forum in self.forums)
        return loudest(rooms, self.sessions)

    def slot(self, actor: str) -> int:
        """Place of an actor on the axis of actors."""
        return self._slots[actor]

    @cached_property
    def _slots(self) -> dict[str, int]:
        return {actor: place for place, actor in enumerate(self.actors)}

    @cached_property
    def meetings(self) -> tuple[tuple[Meeting, ...], ...]:
        """Which forums meet in each session: all until their last stage is behind them."""
        return tuple(
            tuple(
                self._meeting(session, place)
                for place, forum in enumerate(self.forums)
                if session <= max(forum.stages.values())
            )
            for session in range(1, self.sessions + 1)
        )

    def _meeting(self, session: int, place: int) -> Meeting:
        stages = self.forums[place].stages
        stage = next((name for name, when in stages.items() if when == session), "")
        return Meeting(session, place, stage, final=session == max(stages.values()))

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
