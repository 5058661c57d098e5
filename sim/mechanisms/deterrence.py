"""Deterrence: attackers attack the less, the more they expect to be answered, in time and together.

    E_a <- (1 - m) E_a + m C_a (1 + announced)       restraint_a = k E_a (1 + theta norm)

E_a is what attacker a expects an answer to bring upon it, learned from what answers have brought
(C_a of `responses`: power of who joins, their tools, how late they come); an answer that is late,
weak or missing is forgotten at the rate m. What is told beforehand of costs adds to it in
proportion: costs that are never imposed are not believed. A norm in force, the status quo of an
issue on 0-1, holds attackers back only where breaking it has consequences: it multiplies, and does
not add. Criminals work for money, and are not deterred in this way, only broken up.

Restraint is a logarithm of the rate of attacks. That answers deter at all is assumed: the range of
k begins with 0. The signs are those of Baliga, Bueno de Mesquita and Wolitzky (2020); that
indictments do not stop those who work for profit is from interviews and cases (see docs/ODD.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import Field

from sim.core.ask import Phase
from sim.core.calendar import years
from sim.core.fields import IssueRef, Part, Percent
from sim.core.happenings import Change
from sim.core.mechanism import Axes, Curve, Look, Mechanism, Section, When
from sim.core.outcome import PERCENT, Outcome, Over
from sim.core.parameters import Parameter
from sim.core.setting import Meeting, Scene, Setting
from sim.core.world import World
from sim.mechanisms.incidents import FULL, Incidents, Yields
from sim.mechanisms.responses import Responses

Floats = npt.NDArray[np.float64]

ANNOUNCED = "deterrence.announced"


class WrittenDeterrence(Part):
    """What attackers are told beforehand, and which norm is in force."""

    announced: Percent = Field(
        default=0.0, description="how far likely costs are announced beforehand, 0-100"
    )
    norm: IssueRef = Field(
        default="", description="the issue whose status quo says how far a norm is in force"
    )


@dataclass(frozen=True)
class Plan:
    """What all runs share."""

    norm: int  # place of its issue; -1: none


@dataclass
class State:
    """What attackers expect."""

    expects: Floats  # (runs, attackers)
    deterred: list[Floats]  # (runs,) by session: share of attacks that does not happen


class Deterrence(Mechanism):
    """Deterrence: attackers attack the less, the more they expect to be answered in time."""

    name = "deterrence"
    needs = ("incidents", "responses")
    when = When.OPENING
    after = ("responses",)
    scenario = {
        "deterrence": Section(
            WrittenDeterrence, WrittenDeterrence(), "announced costs, and norms in force"
        )
    }
    parameters = (
        Parameter(
            *("deterrence", "k_d", 0.3, 0.0, 1.0),
            "log of the rate of attacks that an expected answer by one great power with every tool"
            " at once takes away; assumed",
        ),
        Parameter(
            *("deterrence_memory", "m_d", 0.5, 0.1, 0.9),
            "how much of what attackers expect is of the last year; assumed",
        ),
        Parameter(
            *("deterrence_norm", "theta_d", 1.0, 0.0, 3.0),
            "what a norm in full force adds to what an expected answer does; assumed",
        ),
    )
    events = {ANNOUNCED: "how far likely costs are announced from then on"}
    outcomes = (
        Outcome(
            "deterred",
            "the share of state attacks deterred in {session}",
            "of what states would attack in {session} without expecting answers, what they do not",
            *(PERCENT, Over.SESSION, 0, 100),
        ),
    )
    figures = (Curve("deterred", "Share of state attacks that is deterred"),)
    claims = {
        "R04": "answers deter if they come in time; built in, by how fast they lose worth",
        "R07": "costs that are announced deter more, if they are imposed; built in",
        "R17": "norms count only with consequences; built in as a product",
    }
    sources = ("baliga2020",)
    off = {"deterrence": 0.0}

    def said(self, sections: Mapping[str, Any]) -> bool:
        """Whether there is anybody who answers."""
        return bool(sections[Responses.name].respond == "on")

    def check(self, said: Mapping[str, Any], look: Look) -> None:
        """Refuse to announce costs that nobody imposes."""
        if said["deterrence"] != WrittenDeterrence() and not self.said(said):
            problem = "says what deters, and nobody responds"
            look.wrong(("deterrence",), problem, "", "responses: {respond: on}")

    def compile(self, said: Mapping[str, Any], axes: Axes) -> Plan | None:
        """Find the issue of the norm."""
        norm = said["deterrence"].norm
        return Plan(axes.issues.index(norm) if norm else -1) if self.said(said) else None

    def opening(self, said: Mapping[str, Any], axes: Axes) -> float:
        """How far costs are announced at first."""
        announced: float = said["deterrence"].announced / FULL
        return announced

    def set(self, scene: Scene, change: Change, axes: Axes) -> Scene:
        """The scene once more or less is announced."""
        return replace(scene, parts={**scene.parts, self.name: change.value / FULL})

    def show(
        self, said: Mapping[str, Any], names: Callable[[Iterable[str]], str], actor: str = ""
    ) -> Iterator[str]:
        """Tell which norm counts, and what is announced."""
        written = said["deterrence"]
        if self.said(said) and not actor and written.norm:
            yield f"a norm on {written.norm} deters where breaking it has consequences"
        if self.said(said) and not actor and written.announced:
            yield f"costs are announced beforehand: {written.announced:g}%"

    def begin(self, setting: Setting, world: World) -> State:
        """Nobody expects anything yet: what was usual is in the attackers' rates."""
        return State(np.zeros((world.size, len(setting.parts[Incidents.name].names))), [])

    def play(self, setting: Setting, world: World, meeting: Meeting) -> Phase:
        """Let attackers learn from the answers of this session, and hold back in the next."""
        state, attackers = self.state(world), setting.parts[Incidents.name]
        announced = setting.scene(meeting.session).parts[self.name]
        brought = world.state[Responses.name].cost * (1.0 + announced)
        state.expects = learn(
            state.expects, brought, world.column("deterrence_memory"), years(setting)
        )
        norm = self.part(setting).norm
        in_force = world.status_quo[:, norm, None] if norm >= 0 else 0.0
        more = 1.0 + world.column("deterrence_norm") * in_force
        held = world.column("deterrence") * state.expects * more * ~attackers.criminal
        world.state[Incidents.name].restraint[self.name] = -held
        rate = np.where(attackers.criminal, 0.0, world.state[Incidents.name].rate)
        without = rate.sum(axis=1)
        less = (rate * -np.expm1(-held)).sum(axis=1)
        state.deterred.append(less / np.where(without > 0, without, 1.0))
        yield from ()

    def level(self, setting: Setting, world: World, outcome: str) -> Floats | None:
        """What is deterred as it now stands, in per cent: (runs,)."""
        state: State = self.state(world)
        return FULL * state.deterred[-1] if outcome == "deterred" and state.deterred else None

    def collect(self, setting: Setting, world: World) -> Yields:
        """Read off what was deterred, session by session."""
        for session, deterred in enumerate(self.state(world).deterred, start=1):
            yield "deterred", (setting.label(session),), deterred


def learn(expects: Floats, brought: Floats, memory: Floats, step: float) -> Floats:
    """Move what is expected towards what was brought upon one in a session of ``step`` years.

    ``memory`` is the weight of the last year; what is brought counts by the year, so that the
    length of sessions does not change what is learned. Arrays are (runs, attackers).
    """
    kept = (1.0 - memory) ** step
    learned: Floats = expects * kept + brought * (1.0 - kept) / step
    return learned
