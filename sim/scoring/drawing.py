"""What the figures of back-tests share: where they come from, dots in rows, lines over years."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import PercentFormatter

import sim
from sim.scoring.found import Figure
from sim.show.plots import parts
from sim.show.plots.style import INK, SERIES, SKY, VERMILLION, Footer, Sheet
from sim.show.tables import Table

Floats = npt.NDArray[np.float64]

SHARES = np.linspace(0, 1, 5)


@dataclass(frozen=True)
class Foot(Footer):
    """Where a figure of a back-test comes from."""

    def __str__(self) -> str:
        data = f"  ·  data before {self.data}" if self.data else ""
        return f"back-test: {self.scenario}{data}  ·  plenary {self.version}"


def figure(
    name: str,
    title: str,
    about: str,
    data: Table,
    paint: Callable[[Sheet], object],
    until: str = "",
) -> Figure:
    """A figure of the back-test of this name, which ``paint`` fills when it is drawn."""

    def draw(file: Path) -> None:
        with Sheet(title, about, Foot(name, until, 0, 0, sim.__version__)) as page:
            paint(page)
        page.save(file)

    return Figure(title, f"{about}.", draw, data)


def shares(axis: Axis, name: str, edge: float = 0.02) -> None:
    """Make an axis one of shares, 0 to 100%."""
    axis.axes.set(**{f"{axis.axis_name}lim": (-edge, 1 + edge)})  # type: ignore[attr-defined]
    axis.set_ticks(SHARES)
    axis.set_major_formatter(PercentFormatter(1.0))
    axis.set_label_text(name)


def rows(
    page: Sheet,
    names: Sequence[str],
    series: Mapping[str, Floats],
    right: Sequence[str] = (),
    ends: Sequence[tuple[float, float]] = (),
) -> Axis:
    """Draw dots in rows, the first row on top: one symbol a series, words at the right of a row.

    ``ends`` are those of an interval about the first series. The axis across is still to name.
    """
    axes: Axes = page.body.subplots()
    parts.rows(page, axes, names, right, foot=170.0)
    for row, pair in enumerate(ends):
        axes.plot(pair, [row, row], color=SERIES[0]["color"], marker="", lw=2.2)
    for look, (name, values) in zip(SERIES, series.items(), strict=False):
        axes.plot(values, range(len(names)), ls="", ms=11, label=name, **look)
    page.legend()
    return axes.xaxis


def lines(
    page: Sheet,
    series: Mapping[str, tuple[Floats, Floats]],
    dots: tuple[Floats, Floats] | None = None,
) -> Axes:
    """Draw a line a series, (x, y), named at the right; ``dots`` are what was recorded."""
    axes: Axes = page.body.subplots()
    if dots is not None:
        ring: dict[str, Any] = {"ms": 12, "mfc": "none", "mec": INK, "mew": 1.8}
        axes.plot(*dots, "o", label="on record", **ring)
    for look, (name, path) in zip(SERIES, series.items(), strict=False):
        axes.plot(*path, ms=7, label=name, **look)
    page.legend(loc="outside right upper", ncols=1, labelspacing=1)
    return axes


def bars(page: Sheet, values: Floats, ours: float, name: str) -> Axis:
    """Draw how many of values (n,) lie at each place, and where ours lies; the axis to name."""
    axes: Axes = page.body.subplots()
    places, height = np.unique(np.round(values, 3), return_counts=True)
    axes.bar(places, height, max(float(np.ptp(places)), 0.01) / 160, color=SKY)
    axes.axvline(ours, color=VERMILLION, label=name)
    parts.amounts(axes.yaxis, "how many", 0.0, edge=0.0)
    page.legend()
    return axes.xaxis
