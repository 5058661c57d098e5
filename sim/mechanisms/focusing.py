"""Focusing events: who is hit hard cares more, for a while, about the issues that this is about.

    B_i <- B_i 2^(-y / T) + (1 - B_i) (1 - exp(-f G_i))         s_ik = s0_ik + (1 - s0_ik) B_i

G_i is the gravity of the public incidents that actor i, or a company at home there, suffered in the
session; y is the length of a session in years. Attention fades by half in T years, as issues come
and go on the agenda (Downs 1972). Salience s is raised for the issues that the scenario names, and
what events do to it stays. That an attack on what is critical moves its victim's priorities is
assumed, from a range that begins with nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.ask import Phase
from sim.core.calendar import years
from sim.core.fields import IssueRef
from sim.core.mechanism import Axes, Look, Mechanism, Section, When
from sim.core.outcome import PERCENT, Outcome
from sim.core.parameters import Parameter
from sim.core.setting import Meeting, Setting
from sim.core.world import World
from sim.mechanisms.incidents import Incidents, Yields

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

HALVES = 0.5  # years in which attention halves: assumed


@dataclass(frozen=True)
class Plan:
    """What all runs share."""

    issues: Ints  # places of the issues that are cared about more
    speaks: Ints  # (actors,): the state that each is at home in, or itself


@dataclass
class State:
    """How much more each cares: (runs, actors), 0-1."""

    boost: Floats


class Focusing(Mechanism):
    """Focusing events: who is hit hard cares more, for a while, about what this is about."""

    name = "focusing"
    needs = ("incidents",)
    when = When.OPENING
    after = ("incidents",)
    scenario = {
        "focusing": Section(
            tuple[IssueRef, ...],
            (),
            "issues that victims of incidents care about more, for a while",
        )
    }
    parameters = (
        Parameter(
            *("focusing", "f_f", 0.1, 0.0, 0.5),
            "how far one grave incident (gravity 1) turns its victim's attention; assumed",
        ),
    )
    outcomes = (
        Outcome(
            "attention",
            "what incidents add to attention",
            "the mean over states of what incidents add to their salience at the end, of what could"
            " be added",
            PERCENT,
            low=0,
            high=100,
            when_none=0,
        ),
    )
    sources = ("downs1972",)
    off = {"focusing": 0.0}

    def check(self, said: Mapping[str, Any], look: Look) -> None:
        """Refuse attention to what does not happen."""
        if said["focusing"] and not said[Incidents.name]:
            problem = "are to be cared about after incidents, and there are none"
            look.wrong(("focusing",), problem, "", "attackers under incidents")

    def compile(self, said: Mapping[str, Any], axes: Axes) -> Plan | None:
        """Find the issues."""
        if not said["focusing"] or not said[Incidents.name]:
            return None
        return Plan(
            issues=np.array([axes.issues.index(issue) for issue in said["focusing"]]),
            speaks=np.array([axes.place(axes.home.get(actor, actor)) for actor in axes.actors]),
        )

    def show(
        self, said: Mapping[str, Any], names: Callable[[Iterable[str]], str], actor: str = ""
    ) -> Iterator[str]:
        """Tell what is cared about more."""
        if said["focusing"] and not actor:
            yield f"victims care more about {', '.join(said['focusing'])}"

    def begin(self, setting: Setting, world: World) -> State:
        """Nobody has been hit."""
        return State(np.zeros((world.size, len(setting.actors))))

    def play(self, setting: Setting, world: World, meeting: Meeting) -> Phase:
        """Raise what victims care about, and let it fade."""
        plan, state, now = self.part(setting), self.state(world), meeting.session - 1
        happened = world.state[Incidents.name]
        at = np.nonzero(happened.happened[:, now])
        slots = (at[0], np.full(len(at[0]), now), at[1])
        hit = np.zeros(state.boost.shape)
        np.add.at(hit, (at[0], plan.speaks[happened.target[slots]]), happened.gravity[slots])
        before = state.boost
        faded = before * 0.5 ** (years(setting) / HALVES)
        state.boost = faded + (1.0 - faded) * -np.expm1(-world.column("focusing") * hit)
        left = (1.0 - state.boost) / np.maximum(1.0 - before, 1e-12)
        for issue in plan.issues.tolist():
            cares = setting.worlds.salience[:, :, issue].any(axis=0)  # who has a position at all
            salience = world.salience[:, :, issue]
            raised = np.clip(1.0 - (1.0 - salience) * left, 0.0, 1.0)
            world.salience[:, :, issue] = np.where(cares & (left != 1.0), raised, salience)
        yield from ()

    def collect(self, setting: Setting, world: World) -> Yields:
        """Read off how much attention incidents have drawn."""
        yield "attention", (), self.state(world).boost.mean(axis=1)
