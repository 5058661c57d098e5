"""Objections in a room that decides by consensus: who loses too much, who gets too little.

With gains g_ic of the clauses, h_i = sum_c min(g_ic, lambda g_ic): gains make up for losses
only in part. For each delegation

    objector   o1_i = -h_i                       blocks if (1 - theta) o1_i > kappa_i
    demandeur  o2_i = phi_t G_i(d) - G_i(z)      blocks if o2_i > kappa_i

G sums over the clauses that i itself gains from in the draft d as tabled, phi_t is the share
it insists on in this session. kappa_i = k0 xi_i exp(-b B_i) / (1 + c_i) is the cost of
blocking: it falls with the weight B_i of others who block on the same side and with i's own
capability c_i. A listed red line blocks by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from sim.core.draws import Purpose, uniforms
from sim.core.gain import Reading, over_clauses, turned
from sim.core.setting import Meeting, Setting
from sim.core.world import World, luck
from sim.mechanisms.support import reading

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

    @property
    def demanded(self) -> Floats:
        """What each demandeur asks for, as `wanted`: (runs, actors, clauses)."""
        return turned(self.wanted)

    def losses(self, gains: Floats) -> Floats:
        """Give o1: (runs, actors)."""
        felt = self.buy_off[:, :, None] * gains
        np.minimum(gains, felt, out=felt)
        return -over_clauses(felt)

    def shortfalls(self, gains: Floats) -> Floats:
        """Give o2: (runs, actors)."""
        return self.insisted - over_clauses(gains, self.demanded)

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
    may_block = forum.members & scene.seated & scene.attending & scene.insisting
    tabled = read.gains(
        setting.worlds.values[draft][world.which], np.ones_like(world.active[draft])
    )
    wanted = ((turned(tabled) > 0) & may_block).astype(np.float64)
    insisted = _insistence(setting, world, meeting) * over_clauses(tabled, turned(wanted))
    alone = world.column("blocking_cost") * resolve(setting, world, scene.bloc, scene.cohesion)
    weight = np.where(forum.members & scene.seated, scene.capability, 0.0)
    upper, lower, limited = _red_lines(setting, draft, may_block)
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
    )


def _insistence(setting: Setting, world: World, meeting: Meeting) -> Floats:
    """The share of its demands that a demandeur insists on as time runs out: (runs, 1)."""
    last = max(setting.forums[meeting.forum].stages.values())
    return world.column("insistence") * (1 - world.column("deadline") * meeting.session / last)


def resolve(setting: Setting, world: World, bloc: Bools, cohesion: Floats) -> Floats:
    """Draw each delegation's own price of blocking, xi: log-normal, (runs, actors).

    It is drawn once a run; members of a bloc share of it as much as the bloc is cohesive.
    """
    z = ndtri(luck(setting, world, Purpose.RESOLVE))
    common = ndtri(uniforms(world.keys, Purpose.RESOLVE, (len(setting.blocs),), draft=1))
    for place in range(len(setting.blocs)):
        rho = cohesion[place] * bloc[place]
        z = np.sqrt(1 - rho) * z + np.sqrt(rho) * common[:, place, None]
    return np.exp(world.column("resolve_spread") * z)


def _red_lines(setting: Setting, draft: int, may_block: Bools) -> tuple[Floats, Floats, Ints]:
    issue = setting.drafts[draft].issue
    listed = [r for r in setting.red_lines if may_block[r.actor]]
    upper = np.ones((len(listed), len(issue)))
    lower = np.zeros((len(listed), len(issue)))
    for row, line in enumerate(listed):
        upper[row, issue == line.issue] = line.at_most
        lower[row, issue == line.issue] = line.at_least
    return upper, lower, np.array([r.actor for r in listed], dtype=np.int64)


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
