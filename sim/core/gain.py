"""What a text is worth to a delegation: the gain of every clause over the status quo.

For actor i and clause c on issue k, with position x, salience s, status quo q, value z and
the clause's share w of its issue:  g = s w (|q - x|^p - |z - x|^p).  With p = 2 this is the
quadratic spatial model behind ordered-logit ideal points (Clinton, Jackman and Rivers 2004);
with p = 1 it is linear in the text between the positions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def shares(issue: npt.NDArray[np.int64], weight: Floats) -> Floats:
    """Divide each issue among its clauses by weight: shape (clauses,), summing to 1 an issue.

    Two clauses that say the same thing therefore weigh what one would.
    """
    total = np.zeros(int(issue.max()) + 1)
    np.add.at(total, issue, weight)
    return weight / np.take(total, issue)


def over_clauses(terms: Floats, times: Floats | None = None) -> Floats:
    """Sum ``terms``, or their products with ``times``, over clauses: (runs, actors)."""
    summed: Floats = (
        np.einsum("rac->ra", terms) if times is None else np.einsum("rac,rac->ra", terms, times)
    )
    return summed


def turned(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Show (runs, clauses, actors) as (runs, actors, clauses), or the other way; no copy."""
    return array.transpose(0, 2, 1)


@dataclass
class Reading:
    """How every delegation reads one draft, before its values are known; runs lead every array.

    Arrays are kept clause by clause, so that work runs along the many actors and not along the
    few clauses, and shown actor by actor: `position`, `weight` and `at_status_quo`.
    """

    x: Floats  # (runs, clauses, actors): positions
    w: Floats  # (runs, clauses, actors): salience times the clause's share of its issue
    before: Floats  # (runs, clauses, actors): |q - x|^p
    quadratic: npt.NDArray[np.bool_]  # (runs, 1, 1)
    status_quo: Floats  # (runs, clauses)

    @property
    def position(self) -> Floats:
        """Positions on the issues of the clauses: (runs, actors, clauses)."""
        return turned(self.x)

    @property
    def weight(self) -> Floats:
        """Salience times the clause's share of its issue: (runs, actors, clauses)."""
        return turned(self.w)

    @property
    def at_status_quo(self) -> Floats:
        """Distance of the status quo to the power p: (runs, actors, clauses)."""
        return turned(self.before)

    def gains(self, value: Floats, active: npt.NDArray[np.bool_]) -> Floats:
        """Gain of each clause: (runs, actors, clauses); a clause that is silent gains nothing."""
        gains = _distances(np.where(active, value, self.status_quo), self.x, self.quadratic)
        np.subtract(self.before, gains, out=gains)
        gains *= self.w
        return turned(gains)

    def of(self, who: npt.NDArray[np.int64]) -> Reading:
        """The reading of some actors only, by their places."""
        x, w, before = (np.take(of, who, axis=2) for of in (self.x, self.w, self.before))
        return replace(self, x=x, w=w, before=before)

    def of_clause(self, clause: int, value: Floats) -> Floats:
        """Gain of one clause at ``value`` (runs,), as if it stands: (runs, actors)."""
        now = slice(clause, clause + 1)
        apart = _distances(value[:, None], self.x[:, now], self.quadratic)[:, 0]
        gain: Floats = self.w[:, clause] * (self.before[:, clause] - apart)
        return gain

    def slopes(
        self, actor: npt.NDArray[np.int64], value: Floats, active: npt.NDArray[np.bool_]
    ) -> Floats:
        """Derivative of the gains of one actor a run, ``actor`` (runs,): (runs, clauses)."""
        runs = np.arange(len(actor))
        ahead = value - self.x[runs, :, actor]
        steep = np.where(self.quadratic[:, 0], 2.0 * ahead, np.sign(ahead))
        slopes: Floats = -self.w[runs, :, actor] * steep * active
        return slopes


def _distances(value: Floats, x: Floats, quadratic: npt.NDArray[np.bool_]) -> Floats:
    """Give |z - x|^p: (runs, clauses, actors), for ``value`` (runs, clauses)."""
    apart: Floats = value[:, :, None] - x
    # In place: these are the largest arrays of a phase, and memory is what they cost.
    if quadratic.all():
        return np.multiply(apart, apart, out=apart)
    np.abs(apart, out=apart)
    np.multiply(apart, apart, out=apart, where=quadratic)
    return apart


def read(
    position: Floats,
    salience: Floats,
    status_quo: Floats,
    issue: npt.NDArray[np.int64],
    weight: Floats,
    curvature: Floats,
) -> Reading:
    """Read a draft whose clauses are on ``issue`` with ``weight``.

    Arrays are on 0-1: position and salience (runs, actors, issues), status_quo
    (runs, issues), issue and weight (clauses,), curvature (runs,) of 1 or 2.
    """
    quadratic = np.ascontiguousarray((curvature == 2.0)[:, None, None])
    x = np.ascontiguousarray(turned(np.take(position, issue, axis=2)))
    w = np.ascontiguousarray(turned(np.take(salience, issue, axis=2)))
    w *= shares(issue, weight)[:, None]
    q = np.take(status_quo, issue, axis=1)
    return Reading(x, w, _distances(q, x, quadratic), quadratic, q)


def clause_gains(
    position: Floats,
    salience: Floats,
    status_quo: Floats,
    issue: npt.NDArray[np.int64],
    value: Floats,
    weight: Floats,
    curvature: Floats,
) -> Floats:
    """Gain of every clause for every delegation, (runs, actors, clauses); see the module."""
    active = np.ones(value.shape, dtype=bool)
    return read(position, salience, status_quo, issue, weight, curvature).gains(value, active)
