"""Coalitions: who stands with whom, where members go from session to session, what holds.

Everything is told of many runs, since no single partition is the one: a cell is as full as the two
are surely together, a band as wide as actors are many.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle

from sim.core.outcomes import Outcomes
from sim.core.setting import Setting
from sim.show.coalitions import Coalition, coalitions, formed, together
from sim.show.plots import parts, style
from sim.show.plots.style import (
    BLUE,
    GREEN,
    GREY,
    INK,
    ORANGE,
    PAPER,
    POINT,
    PURPLE,
    QUIET,
    RULE,
    SKY,
    SMALL,
    VERMILLION,
    Footer,
    Sheet,
)  # fmt: skip

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

HUES = (BLUE, VERMILLION, GREEN, ORANGE, PURPLE, SKY, "#7A5C00", "#44546A")  # of leaders
LETTERED = 45  # actors whose ids stand beside the map
NAMED, ROWS = 12, 18  # coalitions that the map names, and that the chart shows
LEAST_MOVED = 0.005  # share of moves below which a flow shows nothing
BANDS = 8  # leaders that have a colour in the flow
LABELS = 12  # names of sessions along the axis, at most
SURE = LinearSegmentedColormap.from_list("sure", [PAPER, SKY, BLUE, "#0B2545"])


def drawn(outcomes: Outcomes, setting: Setting, about: Footer) -> Iterator[tuple[str, Sheet]]:
    """Draw the coalition map, the flow over sessions and what holds, where coalitions formed."""
    found = coalitions(outcomes, setting) if formed(outcomes) else []
    if found:
        yield "coalitions", mapped(outcomes, setting, found, about)
        if moving(outcomes) >= LEAST_MOVED:
            yield "coalition-flow", flow(outcomes, setting, found, about)
        yield "coalition-stability", stability(setting, found, about)


def moving(outcomes: Outcomes) -> float:
    """Which share of actors changes its leader, or who it stands with, from session to session."""
    moved = outcomes.counted["coalitions.flows"]
    stayed = np.trace(moved, axis1=1, axis2=2).sum()
    return float(1 - stayed / moved.sum()) if moved.sum() else 0.0


# Who stands with whom


def mapped(outcomes: Outcomes, setting: Setting, found: list[Coalition], about: Footer) -> Sheet:
    """Who stands with whom: a cell is as full as the share of runs in which two are together."""
    share, most = together(outcomes), found[0]
    order = clustered(share)
    who = setting.names[most.leader]
    title = f"{who} leads a coalition in {most.share:.0%} of runs, of {most.size:.0f} on average"
    over = "share of runs in which two actors are in one coalition at the end; order by cluster"
    with Sheet(title, f"Who stands with whom: {over}", about) as sheet:
        axes, beside = sheet.body.subplots(1, 2, width_ratios=(3, 2))
        apart = np.where(np.eye(len(order), dtype=bool), np.nan, share)
        image = axes.imshow(apart[np.ix_(order, order)], SURE, vmin=0, vmax=1)
        axes.grid(visible=False)
        axes.set(facecolor=PAPER, xticks=[], yticks=[])
        if len(order) <= LETTERED:
            ids = [setting.actors[i] for i in order]
            axes.set_xticks(range(len(ids)), ids, rotation=90, fontsize=15 * POINT)
            axes.set_yticks(range(len(ids)), ids, fontsize=15 * POINT)
        bar = sheet.body.colorbar(image, ax=axes, location="left", shrink=0.6)
        bar.outline.set_visible(False)
        bar.ax.yaxis.set_major_formatter("{x:.0%}")
        _blocks(axes, beside, setting, found, order)
    return sheet


def clustered(share: Floats) -> Ints:
    """Put those next to each other who are often together: an order of the actors, (actors,).

    Average linkage of the share of runs apart, its leaves in the order that keeps neighbours near.
    """
    from scipy.cluster.hierarchy import leaves_list, linkage
    from scipy.spatial.distance import squareform

    apart = 1.0 - share
    np.fill_diagonal(apart, 0.0)
    if len(apart) < 3:
        return np.arange(len(apart))
    tree = linkage(squareform(apart, checks=False), "average", optimal_ordering=True)
    return leaves_list(tree).astype(np.int64)


def _blocks(
    axes: Axes, beside: Axes, setting: Setting, found: list[Coalition], order: Ints
) -> None:
    """Frame the usual members of the most frequent coalitions, and say beside who they are.

    Frames do not overlap: a coalition that shares a usual member with a more frequent one is told
    without one.
    """
    place, framed, number = np.argsort(order), set[int](), 0
    row = 0.0
    for one in [one for one in found if len(one.members) > 1][:NAMED]:
        apart = framed.isdisjoint(one.members)
        number += apart
        framed.update(one.members if apart else ())
        at = np.sort(place[one.members])
        colour = HUES[(number - 1) % len(HUES)] if apart else QUIET
        for run in np.split(at, np.flatnonzero(np.diff(at) > 1) + 1) if apart else ():
            if len(run) > 1:
                corner = (run[0] - 0.5, run[0] - 0.5)
                axes.add_patch(Rectangle(corner, len(run), len(run), fill=False, ec=colour, lw=2))
        if apart:
            end = (at[-1] + 0.7, at[-1] + 0.5)
            bold: Any = {"color": colour, "fontweight": "bold", "va": "top"}
            axes.annotate(str(number), end, annotation_clip=False, **bold)
            beside.text(0, row, str(number), **bold)
        row += _told(beside, row, setting, one)
    beside.set(ylim=(max(row, 36), -1), xlim=(0, 1))
    beside.set_axis_off()


def _told(beside: Axes, row: float, setting: Setting, one: Coalition) -> float:
    """Who leads it, how often, and with whom: how many lines that takes."""
    who = style.cut(setting.names[one.leader], 340, SMALL, bold=True)
    head = f"{who}: {one.share:.0%} of runs, {one.size:.1f} members"
    others = [setting.actors[j] for j in one.members if j != one.leader]
    lines = style.wrapped("with " + ", ".join(others), 620, SMALL, most=2)
    beside.text(0.06, row, head, fontweight="bold", va="top")
    beside.text(0.06, row, "\n" + "\n".join(lines), color=QUIET, va="top")
    return len(lines) + 2.0


# Where members go


def flow(outcomes: Outcomes, setting: Setting, found: list[Coalition], about: Footer) -> Sheet:
    """Where members go: bands between sessions are as wide as actors are many on average."""
    moved = outcomes.counted["coalitions.flows"].astype(np.float64) / outcomes.runs
    lead = [one.leader for one in found[:BANDS]]
    bands = _gathered(moved, lead, len(setting.actors))  # (sessions - 1, kinds, kinds)
    title = _went(moving(outcomes))
    with Sheet(title, "Coalitions by who leads them; means over runs", about) as sheet:
        axes = sheet.body.subplots()
        names = [setting.names[i] for i in lead]
        kinds = [*style.told_apart(names, 300, SMALL, 2), "other leaders", "alone"]
        colours = [*HUES[: len(lead)], GREY, RULE]
        columns = np.array([*bands.sum(axis=2), bands[-1].sum(axis=0)])  # (sessions, kinds)
        gap = 0.012 * len(setting.actors)
        tops = np.cumsum(columns + gap, axis=1) - (columns + gap)
        for kind, colour in enumerate(colours):
            where: Any = {"bottom": tops[:, kind], "width": 0.06, "color": colour}
            axes.bar(range(len(columns)), columns[:, kind], **where)
        for session, band in enumerate(bands):
            _bands(axes, session, band, tops[session], tops[session + 1], colours)
        _ends(axes, columns, tops, kinds, 0.4 * gap)
        last = len(columns) - 1
        axes.set(xlim=(-0.05, last + 0.05), ylim=((tops + columns).max(), 0), facecolor=PAPER)
        every = -(-len(columns) // LABELS)
        axes.set_xticks(range(0, len(columns), every), _sessions(setting, len(columns))[::every])
        axes.grid(visible=False)
        sheet.body.supylabel("actors, mean over runs")
    return sheet


def _sessions(setting: Setting, count: int) -> list[str]:
    """Name the sessions: by the calendar, or by their number."""
    named = (setting.label(session) for session in range(1, count + 1))
    return [name if setting.calendar else f"session {name}" for name in named]


def _went(share: float) -> str:
    """Say how many change their leader, as `moving` counts them."""
    stay = f"{1 - share:.0%}" if share >= 0.01 else f"{100 * (1 - share):.1f}%"
    return f"From session to session {stay} of actors stay with the same leader, or alone"


def _gathered(moved: Floats, lead: list[int], actors: int) -> Floats:
    """Add up leaders that have no colour of their own: they, and who is alone, come last."""
    kind = np.full(actors + 1, len(lead))
    kind[lead] = np.arange(len(lead))
    kind[actors] = len(lead) + 1
    into = np.zeros((len(lead) + 2, actors + 1))
    into[kind, np.arange(actors + 1)] = 1.0
    gathered: Floats = into @ moved @ into.T
    return gathered


def _bands(
    axes: Axes, session: int, band: Floats, left: Floats, right: Floats, colours: list[str]
) -> None:
    """Draw what goes from each kind in one session to each in the next."""
    ease = np.linspace(0, 1, 40)
    smooth = ease**2 * (3 - 2 * ease)
    here, there = left.copy(), right.copy()
    for i, j in np.ndindex(*band.shape):
        high = band[i, j]
        if high > 0.05:
            low = here[i] + (there[j] - here[i]) * smooth
            x = session + 0.03 + ease * 0.94
            axes.fill_between(x, low, low + high, color=colours[i], alpha=0.45, linewidth=0)
        here[i] += high
        there[j] += high


def _ends(axes: Axes, columns: Floats, tops: Floats, kinds: list[str], least: float) -> None:
    """Say at both sides who leads, and how many follow."""
    beside = axes.secondary_yaxis("right")
    for axis, end in ((axes, 0), (beside, -1)):
        seen = np.flatnonzero(columns[end] >= least)
        middles = tops[end, seen] + columns[end, seen] / 2
        axis.set_yticks(middles, [f"{kinds[k]}  {columns[end, k]:.0f}" for k in seen])
        axis.tick_params(labelcolor=INK)


# What holds


def stability(setting: Setting, found: list[Coalition], about: Footer) -> Sheet:
    """How often each coalition forms, how often it then holds, and in how many worlds."""
    shown = found[:ROWS]
    holds = sum(one.worlds_stable >= 0.5 for one in found)
    title = f"{holds} of {len(found)} coalitions form and hold in half of all worlds or more"
    said = "it holds if no member would be better off alone, or in another that let it in"
    most = f"By who leads them, the {len(shown)} most frequent; {said}"
    with Sheet(title, most, about) as sheet:
        axes, rows = sheet.body.subplots(), np.arange(len(shown))
        share = np.array([100 * one.share for one in shown])
        stable = share * np.array([one.stable for one in shown])
        worlds = [100 * one.worlds_stable for one in shown]
        axes.barh(rows, share, 0.66, color=SKY, alpha=0.55, label="forms, share of runs")
        axes.barh(rows, stable, 0.66, color=BLUE, label="forms and holds, share of runs")
        mark: Any = {"color": INK, "mec": PAPER, "ms": 10, "label": "holds, share of worlds"}
        axes.plot(worlds, rows, "D", zorder=4, clip_on=False, **mark)
        beside = [f"{one.size:.1f} members{_wavers(setting, one)}" for one in shown]
        names = [setting.names[one.leader] for one in shown]
        parts.rows(sheet, axes, names, style.told_apart(beside, 460, SMALL, 2), foot=160.0)
        axes.set(xlim=(0, 101), xlabel="share, %")
        sheet.legend()
    return sheet


def _wavers(setting: Setting, one: Coalition) -> str:
    return f", {setting.names[one.wavering]} wavers most" if one.wavering >= 0 else ""
