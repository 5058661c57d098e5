"""Which factors matter: elementary effects, and shares of variance with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.show.plots import style
from sim.show.plots.labels import Label, arranged
from sim.show.plots.study import axes, said
from sim.show.plots.study.axes import Frame
from sim.show.plots.study.figure import Figure, footer, name
from sim.show.plots.study.read import Table
from sim.show.plots.study.said import Outcome
from sim.show.plots.style import BLUE, BODY, INK, ORANGE, QUIET, SKY, SMALL, Look, Sheet
from sim.study.findings import Study

if TYPE_CHECKING:
    from sim.sensitivity.effects import Effect, Index

Floats = npt.NDArray[np.float64]

SIGNS = (
    ("dot", BLUE, "a factor"),
    ("line", SKY, "95% interval of mu*"),
    ("dashed", QUIET, "above: the effect bends, or depends on other factors"),
)
MOST = 20  # factors that have a bar
NAMED = 25  # factors that have a label
NUMBERS = 250.0


def morris(study: Study, column: str, effects: Sequence[Effect]) -> Figure:
    """Draw how much each factor moves an outcome against how unevenly it does."""
    outcome = said.outcome(study, column)
    ordered = sorted((e for e in effects if isfinite(e.mu_star)), key=lambda e: -e.mu_star)
    sheet = Sheet(
        _most_effect(study, outcome, ordered), _about_effects(study, ordered), footer(study)
    )
    if ordered:
        _plane(sheet, study, outcome, ordered)
    data: Table = {
        "factor": [e.factor for e in effects],
        "mu_star": [e.mu_star for e in effects],
        "interval": [e.interval for e in effects],
        "mu": [e.mu for e in effects],
        "sigma": [e.sigma for e in effects],
    }
    return Figure(name("morris", column), "morris", sheet, data)


def _most_effect(study: Study, outcome: Outcome, ordered: Sequence[Effect]) -> str:
    tops = [(e.mu_star - e.interval, e.mu_star + e.interval) for e in ordered]
    if not ordered or not tops[0][1] > 0:
        return f"No factor moves {outcome.name} in these trajectories"
    if tops[0][0] <= 0:
        return f"No factor's effect on {outcome.name} can be told from none"
    tied = [e for e, (_, high) in zip(ordered, tops, strict=True) if high >= tops[0][0]]
    names = [said.brief(said.factor(study, e.factor), 420) for e in tied]
    if len(tied) == 1:
        amount = outcome.size(
            ordered[0].mu_star * outcome.scale, ordered[0].interval * outcome.scale
        )
        return f"{said.first_up(names[0])} moves {outcome.name} most: {amount} over its range"
    told = said.several(names)
    return f"{said.first_up(told)} move {outcome.name} most; their intervals overlap"


def _about_effects(study: Study, ordered: Sequence[Effect]) -> str:
    few = "named where there is room" if len(ordered) > 8 else ""
    effect = "elementary effects over each factor's whole range, 95% intervals by bootstrap"
    size = said.counted(study.experiment.size, "trajectory").replace("trajectorys", "trajectories")
    return said.notes(study, effect, size if study.experiment.size else "", few)


def _plane(sheet: Sheet, study: Study, outcome: Outcome, ordered: Sequence[Effect]) -> None:
    scale = outcome.scale
    mu = np.array([e.mu_star for e in ordered]) * scale
    half = np.array([e.interval if isfinite(e.interval) else 0.0 for e in ordered]) * scale
    sigma = np.array([e.sigma for e in ordered]) * scale
    unit = " (percentage points)" if outcome.form.unit == "%" else ""
    across = axes.amounts(
        [0.0, *(mu - half), *(mu + half)],
        f"mu*, mean size of the effect on {outcome.name}{unit}",
        0.0,
    )
    up = axes.amounts([0.0, *sigma], f"sigma, how much the effect varies{unit}", 0.0)
    frame = axes.framed(sheet, axes.WHOLE, across, up)
    guides = _guides(sheet, frame)
    at = frame.at(mu, sigma)
    ends = [
        frame.at([max(m - h, 0.0), m + h], [s, s]) for m, h, s in zip(mu, half, sigma, strict=True)
    ]
    sheet.line(ends, SKY, 3)
    sheet.marks(at, Look("", BLUE, "o"), 16, edge=1.2)
    along = [np.linspace(end[0], end[1], 12) for end in ends]
    _names(sheet, study, frame, ordered, at, np.concatenate([guides, *along]))
    axes.legend(sheet, SIGNS)


def _guides(sheet: Sheet, frame: Frame) -> Floats:
    """Lines at which sigma is a tenth, half and all of mu*; where their words stand: (n, 2)."""
    placed = []
    for ratio, words in ((0.1, "sigma = 0.1 mu*"), (0.5, "0.5 mu*"), (1.0, "sigma = mu*")):
        most = min(frame.across.high, frame.up.high / ratio)
        path = frame.at([0.0, most], [0.0, ratio * most])
        sheet.line([path], QUIET, 1.5, dashes=(5, 4))
        x, y = path[1]
        lean = float((path[1, 0] - path[0, 0]) / max(path[0, 1] - path[1, 1], 1.0))
        top = y < frame.box.y + 30
        at = (x - 26 * lean - 10, y + 22) if top else (x - 8, y - 12 - 60 / max(lean, 1.0))
        sheet.text(at[0], at[1], words, 15, QUIET, align="right")
        half = style.width(words, 15) / 2
        placed += [(at[0] - half * k, at[1] - 5) for k in (0.2, 1.0, 1.8)]
    return np.array(placed)


def _names(
    sheet: Sheet,
    study: Study,
    frame: Frame,
    ordered: Sequence[Effect],
    at: Floats,
    in_the_way: Floats,
) -> None:
    """Name the strongest, as long as there is room for a name that lies on nothing else."""
    labels = [
        Label(style.cut(said.factor(study, e.factor), 360, SMALL), xy, 14, False, SMALL)
        for e, xy in zip(ordered[:NAMED], at, strict=False)
    ]
    taken: list[tuple[float, float, float, float]] = []
    for label, (x, y), apart in arranged(labels, at, in_the_way, frame.box):
        mine = (x - 2, y - label.size, x + label.wide + 2, y + 5)
        if any(_overlap(mine, other) for other in taken) or _on(mine, at, label.at):
            continue
        taken.append(mine)
        if apart:
            sheet.line([np.array([label.at, (x + label.wide / 2, y - 6)])], QUIET, 1)
        sheet.text(x, y, label.words, label.size)


def _overlap(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _on(box: tuple[float, ...], marks: Floats, own: Floats) -> bool:
    """Whether a box lies on the mark of another point."""
    x, y = marks[:, 0], marks[:, 1]
    under = (x > box[0] - 6) & (x < box[2] + 6) & (y > box[1] - 6) & (y < box[3] + 6)
    return bool((under & (np.abs(marks - own).max(axis=1) > 1)).any())


def indices(study: Study, column: str, found: Sequence[Index]) -> Figure:
    """Draw the share of an outcome's variance that each factor makes, alone and in all."""
    outcome = said.outcome(study, column)
    ordered = sorted(found, key=lambda i: -i.total if isfinite(i.total) else 1.0)
    sheet = Sheet(
        _most_share(study, outcome, ordered), _about_shares(study, ordered), footer(study)
    )
    _bars(sheet, study, outcome, ordered[:MOST])
    data: Table = {
        "factor": [i.factor for i in found],
        "first": [i.first for i in found],
        "first_interval": [i.first_interval for i in found],
        "total": [i.total for i in found],
        "total_interval": [i.total_interval for i in found],
    }
    return Figure(name("indices", column), "indices", sheet, data)


