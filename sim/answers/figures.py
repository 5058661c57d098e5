"""The figures of answers: a waterfall of terms against the threshold, and a list to whip."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

import sim
from sim.answers import naming, told
from sim.answers.whip import Target, Whip
from sim.answers.why import Why
from sim.show import words
from sim.show.plots import parts
from sim.show.plots.style import (
    BLUE,
    GREEN,
    GREY,
    INK,
    LOOKS,
    ORANGE,
    PAPER,
    QUIET,
    VERMILLION,
    Footer,
    Sheet,
)

SHOWN = 16  # terms that have a bar
LISTED = 22  # delegations that have one


def waterfall(why: Why) -> Sheet:
    """Draw the terms of the run that is shown, each on top of those before."""
    chosen = told._chosen(why.parts, SHOWN)
    about = Footer(
        why.scenario.name,
        str(why.scenario.date or ""),
        len(why.account.runs),
        why.setting.seed,
        sim.__version__,
        (why.change,) if why.change else (),
    )
    who = naming.actor(why.scenario, why.actor)
    did = naming.VERBS[why.decision][0]
    often = words.of_runs(why.share, len(why.account.runs))
    title = f"{who} {did} {words.ballot(why.draft, why.stage)} {often}"
    consensus = why.account.by_consensus
    unit = "cost, in units of gain" if consensus else "support, in logits"
    shown = f"run {why.run}, term by term  ·  {told.CAVEAT}"
    with Sheet(title, shown, about) as sheet:
        axes = sheet.body.subplots()
        start, band = 0.0, why.threshold
        edges = (band, band) if consensus else (-band, band)
        axes.axvspan(*edges, color=ORANGE, alpha=0.18, lw=0, zorder=0)
        for edge in dict.fromkeys(edges):
            axes.axvline(edge, color=QUIET, lw=1.2, ls="--", zorder=1)
        good, bad = (VERMILLION, GREEN) if consensus else (GREEN, VERMILLION)
        for row, (_, value) in enumerate(chosen):
            axes.barh(row, value, 0.62, left=start, color=good if value > 0 else bad, zorder=2)
            start += value
            axes.plot([start, start], [row + 0.31, row + 0.69], color=QUIET, lw=1, zorder=3)
        axes.barh(len(chosen), start, 0.62, color=BLUE, zorder=2)
        axes.axvline(0, color=INK, lw=1, zorder=1)
        axes.use_sticky_edges = False
        axes.autoscale_view()
        names = [*(says for says, _ in chosen), "what it comes to"]
        beside = [words.signed(value, 2) for _, value in chosen] + [words.number(start, 2)]
        bold = [*(False for _ in chosen), True]
        parts.rows(sheet, axes, names, beside, wide=560, lines=2, bold=())
        for label, strong in zip(axes.get_yticklabels(), bold, strict=True):
            label.set_fontweight("bold" if strong else "normal")
        what = "blocks beyond the line" if consensus else "abstains within the shaded band"
        parts.amounts(axes.xaxis, f"{unit}: {what}")
    return sheet


def whipped(whip: Whip) -> Sheet:
    """Draw the nearest delegations: the push that each lacks, and how often it decides how."""
    chosen = whip.targets[:LISTED]
    about = Footer(
        whip.scenario.name,
        str(whip.scenario.date or ""),
        whip.runs,
        whip.setting.seed,
        sim.__version__,
        whip.scenario.settings,
    )
    with Sheet(_title(whip), "bars at the left: what push each lacks  ·  at the right: how often"
               " it decides how  ·  blue: in the cheapest set", about) as sheet:  # fmt: skip
        left, right = sheet.body.subplots(1, 2, sharey=True, width_ratios=(3, 2))
        inside = {actor for one in whip.sets[:1] for actor in one.members or ()}
        colours = [BLUE if target.actor in inside else GREY for target in chosen]
        left.barh(range(len(chosen)), [t.needs for t in chosen], 0.66, color=colours, zorder=2)
        _chances(right, chosen)
        names = [naming.actor(whip.scenario, target.actor) for target in chosen]
        parts.rows(sheet, left, names)
        unit = "units of gain" if whip.account.by_consensus else "logits"
        parts.amounts(left.xaxis, f"push that it lacks, in {unit}", low=0.0)
        parts.amounts(right.xaxis, "share of runs, %", 0, 100)
        right.tick_params(axis="y", labelleft=False)
        sheet.legend()
    return sheet


def _title(whip: Whip) -> str:
    do = "carry" if whip.side == "carry" else "defeat"
    first = whip.sets[0]
    if first.members is None:
        return f"No set of delegations would {do} {whip.draft} in half of the worlds"
    if not first.members:
        said = "carries" if whip.side == "carry" else "falls"
        return f"{whip.draft} {said} in half of the worlds or more as it is"
    many = words.counted(len(first.members), "delegation")
    return f"To {do} {whip.draft} in half of the worlds takes {many}"


def _chances(axes: Any, chosen: Sequence[Target]) -> None:
    starts = np.zeros(len(chosen))
    for kind, look in sorted(LOOKS.items()):
        share = np.array([100 * target.chances.get(kind, 0.0) for target in chosen])
        if share.any():
            face = PAPER if look.hollow else look.colour
            paint = {"color": face, "edgecolor": look.colour, "label": look.word, "zorder": 2}
            axes.barh(range(len(chosen)), share, 0.66, left=starts, **paint)
            starts += share
