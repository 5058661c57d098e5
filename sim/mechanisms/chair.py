"""The chair's drafting: find a text that nobody blocks, and keep as much of the draft as can be.

The chair moves the text against the largest grievance, as far as that grievance asks (a
Polyak step with a little to spare), and again until nobody would block. If moves do not
do it, clauses are put in brackets or taken out of them, singly or in pairs, each time only
if less stands against the text than before, so that it cannot go round in circles. What was
bracketed is tried again once the rest is agreed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt

from sim.core.ask import Answer, Phase
from sim.core.loops import until_done
from sim.core.mechanism import Mechanism, When
from sim.core.setting import Meeting, Setting
from sim.core.world import Page, World, take
from sim.mechanisms.objections import FREE, Room, Text, blockers, room

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

TO_SPARE = 1.05  # a step goes this much further than the grievance asks,
SPARE = 0.002  # and by this gain more: else steps only approach a text, and never are there
URGENT = 1024.0  # more than any grievance; a power of two, so that adding it rounds little
LESS = 1e-9  # "less stands against it" by more than rounding
PROOF_ROUNDS = 200  # moves when the question is whether any text exists


def take_up(room: Room, text: Text, amendments: Answer) -> None:
    """Write into the text each proposed value that leaves no more against it than before."""
    for actor in np.flatnonzero(~np.isnan(amendments).all(axis=(0, 2))):
        proposed = amendments[:, actor]
        value = np.where(np.isnan(proposed), text.value, np.clip(proposed, 0.0, 1.0))
        better = room.deficiency(Text(value, text.active)) <= room.deficiency(text)
        text.value[better] = value[better]


def search(room: Room, text: Text, rounds: int) -> None:
    """Move, bracket and restore, in place, until nobody blocks or nothing helps.

    Where nothing helps, moves may end with more against the text than it had: it stays as it was.
    """
    as_found = Text(text.value.copy(), text.active.copy())
    until_done(move, room, text, rounds)
    if (room.worst(text) > 0).any():
        until_done(bracket, room, text, text.value.shape[1])
        until_done(move, room, text, rounds)
    restore(room, text)
    worse = room.deficiency(text) > room.deficiency(as_found)
    text.value[worse], text.active[worse] = as_found.value[worse], as_found.active[worse]


def move(room: Room, text: Text) -> Bools:
    """Take one step against the largest grievance; done where there is none, or no way."""
    gains = room.reading.gains(text.value, text.active)
    against = np.concatenate([*room.grievances(gains), *_urgent(room, text)], axis=1)
    who = against.argmax(axis=1)
    worst = against[np.arange(len(who)), who]
    worst = np.where(worst >= URGENT, worst - URGENT, worst)
    uphill = _gradient(room, text, gains, who)
    steep = (uphill * uphill).sum(axis=1)
    done: Bools = (worst <= 0) | (steep == 0)
    length = np.where(done, 0.0, (TO_SPARE * worst + SPARE) / np.where(steep == 0, 1.0, steep))
    np.clip(text.value - length[:, None] * uphill, 0.0, 1.0, out=text.value)
    return done


def _urgent(room: Room, text: Text) -> Iterator[Floats]:
    """What breaks red lines, if there are any: (runs, limits).

    A red line is in units of the text, a grievance in units of gain: the line goes first.
    """
    if room.limited.shape[1]:
        breach = room.breaches(text).max(axis=2)
        yield np.where(breach > 0, URGENT + breach, -1.0)


def _gradient(room: Room, text: Text, gains: Floats, who: Ints) -> Floats:
    """How the worst grievance of each run grows with each clause: (runs, clauses)."""
    actors, runs = gains.shape[1], np.arange(len(who))
    actor = who % actors
    slope = room.reading.slopes(actor, text.value, text.active)
    felt = np.where(gains[runs, actor] > 0, room.buy_off, 1.0) * (1 - room.restraint)
    part = np.where((who < actors)[:, None], felt, room.demanded[runs, actor])
    if not room.upper.shape[1]:
        return -part * slope
    limit = np.clip(who - 2 * actors, 0, None)
    over = np.where(text.value > room.upper[runs, limit], 1.0, 0.0)
    under = np.where(text.value < room.lower[runs, limit], 1.0, 0.0)
    crossed = (who >= 2 * actors)[:, None]
    return np.where(crossed, (over - under) * text.active, -part * slope)


def bracket(room: Room, text: Text) -> Bools:
    """Bracket or restore the one clause, or failing that the pair, that helps most."""
    before = room.deficiency(text)
    clauses = range(text.value.shape[1])
    singly = _best_flip(room, text, [(c,) for c in clauses], before, before > 0)
    stuck = (before > 0) & ~singly
    return ~(singly | _best_flip(room, text, list(combinations(clauses, 2)), before, stuck))


def _best_flip(
    room: Room, text: Text, sets: Sequence[tuple[int, ...]], before: Floats, open_: Bools
) -> Bools:
    """Flip the best of ``sets`` where that leaves less; say where it did."""
    best, choice = before.copy(), np.full(len(before), -1)
    for place, clauses in enumerate(sets):
        left = room.deficiency(Text(text.value, _flipped(text.active, clauses)))
        better = open_ & (left < best - LESS)
        best, choice = np.where(better, left, best), np.where(better, place, choice)
    for place, clauses in enumerate(sets):
        rows = choice == place
        text.active[rows] = _flipped(text.active[rows], clauses)
    return choice >= 0


def _flipped(active: Bools, clauses: tuple[int, ...]) -> Bools:
    flipped = active.copy()
    flipped[:, clauses] = ~flipped[:, clauses]
    return flipped


def restore(room: Room, text: Text) -> None:
    """Take clauses out of their brackets, in order, where still nobody blocks."""
    for clause in range(text.value.shape[1]):
        rows = np.flatnonzero(~text.active[:, clause])
        if not len(rows):
            continue
        tried = take(text, rows)
        tried.active[:, clause] = True
        agreed = take(room, rows).worst(tried) <= 0
        text.active[rows[agreed], clause] = True


def text_exists(room: Room, text: Text) -> Bools:
    """Say in which runs some text exists that nobody would block: (runs,).

    All grievances are convex in the values of the text, and a clause left out counts as one
    at the status quo, so projection from any start finds such a text where one exists with a
    little room; several starts guard against slow convergence, and against red lines that
    bind only what is in the text. `sim.analysis.bargaining` proves the answer for one run.
    """
    found = room.worst(text) <= 0
    for value, active in _starts(room, text):
        rows = np.flatnonzero(~found)
        trial = Text(np.take(value, rows, axis=0), np.take(active, rows, axis=0))
        here = take(room, rows)
        search(here, trial, PROOF_ROUNDS)
        found[rows] = here.worst(trial) <= 0
    return found


def _starts(room: Room, text: Text) -> Iterator[tuple[Floats, Bools]]:
    """Where to look from: the draft, the status quo, and the draft without disputed clauses."""
    status_quo = room.reading.status_quo
    lower, upper = room.lower.max(axis=1, initial=0.0), room.upper.min(axis=1, initial=1.0)
    can_be_said = lower <= upper
    yield text.value, can_be_said
    yield status_quo, can_be_said
    if room.upper.shape[1]:
        yield text.value, (lower <= status_quo) & (status_quo <= upper)


class Chair(Mechanism):
    """The chair's drafting: find a text that nobody blocks, and keep as much of it as can be."""

    name = "chair"
    when = When.DRAFTING
    drafting = "chair"
    dynamic = True

    def play(self, setting: Setting, world: World, meeting: Meeting) -> Phase:
        """Work one session on every draft of the forum, and ask once who would block the result."""
        for draft in setting.forums[meeting.forum].drafts:
            hall = room(setting, world, meeting, draft)
            text = Text(world.value[draft], world.active[draft])
            shape = (world.size, len(setting.actors), text.value.shape[1])
            amendments = yield self.ask("amend", np.full(shape, np.nan), meeting, draft)
            take_up(hall, text, amendments)
            search(hall, text, setting.forums[meeting.forum].rules.rounds)
            standing = blockers(hall, text) != FREE
            objects = yield self.ask("block", standing, meeting, draft, by_consensus=True)
            objectors = np.count_nonzero(objects, axis=1).astype(np.int64)
            world.pages[draft].append(
                Page(meeting.session, text.value.copy(), text.active.copy(), objectors)
            )
