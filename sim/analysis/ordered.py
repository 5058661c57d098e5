"""An ordered logit with a width that varies and an effect of each vote, by penalised likelihood.

    support   a = X b + u_r,  u_r ~ N(0, s_r^2), one for each resolution r
    half-width  w = exp(Z c)
    P(in favour) = L(a - w),  P(against) = L(-a - w),  else abstaining

L is the logistic function; b and c have normal priors. Fitted is the mode of b, c and u
together, by Fisher scoring: the information of an observation about (a, log w) is the sum over
the three answers of the outer product of the slopes of its chance over the chance, and the
effects are eliminated by the Schur complement. Chances are those of the simulation
(`sim.mechanisms.voting.chances`): it integrates u over its prior.
Sources: McCullagh (1980) for ordered responses; Breslow and Clayton (1993) for the penalised
mode with random effects.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit, log_expit

from sim.analysis.ideal import log_between
from sim.record import ABSTAINING, AGAINST, IN_FAVOUR, Codes

Floats = npt.NDArray[np.float64]

STEPS, HALVINGS, CLOSE = 60, 12, 1e-7
LOW, HIGH = -4.0, 3.0  # of the log of the width
LEAST = 1e-12


@dataclass(frozen=True)
class Prior:
    """Centres and standard deviations of the coefficients of support and of width."""

    support: Floats
    support_sd: Floats
    width: Floats
    width_sd: Floats


@dataclass(frozen=True)
class Vote:
    """One vote to learn from: what is known of each state that voted, and how it voted."""

    support: Floats  # X: (states, terms of support)
    width: Floats  # Z: (states, terms of width)
    codes: Codes  # (states,)
    weight: float  # what each of its votes counts
    surprise: float  # sd of its own effect
    group: str = ""  # votes of one group share what the model lacks; "" stands alone


@dataclass(frozen=True)
class Fitted:
    """The mode of the coefficients, and how sure they are."""

    support: Floats
    width: Floats
    covariance: Floats  # of both, support first: of the mode, the votes' own effects left free

    def latent(self, x: Floats) -> Floats:
        """Support without the vote's own effect, (states,)."""
        return np.asarray(x @ self.support)


def fit(votes: Sequence[Vote], prior: Prior, start: Fitted | None = None) -> Fitted:
    """Fit to votes; without any, the prior's centres are returned."""
    if not votes:
        spread = np.concatenate([prior.support_sd, prior.width_sd])
        return Fitted(prior.support, prior.width, np.diag(spread**2))
    problem = _Problem(votes, prior)
    x = problem.start(start)
    value = problem.loss(x)
    for _ in range(STEPS):
        step = problem.step(x)
        scale = 1.0
        for _ in range(HALVINGS):
            tried = problem.loss(x + scale * step)
            if tried <= value:
                break
            scale /= 2.0
        else:
            break
        x, value = x + scale * step, tried
        if np.abs(scale * step).max() < CLOSE:
            break
    k = len(prior.support)
    return Fitted(x[:k], x[k : problem.terms], problem.covariance(x))


