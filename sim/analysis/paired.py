"""What a change does: base and changed scenario on the same runs and worlds, pair by pair.

Both share every draw (common random numbers), so the difference of a run has far less
spread than either side, and its error is computed from the differences themselves. Intervals are
those of `sim.analysis.spread`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace

import numpy as np
import numpy.typing as npt

from sim.analysis.flipping import Drawn, dependence
from sim.analysis.spread import Runs
from sim.core.outcomes import Outcomes
from sim.experiment.outcomes import IF_ADOPTED, has_mean, split
from sim.forums.rules import Decision

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

SEEN = 2.8  # errors that a true difference must be to be seen 8 times in 10 at the 5% level
_SAME = 1e-12
NAN = float("nan")


@dataclass(frozen=True)
class Difference:
    """One outcome under base and change, over the pairs of runs in which both sides have it.

    ``difference`` is the mean of the runs' own; all are in the unit of the outcome.
    """

    outcome: str
    base: float = NAN
    changed: float = NAN
    difference: float = NAN
    error: float = NAN  # of the difference, paired
    # the smallest true difference that these runs would show; nan where no pair differs
    smallest: float = NAN
    holds: float = NAN  # share of worlds whose difference has this sign; nan if there is none
    opposes: float = NAN  # share of worlds whose difference has the other sign
    chance_low: float = NAN  # 90% interval of the mean difference in these worlds
    chance_high: float = NAN
    worlds_low: float = NAN  # holds nine in ten worlds' own mean differences
    worlds_high: float = NAN
    defined: float = 1.0  # share of pairs of runs in which both sides have this outcome
    reading: str = ""  # of a changed rule: what is held fixed
    assumptions: int = 0  # of those that worlds differ in, how many were looked at
    flips: tuple[str, ...] = ()  # those that give it clearly the other sign
    matters: str = ""  # the one that moves it most
    lowest: float = NAN  # the mean difference in that one's lowest quarter of worlds
    highest: float = NAN


IN_ITS_UNIT = (  # the fields of a difference that have the unit of the outcome
    *("base", "changed", "difference", "error", "smallest", "chance_low", "chance_high"),
    *("worlds_low", "worlds_high", "lowest", "highest"),
)


def scaled(found: Difference, by: float) -> Difference:
    """The same difference in another unit: 100 turns what is on 0-1 into per cent."""
    return replace(found, **{name: getattr(found, name) * by for name in IN_ITS_UNIT})


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
    outcome: str,
    before: npt.ArrayLike,
    after: npt.ArrayLike,
    worlds: npt.ArrayLike,
    drawn: Drawn | None = None,
    among: Bools | None = None,
) -> Difference:
    """Compare one outcome pair by pair, over the runs that both sides have and that define both.

    Args:
        outcome: its name.
        before: its values without the change, (runs,); nan where it is not defined.
        after: with it, (runs,).
        worlds: of the runs of the longer side, (runs,).
        drawn: what its sign may depend on.
        among: and of these runs, (runs,).

    Returns:
        The difference; nan where no run is left.
    """
    old, new = np.asarray(before, dtype=np.float64), np.asarray(after, dtype=np.float64)
    common = min(len(old), len(new))
    rows = ~np.isnan(old[:common]) & ~np.isnan(new[:common])
    if among is not None:
        rows &= among
    if not rows.any():
        return Difference(outcome, defined=0.0)
    old, new = old[:common][rows], new[:common][rows]
    runs = Runs.of(new - old, np.asarray(worlds)[:common][rows])
    chance, across = runs.from_chance(), runs.across_worlds()
    found = Difference(
        outcome=outcome,
        base=float(old.mean()),
        changed=float(new.mean()),
        difference=runs.mean,
        error=runs.error,
        smallest=SEEN * runs.error if np.ptp(runs.values) > _SAME else NAN,
        holds=share_of_worlds(runs, same=True),
        opposes=share_of_worlds(runs, same=False),
        chance_low=chance[0],
        chance_high=chance[1],
        worlds_low=across[0],
        worlds_high=across[1],
        defined=float(rows.mean()),
    )
    return replace(found, **asdict(dependence(runs, drawn or {})))


def share_of_worlds(runs: Runs, *, same: bool) -> float:
    """Share of worlds whose mean difference has the sign of the whole, or the other sign.

    In the remaining worlds nothing changes. Where the whole is zero it is nan.
    """
    if not abs(runs.mean) > _SAME:
        return NAN
    along = runs.means * np.sign(runs.mean)
    return float(np.mean(along > _SAME if same else along < -_SAME))


def differences(
    base: Outcomes, changed: Outcomes, drawn: Drawn | None = None, reading: str = ""
) -> list[Difference]:
    """Compare every outcome that is an amount and that both have, in the order of their table.

    Each is compared over the pairs of runs in which both sides have it, and how much is left of an
    adopted text over those in which both adopted it. Nothing is put in where one side has no such
    outcome: ``defined`` is the share of pairs that are left.

    Args:
        base: the runs without the change.
        changed: the same runs with it.
        drawn: what each difference may depend on, as `sim.analysis.flipping.assumptions` gives it.
        reading: noted with each.
    """
    _same_runs(base, changed)
    return [
        replace(over(base, changed, name, rows, drawn), reading=reading)
        for column in changed.table
        if column in base.table and column not in ("run", "world") and has_mean(column)
        for name, rows in _readings(base, changed, column)
    ]


def over(
    base: Outcomes,
    changed: Outcomes,
    outcome: str,
    among: Bools | None = None,
    drawn: Drawn | None = None,
) -> Difference:
    """Compare one outcome of two sides; see `difference`."""
    column, _ = split(outcome)
    old, new = base.number(column), changed.number(column)
    return difference(outcome, old, new, base.table["world"], drawn, among)


def adopted(outcomes: Outcomes, draft: str) -> Bools:
    """Say in which runs a draft is adopted at its last stage: (runs,)."""
    last = dict(outcomes.ballots)[draft]
    passed: Bools = outcomes.number(f"{draft}.{last}.adopted") == 1
    return passed


def _readings(base: Outcomes, changed: Outcomes, column: str) -> Iterator[tuple[str, Bools | None]]:
    """An outcome, in all pairs of runs; what is kept also in those in which both adopt the text."""
    yield column, None
    draft = column.removesuffix(".retained")
    if draft != column:
        yield f"{column}{IF_ADOPTED}", adopted(base, draft) & adopted(changed, draft)


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