def _most_share(study: Study, outcome: Outcome, ordered: Sequence[Index]) -> str:
    known = [i for i in ordered if isfinite(i.total)]
    told = [(i.total - i.total_interval, i.total + i.total_interval) for i in known]
    if not known or not told[0][0] > 0:
        return f"No factor's share in the variance of {outcome.name} can be told from none"
    tied = [i for i, (_, high) in zip(known, told, strict=True) if high >= told[0][0]]
    names = said.several([said.brief(said.factor(study, i.factor), 420) for i in tied])
    if len(tied) > 1:
        return f"{said.first_up(names)} matter most to {outcome.name}; their intervals overlap"
    low, high = (100 * min(max(end, 0.0), 1.0) for end in told[0])
    return (
        f"{said.first_up(names)} matters most to {outcome.name}: {low:.0f} to {high:.0f}% of its"
        " variance, with interactions"
    )


def _about_shares(study: Study, ordered: Sequence[Index]) -> str:
    few = f"the {MOST} largest of {len(ordered)}" if len(ordered) > MOST else ""
    what = "shares of the variance between points; 95% intervals by bootstrap"
    return said.notes(study, what, f"{len(study.points):,} points", few)


def _bars(sheet: Sheet, study: Study, outcome: Outcome, shown: Sequence[Index]) -> None:
    x, y, wide, _ = axes.WHOLE
    known = [i for i in shown if isfinite(i.first) and isfinite(i.total)]
    ends = [v for i in known for v in (i.first - i.first_interval, i.total + i.total_interval)]
    names = [said.factor(study, i.factor) for i in shown]
    frame = axes.rowed(sheet, names, NUMBERS, axes.amounts([0.0, 1.0, *ends], most=6))
    heading = f"Share of the variance of {outcome.name}"
    sheet.text(x, y + 10, style.cut(heading, wide, BODY, bold=True), BODY, bold=True)
    for place, (index, name_) in enumerate(zip(shown, names, strict=True)):
        _row(sheet, frame, index, name_, float(frame.y(place)), frame.box.high / len(shown))
    signs = [("box", BLUE, "alone (S1)"), ("box", ORANGE, "with all its interactions (ST)")]
    axes.legend(sheet, [*signs, ("line", INK, "95% interval")])


def _row(sheet: Sheet, frame: Frame, index: Index, name_: str, y: float, high: float) -> None:
    size = min(float(BODY), max(0.5 * high, 14.0))
    axes.row_name(sheet, frame, name_, y, size)
    tall, zero = min(0.3 * high, 30.0), float(frame.x(0.0))
    rows = ((index.first, index.first_interval, BLUE), (index.total, index.total_interval, ORANGE))
    for side, (value, half, colour) in zip((-0.55, 0.55), rows, strict=True):
        if not isfinite(value):
            continue
        at, middle = float(frame.x(value)), y + side * tall
        corners = style.box(min(zero, at), middle - tall / 2, abs(at - zero), tall)
        sheet.area([corners], colour)
        low, top = (float(v) for v in frame.x([value - half, value + half]))
        sheet.line([[(low, middle), (top, middle)]], INK, 2)
    told = f"{_share(index.first)} alone, {_share(index.total)} in all"
    right = frame.box.x + frame.box.wide + 14
    sheet.text(right, y + 0.36 * size, told, min(size, SMALL), QUIET)


def _share(value: float) -> str:
    return f"{value:.2f}".replace("-0.00", "0.00") if isfinite(value) else "unknown"
