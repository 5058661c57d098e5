"""What a change of the text would win and lose in a vote: clause by clause, and in packages.

A run is stopped as the room votes, and the vote is cast again on other texts, with everything that
led up to it as it was and with the same chance: nobody lobbies, signs or redrafts in answer. A
sponsor counts as lost where it no longer votes in favour; what the sponsors keep is their mean gain
from the changed text as a share of that from the text on the table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations, product
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.answers.moments import Moment
from sim.core.support import reading
from sim.forums.rules import Decision
from sim.mechanisms.objections import Text

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

GRID = np.linspace(0.0, 1.0, 11)  # values that one clause is tried at
STEPS = (1 / 3, 2 / 3, 1.0)  # of the way to the best value of each clause, in packages
LARGEST = 3  # clauses that a package changes, at most
CARRIES = (0.5, 0.9)  # shares of the runs in which a package is to carry


@dataclass(frozen=True)
class Change:
    """A changed text, and how the room votes on it; means over runs, values on 0-100."""

    changes: tuple[tuple[str, float], ...]  # clauses and what they say then
    in_favour: float
    against: float
    carried: float  # share of the runs
    won: float  # votes in favour that the text on the table does not get
    lost: float  # ... that it gets and this one does not
    sponsors_lost: float
    kept: float  # of the sponsors' gain; nan where they have none


@dataclass(frozen=True, repr=False)
class Packages:
    """What the text on the table gets, and what changes of it would get."""

    draft: str
    stage: str
    runs: int
    sponsors: int
    base: Change
    singles: tuple[Change, ...]
    frontier: tuple[Change, ...]  # packages of which none gets more votes and keeps more
    cheapest: tuple[tuple[float, Change | None], ...]  # to carry in such a share of the runs

    def __repr__(self) -> str:
        """Say of what, and how often it carries as it stands."""
        often = f"carries as it stands in {self.base.carried:.0%} of {self.runs} runs"
        return f"Packages({self.draft} {self.stage}: {often})"

    def to_dataframe(self) -> Any:
        """A `pandas.DataFrame` with a row a changed text, the one on the table first."""
        import pandas as pd

        return pd.DataFrame([asdict(one) for one in (self.base, *self.singles, *self.frontier)])


class _Votes:
    """The vote on one text and on changes of it."""

    def __init__(self, moment: Moment) -> None:
        self.moment, self.text = moment, moment.text
        self.labels = moment.setting.drafts[moment.draft].clauses
        self.sponsors: Bools = moment.world.sponsors[moment.draft]
        self.read = reading(moment.setting, moment.world, moment.draft)
        self.worth = self._worth(self.text)
        self.favour, *_ = self._cast(self.text)

    def _worth(self, text: Text) -> float:
        gains = self.read.gains(text.value, text.active).sum(axis=2)
        return float(gains[self.sponsors].mean()) if self.sponsors.any() else np.nan

    def _cast(self, text: Text) -> tuple[Bools, Bools, Bools]:
        ballot = self.moment.cast(text)
        votes = ballot.decisions
        return votes == Decision.SUPPORT, votes == Decision.OPPOSE, ballot.verdict.adopted

    def change(self, changes: Sequence[tuple[int, float]]) -> Change:
        """Vote on the text with some clauses at other values, on 0-1."""
        value, active = self.text.value.copy(), self.text.active.copy()
        for clause, at in changes:
            value[:, clause], active[:, clause] = at, True
        text = Text(value, active)
        favour, against, adopted = self._cast(text)
        return Change(
            tuple((self.labels[clause], 100 * at) for clause, at in changes),
            float(favour.sum(axis=1).mean()),
            float(against.sum(axis=1).mean()),
            float(adopted.mean()),
            float((favour & ~self.favour).sum(axis=1).mean()),
            float((self.favour & ~favour).sum(axis=1).mean()),
            float((self.sponsors & ~favour).sum(axis=1).mean())
            - float((self.sponsors & ~self.favour).sum(axis=1).mean()),
            self._worth(text) / self.worth if self.worth > 0 else np.nan,
        )


def packages(moment: Moment, clause: str = "", largest: int = LARGEST) -> Packages:
    """Try changes of a text that is put to the vote.

    Args:
        moment: the room as it votes.
        clause: the label of the one clause that is tried; without it all, alone and together.
        largest: how many clauses a package changes, at most.
    """
    votes = _Votes(moment)
    places = [votes.labels.index(clause)] if clause else range(len(votes.labels))
    base = votes.change(())
    singles = {place: [votes.change([(place, at)]) for at in GRID] for place in places}
    tried = [base, *(one for tried in singles.values() for one in tried)]
    if not clause:
        tried += [votes.change(changes) for changes in _together(votes, singles, largest)]
    return Packages(
        draft=moment.setting.drafts[moment.draft].label,
        stage=moment.meeting.stage,
        runs=moment.world.size,
        sponsors=int(votes.sponsors.sum(axis=1).mean().round()),
        base=base,
        singles=tuple(one for tried in singles.values() for one in tried),
        frontier=tuple(_frontier(tried)),
        cheapest=tuple((share, _cheapest(tried, share)) for share in CARRIES),
    )


def _together(
    votes: _Votes, singles: dict[int, list[Change]], largest: int
) -> Iterator[list[tuple[int, float]]]:
    """Packages of the clauses that win votes alone, each some way towards its best value."""
    helps = {}
    for place, tried in singles.items():
        best = max(range(len(tried)), key=lambda k: tried[k].in_favour - tried[k].against)
        stands = float(np.median(votes.text.value[:, place]))
        if tried[best].in_favour - tried[best].lost > 0 and GRID[best] != stands:
            helps[place] = [stands + step * (GRID[best] - stands) for step in STEPS]
    order = sorted(helps, key=lambda p: -max(one.in_favour for one in singles[p]))[:5]
    for many in range(2, largest + 1):
        for chosen in combinations(order, many):
            for values in product(*(helps[place] for place in chosen)):
                yield list(zip(chosen, values, strict=True))


def _frontier(tried: Sequence[Change]) -> Iterator[Change]:
    """Those of which no other gets more votes and keeps as much of the sponsors' gain.

    Sponsors would rather have no text than one that leaves them nothing.
    """
    most = -np.inf
    worth = [one for one in tried if not one.kept < 0]
    for one in sorted(worth, key=lambda c: (-np.nan_to_num(c.kept), -c.in_favour, len(c.changes))):
        if one.in_favour > most + 1e-9:
            most = one.in_favour
            yield one


def _cheapest(tried: Sequence[Change], share: float) -> Change | None:
    """The change that carries in so many runs and keeps most of the sponsors' gain."""
    carries = [one for one in tried if one.carried >= share]
    return max(carries, key=lambda c: (np.nan_to_num(c.kept), -len(c.changes)), default=None)
