"""Finds the scenarios and data that come with plenary, in an installed wheel or a checkout."""

from __future__ import annotations

import difflib
import re
from functools import cache
from pathlib import Path

from sim.errors import InputError, Mistake

SUFFIX = ".yaml"
_TITLE = re.compile(r"^title:[ ]*(.*?)[ ]*$", re.MULTILINE)
_THEME = re.compile(r"^theme:[ ]*(.*?)[ ]*$", re.MULTILINE)


@cache
def folder(kind: str = "scenarios") -> Path:
    """Return the shipped folder of this kind: "scenarios" or "experiments"."""
    package = Path(__file__).resolve().parent
    installed = package / "_shipped" / kind
    return installed if installed.is_dir() else package.parent / kind


def scenarios() -> dict[str, str]:
    """Return the names of the shipped scenarios with their titles, in order of name."""
    return titles("scenarios")


def experiments() -> dict[str, str]:
    """Return the names of the shipped experiments with their titles, in order of name."""
    return titles("experiments")


def titles(kind: str) -> dict[str, str]:
    """Return the names of what is shipped of this kind with their titles, in order of name."""
    return {file.stem: _title(file) for file in sorted(folder(kind).glob(f"*{SUFFIX}"))}


def themes() -> dict[str, list[str]]:
    """Return the names of the shipped scenarios under the heading that each has, in order."""
    found: dict[str, list[str]] = {}
    for file in sorted(folder().glob(f"*{SUFFIX}")):
        found.setdefault(_scanned(file, _THEME), []).append(file.stem)
    return dict(sorted(found.items()))


def path(name: str, kind: str = "scenarios") -> Path:
    """Return the file of a shipped scenario or experiment; an unknown name is an InputError."""
    files = {file.stem: file for file in folder(kind).glob(f"*{SUFFIX}")}
    return _known(name, files, f"shipped {kind.removesuffix('s')}")


def data(name: str) -> Path:
    """Return a shipped table, such as "countries.csv"; an unknown name is an InputError."""
    files = {file.name: file for file in (folder() / "data").iterdir()}
    return _known(name, files, "shipped table")


def _known(name: str, files: dict[str, Path], what: str) -> Path:
    if name in files:
        return files[name]
    close = difflib.get_close_matches(name[:60], files, 1)
    raise InputError(
        Mistake(
            f"there is no {what} of this name",
            value=name,
            allowed=", ".join(sorted(files)),
            suggestion=close[0] if close else "",
        )
    )


def _title(file: Path) -> str:
    return _scanned(file, _TITLE) or file.stem


def _scanned(file: Path, wanted: re.Pattern[str]) -> str:
    # A scan of the first lines, not a parse: `plenary list` shall be quick with many scenarios.
    with file.open(encoding="utf-8") as lines:
        found = wanted.search(lines.read(4096))
    return found[1].strip("'\"") if found else ""