class _Problem:
    """The stacked votes: rows of one resolution lie together."""

    def __init__(self, votes: Sequence[Vote], prior: Prior) -> None:
        self.x = np.concatenate([v.support for v in votes])
        self.z = np.concatenate([v.width for v in votes])
        codes = np.concatenate([v.codes for v in votes])
        self.answers = tuple(
            (codes == c).astype(np.float64) for c in (IN_FAVOUR, ABSTAINING, AGAINST)
        )
        sizes = [len(v.codes) for v in votes]
        self.vote = np.repeat(np.arange(len(votes)), sizes)
        self.first = np.cumsum([0, *sizes[:-1]])
        self.weight = np.repeat([v.weight for v in votes], sizes)
        self.precision = np.array([v.surprise for v in votes]) ** -2.0
        self.centre = np.concatenate([prior.support, prior.width])
        self.ridge = np.concatenate([prior.support_sd, prior.width_sd]) ** -2.0
        named = [v.group or f"\0{place}" for place, v in enumerate(votes)]
        self.groups = tuple(dict.fromkeys(named))
        self.group = np.array([self.groups.index(name) for name in named])
        self.k = len(prior.support)
        self.terms = len(self.centre)

    def start(self, known: Fitted | None) -> Floats:
        first = self.centre if known is None else np.concatenate([known.support, known.width])
        return np.concatenate([first, np.zeros(len(self.precision))])

    def _at(self, x: Floats) -> tuple[Floats, Floats]:
        support = self.x @ x[: self.k] + x[self.terms :][self.vote]
        return support, np.exp(np.clip(self.z @ x[self.k : self.terms], LOW, HIGH))

    def loss(self, x: Floats) -> float:
        support, width = self._at(x)
        yes, abstain, no = self.answers
        score = yes * log_expit(support - width) + no * log_expit(-support - width)
        score += abstain * log_between(support, width)
        penalty = (self.ridge * (x[: self.terms] - self.centre) ** 2).sum()
        penalty += (self.precision * x[self.terms :] ** 2).sum()
        return float(0.5 * penalty - (self.weight * score).sum())

    def step(self, x: Floats) -> Floats:
        left, right, edge, pivot, slope_own = self._normal(x)
        move = np.linalg.solve(left, right)
        return np.concatenate([move, (slope_own - edge @ move) / pivot])

    def covariance(self, x: Floats) -> Floats:
        """Covariance of the mode, robust to what the votes of a group share: A^-1 (B + P) A^-1."""
        by_support, by_width, _ = self._slopes(x)
        rows = np.concatenate([self.x * by_support[:, None], self.z * by_width[:, None]], axis=1)
        scores = np.zeros((len(self.groups), self.terms))
        np.add.at(scores, self.group, np.add.reduceat(rows, self.first))
        often = len(scores) / max(len(scores) - 1, 1)
        bread = np.linalg.inv(self._normal(x)[0])
        return np.asarray(bread @ (often * scores.T @ scores + np.diag(self.ridge)) @ bread)

    def _normal(self, x: Floats) -> tuple[Floats, Floats, Floats, Floats, Floats]:
        """The normal equations of the coefficients, and what gives the votes' effects."""
        by_support, by_width, curve = self._slopes(x)
        own = x[self.terms :]
        slope = np.concatenate([self.x.T @ by_support, self.z.T @ by_width])
        slope -= self.ridge * (x[: self.terms] - self.centre)
        slope_own = np.add.reduceat(by_support, self.first) - self.precision * own
        both, width, cross = curve
        a, c = self.x * both[:, None], self.z * cross[:, None]
        inside = np.block([[self.x.T @ a, self.x.T @ c], [c.T @ self.x, self._zz(width)]])
        inside[np.diag_indices(self.terms)] += self.ridge
        edge = np.add.reduceat(np.concatenate([a, c], axis=1), self.first)  # (votes, terms)
        pivot = np.add.reduceat(both, self.first) + self.precision
        left = inside - edge.T @ (edge / pivot[:, None])
        right = slope - edge.T @ (slope_own / pivot)
        return left, right, edge, pivot, slope_own

    def _zz(self, width: Floats) -> Floats:
        return np.asarray(self.z.T @ (self.z * width[:, None]))

    def _slopes(self, x: Floats) -> tuple[Floats, Floats, tuple[Floats, Floats, Floats]]:
        """Slopes of each row by support and log width; information: support, width, cross."""
        support, width = self._at(x)
        yes, abstain, no = self.answers
        p, n = expit(support - width), expit(-support - width)
        a = np.exp(log_between(support, width))
        by_p, by_n = p * (1.0 - p), n * (1.0 - n)
        spread = 2.0 / np.expm1(2.0 * width)
        by_support = yes * (1.0 - p) - no * (1.0 - n) + abstain * (n - p)
        by_width = width * (abstain * (p + n + spread) - yes * (1.0 - p) - no * (1.0 - n))
        middle = np.maximum(a, LEAST)
        up, down = p * (1.0 - p) ** 2, n * (1.0 - n) ** 2
        both = up + down + (by_n - by_p) ** 2 / middle
        wide = width**2 * (up + down + (by_n + by_p) ** 2 / middle)
        cross = width * (down - up + (by_n**2 - by_p**2) / middle)
        w = self.weight
        return w * by_support, w * by_width, (w * both, w * wide, w * cross)
