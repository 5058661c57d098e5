"""An outcome over two factors: a cell for each pair of levels, and where the balance tips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isnan

import numpy as np
import numpy.typing as npt

from sim.analysis.paired import Difference
from sim.experiment.model import Plot
from sim.show.plots import style
from sim.show.plots.study import axes, finding, read, said
from sim.show.plots.study.axes import Box, Frame
from sim.show.plots.study.figure import Figure, footer, name
from sim.show.plots.study.read import Measure, Points
from sim.show.plots.study.said import Outcome
from sim.show.plots.style import INK, PAPER, QUIET, SHADE, SMALL, Sheet
from sim.study.findings import Study

Floats = npt.NDArray[np.float64]
Cell = tuple[int, int]  # row from the bottom, column

MAP = "viridis"  # perceptually uniform, and readable in grey
BAR = 200.0  # pixels for the scale of colours
CELL = (46.0, 26.0)  # a cell at least so wide and high bears its number
BINS = 12  # of a factor that is drawn from a distribution
SIDE = 250.0  # pixels for the labels of rows, at most


@dataclass(frozen=True)
class Grid:
    """What a heat map shows: a measure for each pair of levels, None where none was played."""

    outcome: Outcome
    across: tuple[str, ...]
    up: tuple[str, ...]
    cells: tuple[tuple[Measure | None, ...], ...]  # [up][across]
    places: tuple[tuple[Points, ...], ...]
    base: Cell | None = None  # the one that is the base

    def numbers(self, *, defined: bool = False) -> Floats:
        """Means, or shares of runs in which it is defined: (up, across), nan where unknown."""
        return np.array(
            [
                [np.nan if c is None else 100 * c.defined if defined else c.mean for c in row]
                for row in self.cells
            ]
        )


def heat(study: Study, plot: Plot) -> Figure:
    """Draw an outcome over two factors."""
    outcome = said.outcome(study, plot.outcome)
    grid = gridded(study, outcome, plot.x, plot.y)
    told = finding_of(study, grid, plot)
    sheet = Sheet(told.title, _subtitle(study, grid, told.detail), footer(study))
    _draw(sheet, study, grid, plot)
    file = name("heat", plot.outcome, f"by-{plot.x}-and-{plot.y}")
    return Figure(file, "heat", sheet, _table(study, grid, plot))


def gridded(study: Study, outcome: Outcome, x: str, y: str) -> Grid:
    """Measure an outcome at every pair of levels."""
    found = read.places(study, x, y)
    across, up = (_levels(study, path) for path in (x, y))
    places = tuple(tuple(_points(found, a, b) for _, a in across) for _, b in up)
    cells = tuple(
        tuple(read.measure(study, p, outcome) if p else None for p in row) for row in places
    )
    words = (tuple(t for t, _ in across), tuple(t for t, _ in up))
    return Grid(outcome, *words, cells, places, _base_cell(study, *words, x, y))


def _levels(study: Study, path: str) -> list[tuple[str, frozenset[str]]]:
    """Levels of a factor with their words; those of a distribution fall into as many bins."""
    levels = read.levels_of(study, path)
    if not read.scattered(study, path):
        return [(level, frozenset({level})) for level in levels]
    bins = max(2, min(BINS, int(np.sqrt(len(study.points)) / 2)))
    parts = [[levels[i] for i in part] for part in np.array_split(np.arange(len(levels)), bins)]
    return [(f"{float(p[0]):.3g} to {float(p[-1]):.3g}", frozenset(p)) for p in parts if p]


def _points(
    found: dict[tuple[str, ...], Points], across: frozenset[str], up: frozenset[str]
) -> Points:
    if len(across) == len(up) == 1:
        return found.get((next(iter(across)), next(iter(up))), ())
    return tuple(p for (a, b), points in found.items() if a in across and b in up for p in points)


def finding_of(study: Study, grid: Grid, plot: Plot) -> finding.Finding:
    """Say where the outcome is highest and where lowest."""
    known = [
        (c.mean, i, j)
        for i, row in enumerate(grid.cells)
        for j, c in enumerate(row)
        if c is not None and not isnan(c.mean)
    ]
    outcome = grid.outcome
    names = [said.brief(said.factor(study, path), 260) for path in (plot.x, plot.y)]
    if not any(any(row) for row in grid.places):
        return finding.Finding(f"No point varies both {names[0]} and {names[1]}")
    if not known:
        return finding.Finding(finding.never(outcome))
    (_, a, b), (_, c, d) = min(known), max(known)
    pairs = max(len(known) * (len(known) - 1) // 2, 1)
    found = read.compared(study, grid.places[a][b], grid.places[c][d], outcome)
    both = f"{names[0]} and {names[1]}"
    if read.single(study) or not read.seen(found, pairs):
        return _unseen(study, outcome, both, found, pairs)
    verb = "are" if outcome.form.many else "is"
    high, low = (_where(grid, names, i, j) for i, j in ((c, d), (a, b)))
    title = f"{said.first_up(outcome.name)} {verb} highest {high}; lowest {low}"
    return finding.Finding(title, finding.interval(outcome, found), True, found)


def _unseen(
    study: Study, outcome: Outcome, both: str, found: Difference, pairs: int
) -> finding.Finding:
    if found.difference == 0 and found.error == 0:
        verb = "are" if outcome.form.many else "is"
        value = outcome.amount(found.base, 0.0)
        return finding.Finding(f"Nothing moves: {outcome.name} {verb} {value} whatever {both} are")
    if read.single(study):
        return finding.Finding(
            f"In one run, of which no error can be told: {outcome.name} by {both}"
        )
    return finding.nothing(outcome, both, found, pairs)


def _where(grid: Grid, names: Sequence[str], i: int, j: int) -> str:
    """A cell's value and its levels: "(99) at EU cohesion 40 and rules simple"."""
    cell = grid.cells[i][j]
    value = "" if cell is None else f"({grid.outcome.number(cell.mean, cell.error)}) at "
    levels = (said.brief(said.level(text), 300) for text in (grid.across[j], grid.up[i]))
    return value + " and ".join(
        f"{name_} {level}" for name_, level in zip(names, levels, strict=True)
    )


