"""Figures of the EU back-test: who is better than the compromise model, where, and how it looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.backtest.eu.fitted import MAIN
from sim.backtest.eu.scoring import FULL, Interval, Score
from sim.backtest.eu.study import BASE, Study, ordered
from sim.backtest.eu.tabled import first_up
from sim.backtest.found import Figure
from sim.backtest.verdicts import times
from sim.show import words
from sim.show.tables import Table

if TYPE_CHECKING:
    from sim.show.plots.study.axes import Frame
    from sim.show.plots.style import Sheet

Floats = npt.NDArray[np.float64]

NAME = "eu"
NUMBERS = 330.0  # pixels for the numbers at the right of rows
SIGNS = ("better, seen", "worse, seen", "not told from none")


def figures(of: Study) -> dict[str, Figure]:
    """The figures, by name; those of the fitted model only where it could be fitted."""
    found = {"models": _models(of)}
    if of.scores[MAIN].issues:
        found["kinds"] = _kinds(of)
        found["hindcasts"] = _hindcasts(of)
    return found


def _models(of: Study) -> Figure:
    names = [n for n in ordered(of.scores) if n != BASE and of.scores[n].issues]
    scores = {of.titles[n]: of.scores[n] for n in names}
    better = [t for t, s in scores.items() if s.difference.seen < 0]
    many = f"{len(better) or 'None'} of {len(scores)} models"
    title = f"{many} {'beat' if len(better) > 1 else 'beats'} the compromise model visibly"
    title += f": {words.both(better)}" if better else ""
    about = (
        "Mean absolute error minus the compromise model's"
        f" ({words.number(of.scores[BASE].mean, 1)} points on all issues), on the same issues, with"
        " 95% intervals over proposals"
    )
    return Figure(title, about + ".", _Forest(title, about, scores), _table(scores))


def _kinds(of: Study) -> Figure:
    parts = {f"{k} ({s.issues})": s for k, s in of.kinds.items()}
    rest = {k: s for k, s in of.kinds.items() if k != "all issues"}
    seen = [k for k, s in rest.items() if s.difference.seen < 0]
    main = first_up(of.titles[MAIN])
    title = (
        f"{main}: a lead that can be seen on {len(seen)} of {times(len(rest), 'kind')} of issue"
        if seen
        else f"{main}: on no kind of issue a lead that can be seen"
    )
    about = (
        f"Mean absolute error of {of.titles[MAIN]} minus the compromise model's, by kind of issue"
        " (number of issues); kinds overlap"
    )
    return Figure(title, about + ".", _Forest(title, about, parts), _table(of.kinds))


def _table(scores: Mapping[str, Score]) -> Table:
    return {
        "title": list(scores),
        "issues": [s.issues for s in scores.values()],
        "difference": [round(s.difference.mean, 6) + 0.0 for s in scores.values()],
        "low": [round(s.difference.low, 6) + 0.0 for s in scores.values()],
        "high": [round(s.difference.high, 6) + 0.0 for s in scores.values()],
    }


class _Forest:
    """Draw a difference and its interval in each row, the first row on top."""

    def __init__(self, title: str, about: str, scores: Mapping[str, Score]) -> None:
        self.title, self.about, self.scores = title, about, scores

    def __call__(self, file: Path) -> None:
        from sim.backtest import drawing
        from sim.show.plots.study import axes

        page = drawing.sheet(self.title, self.about, NAME)
        told = [s.difference for s in self.scores.values()]
        ends = [v for d in told for v in (d.mean, d.low, d.high) if not isnan(v)]
        across = axes.amounts([0.0, *ends], most=8)
        frame = axes.rowed(page, list(self.scores), NUMBERS, across)
        page.text(
            frame.box.x, frame.box.y - 18, "points more than the compromise model: less is better",
            17, bold=True,
        )  # fmt: skip
        high = frame.box.high / max(len(told), 1)
        for row, (name, score) in enumerate(self.scores.items()):
            _row(page, frame, name, score, float(frame.y(row)), high)
        _signs(page)
        page.save(file)


def _row(page: Sheet, frame: Frame, name: str, score: Score, y: float, high: float) -> None:
    from sim.show.plots.study import axes
    from sim.show.plots.style import INK, QUIET, Look

    found, size = score.difference, min(20.0, max(0.62 * high, 12.0))
    colour = _colour(found)
    axes.row_name(page, frame, name, y, size)
    if not isnan(found.low):
        low, top = (float(v) for v in frame.x([found.low, found.high]))
        tall = min(0.18 * high, 7.0)
        ends = [[(end, y - tall), (end, y + tall)] for end in (low, top)]
        page.line([[(low, y), (top, y)], *ends], colour, 2.5)
    at = float(frame.x(found.mean))
    page.marks([(at, y)], Look("", colour, _marker(found)), min(0.5 * high, 16.0))
    number = f"{words.signed(found.mean, 2)}"
    number += (
        ""
        if isnan(found.low)
        else (f"  ({words.signed(found.low, 2)} to {words.signed(found.high, 2)})")
    )
    right = frame.box.x + frame.box.wide + 16
    page.text(right, y + 0.36 * size, number, size, INK if found.seen else QUIET,
              bold=bool(found.seen))  # fmt: skip


def _colour(found: Interval) -> str:
    from sim.show.plots.style import BLUE, GREY, VERMILLION

    return {-1: BLUE, 1: VERMILLION}.get(found.seen, GREY)


def _marker(found: Interval) -> str:
    return {-1: "o", 1: "s"}.get(found.seen, "D")


def _signs(page: Sheet) -> None:
    from sim.backtest import drawing
    from sim.show.plots.style import BLUE, GREY, VERMILLION, Look

    looks = [Look("", BLUE, "o"), Look("", VERMILLION, "s"), Look("", GREY, "D")]
    drawing.legend(page, SIGNS, looks)


def _hindcasts(of: Study) -> Figure:
    names = (BASE, MAIN)
    recorded = of.decisions.outcome
    known = of.decisions.known
    near = [float((np.abs(of.hindcasts[n] - recorded)[known] <= 0.1 + 1e-9).mean()) for n in names]
    title = (
        f"Within 10 points of the outcome: {of.titles[MAIN]} on {words.percent(near[1])} of issues,"
        f" the compromise model on {words.percent(near[0])}"
    )
    about = "Hindcast and recorded outcome of every issue; on the line a hindcast is right"
    data: Table = {
        "issue": [of.decisions.issue[i] for i in known],
        "recorded": np.round(FULL * recorded[known], 6),
        **{f"p_{n}": np.round(FULL * of.hindcasts[n][known], 6) for n in names},
    }
    panels = [(of.titles[n], FULL * of.hindcasts[n][known]) for n in names]
    return Figure(title, about + ".", _Panels(title, about, panels, FULL * recorded[known]), data)


class _Panels:
    """Draw hindcasts against outcomes, one model a panel."""

    def __init__(
        self, title: str, about: str, panels: Sequence[tuple[str, Floats]], recorded: Floats
    ) -> None:
        self.title, self.about, self.panels, self.recorded = title, about, panels, recorded

    def __call__(self, file: Path) -> None:
        from sim.backtest import drawing
        from sim.show.plots.study import axes
        from sim.show.plots.study.axes import WHOLE, Box, Scale
        from sim.show.plots.style import BLUE, GREY, Look

        page = drawing.sheet(self.title, self.about, NAME)
        ticks = tuple((float(v), str(v)) for v in (0, 25, 50, 75, 100))
        wide = (WHOLE.wide - 60) / 2
        for place, (name, said) in enumerate(self.panels):
            box = Box(WHOLE.x + place * (wide + 60), WHOLE.y, wide, WHOLE.high + 34)
            across = Scale(-3, 103, ticks, f"hindcast of {name}")
            frame = axes.framed(page, box, across, Scale(-3, 103, ticks, "recorded outcome"))
            page.line([frame.at([0.0, 100.0], [0.0, 100.0])], GREY, 2.0)
            there = ~np.isnan(said)
            page.marks(
                frame.at(said[there], self.recorded[there]), Look("", BLUE, "o", hollow=True), 12
            )
        page.save(file)
