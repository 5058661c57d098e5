"""The nearest right word, for whoever mistyped one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from sim.errors import Mistake

LONGEST = 60  # longer than any word we know; a hostile one would cost time


def near(word: str, words: Iterable[str], likeness: float = 0.6) -> str:
    """Return the one of ``words`` most like ``word``, case aside, or "" if none is."""
    if len(word) > LONGEST:
        return ""
    known = {w.casefold(): w for w in words}
    close = difflib.get_close_matches(word.casefold(), known, 1, likeness)
    return known[close[0]] if close else ""


def unknown(
    problem: str,
    value: str,
    known: Iterable[str],
    field: str = "",
    file: str = "",
    line: int | None = None,
) -> Mistake:
    """Say of a name that it is none of those known: which these are, and the nearest."""
    names: Sequence[str] = list(known)
    allowed = ", ".join(filter(None, names)) or "none"
    return Mistake(problem, file, line, field, value, allowed, near(value, names))
