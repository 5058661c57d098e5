"""Which of the things we do not know would turn a result round.

Worlds are ranked by one assumption (a drawn parameter, or where all positions on an issue lie)
and their lowest and highest quarters looked at by themselves. The assumption *flips* a result if
the mean difference of such a quarter has clearly the other sign: a one-sided t test over the
means of its worlds, whose spread holds chance and all other ignorance. Many are looked at, so
that some would seem to flip by luck: P values are corrected by the method of Holm (1979), at 5%
for all of them together. In the same way the assumption that *matters* most is the one whose two
quarters lie furthest apart in errors (Welch 1947), if they clearly differ at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import stdtr

from sim.analysis.spread import Runs
from sim.core.setting import Setting

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Drawn = Mapping[str, Floats]

LEVEL = 0.05  # chance that any of all assumptions seems to flip a result, and none does
FEWEST = 5  # worlds in a quarter: from fewer, no spread of theirs is worth a test
NAN = float("nan")
_SAME = 1e-12


@dataclass(frozen=True)
class Dependence:
    """What one difference depends on among the things that differ between worlds."""

    assumptions: int = 0  # looked at; 0 if the worlds are too few to look
    flips: tuple[str, ...] = ()  # such as "stakes (lowest quarter)", the clearest first
    matters: str = ""  # the one that moves it most; "" if none clearly does
    lowest: float = NAN  # mean difference in that one's lowest quarter of worlds
    highest: float = NAN


def assumptions(setting: Setting) -> dict[str, Floats]:
    """Everything drawn that may matter: name -> (worlds,).

    These are the drawn parameters, and for each issue the mean of all positions on 0-1: actors'
    own errors average out in it, so that it shows the shift that the whole issue shares.
    """
    shifts = setting.worlds.position.mean(axis=1)
    shared = {f"mean position on {issue}": shifts[:, k] for k, issue in enumerate(setting.issues)}
    drawn = {**setting.worlds.parameters, **shared}
    return {name: values for name, values in drawn.items() if np.ptp(values) > _SAME}


def dependence(runs: Runs, drawn: Drawn) -> Dependence:
    """Find what the sign and the size of a difference depend on.

    Args:
        runs: the difference of each pair of runs.
        drawn: what to look at, by name; each (worlds,), read at the numbers of the worlds.
    """
    at = runs.worlds
    values = {n: v[at] for n, v in drawn.items() if len(at) and np.ptp(v[at]) > _SAME}
    if not values or len(at) < 4 * FEWEST:
        return Dependence()
    names, ends = list(values), _quarters(np.stack(list(values.values())))
    low, high = (_quarter(runs.means, inside) for inside in ends)
    most = _most(low, high)
    return Dependence(
        assumptions=len(names),
        flips=_flips(names, np.sign(runs.mean) if abs(runs.mean) > _SAME else 0.0, low, high),
        matters="" if most is None else names[most],
        lowest=NAN if most is None else float(low.mean[most]),
        highest=NAN if most is None else float(high.mean[most]),
    )


def holm(chances: Floats) -> Floats:
    """Correct P values for their number (Holm 1979): each is at most 5% by luck with all others."""
    order, count = np.argsort(chances), len(chances)
    stepped = np.maximum.accumulate(chances[order] * (count - np.arange(count)))
    corrected = np.empty(count)
    corrected[order] = np.minimum(stepped, 1.0)
    return corrected


class _Quarter(NamedTuple):
    """The worlds at one end of each assumption; all (assumptions,)."""

    size: Floats
    mean: Floats
    square: Floats  # squared error of the mean


def _quarters(values: Floats) -> tuple[Bools, Bools]:
    """Say which worlds are at either end, (assumptions, worlds) each; equal ones go together."""
    ends = np.quantile(values, [0.25, 0.75], axis=1, method="inverted_cdf")[:, :, None]
    low, high = values <= ends[0], values >= ends[1]
    return low & ~high, high & ~low


def _quarter(means: Floats, inside: Bools) -> _Quarter:
    count = inside.sum(axis=1).astype(np.float64)
    mean = (inside * means).sum(axis=1) / np.maximum(count, 1)
    square = (inside * (means - mean[:, None]) ** 2).sum(axis=1)
    return _Quarter(count, mean, square / np.maximum(count * (count - 1), 1))


def _flips(names: list[str], sign: float, low: _Quarter, high: _Quarter) -> tuple[str, ...]:
    """Name the quarters whose mean is clearly on the other side of nought than ``sign``."""
    ends = (("lowest", low), ("highest", high))
    called = [f"{name} ({end} quarter)" for end, _ in ends for name in names]
    chances = np.concatenate(
        [_chance(-sign * of.mean, of.square, of.size - 1, of.size) for _, of in ends]
    )
    clear = np.flatnonzero(holm(chances) < LEVEL)
    return tuple(called[place] for place in clear[np.argsort(chances[clear], kind="stable")])


def _most(low: _Quarter, high: _Quarter) -> int | None:
    """Find the assumption whose two quarters are furthest apart in errors, if they clearly are."""
    apart, square = np.abs(high.mean - low.mean), low.square + high.square
    parts = [of.square**2 / np.maximum(of.size - 1, 1) for of in (low, high)]
    freedom = square**2 / np.maximum(parts[0] + parts[1], 1e-300)  # Welch and Satterthwaite
    chances = np.minimum(2 * _chance(apart, square, freedom, np.minimum(low.size, high.size)), 1.0)
    most = int(np.argmin(np.where(apart > _SAME, chances, np.inf)))
    return most if holm(chances)[most] < LEVEL and apart[most] > _SAME else None


def _chance(above: Floats, square: Floats, freedom: Floats, count: Floats) -> Floats:
    """One-sided P value that a mean is above nought; 1 where too few worlds tell."""
    error = np.sqrt(square)
    exact = np.where(above > _SAME, np.inf, -np.inf)  # all worlds of the quarter agree
    score = np.divide(above, error, out=exact, where=error > _SAME)
    chance = stdtr(np.maximum(freedom, 1.0), -score)
    told: Floats = np.where(count >= FEWEST, chance, 1.0)
    return told
