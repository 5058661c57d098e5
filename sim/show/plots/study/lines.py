"""An outcome over the levels of a factor: its mean, its error, and where the runs lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

import numpy as np
import numpy.typing as npt

from sim.experiment.model import UNCHANGED, Plot
from sim.show.plots import style
from sim.show.plots.study import axes, cloud, finding, read, said
from sim.show.plots.study.axes import SERIES, Box, Frame, Scale, Tag
from sim.show.plots.study.figure import Figure, footer, name
from sim.show.plots.study.read import Measure, Points
from sim.show.plots.study.said import Outcome
from sim.show.plots.style import BLUE, INK, QUIET, SKY, SMALL, Look, Sheet
from sim.study.findings import Study

Floats = npt.NDArray[np.float64]

MOST = len(SERIES)  # lines in one figure
TAGS = (130.0, 270.0)  # pixels for the words at the lines' ends, at least and at most
BASE = Look("base", INK, "o", hollow=True)
STRIP = 92.0  # of the share of runs in which an outcome is defined


@dataclass(frozen=True)
class Line:
    """One line: the level it is drawn for, and a measure at each level along it."""

    label: str
    levels: tuple[str, ...]
    cells: tuple[Measure, ...]
    points: tuple[Points, ...]


@dataclass(frozen=True)
class Swept:
    """What a figure of lines shows."""

    study: Study
    outcome: Outcome
    x: str
    by: str
    levels: tuple[str, ...]  # all along the axis, in order
    lines: tuple[Line, ...]
    settings: int  # of other factors over which each place is a mean

    @property
    def shown(self) -> list[Line]:
        """The lines that are drawn: of very many, some evenly chosen."""
        return read.evenly(self.lines, MOST)


def line(study: Study, plot: Plot) -> Figure:
    """Draw an outcome's mean over a factor; of a sampled design, the points and their trend."""
    outcome = said.outcome(study, plot.outcome)
    if read.scattered(study, plot.x):
        return cloud.scatter(study, plot.x, outcome)
    found = swept(study, outcome, plot.x, plot.by)
    told = finding_of(found)
    sheet = Sheet(told.title, _subtitle(found, told.detail), footer(study))
    _draw(sheet, found)
    return Figure(name("line", plot.outcome, _by(plot.x, plot.by)), "line", sheet, table(found))


def _by(x: str, by: str) -> str:
    return f"by-{x}" + (f"-and-{by}" if by else "")


def swept(study: Study, outcome: Outcome, x: str, by: str = "") -> Swept:
    """Measure an outcome over the levels of a factor, for each level of another if one is given."""
    paths = (x, by) if by else (x,)
    found = read.places(study, *paths)
    along = read.levels_of(study, x)
    others = read.levels_of(study, by) if by else [""]
    lines = []
    for other in others:
        keys = [(level, other)[: len(paths)] for level in along]
        there = [key for key in keys if key in found]
        cells = tuple(read.measure(study, found[key], outcome) for key in there)
        points = tuple(found[key] for key in there)
        lines.append(Line(other, tuple(key[0] for key in there), cells, points))
    kept = tuple(one for one in lines if one.levels)
    return Swept(study, outcome, x, by, tuple(along), kept, read.averaged(found.values()))


def finding_of(found: Swept) -> finding.Finding:
    """Say what the factor does; with several lines, at which level of the other it does most."""
    told = [(one.label, _along(found, one)) for one in found.lines]
    if not told:
        return _only_base(found)
    if not found.by:
        return told[0][1]
    moving = [(label, f) for label, f in told if f.moves and f.found]
    if not moving:
        return told[0][1] if len(told) == 1 else _nowhere(found, [f for _, f in told])
    label, most = max(moving, key=lambda pair: _size(pair[1]))
    by = said.brief(said.factor(found.study, found.by), 300)
    other = f"{by} {said.brief(said.level(label), 240)}"
    at = "at" if read.numbers([label]) else "with"
    count = f" (seen at {len(moving)} of {len(told)} levels)" if len(told) > 1 else ""
    return finding.Finding(f"{most.title}, {at} {other}{count}", most.detail, True, most.found)


def _nowhere(found: Swept, told: Sequence[finding.Finding]) -> finding.Finding:
    """Of several lines none moves, or their only run cannot tell."""
    if all(isnan(c.mean) for one in found.lines for c in one.cells):
        return finding.Finding(finding.never(found.outcome))
    x, by = (said.brief(said.factor(found.study, path)) for path in (found.x, found.by))
    if read.single(found.study):
        title = f"In one run, of which no error can be told: {found.outcome.name} over {x} by {by}"
        return finding.Finding(title)
    most = max(told, key=_size)
    verb = "move" if found.outcome.form.many else "moves"
    title = f"Nothing moves: {found.outcome.name} {verb} visibly over {x} at no level of {by}"
    return finding.Finding(title, most.detail)


