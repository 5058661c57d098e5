"""What the scenario says happens in a session: values are set, and actors leave their seats.

Setting a position or salience moves every world's draw of it by the same amount. Who withdraws or
steps back sponsors no more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sim.core.ask import Phase
from sim.core.happenings import Change, Done, Verb
from sim.core.mechanism import Axes, Mechanism, When
from sim.core.setting import Meeting, Scene, Setting
from sim.core.world import World

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
        return Scheduled(shifts, resets)

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
        yield from ()
