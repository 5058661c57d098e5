"""How the room divides: shares of decisions, over the sessions or over a factor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

import numpy as np
import numpy.typing as npt

from sim.analysis.paired import Difference
from sim.experiment.model import Plot
from sim.forums.rules import Decision
from sim.show.plots import style
from sim.show.plots.study import axes, read, said
from sim.show.plots.study.axes import Box, Frame, Scale, Tag
from sim.show.plots.study.figure import Figure, footer, name
from sim.show.plots.study.read import Points
from sim.show.plots.style import BODY, INK, LOOKS, PAPER, QUIET, SMALL, Sheet
from sim.study.findings import Ballot, Study

Floats = npt.NDArray[np.float64]

SESSIONS = "sessions"
MOST = 12  # panels
GAP = (36.0, 44.0)
IN_FAVOUR = "vote in favour"
ROOM = 250.0  # pixels for the words beside the last column
ORDER = (  # from the bottom up: who carries a text below, who stands in its way above
    Decision.SUPPORT,
    Decision.ACCEPT,
    Decision.DISSOCIATE,
    Decision.ABSTAIN,
    Decision.ABSENT,
    Decision.OPPOSE,
    Decision.BLOCK,
)
HATCH = {Decision.ABSTAIN: "..", Decision.OPPOSE: "//", Decision.BLOCK: "xx"}


@dataclass(frozen=True)
class Column:
    """The decisions at one level or in one session: shares by `ORDER`, or nothing played."""

    label: str
    shares: Floats
    points: Points


@dataclass(frozen=True)
class Panel:
    """Columns side by side."""

    label: str
    columns: tuple[Column, ...]


def ribbons(study: Study, plot: Plot) -> Figure:
    """Draw how the members divide on a draft, over sessions or over the levels of a factor."""
    ballots = [b for b in study.ballots if b[0] == plot.draft]
    members = _members(study, ballots)
    if plot.x in ("", SESSIONS):
        panels = _over_sessions(study, plot.by, ballots, members)
    else:
        panels = _over_factor(study, plot, ballots[-1], members)
    sheet = Sheet(
        _finding(study, plot, ballots[-1], panels),
        _subtitle(study, plot, ballots, members),
        footer(study),
    )
    _draw(sheet, study, plot, panels)
    file = name(
        "ribbons", plot.draft, f"by-{plot.x or SESSIONS}", f"and-{plot.by}" if plot.by else ""
    )
    return Figure(file, "ribbons", sheet, _table(panels))


def _members(study: Study, ballots: Sequence[Ballot]) -> npt.NDArray[np.bool_]:
    """Who ever does anything but stay away, in any run: those without a seat never do."""
    there = np.zeros(len(study.actors), dtype=bool)
    rows = [study.ballots.index(b) for b in ballots]
    others = [d for d in Decision if d != Decision.ABSENT]
    for point in study.points:
        there |= study.source.counts(point.id)[rows][:, :, others].any(axis=(0, 2))
    return there


def shares(study: Study, points: Points, ballot: Ballot, members: npt.NDArray[np.bool_]) -> Floats:
    """Which share of the members took each decision of `ORDER`, over all runs: (7,)."""
    total = np.zeros(len(ORDER))
    for point in points:
        counted = study.source.counts(point.id)[study.ballots.index(ballot)]
        total += counted[members][:, list(ORDER)].sum(axis=0)
    found: Floats = total / max(float(total.sum()), 1.0)
    return found


def _groups(study: Study, by: str) -> list[tuple[str, Points]]:
    base = read.base(study)
    if not by:
        return [("base" if base else "", (base or study.points[0],))]
    first: list[tuple[str, Points]] = [("base", (base,))] if base else []
    return first + read.beside_base(study, by)


def _over_sessions(
    study: Study, by: str, ballots: Sequence[Ballot], members: npt.NDArray[np.bool_]
) -> list[Panel]:
    ordered = sorted(ballots, key=lambda b: study.sessions.get(b, 0))
    return [
        Panel(
            level,
            tuple(
                Column(_session(study, b), shares(study, points, b, members), points)
                for b in ordered
            ),
        )
        for level, points in _groups(study, by)
    ]


def _session(study: Study, ballot: Ballot) -> str:
    session = study.sessions.get(ballot)
    return ballot[1] if session is None else f"{ballot[1]} (session {session})"


def _over_factor(
    study: Study, plot: Plot, ballot: Ballot, members: npt.NDArray[np.bool_]
) -> list[Panel]:
    paths = (plot.x, plot.by) if plot.by else (plot.x,)
    found = read.places(study, *paths)
    panels = []
    for other in read.levels_of(study, plot.by) if plot.by else [""]:
        keys = [(x, other)[: len(paths)] for x in read.levels_of(study, plot.x)]
        columns = [
            Column(said.level(key[0]), shares(study, found[key], ballot, members), found[key])
            for key in keys
            if key in found
        ]
        base = read.base(study)
        if base is not None and not any(found.get(key) == (base,) for key in keys):
            columns.insert(0, Column("base", shares(study, (base,), ballot, members), (base,)))
        panels.append(Panel(other, tuple(columns)))
    return panels


def _finding(study: Study, plot: Plot, ballot: Ballot, panels: Sequence[Panel]) -> str:
    """Say how many side with the text: by stage, or where fewest and most do, if that is seen."""
    columns = [c for c in panels[0].columns if c.shares.any()] if panels else []
    if any(len(c.points) > 1 for c in columns):  # from a mean, the base differs in other factors
        columns = [c for c in columns if c.label != "base"]
    if not columns:
        return f"Nobody decides on {plot.draft} in these runs"
    label, kinds = _side(columns[0].shares)
    values = [100 * float(sum(c.shares[ORDER.index(k)] for k in kinds)) for c in columns]
    who = f"of members {label}"
    if plot.x in ("", SESSIONS):
        stages = [
            f"{v:.0f}% in {said.brief(c.label)}" for v, c in zip(values, columns, strict=True)
        ]
        first, *rest = stages
        at = _at(study, plot.by, panels[0].label)
        return "; ".join([f"{plot.draft}{at}: {first.replace('%', f'% {who}', 1)}", *rest])
    order = sorted(range(len(values)), key=values.__getitem__)
    low, high = columns[order[0]], columns[order[-1]]
    at = _at(study, plot.by, panels[0].label)
    over = said.brief(said.factor(study, plot.x))
    found = _tested(study, ballot, low, high, label)
    if found is not None and read.seen(found, len(columns) * (len(columns) - 1) // 2):
        where = [_named(study, plot.x, c.label) for c in (low, high)]
        digits = 0 if round(min(values)) != round(max(values)) else 1
        return (
            f"{plot.draft}{at}: {min(values):.{digits}f}% {who} with {where[0]},"
            f" {max(values):.{digits}f}% with {where[1]}"
        )
    ends = sorted({f"{min(values):.0f}", f"{max(values):.0f}"}, key=float)
    told = f"{plot.draft}{at}: {' to '.join(ends)}% {who} over {over}"
    return told if found is None else f"{told}; no difference stands out"


def _tested(
    study: Study, ballot: Ballot, low: Column, high: Column, label: str
) -> Difference | None:
    """Compare the count of those in favour, run by run, where it was kept and has an error."""
    column = f"{ballot[0]}.{ballot[1]}.in_favour"
    if column not in study.outcomes or label != IN_FAVOUR or low is high:
        return None
    found = read.compared(study, low.points, high.points, said.outcome(study, column))
    return None if isnan(found.error) else found


def _at(study: Study, by: str, level: str) -> str:
    return f" with {_named(study, by, level)}" if by and level != "base" else ""


def _side(found: Floats) -> tuple[str, tuple[Decision, ...]]:
    if found[ORDER.index(Decision.SUPPORT)] > 0 or not found[ORDER.index(Decision.ACCEPT)] > 0:
        return IN_FAVOUR, (Decision.SUPPORT,)
    return "join consensus", (Decision.ACCEPT, Decision.DISSOCIATE)


def _named(study: Study, path: str, level: str) -> str:
    if level == "base":
        return "base"
    return said.brief(f"{said.factor(study, path)} {said.level(level)}", 360)


def _subtitle(
    study: Study, plot: Plot, ballots: Sequence[Ballot], members: npt.NDArray[np.bool_]
) -> str:
    stage = (
        ""
        if plot.x in ("", SESSIONS) or len(ballots) < 2
        else f"at its last stage, {ballots[-1][1]}"
    )
    fell = "stages that a text did not reach are counted as if it had" if len(ballots) > 1 else ""
    who = f"{said.counted(int(members.sum()), 'delegation')} that take part"
    return said.notes(
        study,
        f"decisions on {plot.draft}, mean over the runs",
        stage,
        who,
        read.runs_a_point(study),
        fell,
    )


def _table(panels: Sequence[Panel]) -> read.Table:
    return read.table(
        {
            "panel": panel.label,
            "column": column.label,
            **{
                LOOKS[kind].word.replace(" ", "_"): float(share)
                for kind, share in zip(ORDER, column.shares, strict=True)
            },
        }
        for panel in panels
        for column in panel.columns
    )


def _draw(sheet: Sheet, study: Study, plot: Plot, panels: Sequence[Panel]) -> None:
    shown = read.evenly(panels, MOST)
    taken = [k for k in range(len(ORDER)) if any(c.shares[k] > 0 for p in shown for c in p.columns)]
    x, y, wide, high = axes.WHOLE
    sheet.text(x, y + 16, "Share of the members, %", BODY, bold=True)
    across = said.factor(study, plot.x) if plot.x not in ("", SESSIONS) else "stage"
    below = style.cut(across, wide, BODY, bold=True)
    sheet.text(x + wide / 2, y + high - 4, below, BODY, bold=True, align="center")
    area = Box(x, y + 62, wide - (ROOM if len(shown) == 1 else 0), high - 96)
    boxes = [area] if len(shown) == 1 else axes.panels(len(shown), area, GAP)
    ticks = tuple((float(v), str(v)) for v in (0, 25, 50, 75, 100))
    for panel, box in zip(shown, boxes, strict=True):
        labels = axes.side_by_side([c.label for c in panel.columns], "")
        frame = axes.framed(sheet, box, labels, Scale(0, 100, ticks), inner=True)
        if panel.label:
            words = panel.label if panel.label == "base" else said.level(panel.label)
            cut = style.cut(words, frame.box.wide, SMALL, bold=True)
            sheet.text(frame.box.x, frame.box.y - 9, cut, SMALL, bold=True)
        _stack(sheet, frame, panel, taken)
        if len(shown) == 1:
            _words(sheet, frame, panel, taken)
    _legend(sheet, taken, len(panels) - len(shown))


def _stack(sheet: Sheet, frame: Frame, panel: Panel, taken: Sequence[int]) -> None:
    slot = frame.box.wide / max(len(panel.columns), 1)
    half = min(0.34 * slot, 60.0)
    centres = frame.x(np.arange(len(panel.columns)))
    tops = np.array([np.cumsum(c.shares) for c in panel.columns]) * 100
    for k in taken:
        look = LOOKS[ORDER[k]]
        high = frame.y(tops[:, k])
        low = frame.y(tops[:, k] - 100 * np.array([c.shares[k] for c in panel.columns]))
        flows = [
            [(a + half, lo), (a + half, hi), (b - half, hi_), (b - half, lo_)]
            for a, b, lo, hi, lo_, hi_ in zip(
                centres[:-1], centres[1:], low[:-1], high[:-1], low[1:], high[1:], strict=True
            )
        ]
        if flows and panel.columns[0].label != "base":
            sheet.area([np.array(f) for f in flows], look.colour, alpha=0.28)
        elif flows[1:]:
            sheet.area([np.array(f) for f in flows[1:]], look.colour, alpha=0.28)
        bars = [
            style.box(x - half, hi, 2 * half, lo - hi)
            for x, hi, lo in zip(centres, high, low, strict=True)
            if lo - hi > 0
        ]
        if bars:
            sheet.area(bars, look.colour, PAPER, hatch=HATCH.get(ORDER[k]))
    _numbers(sheet, frame, panel, taken, centres, tops, half)


def _numbers(
    sheet: Sheet,
    frame: Frame,
    panel: Panel,
    taken: Sequence[int],
    centres: Floats,
    tops: Floats,
    half: float,
) -> None:
    for place, column in enumerate(panel.columns):
        for k in taken:
            share = float(column.shares[k])
            text = f"{100 * share:.0f}%"
            tall = share * frame.box.high
            if tall < 26 or 2 * half < style.width(text, 16, True) + 12:
                continue
            y = float(frame.y(tops[place, k] - 50 * share)) + 6
            wide = style.width(text, 16, True) + 10
            sheet.area(
                [style.box(float(centres[place]) - wide / 2, y - 17, wide, 23)], PAPER, alpha=0.85
            )
            sheet.text(float(centres[place]), y, text, 16, INK, bold=True, align="center")


def _words(sheet: Sheet, frame: Frame, panel: Panel, taken: Sequence[int]) -> None:
    last = panel.columns[-1].shares
    tops = np.cumsum(last) * 100
    wanted = [
        Tag(LOOKS[ORDER[k]].word, float(frame.y(tops[k] - 50 * last[k])), LOOKS[ORDER[k]].colour)
        for k in taken
        if last[k] > 0
    ]
    axes.tags(sheet, frame, wanted, ROOM)


def _legend(sheet: Sheet, taken: Sequence[int], left: int) -> None:
    x = float(style.LEFT)
    for k in taken:
        look = LOOKS[ORDER[k]]
        corners = style.box(x, axes.LEGEND - 16, 42, 20)
        sheet.area([corners], look.colour, PAPER, hatch=HATCH.get(ORDER[k]))
        sheet.text(x + 52, axes.LEGEND, look.word, SMALL, QUIET)
        x += 52 + style.width(look.word, SMALL) + 36
    if left:
        sheet.text(x, axes.LEGEND, f"{left} more panels are in the data", SMALL, QUIET)
