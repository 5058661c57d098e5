"""Figures of the pledges back-test: errors of counts, one hindcast, and who joins next."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sim.backtest.found import Figure
from sim.backtest.pledges.growth import METHODS, Call, mean_error
from sim.backtest.pledges.joining import Hindcast, pooled_auc
from sim.backtest.pledges.membership import NAMES, Series
from sim.backtest.verdicts import verdict
from sim.show import words
from sim.show.tables import Table

NAME = "pledges"
OURS, BASELINE = "Bass", "last growth goes on"


def figures(series: list[Series], calls: list[Call], hindcast: list[Hindcast]) -> dict[str, Figure]:
    """The figures, by name."""
    found = {"errors": _errors(calls)}
    longest = max(series, key=lambda s: len(s.counts))
    found["hindcast"] = _hindcast(longest, calls)
    return found | ({"joining": _joining(hindcast)} if hindcast else {})


def _errors(calls: list[Call]) -> Figure:
    pledges = list(dict.fromkeys(call.pledge for call in calls))
    ours, other = (mean_error(calls, m) for m in (OURS, BASELINE))
    title = (
        f"The {OURS} curve {verdict(ours, other)} '{BASELINE}':"
        f" it errs by {ours:.1f} members against {other:.1f}"
    )
    about = "Mean absolute error of hindcast counts, up to six years after the last count used"
    errors = {m: np.array([mean_error(calls, m, p) for p in pledges]) for m in METHODS}
    data: Table = {"pledge": pledges, **{_column(m): e.round(6) for m, e in errors.items()}}

    def draw(file: Path) -> None:
        from sim.backtest import drawing
        from sim.show.plots.study import axes

        page = drawing.sheet(title, about, NAME)
        every = [e for values in errors.values() for e in values.tolist()]
        across = axes.amounts([0.0, *every], "mean absolute error, members", 0.0)
        drawing.rows(page, [NAMES[p] for p in pledges], errors, across)
        page.save(file)

    return Figure(title, about + ".", draw, data)


def _column(method: str) -> str:
    return method.replace(" ", "_")


def _hindcast(of: Series, calls: list[Call]) -> Figure:
    """The longest series, hindcast from the middle of its cuts."""
    here = [call for call in calls if call.pledge == of.pledge]
    cuts = sorted({call.cut for call in here})
    cut = cuts[len(cuts) // 2]
    lines = {m: [c for c in here if c.method == m and c.cut == cut] for m in METHODS}
    miss = {m: abs(found[-1].hindcast - found[-1].recorded) for m, found in lines.items()}
    best = min(miss, key=lambda m: miss[m])
    ahead = lines[best][-1].time - cut
    title = (
        f"{NAMES[of.pledge]}: {ahead:.0f} years on, '{best}' is nearest, {miss[best]:.1f} members"
        f" away; {OURS} is {miss[OURS]:.1f} away"
    )
    about = "Rings: counts on record; lines: counts hindcast from those up to the first of them"
    times = [call.time for call in lines[OURS]]
    data: Table = {
        "time": [round(t, 4) for t in times],
        "recorded": [call.recorded for call in lines[OURS]],
        **{_column(m): [round(c.hindcast, 6) for c in found] for m, found in lines.items()},
    }
    last = float(of.counts[of.times <= cut][-1])

    def draw(file: Path) -> None:
        from sim.backtest import drawing
        from sim.show.plots.study import axes
        from sim.show.plots.study.axes import Scale

        page = drawing.sheet(title, about, NAME)
        shown = of.times <= times[-1]
        ends = [c.hindcast for found in lines.values() for c in found]
        up = axes.amounts([0.0, *ends, *of.counts[shown].tolist()], "members", 0.0)
        first, end = float(of.times[0]), times[-1]
        ticks = tuple((float(y), str(y)) for y in range(int(first) + 1, int(end) + 2, 2))
        across = Scale(first - 0.3, end + 0.3, ticks, "year")
        paths = {
            m: (np.array([cut, *times]), np.array([last, *(c.hindcast for c in found)]))
            for m, found in lines.items()
        }
        drawing.lines(page, paths, across, up, (of.times[shown], of.counts[shown]))
        page.save(file)

    return Figure(title, about + ".", draw, data)


def _joining(hindcast: list[Hindcast]) -> Figure:
    many = [int(f.of.joined.sum()) for f in hindcast]
    ours = pooled_auc([(f.auc, n) for f, n in zip(hindcast, many, strict=True)])
    point = pooled_auc([(f.auc_point, n) for f, n in zip(hindcast, many, strict=True)])
    verb = verdict(round(ours, 2), round(point, 2), lower=False)
    title = (
        f"Who joins next: region, neighbours and allies rank {words.percent(ours)} of pairs,"
        f" which {verb} the ideal point ({words.percent(point)})"
    )
    about = "Share of pairs in which a state that joined is ranked above one that stayed outside"
    rows = [f"{NAMES[f.of.pledge]} {f.of.end}" for f in hindcast]
    values = {
        "all four predictors": np.array([f.auc for f in hindcast]),
        "ideal point alone": np.array([f.auc_point for f in hindcast]),
    }
    data: Table = {
        "pledge": [f.of.pledge for f in hindcast],
        "end": [f.of.end for f in hindcast],
        "joined": many,
        "auc": np.round(values["all four predictors"], 6),
        "auc_point": np.round(values["ideal point alone"], 6),
    }

    def draw(file: Path) -> None:
        from sim.backtest import drawing
        from sim.show.plots.study.axes import Scale

        page = drawing.sheet(title, about, NAME)
        ticks = tuple((v, words.percent(v)) for v in (0.0, 0.25, 0.5, 0.75, 1.0))
        across = Scale(-0.02, 1.02, ticks, "pairs ranked rightly (50% is chance)")
        drawing.rows(page, rows, values, across, [f"{n} joined" for n in many])
        page.save(file)

    return Figure(title, about + ".", draw, data)
