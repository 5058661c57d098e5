"""What positions are worth to actors of KTAB's spatial model, and whom each challenges.

Wise, Lester and Efird 2015, "An introduction to the KAPSARC Toolkit for Behavioral Analysis
(KTAB) using one-dimensional spatial models"; after Bueno de Mesquita 1985. A challenge is seen
through an estimator h: ``utility[h, k, j]`` is h's estimate of what j's position is worth to k.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.published.contest import VOTING

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.intp]

COMMITMENT = ("semi", "none", "full")
WORTH_IT = 1e-5  # least gain for which anybody is challenged
NOBODY = -1
_LEAST = 1e-10  # strength of a side nobody backs
RISKS: dict[str, Callable[[Floats, float, float], Floats]] = {
    "mid": lambda p, low, high: (3 * p - (high + 2 * low)) / (2 * (high - low)),  # -1/2 to 1
    "max": lambda p, low, high: (2 * p - (high + low)) / (high - low),  # -1 to 1
    "min": lambda p, low, high: (p - low) / (high - low),  # 0 to 1
}


def distance(ideal: Floats, place: Floats, salience: Floats) -> Floats:
    """How far each place (places, issues) is from each actor's ideal: (actors, places).

    d_ij = sqrt(sum_k (x_ik - x_jk)^2 s_ik^2 / sum_k s_ik^2), by the actor's own saliences.
    """
    apart = (ideal[:, None, :] - place) ** 2 * salience[:, None, :] ** 2
    return np.asarray(np.sqrt(apart.sum(axis=2) / (salience**2).sum(axis=1)[:, None]))


def utility(far: Floats, risk: Floats) -> Floats:
    """What a place at distance ``far`` (actors, places) is worth: u = (1 - d)(1 + d R).

    ``risk`` is (..., actors), so that one array holds the estimates of many: (..., actors, places).
    """
    return np.asarray((1 - far) * (1 + np.minimum(far, 1) * risk[..., None]))


def risks(chance: Floats, scale: str = "mid") -> Floats:
    """Risk attitudes from the chance of each to prevail: the likeliest have least to fear.

    R = 0 for all where all have the same chance (KTAB stops there).
    """
    low, high = float(chance.min()), float(chance.max())
    if high - low < 1e-12:
        return np.zeros_like(chance)
    return RISKS[scale](chance, low, high)


@dataclass(frozen=True)
class Challenges:
    """What each actor i thinks of challenging each j (row i, column j), and whom it picks."""

    chance: Floats  # (actors, actors): i's estimate of the chance that i defeats j; nan for itself
    gain: Floats  # (actors, actors): what i expects to gain over leaving all as it is
    target: Whole  # (actors,): the best challenge; NOBODY if none is worth it
    answer: Floats  # (actors,): the target's own estimate of the chance that i defeats it


def challenges(
    utility: Floats,
    capability: Floats,
    salience: Floats,
    voting: str = "proportional",
    commitment: str = "semi",
) -> Challenges:
    """All challenges of a turn. ``salience`` is each actor's total over the issues, at most 1.

    The target resists with chance s_j, so that i's gain is
    (1 - s_j) 2 u_ii + s_j (p 2 u_ii + (1 - p) 2 u_ij) - (u_ii + u_ij), u as i sees it.
    """
    n = len(capability)
    weight = capability * salience
    i, j = (axis.ravel() for axis in np.indices((n, n)))
    chance = chances(utility, weight, i, i, j, voting, commitment).reshape(n, n)
    own = utility[np.arange(n), np.arange(n)]  # (actors, positions): what each sees for itself
    kept = np.diagonal(own)[:, None]
    won = (1 - salience) + salience * chance
    gain = 2 * won * kept + 2 * (1 - won) * own - (kept + own)
    np.fill_diagonal(gain, -np.inf)
    best = gain.argmax(axis=1)
    target = np.where(gain.max(axis=1) > WORTH_IT, best, NOBODY)
    answer = chances(utility, weight, best, np.arange(n), best, voting, commitment)
    np.fill_diagonal(gain, np.nan)
    np.fill_diagonal(chance, np.nan)
    return Challenges(chance, gain, target, answer)


def chances(
    utility: Floats,
    weight: Floats,
    h: Whole,
    i: Whole,
    j: Whole,
    voting: str = "proportional",
    commitment: str = "semi",
) -> Floats:
    """h's estimate of the chance that i defeats j, for arrays (m,) of h, i and j: (m,).

    The two put in w f(u_own - u_other). Each third party n looks at the contest in which it alone
    joins in, with chance p_n that i's side wins, and votes on the difference between joining i
    and joining j; its own position is at stake as far as it commits itself:

    * semi: the loser's helper must move, the winner's stays where it is;
    * none: helpers never move; full: they move to whichever side wins. Either way the same
      positions result whomever it joins, so that no third party votes.
    """
    vote = VOTING[voting]
    rows = np.arange(len(h))
    seen_i, seen_j = utility[h, :, i], utility[h, :, j]  # (m, actors)
    at_home = np.diagonal(utility, axis1=1, axis2=2)[h]  # what its own position is worth to n
    direct = weight * vote(seen_i - seen_j)  # what each would put into this pair
    mine, theirs = direct[rows, i], direct[rows, j]
    for_i = _LEAST + np.maximum(mine, 0) + np.maximum(theirs, 0)
    for_j = _LEAST + np.maximum(-mine, 0) + np.maximum(-theirs, 0)
    side_i = for_i[:, None] + np.maximum(direct, 0)
    side_j = for_j[:, None] + np.maximum(-direct, 0)
    p = side_i / (side_i + side_j)  # chance of i when n joins in
    third = np.zeros_like(p)
    if commitment == "semi":
        join_i = p * (2 * seen_i + at_home) + (1 - p) * 3 * seen_j
        join_j = p * 3 * seen_i + (1 - p) * (2 * seen_j + at_home)
        third = weight * vote(join_i - join_j)
        third[rows, i] = 0
        third[rows, j] = 0
    for_i += np.maximum(third, 0).sum(axis=1)
    for_j += np.maximum(-third, 0).sum(axis=1)
    return np.asarray(for_i / (for_i + for_j), dtype=np.float64)
