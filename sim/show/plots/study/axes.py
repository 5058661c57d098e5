"""Frames to draw in: scales with readable ticks, labels that keep clear of one another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, cos, floor, isfinite, log10, radians, sin
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sim.show.plots import style
from sim.show.plots.study import read, said
from sim.show.plots.style import (
    BODY,
    BOTTOM,
    INK,
    LEFT,
    PAPER,
    QUIET,
    RIGHT,
    SHADE,
    SMALL,
    TOP,
    Look,
    Sheet,
)

Floats = npt.NDArray[np.float64]
TURNED = 40.0  # degrees by which labels are turned that do not fit side by side
ROOMY = 150.0  # pixels to a label from which it is rather cut than turned
NAMES = (200.0, 520.0)  # for the names of rows, at least and at most
TALLEST = 120.0  # of a row, at most
LONGEST = 230.0  # pixels of a turned label
LEGEND = BOTTOM - 8.0  # baseline of a legend

SERIES = (  # lines that are told apart by colour, symbol and a label at their end
    Look("", style.BLUE, "o"),
    Look("", style.VERMILLION, "s", scale=0.9),
    Look("", style.GREEN, "^", scale=1.08),
    Look("", style.PURPLE, "D", scale=0.82),
    Look("", style.ORANGE, "v", scale=1.08),
    Look("", style.BLACK, "P", scale=1.05),
    Look("", style.SKY, "X", scale=1.05),
    Look("", style.GREY, "8"),
)


@dataclass(frozen=True)
class Scale:
    """One axis: its ends, in units or in their logarithm, its ticks and its name."""

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...] = ()
    name: str = ""
    log: bool = False
    words: bool = False  # levels that are words: every one has a place, from 0

    def share(self, values: npt.ArrayLike) -> Floats:
        """How far along the axis values lie, 0-1."""
        v = np.asarray(values, dtype=float)
        v = np.log10(v) if self.log else v
        found: Floats = (v - self.low) / (self.high - self.low)
        return found


class Box(NamedTuple):
    """A part of a sheet."""

    x: float
    y: float
    wide: float
    high: float


@dataclass(frozen=True)
class Frame:
    """A box with two scales."""

    box: Box
    across: Scale
    up: Scale

    def x(self, values: npt.ArrayLike) -> Floats:
        """Pixels from the left."""
        found: Floats = self.box.x + self.box.wide * self.across.share(values)
        return found

    def y(self, values: npt.ArrayLike) -> Floats:
        """Pixels from the top."""
        found: Floats = self.box.y + self.box.high * (1 - self.up.share(values))
        return found

    def at(self, x: npt.ArrayLike, y: npt.ArrayLike) -> Floats:
        """Pixels of points: (n, 2)."""
        return np.stack([np.atleast_1d(self.x(x)), np.atleast_1d(self.y(y))], axis=1)


def steps(low: float, high: float, most: int = 6) -> list[float]:
    """Round numbers between two ends, at 1, 2 or 5 times a power of ten from one another."""
    wide = high - low
    if not (isfinite(wide) and wide > 0):
        return [low] if isfinite(low) else []
    rough = wide / max(most, 1)
    power = 10.0 ** floor(log10(rough))
    step = next(s * power for s in (1, 2, 5, 10) if s * power >= rough * 0.999)
    first = ceil(low / step - 1e-9)
    return [float(f"{k * step:.12g}") for k in range(first, floor(high / step + 1e-9) + 1)]


def written(value: float) -> str:
    """Write a tick: 1,200,000; 0.25; 1e-07."""
    if value and not 1e-4 <= abs(value) < 1e15:
        return f"{value:.3g}"
    return f"{value:,.10g}" if abs(value) < 1e10 else f"{value:,.0f}"


def amounts(
    values: Iterable[float],
    name: str = "",
    floor_: float = -float("inf"),
    ceiling: float = float("inf"),
    most: int = 6,
    edge: float = 0.02,  # beyond what can be, so that a line along its end is not cut
) -> Scale:
    """A scale that holds these values with a little room, and does not go beyond what can be."""
    known = [v for v in values if isfinite(v)]
    low, high = min(known, default=0.0), max(known, default=1.0)
    if high - low < 1e-9 * max(1.0, abs(high)):
        half = max(0.05 * abs(high), 1.0)
        low, high = low - half, high + half
    room = 0.05 * (high - low)
    low, high = max(low - room, floor_), min(high + room, ceiling)
    edge *= high - low
    shown = steps(low, high, most)
    low, high = low - edge * (low == floor_), high + edge * (high == ceiling)
    return Scale(low, high, tuple((v, written(v)) for v in shown), name)


def levels(texts: Sequence[str], name: str, log: bool = False) -> Scale:
    """A scale of a factor's levels: numbers where they are, words side by side."""
    if read.numbers(texts) and texts:
        return _of_numbers(texts, name, log)
    return side_by_side(texts, name)


