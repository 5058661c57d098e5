"""What a change does: base and changed scenario on the same runs and worlds, pair by pair.

Both share every draw (common random numbers), so the difference of a run has far less
spread than either side, and its error is computed from the differences themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.analysis.spread import spread
from sim.forums.rules import Decision, How
from sim.outcomes import COUNTS, Outcomes

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

SEEN = 2.8  # errors that a true difference must be to be seen 8 times in 10 at the 5% level
_SAME = 1e-12
CODED = (".how", ".text_existed")  # columns that are codes, not amounts


@dataclass(frozen=True)
class Difference:
    """One outcome under base and change; ``difference`` is the mean of the runs' own."""

    outcome: str
    base: float
    changed: float
    difference: float
    error: float  # of the difference, paired
    smallest: float  # the smallest true difference that these runs would show
    holds: float  # share of worlds whose difference has this sign; nan if there is none
    opposes: float  # share of worlds whose difference has the other sign


@dataclass(frozen=True)
class Switch:
    """A delegation that decides otherwise: in what share of runs, mostly from what to what."""

    draft: str
    stage: str
    actor: str
    share: float
    before: Decision
    after: Decision


def difference(
    outcome: str, before: npt.ArrayLike, after: npt.ArrayLike, worlds: npt.ArrayLike
) -> Difference:
    """Compare one outcome, (runs,) each, pair by pair."""
    old, new = np.asarray(before, dtype=np.float64), np.asarray(after, dtype=np.float64)
    of_runs = new - old
    told = spread(of_runs, worlds)
    return Difference(
        outcome=outcome,
        base=float(old.mean()),
        changed=float(new.mean()),
        difference=told.mean,
        error=told.error,
        smallest=SEEN * told.error,
        holds=share_of_worlds(of_runs, worlds, same=True),
        opposes=share_of_worlds(of_runs, worlds, same=False),
    )


def share_of_worlds(differences: npt.ArrayLike, worlds: npt.ArrayLike, *, same: bool) -> float:
    """Share of worlds whose mean difference has the sign of the whole, or the other sign.

    In the remaining worlds nothing changes. Where the whole is zero it is nan.
    """
    d = np.asarray(differences, dtype=np.float64)
    _, group, sizes = np.unique(np.asarray(worlds), return_inverse=True, return_counts=True)
    if not abs(d.mean()) > _SAME:
        return float("nan")
    along = np.bincount(group, weights=d) / sizes * np.sign(d.mean())
    return float(np.mean(along > _SAME if same else along < -_SAME))


def differences(base: Outcomes, changed: Outcomes) -> list[Difference]:
    """Compare every outcome that is an amount and that both have, in the order of their table.

    Counts are compared over the pairs of runs in which both sides came to the ballot; one that
    no pair came to is left out.
    """
    _same_runs(base, changed)
    found = [
        over(base, changed, name, reached(base, changed, name))
        for name in changed.table
        if name in base.table and name not in ("run", "world") and not name.endswith(CODED)
    ]
    return [d for d in found if not np.isnan(d.difference)]


def over(base: Outcomes, changed: Outcomes, column: str, rows: Bools) -> Difference:
    """Compare one outcome over some of the pairs of runs; all is nan where there is none."""
    if not rows.any():
        return difference(column, [np.nan], [np.nan], [0])
    old, new = (o.number(column)[rows] for o in (base, changed))
    return difference(column, old, new, base.table["world"][rows])


def reached(base: Outcomes, changed: Outcomes, column: str) -> Bools:
    """Say in which runs both sides came to the ballot that a column counts: (runs,)."""
    both = np.ones(base.runs, dtype=bool)
    ballot, _, count = column.rpartition(".")
    for outcomes in (base, changed):
        if count in COUNTS and f"{ballot}.how" in outcomes.table:
            both &= outcomes.table[f"{ballot}.how"] != How.NOT_REACHED
    return both


def switches(base: Outcomes, changed: Outcomes) -> list[Switch]:
    """Who decides otherwise, in most runs first.

    Where the runs were too many to keep every decision, the share is what the chances show: the
    least that must have changed (half the sum of their differences).
    """
    _same_runs(base, changed)
    kept = len(base.decisions) and len(changed.decisions)
    of_actor = _of_runs if kept else _of_chances
    place = {actor: slot for slot, actor in enumerate(base.actors)}
    found = [
        Switch(draft=ballot[0], stage=ballot[1], actor=actor, share=share, before=old, after=new)
        for ballot in changed.ballots
        if ballot in base.ballots
        for slot, actor in enumerate(changed.actors)
        if actor in place
        for share, old, new in of_actor(base, changed, ballot, place[actor], slot)
    ]
    return sorted(found, key=lambda s: -s.share)


def _of_runs(
    base: Outcomes, changed: Outcomes, ballot: tuple[str, str], was: int, now: int
) -> Iterator[tuple[float, Decision, Decision]]:
    old = base.decisions[:, base.ballots.index(ballot), was]
    new = changed.decisions[:, changed.ballots.index(ballot), now]
    differs = old != new
    if differs.any():
        pairs, counts = np.unique(np.stack([old, new])[:, differs], axis=1, return_counts=True)
        before, after = pairs[:, counts.argmax()]
        yield float(differs.mean()), Decision(int(before)), Decision(int(after))


def _of_chances(
    base: Outcomes, changed: Outcomes, ballot: tuple[str, str], was: int, now: int
) -> Iterator[tuple[float, Decision, Decision]]:
    moved = changed.chances(*ballot)[now] - base.chances(*ballot)[was]
    share = float(np.abs(moved).sum() / 2)
    if share:
        yield share, Decision(int(moved.argmin())), Decision(int(moved.argmax()))


def _same_runs(base: Outcomes, changed: Outcomes) -> None:
    if not np.array_equal(base.table["run"], changed.table["run"]):
        raise ValueError("base and change must be played on the same runs")
