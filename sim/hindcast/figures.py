"""Figures of the back-test: each resolution's accuracy beside baselines, and calibration."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from sim.hindcast.beside import CUT, LAST, MAJORITY, OURS
from sim.hindcast.hindcasts import AFTER
from sim.hindcast.marks import HABIT, RATE, Bin, Marked
from sim.hindcast.tables import BIN
from sim.scoring import drawing
from sim.scoring.found import Figure, attributes
from sim.show import words
from sim.show.plots import parts
from sim.show.plots.style import GREY, Sheet
from sim.show.tables import Table

Floats = npt.NDArray[np.float64]

NAME = "votes"
SHOWN = (OURS, LAST, CUT, MAJORITY)
MOST = 24  # resolutions in a figure: the latest
ENOUGH = 20  # hindcasts in a bin that is drawn


def figures(
    by: Mapping[str, Mapping[str, Marked]],
    bins: Mapping[str, Sequence[Bin]],
    absent: Mapping[str, Mapping[str, tuple[float, float, float]]],
    until: dt.date,
) -> dict[str, Figure]:
    """The figures by name.

    Args:
        by: what is scored, by resolution and hindcast.
        bins: calibration, by side of the cut.
        absent: Brier score, log score and AUC of not voting, by side and hindcast.
        until: the cut.
    """
    found = {}
    if by:
        found["accuracy"] = _accuracy(by, until)
    for name, said in bins.items():
        if said:
            found[f"calibration_{'after' if name == AFTER else 'before'}"] = _calibration(
                name, said, until
            )
    for side in list(absent)[:1]:
        found["absence"] = _absence(side, absent[side], until)
    return found


def _absence(side: str, absent: Mapping[str, tuple[float, float, float]], until: dt.date) -> Figure:
    names = list(absent)
    brier = np.array([absent[n][0] for n in names])
    title = (
        f"Who does not vote, {side}: Brier {absent[OURS][0]:.3f}, own habit"
        f" {absent[HABIT][0]:.3f}, base rate {absent[RATE][0]:.3f}"
    )
    data: Table = {"hindcast": names, "brier": np.round(brier, 6)}

    def paint(page: Sheet) -> None:
        right = [f"{b:.4f}" for b in brier]
        across = drawing.rows(page, names, {"Brier score": brier}, right)
        parts.amounts(across, "Brier score of not voting")

    about = "Brier score, lower is better"
    return drawing.figure(NAME, title, about, data, paint, until.isoformat())


def _accuracy(by: Mapping[str, Mapping[str, Marked]], until: dt.date) -> Figure:
    labels = list(by)[-MOST:]
    series = {n: np.array([_of(by[r], n) for r in labels]) for n in SHOWN}
    dates = [next(iter(by[r].values())).of.item.date for r in labels]
    gaps = [
        by[r][LAST].ours.accuracy - by[r][LAST].scores.accuracy for r in labels if LAST in by[r]
    ]
    more, level = sum(g > 0 for g in gaps), sum(g == 0 for g in gaps)
    title = (
        f"Of {len(gaps)} votes with a precedent, the model calls more states right than repeating"
        f" the last vote in {more}, as many in {level}, fewer in {len(gaps) - more - level}"
    )
    about = (
        "Share called right of the states that voted and of which a hindcast says something;"
        " the majority class knows the result; * from the cut on"
    )
    right = [d.isoformat() + (" *" if d >= until else "") for d in dates]
    data: Table = {
        "resolution": labels,
        "date": [d.isoformat() for d in dates],
        **{_column(n): np.round(v, 6) for n, v in series.items()},
    }

    def paint(page: Sheet) -> None:
        parts.amounts(drawing.rows(page, labels, series, right), "accuracy", high=1.0)

    return drawing.figure(NAME, title, about, data, paint, until.isoformat())


def _column(name: str) -> str:
    return name.replace(" ", "_")


def _of(marks: Mapping[str, Marked], name: str) -> float:
    return marks[name].scores.accuracy if name in marks else float("nan")


def _calibration(side: str, bins: Sequence[Bin], until: dt.date) -> Figure:
    count = sum(b.states for b in bins)
    off = sum(b.states * abs(b.chance - b.share) for b in bins) / count
    worst = max(bins, key=lambda b: b.states * abs(b.chance - b.share))
    title = (
        f"{side.capitalize()}, chances are off by {words.percent(off)} on average; most for"
        f" {worst.answer}: {words.percent(worst.chance)} given, {words.percent(worst.share)} came"
    )
    about = (
        f"Share of states that did so, by the chance they were given; bins with at least {ENOUGH}"
        " hindcasts; on the grey line chances are as they should be"
    )
    answers = list(dict.fromkeys(b.answer for b in bins))
    shown = {
        a: (
            np.array([b.chance for b in bins if b.answer == a and b.states >= ENOUGH]),
            np.array([b.share for b in bins if b.answer == a and b.states >= ENOUGH]),
        )
        for a in answers
    }
    shown = {a: xy for a, xy in shown.items() if len(xy[0])}

    def paint(page: Sheet) -> None:
        axes = drawing.lines(page, shown)
        axes.axline((0, 0), slope=1, color=GREY, lw=1.5)
        drawing.shares(axes.xaxis, "chance given")
        drawing.shares(axes.yaxis, "share that did so")

    data = attributes(BIN, bins)
    return drawing.figure(NAME, title, about, data, paint, until.isoformat())
