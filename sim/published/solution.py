"""What a published model says of a table: where each issue ends, and what else there is to tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Solution:
    """The answer of one model; nan where the model says nothing of an issue."""

    outcome: Floats  # (issues,), 0-1
    path: Floats | None = None  # (rounds + 1, issues), 0-1: the outcome as it moved, from the start
    power: Floats | None = None  # (actors,), shares that sum to 1, where the model gives power
    said: tuple[str, ...] = ()  # sentences: what happened on the way, what limits the answer
    tables: Mapping[str, Mapping[str, object]] = field(default_factory=dict)  # columns, by name
