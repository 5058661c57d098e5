"""What figures of several kinds share: rows of names, levels below, amounts, labels at points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import FixedLocator, LogLocator, MaxNLocator, NullLocator

from sim.show.plots import style
from sim.show.plots.style import BOTTOM, INK, POINT, QUIET, SMALL, TOP, Sheet

Floats = npt.NDArray[np.float64]
INFINITE = float("inf")

NAMES = 330.0  # pixels for the name of a row, on up to two lines
TALLEST = 130.0  # pixels of a row, at most
ROOMY = 110.0  # pixels to a level from which long ones stand upright, on several lines
LEANING, LONGEST = 35.0, 240.0  # degrees by which others lean; pixels of the longest
EACH = 12  # numbers of levels up to which each has a tick
PLAIN = "{x:,.10g}"


def rows(
    sheet: Sheet, axes: Axes, names: Sequence[str], beside: Sequence[str] = (),
    bold: Sequence[bool] = (), wide: float = NAMES, lines: int = 2, foot: float = 110.0,
) -> float:  # fmt: skip
    """Give axes a row for each name, the first on top: how many pixels each is high.

    Args:
        sheet: made as high as the rows need.
        axes: have rows at 0, 1, 2 ...
        names: at the left, told apart where they are cut.
        beside: words at the right.
        bold: which rows stand out; the others are then pale.
        wide: pixels for a name, on up to so many ``lines``.
        foot: pixels for what stands below the rows.
    """
    count = max(len(names), 1)
    high = min((BOTTOM - TOP - foot) / count, TALLEST)
    size = min(float(SMALL), 0.8 * high)
    sheet.within(high * count + foot)
    most = max(1, min(lines, int(high / (1.25 * size))))
    axes.set_ylim(count - 0.5, -0.5)
    axes.set_yticks(np.arange(len(names)), style.told_apart(names, wide, size, most))
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", labelsize=size * POINT, labelcolor=INK, pad=9)
    labels = [axes.get_yticklabels()]
    if beside:
        right: Any = axes.secondary_yaxis("right")
        right.set_yticks(np.arange(len(names)), beside)
        right.tick_params(labelsize=size * POINT, labelcolor=INK, pad=9)
        labels.append(right.get_yticklabels())
    for side in labels if bold else ():
        for label, stands_out in zip(side, bold, strict=True):
            label.set(color=INK if stands_out else QUIET)
            label.set_fontweight("bold" if stands_out and side is not labels[0] else "normal")
    return high


def amounts(
    axis: Axis, name: str = "", low: float = -INFINITE, high: float = INFINITE, least: float = 0.0,
    edge: float = 0.02,
) -> None:  # fmt: skip
    """Name an axis of amounts, once they are drawn, and keep it to what can be.

    Args:
        axis: of amounts.
        name: of what, and in which unit.
        low, high: what can be at most; a little more is shown, so that no line is cut.
        least: it shows no less than so much, so that nothing seems to be much.
        edge: how much is a little, as a share.
    """
    axis.set_label_text(name)
    axis.set_major_formatter(PLAIN)
    ends = np.sort(axis.get_view_interval())
    lacking = max(least - float(np.ptp(ends)), 0.0) / 2
    start, end = ends + (-lacking, lacking)
    little = edge * (end - start)
    limits = (max(start, low - little), min(end, high + little))
    axis.axes.set(**{f"{axis.axis_name}lim": limits})  # type: ignore[attr-defined]


def numbers_below(axes: Axes, values: Sequence[float], name: str, log: bool = False) -> None:
    """Put the levels of a factor that are numbers on the axis across."""
    there = np.unique(np.asarray(values, dtype=float))
    axes.set_xlabel(name)
    if log and len(there) and there[0] > 0:
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(LogLocator(subs=_steps(there)))
        axes.xaxis.set_minor_locator(NullLocator())
    elif len(there) == 1 or (1 < len(there) <= EACH and _regular(there)):
        axes.xaxis.set_major_locator(FixedLocator(there.tolist()))
    else:
        axes.xaxis.set_major_locator(MaxNLocator(10, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(PLAIN)


def _regular(values: Floats) -> bool:
    """Whether numbers stand far enough apart to be named one by one."""
    return bool(np.diff(values).min() > 0.6 * np.ptp(values) / (EACH - 1))


def _steps(values: Floats) -> Any:
    decades = float(np.log10(values[-1] / values[0]))
    return np.arange(1, 10) if decades < 1.2 else (1, 2, 5) if decades < 4 else (1,)


def names_below(axes: Axes, labels: Sequence[str], name: str, wide: float) -> None:
    """Put the levels of a factor that are words side by side across, 0, 1, 2 ...

    ``wide`` is about how many pixels the axes are. Levels lean where they have no room upright;
    of very many not all are named.
    """
    slot = wide / max(len(labels), 1)
    fits = all(style.width(label, SMALL) < slot - 14 for label in labels)
    upright = slot > ROOMY or fits
    every = 1 if upright else max(1, int(np.ceil(24.0 / slot)))
    axes.set_xlim(-0.5, max(len(labels), 1) - 0.5)
    axes.set_xlabel(name)
    axes.grid(visible=False, axis="x")
    places = np.arange(len(labels))[::every]
    if upright:
        axes.set_xticks(places, style.told_apart(labels, slot - 14, SMALL, 3))
        return
    lean: Any = {"rotation": LEANING, "ha": "right", "rotation_mode": "anchor"}
    axes.set_xticks(places, style.told_apart(labels[::every], LONGEST, SMALL), **lean)


class Label(NamedTuple):
    """Words that belong to a point, and how many pixels they must keep from it."""

    words: str
    at: Floats  # (2,), in data
    clear: float = 12.0
    bold: bool = False
    size: float = SMALL


FAR = np.repeat((1.0, 2.2, 3.6, 5.2), 16)  # where labels are tried, in what they must keep clear
NEAR = 2.0  # in the same: a label further away has a line to its point
TURN = np.tile(np.arange(16) * np.pi / 8, 4)


def named(
    sheet: Sheet, axes: Axes, labels: Sequence[Label], marks: Floats, *, drop: bool = False,
    settled: bool = False,
) -> list[Label]:  # fmt: skip
    """Write labels beside their points so that none lies on another, in the order given.

    ``marks`` (n, 2) are points better left uncovered. With ``drop`` a label for which there is no
    room is left out. ``settled``: the sheet is laid out already.

    Returns:
        The labels that are written.
    """
    if not settled:
        sheet.settled()
    written = list[Label]()
    inside, place = axes.get_window_extent(), axes.transData.transform
    frame = np.array([inside.x0, inside.y0, inside.x1, inside.y1])
    points, taken, lines = place(np.reshape(marks, (-1, 2))), np.zeros((0, 4)), np.zeros((0, 4))
    for label in labels:
        half = np.array([style.width(label.words, label.size, label.bold), 1.15 * label.size]) / 2
        way = np.stack([np.cos(TURN), np.sin(TURN)], axis=1)
        start = place(label.at)
        middle = start + way * (FAR[:, None] * label.clear + half)
        middle = np.clip(middle, frame[:2] + half + 2, frame[2:] - half - 2)
        boxes = np.hstack([middle - half, middle + half])
        cost = 100.0 * _covered(boxes, taken) + FAR
        cost += 4.0 * _covered(boxes, np.hstack([points - 6, points + 6]))
        ways = np.hstack([np.minimum(start, middle), np.maximum(start, middle)])  # to the label
        cost += 10.0 * (_covered(boxes, lines) + (FAR > NEAR) * _covered(ways, taken))
        best = int(cost.argmin())
        if drop and cost[best] >= 4.0 + FAR.max():
            continue
        written.append(label)
        taken = np.vstack([taken, boxes[best]])
        lines = np.vstack([lines, ways[best : best + int(FAR[best] > NEAR)]])
        line: Any = {"arrowprops": {"arrowstyle": "-", "color": QUIET, "lw": 0.7, "shrinkB": 5}}
        axes.annotate(
            label.words, tuple(label.at), xytext=(middle[best] - start) * POINT,
            textcoords="offset points", ha="center", va="center", fontsize=label.size * POINT,
            fontweight="bold" if label.bold else "normal", zorder=6, in_layout=False,
            **(line if FAR[best] > NEAR else {}),
        )  # fmt: skip
    return written


def _covered(boxes: Floats, others: Floats) -> Floats:
    """How many of the others (m, 4) each box (n, 4) of left, low, right, high lies on: (n,)."""
    a, b = boxes[:, None], others[None]
    on = (a[..., :2] < b[..., 2:]).all(axis=2) & (b[..., :2] < a[..., 2:]).all(axis=2)
    return np.asarray(on.sum(axis=1), dtype=np.float64)
