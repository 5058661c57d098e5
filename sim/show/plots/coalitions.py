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
from sim.show.plots.style import (
    BLUE,
    BOTTOM,
    DPI,
    GREEN,
    GREY,
    HEIGHT,
    INK,
    LEFT,
    ORANGE,
    PAPER,
    POINT,
    PURPLE,
    QUIET,
    RIGHT,
    RULE,
    SKY,
    SMALL,
    TOP,
    VERMILLION,
    WIDTH,
    Footer,
    Sheet,
    cut,
    font,
)

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

HUES = (BLUE, VERMILLION, GREEN, ORANGE, PURPLE, SKY, "#7A5C00", "#44546A")  # of leaders
LETTERED = 45  # actors whose ids stand beside the map
NAMED, ROWS = 12, 18  # coalitions that the map names, and that the chart shows
LEAST_MOVED = 0.005  # share of moves below which a flow shows nothing
BANDS = 8  # leaders that have a colour in the flow
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


def mapped(outcomes: Outcomes, setting: Setting, found: list[Coalition], about: Footer) -> Sheet:
    """Who stands with whom: a cell is as full as the share of runs in which two are together."""
    share = together(outcomes)
    order = clustered(share)
    most = found[0]
    who = setting.names[most.leader]
    title = f"{who} leads a coalition in {most.share:.0%} of runs, of {most.size:.0f} on average"
    over = "share of runs in which two actors are in one coalition at the end; order by cluster"
    sheet = Sheet(title, f"Who stands with whom: {over}", about)
    axes = _axes(sheet, right=0.60)
    image = axes.imshow(
        np.where(np.eye(len(order), dtype=bool), np.nan, share)[np.ix_(order, order)],
        cmap=SURE, vmin=0, vmax=1, interpolation="nearest", aspect="equal",
    )  # fmt: skip
    axes.set_xticks([])
    axes.set_yticks([])
    if len(order) <= LETTERED:
        ids = [setting.actors[i] for i in order]
        axes.set_xticks(np.arange(len(ids)), ids, rotation=90)
        axes.set_yticks(np.arange(len(ids)), ids)
        axes.tick_params(length=0)
        _lettered([*axes.get_xticklabels(), *axes.get_yticklabels()])
    axes.spines[:].set_color(RULE)
    bar = sheet.figure.colorbar(image, ax=axes, location="left", shrink=0.6, pad=0.02)
    bar.outline.set_visible(False)
    bar.ax.yaxis.set_major_formatter("{x:.0%}")
    _lettered([*bar.ax.get_yticklabels()])
    _blocks(sheet, axes, setting, found, order)
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
    sheet: Sheet, axes: Axes, setting: Setting, found: list[Coalition], order: Ints
) -> None:
    """Frame the usual members of the most frequent coalitions, and say beside who they are.

    Frames do not overlap: a coalition that shares a usual member with a more frequent one is told
    without one.
    """
    place = np.argsort(order)
    shown = [one for one in found if len(one.members) > 1][:NAMED]
    x, y, step = 1180.0, float(TOP + 14), (BOTTOM - TOP) / max(len(shown), 6)
    framed: set[int] = set()
    number = 0
    for one in shown:
        apart = framed.isdisjoint(one.members)
        number += apart
        framed.update(one.members if apart else ())
        at = np.sort(place[one.members])
        colour = HUES[(number - 1) % len(HUES)] if apart else QUIET
        for run in np.split(at, np.flatnonzero(np.diff(at) > 1) + 1) if apart else ():
            corner, side = (run[0] - 0.5, run[0] - 0.5), float(len(run))
            if len(run) > 1:
                frame = Rectangle(corner, side, side, fill=False, ec=colour, lw=3 * POINT)
                axes.add_patch(frame)
        if apart:
            axes.annotate(
                str(number), (at[-1] + 0.7, at[-1] + 0.5), color=colour, annotation_clip=False,
                va="top", ha="left", fontproperties=font(SMALL, True),
            )  # fmt: skip
            sheet.text(x, y + 4, str(number), SMALL, colour, bold=True)
        wide = float(RIGHT) - x - 44
        head = f"{setting.names[one.leader]}: {one.share:.0%} of runs, {one.size:.1f} members"
        sheet.text(x + 44, y + 4, cut(head, wide, SMALL, bold=True), SMALL, bold=True)
        others = [j for j in one.members if j != one.leader]
        usual = "with " + ", ".join(setting.actors[j] for j in others)
        sheet.text(x + 44, y + 28, cut(usual, wide, SMALL), SMALL, QUIET)
        y += step


