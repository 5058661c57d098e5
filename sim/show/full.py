"""All there is to say of a run, after its summary: `--full`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sim.analysis.overlap import overlaps
from sim.analysis.paired import differences, switches
from sim.analysis.tally import Tally, tallies
from sim.analysis.watch import surprises
from sim.show import beside, tables, words
from sim.show.agreed import consensus
from sim.show.scored import scores
from sim.show.summary import WIDE, label, ranged, sentence
from sim.study.run import Run

NAMED, CHANGED = 10, 40
BESIDE = ("draft", "clause", "issue", "status_quo", "tabled", "came_out", "low", "high", "dropped")


def full(run: Run) -> list[str]:
    """Write every stage, spread, clause and score, line by line."""
    told = tallies(run.setting, run.outcomes)
    rooms = (line for t in told if t.consensus for line in consensus(run, t))
    return [
        *_part("How each text was decided (share of all runs)", decided(told)),
        *_part("Spread of every count (in runs that came to it)", spreads(told)),
        *_part("Clause by clause (0-100; range of 90% of runs)", clauses(run)),
        *_part("In favour of both (texts are not exclusive; mean, 90% range)", shared(run)),
        *_part("Rooms that seek consensus", rooms),
        *_part("Beside plain baselines (* differs from the nearest)", plainly(run)),
        *_part("Against the record: states that voted", against_record(run)),
        *_part("Who surprised most: what it did, and the chance runs gave that", surprised(run)),
        *_part("Differences that the runs can tell from none", differing(run)),
        *_part("Everyone who decides otherwise, at any stage", changed(run)),
    ]


def _part(title: str, lines: Iterable[str]) -> Iterator[str]:
    found = list(lines)
    if found:
        yield from ("", title, *(f"  {line}" for line in found))


def decided(told: Sequence[Tally]) -> Iterator[str]:
    """How often each ballot ended in which way, and by how many votes."""
    for tally in told:
        ways = [f"{words.HOW[how]} {words.percent(share)}" for how, share in tally.how.items()]
        if tally.margin.runs:
            low, high = tally.margin.low, tally.margin.high
            ways.append(f"margin {words.signed(tally.margin.mean)} ({low:.0f} to {high:.0f})")
        yield from sentence(f"{label(tally)}: {', '.join(ways)}", "    ", WIDE - 2)


def spreads(told: Sequence[Tally]) -> Iterator[str]:
    """Mean, range, error of the mean, chance and ignorance of every count of every ballot."""
    widths = (34, 7, 11, 7, 8, 11)
    yield words.columns(widths, "", "mean", "90% range", "error", "chance", "ignorance")
    for tally in told:
        for name, of in tally.counts.items():
            if of.runs:
                numbers = (words.number(n, 1) for n in (of.error, of.chance, of.ignorance))
                ends = (words.number(of.mean, 1), f"{of.low:.0f}-{of.high:.0f}")
                yield words.columns(widths, f"{label(tally)} {words.COUNT[name]}", *ends, *numbers)
    yield "error: of the mean; chance: sd within a world; ignorance: sd across worlds"


def clauses(run: Run) -> Iterator[str]:
    """What came out of each clause, against what was tabled and the status quo."""
    widths = (28, 8, 11, 7, 9, 7, 8)
    yield words.columns(widths, "", "issue", "status quo", "tabled", "came out", "range", "dropped")
    table = tables.clauses(run)
    for row in zip(*(table[name] for name in BESIDE), strict=True):
        draft, clause, issue, before, tabled, came, low, high, dropped = row
        away = words.percent(dropped) if dropped else ""
        cells = (f"{before:.0f}", f"{tabled:.0f}", f"{came:.0f}", f"{low:.0f}-{high:.0f}", away)
        yield words.columns(widths, f"{draft} {clause}", issue, *cells)


def shared(run: Run) -> Iterator[str]:
    """How many delegations are in favour of two drafts at once."""
    for pair in overlaps(run.outcomes, run.recorded):
        record = "" if pair.recorded is None else f"; on record {pair.recorded}"
        yield f"{pair.one} and {pair.other}: {ranged(pair.in_favour)}{record}"


def against_record(run: Run) -> Iterator[str]:
    """Scores beside baselines; a what-if is not what happened, and has none."""
    if not run.base:
        yield from scores(run.scored)
        for said in beside.unlike(run.scenario, run.outcomes, run.outcomes.ballots):
            yield from sentence(said, "  ", WIDE - 2)


def plainly(run: Run) -> Iterator[str]:
    """Every draft beside the baselines that need no record."""
    for line in beside.tables(beside.plain(run)) if run.outcomes.runs > 1 else ():
        yield from sentence(line, "    ", WIDE - 2) if len(line) > WIDE - 2 else (line,)


def surprised(run: Run) -> Iterator[str]:
    """Whose recorded decision had the least chance in the runs; a what-if is not what happened."""
    if run.base:
        return
    for s in surprises(run.outcomes, run.recorded, NAMED):
        yield (
            f"{words.named(run.setting, s.actor)} on {s.draft}: {words.DECISION[s.recorded]}"
            f" ({words.percent(s.chance)}); expected {words.DECISION[s.expected]}"
            f" ({words.percent(s.chance_of_expected)})"
        )


def differing(run: Run) -> Iterator[str]:
    """Of a what-if: differences beyond twice their error, and the least that would be seen."""
    if not run.base:
        return
    compared = differences(run.base.outcomes, run.outcomes)
    widths = (36, 10, 10, 12, 8)
    head = "shares and values on 0-1"
    yield words.columns(widths, head, "base", "changed", "difference", "error")
    for d in (d for d in compared if abs(d.difference) > 2 * d.error):
        base, changed, error = (words.number(n, 2) for n in (d.base, d.changed, d.error))
        yield words.columns(widths, d.outcome, base, changed, words.signed(d.difference, 2), error)
    yield "a true difference of 2.8 errors would be seen in such runs 8 times in 10"


def changed(run: Run) -> Iterator[str]:
    """Of a what-if: everyone who decides otherwise."""
    if not run.base:
        return
    found = switches(run.base.outcomes, run.outcomes)
    for s in found[:CHANGED]:
        yield (
            f"{words.named(run.setting, s.actor)} on {s.draft} {s.stage}:"
            f" {words.DECISION[s.before]} to {words.DECISION[s.after]}, {words.percent(s.share)}"
        )
    if len(found) > CHANGED:
        yield f"and {len(found) - CHANGED} more: who_changed.csv"
