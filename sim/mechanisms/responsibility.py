"""Responsibility: who can best carry it makes products secure, and incidents do less harm.

    M <- M + (moved - M) (1 - exp(-y / T))          harm  x  (1 - w M)

``moved`` is how much of the burden of security lies with the most capable (vendors, operators of
cloud and telecom networks) and no longer with the users who are hit. It works through investment,
which takes T years to mature: y is the length of a session in years. How much harm it can take away
at most (w) is assumed, from a range that begins with nothing: that secure-by-design helps is the
claim (R27), and its size is not measured anywhere that we know of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import Field

from sim.core.ask import Phase
from sim.core.calendar import years
from sim.core.fields import Part, Percent
from sim.core.happenings import Change
from sim.core.mechanism import Axes, Curve, Look, Mechanism, Section, When
from sim.core.outcome import PERCENT, Outcome, Over
from sim.core.parameters import Parameter
from sim.core.setting import Meeting, Scene, Setting
from sim.core.world import World
from sim.mechanisms.incidents import FULL, Incidents, Yields

Floats = npt.NDArray[np.float64]

MOVED = "responsibility.moved"


class WrittenResponsibility(Part):
    """How much of the burden of security the most capable carry."""

    moved: Percent = Field(
        default=0.0, description="how much of the burden is moved to the most capable, 0-100"
    )
    matures: float = Field(
        default=3.0, ge=0.1, le=20, description="years that investment takes to mature"
    )


@dataclass
class State:
    """How much has matured."""

    mature: Floats  # (runs,)
    averted: list[Floats] = field(default_factory=list)  # (runs,) by session: share of harm


class Responsibility(Mechanism):
    """Responsibility: who can best carry it makes products secure; incidents do less harm."""

    name = "responsibility"
    needs = ("incidents",)
    when = When.OPENING
    after = ("events",)
    scenario = {
        "responsibility": Section(
            WrittenResponsibility,
            WrittenResponsibility(),
            "how much of the burden of security the most capable carry",
        )
    }
    parameters = (
        Parameter(
            *("responsibility", "w_s", 0.4, 0.0, 0.8),
            "part of the harm that is gone once all of the burden has moved; assumed",
        ),
    )
    events = {MOVED: "how much of the burden is moved from then on"}
    outcomes = (
        Outcome(
            "risk_averted",
            "the share of harm that secure products avert in {session}",
            "what investment of the most capable takes off the harm of an incident in {session}",
            *(PERCENT, Over.SESSION, 0, 100),
        ),
    )
    figures = (Curve("risk_averted", "Share of harm that secure products avert"),)
    claims = {"R27": "responsibility moved to the most capable lowers systemic risk; built in"}
    off = {"responsibility": 0.0}

    def check(self, said: Mapping[str, Any], look: Look) -> None:
        """Refuse to move the burden of nothing."""
        if said["responsibility"].moved and not said[Incidents.name]:
            problem = "is moved, and there are no incidents"
            right = "attackers under incidents"
            look.wrong(("responsibility", "moved"), problem, said["responsibility"].moved, right)

    def said(self, sections: Mapping[str, Any]) -> bool:
        """Whether there are incidents, and anything is said of it."""
        return (
            bool(sections[Incidents.name]) and sections["responsibility"] != WrittenResponsibility()
        )

    def compile(self, said: Mapping[str, Any], axes: Axes) -> float | None:
        """In how many years investment matures."""
        return said[self.name].matures if self.said(said) else None

    def opening(self, said: Mapping[str, Any], axes: Axes) -> float:
        """How much is moved at first."""
        moved: float = said[self.name].moved / FULL
        return moved

    def set(self, scene: Scene, change: Change, axes: Axes) -> Scene:
        """The scene once more or less is moved."""
        return replace(scene, parts={**scene.parts, self.name: change.value / FULL})

    def show(
        self, said: Mapping[str, Any], names: Callable[[Iterable[str]], str], actor: str = ""
    ) -> Iterator[str]:
        """Tell how much is moved."""
        if self.said(said) and not actor:
            written = said[self.name]
            yield f"{written.moved:g}% moved to the most capable, within {written.matures:g} years"

    def begin(self, setting: Setting, world: World) -> State:
        """Nothing has matured yet."""
        return State(np.zeros(world.size))

    def play(self, setting: Setting, world: World, meeting: Meeting) -> Phase:
        """Let investment mature."""
        state, moved = self.state(world), setting.scene(meeting.session).parts[self.name]
        state.mature += (moved - state.mature) * -np.expm1(-years(setting) / self.part(setting))
        averted = world.parameters["responsibility"] * state.mature
        state.averted.append(averted)
        world.state[Incidents.name].softened[self.name] = 1.0 - averted
        yield from ()

    def level(self, setting: Setting, world: World, outcome: str) -> Floats | None:
        """What is averted as it now stands, in per cent: (runs,)."""
        state: State = self.state(world)
        return FULL * state.averted[-1] if outcome == "risk_averted" and state.averted else None

    def collect(self, setting: Setting, world: World) -> Yields:
        """Read off what is averted, session by session."""
        for session, averted in enumerate(self.state(world).averted, start=1):
            yield "risk_averted", (setting.label(session),), averted
