"""How much each actor cares about each issue by a date, from what it did, with an error.

A state's rate of acts on an issue is shrunk to its activity on all, and that to the mean state's
(S and T of `sim.analysis.evidence`; a bar is the mean over states):

    rate_ik = (S_ik + R a_i) / (bar S_k + R)        a_i = (T_i + A) / (bar T + A)

(after Clayton and Kaldor 1987: empirical Bayes rates.) All states have the same opportunities,
so these cancel. Acts take means as well as care, and a rate does not tell the two apart. A
regression carries rates to the scale, in logits of salience / 100:

    y_ik = b + c log rate_ik + d_k + e,      e ~ N(0, s^2)

It learns from an analyst's judgements known by the date (saliences.csv), of states, and of groups
at the mean of their members. The analyst named the issues that an actor cares most about, none
below 60 but by way of exception, and called the rest "others": these are known to lie below 60,
and no more (Tobin 1958: a censored regression, fitted by expectation and maximisation).

    b ~ N(logit .3, 1)    c ~ N(.4, .2^2)    d_k ~ N(0, .5^2)    s near 1.4, worth 20 judgements

These priors and R = 1, A = 3 are assumptions, made with these judgements in view; they carry the
estimate where no judgement is known yet. The error of an estimate is that of e, of b, c, d, and
of the rate (c / sqrt(S + R a)). Where the analyst named the actor, or a group of it, on an issue,
judgement and estimate are weighed by their variances, in logits: a judgement is taken to have a
standard deviation of .6 (10 points at 80), and members to differ from their group by 1.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
from scipy.special import expit, log_ndtr, logit
from scipy.stats import norm

from sim import shipped
from sim.analysis.bridge import GROUP, Anchor, Groups
from sim.analysis.evidence import Evidence, evidence, inside
from sim.analysis.scores import auc
from sim.codings import Text
from sim.record import Row, day, number, table

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Words = npt.NDArray[np.str_]
Judged = Mapping[tuple[str, str], float]

SPOKEN_FOR = ("group G77", "group AU", "group PIF", "group EU")  # later ones come before earlier
RATE, ACTIVITY = 1.0, 3.0  # R and A, in nats
NAMED = float(logit(0.6))  # the analyst's "others" lie below
LEVEL, SLOPE, ISSUE = (float(logit(0.3)), 1.0), (0.4, 0.2), (0.0, 0.5)  # mean and sd: assumed
SPREAD, WORTH = 1.4, 20.0  # s before any judgement, and how many judgements that counts for
JUDGED, MEMBER = 0.6, 1.0  # sd of a judgement, and of members about their group: assumed
EDGE = 0.05  # a judgement of 0 or 100 is read as 5 or 95
SURE = 1e-3  # sd of a weight that a baseline does without
ENOUGH, LONGEST = 1e-8, 1000  # change at which the fit ends, and steps after which it does
NODES, SHARES = np.polynomial.hermite_e.hermegauss(15)

BASES = {
    "acts": "from the state's own acts on the issue, its activity on others and the mean of all",
    "activity": "no act of the state on this issue is known: its activity on others, and the mean",
    "judged": "an analyst's judgement from dated acts (saliences.csv), weighed with its acts",
    "member": "an analyst's judgement of its group (saliences.csv), weighed with its own acts",
    "pooled": "its acts are not in the tables: the mean of all on the issue",
}


@dataclass(frozen=True)
class Saliences:
    """What is known of how much actors care: arrays are (actors, issues), 0-100."""

    mean: Floats
    error: Floats  # standard deviation
    basis: Words  # one of BASES, or "none" where an actor has no stance to care about
    learned: Rows  # the judgements that the regression learned from

    def where(self, known: Bools) -> Saliences:
        """Keep what is ``known``, (actors, issues); the rest is 0, and certain."""
        return Saliences(
            np.where(known, self.mean, 0.0),
            np.where(known, self.error, 0.0),
            np.where(known, self.basis, "none"),
            self.learned,
        )


@dataclass(frozen=True)
class Rows:
    """The judgements a fit learns from, one of an actor or group on each issue: (rows,)."""

    actor: Words
    which: Ints  # place of the issue
    rate: Floats  # log
    value: Floats  # logits; means nothing for "others"
    named: Bools  # not one of the "others"

    def take(self, kept: Bools) -> Rows:
        """Return some of the rows."""
        return Rows(*(getattr(self, f.name)[kept] for f in fields(self)))


@dataclass(frozen=True)
class Fit:
    """The regression: weights (level, slope, one for each issue), their covariance, and s."""

    weights: Floats
    covariance: Floats
    spread: float

    def predict(self, rate: Floats, which: Ints) -> tuple[Floats, Floats]:
        """Mean and variance in logits at log rates on the issues ``which``, rates being exact."""
        design = _design(rate, which, len(self.weights) - 2)
        unsure = ((design @ self.covariance) * design).sum(-1)
        return design @ self.weights, self.spread**2 + unsure


def estimate(
    ids: Sequence[str],
    states: Sequence[str],
    issues: Sequence[str],
    groups: Groups,
    until: dt.date,
    anchors: Sequence[Anchor] | None = None,
    texts: Sequence[Text] | None = None,
) -> Saliences:
    """Estimate how much each actor cares by ``until``; nothing dated on or after it is used.

    Args:
        ids: actors wanted, states among them or not.
        states: all states, by which what one did is measured.
        issues: codes of the scales.
        groups: members, for acts and judgements of "group NAME".
        until: the date.
        anchors: documents that count as acts (shipped by default).
        texts: coded texts, for their sponsors (shipped by default).
    """
    did = evidence(states, issues, groups, until, anchors, texts)
    known = judgements(until)
    learned = rows(did, known, groups)
    fitted = fit(learned, len(issues))
    rate, weight, basis = _of(ids, did)
    mean, variance = fitted.predict(rate, np.arange(len(issues)))
    variance += fitted.weights[1] ** 2 / weight
    value, error, word = _judged(ids, issues, known, groups)
    trust = variance / (variance + error**2)  # 0 where nothing is judged
    return Saliences(
        *_in_points(mean + trust * (value - mean), np.sqrt(variance * (1.0 - trust))),
        np.where(word == "", basis, word),
        learned,
    )


def _in_points(mean: Floats, error: Floats) -> tuple[Floats, Floats]:
    """Mean and standard deviation on 0-100 of what is normal in logits."""
    values = 100.0 * expit(mean[..., None] + error[..., None] * NODES)
    share = SHARES / SHARES.sum()
    middle = (values * share).sum(-1)
    return middle, np.sqrt(((values - middle[..., None]) ** 2 * share).sum(-1))


# What is learned from


def judgements(until: dt.date) -> dict[tuple[str, str], float]:
    """Return the analyst's saliences known before ``until``, the latest of an actor and issue."""
    known = [r for r in table(shipped.data("saliences.csv")) if day(r, "known_by") < until]
    return {
        (r.cells["actor"], r.cells["issue"]): number(r, "salience")
        for r in sorted(known, key=_by_day)
    }


