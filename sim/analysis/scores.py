"""How good chances are: of recorded votes, of a yes, and of calls by two cut points.

Of recorded votes, chances are arrays (states, 3) of in favour, abstaining, against, or (states, 4)
with not voting last; ``codes`` are the votes (`sim.record`). Scores of three categories are over
states that voted, with chances renormalised over the three; not voting is scored by itself, because
who comes is another question than how they vote. Of a yes, chances and labels are arrays
(..., cases); a label is 1 for yes and 0 for no.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from sim.record import ABSTAINING, AGAINST, IN_FAVOUR, NOT_VOTING, Codes

Floats = npt.NDArray[np.float64]

ORDER = np.array([IN_FAVOUR, ABSTAINING, AGAINST], dtype=np.int8)
LEAST = 1e-6  # a chance below this is scored as this, so that one surprise is not infinite
MARKS = ("accuracy", "brier", "ranked", "log")


@dataclass(frozen=True)
class Scores:
    """Scores of one resolution; nan where there is nothing to score."""

    voted: int
    accuracy: float
    abstention_recall: float  # share of recorded abstentions that were called
    brier: float  # sum over the three categories, mean over states: 0 to 2
    ranked: float  # ranked probability score, against < abstaining < in favour: 0 to 1
    log: float  # mean minus log chance of what happened, in nats
    tally_error: float  # mean absolute error of the counts in favour, against, abstaining
    absence_brier: float  # nan for chances of three categories


def score(chances: Floats, codes: Codes) -> Scores:
    """Score chances (states, 3 or 4) against recorded votes (states,)."""
    voted = np.abs(codes) <= 1
    three = chances[:, :3] / np.maximum(chances[:, :3].sum(1, keepdims=True), LEAST)
    accuracy, brier, ranked, log = cells(three[voted], codes[voted])
    return Scores(
        int(voted.sum()),
        _mean(accuracy),
        _mean(calls(three)[codes == ABSTAINING] == ABSTAINING),
        _mean(brier),
        _mean(ranked),
        _mean(log),
        tally_error(chances, codes),
        _absence(chances[:, 3], codes) if chances.shape[1] == 4 else float("nan"),
    )


def cells(chances: Floats, codes: Codes) -> Floats:
    """Marks of chances (states, 3) of states that voted, in the order of MARKS: (marks, states)."""
    happened = (codes[:, None] == ORDER).astype(np.float64)
    off = chances - happened
    return np.stack(
        [
            (calls(chances) == codes).astype(np.float64),
            (off**2).sum(1),
            (np.cumsum(off, axis=1)[:, :2] ** 2).sum(1) / 2.0,
            -np.log(np.maximum((chances * happened).sum(1), LEAST)),
        ]
    )


def calls(chances: Floats) -> Codes:
    """Return the likeliest of in favour, abstaining, against for each state."""
    return np.asarray(ORDER[chances[:, :3].argmax(1)])


def tally_error(chances: Floats, codes: Codes) -> float:
    """Mean absolute error of the counts; chances of three are taken over those who voted."""
    seats = codes <= NOT_VOTING if chances.shape[1] == 4 else np.abs(codes) <= 1
    recorded = (codes[:, None] == ORDER).sum(0)
    return float(np.abs(chances[seats].sum(0)[:3] - recorded).mean())


def _absence(chance: Floats, codes: Codes) -> float:
    seated = codes <= NOT_VOTING
    return _mean((chance[seated] - (codes[seated] == NOT_VOTING)) ** 2)


def _mean(values: npt.NDArray[np.float64] | npt.NDArray[np.bool_]) -> float:
    return float(values.mean()) if values.size else float("nan")


# Of a yes


def brier(chances: Floats, yes: Floats) -> Floats:
    """Mean squared error of chances, 0-1; lower is better (Brier 1950, of one category)."""
    return np.asarray(((chances - yes) ** 2).mean(-1))


def log_score(chances: Floats, yes: Floats) -> Floats:
    """Mean minus log chance of what happened, in nats; lower is better."""
    p = np.clip(chances, LEAST, 1 - LEAST)
    return np.asarray(-(yes * np.log(p) + (1 - yes) * np.log1p(-p)).mean(-1))


def auc(scores: Floats, yes: Floats) -> float:
    """Chance that a yes is ranked above a no, ties counting half; nan if there is no such pair."""
    positive = yes > 0.5
    many, rest = int(positive.sum()), int((~positive).sum())
    if not (many and rest):
        return float("nan")
    from scipy.stats import rankdata

    ranks = rankdata(scores)
    return float((ranks[positive].sum() - many * (many + 1) / 2) / (many * rest))


def auc_error(area: float, yes: int, no: int) -> float:
    """Standard error of an AUC (Hanley and McNeil 1982)."""
    if not (yes and no):
        return float("nan")
    q1, q2 = area / (2 - area), 2 * area**2 / (1 + area)
    spread = area * (1 - area) + (yes - 1) * (q1 - area**2) + (no - 1) * (q2 - area**2)
    return float(np.sqrt(max(spread, 0.0) / (yes * no)))


def share_interval(yes: int, cases: int, level: float = 0.95) -> tuple[float, float]:
    """Exact interval of a share (Clopper and Pearson 1934)."""
    from scipy.stats import binomtest

    found = binomtest(yes, cases).proportion_ci(level, "exact")
    return float(found.low), float(found.high)


def mean_interval(values: Floats, level: float = 0.95) -> tuple[float, float, float]:
    """Mean of values (cases,) and its interval by Student's t; nan ends for a single value."""
    mean, many = float(values.mean()), len(values)
    if many < 2:
        return mean, float("nan"), float("nan")
    half = float(stdtrit(many - 1, (1 + level) / 2)) * float(values.std(ddof=1)) / many**0.5
    return mean, mean - half, mean + half


