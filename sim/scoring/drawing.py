"""What the figures of back-tests share: where they come from, dots in rows, lines over years."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

import sim
from sim.scoring.found import Figure
from sim.show import words
from sim.show.plots import style
from sim.show.plots.study import axes
from sim.show.plots.study.axes import SERIES, WHOLE, Frame, Scale, Tag
from sim.show.plots.style import BODY, INK, QUIET, SMALL, Footer, Look, Sheet
from sim.show.tables import Table

Floats = npt.NDArray[np.float64]

TAGS = 330.0  # pixels for the words at the right of lines


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
        page = Sheet(title, about, Foot(name, until, 0, 0, sim.__version__))
        paint(page)
        page.save(file)

    return Figure(title, f"{about}.", draw, data)


def shares(name: str, edge: float = 0.02) -> Scale:
    """An axis of shares, 0 to 100%."""
    ticks = tuple((v, words.percent(v)) for v in (0.0, 0.25, 0.5, 0.75, 1.0))
    return Scale(-edge, 1 + edge, ticks, name)


def rows(
    page: Sheet,
    names: Sequence[str],
    series: Mapping[str, Floats],
    across: Scale,
    right: Sequence[str] = (),
    ends: Sequence[tuple[float, float]] = (),
) -> None:
    """Draw dots in rows, the first row on top: one symbol a series, words at the right of a row.

    ``ends`` are those of an interval about the first series.
    """
    room = 40.0 + max((style.width(text, SMALL) for text in right), default=0.0)
    frame = axes.rowed(page, names, room, across)
    size = min(float(BODY), 0.75 * frame.box.high / max(len(names), 1))
    for row, name in enumerate(names):
        y = float(frame.y(row))
        axes.row_name(page, frame, name, y, size)
        if right:
            page.text(frame.box.x + frame.box.wide + 14, y + 6, right[row], SMALL, QUIET)
    for row, pair in enumerate(ends):
        page.line([frame.at(pair, [row, row])], SERIES[0].colour, 3.0)
    for look, values in zip(SERIES, series.values(), strict=False):
        there = ~np.isnan(values)
        page.marks(frame.at(values[there], np.flatnonzero(there)), look, 18)
    page.text(frame.box.x, frame.box.y - 18, across.name, SMALL, bold=True)
    legend(page, list(series))


def legend(page: Sheet, names: Sequence[str], looks: Sequence[Look] = SERIES) -> None:
    """Write what the symbols of series mean, at the foot."""
    x = float(style.LEFT)
    for look, name in zip(looks, names, strict=False):
        page.marks([(x + 10, axes.LEGEND - 6)], look, 15)
        page.text(x + 28, axes.LEGEND, name, SMALL, QUIET)
        x += 28 + style.width(name, SMALL) + 36


def lines(
    page: Sheet,
    series: Mapping[str, tuple[Floats, Floats]],
    across: Scale,
    up: Scale,
    dots: tuple[Floats, Floats] | None = None,
) -> Frame:
    """Draw a line a series, (x, y), with its name at its end; ``dots`` are what was recorded."""
    box = WHOLE._replace(wide=WHOLE.wide - TAGS)
    frame = axes.framed(page, box, across, up)
    wanted = []
    for look, (name, (x, y)) in zip(SERIES, series.items(), strict=False):
        path = frame.at(x, y)
        page.line([path], look.colour, 3.0)
        page.marks(path, look, 11)
        wanted.append(Tag(name, float(path[-1][1]), look.colour))
    if dots is not None:
        page.marks(frame.at(*dots), Look("", INK, "o", hollow=True), 17, edge=2.5)
    axes.tags(page, frame, wanted, TAGS)
    return frame


def bars(page: Sheet, values: Floats, across: Scale, ours: float, name: str) -> None:
    """Draw how many of values (n,) lie at each place, and where ours lies."""
    places, height = np.unique(np.round(values, 3), return_counts=True)
    up = axes.amounts([0.0, float(height.max())], "how many", 0.0)
    frame = axes.framed(page, WHOLE, across, up)
    zero = float(frame.y(0.0))
    wide = max(frame.box.wide / 160, 4.0)
    tops = frame.y(height)
    boxes = [
        style.box(float(x) - wide / 2, float(top), wide, zero - float(top))
        for x, top in zip(frame.x(places), tops, strict=True)
    ]
    page.area(boxes, style.SKY)
    x = float(frame.x(ours))
    page.line([[(x, frame.box.y), (x, zero)]], style.VERMILLION, 3.5)
    right = x > frame.box.x + frame.box.wide / 2
    page.text(
        x + (-12 if right else 12),
        frame.box.y + 26,
        name,
        BODY,
        style.VERMILLION,
        bold=True,
        align="right" if right else "left",
    )
