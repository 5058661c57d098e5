"""The vote model of a calibration: support for coded texts, and its parameters by likelihood.

    a_i = mu + beta sum_c g_ic + s [sponsor] + m (last vote in the series)
    P(in favour) = L(a - tau),  P(against) = L(-a - tau),  else abstaining
    logit P(not voting) = alpha + logit(habit_i) + ell [from 20 December] - gamma |a_i|

L is the logistic function (noise of scale 1 fixes the unit), g the gain of a clause with power
p = 1 or 2 (`sim.core.gain`). The parameters are global: one set for all states and texts. They are
fitted by maximum likelihood with weak normal priors about the defaults of `sim.core.parameters`, of
sd a quarter of each range, inside those ranges. The first recorded vote of a series counts whole
and its n repetitions as sqrt(n) votes together, since repeating a text says little more about
how texts move votes. The covariance is the sandwich over resolutions: votes on one text share
what the model lacks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit, log_expit, logit

from sim.codings import Text
from sim.analysis.ideal import log_between, ordered
from sim.core import gain
from sim.core.registry import PARAMETERS
from sim.record import ABSTAINING, AGAINST, IN_FAVOUR, NOT_VOTING, Codes, Votes

Floats = npt.NDArray[np.float64]

FITTED = ("readiness", "band", "stakes", "memory", "absence", "late_december", "indifference")
LEAST_HABIT, MOST_HABIT = 0.002, 0.98
_STEP = 1e-4


@dataclass(frozen=True)
class Ballots:
    """Coded votes as arrays (states, texts); ``last`` is the state's last vote in the series."""

    texts: tuple[Text, ...]
    codes: Codes
    sponsor: Floats
    last: Floats
    late: Floats  # (texts,)
    weight: Floats  # (texts,): what a vote counts in the likelihood
    habit: Floats  # (states,)


@dataclass(frozen=True)
class Fit:
    """Parameters fitted with one curvature."""

    curvature: int
    values: dict[str, float]
    covariance: Floats  # of FITTED, in that order
    log_likelihood: float  # weighted, without the priors
    gains: Floats  # (states, texts), at the best guess of the positions

    @property
    def vector(self) -> Floats:
        """The fitted parameters in the order of FITTED."""
        return np.array([self.values[name] for name in FITTED])


def ballots(votes: Votes, texts: Sequence[Text], habit: Floats) -> Ballots:
    """Arrange recorded votes and coded texts; a text without a vote has no codes to use."""
    empty = np.full(len(votes.states), NOT_VOTING, dtype=np.int8)
    codes = [votes.of(t.resolution) if t.resolution in votes.column else empty for t in texts]
    return Ballots(
        tuple(texts),
        np.stack(codes, axis=1),
        np.stack([np.isin(votes.states, t.sponsors) for t in texts], axis=1).astype(np.float64),
        np.stack([last_vote(votes, t) for t in texts], axis=1),
        np.array([t.late for t in texts], dtype=np.float64),
        _weights(texts),
        habit,
    )


def _weights(texts: Sequence[Text]) -> Floats:
    repeats = Counter(t.series for t in texts)
    first: dict[str, str] = {}
    for t in texts:
        first.setdefault(t.series, t.resolution)
    return np.array(
        [1.0 if first[t.series] == t.resolution else (repeats[t.series] - 1) ** -0.5 for t in texts]
    )


def last_vote(votes: Votes, text: Text) -> Floats:
    """Each state's last vote in the text's series before its day: +1, 0, -1; 0 if it cast none."""
    earlier = votes.before(text.date)
    label = earlier.last_in_series(text.resolution, text.series)
    if label is None:
        return np.zeros(len(votes.states))
    return earlier.remembered(label)


def habits(votes: Votes) -> Floats:
    """Each state's share of votes missed while a member, smoothed towards that of all states."""
    missed = (votes.codes == NOT_VOTING).sum(1)
    seated = (votes.codes <= NOT_VOTING).sum(1)
    common = missed.sum() / max(seated.sum(), 1)
    return np.asarray((missed + 4.0 * common) / (seated + 4.0))


def gains(
    position: Floats,
    salience: Floats,
    issues: Sequence[str],
    texts: Sequence[Text],
    curvature: Floats,
) -> Floats:
    """Gain of every text: (worlds, states, texts), from positions and saliences on 0-1.

    ``position`` and ``salience`` are (worlds, states, issues), ``curvature`` (worlds,).
    """
    made: dict[tuple[tuple[str, float, float], ...], Floats] = {}
    for text in texts:
        if text.content not in made:
            made[text.content] = _gain(position, salience, issues, text, curvature)
    return np.stack([made[t.content] for t in texts], axis=-1)


