"""What a text is worth to a delegation: the gain of every clause over the status quo.

For actor i and clause c on issue k, with position x, salience s, status quo q, value z and
the clause's share w of its issue:  g = s w (|q - x|^p - |z - x|^p).  With p = 2 this is the
quadratic spatial model behind ordered-logit ideal points (Clinton, Jackman and Rivers 2004);
with p = 1 it is linear in the text between the positions.
"""

from __future__ import annotations

from dataclasses import dataclass

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


def distances(value: Floats, position: Floats, quadratic: npt.NDArray[np.bool_]) -> Floats:
    """Give |z - x|^p for ``value`` (runs, clauses) and ``position`` (runs, actors, clauses).

    p is 2 in runs that are ``quadratic`` (runs, 1, 1), else 1.
    """
    apart: Floats = value[:, None, :] - position
    # In place: these are the largest arrays of a phase, and memory is what they cost.
    np.abs(apart, out=apart)
    np.multiply(apart, apart, out=apart, where=quadratic)
    return apart


def over_clauses(terms: Floats, times: Floats | None = None) -> Floats:
    """Sum ``terms``, or their products with ``times``, over clauses: (runs, actors).

    Clauses are few, and einsum takes a third of the time of sum(axis=2) over a short axis.
    """
    summed: Floats = (
        np.einsum("rac->ra", terms) if times is None else np.einsum("rac,rac->ra", terms, times)
    )
    return summed


@dataclass
class Reading:
    """How every delegation reads one draft, before its values are known; runs lead every array."""

    position: Floats  # (runs, actors, clauses)
    weight: Floats  # (runs, actors, clauses): salience times the clause's share of its issue
    at_status_quo: Floats  # (runs, actors, clauses): |q - x|^p
    quadratic: npt.NDArray[np.bool_]  # (runs, 1, 1)
    status_quo: Floats  # (runs, clauses)

    def gains(self, value: Floats, active: npt.NDArray[np.bool_]) -> Floats:
        """Gain of each clause: (runs, actors, clauses); a clause that is silent gains nothing."""
        stands = np.where(active, value, self.status_quo)
        gains = distances(stands, self.position, self.quadratic)
        np.subtract(self.at_status_quo, gains, out=gains)
        gains *= self.weight
        return gains

    def slopes(
        self, actor: npt.NDArray[np.int64], value: Floats, active: npt.NDArray[np.bool_]
    ) -> Floats:
        """Derivative of the gains of one actor a run, ``actor`` (runs,): (runs, clauses)."""
        runs = np.arange(len(actor))
        ahead = value - self.position[runs, actor]
        steep = np.where(self.quadratic[:, 0], 2.0 * ahead, np.sign(ahead))
        slopes: Floats = -self.weight[runs, actor] * steep * active
        return slopes


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
    x = np.take(position, issue, axis=2)
    q = np.take(status_quo, issue, axis=1)
    return Reading(
        position=x,
        weight=np.take(salience, issue, axis=2) * shares(issue, weight),
        at_status_quo=distances(q, x, quadratic),
        quadratic=quadratic,
        status_quo=q,
    )


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
