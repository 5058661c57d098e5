"""Who does not vote: a logistic model with an effect of each vote.

    logit P(not voting) = T b + u_r,  u_r ~ N(0, s^2)

The record does not tell absence from presence without a vote, and no cause is given; what is
known is habit, the calendar, and how little a state may care to be seen on either side. Fitted
by penalised likelihood as in `sim.backtest.votes.ordered`; a hindcast integrates u over its
prior.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit

from sim.analysis.bridge import REGIONS
from sim.backtest.votes.known import Known
from sim.backtest.votes.ordered import MASS, NODES
from sim.record import NOT_VOTING, Codes

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

RECENT = 2.0  # years: half-life of recent habit
SHRINK, SHRINK_RECENT = 4.0, 2.0  # votes of the common share
LATELY = 5  # votes over which the common level is taken
LATE = 20  # of December
SURPRISE = 0.5  # sd of a vote's own effect
LEAST = 0.005  # chances are kept from 0 and 1 before a logit
STEPS, CLOSE = 40, 1e-8

TERMS = {  # what may tell, in columns of `terms`: name of the part, number of columns
    "level": 2,
    "habit": 1,
    "recent habit": 1,
    "last vote missed": 1,
    "last of the series missed": 1,
    "late December": 1,
    "indifference": 2,
    "region": len(REGIONS) - 1,
    "small island": 1,
}
CENTRE = {"habit": 0.5, "recent habit": 0.5}
SD = 1.0


@dataclass(frozen=True)
class Gone:
    """One vote to learn from."""

    date: dt.date
    terms: Floats  # (states, columns)
    codes: Codes  # (states,)


def terms(known: Known, here: Sequence[str], chances: Floats) -> Floats:
    """What may tell who will not vote, (states, columns), in the order of `TERMS`.

    Args:
        known: what was known before the vote.
        here: the earlier resolutions of its series.
        chances: of in favour, abstaining, against, if they vote (states, 3).
    """
    codes = known.votes.codes
    missed, seated = codes == NOT_VOTING, codes <= NOT_VOTING
    fading = known.fading(RECENT)
    one = np.ones(len(codes))
    lately = _share(missed[:, -LATELY:], seated[:, -LATELY:])
    last = missed[:, known.votes.column[here[-1]]] if here else np.zeros(len(codes))
    late = known.date.month == 12 and known.date.day >= LATE
    columns = (
        *(one, one * _logit(lately)),
        _logit(_habit(missed, seated, np.ones(codes.shape[1]), SHRINK)),
        _logit(_habit(missed, seated, fading, SHRINK_RECENT)),
        *(missed[:, -1], last, one * late),
        *(np.abs(chances[:, 0] - chances[:, 2]), chances[:, 1]),
        *(np.isin(known.votes.states, known.groups[r]) for r in REGIONS[:-1]),
        np.isin(known.votes.states, known.groups["SIDS"]),
    )
    return np.stack([np.asarray(c, dtype=np.float64) for c in columns], axis=1)


def _share(missed: Bools, seated: Bools) -> float:
    return float(missed.sum() / max(seated.sum(), 1))


def _habit(missed: Bools, seated: Bools, weight: Floats, shrink: float) -> Floats:
    """Weighted share missed, shrunk towards that of all by so many votes."""
    common = float((missed @ weight).sum() / max((seated @ weight).sum(), 1e-9))
    return np.asarray((missed @ weight + shrink * common) / (seated @ weight + shrink))


def _logit(share: Floats | float) -> Floats:
    return np.asarray(logit(np.clip(share, LEAST, 1.0 - LEAST)))


def habits(known: Known) -> tuple[float, Floats]:
    """Baselines: the share of all votes missed so far, and each state's own, shrunk to it."""
    codes = known.votes.codes
    missed, seated = codes == NOT_VOTING, codes <= NOT_VOTING
    own = _habit(missed, seated, np.ones(codes.shape[1]), SHRINK)
    return _share(missed, seated), own


def columns(without: str = "") -> npt.NDArray[np.int64]:
    """Which columns a model has that lacks one part."""
    names = [name for name, count in TERMS.items() for _ in range(count)]
    return np.flatnonzero([name != without for name in names])


def fit(past: Sequence[Gone], used: npt.NDArray[np.int64], start: Floats | None = None) -> Floats:
    """Fit the coefficients of the ``used`` columns; without a past they are the prior's centres."""
    centre = np.array([CENTRE.get(n, 0.0) for n, count in TERMS.items() for _ in range(count)])
    centre = centre[used]
    if not past:
        return centre
    seated = [p.codes <= NOT_VOTING for p in past]
    x = np.concatenate([p.terms[s][:, used] for p, s in zip(past, seated, strict=True)])
    y = np.concatenate([p.codes[s] == NOT_VOTING for p, s in zip(past, seated, strict=True)])
    sizes = [int(s.sum()) for s in seated]
    vote, first = np.repeat(np.arange(len(past)), sizes), np.cumsum([0, *sizes[:-1]])
    b, u = (centre if start is None else start), np.zeros(len(past))
    for _ in range(STEPS):
        p = expit(x @ b + u[vote])
        w = np.maximum(p * (1.0 - p), 1e-9)
        slope = x.T @ (y - p) - (b - centre) / SD**2
        own = np.add.reduceat(y - p, first) - u / SURPRISE**2
        edge = np.add.reduceat(x * w[:, None], first)
        pivot = np.add.reduceat(w, first) + SURPRISE**-2.0
        inside = x.T @ (x * w[:, None]) + np.eye(len(b)) / SD**2 - edge.T @ (edge / pivot[:, None])
        step = np.linalg.solve(inside, slope - edge.T @ (own / pivot))
        scale = min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-12))  # no leap from a far start
        u = u + scale * (own - edge @ step) / pivot
        b = b + scale * step
        if np.abs(step).max() < CLOSE:
            break
    return b


def chances(x: Floats, b: Floats) -> Floats:
    """Chance of not voting, (states,), the vote's effect integrated over."""
    return np.asarray(expit((x @ b)[:, None] + SURPRISE * NODES) @ MASS)
