"""Decisions of the European Union as arrays: who wanted what on each issue, and what came of it.

An issue is one question of a proposal, on a scale between the two extreme positions taken on it.
Inside, positions, saliences, reference point and outcome are on 0-1; in files they are 0-100.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from sim.published.table import Table

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

COMMISSION, PARLIAMENT = 0, 1  # places among the actors
ACTORS = (  # as the file calls them, after "p" for positions and "s" for saliences
    *("com", "ep", "at", "be", "bu", "cr", "cy", "cz", "dk", "ee", "fi", "fr", "de", "el", "hu"),
    *("ie", "it", "lv", "lt", "lu", "mt", "nl", "pl", "pt", "ro", "si", "sk", "es", "se", "uk"),
)


@dataclass(frozen=True)
class Decisions:
    """Issues in the order of the file; arrays lead with issues."""

    file: str
    issue: tuple[str, ...]
    proposal: tuple[str, ...]  # of each issue
    title: tuple[str, ...]  # of each issue's proposal
    year: Ints  # (issues,): of the proposal
    codecision: Bools  # (issues,): the Parliament decides too; otherwise it is consulted
    unanimity: Bools  # (issues,): of the Council; otherwise a qualified majority
    position: Floats  # (issues, actors), nan where none is taken
    salience: Floats  # (issues, actors), 0 where it is not known
    reference: Floats  # (issues,): what holds if nothing is decided; nan where it is not known
    outcome: Floats  # (issues,), nan where it is not known
    capability: Floats  # (actors,), as the file gives it; empty where it does not
    unread: tuple[str, ...] = ()  # procedures and rules of the file that are none we know
    skipped: int = 0  # issues of the file on which nobody takes a position

    def __len__(self) -> int:
        return len(self.issue)

    @cached_property
    def present(self) -> Bools:
        """Who takes a position on which issue: (issues, actors)."""
        return ~np.isnan(self.position)

    @cached_property
    def known(self) -> Ints:
        """Places of the issues whose outcome is known."""
        return np.flatnonzero(~np.isnan(self.outcome))

    @cached_property
    def proposals(self) -> dict[str, Ints]:
        """Places of the issues of each proposal, in the order of the file."""
        places: dict[str, list[int]] = {}
        for place, name in enumerate(self.proposal):
            places.setdefault(name, []).append(place)
        return {name: np.array(found, dtype=np.int64) for name, found in places.items()}

    @cached_property
    def group(self) -> Ints:
        """Number of each issue's proposal: (issues,)."""
        number = {name: n for n, name in enumerate(self.proposals)}
        return np.array([number[name] for name in self.proposal], dtype=np.int64)

    def take(self, places: Ints) -> Decisions:
        """The issues at these places."""
        return Decisions(
            self.file,
            tuple(self.issue[p] for p in places),
            tuple(self.proposal[p] for p in places),
            tuple(self.title[p] for p in places),
            self.year[places],
            self.codecision[places],
            self.unanimity[places],
            self.position[places],
            self.salience[places],
            self.reference[places],
            self.outcome[places],
            self.capability,
            self.unread,
            self.skipped,
        )

    def blind(self) -> Decisions:
        """The same issues without what came of them: all that a hindcast may see."""
        return replace(self, outcome=np.full(len(self), np.nan))

    def tables(self, capability: Floats) -> Iterator[tuple[Ints, Table]]:
        """Each proposal as a table for the published models, without what came of it.

        Args:
            capability: (issues, actors).
        """
        for name, places in self.proposals.items():
            here = anyone(self.present[places])
            yield places, _table(self.take(places), name, here, capability[places])


def anyone(present: Bools) -> Bools:
    """Who takes a position on any of some issues, (issues, actors): (actors,)."""
    found: Bools = np.any(present, axis=0)
    return found


def _table(decisions: Decisions, name: str, here: Bools, capability: Floats) -> Table:
    """One proposal, of those who take a position on any of its issues."""
    issues = len(decisions)
    present = decisions.present[:, here].T
    return Table(
        name=name,
        actors=tuple(actor for actor, there in zip(ACTORS, here, strict=True) if there),
        issues=decisions.issue,
        position=decisions.position[:, here].T,
        salience=np.where(present, decisions.salience[:, here].T, 0.0),
        capability=capability[:, here].T,
        low=np.zeros(issues),
        high=np.full(issues, 100.0),
        status_quo=decisions.reference,
        outcome=np.full(issues, np.nan),
    )
