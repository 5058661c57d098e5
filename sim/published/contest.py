"""Who beats whom, and which option comes out: KTAB's votes, victories and elections.

A voting rule turns a difference of utility into a vote, votes add up to coalitions, a victory model
turns two strengths into a chance, and an election chances of all pairs into one of each option.

Sources: Wise, Lester and Efird 2015, "An introduction to the KAPSARC Toolkit for Behavioral
Analysis (KTAB) using one-dimensional spatial models" and "Multidimensional bargaining using KTAB";
KAPSARC's note on Markov voting with incentives.
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


# Elections


ELECTIONS = ("conditional", "markov_uniform", "markov_incentive")

_NOBODY = 1e-10  # of the incentive to stay: a favourite nobody wishes to replace


def elect(strength: Floats, model: str = "conditional", chances: str = "linear") -> Floats:
    """Chance of each option, (options,), from coalition strengths (options, options).

    ``strength[i, j]`` backs i against j; ``chances`` names the victory model,
    ``model`` the election:

    * conditional: that i beats all others, given that some option does: p_i ~ prod_j p_ij.
    * markov_uniform: the favourite is challenged by an option drawn at random, over and over.
    * markov_incentive: i challenges the favourite j with chance ~ c_ij p_ij, what its backers
      put in times what they may expect.
    """
    defeats = victory(strength, chances)
    if model == "conditional":
        return conditional(defeats)
    if model == "markov_uniform":
        return markov_uniform(defeats)
    return markov_incentive(strength, defeats)


def conditional(defeats: Floats) -> Floats:
    """Chance of each option given that one of them beats all: (options,).

    ``defeats[i, j]`` is the chance that i beats j, half on the diagonal. Logarithms keep
    hundreds of options from underflowing.
    """
    with np.errstate(divide="ignore"):
        log = np.log(defeats).sum(axis=1)
    if np.isneginf(log.max()):  # everyone loses some contest for certain
        return np.full(len(defeats), 1 / len(defeats))
    share = np.exp(log - log.max())
    return np.asarray(share / share.sum(), dtype=np.float64)


def markov_uniform(defeats: Floats) -> Floats:
    """Where the favourite ends up when every option challenges it with chance 1/n: (options,).

    The fixed point of p_i = sum_j p_ij (p_i + p_j) / n.
    """
    n = len(defeats)
    return _rest(np.diag(defeats.sum(axis=1)) / n + defeats / n)


def markov_incentive(strength: Floats, defeats: Floats) -> Floats:
    """As `markov_uniform`, but those with most to win challenge most often: (options,).

    j, being the favourite, is challenged by i with chance r_ij = c_ij p_ij / sum_k c_kj p_kj;
    the fixed point of p_i = sum_j p_ij (p_i r_ji + p_j r_ij).
    """
    pull = strength * defeats
    np.fill_diagonal(pull, np.diagonal(pull) + _NOBODY)
    challenge = pull / pull.sum(axis=0)  # column j: who challenges j
    kept = (defeats * challenge.T).sum(axis=1)  # i, challenged by each j, holds
    return _rest(np.diag(kept) + defeats * challenge)


def _rest(step: Floats) -> Floats:
    """The distribution that ``step`` (columns sum to 1) leaves as it is, from all options alike.

    Half a step at a time, squared up: where several options are absorbing, each keeps what
    flowed to it, as in KTAB's iteration from the uniform distribution.
    """
    n = len(step)
    power = (step + np.eye(n)) / 2
    for _ in range(60):
        power = power @ power
        power /= power.sum(axis=0)
    chance = power @ np.full(n, 1 / n)
    return np.asarray(chance / chance.sum(), dtype=np.float64)