def _only_base(found: Swept) -> finding.Finding:
    base = base_of(found)
    if base is None:
        return finding.Finding(finding.never(found.outcome))
    verb = "are" if found.outcome.form.many else "is"
    value = found.outcome.amount(base.mean, base.error)
    name_ = said.first_up(found.outcome.name)
    return finding.Finding(f"{name_} {verb} {value} at the base, the only point played")


def _size(told: finding.Finding) -> float:
    return 0.0 if told.found is None or isnan(told.found.difference) else abs(told.found.difference)


def _along(found: Swept, one: Line) -> finding.Finding:
    places = [
        finding.Place(level, points, cell.mean)
        for level, points, cell in zip(one.levels, one.points, one.cells, strict=True)
    ]
    return finding.along(found.study, found.outcome, found.x, places, len(found.lines))


def _subtitle(found: Swept, detail: str) -> str:
    others = found.settings
    mean = f"each the mean over {others:,} settings of the other factors" if others > 1 else ""
    few = len(found.lines) - len(found.shown)
    left = f"{len(found.shown)} of {len(found.lines)} lines shown" if few else ""
    alone = "one run: no error can be told" if read.single(found.study) else ""
    runs = read.runs_a_point(found.study)
    return said.notes(found.study, detail, f"mean of {runs}", mean, left, alone)


def table(found: Swept) -> read.Table:
    """A row for each level of each line, and the base."""
    rows = []
    for one in found.lines:
        for level, cell in zip(one.levels, one.cells, strict=True):
            key = {found.x: level} | ({found.by: one.label} if found.by else {})
            rows.append({**key, **cell.row()})
    base = read.base(found.study)
    if base is not None and rows:
        blank = {found.x: "base"} | ({found.by: "base"} if found.by else {})
        rows.append({**blank, **read.measure(found.study, (base,), found.outcome).row()})
    return read.table(rows)


def scale_of(cells: Sequence[Measure], outcome: Outcome, *, runs: bool) -> Scale:
    """A scale that holds the means with their intervals, and the range of runs if it is drawn."""
    known = [c for c in cells if not isnan(c.mean)]
    ends = [end for c in known for end in c.interval]
    ends += [end for c in known for end in (c.low, c.high) if runs]
    if outcome.kind == "margin":
        ends.append(0.0)
    return axes.amounts(ends, outcome.axis, outcome.floor, outcome.form.highest)


def ranged(found: Swept) -> bool:
    """Whether the range of the runs is drawn: with one line only, and not of a yes or no."""
    return (len(found.lines) == 1 and found.outcome.form.unit != "%") or (
        len(found.lines) == 1 and found.outcome.kind == "retained"
    )


def _draw(sheet: Sheet, found: Swept) -> None:
    base = base_of(found)
    cells = [c for one in found.lines for c in one.cells] + ([base] if base else [])
    up = scale_of(cells, found.outcome, runs=ranged(found))
    across = across_of(found)
    whole = Box(axes.WHOLE.x, axes.WHOLE.y, axes.WHOLE.wide - _room(found, base), axes.WHOLE.high)
    partly = any(c.defined < 1 for c in cells)
    if partly:
        whole = whole._replace(high=whole.high - STRIP)
    frame = axes.framed(sheet, whole, across, up)
    draw_lines(sheet, frame, found, base)
    _ends(sheet, frame, found, base)
    if partly:
        _shares(sheet, found, frame)
    axes.legend(sheet, legend_of(found, base))


def across_of(found: Swept) -> Scale:
    """The scale of the factor along which the lines lead."""
    name_ = said.factor(found.study, found.x)
    return axes.levels(found.levels, name_, read.logarithmic(found.study, found.x))


def base_of(found: Swept) -> Measure | None:
    """The outcome at the base; None where that was not played or does not define it."""
    base = read.base(found.study)
    told = read.measure(found.study, (base,), found.outcome) if base else None
    return None if told is None or isnan(told.mean) else told


def draw_lines(sheet: Sheet, frame: Frame, found: Swept, base: Measure | None) -> None:
    """Draw bands, lines and marks into a frame; a line breaks where nothing is defined."""
    left, right = frame.box.x, frame.box.x + frame.box.wide
    if found.outcome.kind == "margin":
        zero = float(frame.y(0.0))
        sheet.line([[(left, zero), (right, zero)]], QUIET, 1.5)
        sheet.text(right - 8, zero - 6, "carried above this line", 15, QUIET, align="right")
    if base is not None:
        level = float(frame.y(base.mean))
        sheet.line([[(left, level), (right, level)]], INK, 2.0, dashes=(5, 4))
        _where_base_is(sheet, frame, found, level)
    if len(found.shown) == 1:
        _gaps(sheet, frame, found.shown[0], base)
    for place, one in enumerate(found.shown):
        shift = (place - (len(found.shown) - 1) / 2) * 0.7 / len(found.shown)
        _one(sheet, frame, one, SERIES[place], ranged(found), shift)


