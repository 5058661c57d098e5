"""What was exchanged and what came of it, round by round, as columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.published.columns import Columns
from sim.published.externalities import effects, utility
from sim.published.table import Table

if TYPE_CHECKING:
    from sim.published.exchange import Round

Floats = npt.NDArray[np.float64]

POINTS = 100  # gains and utilities are told in points of a scale of 100, times salience


def tables(table: Table, played: Sequence[Round]) -> dict[str, Columns]:
    """Tables of rounds, exchanges, outcomes, positions and utilities.

    Positions and outcomes are in the file's units, gains and utilities in points of a scale of
    100 times salience. Utilities are measured against the positions of the file.
    """
    return {
        "rounds": {
            "round": list(range(1, len(played) + 1)),
            "potential": [done.potential for done in played],
            "without_gain": [done.worthless for done in played],
            "made": [len(done.deals) for done in played],
            "ties": [done.ties for done in played],
        },
        "exchanges": _exchanges(table, played),
        "outcome": _outcome(table, played),
        "positions": _positions(table, played),
        "utilities": _utilities(table, played),
    }


def _exchanges(table: Table, played: Sequence[Round]) -> Columns:
    deals = [(t, deal) for t, done in enumerate(played, start=1) for deal in done.deals]
    made: dict[str, list[object]] = {"round": [t for t, _ in deals]}
    for side, name in enumerate(("first", "second")):
        issues = [int(deal.issue[side]) for _, deal in deals]
        made |= {
            name: [table.actors[deal.actor[side]] for _, deal in deals],
            f"{name}_gives": [table.issues[k] for k in issues],
            f"{name}_from": _units(table, issues, [deal.start[side] for _, deal in deals]),
            f"{name}_to": _units(table, issues, [deal.vote[side] for _, deal in deals]),
            f"{name}_gain": [POINTS * float(deal.gain[side]) for _, deal in deals],
        }
    return made


def _units(table: Table, issues: list[int], value: list[float]) -> list[object]:
    low, high = table.low[issues], table.high[issues]
    return list((low + np.array(value) * (high - low)).tolist())


def _outcome(table: Table, played: Sequence[Round]) -> Columns:
    before = np.array([table.in_units(done.before) for done in played])
    after = np.array([table.in_units(done.after) for done in played])
    return {
        "round": np.repeat(np.arange(1, len(played) + 1), len(table.issues)).tolist(),
        "issue": list(table.issues) * len(played),
        "before": before.ravel().tolist(),
        "after": after.ravel().tolist(),
    }


def _positions(table: Table, played: Sequence[Round]) -> Columns:
    n, m = len(table.actors), len(table.issues)
    return {
        "round": np.repeat(np.arange(1, len(played) + 1), n * m).tolist(),
        "actor": [name for name in table.actors for _ in range(m)] * len(played),
        "issue": list(table.issues) * (n * len(played)),
        "start": np.array([table.in_units(done.start) for done in played]).ravel().tolist(),
        "vote": np.array([table.in_units(done.vote) for done in played]).ravel().tolist(),
    }


def _utilities(table: Table, played: Sequence[Round]) -> Columns:
    rows: dict[str, list[Floats]] = {name: [] for name in _UTILITIES}
    for done in played:
        felt = effects(table.position, table.salience, done.start, table.weight, done.before,
                       done.deals)  # fmt: skip
        before = utility(table.position, table.salience, done.before)
        after = utility(table.position, table.salience, done.after)
        for name, value in zip(_UTILITIES, (before, after, felt.own, felt.inner_gain,
                               felt.inner_loss, felt.outer_gain, felt.outer_loss),
                               strict=True):  # fmt: skip
            rows[name].append(value)
    turns = np.repeat(np.arange(1, len(played) + 1), len(table.actors))
    numbers = {name: (POINTS * np.concatenate(value)).tolist() for name, value in rows.items()}
    return {"round": turns.tolist(), "actor": list(table.actors) * len(played), **numbers}


_UTILITIES = (
    "before", "after", "own", "inner_gain", "inner_loss", "outer_gain", "outer_loss",
)  # fmt: skip
