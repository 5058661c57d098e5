"""Least of a convex function over texts, by cutting planes, with a proof of how low it can be.

A text is a point z of the box of its clauses. Wanted is the least of

    sum over groups g of  max over the rows j of g of  f_j(z)     where c_k(z) <= 0 for all k

with every f_j and c_k convex. None is ever below its tangents, so a linear programme over the
tangents taken so far (HiGHS) proves a bound; its solution is the next point to take tangents at
(Kelley 1960). It ends when the point that was found and the bound that is proved meet; where all
functions are linear in pieces (p = 1) it does so after finitely many steps. A point that breaks a
limit is first pulled back to where the limit begins, towards one inside (Veinott 1967).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog

from sim.errors import RunError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

TOLERANCE = 1e-6  # in units of gain; to block costs some .1
ROUNDS = 300  # points at which tangents are taken, at most; some 20 do
HALVINGS = 24  # of the way to a limit
EACH = 16  # tangents that a point adds, at most: those of the highest rows
_PRECISE = 1e-10  # the linear programme's own tolerances


@dataclass(frozen=True)
class Rows:
    """Convex functions at a point: their values (rows,) and slopes (rows, clauses)."""

    value: Floats
    slope: Floats


Functions = Callable[[Floats], Rows]


@dataclass(frozen=True)
class Least:
    """The best point found, and the proof that none is better."""

    point: Floats  # (clauses,)
    value: float  # of the goal there
    bound: float  # nowhere is there less
    weight: Floats  # (rows,) of the goal: how the proof weighs them


class Limits:
    """Limits that a point has to keep, a point inside them, and all tangents taken of them."""

    def __init__(self, of: Functions, inside: Floats) -> None:
        self.of, self.inside = of, inside
        self.tangents = _Tangents()

    def kept(self, point: Floats) -> Floats:
        """Give the point itself, or pull it back to where it keeps all limits; learn from it."""
        if self.of(point).value.max(initial=-np.inf) <= 0:
            return point
        inside, outside = 0.0, 1.0
        for _ in range(HALVINGS):
            middle = (inside + outside) / 2
            broken = self.of(self._towards(point, middle)).value.max() > 0
            inside, outside = (inside, middle) if broken else (middle, outside)
        at = self._towards(point, outside)
        rows = self.of(at)
        chosen = np.argsort(-rows.value, kind="stable")[:EACH]
        self.tangents.add(at, rows, chosen)
        return self._towards(point, inside)

    def _towards(self, point: Floats, share: float) -> Floats:
        return self.inside + share * (point - self.inside)


def least(
    goal: Functions,
    low: Floats,
    high: Floats,
    starts: Floats,
    *,
    group: Ints | None = None,
    limits: Limits | None = None,
    tolerance: float = TOLERANCE,
    level: float | None = None,
) -> Least:
    """Find the least of a convex function.

    Args:
        goal: the functions f_j.
        low: the least value of each clause, (clauses,).
        high: the greatest.
        starts: points to begin at, (points, clauses).
        group: the sum that each f_j belongs to, (rows,); without it all are in one.
        limits: what a point has to keep.
        tolerance: how near the value and its bound have to come.
        level: stop as soon as it is settled whether the least is above this.

    Raises:
        RunError: the linear programme failed.
    """
    sums = _Sums(goal, group)
    best = Least(starts[0], np.inf, -np.inf, np.zeros(0))
    points = list(np.clip(starts, low, high))
    for _ in range(ROUNDS):
        for point in points:
            there = point if limits is None else limits.kept(point)
            value = sums.take(there)
            if value < best.value:
                best = Least(there, value, best.bound, best.weight)
        settled = level is not None and (best.value <= level or best.bound > level)
        if settled or best.value - best.bound <= tolerance:
            break
        point, bound, weight = sums.lowest(low, high, limits)
        if bound > best.bound:
            best = Least(best.point, best.value, bound, weight)
        points = [point]
    return best


class _Tangents:
    """Tangents as rows of a linear programme: slope @ z <= right, and the row that each is of."""

    def __init__(self) -> None:
        self.slope, self.right, self.of = list[Floats](), list[Floats](), list[Ints]()

    def add(self, point: Floats, rows: Rows, chosen: Ints) -> None:
        slope = rows.slope[chosen]
        self.slope.append(slope)
        self.right.append(slope @ point - rows.value[chosen])
        self.of.append(chosen)


class _Sums:
    """The tangents of a goal, and the sum that each of its rows belongs to."""

    def __init__(self, goal: Functions, group: Ints | None) -> None:
        self.goal, self.group, self.tangents = goal, group, _Tangents()
        self.groups = 1 if group is None else int(group.max(initial=0)) + 1
        self.many = 0  # rows of the goal

    def take(self, point: Floats) -> float:
        """Take tangents at a point; give the goal there."""
        rows = self.goal(point)
        self.many = len(rows.value)
        group = np.zeros(self.many, np.int64) if self.group is None else self.group
        highest = np.full(self.groups, -np.inf)
        np.maximum.at(highest, group, rows.value)
        chosen = np.argsort(highest[group] - rows.value, kind="stable")[: EACH + self.groups - 1]
        self.tangents.add(point, rows, chosen)
        return float(highest.sum())

    def lowest(
        self, low: Floats, high: Floats, limits: Limits | None
    ) -> tuple[Floats, float, Floats]:
        """Solve the linear programme: its point, the bound it proves, and the weights for it."""
        of = np.concatenate(self.tangents.of)
        belongs = np.zeros((len(of), self.groups))
        belongs[np.arange(len(of)), 0 if self.group is None else self.group[of]] = -1.0
        rows = np.hstack([np.vstack(self.tangents.slope), belongs])
        right = np.concatenate(self.tangents.right)
        if limits is not None and limits.tangents.slope:
            slope = np.vstack(limits.tangents.slope)
            rows = np.vstack([rows, np.hstack([slope, np.zeros((len(slope), self.groups))])])
            right = np.concatenate([right, *limits.tangents.right])
        found = linprog(
            np.r_[np.zeros(len(low)), np.ones(self.groups)],
            rows,
            right,
            bounds=[*zip(low, high, strict=True), *[(None, None)] * self.groups],
            method="highs",
            options={
                "primal_feasibility_tolerance": _PRECISE,
                "dual_feasibility_tolerance": _PRECISE,
            },
        )
        if found.x is None or found.fun is None:
            raise RunError(f"the linear programme that looks for a text failed: {found.message}")
        weight = np.zeros(self.many)
        np.add.at(weight, of, np.maximum(-found.ineqlin.marginals[: len(of)], 0.0))
        return np.clip(found.x[: len(low)], low, high), float(found.fun), weight
