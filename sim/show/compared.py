"""The printed page of a comparison: what differs, how surely, what it depends on, and who changed.

Chance and ignorance stand apart: the interval *from chance* is of the mean in these worlds, the
one *across worlds* holds nine in ten worlds' own means. A changed rule is told in each reading.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from sim.analysis.paired import Difference, scaled
from sim.analysis.tally import finals, tallies
from sim.core.outcome import Over
from sim.core.registry import kind_of
from sim.experiment.outcomes import IF_ADOPTED, outcome_of
from sim.mechanisms.ballots import IN_VOTES, OBJECTIONS
from sim.show import recount, words
from sim.show.summary import HIGH, a_look, command, ground, sentence
from sim.show.summary import page as fitted
from sim.show.whatif import Compared, same, who_changed
from sim.study.compare import Comparison
from sim.study.run import Run

WIDTHS = (23, 6, 8, 7, 15, 15, 6)
CHANGED = 3  # delegations named
CLEAR = 2.0  # errors beyond which a difference is told from none
MARGIN = "votes to spare"
KEY = "  by chance: of this mean; worlds: 9 in 10 worlds' own means; holds: same sign"


def page(run: Comparison, folder: Path) -> list[str]:
    """Write the comparison, line by line: at most 24 of 80 columns."""
    rows = {reading.reading: main_rows(reading) for reading in run.readings}
    most = {name: max(found, key=_weight, default=None) for name, found in rows.items()}
    top = [*sentence(bottom_line(run, most)), *sentence(_ground(run))]
    below = [KEY, *_depends(most), *_who(run), *(sentence_of_note(run))]
    tail = [f"Results: {folder}", *_next(run)]
    names = [name for name in rows if name]
    room = HIGH - len(tail) - len(top) - len(below) - len(names) - 1
    table = list(_tables(rows, max(room // len(rows), 1)))
    return fitted([*top, *table, *below], tail)


def main_rows(run: Run) -> list[Compared]:
    """The main outcomes of each draft at its last stage, in the units of print; else of issues."""
    found = {d.outcome: d for d in run.differences if _tells_more(d)}
    rows = [
        Compared(draft, called, _in_print(found[name]))
        for draft, called, name in _main(run)
        if name in found
    ]
    return rows or [
        Compared(kind.short, name.removeprefix(f"{kind.name}."), _in_print(of))
        for name, of in found.items()
        if (kind := kind_of(name)) is not None and kind.over is Over.ISSUE
    ]


def _tells_more(found: Difference) -> bool:
    """Whether an outcome of adopted texts is another one than that of all texts."""
    return not (found.outcome.endswith(IF_ADOPTED) and found.defined == 1)


def _main(run: Run) -> Iterator[tuple[str, str, str]]:
    for tally in finals(tallies(run.setting, run.outcomes)):
        ballot = f"{tally.draft}.{tally.stage}"
        yield tally.draft, "adopted", f"{ballot}.adopted"
        for count in OBJECTIONS if tally.consensus else IN_VOTES:
            yield tally.draft, count, f"{ballot}.{count}"
        if not tally.consensus:
            yield tally.draft, MARGIN, f"{ballot}.margin"
        for kept in ("retained", f"retained{IF_ADOPTED}"):
            yield tally.draft, kept, f"{tally.draft}.{kept}"


def _in_print(found: Difference) -> Difference:
    """Shares, values and what is kept in per cent."""
    kind = outcome_of(found.outcome)
    return scaled(found, 100) if kind is not None and (kind.truth or kind.scaled) else found


def is_clear(found: Difference) -> bool:
    """Whether the runs can tell a difference from none."""
    return abs(found.difference) > CLEAR * found.error


def _weight(row: Compared) -> tuple[bool, float]:
    return is_clear(row.found), row.weight


# What is said


def bottom_line(run: Comparison, most: dict[str, Compared | None]) -> str:
    """Say in one sentence what the change does, in each reading of it."""
    return f"{_asked(run)}: {'; '.join(headlines(run, most))}."


def headlines(run: Comparison, most: dict[str, Compared | None]) -> list[str]:
    """Say what the change does, once for each reading of it."""
    if not run.others and run.base and same(run, run.base):
        return ["nothing changes; every run ends as it does without it"]
    return [f"{f'{name}, ' * bool(name)}{_headline(row)}" for name, row in most.items()]


def _asked(run: Comparison) -> str:
    change = words.short(" and ".join(run.settings), 60)
    if run.against:
        changed = f" with {change}" if change else ""
        return f"{run.scenario.name}{changed} against {run.base.scenario.name if run.base else ''}"
    after = f" after session {run.after}," if run.after is not None else ""
    return f"What if,{after} {change}" if after else f"What if {change}"


def _headline(row: Compared | None) -> str:
    if row is None:
        return "there is nothing that both can be compared by"
    found = row.found
    if not row.seen:
        return "no main outcome changes on average"
    holds = f"the same way in {words.percent(found.holds)} of worlds"
    sides = (words.number(found.base, 1), words.number(found.changed, 1))
    if row.count == "adopted":
        sides = (words.percent(found.base / 100), words.percent(found.changed / 100))
        said = f"{row.draft} is adopted in {sides[1]} of runs instead of {sides[0]}"
    else:
        said = f"{row.name} goes from {sides[0]} to {sides[1]} on average"
    return f"{said}, {holds}" if is_clear(found) else f"{said}, less than two of its errors"


def _ground(run: Comparison) -> str:
    past = f", the same run to the end of session {run.after}" if run.after else ""
    return f"{ground(run)}, in pairs{past}"


def _tables(rows: dict[str, list[Compared]], limit: int) -> Iterator[str]:
    head = ["base", "changed", "diff", "by chance", "worlds", "holds"]
    yield words.columns(WIDTHS, "mean", *head)
    for name, found in rows.items():
        if name:
            yield f"{_capital(name)}:"
        for row in _shown(found, limit):
            yield words.columns(WIDTHS, row.name, *_cells(row.found))


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _shown(found: Sequence[Compared], limit: int) -> list[Compared]:
    """The rows that weigh most, in their order; those that change nothing only if all are so."""
    seen = [row for row in found if row.seen] or list(found)
    kept = sorted(seen, key=_weight, reverse=True)[:limit]
    return [row for row in seen if row in kept]


def _cells(found: Difference) -> list[str]:
    return [
        words.number(found.base, 1),
        words.number(found.changed, 1),
        words.signed(found.difference),
        _interval(found.chance_low, found.chance_high),
        _interval(found.worlds_low, found.worlds_high),
        words.percent(found.holds),
    ]


def _interval(low: float, high: float) -> str:
    ends = words.number(low, 1), words.number(high, 1)
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"


def _depends(most: dict[str, Compared | None]) -> Iterator[str]:
    """The least that could be seen, and what turns the sign or moves the size, of the main rows."""
    told = [row for row in most.values() if row is not None and row.seen]
    for row in told[-1:]:
        found = row.found
        defined = f" (both have it in {words.percent(found.defined)} of pairs)"
        least = f"{words.number(found.smallest, 2)} or more would show in these runs"
        if found.smallest != found.smallest:
            least = "every pair differs by as much"
        said = f"{row.name}{defined if found.defined < 1 else ''}: {least}; {depends(found)}."
        yield from sentence(said, "  ")


def depends(found: Difference) -> str:
    """Say which assumptions turn a difference round, and which moves it most."""
    if not found.assumptions:
        return "too few worlds to say which assumption flips it"
    flips = f"flipped by {words.some(found.flips, 2)}"
    if not found.flips:
        flips = f"none of {found.assumptions} assumptions flips it"
    if not found.matters:
        return flips
    ends = words.signed(found.lowest), words.signed(found.highest)
    return f"{flips}; {found.matters} moves it most ({ends[0]} where lowest, {ends[1]} highest)"


def _who(run: Comparison) -> Iterator[str]:
    for reading in run.readings:
        named = list(who_changed(reading, CHANGED))
        if named and reading.reading:
            named[0] = f"{_capital(reading.reading)}: {named[0][0].lower()}{named[0][1:]}"
        if named:
            yield from named
            return


def sentence_of_note(run: Comparison) -> list[str]:
    """Each thing that the numbers do not say by themselves, as lines that fit."""
    return [line for note in run.notes for line in sentence(f"Note: {note}.", "  ")]


def _next(run: Comparison) -> list[str]:
    said = ["compare", run.source, *([run.against] if run.against else [])]
    said += [word for s in run.settings for word in ("--set", s)]
    said += [] if run.after is None else ["--after", str(run.after)]
    return ["Try next:", *command(*said, "--full"), *(a_look(run.base) if run.base else [])]


# All of it


def full(run: Comparison) -> list[str]:
    """Write every outcome that differs in any pair, reading by reading, with all that is known."""
    lines = []
    for reading in run.readings:
        title = f" ({reading.reading})" if reading.reading else ""
        found = [_in_print(d) for d in reading.differences]
        moved = [d for d in found if d.defined and (d.difference or d.smallest > 0)]
        lines += ["", f"Every outcome that differs{title}; shares and values on 0-100"]
        counted = recount.drafts(reading, reading.base) if reading.base else ()
        lines += counted
        lines += [f"  {line}" for line in (*_means(moved), *_surely(moved), *_why(moved))]
        undefined = sum(d.defined == 0 for d in found)
        alike = len(found) - len(moved) - undefined
        lines.append(
            f"  {alike} more are the same in all pairs; {undefined} no pair has on both sides"
        )
    return lines


def _means(found: Sequence[Difference]) -> Iterator[str]:
    widths = (34, 8, 8, 8, 18)
    yield words.columns(widths, "", "base", "changed", "diff", "by chance")
    for d in found:
        yield words.columns(widths, d.outcome, *_cells(d)[:4])


def _surely(found: Sequence[Difference]) -> Iterator[str]:
    widths = (27, 16, 7, 7, 6, 8, 7)
    yield words.columns(widths, "", "worlds", "error", "least", "with", "against", "pairs")
    for d in found:
        shares = (words.percent(s) for s in (d.holds, d.opposes, d.defined))
        numbers = (words.number(n, 2) for n in (d.error, d.smallest))
        yield words.columns(widths, d.outcome, _cells(d)[4], *numbers, *shares)
    yield "by chance: 90% of this mean; worlds: 9 in 10; with, against: share of worlds"
    yield "least: true difference seen 8 times in 10; pairs: share in which both have it"


def _why(found: Sequence[Difference]) -> Iterator[str]:
    for d in found:
        if d.flips or d.matters:
            yield from sentence(f"{d.outcome}: {depends(d)}", "  ", 78)
    steady = sum(not d.flips for d in found)
    yield f"{steady} of {len(found)} are flipped by no assumption; all columns: paired.csv"
