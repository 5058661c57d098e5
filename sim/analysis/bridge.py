"""The bridge from ideal points to the scales of the issues, by anchors known before a date.

An anchor is an actor (or a group, at the mean of its members) whose place on an issue is
estimated from something other than the votes being bridged. A ridge regression carries the
ideal points theta of anchored actors to the scale; every other state gets its prediction with

    error^2 = (leave-one-out error of the bridge)^2 + w' Cov(theta_i) w.

Nothing is claimed where the bridge does no better than a constant: an issue whose R2 against
the leave-one-out mean is below 0.2 is *uninformed*, and a state then gets the mean of its group
with a standard deviation of at least 20. A state with an anchor of its own keeps it, because
the regression shrinks outliers and a lone blocker is an outlier.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sim import shipped
from sim.analysis.ideal import Ideal
from sim.record import Row, day, number, table

Floats = npt.NDArray[np.float64]

RIDGE = 3.0  # in units of (issue points / ideal-point sd): about 0.1 of what 27 anchors say
LEAST_R2 = 0.2
LEAST_ANCHORS = 8  # below that a leave-one-out error means little
VAGUE = 20.0  # least sd of a position that nothing informs
MOST_ERROR = 50.0
GROUP = "group "
POINTS = ("EU", "AU", "Arab League", "PIF")  # groups that serve as an anchor of the bridge
ONE = ("group EU", "EST")  # left out together: the Union votes as one
PRIOR = "analysts' prior"
EARLY = f"{PRIOR}, early"
REGIONS = ("African", "Asia-Pacific", "EEG", "GRULAC", "WEOG")
NEAREST = ("EU", "PIF", "Arab League", "AU", *REGIONS)  # whose mean stands in, first that has one

Groups = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Anchor:
    """One actor or group on one issue, on 0-100, with what it rests on."""

    actor: str
    issue: str
    position: float
    error: float
    basis: str
    source: str
    known_by: dt.date

    @property
    def is_prior(self) -> bool:
        """Whether this is an analyst's judgement, not an estimate from a dated document."""
        return self.basis.startswith(PRIOR)

    @property
    def word(self) -> str:
        """What a position that rests on this anchor is called in tables."""
        if self.basis.startswith(EARLY):
            return "estimate"
        return "prior" if self.is_prior else "document"


@dataclass(frozen=True)
class Bridge:
    """How well one issue is carried over, and how."""

    issue: str
    anchors: int
    mean_absolute_error: float  # leave-one-out
    root_mean_square_error: float
    r2: float  # against the leave-one-out mean
    informed: bool
    intercept: float
    slope: Floats  # (dimensions,)

    def predict(self, theta: Floats) -> Floats:
        """Positions on 0-100, (states,)."""
        return np.asarray(np.clip(self.intercept + theta @ self.slope, 0.0, 100.0))

    def spread(self, covariance: Floats) -> Floats:
        """Standard deviation of a prediction, (states,), from the bridge's error and theta's."""
        mapped = np.einsum("k,ikl,l->i", self.slope, covariance, self.slope)
        return np.asarray(
            np.minimum(np.hypot(self.root_mean_square_error, mapped**0.5), MOST_ERROR)
        )


@dataclass(frozen=True)
class Positions:
    """Positions of the states on the scales: arrays are (states, issues), 0-100."""

    states: tuple[str, ...]
    issues: tuple[str, ...]
    mean: Floats
    error: Floats
    basis: npt.NDArray[np.str_]
    bridges: dict[str, Bridge]


def anchors(path: Path | str | None = None) -> tuple[Anchor, ...]:
    """Read anchors (shipped: anchors.csv); errors name file and line."""
    columns = ("actor", "issue", "position", "error", "basis", "source", "known_by")
    file = Path(path) if path else shipped.data("anchors.csv")
    return tuple(_anchor(row) for row in table(file, columns))


def _anchor(row: Row) -> Anchor:
    text = row.cells
    return Anchor(
        text["actor"],
        text["issue"],
        number(row, "position"),
        number(row, "error", 0.0, MOST_ERROR),
        text["basis"],
        text["source"],
        day(row, "known_by"),
    )


def known(rows: Sequence[Anchor], until: dt.date) -> dict[tuple[str, str], Anchor]:
    """Keep, for each actor and issue, the latest row dated before ``until``."""
    before = [a for a in rows if a.known_by < until]
    return {(a.actor, a.issue): a for a in sorted(before, key=lambda a: a.known_by)}


def place(
    ideal: Ideal, rows: Mapping[tuple[str, str], Anchor], issues: Sequence[str], groups: Groups
) -> Positions:
    """Place every state on every issue by its own anchor, the bridge, or its group."""
    bridges = {issue: fit(ideal, rows, issue, groups) for issue in issues}
    columns = [_column(ideal, rows, bridges[issue], groups) for issue in issues]
    mean, error, basis = (np.stack(part, axis=1) for part in zip(*columns, strict=True))
    return Positions(ideal.states, tuple(issues), mean, error, basis, bridges)


