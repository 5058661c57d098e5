"""Dividing a dollar under a closed rule: who proposes buys the cheapest coalition that wins.

Each round a member is drawn to propose (i with chance p_i); q of n votes, its own among them,
pass the proposal; else all is worth delta of it next round. In the stationary equilibrium i votes
for whatever gives it delta v_i, its own value of going on, and

    v_i = p_i (1 - cost of the q - 1 cheapest others) + delta v_i (chance to be among them).

With equal chances the proposer keeps 1 - (q - 1) delta / n and each partner gets delta / n.
Otherwise, members fall into three kinds by one price w: those always bought, below it; those
bought at it, sometimes; and those never bought, above it. What the kinds are follows from
the ratio of w to what a proposer keeps, and that from the number bought being q - 1.

Source: Baron and Ferejohn (1989), Bargaining in Legislatures; unequal chances, and that values
are unique, Eraslan (2002), Uniqueness of Stationary Equilibrium Payoffs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.errors import InputError, Mistake
from sim.published.game import Game
from sim.published.model import Model, Option, wrong
from sim.published.power import game_of
from sim.published.solution import Solution
from sim.published.table import Table

Floats = npt.NDArray[np.float64]
OPTIONS = {
    "quota": Option(0, "votes that are enough; 0: the forum's rule, or half", low=0),
    "discount": Option(1.0, "what a round of delay leaves, 0-1", high=1.0),
    "chances": Option("capability", "chances to propose", ("capability", "equal")),
}
_MORE = 1e-13  # of a member: what tells "just enough" from "one more"


@dataclass(frozen=True)
class Division:
    """The equilibrium; arrays are (members,)."""

    value: Floats  # what each expects before the first draw; sums to 1
    price: Floats  # delta times that: what buys its vote
    keeps: Floats  # what each keeps when it proposes
    bought: Floats  # the chance to be among those bought, as others propose


def shares(n: int, quota: int, discount: float = 1.0) -> tuple[float, float]:
    """What the proposer keeps and what each partner gets, where all are drawn alike.

    Args:
        n: members.
        quota: votes that pass a proposal, the proposer's own among them, 1 to n.
        discount: delta, 0-1.
    """
    _check(n, quota, discount)
    return 1 - (quota - 1) * discount / n, discount / n


def divide(chances: npt.ArrayLike, quota: int, discount: float = 1.0) -> Division:
    """The stationary equilibrium with these chances to propose.

    Args:
        chances: of each member to be drawn, 0 or more; divided by their sum.
        quota: votes that pass a proposal, 1 to n.
        discount: delta, 0-1, the same for all.

    Raises:
        InputError: chances, a quota or a discount that make no sense.
    """
    drawn = np.asarray(chances, dtype=np.float64)
    if not (len(drawn) and np.isfinite(drawn).all() and (drawn >= 0).all() and drawn.sum() > 0):
        raise InputError(Mistake("a chance to propose is not a number of 0 or more"))
    _check(len(drawn), quota, discount)
    p = drawn / drawn.sum()
    if quota == 1 or discount == 0:
        return Division(p, discount * p, np.ones_like(p), _alike(p, quota))
    if quota == len(p):  # everybody is bought: what is divided is what waiting would give
        return Division(p, discount * p, 1 - discount * (1 - p), 1 - p)
    free = p == 0  # never proposes, so its vote costs nothing
    if np.count_nonzero(free) >= quota:
        return Division(p, discount * p, np.ones_like(p), free * (quota - 1) / free.sum())
    return _equilibrium(p, quota, discount)


def _equilibrium(p: Floats, quota: int, discount: float) -> Division:
    ratio = _ratio(p, quota, discount)
    always = _ceiling(p, discount)  # price of the always bought, per unit of what is kept
    price = np.minimum(always, np.maximum(ratio, discount * p * (1 + ratio)))
    low = price < ratio
    # What a proposer keeps after buying the q cheapest, itself among them, in the same unit:
    # 1 = kept + w + the prices of the always bought + w for each of the others.
    kept = 1 / (1 + price[low].sum() + (quota - low.sum()) * ratio)
    price = price * kept
    inside = low | (price <= ratio * kept * (1 + 1e-9))
    keeps = np.where(inside, kept + price, kept + ratio * kept)
    return Division(price / discount, price, keeps, _bought(p, ratio, discount))


def _ceiling(p: Floats, discount: float) -> Floats:
    with np.errstate(divide="ignore"):
        over = np.divide(discount, 1 - discount) if discount < 1 else np.inf
    return np.where(p > 0, over, 0.0) * np.where(p > 0, p, 1.0)


def _bought(p: Floats, ratio: float, discount: float) -> Floats:
    """Chance to be bought at this price, with what a proposer keeps as the unit."""
    chance: Floats = np.clip(1 / discount - p * (1 / ratio + 1), 0.0, 1 - p)
    return chance


def _ratio(p: Floats, quota: int, discount: float) -> float:
    """The price at which q - 1 members are bought, over what a proposer keeps.

    Where those who are always bought are just enough, it is the price of the next: the highest
    at which no more than q - 1 are bought.
    """

    from scipy.optimize import brentq

    def missing(log: float) -> float:
        return float(_bought(p, float(np.exp(log)), discount).sum()) - (quota - 1) - _MORE

    return float(np.exp(brentq(missing, -60.0, 60.0, xtol=1e-14, rtol=1e-14)))


def _alike(p: Floats, quota: int) -> Floats:
    n = len(p)
    return (1 - p) * (quota - 1) / max(n - 1, 1)


def _check(n: int, quota: int, discount: float) -> None:
    if not 1 <= quota <= n:
        allowed = f"1 to {n}"
        raise InputError(Mistake("is no number of votes", "", None, "quota", str(quota), allowed))
    if mistakes := wrong(OPTIONS, discount=discount):
        raise InputError(mistakes)


def solve(
    table: Table, quota: float = 0.0, discount: float = 1.0, chances: str = "capability"
) -> Solution:
    """What each actor may expect of a dollar that is divided among them: a measure of power.

    Args:
        table: capability makes the chances to propose; the rule of the forum makes the quota.
        quota: votes that are enough, one for each actor; 0: the forum's rule, else more than half.
        discount: what a round of delay leaves, 0-1.
        chances: to propose, by "capability" or "equal".

    Raises:
        InputError: a rule of weights or vetoes, for which this model has no answer.
    """
    game, _ = game_of(table, quota, "" if table.game is not None and not quota else "equal")
    votes = _votes(game)
    chance = np.ones(len(table.actors)) if chances == "equal" else table.overall
    found = divide(chance, votes, discount)
    columns = {
        "actor": list(table.actors),
        "value": found.value,
        "price": found.price,
        "keeps": found.keeps,
        "bought": found.bought,
    }
    said = (f"rule: {votes} of {game.players} votes, chances to propose by {chances}",)
    silent = np.full(len(table.issues), np.nan)
    return Solution(silent, power=found.value, said=said, tables={"division": columns})


def _votes(game: Game) -> int:
    if not game.heads.all() or game.vetoes.any():
        problem = "this model knows one vote a member and no veto; give a number of votes as quota"
        raise InputError(Mistake(problem, field="baron_ferejohn"))
    return int(np.ceil(game.quotas[0] / game.weights[0, 0] - 1e-9))


MODEL = Model(
    "baron_ferejohn",
    "Baron and Ferejohn",
    "what each may expect of a dollar that is divided",
    ("baron1989", "eraslan2002"),
    solve,
    needs=(),
    apart=True,
    options=OPTIONS,
)
