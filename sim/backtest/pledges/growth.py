"""The next counts of a pledge, hindcast from the counts before a day.

*Bass*: N(t) = N0 + (m - N0) F(t - t0), F of Bass (1969), N0 the first count. *Logistic*:
N(t) = m / (1 + (m / N0 - 1) e^-k(t - t0)). Few counts do not tell three parameters, so both are
posterior modes: log p ~ N(log .03, 1) and log q ~ N(log .38, 1), the means of 213 applications
(Sultan, Farley and Lehmann 1990), log k likewise about .4; the logit of how far the ceiling m lies
between the last count and the number of states ~ N(0, 1.5^2); counts err by 2.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import least_squares
from scipy.special import expit

from sim.backtest.pledges.membership import Series
from sim.published.diffusion import adopted

Floats = npt.NDArray[np.float64]
Curve = Callable[[Floats, Floats], Floats]  # parameters, years since the first count -> counts

STATES = 193.0
FEWEST = 3  # counts from which a curve is fitted
LONGEST = 6.0  # years ahead that are scored
BINS = ((0.0, 1.5, "1 year"), (1.5, 3.5, "2-3 years"), (3.5, LONGEST + 0.01, "4-6 years"))
COUNT_SD, RATE_SD, CEILING_SD = 2.0, 1.0, 1.5
INNOVATION, IMITATION, GROWTH = 0.03, 0.38, 0.4


def bass(t: Floats, n: Floats, ahead: Floats) -> Floats:
    """Counts at ``ahead`` (years) by a Bass curve fitted to counts n at times t."""

    def curve(w: Floats, since: Floats) -> Floats:
        p, q = INNOVATION * np.exp(w[1]), IMITATION * np.exp(w[2])
        return np.asarray(n[0] + (_ceiling(w[0], n) - n[0]) * adopted(since, float(p), float(q)))

    return _fitted(curve, 3, t, n, ahead)


def logistic(t: Floats, n: Floats, ahead: Floats) -> Floats:
    """Counts at ``ahead`` (years) by a logistic curve fitted to counts n at times t."""

    def curve(w: Floats, since: Floats) -> Floats:
        m, k = _ceiling(w[0], n), GROWTH * np.exp(w[1])
        return np.asarray(m / (1 + (m / n[0] - 1) * np.exp(-k * since)))

    return _fitted(curve, 2, t, n, ahead)


def _ceiling(w: float, n: Floats) -> float:
    return float(n[-1] + (STATES - n[-1]) * expit(w))


def _fitted(curve: Curve, size: int, t: Floats, n: Floats, ahead: Floats) -> Floats:
    prior = np.array([CEILING_SD, *[RATE_SD] * (size - 1)])

    def misses(w: Floats) -> Floats:
        return np.concatenate([(curve(w, t - t[0]) - n) / COUNT_SD, w / prior])

    # Within 6 errors of the prior: what lies beyond is no better and would overflow.
    found = least_squares(misses, np.zeros(size), bounds=(-6 * prior, 6 * prior))
    return curve(found.x, ahead - t[0])


def no_growth(t: Floats, n: Floats, ahead: Floats) -> Floats:
    """The last count stays."""
    return np.full(len(ahead), n[-1])


def last_growth(t: Floats, n: Floats, ahead: Floats) -> Floats:
    """The growth a year between the last two counts goes on."""
    rate = (n[-1] - n[-2]) / (t[-1] - t[-2])
    return np.asarray(n[-1] + rate * (ahead - t[-1]))


def straight(t: Floats, n: Floats, ahead: Floats) -> Floats:
    """A straight line through all counts, by least squares."""
    slope, level = np.polyfit(t - t[0], n, 1)
    return np.asarray(level + slope * (ahead - t[0]))


OURS = {"Bass": bass, "logistic": logistic}
BASELINES = {
    "no growth": no_growth,
    "last growth goes on": last_growth,
    "straight line": straight,
}
METHODS = OURS | BASELINES


@dataclass(frozen=True)
class Call:
    """One count, hindcast from the counts up to a cut."""

    pledge: str
    cut: float  # the last time that is used
    time: float
    recorded: float
    method: str
    hindcast: float

    @property
    def horizon(self) -> str:
        """How far ahead, in words."""
        ahead = self.time - self.cut
        return next(name for low, high, name in BINS if low < ahead <= high)

    @property
    def error(self) -> float:
        """Absolute error, in members."""
        return abs(self.hindcast - self.recorded)


def calls(of: Series) -> list[Call]:
    """Hindcast, from every cut, the counts of the years after it, by every method."""
    t, n, found = of.times, of.counts, []
    for last in range(FEWEST - 1, len(t) - 1):
        later = [j for j in range(last + 1, len(t)) if t[j] - t[last] <= LONGEST]
        for name, method in METHODS.items() if later else ():
            said = method(t[: last + 1], n[: last + 1], t[later])
            said = np.clip(said, 0.0, STATES)
            found += [
                Call(of.pledge, float(t[last]), float(t[j]), float(n[j]), name, float(value))
                for j, value in zip(later, said, strict=True)
            ]
    return found


def mean_error(of: list[Call], method: str, pledge: str = "", horizon: str = "") -> float:
    """Mean absolute error of a method, over all or one pledge and horizon; nan if no call.

    Over all pledges, each of them counts the same, however many counts it has.
    """
    if not pledge:
        pledges = dict.fromkeys(call.pledge for call in of)
        each = np.array([mean_error(of, method, name, horizon) for name in pledges])
        each = each[~np.isnan(each)]
        return float(each.mean()) if len(each) else float("nan")
    chosen = [
        call.error
        for call in of
        if call.method == method
        and call.pledge == pledge
        and horizon in ("", call.horizon)
    ]  # fmt: skip
    return float(np.mean(chosen)) if chosen else float("nan")
