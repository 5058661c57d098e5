"""Amendments: the coalition that loses most by a text tables what it would have instead.

Each session, before a text is revised, coalition c loses L_c = - sum over clauses k of
min(0, G_ck), with G_ck what its members gain by clause k together. The one that loses most has
its leader propose, for every clause with G_ck < 0, the platform of its members as far as it lies
between the status quo and the text:

    z_k'  =  what is nearest to  sum_i s_ik x_ik / sum_i s_ik  between q_k and z_k

It does so with chance A; with A = 0 coalitions table nothing. Whoever drafts decides what becomes
of it: a chair takes up what leaves no more against the text than before, sponsors what serves
them no worse. That losers ask for less, and in one voice, is assumed.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.coalitions.labels import sizes, sums
from sim.core.gain import Reading
from sim.core.mechanism import Mechanism
from sim.core.parameters import Parameter
from sim.core.setting import Meeting, Setting
from sim.core.support import reading
from sim.core.world import World
from sim.mechanisms.tabling import may_speak

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

LEAST = 1e-9  # a loss below this is none


class Amendments(Mechanism):
    """Amendments: the coalition that loses most by a text tables what it would have instead."""

    name = "amendments"
    draws = ("tables",)
    parameters = (
        Parameter(
            *("amending", "A", 0.5, 0, 1),
            "chance that the coalition that loses most by a text tables an amendment",
        ),
    )
    claims = {"R03": "a coalition writes the text where its members are many and lose together"}
    dynamic = True
    off = {"amending": 0.0}

    def in_use(self, setting: Setting) -> bool:
        """Where coalitions form."""
        return setting.parts.get("coalitions") is not None

    def amend(self, setting: Setting, world: World, meeting: Meeting, draft: int) -> Floats | None:
        """Let the leader of the coalition that loses most propose its platform."""
        moved = self.luck(world, "tables", None, setting.drafts[draft].label, meeting.session)
        tables = moved < world.parameters["amending"]
        label = world.state["coalitions"].label
        there = may_speak(setting, meeting) & (sizes(label) > 1)
        read, value = reading(setting, world, draft), world.value[draft]
        by_clause = _gains(read.gains(value, world.active[draft]), label, there)
        lost = -np.minimum(by_clause, 0.0).sum(axis=2)
        lost[~there] = 0.0  # a leader who may not speak proposes nothing
        leader, runs = lost.argmax(axis=1), np.arange(world.size)
        tables &= lost[runs, leader] > LEAST
        if not tables.any():
            return None
        about = tables[:, None] & (by_clause[runs, leader] < 0)
        proposed = _platform(read, value, label == leader[:, None])
        shape = (world.size, len(setting.actors), proposed.shape[1])
        found = np.full(shape, np.nan)
        found[runs, leader] = np.where(about, proposed, np.nan)
        return found


def _gains(gains: Floats, label: Ints, there: Bools) -> Floats:
    """What members gain by each clause, at the place of who leads: (runs, actors, clauses)."""
    gains = gains * there[:, :, None]
    each = (sums(np.ascontiguousarray(gains[:, :, c]), label) for c in range(gains.shape[2]))
    return np.stack(list(each), axis=2)


def _platform(read: Reading, value: Floats, inside: Bools) -> Floats:
    """Mean position of members, between the status quo and the text: (runs, clauses)."""
    weight = np.where(inside[:, None, :], read.w, 0.0)
    whole = weight.sum(axis=2)
    mean = (weight * read.x).sum(axis=2) / np.where(whole > 0, whole, 1.0)
    before = read.status_quo
    platform: Floats = np.clip(mean, np.minimum(before, value), np.maximum(before, value))
    return platform
