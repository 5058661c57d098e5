"""Blocs: members lean towards a common line, by as much as the bloc is cohesive.

Own support a_i becomes a_i + sum_b rho_b (line_b - a_i), the rhos of several blocs scaled to
at most 1 in all. Cohesion rho is agreement in excess of what members' own positions give. In a
room that seeks consensus, members share as much of their price of blocking.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
from pydantic import AfterValidator, Field

from sim.core import special
from sim.core.draws import labels
from sim.core.fields import (
    LEADER,
    ActorRef,
    ActorRefs,
    Part,
    Percent,
    Weight,
    leader_line,
    weightless,
)
from sim.core.happenings import Change, Done, Verb
from sim.core.lever import Asked, Moved
from sim.core.mechanism import Axes, Look, Mechanism, Section
from sim.core.registry import rules as presets
from sim.core.setting import Meeting, Scene, Setting
from sim.core.world import World
from sim.forums.rules import Rules

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

FULL = 100.0
COHESION = "blocs.BLOC.cohesion"


class WrittenBloc(Part):
    """A group whose members lean towards a common line."""

    members: ActorRefs = Field(description="`group NAME`, or a list of actors")
    cohesion: Percent = Field(
        default=0.0, description="agreement in excess of what members' own positions give, 0-100"
    )
    line: Annotated[str, AfterValidator(leader_line)] = Field(
        default="median",
        description="how the line is found: median, `leader ACTOR`, or the rules of an inner forum",
    )
    weights: dict[ActorRef, Weight] = Field(
        default={}, description="members' weights in the inner forum"
    )

    @property
    def leader(self) -> str:
        """The member whose line it is, or "" if the line is found otherwise."""
        return self.line.removeprefix(LEADER) if self.line.startswith(LEADER) else ""


@dataclass(frozen=True)
class Bloc:
    """A group with a common line, and how that line is found."""

    name: str
    line: str  # "median", "leader" or "inner"
    leader: int = -1
    rules: Rules | None = None
    weights: Floats = field(default_factory=lambda: np.zeros(0))
    vetoes: Bools = field(default_factory=lambda: np.zeros(0, dtype=bool))  # (actors,)


@dataclass(frozen=True)
class Membership:
    """Who belongs to which bloc in a session, and how cohesive each is."""

    listed: Bools  # (blocs, actors)
    cohesion: Floats  # (blocs,)


def memberships(scene: Scene) -> Bools:
    """Who is bound by and counted in each line, its seat not being empty: (blocs, actors)."""
    inside: Bools = scene.parts["blocs"].listed & scene.attending
    return inside


def pull(blocs: tuple[Bloc, ...], scene: Scene, own: Floats) -> Floats:
    """What blocs add to each delegation's support, in logits: (runs, actors)."""
    total = np.zeros_like(own)
    inside, (rho, _) = memberships(scene), strengths(scene)
    for place, bloc in enumerate(blocs):
        members = np.flatnonzero(inside[place])
        if rho[place].any():
            total += rho[place] * (line(bloc, members, own)[:, None] - own)
    return total


def strengths(scene: Scene) -> tuple[Floats, Floats]:
    """How far each bloc holds each member, rho, and what of the member is left free.

    Returns (blocs, actors), of several blocs at most 1 in all, and (actors,).
    """
    cohesive: Floats = memberships(scene) * scene.parts["blocs"].cohesion[:, None]
    total = cohesive.sum(axis=0)
    return cohesive / np.maximum(total, 1.0), np.maximum(1.0 - total, 0.0)


def line(bloc: Bloc, members: Ints, own: Floats) -> Floats:
    """Find the bloc's common line, (runs,): its median, its leader's, or its inner forum's."""
    if bloc.line == "leader" and bloc.leader in members:
        return np.ascontiguousarray(own[:, bloc.leader])
    inside = np.take(own, members, axis=1)
    if bloc.line == "inner" and bloc.rules is not None:
        weights = bloc.weights[members] if len(bloc.weights) else np.ones(len(members))
        vetoes = np.take(bloc.vetoes, members) if len(bloc.vetoes) else None
        return inner_line(inside, weights, bloc.rules, vetoes)
    return np.median(inside, axis=1)