def flow(outcomes: Outcomes, setting: Setting, found: list[Coalition], about: Footer) -> Sheet:
    """Where members go: bands between sessions are as wide as actors are many on average."""
    moved = outcomes.counted["coalitions.flows"].astype(np.float64) / outcomes.runs
    lead = [one.leader for one in found[:BANDS]]
    bands = _gathered(moved, lead, len(setting.actors))  # (sessions - 1, kinds, kinds)
    stayed = np.trace(bands, axis1=1, axis2=2).sum() / max(bands.sum(), 1e-12)
    title = f"From session to session {stayed:.0%} of actors stay with the same leader, or alone"
    sheet = Sheet(title, "Coalitions by who leads them; heights: actors, means over runs", about)
    axes = _axes(sheet)
    words = [*(setting.names[i] for i in lead), "other leaders", "alone"]
    colours = [*HUES[: len(lead)], GREY, RULE]
    gap = 0.012 * len(setting.actors)
    columns = [*bands.sum(axis=2), bands[-1].sum(axis=0)]
    tops = [np.cumsum(c + gap) - (c + gap) for c in columns]
    for session, column in enumerate(columns):
        for kind, high in enumerate(column):
            box = Rectangle((session - 0.03, tops[session][kind]), 0.06, high, color=colours[kind])
            axes.add_patch(box)
    for session, band in enumerate(bands):
        _bands(axes, session, band, tops[session], tops[session + 1], colours)
    for kind, word in enumerate(words):
        for end, align in ((0, "right"), (len(columns) - 1, "left")):
            high = columns[end][kind]
            if high < 0.4 * gap:
                continue
            x = end + (-0.05 if align == "right" else 0.05)
            said = f"{cut(word, 260, SMALL)}  {high:.0f}"
            axes.text(x, tops[end][kind] + high / 2, said, ha=align, va="center",
                      fontproperties=font(SMALL), color=INK, parse_math=False)  # fmt: skip
    axes.set_xlim(-0.32 * len(columns) / 3, len(columns) - 1 + 0.32 * len(columns) / 3)
    axes.set_ylim(max(t[-1] + c[-1] for t, c in zip(tops, columns, strict=True)), 0)
    axes.set_xticks(range(len(columns)), [f"session {n + 1}" for n in range(len(columns))])
    axes.set_yticks([])
    _bare(axes)
    return sheet


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


def stability(setting: Setting, found: list[Coalition], about: Footer) -> Sheet:
    """How often each coalition forms, how often it then holds, and in how many worlds."""
    shown = found[:ROWS]
    holds = sum(one.worlds_stable >= 0.5 for one in found)
    title = f"{holds} of {len(found)} coalitions form and hold in half of all worlds or more"
    said = "it holds if no member would be better off alone, or in another that let it in"
    sheet = Sheet(title, f"By who leads them, the {len(shown)} most frequent; {said}", about)
    axes = _axes(sheet)
    rows = np.arange(len(shown))
    share = np.array([one.share for one in shown])
    stable = share * np.array([one.stable for one in shown])
    axes.barh(rows, share, height=0.66, color=SKY, alpha=0.55, label="forms, share of runs")
    axes.barh(rows, stable, height=0.66, color=BLUE, label="forms and holds, share of runs")
    worlds = [one.worlds_stable for one in shown]
    mark: dict[str, Any] = {"ls": "", "mec": PAPER, "mew": 1.5 * POINT}
    axes.plot(worlds, rows, "D", ms=15 * POINT, mfc=INK, label="holds, share of worlds", **mark)
    for row, one in enumerate(shown):
        wavers = f", {setting.names[one.wavering]} wavers most" if one.wavering >= 0 else ""
        words = cut(f"{one.size:.1f} members{wavers}", 430, SMALL)
        axes.text(1.02, row, words, va="center", fontproperties=font(SMALL), color=QUIET,
                  parse_math=False)  # fmt: skip
    axes.set_xlim(0, 1.36)
    axes.set_ylim(len(shown) - 0.4, -0.6)
    axes.set_xticks(np.linspace(0, 1, 6), [f"{n:.0%}" for n in np.linspace(0, 1, 6)])
    names = [cut(setting.names[one.leader], 330, SMALL) for one in shown]
    axes.set_yticks(rows, names)
    axes.grid(axis="x", color=RULE, linewidth=POINT)
    axes.set_axisbelow(True)
    axes.legend(
        loc="upper center", bbox_to_anchor=(0.4, -0.05), ncols=3, frameon=False,
        prop=font(SMALL), labelcolor=INK,
    )  # fmt: skip
    _bare(axes)
    return sheet


def _axes(sheet: Sheet, right: float = 1.0) -> Axes:
    """Room for a plot between the head and the foot of a sheet, laid out by Matplotlib."""
    wide = (RIGHT - LEFT) * right / WIDTH
    place = (LEFT / WIDTH, (HEIGHT - BOTTOM) / HEIGHT, wide, (BOTTOM - TOP + 40) / HEIGHT)
    sheet.figure.set_layout_engine("constrained", rect=place, w_pad=0, h_pad=4 / DPI)
    return sheet.figure.add_subplot()


def _bare(axes: Axes) -> None:
    axes.tick_params(length=0, pad=10 * POINT, labelcolor=INK)
    axes.spines[:].set_visible(False)
    _lettered([*axes.get_xticklabels(), *axes.get_yticklabels()])


def _lettered(texts: list[Any]) -> None:
    for text in texts:
        text.set_fontproperties(font(SMALL))
        text.set_parse_math(False)
