"""A folder of finished results opened again: what was asked for, and what came of it.

Whichever command wrote it, ``study.json`` says what was played and ``manifest.json`` what made it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt
from pydantic import ValidationError

from sim import arrow, sweep
from sim.core.acts import Log
from sim.core.outcomes import Outcomes
from sim.core.registry import kind_of
from sim.disk import MISSING, read_json
from sim.errors import InputError, Mistake
from sim.staging import MANIFEST, refuse_others
from sim.results.writeup import BASE_RUNS, COUNTED, LOG, OF_BASE, PLAYED, RUNS, STORY
from sim.scenario import unpack
from sim.scenario.packed import Packed
from sim.study import compare
from sim.study.findings import Study
from sim.study.run import Comparison, Plan, Run, Side, what_if
from sim.study.single import study_of
from sim.sweep.folder import STUDY, SWEEP
from sim.sweep.planning import again

Arrays = dict[str, npt.NDArray[Any]]


def read(folder: str | Path) -> Study:
    """Read the results of any command as a study: a run has one point, a what-if two.

    Raises:
        InputError: it is no folder of finished results, or a file of it is damaged.
    """
    if not (Path(folder) / MANIFEST).is_file() and (Path(folder) / STUDY).is_file():
        return sweep.read(Path(folder))  # played from Python, and not written up
    return Finished.of(Path(folder)).study()


@dataclass(frozen=True)
class Finished:
    """A folder of finished results, and its manifest."""

    folder: Path
    made: Mapping[str, Any]

    @classmethod
    def of(cls, folder: Path) -> Finished:
        """Open a folder.

        Raises:
            InputError: it is none of a run, comparison or sweep.
        """
        if not (folder / MANIFEST).is_file():
            problem = "is no folder of finished results: there is no manifest.json in it"
            raise InputError(Mistake(problem, str(folder)))
        made = read_json(folder / MANIFEST)
        if not isinstance(made.get("files"), dict) or not isinstance(made.get("command"), list):
            raise InputError(Mistake("does not list files and command", str(folder / MANIFEST)))
        refuse_others(folder, made)
        return cls(folder, made)

    @cached_property
    def said(self) -> dict[str, Any]:
        """What study.json says."""
        return read_json(self.folder / STUDY)

    @property
    def swept(self) -> bool:
        """Whether it is a sweep's."""
        return self.made.get("kind") == SWEEP

    @property
    def runs(self) -> int:
        """How many runs each side of a run or comparison has."""
        with self._all_said():
            return int(self.said["runs"])

    def plan(self) -> Plan:
        """Plan a run or comparison as it was played.

        Raises:
            InputError: its scenario can no longer be read.
        """
        with self._all_said():
            return _comparison(self.said) if self.said["kind"] == "compare" else _run(self.said)

    def sweep(self) -> sweep.Plan:
        """Plan a sweep as it was played; else as `plan`."""
        with self._all_said():
            return again(self.said)

    def run(self) -> Run:
        """What was played, as far as the folder holds it: each run's own decisions are not."""
        plan, arrays = self.plan(), _arrays(self.folder / PLAYED)
        base = plan.base and plan.base.run(self._outcomes(plan.base, arrays, BASE_RUNS, OF_BASE), Run)
        found = self._outcomes(plan.changed, arrays, RUNS)
        kind = Comparison if isinstance(plan, compare.Asked) else Run
        about = {"settings": plan.settings, "after": plan.after, "against": plan.against}
        return plan.changed.run(found, kind, base=base, **about)

    def _outcomes(self, side: Side, arrays: Arrays, runs: str, of: str = "") -> Outcomes:
        """What one side came to; the arrays of the base have names of their own."""
        with self._all_said():
            counts = arrays[f"{of}counts"]
            ballots = tuple((str(draft), str(stage)) for draft, stage in arrays[f"{of}ballots"])
        return Outcomes(
            ballots=ballots,
            actors=side.setting.actors,
            table=_table(self.folder / f"{runs}.parquet"),
            counts=counts,
            sides=arrays.get(f"{of}sides", counts[..., :0]),
            decisions=np.zeros((0, *counts.shape[:2]), dtype=np.int8),
            story=_named(f"{of}{STORY}", arrays),
            drafts=tuple(draft.label for draft in side.setting.drafts),
            counted=_named(f"{of}{COUNTED}", arrays),
            log=_log(_named(f"{of}{LOG}", arrays)),
        )

    def study(self) -> Study:
        """The results as a study."""
        if not self.swept:
            return study_of(self.run())
        with self._all_said():
            return sweep.read(self.folder)

    @contextmanager
    def _all_said(self) -> Iterator[None]:
        try:
            yield
        except (KeyError, TypeError, ValueError) as error:
            first = error.errors()[0] if isinstance(error, ValidationError) else None
            why = f"{'.'.join(map(str, first['loc']))}: {first['msg']}" if first else str(error)
            problem = f"does not say all that was played: {why}"
            raise InputError(Mistake(problem, str(self.folder / STUDY))) from None


def _run(said: Mapping[str, Any]) -> Plan:
    base, settings = unpack(Packed.of(said["base"])), tuple(said["settings"])
    changed = unpack(Packed.of(said["base"]), settings) if settings else base
    return what_if(said["source"], base, changed, settings)


def _comparison(said: Mapping[str, Any]) -> compare.Asked:
    base, settings = unpack(Packed.of(said["base"])), tuple(said["settings"])
    other = unpack(Packed.of(said["changed"])) if said["changed"] else None
    asked = compare.plan(base, other, () if other else settings, after=said["after"])
    named = said["against"] or said["source"]
    return replace(
        asked,
        base=Side(said["source"], base, base),
        changed=replace(asked.changed, source=named),
        settings=settings,
        against=said["against"],
    )


def _named(kind: str, arrays: Arrays) -> Arrays:
    return {name.removeprefix(kind): of for name, of in arrays.items() if name.startswith(kind)}


def _log(kept: Arrays) -> Log:
    if not kept:
        return Log()
    return Log(tuple(map(str, kept["words"])), kept["entries"], kept["size"])


def _arrays(file: Path) -> Arrays:
    try:
        with np.load(file) as kept:
            return dict(kept)
    except FileNotFoundError:
        raise InputError(Mistake(MISSING, str(file))) from None
    except (OSError, ValueError, EOFError, BadZipFile, TypeError) as error:
        raise InputError(Mistake(f"cannot be read: {error}", str(file))) from None


def _table(file: Path) -> Arrays:
    """The table of runs in the units of a run: shares for per cent, codes for words."""
    import pyarrow as pa

    try:
        table = arrow.read(file)
    except FileNotFoundError:
        raise InputError(Mistake(MISSING, str(file))) from None
    except (pa.ArrowException, OSError) as error:
        raise InputError(Mistake(f"cannot be read: {str(error)[:200]}", str(file))) from None
    return {name: _inside(name, table.column(name)) for name in table.column_names}


def _inside(name: str, column: Any) -> npt.NDArray[Any]:
    kind = kind_of(name)
    if kind is not None and kind.words:
        codes = {word: code for code, word in enumerate(kind.words)}
        return np.array([codes[word] for word in column.to_pylist()], dtype=np.int8)
    values = arrow.floats(column)
    if kind is None:
        return values.astype(np.int64)  # the numbers of the run and its world
    if kind.scaled:
        shares: npt.NDArray[Any] = values / 100.0
        return shares
    return values != 0 if kind.truth and not np.isnan(values).any() else values
