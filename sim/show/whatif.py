"""The printed comparison of a what-if with its base, pair by pair: what changes, and who."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from sim.analysis.paired import Difference, difference, over, reached, switches
from sim.analysis.tally import Tally, finals, tallies
from sim.show import recount, words
from sim.show.summary import command, ground, page, sentence, short_set, to_try
from sim.study.run import Run

OF_VOTES = ("in_favour", "against", "abstaining")
OF_CONSENSUS = ("blocking", "dissociating")
CHANGED = 4  # delegations named
ROWS = 9  # differences shown, those that can be seen first


def what_if(run: Run, base: Run, folder: Path) -> list[str]:
    """Write base, change and difference, line by line."""
    told = finals(tallies(run.setting, run.outcomes))
    rows = [(t, d) for t in told for d in compared(run, base, t)]
    lines = [
        *sentence(bottom_line(run, base, rows)),
        f"{ground(run)}, paired with the base",
        *recount.lines(run, base),
        *_table(rows),
        *who_changed(run, base, CHANGED),
    ]
    return page(lines, [f"Results: {folder}", *_next(run, base, told)])


def compared(run: Run, base: Run, tally: Tally) -> list[Difference]:
    """Compare a ballot's main numbers; those that are shares are in per cent."""
    column = f"{tally.draft}.{tally.stage}."
    if f"{column}adopted" not in base.outcomes.table:
        return []
    found = [_percent(run, base, f"{column}adopted")]
    counts = OF_CONSENSUS if tally.consensus else OF_VOTES
    for name in (column + count for count in counts):
        both = reached(base.outcomes, run.outcomes, name)
        found.append(over(base.outcomes, run.outcomes, name, both))
    if tally.consensus:
        found.append(_percent(run, base, f"{tally.draft}.retained"))
    return found


def _percent(run: Run, base: Run, column: str) -> Difference:
    old, new = (r.outcomes.number(column) * 100 for r in (base, run))
    return difference(column, old, new, run.outcomes.table["world"])


def bottom_line(run: Run, base: Run, rows: Sequence[tuple[Tally, Difference]]) -> str:
    """Say in one sentence what the change does."""
    change = f"What if {short_set(run)}"
    if same(run, base):
        return f"{change}: nothing changes; every run ends as it does without it."
    _, most = max(rows, key=lambda r: _weight(r[1]))
    if not most.difference:
        return f"{change}: tallies stay as they are on average; see who changed."
    return f"{change}: {_headline(most)}, the same way in {words.percent(most.holds)} of worlds."


def _headline(most: Difference) -> str:
    draft, *_, count = most.outcome.split(".")
    if count == "adopted":
        old, new = (words.percent(share / 100) for share in (most.base, most.changed))
        return f"{draft} is adopted in {new} of runs instead of {old}"
    return (
        f"{named(most.outcome)} goes from {words.number(most.base, 1)} to"
        f" {words.number(most.changed, 1)} on average ({_difference(most)})"
    )


def same(run: Run, base: Run) -> bool:
    """Say whether no outcome of any run differs."""
    mine, theirs = run.outcomes.table, base.outcomes.table
    return mine.keys() == theirs.keys() and all(
        np.array_equal(mine[k], theirs[k], equal_nan=mine[k].dtype.kind == "f") for k in mine
    )


def _weight(found: Difference) -> float:
    """How much a difference deserves the headline: adoption first, then by its size in errors."""
    if np.isnan(found.difference) or not found.difference:
        return 0.0
    size = abs(found.difference) / max(found.error, 1e-9) if found.error == found.error else 1.0
    adoption = found.outcome.endswith(".adopted") and abs(found.difference) >= 5
    return size + 1e9 * adoption


def named(outcome: str) -> str:
    """Name an outcome's column in words: ``73/27.plenary.in_favour`` is "73/27 in favour"."""
    *ballot, count = outcome.split(".")
    said = {"adopted": "adopted, %", "retained": "kept, %"}.get(
        count, words.COUNT.get(count, count)
    )
    return f"{ballot[0] if ballot else ''} {said}".strip()


def _difference(found: Difference) -> str:
    error = "" if np.isnan(found.error) else f" +- {words.number(found.error, 1)}"
    return f"{words.signed(found.difference)}{error}"


def _table(rows: Sequence[tuple[Tally, Difference]]) -> Iterator[str]:
    kept = [found for _, found in rows if _seen(found)] or [found for _, found in rows]
    yield _row("mean", ["base", "changed", "difference", "worlds with/against"])
    for found in kept[:ROWS]:
        worlds = f"{words.percent(found.holds)} / {words.percent(found.opposes)}"
        cells = [words.number(found.base, 1), words.number(found.changed, 1), _difference(found)]
        yield _row(named(found.outcome), [*cells, worlds if _seen(found) else ""])
    yield "  +- is the standard error of the paired difference, not the range of outcomes"


def _seen(found: Difference) -> bool:
    return abs(found.difference) >= 0.05


def _row(head: str, cells: Sequence[str]) -> str:
    return words.columns((24, 10, 10, 16, 20), head, *cells)


def who_changed(run: Run, base: Run, limit: int) -> Iterator[str]:
    """Name the delegations that decide otherwise at the last stages, in most runs first."""
    last = dict(run.outcomes.ballots)
    found = [s for s in switches(base.outcomes, run.outcomes) if last[s.draft] == s.stage]
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
    return ["Try next:", *command("run", run.source, *sets), *to_try(base, told)[-1:]]