def inner_line(
    inside: Floats, weights: Floats, rules: Rules, vetoes: Bools | None = None
) -> Floats:
    """Decide a line by the bloc's own rule: the support of the pivot, or 0 where no side wins.

    Going from the keenest member down, the pivot is the one whose consent completes a winning
    coalition, every member with a veto among it; if it is for, the bloc is for by that much, and
    likewise against. A veto stops the bloc from being for: nobody can veto its being against.
    """
    keenest_first = np.argsort(-inside, axis=1, kind="stable")
    keenest_last = keenest_first[:, ::-1]
    in_favour = _pivot(inside, weights, keenest_first, rules)
    if vetoes is not None and vetoes.any():
        in_favour = np.minimum(in_favour, inside[:, vetoes].min(axis=1))
    against = _pivot(inside, weights, np.ascontiguousarray(keenest_last), rules)
    return np.where(in_favour > 0, in_favour, np.where(against < 0, against, 0.0))


def _pivot(inside: Floats, weights: Floats, order: Ints, rules: Rules) -> Floats:
    n = inside.shape[1]
    joined = np.arange(1, n + 1)
    share = joined / n
    enough = share > rules.majority + 1e-12 if rules.more_than else share >= rules.majority - 1e-12
    weighty = np.cumsum(weights[order], axis=1) / weights.sum() >= rules.weight_share - 1e-12
    wins = enough & (weighty | (n - joined < rules.blocking_minority))
    pivot = np.take_along_axis(order, wins.argmax(axis=1)[:, None], axis=1)
    return np.take_along_axis(inside, pivot, axis=1)[:, 0]


def _cohesive(blocs: Mapping[str, WrittenBloc], name: str, cohesion: float) -> dict[str, Any]:
    changed = blocs[name].model_copy(update={"cohesion": cohesion})
    return {"blocs": {**blocs, name: changed}}


