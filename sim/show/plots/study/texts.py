"""Where each clause of a draft ends up over the runs, by level: strips of quantiles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from sim.analysis.paired import Difference
from sim.experiment.model import Plot
from sim.show.plots import style
from sim.show.plots.study import finding, read, said
from sim.show.plots.study.figure import Figure, name, page
from sim.show.plots.study.read import Points
from sim.show.plots.style import BLUE, INK, QUIET, SKY, SMALL, Sheet
from sim.study.findings import Study

CLAUSES = 15  # that have room; of more, those that move most
ROWS = 14  # levels that have room
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class Strip:
    """One clause at one level: quantiles over the runs, nan where it is not defined."""

    level: str
    points: Points
    quantiles: tuple[float, ...]
    runs: int


@dataclass(frozen=True)
class Clause:
    """One clause: its strips by level, and its median at the base."""

    column: str
    label: str
    strips: tuple[Strip, ...]
    base: float

    @property
    def reach(self) -> float:
        """How far its median is from the base's, or between levels, at most."""
        middles = [s.quantiles[2] for s in self.strips] + [self.base]
        known = [m for m in middles if not isnan(m)]
        return max(known) - min(known) if known else 0.0


def clauses_of(study: Study, draft: str) -> list[str]:
    """The columns that tell where a draft's clauses end up, in order."""
    mine = [c for c in study.outcomes if c.startswith(f"{draft}.") and c.endswith(".value")]
    return [c for c in mine if said.outcome(study, c).draft == draft]


def texts(study: Study, plot: Plot) -> Figure:
    """Draw the clauses of a draft over the runs, at the levels of ``by`` or ``x``."""
    by = plot.by or plot.x
    levels = _levels(study, by)
    clauses = [
        _clause(study, plot.draft, column, levels) for column in clauses_of(study, plot.draft)
    ]
    told = _finding(study, plot.draft, by, levels, clauses)
    kept = sorted(range(len(clauses)), key=lambda i: -clauses[i].reach)[:CLAUSES]
    shown = [clauses[i] for i in sorted(kept)]
    with page(study, told.title, _subtitle(study, plot.draft, by, levels, clauses, told)) as sheet:
        _draw(sheet, shown, f"{plot.draft}.CLAUSE.value")
    file = name("texts", plot.draft, f"by-{by}" if by else "")
    return Figure(file, "texts", sheet, _table(clauses, by))


def _levels(study: Study, by: str) -> list[tuple[str, Points]]:
    """Levels with their points; without a factor every point is a level of its own."""
    base = study.base
    first: list[tuple[str, Points]] = [("base", (base,))] if base else []
    if not by:
        rest = [(said.point(study, p), (p,)) for p in study.points if p.settings]
        return first + rest
    return first + read.beside_base(study, by)


def _name(study: Study, by: str, level: str) -> str:
    named = by and level != "base"
    if not named:
        return said.brief(level, 560)
    return f"{said.brief(said.factor(study, by))} {said.brief(said.level(level), 300)}"


def _clause(study: Study, draft: str, column: str, levels: Sequence[tuple[str, Points]]) -> Clause:
    outcome = said.outcome(study, column)
    label = column.removeprefix(f"{draft}.").removesuffix(".value")
    strips = []
    for level, points in levels:
        values, _ = read.column(study, points, outcome)
        known = values[~np.isnan(values)]
        spots = np.quantile(known, QUANTILES) if len(known) else [read.NAN] * len(QUANTILES)
        strips.append(Strip(level, points, tuple(float(q) for q in spots), len(known)))
    has_base = study.base is not None and bool(strips)
    return Clause(column, label, tuple(strips), strips[0].quantiles[2] if has_base else read.NAN)


def _finding(
    study: Study,
    draft: str,
    by: str,
    levels: Sequence[tuple[str, Points]],
    clauses: Sequence[Clause],
) -> finding.Finding:
    if not clauses:
        return finding.Finding(f"No outcome tells of the clauses of {draft}")
    if len(levels) < 2:
        return finding.Finding(f"Where the clauses of {draft} end up in {_runs(study)}")
    # The base differs from a mean over other factors in those factors too, not in this one only.
    pooled = read.averaged(points for _, points in levels) > 1
    reference, *rest = levels[1:] if pooled and study.base else levels
    told = [
        (read.compared(study, reference[1], points, said.outcome(study, c.column)), c, level)
        for c in clauses
        for level, points in rest
    ]
    moved = [t for t in told if read.seen(t[0], len(told), said.outcome(study, t[1].column).least)]
    if not moved:
        return _unmoved(study, draft, told[0][0] if told else None)
    count = len({clause.column for _, clause, _ in moved})
    most, clause, level = max(moved, key=lambda t: abs(t[0].difference))
    which = f"{count} of {len(clauses)} clauses move, most {clause.label}"
    where = _name(study, by, level)
    if by and reference[0] != "base":
        apart = said.both(level, reference[0])
        where = f"{said.brief(said.factor(study, by))} {apart[0]} rather than {apart[1]}"
    return _moved(study, f"{draft}: {which}", clause, most, where)


