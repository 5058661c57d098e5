"""Texts on the table: how they are read, who may propose changes, and what is left of them.

The gain of a text is that of `sim.core.gain`. Its values are known as a coder puts them: worlds
draw them about the file's with sd e.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.ask import Answer, Ask
from sim.core.gain import shares
from sim.core.mechanism import Mechanism
from sim.core.outcome import PERCENT, SCALE, TRUTH, Outcome, Over
from sim.core.parameters import Parameter
from sim.core.question import Answers, Question
from sim.core.setting import Draft, Forum, Kind, Meeting, Scene, Setting
from sim.core.world import World
from sim.forums.access import VOICE

FULL = 100.0

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

LAST_STOOD = "as the text last stood, though it fell"


def retained(draft: Draft, before: Floats, tabled: Floats, value: Floats, active: Bools) -> Floats:
    """How much of the draft's change is left in the text: (runs,), 1 all of it, 0 none.

    Each clause counts by its share of its issue and keeps as much as it still moves the status
    quo in the direction in which it was tabled; going further than tabled keeps 1, not more.
    """
    asked = tabled - before
    got = np.where(active, value - before, 0.0)
    kept = np.where(asked == 0, active, np.clip(got / np.where(asked == 0, 1.0, asked), 0.0, 1.0))
    weight = shares(draft.issue, draft.weight)
    total: Floats = (kept * weight).sum(axis=1) / weight.sum()
    return total


def may_propose(setting: Setting, _: World, ask: Ask) -> Bools:
    """Members that speak, and guests that the rules of access let speak: (actors,)."""
    forum, scene = ask.room(setting)
    return _heard(setting, forum, scene)


def may_speak(setting: Setting, meeting: Meeting) -> Bools:
    """Who may propose changes in a meeting: (actors,)."""
    return _heard(setting, setting.forums[meeting.forum], setting.scene(meeting.session))


def _heard(setting: Setting, forum: Forum, scene: Scene) -> Bools:
    guests = (setting.kind != Kind.STATE) & (VOICE[forum.rules.access] > 0)
    there: Bools = scene.heard & (forum.members | guests)
    return there


def amended(
    setting: Setting, world: World, meeting: Meeting, draft: int
) -> Generator[Ask, Answer, Answer]:
    """Ask everyone for amendments, for whoever drafts to take up or not, and log them.

    Returns (runs, actors, clauses), nan for no change.
    """
    ours = Tabling()
    standard = _standard(setting, world, meeting, draft)
    proposed = yield ours.ask("amend", standard, meeting, draft)
    asked = ~np.isnan(proposed)
    if asked.any() or setting.doing("amend"):
        far = np.where(asked, np.abs(proposed - world.value[draft][:, None, :]), 0.0)
        many = asked.sum(axis=2)
        size = np.where(many > 0, FULL * far.sum(axis=2) / np.maximum(many, 1), np.nan)
        ours.act(world, meeting, "amends", range(size.shape[1]), draft=draft, size=size)
    return proposed


def _standard(setting: Setting, world: World, meeting: Meeting, draft: int) -> Floats:
    """What mechanisms have delegations propose."""
    shape = (world.size, len(setting.actors), world.value[draft].shape[1])
    proposed = np.full(shape, np.nan)
    for mechanism in setting.doing("amend"):
        if (found := mechanism.amend(setting, world, meeting, draft)) is not None:
            proposed = np.where(np.isnan(proposed), found, proposed)
    return proposed


def versions(proposed: Answer, value: Floats) -> Iterator[Floats]:
    """The text with one proposal after another put to it, by actors in their order.

    Yields the values that the text would have, (runs, clauses); runs with fewer proposals keep
    it. ``value`` is read anew each time, as it may change in between.
    """
    proposes = ~np.isnan(proposed).all(axis=2)
    number, runs = np.cumsum(proposes, axis=1), np.arange(len(proposed))
    for k in range(1, int(number[:, -1].max(initial=0)) + 1):
        turn = proposes & (number == k)
        said = proposed[runs, turn.argmax(axis=1)]
        keep = np.isnan(said) | ~turn.any(axis=1)[:, None]
        yield np.where(keep, value, np.clip(said, 0.0, 1.0))


class Tabling(Mechanism):
    """Texts on the table: how they are read, who may propose changes, and what is left of them."""

    name = "tabling"
    parameters = (
        Parameter(
            "curvature",
            *("p", 2, 1, 2),
            "power of distance in a gain: 2 quadratic, 1 linear",
            whole=True,
        ),
        Parameter(
            "coding_error",
            *("e", 0.05, 0.0, 0.1),
            "sd of a text's value on a scale as another coder might put it",
        ),
    )
    questions = {
        "amend": Question(
            "the values it would write into clauses instead, before a text is revised",
            Answers.CLAUSES,
            may_propose,
        )
    }
    acts = {"amends": "tables an amendment, in points of the scales it is on"}
    outcomes = (
        Outcome(
            "value",
            "{draft} {clause}",
            "where {clause} of {draft} stands at the end; if it was dropped, the status quo that"
            " the room had before it",
            *(SCALE, Over.CLAUSE, 0, 100),
            otherwise=LAST_STOOD,
        ),
        Outcome(
            "dropped",
            "{draft} {clause} is left out",
            "whether {clause} is left out of {draft} at the end",
            *(TRUTH, Over.CLAUSE, 0, 1),
            otherwise=LAST_STOOD,
        ),
        Outcome(
            "retained",
            "share of {draft} that is kept",
            "how much of the change that {draft} asked for is left in its text",
            *(PERCENT, Over.DRAFT, 0, 100),
            otherwise=LAST_STOOD,
        ),
        Outcome(
            "cosponsors",
            "co-sponsors of {draft}",
            "delegations whose names stand under {draft} in the end",
            *("names", Over.DRAFT, 0),
            otherwise="those of the text that fell",
            whole=True,
            members=True,
        ),
    )

    def collect(
        self, setting: Setting, world: World
    ) -> Iterator[tuple[str, tuple[str, ...], npt.NDArray[Any]]]:
        """Read off what is left of every text."""
        for place, draft in enumerate(setting.drafts):
            value, active, before = world.value[place], world.active[place], world.before[place]
            stands = np.where(active, value, before)
            for c, clause in enumerate(draft.clauses):
                about = (draft.label, clause)
                yield "value", about, np.ascontiguousarray(stands[:, c])
                yield "dropped", about, np.ascontiguousarray(~active[:, c])
            tabled = np.take(setting.worlds.values[place], world.which, axis=0)
            kept = retained(draft, before, tabled, value, active)
            yield "retained", (draft.label,), kept
            names = np.count_nonzero(world.sponsors[place], axis=1)
            yield "cosponsors", (draft.label,), names
