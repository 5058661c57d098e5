"""Rows told one by one, kept as columns: how tables of a `Solution` are made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Columns = Mapping[str, object]


def columns(heads: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> Columns:
    """Turn rows, each as long as ``heads``, into columns by name."""
    made: dict[str, list[object]] = {head: [] for head in heads}
    for row in rows:
        for head, value in zip(heads, row, strict=True):
            made[head].append(value)
    return made