def rows(did: Evidence, known: Judged, groups: Groups) -> Rows:
    """Gather, for each state or group that the analyst named, its judgement on every issue."""
    seat = {state: i for i, state in enumerate(did.states)}
    rate, _ = _shrunk(did)
    made = []
    for actor in dict.fromkeys(actor for actor, _ in known):
        members = [seat[m] for m in inside(actor, groups) if m in seat]
        if members:
            here = rate[members].mean(0)
            for k, issue in enumerate(did.issues):
                said = known.get((actor, issue))
                value = NAMED if said is None else _logit(said)
                made.append((actor, k, here[k], value, said is not None))
    columns: Sequence[Sequence[object]] = list(zip(*made, strict=True)) or [()] * len(fields(Rows))
    types = (np.str_, np.int64, np.float64, np.float64, np.bool_)
    return Rows(*(np.array(c, dtype=kind) for c, kind in zip(columns, types, strict=True)))


def _logit(points: float) -> float:
    return float(logit(np.clip(points / 100.0, EDGE, 1.0 - EDGE)))


def _shrunk(did: Evidence) -> tuple[Floats, Floats]:
    """Log rates, and the weight of acts that each rests on: both (states, issues)."""
    activity = (did.whole + ACTIVITY) / (did.whole.mean() + ACTIVITY)
    weight = did.on_issue + RATE * activity[:, None]
    return np.log(weight / (did.on_issue.mean(0) + RATE)), weight


# The regression


def fit(
    learned: Rows, issues: int, slope: tuple[float, float] = SLOPE, issue_sd: float = ISSUE[1]
) -> Fit:
    """Fit level, slope and issues to judgements; without any, the weights are their priors.

    Args:
        learned: the judgements.
        issues: how many issues there are.
        slope: mean and standard deviation of the slope's prior.
        issue_sd: that of the issues' prior.
    """
    start = np.concatenate([[LEVEL[0], slope[0]], np.full(issues, ISSUE[0])])
    ridge = np.diag(np.concatenate([[LEVEL[1], slope[1]], np.full(issues, issue_sd)]) ** -2.0)
    design = _design(learned.rate, learned.which, issues)
    weights, spread = start, SPREAD
    for _ in range(LONGEST):
        value, unsure = _completed(learned, design @ weights, spread)
        normal = ridge + design.T @ design / spread**2
        step = np.linalg.solve(normal, design.T @ (value - design @ start)) / spread**2
        squares = ((value - design @ (start + step)) ** 2 + unsure).sum()
        before = np.append(weights, spread)
        weights = start + step
        spread = float(np.sqrt((squares + WORTH * SPREAD**2) / (len(value) + WORTH)))
        if np.abs(np.append(weights, spread) - before).max() < ENOUGH:
            break
    _, unsure = _completed(learned, design @ weights, spread)
    told = (1.0 - unsure / spread**2) / spread**2  # what each judgement tells: less where censored
    covariance = np.asarray(np.linalg.inv(ridge + (design.T * told) @ design), dtype=np.float64)
    return Fit(weights, covariance, spread)