def side_by_side(texts: Sequence[str], name: str) -> Scale:
    """A scale on which every level has as much room as another, from 0."""
    shown = [said.level(text) for text in texts]
    if len(texts) > 12 and read.numbers(texts):
        shown = [f"{float(text):.4g}" for text in texts]
    ticks = tuple((float(i), text) for i, text in enumerate(shown))
    return Scale(-0.5, max(len(texts), 1) - 0.5, ticks, name, words=True)


def _of_numbers(texts: Sequence[str], name: str, log: bool) -> Scale:
    values = sorted({float(t) for t in texts})
    log = log and values[0] > 0
    ends = np.log10([values[0], values[-1]]) if log else np.array([values[0], values[-1]])
    low, high = float(ends[0]), float(ends[1])
    wide = (high - low) or max(abs(high), 1.0)
    low, high = low - 0.03 * wide, high + 0.03 * wide
    if log:
        shown = [10.0**k for k in range(ceil(low), floor(high) + 1)]
        shown = shown if len(shown) > 1 else values[:: max(len(values) - 1, 1)]
    else:
        shown = values if len(values) <= 12 else steps(low, high, 10)
    return Scale(low, high, tuple((v, written(v)) for v in shown), name, log)


def place_of(texts: Sequence[str]) -> Floats:
    """Where levels that are numbers stand on their scale: (levels,)."""
    return np.array([float(t) for t in texts])


@dataclass(frozen=True)
class _Below:
    """How the labels of a scale across are set: which, in which lines, how much room they take."""

    lines: tuple[tuple[float, tuple[str, ...]], ...]
    size: float
    turned: bool
    room: float


def _below(scale: Scale, wide: float, left: float) -> _Below:
    """Side by side on one or two lines where they fit, else turned, else not all of them."""
    places = [float(p) for p in scale.share([v for v, _ in scale.ticks]) * wide]
    lines: tuple[tuple[float, tuple[str, ...]], ...]
    if not scale.words:
        kept = _apart(places, [style.width(t, SMALL) for _, t in scale.ticks], 14.0)
        lines = tuple((scale.ticks[i][0], (scale.ticks[i][1],)) for i in kept)
        return _Below(lines, SMALL, False, 26.0)
    slot = wide / max(len(places), 1)
    wrapped = [_wrapped(text, slot - 6) for _, text in scale.ticks]
    if slot > ROOMY:
        cut = told_apart([text for _, text in scale.ticks], 1.9 * (slot - 12), SMALL)
        wrapped = [tuple(style.wrapped(text, slot - 12, SMALL, most=2)) for text in cut]
    if all(wrapped):
        most = max(map(len, wrapped), default=1)
        lines = tuple((v, w) for (v, _), w in zip(scale.ticks, wrapped, strict=True))
        return _Below(lines, SMALL, False, 4 + 22.0 * most)
    return _leaning(scale, slot, left)


def _wrapped(text: str, wide: float) -> tuple[str, ...]:
    """A label on up to two lines, or nothing if it does not fit."""
    lines = style.wrapped(text, wide, SMALL, most=2) if wide > 20 else []
    whole = " ".join(lines) == " ".join(text.split())
    return tuple(lines) if whole else ()


def _leaning(scale: Scale, slot: float, left: float) -> _Below:
    every = max(1, ceil(15.0 / sin(radians(TURNED)) / slot))
    size = min(float(SMALL), max(13.0, slot * every * sin(radians(TURNED)) / 1.15))
    longest = min(LONGEST, (left + slot / 2 - 12) / cos(radians(TURNED)))
    kept = scale.ticks[::every]
    cut = told_apart([text for _, text in kept], longest, size)
    lines = tuple((v, (text,)) for (v, _), text in zip(kept, cut, strict=True))
    wide = max((style.width(words[0], size) for _, words in lines), default=0.0)
    return _Below(lines, size, True, 14 + size + wide * sin(radians(TURNED)))


def told_apart(texts: Sequence[str], wide: float, size: float) -> list[str]:
    """Shorten texts at their end, or at their beginning if they would then be the same."""
    cut = [style.cut(text, wide, size) for text in texts]
    if len(set(cut)) == len(set(texts)):
        return cut
    return [_end_of(text, wide, size) for text in texts]