def _where_base_is(sheet: Sheet, frame: Frame, found: Swept, y: float) -> None:
    """A ring where the base lies along the factor, if that is known."""
    own = read.base_levels(found.study).get(found.x, UNCHANGED)
    if own in found.levels and own != UNCHANGED and not frame.across.words:
        sheet.marks([(float(frame.x(float(own))), y)], BASE, 24, edge=2.5)


def _gaps(sheet: Sheet, frame: Frame, one: Line, base: Measure | None) -> None:
    """Write where an outcome is not defined, upwards in the gap that is left there."""
    x, y, wide, high = frame.box
    if all(isnan(c.mean) for c in one.cells):
        sheet.text(x + wide / 2, y + 40, "not defined at any level", SMALL, QUIET, align="center")
        return
    low = base is not None and float(frame.y(base.mean)) > y + high / 2
    start, align = (y + 12, "right") if low else (y + high - 12, "left")
    taken = -40.0
    for x, cell in zip(frame.x(at(frame, one)).tolist(), one.cells, strict=True):
        if isnan(cell.mean) and x - taken > 24:
            taken = x
            sheet.text(x + 5, start, "not defined", 15, QUIET, align=align, turn=90)


def at(frame: Frame, one: Line) -> Floats:
    """Where a line's levels stand, in the units of the scale across."""
    words = frame.across.words
    return _places_in(frame.across, one.levels) if words else axes.place_of(one.levels)


def _one(sheet: Sheet, frame: Frame, one: Line, look: Look, runs: bool, shift: float) -> None:
    places = at(frame, one)
    if frame.across.words:
        _whiskers(sheet, frame, one, places + shift, look, runs)
        return
    for piece in pieces(one.cells):
        x = places[piece]
        cells = [one.cells[i] for i in piece]
        if runs:
            _band(sheet, frame, x, [(c.low, c.high) for c in cells], SKY, 0.18)
        _band(sheet, frame, x, [c.interval for c in cells], look.colour, 0.28)
        path = frame.at(x, [c.mean for c in cells])
        sheet.line([path], look.colour, 3.5)
        sheet.marks(path, look, 12 if len(one.cells) <= 25 else 7)


def _places_in(scale: Scale, levels: Sequence[str]) -> Floats:
    """Where levels in words stand; levels that a line has none of leave their place empty."""
    order = [text for _, text in scale.ticks]
    return np.array([float(order.index(said.level(x))) for x in levels])


def pieces(cells: Sequence[Measure]) -> list[list[int]]:
    """Part a line where it is not defined: places of the stretches in between."""
    found: list[list[int]] = [[]]
    for place, cell in enumerate(cells):
        if isnan(cell.mean):
            found.append([])
        else:
            found[-1].append(place)
    return [piece for piece in found if piece]


def _band(
    sheet: Sheet,
    frame: Frame,
    x: Floats,
    ends: Sequence[tuple[float, float]],
    colour: str,
    alpha: float,
) -> None:
    kept = [i for i, (low, _) in enumerate(ends) if not isnan(low)]
    if len(kept) < 2:
        for i in kept:
            low, high = frame.at(x[i], ends[i][0])[0], frame.at(x[i], ends[i][1])[0]
            sheet.line([[low, high]], colour, 6)
        return
    within = np.clip([ends[i] for i in kept], frame.up.low, frame.up.high)
    low, high = frame.at(x[kept], within[:, 0]), frame.at(x[kept], within[:, 1])
    sheet.area([np.concatenate([low, high[::-1]])], colour, alpha=alpha)


def _whiskers(sheet: Sheet, frame: Frame, one: Line, at: Floats, look: Look, runs: bool) -> None:
    """Levels in words have no order to lead a line along: marks with intervals stand alone."""
    there = [i for i, c in enumerate(one.cells) if not isnan(c.mean)]
    x = frame.x(at)
    thick = min(16.0, 0.3 * frame.box.wide / max(len(frame.across.ticks), 1))
    for i in there:
        cell = one.cells[i]
        if runs and not isnan(cell.low):
            low, high = (float(v) for v in frame.y([cell.low, cell.high]))
            wide = max(thick * 1.4, 4)
            sheet.area([style.box(x[i] - wide / 2, high, wide, low - high)], SKY, alpha=0.35)
        within = np.clip(cell.interval, frame.up.low, frame.up.high)
        low, high = (float(v) for v in frame.y(within))
        sheet.line([[(x[i], low), (x[i], high)]], look.colour, max(0.35 * thick, 2))
        sheet.marks([(x[i], float(frame.y(cell.mean)))], look, max(thick * 0.9, 7))