def _completed(learned: Rows, mean: Floats, spread: float) -> tuple[Floats, Floats]:
    """Expectation and variance of each judgement: "others" are normal and below NAMED."""
    edge = (NAMED - mean) / spread
    hazard = np.exp(norm.logpdf(edge) - log_ndtr(edge))
    below = mean - spread * hazard
    unsure = spread**2 * (1.0 - edge * hazard - hazard**2)
    return np.where(learned.named, learned.value, below), np.where(learned.named, 0.0, unsure)


@dataclass(frozen=True)
class LeftOut:
    """How well judgements are predicted with their actor left out."""

    mean: Floats  # (rows,), logits
    log_score: float  # mean log likelihood of a judgement, "others" being below 60
    discrimination: float  # chance that a named issue stands above one of the "others" (AUC)


def left_out(learned: Rows, issues: int) -> dict[str, LeftOut]:
    """Score the fit, a constant, and the mean by issue, each with one actor at a time left out."""
    ways = {
        "acts": (SLOPE, ISSUE[1]),
        "constant": ((0.0, SURE), SURE),
        "issue": ((0.0, SURE), ISSUE[1]),
    }
    return {name: _left_out(learned, issues, *priors) for name, priors in ways.items()}


def _left_out(learned: Rows, issues: int, slope: tuple[float, float], issue_sd: float) -> LeftOut:
    mean, scores = np.zeros(len(learned.value)), np.zeros(len(learned.value))
    for actor in dict.fromkeys(learned.actor):
        out = learned.actor == actor
        fitted = fit(learned.take(~out), issues, slope, issue_sd)
        mean[out], variance = fitted.predict(learned.rate[out], learned.which[out])
        sd = np.sqrt(variance)
        scores[out] = np.where(
            learned.named[out],
            norm.logpdf(learned.value[out], mean[out], sd),
            log_ndtr((NAMED - mean[out]) / sd),
        )
    wins = auc(mean, learned.named.astype(np.float64))
    return LeftOut(mean, float(scores.mean()) if len(scores) else np.nan, wins)


def _design(rate: Floats, which: Ints, issues: int) -> Floats:
    """Columns of the regression: (..., 2 + issues), for log rates on the issues ``which``."""
    one = np.broadcast_to(np.eye(issues)[which], (*rate.shape, issues))
    return np.concatenate([np.ones((*rate.shape, 1)), rate[..., None], one], axis=-1)


# Actors and their judgements


def _of(ids: Sequence[str], did: Evidence) -> tuple[Floats, Floats, Words]:
    """Rates, the weights they rest on and bases, (actors, issues); no acts are known of others."""
    seat = {state: i for i, state in enumerate(did.states)}
    seats = [seat.get(actor, len(seat)) for actor in ids]  # a last row stands for all others
    rate, weight = _shrunk(did)
    none = np.zeros((1, len(did.issues)))
    basis = np.where(did.on_issue > 0, "acts", "activity")
    return (
        np.concatenate([rate, none])[seats],
        np.concatenate([weight, none + RATE])[seats],
        np.concatenate([basis, np.full(none.shape, "pooled")])[seats],
    )


def _judged(
    ids: Sequence[str], issues: Sequence[str], known: Judged, groups: Groups
) -> tuple[Floats, Floats, Words]:
    """Judgements of actors or their groups, in logits: value, sd (infinite if none) and basis."""
    value = np.zeros((len(ids), len(issues)))
    error, basis = np.full(value.shape, np.inf), np.full(value.shape, "", dtype="<U8")
    for (who, issue), said in sorted(known.items(), key=_rank):
        if issue in issues:
            cell = np.isin(ids, inside(who, groups)), list(issues).index(issue)
            own = not who.startswith(GROUP)
            value[cell], basis[cell] = _logit(said), "judged" if own else "member"
            error[cell] = JUDGED if own else np.hypot(JUDGED, MEMBER)
    return value, error, basis


def _rank(judged: tuple[tuple[str, str], float]) -> int:
    """An actor's own judgement comes last, and so before its groups'."""
    who = judged[0][0]
    return SPOKEN_FOR.index(who) if who in SPOKEN_FOR else len(SPOKEN_FOR)


def _by_day(row: Row) -> str:
    return row.cells["known_by"]
