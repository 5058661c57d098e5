"""Objections in a room that decides by consensus: who loses too much, who gets too little.

With gains g_ic of the clauses, h_i = sum_c min(g_ic, lambda g_ic): gains make up for losses
only in part. For each delegation

    objector   o1_i = -h_i                       blocks if (1 - theta) o1_i > kappa_i
    demandeur  o2_i = phi_t G_i(d) - G_i(z)      blocks if o2_i > kappa_i

G sums over the clauses that i itself gains from in the draft d as tabled, phi_t is the share
it insists on in this session. kappa_i = k0 xi_i exp(-b B_i) / (1 + c_i) is the cost of
blocking: it falls with the weight B_i of others who block on the same side and with i's own
capability c_i. What other mechanisms add to the cost of a text (side payments ...) stands beside
o1 and o2; the limits that they set (red lines) block by themselves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.core import special
from sim.core.ask import Ask
from sim.core.gain import Reading, over_clauses, turned
from sim.core.mechanism import Mechanism
from sim.core.parameters import Parameter
from sim.core.question import Answers, Question
from sim.core.setting import Meeting, Setting
from sim.core.support import grievances, reading
from sim.core.world import World

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int8]

FREE, OBJECTOR, DEMANDEUR, RED_LINE = 0, 1, 2, 3  # why a delegation blocks
NEVER = 1e9  # a cost of blocking that nothing exceeds: those who may not or will not block


@dataclass
class Text:
    """What the chair can change: the values of clauses, and which of them are in the text."""

    value: Floats  # (runs, clauses)
    active: Bools


@dataclass
class Room:
    """What a room holds against any text, before its values are known; runs lead every array."""

    reading: Reading
    cost: Floats  # (runs, actors): kappa where nobody else blocks
    weight: Floats  # (runs, actors): share of the room's capability
    restraint: Floats  # (runs, 1): theta
    buy_off: Floats  # (runs, 1): lambda
    company: Floats  # (runs, 1): b
    wanted: Floats  # (runs, clauses, actors): 1 where it gains from the clause as tabled, else 0
    insisted: Floats  # (runs, actors): phi_t G_i(d)
    upper: Floats  # (runs, limits, clauses): listed red lines, as bounds on clauses
    lower: Floats
    limited: Ints  # (runs, limits): whose
    other: Floats | None = None  # (runs, actors): what other mechanisms add to the cost

    @property
    def demanded(self) -> Floats:
        """What each demandeur asks for, as `wanted`: (runs, actors, clauses)."""
        return turned(self.wanted)

    def losses(self, gains: Floats) -> Floats:
        """Give o1: (runs, actors)."""
        felt = self.buy_off[:, :, None] * gains
        np.minimum(gains, felt, out=felt)
        return self._with_others(-over_clauses(felt))

    def shortfalls(self, gains: Floats) -> Floats:
        """Give o2: (runs, actors)."""
        return self._with_others(self.insisted - over_clauses(gains, self.demanded))

    def _with_others(self, cost: Floats) -> Floats:
        return cost if self.other is None else cost + self.other

    def grievances(self, gains: Floats) -> tuple[Floats, Floats]:
        """How far both objections exceed the cost of blocking alone: (runs, actors) each."""
        losing = (1 - self.restraint) * self.losses(gains) - self.cost
        return losing, self.shortfalls(gains) - self.cost

    def breaches(self, text: Text) -> Floats:
        """How far each listed red line is overstepped: (runs, limits, clauses)."""
        value = text.value[:, None, :]
        return (
            np.maximum(np.maximum(value - self.upper, self.lower - value), 0.0)
            * text.active[:, None, :]
        )

    def worst(self, text: Text) -> Floats:
        """The largest grievance in the room, (runs,); nobody blocks where it is not positive."""
        losing, lacking = self.grievances(self.reading.gains(text.value, text.active))
        worst: Floats = np.maximum(losing.max(axis=1), lacking.max(axis=1))
        if self.upper.shape[1]:
            breach = self.breaches(text).max(axis=(1, 2))
            worst = np.where(breach > 0, np.maximum(worst, breach), worst)
        return worst

    def deficiency(self, text: Text) -> Floats:
        """Sum all that stands against a text: (runs,)."""
        losing, lacking = self.grievances(self.reading.gains(text.value, text.active))
        both = np.maximum(losing, 0.0) + np.maximum(lacking, 0.0)
        total: Floats = both.sum(axis=1) + self.breaches(text).sum(axis=(1, 2))
        return total


def room(setting: Setting, world: World, meeting: Meeting, draft: int) -> Room:
    """Describe what the seated delegations hold against texts that grow out of ``draft``."""
    scene, forum = setting.scene(meeting.session), setting.forums[meeting.forum]
    read = reading(setting, world, draft)
    may_block = forum.members & scene.present & scene.insisting
    tabled = read.gains(
        setting.worlds.values[draft][world.which], np.ones_like(world.active[draft])
    )
    wanted = ((turned(tabled) > 0) & may_block).astype(np.float64)
    insisted = _insistence(setting, world, meeting) * over_clauses(tabled, turned(wanted))
    alone = world.column("blocking_cost") * resolve(setting, world, meeting)
    weight = np.where(forum.members & scene.seated, scene.capability, 0.0)
    upper, lower, limited = limits(setting, draft, may_block)
    each = (world.size, 1, 1)
    return Room(
        reading=read,
        cost=np.where(may_block, alone / (1 + scene.capability), NEVER),
        weight=np.tile(weight / max(weight.sum(), 1e-12), (world.size, 1)),
        restraint=np.full((world.size, 1), forum.rules.restraint),
        buy_off=world.column("buy_off"),
        company=world.column("company"),
        wanted=wanted,
        insisted=insisted,
        upper=np.tile(upper, each),
        lower=np.tile(lower, each),
        limited=np.tile(limited, (world.size, 1)),
        other=grievances(setting, world, meeting, draft),
    )


def _insistence(setting: Setting, world: World, meeting: Meeting) -> Floats:
    """The share of its demands that a demandeur insists on as time runs out: (runs, 1)."""
    last = max(setting.forums[meeting.forum].stages.values())
    return world.column("insistence") * (1 - world.column("deadline") * meeting.session / last)


def resolve(setting: Setting, world: World, meeting: Meeting) -> Floats:
    """Draw each delegation's own price of blocking, xi: log-normal, (runs, actors).

    It is drawn once a run; other mechanisms may make members of a bloc share in it.
    """
    z = special.ndtri(OBJECTIONS.luck(world, "resolve", setting.labels))
    for mechanism in setting.doing("price"):
        changed = mechanism.price(setting, world, meeting, z)
        z = z if changed is None else changed
    return np.exp(world.column("resolve_spread") * z)


def limits(setting: Setting, draft: int, may_block: Bools) -> tuple[Floats, Floats, Ints]:
    """Gather the bounds on clauses that mechanisms set: upper, lower (limits, clauses), whose."""
    clauses = len(setting.drafts[draft].issue)
    upper, lower = [np.ones((0, clauses))], [np.zeros((0, clauses))]
    whose = [np.zeros(0, dtype=np.int64)]
    for mechanism in setting.doing("limits"):
        found = mechanism.limits(setting, draft, may_block)
        if found is not None:
            upper.append(found[0])
            lower.append(found[1])
            whose.append(found[2])
    return np.concatenate(upper), np.concatenate(lower), np.concatenate(whose)


def blockers(room: Room, text: Text) -> Codes:
    """Find who blocks and why: (runs, actors) of FREE, OBJECTOR, DEMANDEUR, RED_LINE.

    Company makes blocking cheaper, so who blocks is a fixed point; this is the least one,
    reached from nobody blocking.
    """
    gains = room.reading.gains(text.value, text.active)
    losing, lacking = (1 - room.restraint) * room.losses(gains), room.shortfalls(gains)
    crossed = np.zeros(losing.shape, dtype=bool)
    for limit in range(room.limited.shape[1]):
        broken = room.breaches(text)[:, limit, :].max(axis=1) > 0
        crossed[np.flatnonzero(broken), room.limited[broken, limit]] = True
    objecting, demanding = crossed | (losing > room.cost), lacking > room.cost
    while True:
        more = objecting | (losing > room.cost * _cheaper(room, objecting))
        also = demanding | (lacking > room.cost * _cheaper(room, demanding))
        if np.array_equal(more, objecting) and np.array_equal(also, demanding):
            break
        objecting, demanding = more, also
    side = np.where(objecting, OBJECTOR, np.where(demanding, DEMANDEUR, FREE))
    return np.where(crossed, RED_LINE, side).astype(np.int8)


def _cheaper(room: Room, side: Bools) -> Floats:
    """What company does to the cost of blocking: exp(-b B), (runs, actors)."""
    together = (room.weight * side).sum(axis=1)[:, None]
    others = together - room.weight * side
    factor: Floats = np.exp(-room.company * others)
    return factor


def may_block(setting: Setting, _: World, ask: Ask) -> Bools:
    """Members that are in the room and have not stepped back: (actors,)."""
    forum, scene = ask.room(setting)
    return forum.members & scene.present & scene.insisting


class Objections(Mechanism):
    """Objections in a room that decides by consensus: who loses too much, who gets too little."""

    name = "objections"
    draws = ("resolve",)
    parameters = (
        Parameter("buy_off", "lambda", 0.5, 0.25, 1.0, "share of a gain that makes up for a loss"),
        Parameter(
            "insistence",
            "phi",
            0.4,
            0.1,
            0.8,
            "share of what it asked for that a demandeur insists on",
        ),
        Parameter(
            "deadline",
            "gamma_t",
            0.25,
            0.0,
            0.5,
            "share of its insistence that is gone by the last session",
        ),
        Parameter(
            "blocking_cost",
            "k0",
            0.15,
            0.03,
            0.5,
            "cost of standing alone against consensus",
            ratio=True,
        ),
        Parameter(
            "company",
            "b",
            3.0,
            1.0,
            5.0,
            "how fast that cost falls with the weight of others who block",
        ),
        Parameter(
            "resolve_spread",
            "xi",
            0.3,
            0.1,
            0.5,
            "spread (sd of the log) of that cost between delegations and runs",
        ),
    )
    questions = {
        "block": Question(
            "whether it would keep the room from adopting this text by consensus",
            Answers.YES_NO,
            may_block,
            states=True,
        )
    }

    def in_use(self, setting: Setting) -> bool:
        """Whether any room seeks consensus."""
        return any(forum.rules.consensus for forum in setting.forums)


OBJECTIONS = Objections()
