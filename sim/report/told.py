"""What is printed of a result: its findings on a page of 24 lines, or all of it; or as data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from sim.analysis.paired import Switch
from sim.analysis.recorded import by_vote
from sim.analysis.tally import Tally, tallies
from sim.analysis.watch import to_watch
from sim.analysis.ways import share_of
from sim.mechanisms.ballots import VOTES
from sim.report import beside, played
from sim.report.ballots import outcome
from sim.report.findings import read
from sim.report.parts import Finding, Findings, Grid, Texts
from sim.report.text import HIGH, aligned, command, fitted
from sim.show import words
from sim.show.words import sentence
from sim.study.compare import Comparison
from sim.study.run import Run

SECTIONS = {  # of all there is to say, in the order in which it is printed
    "What would change it": "what_would_change_it",
    "How sure": "how_sure",
    "Beside baselines": "baselines",
}
ROWS = 6  # of a table on the page
BASELINES = 3  # of a sweep
LABEL = 24  # letters of a row on the page
Block = tuple[int, Sequence[str]]


def lines(run: Run, folder: Path, *, full: bool = False) -> list[str]:
    """Write what is printed of a run or a what-if whose results lie in ``folder``."""
    found = played.of_run(run)
    page = front(found, folder)
    if not full:
        return page
    more: list[Grid] = []
    if run.base:
        from sim.report import whatif

        more = list(whatif.details(run))
    return [*page, *whole(found, more)]


def swept(said: Mapping[str, Any], folder: Path) -> list[str]:
    """Write what is printed of a finished sweep; ``said`` is its summary."""
    found = read(said)
    return [
        *(line for one in _headline(found) for line in sentence(str(one))),
        *sentence(str(found.ground)),
        *(line for said in found.how_sure for line in sentence(said)),
        *(line for grid in found.front for line in (*aligned(replace(grid, title="")), "")),
        *(line for said in found.baselines[:BASELINES] for line in sentence(said)),
        f"Results: {folder}",
        f"Next: plenary report {folder}",
        f"      plenary rerun {folder} --verify",
    ]


def _headline(found: Findings) -> Iterator[Finding]:
    """The first finding, and those that go on from it; of the others there is a table."""
    yield found.findings[0]
    for said in found.findings[1:]:
        if said.shape not in ("mover", "trend"):
            return
        yield said


# On a page


def front(found: Findings, folder: Path) -> list[str]:
    """Fit the answer, how sure it is, the first tables and what is near on one page."""
    tail = [f"Results: {folder}", "Try next:"]
    tail += [line for said in found.try_next for line in command(*said)]
    blocks = [*_answer(found), (0, sentence(str(found.ground)))]
    room = HIGH - len(tail) - sum(len(lines) for rank, lines in blocks if rank == 0)
    return fitted([*blocks, *_rest(found, room)], tail)


def _answer(found: Findings) -> Iterator[Block]:
    """The headline and its certainty stay; further findings are told where there is room."""
    heads = [place for place, said in enumerate(found.findings) if not _leads(said)]
    first = next(iter(heads), len(found.findings)) or 1  # that many findings lead
    for place, said in enumerate(found.findings):
        second = place == first == 1 and said.shape == "change"
        ranks = (0, 0) if place < first else (1, 3) if second else (7, 8)
        alone = first == 1 and said.says.startswith("A recount: ")  # else readings say it
        ranks = (1, 1) if alone or said.says.startswith("Note: ") else ranks
        yield ranks[0], sentence(said.says)
        if said.sure:
            yield ranks[1] if said.shape != "course" else 1, sentence(said.sure)
        if said.more:
            yield 4 if place == 0 else 8, sentence(said.more)


def _leads(said: Finding) -> bool:
    """Whether it says what becomes of a text, or what a change does to that."""
    return said.shape in ("fate", "note", "course") or (
        said.shape == "change" and bool(said.adopted)
    )


def _rest(found: Findings, room: int) -> Iterator[Block]:
    """Tables, as long as ``room`` lets each be, then who is near, and baselines."""
    readings = sum(grid.columns[1:2] == ("base",) for grid in found.front)
    rows = min(ROWS, max(room // max(readings, 1) - 3, 2))
    for place, grid in enumerate(found.front[:3]):
        cut = replace(grid, title="", rows=_labelled(grid.rows[:rows]), note="")
        left = len(grid.rows) - rows
        more = [f"  {left} more rows: --full"] if left > 0 else []
        note = sentence(f"  {grid.note}", "  ") if grid.note else []
        some = "counted in" in grid.note  # of which runs a mean is, is said beside it
        yield 2 + place, [*aligned(cut), *more, *(note * some)]
        if note and not some:
            yield 9 + place, note
    for place, near in enumerate(found.persuadables[:4]):
        head = "         " if place else "To watch:"
        yield (4 if place == 0 else 10), sentence(f"{head} {near}", " " * 10)
    for said in found.baselines:
        yield (5 if said.startswith("On record") else 6), sentence(said, "  ")


def _labelled(rows: Sequence[Texts]) -> tuple[Texts, ...]:
    """Rows whose heads are short, where they are still told apart."""
    short = [words.short(row[0], LABEL) for row in rows]
    alike = len(set(short)) < len({row[0] for row in rows})
    return tuple(
        (row[0] if alike else head, *row[1:]) for head, row in zip(short, rows, strict=True)
    )


# All of it


def whole(found: Findings, more: Sequence[Grid] = ()) -> Iterator[str]:
    """Every finding and every table, one below another."""
    yield from _part("Answer", (str(said) for said in found.findings))
    for title, name in SECTIONS.items():
        yield from _part(title, getattr(found, name))
    yield from _part("Near to deciding otherwise", map(str, found.persuadables))
    for grid in (*found.front, *found.tables, *more, *found.scores):
        yield from ("", *aligned(grid))


def _part(title: str, said: Any) -> Iterator[str]:
    found = [line for one in said for line in sentence(f"- {one}", "  ")]
    if found:
        yield from ("", title, *found)


# As data


def data(run: Run, folder: Path) -> dict[str, Any]:
    """The same as data: shares, values and chances are on 0-1."""
    said: dict[str, Any] = {
        "scenario": run.scenario.name,
        "settings": list(run.settings),
        "runs": run.outcomes.runs,
        "worlds": run.outcomes.worlds,
        "seed": run.setting.seed,
        "folder": str(folder),
        "ballots": [_ballot(run, t) for t in tallies(run.setting, run.outcomes)],
        "watch": [
            {**asdict(w), "first": words.DECISION[w.first], "second": words.DECISION[w.second]}
            for w in to_watch(run.setting, run.outcomes)
        ],
        "plain_baselines": [
            {**asdict(found), "changes_nothing_against": list(found.nothing)}
            for found in beside.plain(run)
        ],
        "skill": [asdict(scored) for scored in ([] if run.base else run.scored)],
        "counted": [asdict(count) for count in beside.counted(run)],
    }
    if isinstance(run, Comparison):
        said |= {
            "base": run.source,
            "against": run.against or None,
            "after": run.after,
            "readings": [reading.reading for reading in run.readings],
            "notes": list(run.notes),
        }
    if run.base:
        said["paired"] = [asdict(found) for found in run.paired]
        said["who_changed"] = [
            {**_switched(found), "reading": reading.reading}
            for reading in run.readings
            for found in reading.switches
        ]
    return said


def _ballot(run: Run, tally: Tally) -> dict[str, Any]:
    recorded = outcome(run, tally)
    kept = {*VOTES, "adopted", "how", "dissociated"}
    said = recorded.model_dump(mode="json", include=kept) if recorded else None
    voted = by_vote(recorded) if recorded else None
    alike = None if voted is None else share_of(run.outcomes, tally.draft, tally.stage, voted)
    return {**asdict(tally), "record": said, "decided_as_recorded": alike}


def _switched(found: Switch) -> dict[str, Any]:
    sides = {"before": words.DECISION[found.before], "after": words.DECISION[found.after]}
    return {**asdict(found), **sides}
