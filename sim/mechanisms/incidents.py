"""Incidents: states and criminals attack; some of it becomes public, is more or less grave, harms.

    N_at ~ Poisson( r_a (1 + g_a)^(t y) y exp(sum of restraints_a + s z_at - s^2 / 2) )

N_at are the incidents by attacker a in session t that become public, r_a their number a year at
first, g_a its growth a year, y the length of a session in years, z a normal deviate of each
attacker and session. Restraints are logs of rates that other mechanisms put here: deterrence,
disruption, escalation. By the thinning of a Poisson process, what stays hidden is another one, of
rate (1 - rho) / rho as large, rho the share that becomes public. Each public incident has a target
(by weight, or by capability: who has more has more to lose), a kind, and a gravity, which is
exponential about that of its kind; harm is what is left of it once others soften it. A target
concedes something with a chance that goes with gravity.

Rates by state are counts of public trackers, so that what they leave out is left out here. The
spread s is that of four states over 2014 to 2018; the chance of a concession, at typical gravity,
that of 429 incidents between rivals; both by `experiments/fits/incidents.py`. The gravity of kinds
and rho are estimates: of them only harm and what is hidden depend on it.
Thinning: Kingman (1993).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from sim.core import special
from sim.core.ask import Phase
from sim.core.calendar import years
from sim.core.draws import Labels, labels
from sim.core.fields import ActorRef, ActorRefs, Part, Percent, Weight
from sim.core.happenings import Change
from sim.core.mechanism import Axes, Bars, Curve, Look, Mechanism, Section, When
from sim.core.outcome import PERCENT, Outcome, Over
from sim.core.parameters import Parameter
from sim.core.setting import Meeting, Scene, Setting
from sim.core.world import World

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Yields = Iterator[tuple[str, tuple[str, ...], npt.NDArray[Any]]]

FULL = 100.0
GRAVITY = {  # the mean of each kind, 0-1; estimates
    "espionage": 0.2,
    "theft": 0.3,
    "interference": 0.5,
    "disruption": 0.5,
    "ransomware": 0.6,
    "destruction": 0.9,
}
TYPICAL = 0.3  # mean gravity of a public tracker's mix, of which three quarters are espionage
ROOM, SURGE = (
    8,
    4.0,
)  # incidents of an attacker that a session has room for: ROOM + SURGE times usual
MOST = 500  # incidents a year of one attacker
ACTIVITY = "incidents.ATTACKER.activity"


class WrittenAttacker(Part):
    """A state that attacks, or criminals who do, and how often it becomes public."""

    state: ActorRef = Field(
        default="", description="the state that attacks; of criminals, that they work from"
    )
    who: Literal["state", "criminals"] = Field(
        default="state", description="state: it attacks itself; criminals: for money"
    )
    rate: float = Field(
        ge=0, le=MOST, description="its incidents that become public, a year, at first"
    )
    growth: float = Field(
        default=0.0, ge=-90, le=200, description="growth of that rate, in per cent a year"
    )
    activity: Percent = Field(
        default=100.0, description="how active it is, of what its rate says; events may set it"
    )
    targets: ActorRefs = Field(
        default=(), description="whom it attacks; by default all, by what they have to lose"
    )
    weights: dict[ActorRef, Weight] = Field(
        default={}, description="targets' weights where they are known better than by capability"
    )
    kinds: dict[
        Literal["espionage", "theft", "interference", "disruption", "ransomware", "destruction"],
        Weight,
    ] = Field(default={"espionage": 1.0}, description="what it does, by weight")
    naming_cost: float = Field(
        default=2.6,
        gt=0,
        le=100,
        description="what it costs to name it: divides the chance that anybody does, and multiplies"
        " the time; 1 is that of naming Russia",
    )


@dataclass(frozen=True)
class Plan:
    """What all runs share; arrays are (attackers,) unless said otherwise."""

    names: tuple[str, ...]
    home: Ints  # place of its state; -1: none here
    criminal: Bools
    rate: Floats
    growth: Floats
    cost: Floats
    target: tuple[tuple[Ints, Floats], ...]  # places, and shares added up
    kind: Floats  # (attackers, kinds): shares added up
    owner: Ints  # (slots,): whose each slot is
    number: Ints  # (slots,): which of its attacker's, from 0
    label: Labels  # (slots,)


@dataclass
class State:
    """What has happened; arrays by incident are (runs, sessions, slots)."""

    happened: Bools
    target: npt.NDArray[np.int16]
    kind: npt.NDArray[np.int8]
    gravity: Floats
    harm: Floats
    concedes: Bools
    rate: Floats  # (runs, attackers): expected to become public in this session
    hidden: list[Floats] = field(default_factory=list)  # (runs,) by session
    restraint: dict[str, Floats] = field(default_factory=dict)  # (runs, attackers), logs of rates
    softened: dict[str, Floats] = field(default_factory=dict)  # (runs,), factors of harm

    @property
    def counts(self) -> Ints:
        """Public incidents of each session: (runs, sessions)."""
        counts: Ints = np.count_nonzero(self.happened, axis=2)
        return counts


def poisson(mean: Floats, luck: Floats) -> Floats:
    """Turn uniforms into Poisson numbers of this mean, by the inverse of the distribution."""
    some = np.maximum(mean, 1e-300)
    above = np.ceil(special.pdtrik(luck, some))
    below = np.maximum(above - 1.0, 0.0)
    drawn = np.where(special.pdtr(below, some) >= luck, below, above)
    return np.where(mean > 0, drawn, 0.0)


def suffered(setting: Setting, world: World, session: int) -> Floats:
    """Public incidents that each actor suffered in a session: (runs, actors)."""
    state: State = world.state[Incidents.name]
    runs, slots = np.nonzero(state.happened[:, session - 1])
    found = np.zeros((world.size, len(setting.actors)))
    np.add.at(found, (runs, state.target[runs, session - 1, slots]), 1.0)
    return found


def by_attacker(plan: Plan, of_slots: npt.NDArray[Any]) -> Floats:
    """Sum over the slots of each attacker: (..., slots) to (..., attackers)."""
    begins = np.flatnonzero(plan.number == 0)
    return np.add.reduceat(of_slots.astype(np.float64), begins, axis=-1)


class Incidents(Mechanism):
    """Incidents: states and criminals attack; some becomes public, is more or less grave, harms."""

    name = "incidents"
    when = When.OPENING
    after = ("events",)
    scenario = {
        "incidents": Section(
            dict[str, WrittenAttacker], {}, "who attacks, whom, how, and how often; by a name"
        )
    }
    parameters = (
        Parameter(
            *("incident_reporting", "rho_i", 0.3, 0.1, 1.0),
            "share of attacks that become public; assumed",
        ),
        Parameter(
            *("incident_spread", "s_i", 0.5, 0.0, 0.8),
            "sd of the log of an attacker's rate from session to session",
            source="four states, 2014-2018, by year: .52 (experiments/fits/incidents.py)",
        ),
        Parameter(
            *("concession", "c_i", 0.028, 0.0, 0.06),
            "chance that the target of an incident of typical gravity concedes anything",
            source="12 of 429 incidents between rivals (DCID 2.0)",
        ),
    )
    draws = ("number", "surge", "hidden", "target", "kind", "gravity", "concession")
    events = {ACTIVITY: "how active an attacker is from then on, of what its rate says"}
    outcomes = (
        Outcome(
            "incidents",
            "incidents that become public in {session}",
            "incidents of all attackers that become public in {session}",
            *("incidents", Over.SESSION, 0, None, 0),
            whole=True,
        ),
        Outcome(
            "incidents_by",
            "incidents by {actor}",
            "public incidents of which {actor} itself is the attacker, over all sessions",
            *("incidents", Over.ACTOR, 0, None, 0),
            whole=True,
        ),
        Outcome(
            "attacks",
            "attacks in all",
            "attacks over all sessions, public or not",
            *("attacks", Over.RUN, 0, None, 0),
            whole=True,
        ),
        Outcome(
            "harm",
            "harm of incidents",
            "harm of all public incidents; 100: one that destroys something vital, and is not"
            " softened",
            *("points", Over.RUN, 0, None, 0),
        ),
        Outcome(
            "criminal",
            "the share of incidents that are criminal",
            "of public incidents, those by criminals",
            *(PERCENT, Over.RUN, 0, 100),
            missing="nothing became public",
        ),
        Outcome(
            "conceded",
            "the share of incidents in which the target concedes",
            "of public incidents, those whose target concedes anything",
            *(PERCENT, Over.RUN, 0, 100),
            missing="nothing became public",
        ),
    )
    acts = {"attacks": "attacks, in incidents that become public"}
    figures = (
        Curve("incidents", "Incidents that become public", "Public incidents", 0, adds=True),
        Bars("incidents_by", "Incidents by attacker"),
    )
    sources = ("kingman1993",)

    # What a scenario says

    def check(self, said: Mapping[str, Any], look: Look) -> None:
        """Refuse an attacker without a state, on itself or on nobody, and one told twice."""
        whose: dict[str, str] = {}
        for name, attacker in said["incidents"].items():
            at = ("incidents", name)
            self._check_who(at, attacker, look)
            if attacker.who == "state" and attacker.state:
                other = whose.setdefault(attacker.state, name)
                if other != name:
                    problem = f"attacks as {other} already"
                    look.wrong((*at, "state"), problem, attacker.state, "one attacker of a state")
            for field_, whom in (("targets", attacker.targets), ("weights", attacker.weights)):
                if whom and not {*whom} - {attacker.state}:  # of a group it leaves itself out
                    problem = "names nobody but its own state"
                    look.wrong((*at, field_), problem, attacker.state, "other actors")
            outside = [
                t for t in attacker.weights if attacker.targets and t not in attacker.targets
            ]
            for target in outside:
                right = ", ".join(attacker.targets)
                look.wrong((*at, "weights", target), "is not among the targets", target, right)
            for field_, weights in (("kinds", attacker.kinds), ("weights", attacker.weights)):
                if (weights or field_ == "kinds") and not sum(weights.values()):
                    problem = "leave nothing to draw from: all weights are 0"
                    look.wrong((*at, field_), problem, "", "one above 0")

    def _check_who(self, at: tuple[str, ...], attacker: WrittenAttacker, look: Look) -> None:
        if attacker.who == "state" and not attacker.state:
            look.wrong((*at, "state"), "is missing", "", "the state that attacks")
        elif attacker.state in look.actors and look.actors[attacker.state].kind != "state":
            look.wrong((*at, "state"), "is no state", attacker.state, "a state")

    def show(
        self, said: Mapping[str, Any], names: Callable[[Iterable[str]], str], actor: str = ""
    ) -> Iterator[str]:
        """Tell who attacks how often, or what one actor does."""
        for name, attacker in said["incidents"].items():
            if not actor or actor == attacker.state:
                grows = f", growing by {attacker.growth:g}% a year" if attacker.growth else ""
                yield f"{name}: {attacker.rate:g} public incidents a year{grows}"

    def compile(self, said: Mapping[str, Any], axes: Axes) -> Plan | None:
        """Turn names into places, rates into incidents a year, weights into shares added up."""
        attackers: dict[str, WrittenAttacker] = said["incidents"]
        if not attackers:
            return None
        every = attackers.values()
        step = axes.calendar.years if axes.calendar else 0.25
        rate, growth = (np.array([getattr(a, f) for a in every]) for f in ("rate", "growth"))
        usual = rate * np.maximum(1.0, 1.0 + growth / FULL) ** (axes.sessions * step) * step
        slots = np.ceil(ROOM + SURGE * usual).astype(np.int64)
        owner = np.repeat(np.arange(len(slots)), slots)
        number = np.concatenate([np.arange(n) for n in slots])
        called = [
            f"{name}:{n}" for name, many in zip(attackers, slots, strict=True) for n in range(many)
        ]
        return Plan(
            names=tuple(attackers),
            home=np.array([axes.place(a.state) if a.state else -1 for a in every]),
            criminal=np.array([a.who == "criminals" for a in every]),
            rate=rate,
            growth=growth / FULL,
            cost=np.array([a.naming_cost for a in every]),
            target=tuple(_targets(a, axes) for a in every),
            kind=np.array([_added(_kinds(a)) for a in every]),
            owner=owner,
            number=number,
            label=labels(called),
        )

    def opening(self, said: Mapping[str, Any], axes: Axes) -> Floats | None:
        """How active each attacker is at first: (attackers,)."""
        every = said["incidents"].values()
        return np.array([a.activity for a in every]) / FULL if every else None

    def set(self, scene: Scene, change: Change, axes: Axes) -> Scene:
        """The scene once an attacker is more or less active."""
        is_it = np.array([name == change.names[0] for name in axes.named["incidents"]])
        active = np.where(is_it, change.value / FULL, scene.parts[self.name])
        return replace(scene, parts={**scene.parts, self.name: active})

    def columns(self, outcome: Outcome, said: Mapping[str, Any]) -> Iterable[str]:
        """Keep incidents of the states that attack."""
        return [a.state for a in said["incidents"].values() if a.who == "state"]

    # What happens in a run

    def begin(self, setting: Setting, world: World) -> State:
        """Nothing has happened yet."""
        plan: Plan = self.part(setting)
        shape = (world.size, setting.sessions, len(plan.owner))
        return State(
            happened=np.zeros(shape, dtype=bool),
            target=np.zeros(shape, dtype=np.int16),
            kind=np.zeros(shape, dtype=np.int8),
            gravity=np.zeros(shape),
            harm=np.zeros(shape),
            concedes=np.zeros(shape, dtype=bool),
            rate=np.zeros((world.size, len(plan.names))),
        )

    def play(self, setting: Setting, world: World, meeting: Meeting) -> Phase:
        """Draw how many incidents there are, and what each of them is."""
        plan, state, session = self.part(setting), self.state(world), meeting.session
        number = self._number(setting, world, session)
        happens = plan.number < np.take(number, plan.owner, axis=1)
        state.happened[:, session - 1] = happens
        live = np.flatnonzero(happens.any(axis=0))  # the rest stays as it is, at 0
        self._fill(setting, world, session, live)
        self._log(setting, world, meeting)
        yield from ()

    def _fill(self, setting: Setting, world: World, session: int, live: Ints) -> None:
        """Draw target, kind, gravity and concession of the incidents in these slots."""
        plan, state = self.part(setting), self.state(world)
        about, owner, at = plan.label[live], plan.owner[live], (slice(None), session - 1, live)
        happens = state.happened[at]

        def draw(what: str) -> Floats:
            return self.luck(world, what, about, session)

        kind, target = np.zeros_like(happens, np.int8), np.zeros_like(happens, np.int16)
        which, whom = draw("kind"), draw("target")
        for a in np.unique(owner).tolist():
            of = np.flatnonzero(owner == a)
            places, shares = plan.target[a]
            kind[:, of] = np.searchsorted(plan.kind[a], np.take(which, of, axis=1))
            target[:, of] = places[np.searchsorted(shares, np.take(whom, of, axis=1))]
        gravity = np.take(np.array(list(GRAVITY.values())), kind) * -np.log(draw("gravity"))
        gravity = np.where(happens, gravity, 0.0)
        left = np.ones(world.size)
        for factor in state.softened.values():
            left = left * factor
        state.kind[at], state.target[at] = kind * happens, target * happens
        state.gravity[at], state.harm[at] = gravity, gravity * left[:, None]
        chance = world.column("concession") * gravity / TYPICAL
        state.concedes[at] = draw("concession") < chance

    def _number(self, setting: Setting, world: World, session: int) -> Floats:
        """How many incidents of each attacker become public: (runs, attackers)."""
        plan, state, step = self.part(setting), self.state(world), years(setting)
        name, spread = labels(plan.names), world.column("incident_spread")
        grown = (1.0 + plan.growth) ** ((session - 1) * step)
        usual = plan.rate * grown * step * setting.scene(session).parts[self.name]
        exponent = spread * special.ndtri(self.luck(world, "surge", name, session))
        exponent -= spread**2 / 2
        for restraint in state.restraint.values():
            exponent += restraint
        state.rate = usual * np.exp(exponent)
        hidden = 1.0 / world.column("incident_reporting") - 1.0
        unseen = poisson(state.rate * hidden, self.luck(world, "hidden", name, session))
        state.hidden.append(unseen.sum(axis=1))
        return poisson(state.rate, self.luck(world, "number", name, session))

    def _log(self, setting: Setting, world: World, meeting: Meeting) -> None:
        """Log what each state did; in the story of one run, and to whom."""
        plan, state, session = self.part(setting), self.state(world), meeting.session - 1
        happened = state.happened[:, session]
        for a in np.flatnonzero((plan.home >= 0) & ~plan.criminal).tolist():
            of, home = np.flatnonzero(plan.owner == a), int(plan.home[a])
            to = plan.target[a][0].tolist() if world.detailed else [-1]
            hits = happened[:, of, None]
            if world.detailed:
                hits = hits & (state.target[:, session, of, None] == np.array(to))
            size = np.count_nonzero(hits, axis=1).astype(np.float64)
            self.act(world, meeting, "attacks", [home] * len(to), to, -1, some(size))

    def level(self, setting: Setting, world: World, outcome: str) -> Floats | None:
        """Public incidents of the last session that was played: (runs,)."""
        state: State = self.state(world)
        if outcome != "incidents" or not state.hidden:
            return None
        counts: Floats = state.counts[:, len(state.hidden) - 1].astype(np.float64)
        return counts

    def collect(self, setting: Setting, world: World) -> Yields:
        """Count incidents by session, by attacker and in all."""
        plan, state = self.part(setting), self.state(world)
        counts = state.counts
        for place in range(setting.sessions):
            yield "incidents", (setting.label(place + 1),), counts[:, place].copy()
        total = counts.sum(axis=1)
        whose = by_attacker(plan, np.count_nonzero(state.happened, axis=1))
        for a in np.flatnonzero((plan.home >= 0) & ~plan.criminal).tolist():
            yield "incidents_by", (setting.actors[plan.home[a]],), whose[:, a].copy()
        yield "attacks", (), total + np.sum(state.hidden, axis=0)
        yield "harm", (), FULL * state.harm.sum(axis=(1, 2))
        yield "criminal", (), share(whose[:, plan.criminal].sum(axis=1), total)
        yield "conceded", (), share(np.count_nonzero(state.concedes, axis=(1, 2)), total)


def some(size: Floats) -> Floats:
    """Sizes of acts: where there is nothing of it, it is not done."""
    return np.where(size > 0, size, np.nan)


def share(part: npt.NDArray[Any], whole: npt.NDArray[Any]) -> Floats:
    """One of the other, not-a-number where there is no whole: (runs,)."""
    return np.where(whole > 0, part / np.maximum(whole, 1), np.nan)


def _kinds(attacker: WrittenAttacker) -> list[float]:
    """The weight of each kind, in their order."""
    weights = {str(kind): weight for kind, weight in attacker.kinds.items()}
    return [weights.get(kind, 0.0) for kind in GRAVITY]


def _targets(attacker: WrittenAttacker, axes: Axes) -> tuple[Ints, Floats]:
    """Whom it attacks, by place, and their shares added up."""
    whom = attacker.targets or tuple(attacker.weights) or axes.actors
    places = [axes.place(actor) for actor in whom if actor != attacker.state]
    capability = np.maximum(axes.capability[places], 0.01)
    weight = [
        attacker.weights.get(axes.actors[place], 0.0 if attacker.weights else by_capability)
        for place, by_capability in zip(places, capability.tolist(), strict=True)
    ]
    return np.array(places), _added(weight)


def _added(weights: Iterable[float]) -> Floats:
    """Shares added up, the last of them 1 to the bit."""
    total = np.cumsum(np.array(list(weights)))
    added: Floats = total / total[-1]
    return added
