"""Under which conditions an outcome comes about: a tree's leaves as sentences with a bar."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.show.plots import parts, style
from sim.show.plots.study import read, said
from sim.show.plots.study.figure import Figure, name, page
from sim.show.plots.study.read import Table
from sim.show.plots.study.said import Outcome
from sim.show.plots.style import BLUE, GREEN, ORANGE
from sim.study.findings import Study

if TYPE_CHECKING:
    from sim.sensitivity.induction import Leaf, Rules

MOST = 8  # leaves that are shown: as many as three questions part
WORDS = 760.0  # pixels for the conditions


def rules(study: Study, column: str, found: Rules) -> Figure:
    """Draw the leaves of a tree: their conditions, the share of points, and how many they are."""
    outcome = said.outcome(study, column)
    leaves = sorted(found.leaves, key=lambda leaf: -leaf.share)
    shown, title = leaves[:MOST], _title(study, outcome, found, leaves)
    with page(study, title, _subtitle(study, found, leaves)) as sheet:
        axes = sheet.body.subplots()
        where = [_where(study, leaf) or "everywhere" for leaf in shown]
        told = [_told(outcome, leaf) for leaf in shown]
        parts.rows(sheet, axes, where, told, wide=WORDS, lines=3)
        colours = [GREEN if x >= 2 / 3 else ORANGE if x >= 1 / 3 else BLUE for x in _shares(shown)]
        axes.barh(range(len(shown)), [100 * x for x in _shares(shown)], 0.5, color=colours)
        held = f"% of points at which {aim(outcome, found.threshold)}"
        axes.set(xlim=(0, 100), xlabel="\n".join(style.wrapped(held, 700, style.BODY, most=3)))
        axes.set_title("Where all of this holds", x=0, ha="right")
    data: Table = {
        "conditions": ["; ".join(leaf.conditions) for leaf in found.leaves],
        "share": [leaf.share for leaf in found.leaves],
        "points": [leaf.points for leaf in found.leaves],
        "mean": [leaf.mean for leaf in found.leaves],
    }
    return Figure(name("rules", column), "rules", sheet, data)


def _shares(leaves: Sequence[Leaf]) -> list[float]:
    return [leaf.share for leaf in leaves]


def _where(study: Study, leaf: Leaf) -> str:
    return " and ".join(condition(study, c) for c in leaf.conditions)


def _told(outcome: Outcome, leaf: Leaf) -> str:
    mean = outcome.number(leaf.mean * outcome.scale, read.NAN if leaf.mean % 1 else 0.0)
    return f"{leaf.share:.0%}   {said.counted(leaf.points, 'point')}, mean {mean}"


def aim(outcome: Outcome, threshold: float) -> str:
    """What counts as yes at a point."""
    if outcome.kind == "adopted":
        return f"{outcome.of} is adopted in {100 * threshold:.0f}% of runs or more"
    return f"{outcome.is_} {outcome.amount(threshold * outcome.scale, 0.0)} or more"


def _title(study: Study, outcome: Outcome, found: Rules, leaves: Sequence[Leaf]) -> str:
    what = aim(outcome, found.threshold)
    if not found.found or not leaves[0].conditions:
        return f"No rule found for when {what}"
    best = leaves[0]
    return f"At {best.share:.0%} of points where {_where(study, best)}, {what}"


def _subtitle(study: Study, found: Rules, leaves: Sequence[Leaf]) -> str:
    right = (
        f"on points it did not see, the tree is right at {found.accuracy:.0%},"
        f" the commoner answer at {found.baseline:.0%}"
    )
    few = f"{MOST} of {len(leaves)} leaves" if len(leaves) > MOST else ""
    return said.notes(study, right, f"{found.points:,} points", read.runs_a_point(study), few)


def condition(study: Study, text: str) -> str:
    """Write a condition with its factor's short name."""
    paths = sorted((f.path for f in study.experiment.factors), key=len, reverse=True)
    path = next((p for p in paths if text.startswith(f"{p} ")), "")
    rest = text.removeprefix(path).strip() if path else text
    words = f"{said.factor(study, path)} {rest}" if path else text
    for sign, said_ in (
        (" <= ", " at most "),
        (" >= ", " at least "),
        (" > ", " above "),
        (" < ", " below "),
    ):
        words = words.replace(sign, said_)
    return words
