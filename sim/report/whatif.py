"""What a change does, in each reading of it: what fares otherwise, by how much, how surely, who.

Chance and ignorance stand apart: the interval *by chance* is of the mean in these worlds, the one
of *worlds* holds nine in ten worlds' own means.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Literal, NamedTuple

import numpy as np

from sim.analysis.paired import Difference, Switch, scaled
from sim.analysis.tally import finals, tallies
from sim.core.outcome import Over
from sim.core.registry import kind_of
from sim.experiment.outcomes import IF_ADOPTED, outcome_of
from sim.mechanisms.ballots import IN_VOTES, OBJECTIONS
from sim.report import changes, recount, sure
from sim.report.differences import called, change, depends, weight
from sim.report.parts import Chance, Change, Finding, Grid, Note, Texts
from sim.show import words
from sim.show.plots.study import said
from sim.show.plots.study.said import Outcome
from sim.show.words import number, percent, signed
from sim.study.run import Run

TOLD = 3  # further differences in sentences
CHANGED, EVERYONE = 12, 40  # delegations in tables of those that decide otherwise
LEAST = 0.05  # what a number with one digit after the point shows
HALF = 0.5  # of the worlds: where fewer have a difference, no word is put to its sign
HEADS = ("base", "changed", "diff", "by chance", "worlds", "holds")
INTERVALS = (
    "By chance: 90% interval of this mean difference, run by run; worlds: 9 in 10 worlds' own means"
)
KEY = f"{INTERVALS}; holds: share of worlds with this sign."


class Row(NamedTuple):
    """One main outcome of one reading, in the unit of print."""

    outcome: Outcome
    found: Difference

    @property
    def name(self) -> str:
        """What it is, in few words: "73/27 in favour"."""
        return called(self.outcome)

    @property
    def shown(self) -> bool:
        """Whether there is a difference to the first decimal."""
        return abs(self.found.difference) >= LEAST

    @property
    def weight(self) -> float:
        """How much it deserves to be told first."""
        return weight(self.found, self.outcome.kind == "adopted") * self.shown


def rows(run: Run) -> list[Row]:
    """The main outcomes of each draft at its last stage, else of issues; what weighs most first."""
    found = {d.outcome: d for d in run.differences if _tells_more(d)}
    names = [name for name in _main(run) if name in found]
    names = names or [n for n in found if (k := kind_of(n)) is not None and k.over is Over.ISSUE]
    told = [Row(said.outcome(run.outcomes, name), in_print(found[name])) for name in names]
    return sorted(told, key=lambda row: -row.weight)


def _tells_more(found: Difference) -> bool:
    """Whether an outcome of adopted texts is another one than that of all texts."""
    return not (found.outcome.endswith(IF_ADOPTED) and found.defined == 1)


def _main(run: Run) -> Iterator[str]:
    for tally in finals(tallies(run.setting, run.outcomes)):
        counts = OBJECTIONS if tally.consensus else (*IN_VOTES, "margin")
        yield from (f"{tally.draft}.{tally.stage}.{name}" for name in ("adopted", *counts))
        yield from (f"{tally.draft}.retained{condition}" for condition in ("", IF_ADOPTED))


def in_print(found: Difference) -> Difference:
    """Shares, values and what is kept in per cent."""
    kind = outcome_of(found.outcome)
    return scaled(found, 100) if kind is not None and (kind.truth or kind.scaled) else found


# In sentences


def findings(run: Run) -> Iterator[Finding]:
    """Say what the change does, in each reading, then who decides otherwise."""
    if len(run.readings) == 1 and run.base and same(run, run.base):
        yield Note(f"{_under(run)}, nothing changes: every run ends as it does without.")
        return
    told = [list(_of_reading(run, reading)) for reading in run.readings]
    yield from (found[0] for found in told)  # each reading's headline before any detail
    yield from (one for found in told for one in found[1:])
    yield from _recount(run)
    yield from _most_often(run)
    yield from (Note(f"Note: {note}.") for note in run.notes)


def same(run: Run, base: Run) -> bool:
    """Say whether no outcome of any run differs."""
    mine, theirs = run.outcomes.table, base.outcomes.table
    return mine.keys() == theirs.keys() and all(
        np.array_equal(mine[k], theirs[k], equal_nan=mine[k].dtype.kind == "f") for k in mine
    )


def _given(run: Run) -> Literal["With", "If"]:
    """How a sentence on the difference begins."""
    return "With" if run.against else "If"


def _under(run: Run, reading: Run | None = None) -> str:
    """What makes the difference, as the beginning of a sentence."""
    return f"{_given(run)} {_change(run, reading)}"


def _change(run: Run, reading: Run | None = None) -> str:
    """What makes the difference, as it goes after "with" or "if"."""
    if run.against:
        change = words.both((run.scenario.name, *run.settings))
    else:
        change = changes.told(run.scenario, run.settings)
    if run.after is not None:
        change = f"{change} after session {run.after}"
    return f"{change} ({reading.reading})" if reading and reading.reading else change


def _of_reading(run: Run, reading: Run) -> Iterator[Finding]:
    """The headline of one reading, then the other differences that can be told from none."""
    under = _under(run, reading)
    told = [_changed(run, row, _change(run, reading)) for row in rows(reading)]
    if not told:
        yield Note(f"{under}, there is nothing that both can be compared by.")
        return
    fates = [found for found in told if found.adopted]
    others = [found for found in told if not found.adopted and _tells(found)]
    moved = [found for found in fates if _tells(found)]
    if moved:
        yield from moved
    else:
        yield _as_before(under, fates, others)
    yield from others[:TOLD]


def _tells(found: Change) -> bool:
    return found.seen or found.verdict == "of one world"


def _changed(run: Run, row: Row, under: str) -> Change:
    base = run.base.scenario.name if run.base else ""
    against = f"in {base}" if run.against else ""
    over = f", over the {percent(row.found.defined)} of runs in which both have it"
    partly = over if row.found.defined < 1 else ""
    found = change(
        row.outcome, row.found, run.outcomes.worlds, under=under, against=against, over=partly
    )
    return replace(found, hangs_on=depends(row.found), given=_given(run))


def _as_before(under: str, fates: Sequence[Change], others: Sequence[Change]) -> Note:
    """Say that no text is seen to fare otherwise, and how often each is adopted."""
    if not fates:
        largest = others[0].moves if others else "nothing is seen to change"
        return Note(f"{under}, {largest}.")
    one, *rest = (f"{f.after}{_was(f)}" for f in fates)
    named = [f"{fates[0].adopted} is adopted in {one.replace('%', '% of runs', 1)}"]
    named += [f"{f.adopted} in {share}" for f, share in zip(fates[1:], rest, strict=True)]
    exact = all(found.verdict == "the same" for found in fates)
    head = "no text fares otherwise" if exact else "no text is seen to fare otherwise"
    least = next((found.smallest for found in fates if found.smallest), "")
    sure = f"A true change of {least} or more would show." if least and not exact else ""
    return Note(
        f"{under}, {head}: {words.some(named, 4)}.",
        "In no run does any of them." * exact or sure,
    )


def _was(found: Change) -> str:
    return f" ({found.before} without)" if found.before != found.after else ""


def _recount(run: Run) -> Iterator[Note]:
    """Say that the same votes were counted by other rules, and what that does to each text."""
    told = list(recount.sentences(run, run.base)) if run.base else []
    if told and run.base:
        write = recount.redrafting(run, run.base)
        yield Note(
            "A recount: the votes are held fixed (drafting as tabled) and counted by the new rules;"
            f" --set {write} lets sponsors write for them.",
            " ".join(told),
        )


def _most_often(run: Run) -> Iterator[Note]:
    found = run.switches
    if found:
        yield Note(
            f"{words.counted(len({s.actor for s in found}), 'delegation')} decide"
            f"{'s' * (len({s.actor for s in found}) == 1)} otherwise in at least one run; most"
            f" often {_switched(run, found[0])}."
        )


def _switched(run: Run, s: Switch) -> str:
    before, after = words.DECISION[s.before], words.DECISION[s.after]
    who = words.named(run.setting, s.actor)
    return f"{who} on {s.draft}, from {before} to {after} in {percent(s.share)} of runs"


def chances(run: Run) -> Iterator[Chance]:
    """In what share of worlds the main differences have the sign of the mean."""
    told = [(row, _changed(run, row, "the change")) for row in rows(run)]
    strong = [(row, c) for row, c in told if c.seen and row.found.holds >= HALF]
    for row, found in strong[:2]:
        low, high = sure.wilson(row.found.holds, run.outcomes.worlds)
        of = words.counted(run.outcomes.worlds, "world")
        yield Chance(f"with the change {found.moves}", row.found.holds, low, high, of)


def what_it_depends_on(run: Run) -> Iterator[str]:
    """What turns the main difference round, and by how much a recount falls short."""
    for row in [row for row in rows(run) if row.shown][:1]:
        yield f"The difference in {row.outcome.name}: {depends(row.found)}."


# In tables


def front(run: Run) -> Iterator[Grid]:
    """What each reading does to the main outcomes, and who decides otherwise."""
    for reading in run.readings:
        name = words.first_up(reading.reading)
        title = f"What the change does{f' ({name[:1].lower()}{name[1:]})' if name else ''}"
        told = [row for row in rows(reading) if row.shown] or rows(reading)
        cells = tuple((row.name, *_cells(row.found)) for row in told)
        yield Grid(title, (name or "mean", *HEADS), cells, KEY)
    yield from who(run, CHANGED, last=True)


def _cells(found: Difference) -> Texts:
    return (
        number(found.base, 1),
        number(found.changed, 1),
        signed(found.difference),
        _interval(found.chance_low, found.chance_high),
        _interval(found.worlds_low, found.worlds_high),
        percent(found.holds),
    )


def _interval(low: float, high: float) -> str:
    ends = number(low, 1), number(high, 1)
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"


def who(run: Run, most: int, *, last: bool = False) -> Iterator[Grid]:
    """Who decides otherwise, in most runs first; in the first reading in which anybody does.

    At the ``last`` stages only, or at all.
    """
    reading = next((reading for reading in run.readings if reading.switches), None)
    if reading is None:
        return
    final = dict(reading.outcomes.ballots)
    found = [s for s in reading.switches if not last or final[s.draft] == s.stage]
    cells = tuple(
        (
            words.named(run.setting, s.actor),
            words.ballot(s.draft, s.stage),
            f"{words.DECISION[s.before]} to {words.DECISION[s.after]}",
            percent(s.share),
        )
        for s in found[:most]
    )
    left = f"{len(found) - most} more are in who_changed.csv." if len(found) > most else ""
    title = f"Who decides otherwise{f' ({reading.reading})' if reading.reading else ''}"
    yield Grid(title, ("who decides otherwise", "ballot", "before, after", "runs"), cells, left)


EVERY = ("outcome", *HEADS[:-1], "error", "least", "with", "against", "pairs", "depends on")
EVERY_KEY = (
    f"{INTERVALS}; least: true difference seen 8 times in 10; with, against:"
    " share of worlds; pairs: share in which both have it. All columns: paired.csv."
)


def details(run: Run) -> Iterator[Grid]:
    """Every outcome that differs in any pair, reading by reading; everyone who changed."""
    for reading in run.readings:
        found = [in_print(d) for d in reading.differences]
        moved = [d for d in found if d.defined and (d.difference or d.smallest > 0)]
        alike = sum(bool(d.defined) for d in found) - len(moved)
        title = f" ({reading.reading})" if reading.reading else ""
        yield Grid(
            f"Every outcome that differs{title}; shares and values on 0-100",
            EVERY,
            tuple((d.outcome, *_cells(d)[:-1], *_surely(d)) for d in moved),
            f"{EVERY_KEY} {alike} more are the same in all pairs.",
        )
    yield from who(run, EVERYONE)


def _surely(d: Difference) -> Iterator[Any]:
    yield from (number(n, 2) for n in (d.error, d.smallest))
    yield from (percent(share) for share in (d.holds, d.opposes, d.defined))
    yield depends(d) if d.flips or d.matters else ""
