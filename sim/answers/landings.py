"""Where a text could land: how far each clause can go, and where it stands."""

from __future__ import annotations

import numpy as np

from sim.answers.bargain import Bargain
from sim.answers.packages import Packages
from sim.show.plots import parts
from sim.show.plots.style import BLUE, GREEN, GREY, INK, ORANGE, Footer, Sheet


def landing(found: Bargain, title: str, about: Footer) -> Sheet:
    """Draw the range of each clause in texts that nobody blocks, and what it says in several."""
    clauses = found.clauses
    note = "bar: how far a clause can go in a text that nobody blocks, in the median run"
    with Sheet(title, note, about) as sheet:
        axes = sheet.body.subplots()
        at = np.arange(len(clauses))
        low, high = (np.array([getattr(one, end) for one in clauses]) for end in ("low", "high"))
        axes.barh(at, high - low, left=low, height=0.5, color=BLUE, alpha=0.25, label="zone")
        for field, label, colour, marker in (
            ("status_quo", "now", GREY, "|"),
            ("tabled", "as tabled", ORANGE, "s"),
            ("negotiated", "on the table in the end", INK, "o"),
            ("agreed", "in the text most runs could agree on", GREEN, "D"),
        ):
            values = [getattr(one, field) for one in clauses]
            size = 20 if marker == "|" else 10
            axes.plot(
                values,
                at,
                marker,
                color=colour,
                ms=size,
                mew=3 if marker == "|" else 1,
                label=label,
            )
        parts.rows(sheet, axes, [f"{one.clause} ({one.issue})" for one in clauses])
        axes.set_xlim(0, 100)
        axes.set_xlabel("where it stands on the scale of its issue")
        sheet.legend()
    return sheet


def frontier(found: Packages, title: str, about: Footer) -> Sheet:
    """Draw what changes of a text win in votes against what its sponsors keep."""
    with Sheet(
        title, "each point is a changed text; line: none wins more and keeps more", about
    ) as sheet:
        axes = sheet.body.subplots()
        both = [
            [(100 * c.kept, c.in_favour) for c in kind] for kind in (found.singles, found.frontier)
        ]
        axes.plot(
            *np.reshape(both[0], (-1, 2)).T, "o", color=GREY, ms=7, label="one clause changed"
        )
        axes.plot(*np.reshape(both[1], (-1, 2)).T, "-o", color=BLUE, ms=8, label="frontier")
        axes.plot([100], [found.base.in_favour], "D", color=INK, ms=12, label="as it stands")
        axes.set_xlabel("what sponsors keep of their gain, %")
        axes.set_ylabel("votes in favour")
        sheet.legend()
    return sheet
