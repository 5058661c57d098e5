"""Influence: delegations listen to those near them, weighted by ties and voice.

    x_i <- home_i + lambda ( sum_j W_ij x_j - sum_j W*_ij x*_j )

W are ties times voice, renormalised over those within epsilon of i with i among them
(Friedkin and Johnsen 1990, with the bounded confidence of Hegselmann and Krause 2002). W*
and x* are those of the unchanged scenario: positions as observed already hold past
influence, so the base case is a fixed point and nobody drifts without cause.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.core.ask import Ask, Phase
from sim.core.loops import as_before
from sim.core.mechanism import Mechanism, When
from sim.core.parameters import Parameter
from sim.core.question import Answers, Question
from sim.core.setting import Kind, Meeting, Scene, Setting
from sim.core.world import World

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

QUIETEST = 0.5  # voice of a member without capability; the most capable has 1: assumed
_SAME = 1e-12


def _on(issue: int, array: Floats) -> Floats:
    return np.ascontiguousarray(array[:, :, issue])


def voice(setting: Setting, scene: Scene, access: float) -> Floats:
    """How loudly each actor is heard, (actors,): capability, access and presence."""
    loud = QUIETEST + (1 - QUIETEST) * scene.capability
    admitted = np.where(setting.kind == Kind.STATE, 1.0, access)
    return loud * admitted * scene.heard


def attention(
    own: Floats, spoken: Floats, ties: Floats, voice: Floats, confidence: Floats
) -> Floats:
    """Average what is heard, W x: (runs, actors), each over those within ``confidence`` of it.

    ``own`` and ``spoken`` are (runs, actors) positions on one issue, ``ties`` (actors, actors)
    with listeners as rows, ``voice`` (actors,), ``confidence`` (runs, 1). A delegation always
    hears itself (its tie to itself counts without voice).
    """
    itself = np.diagonal(ties)
    pull = np.where(np.eye(len(ties), dtype=bool), 0.0, ties * voice)
    averaged = np.empty_like(own)
    again = as_before(own) & as_before(spoken) & as_before(confidence)
    # One run at a time: its (actors, actors) stay in the processor's cache.
    for run in range(len(own)):
        if again[run]:  # runs of one world come one after another, and mostly hear the same
            averaged[run] = averaged[run - 1]
            continue
        apart = np.subtract.outer(own[run], spoken[run])
        weight = pull * (np.abs(apart) <= confidence[run] + _SAME)
        heard = np.einsum("ij,j->i", weight, spoken[run])
        averaged[run] = (heard + itself * own[run]) / (weight.sum(axis=1) + itself)
    return averaged


def may_speak(setting: Setting, _: World, ask: Ask) -> Bools:
    """Those who are there and have their voice: (actors,)."""
    assert ask.meeting is not None
    scene = setting.scene(ask.meeting.session)
    return scene.heard


class Influence(Mechanism):
    """Influence: delegations listen to those near them, weighted by ties and voice."""

    name = "influence"
    when = When.OPENING
    after = ("events",)
    parameters = (
        Parameter(
            "influence", "on", 1, 0, 1, "1: speakers move positions; 0: positions stay", whole=True
        ),
        Parameter(
            "susceptibility",
            "lambda_i",
            0.2,
            0.0,
            0.5,
            "share of a delegation's position open to others",
        ),
        Parameter(
            "confidence",
            "epsilon",
            0.5,
            0.2,
            1.0,
            "distance beyond which a delegation is not listened to",
        ),
    )
    questions = {
        "speak": Question(
            "the positions it states in debate, which others may come to share",
            Answers.POSITIONS,
            may_speak,
        )
    }
    dynamic = True
    off = {"influence": 0.0}
    sources = ("friedkin1990", "hegselmann2002")

    def play(self, setting: Setting, world: World, meeting: Meeting) -> Phase:
        """Move positions of all who listen, issue by issue, where anything is not as usual."""
        spoken = yield self.ask("speak", world.position, meeting)
        session = meeting.session - 1
        heard = voice(setting, setting.scenes[session], setting.access[session])
        usual = voice(setting, setting.base_scene, setting.base_access[session])
        as_usual = np.array_equal(heard, usual)
        if as_usual and np.array_equal(spoken, world.base):
            return
        moved = ~np.all(spoken == world.base, axis=1)  # (runs, issues)
        if not as_usual:
            moved[:] = True
        open_to = world.column("susceptibility") * world.column("influence")
        open_to = open_to * setting.scenes[session].seated
        near = world.column("confidence")
        for issue in np.flatnonzero(moved.any(axis=0)):
            own, base, said = (_on(int(issue), x) for x in (world.position, world.base, spoken))
            now = attention(own, said, setting.ties, heard, near)
            then = attention(base, base, setting.ties, usual, near)
            new = np.clip(world.home[:, :, issue] + open_to * (now - then), 0.0, 1.0)
            world.position[:, :, issue] = np.where(moved[:, issue, None], new, own)
