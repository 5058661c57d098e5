"""The two hottest phases as fused, compiled loops: about as fast as one core can go.

Each does what the phase does, with no array between the steps; the benchmark checks that it
gives the same decisions and texts before it is timed.
"""

from __future__ import annotations

from collections.abc import Callable
from math import erfc, exp, log, log1p, sqrt
from typing import Any

import numba
import numpy as np
from scipy.special import ndtri

from sim.core.setting import Meeting, Setting
from sim.core.world import World
from sim.mechanisms import memory
from sim.mechanisms.attendance import ATTENDANCE, LEAST_HABIT, MOST_HABIT, is_late
from sim.mechanisms.blocs import memberships
from sim.mechanisms.chair import SPARE, TO_SPARE
from sim.mechanisms.memory import CLEAR
from sim.mechanisms.objections import Room, Text, marked
from sim.mechanisms.voting import VOTING, surprise

compiled: Callable[[Any], Any] = numba.njit(cache=True, fastmath=False)

# Wichura 1988, algorithm AS 241: the normal quantile to about 1e-16.
_A = (3.3871328727963666080, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125)
_A += (45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727)
_B = (1.0, 42.313330701600911252, 687.18700749205790830, 5394.1960214247511077)
_B += (21213.794301586595867, 39307.895800092710610, 28729.085735721942674, 5226.4952788528545610)
_C = (1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550)
_C += (3.64784832476320460504, 1.27045825245236838258, 0.241780725177450611770)
_C += (0.0227238449892691845833, 0.000774545014278341407640)
_D = (1.0, 2.05319162663775882187, 1.67638483018380384940, 0.689767334985100004550)
_D += (0.148103976427480074590, 0.0151986665636164571966, 0.000547593808499534494600)
_D += (1.05075007164441684324e-9,)
_E = (6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580)
_E += (0.296560571828504891230, 0.0265321895265761230930, 0.00124266094738807843860)
_E += (2.71155556874348757815e-5, 2.01033439929228813265e-7)
_F = (1.0, 0.599832206555887937690, 0.136929880922735805310, 0.0148753612908506148525)
_F += (0.000786869131145613259100, 1.84631831751005468180e-5, 1.42151175831644588870e-7)
_F += (2.04426310338993978564e-15,)


@compiled
def ratio(top: tuple[float, ...], bottom: tuple[float, ...], r: float) -> float:
    above, below = top[7], bottom[7]
    for k in range(6, -1, -1):
        above, below = above * r + top[k], below * r + bottom[k]
    return above / below


@compiled
def quantile(p: float) -> float:
    q = p - 0.5
    if abs(q) <= 0.425:
        return q * ratio(_A, _B, 0.180625 - q * q)
    r = sqrt(-log(p if q < 0 else 1.0 - p))
    z = ratio(_C, _D, r - 1.6) if r <= 5.0 else ratio(_E, _F, r - 5.0)
    return -z if q < 0 else z


def vote(setting: Setting, world: World, meeting: Meeting, draft: int) -> np.ndarray[Any, Any]:
    """Decide as `sim.mechanisms.voting.vote` does for a room of all states and at most one bloc."""
    text, scene = setting.drafts[draft], setting.scene(meeting.session)
    draws = (
        VOTING.luck(world, "reading", setting.labels, text.label),
        VOTING.luck(world, "vote", setting.labels, meeting.stage, text.label),
        ATTENDANCE.luck(world, "absence", setting.labels, meeting.stage, text.label),
    )
    blocs, series, actors = setting.parts["blocs"], text.series, len(setting.actors)
    zeros = np.zeros(actors)
    total = np.bincount(text.issue, text.weight)
    p = world.parameters
    habit = np.clip(setting.absence, LEAST_HABIT, MOST_HABIT)
    day = ndtri(ATTENDANCE.luck(world, "surprise", None, meeting.stage, text.label))
    late = p["late_december"] * is_late(text.dates.get(meeting.stage))
    away = p["absence"] + p["absence_surprise"] * day + late
    familiar, surprised = memory.familiar(setting, world, draft), surprise(setting, world, draft)
    return _vote(
        world.position,
        world.salience,
        world.status_quo,
        text.issue,
        text.weight / total[text.issue],
        world.value[draft],
        p["curvature"],
        np.stack(
            [
                *(p["readiness"], p["stakes"], p["sponsorship"], p["kindred"]),
                *(p["memory"], p["text_weight"], p["changed_text"]),
                *(p["noise"], p["echo"], surprised[:, 0]),
            ]
        ),
        np.stack([p["band"], p["familiar_band"], p["abstainers"], away, p["habit"], p["missed"]]),
        familiar,
        world.sponsors[draft],
        zeros if text.kindred is None else text.kindred,
        *((series.mean, series.abstained, series.missed) if series else (zeros, zeros, zeros)),
        np.log(habit / (1 - habit)),
        np.flatnonzero(memberships(scene)[0]) if blocs else np.zeros(0, np.int64),
        float(scene.parts["blocs"].cohesion[0]) if blocs else 0.0,
        *draws,
    )