def _gain(
    position: Floats, salience: Floats, issues: Sequence[str], text: Text, curvature: Floats
) -> Floats:
    clauses = [c for c in text.clauses if c.issue in issues]
    if not clauses:
        return np.zeros(position.shape[:2])
    worlds = len(position)
    status_quo = np.zeros((worlds, len(issues)))
    issue = np.array([issues.index(c.issue) for c in clauses])
    status_quo[:, issue] = [c.status_quo for c in clauses]
    value = np.tile([c.value for c in clauses], (worlds, 1))
    weight = np.ones(len(clauses))
    clauses_gains = gain.clause_gains(
        position, salience, status_quo, issue, value, weight, curvature
    )
    return np.asarray(clauses_gains.sum(-1))


def support(values: Mapping[str, Floats | float], gains: Floats, b: Ballots) -> Floats:
    """Support without noise, (..., states, texts); parameters broadcast against it."""
    sponsorship = values.get("sponsorship", PARAMETERS["sponsorship"].default)
    return np.asarray(
        values["readiness"]
        + values["stakes"] * gains
        + sponsorship * b.sponsor
        + values["memory"] * b.last
    )


def chances(values: Mapping[str, Floats | float], gains: Floats, b: Ballots) -> Floats:
    """Chances of in favour, abstaining, against, not voting: (..., states, texts, 4)."""
    a = support(values, gains, b)
    away = expit(_away(values, a, b))
    cast = ordered(a, values["band"])
    return np.concatenate([cast * (1.0 - away[..., None]), away[..., None]], axis=-1)


def _away(values: Mapping[str, Floats | float], a: Floats, b: Ballots) -> Floats:
    habit = logit(np.clip(b.habit, LEAST_HABIT, MOST_HABIT))[:, None]
    late = values["late_december"] * b.late
    return np.asarray(values["absence"] + habit + late - values["indifference"] * np.abs(a))


def log_likelihood(values: Mapping[str, Floats | float], gains: Floats, b: Ballots) -> Floats:
    """Log-likelihood of each text, (texts,), unweighted."""
    a = support(values, gains, b)
    away = _away(values, a, b)
    parts = (
        (IN_FAVOUR, log_expit(a - values["band"]) + log_expit(-away)),
        (AGAINST, log_expit(-a - values["band"]) + log_expit(-away)),
        (ABSTAINING, log_between(a, values["band"]) + log_expit(-away)),
        (NOT_VOTING, log_expit(away)),
    )
    return np.asarray(sum(((b.codes == code) * part).sum(0) for code, part in parts))


def fit(gains: Floats, b: Ballots, curvature: int) -> Fit:
    """Fit the global parameters to ``b`` at the gains (states, texts) of one curvature."""
    centre, spread, bounds = _priors()

    def loss(x: Floats) -> float:
        score = (b.weight * log_likelihood(_named(x), gains, b)).sum()
        return float(-score + 0.5 * (((x - centre) / spread) ** 2).sum())

    found = minimize(loss, centre, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-11})
    values = {name: float(v) for name, v in _named(found.x).items()}
    inner = np.clip(found.x, *(np.array(bounds).T + np.array([[_STEP], [-_STEP]])))
    covariance = _sandwich(inner, gains, b, spread)
    total = float((b.weight * log_likelihood(values, gains, b)).sum())
    return Fit(curvature, values, covariance, total, gains)


def _named(x: Floats) -> dict[str, Floats | float]:
    return dict(zip(FITTED, x, strict=True))


def _priors() -> tuple[Floats, Floats, list[tuple[float, float]]]:
    ranges = [PARAMETERS[name] for name in FITTED]
    centre = np.array([p.default for p in ranges])
    spread = np.array([(p.high - p.low) / 4.0 for p in ranges])
    return centre, spread, [(p.low, p.high) for p in ranges]


def _sandwich(x: Floats, gains: Floats, b: Ballots, spread: Floats) -> Floats:
    """Covariance robust to what a text's votes share: A^-1 B A^-1 + A^-1 P A^-1."""
    scores = np.stack(
        [_slope(x, step, gains, b) for step in np.diag(np.full(len(x), _STEP))], axis=1
    )
    outer = scores.T @ scores * len(scores) / max(len(scores) - 1, 1)
    prior = np.diag(spread**-2.0)
    bread = np.linalg.inv(_information(x, gains, b) + prior)
    return np.asarray(bread @ (outer + prior) @ bread)


def _slope(x: Floats, step: Floats, gains: Floats, b: Ballots) -> Floats:
    up, down = (log_likelihood(_named(x + d), gains, b) for d in (step, -step))
    return np.asarray(b.weight * (up - down) / (2.0 * _STEP))


def _information(x: Floats, gains: Floats, b: Ballots) -> Floats:
    steps = np.diag(np.full(len(x), 10.0 * _STEP))
    gradient = [
        [
            (_slope(x + s, t / 10.0, gains, b) - _slope(x - s, t / 10.0, gains, b)).sum()
            for t in steps
        ]
        for s in steps
    ]
    curve = -np.array(gradient) / (20.0 * _STEP)
    values, axes = np.linalg.eigh((curve + curve.T) / 2.0)
    return np.asarray(axes * np.maximum(values, 0.0) @ axes.T)
