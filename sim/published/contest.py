"""Who beats whom: how strongly each actor votes on a pair of options, and who then wins.

KTAB's building blocks (Wise, Lester and Efird 2015, "An introduction to the KAPSARC Toolkit for
Behavioral Analysis (KTAB) using one-dimensional spatial models"): a voting rule turns a
difference of utility into a vote, votes add up to coalitions, and a victory model turns two
strengths into a chance.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

LEAST = 1e-8  # strength of an empty coalition, so that nothing is divided by nothing
CERTAIN = 1.1  # in the binary victory model, the advantage that decides a contest
TINY = 1e-6  # what is left to its loser


def _binary(du: Floats) -> Floats:
    return np.clip(du / 1e-8, -1, 1)


def _prospect(du: Floats) -> Floats:
    return np.where(du > 0, 2 * du / 3, du)


VOTING: dict[str, Callable[[Floats], Floats]] = {
    "proportional": lambda du: du,
    "binary": _binary,
    "cubic": lambda du: du**3,
    "proportional_binary": lambda du: 0.8 * du + 0.2 * _binary(du),
    "proportional_cubic": lambda du: 0.5 * du + 0.5 * du**3,
    "prospect": _prospect,  # a gain moves a voter by two thirds of what a loss does
}
POWERS = {"linear": 1, "square": 2, "quartic": 4, "octic": 8}
VICTORY = (*POWERS, "binary")


def strengths(weight: Floats, utility: Floats, voting: str = "proportional") -> Floats:
    """Strength of the coalition for each option against each other: (options, options).

    c_ij = 1e-8 + sum over actors k of what is positive in w_k f(u_ki - u_kj), f the voting rule.
    ``weight`` is (actors,), ``utility`` (actors, options). A pair is voted on once, the later
    option against the earlier, as KTAB does: it matters for "prospect", which is lopsided.
    """
    vote = weight[:, None, None] * VOTING[voting](utility[:, :, None] - utility[:, None, :])
    later = np.tri(utility.shape[1], k=-1, dtype=bool)
    won, lost = np.maximum(vote, 0).sum(axis=0), np.maximum(-vote, 0).sum(axis=0)
    strength: Floats = LEAST + np.where(later, won, lost.T)
    np.fill_diagonal(strength, LEAST)
    return strength


def victory(strength: Floats, model: str = "linear") -> Floats:
    """Chance that each option defeats each other, from coalition strengths; half against itself.

    x_ij / (x_ij + x_ji) with x the strength to the power 1, 2, 4 or 8 (linear, square, quartic,
    octic); "binary": an advantage of a tenth is as good as certain, less is scaled between.
    """
    n = len(strength)
    mine = strength + LEAST * np.eye(n)  # the diagonal says nothing, and may be empty
    if model == "binary":
        chance = _all_or_nothing(mine)
    else:
        raised = (mine / np.maximum(mine, mine.T)) ** POWERS[model]
        chance = raised / (raised + raised.T)
    np.fill_diagonal(chance, 0.5)
    return chance


def _all_or_nothing(mine: Floats) -> Floats:
    share = mine / (mine + mine.T)
    between = (share * (CERTAIN + 1) - 1) / (CERTAIN - 1)
    sure = 1 / (1 + TINY)
    won = mine >= CERTAIN * mine.T
    return np.where(won, sure, np.where(won.T, 1 - sure, between))
