"""What a published model says of a table: where each issue ends, and what else there is to tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Columns = Mapping[str, Any]


@dataclass(frozen=True)
class Solution:
    """The answer of one model; nan where the model says nothing of an issue."""

    outcome: Floats  # (issues,), 0-1
    path: Floats | None = None  # (rounds + 1, issues), 0-1: the outcome as it moved, from the start
    power: Floats | None = None  # (actors,), shares that sum to 1, where the model gives power
    said: tuple[str, ...] = ()  # sentences: what happened on the way, what limits the answer
    tables: Mapping[str, Columns] = field(default_factory=dict)  # columns, by name


def columns(heads: str, rows: Iterable[tuple[object, ...]]) -> Columns:
    """Turn rows into columns with these heads, spaces between them."""
    names, every = heads.split(), list(rows)
    return {name: [row[place] for row in every] for place, name in enumerate(names)}


def grid(axes: Mapping[str, Sequence[object]], **values: npt.ArrayLike) -> Columns:
    """Write arrays over these axes as a long table: a row a cell, the last axis fastest."""
    shape = tuple(map(len, axes.values()))
    places = np.indices(shape).reshape(len(shape), -1)
    made: dict[str, Any] = {
        name: [axis[at] for at in place.tolist()]
        for (name, axis), place in zip(axes.items(), places, strict=True)
    }
    return {**made, **{name: np.asarray(each).ravel().tolist() for name, each in values.items()}}