class Blocs(Mechanism):
    """Blocs: members lean towards a common line, by as much as the bloc is cohesive."""

    name = "blocs"
    scenario = {"blocs": Section(dict[str, WrittenBloc], {}, "groups with a common line, by name")}
    draws = ("resolve",)
    verbs = {
        "leaves": Verb(
            "leaves BLOC: is neither bound by the bloc's line nor counted in it", "blocs"
        )
    }
    events = {COHESION: "how far its members follow its line"}
    terms = {"bind": "the line of its bloc"}
    dynamic = True

    def check(self, said: Mapping[str, Any], look: Look) -> None:
        """Refuse leaders and weights of those outside, and lines that are no line."""
        for name, bloc in said["blocs"].items():
            at = ("blocs", name, "line")
            if bloc.leader:
                if look.actor(at, bloc.leader) and bloc.leader not in bloc.members:
                    look.wrong(at, "leads the bloc and is no member", bloc.leader)
            elif bloc.line != "median" and bloc.line not in presets():
                known = ", ".join(presets())
                allowed = f"median, leader ACTOR, or the rules of an inner forum: {known}"
                among = ("median", *presets())
                look.wrong(at, "is not how a bloc finds its line", bloc.line, allowed, among)
            for actor in bloc.weights:
                if actor in look.actors and actor not in bloc.members:
                    path = ("blocs", name, "weights", actor)
                    look.wrong(path, "has a weight and is no member", actor)

    def levers(self, said: Mapping[str, Any], asked: Asked) -> Iterator[Moved]:
        """How far the blocs that it is in vote as one: no one member holds that."""
        for name, bloc in said["blocs"].items():
            if asked.actor in bloc.members:
                says, changed = (
                    f"how far {name} votes as one",
                    partial(_cohesive, said["blocs"], name),
                )
                path = f"blocs.{name}.cohesion"
                yield Moved(path, says, "", bloc.cohesion, 0.0, FULL, changed)

    def refused(self, done: Done, sections: Mapping[str, Any]) -> tuple[str, str]:
        """Refuse to leave nothing in particular, or a bloc that one is not in."""
        inside = [name for name, b in sections["blocs"].items() if done.actor in b.members]
        choices = ", ".join([*(f"leaves {bloc}" for bloc in inside), "withdraws", "absent"])
        if not done.object:
            what = "A bloc, the forum for good, or its seat for now"
            return f"what does {done.actor} leave? {what}", choices
        if done.object not in inside:
            return f"{done.actor} is not in this bloc", choices
        return "", ""

    def warnings(self, said: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Warn of blocs of nobody, or of one."""
        for name, bloc in said["blocs"].items():
            if len(bloc.members) < 2:
                yield ("blocs", name), "fewer than two members of this bloc take part"
            if problem := weightless(bloc.weights, bloc.members):
                yield ("blocs", name, "weights"), problem

    def compile(self, said: Mapping[str, Any], axes: Axes) -> tuple[Bloc, ...] | None:
        """Make the blocs, in the order of the file."""
        made = tuple(self._made(name, bloc, axes) for name, bloc in said["blocs"].items())
        return made or None

    def _made(self, name: str, bloc: WrittenBloc, axes: Axes) -> Bloc:
        if bloc.leader:
            return Bloc(name, "leader", axes.place(bloc.leader))
        if bloc.line == "median":
            return Bloc(name, "median")
        rules = presets()[bloc.line]
        rest = 0.0 if bloc.weights else 1.0
        weights = np.array([bloc.weights.get(actor, rest) for actor in axes.actors])
        return Bloc(name, "inner", -1, rules, weights, axes.mask(rules.vetoes))

    def opening(self, said: Mapping[str, Any], axes: Axes) -> Membership | None:
        """Who belongs to which bloc at first."""
        blocs = said["blocs"].values()
        if not blocs:
            return None
        listed = np.array([axes.mask(bloc.members) for bloc in blocs], dtype=bool)
        return Membership(listed, np.array([bloc.cohesion / FULL for bloc in blocs]))

    def done(self, scene: Scene, done: Done, axes: Axes) -> Scene:
        """The scene once an actor has left a bloc."""
        part = scene.parts[self.name]
        row = np.array([bloc == done.object for bloc in axes.named["blocs"]])
        left = row[:, None] & axes.mask([done.actor])
        return self._with(scene, replace(part, listed=part.listed & ~left))

    def set(self, scene: Scene, change: Change, axes: Axes) -> Scene:
        """The scene once a bloc is more or less cohesive."""
        part = scene.parts[self.name]
        row = np.array([bloc == change.names[0] for bloc in axes.named["blocs"]])
        cohesion = np.where(row, change.value / FULL, part.cohesion)
        return self._with(scene, replace(part, cohesion=cohesion))

    def _with(self, scene: Scene, part: Membership) -> Scene:
        return replace(scene, parts={**scene.parts, self.name: part})

    def bind(
        self, setting: Setting, world: World, meeting: Meeting, draft: int, own: Floats
    ) -> Floats | None:
        """Draw members towards their lines."""
        return pull(self.part(setting), setting.scene(meeting.session), own)

    def price(
        self, setting: Setting, world: World, meeting: Meeting, drawn: Floats
    ) -> Floats | None:
        """Let members share as much of their price of blocking as their blocs are cohesive."""
        rho, free = strengths(setting.scene(meeting.session))
        names = labels(bloc.name for bloc in self.part(setting))
        common = special.ndtri(self.luck(world, "resolve", names))
        mixed = np.sqrt(free) * drawn
        for place, share in enumerate(np.sqrt(rho)):
            mixed += share * common[:, place, None]
        return mixed

    def show(
        self, said: Mapping[str, Any], names: Callable[[Iterable[str]], str], actor: str = ""
    ) -> Iterator[str]:
        """List the blocs, or those that an actor is in."""
        for name, bloc in said["blocs"].items():
            if not actor or actor in bloc.members:
                yield f"{name}, cohesion {bloc.cohesion:g}, line {bloc.line}: {names(bloc.members)}"
