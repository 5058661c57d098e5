"""Assistance: victims of grave incidents ask for help, and response teams limit the harm.

    p_j = 1 - prod over givers i of (1 - a T_ij)         a = logistic( b + d duty )
    harm  x  (1 - w)   where help comes and the victim's response team can work

A victim j asks when the gravity is at least half; each giver helps with a chance that goes with
its tie T_ij to the victim, so that many givers are better than one, and the well connected better
served. The duty to help on request, one of the norms of 2015, is the status quo of an issue: it
makes each giver readier. Response teams are spared as far as the scenario says; one that is not is
itself attacked with chance t, and then there is nobody to help. What a company suffers, its home
state asks for. b is an estimate, d, w and t are assumed, with ranges that include nothing;
that a request is answered at all is known from cases only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import Field

from sim.core import special
from sim.core.ask import Phase
from sim.core.fields import ActorRefs, IssueRef, Part, Percent
from sim.core.mechanism import Axes, Look, Mechanism, Section, When
from sim.core.outcome import PERCENT, Outcome, Over
from sim.core.parameters import Parameter
from sim.core.setting import Meeting, Setting
from sim.core.world import World
from sim.mechanisms.incidents import FULL, Incidents, Yields, share, some
from sim.mechanisms.incidents import Plan as Attackers
from sim.mechanisms.ties import strength

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

GRAVE = 0.5  # gravity from which a victim asks for help: assumed


class WrittenAssistance(Part):
    """Who helps when asked, whether it is a duty, and whether response teams are spared."""

    givers: ActorRefs = Field(default=(), description="states and companies that help when asked")
    duty: IssueRef = Field(
        default="", description="the issue whose status quo says how far helping is a duty"
    )
    teams_spared: Percent = Field(
        default=0.0, description="how far response teams are protected from attack, 0-100"
    )


@dataclass(frozen=True)
class Plan:
    """What all runs share."""

    givers: Bools  # (actors,)
    duty: int  # place of its issue; -1: none
    spared: float
    speaks: Ints  # (actors,): who asks for each


@dataclass
class State:
    """What was asked for, and what came of it: (runs,)."""

    asked: Floats
    answered: Floats
    averted: Floats


class Assistance(Mechanism):
    """Assistance: victims of grave incidents ask for help, and response teams limit the harm."""

    name = "assistance"
    needs = ("incidents",)
    when = When.OPENING
    after = ("incidents",)
    scenario = {
        "assistance": Section(
            WrittenAssistance, WrittenAssistance(), "who helps the victims of grave incidents"
        )
    }
    parameters = (
        Parameter(
            *("helping", "b_h", -1.0, -3.0, 0.0),
            "readiness of a giver to help one it is tied to as closely as can be, in logits; an"
            " estimate",
        ),
        Parameter(
            *("helping_duty", "d_h", 1.0, 0.0, 2.0),
            "what a duty in full force adds to it, in logits; assumed",
        ),
        Parameter(
            *("helping_worth", "w_h", 0.3, 0.0, 0.7),
            "part of the harm that help averts; assumed",
        ),
        Parameter(
            *("teams_attacked", "t_h", 0.2, 0.0, 0.5),
            "chance that a response team without protection is attacked too; assumed",
        ),
    )
    draws = ("answer", "team")
    outcomes = (
        Outcome(
            "requests",
            "requests for assistance",
            "requests for help after grave incidents, over all sessions",
            *("requests", Over.RUN, 0, None, 0),
            whole=True,
        ),
        Outcome(
            "requests_answered",
            "the share of requests that are answered",
            "of requests for help, those that anybody answered",
            *(PERCENT, Over.RUN, 0, 100),
            missing="nobody asked",
        ),
        Outcome(
            "harm_averted",
            "harm that help averted",
            "what help took off the harm of incidents; 100: one that destroys something vital",
            *("points", Over.RUN, 0, None, 0),
        ),
    )
    acts = {"asks for assistance": "asks others for help after grave incidents, in requests"}
    off = {"helping_worth": 0.0}

    def said(self, sections: Mapping[str, Any]) -> bool:
        """Whether anybody helps."""
        return bool(sections["assistance"].givers)

    def check(self, said: Mapping[str, Any], look: Look) -> None:
        """Refuse help after nothing, and a duty of nobody."""
        written = said["assistance"]
        if written.givers and not said[Incidents.name]:
            problem = "help, and there are no incidents"
            look.wrong(("assistance", "givers"), problem, "", "attackers under incidents")
        if not written.givers and written != WrittenAssistance():
            look.wrong(("assistance", "givers"), "names nobody who helps", "", "states, companies")

    def compile(self, said: Mapping[str, Any], axes: Axes) -> Plan | None:
        """Turn names into places."""
        written = said["assistance"]
        if not self.said(said):
            return None
        return Plan(
            givers=axes.mask(written.givers),
            duty=axes.issues.index(written.duty) if written.duty else -1,
            spared=written.teams_spared / FULL,
            speaks=np.array([axes.place(axes.home.get(actor, actor)) for actor in axes.actors]),
        )

    def show(
        self, said: Mapping[str, Any], names: Callable[[Iterable[str]], str], actor: str = ""
    ) -> Iterator[str]:
        """Tell who helps."""
        written = said["assistance"]
        if written.givers and (not actor or actor in written.givers):
            yield f"{names(written.givers)} help when asked"

    def begin(self, setting: Setting, world: World) -> State:
        """Nobody has asked yet."""
        return State(*(np.zeros(world.size) for _ in range(3)))

    def play(self, setting: Setting, world: World, meeting: Meeting) -> Phase:
        """Let victims ask, see whom anybody helps, and take off harm."""
        plan, state = self.part(setting), self.state(world)
        attackers: Attackers = setting.parts[Incidents.name]
        happened, now = world.state[Incidents.name], meeting.session - 1
        live = np.flatnonzero(happened.happened[:, now].any(axis=0))
        about, at = attackers.label[live], (slice(None), now, live)
        victim = np.take(plan.speaks, happened.target[at])
        asks = happened.happened[at] & (happened.gravity[at] >= GRAVE)
        asks &= np.take(setting.scene(meeting.session).heard, victim)
        chance = np.take_along_axis(self._chance(setting, world, meeting.session), victim, axis=1)
        helped = asks & (self.luck(world, "answer", about, meeting.session) < chance)
        hit = world.column("teams_attacked") * (1.0 - plan.spared)
        works = self.luck(world, "team", about, meeting.session) >= hit
        worth = world.column("helping_worth")
        averted = np.zeros(happened.harm[:, now].shape)  # of all slots: a sum of a fixed shape
        averted[:, live] = np.where(helped & works, happened.harm[at] * worth, 0.0)
        happened.harm[:, now] -= averted
        state.asked += np.count_nonzero(asks, axis=1)
        state.answered += np.count_nonzero(helped, axis=1)
        state.averted += averted.sum(axis=1)
        self._log(setting, world, meeting, asks, victim)
        yield from ()

    def _chance(self, setting: Setting, world: World, session: int) -> Floats:
        """The chance that anybody helps each who asks: (runs, actors)."""
        plan: Plan = self.part(setting)
        in_force = world.status_quo[:, plan.duty, None] if plan.duty >= 0 else 0.0
        ready = special.expit(world.column("helping") + world.column("helping_duty") * in_force)
        there = np.flatnonzero(plan.givers & setting.scene(session).heard)
        return anybody(ready, strength(setting)[there])

    def _log(
        self, setting: Setting, world: World, meeting: Meeting, asks: Bools, victim: Ints
    ) -> None:
        """Log who asks how often."""
        at = np.nonzero(asks)
        speaks: Ints = self.part(setting).speaks
        count = np.zeros((world.size, len(speaks)))
        np.add.at(count, (at[0], victim[at]), 1.0)
        if len(at[0]):
            self.act(world, meeting, "asks for assistance", range(len(speaks)), size=some(count))

    def collect(self, setting: Setting, world: World) -> Yields:
        """Read off requests, answers and what they averted."""
        state = self.state(world)
        yield "requests", (), state.asked
        yield "requests_answered", (), share(state.answered, state.asked)
        yield "harm_averted", (), FULL * state.averted


def anybody(ready: Floats, ties: Floats) -> Floats:
    """The chance that at least one helps: (runs, actors).

    ``ready`` (runs, 1) is a giver's readiness, ``ties`` (givers, actors) how well it gets through.
    """
    nobody = np.ones((len(ready), ties.shape[1]))
    for tie in ties:
        nobody = nobody * (1.0 - ready * tie)
    return 1.0 - nobody
