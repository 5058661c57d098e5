"""Results made again from what lies in their folder, drawn again, and compared with what is there.

What was played is in ``study.json``: neither the scenario's own files nor the experiment's are
needed any more, nor that they are still as they were.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from sim import sweep
from sim.disk import digest
from sim.errors import InputError, Mistake
from sim.results import writeup as files
from sim.results.opening import Finished
from sim.staging import Staging, reported, writing
from sim.study.provenance import code_digest, packages, versions
from sim.runner.executors import Workers
from sim.sweep.folder import STUDY

FIGURES = f"{files.FIGURES}/"


@dataclass(frozen=True)
class Verdict:
    """What came of making results again: which files differ, and what may have made them."""

    files: int
    differing: tuple[str, ...]  # a sentence a file: tables and texts
    drawn_otherwise: tuple[str, ...]  # names of figures that differ
    made_with: tuple[str, ...]  # what is not as it was: "numpy 2.0.1 then, 2.4.6 now"

    @property
    def same(self) -> bool:
        """Whether all tables and texts are as they were."""
        return not self.differing


def rerun(folder: Path, out: Path, workers: Workers) -> None:
    """Make the results of a folder again, into another one.

    Args:
        folder: of a finished run, comparison or sweep.
        out: where they go.
        workers: who plays a sweep; the number of its processes holds for runs too.

    Raises:
        InputError: it is no such folder, what it was made from is damaged, or it was played with
            delegations, whose code no folder holds.
        RunError: the results cannot be written.
    """
    there = Finished.of(folder)
    _refuse_missing(there)
    _refuse_delegations(there)
    command, figures = there.made["command"], [n for n in there.made["files"] if n.startswith(FIGURES)]
    if there.swept:
        plan = there.sweep()
        study = sweep.run(plan, out, workers=workers)
        files.write_up(study, plan.scenario, out, command, figures=bool(figures))
        return
    run = there.plan().play(there.runs, workers.count)
    with writing(out) as staging:
        every = _drawn_all(figures)
        files.write_run(staging, run, command, figures=bool(figures), every=every)


def _drawn_all(figures: Sequence[str]) -> bool:
    """Whether there are more figures of a run than are drawn at once: `plot` has drawn them all."""
    if not figures:
        return False
    from sim.show.plots import WORTH

    return len(figures) > sum(WORTH.values())


def verify(folder: Path, workers: Workers) -> Verdict:
    """Make the results of a folder again and compare them, file by file; nothing is left behind.

    Raises:
        InputError, RunError: as `rerun`.
    """
    with tempfile.TemporaryDirectory(prefix="plenary-") as place:
        rerun(folder, Path(place), workers)
        return _compared(Finished.of(folder), Finished.of(Path(place)))


def redraw(folder: Path, suffix: str = ".png") -> list[Path]:
    """Draw the figures of a finished folder again, in place of those that are there.

    Args:
        folder: of a run, a comparison or a sweep.
        suffix: ".png" or ".svg".

    Returns:
        The files that were drawn.

    Raises:
        InputError: it is no such folder, or a file of it is missing or damaged.
        RunError: the figures cannot be written.
    """
    there = Finished.of(folder)
    said = {name: value for name, value in there.made.items() if name != "files"}
    with writing(folder) as staging:
        _draw(there, staging, suffix)
        drawn = staging.files()
        staging.vouch(
            *(name for name in there.made["files"] if not name.startswith(FIGURES)),
            *reported(folder),
        )
        staging.manifest(said)
    return [folder / name for name in drawn if name.endswith(suffix)]


def _draw(there: Finished, staging: Staging, suffix: str) -> None:
    if there.swept:
        files.draw(there.study(), staging, suffix)
    else:
        files.illustrate(staging, there.run(), suffix)


def _refuse_missing(there: Finished) -> None:
    """Refuse results that packages had a part in which are not installed here."""
    for name in there.made.get("packages", {}).keys() - packages().keys():
        problem = f"was made with the package {name}, which is not installed here"
        raise InputError(Mistake(problem, str(there.folder), allowed=f"pip install {name}"))


def _refuse_delegations(there: Finished) -> None:
    if named := there.made.get("delegations"):
        classes = ", ".join(f"{d['actor']}: {d['module']}.{d['name']}" for d in named)
        problem = "was played with delegations, and does not hold their code"
        right = "play it again from Python, with delegations="
        raise InputError(Mistake(problem, str(there.folder), value=classes, allowed=right))


def _compared(old: Finished, new: Finished) -> Verdict:
    names = sorted((old.made["files"].keys() | new.made["files"].keys()) - {STUDY})
    differing = [n for n in names if _digest(old.folder / n) != _digest(new.folder / n)]
    figures = {n for n in differing if n.startswith(FIGURES) and not n.endswith(".csv")}
    return Verdict(
        files=len(names),
        differing=tuple(
            _why(old.folder / n, new.folder / n, n) for n in differing if n not in figures
        ),
        drawn_otherwise=tuple(sorted(figures)),
        made_with=tuple(_made_with(dict(old.made))),
    )


def _digest(file: Path) -> str:
    return digest(file) if file.is_file() else ""


def _made_with(before: dict[str, Any]) -> Iterator[str]:
    for name, now in versions().items():
        if before.get(name) != now:
            yield f"{name} {before.get(name)} then, {now} now"
    then, now_ = before.get("packages", {}), packages()
    for name in sorted(then.keys() | now_.keys()):
        if then.get(name) != now_.get(name):
            yield f"the package {name} is not what it was"
    if before.get("code") != code_digest():
        yield "the code that plays was changed since"


def _why(old: Path, new: Path, name: str) -> str:
    """Say how a file differs: of a table, the first cell."""
    if not old.is_file():
        return f"{name}: is not there any more"
    if not new.is_file():
        return f"{name}: is not made any more"
    cell = ""
    with suppress(csv.Error):  # what is there may be no table any more
        cell = _first_cell(old, new) if old.suffix == ".csv" else ""
    return f"{name}:{cell}" if cell else f"{name}: differs"


def _first_cell(old: Path, new: Path) -> str:
    """Say in which line and column two tables first differ, or nothing if only in form."""
    nothing: list[str] = []
    rows = zip_longest(_rows(old), _rows(new), fillvalue=nothing)
    for line, (was, now) in enumerate(rows, 1):
        if was != now:
            return f"{line}: {_cell(was, now)}"
    return ""


def _rows(file: Path) -> Iterator[list[str]]:
    with file.open(encoding="utf-8", errors="replace", newline="") as lines:
        yield from csv.reader(lines)


def _cell(was: list[str], now: list[str]) -> str:
    for column, (old, new) in enumerate(zip_longest(was, now, fillvalue="nothing"), 1):
        if old != new:
            return f"column {column} is {old!r}, and made again {new!r}"
    return "differs in form"
