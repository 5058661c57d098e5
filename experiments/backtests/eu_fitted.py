"""Models of decisions that are fitted to recorded outcomes, always those of other proposals.

Each is a function from known issues and blind ones. Issues of one proposal are decided together,
so they stay together in cross-validation; what is tuned is tuned within the training part, by
folds of its own.

*Options on the table* is a distribution over the points of a scale: drawn to the middle, and to
where somebody stands.

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

*Ridge* bends the compromise c by a few features, linearly: z = c + sum_f b_f x_f, where b minimises
sum (y - z)^2 + k sum b^2, so that with a large k it is the compromise itself. k is chosen by
proposals left out. Source: Hoerl and Kennard (1970), Ridge Regression.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import eu_decisions as centre
import numpy as np
import numpy.typing as npt
from eu_decisions import COMMISSION, PARLIAMENT, Decisions, compromise

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Choice = TypeVar("Choice")
Model = Callable[[Decisions, Decisions], Floats]  # known issues, blind ones -> (blind ones, ...)
Seeded = Callable[[int, Decisions, Decisions], Floats]  # the same with a seed before them
Term = Callable[[Decisions, Floats], Floats]  # decisions, middle -> (issues, points)

INNER = 5  # folds within the training part
STEP = 0.05
POINTS: Floats = np.linspace(0.0, 1.0, 21)
NEAR = STEP / 2  # an actor this near to a point stands there
PENALTY = 1.0  # of the squares of the coefficients: weak beside a hundred issues
STEPS, LONGEST, DONE = 50, 3.0, 1e-9  # of Newton's method
SHRINKAGE = (3.0, 10.0, 30.0, 100.0, 300.0)
BIG = (11, 12, 16, 28, 29)  # France, Germany, Italy, Spain, the United Kingdom, in our order
HALF = 0.5


# Cross-validation over proposals


def folds(decisions: Decisions, count: int, seed: int) -> Iterator[tuple[Ints, Ints]]:
    """Give places of issues to learn from and to hindcast, fold by fold.

    Each proposal is hindcast in one fold. There are no more folds than proposals; of one
    proposal alone nothing can be learned, and there is no fold.
    """
    proposals = len(decisions.proposals)
    count = min(count, proposals)
    if count < 2:
        return
    order = np.random.default_rng([seed, proposals]).permutation(proposals)
    fold = np.empty(proposals, dtype=np.int64)
    fold[order] = np.arange(proposals) % count
    here = fold[decisions.group]
    for number in range(count):
        yield np.flatnonzero(here != number), np.flatnonzero(here == number)


def crossed(decisions: Decisions, count: int, seed: int, model: Model) -> Floats:
    """Hindcast every issue by a model that learned from other proposals; nan where none could.

    The model is handed the issues to hindcast without their outcomes.
    """
    found: Floats | None = None
    for learn, test in folds(decisions, count, seed):
        known = decisions.take(learn)
        if not len(known.known):
            continue
        part = model(known, decisions.take(test).blind())
        if found is None:
            found = np.full((len(decisions), *part.shape[1:]), np.nan)
        found[test] = part
    return np.full(len(decisions), np.nan) if found is None else found


def chosen(
    known: Decisions,
    choices: Sequence[Choice],
    loss: Callable[[Choice, Decisions, Decisions], Floats],
    seed: int,
) -> Choice:
    """Choose what loses least on proposals left out of the known ones; the first if none can.

    Args:
        known: the training part.
        choices: what there is to choose among, the simplest first.
        loss: of a choice, fitted to the first decisions, on each issue of the second.
        seed: of the inner folds.
    """
    total = np.zeros(len(choices))
    for learn, test in folds(known, INNER, seed):
        part, rest = known.take(learn), known.take(test)
        rest = rest.take(rest.known)
        if len(part.known) and len(rest):
            total += [float(loss(choice, part, rest).sum()) for choice in choices]
    return choices[int(total.argmin())]


# Options on the table


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


# The compromise, bent


def features(decisions: Decisions) -> Mapping[str, Floats]:
    """What may bend the compromise, each (issues,); distances from it in halves of the scale."""
    c = compromise(decisions)
    weights = centre.weight(decisions, decisions.capability)
    side = (c - HALF) / HALF
    big = decisions.position[:, BIG]

    def away(place: Floats) -> Floats:
        return np.nan_to_num((place - c) / HALF)

    return {
        "one": np.ones(len(decisions)),
        "side": side,
        "side_polarised": side * centre.spread(decisions, weights) / HALF,
        "side_codecision": side * decisions.codecision,
        "mean": away(centre.mean(decisions, decisions.present.astype(np.float64))),
        "median": away(centre.median(decisions, weights)),
        "commission": away(decisions.position[:, COMMISSION]),
        "parliament": away(decisions.position[:, PARLIAMENT]) * decisions.codecision,
        "big_states": away(_row_mean(big)),
        "reference": away(decisions.reference),
        "reference_unanimous": away(decisions.reference) * decisions.unanimity,
        "salience_spread": side * _spread(decisions),
    }


def _row_mean(values: Floats) -> Floats:
    there = ~np.isnan(values)
    total: Floats = np.nan_to_num(values).sum(axis=1)
    count = there.sum(axis=1)
    mean: Floats = np.divide(total, count, out=np.full(len(values), np.nan), where=count > 0)
    return mean


def _spread(decisions: Decisions) -> Floats:
    """Standard deviation of the saliences of those who take a position: (issues,)."""
    salience = np.where(decisions.present, decisions.salience, np.nan)
    away = (salience - _row_mean(salience)[:, None]) ** 2
    return np.sqrt(np.nan_to_num(_row_mean(away)))


def bent(shrinkage: float, known: Decisions, blind: Decisions) -> Floats:
    """Where blind issues end if the compromise is bent as it was on known ones: (issues,)."""
    x = np.stack([column[known.known] for column in features(known).values()], axis=1)
    y = (known.outcome - compromise(known))[known.known] / HALF
    b = np.linalg.solve(x.T @ x + shrinkage * np.eye(x.shape[1]), x.T @ y)
    away = [float(c) * column for c, column in zip(b, features(blind).values(), strict=True)]
    return np.clip(compromise(blind) + HALF * np.sum(away, axis=0), 0.0, 1.0)


# All of them


def frequencies(outcomes: Floats) -> Floats:
    """How often each point came: (points,)."""
    mean: Floats = on_points(outcomes).mean(axis=0)
    return mean


def about(hindcast: Floats, residuals: Floats) -> Floats:
    """A hindcast with the errors made elsewhere put about it: (issues, points)."""
    spread = [on_points(np.clip(z + residuals, 0.0, 1.0)).mean(axis=0) for z in hindcast]
    return np.array(spread).reshape(len(hindcast), len(POINTS))


@dataclass(frozen=True)
class Fitted:
    """One model that is fitted; it says where each issue ends, or a spread over the points."""

    name: str
    title: str
    about: str
    hindcast: Seeded
    spread: bool = False


def _options(terms: Sequence[str] = PLAIN) -> Seeded:
    return lambda seed, known, blind: fit(known, terms).chances(blind)


def averaged(seed: int, known: Decisions, blind: Decisions) -> Floats:
    """Half way between the median of the distribution of two terms and the compromise.

    Two hindcasts whose errors differ are mostly better together: Bates and Granger (1969).
    """
    return (median(fit(known).chances(blind)) + compromise(blind)) / 2


def options_chosen(seed: int, known: Decisions, blind: Decisions) -> Floats:
    """The same with its terms chosen anew in each training part, by proposals left out there."""

    def loss(terms: tuple[str, ...], part: Decisions, rest: Decisions) -> Floats:
        return -log_chance(fit(part, terms).chances(rest.blind()), rest.outcome)

    return fit(known, chosen(known, LADDER, loss, seed)).chances(blind)


def _tuned(
    hindcast: Callable[[float, Decisions, Decisions], Floats], choices: Sequence[float]
) -> Seeded:
    """A model with one number, chosen within each training part by its absolute error."""

    def loss(choice: float, known: Decisions, rest: Decisions) -> Floats:
        return np.abs(hindcast(choice, known, rest.blind()) - rest.outcome)

    def model(seed: int, known: Decisions, blind: Decisions) -> Floats:
        return hindcast(chosen(known, choices, loss, seed), known, blind)

    return model


def drawn_in(share: float, known: Decisions, blind: Decisions) -> Floats:
    """The compromise drawn towards the median outcome of others."""
    typical = float(np.median(known.outcome[known.known]))
    return typical + share * (compromise(blind) - typical)


def with_errors(seed: int, known: Decisions, blind: Decisions) -> Floats:
    """The compromise with the errors it made elsewhere put about it."""
    return about(compromise(blind), (known.outcome - compromise(known))[known.known])


def often(seed: int, known: Decisions, blind: Decisions) -> Floats:
    """How often each point of the scale came elsewhere, whoever wants what."""
    came = frequencies(known.outcome[known.known])
    return np.broadcast_to(came, (len(blind), len(POINTS))).copy()


MAIN = "options"
FITTED = (
    Fitted(
        MAIN,
        "options on the table",
        "median of a distribution drawn to the middle and to points where an actor stands;"
        " two numbers",
        _options(),
        spread=True,
    ),
    Fitted(
        "options_averaged",
        "options and compromise, averaged",
        "half way between the two; nothing more is fitted",
        averaged,
    ),
    Fitted(
        "options_chosen",
        "options, terms chosen",
        "the same with terms for the reference point, support, Commission and Parliament, chosen"
        " within each training part",
        options_chosen,
        spread=True,
    ),
    Fitted(
        "ridge",
        "ridge regression",
        "departures from the compromise by twelve features, shrinkage chosen within each part",
        _tuned(bent, SHRINKAGE[::-1]),
    ),
    Fitted(
        "shrunk",
        "compromise, drawn in",
        "drawn towards the median outcome by a share chosen within each training part",
        _tuned(drawn_in, (1.0, 0.9, 0.8, 0.7, 0.6)),
    ),
)
SPREADS = (  # distributions that only set the measure for ours
    Fitted(
        "compromise_errors",
        "compromise with its errors",
        "the errors it makes on other proposals put about it",
        with_errors,
        spread=True,
    ),
    Fitted(
        "frequencies",
        "frequencies alone",
        "how often each point came on other proposals",
        often,
        spread=True,
    ),
)
