"""A distribution over the points of a scale: drawn to the middle, and to where somebody stands.

For point g on 0, 5, ..., 100 of an issue (here on 0-1), with c the mean of positions weighted by
salience and by the square root of capability,

    P(g) ~ exp( - a (2 (g - c))^2 + b [some actor stands at g] )

The root is that of Penrose (1946), The Elementary Statistics of Majority Voting: what a voter
decides grows with less than its size. The two numbers a and b are fitted by penalised maximum
likelihood. The thought behind it: positions mark the texts that somebody has asked for, and a
decision mostly takes up one of them, rarely one far from where the weight lies. The hindcast is
the median, the best answer under an absolute error: where both extremes are likely it keeps to
the middle, and where one option is, it goes there.

Further terms can be switched on, each one number more: see TERMS. A conditional logit: McFadden
(1974), Conditional Logit Analysis of Qualitative Choice Behavior.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.backtest.eu import centre
from sim.backtest.eu.decisions import COMMISSION, PARLIAMENT, Decisions

Floats = npt.NDArray[np.float64]

STEP = 0.05
POINTS: Floats = np.linspace(0.0, 1.0, 21)
NEAR = STEP / 2  # an actor this near to a point stands there
PENALTY = 1.0  # of the squares of the coefficients: weak beside a hundred issues
STEPS, LONGEST, DONE = 50, 3.0, 1e-9  # of Newton's method

Term = Callable[[Decisions, Floats], Floats]  # decisions, middle -> (issues, points)


def distance(decisions: Decisions, middle: Floats) -> Floats:
    """How near a point is to the middle: minus the squared distance, in halves of the scale."""
    away = 2.0 * (POINTS - middle[:, None])
    found: Floats = -1.0 * away * away
    return found


def occupied(decisions: Decisions, middle: Floats) -> Floats:
    """Whether some actor stands at a point."""
    there = _there(decisions.position[:, :, None])
    return np.asarray(there.any(axis=1), dtype=np.float64)


def support(decisions: Decisions, middle: Floats) -> Floats:
    """Share of those with a position who stand at a point."""
    there = _there(decisions.position[:, :, None]).sum(axis=1)
    share: Floats = there / np.maximum(decisions.present.sum(axis=1), 1)[:, None]
    return share


def reference(decisions: Decisions, middle: Floats) -> Floats:
    """Whether a point is the reference point."""
    return _there(decisions.reference[:, None]).astype(np.float64)


def reference_unanimous(decisions: Decisions, middle: Floats) -> Floats:
    """Whether a point is the reference point, where any state can keep it."""
    return reference(decisions, middle) * decisions.unanimity[:, None]


def commission(decisions: Decisions, middle: Floats) -> Floats:
    """Whether the Commission stands at a point."""
    return _there(decisions.position[:, COMMISSION, None]).astype(np.float64)


def parliament(decisions: Decisions, middle: Floats) -> Floats:
    """Whether the Parliament stands at a point, where it decides too."""
    there = _there(decisions.position[:, PARLIAMENT, None])
    return (there & decisions.codecision[:, None]).astype(np.float64)


def _there(place: Floats) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = np.abs(place - POINTS) <= NEAR
    return found


TERMS: Mapping[str, Term] = {
    "distance": distance,
    "occupied": occupied,
    "support": support,
    "reference": reference,
    "reference_unanimous": reference_unanimous,
    "commission": commission,
    "parliament": parliament,
}
PLAIN = ("distance", "occupied")
LADDER = (  # sets of terms that a choice is made among, by fit to proposals left out
    ("distance",),
    PLAIN,
    (*PLAIN, "support"),
    (*PLAIN, "reference", "reference_unanimous"),
    (*PLAIN, "commission", "parliament"),
    (*PLAIN, "support", "reference", "reference_unanimous", "commission", "parliament"),
)


@dataclass(frozen=True)
class Options:
    """A fitted distribution: the coefficient of each term."""

    terms: tuple[str, ...]
    coefficient: Floats  # (terms,)

    def chances(self, decisions: Decisions) -> Floats:
        """Chance of each point: (issues, points); rows sum to 1."""
        return _chances(_design(self.terms, decisions), self.coefficient)


def fit(decisions: Decisions, terms: Sequence[str] = PLAIN) -> Options:
    """Fit to the issues whose outcome is known, by Newton's method; the likelihood is concave."""
    known = decisions.take(decisions.known)
    design = _design(terms, known)
    happened = on_points(known.outcome)
    found = np.zeros(len(terms))
    for _ in range(STEPS):
        step = _newton(design, happened, found)
        found = found + step * min(1.0, LONGEST / max(float(np.abs(step).max()), 1e-12))
        if float(np.abs(step).max()) < DONE:
            break
    return Options(tuple(terms), found)


def _newton(design: Floats, happened: Floats, now: Floats) -> Floats:
    """One step uphill on the penalised likelihood."""
    chance = _chances(design, now)
    expected = np.einsum("ng,ngk->nk", chance, design)
    square = np.einsum("ng,ngk,ngl->kl", chance, design, design) - expected.T @ expected
    slope = np.einsum("ng,ngk->k", happened - chance, design) - PENALTY * now
    step: Floats = np.linalg.solve(square + PENALTY * np.eye(len(now)), slope)
    return step


def _design(terms: Sequence[str], decisions: Decisions) -> Floats:
    at = middle(decisions)
    return np.stack([TERMS[name](decisions, at) for name in terms], axis=2)


def _chances(design: Floats, coefficient: Floats) -> Floats:
    utility = design @ coefficient
    shown = np.exp(utility - utility.max(axis=1, keepdims=True))
    chances: Floats = shown / shown.sum(axis=1, keepdims=True)
    return chances


def on_points(outcome: Floats) -> Floats:
    """Put outcomes on the points, those between two shared by nearness: (issues, points)."""
    found = np.zeros((len(outcome), len(POINTS)))
    low = np.minimum((outcome / STEP + 1e-9).astype(np.int64), len(POINTS) - 2)
    share = np.clip(outcome / STEP - low, 0.0, 1.0)
    rows = np.arange(len(outcome))
    found[rows, low] = 1.0 - share
    found[rows, low + 1] = share
    return found


def median(chances: Floats) -> Floats:
    """Median of each distribution, every point's chance spread evenly about it: (issues,)."""
    rows = np.arange(len(chances))
    summed = np.cumsum(chances, axis=1)
    at = (summed >= 0.5).argmax(axis=1)
    short = 0.5 - (summed[rows, at] - chances[rows, at])
    found: Floats = POINTS[at] - NEAR + STEP * short / chances[rows, at]
    return np.clip(found, 0.0, 1.0)


def log_chance(chances: Floats, outcome: Floats) -> Floats:
    """Log of the chance given to what happened: (issues,)."""
    found: Floats = (on_points(outcome) * np.log(np.maximum(chances, 1e-12))).sum(axis=1)
    return found


def middle(decisions: Decisions) -> Floats:
    """The point to which a distribution is drawn: (issues,)."""
    return centre.mean(decisions, centre.weight(decisions, np.sqrt(decisions.capability)))