def _moved(
    study: Study, which: str, clause: Clause, most: Difference, where: str
) -> finding.Finding:
    outcome = said.outcome(study, clause.column)
    ends = (outcome.number(value, most.error) for value in (most.base, most.changed))
    title = f"{which}, from a mean of {' to '.join(ends)} with {where}"
    return finding.Finding(title, finding.interval(outcome, most), True, most)


def _unmoved(study: Study, draft: str, first: Difference | None) -> finding.Finding:
    if first is not None and isnan(first.error):
        return finding.Finding(f"Where the clauses of {draft} end up in {_runs(study)}")
    told = "no clause's mean differs by more than these runs can show"
    return finding.Finding(f"Nothing moves in {draft}: {told}")


def _runs(study: Study) -> str:
    return "one run" if study.runs == 1 else f"{study.runs:,} runs"


def _subtitle(
    study: Study,
    draft: str,
    by: str,
    levels: Sequence[tuple[str, Points]],
    clauses: Sequence[Clause],
    told: finding.Finding,
) -> str:
    what = f"by {said.factor(study, by)}" if by else ""
    few = f"{ROWS} of {len(levels)} levels" if len(levels) > ROWS else ""
    most = f"the {CLAUSES} of {len(clauses)} clauses that differ most"
    left = most if len(clauses) > CLAUSES else ""
    scale = "each on its issue's scale of 0-100"
    mean = read.of_others(points for _, points in levels)
    runs = read.runs_a_point(study)
    return said.notes(study, told.detail, f"clauses of {draft}", what, scale, runs, mean, few, left)


def _table(clauses: Sequence[Clause], by: str) -> read.Table:
    return read.table(
        {
            "clause": clause.label,
            by or "setting": strip.level,
            "runs": strip.runs,
            **{
                f"q{round(100 * q):02d}": v for q, v in zip(QUANTILES, strip.quantiles, strict=True)
            },
        }
        for clause in clauses
        for strip in clause.strips
    )


def _draw(sheet: Sheet, shown: Sequence[Clause], kept: str) -> None:
    """A panel for each clause, with a strip for each level."""
    if not shown:
        axes = sheet.body.subplots()
        axes.set_axis_off()
        middle: Any = {"ha": "center", "color": QUIET, "fontsize": 16}
        axes.text(0.5, 0.6, f"The study keeps no outcome of the kind {kept}", **middle)
        return
    levels = read.evenly([said.level(s.level) for s in shown[0].strips], ROWS)
    columns = 5 if len(levels) < 6 else 4
    panels = sheet.panels(len(shown), columns)
    names = style.told_apart(levels, 300 if len(shown) < 5 else 190, SMALL, 2)
    for axes, clause in zip(panels, shown, strict=True):
        axes.set_title(style.cut(clause.label, 260, SMALL + 2, bold=True))
        axes.axvline(clause.base, color=INK, lw=1.6, ls=(0, (5, 4)), label="median at the base")
        _strips(axes, read.evenly(clause.strips, ROWS))
    panels[0].set(xlim=(-3, 103), ylim=(len(levels) - 0.5, -0.5), xticks=(0, 25, 50, 75, 100))
    panels[0].set_yticks(range(len(levels)), names)
    panels[0].tick_params(axis="y", labelcolor=INK)
    sheet.body.supxlabel("0-100, each on its issue's scale")
    known = not isnan(shown[0].base)
    signs = dict(zip(*reversed(panels[0].get_legend_handles_labels()), strict=True))
    sheet.legend([sign for word, sign in signs.items() if known or "base" not in word])


def _strips(axes: Axes, strips: Sequence[Strip]) -> None:
    rows = np.arange(len(strips))
    low, inner, middle, outer, high = np.array([strip.quantiles for strip in strips]).T
    thick = min(14.0, 200 / max(len(rows), 1))
    axes.hlines(rows, low, high, color=SKY, alpha=0.45, lw=0.5 * thick, label="nine runs in ten")
    axes.hlines(rows, inner, outer, color=SKY, lw=thick, label="half of the runs")
    axes.plot(middle, rows, "o", color=BLUE, ms=0.7 * thick, label="median of the runs")
    axes.grid(visible=False, axis="y")
    for row in rows[np.isnan(middle)]:
        axes.text(2, row, "not defined", va="center", color=QUIET)
