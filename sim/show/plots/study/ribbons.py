"""How the room divides: shares of decisions, over the sessions or over a factor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from sim.analysis.paired import Difference
from sim.experiment.model import Plot
from sim.forums.rules import Decision
from sim.show.plots import parts, style
from sim.show.plots.study import read, said
from sim.show.plots.study.figure import Figure, name, page
from sim.show.plots.study.read import Points
from sim.show.plots.style import INK, LOOKS, PAPER, SMALL
from sim.study.findings import Ballot, Study

Floats = npt.NDArray[np.float64]

SESSIONS = "sessions"
MOST = 12  # panels
IN_FAVOUR = "vote in favour"
TALL = 4.0  # per cent of the members from which a part bears its number
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
    shown = read.evenly(panels, MOST)
    title = _finding(study, plot, ballots[-1], panels)
    more = f"{len(shown)} of {len(panels)} panels shown" if len(shown) < len(panels) else ""
    with page(study, title, _subtitle(study, plot, ballots, members, more)) as sheet:
        frames = sheet.panels(len(shown), 4, sharex=False)
        wide = (style.RIGHT - style.LEFT) / min(max(len(shown), 1), 4)
        every = [c.shares for panel in panels for c in panel.columns]
        taken = [k for k in range(len(ORDER)) if any(shares_[k] > 0 for shares_ in every)]
        for axes, panel in zip(frames, shown, strict=True):
            head = panel.label if panel.label in ("", "base") else said.level(panel.label)
            axes.set_title(style.cut(head, 0.85 * wide, SMALL + 2, bold=True))
            _stack(axes, panel, taken, wide)
        across = said.factor(study, plot.x) if plot.x not in ("", SESSIONS) else "stage"
        sheet.body.supxlabel(style.cut(across, 1500, style.BODY, bold=True))
        sheet.body.supylabel("share of the members, %")
        paint: Any = {"edgecolor": PAPER, "lw": 0}
        signs = [(LOOKS[kind], HATCH.get(kind)) for kind in (ORDER[k] for k in taken)]
        patches = [Patch(fc=k.colour, hatch=h, label=k.word, **paint) for k, h in signs]
        beside: Any = {
            "loc": "outside right center",
            "ncols": 1,
            "reverse": True,
            "labelspacing": 1,
        }
        sheet.legend(patches, **(beside if len(shown) == 1 else {}))
    file = name("ribbons", plot.draft, _by(plot))
    return Figure(file, "ribbons", sheet, _table(panels))


def _by(plot: Plot) -> str:
    return f"by-{plot.x or SESSIONS}" + (f"-and-{plot.by}" if plot.by else "")


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
    base = study.base
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
        base = study.base
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
        where = _both(study, plot.x, low.label, high.label)
        digits = 0 if round(min(values)) != round(max(values)) else 1
        return (
            f"{plot.draft}{at}: {min(values):.{digits}f}% {who} with {where[0]},"
            f" {max(values):.{digits}f}% with {where[1]}"
        )
    ends = sorted({f"{min(values):.0f}", f"{max(values):.0f}"}, key=float)
    if len(ends) == 1:
        return f"Nothing moves in {plot.draft}{at}: {ends[0]}% {who} at every level of {over}"
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


def _both(study: Study, path: str, *levels: str) -> list[str]:
    """Two columns for a title, which stay different."""
    factor = said.brief(said.factor(study, path), 480)
    told = style.told_apart([said.level(level) for level in levels], 300, 30)
    return [text if text == "base" else f"{factor} {text}" for text in told]


def _named(study: Study, path: str, level: str) -> str:
    if level == "base":
        return "base"
    return f"{said.brief(said.factor(study, path), 480)} {said.brief(said.level(level), 300)}"


def _subtitle(
    study: Study,
    plot: Plot,
    ballots: Sequence[Ballot],
    members: npt.NDArray[np.bool_],
    more: str,
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
        more,
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


def _stack(axes: Axes, panel: Panel, taken: Sequence[int], wide: float) -> None:
    """A column for each level, in parts by decision; what flows from one to the next is pale."""
    parts.names_below(axes, [column.label for column in panel.columns], "", wide - 60)
    found = 100 * np.array([column.shares for column in panel.columns]).reshape(-1, len(ORDER))
    tops, places = np.cumsum(found, axis=1), np.arange(len(found))
    thick = min(0.68, 160 / max(wide / max(len(found), 1), 1))
    from_base = bool(panel.columns) and panel.columns[0].label == "base"
    room = thick * wide / max(len(found), 1) > 52
    for k in taken:
        kind, low = ORDER[k], tops[:, k] - found[:, k]
        look: Any = {
            "color": LOOKS[kind].colour,
            "hatch": HATCH.get(kind),
            "edgecolor": PAPER,
            "lw": 0,
        }
        bars = axes.bar(places, found[:, k], thick, low, **look)
        for at in range(int(from_base), len(found) - 1):
            ends = [at + thick / 2, at + 1 - thick / 2]
            pale: Any = {"color": LOOKS[kind].colour, "alpha": 0.28, "lw": 0}
            axes.fill_between(ends, low[at : at + 2], tops[at : at + 2, k], **pale)
        told = [f"{share:.0f}%" if share >= TALL and room else "" for share in found[:, k]]
        behind: Any = {"facecolor": PAPER, "alpha": 0.85, "edgecolor": "none", "pad": 1.5}
        for label in axes.bar_label(bars, told, label_type="center", color=INK):
            label.set(fontweight="bold", bbox=behind if label.get_text() else None)
    axes.set(ylim=(0, 100), yticks=(0, 25, 50, 75, 100))
