"""What is common to all that writes: whole files, flushed folders, and errors said plainly."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sim.errors import InputError, Mistake, RunError

_WHY = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "the file would be larger than this system allows",
    errno.EACCES: "there is no permission to write there",
    errno.EPERM: "there is no permission to write there",
    errno.EROFS: "it can only be read",
    errno.EEXIST: "a file stands in its way",
    errno.ENOTDIR: "a file stands in its way",
    errno.EISDIR: "a folder stands in its way",
    errno.ENAMETOOLONG: "the name is too long",
}

UNFINISHED = ".unfinished-"  # begins names of what is being written
MISSING = "is missing: this is no folder of finished results, or of an earlier version"


def plainly(error: OSError, folder: Path, rest: str) -> str:
    """Say in a sentence why results cannot be written, and what that means for the rest."""
    why = _WHY.get(error.errno or 0, error.strerror or str(error))
    place = f" ({error.filename})" if error.errno == errno.EISDIR else ""
    return f"cannot write the results to {folder}{place}: {why}; {rest}"


def as_json(data: Any) -> bytes:
    """Write data as a file, the same each time."""
    return (json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def read_json(file: Path) -> dict[str, Any]:
    """Read a file of data that we wrote.

    Raises:
        InputError: it is missing or damaged.
    """
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(Mistake(MISSING, str(file))) from None
    except (OSError, ValueError) as error:
        raise InputError(Mistake(f"cannot be read: {error}", str(file))) from None
    if not isinstance(said, dict):
        raise InputError(Mistake("holds no data of ours", str(file)))
    return said


def digest(file: Path) -> str:
    """SHA-256 of a file, however large."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


@contextmanager
def whole(file: Path) -> Iterator[Path]:
    """Write a file whole: give another name to write under, then flush, and rename.

    What was there stays as it was until then, and if the writing fails.
    """
    made = file.with_name(f"{UNFINISHED}{os.getpid()}-{file.name}")
    try:
        yield made
        with made.open("rb+") as out:
            os.fsync(out.fileno())
        made.replace(file)
    finally:
        made.unlink(missing_ok=True)
    flush_folder(file.parent)


def flush_folder(folder: Path) -> None:
    """Make sure that the names in a folder are on the disk, not only in memory."""
    if os.name == "posix":  # elsewhere a folder cannot be opened, and need not be
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write_once(target: Path, content: bytes) -> None:
    """Write a file whole or not at all, and never over another.

    Raises:
        InputError: a file of that name is there already.
        RunError: it cannot be written; nothing is left behind.
    """
    try:
        handle, draft = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".new")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(handle)
            Path(draft).chmod(0o644)
            _publish(Path(draft), target)
        finally:
            Path(draft).unlink(missing_ok=True)
    except FileExistsError:
        raise InputError(Mistake("is there already, and is not overwritten", str(target))) from None
    except OSError as error:
        raise RunError(f"{target}: cannot be written: {error.strerror or error}") from None


def _publish(draft: Path, target: Path) -> None:
    try:
        os.link(draft, target)  # unlike a rename, this fails where a file stands already
    except FileExistsError:
        raise
    except OSError:  # a file system without links, such as a memory stick's
        if target.exists():
            raise FileExistsError from None
        draft.rename(target)
