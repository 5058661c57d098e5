"""Rooms that seek consensus: who blocks and why, whether a text existed, and what it hangs on."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.analysis.agreement import blockers, reserving, ridge
from sim.analysis.tally import Tally
from sim.report.parts import Grid
from sim.show import words
from sim.show.words import percent
from sim.study.run import Run

NAMED, BLOCKERS = 10, 3  # in a table, in a sentence
RIDGE = (
    "By k0 (the cost of blocking) and phi (what demandeurs insist on). No data inform these two, so"
    " the rate is an illustration."
)


def sentences(run: Run, tally: Tally) -> Iterator[str]:
    """Say who blocks, whether they had to, and what the two free numbers do to it."""
    found = blockers(run.setting, run.outcomes, tally.draft, tally.stage)[:BLOCKERS]
    if found:
        named = [f"{words.named(run.setting, b.actor)} ({percent(b.share)} of runs)" for b in found]
        yield f"Those who block {tally.draft} most often: {words.both(named)}."
    elif np.isnan(tally.zone):  # it is blocked in no run; else it is not kept by whom
        yield _unblocked(run, tally)
    if not np.isnan(tally.zone):
        yield (
            f"Where {tally.draft} is blocked, in {percent(tally.zone)} of those runs a text existed"
            " that nobody would have blocked (a failure of procedure); in"
            f" {percent(1 - tally.zone)} none did (no zone of agreement)."
        )
    adopted = ridge(run.setting, run.outcomes, tally.draft, tally.stage).adopted
    hard, soft = float(adopted[0, -1]), float(adopted[-1, 0])
    if not np.isnan(hard + soft) and hard != soft:
        yield (
            f"Where blocking is cheap and demands are held hard, {tally.draft} is adopted in"
            f" {percent(hard)} of runs; where it is dear and demands are soft, in {percent(soft)}."
            " No data inform these two."
        )


def _unblocked(run: Run, tally: Tally) -> str:
    """Say that nobody blocks a text, and where an earlier stage defeats it that it did so."""
    fell = tally.how.get("not_reached", 0.0)
    if not fell:
        return f"Nobody blocks {tally.draft} in any of {run.outcomes.runs:,} runs."
    return (
        f"Nobody blocks {tally.draft} at its last stage, {tally.stage}; in {percent(fell)} of runs"
        " an earlier one defeats it."
    )


def grids(run: Run, tally: Tally) -> Iterator[Grid]:
    """Who blocks and who dissociates itself, and how often the room agrees by k0 and phi."""
    ballot = words.ballot(tally.draft, tally.stage)
    found = blockers(run.setting, run.outcomes, tally.draft, tally.stage)[:NAMED]
    blocking = [
        (
            words.named(run.setting, b.actor),
            percent(b.share),
            ", ".join(f"{reason} {percent(share)}" for reason, share in b.why.items())
            or "whatever it gets",
        )
        for b in found
    ]
    if blocking:
        yield Grid(f"Who blocks {ballot}", ("who", "runs", "why, share of those"), tuple(blocking))
    reserve = reserving(run.outcomes, tally.draft, tally.stage)[:NAMED]
    rows = [(words.named(run.setting, actor), percent(share)) for actor, share in reserve]
    if rows:
        yield Grid(f"Who dissociates itself from {ballot}", ("who", "runs"), tuple(rows))
    yield _ridge(run, tally, ballot)


def _ridge(run: Run, tally: Tally, ballot: str) -> Grid:
    found = ridge(run.setting, run.outcomes, tally.draft, tally.stage)
    columns = ("", *(f"phi < {bound:.2f}" for bound in found.insistence), "above")
    heads = [*(f"k0 < {bound:.2f}" for bound in found.cost), "above"]
    rows = zip(heads, found.adopted.tolist(), strict=True)
    told = tuple((head, *map(percent, shares)) for head, shares in rows)
    return Grid(f"How often {ballot} is adopted, by what nobody knows", columns, told, RIDGE)
