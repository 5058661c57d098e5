"""Which factors matter: elementary effects, and shares of variance with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes

from sim.show import words
from sim.show.plots import parts, style
from sim.show.plots.parts import Label
from sim.show.plots.study import said
from sim.show.plots.study.figure import Figure, name, page
from sim.show.plots.study.read import Table
from sim.show.plots.study.said import Outcome
from sim.show.plots.style import BLUE, INK, ORANGE, QUIET, SKY, SMALL, Sheet
from sim.study.findings import Study

if TYPE_CHECKING:
    from sim.sensitivity.effects import Effect, Index

MOST = 20  # factors that have a bar
NAMED = 25  # factors that have a label
GUIDES = ((0.1, ":", "sigma = 0.1 mu*"), (0.5, "--", "0.5 mu*"), (1.0, "-.", "mu*"))
BENT = "sigma above mu*: the effect bends, or depends on other factors"


def morris(study: Study, column: str, effects: Sequence[Effect]) -> Figure:
    """Draw how much each factor moves an outcome against how unevenly it does."""
    outcome = said.outcome(study, column)
    ordered = sorted((e for e in effects if isfinite(e.mu_star)), key=lambda e: -e.mu_star)
    with page(study, _most_effect(study, outcome, ordered), _about_effects(study)) as sheet:
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
    ends = [(e.mu_star - e.interval, e.mu_star + e.interval) for e in ordered]
    if not ordered or not ends[0][1] * outcome.scale > outcome.least:
        return f"No factor moves {outcome.name} in these trajectories"
    if ends[0][0] <= 0:
        return f"No factor's effect on {outcome.name} can be told from none"
    tied = [e for e, (_, high) in zip(ordered, ends, strict=True) if high >= ends[0][0]]
    names = [said.brief(said.factor(study, e.factor), 420) for e in tied]
    if len(tied) == 1:
        effect = ordered[0]
        amount = outcome.size(effect.mu_star * outcome.scale, effect.interval * outcome.scale)
        return f"{said.first_up(names[0])} moves {outcome.name} most: {amount} over its range"
    told = said.first_up(words.some(names, 3))
    return f"{told} move {outcome.name} most; their intervals overlap"


def _about_effects(study: Study) -> str:
    effect = "elementary effects over each factor's whole range, 95% intervals by bootstrap"
    size = said.counted(study.experiment.size, "trajectory").replace("trajectorys", "trajectories")
    return said.notes(study, effect, size if study.experiment.size else "")


def _plane(sheet: Sheet, study: Study, outcome: Outcome, ordered: Sequence[Effect]) -> None:
    axes = sheet.body.subplots()
    known = [(e.mu_star, e.interval if isfinite(e.interval) else 0.0, e.sigma) for e in ordered]
    mu, half, sigma = outcome.scale * np.array(known).T
    low = np.minimum(half, mu)
    look: Any = {"fmt": "o", "ms": 11, "color": BLUE, "ecolor": SKY}
    axes.errorbar(mu, sigma, xerr=[low, half], label="a factor, 95% interval of mu*", **look)
    axes.set_xlim(left=0)
    axes.set_ylim(bottom=0)
    unit = " (percentage points)" if outcome.form.unit == "%" else ""
    across = f"mu*, mean size of the effect on {outcome.name}{unit}"
    parts.amounts(axes.xaxis, style.cut(across, 1500, style.BODY, bold=True), 0.0)
    parts.amounts(axes.yaxis, f"sigma, how much the effect varies{unit}", 0.0)
    axes.autoscale(enable=False)
    for slope, dash, label in GUIDES:
        axes.axline((0, 0), slope=slope, color=QUIET, lw=1.2, ls=dash, label=label)
    axes.plot([], [], ls="", label=BENT)
    sheet.legend()
    points = np.stack([mu, sigma], axis=1)
    reach = [np.linspace(m - lo, m + h, 12) for m, lo, h in zip(mu, low, half, strict=True)]
    bars = [np.stack([r, np.full(12, s)], axis=1) for r, s in zip(reach, sigma, strict=True)]
    texts = style.told_apart([said.factor(study, e.factor) for e in ordered], 360, SMALL)
    labels = [Label(text, at) for text, at in zip(texts, points, strict=True)]
    parts.named(sheet, axes, labels[:NAMED], np.concatenate([points, *bars]), drop=True)


def indices(study: Study, column: str, found: Sequence[Index]) -> Figure:
    """Draw the share of an outcome's variance that each factor makes, alone and in all."""
    outcome = said.outcome(study, column)
    ordered = sorted(found, key=lambda i: -i.total if isfinite(i.total) else 1.0)
    shown = ordered[:MOST]
    about = _about_shares(study, ordered)
    with page(study, _most_share(study, outcome, ordered), about) as sheet:
        axes = sheet.body.subplots()
        told = [f"{_share(i.first)} alone, {_share(i.total)} in all" for i in shown]
        parts.rows(sheet, axes, [said.factor(study, i.factor) for i in shown], told, foot=160.0)
        _bars(axes, shown)
        share = f"share of the variance of {outcome.name}"
        parts.amounts(axes.xaxis, style.cut(share, 1300, style.BODY, bold=True))
        sheet.legend()
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
    names = words.some([said.brief(said.factor(study, i.factor), 420) for i in tied], 3)
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


def _bars(axes: Axes, shown: Sequence[Index]) -> None:
    rows = np.arange(len(shown))
    alone = np.array([(i.first, i.first_interval) for i in shown]).reshape(-1, 2).T
    whole = np.array([(i.total, i.total_interval) for i in shown]).reshape(-1, 2).T
    whisker: Any = {"error_kw": {"elinewidth": 1.6, "ecolor": INK}, "zorder": 3}
    sides = (
        (-0.19, alone, BLUE, "alone (S1)"),
        (0.19, whole, ORANGE, "with all its interactions (ST)"),
    )
    for shift, (value, half), colour, label in sides:
        axes.barh(rows + shift, value, 0.34, xerr=half, color=colour, label=label, **whisker)
    axes.plot([], [], color=INK, lw=1.6, label="95% interval")
    axes.axvline(0, color=INK, lw=1.2)


def _share(value: float) -> str:
    return f"{value:.2f}".replace("-0.00", "0.00") if isfinite(value) else "unknown"
