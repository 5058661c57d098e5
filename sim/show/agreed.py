"""What `--full` says of rooms that seek consensus: who blocked and why, and what it hangs on."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.analysis.agreement import blockers, reserving, ridge
from sim.analysis.tally import Tally
from sim.show import words
from sim.show.summary import WIDE, label, sentence
from sim.show.words import percent
from sim.study.run import Run

NAMED = 10
WIDTHS = (24, 12, 12, 12)


def consensus(run: Run, tally: Tally) -> Iterator[str]:
    """Describe one ballot of a room that seeks consensus, line by line."""
    yield f"{label(tally)}: without a vote in {percent(tally.how.get('consensus', 0.0))} of runs"
    kept = tally.retained
    yield f"kept of the draft: {kept.mean:.0%} ({kept.low:.0%} to {kept.high:.0%})"
    yield from _zone(tally)
    yield from _blockers(run, tally)
    yield from _reserving(run, tally)
    yield from _ridge(run, tally)


def _zone(tally: Tally) -> Iterator[str]:
    if not np.isnan(tally.zone):
        yield from sentence(
            f"where it was blocked, in {percent(tally.zone)} a text existed that nobody would have"
            f" blocked (a failure of procedure); in {percent(1 - tally.zone)} none did (no zone of"
            " agreement)",
            width=WIDE - 2,
        )


def _blockers(run: Run, tally: Tally) -> Iterator[str]:
    for found in blockers(run.setting, run.outcomes, tally.draft, tally.stage)[:NAMED]:
        why = ", ".join(f"{reason} {percent(share)}" for reason, share in found.why.items())
        name = words.named(run.setting, found.actor)
        yield f"  {name} blocks in {percent(found.share)}: {why or 'whatever it gets'}"


def _reserving(run: Run, tally: Tally) -> Iterator[str]:
    found = reserving(run.outcomes, tally.draft, tally.stage)
    said = [f"{words.named(run.setting, actor)} {percent(share)}" for actor, share in found]
    if said:
        yield from sentence(f"dissociating: {words.some(said, NAMED)}", "  ", WIDE - 2)


def _ridge(run: Run, tally: Tally) -> Iterator[str]:
    found = ridge(run.setting, run.outcomes, tally.draft, tally.stage)
    yield from sentence(
        "adopted, by k0 (the cost of blocking) and phi (what demandeurs insist on); no data inform"
        " these two, so the rate is an illustration:",
        width=WIDE - 2,
    )
    columns = [*(f"phi < {bound:.2f}" for bound in found.insistence), "above"]
    rows = [*(f"k0 < {bound:.2f}" for bound in found.cost), "above"]
    yield words.columns(WIDTHS, "", *columns)
    for name, shares in zip(rows, found.adopted.tolist(), strict=True):
        yield words.columns(WIDTHS, f"  {name}", *(percent(share) for share in shares))
