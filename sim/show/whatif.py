"""The printed comparison of a what-if with its base, pair by pair: what changes, and who."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sim.analysis.paired import Difference, over, scaled
from sim.analysis.tally import Tally, finals, tallies
from sim.experiment.outcomes import IF_ADOPTED
from sim.mechanisms.ballots import IN_VOTES, OBJECTIONS
from sim.show import recount, words
from sim.show.summary import a_look, command, ground, page, sentence, short_set, to_try
from sim.show.words import UNKNOWN
from sim.study.run import Run

SHARES = {
    "adopted": "adopted, %",
    "retained": "kept, %",
    f"retained{IF_ADOPTED}": "kept if adopted",
}
CHANGED = 4  # delegations named
ROWS = 9  # differences shown, those that can be seen first


def what_if(run: Run, base: Run, folder: Path) -> list[str]:
    """Write base, change and difference, line by line."""
    told = finals(tallies(run.setting, run.outcomes))
    rows = [row for tally in told for row in compared(run, base, tally)]
    lines = [
        *sentence(bottom_line(run, base, rows)),
        f"{ground(run)}, paired with the base",
        *recount.lines(run, base),
        *_table(rows),
        *who_changed(run, CHANGED),
    ]
    return page(lines, [f"Results: {folder}", *_next(run, base, told)])


@dataclass(frozen=True)
class Compared:
    """One number of one ballot under base and change; shares are in per cent."""

    draft: str
    count: str
    found: Difference

    @property
    def name(self) -> str:
        """The number in words, such as "73/27 in favour"."""
        return f"{self.draft} {SHARES.get(self.count, words.COUNT.get(self.count, self.count))}"

    @property
    def seen(self) -> bool:
        """Whether there is a difference to the first decimal."""
        return abs(self.found.difference) >= 0.05

    @property
    def weight(self) -> float:
        """How much it deserves the headline: adoption first, then by its size in errors."""
        found = self.found
        if not self.seen:
            return 0.0
        size = abs(found.difference) / max(found.error, 1e-9) if found.error == found.error else 1.0
        return size + 1e9 * (self.count == "adopted" and abs(found.difference) >= 5)

    def change(self) -> str:
        """The difference with its error."""
        error = words.number(self.found.error, 1)
        return words.signed(self.found.difference) + (f" +- {error}" if error != UNKNOWN else "")


def compared(run: Run, base: Run, tally: Tally) -> list[Compared]:
    """Compare a ballot's main numbers, if the base has that ballot too."""
    column = f"{tally.draft}.{tally.stage}."
    if f"{column}adopted" not in base.outcomes.table:
        return []
    found = {"adopted": _percent(run, base, f"{column}adopted")}
    for count in OBJECTIONS if tally.consensus else IN_VOTES:
        found[count] = over(base.outcomes, run.outcomes, column + count)
    if tally.consensus:
        found["retained"] = _percent(run, base, f"{tally.draft}.retained")
    return [Compared(tally.draft, count, of) for count, of in found.items()]


def _percent(run: Run, base: Run, column: str) -> Difference:
    return scaled(over(base.outcomes, run.outcomes, column), 100)


def bottom_line(run: Run, base: Run, rows: Sequence[Compared]) -> str:
    """Say in one sentence what the change does."""
    change = f"What if {short_set(run)}"
    if same(run, base):
        return f"{change}: nothing changes; every run ends as it does without it."
    most = max(rows, key=lambda row: row.weight, default=None)
    if most is None or not most.seen:
        return f"{change}: tallies stay as they are on average; see who changed."
    holds = words.percent(most.found.holds)
    return f"{change}: {_headline(most)}, the same way in {holds} of worlds."


def _headline(most: Compared) -> str:
    found = most.found
    if most.count == "adopted":
        old, new = (words.percent(share / 100) for share in (found.base, found.changed))
        return f"{most.draft} is adopted in {new} of runs instead of {old}"
    return (
        f"{most.name} goes from {words.number(found.base, 1)} to"
        f" {words.number(found.changed, 1)} on average ({most.change()})"
    )


def same(run: Run, base: Run) -> bool:
    """Say whether no outcome of any run differs."""
    mine, theirs = run.outcomes.table, base.outcomes.table
    return mine.keys() == theirs.keys() and all(
        np.array_equal(mine[k], theirs[k], equal_nan=mine[k].dtype.kind == "f") for k in mine
    )


def _table(rows: Sequence[Compared]) -> Iterator[str]:
    if not rows:
        return
    yield _row("mean", ["base", "changed", "difference", "worlds with/against"])
    shown = ([row for row in rows if row.seen] or rows)[:ROWS]
    for row in shown:
        found = row.found
        worlds = f"{words.percent(found.holds)} / {words.percent(found.opposes)}" * row.seen
        sides = (words.number(found.base, 1), words.number(found.changed, 1))
        yield _row(row.name, [*sides, row.change(), worlds])
    yield "  +- is the standard error of the paired difference, not the range of outcomes"
    some = {row.found.defined: row.name for row in reversed(shown) if 0 < row.found.defined < 1}
    for share, name in some.items():
        yield f"  {name}: over the {words.percent(share)} of runs in which both sides have it"


def _row(head: str, cells: Sequence[str]) -> str:
    return words.columns((24, 10, 10, 16, 20), head, *cells)


def who_changed(run: Run, limit: int) -> Iterator[str]:
    """Name the delegations that decide otherwise at the last stages, in most runs first."""
    last = dict(run.outcomes.ballots)
    found = [s for s in run.switches if last[s.draft] == s.stage]
    if not found:
        return
    actors = {s.actor for s in found}
    yield f"Who changed ({len(actors)} in at least one run), most often first:"
    for switch in found[:limit]:
        name = words.named(run.setting, switch.actor)
        yield (
            f"  {name} on {switch.draft}: {words.DECISION[switch.before]} to"
            f" {words.DECISION[switch.after]}, {words.percent(switch.share)} of runs"
        )


def _next(run: Run, base: Run, told: Sequence[Tally]) -> list[str]:
    drafting = recount.redrafting(run, base)
    if not drafting:
        return to_try(base, told)
    sets = [word for s in (*run.settings, drafting) for word in ("--set", s)]
    return ["Try next:", *command("run", run.source, *sets), *a_look(base)]
