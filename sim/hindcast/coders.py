"""How far two coders agree on what the texts change.

The unit is a pair of changes (value less status quo, 0-100) of one text on one issue that both
coded. Texts whose pair is the same as an earlier one's of the series are a repetition and count
once, so that twenty equal resolutions are not twenty agreements.

    alpha = 1 - D_o / D_e  (Krippendorff 2004, interval scale, two coders)

D_o is the mean squared difference within pairs, D_e that of all values put together at random.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from sim.core import worlds
from sim.hindcast.inputs import Reading

Floats = npt.NDArray[np.float64]

ALL = "all"
LEAST = 3  # pairs that a correlation needs


@dataclass(frozen=True)
class Agreement:
    """Two coders on one issue, or on all; nan where there are too few pairs."""

    one: str
    other: str
    issue: str
    coded_by_one: int  # distinct texts
    coded_by_other: int
    coded_by_both: int
    correlation: float
    alpha: float
    same_sign: float  # share of pairs that change the issue the same way
    difference: float  # mean absolute difference of the changes, 0-100


def agreements(readings: tuple[Reading, ...]) -> list[Agreement]:
    """Compare every two readings, issue by issue and on all issues together."""
    return [a for one, other in combinations(readings, 2) for a in _pair(one, other)]


def _pair(one: Reading, other: Reading) -> Iterator[Agreement]:
    units = _units(one, other)
    for issue in (*worlds.ISSUES, ALL):
        rows = [u[1:] for u in units if issue in (u[0], ALL)]
        if rows:
            yield _agreement(one.name, other.name, issue, np.array(rows))


def _units(one: Reading, other: Reading) -> list[tuple[str, float, float]]:
    """(issue, change by one, change by the other), nan where a coder is silent; no repetitions."""
    found: dict[tuple[str, str, str, str], tuple[str, float, float]] = {}
    for resolution in one.texts.keys() & other.texts.keys():
        a, b = _changes(one, resolution), _changes(other, resolution)
        series = one.texts[resolution].series
        for issue in a.keys() | b.keys():
            pair = a.get(issue, np.nan), b.get(issue, np.nan)
            found[series, issue, str(pair[0]), str(pair[1])] = (issue, *pair)
    return [found[key] for key in sorted(found)]


def _changes(reading: Reading, resolution: str) -> dict[str, float]:
    changes: dict[str, float] = {}
    for c in reading.texts[resolution].clauses:
        change = 100.0 * (c.value - c.status_quo)
        changes[c.issue] = round(changes.get(c.issue, 0.0) + change, 6)
    return changes


def _agreement(one: str, other: str, issue: str, rows: Floats) -> Agreement:
    a, b = rows.T
    both = ~np.isnan(a) & ~np.isnan(b)
    x, y = a[both], b[both]
    enough = len(x) >= LEAST
    varied = enough and x.std() > 0 and y.std() > 0
    return Agreement(
        one,
        other,
        issue,
        int((~np.isnan(a)).sum()),
        int((~np.isnan(b)).sum()),
        int(both.sum()),
        float(np.corrcoef(x, y)[0, 1]) if varied else float("nan"),
        alpha(x, y) if enough else float("nan"),
        float((np.sign(x) == np.sign(y)).mean()) if len(x) else float("nan"),
        float(np.abs(x - y).mean()) if len(x) else float("nan"),
    )


def alpha(x: Floats, y: Floats) -> float:
    """Krippendorff's alpha of two coders on an interval scale; nan where all values are equal."""
    values = np.concatenate([x, y])
    n = len(values)
    observed = ((x - y) ** 2).mean()
    # Mean over ordered pairs of different values: 2 n/(n-1) times the variance.
    expected = 2.0 * values.var() * n / (n - 1)
    return float(1.0 - observed / expected) if expected > 0 else float("nan")
