"""The core of a rule of decision: the texts that no winning coalition prefers to leave.

On one issue, with ideal points x, a text z is in the core if neither those above it nor those
below it win: the core is an interval, for q of n voters [x_(n-q+1), x_(q)] in order of size, and
the median for a simple majority (Black 1948). On two issues with circular indifference curves, z
is in the core if no open half-plane beside it holds a winning coalition, so that the core is an
intersection of half-planes, one for each direction; only finitely many of them bind (those at
which two voters change places), and a linear program finds a point or shows that there is none
(Plott 1967: with a simple majority, nearly never). With convex preferences on d issues the core
of q of n is never empty if and only if q > n d / (d + 1) (Greenberg 1979).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sim.published.game import Game
from sim.published.model import Model
from sim.published.power import RULE, game_of
from sim.published.solution import Solution
from sim.published.table import Table

Floats = npt.NDArray[np.float64]
_ROUNDING = 1e-12


class Interval(NamedTuple):
    """The core on one issue; empty where ``low`` is above ``high``."""

    low: float
    high: float

    @property
    def empty(self) -> bool:
        """Whether any text can be beaten."""
        return self.low > self.high + _ROUNDING


def interval(position: npt.ArrayLike, game: Game) -> Interval:
    """The core among voters with these ideal points on one issue, (voters,).

    A voter whose position is nan is indifferent, and prefers no text to another.
    """
    x = np.asarray(position, dtype=np.float64)
    if np.isnan(x).all():
        return Interval(np.nan, np.nan)
    return Interval(_floor(x, game), -_floor(-x, game))


def _floor(x: Floats, game: Game) -> float:
    """The least point above which nobody wins: the ideal point of the voter who is pivotal."""
    for point in np.unique(x[~np.isnan(x)]):  # with nan no comparison holds
        if not game.wins(x > point + _ROUNDING):
            return float(point)
    return float(np.nanmax(x))


def never_empty(n: int, quota: int, issues: int) -> bool:
    """Whether q of n leaves a core on so many issues, whatever the (convex) preferences are."""
    return quota * (issues + 1) > n * issues


def point(position: npt.ArrayLike, game: Game) -> Floats | None:
    """A point of the core on two issues, the one farthest within it; None if it is empty.

    Args:
        position: ideal points, (voters, 2); all care for both issues alike.
        game: which coalitions win.
    """
    from scipy.optimize import linprog

    x = np.asarray(position, dtype=np.float64)
    rows, least = _half_planes(x, game)
    # Greatest slack t >= 0 with  row . z >= least + t: inside, where there is an inside at all.
    upper = np.hstack([-rows, np.ones((len(rows), 1))])
    span = max(float(np.ptp(x)), 1.0)
    box = [(float(x[:, k].min()), float(x[:, k].max())) for k in range(2)]
    slack = 1e-9 * span
    found = linprog([0.0, 0.0, -1.0], upper, slack - least, bounds=[*box, (0.0, span)])
    return None if found.x is None else np.asarray(found.x[:2], dtype=np.float64)


def _half_planes(x: Floats, game: Game) -> tuple[Floats, Floats]:
    """Directions u and levels L with u . z >= L for all of the core.

    Between two directions in which voters change places the pivotal voter k is one and the same,
    and u . (z - x_k) >= 0 for all u between them if it holds at both ends.
    """
    ends = _turns(x)
    rows, least = [], []
    for start, end in zip(ends, np.roll(ends, -1), strict=True):
        width = (end - start) % (2 * np.pi) or 2 * np.pi
        middle = _unit(start + width / 2)
        pivot = x[_pivot(x @ middle, game)]
        for angle in (start, start + width):
            rows.append(_unit(angle))
            least.append(float(rows[-1] @ pivot))
    return np.array(rows), np.array(least)


def _turns(x: Floats) -> Floats:
    """Directions at which two voters change places, as angles; the four axes besides."""
    first, second = np.triu_indices(len(x), 1)
    apart = x[first] - x[second]
    apart = apart[np.abs(apart).max(axis=1) > _ROUNDING] if len(apart) else apart
    across = np.arctan2(apart[:, 0], -apart[:, 1])
    axes = np.arange(4) * np.pi / 2
    every = np.concatenate([across, across + np.pi, axes]) % (2 * np.pi)
    return np.unique(np.round(every, 12))


def _unit(angle: float) -> Floats:
    return np.array([np.cos(angle), np.sin(angle)])


def _pivot(along: Floats, game: Game) -> int:
    level = _floor(along, game)
    return int(np.abs(along - level).argmin())


def solve(table: Table, quota: float = 0.0, weights: str = "") -> Solution:
    """The core on every issue, each for itself: an interval, and one text in it.

    The text is the point of the core nearest to the status quo, where that is known, for a text
    in the core is not moved; else the middle of the core. Who takes no position on an issue, or
    does not care for it, never joins in leaving a text.

    Args:
        table: positions; the rule of its forum, if there is one.
        quota: weight that is enough; 0: as `sim.published.power.solve`.
        weights: "capability", "equal", or "" for the rule of the forum.
    """
    game, said = game_of(table, quota, weights)
    low, high = np.full((2, len(table.issues)), np.nan)
    outcome = low.copy()
    for k in range(len(table.issues)):
        cares = np.where(table.salience[:, k] > 0, table.position[:, k], np.nan)
        low[k], high[k] = interval(cares, game)
        if low[k] > high[k] + _ROUNDING:
            said.append(f"{table.issues[k]}: the core is empty")
            continue
        outcome[k] = _within(low[k], high[k], table.status_quo[k])
    columns = {
        "issue": list(table.issues),
        "low": table.in_units(low),
        "high": table.in_units(high),
    }
    return Solution(outcome, said=tuple(said), tables={"core": columns})


def _within(low: float, high: float, status_quo: float) -> float:
    return (low + high) / 2 if np.isnan(status_quo) else float(np.clip(status_quo, low, high))


MODEL = Model(
    "core",
    "Core",
    "the texts that no winning coalition would leave",
    ("black1948", "plott1967", "greenberg1979"),
    solve,
    options=RULE,
)
