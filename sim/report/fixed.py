"""What was not varied: parameters at one value or left to the worlds, and inputs of one value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sim.core.registry import PARAMETERS
from sim.report.parts import Grid, Texts

DRAWN = (
    "Positions, saliences and the values of texts are drawn anew in each world, from the estimates"
    " and errors of the scenario; no other input is."
)
FIXED = (
    "One value in all runs: the status quo at the start, membership and rules of the forums, who"
    " tables and who sponsors at the start, capabilities, ties, blocs and their cohesion, the"
    " number of sessions, and what events say."
)
COLUMNS = ("parameter", "meaning", "value", "basis")


def not_varied(settings: Sequence[str]) -> Texts:
    """Say which inputs were left as they are; ``settings`` are the changes that were made."""
    but = f"But for {', '.join(settings)}, all is as the scenario says. " if settings else ""
    return (but + DRAWN, FIXED)


def parameters(ranges: Mapping[str, tuple[float, float]]) -> tuple[Grid, ...]:
    """Tell parameters of one value from those that the worlds drew: name -> (least, greatest)."""
    still = [name for name, (low, high) in ranges.items() if low == high]
    drawn = [name for name in ranges if name not in still]
    told = (
        Grid("Parameters at one value", COLUMNS, tuple(_row(n, ranges[n]) for n in still)),
        Grid("Parameters left to the worlds", COLUMNS, tuple(_row(n, ranges[n]) for n in drawn)),
    )
    return tuple(grid for grid in told if grid.rows)


def _row(name: str, between: tuple[float, float]) -> Texts:
    p = PARAMETERS[name]
    low, high = between
    value = f"{low:.3g}" if low == high else f"{low:.3g} to {high:.3g}"
    return name, p.meaning, value, "fitted to votes" if p.fitted else "assumed"