def _end_of(text: str, wide: float, size: float) -> str:
    if style.width(text, size) <= wide:
        return text
    keep = len(text)
    while keep > 1 and style.width("…" + text[-keep:].lstrip(), size) > wide:
        keep -= 1
    return "…" + text[-keep:].lstrip()


def _apart(places: Sequence[float], widths: Sequence[float], gap: float) -> list[int]:
    """Which of the labels to keep so that none touches another: from the first on."""
    kept: list[int] = []
    for i in np.argsort(places, kind="stable"):
        clear = not kept or (
            places[i] - widths[i] / 2 >= places[kept[-1]] + widths[kept[-1]] / 2 + gap
        )
        if clear:
            kept.append(int(i))
    return kept


def framed(sheet: Sheet, box: Box, across: Scale, up: Scale, *, inner: bool = False) -> Frame:
    """Draw a frame that fills a box with its labels; ``inner`` leaves out the axes' names."""
    left = 14 + max((style.width(text, SMALL) for _, text in up.ticks), default=0.0)
    wide = box.wide - left
    below = _below(across, wide, box.x + left)
    head = 0.0 if inner else 36.0
    foot = below.room + (0.0 if inner or not across.name else 34.0)
    area = Box(box.x + left, box.y + head, wide, box.high - head - foot)
    frame = Frame(area, across, up)
    _ground(sheet, frame)
    _label_below(sheet, frame, below)
    if not inner:
        heading = style.cut(up.name, box.wide, BODY, bold=True)
        sheet.text(box.x, box.y + 16, heading, BODY, bold=True)
        middle = area.x + area.wide / 2
        name = style.cut(across.name, wide, BODY, bold=True)
        sheet.text(middle, box.y + box.high - 4, name, BODY, bold=True, align="center")
    return frame


def _ground(sheet: Sheet, frame: Frame) -> None:
    x, y, wide, high = frame.box
    sheet.area([style.box(x, y, wide, high)], SHADE)
    rows = frame.y([v for v, _ in frame.up.ticks])
    if len(rows):
        sheet.line([[(x, py), (x + wide, py)] for py in rows], PAPER, 2)
    if not frame.across.words and len(frame.across.ticks):
        columns = frame.x([v for v, _ in frame.across.ticks])
        sheet.line([[(px, y), (px, y + high)] for px in columns], PAPER, 2)
    for py, (_, text) in zip(rows, frame.up.ticks, strict=True):
        sheet.text(x - 10, float(py) + 6, text, SMALL, QUIET, align="right")


def _label_below(sheet: Sheet, frame: Frame, below: _Below) -> None:
    bottom = frame.box.y + frame.box.high
    for value, lines in below.lines:
        x = float(frame.x(value))
        if below.turned:
            sheet.text(x + 4, bottom + 18, lines[0], below.size, QUIET, align="right", turn=TURNED)
            continue
        for row, line in enumerate(lines):
            sheet.text(x, bottom + 24 + 22 * row, line, below.size, QUIET, align="center")