def fit(ideal: Ideal, rows: Mapping[tuple[str, str], Anchor], issue: str, groups: Groups) -> Bridge:
    """Fit one issue's bridge and measure it by leaving out one anchor at a time."""
    points = _points(ideal, rows, issue, groups)
    names = list(points)
    x = np.array([points[n][0] for n in names]).reshape(len(names), ideal.theta.shape[1])
    y = np.array([points[n][1] for n in names])
    if len(names) < LEAST_ANCHORS:
        middle = float(y.mean()) if len(y) else 50.0
        return Bridge(
            issue, len(names), np.nan, np.nan, np.nan, False, middle, 0.0 * ideal.theta[0]
        )
    left = [
        _left_out(x, y, np.array([_together(a, b) for b in names]), i) for i, a in enumerate(names)
    ]
    guess, constant = np.array(left).T
    r2 = 1.0 - ((guess - y) ** 2).sum() / ((constant - y) ** 2).sum()
    intercept, slope = _ridge(x, y)
    return Bridge(
        issue,
        len(names),
        float(np.abs(guess - y).mean()),
        float(np.sqrt(((guess - y) ** 2).mean())),
        float(r2),
        bool(r2 >= LEAST_R2),
        intercept,
        slope,
    )


def _points(
    ideal: Ideal, rows: Mapping[tuple[str, str], Anchor], issue: str, groups: Groups
) -> dict[str, tuple[Floats, float]]:
    where = {state: i for i, state in enumerate(ideal.states)}
    points = {}
    for (actor, on), anchor in rows.items():
        members = groups.get(actor.removeprefix(GROUP), ()) if _is_point(actor) else (actor,)
        seats = [where[m] for m in members if m in where]
        if on == issue and seats:
            points[actor] = (ideal.theta[seats].mean(0), anchor.position)
    return points


def _is_point(actor: str) -> bool:
    return actor.startswith(GROUP) and actor.removeprefix(GROUP) in POINTS


def _together(a: str, b: str) -> bool:
    return a == b or (a in ONE and b in ONE)


def _left_out(x: Floats, y: Floats, drop: npt.NDArray[np.bool_], i: int) -> tuple[float, float]:
    intercept, slope = _ridge(x[~drop], y[~drop])
    return float(np.clip(intercept + x[i] @ slope, 0.0, 100.0)), float(y[~drop].mean())


def _ridge(x: Floats, y: Floats) -> tuple[float, Floats]:
    centre = x.mean(0)
    z = x - centre
    slope = np.linalg.solve(z.T @ z + RIDGE * np.eye(x.shape[1]), z.T @ (y - y.mean()))
    return float(y.mean() - centre @ slope), slope


def _column(
    ideal: Ideal, rows: Mapping[tuple[str, str], Anchor], bridge: Bridge, groups: Groups
) -> tuple[Floats, Floats, npt.NDArray[np.str_]]:
    basis = np.full(len(ideal.states), "votes" if bridge.informed else "uninformed", dtype="<U10")
    if bridge.informed:
        mean, error = bridge.predict(ideal.theta), bridge.spread(ideal.covariance)
    else:
        said = _of_groups(rows, bridge.issue, groups)
        stand_in = [_group(state, said, groups) for state in ideal.states]
        mean, error = np.array([s[:2] for s in stand_in]).T
        basis = np.array([s[2] for s in stand_in], dtype="<U10")
    for i, state in enumerate(ideal.states):
        own = _own(state, rows, bridge.issue, groups)
        if own:
            mean[i], error[i] = own.position, own.error
            basis[i] = own.word
    return mean, error, basis


def _own(
    state: str, rows: Mapping[tuple[str, str], Anchor], issue: str, groups: Groups
) -> Anchor | None:
    """Return the state's own anchor, or that of the Union for its members, who vote as one."""
    union = rows.get(("group EU", issue)) if state in groups.get("EU", ()) else None
    return rows.get((state, issue), union)


def _of_groups(
    rows: Mapping[tuple[str, str], Anchor], issue: str, groups: Groups
) -> dict[str, tuple[float, float]]:
    """Mean and sd of each group that says anything of this issue, the nearest first."""
    found = {}
    for name in NEAREST:
        whole = rows.get((GROUP + name, issue))
        placed = [rows[m, issue].position for m in groups.get(name, ()) if (m, issue) in rows]
        if whole:
            found[name] = whole.position, max(VAGUE, whole.error)
        elif len(placed) > 2:
            found[name] = float(np.mean(placed)), max(VAGUE, float(np.std(placed)))
    return found


def _group(
    state: str, said: Mapping[str, tuple[float, float]], groups: Groups
) -> tuple[float, float, str]:
    """Mean, sd and basis of the nearest group of a state that says anything; else 50."""
    for name, (mean, sd) in said.items():
        if state in groups.get(name, ()):
            return mean, sd, "group"
    return 50.0, 1.25 * VAGUE, "uninformed"
