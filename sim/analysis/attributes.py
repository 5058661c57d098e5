"""What is known of states beside positions and saliences by a date: groups and capability."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from sim import shipped
from sim.analysis import bridge
from sim.analysis.bridge import Groups
from sim.record import Row, table
from sim.scenario.groups import shipped_groups

Floats = npt.NDArray[np.float64]

FORMER = {"GBR": ("EU", dt.date(2020, 2, 1))}  # members until that day, which the group table lacks
LEAST_CAPABILITY = 5.0
NO_INDEX = 50.0  # of every state before the first index is out: nothing tells them apart
EDITIONS = {  # published by, general knowledge
    "gci2014": dt.date(2015, 4, 30),
    "gci2017": dt.date(2017, 7, 5),
    "gci2018": dt.date(2019, 3, 27),
    "gci2020": dt.date(2021, 6, 29),
    "gci2024": dt.date(2024, 9, 12),
}
RANKINGS = {"ncpi2020": dt.date(2020, 9, 8), "ncpi2022": dt.date(2022, 9, 27)}
RANKED = 30  # states in a full ranking


def groups_at(until: dt.date) -> Groups:
    """Return the shipped groups with members that had not left by ``until``."""
    found = {name: list(members) for name, members in shipped_groups().items()}
    for state, (group, left) in FORMER.items():
        if until < left:
            found[group].append(state)
    return found


def capabilities(states: Sequence[str], groups: Groups, until: dt.date) -> Floats:
    """Capability of states, 0-100, from the indices published before ``until``.

    The Global Cybersecurity Index as it is; once a National Cyber Power Index is out, 0.6 of it
    plus 0.4 of the rank score 100 (1 - (rank - 1) / 30), which is 0 for those not listed. A state
    that the index lacks has the median of its regional group. Before the first index all have 50.
    """
    rows = {r.cells["iso3"]: r for r in table(shipped.data("capability_proxies.csv"))}
    index = _latest(EDITIONS, until)
    if not index:
        return np.full(len(states), NO_INDEX)
    score = np.array([_cell(rows.get(s), index, np.nan) for s in states])
    for region in bridge.REGIONS:
        inside = np.isin(states, groups[region])
        score[inside & np.isnan(score)] = np.nanmedian(score[inside]) if inside.any() else np.nan
    rank = np.array([_cell(rows.get(s), _latest(RANKINGS, until), np.inf) for s in states])
    if np.isfinite(rank).any():
        power = 100.0 * np.maximum(1.0 - (rank - 1.0) / RANKED, 0.0)
        score = 0.6 * score + 0.4 * power
    return np.asarray(np.maximum(np.nan_to_num(score, nan=LEAST_CAPABILITY), LEAST_CAPABILITY))


def _latest(editions: Mapping[str, dt.date], until: dt.date) -> str:
    return max(
        (e for e, out in editions.items() if out < until), key=editions.__getitem__, default=""
    )


def _cell(row: Row | None, column: str, otherwise: float) -> float:
    return float(row.cells[column]) if row and row.cells.get(column) else otherwise
