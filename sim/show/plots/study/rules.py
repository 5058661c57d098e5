"""Under which conditions an outcome comes about: a tree's leaves as sentences with a bar."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.show.plots import style
from sim.show.plots.study import axes, read, said
from sim.show.plots.study.figure import Figure, footer, name
from sim.show.plots.study.read import Table
from sim.show.plots.study.said import Outcome
from sim.show.plots.style import (
    BLUE,
    BODY,
    GREEN,
    INK,
    ORANGE,
    PAPER,
    QUIET,
    RULE,
    SHADE,
    SMALL,
    Sheet,
)
from sim.study.findings import Study

if TYPE_CHECKING:
    from sim.sensitivity.induction import Leaf, Rules

MOST = 8  # leaves that are shown: as many as three questions part
WORDS = 940.0  # pixels for the conditions
BAR = 520.0


def rules(study: Study, found: Rules) -> Figure:
    """Draw the leaves of a tree: their conditions, the share of points, and how many they are."""
    outcome = said.outcome(study, found.outcome)
    leaves = sorted(found.leaves, key=lambda leaf: -leaf.share)
    sheet = Sheet(
        _title(study, outcome, found, leaves), _subtitle(study, found, leaves), footer(study)
    )
    _heads(sheet, outcome, found)
    high = min(110.0, (axes.WHOLE.high - 60) / max(len(leaves[:MOST]), 1))
    for place, leaf in enumerate(leaves[:MOST]):
        _leaf(sheet, study, outcome, leaf, axes.WHOLE.y + 50 + place * high, high)
    data: Table = {
        "conditions": ["; ".join(leaf.conditions) for leaf in found.leaves],
        "share": [leaf.share for leaf in found.leaves],
        "points": [leaf.points for leaf in found.leaves],
        "mean": [leaf.mean for leaf in found.leaves],
    }
    return Figure(name("rules", found.outcome), "rules", sheet, data)


def aim(outcome: Outcome, threshold: float) -> str:
    """What counts as yes at a point."""
    if outcome.kind == "adopted":
        return f"{outcome.of} is adopted in {100 * threshold:.0f}% of runs or more"
    verb = "are" if outcome.form.many else "is"
    return f"{outcome.name} {verb} {outcome.amount(threshold * outcome.scale, 0.0)} or more"


def _title(study: Study, outcome: Outcome, found: Rules, leaves: Sequence[Leaf]) -> str:
    what = aim(outcome, found.threshold)
    if not found.found or not leaves[0].conditions:
        return f"No rule found for when {what}"
    best = leaves[0]
    where = " and ".join(condition(study, c) for c in best.conditions)
    return f"At {best.share:.0%} of points where {where}, {what}"


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


def _heads(sheet: Sheet, outcome: Outcome, found: Rules) -> None:
    x, y, wide, _ = axes.WHOLE
    sheet.text(x, y + 20, "Where all of this holds", BODY, bold=True)
    heading = f"share of points at which {aim(outcome, found.threshold)}"
    left = x + WORDS
    cut = style.cut(said.first_up(heading), wide - WORDS, BODY, bold=True)
    sheet.text(left, y + 20, cut, BODY, bold=True)
    sheet.line([[(x, y + 36), (x + wide, y + 36)]], RULE, 2)


def _leaf(sheet: Sheet, study: Study, outcome: Outcome, leaf: Leaf, y: float, high: float) -> None:
    x, _, wide, _ = axes.WHOLE
    words = " and ".join(condition(study, c) for c in leaf.conditions) or "everywhere"
    lines = style.wrapped(words, WORDS - 40, BODY, most=2 if high < 90 else 3)
    top = y + high / 2 - 14 * (len(lines) - 1)
    for row, line in enumerate(lines):
        sheet.text(x, top + 7 + row * 28, line, BODY)
    colour = GREEN if leaf.share >= 2 / 3 else ORANGE if leaf.share >= 1 / 3 else BLUE
    left, tall = x + WORDS, min(0.4 * high, 34.0)
    sheet.area([style.box(left, y + high / 2 - tall / 2, BAR, tall)], SHADE)
    if leaf.share > 0:
        sheet.area(
            [style.box(left, y + high / 2 - tall / 2, BAR * leaf.share, tall)], colour, PAPER
        )
    share = f"{leaf.share:.0%}"
    sheet.text(left + BAR + 20, y + high / 2 + 9, share, 26, INK, bold=True)
    mean = outcome.number(leaf.mean * outcome.scale, read.NAN if leaf.mean % 1 else 0.0)
    about = f"{said.counted(leaf.points, 'point')}, mean {mean}"
    sheet.text(left + BAR + 108, y + high / 2 + 7, about, SMALL, QUIET)
    sheet.line([[(x, y + high), (x + wide, y + high)]], RULE, 1)
