"""What is said of results that were made again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sim.show import words
from sim.show.words import sentence

LISTED = 10


def lines(verdict: Any, folder: Path) -> Iterator[str]:
    """Say whether results made again are those of a folder, and where they are not."""
    if verdict.same and not verdict.drawn_otherwise:
        yield f"The same: all {verdict.files} files of {folder}, made again, are equal bit for bit."
    elif verdict.same:
        figures = words.some(list(verdict.drawn_otherwise), 3)
        yield from sentence(
            f"The same: every table of {folder}, made again, is equal bit for bit; drawn otherwise"
            f" are {figures}."
        )
    else:
        yield f"Not the same: {len(verdict.differing)} of {verdict.files} files of {folder} differ."
        yield from (f"  {said}" for said in verdict.differing[:LISTED])
        if len(verdict.differing) > LISTED:
            yield f"  and {len(verdict.differing) - LISTED} more"
    if verdict.made_with:
        yield from sentence("Not as it was: " + "; ".join(verdict.made_with) + ".")


def data(verdict: Any) -> dict[str, Any]:
    """The same as data."""
    return {
        "same": verdict.same,
        "files": verdict.files,
        "differing": list(verdict.differing),
        "drawn_otherwise": list(verdict.drawn_otherwise),
        "made_with": list(verdict.made_with),
    }
