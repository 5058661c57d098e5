"""Is there a text at all that nobody would block? A proof, by which the search is tested.

For one run, each objection, to an issue or to the whole, is a sum over clauses of convex functions
of the clause's value (a gain is concave in the value, and counts for less than a loss), so that

    t* = min over texts of the largest grievance          nobody blocks where t* <= 0

is a convex programme that comes apart by clause. It is solved by the decomposition of Dantzig
and Wolfe (1960): a linear programme (HiGHS) mixes the texts known so far, clause by clause;
its multipliers weigh the delegations; the text that is best under these weights joins the
menu. The weights prove the answer: under them no text whatever has a mean grievance below
`bound`, so none has a largest grievance below it (Lagrangian duality). With p = 1 this is the
exact linear programme, with p = 2 it is exact to `TOLERANCE`.

A clause left out counts as one at the status quo, and a red line binds only what is in the
text; where the status quo is itself beyond a red line, both ways are tried.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog

from sim.core.agenda import sessions
from sim.core.ask import Ask
from sim.core.setting import Setting
from sim.core.world import begin
from sim.errors import RunError
from sim.mechanisms.consensus import deciding
from sim.mechanisms.objections import NEVER, Room, Text, marked

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

TOLERANCE = 1e-6  # of t*, in units of gain; blocking costs some .1
ROUNDS = 200  # texts that may join the menu; some 20 do
_PRECISE = 1e-10  # the linear programme's own tolerances


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


def decisive_rooms(setting: Setting, run: int) -> Iterator[tuple[int, str, Room, Text]]:
    """Play one run; give draft, stage, room and text whenever a room seeks consensus on a text."""
    world = begin(setting, [run])
    phases = sessions(setting, world)
    try:
        ask: Ask = next(phases)
        while True:
            if ask.what == "vote" and ask.by_consensus and ask.meeting:
                text = Text(world.value[ask.draft].copy(), world.active[ask.draft].copy())
                hall = deciding(setting, world, ask.meeting, ask.draft)
                yield ask.draft, ask.meeting.stage, hall, text
            ask = phases.send(ask.answer)
    except StopIteration:
        return


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


def agreement(hall: Room) -> Agreement:
    """Find the text whose largest grievance is least, in a room of one run.

    Raises:
        ValueError: the room holds more than one run.
    """
    if len(hall.cost) != 1:
        raise ValueError(f"bargaining looks at one run at a time, not {len(hall.cost)}")
    status_quo = hall.reading.status_quo[0]
    lower, upper = _allowed(hall)
    # Where the status quo is beyond a red line, first allow all between.
    return _least(hall, np.minimum(lower, status_quo), np.maximum(upper, status_quo))


def _allowed(hall: Room) -> tuple[Floats, Floats]:
    """Give the values red lines leave to a clause that is in the text; none where they cross."""
    return hall.lower.max(axis=1, initial=0.0)[0], hall.upper.min(axis=1, initial=1.0)[0]


def _least(hall: Room, low: Floats, high: Floats) -> Agreement:
    """Find the best text between two; where it says what it must not, say less or be silent."""
    found = _within(hall, low, high)
    lower, upper = _allowed(hall)
    value, status_quo = found.text.value[0], hall.reading.status_quo[0]
    beyond = ((value < lower) | (value > upper)) & (value != status_quo)
    if not beyond.any():
        return found
    here = np.arange(len(value)) == beyond.argmax()
    ways = [(status_quo, status_quo)] + [(lower, upper)] * bool((lower <= upper)[here])
    parts = [_least(hall, np.where(here, a, low), np.where(here, b, high)) for a, b in ways]
    best = min(parts, key=lambda part: part.slack)
    weights = np.max([part.weights for part in parts], axis=0)
    return replace(best, bound=min(part.bound for part in parts), weights=weights)


def _within(hall: Room, low: Floats, high: Floats) -> Agreement:
    """Decompose: mix the menu, weigh, price, until what is found and what is proved meet."""
    insists = np.tile(hall.cost[0] < NEVER, 2 * len(hall.subjects))
    weights, bound = np.zeros(len(insists)), -np.inf
    value, slack = np.clip(hall.reading.status_quo[0], low, high), np.inf
    menu = np.stack([value, low, (low + high) / 2, high])
    for _ in range(ROUNDS if insists.any() else 0):
        rows = _rows(hall, menu)[:, insists]
        mixed, weight = _mix(rows, _borne(hall)[insists])
        text = np.clip((mixed * menu).sum(axis=0), low, high)
        full = np.zeros(len(insists))
        full[insists] = weight
        priced, proved = _price(hall, full, low, high)
        largest = float((_rows(hall, text[None])[0].sum(axis=1) - _borne(hall))[insists].max())
        if largest < slack:
            value, slack = text, largest
        if proved > bound:
            weights, bound = full, proved
        if slack - bound <= TOLERANCE:
            break
        menu = np.concatenate([menu, text[None], priced[None]])
    return _answer(hall, value, bound, weights)


def _answer(hall: Room, value: Floats, bound: float, weights: Floats) -> Agreement:
    lower, upper = _allowed(hall)
    inside = (lower <= value) & (value <= upper)
    text = Text(value[None], inside[None])
    proof = weights.reshape(2, len(hall.subjects), -1)
    return Agreement(text, float(hall.worst(text)[0]), bound, proof)


def _rows(hall: Room, texts: Floats) -> Floats:
    """Give all objections, clause by clause: (texts, 2 subjects actors, clauses)."""
    gains = hall.reading.gains(texts, np.ones((1, texts.shape[1]), dtype=bool))
    losses = -(1 - hall.restraint) * np.minimum(gains, hall.buy_off[:, :, None] * gains)
    about = _about(hall)
    both = [side[:, None] * about for side in (losses, -gains * hall.demanded)]
    return np.concatenate(both, axis=1).reshape(len(texts), -1, texts.shape[1])


def _about(hall: Room) -> Floats:
    """Mark the clauses that count in each objection: (subjects, actors, clauses)."""
    marks = marked(hall.subjects, hall.wanted.shape[1])
    own = np.tile(np.arange(len(marks))[:, None], (1, hall.cost.shape[1]))
    linked = own if hall.linked is None else hall.linked[0]
    about: Floats = np.maximum(np.take(marks, own, axis=0), np.take(marks, linked, axis=0))
    return about


def _borne(hall: Room) -> Floats:
    """What each objection may come to in its clauses before it blocks: (2 subjects actors,)."""
    nothing = np.zeros((1, hall.wanted.shape[2], hall.wanted.shape[1]))
    losing, lacking = hall.grievances(nothing)
    return -np.concatenate([losing[0], lacking[0]]).ravel()


def _mix(rows: Floats, borne: Floats) -> tuple[Floats, Floats]:
    """Mix the menu clause by clause for the least grievance; (texts, clauses), and its weights."""
    texts, objections, clauses = rows.shape
    flat = rows.transpose(1, 0, 2).reshape(objections, texts * clauses)
    aside = np.zeros((clauses, 1))
    shares: list[tuple[float | None, float | None]] = [(0.0, None)] * (texts * clauses)
    shares.append((None, None))
    found = linprog(
        c=np.append(np.zeros(texts * clauses), 1.0),
        A_ub=np.hstack([flat, -np.ones((objections, 1))]),
        b_ub=borne,
        A_eq=np.hstack([np.tile(np.eye(clauses), texts), aside]),
        b_eq=np.ones(clauses),
        bounds=shares,
        method="highs",
        options={"primal_feasibility_tolerance": _PRECISE, "dual_feasibility_tolerance": _PRECISE},
    )
    if found.x is None:
        raise RunError(f"the linear programme that looks for a text failed: {found.message}")
    weight = np.maximum(-found.ineqlin.marginals, 0.0)
    return found.x[:-1].reshape(texts, clauses), weight / weight.sum()


def _price(hall: Room, weight: Floats, low: Floats, high: Floats) -> tuple[Floats, float]:
    """Find the text that is best under these weights, clause by clause, and what they prove.

    Between the positions of those who weigh and the values at which a gain turns into a loss,
    the mean is a parabola or a line: its least is at an end or at the vertex.
    """
    heard = np.flatnonzero(weight)

    def mean(texts: Floats) -> Floats:
        weighed: Floats = (_rows(hall, texts)[:, heard] * weight[heard, None]).sum(axis=1)
        return weighed

    position = hall.reading.position[0, heard % hall.cost.shape[1]]
    status_quo = hall.reading.status_quo
    ends = np.concatenate([position, 2 * position - status_quo, status_quo])
    ends = np.sort(np.clip(np.concatenate([ends, low[None], high[None]]), low, high), axis=0)
    middle, half = (ends[1:] + ends[:-1]) / 2, (ends[1:] - ends[:-1]) / 2
    left, centre, right = mean(ends[:-1]), mean(middle), mean(ends[1:])
    bend = np.maximum(left - 2 * centre + right, 1e-300)
    vertex = middle + half * np.clip((left - right) / (2 * bend), -1.0, 1.0)
    tried = np.concatenate([ends, vertex])
    worth = mean(tried)
    proved = worth.min(axis=0).sum() - (weight * _borne(hall))[heard].sum()
    return np.take_along_axis(tried, worth.argmin(axis=0)[None], axis=0)[0], float(proved)
