"""Options of models that are words: what is wrong with one that is not known."""

from __future__ import annotations

from collections.abc import Sequence

from sim.errors import Mistake
from sim.near import near


def unknown(field: str, value: str, words: Sequence[str]) -> list[Mistake]:
    """One mistake if ``value`` is none of ``words``, with the nearest of them; else none."""
    if value in words:
        return []
    close = near(str(value), words)
    return [Mistake("cannot be that", "", None, field, str(value), ", ".join(words), close)]