@compiled
def _vote(
    position, salience, status_quo, issue, share, value, curvature, terms, room, familiar,
    sponsors, kindred, mean, abstained, missed, habit, members, cohesion, kept, fresh, luck,
):  # fmt: skip
    runs, actors, clauses = position.shape[0], position.shape[1], len(issue)
    decisions = np.empty((runs, actors), np.int8)
    own, inside = np.empty(actors), np.empty(len(members))
    for r in range(runs):
        readiness, stakes, sponsorship, alike, pull, weight, more, noise, echo, shock = terms[:, r]
        new_band, old_band, wider, away, habits, again = room[:, r]
        old = familiar[r]
        for i in range(actors):
            gain = 0.0
            for c in range(clauses):
                k = issue[c]
                before = abs(status_quo[r, k] - position[r, i, k])
                after = abs(value[r, c] - position[r, i, k])
                if curvature[r] == 2.0:
                    before, after = before * before, after * after
                gain += salience[r, i, k] * share[c] * (before - after)
            text = readiness + stakes * gain + alike * kindred[i] + sponsorship * sponsors[r, i]
            if old > 0:
                text = (weight + more * (1.0 - old)) * min(max(text, -CLEAR), CLEAR)
                text += pull * old * mean[i]
            z = sqrt(echo) * quantile(kept[r, i]) + sqrt(1 - echo) * quantile(fresh[r, i])
            u = 0.5 * erfc(-z / sqrt(2.0))
            own[i] = text + shock + noise * (log(u) - log1p(-u))
        for m in range(len(members)):
            inside[m] = own[members[m]]
        if len(members):
            line = np.median(inside)
            for i in members:
                own[i] += cohesion * (line - own[i])
        for i in range(actors):
            band = old_band * exp(wider * old * abstained[i]) if old > 0 else new_band
            gone = away + habits * habit[i] + again * missed[i]
            if luck[r, i] < 1.0 / (1.0 + exp(-gone)):
                decisions[r, i] = 6
            elif own[i] > band:
                decisions[r, i] = 0
            else:
                decisions[r, i] = 4 if own[i] < -band else 3
    return decisions


def laid_out(room: Room) -> tuple[Any, ...]:
    """What the moves need of a room without red lines, actor by actor, as the kernel reads it."""
    reading = room.reading
    shown = (reading.position, reading.weight, reading.at_status_quo, room.demanded)
    return (
        *(np.ascontiguousarray(array) for array in shown),
        reading.quadratic[:, 0, 0],
        marked(room.subjects, room.wanted.shape[1]),
        room.insisted,
        room.cost,
        room.restraint[:, 0],
        room.buy_off[:, 0],
    )


def move_until_done(laid_out: tuple[Any, ...], text: Text, rounds: int) -> None:
    """Move a text as `until_done(move, room, text, rounds)` does."""
    _move(*laid_out, text.value, text.active, rounds)


@compiled
def _move(
    position, weight, at_status_quo, demanded, quadratic, marks, insisted, cost, restraint, buy_off,
    value, active, rounds,
):  # fmt: skip
    runs, actors, clauses = position.shape
    uphill = np.empty(clauses)
    for r in range(runs):
        for _ in range(rounds):
            worst, who, about, losing = -1e300, 0, 0, True
            lacking_worst, lacking_who, lacking_about = -1e300, 0, 0
            for s in range(len(marks)):
                for i in range(actors):
                    felt = got = 0.0
                    for c in range(clauses):
                        d = abs(value[r, c] - position[r, i, c])
                        gain = weight[r, i, c] * (
                            at_status_quo[r, i, c] - (d * d if quadratic[r] else d)
                        )
                        gain *= active[r, c] * marks[s, c]
                        felt += min(gain, buy_off[r] * gain)
                        got += gain * demanded[r, i, c]
                    lost = -(1 - restraint[r]) * felt - cost[r, i]
                    lacked = insisted[r, s, i] - got - cost[r, i]
                    if lost > worst:
                        worst, who, about = lost, i, s
                    if lacked > lacking_worst:
                        lacking_worst, lacking_who, lacking_about = lacked, i, s
            if lacking_worst > worst:
                worst, who, about, losing = lacking_worst, lacking_who, lacking_about, False
            steep = 0.0
            for c in range(clauses):
                ahead = value[r, c] - position[r, who, c]
                slope = -weight[r, who, c] * (2 * ahead if quadratic[r] else np.sign(ahead))
                slope *= active[r, c] * marks[about, c]
                d = abs(ahead)
                gain = at_status_quo[r, who, c] - (d * d if quadratic[r] else d)
                part = demanded[r, who, c]
                if losing:
                    part = (1 - restraint[r]) * (buy_off[r] if gain > 0 else 1.0)
                uphill[c] = -part * slope
                steep += uphill[c] * uphill[c]
            if worst <= 0 or steep == 0:
                break
            length = (TO_SPARE * worst + SPARE) / steep
            for c in range(clauses):
                value[r, c] = min(max(value[r, c] - length * uphill[c], 0.0), 1.0)