def _ends(sheet: Sheet, frame: Frame, found: Swept, base: Measure | None) -> None:
    wanted = []
    if base is not None:
        words = f"base {found.outcome.number(base.mean, base.error)}"
        wanted.append(Tag(words, float(frame.y(base.mean)), INK, True))
    if len(found.shown) > 1 and not frame.across.words:
        for place, one in enumerate(found.shown):
            last = next((c for c in reversed(one.cells) if not isnan(c.mean)), None)
            if last is not None:
                label = said.level(one.label)
                wanted.append(Tag(label, float(frame.y(last.mean)), SERIES[place].colour))
    axes.tags(sheet, frame, wanted, _room(found, base))
    _heading(sheet, frame, found)


def _room(found: Swept, base: Measure | None) -> float:
    """Pixels for the words at the right: as many as the longest needs, within reason."""
    texts = [said.level(one.label) for one in found.shown] if len(found.shown) > 1 else []
    texts += [said.factor(found.study, found.by)] if found.by else []
    texts += [f"base {found.outcome.number(base.mean, base.error)}"] if base else []
    longest = max((style.width(text, SMALL, True) for text in texts), default=0.0)
    return min(max(longest + 60, TAGS[0]), TAGS[1])


def _heading(sheet: Sheet, frame: Frame, found: Swept) -> None:
    """Say what the lines are for; beside words, where lines have no end, with their symbols."""
    if len(found.shown) < 2:
        return
    x, room = frame.box.x + frame.box.wide + 28, _room(found, base_of(found))
    name_ = style.cut(said.factor(found.study, found.by), room - 34, SMALL, bold=True)
    sheet.text(x, frame.box.y - 14, name_, SMALL, bold=True)
    if frame.across.words:
        base = base_of(found)
        base_y = -100.0 if base is None else float(frame.y(base.mean))
        y = frame.box.y - 10
        for row, one in enumerate(found.shown):
            y = base_y + 34 if base_y - 52 < y < base_y + 2 else y + 30
            sheet.marks([(x + 8, y - 6)], SERIES[row], 14)
            sheet.text(x + 26, y, style.cut(said.level(one.label), room - 58, SMALL), SMALL)


def _shares(sheet: Sheet, found: Swept, frame: Frame) -> None:
    """Below: in which share of the runs the outcome is defined at all."""
    top = axes.WHOLE.y + axes.WHOLE.high - STRIP + 34
    box = Box(frame.box.x, top, frame.box.wide, STRIP - 40)
    strip = Frame(box, frame.across, Scale(0.0, 1.0))
    sheet.area([style.box(*box)], style.SHADE)
    sheet.text(box.x, top - 8, "defined in this share of runs", SMALL, QUIET, bold=True)
    for value, text in ((0.0, "0%"), (1.0, "100%")):
        y = float(strip.y(value)) + 6 - 6 * value
        sheet.text(box.x - 10, y, text, 15, QUIET, align="right")
    for place, one in enumerate(found.shown):
        share_line(sheet, strip, one, SERIES[place])


def share_line(sheet: Sheet, strip: Frame, one: Line, look: Look) -> None:
    """Draw the shares of runs in which a line is defined; hollow where it never is."""
    path = strip.at(at(strip, one), [c.defined for c in one.cells])
    if not strip.across.words:
        sheet.line([path], look.colour, 2)
    never = np.array([isnan(c.mean) for c in one.cells])
    sheet.marks(path[~never], look, 9)
    sheet.marks(path[never], look._replace(hollow=True), 10)


def legend_of(found: Swept, base: Measure | None) -> list[tuple[str, str, str]]:
    """What the signs of a figure of lines mean, for `axes.legend`."""
    one = len(found.shown) < 2
    entries = [("line" if not _words(found) else "dot", BLUE if one else INK, "mean")]
    if not read.single(found.study):
        sign = "line" if _words(found) else "band"
        entries.append((sign, BLUE if one else QUIET, "95% interval of the mean"))
        if ranged(found) and found.settings == 1:
            entries.append(("pale", SKY, "nine runs in ten"))
    if base is not None:
        entries.append(("dashed", INK, "base"))
    if len(found.shown) > 1 and any(isnan(c.mean) for one_ in found.lines for c in one_.cells):
        entries.append(("hollow", BLUE if one else INK, "not defined in any run: no mean is drawn"))
    return entries


def _words(found: Swept) -> bool:
    return not read.numbers(found.levels)
