"""Who sits in a room, and how far apart its blocs are."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.analysis.panel import panel
from sim.scenario.groups import shipped_groups

Floats = npt.NDArray[np.float64]

ALL, GROUP = "all", "group "


def members(text: str) -> tuple[str, ...]:
    """Read who sits in a room: all, group NAME, or ISO codes separated by semicolons.

    Raises:
        KeyError: there is no such group or state.
    """
    if text == ALL:
        return panel().states
    if text.startswith(GROUP):
        return shipped_groups()[text.removeprefix(GROUP)]
    codes = tuple(text.split(";"))
    for code in codes:
        if code not in panel().states:
            raise KeyError(code)
    return codes


def bloc_distance(values: Floats) -> float:
    """How far the means of two blocs are apart, values (states,) being split where that fits best.

    The split is that of two means on a line, found exactly: of all cuts of the sorted values the
    one with the least sum of squares within its sides (Fisher 1958).
    """
    v = np.sort(values)
    n = np.arange(1, len(v))
    total = np.cumsum(v)
    left, right = total[:-1] / n, (total[-1] - total[:-1]) / (len(v) - n)
    best = int(np.argmax(n * (len(v) - n) * (right - left) ** 2))
    return float(right[best] - left[best])