def spaced(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Move labels apart by at least a gap, as little as can be, within two ends."""
    order = np.argsort(wanted, kind="stable")
    gap = min(gap, (high - low) / max(len(wanted) - 1, 1))
    blocks: list[tuple[float, list[int]]] = []  # sum of starts, members: pooled where they touch
    for i in order:
        total, members = wanted[i], [int(i)]
        while blocks and _start(blocks[-1], gap) + len(blocks[-1][1]) * gap > total / len(members):
            before, others = blocks.pop()
            total += before - len(members) * len(others) * gap
            members = others + members
        blocks.append((total, members))
    found = [0.0] * len(wanted)
    for block in blocks:
        for row, i in enumerate(block[1]):
            found[i] = _start(block, gap) + row * gap
    return _within(found, [int(i) for i in order], gap, low, high)


def _start(block: tuple[float, list[int]], gap: float) -> float:
    return block[0] / len(block[1])


def _within(
    found: list[float], order: list[int], gap: float, low: float, high: float
) -> list[float]:
    least = low
    for i in order:
        found[i] = max(found[i], least)
        least = found[i] + gap
    most = high
    for i in reversed(order):
        found[i] = min(found[i], most)
        most = found[i] - gap
    return found


class Tag(NamedTuple):
    """Words at the right end of something drawn."""

    words: str
    y: float
    colour: str
    bold: bool = False


def tags(sheet: Sheet, frame: Frame, wanted: Sequence[Tag], room: float) -> None:
    """Write words to the right of a frame, each as near as can be to its height."""
    x, y, wide, high = frame.box
    gap = min(24.0, high / max(len(wanted), 1))
    size = min(float(SMALL), gap * 0.85)
    places = spaced([t.y for t in wanted], gap, y + 6, y + high - 2)
    for tag, place in zip(wanted, places, strict=True):
        start = x + wide + 6
        sheet.line([[(start, tag.y), (start + 16, place)]], tag.colour, 1.2)
        said_ = style.cut(tag.words, room - 30, size, bold=tag.bold)
        sheet.text(start + 22, place + 0.36 * size, said_, size, INK, bold=tag.bold)


def panels(count: int, area: Box, gap: tuple[float, float], columns: int = 5) -> list[Box]:
    """Lay out so many boxes in rows, at least three to a row so that none is all too wide."""
    rows = ceil(count / columns) if count > 4 else 1
    across = ceil(count / max(rows, 1))
    wide = (area.wide + gap[0]) / max(across, 2) - gap[0]
    high = (area.high + gap[1]) / max(rows, 1) - gap[1]
    return [
        Box(
            area.x + (i % across) * (wide + gap[0]),
            area.y + (i // across) * (high + gap[1]),
            wide,
            high,
        )
        for i in range(count)
    ]


def rowed(sheet: Sheet, names: Sequence[str], right: float, across: Scale) -> Frame:
    """Draw a frame with a row for each name, which stand to its left, and room to its right."""
    x, y, wide, high = WHOLE
    longest = max((style.width(name, BODY) for name in names), default=0.0)
    left = min(max(longest + 30, NAMES[0]), NAMES[1])
    tall = min(high - 64, max(len(names), 1) * TALLEST)
    box = Box(x + left, y + 34, wide - left - right, tall)
    frame = Frame(box, across, Scale(max(len(names), 1) - 0.5, -0.5))
    sheet.area([style.box(*box)], SHADE)
    places = [float(frame.x(value)) for value, _ in across.ticks]
    kept = _apart(places, [style.width(text, SMALL) for _, text in across.ticks], 14.0)
    for at, (_, text) in ((places[i], across.ticks[i]) for i in kept):
        sheet.line([[(at, box.y), (at, box.y + box.high)]], PAPER, 2)
        sheet.text(at, box.y + box.high + 26, text, SMALL, QUIET, align="center")
    zero = float(frame.x(0.0))
    sheet.line([[(zero, box.y - 6), (zero, box.y + box.high + 6)]], INK, 2)
    return frame


def row_name(sheet: Sheet, frame: Frame, name: str, y: float, size: float, ink: str = INK) -> None:
    """Write the name of a row to the left of its frame."""
    words = style.cut(name, frame.box.x - LEFT - 16, size)
    sheet.text(frame.box.x - 16, y + 0.36 * size, words, size, ink, align="right")


WHOLE = Box(LEFT, TOP - 22.0, RIGHT - LEFT, BOTTOM - 34.0 - TOP + 22.0)  # above a legend


def legend(sheet: Sheet, entries: Sequence[tuple[str, str, str]], x: float = LEFT) -> None:
    """Write a row of signs and words at the foot: (sign, colour, words).

    Signs: "band", "pale", "line", "dashed", "dot", "hollow", "hatch", "whisker" or "box".
    """
    for sign, colour, text in entries:
        _sign(sheet, sign, colour, x, LEGEND - 6)
        sheet.text(x + 52, LEGEND, text, SMALL, QUIET)
        x += 52 + style.width(text, SMALL) + 40


def _sign(sheet: Sheet, sign: str, colour: str, x: float, y: float) -> None:
    if sign in ("band", "pale", "box"):
        alpha = {"band": 0.45, "pale": 0.18, "box": 1.0}[sign]
        sheet.area([style.box(x, y - 9, 42, 18)], colour, alpha=alpha)
    elif sign == "hatch":
        sheet.area([style.box(x, y - 9, 42, 18)], PAPER, colour, hatch="//")
    elif sign in ("line", "dashed"):
        dashes = (5.0, 3.0) if sign == "dashed" else None
        sheet.line([[(x, y), (x + 42, y)]], colour, 2.5, dashes=dashes)
    elif sign == "whisker":
        sheet.line([[(x, y), (x + 42, y)]], colour, 2.5)
        sheet.line([[(x, y - 6), (x, y + 6)], [(x + 42, y - 6), (x + 42, y + 6)]], colour, 2.5)
    else:
        sheet.marks([(x + 21, y)], Look("", colour, "o", hollow=sign == "hollow"), 13)
