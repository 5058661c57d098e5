"""Ideal points from recorded votes: an ordered-logit model in three dimensions.

For state i and vote v the latent support is eta = b_v . theta_i - c_v, and with half-width
w_v > 0:  P(in favour) = L(eta - w),  P(against) = L(-eta - w),  else abstaining, L the
logistic function. Not voting is missing. Sources: Clinton, Jackman and Rivers (2004);
Bailey, Strezhnev and Voeten (2017) for ordered votes of the General Assembly.

The fit is the posterior mode under theta ~ N(0, 1), b ~ N(0, 2^2), c ~ N(0, 5^2) and
log w ~ N(log 0.5, 1): these ridges fix the scale, hold states with few votes at zero and keep
unanimous votes finite. The start is the singular value decomposition of the votes, so the
fit is deterministic; in every dimension the states are signed so that the United States lies
above the mean, or, where it did not vote, the largest loading is positive.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit, log_expit
from threadpoolctl import threadpool_limits

from sim.record import ABSTAINING, AGAINST, IN_FAVOUR, Codes

Floats = npt.NDArray[np.float64]

DIMENSIONS = 3
SLOPE_SD, CUT_SD = 2.0, 5.0
WIDTH_CENTRE, WIDTH_SD = float(np.log(0.5)), 1.0
_TINY = 1e-12


@dataclass(frozen=True)
class Ideal:
    """A fit: states in their space, votes as planes across it."""

    states: tuple[str, ...]
    theta: Floats  # (states, dimensions), prior sd 1
    covariance: Floats  # (states, dimensions, dimensions): Laplace, given the votes' planes
    slope: Floats  # (votes, dimensions)
    cut: Floats  # (votes,)
    width: Floats  # (votes,): half-width of abstention
    log_likelihood: float

    @property
    def error(self) -> Floats:
        """Standard error of each coordinate, (states, dimensions); 1 where a state never voted."""
        return np.sqrt(np.diagonal(self.covariance, axis1=1, axis2=2))

    def chances(self, vote: int) -> Floats:
        """Chances of in favour, abstaining, against (states, 3) on one fitted vote's plane."""
        eta = self.theta @ self.slope[vote] - self.cut[vote]
        return ordered(eta, self.width[vote])


def ordered(support: Floats, band: Floats | float) -> Floats:
    """Chances of in favour, abstaining and against, a last axis of 3 (ordered logit)."""
    yes, no = expit(support - band), expit(-support - band)
    return np.stack([yes, np.maximum(1.0 - yes - no, 0.0), no], axis=-1)


def fit(codes: Codes, states: tuple[str, ...], dimensions: int = DIMENSIONS) -> Ideal:
    """Fit states and votes to ``codes`` (states, votes); see the module for the model."""
    return _fit(
        np.ascontiguousarray(codes, dtype=np.int8).tobytes(), codes.shape, states, dimensions
    )


@lru_cache(maxsize=128)
def _fit(data: bytes, shape: tuple[int, int], states: tuple[str, ...], dimensions: int) -> Ideal:
    """Fit once what hindcasts and calibrations ask for again and again: votes before a day."""
    codes: Codes = np.frombuffer(data, dtype=np.int8).reshape(shape)
    masks = tuple((codes == c).astype(np.float64) for c in (IN_FAVOUR, ABSTAINING, AGAINST))
    start = _start(codes, dimensions)
    with threadpool_limits(limits=1):  # more threads of so small a problem wait for one another
        found = minimize(
            _loss,
            start,
            args=(masks, dimensions),
            jac=True,
            method="L-BFGS-B",
            options={"maxiter": 400, "maxfun": 500, "ftol": 1e-9, "gtol": 1e-4},
        )
    theta, slope, cut, log_width = _unpack(found.x, codes.shape, dimensions)
    theta, slope = _turned(theta, slope, states)
    width = np.exp(log_width)
    eta = theta @ slope.T - cut
    return Ideal(
        states,
        theta,
        _covariance(eta, width, slope, masks),
        slope,
        cut,
        width,
        float(_log_likelihood(eta, width, masks)),
    )


