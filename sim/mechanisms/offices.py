"""Offices: rank, priority and resources of cyber diplomacy, and ministries that imitate others.

    L_i = (rank_i priority_i resources_i)^(1/3)                 effort times (o + (1 - o) L_i)
    lambda_i = (p + q F) c_i / c              chance of an office in t years: 1 - exp(-lambda t)
    F = sum_j c_j min(L_j / .6, 1) / sum_j c_j

All three count, and none makes up for another that is nothing; of an office of which nothing else
is known L is .6. o is the effort of a ministry
without an office (`sim.mechanisms.effort`), which L_i continues. Imitation is a hazard of diffusion
(Bass 1969) in which richer ministries come first, and those look at the offices of others by
capability and by what these are worth: where a leading state closes its own, others follow less.

An office placed in the *single chain* of one bureau sees that bureau's issues; a text is worth

    u + (1 - u) (share of its issues that are the bureau's)

of what it would be to an office in a *neutral* place. Who sponsors a text and whose office is worth
d less than at first has partners that doubt it, by ties T:   a_i -= k sum_s T_is d_s.

p and q are fitted on the dates of offices to 2017, their sum scaled to the count of that year
(experiments/fits/offices.py); k, u and the equal weights of the three are assumed, and the ranges
of k and u hold no effect.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from sim.core.ask import Phase
from sim.core.calendar import years
from sim.core.fields import ActorRef, IssueRef, Once, Part, Percent
from sim.core.happenings import Change, Done, Verb
from sim.core.mechanism import Axes, Bars, Curve, Look, Mechanism, Section, Telling, When
from sim.core.outcome import Outcome, Over
from sim.core.parameters import Parameter
from sim.core.setting import Meeting, Scene, Setting
from sim.core.world import World
from sim.mechanisms.effort import offices as recorded
from sim.mechanisms.ties import strength

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

FULL = 100.0
USUAL = 0.6  # rank, priority and resources of an office of which nothing else is known: assumed
HIGH, LOW = 0.9, 0.3  # rank of a bureau under an ambassador at large, and of an office in a bureau
RANK, PRIORITY, RESOURCES = (f"offices.ACTOR.{what}" for what in ("rank", "priority", "resources"))


class WrittenOffice(Part):
    """What a foreign ministry has for cyberspace."""

    rank: Percent = Field(
        default=FULL * USUAL, description="of its head: 90 an ambassador at large"
    )
    priority: Percent = Field(default=FULL * USUAL, description="that the leader gives it, 0-100")
    resources: Percent = Field(default=FULL * USUAL, description="staff and funds, 0-100")
    chain: Literal["neutral", "single"] = Field(
        default="neutral", description="single: it reports through one bureau, and sees its issues"
    )
    bureau: tuple[IssueRef, ...] = Field(
        default=(), description="issues of the bureau that it is placed in, or would be"
    )


@dataclass(frozen=True)
class Ministries:
    """What ministries have by a session."""

    parts: Floats  # (3, actors): rank, priority, resources, 0-1
    said: Bools  # (actors,): by the scenario
    single: Bools  # (actors,): reports through one bureau

    @property
    def level(self) -> Floats:
        """What an office is worth, L: (actors,), 0-1."""
        return np.asarray(np.cbrt(self.parts.prod(axis=0)))


@dataclass(frozen=True)
class Map:
    """What does not change: who has an office at first, and what bureaus see of drafts."""

    first: Ministries
    there: Bools  # (actors,): has an office at first, by the scenario or by the record
    states: Bools  # (actors,)
    share: Floats  # (actors, drafts): of a draft's issues that are the bureau's; 1 without one
    spreads: bool


class Offices(Mechanism):
    """Offices: rank, priority and resources of cyber diplomacy, and ministries that imitate."""

    name = "offices"
    when = When.OPENING
    after = ("events",)
    scenario = {
        "offices": Section(
            Annotated[dict[ActorRef, WrittenOffice], Once],
            {},
            "what foreign ministries have for cyberspace",
        ),
        "imitation": Section(
            Literal["on", "off"], "off", "on: ministries without an office may come to have one"
        ),
    }
    parameters = (
        Parameter(
            *("office_alone", "p", 0.01, 0.003, 0.03),
            "rate a year at which an average ministry makes an office if nobody has one",
            ratio=True,
            source="fitted on 2011 to 2017: experiments/fits/offices.py",
        ),
        Parameter(
            *("office_imitation", "q", 0.11, 0.0, 0.35),
            "what is added to that rate if all have one; 0: nobody is imitated",
            source="fitted on 2011 to 2017: experiments/fits/offices.py",
        ),
        Parameter(
            *("chain_mutes", "u", 0.6, 0.2, 1.0),
            "worth of a text outside its bureau to an office in a single chain; 1: as to others",
        ),
        Parameter(
            *("office_dismay", "k", 0.5, 0.0, 2.0),
            "what partners' support loses if a sponsor's office falls from 100 to 0, in logits",
        ),
    )
    draws = ("founds",)
    verbs = {
        "upgrades its office": Verb("puts it under an ambassador at large, in a neutral place"),
        "downgrades its office": Verb("puts it into a bureau, under a deputy"),
        "zeroes its office": Verb("leaves it without staff and funds"),
    }
    events = {
        RANK: "rank of its office from then on",
        PRIORITY: "priority that the leader gives it from then on",
        RESOURCES: "staff and funds of its office from then on",
    }
    outcomes = (
        Outcome(
            "offices",
            "ministries with an office",
            "foreign ministries that have an office for cyberspace at the end",
            *("ministries", Over.RUN, 0, None, 0),
            whole=True,
        ),
        Outcome(
            "offices_by",
            "ministries with an office by {session}",
            "foreign ministries that have an office for cyberspace at the end of {session}",
            *("ministries", Over.SESSION, 0, None, 0),
            whole=True,
        ),
        Outcome(
            "office",
            "office of {actor}",
            "what the office of {actor} is worth at the end: rank, priority and resources together",
            *("points", Over.ACTOR, 0, 100, 0),
        ),
    )
    acts = {
        "founds an office": "makes an office for cyberspace; how many have one with it",
        "changes its office": "makes its office worth more or less, in points",
    }
    tellings = {
        "founds an office": Telling(
            "founded an office for cyberspace", 1.5, then="{size} states then had one"
        ),
        "changes its office": Telling("changed the rank or the means of its office", 1.5),
    }
    figures = (
        Bars("office", "What offices are worth"),
        Curve("offices_by", "How offices spread", "Offices for cyberspace"),
    )
    claims = {
        "R11": "rank, priority and resources multiply into output; that is built in (L)",
        "R12": "partners doubt who downgrades its office; that is built in (k)",
        "R13": "others imitate an office of a leading state; that is built in (q)",
    }
    sources = ("bass1969", "panke2012")
    terms = {"offices": "sponsors whose offices for cyberspace fell"}
    dynamic = True

    # What a scenario says

    def check(self, said: Mapping[str, Any], look: Look) -> None:
        """Refuse offices of those without a ministry, and a chain through no bureau."""
        for actor, office in said["offices"].items():
            at = ("offices", actor)
            if actor in look.actors and look.actors[actor].kind != "state":
                look.wrong(at, "is no state, and has no foreign ministry", actor, "states")
            if office.chain == "single" and not office.bureau:
                problem = (
                    "reports through one bureau, and which issues are that bureau's is not said"
                )
                look.wrong((*at, "chain"), problem, "single", "bureau: [ISSUE, ...], or neutral")

    def refused(self, done: Done, sections: Mapping[str, Any]) -> tuple[str, str]:
        """Refuse to change an office that the scenario does not speak of."""
        if done.actor in sections["offices"]:
            return "", ""
        return (
            f"the scenario says nothing of an office of {done.actor}",
            "one named under `offices`",
        )

    def said(self, sections: Mapping[str, Any]) -> bool:
        """Whether it speaks of offices, or lets ministries imitate one another."""
        return bool(sections["offices"]) or sections["imitation"] == "on"

    def compile(self, said: Mapping[str, Any], axes: Axes) -> Map | None:
        """Find who has an office at first, and what bureaus see of each draft."""
        if not self.said(said):
            return None
        first = _ministries(said["offices"], axes)
        share = np.ones((len(axes.actors), len(axes.drafts)))
        for actor, office in said["offices"].items():
            for n, draft in enumerate(axes.drafts if office.bureau else ()):
                issues = set(axes.touched.get(draft, ()))
                share[axes.place(actor), n] = len(issues & set(office.bureau)) / max(len(issues), 1)
        there = first.level > 0
        return Map(first, there, axes.states, share, said["imitation"] == "on")

    def opening(self, said: Mapping[str, Any], axes: Axes) -> Ministries | None:
        """What ministries have at first."""
        return _ministries(said["offices"], axes) if self.said(said) else None

    def set(self, scene: Scene, change: Change, axes: Axes) -> Scene:
        """The scene once an office has another rank, priority or funds."""
        row = (RANK, PRIORITY, RESOURCES).index(change.path)
        return self._with(scene, axes.mask(change.names), {row: change.value / FULL})

    def done(self, scene: Scene, done: Done, axes: Axes) -> Scene:
        """The scene once an office has been upgraded, downgraded, or left without funds."""
        who = axes.mask([done.actor])
        if done.verb.startswith("zeroes"):
            return self._with(scene, who, {2: 0.0})
        up = done.verb.startswith("upgrades")
        return self._with(scene, who, {0: HIGH if up else LOW}, single=not up)

    def _with(
        self, scene: Scene, who: Bools, values: Mapping[int, float], single: bool | None = None
    ) -> Scene:
        now: Ministries = scene.parts[self.name]
        parts = np.where(who & ~now.parts.any(axis=0), USUAL, now.parts)  # it has none yet
        rows = [np.where(who, values.get(n, row), row) for n, row in enumerate(parts)]
        chain = now.single if single is None else np.where(who, single, now.single)
        changed = Ministries(np.array(rows), now.said | who, chain)
        return replace(scene, parts={**scene.parts, self.name: changed})

    def columns(self, outcome: Outcome, said: Mapping[str, Any]) -> Iterable[str]:
        """Keep the offices that the scenario speaks of."""
        return tuple(said["offices"])

    def show(
        self, said: Mapping[str, Any], names: Callable[[Iterable[str]], str], actor: str = ""
    ) -> Iterator[str]:
        """List the offices that the scenario speaks of."""
        for one, office in said["offices"].items():
            if not actor or actor == one:
                parts = f"rank {office.rank:g}, priority {office.priority:g}"
                yield f"{names([one])}: {parts}, resources {office.resources:g}, {office.chain}"

    # What happens in a run

    def begin(self, setting: Setting, world: World) -> dict[str, Any]:
        """Those have an office, (runs, actors), that do at first."""
        there = self.part(setting).there
        return {"there": np.tile(there, (world.size, 1)), "session": 1, "by_session": []}

    def play(self, setting: Setting, world: World, meeting: Meeting) -> Phase:
        """Let ministries found offices, and tell what others make of theirs."""
        part, state = self.part(setting), self.state(world)
        state["session"] = meeting.session
        self._changes(setting, world, meeting)
        if part.spreads:
            there = state["there"]
            chance = self._chance(setting, world, meeting.session)
            drawn = self.luck(world, "founds", setting.labels, meeting.session)
            new = part.states & ~there & (drawn < chance)
            state["there"] = there | new
            count = state["there"].sum(axis=1)[:, None]
            who = np.flatnonzero(part.states & ~part.there)
            size = np.where(np.take(new, who, axis=1), count, np.nan)
            self.act(world, meeting, "founds an office", who.tolist(), size=size)
        state["by_session"].append(state["there"].sum(axis=1).astype(np.float64))
        yield from ()

    def _chance(self, setting: Setting, world: World, session: int) -> Floats:
        """Chance of each to found an office in this session: (runs, actors)."""
        states = self.part(setting).states
        means = np.where(states, setting.base_scene.capability, 0.0)
        worth = np.minimum(self._level(setting, world, session) / USUAL, 1.0)
        seen = (worth * means).sum(axis=1)[:, None] / max(means.sum(), 1e-12)
        rate = world.column("office_alone") + world.column("office_imitation") * seen
        usual = means.sum() / max(int(states.sum()), 1)
        relative = means / usual if usual else states.astype(np.float64)
        return np.asarray(-np.expm1(-years(setting) * rate * relative))

    def _level(self, setting: Setting, world: World, session: int) -> Floats:
        """What everyone's office is worth, 0 where there is none: (runs, actors)."""
        now: Ministries = setting.scene(session).parts[self.name]
        first = self.part(setting).there | now.said
        founded = self.state(world)["there"] & ~first
        return np.where(first, now.level, np.where(founded, USUAL, 0.0))

    def _changes(self, setting: Setting, world: World, meeting: Meeting) -> None:
        """Log what became of the offices that the scenario speaks of."""
        now = setting.scene(meeting.session).parts[self.name].level
        before = self.part(setting).first.level
        if meeting.session > 1:
            before = setting.scene(meeting.session - 1).parts[self.name].level
        for actor in np.flatnonzero(now != before).tolist():
            by = float(now[actor] - before[actor])
            self.act(
                world, meeting, "changes its office", actor, size=np.full(world.size, FULL * by)
            )

    def able(self, setting: Setting, world: World, session: int) -> Floats | None:
        """Let effort go by what an office is worth, in the place of whether there is one."""
        means, without = setting.scene(session).parts["effort"], world.column("without_office")
        now = without + (1 - without) * self._level(setting, world, session)
        usual = np.where(means.office, 1.0, without)
        as_said = means.said | ~self.part(setting).states
        factor: Floats = np.where(as_said, 1.0, now / usual)
        return factor

    def heeds(self, setting: Setting, world: World, session: int, draft: int) -> Floats | None:
        """Let those in a single chain see little of what is not their bureau's."""
        single = setting.scene(session).parts[self.name].single
        share = np.where(single, self.part(setting).share[:, draft], 1.0)
        mutes = world.column("chain_mutes")
        return np.asarray(mutes + (1 - mutes) * share)

    def support(self, setting: Setting, world: World, draft: int) -> Iterator[tuple[str, Floats]]:
        """Take off what partners doubt of sponsors whose offices fell."""
        fallen = self._fallen(setting, self.state(world)["session"])
        total = np.zeros((world.size, len(setting.actors)))
        for sponsor in np.flatnonzero(fallen).tolist():
            signs = world.sponsors[draft][:, sponsor, None]
            total += signs * (fallen[sponsor] * strength(setting)[:, sponsor])
        yield "offices", -world.column("office_dismay") * total

    def _fallen(self, setting: Setting, session: int) -> Floats:
        """How much less each office is worth than at first: (actors,)."""
        now: Ministries = setting.scene(session).parts[self.name]
        fallen: Floats = np.maximum(self.part(setting).first.level - now.level, 0.0)
        return fallen

    def level(self, setting: Setting, world: World, outcome: str) -> Floats | None:
        """Count who has an office now."""
        return np.asarray(self.state(world)["there"].sum(axis=1), dtype=np.float64)

    def collect(
        self, setting: Setting, world: World
    ) -> Iterator[tuple[str, tuple[str, ...], npt.NDArray[Any]]]:
        """Count offices, and read off what those are worth that the scenario speaks of."""
        yield "offices", (), self.state(world)["there"].sum(axis=1)
        for session, count in enumerate(self.state(world)["by_session"], 1):
            yield "offices_by", (setting.label(session),), count
        level = self._level(setting, world, setting.sessions)
        for actor in setting.kept["office"]:
            yield "office", (actor,), FULL * level[:, setting.slot(actor)]


def _ministries(said: Mapping[str, WrittenOffice], axes: Axes) -> Ministries:
    """What ministries have at first: as the scenario says, or as was known before its year."""
    year = axes.date.year if axes.date else 0
    since = recorded()
    known = axes.mask(a for a in axes.actors if since.get(a, year) < year)
    parts = np.where(known, USUAL, 0.0) * np.ones((3, 1))
    single = np.zeros(len(axes.actors), dtype=bool)
    for actor, office in said.items():
        place = axes.place(actor)
        parts[:, place] = office.rank / FULL, office.priority / FULL, office.resources / FULL
        single[place] = office.chain == "single"
    return Ministries(parts, axes.mask(said), single)
