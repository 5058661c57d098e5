"""A sweep's folder while it is being played: its lock, what it is about, its parts.

    study.json      what is played: experiment, scenario, code; whoever opens it later reads this
    parts/          a file a batch, whole or not there
    status.jsonl    what happened to each batch

A part is written under another name in the same folder, flushed to the disk and renamed, so that
a file with a part's name is always whole. One that is damaged later is put aside and played
again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sim import arrow
from sim.disk import UNFINISHED, as_json, plainly, read_json, whole
from sim.errors import InputError, Mistake, RunError
from sim.runner.batches import Batch, Part
from sim.runner.loop import Say
from sim.sweep import rows
from sim.sweep.status import Log, State, entries

STUDY, PARTS, LOCK = "study.json", "parts", ".lock"
SWEEP = "sweep"  # the kind that study.json says it is
SUFFIX, DAMAGED = ".parquet", ".damaged"
PATIENCE = 3.0  # seconds: workers of a sweep that was killed are gone within one
SAME = {  # what parts in one folder must have in common
    "scenario": "of another scenario, or of this one before it was changed",
    "code": "made by another version of plenary's code",
    "outcomes": "kept with other outcomes",
    "delegations": "played with other delegations, or other code of theirs",
}


class Folder:
    """An open folder: nobody else writes into it until it is closed."""

    def __init__(self, path: Path, say: Say) -> None:
        self.path = path
        self.parts = path / PARTS
        self.say = say
        self.parts.mkdir(exist_ok=True)
        for left in (*path.glob(f"{UNFINISHED}*"), *self.parts.glob(f"{UNFINISHED}*")):
            if left.is_file():  # half a table or part of a sweep that was killed
                left.unlink(missing_ok=True)
        self.log = Log(path)

    def begin(self, study: Mapping[str, Any]) -> None:
        """Write what is played, or make sure that it is what was played here before.

        Raises:
            InputError: the parts that are here are of something else.
        """
        before = read_study(self.path)
        if before is not None:
            _same(self.path, before, study)
        write(self.path / STUDY, as_json(study))

    def there(self, base: str) -> dict[str, list[Part]]:
        """List the parts that are whole, by point; those that are not are put aside.

        A part that no line speaks of is taken too, if it is whole and of this scenario: its
        writer was killed before it could say so.
        """
        known = entries(self.path)
        found: dict[str, list[Part]] = {}
        for file in sorted(self.parts.glob(f"*{SUFFIX}")):
            entry = known.get(file.stem)
            told = entry is not None and bool(entry.sha256)
            whole = told and entry is not None and digest(file.read_bytes()) == entry.sha256
            part = entry.part if whole and entry else None if told else _untold(file, base)
            if part is None:
                self._put_aside(file)
                continue
            if not told:
                self.log.say(part.batch, State.SUCCEEDED, digest(file.read_bytes()))
            found.setdefault(part.batch.point, []).append(part)
        return found

    def _put_aside(self, file: Path) -> None:
        aside = file.with_suffix(DAMAGED)
        file.replace(aside)
        self.say(f"{PARTS}/{file.name} is damaged; kept as {aside.name}, and played again")

    def keep(
        self, batch: Batch, data: bytes, failed: Sequence[tuple[int, str]], seconds: float
    ) -> Part:
        """Put a part in place and say so; of a batch with failed runs, the others are kept."""
        if data:
            write(self.parts / f"{batch.name}{SUFFIX}", data)
        state = State.FAILED if failed else State.SUCCEEDED
        self.log.say(batch, state, digest(data) if data else "", failed, seconds)
        return Part(batch, tuple(run for run, _ in failed))


@contextmanager
def opened(path: Path, say: Say = lambda _: None) -> Iterator[Folder]:
    """Open a folder for a sweep, making it if need be, and hold its lock.

    Raises:
        RunError: as `locked`.
    """
    with locked(path):
        # A lock that a forked worker also held would outlive this process.
        yield Folder(path, say)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of a folder, making it if need be: one sweep at a time plays or writes there.

    Raises:
        RunError: another sweep is writing there, or the folder cannot be written.
    """
    from filelock import FileLock, Timeout

    try:
        path.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path / LOCK, timeout=PATIENCE)
        with lock:
            yield
    except Timeout:
        raise RunError(
            f"another sweep is writing into {path}; wait for it, or choose another --out"
        ) from None
    except OSError as error:
        raise RunError(plainly(error, path, "what is there is whole")) from error


def parts_there(path: Path) -> dict[str, list[Part]]:
    """The parts that a folder seems to hold, by point, without opening them."""
    found: dict[str, list[Part]] = {}
    for name, entry in entries(path).items():
        if not entry.part.failed and (path / PARTS / f"{name}{SUFFIX}").is_file():
            found.setdefault(entry.part.batch.point, []).append(entry.part)
    return found


def read_study(path: Path) -> dict[str, Any] | None:
    """Read what a folder is about; None where no sweep has begun there.

    Raises:
        InputError: the file is damaged, or the folder holds a run.
    """
    file = path / STUDY
    if not file.exists():
        return None
    said = read_json(file)
    if said.get("kind", SWEEP) != SWEEP:
        problem = f"holds the results of `plenary {said['kind']}`, which are no sweep's"
        raise InputError(Mistake(problem, str(path), allowed="a folder of its own: --out DIR"))
    if "points" not in said:
        raise InputError(Mistake("does not say what was played", str(file)))
    return said


def digest(data: bytes) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(data).hexdigest()


def of_part(file: Path) -> dict[str, Any] | None:
    """What a part's file says of itself; None if it is no part."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        said = pq.read_schema(file).metadata or {}
        return dict(json.loads(said[rows.ABOUT]))
    except (pa.ArrowException, OSError, KeyError, ValueError, TypeError):
        return None


def _untold(file: Path, base: str) -> Part | None:
    """A part that the log does not speak of, read to its end to see that it is whole."""
    import pyarrow as pa

    said = of_part(file)
    if said is None or said.get("base") != base:
        return None
    batch = Batch(str(said["point"]), int(said["first"]), int(said["count"]))
    with suppress(pa.ArrowException, OSError):
        there = arrow.read(file).column("run").to_pylist()
        numbers = range(batch.first, batch.first + batch.count)
        return Part(batch, tuple(sorted(set(numbers) - set(there))))
    return None


def _same(path: Path, before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    wrong = [why for name, why in SAME.items() if _identity(before, name) != _identity(now, name)]
    if wrong:
        raise InputError(
            Mistake(
                f"holds runs {' and '.join(wrong)}; they cannot stand in one table with new ones",
                str(path),
                allowed="another --out, or this folder once its old results are moved away",
            )
        )


def _identity(study: Mapping[str, Any], name: str) -> object:
    return study["scenario"]["digest"] if name == "scenario" else study.get(name)


def write(file: Path, data: bytes) -> None:
    """Write a file whole: another name, flushed, renamed."""
    with whole(file) as made:
        made.write_bytes(data)
