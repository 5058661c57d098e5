"""Admissible worlds: joint draws of what is not known, so that ignorance can be reported.

A world is a row of parameters and the number of a draw. Positions are drawn again from that
number: an actor's error has a part that a whole issue shares (the bridge from votes to the
scale may be off), a part that the actor carries across issues (its ideal point may be off)
and a part of its own. Each is drawn by the names of actor and issue, so that a scenario with 25
actors sees the same world as one with 193.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from sim.core import special
from sim.core.draws import Keys, Labels, keys, pairs, uniforms
from sim.core.registry import PARAMETERS

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SHARED_BY_ISSUE, SHARED_BY_ACTOR, OWN = 0.25, 0.25, 0.5  # shares of the error's variance: assumed
ROOT = 193  # of all worlds: a scenario's seed changes chance, and never what we do not know
COUNT = 256  # worlds drawn where a scenario brings none

ISSUES = (  # the scales of the shipped tables
    *("TREATY", "SOV", "IHL", "MSH", "INST", "DATA", "CRIME", "ATTR"),
    *("CAP", "CBM", "CIP", "VENDOR", "TAX", "AIBIND", "AIVEN", "CONT"),
)


def sample(mean: Floats, error: Floats, draws: Ints, actors: Labels, issues: Labels) -> Floats:
    """Draw positions for each world: (worlds, actors, issues), clipped to 0-1.

    ``mean`` and ``error`` (sd) are (actors, issues) on 0-1; ``draws`` (worlds,) are the draw
    numbers; ``actors`` and ``issues`` are hashes of their names (`sim.core.draws.labels`).
    """
    return _spread(mean, error, draws, actors, issues, "worlds.position")


def sample_saliences(
    mean: Floats, error: Floats, draws: Ints, actors: Labels, issues: Labels
) -> Floats:
    """Draw saliences likewise, (worlds, actors, issues); one that is zero stays zero."""
    known = np.where(mean > 0, error, 0.0)
    return _spread(mean, known, draws, actors, issues, "worlds.salience")


def _spread(
    mean: Floats, error: Floats, draws: Ints, actors: Labels, issues: Labels, purpose: str
) -> Floats:
    shift = _deviates(draws.tobytes(), actors.tobytes(), issues.tobytes(), purpose)
    return np.clip(mean + error * shift, 0.0, 1.0)


@lru_cache(maxsize=4)
def _deviates(draws: bytes, actors: bytes, issues: bytes, purpose: str) -> Floats:
    """Draw what each world adds to each position, in its standard deviations.

    It depends on the names alone, so scenarios of the same cast share it: kept, since a sweep
    asks for it again at every point.
    """
    by_name, by_code = (np.frombuffer(labels, dtype=np.uint64) for labels in (actors, issues))
    worlds = _world_keys(draws)
    out = special.ndtri(uniforms(worlds, purpose, pairs(by_name, by_code)))
    out *= OWN**0.5
    out += (
        SHARED_BY_ISSUE**0.5
        * special.ndtri(uniforms(worlds, f"{purpose}.issue", by_code))[:, None, :]
    )
    out += (
        SHARED_BY_ACTOR**0.5
        * special.ndtri(uniforms(worlds, f"{purpose}.actor", by_name))[:, :, None]
    )
    out.flags.writeable = False
    return out


@lru_cache(maxsize=4)
def _world_keys(draws: bytes) -> Keys:
    return keys(ROOT, np.frombuffer(draws, dtype=np.int64))


def sample_values(value: Floats, error: Floats, draws: Ints, draft: str, clauses: Labels) -> Floats:
    """Draw a text's values as other coders might put them: (worlds, clauses), clipped to 0-1.

    ``value`` is (clauses,), ``error`` (worlds,) the sd; ``draft`` is the text's label, and
    ``clauses`` the hashes of those of its clauses.
    """
    u = uniforms(_world_keys(draws.tobytes()), "worlds.coding", clauses, draft)
    return np.clip(value + error[:, None] * special.ndtri(u), 0.0, 1.0)


def draw_parameters(fixed: Mapping[str, float], draws: Ints) -> dict[str, Floats]:
    """Draw every parameter for each world from its range (triangular about its best guess).

    A parameter known only by its order of magnitude is drawn so in its logarithm.

    Parameters in ``fixed`` are the same in all worlds. Returns name -> (worlds,).
    """
    worlds = _world_keys(draws.tobytes())
    drawn: dict[str, Floats] = {}
    for name, p in PARAMETERS.items():
        u = uniforms(worlds, "worlds.parameter", None, name)
        if name in fixed:
            drawn[name] = np.full(len(draws), float(fixed[name]))
        elif p.low == p.high:
            drawn[name] = np.full(len(draws), p.default)
        elif p.whole:
            drawn[name] = np.floor(p.low + u * (p.high - p.low + 1))
        elif p.ratio:
            low, mode, high = np.log([p.low, p.default, p.high])
            drawn[name] = np.exp(_triangular(u, low, mode, high))
        else:
            drawn[name] = _triangular(u, p.low, p.default, p.high)
    return drawn


def _triangular(u: Floats, low: float, mode: float, high: float) -> Floats:
    below = low + np.sqrt(u * (high - low) * (mode - low))
    above = high - np.sqrt((1 - u) * (high - low) * (high - mode))
    return np.where(u < (mode - low) / (high - low), below, above)
