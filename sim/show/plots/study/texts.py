"""Where each clause of a draft ends up over the runs, by level: strips of quantiles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

import numpy as np

from sim.analysis.paired import Difference
from sim.experiment.model import Plot, Point
from sim.show.plots import style
from sim.show.plots.study import axes, finding, read, said
from sim.show.plots.study.axes import Box, Frame, Scale
from sim.show.plots.study.figure import Figure, footer, name
from sim.show.plots.study.read import Points
from sim.show.plots.style import BLUE, BODY, INK, PAPER, QUIET, SHADE, SKY, SMALL, Look, Sheet
from sim.study.findings import Study

CLAUSES = 15  # that have room; of more, those that move most
ROWS = 14  # levels that have room
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
GAP = (30.0, 62.0)  # pixels between panels


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
    sheet = Sheet(
        told.title, _subtitle(study, plot.draft, by, levels, clauses, told), footer(study)
    )
    _panels(sheet, shown)
    _legend(sheet, study)
    file = name("texts", plot.draft, f"by-{by}" if by else "")
    return Figure(file, "texts", sheet, _table(clauses, by))


def _levels(study: Study, by: str) -> list[tuple[str, Points]]:
    """Levels with their points; without a factor every point is a level of its own."""
    base = read.base(study)
    first: list[tuple[str, Points]] = [("base", (base,))] if base else []
    if not by:
        rest = [(_words(study, p), (p,)) for p in study.points if p.settings]
        return first + rest
    return first + read.beside_base(study, by)


def _words(study: Study, point: Point) -> str:
    return said.point(study, point)


def _name(study: Study, by: str, level: str) -> str:
    named = by and level != "base"
    return f"{said.factor(study, by)} {said.level(level)}" if named else level


def _clause(study: Study, draft: str, column: str, levels: Sequence[tuple[str, Points]]) -> Clause:
    outcome = said.outcome(study, column)
    label = column.removeprefix(f"{draft}.").removesuffix(".value")
    strips = []
    for level, points in levels:
        values, _ = read.column(study, points, outcome)
        known = values[~np.isnan(values)]
        spots = np.quantile(known, QUANTILES) if len(known) else [read.NAN] * len(QUANTILES)
        strips.append(Strip(level, points, tuple(float(q) for q in spots), len(known)))
    has_base = read.base(study) is not None and bool(strips)
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
    reference, *rest = levels[1:] if pooled and read.base(study) else levels
    told = [
        (read.compared(study, reference[1], points, said.outcome(study, c.column)), c, level)
        for c in clauses
        for level, points in rest
    ]
    moved = [t for t in told if read.seen(t[0], len(told))]
    if not moved:
        return _unmoved(study, draft, told[0][0] if told else None)
    count = len({clause.column for _, clause, _ in moved})
    most, clause, level = max(moved, key=lambda t: abs(t[0].difference))
    which = f"{count} of {len(clauses)} clauses move, most {clause.label}"
    where = _name(study, by, level)
    if reference[0] != "base":
        where += f" rather than {said.level(reference[0])}"
    return _moved(study, f"{draft}: {which}", clause, most, where)


def _moved(
    study: Study, which: str, clause: Clause, most: Difference, where: str
) -> finding.Finding:
    outcome = said.outcome(study, clause.column)
    ends = (outcome.number(value, most.error) for value in (most.base, most.changed))
    title = f"{which}, from a mean of {' to '.join(ends)} with {said.brief(where, 560)}"
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


def _panels(sheet: Sheet, shown: Sequence[Clause]) -> None:
    x, y, wide, high = axes.WHOLE
    names = _names([s.level for c in shown[:1] for s in c.strips])
    area = Box(x, y + 30, wide, high - 62)
    boxes = axes.panels(len(shown), area, GAP)
    for clause, box in zip(shown, boxes, strict=True):
        first = box.x == area.x
        _panel(
            sheet, clause, box, names if first or len(shown) <= 4 else min(names, 0.32 * box.wide)
        )


def _names(levels: Sequence[str]) -> float:
    """Pixels for the names of levels."""
    shown = read.evenly(levels, ROWS)
    return min(max((style.width(said.level(t), SMALL) for t in shown), default=0.0) + 14, 300.0)


def _panel(sheet: Sheet, clause: Clause, box: Box, names: float) -> None:
    shown = read.evenly(clause.strips, ROWS)
    names = min(names, 0.38 * box.wide)
    area = Box(box.x + names, box.y, box.wide - names, box.high)
    frame = Frame(area, Scale(-3, 103), Scale(max(len(shown), 1) - 0.5, -0.5))
    sheet.area([style.box(*area)], SHADE)
    heading = style.cut(clause.label, area.wide, BODY, bold=True)
    sheet.text(area.x, area.y - 10, heading, BODY, bold=True)
    for value in (0, 25, 50, 75, 100):
        at = float(frame.x(value))
        sheet.line([[(at, area.y), (at, area.y + area.high)]], PAPER, 2)
        if value % 50 == 0 or area.wide > 240:
            sheet.text(at, area.y + area.high + 20, str(value), 15, QUIET, align="center")
    if not isnan(clause.base):
        at = float(frame.x(clause.base))
        sheet.line([[(at, area.y), (at, area.y + area.high)]], INK, 2, dashes=(5, 4))
    step = area.high / max(len(shown), 1)
    size = min(float(SMALL), 0.75 * step)
    labels = axes.told_apart([said.level(s.level) for s in shown], names - 12, size)
    for place, (strip, label) in enumerate(zip(shown, labels, strict=True)):
        _strip(sheet, frame, strip, place, label, size)


def _strip(sheet: Sheet, frame: Frame, strip: Strip, place: int, label: str, size: float) -> None:
    y = float(frame.y(float(place)))
    step = abs(float(frame.y(1.0)) - float(frame.y(0.0)))
    sheet.text(frame.box.x - 10, y + 0.36 * size, label, size, INK, align="right")
    if not strip.runs:
        sheet.text(float(frame.x(2)), y + 0.36 * size, "not defined", size, QUIET)
        return
    tall = min(0.6 * step, 22.0)
    low, inner, middle, outer, high = (float(v) for v in frame.x(strip.quantiles))
    sheet.area([style.box(low, y - tall / 4, max(high - low, 1.5), tall / 2)], SKY, alpha=0.45)
    sheet.area([style.box(inner, y - tall / 2, max(outer - inner, 1.5), tall)], SKY)
    sheet.marks([(middle, y)], Look("", BLUE, "o"), min(0.8 * tall, 12))


def _legend(sheet: Sheet, study: Study) -> None:
    base = read.base(study) is not None
    entries = [
        ("dot", BLUE, "median of the runs"),
        ("box", SKY, "half of the runs"),
        ("band", SKY, "nine runs in ten"),
    ]
    axes.legend(sheet, [*entries, *([("dashed", INK, "median at the base")] if base else [])])
