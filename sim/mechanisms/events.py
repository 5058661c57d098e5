"""What the scenario says happens in a session: values are set, and actors leave their seats.

Setting a position or salience moves every world's draw of it by the same amount. Who withdraws or
steps back sponsors no more.

An event with a chance, or with what must hold first, happens in some runs and not in others: once,
in the first session in which it is due, its conditions hold and its coin falls so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.ask import Phase
from sim.core.conditions import HAPPENED, holds
from sim.core.happenings import Change, Done, Verb
from sim.core.mechanism import Axes, Mechanism, Telling, When
from sim.core.outcome import TRUTH, Outcome, Over
from sim.core.setting import Meeting, Scene, Setting
from sim.core.world import World

Bools = npt.NDArray[np.bool_]

FULL = 100.0
POSITION, SALIENCE = "ACTOR.position.ISSUE", "ACTOR.salience.ISSUE"
CAPABILITY, STATUS_QUO = "ACTOR.capability", "issues.ISSUE.status_quo"


@dataclass(frozen=True)
class Shift:
    """An event moves one actor's position or salience on one issue, from a session on."""

    what: str  # "position" or "salience"
    actor: int
    issue: int
    by: float


@dataclass(frozen=True)
class Scheduled:
    """What events set, by session."""

    shifts: dict[int, tuple[Shift, ...]]
    resets: dict[int, tuple[tuple[int, float], ...]]  # (issue, new status quo)
    written: Mapping[str, Mapping[str, Mapping[str, float]]] = field(default_factory=dict)
    """What the file says, by path, actor and issue."""


class Events(Mechanism):
    """What the scenario says happens in a session: values are set, and actors leave their seats."""

    name = "events"
    when = When.OPENING
    verbs = {
        "absent": Verb(
            "stays a member, with its seat empty at every meeting: it does not speak, vote, block"
            " or lead a bloc"
        ),
        "withdraws": Verb(
            "is no longer a member: not counted in quorum or shares; its sponsorship lapses"
        ),
        "steps back": Verb("keeps its seat and vote, but does not speak, sponsor, insist or block"),
    }
    events = {
        POSITION: "what an actor wants",
        SALIENCE: "how much it cares",
        CAPABILITY: "the weight of its voice and of its objection",
        STATUS_QUO: "where things stand without a new text",
    }

    in_runs = (POSITION, SALIENCE, STATUS_QUO)
    draws = ("coin",)
    acts = {"happens": "an event happens that happens in some runs only; one event"}
    tellings = {"happens": Telling("{reason}")}
    outcomes = (
        Outcome(
            "happened",
            "{event} happens",
            "whether {event} happened in the run",
            *(TRUTH, Over.EVENT, 0, 1, 0),
        ),
    )

    def schedule(self, part: Any, changes: Iterable[tuple[int, Change]], axes: Axes) -> Scheduled:
        """Sort what events set by session; a position moves by as much as it differs from now."""
        now: dict[tuple[str, ...], float] = {}
        shifts: dict[int, tuple[Shift, ...]] = {}
        resets: dict[int, tuple[tuple[int, float], ...]] = {}
        for session, change in changes:
            if change.path in (POSITION, SALIENCE):
                what = "position" if change.path == POSITION else "salience"
                actor, issue = change.names
                written = (axes.position if what == "position" else axes.salience)[actor][issue]
                by = (change.value - now.get((what, *change.names), written)) / FULL
                now[what, *change.names] = change.value
                shift = Shift(what, axes.place(actor), axes.issues.index(issue), by)
                shifts[session] = (*shifts.get(session, ()), shift)
            elif change.path == STATUS_QUO:
                reset = (axes.issues.index(change.names[0]), change.value / FULL)
                resets[session] = (*resets.get(session, ()), reset)
        return Scheduled(shifts, resets, {POSITION: axes.position, SALIENCE: axes.salience})

    def set(self, scene: Scene, change: Change, axes: Axes) -> Scene:
        """The scene once an actor's capability is another."""
        if change.path != CAPABILITY:
            return scene
        at = axes.mask(change.names)
        return replace(scene, capability=np.where(at, change.value / FULL, scene.capability))

    def done(self, scene: Scene, done: Done, axes: Axes) -> Scene:
        """The scene once an actor has left its seat, or only its voice."""
        who = axes.mask([done.actor])
        quiet = replace(scene, speaking=scene.speaking & ~who)
        if done.verb == "steps back":
            return replace(quiet, insisting=scene.insisting & ~who)
        gone = replace(quiet, attending=scene.attending & ~who)
        return replace(gone, seated=scene.seated & ~who) if done.verb == "withdraws" else gone

    def begin(self, setting: Setting, world: World) -> Bools:
        """None of those that may happen has happened yet: (runs, events)."""
        return np.zeros((world.size, len(setting.possible)), dtype=bool)

    def play(self, setting: Setting, world: World, meeting: Meeting) -> Phase:
        """Apply this session's shifts; what verbs do is in the session's scene."""
        scene, part = setting.scene(meeting.session), self.part(setting)
        still = scene.seated & scene.speaking  # who leaves or steps back sponsors no more
        world.sponsors[:] = [sponsors & still for sponsors in world.sponsors]
        for shift in part.shifts.get(meeting.session, ()):
            arrays = (world.position, world.home) if shift.what == "position" else (world.salience,)
            for array in arrays:
                moved = array[:, shift.actor, shift.issue] + shift.by
                array[:, shift.actor, shift.issue] = np.clip(moved, 0.0, 1.0)
        for issue, value in part.resets.get(meeting.session, ()):
            world.status_quo[:, issue] = value
        for place, event in enumerate(setting.possible):
            if event.first <= meeting.session <= event.last:
                self._try(setting, world, meeting, place)
        yield from ()

    def _try(self, setting: Setting, world: World, meeting: Meeting, place: int) -> None:
        """Let an event happen in the runs in which it is its time, and note in which it did."""
        event, happened = setting.possible[place], self.state(world)
        session = meeting.session
        rows = ~happened[:, place]
        for test in event.when:
            if test.what == HAPPENED:
                rows = rows & happened[:, setting.may_happen.index(test.names[0])]
            else:
                rows = rows & holds(test, setting, world, session)
        if event.chance < 1:
            rows = rows & (self.luck(world, "coin", None, event.name, session) < event.chance)
        happened[:, place] |= rows
        if rows.any():
            size = np.where(rows, 1.0, np.nan)
            self.act(world, meeting, "happens", -1, size=size, reason=event.name)
        for change in event.changes:
            if rows.any():
                for owner in (m for m in setting.active if change.path in m.in_runs):
                    owner.happen(setting, world, change, rows)

    def happen(self, setting: Setting, world: World, change: Change, rows: Bools) -> None:
        """Set the status quo; or move a position or salience by what it differs from the file's."""
        if change.path == STATUS_QUO:
            issue = setting.issues.index(change.names[0])
            world.status_quo[rows, issue] = change.value / FULL
            return
        actor, issue = setting.slot(change.names[0]), setting.issues.index(change.names[1])
        moved, now = change.path == POSITION, self.part(setting).written[change.path]
        by = (change.value - now[change.names[0]][change.names[1]]) / FULL
        for array in (world.position, world.home) if moved else (world.salience,):
            array[rows, actor, issue] = np.clip(array[rows, actor, issue] + by, 0.0, 1.0)

    def collect(
        self, setting: Setting, world: World
    ) -> Iterator[tuple[str, tuple[str, ...], Bools]]:
        """Read off which events happened."""
        for place, name in enumerate(setting.may_happen):
            yield "happened", (name,), np.ascontiguousarray(self.state(world)[:, place])