def _start(codes: Codes, dimensions: int) -> Floats:
    value = np.where(np.abs(codes) <= 1, codes, 0).astype(np.float64)
    seen = np.abs(codes) <= 1
    mean = value.sum(0) / np.maximum(seen.sum(0), 1)
    left, size, right = np.linalg.svd(np.where(seen, value - mean, 0.0), full_matrices=False)
    pad = max(dimensions - len(size), 0)
    states = np.pad(left, ((0, 0), (0, pad)))[:, :dimensions] * len(codes) ** 0.5
    votes = np.pad((size[:, None] * right).T, ((0, 0), (0, pad)))[:, :dimensions]
    votes = 2.0 * votes / len(codes) ** 0.5
    width = np.full(codes.shape[1], WIDTH_CENTRE)
    return np.concatenate([states.ravel(), votes.ravel(), -2.0 * mean, width])


def _unpack(x: Floats, shape: tuple[int, ...], k: int) -> tuple[Floats, Floats, Floats, Floats]:
    n, m = shape
    theta, slope, cut, width = np.split(x, np.cumsum([n * k, m * k, m]))
    return theta.reshape(n, k), slope.reshape(m, k), cut, width


def _loss(x: Floats, masks: tuple[Floats, ...], k: int) -> tuple[float, Floats]:
    theta, slope, cut, log_width = _unpack(x, masks[0].shape, k)
    width = np.exp(log_width)
    by_eta, by_width = _scores(theta @ slope.T - cut, width, masks)
    off = log_width - WIDTH_CENTRE
    ridge = (theta**2).sum() + (slope**2).sum() / SLOPE_SD**2 + (cut**2).sum() / CUT_SD**2
    value = -_log_likelihood(theta @ slope.T - cut, width, masks)
    value += 0.5 * (ridge + (off**2).sum() / WIDTH_SD**2)
    gradient = [
        (theta - by_eta @ slope).ravel(),
        (slope / SLOPE_SD**2 - by_eta.T @ theta).ravel(),
        cut / CUT_SD**2 + by_eta.sum(0),
        off / WIDTH_SD**2 - by_width.sum(0) * width,
    ]
    return float(value), np.concatenate(gradient)


def _log_likelihood(eta: Floats, width: Floats, masks: tuple[Floats, ...]) -> Floats:
    yes, abstain, no = masks
    return np.asarray(
        (yes * log_expit(eta - width)).sum()
        + (no * log_expit(-eta - width)).sum()
        + (abstain * log_between(eta, width)).sum()
    )


def log_between(support: Floats, band: Floats | float) -> Floats:
    """Log chance of abstaining: log(1 - L(a - t) - L(-a - t)), without loss of digits."""
    # 1 - L(a-t) - L(-a-t) = L(t-a) L(t+a) (1 - exp(-2t)), an identity of the logistic function.
    return np.asarray(
        log_expit(band - support)
        + log_expit(band + support)
        + np.log(-np.expm1(-2.0 * np.asarray(band)))
    )


def _scores(eta: Floats, width: Floats, masks: tuple[Floats, ...]) -> tuple[Floats, Floats]:
    """Derivatives of the log-likelihood of each cell by eta and by width."""
    yes, abstain, no = masks
    above, below = expit(width - eta), expit(width + eta)  # 1 - P(in favour), 1 - P(against)
    by_eta = yes * above - no * below + abstain * ((1.0 - below) - (1.0 - above))
    spread = 2.0 / np.expm1(2.0 * width)
    by_width = -yes * above - no * below + abstain * ((1.0 - above) + (1.0 - below) + spread)
    return by_eta, by_width


def _covariance(eta: Floats, width: Floats, slope: Floats, masks: tuple[Floats, ...]) -> Floats:
    """Invert each state's information, ridge included: (states, dimensions, dimensions)."""
    yes, abstain, no = masks
    p, n = expit(eta - width), expit(-eta - width)
    curve = yes * p * (1 - p) + no * n * (1 - n) + abstain * (p * (1 - p) + n * (1 - n))
    information = np.einsum("iv,vk,vl->ikl", curve, slope, slope, optimize=True)
    return np.asarray(np.linalg.inv(information + np.eye(slope.shape[1])))


def _turned(theta: Floats, slope: Floats, states: tuple[str, ...]) -> tuple[Floats, Floats]:
    """Turn to principal axes, largest spread first, and fix signs by the stated rule."""
    centred = theta - theta.mean(0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    axes = axes[:, ::-1]
    theta, slope, centred = theta @ axes, slope @ axes, centred @ axes
    mark = states.index("USA") if "USA" in states else -1
    lead = centred[mark] if mark >= 0 else np.zeros(theta.shape[1])
    peak = centred[np.abs(centred).argmax(0), np.arange(theta.shape[1])]
    sign = np.where(np.abs(lead) > _TINY, np.sign(lead), np.where(peak < 0, -1.0, 1.0))
    return theta * sign, slope * sign
