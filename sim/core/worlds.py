"""Admissible worlds: joint draws of what is not known, so that ignorance can be reported.

A world is a row of parameters and the number of a draw. Positions are drawn again from that
number: an actor's error has a part that a whole issue shares (the bridge from votes to the
scale may be off), a part that the actor carries across issues (its ideal point may be off)
and a part of its own. Addresses use fixed slots, so that a scenario with 25 actors sees the
same world as one with 193.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from sim.core.draws import Keys, Purpose, keys, uniforms
from sim.core.parameters import PARAMETERS

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SHARED_BY_ISSUE, SHARED_BY_ACTOR, OWN = 0.25, 0.25, 0.5  # shares of the error's variance: assumed
SLOTS = 512  # room for actors; those of a scenario are addressed within it
ISSUE_SLOTS = 64
SALIENCE_ERROR = 0.10  # sd on 0-1 of a salience that is an estimate: assumed
ROOT = 193  # of all worlds: a scenario's seed changes chance, and never what we do not know
COUNT = 256  # worlds drawn where a scenario brings none

ISSUES = (  # the scales of the shipped tables, in the order of their addresses: add, never reorder
    *("TREATY", "SOV", "IHL", "MSH", "INST", "DATA", "CRIME", "ATTR"),
    *("CAP", "CBM", "CIP", "VENDOR", "TAX", "AIBIND", "AIVEN", "CONT"),
)


def sample(
    mean: Floats, error: Floats, draws: Ints, actor_slots: Ints, issue_slots: Ints
) -> Floats:
    """Draw positions for each world: (worlds, actors, issues), clipped to 0-1.

    ``mean`` and ``error`` (sd) are (actors, issues) on 0-1; ``draws`` (worlds,) are the draw
    numbers; slots give each actor and issue its fixed address (see `slots`).
    """
    return _spread(mean, error, draws, actor_slots, issue_slots, Purpose.WORLD_POSITIONS)


def sample_saliences(salience: Floats, draws: Ints, actor_slots: Ints, issue_slots: Ints) -> Floats:
    """Draw saliences likewise, (worlds, actors, issues); one that is zero stays zero."""
    error = np.where(salience > 0, SALIENCE_ERROR, 0.0)
    return _spread(salience, error, draws, actor_slots, issue_slots, Purpose.WORLD_SALIENCES)


def _spread(
    mean: Floats,
    error: Floats,
    draws: Ints,
    actor_slots: Ints,
    issue_slots: Ints,
    purpose: Purpose,
) -> Floats:
    shift = _deviates(draws.tobytes(), actor_slots.tobytes(), issue_slots.tobytes(), purpose)
    return np.clip(mean + error * shift, 0.0, 1.0)


@lru_cache(maxsize=4)
def _deviates(draws: bytes, actors: bytes, issues: bytes, purpose: Purpose) -> Floats:
    """Draw what each world adds to each position, in its standard deviations.

    It depends on the addresses alone, so scenarios of the same cast share it: kept, since a
    sweep asks for it again at every point.
    """
    actor_slots, issue_slots = (np.frombuffer(slots, dtype=np.int64) for slots in (actors, issues))
    worlds = _world_keys(draws)
    rows, columns = int(actor_slots.max()) + 2, int(issue_slots.max()) + 2
    out = np.empty((len(worlds), len(actor_slots), len(issue_slots)))
    for target, key in zip(out, worlds, strict=True):
        # Row 0 holds what whole issues share, column 0 what an actor carries across issues.
        z = uniforms(key[None, :], purpose, (rows, ISSUE_SLOTS))[0, :, :columns]
        own = ndtri(z[np.ix_(actor_slots + 1, issue_slots + 1)])
        by_issue = ndtri(z[0, issue_slots + 1])[None, :]
        by_actor = ndtri(z[actor_slots + 1, 0])[:, None]
        shared = SHARED_BY_ISSUE**0.5 * by_issue + SHARED_BY_ACTOR**0.5 * by_actor
        target[:] = shared + OWN**0.5 * own
    out.flags.writeable = False
    return out


@lru_cache(maxsize=4)
def _world_keys(draws: bytes) -> Keys:
    return keys(ROOT, np.frombuffer(draws, dtype=np.int64))


def sample_values(value: Floats, error: Floats, draws: Ints, draft: int) -> Floats:
    """Draw a text's values as other coders might put them: (worlds, clauses), clipped to 0-1.

    ``value`` is (clauses,), ``error`` (worlds,) the sd, ``draft`` the text's address.
    """
    u = uniforms(_world_keys(draws.tobytes()), Purpose.WORLD_CODINGS, value.shape, draft=draft)
    return np.clip(value + error[:, None] * ndtri(u), 0.0, 1.0)


def slots(names: Sequence[str], known: Sequence[str], limit: int) -> Ints:
    """Give each name its address: its place in ``known``, or the next one after those."""
    place = {name: slot for slot, name in enumerate(known)}
    for name in names:
        place.setdefault(name, len(place))
    if len(place) > limit:
        raise ValueError(f"at most {limit} names can be addressed, not {len(place)}")
    return np.array([place[name] for name in names], dtype=np.int64)


def draw_parameters(fixed: Mapping[str, float], draws: Ints) -> dict[str, Floats]:
    """Draw every parameter for each world from its range (triangular about its best guess).

    A parameter known only by its order of magnitude is drawn so in its logarithm.

    Parameters in ``fixed`` are the same in all worlds. Returns name -> (worlds,).
    """
    u = uniforms(_world_keys(draws.tobytes()), Purpose.WORLD_PARAMETERS, (len(PARAMETERS),))
    drawn: dict[str, Floats] = {}
    for column, (name, p) in enumerate(PARAMETERS.items()):
        if name in fixed:
            drawn[name] = np.full(len(draws), float(fixed[name]))
        elif p.whole:
            drawn[name] = np.floor(p.low + u[:, column] * (p.high - p.low + 1))
        elif p.ratio:
            low, mode, high = np.log([p.low, p.default, p.high])
            drawn[name] = np.exp(_triangular(u[:, column], low, mode, high))
        else:
            drawn[name] = _triangular(u[:, column], p.low, p.default, p.high)
    return drawn


def _triangular(u: Floats, low: float, mode: float, high: float) -> Floats:
    below = low + np.sqrt(u * (high - low) * (mode - low))
    above = high - np.sqrt((1 - u) * (high - low) * (high - mode))
    return np.where(u < (mode - low) / (high - low), below, above)
