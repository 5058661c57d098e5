"""Who signed, and what was known of every state before the day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sim import record, shipped
from sim.analysis.panel import panel
from sim.backtest.pledges.membership import joined_by, members
from sim.errors import InputError

Floats = npt.NDArray[np.float64]

TABLE = "signatures.csv"
MARKS = ("cited", "estimate", "unverified")
PREDICTORS = ("ideal point", "Budapest Convention", "Freedom Online Coalition", "earlier votes")
DFI, HANOI = "dfi", "hanoi"


@dataclass(frozen=True)
class Event:
    """A text that states signed or did not on one day."""

    id: str
    name: str
    day: dt.date
    total: int  # states that signed in all, as accounts have it
    complete: bool  # whether all who signed are known by name


EVENTS = {
    DFI: Event(DFI, "Declaration for the Future of the Internet", dt.date(2022, 4, 28), 59, True),
    HANOI: Event(HANOI, "convention of Hanoi against cybercrime", dt.date(2025, 10, 25), 71, False),
}


def signed(event: Event, file: Path | None = None) -> Floats:
    """Read who signed: 1, who did not: 0, and nan where that is not known, (states,).

    Raises:
        InputError: a row has no known event, state, answer, mark, or no source.
    """
    states = panel().states
    found = np.full(len(states), 0.0 if event.complete else np.nan)
    columns = ("event", "iso3", "signed", "source", "mark")
    for row in record.table(file or shipped.data(TABLE), columns):
        _check(row, states)
        if row.cells["event"] == event.id:
            found[states.index(row.cells["iso3"])] = float(row.cells["signed"] == "yes")
    return found


def _check(row: record.Row, states: Sequence[str]) -> None:
    allowed = {"event": tuple(EVENTS), "signed": ("yes", "no"), "mark": MARKS}
    for field, right in allowed.items():
        if row.cells[field] not in right:
            raise InputError(row.wrong(field, "is none of these", ", ".join(right)))
    if row.cells["iso3"] not in states:
        raise InputError(row.wrong("iso3", "is no Member of the United Nations", "an ISO code"))
    if not row.cells["source"].strip():
        raise InputError(row.wrong("source", "is empty", "where the row is from"))


def known(day: dt.date, votes: Sequence[str]) -> Floats:
    """What was known of every state before a day: (states, predictors), see PREDICTORS.

    Args:
        day: nothing of this day or later is used.
        votes: resolutions whose votes are the last predictor, the mean of +1 in favour, -1
            against and 0 otherwise.

    Raises:
        ValueError: one of the votes was not held before the day.
    """
    of = record.votes()
    late = [label for label in votes if of.dates[of.column[label]] >= day]
    if late:
        raise ValueError(f"not known before {day}: {', '.join(late)}")
    states, who = panel().states, members()
    cast = {s: i for i, s in enumerate(of.states)}
    voted = np.array([[_sign(of, label, cast[s]) for label in votes] for s in states])
    groups = [joined_by(pledge, day, who) for pledge in ("budapest", "freedom_online")]
    inside = [[float(s in group) for s in states] for group in groups]
    return np.column_stack([panel().before(day.year), *inside, voted.mean(1)])


def _sign(of: record.Votes, label: str, state: int) -> float:
    code = int(of.of(label)[state])
    return float(code) if abs(code) <= 1 else 0.0


def in_favour(label: str) -> Floats:
    """1 where a state voted in favour, else 0: (states,)."""
    of = record.votes()
    place = {s: i for i, s in enumerate(of.states)}
    return np.array([float(of.of(label)[place[s]] == record.IN_FAVOUR) for s in panel().states])


def pledged(pledge: str, day: dt.date) -> Floats:
    """1 where a state had joined a pledge before a day, else 0: (states,)."""
    inside = joined_by(pledge, day)
    return np.array([float(s in inside) for s in panel().states])
