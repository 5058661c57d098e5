"""Which option comes out when each can be set against each other: KTAB's three elections.

Sources: Wise, Lester and Efird 2015, "Multidimensional bargaining using KTAB", and KAPSARC's note
on Markov voting with incentives.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.published.contest import victory

Floats = npt.NDArray[np.float64]

MODELS = ("conditional", "markov_uniform", "markov_incentive")

_NOBODY = 1e-10  # of the incentive to stay: a favourite nobody wishes to replace


def elect(strength: Floats, model: str = "conditional", chances: str = "linear") -> Floats:
    """Chance of each option, (options,), from coalition strengths (options, options).

    ``strength[i, j]`` backs i against j; ``chances`` names the victory model (see `contest`),
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
