"""Figures of the signatures back-test: chances of those who endorsed and those who did not, and
how the named of Hanoi are ranked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sim.backtest.found import Figure
from sim.backtest.signatures.models import Ranked, Scored
from sim.backtest.verdicts import score, verdict
from sim.show import words
from sim.show.tables import Table

Floats = npt.NDArray[np.float64]

NAME = "signatures"
WAYS = ("endorsed", "did not")


def figures(
    states: Sequence[str], yes: Floats, scores: list[Scored], ranks: list[Ranked]
) -> dict[str, Figure]:
    """The figures, by name."""
    return {
        "declaration": _declaration(states, yes, scores),
        "scores": _scores(scores),
        "convention": _convention(ranks),
    }


def _declaration(states: Sequence[str], yes: Floats, scores: list[Scored]) -> Figure:
    """Every state at its chance: those who endorsed above, the others below, in small piles."""
    ours = scores[0]
    chances = ours.way.chances
    title = (
        f"Declaration of 2022: the model ranks {words.percent(ours.auc)} of pairs rightly, and"
        f" expects {words.number(ours.expected)} to endorse; {int(yes.sum())} did"
    )
    about = "Every state at its chance of endorsing, by a model trained on the Paris Call"
    order = np.lexsort((chances, -yes))
    data: Table = {
        "state": [states[i] for i in order],
        "group": [WAYS[int(yes[i] < 0.5)] for i in order],
        "chance": chances[order].round(6),
    }

    def draw(file: Path) -> None:
        from sim.backtest import drawing
        from sim.show.plots import style
        from sim.show.plots.study import axes
        from sim.show.plots.study.axes import SERIES, WHOLE, Scale

        page = drawing.sheet(title, about, NAME, "2022-04-28")
        ticks = tuple((v, words.percent(v)) for v in (0.0, 0.25, 0.5, 0.75, 1.0))
        across = Scale(-0.03, 1.03, ticks, "chance that it endorses")
        piles = {side: _piled(chances[yes == side]) for side in (1.0, 0.0)}
        high = [float(xy[:, 1].max(initial=0.0)) + 1.5 for xy in piles.values()]
        frame = axes.framed(page, WHOLE, across, Scale(-high[1], high[0]))
        looks = [look._replace(marker="s") for look in SERIES[:2]]
        wide, tall = 0.92 * frame.box.wide / 1.06 / SLOTS, 0.92 * frame.box.high / sum(high)
        size = min(0.8 * tall, 0.37 * wide)
        for (side, xy), look, sign in zip(piles.items(), looks, (1, -1), strict=True):
            at = frame.at(xy[:, 0], sign * xy[:, 1])
            corner = at - [wide / 2, tall / 2]
            page.area([style.box(x, y, wide, tall) for x, y in corner], _pale(look.colour))
            named = [s for s, here in zip(states, yes == side, strict=True) if here]
            page.letters(corner + [0.14 * wide, 0.5 * tall + 0.36 * size], named, size)
        drawing.legend(page, [f"{way} ({place})" for way, place in PLACES], looks)
        page.save(file)

    return Figure(title, about + ".", draw, data)


SLOTS = 46  # places along the axis
PLACES = tuple(zip(WAYS, ("above", "below"), strict=True))


def _pale(colour: str) -> Floats:
    from sim.show.plots import style

    return style.paled(colour, np.array([0.35]))


def _piled(chances: Floats) -> Floats:
    """Places of states: the middle of a slot along the axis, and which of its pile: (states, 2)."""
    slot = np.minimum((chances * SLOTS).astype(int), SLOTS - 1)
    found = np.empty((len(chances), 2))
    for place in np.unique(slot):
        here = np.flatnonzero(slot == place)
        here = here[np.argsort(chances[here], kind="stable")]
        found[here, 0] = (place + 0.5) / SLOTS
        found[here, 1] = np.arange(len(here)) + 1
    return found


def _scores(scores: list[Scored]) -> Figure:
    ours = scores[0]
    rivals = [s for s in scores[1:] if not s.way.knows]
    best = min(rivals, key=lambda s: s.brier)
    title = (
        f"The model {verdict(ours.brier, best.brier)} the best baseline, '{best.way.name}': Brier"
        f" {score(ours.brier)} against {score(best.brier)}"
    )
    about = "Brier score on the Declaration, all states; lower is better; * was fitted on the event"
    names = [s.way.name + "*" * s.way.knows for s in scores]
    values = np.array([s.brier for s in scores])
    data: Table = {"way": [s.way.name for s in scores], "brier": values.round(6)}

    def draw(file: Path) -> None:
        from sim.backtest import drawing
        from sim.show.plots.study import axes

        page = drawing.sheet(title, about, NAME, "2022-04-28")
        across = axes.amounts([0.0, *values.tolist()], "Brier score", 0.0)
        right = [f"{words.percent(s.accuracy)} right" for s in scores]
        drawing.rows(page, names, {"Brier score": values}, across, right)
        page.save(file)

    return Figure(title, about + ".", draw, data)


def _convention(ranks: list[Ranked]) -> Figure:
    ours = ranks[0]
    best = max(ranks, key=lambda r: r.area)
    title = (
        f"Hanoi: the model ranks {words.percent(ours.area)} of pairs rightly, the best order"
        f" ('{best.way.name}') {words.percent(best.area)}; 50% is chance"
    )
    about = (
        "A state named as signatory against any other; the line is two standard errors. Others"
        " hold unnamed signatories"
    )
    data: Table = {
        "way": [r.way.name for r in ranks],
        "auc": [round(r.area, 6) for r in ranks],
        "auc_error": [round(r.error, 6) for r in ranks],
        "auc_refused": [round(r.area_refused, 6) for r in ranks],
    }

    def draw(file: Path) -> None:
        from sim.backtest import drawing
        from sim.show.plots.study.axes import Scale

        page = drawing.sheet(title, about, NAME, "2025-10-25")
        ticks = tuple((v, words.percent(v)) for v in (0.0, 0.25, 0.5, 0.75, 1.0))
        across = Scale(-0.02, 1.02, ticks, "pairs ranked rightly")
        series = {
            "against all others": np.array([r.area for r in ranks]),
            "against those known not to have signed": np.array([r.area_refused for r in ranks]),
        }
        right = [f"{r.caught} caught, {r.by_chance:.0f} by chance" for r in ranks]
        ends = [(r.area - 2 * r.error, r.area + 2 * r.error) for r in ranks]
        drawing.rows(page, [r.way.name for r in ranks], series, across, right, ends)
        page.save(file)

    return Figure(title, about + ".", draw, data)