def _subtitle(study: Study, grid: Grid, detail: str) -> str:
    most = read.averaged(p for row in grid.places for p in row)
    mean = f"each the mean over up to {most:,} points" if most > 1 else ""
    alone = "one run: no error can be told" if read.single(study) else ""
    return said.notes(study, detail, f"mean of {read.runs_a_point(study)}", mean, alone)


def _table(study: Study, grid: Grid, plot: Plot) -> read.Table:
    rows = [
        {plot.x: grid.across[j], plot.y: grid.up[i], **cell.row()}
        for i, row in enumerate(grid.cells)
        for j, cell in enumerate(row)
        if cell is not None
    ]
    base = read.base(study)
    if base is not None and rows:
        cell = read.measure(study, (base,), grid.outcome)
        rows.append({plot.x: "base", plot.y: "base", **cell.row()})
    return read.table(rows)


def _draw(sheet: Sheet, study: Study, grid: Grid, plot: Plot) -> None:
    partly = any(c is not None and c.defined < 1 for row in grid.cells for c in row)
    names = [said.factor(study, path) for path in (plot.x, plot.y)]
    x, y, wide, high = axes.WHOLE
    if not partly:
        _map(sheet, study, grid, names, Box(x, y, wide, high), grid.outcome.axis, False)
    else:
        first, second = Box(x, y, 0.56 * wide, high), Box(x + 0.59 * wide, y, 0.41 * wide, high)
        _map(sheet, study, grid, names, first, grid.outcome.axis, False)
        _map(sheet, study, grid, names, second, "Share of runs in which it is defined, %", True)
    never = any(c is not None and isnan(c.mean) for row in grid.cells for c in row)
    entries = [("hatch", QUIET, "not defined in any run")] if never else []
    if any(c is None for row in grid.cells for c in row):
        entries.append(("box", SHADE, "not played"))
    if grid.base is not None:
        entries.append(("line", style.VERMILLION, "the base"))
    if _tips(grid):
        entries.append(("line", INK, "where adoption passes 50% of runs"))
    axes.legend(sheet, entries)


