"""A folder of results: its tables, manifest and figures, written whole or not at all.

Everything is first written into a folder of its own beside the files it will replace, and
flushed to the disk; only when all of it is there is each file renamed into place, the
manifest last. A run that fails leaves what an earlier run wrote as it was.
"""

from __future__ import annotations

import errno
import json
import os
import shlex
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sim.disk import UNFINISHED, as_json, digest, flush_folder, plainly
from sim.errors import InputError, Mistake, RunError
from sim.show.tables import Table, as_csv, as_parquet
from sim.study.columns import Described

MANIFEST, SUMMARY = "manifest.json", "summary.json"
REPORTED = "report.json"  # lists what a report added to a folder, as the manifest does the rest


class Staging:
    """Where the files of one result are gathered before they are put in place."""

    def __init__(self, folder: Path, inside: Path) -> None:
        self.folder = folder
        self.inside = inside
        self.vouched: tuple[str, ...] = ()

    def write(self, name: str, data: bytes) -> None:
        """Write one file, given its path below the folder."""
        with self.place(name).open("wb") as out:
            out.write(data)

    def place(self, name: str) -> Path:
        """Make room for a file that others write, given its path below the folder."""
        file = self.inside / name
        file.parent.mkdir(parents=True, exist_ok=True)
        return file

    def table(self, name: str, table: Table, about: Described | None = None) -> None:
        """Write a table as ``name``.csv, and as Parquet beside it if its columns are described."""
        self.write(f"{name}.csv", as_csv(table))
        if about is not None:
            self.write(f"{name}.parquet", as_parquet(table, about))

    def subfolder(self, name: str) -> Path:
        """Make a folder for others to write into, such as the figures'."""
        made = self.inside / name
        made.mkdir(parents=True, exist_ok=True)
        return made

    def files(self) -> list[str]:
        """All files gathered so far, as paths below the folder."""
        return sorted(
            f.relative_to(self.inside).as_posix() for f in self.inside.rglob("*") if f.is_file()
        )

    def vouch(self, *names: str) -> None:
        """Take files into the manifest that are in the folder already, and leave them there."""
        self.vouched = names

    def manifest(self, said: Mapping[str, Any]) -> None:
        """Write the manifest: what the run was, and the SHA-256 of every file gathered."""
        places = dict.fromkeys(self.files(), self.inside) | dict.fromkeys(self.vouched, self.folder)
        digests = {n: digest(place / n) for n, place in sorted(places.items())}
        self.write(MANIFEST, as_json({**said, "files": digests}))


@contextmanager
def writing(folder: Path) -> Iterator[Staging]:
    """Gather a run's files and put them in place at the end of the block, if it succeeds.

    Raises:
        RunError: the disk is full, permission is missing, or a file stands in the way.
    """
    made = _missing_parents(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        inside = folder / f"{UNFINISHED}{os.getpid()}"
        inside.mkdir()
        staging = Staging(folder, inside)
        yield staging
        _commit(staging)
    except OSError as error:
        raise RunError(plainly(error, folder, "nothing there was changed")) from error
    finally:
        shutil.rmtree(folder / f"{UNFINISHED}{os.getpid()}", ignore_errors=True)
        _take_away(made)


def _commit(staging: Staging) -> None:
    names = sorted(staging.files(), key=lambda name: name == MANIFEST)
    _refuse_folders(staging, names)
    for name in names:
        _flush(staging.inside / name)
    gone = _written_before(staging.folder) - {*names, *staging.vouched}
    for name in names:
        target = staging.folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        (staging.inside / name).replace(target)
    for name in gone:
        (staging.folder / name).unlink(missing_ok=True)
        _take_away([(staging.folder / name).parent])
    flush_folder(staging.folder)


def _refuse_folders(staging: Staging, names: list[str]) -> None:
    for name in names:
        if (staging.folder / name).is_dir():
            raise IsADirectoryError(
                errno.EISDIR, os.strerror(errno.EISDIR), str(staging.folder / name)
            )


def _written_before(folder: Path) -> set[str]:
    """Files that the last run wrote, or a report of it, and that are still what was written."""
    return _listed(folder, MANIFEST) | reported(folder)


def _listed(folder: Path, listing: str) -> set[str]:
    try:
        listed = json.loads((folder / listing).read_text(encoding="utf-8"))["files"]
        return {name for name, said in listed.items() if _is(folder, name, said)}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return set()


def refuse_others(folder: Path, made: Mapping[str, Any]) -> None:
    """Refuse a folder that a back-test wrote, whole as it is: its own command makes it again.

    Raises:
        InputError: ``made``, its manifest, says that it is one; names the command.
    """
    if made.get("kind") == "back-test":
        command = shlex.join(map(str, made.get("command", ())))
        problem = "these are results of a back-test, with their figures and report.html"
        raise InputError(Mistake(f"{problem}; to make them again: {command}", str(folder)))


def reported(folder: Path) -> set[str]:
    """The files of a report of these results that are still as they were written."""
    found = _listed(folder, REPORTED)
    return found | ({REPORTED} if found else set())


def _is(folder: Path, name: str, said: str) -> bool:
    file = folder / name
    if not file.resolve().is_relative_to(folder.resolve()) or not file.is_file():
        return False
    return digest(file) == said


def _flush(file: Path) -> None:
    with file.open("rb+") as opened:
        os.fsync(opened.fileno())


def _sweep(folder: Path) -> None:
    """Remove what a run that was killed left behind."""
    for left in folder.glob(f"{UNFINISHED}*"):
        owner = left.name.removeprefix(UNFINISHED)
        if owner.isdecimal() and not _runs(int(owner)):
            shutil.rmtree(left, ignore_errors=True)


def _runs(process: int) -> bool:
    if process == os.getpid():
        return False
    if os.name != "posix":  # where asking would end it
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _missing_parents(folder: Path) -> list[Path]:
    return [path for path in (folder, *folder.parents) if not path.exists()]


def _take_away(made: list[Path]) -> None:
    """Remove folders this run made and left empty, the deepest first."""
    for path in made:
        with suppress(OSError):
            path.rmdir()
