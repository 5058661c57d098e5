"""Scores of the hindcasts, and how sure they are.

A mean over resolutions gives each the same weight, however many voted. Its interval is from a
bootstrap of two ways, resolutions and states drawn anew and apart (the pigeonhole bootstrap,
Owen 2007): resolutions are few, and a state's votes hang together. A baseline is compared on the
states of which it says something.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from sim import precedents
from sim.analysis import scores
from sim.analysis.scores import MARKS, ORDER, Scores, cells, score
from sim.hindcast.beside import OURS
from sim.hindcast.hindcasts import Hindcast
from sim.record import NOT_VOTING, Codes

Floats = npt.NDArray[np.float64]

DRAWS, SEED = 1000, 193
ENDS = (2.5, 97.5)  # percentiles of an interval
EDGES = np.array([0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 1.0])
HABIT, RATE = "own habit", "base rate"


@dataclass(frozen=True)
class Marked:
    """One hindcast of one resolution: its scores, ours on the same states, and all cells."""

    of: Hindcast
    name: str
    scores: Scores
    ours: Scores
    cells: Floats  # (marks, states), nan where not scored
    our_cells: Floats  # on the same states


def marked(of: Hindcast, name: str, chances: Floats) -> Marked:
    """Score one hindcast (states, 3) of a recorded vote."""
    codes = of.item.codes
    if codes is None:
        raise ValueError(f"{of.item.resolution} has no recorded vote to score")
    there = ~np.isnan(chances[:, 0]) & (np.abs(codes) <= 1)
    return Marked(
        of,
        name,
        score(chances[there], codes[there]),
        score(of.three[there], codes[there]),
        _cells(chances, codes, there),
        _cells(of.three, codes, there),
    )


def _cells(chances: Floats, codes: Codes, there: npt.NDArray[np.bool_]) -> Floats:
    """Each state's marks, (marks, states), in the order of MARKS; nan where not scored."""
    found = np.full((len(MARKS), len(codes)), np.nan)
    found[:, there] = cells(chances[there], codes[there])
    return found


@dataclass(frozen=True)
class Mean:
    """A mean over resolutions with its interval; (marks,) in the order of MARKS."""

    resolutions: int
    value: Floats
    low: Floats
    high: Floats


def mean(cells: Sequence[Floats]) -> Mean:
    """Average marks (marks, states) of resolutions, each of the same weight."""
    stack = np.stack(cells, axis=1)  # (marks, resolutions, states)
    there = ~np.isnan(stack[0])
    filled = np.nan_to_num(stack)
    count, states = there.shape
    by_state, by_vote = _drawn(states), _drawn(count)
    seen = np.maximum(there @ by_state, 1e-9)
    again = ((filled @ by_state) / seen * by_vote).sum(1) / count  # (marks, draws)
    low, high = np.percentile(again, ENDS, axis=1)
    each = filled.sum(2) / np.maximum(there.sum(1), 1)
    return Mean(count, np.asarray(each.mean(1)), low, high)


@cache
def _drawn(count: int) -> Floats:
    """How often each of ``count`` is drawn, with replacement: (count, DRAWS)."""
    draws = np.random.default_rng([SEED, count])
    return draws.multinomial(count, np.full(count, 1.0 / count), DRAWS).T.astype(np.float64)


def difference(of: Sequence[Marked]) -> Mean:
    """Our marks less the baseline's on the same states."""
    return mean([m.our_cells - m.cells for m in of])


# Who does not vote


def absent(of: Sequence[Hindcast]) -> dict[str, tuple[float, float, float]]:
    """Brier score, log score and AUC of not voting, by hindcast: ours and baselines.

    Means over resolutions, but for the AUC, which is over all states of all resolutions.
    """
    found: dict[str, list[tuple[Floats, Floats]]] = {}
    for one in of:
        codes = one.item.codes
        if codes is None:
            continue
        seated = codes <= NOT_VOTING
        away = (codes[seated] == NOT_VOTING).astype(np.float64)
        votes, day = one.known.votes, one.item.date
        rate = (votes.codes == NOT_VOTING).sum() / max((votes.codes <= NOT_VOTING).sum(), 1)
        said: Mapping[str, Floats] = {
            OURS: one.chances[:, 3],
            RATE: np.full(len(codes), rate),
            HABIT: precedents.habits(votes, day, math.inf),
        }
        for name, chances in said.items():
            found.setdefault(name, []).append((chances[seated], away))
    return {name: _absent(pairs) for name, pairs in found.items()}


def _absent(pairs: Sequence[tuple[Floats, Floats]]) -> tuple[float, float, float]:
    together = [np.concatenate(part) for part in zip(*pairs, strict=True)]
    return (
        float(np.mean([scores.brier(p, y) for p, y in pairs])),
        float(np.mean([scores.log_score(p, y) for p, y in pairs])),
        scores.auc(together[0], together[1]),
    )


# Calibration


@dataclass(frozen=True)
class Bin:
    """Hindcasts of one answer whose chances lie together, and how often it was given."""

    answer: str
    low: float
    high: float
    states: int
    chance: float
    share: float


def calibration(of: Sequence[Hindcast]) -> list[Bin]:
    """Sort hindcasts into bins of chance: the three answers among those who voted, and absence."""
    pairs: dict[str, list[tuple[Floats, Floats]]] = {}
    for one in of:
        codes = one.item.codes
        if codes is None:
            continue
        voted, seated = np.abs(codes) <= 1, codes <= NOT_VOTING
        for n, answer in enumerate(("in favour", "abstaining", "against")):
            pair = one.three[voted, n], (codes[voted] == ORDER[n]).astype(np.float64)
            pairs.setdefault(answer, []).append(pair)
        gone = one.chances[seated, 3], (codes[seated] == NOT_VOTING).astype(np.float64)
        pairs.setdefault("not voting", []).append(gone)
    return [b for answer, found in pairs.items() for b in _bins(answer, found)]


def _bins(answer: str, pairs: Sequence[tuple[Floats, Floats]]) -> list[Bin]:
    chance, came = (np.concatenate(part) for part in zip(*pairs, strict=True))
    place = np.clip(np.searchsorted(EDGES, chance, side="right") - 1, 0, len(EDGES) - 2)
    return [
        Bin(
            answer,
            float(EDGES[b]),
            float(EDGES[b + 1]),
            int(inside.sum()),
            float(chance[inside].mean()),
            float(came[inside].mean()),
        )
        for b in range(len(EDGES) - 1)
        for inside in [place == b]
        if inside.any()
    ]
