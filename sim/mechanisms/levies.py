"""Levies: states tax digital services or have networks charge them, and the services' home answers.

    rate of a new levy  = a s_i exp(b (w_i - 1/2))      a year
    rate of its repeal  = r exp(b (1/2 - w_i))          a year
    w_i = x_i + p (S_i - S_i0) + t (z_i - x_i) - h T_i - q R_i
    R_i = sum over homes h of D_ih s_h max(w_i - x_h, 0)

x is what a state wants, s how much it cares. S is the share of its peers, by ties, that have the
levy (S_0 at the beginning), z a text that it accepted, T the share of its digital market that may
leave (`markets`). R is retaliation: the state in which the companies are at home threatens tariffs,
which bite as far as i sells to it, D: the share of that state in what all others are worth, unless
the scenario knows better. Adoption that spreads from peers is Berry and Berry (1990).

Fitted (experiments/fits/levies.py): a on the 18 states that had a tax in 2024, from 2 in 2018.
b, q and the rest are assumed; that retaliation deters is built in, and so is no evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import Field

from sim.core.ask import Phase
from sim.core.calendar import years
from sim.core.fields import ActorRef, ActorRefs, IssueRef, Part, Percent
from sim.core.happenings import Change
from sim.core.mechanism import Axes, Curve, Look, Mechanism, Section, Telling, When, each
from sim.core.outcome import Outcome, Over
from sim.core.parameters import Parameter
from sim.core.setting import Meeting, Setting
from sim.core.world import World
from sim.mechanisms.localization import (
    accepted,
    lacking,
    looks,
    partners,
    reasons,
    sizes,
    threatened,
)

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

FULL = 100.0
SAID = "levies.LEVY.ACTOR"
ISSUE = "TAX"


class WrittenLevy(Part):
    """A tax on digital services, or a fee that networks charge them."""

    issue: IssueRef = Field(default="", description="the issue on which states want it; else TAX")
    rate: Percent = Field(description="what a state takes that introduces it, per cent of revenue")
    in_force: dict[ActorRef, Percent] = Field(
        default={}, description="states that have it at the beginning, and what they take"
    )
    on: ActorRefs = Field(default=(), description="companies that pay it; else those of `markets`")
    may: ActorRefs = Field(
        default=(), description="states that may introduce it in the run; else all"
    )
    tell: ActorRefs = Field(
        default=(), description="states whose levies results tell; else those with one at first"
    )
    sales: dict[ActorRef, dict[ActorRef, Percent]] = Field(
        default={},
        description="what a state sells to a companies' home, per cent of its sales abroad, where"
        " it is known better than by the size of that home",
    )


@dataclass(frozen=True)
class Levy:
    """One levy as all runs share it."""

    name: str
    issue: int
    rate: float  # on 0-1
    first: Floats  # (actors,): rate in force at the beginning
    pays: Bools  # (actors,): the companies that pay it
    may: Bools  # (actors,): the states that may have it
    exposure: Floats  # D, (homes, actors): what each sells to each home of companies that pay
    homes: tuple[int, ...]
    told: Mapping[int, tuple[tuple[int, float], ...]]  # session -> (actor, rate) that events set
    ties: dict[str, Floats] = field(default_factory=dict, compare=False)  # kept by `looks`


class Levies(Mechanism):
    """Levies: states tax digital services or charge them, and the services' home answers."""

    name = "levies"
    when = When.CLOSING
    after = ("localization",)
    scenario = {
        "levies": Section(
            dict[str, WrittenLevy], {}, "taxes on digital services, and network fees, by name"
        )
    }
    parameters = (
        Parameter(
            *("levy_rate", "a_l", 0.05, 0.02, 0.2),
            "levies a year of a state that cares in full and wants half of the scale",
            ratio=True,
            source="18 states with a tax in 2024 (Tax Foundation); fitted",
        ),
        Parameter(
            *("levy_slope", "b_l", 6.0, 2.0, 10.0),
            "how much the rate of levies, in logarithms, rises over the whole scale",
        ),
        Parameter(
            *("levy_repeal", "r_l", 0.02, 0.0, 0.06),
            "repeals a year of a levy by a state that wants half of the scale",
            source="four of fourteen in the record; assumed",
        ),
        Parameter(
            *("levy_peers", "p_l", 0.2, 0.0, 0.6),
            "points by which a state follows a point more of its peers that have the levy",
        ),
        Parameter(
            *("levy_text", "t_l", 0.2, 0.0, 0.6),
            "share of the way to a text that it accepted that a state goes",
        ),
        Parameter(
            *("levy_exit", "h_l", 0.5, 0.0, 1.0),
            "points that a point of its digital market that may leave takes off",
        ),
        Parameter(
            *("retaliation", "q", 0.8, 0.0, 2.0),
            "points that a point of retaliation takes off; 0: threats of tariffs are not believed",
        ),
    )
    draws = ("levy", "repeal")
    events = {SAID: "what a state takes from then on; 0: nothing"}
    in_runs = (SAID,)
    outcomes = (
        Outcome(
            "levying_states",
            "states that tax digital services or charge them",
            "states with at least one levy on digital services, at the end",
            *("states", Over.RUN, 0),
            otherwise="as laws stand",
            whole=True,
        ),
        Outcome(
            "levying_states_then",
            "states that tax digital services or charge them in {session}",
            "states with at least one levy on digital services, after {session}",
            *("states", Over.SESSION, 0),
            otherwise="as laws stand",
            whole=True,
        ),
        Outcome(
            "levy",
            "levies on digital services in {actor}",
            "what {actor} takes of the revenue of digital services at the end, over all levies",
            *("per cent of revenue", Over.ACTOR, 0),
            otherwise="as laws stand",
        ),
    )
    acts = {
        "levies": "introduces a levy on digital services, in per cent of revenue",
        "drops": "repeals a levy on digital services, in per cent of revenue",
        "threatens tariffs": "threatens a state with tariffs for a levy, in points",
    }
    tellings = {
        "levies": Telling("introduced a levy on digital services", 2),
        "drops": Telling("repealed a levy on digital services", 1.5),
        "threatens tariffs": Telling("threatened {target} with tariffs for its levy", 1.5),
    }
    figures = (
        Curve(
            "levying_states_then",
            "States that tax digital services or charge them",
            "States with a levy on digital services",
        ),
    )
    claims = {"R19": "levies on digital services are answered by tariffs and by leaving"}
    sources = ("berry1990",)
    dynamic = True

    # What a scenario says

    def check(self, said: Mapping[str, Any], look: Look) -> None:
        """Refuse levies of what is no state, on what is no company, and without an issue."""
        for name, levy in said["levies"].items():
            at, issue = ("levies", name), levy.issue or ISSUE
            if not any(issue in actor.position for actor in look.actors.values()):
                problem = "nobody can want it: there is no such issue"
                look.wrong(at, problem, issue, "an issue TAX, or the name of yours")
            for about, kind in (("in_force", "state"), ("may", "state"), ("on", "company")):
                for actor in getattr(levy, about):
                    if actor in look.actors and look.actors[actor].kind != kind:
                        allowed = "states" if kind == "state" else "companies"
                        look.wrong((*at, about), f"is no {kind}", actor, allowed)
            if not levy.on and not said["markets"]:
                look.wrong(at, "nobody pays it", name, "companies under `on`, or `markets`")
        if said["levies"] and (without := lacking(look.actors, {}, 9999)):
            problem = f"no GDP is known of {without[0]}, so what it sells is not known"
            look.wrong(("levies",), problem, without[0], "states of data/gdp.csv")

    def warnings(self, said: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Warn of a levy that takes nothing."""
        for name, levy in said["levies"].items():
            if not levy.rate:
                yield ("levies", name, "rate"), "whoever introduces it takes nothing"

    def show(
        self, said: Mapping[str, Any], names: Callable[[Iterable[str]], str], actor: str = ""
    ) -> Iterator[str]:
        """List who has levies at the beginning."""
        for name, levy in said["levies"].items():
            for one, rate in levy.in_force.items():
                if not actor or actor == one:
                    yield f"{names([one])} takes {rate:g}% of the revenue of services by {name}"

    def columns(self, outcome: Outcome, said: Mapping[str, Any]) -> Iterable[str] | None:
        """Keep what is told of those that the scenario names."""
        every = (state for levy in said["levies"].values() for state in levy.tell or levy.in_force)
        return dict.fromkeys(every)

    def compile(self, said: Mapping[str, Any], axes: Axes) -> tuple[Levy, ...] | None:
        """Make arrays of what the scenario says of each levy."""
        companies = said["markets"].companies if said["markets"] else ()
        made = (_levy(name, w, w.on or companies, axes) for name, w in said["levies"].items())
        return tuple(made) or None

    def schedule(self, part: Any, changes: Iterable[tuple[int, Change]], axes: Axes) -> Any:
        """Sort what events set by levy and session."""
        told: dict[str, dict[int, tuple[tuple[int, float], ...]]] = {}
        for session, change in changes:
            if change.path == SAID:
                name, actor = change.names
                mine = told.setdefault(name, {})
                one = (axes.place(actor), change.value / FULL)
                mine[session] = (*mine.get(session, ()), one)
        return part and tuple(replace(levy, told=told.get(levy.name, {})) for levy in part)

    # What happens in a run

    def begin(self, setting: Setting, world: World) -> dict[str, Any]:
        """Begin with the levies in force, (runs, actors) by name, and the series of sessions."""
        rates = {levy.name: np.tile(levy.first, (world.size, 1)) for levy in self.part(setting)}
        nobody = np.zeros((world.size, len(setting.actors)))
        return {
            "rate": rates,
            "peers": {
                levy.name: each(
                    (rates[levy.name] > 0).astype(np.float64), looks(setting, levy.ties)
                )
                for levy in self.part(setting)
            },
            "accepted": {levy.name: nobody > 0 for levy in self.part(setting)},
            "text": {levy.name: nobody for levy in self.part(setting)},
            "states": [],
        }

    def happen(self, setting: Setting, world: World, change: Change, rows: Bools) -> None:
        """Set what a state takes, in some runs."""
        name, actor = change.names
        self.state(world)["rate"][name][rows, setting.slot(actor)] = change.value / FULL

    def level(self, setting: Setting, world: World, outcome: str) -> Floats | None:
        """Tell how many states have levies now, for conditions of events."""
        return self._having(world)

    def _having(self, world: World) -> Floats:
        any_ = np.any([rate > 0 for rate in self.state(world)["rate"].values()], axis=0)
        count: Floats = any_.sum(axis=1).astype(np.float64)
        return count

    def _motives(
        self, setting: Setting, world: World, levy: Levy, session: int
    ) -> dict[str, Floats]:
        """Give what each state wants by what moves it, summing to w: (runs, actors) each."""
        state, column = self.state(world), world.column
        wants = np.ascontiguousarray(world.position[:, :, levy.issue])
        have = each((state["rate"][levy.name] > 0).astype(np.float64), looks(setting, levy.ties))
        moved = {
            "stance": wants,
            "peers": column("levy_peers") * (have - state["peers"][levy.name]),
            "text": column("levy_text")
            * state["accepted"][levy.name]
            * (state["text"][levy.name] - wants),
            "threats to leave": -column("levy_exit") * threatened(world, "levies", wants.shape),
        }
        before = sum(moved.values(), np.zeros_like(wants))
        bite = retaliation(setting, world, levy, before, session)
        return {**moved, "retaliation": -column("retaliation") * bite}

    def play(self, setting: Setting, world: World, meeting: Meeting) -> Phase:
        """Let states introduce levies and drop them, levy by levy."""
        state = self.state(world)
        for levy in self.part(setting):
            marks = accepted(
                setting,
                world,
                meeting,
                levy.issue,
                state["accepted"][levy.name],
                state["text"][levy.name],
            )
            state["accepted"][levy.name], state["text"][levy.name] = marks
            self._change(setting, world, meeting, levy)
        state["states"].append(self._having(world))
        yield from ()

    def _change(self, setting: Setting, world: World, meeting: Meeting, levy: Levy) -> None:
        rate, span = self.state(world)["rate"][levy.name], years(setting)
        motives = self._motives(setting, world, levy, meeting.session)
        apart = sum(motives.values()) - 0.5
        slope, cares = world.column("levy_slope"), world.salience[:, :, levy.issue]
        pace = span * world.column("levy_rate") * cares * np.exp(slope * apart)
        fall = span * world.column("levy_repeal") * np.exp(-slope * apart)
        has, about = rate > 0, (meeting.session, levy.name)
        new = self.luck(world, "levy", setting.labels, *about) < 1 - np.exp(-pace)
        new &= ~has & levy.may
        gone = self.luck(world, "repeal", setting.labels, *about) < 1 - np.exp(-fall)
        gone &= has
        self._tell(world, meeting, levy, new, gone, motives)
        rate = np.where(new, levy.rate, np.where(gone, 0.0, rate))
        for actor, said in levy.told.get(meeting.session, ()):
            rate[:, actor] = said
        self.state(world)["rate"][levy.name] = rate

    def _tell(
        self,
        world: World,
        meeting: Meeting,
        levy: Levy,
        new: Bools,
        gone: Bools,
        motives: Mapping[str, Floats],
    ) -> None:
        """Log who introduced and dropped the levy, and whom its companies' homes threatened."""
        rate = self.state(world)["rate"][levy.name]
        for what, done, size in (("levies", new, levy.rate), ("drops", gone, rate)):
            who = np.flatnonzero(done.any(axis=0))
            why = reasons(motives, who) if world.detailed else [levy.name] * len(who)
            amount = np.where(done, FULL * size, np.nan)
            for actor, reason in zip(who.tolist(), why, strict=True):
                self.act(world, meeting, what, actor, size=amount[:, actor], reason=reason)
        if world.detailed:
            bite = -motives["retaliation"] * levy.may
            for home in levy.homes:
                who = np.argsort(-bite[0], kind="stable")[:SHOWN]
                who = who[bite[0, who] > LEAST]
                if len(who):
                    size = FULL * np.take(bite, who, axis=1)
                    targets = who.tolist()
                    actors = [home] * len(targets)
                    self.act(
                        world,
                        meeting,
                        "threatens tariffs",
                        actors,
                        targets,
                        size=size,
                        reason=levy.name,
                    )

    def collect(
        self, setting: Setting, world: World
    ) -> Iterator[tuple[str, tuple[str, ...], Floats]]:
        """Read off who has levies at the end and after every session, and what they take."""
        state = self.state(world)
        yield "levying_states", (), state["states"][-1]
        for session, found in enumerate(state["states"], start=1):
            yield "levying_states_then", (setting.label(session),), found
        for actor in setting.kept["levy"]:
            at = setting.slot(actor)
            total = sum((r[:, at] for r in state["rate"].values()), np.zeros(world.size))
            yield "levy", (actor,), FULL * total


SHOWN = 5  # states that a home threatens in the story of one run: those that it would hurt most
LEAST = 0.005  # retaliation below which it is not told


def _levy(name: str, written: WrittenLevy, on: Iterable[str], axes: Axes) -> Levy:
    """Make arrays of one levy that is ``on`` these companies."""
    found = dict.fromkeys(axes.home.get(company, "") for company in on)
    homes = [home for home in found if home in axes.actors]
    share = partners(sizes(axes, {}))
    exposure = np.zeros((len(homes), len(axes.actors)))
    for place, home in enumerate(homes):
        exposure[place] = share[:, axes.place(home)]
        for actor, to in written.sales.items():
            if home in to:
                exposure[place, axes.place(actor)] = to[home] / FULL
    first = [written.in_force.get(actor, 0.0) / FULL for actor in axes.actors]
    return Levy(
        name=name,
        issue=axes.issues.index(written.issue or ISSUE),
        rate=written.rate / FULL,
        first=np.array(first),
        pays=axes.mask(on),
        may=axes.mask(written.may) if written.may else axes.states,
        exposure=exposure,
        homes=tuple(axes.place(home) for home in homes),
        told={},
    )


def retaliation(setting: Setting, world: World, levy: Levy, wants: Floats, session: int) -> Floats:
    """R: how hard the homes of the companies that pay would answer each: (runs, actors).

    A home that is not there, or has no voice, threatens nobody.
    """
    bite, heard = np.zeros_like(wants), setting.scene(session).heard
    for place, home in enumerate(levy.homes):
        if heard[home]:
            apart = wants - world.position[:, home, levy.issue][:, None]
            cares = world.salience[:, home, levy.issue][:, None]
            bite += levy.exposure[place] * cares * np.maximum(apart, 0.0)
    return bite


def burdens(setting: Setting, world: World, companies: Sequence[int]) -> Floats:
    """What levies take of the revenue of these companies in each state, on 0-1.

    (runs, companies, actors); nothing where no levy is in use.
    """
    taken = np.zeros((world.size, len(companies), len(setting.actors)))
    for levy in setting.parts.get("levies") or ():
        pays = np.take(levy.pays, companies)
        taken += pays[:, None] * world.state["levies"]["rate"][levy.name][:, None, :]
    return taken


def next_ones(setting: Setting, world: World, companies: Sequence[int]) -> Floats:
    """What the levies that states have not introduced yet would take: as `burdens`."""
    taken = np.zeros((world.size, len(companies), len(setting.actors)))
    for levy in setting.parts.get("levies") or ():
        pays = np.take(levy.pays, companies)
        new = (world.state["levies"]["rate"][levy.name] == 0) * levy.may * levy.rate
        taken += pays[:, None] * new[:, None, :]
    return taken