def _map(
    sheet: Sheet,
    study: Study,
    grid: Grid,
    names: Sequence[str],
    box: Box,
    heading: str,
    defined: bool,
) -> None:
    across = axes.side_by_side(grid.across, names[0])
    up = axes.Scale(-0.5, len(grid.up) - 0.5, _rows(grid, box))
    bar = 0.0 if defined else BAR
    lower = box._replace(y=box.y + 30, high=box.high - 30)
    frame = axes.framed(sheet, lower._replace(wide=box.wide - bar), across, up)
    top = style.cut(heading, box.wide, style.BODY, bold=True)
    sheet.text(box.x, box.y + 12, top, style.BODY, bold=True)
    label = style.cut(f"{names[1]}, upwards", box.wide, SMALL)
    sheet.text(box.x, box.y + 42, label, SMALL, QUIET)
    values = grid.numbers(defined=defined)
    ends = (0.0, 100.0) if defined else _span(values, study, grid)
    _cells(sheet, frame, grid, values, ends, defined)
    if not defined:
        if _tips(grid):
            _contour(sheet, frame, values)
        _colours(sheet, study, grid, frame, ends)


def _rows(grid: Grid, box: Box) -> tuple[tuple[float, str], ...]:
    every = max(1, -(-len(grid.up) * 22 // int(box.high - 140)))
    longest = min(SIDE, 0.2 * box.wide)
    kept = [said.level(t) for t in grid.up][::every]
    cut = axes.told_apart(kept, longest, SMALL)
    return tuple((float(i * every), text) for i, text in enumerate(cut))


def _span(values: Floats, study: Study, grid: Grid) -> tuple[float, float]:
    known = values[~np.isnan(values)].tolist()
    base = _base(study, grid.outcome)
    known += [] if base is None else [base.mean]
    if grid.outcome.kind == "adopted":
        return 0.0, 100.0
    low, high = min(known, default=0.0), max(known, default=1.0)
    return (low, high) if high - low > 1e-9 * max(1, abs(high)) else (low - 1.0, high + 1.0)


def _base(study: Study, outcome: Outcome) -> Measure | None:
    point = read.base(study)
    told = read.measure(study, (point,), outcome) if point else None
    return None if told is None or isnan(told.mean) else told


def painted(values: Floats, ends: tuple[float, float]) -> Floats:
    """Colours of values, low to high: (n, 4)."""
    from matplotlib import colormaps

    share = (values - ends[0]) / (ends[1] - ends[0])
    colours: Floats = np.asarray(colormaps[MAP](share))
    return colours


def _cells(
    sheet: Sheet,
    frame: Frame,
    grid: Grid,
    values: Floats,
    ends: tuple[float, float],
    defined: bool,
) -> None:
    wide, high = frame.box.wide / len(grid.across), frame.box.high / len(grid.up)
    sheet.area([style.box(*frame.box)], SHADE)
    i, j = (k.tolist() for k in np.nonzero(~np.isnan(values)))
    corners = [_corner(frame, grid, a, b, wide, high) for a, b in zip(i, j, strict=True)]
    fill = painted(values[i, j], ends)
    thin = PAPER if min(wide, high) > 20 else "none"
    if corners:
        sheet.area([style.box(x, y, wide, high) for x, y in corners], fill, thin, width=1.5)
    _undefined(sheet, frame, grid, wide, high)
    if wide >= CELL[0] and high >= CELL[1]:
        for a, b, (x, y), colour in zip(i, j, corners, fill, strict=True):
            ink = INK if colour[:3] @ (0.299, 0.587, 0.114) > 0.5 else PAPER
            _number(sheet, grid, (a, b), Box(x, y, wide, high), ink, defined)
    if grid.base is not None:
        x, y = _corner(frame, grid, *grid.base, wide, high)
        sheet.area([style.box(x + 3, y + 3, wide - 6, high - 6)], "none", style.VERMILLION, width=4)


def _corner(
    frame: Frame, grid: Grid, i: int, j: int, wide: float, high: float
) -> tuple[float, float]:
    return frame.box.x + j * wide, frame.box.y + (len(grid.up) - 1 - i) * high


def _undefined(sheet: Sheet, frame: Frame, grid: Grid, wide: float, high: float) -> None:
    empty = [
        _corner(frame, grid, i, j, wide, high)
        for i, row in enumerate(grid.cells)
        for j, c in enumerate(row)
        if c is not None and isnan(c.mean)
    ]
    if empty:
        boxes = [style.box(x, y, wide, high) for x, y in empty]
        sheet.area(boxes, PAPER, style.RULE, hatch="//")


def _base_cell(study: Study, across: Sequence[str], up: Sequence[str], *paths: str) -> Cell | None:
    """The cell that is the base, if there is one: row and column."""
    own = read.base_levels(study)
    x, y = (own.get(path, "") for path in paths)
    return (up.index(y), across.index(x)) if x in across and y in up else None


def _number(
    sheet: Sheet, grid: Grid, at: tuple[int, int], box: Box, ink: str, defined: bool
) -> None:
    cell = grid.cells[at[0]][at[1]]
    assert cell is not None
    if isnan(cell.mean):
        return
    text = f"{100 * cell.defined:.0f}"
    if not defined:
        text = grid.outcome.number(cell.mean, cell.error).removesuffix("%")
    room, middle = box.wide - 8, box.x + box.wide / 2
    size = min(24.0, 0.42 * box.high, 24.0 * room / max(style.width(text, 24.0, True), 1.0))
    if size < 12:
        return
    wide = not defined and not isnan(cell.error) and box.high >= 62 and cell.error > 0
    lift = -0.12 * size if wide else 0.36 * size
    sheet.text(middle, box.y + box.high / 2 + lift, text, size, ink, bold=True, align="center")
    if wide:
        half = grid.outcome.number(read.WIDE * cell.error, cell.error).removesuffix("%")
        small = min(SMALL, SMALL * room / max(style.width(f"± {half}", SMALL), 1.0))
        if small >= 12:
            y = box.y + box.high / 2 - 0.12 * size + 23
            sheet.text(middle, y, f"± {half}", small, ink, align="center")


def _tips(grid: Grid) -> bool:
    """Whether a line of 50% can be drawn: ordered levels, and values on both sides."""
    values = grid.numbers()
    ordered = min(values.shape) > 1 and grid.outcome.kind == "adopted"
    known = values[~np.isnan(values)]
    numeric = all(read.numbers([t]) or " to " in t for t in (*grid.across, *grid.up))
    return ordered and numeric and bool((known < 50).any() and (known > 50).any())


def _contour(sheet: Sheet, frame: Frame, values: Floats) -> None:
    """The line at which half of the runs adopt; along the cells' edges if they bear numbers."""
    from contourpy import contour_generator

    wide, high = frame.box.wide / values.shape[1], frame.box.high / values.shape[0]
    if wide >= CELL[0] and high >= CELL[1]:
        _stairs(sheet, frame, values)
        return
    known = np.ma.masked_invalid(values)
    lines = contour_generator(z=known).lines(50.0)
    paths = [frame.at(np.asarray(one)[:, 0], np.asarray(one)[:, 1]) for one in lines]
    if paths:
        sheet.line(paths, PAPER, 9)
        sheet.line(paths, INK, 5)


def _stairs(sheet: Sheet, frame: Frame, values: Floats) -> None:
    """Between all neighbours of which one is below 50 and the other above."""
    side = np.sign(values - 50)
    edges = []
    for i, j in np.argwhere(side[:, :-1] * side[:, 1:] < 0).tolist():
        edges.append(frame.at([j + 0.5, j + 0.5], [i - 0.5, i + 0.5]))
    for i, j in np.argwhere(side[:-1] * side[1:] < 0).tolist():
        edges.append(frame.at([j - 0.5, j + 0.5], [i + 0.5, i + 0.5]))
    if edges:
        sheet.line(edges, PAPER, 8)
        sheet.line(edges, INK, 5)


def _colours(
    sheet: Sheet, study: Study, grid: Grid, frame: Frame, ends: tuple[float, float]
) -> None:
    """The scale of colours, with the base beside it."""
    x = frame.box.x + frame.box.wide + 36
    box = Box(x, frame.box.y, 30, frame.box.high)
    scale = Frame(box, axes.Scale(0, 1), axes.Scale(*ends))
    parts = np.linspace(*ends, 129)
    heights = scale.y(parts)
    bands = [style.box(x, b, 30, a - b + 0.6) for a, b in pairwise(heights.tolist())]
    sheet.area(bands, painted((parts[1:] + parts[:-1]) / 2, ends))
    for value in axes.steps(*ends):
        y = float(scale.y(value))
        sheet.line([[(x + 30, y), (x + 36, y)]], QUIET)
        sheet.text(x + 42, y + 6, axes.written(value), SMALL, QUIET)
    base = _base(study, grid.outcome)
    if base is not None:
        y = float(scale.y(base.mean))
        sheet.line([[(x - 6, y), (x + 36, y)]], style.VERMILLION, 4)
        text = f"base {grid.outcome.number(base.mean, base.error)}"
        sheet.text(x - 6, frame.box.y - 12, text, SMALL, style.VERMILLION, bold=True)
