"""The zone of agreement: whether a text exists that nobody would block, and where such texts lie.

For one run, each objection, to an issue or to the whole, is a sum over clauses of convex functions
of the clause's value (a gain is concave in the value, and counts for less than a loss), so that

    t* = min over texts of the largest grievance          nobody blocks where t* <= 0

is a convex programme (`sim.answers.convex`). Its answer is proved: no text has a largest grievance
below `bound`. That others block makes blocking cheaper, but starts with somebody who blocks alone,
so company does not matter here.

A clause left out counts as one at the status quo, and a red line binds only what is in the
text; where the status quo is itself beyond a red line, both ways are tried.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from sim.answers.convex import TOLERANCE, Limits, Rows, least
from sim.mechanisms.objections import NEVER, Room, Text, marked

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

BARGAINED = 1e-5  # the tolerance of the mean logarithm of what agreement gives
SUMS = 24  # sums of these logarithms that are told apart


@dataclass(frozen=True)
class Agreement:
    """The text with most to spare, and the proof that none has more."""

    text: Text  # of one run: (1, clauses)
    slack: float  # its largest grievance, t*, in units of gain; not positive: nobody blocks
    bound: float  # no text has a largest grievance below this
    weights: Floats  # (2, subjects, actors): of losses and of shortfalls, which prove `bound`

    @property
    def exists(self) -> bool:
        """Say whether some text is blocked by nobody: this one."""
        return self.slack <= 0

    @property
    def ruled_out(self) -> bool:
        """Say whether every text is proved to be blocked by somebody."""
        return self.bound > 0


def agreement(hall: Room, *, decide: bool = False) -> Agreement:
    """Find the text whose largest grievance is least, in a room of one run.

    Args:
        hall: the room.
        decide: only find out whether some text is blocked by nobody, which is quicker.

    Raises:
        ValueError: the room holds more than one run.
    """
    if len(hall.cost) != 1:
        raise ValueError(f"a zone of agreement is that of one run, not of {len(hall.cost)}")
    lower, upper = allowed(hall)
    # Where the status quo is beyond a red line, first allow all between.
    status_quo = hall.reading.status_quo[0]
    return _least(hall, np.minimum(lower, status_quo), np.maximum(upper, status_quo), decide)


def allowed(hall: Room) -> tuple[Floats, Floats]:
    """Give the values red lines leave to a clause that is in the text; none where they cross."""
    return hall.lower.max(axis=1, initial=0.0)[0], hall.upper.min(axis=1, initial=1.0)[0]


def only(hall: Room, actors: npt.ArrayLike) -> Room:
    """Give the same room as if only these actors, by place, might block."""
    keeps = np.zeros(hall.cost.shape[1], dtype=bool)
    keeps[np.asarray(actors, dtype=np.int64)] = True
    theirs = keeps[hall.limited][:, :, None]
    return replace(
        hall,
        cost=np.where(keeps, hall.cost, NEVER),
        upper=np.where(theirs, hall.upper, 1.0),
        lower=np.where(theirs, hall.lower, 0.0),
    )


def landing(hall: Room, agreed: Agreement, clauses: Iterable[int]) -> Floats:
    """How far clauses can go in a text that nobody blocks: (clauses, 2), low and high.

    ``agreed`` is that of the room, and exists; of clauses that are not asked for, nan. A clause
    that it leaves out stays out.
    """
    low, high = _box(hall, agreed)
    inside = agreed.text.value
    limits, zone = Limits(Grievances(hall), inside[0]), np.full((inside.shape[1], 2), np.nan)
    for clause in clauses:
        for side, sign in enumerate((1.0, -1.0)):
            slope = np.zeros(len(zone))
            slope[clause] = sign

            def goal(point: Floats, slope: Floats = slope) -> Rows:
                return Rows(np.array([slope @ point]), slope[None])

            found = least(goal, low, high, inside, limits=limits, tolerance=0.005)
            zone[clause, side] = found.point[clause]
    return zone


def nash(hall: Room, agreed: Agreement) -> Floats:
    """The text that splits the gains of agreement as Nash (1950) does: (clauses,).

    It maximises the sum of log(G_i + kappa_i) over the texts that nobody blocks: what agreement
    gives each delegation beside having to block it, and pay for that.
    """
    low, high = _box(hall, agreed)
    insists = np.flatnonzero(hall.cost[0] < NEVER)
    bears = hall.cost[0, insists] / (1.0 - hall.restraint[0, 0])
    # A tangent of each of a few sums says nearly as much as one of each delegation.
    sums = np.arange(0, len(insists), max(1, -(-len(insists) // SUMS)))

    def goal(point: Floats) -> Rows:
        gain, slope = (of[insists] for of in gains(hall, point))
        room = np.maximum(gain.sum(axis=1) + bears, 1e-6)
        both = -np.log(room), -slope / room[:, None]
        return Rows(*(np.add.reduceat(of, sums, axis=0) for of in both))

    found = least(
        goal, low, high, agreed.text.value, group=np.arange(len(sums)),
        limits=Limits(Grievances(hall), agreed.text.value[0]), tolerance=BARGAINED * len(insists),
    )  # fmt: skip
    return found.point


def gains(hall: Room, point: Floats) -> tuple[Floats, Floats]:
    """What a text gives every delegation by clause, and how steeply: (actors, clauses) each."""
    read = hall.reading
    gain = read.gains(point[None], np.ones((1, len(point)), dtype=bool))[0]
    ahead = point - read.position[0]
    steep = np.where(read.quadratic[0, 0, 0], 2.0 * ahead, np.sign(ahead))
    slope: Floats = -read.weight[0] * steep
    return gain, slope


class Grievances:
    """All grievances of those who may block, with their slopes, as convex functions of a text."""

    def __init__(self, hall: Room) -> None:
        self.hall = hall
        self.insists = np.flatnonzero(hall.cost[0] < NEVER)
        self.about = _about(hall)[:, self.insists]  # (subjects, insisting, clauses)
        nothing = np.zeros((1, hall.wanted.shape[2], hall.wanted.shape[1]))
        sides = hall.grievances(nothing)  # all but what the clauses themselves are worth
        self.rest = np.concatenate([side[0][:, self.insists].ravel() for side in sides])
        self.felt = 1.0 - float(hall.restraint[0, 0])
        self.buy_off = float(hall.buy_off[0, 0])
        self.wanted = hall.demanded[0, self.insists]

    def __call__(self, point: Floats) -> Rows:
        """Values (2 subjects insisting,) and slopes of all grievances at a text."""
        gain, slope = (of[self.insists] for of in gains(self.hall, point))
        part = np.where(gain > 0, min(self.buy_off, 1.0), max(self.buy_off, 1.0))
        sides = [[-self.felt * part * of, -self.wanted * of] for of in (gain, slope)]
        worth = np.concatenate([np.einsum("ac,sac->sa", of, self.about).ravel() for of in sides[0]])
        steep = np.concatenate([(of * self.about).reshape(-1, of.shape[1]) for of in sides[1]])
        return Rows(worth + self.rest, steep)

    def spread(self, weight: Floats) -> Floats:
        """Put weights of the rows where they belong: (2, subjects, actors)."""
        subjects, actors = len(self.about), self.hall.cost.shape[1]
        full = np.zeros((2, subjects, actors))
        if len(weight):
            full[:, :, self.insists] = weight.reshape(2, subjects, -1)
        return full


def _about(hall: Room) -> Floats:
    """Mark the clauses that count in each objection: (subjects, actors, clauses)."""
    marks = marked(hall.subjects, hall.wanted.shape[1])
    own = np.tile(np.arange(len(marks))[:, None], (1, hall.cost.shape[1]))
    linked = own if hall.linked is None else hall.linked[0]
    about: Floats = np.maximum(np.take(marks, own, axis=0), np.take(marks, linked, axis=0))
    return about


def _box(hall: Room, agreed: Agreement) -> tuple[Floats, Floats]:
    """Between what the clauses of a text that is agreed may say; one left out stays silent."""
    lower, upper = allowed(hall)
    silent, status_quo = ~agreed.text.active[0], hall.reading.status_quo[0]
    return np.where(silent, status_quo, lower), np.where(silent, status_quo, upper)


def _least(hall: Room, low: Floats, high: Floats, decide: bool) -> Agreement:
    """Find the best text between two; where it says what it must not, say less or be silent."""
    found = _within(hall, low, high, decide)
    lower, upper = allowed(hall)
    value, status_quo = found.text.value[0], hall.reading.status_quo[0]
    beyond = ((value < lower) | (value > upper)) & (value != status_quo)
    if not beyond.any():
        return found
    here = np.arange(len(value)) == beyond.argmax()
    ways = [(status_quo, status_quo)] + [(lower, upper)] * bool((lower <= upper)[here])
    parts = [_least(hall, np.where(here, a, low), np.where(here, b, high), decide) for a, b in ways]
    best = min(parts, key=lambda part: part.slack)
    weights = np.max([part.weights for part in parts], axis=0)
    return replace(best, bound=min(part.bound for part in parts), weights=weights)


def _within(hall: Room, low: Floats, high: Floats, decide: bool) -> Agreement:
    grievances = Grievances(hall)
    status_quo = hall.reading.status_quo[0]
    if not len(grievances.insists):
        return _answer(hall, status_quo, -np.inf, grievances.spread(np.zeros(0)))
    starts = np.stack([np.clip(status_quo, low, high), (low + high) / 2, low, high])
    found = least(grievances, low, high, starts, level=0.0 if decide else None)
    return _answer(hall, found.point, found.bound, grievances.spread(found.weight))


def _answer(hall: Room, value: Floats, bound: float, weights: Floats) -> Agreement:
    lower, upper = allowed(hall)
    inside = (lower <= value) & (value <= upper)
    text = Text(value[None], inside[None])
    return Agreement(text, float(hall.worst(text)[0]), bound, weights)


__all__ = [
    "TOLERANCE", "Agreement", "agreement", "allowed", "gains", "landing", "nash", "only",
]  # fmt: skip