def base_rate(yes: Floats) -> Floats:
    """Jeffreys' estimate of a share from labels (..., cases): (yes + 1/2) / (cases + 1)."""
    return np.asarray((yes.sum(-1) + 0.5) / (yes.shape[-1] + 1))


# Calls


@dataclass(frozen=True)
class Cut:
    """Two cut points on one dimension: against | abstaining | in favour, in either direction."""

    lower: float
    upper: float
    sign: float

    def calls(self, point: Floats) -> Codes:
        """Call each state by where its point lies; not voting where it has none."""
        x = self.sign * point
        called = np.where(x > self.upper, IN_FAVOUR, np.where(x > self.lower, ABSTAINING, AGAINST))
        return np.where(np.isnan(x), NOT_VOTING, called).astype(np.int8)


def cut(point: Floats, codes: Codes) -> Cut:
    """Fit the two cut points that call most votes right, in the better direction.

    Fit it on an earlier vote (the last coded one of the same field before the date)
    and call with the points of the year before the call: a *transferred* cut.
    """
    usable = (np.abs(codes) <= 1) & ~np.isnan(point)
    fits = [(*_cuts(sign * point[usable], codes[usable]), sign) for sign in (1.0, -1.0)]
    _, lower, upper, sign = max(fits, key=lambda f: f[0])
    return Cut(lower, upper, sign)


def _cuts(x: Floats, codes: Codes) -> tuple[int, float, float]:
    """Return the most right calls and the cut points that reach it, by cumulative counts."""
    order = np.argsort(x, kind="stable")
    x, codes = x[order], codes[order]
    below = [np.concatenate([[0], np.cumsum(codes == c)]) for c in (AGAINST, ABSTAINING, IN_FAVOUR)]
    against, abstaining, favour = below
    # Right calls with i states below the lower cut and j below the upper: two separate sums.
    low = against - abstaining
    best_low = np.maximum.accumulate(low)
    total = best_low + abstaining + favour[-1] - favour
    j = int(total.argmax())
    i = int(low[: j + 1].argmax())
    between = np.concatenate([[-np.inf], (x[1:] + x[:-1]) / 2.0, [np.inf]])
    return int(total[j]), float(between[i]), float(between[j])
