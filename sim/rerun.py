"""Results made again from what lies in their folder, and compared with what is there.

A run keeps what it was made from in ``inputs.json``, a sweep in ``study.json``: neither needs
the scenario's own files any more, nor that they are still as they were.
"""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

from sim import results, sweep, writeup
from sim.errors import InputError, Mistake
from sim.results import INPUTS, MANIFEST
from sim.scenario import unpack
from sim.scenario.packed import Packed
from sim.study import compare
from sim.study.provenance import code_digest, packages, versions
from sim.study.run import Plan
from sim.sweep.executors import Workers
from sim.sweep.folder import STUDY
from sim.sweep.planning import again

FIGURES = "figures/"


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
    made = _manifest(folder)
    results.refuse_others(folder, made)
    _refuse_missing(folder, made)
    _refuse_delegations(folder, made)
    figures = any(name.startswith(FIGURES) for name in made["files"])
    if (folder / STUDY).is_file():
        try:
            plan = again(_json(folder / STUDY))
        except (KeyError, TypeError) as error:
            problem = f"does not say all that was played: {error}"
            raise InputError(Mistake(problem, str(folder / STUDY))) from None
        study = sweep.run(plan, out, workers=workers)
        writeup.write_up(study, plan.scenario, out, made["command"], figures=figures)
        return
    said = _json(folder / INPUTS)
    with _all_said():
        runs = int(said["runs"])
    run = planned(said).play(runs, workers.count)
    with results.writing(out) as staging:
        results.write_run(staging, run, made["command"], figures=figures)


def verify(folder: Path, workers: Workers) -> Verdict:
    """Make the results of a folder again and compare them, file by file; nothing is left behind.

    Raises:
        InputError, RunError: as `rerun`.
    """
    with tempfile.TemporaryDirectory(prefix="plenary-") as place:
        rerun(folder, Path(place), workers)
        return _compared(folder, Path(place))


def planned(said: dict[str, Any]) -> Plan | compare.Asked:
    """Plan a run or a comparison as inputs.json says that it was played.

    Raises:
        InputError: it does not say so, or its scenario can no longer be read.
    """
    with _all_said():
        return _run(said) if said["kind"] == "run" else _comparison(said)


@contextmanager
def _all_said() -> Iterator[None]:
    try:
        yield
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(Mistake(f"does not say what was played: {error}", INPUTS)) from None


def _run(said: dict[str, Any]) -> Plan:
    base, settings = unpack(Packed.of(said["base"])), tuple(said["settings"])
    changed = unpack(Packed.of(said["base"]), settings) if settings else base
    return Plan(said["source"], settings, changed, base if settings else None)


def _comparison(said: dict[str, Any]) -> compare.Asked:
    base, settings = unpack(Packed.of(said["base"])), tuple(said["settings"])
    other = unpack(Packed.of(said["changed"])) if said["changed"] else None
    asked = compare.plan(base, other, () if other else settings, after=said["after"])
    named = said["against"] or said["source"]
    return replace(
        asked,
        base=replace(asked.base, source=said["source"]),
        changed=replace(asked.changed, source=named),
        settings=settings,
        against=said["against"],
    )


def _manifest(folder: Path) -> dict[str, Any]:
    if not (folder / MANIFEST).is_file():
        problem = "is no folder of finished results: there is no manifest.json in it"
        raise InputError(Mistake(problem, str(folder)))
    made = _json(folder / MANIFEST)
    if not isinstance(made.get("files"), dict) or not isinstance(made.get("command"), list):
        raise InputError(Mistake("does not list files and command", str(folder / MANIFEST)))
    return made


def _refuse_delegations(folder: Path, made: dict[str, Any]) -> None:
    if named := made.get("delegations"):
        classes = ", ".join(f"{d['actor']}: {d['module']}.{d['name']}" for d in named)
        problem = "was played with delegations, and does not hold their code"
        right = "play it again from Python, with delegations="
        raise InputError(Mistake(problem, str(folder), value=classes, allowed=right))


def _json(file: Path) -> dict[str, Any]:
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(Mistake(f"cannot be read: {error}", str(file))) from None
    if not isinstance(said, dict):
        raise InputError(Mistake("holds no data of ours", str(file)))
    return said


def _compared(old: Path, new: Path) -> Verdict:
    before, after = _manifest(old), _manifest(new)
    names = sorted((before["files"].keys() | after["files"].keys()) - {STUDY, INPUTS})
    differing = [n for n in names if _digest(old, n) != _digest(new, n)]
    figures = {n for n in differing if n.startswith(FIGURES) and not n.endswith(".csv")}
    return Verdict(
        files=len(names),
        differing=tuple(_why(old / n, new / n, n) for n in differing if n not in figures),
        drawn_otherwise=tuple(sorted(figures)),
        made_with=tuple(_made_with(before)),
    )


def _refuse_missing(folder: Path, made: dict[str, Any]) -> None:
    """Refuse results that packages had a part in which are not installed here."""
    for name in made.get("packages", {}).keys() - packages().keys():
        problem = f"was made with the package {name}, which is not installed here"
        raise InputError(Mistake(problem, str(folder), allowed=f"pip install {name}"))


def _digest(folder: Path, name: str) -> str:
    file = folder / name
    return results.digest(file) if file.is_file() else ""


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
