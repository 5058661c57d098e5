"""Which files a scenario may read: those of its own folder, and those that come with plenary."""

from __future__ import annotations

from pathlib import Path, PurePosixPath, PureWindowsPath

from sim import shipped
from sim.errors import InputError, Mistake

OUTSIDE = "leads outside the scenario's own folder"
ABSENT = "there is no such file beside the scenario or in the shipped data"


def inside(text: str, folder: Path) -> Path:
    """Find the file a scenario in ``folder`` names; one that would lead elsewhere is refused."""
    if not text or "\0" in text:
        raise InputError(Mistake("is not the name of a file", value=text))
    if _leads_away(text):
        allowed = "a path below it, or of the shipped data"
        raise InputError(Mistake(OUTSIDE, value=text, allowed=allowed))
    try:
        return _below(text, folder)
    except OSError as error:
        raise InputError(Mistake(f"cannot be read: {error.strerror}", value=text)) from None


def _below(text: str, folder: Path) -> Path:
    own, ours = folder / text, shipped.folder() / text
    if own.exists():
        # A link that points elsewhere is a way out like any other.
        if not own.resolve().is_relative_to(folder.resolve()):
            raise InputError(Mistake(f"is a link that {OUTSIDE}", value=text))
        return own
    if ours.exists():
        return ours
    raise InputError(Mistake(ABSENT, value=text))


def shown(file: Path) -> str:
    """Show a path as the user would type it from here."""
    try:
        return str(file.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(file)


def _leads_away(text: str) -> bool:
    windows, posix = PureWindowsPath(text), PurePosixPath(text)
    rooted = posix.is_absolute() or bool(windows.anchor)
    return rooted or ".." in windows.parts or text.startswith("~")
