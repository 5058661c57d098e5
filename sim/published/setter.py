"""The agenda setter: one actor proposes, the others take it or leave it at the status quo.

On one issue a voter with ideal x_i accepts z instead of the status quo q if z is no farther from
x_i: on the side of x_i, up to 2 x_i - q. The setter gets what is nearest to its own ideal among
what a winning coalition accepts; with a median voter m and a setter a beyond it,

    z = a                     if |q - m| >= |a - m|
    z = min(a, 2 m - q)       if q < m (and the like on the other side)
    z = q                     if q lies between m and a

Source: Romer and Rosenthal (1978), Political Resource Allocation, Controlled Agendas, and the
Status Quo. Any rule of decision takes the place of the simple majority: what is accepted then
depends on the voter whose joining wins. Who is indifferent accepts.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.errors import InputError, Mistake
from sim.near import near
from sim.published.game import Game, majority
from sim.published.model import POSITIONS, STATUS_QUO, Model, Option
from sim.published.power import RULE, game_of
from sim.published.solution import Solution
from sim.published.table import Table

Floats = npt.NDArray[np.float64]
_ROUNDING = 1e-12


def acceptable(position: Floats, status_quo: float, game: Game) -> tuple[float, float]:
    """The least and the greatest text that a winning coalition accepts; q itself is among them.

    Args:
        position: ideal points of all who vote, (voters,); nan: whoever is content with anything.
        status_quo: what stays if the text fails.
        game: which coalitions win.
    """
    return (
        -_reach(-position, -status_quo, game),
        _reach(position, status_quo, game),
    )


def _reach(position: Floats, status_quo: float, game: Game) -> float:
    """How far up from the status quo a winning coalition would go."""
    limit = np.maximum(2 * position - status_quo, status_quo)
    limit = np.where(np.isnan(position), np.inf, limit)
    for most in np.unique(limit)[::-1]:
        if most > status_quo and game.wins(limit >= most - _ROUNDING):
            return float(most)
    return float(status_quo)


def take_it_or_leave_it(
    setter: float, voters: npt.ArrayLike, status_quo: float, game: Game | None = None
) -> float:
    """The text a setter proposes, and gets, on one issue.

    Args:
        setter: its ideal point.
        voters: ideal points of all who vote, the setter's own too if it votes; nan: content
            with anything.
        status_quo: what stays if the text fails.
        game: which coalitions of voters win; by default more than half of them. For q of n,
            ``majority(n, q / n, more_than=False)``.
    """
    position = np.asarray(voters, dtype=np.float64)
    low, high = acceptable(position, status_quo, game or majority(len(position)))
    return float(np.clip(setter, low, high))


def solve(table: Table, setter: str = "", quota: float = 0.0, weights: str = "") -> Solution:
    """The setter's text on every issue, each put to the vote by itself.

    Who takes no position on an issue, or does not care for it, is content with anything.

    Args:
        table: with a status quo.
        setter: the actor who proposes; else the sponsor of the draft, else the heaviest actor.
        quota: weight that is enough; 0: as `sim.published.power.solve`.
        weights: "capability", "equal", or "" for the rule of the forum.
    """
    place = proposer(table, setter)
    game, said = game_of(table, quota, weights)
    outcome = np.full(len(table.issues), np.nan)
    for k in range(len(table.issues)):
        mine, before = table.position[place, k], table.status_quo[k]
        if np.isnan(mine) or np.isnan(before):
            continue
        voters = np.where(table.salience[:, k] > 0, table.position[:, k], np.nan)
        outcome[k] = take_it_or_leave_it(mine, voters, before, game)
    return Solution(outcome, said=(f"proposed by {table.actors[place]}", *said))


def proposer(table: Table, named: str) -> int:
    """Find who proposes; an actor that is not in the table is an InputError."""
    if named:
        if named not in table.actors:
            close = near(named, table.actors)
            problem = "there is no such actor in the table"
            raise InputError(Mistake(problem, field="setter", value=named, suggestion=close))
        return table.actors.index(named)
    if table.proposer >= 0:
        return table.proposer
    return int(table.weight.sum(axis=1).argmax())


MODEL = Model(
    "setter",
    "Agenda setter",
    "what one proposes, and enough prefer to the status quo",
    ("romer1978",),
    solve,
    needs=(POSITIONS, STATUS_QUO),
    options={
        "setter": Option("", "who proposes; empty: the draft's sponsor, or the heaviest"),
        **RULE,
    },
)
