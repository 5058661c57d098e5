"""Consultation: who is let in beside states, how early they are heard, and what is carried out.

    an applicant is refused with chance 1 - product over objectors of (1 - o_j)
    C = admitted / applicants  times  voice of the rule  times  earliness
    h_id = 2 r (c_i + (1 - c_i) K_i) p_id exp( k C )       chance in t years: 1 - exp(-h t)

Rules of access: *open* (all are heard), *non_objection* (those to whom no state has objected),
*consultative* (all are heard, half as loudly: `sim.forums.access`), *closed* (none). Earliness is 1
where others are heard from the first session of a forum, and 0 where only as it decides. h is the
rate at which a member begins to carry out a text that is adopted, from its adoption on: by what it
is able to do (capability c, and K that aid has built), by how likely it was to favour the text, p,
and by consultation before the take-off, which is said to help on landing.

How readily each objects is the scenario's to say: a count of refusals is then no test. That early
consultation helps (k) rests on the claim of the field alone, and its range holds no effect; r is
assumed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Annotated, Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from pydantic import Field

from sim.core import special
from sim.core.ask import Phase
from sim.core.calendar import years
from sim.core.draws import labels
from sim.core.fields import ActorRef, Once, Part, Percent, Session
from sim.core.mechanism import Axes, Curve, Look, Mechanism, Section, Telling, When
from sim.core.outcome import PERCENT, Outcome, Over
from sim.core.parameters import Parameter
from sim.core.setting import Meeting, Setting
from sim.core.support import systematic
from sim.core.world import Ballot, World
from sim.forums.access import VOICE
from sim.forums.rules import How

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

FULL = 100.0
HEARD = {**VOICE, "non_objection": 1.0}


class WrittenObjector(Part):
    """A state that objects to some who would be heard."""

    to: tuple[str, ...] = Field(description="the applicants it objects to, by the name of theirs")
    chance: Percent = Field(description="chance that it objects to one of them, 0-100")


class WrittenConsultation(Part):
    """Who asks to be heard in a forum, under which rule, and from when."""

    access: Literal["open", "non_objection", "consultative", "closed"] = Field(
        default="open",
        description="open (all), non_objection (to whom no state has objected),"
        " consultative (all, half as loudly), closed (none)",
    )
    applicants: dict[str, Annotated[int, Field(ge=1, le=1000)]] = Field(
        description="how many ask to be heard, by name of their kind"
    )
    objectors: Annotated[dict[ActorRef, WrittenObjector], Once] = Field(
        default={}, description="who objects to whom, under non_objection"
    )
    opens: Session = Field(default=1, description="the session from which they are heard")


class Room(NamedTuple):
    """Consultation in one forum."""

    name: str
    access: str
    kinds: tuple[tuple[str, int, float], ...]  # name, how many, chance that one is refused
    opens: int
    objects: tuple[tuple[int, str, float], ...]  # who, to which kind, and its chance


class Consultation(Mechanism):
    """Consultation: who is let in beside states, how early, and what is then carried out."""

    name = "consultation"
    when = When.CLOSING
    scenario = {
        "consultation": Section(
            dict[str, WrittenConsultation], {}, "who is heard beside states, by forum"
        )
    }
    parameters = (
        Parameter(
            *("implementation", "r", 0.2, 0.05, 0.5),
            "rate a year at which an average member begins to carry out an adopted text",
        ),
        Parameter(
            *("consultation_gain", "k", 0.5, 0.0, 1.5),
            "what full and early consultation adds to the log of that rate; 0: nothing",
        ),
    )
    draws = ("object", "begin")
    outcomes = (
        Outcome(
            "accredited",
            "organisations heard in {name}",
            "organisations that are let in, of those who asked to be heard in {name}",
            *("organisations", Over.NAMED, 0, None, 0),
            whole=True,
        ),
        Outcome(
            "refused",
            "organisations refused in {name}",
            "organisations that are kept out, of those who asked to be heard in {name}",
            *("organisations", Over.NAMED, 0, None, 0),
            whole=True,
        ),
        Outcome(
            "carried_out",
            "members that carry out {draft}",
            "share of members of its forum that carry out {draft} at the end",
            *(PERCENT, Over.DRAFT, 0, 100),
            missing="it is not adopted",
        ),
        Outcome(
            "carrying_out",
            "members that carry out what is adopted by {session}",
            "members that carry out adopted texts at the end of {session}, all texts together",
            *("members", Over.SESSION, 0, None, 0),
            whole=True,
        ),
    )
    acts = {"objects": "objects to organisations that ask to be heard; how many"}
    tellings = {
        "objects": Telling("objected to organisations that had asked to be heard", 1),
    }
    figures = (
        Curve(
            "carrying_out",
            "Members that carry out what was adopted",
            "Members that carry out texts",
            2,
        ),
    )
    claims = {"R14": "early consultation makes more carry out a text; that is built in (k)"}
    dynamic = True
    off = {"consultation_gain": 0.0}

    # What a scenario says

    def check(self, said: Mapping[str, Any], look: Look) -> None:
        """Refuse forums that are not there, objectors to nobody, and those who come too late."""
        rooms = dict.fromkeys(look.rooms.values())
        for name, room in said["consultation"].items():
            at = ("consultation", name)
            if name not in rooms:
                problem, known = "there is no such forum", ", ".join(rooms)
                look.wrong(at, problem, name, known, rooms)
            if not room.applicants:
                look.wrong((*at, "applicants"), "nobody asks to be heard", "", "one kind or more")
            if room.opens > look.sessions:
                right = f"1 to {look.sessions}"
                look.wrong((*at, "opens"), "is after the last session", room.opens, right)
            for actor, objector in room.objectors.items():
                where = (*at, "objectors", actor)
                if actor in look.actors and look.actors[actor].kind != "state":
                    look.wrong(where, "may not object: it is no state", actor, "states")
                for place, kind in enumerate(objector.to):
                    if kind not in room.applicants:
                        there = ", ".join(room.applicants)
                        problem = "no such applicants"
                        look.wrong((*where, "to", place), problem, kind, there, room.applicants)

    def warnings(self, said: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Warn of objectors whom the rule does not hear."""
        for name, room in said["consultation"].items():
            if room.objectors and room.access != "non_objection":
                where = ("consultation", name, "objectors")
                yield where, f"nobody may object where access is {room.access}"

    def compile(self, said: Mapping[str, Any], axes: Axes) -> tuple[Room, ...] | None:
        """Put the chance of a refusal for who objects."""
        return tuple(_room(n, room, axes) for n, room in said["consultation"].items()) or None

    def columns(self, outcome: Outcome, said: Mapping[str, Any]) -> Iterable[str]:
        """Keep every forum in which others ask to be heard."""
        return tuple(said["consultation"])

    def show(
        self, said: Mapping[str, Any], names: Callable[[Iterable[str]], str], actor: str = ""
    ) -> Iterator[str]:
        """List who asks to be heard, and who may object."""
        for name, room in said["consultation"].items():
            if not actor or actor in room.objectors:
                asks = ", ".join(f"{number} {kind}" for kind, number in room.applicants.items())
                against = f"; {names(room.objectors)} may object" if room.objectors else ""
                yield f"{name}, {room.access}: {asks}{against}"

    # What happens in a run

    def begin(self, setting: Setting, world: World) -> dict[str, Any]:
        """Let states object; nobody carries out anything: (runs, actors) by draft."""
        rooms = self.part(setting)
        admitted = [self._admitted(world, room) for room in rooms]
        nobody = np.zeros((world.size, len(setting.actors)), dtype=bool)
        return {
            "admitted": np.stack(admitted, axis=1),  # (runs, rooms)
            "does": [nobody.copy() for _ in setting.drafts],
            "favours": [nobody.astype(np.float64) for _ in setting.drafts],
            "by_session": [],
        }

    def _admitted(self, world: World, room: Room) -> Floats:
        """How many of those who ask are let in: (runs,)."""
        total = np.zeros(world.size)
        for kind, number, refused in room.kinds:
            each_of = labels(f"{kind} {n}" for n in range(number))
            kept_out = self.luck(world, "object", each_of, room.name, kind) < refused
            total += np.count_nonzero(~kept_out, axis=1)
        return total

    def decided(
        self, setting: Setting, world: World, meeting: Meeting, draft: int, ballot: Ballot
    ) -> None:
        """Keep how likely each was to favour a text that is decided for good."""
        if meeting.final:
            reached = (ballot.verdict.how != How.NOT_REACHED)[:, None]
            favours = special.expit(systematic(setting, world, draft))
            self.state(world)["favours"][draft] = np.where(reached, favours, 0.0)

    def play(self, setting: Setting, world: World, meeting: Meeting) -> Phase:
        """Tell of objections, and let members begin to carry out what is adopted."""
        state = self.state(world)
        if meeting.session == 1:
            self._tell(setting, world, meeting)
        able = self._able(setting, world, meeting.session)
        for draft, text in enumerate(setting.drafts):
            gain = world.column("consultation_gain") * self._heard(setting, world, text.forum)
            rate = 2 * world.column("implementation") * able * state["favours"][draft]
            chance = -np.expm1(-years(setting) * rate * np.exp(gain))
            drawn = self.luck(world, "begin", setting.labels, text.label, meeting.session)
            members = setting.forums[text.forum].members & world.passed[draft][:, None]
            state["does"][draft] = state["does"][draft] | (members & (drawn < chance))
        count = np.sum([does.sum(axis=1) for does in state["does"]], axis=0)
        state["by_session"].append(count.astype(np.float64))
        yield from ()

    def _able(self, setting: Setting, world: World, session: int) -> Floats:
        """What everyone can do by itself and by aid: (runs, actors), 0-1."""
        own = np.tile(setting.scene(session).capability, (world.size, 1))
        aid = world.state.get("aid")
        return own if aid is None else own + (1 - own) * aid["capacity"]

    def _heard(self, setting: Setting, world: World, forum: int) -> Floats:
        """How much others are heard in a forum, and how early, C: (runs, 1)."""
        heard, room = np.zeros((world.size, 1)), setting.forums[forum]
        for place, about in enumerate(self.part(setting)):
            if about.name == room.name:
                applicants = sum(number for _, number, _ in about.kinds)
                span = max(room.last - room.opens, 1)
                early = min(max((room.last - about.opens) / span, 0.0), 1.0)
                share = self.state(world)["admitted"][:, place, None] / applicants
                heard = share * HEARD[about.access] * early
        return heard

    def _tell(self, setting: Setting, world: World, meeting: Meeting) -> None:
        """Log how many each objector would keep out, on average."""
        for room in self.part(setting):
            number = {kind: count for kind, count, _ in room.kinds}
            for actor, kind, chance in room.objects:
                size = np.full(world.size, number[kind] * chance)
                self.act(world, meeting, "objects", actor, size=size, reason=f"{kind}, {room.name}")

    def level(self, setting: Setting, world: World, outcome: str) -> Floats | None:
        """Count who carries out adopted texts now."""
        does = self.state(world)["does"]
        return np.asarray(np.sum([one.sum(axis=1) for one in does], axis=0), dtype=np.float64)

    def collect(
        self, setting: Setting, world: World
    ) -> Iterator[tuple[str, tuple[str, ...], npt.NDArray[Any]]]:
        """Count who was let in, and who carries out what."""
        state = self.state(world)
        for place, room in enumerate(self.part(setting)):
            admitted = np.ascontiguousarray(state["admitted"][:, place])
            yield "accredited", (room.name,), admitted
            yield "refused", (room.name,), sum(number for _, number, _ in room.kinds) - admitted
        for draft, text in enumerate(setting.drafts):
            forum = setting.forums[text.forum]
            share = state["does"][draft].sum(axis=1) / max(int(forum.members.sum()), 1)
            yield "carried_out", (text.label,), np.where(world.passed[draft], share, np.nan)
        for session, count in enumerate(state["by_session"], 1):
            yield "carrying_out", (setting.label(session),), count


def _room(name: str, room: WrittenConsultation, axes: Axes) -> Room:
    refused: dict[str, float] = {}
    for kind in room.applicants:
        kept = 1.0
        for objector in room.objectors.values() if room.access == "non_objection" else ():
            kept *= 1 - objector.chance / FULL if kind in objector.to else 1.0
        refused[kind] = 1.0 if room.access == "closed" else 1 - kept
    kinds = tuple((kind, number, refused[kind]) for kind, number in room.applicants.items())
    heard = room.access == "non_objection"
    objects = tuple(
        (axes.place(actor), kind, objector.chance / FULL)
        for actor, objector in room.objectors.items()
        for kind in objector.to
        if heard
    )
    return Room(name, room.access, kinds, room.opens, objects)
