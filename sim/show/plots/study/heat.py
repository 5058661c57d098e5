"""An outcome over two factors: a cell for each pair of levels, and where the balance tips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from sim.analysis.paired import Difference
from sim.experiment.model import Plot
from sim.show.plots import parts, style
from sim.show.plots.study import finding, read, said
from sim.show.plots.study.figure import Figure, name, page
from sim.show.plots.study.read import Measure, Points
from sim.show.plots.study.said import Outcome
from sim.show.plots.style import INK, PAPER, POINT, QUIET, SHADE, SMALL, VERMILLION, Sheet
from sim.study.findings import Study

Floats = npt.NDArray[np.float64]
Cell = tuple[int, int]  # row from the bottom, column

BINS = 12  # of a factor that is drawn from a distribution
CELL = (46.0, 26.0)  # a cell at least so wide and high, in pixels, bears its number
ERROR = 62.0  # and one so high its error as well
HALF = 50.0  # per cent of runs, where the balance tips
ROWS = 250.0  # pixels for the name of a level at the left
SPAN = 50  # the colours span at least so many of the least differences worth telling


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
        ).reshape(len(self.up), len(self.across))


def heat(study: Study, plot: Plot) -> Figure:
    """Draw an outcome over two factors."""
    outcome = said.outcome(study, plot.outcome)
    grid = gridded(study, outcome, plot.x, plot.y)
    told = finding_of(study, grid, plot)
    with page(study, told.title, _subtitle(study, grid, told.detail)) as sheet:
        _draw(sheet, study, grid, [said.factor(study, path) for path in (plot.x, plot.y)])
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
    split = [[levels[i] for i in part] for part in np.array_split(np.arange(len(levels)), bins)]
    return [(f"{float(p[0]):.3g} to {float(p[-1]):.3g}", frozenset(p)) for p in split if p]


def _points(
    found: dict[tuple[str, ...], Points], across: frozenset[str], up: frozenset[str]
) -> Points:
    if len(across) == len(up) == 1:
        return found.get((next(iter(across)), next(iter(up))), ())
    return tuple(p for (a, b), points in found.items() if a in across and b in up for p in points)


def _base_cell(study: Study, across: Sequence[str], up: Sequence[str], *paths: str) -> Cell | None:
    """The cell that is the base, if there is one: row and column."""
    own = read.base_levels(study)
    x, y = (own.get(path, "") for path in paths)
    return (up.index(y), across.index(x)) if x in across and y in up else None


# What is said


def finding_of(study: Study, grid: Grid, plot: Plot) -> finding.Finding:
    """Say where the outcome is highest and where lowest, or that it hardly differs."""
    known = [
        (c.mean, i, j)
        for i, row in enumerate(grid.cells)
        for j, c in enumerate(row)
        if c is not None and not isnan(c.mean)
    ]
    outcome = grid.outcome
    names = [said.brief(said.factor(study, path), 440) for path in (plot.x, plot.y)]
    if not any(any(row) for row in grid.places):
        return finding.Finding(f"No point varies both {names[0]} and {names[1]}")
    if not known:
        return finding.Finding(finding.never(outcome))
    (_, a, b), (_, c, d) = min(known), max(known)
    pairs = max(len(known) * (len(known) - 1) // 2, 1)
    found = read.compared(study, grid.places[a][b], grid.places[c][d], outcome)
    if read.single(study) or not read.seen(found, pairs, outcome.least):
        return _unseen(study, outcome, f"{names[0]} and {names[1]}", found, pairs)
    high, low = _where(grid, names, (c, d), (a, b))
    title = f"{said.first_up(outcome.is_)} highest {high}; lowest {low}"
    return finding.Finding(title, finding.interval(outcome, found), True, found)


def _unseen(
    study: Study, outcome: Outcome, both: str, found: Difference, pairs: int
) -> finding.Finding:
    if found.difference == 0 and found.error == 0:
        value = outcome.amount(found.base, 0.0)
        return finding.Finding(f"Nothing moves: {outcome.is_} {value} whatever {both} are")
    if read.single(study):
        return finding.of_one_run(f"{outcome.name} by {both}")
    return finding.nothing(outcome, both, found, pairs)


def _where(grid: Grid, names: Sequence[str], *cells: Cell) -> list[str]:
    """Of two cells, the value and the levels: "(99) at EU cohesion 40 and rules simple"."""
    across = said.both(*(grid.across[j] for _, j in cells))
    up = said.both(*(grid.up[i] for i, _ in cells))
    told = []
    for (i, j), x, y in zip(cells, across, up, strict=True):
        cell = grid.cells[i][j]
        value = "" if cell is None else grid.outcome.number(cell.mean, cell.error)
        told.append(f"({value}) at {names[0]} {x} and {names[1]} {y}")
    return told


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
    base = study.base
    if base is not None and rows:
        cell = read.measure(study, (base,), grid.outcome)
        rows.append({plot.x: "base", plot.y: "base", **cell.row()})
    return read.table(rows)


# What is drawn


def _draw(sheet: Sheet, study: Study, grid: Grid, names: Sequence[str]) -> None:
    partly = any(c is not None and c.defined < 1 for row in grid.cells for c in row)
    ratios = (3, 2) if partly else (1,)
    maps = sheet.body.subplots(1, len(ratios), squeeze=False, width_ratios=ratios)[0]
    wide = (style.RIGHT - style.LEFT - 200) / sum(ratios)
    values, base = grid.numbers(), read.at_base(study, grid.outcome)
    low, high = _span(values, [] if base is None else [base.mean], grid.outcome)
    image = _map(maps[0], grid, names, values, (low, high), ratios[0] * wide)
    bar = sheet.body.colorbar(image, ax=maps[0], pad=0.02, aspect=32, label=grid.outcome.axis)
    bar.outline.set_visible(False)
    bar.ax.yaxis.set_major_formatter(parts.PLAIN)
    signs = _signs(grid)
    if base is not None:
        bar.ax.axhline(base.mean, color=VERMILLION, lw=3)
        value = grid.outcome.number(base.mean, base.error)
        signs.append(Line2D([], [], color=VERMILLION, lw=3, label=f"base {value}"))
    if tips(grid):
        _contour(maps[0], values, _numbered(grid, ratios[0] * wide))
        signs.append(Line2D([], [], color=INK, lw=3.5, label="where adoption passes 50% of runs"))
    if partly:
        _map(maps[1], grid, names, grid.numbers(defined=True), (0, 100), 2 * wide, defined=True)
        maps[1].set_title("Share of runs in which it is defined, %")
    if signs:
        sheet.legend(signs)


def _signs(grid: Grid) -> list[Patch | Line2D]:
    cells = [c for row in grid.cells for c in row]
    signs: list[Patch | Line2D] = []
    if any(c is not None and isnan(c.mean) for c in cells):
        undefined: Any = {"facecolor": PAPER, "edgecolor": QUIET, "hatch": "//"}
        signs.append(Patch(**undefined, label="not defined in any run"))
    if any(c is None for c in cells):
        signs.append(Patch(color=SHADE, label="not played"))
    if grid.base is not None:
        signs.append(Patch(fill=False, edgecolor=VERMILLION, lw=3, label="the base"))
    return signs


def _span(values: Floats, base: list[float], outcome: Outcome) -> tuple[float, float]:
    """The ends of the colours: of a chance all, of others at least so much that little is pale."""
    if outcome.kind == "adopted":
        return 0.0, 100.0
    known = [*values[~np.isnan(values)].tolist(), *base] or [0.0, 1.0]
    low, high = min(known), max(known)
    more = max(SPAN * outcome.least - (high - low), 0.0) / 2
    return low - more, high + more


def _map(
    axes: Axes, grid: Grid, names: Sequence[str], values: Floats, ends: tuple[float, float],
    wide: float, *, defined: bool = False,
) -> AxesImage:  # fmt: skip
    image = axes.imshow(values, vmin=ends[0], vmax=ends[1], aspect="auto", origin="lower")
    axes.grid(visible=False)
    parts.names_below(axes, [_level(t) for t in grid.across], names[0], wide - ROWS)
    every = max(1, -(-len(grid.up) * 22 // 700))
    shown = style.told_apart([_level(t) for t in grid.up][::every], ROWS, SMALL, 2)
    axes.set_yticks(np.arange(len(grid.up))[::every], shown)
    axes.set_ylabel(style.cut(names[1], 700, style.BODY, bold=True))
    axes.set_ylim(-0.5, len(grid.up) - 0.5)
    if min(values.shape, default=0) and max(values.shape) < 40:
        for side, count in (("x", len(grid.across)), ("y", len(grid.up))):
            getattr(axes, f"set_{side}ticks")(np.arange(count + 1) - 0.5, minor=True)
        axes.grid(which="minor", color=PAPER, linewidth=1.2)
        axes.set_axisbelow(False)
    never: Any = {"fc": PAPER, "ec": style.RULE, "hatch": "//"}
    for i, row in enumerate(grid.cells):
        for j, cell in enumerate(row):
            if cell is not None and isnan(cell.mean) and not defined:
                axes.add_patch(Rectangle((j - 0.5, i - 0.5), 1, 1, **never))
    if grid.base is not None:
        corner = (grid.base[1] - 0.47, grid.base[0] - 0.47)
        axes.add_patch(Rectangle(corner, 0.94, 0.94, fill=False, ec=VERMILLION, lw=3, zorder=5))
    if _numbered(grid, wide):
        _write(axes, image, grid, values, wide, defined)
    return image


def _level(text: str) -> str:
    """A level, a long number short."""
    return f"{float(text):.4g}" if read.numbers([text]) and len(text) > 6 else said.level(text)


def _size(grid: Grid, wide: float) -> tuple[float, float]:
    """About how many pixels a cell is wide and high."""
    return (wide - ROWS) / max(len(grid.across), 1), 640 / max(len(grid.up), 1)


def _numbered(grid: Grid, wide: float) -> bool:
    across, up = _size(grid, wide)
    return across >= CELL[0] and up >= CELL[1]


def _write(
    axes: Axes, image: AxesImage, grid: Grid, values: Floats, wide: float, defined: bool
) -> None:
    """Write the value of each cell, with its error where there is room."""
    room, high = _size(grid, wide)
    for (i, j), value in np.ndenumerate(values):
        cell = grid.cells[i][j]
        if cell is None or isnan(value):
            continue
        text = f"{value:.0f}"
        if not defined:
            text = grid.outcome.number(cell.mean, cell.error).removesuffix("%")
            if high >= ERROR and cell.error > 0:
                half = grid.outcome.number(read.WIDE * cell.error, cell.error)
                text += f"\n± {half.removesuffix('%')}"
        widest = max(style.width(line, 22) for line in text.split("\n"))
        size = min(22.0, 0.42 * high, 22.0 * (room - 8) / widest)
        if size >= 12:
            dark = np.array(image.to_rgba(np.array(value)))[:3] @ (0.299, 0.587, 0.114) > 0.5
            middle: Any = {"ha": "center", "va": "center", "fontsize": size * POINT}
            axes.text(j, i, text, color=INK if dark else PAPER, zorder=6, **middle)


def tips(grid: Grid) -> bool:
    """Whether a line of 50% can be drawn: ordered levels, and values on both sides."""
    values = grid.numbers()
    ordered = min(values.shape) > 1 and grid.outcome.kind == "adopted"
    known = values[~np.isnan(values)]
    numeric = all(read.numbers([t]) or " to " in t for t in (*grid.across, *grid.up))
    return ordered and numeric and bool((known < HALF).any() and (known > HALF).any())


def _contour(axes: Axes, values: Floats, numbered: bool) -> None:
    """The line at which half of the runs adopt; along the cells' edges if they bear numbers."""
    across, up = (np.arange(n, dtype=float) for n in values.shape[::-1])
    if numbered:
        across, up = (np.add.outer(at, (-0.499, 0.499)).ravel() for at in (across, up))
        values = np.repeat(np.repeat(values, 2, axis=0), 2, axis=1)
    for colour, thick in ((PAPER, 6.5), (INK, 3.5)):
        axes.contour(across, up, values, [HALF], colors=colour, linewidths=thick, zorder=4)
