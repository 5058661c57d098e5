"""Escalation: hard answers, false accusations and misread accidents raise tension; measures calm.

    P(a strikes back) = 1 - exp( -x (hard_a + 2 false_a) (1 - c cbm) )
    P(misread)        = 1 - exp( -y f (1 + H_a) (1 - c cbm) )
    H_a <- H_a 2^(-y) + (strikes back) + (misread)         rate of attacks of a  x  exp(h H_a)

hard_a is the part of what answers brought upon attacker a that cannot be taken back, false_a
whether it was accused this session of what it did not do. y is the length of a session in years: in
any of them what was an accident or mere espionage may be misread as an attack, the more so under
tension H, which halves in a year. cbm is how far confidence-building measures are in force, the
status quo of an issue on 0-1: contact points, notification, consultation let the two sides ask
before they strike. That tools which can be taken back do not escalate is assumed; so are x, f, h
and c, whose ranges include nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import Field

from sim.core.ask import Phase
from sim.core.calendar import years
from sim.core.draws import labels
from sim.core.fields import IssueRef, Part
from sim.core.mechanism import Axes, Curve, Look, Mechanism, Section, Telling, When
from sim.core.outcome import Outcome, Over
from sim.core.parameters import Parameter
from sim.core.setting import Meeting, Setting
from sim.core.world import World
from sim.mechanisms.attribution import Attribution
from sim.mechanisms.incidents import Incidents, Yields, some
from sim.mechanisms.incidents import Plan as Attackers
from sim.mechanisms.responses import Responses

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

FALSE = 2.0  # how much worse it is to be accused falsely than answered hard: assumed


class WrittenEscalation(Part):
    """What calms."""

    measures: IssueRef = Field(
        default="", description="the issue whose status quo says how far measures are in force"
    )


@dataclass
class State:
    """How tense it is."""

    tension: Floats  # (runs, attackers)
    events: list[Floats] = field(default_factory=list)  # (runs,) by session


class Escalation(Mechanism):
    """Escalation: hard answers, false accusations and misread accidents raise tension."""

    name = "escalation"
    needs = ("incidents", "responses")
    when = When.OPENING
    after = ("deterrence",)
    scenario = {
        "escalation": Section(
            WrittenEscalation, WrittenEscalation(), "confidence-building measures that calm"
        )
    }
    parameters = (
        Parameter(
            *("escalation", "x_e", 0.3, 0.0, 1.0),
            "how readily who is answered hard strikes back; assumed",
        ),
        Parameter(
            *("misreading", "f_e", 0.05, 0.0, 0.3),
            "accidents a year and state that are misread as attacks; assumed",
        ),
        Parameter(
            *("escalation_step", "h_e", 0.2, 0.0, 0.6),
            "log of the rate of attacks that one step of tension adds; assumed",
        ),
        Parameter(
            *("calming", "c_e", 0.6, 0.0, 1.0),
            "part of escalation that measures in full force prevent; assumed",
        ),
    )
    draws = ("back", "misread")
    outcomes = (
        Outcome(
            "escalations",
            "escalations in {session}",
            "states that strike back or misread an accident in {session}",
            *("escalations", Over.SESSION, 0, None, 0),
            whole=True,
        ),
        Outcome(
            "tension",
            "tension at the end",
            "the mean tension of states that attack at the end; 1: one escalation just now",
            *("steps", Over.RUN, 0, None, 0),
        ),
    )
    acts = {"strikes back": "strikes back at those who answered it, in steps of tension"}
    tellings = {
        "strikes back": Telling("struck back at those who had answered its attacks", 2),
    }
    figures = (Curve("escalations", "Escalations", "Escalations", 2, adds=True),)
    claims = {"R22": "confidence-building measures lower misperception; built in"}
    off = {"escalation": 0.0, "misreading": 0.0}

    def said(self, sections: Mapping[str, Any]) -> bool:
        """Whether there is anybody who answers."""
        return bool(sections[Responses.name].respond == "on")

    def check(self, said: Mapping[str, Any], look: Look) -> None:
        """Refuse to calm what does not escalate."""
        if said["escalation"].measures and not self.said(said):
            problem = "calm nothing: nobody responds"
            look.wrong(("escalation", "measures"), problem, "", "responses: {respond: on}")

    def compile(self, said: Mapping[str, Any], axes: Axes) -> int | None:
        """Find the issue of the measures; -1: none."""
        measures = said["escalation"].measures
        if not self.said(said):
            return None
        return axes.issues.index(measures) if measures else -1

    def show(
        self, said: Mapping[str, Any], names: Callable[[Iterable[str]], str], actor: str = ""
    ) -> Iterator[str]:
        """Tell what calms."""
        if self.said(said) and not actor and said["escalation"].measures:
            yield f"measures on {said['escalation'].measures} calm it"

    def begin(self, setting: Setting, world: World) -> State:
        """It is calm at first."""
        return State(np.zeros((world.size, len(setting.parts[Incidents.name].names))))

    def play(self, setting: Setting, world: World, meeting: Meeting) -> Phase:
        """See who strikes back, and what is misread."""
        plan: Attackers = setting.parts[Incidents.name]
        state, step, session = self.state(world), years(setting), meeting.session
        name, measures = labels(plan.names), self.part(setting)
        in_force = world.status_quo[:, measures, None] if measures >= 0 else 0.0
        loud = 1.0 - world.column("calming") * in_force
        provoked = world.state[Responses.name].hard + FALSE * accused_falsely(
            setting, world, session
        )
        back = -np.expm1(-world.column("escalation") * provoked * loud)
        alarm = step * world.column("misreading") * (1.0 + state.tension) * loud
        strikes = (self.luck(world, "back", name, session) < back) & ~plan.criminal
        misreads = self.luck(world, "misread", name, session) < -np.expm1(-alarm)
        misreads &= ~plan.criminal
        steps = strikes.astype(np.float64) + misreads
        state.tension = state.tension * 0.5**step + steps
        state.events.append(steps.sum(axis=1))
        raised = world.column("escalation_step") * state.tension
        world.state[Incidents.name].restraint[self.name] = raised
        for a in np.flatnonzero((plan.home >= 0) & ~plan.criminal).tolist():
            size = some(strikes[:, a].astype(np.float64))
            self.act(world, meeting, "strikes back", int(plan.home[a]), size=size)
        yield from ()

    def level(self, setting: Setting, world: World, outcome: str) -> Floats | None:
        """Escalations in the last session that was played: (runs,)."""
        state: State = self.state(world)
        return state.events[-1].copy() if outcome == "escalations" and state.events else None

    def collect(self, setting: Setting, world: World) -> Yields:
        """Read off escalations by session, and how tense it is in the end."""
        plan, state = setting.parts[Incidents.name], self.state(world)
        for session, events in enumerate(state.events, start=1):
            yield "escalations", (setting.label(session),), events
        states = np.maximum(np.count_nonzero(~plan.criminal), 1)
        yield "tension", (), state.tension.sum(axis=1) / states


def accused_falsely(setting: Setting, world: World, session: int) -> Bools:
    """Who is accused in a session of what it did not do: (runs, attackers)."""
    plan: Attackers = setting.parts[Incidents.name]
    state = world.state[Attribution.name]
    wrong = (state.due[:, :session] == session) & (state.accused[:, :session] != plan.owner)
    at = np.nonzero(wrong)
    found = np.zeros((world.size, len(plan.names)), dtype=bool)
    found[at[0], state.accused[at]] = True
    return found
