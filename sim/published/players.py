"""Who can play a model that needs a position on every issue and one capability for each actor."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.errors import InputError
from sim.published.table import Table

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Players:
    """A table without gaps; ``actors`` and ``issues`` say which rows and columns are left."""

    actors: Whole  # (n,): rows of the table
    issues: Whole  # (m,): columns of the table
    position: Floats  # (n, m), 0-1
    salience: Floats  # (n, m): sums to at most 1 for each actor
    capability: Floats  # (n,)
    said: tuple[str, ...]  # what had to be done to the table, in sentences


def players(table: Table) -> Players:
    """Those with a position, a salience and a capability somewhere, gaps filled; says how.

    * An actor silent on an issue is put where the rest end up on average, with salience 0: it
      wants nothing there, and nobody would challenge it for it.
    * Capabilities that differ by issue become one (`Table.overall`).
    * Saliences of an actor are shares of its attention; where some sum to more than 1, all are
      divided by the largest sum, which leaves their ratios as they are.

    Fewer than two players is an `InputError`.
    """
    there = table.weight > 0
    actors, issues = np.flatnonzero(there.any(axis=1)), np.flatnonzero(there.any(axis=0))
    if len(actors) < 2:
        raise InputError(
            f"{table.name}: the model needs two actors with a position, a salience and a "
            f"capability; {len(actors)} found"
        )
    block = np.ix_(actors, issues)
    present, weight = there[block], table.weight[block]
    salience = np.where(present, table.salience[block], 0.0)
    mean = np.average(np.where(present, table.position[block], 0), axis=0, weights=weight)
    position = np.where(present, table.position[block], mean)
    capability = table.overall[actors]
    said = [*_left_out(table, actors, issues), *_filled(present), *_averaged(table, there)]
    most = float(salience.sum(axis=1).max())
    if most > 1:
        salience = salience / most
        said.append(f"Saliences sum to up to {most:.2f} for an actor; all were divided by that.")
    return Players(actors, issues, position, salience, capability, tuple(said))


def _left_out(table: Table, actors: Whole, issues: Whole) -> list[str]:
    silent = [name for a, name in enumerate(table.actors) if a not in actors]
    empty = [name for k, name in enumerate(table.issues) if k not in issues]
    said = [f"Left out, taking no position of any weight: {', '.join(silent)}."] if silent else []
    if empty:
        said.append(f"No outcome, as nobody takes a position: {', '.join(empty)}.")
    return said


def _filled(present: npt.NDArray[np.bool_]) -> list[str]:
    gaps = int((~present).sum())
    if not gaps:
        return []
    return [f"{gaps} missing positions were put at the weighted mean, with salience 0."]


def _averaged(table: Table, there: npt.NDArray[np.bool_]) -> list[str]:
    high = np.where(there, table.capability, -np.inf).max(axis=1)
    low = np.where(there, table.capability, np.inf).min(axis=1)
    if not (high > low + 1e-12).any():
        return []
    return ["Capabilities that differ by issue were averaged."]
