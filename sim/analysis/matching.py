"""Admissible worlds by history matching: draws of what is not known, kept if the record allows.

A candidate draws the fitted parameters from their posterior (one for each curvature), all others
from their ranges, and positions and saliences from their errors. Its implausibility on a coded
vote is the largest of |expected - recorded| / sd over the four counts, where sd^2 is the chance
of votes, of the day and of the text as a whole, plus a discrepancy of 5 states; it is averaged
within a series, and the worst series counts. A candidate is kept if that is at most 3 and it calls
states' votes right nearly as often as the best guess (at most 5 points less). Sources: Craig and
others (1997); Vernon, Goldstein and Bower (2010); Grimm and others (2005) for several patterns at
once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.analysis import support
from sim.analysis.support import FITTED, Case, Fit
from sim.core import worlds
from sim.core.draws import Labels
from sim.core.registry import PARAMETERS
from sim.record import ABSTAINING, AGAINST, IN_FAVOUR, NOT_VOTING

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

LIMIT = 3.0  # implausibility: three standard deviations
CALLS = 0.05  # share of right calls that a candidate may fall short of the best guess
DISCREPANCY = 5.0  # states: what the model may be off by beside what it calls chance
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
    spread: Spread, fits: Mapping[int, Fit], cases: Sequence[Case], count: int, seed: int
) -> Matched:
    """Draw candidates, numbered from ``seed`` x SEATS, until ``count`` pass or patience ends."""
    goals = {p: _goal(fit, cases) for p, fit in fits.items()}
    kept: list[tuple[Ints, dict[str, Floats], Floats]] = []
    tried = found = 0
    while found < count and tried < PATIENCE * count:
        draws = seed * SEATS + np.arange(tried, tried + BATCH)
        values = candidates(fits, draws)
        worst, right = _judge(spread, values, cases, draws)
        least = np.array([goals[int(p)] - CALLS for p in values["curvature"]])
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
        for name, drawn in fit.drawn(normal).items():
            values[name] = np.where(rows, drawn, values[name])
    return values


def _goal(fit: Fit, cases: Sequence[Case]) -> float:
    """Return the best guess's share of right calls."""
    chances = np.stack([guess(fit, case) for case in cases], axis=1)[None]
    return float(_right(chances, cases)[0])


def guess(fit: Fit, case: Case) -> Floats:
    """Chances at the best guess of everything: (states, 4)."""
    at = case.position[None], case.salience[None]
    return np.asarray(support.chances(case.about, *at, fit.values)[0])


def _judge(
    spread: Spread,
    values: Mapping[str, Floats],
    cases: Sequence[Case],
    draws: Ints,
) -> tuple[Floats, Floats]:
    position, salience = (
        np.zeros((len(draws), *cases[0].position.shape)) for _ in ("position", "salience")
    )
    place = [worlds.ISSUES.index(issue) for issue in spread.issues]
    by = draws, spread.states, spread.codes
    position[:, :, place] = worlds.sample(spread.mean, spread.error, *by)
    salience[:, :, place] = worlds.sample_saliences(spread.salience, spread.salience_error, *by)
    found = [support.tally(case.about, position, salience, values) for case in cases]
    chances = np.stack([chance for chance, _ in found], axis=2)
    variance = np.stack([spread for _, spread in found], axis=1)
    return implausibility(chances, variance, cases), _right(chances, cases)


def implausibility(chances: Floats, variance: Floats, cases: Sequence[Case]) -> Floats:
    """Worst series' mean implausibility, (worlds,).

    ``chances`` are (worlds, states, texts, 4), ``variance`` of the counts (worlds, texts, 4).
    """
    off = np.abs(chances.sum(1) - _counts(cases)) / np.sqrt(variance + DISCREPANCY**2)
    by_text = off.max(-1)
    series = np.array([c.about.text.series if c.about.text else "" for c in cases])
    means = np.stack([by_text[:, series == s].mean(1) for s in dict.fromkeys(series)])
    return np.asarray(means.max(0))


def _counts(cases: Sequence[Case]) -> Floats:
    counts = [[(case.codes == code).sum() for code in _ORDER] for case in cases]
    return np.array(counts, dtype=np.float64)


def _right(chances: Floats, cases: Sequence[Case]) -> Floats:
    """Share of recorded votes called right, texts weighing as in the likelihood: (worlds,)."""
    codes = np.stack([case.codes for case in cases], axis=1)
    called = np.array(_ORDER[:3])[chances[..., :3].argmax(-1)]
    weight = np.array([case.about.weight for case in cases]) * (np.abs(codes) <= 1)
    return np.asarray(((called == codes) * weight).sum((1, 2)) / weight.sum())


def _joined(
    kept: Sequence[tuple[Ints, dict[str, Floats], Floats]], count: int, tried: int
) -> Matched:
    draws = np.concatenate([k[0] for k in kept])[:count]
    parameters = {name: np.concatenate([k[1][name] for k in kept])[:count] for name in PARAMETERS}
    return Matched(draws, parameters, np.concatenate([k[2] for k in kept])[:count], tried)
