"""What a published model starts from: who wants what, how much it matters to them, what they weigh.

Inside, positions, status quo and outcome are on 0-1 between the poles of an issue, and so are
saliences. ``low`` and ``high`` are those poles in the units of the file the table came from,
for printing; capability is in the file's own units, since only its ratios count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from sim.published.game import Game

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Places = int | list[int] | npt.NDArray[np.intp] | slice


@dataclass(frozen=True)
class Table:
    """Positions, saliences and capabilities of actors on issues."""

    name: str
    actors: tuple[str, ...]
    issues: tuple[str, ...]
    position: Floats  # (actors, issues), 0-1; nan where an actor takes none on an issue
    salience: Floats  # (actors, issues), 0-1; 0 where it takes no position
    capability: Floats  # (actors, issues), 0 or more
    low: Floats  # (issues,): the pole at 0, in the file's units
    high: Floats  # (issues,): the pole at 1
    status_quo: Floats  # (issues,), 0-1; nan where it is not known
    outcome: Floats  # (issues,), 0-1: what came of it; nan where it is not known
    titles: dict[str, str] = field(default_factory=dict)  # of actors and issues, where they differ
    words: Mapping[str, Mapping[float, str]] = field(default_factory=dict)
    # of an issue: what points of its scale mean, in the file's units
    held: Floats | None = None  # (actors,): capability whatever the issue, where the file says it
    game: Game | None = None  # the rule by which these actors decide, where it is known
    proposer: int = -1  # who tables the text, by place; -1: not known

    @cached_property
    def present(self) -> Bools:
        """Who takes a position on which issue: (actors, issues)."""
        return ~np.isnan(self.position)

    @cached_property
    def weight(self) -> Floats:
        """Capability times salience, (actors, issues); 0 where there is no position."""
        return np.where(self.present, self.capability * self.salience, 0.0)

    @cached_property
    def overall(self) -> Floats:
        """Capability whatever the issue, (actors,): the mean over issues it takes a position on."""
        if self.held is not None:
            return self.held
        count = np.maximum(self.present.sum(axis=1), 1)
        mean: Floats = np.where(self.present, self.capability, 0.0).sum(axis=1) / count
        return mean

    def in_units(self, value: npt.ArrayLike, issues: Places = slice(None)) -> Floats:
        """Values (..., issues) on 0-1 in the units of the file; of some issues, by place."""
        low, high = self.low[issues], self.high[issues]
        return np.asarray(low + np.asarray(value) * (high - low))
