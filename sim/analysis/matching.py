"""Admissible worlds by history matching: draws of what is not known, kept if the record allows.

A candidate draws the fitted parameters from their posterior (one for each curvature), all others
from their ranges, and positions and saliences from their errors. Its implausibility on a coded
vote is the largest of |expected - recorded| / sd over the four counts, where sd^2 is the chance
of a single vote plus the model's own discrepancy (the root mean square residual of the best
guess, at least 5 states); it is averaged within a series, and the worst series counts. A
candidate is kept if that is at most 3 and it calls states' votes right nearly as often as the
best guess (at most 5 points less). Sources: Craig and others (1997); Vernon, Goldstein and Bower
(2010); Grimm and others (2005) for several patterns at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.analysis import support
from sim.analysis.support import FITTED, Ballots, Fit
from sim.core import worlds
from sim.core.draws import Labels
from sim.core.registry import PARAMETERS
from sim.record import ABSTAINING, AGAINST, IN_FAVOUR, NOT_VOTING

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

LIMIT = 3.0  # implausibility: three standard deviations
CALLS = 0.05  # share of right calls that a candidate may fall short of the best guess
LEAST_DISCREPANCY = 5.0  # states
BATCH = 100
SEATS = 100_000  # numbers of draws set aside for each seed
PATIENCE = 20  # candidates tried for each world asked for, at most
_ORDER = (IN_FAVOUR, ABSTAINING, AGAINST, NOT_VOTING)


@dataclass(frozen=True)
class Spread:
    """What the states' positions are drawn from, on 0-1, with the hashes of the names drawn by."""

    mean: Floats  # (states, issues)
    error: Floats
    salience: Floats
    salience_error: Floats
    issues: tuple[str, ...]
    states: Labels
    codes: Labels


@dataclass(frozen=True)
class Matched:
    """Worlds that passed: draw numbers, a column for each parameter, and how hard it was."""

    draws: Ints
    parameters: dict[str, Floats]
    implausibility: Floats
    tried: int

    @property
    def acceptance(self) -> float:
        """Share of the candidates that passed."""
        return len(self.draws) / max(self.tried, 1)


def match(
    spread: Spread, fits: Mapping[int, Fit], ballots: Ballots, count: int, seed: int
) -> Matched:
    """Draw candidates, numbered from ``seed`` x SEATS, until ``count`` pass or patience ends."""
    goals = {p: _goal(fit, ballots) for p, fit in fits.items()}
    kept: list[tuple[Ints, dict[str, Floats], Floats]] = []
    tried = found = 0
    while found < count and tried < PATIENCE * count:
        draws = seed * SEATS + np.arange(tried, tried + BATCH)
        values = candidates(fits, draws)
        worst, right = _judge(spread, values, ballots, goals, draws)
        least = np.array([goals[int(p)][1] - CALLS for p in values["curvature"]])
        good = np.flatnonzero((worst <= LIMIT) & (right >= least))
        tried, found = tried + BATCH, found + len(good)
        kept.append((draws[good], {k: v[good] for k, v in values.items()}, worst[good]))
    return _joined(kept, count, tried)


def candidates(fits: Mapping[int, Fit], draws: Ints) -> dict[str, Floats]:
    """Draw parameters for each candidate: name -> (candidates,); noise of 1 fixes the unit."""
    values = worlds.draw_parameters({"noise": 1.0}, draws)
    sequence = np.random.SeedSequence(worlds.ROOT, spawn_key=(int(draws[0]), len(draws)))
    normal = np.random.Generator(np.random.Philox(sequence)).standard_normal(
        (len(draws), len(FITTED))
    )
    for p, fit in fits.items():
        rows = values["curvature"] == p
        drawn = fit.vector + normal @ _root(fit.covariance).T
        for column, name in enumerate(FITTED):
            limits = PARAMETERS[name].low, PARAMETERS[name].high
            values[name] = np.where(rows, np.clip(drawn[:, column], *limits), values[name])
    return values


def _root(covariance: Floats) -> Floats:
    values, axes = np.linalg.eigh(covariance)
    return np.asarray(axes * np.sqrt(np.maximum(values, 0.0)))


def _goal(fit: Fit, ballots: Ballots) -> tuple[float, float]:
    """Return the best guess's own discrepancy (states) and its share of right calls."""
    chances = support.chances(fit.values, fit.gains, ballots)[None]
    off = chances.sum(1) - _counts(ballots)
    discrepancy = float(np.sqrt((off**2).mean()))
    return max(discrepancy, LEAST_DISCREPANCY), float(_right(chances, ballots)[0])


def _judge(
    spread: Spread,
    values: Mapping[str, Floats],
    ballots: Ballots,
    goals: Mapping[int, tuple[float, float]],
    draws: Ints,
) -> tuple[Floats, Floats]:
    position = worlds.sample(spread.mean, spread.error, draws, spread.states, spread.codes)
    salience = worlds.sample_saliences(
        spread.salience, spread.salience_error, draws, spread.states, spread.codes
    )
    gains = support.gains(position, salience, spread.issues, ballots.texts, values["curvature"])
    column = {name: v[:, None, None] for name, v in values.items()}
    chances = support.chances(column, gains, ballots)
    discrepancy = np.array([goals[int(p)][0] for p in values["curvature"]])
    return implausibility(chances, ballots, discrepancy), _right(chances, ballots)


def implausibility(chances: Floats, ballots: Ballots, discrepancy: Floats) -> Floats:
    """Worst series' mean implausibility, (worlds,); chances are (worlds, states, texts, 4)."""
    variance = (chances * (1.0 - chances)).sum(1) + discrepancy[:, None, None] ** 2
    off = np.abs(chances.sum(1) - _counts(ballots)) / np.sqrt(variance)
    by_text = off.max(-1)
    series = np.array([t.series for t in ballots.texts])
    means = np.stack([by_text[:, series == s].mean(1) for s in dict.fromkeys(series)])
    return np.asarray(means.max(0))


def _counts(ballots: Ballots) -> Floats:
    return np.stack([(ballots.codes == code).sum(0) for code in _ORDER], axis=-1).astype(np.float64)


def _right(chances: Floats, ballots: Ballots) -> Floats:
    """Share of recorded votes called right, texts weighing as in the likelihood: (worlds,)."""
    called = np.array(_ORDER[:3])[chances[..., :3].argmax(-1)]
    weight = ballots.weight * (np.abs(ballots.codes) <= 1)
    return np.asarray(((called == ballots.codes) * weight).sum((1, 2)) / weight.sum())


def _joined(
    kept: Sequence[tuple[Ints, dict[str, Floats], Floats]], count: int, tried: int
) -> Matched:
    draws = np.concatenate([k[0] for k in kept])[:count]
    parameters = {name: np.concatenate([k[1][name] for k in kept])[:count] for name in PARAMETERS}
    return Matched(draws, parameters, np.concatenate([k[2] for k in kept])[:count], tried)
