"""What happened in the expected utility model, issue by issue and round by round, as columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.published.columns import Columns, columns
from sim.published.table import Table

if TYPE_CHECKING:
    from sim.published.expected_utility import Round

Bools = npt.NDArray[np.bool_]


def tables(table: Table, there: Bools, games: Mapping[int, list[Round]]) -> dict[str, Columns]:
    """Long tables of all issues: outcome, positions, offers; positions in the file's units.

    ``there`` (actors, issues) says who plays which issue; ``games`` has the rounds of each.
    """
    return {
        "outcome": columns(("round", "issue", "median", "mean"), _outcome(table, games)),
        "positions": columns(
            ("round", "issue", "actor", "position", "risk"), _positions(table, there, games)
        ),
        "offers": columns(
            ("round", "issue", "actor", "kind", "other", "from", "to"),
            _offers(table, there, games),
        ),
    }


def _units(table: Table, issue: int, value: float) -> float:
    low, high = table.low[issue], table.high[issue]
    return float(low + value * (high - low))


def _outcome(table: Table, games: Mapping[int, list[Round]]) -> Iterator[tuple[object, ...]]:
    for k, game in games.items():
        for t, state in enumerate(game):
            middle, mean = (_units(table, k, value) for value in (state.median, state.mean))
            yield t, table.issues[k], middle, mean


def _positions(
    table: Table, there: Bools, games: Mapping[int, list[Round]]
) -> Iterator[tuple[object, ...]]:
    for k, game in games.items():
        names = [table.actors[a] for a in np.flatnonzero(there[:, k])]
        for t, state in enumerate(game):
            for name, x, r in zip(names, state.position, state.risk, strict=True):
                yield t, table.issues[k], name, _units(table, k, float(x)), float(r)


def _offers(
    table: Table, there: Bools, games: Mapping[int, list[Round]]
) -> Iterator[tuple[object, ...]]:
    for k, game in games.items():
        names = [table.actors[a] for a in np.flatnonzero(there[:, k])]
        for t, state in enumerate(game):
            for name, x, offer in zip(names, state.position, state.offers, strict=True):
                if offer is not None:
                    start, end = (_units(table, k, float(value)) for value in (x, offer.to))
                    yield t, table.issues[k], name, offer.kind, names[offer.other], start, end
