"""A rule of decision as a simple game: which coalitions win.

A coalition wins if every player with a veto is in it and every condition is met: the weights of
its members by that condition add up to its quota or more. Where ``blocking`` is set, conditions
of weight are waived if fewer than that many players stand outside the coalition: a blocking
minority needs at least so many members (Treaty on European Union, Art. 16(4)). A condition whose
weights are all equal is a count of heads, and is never waived.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from sim.errors import InputError, Mistake
from sim.forums.decision import fewest
from sim.forums.rules import Rules

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
ROUNDING = 1e-12  # of a sum of weights: what its last bits may be off


@dataclass(frozen=True)
class Game:
    """A rule of decision among players."""

    weights: Floats  # (conditions, players), 0 or more
    quotas: Floats  # (conditions,): at least so much weight
    vetoes: Bools  # (players,)
    blocking: int = 0
    title: str = ""

    @property
    def players(self) -> int:
        """How many there are."""
        return int(self.weights.shape[1])

    @property
    def heads(self) -> Bools:
        """Which conditions are a count of heads: (conditions,)."""
        alike: Bools = (self.weights == self.weights[:, :1]).all(axis=1)
        return alike

    def wins(self, coalition: npt.ArrayLike) -> Bools:
        """Say which coalitions win: (..., players) true for members, to (...)."""
        inside = np.asarray(coalition, dtype=bool)
        held = inside.astype(np.float64) @ self.weights.T
        slack = ROUNDING * np.maximum(self.quotas, 1.0)
        unblocked = np.count_nonzero(~inside, axis=-1) < self.blocking
        waived = unblocked[..., None] & ~self.heads
        enough = ((held >= self.quotas - slack) | waived).all(axis=-1)
        won: Bools = enough & (inside | ~self.vetoes).all(axis=-1)
        return won


def weighted(
    weights: Sequence[float] | Floats,
    quota: float,
    vetoes: Sequence[int] = (),
    *,
    title: str = "",
) -> Game:
    """A weighted rule [quota; weights], as in the literature: at least ``quota`` wins."""
    return rule([weights], [quota], vetoes, title=title)


def rule(
    weights: Sequence[Sequence[float] | Floats] | Floats,
    quotas: Sequence[float] | Floats,
    vetoes: Sequence[int] = (),
    *,
    blocking: int = 0,
    title: str = "",
) -> Game:
    """A rule of one or more conditions, all to be met.

    Args:
        weights: for each condition, a weight for each player.
        quotas: for each condition, the weight that is enough.
        vetoes: players without whom nothing wins, by place.
        blocking: at least so many must stand outside to defeat; 0: no such rule.
        title: what the rule is called.

    Raises:
        InputError: weights below 0, a rule that the empty room wins or that all together lose.
    """
    table = np.array(weights, dtype=np.float64, ndmin=2)
    enough = np.asarray(quotas, dtype=np.float64)
    if not (np.isfinite(table).all() and (table >= 0).all()):
        raise InputError(Mistake("a weight is not a number of 0 or more", field="weights"))
    held = np.zeros(table.shape[1], dtype=bool)
    held[list(vetoes)] = True
    game = Game(table, enough, held, blocking, title)
    if bool(game.wins(np.zeros(game.players, dtype=bool))):
        raise InputError(Mistake("nobody at all would win", field="quota", allowed="more than 0"))
    if not bool(game.wins(np.ones(game.players, dtype=bool))):
        allowed = " and ".join(f"at most {total:g}" for total in table.sum(axis=1))
        raise InputError(Mistake("all together do not win", field="quota", allowed=allowed))
    return game


def rounded(game: Game, parts: int) -> Game:
    """The game with weights rounded to so many parts of their sum; heads stay as they are."""
    total = game.weights.sum(axis=1)
    scale = np.where(game.heads, 1.0, parts / total)
    weights = np.where(game.heads[:, None], game.weights, np.rint(game.weights * scale[:, None]))
    return replace(game, weights=weights, quotas=game.quotas * scale)


def majority(n: int, share: float = 0.5, *, more_than: bool = True, title: str = "") -> Game:
    """One member, one vote: more than, or at least, a share of ``n`` members."""
    return weighted(np.ones(n), int(fewest(n, share, more_than)), title=title)


def of_rules(rules: Rules, vetoes: Bools, weights: Floats) -> Game:
    """The rule of a forum of plenary among its members, all of them voting.

    Args:
        rules: of the forum. Consensus first is read as the vote that follows where it fails;
            consensus alone as unanimity.
        vetoes: (members,).
        weights: (members,), for the second majority if there is one.
    """
    n = len(weights)
    if not rules.vote:
        return weighted(np.ones(n), n, title=f"{rules.title}, read as unanimity")
    votes = int(fewest(n, rules.majority, rules.more_than))
    held = np.flatnonzero(vetoes).tolist()
    if not rules.weight_share:
        return weighted(np.ones(n), votes, held, title=rules.title)
    enough = rules.weight_share * float(weights.sum())
    both = [np.ones(n), weights]
    return rule(both, [votes, enough], held, blocking=rules.blocking_minority, title=rules.title)
