"""What is common to all that writes results: flushed folders, and errors said plainly."""

from __future__ import annotations

import errno
import os
from pathlib import Path

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


def plainly(error: OSError, folder: Path, rest: str) -> str:
    """Say in a sentence why results cannot be written, and what that means for the rest."""
    why = _WHY.get(error.errno or 0, error.strerror or str(error))
    place = f" ({error.filename})" if error.errno == errno.EISDIR else ""
    return f"cannot write the results to {folder}{place}: {why}; {rest}"


def flush_folder(folder: Path) -> None:
    """Make sure that the names in a folder are on the disk, not only in memory."""
    if os.name == "posix":  # elsewhere a folder cannot be opened, and need not be
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
