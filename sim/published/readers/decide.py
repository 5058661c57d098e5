"""Decide's text of actors, issues and positions: a line a fact, its kind first.

    #A  actor  full name  comment
    #P  issue  full name  comment
    #M  issue  value  [words]              a point of the issue's scale, and what it means
    #D  actor  issue  position  salience  power

Cells are separated by tabs, semicolons or commas, and may be quoted. The lowest and the highest
point of an issue are its poles; without points it is on 0-100. Saliences are parts of 1, or of
100 where one is above 1.

Source: Decide (J. Raaphorst; Stokman and Van Oosten's model), its sample data.
"""

from __future__ import annotations

from sim.near import near
from sim.published.readers.lines import Lines, Row
from sim.published.readers.made import Said, Scale, Stance, full_salience, table
from sim.published.table import Table

TAGS = ("#A", "#P", "#M", "#D")
MEANS = {
    "#A": "#A, actor, full name, comment",
    "#P": "#P, issue, full name, comment",
    "#M": "#M, issue, value, words",
    "#D": "#D, actor, issue, position, salience, power",
}
NEEDED = {"#A": 2, "#P": 2, "#M": 3, "#D": 6}
MOST = {"#A": 4, "#P": 4, "#M": 4, "#D": 6}


def _numeric(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def read(lines: Lines, name: str) -> Table:
    """Read Decide's text; all mistakes at once."""
    return _Reading(lines).read(name)


class _Reading:
    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.actors: dict[str, int] = {}
        self.issues: dict[str, int] = {}
        self.points: dict[str, dict[float, str]] = {}
        self.titles: dict[str, str] = {}
        self.stances: list[Stance] = []

    def read(self, name: str) -> Table:
        """Go through the lines twice: names first, for a fact may stand before its actor."""
        for row in self.lines.rows:
            self._name(row)
        for row in self.lines.rows:
            self._fact(row)
        if not self.stances:
            self.lines.wrong(None, "has no positions: no line begins with #D")
        self.lines.raise_if_any()
        self._silent()
        scales = {issue: self._scale(issue) for issue in self.issues}
        self.lines.raise_if_any()
        words = {k: {v: w for v, w in p.items() if w} for k, p in self.points.items()}
        said = Said(scales=scales, titles=self.titles, words={k: w for k, w in words.items() if w})
        full = full_salience(self.stances)
        return table(
            self.lines, name, list(self.actors), list(self.issues), self.stances, said, full
        )

    def _name(self, row: Row) -> None:
        tag = row.cells[0].upper()
        known = {"#A": self.actors, "#P": self.issues}.get(tag)
        if known is None:
            return
        name = row.cell(1)
        if not name:
            self.lines.wrong(row, "the name is empty", tag, allowed=MEANS[tag])
        elif name in known:
            self.lines.wrong(row, f"is named twice, first in line {known[name]}", tag, name)
        else:
            known[name] = row.line
            if row.cell(2) not in ("", name):
                self.titles[name] = row.cell(2)
        if row.cell(3) not in ("", name, row.cell(2)):
            self.lines.warn(row, "this comment is not used", tag, row.cell(3))

    def _fact(self, row: Row) -> None:
        tag = row.cells[0].upper()
        if tag not in TAGS:
            return self.lines.warn(row, "lines of this kind are not used", "", row.cells[0])
        if len(row.cells) < NEEDED[tag]:
            problem = f"the line has {len(row.cells)} cells"
            return self.lines.wrong(row, problem, tag, allowed=MEANS[tag])
        if tag == "#D" and any(map(_numeric, row.cells[MOST[tag] :])):
            problem = f"the line has {len(row.cells)} cells: are numbers written with commas?"
            right = f"{MEANS[tag]}; with decimal commas, cells divided by tabs or semicolons"
            return self.lines.wrong(row, problem, tag, allowed=right)
        if len(row.cells) > MOST[tag]:
            self.lines.warn(row, "what follows is not used", tag, row.cell(MOST[tag]))
        if tag == "#M" and self._known(row, row.cell(1), self.issues, "issue"):
            value = self.lines.number(row, 2, f"{row.cell(1)}, value")
            self.points.setdefault(row.cell(1), {})[value] = row.cell(3)
        elif tag == "#D":
            self._stance(row)
        return None

    def _stance(self, row: Row) -> None:
        actor, issue = row.cell(1), row.cell(2)
        there = self._known(row, actor, self.actors, "actor")
        if not self._known(row, issue, self.issues, "issue") or not there:
            return
        who = f"{actor} on {issue}"
        position = self.lines.number(row, 3, f"{who}, position")
        salience = self.lines.number(row, 4, f"{who}, salience", 0)
        power = self.lines.number(row, 5, f"{who}, power", 0)
        self.stances.append(Stance(row, actor, issue, position, salience, power))

    def _known(self, row: Row, name: str, known: dict[str, int], what: str) -> bool:
        if name in known:
            return True
        tag = "#A" if what == "actor" else "#P"
        problem = f"no line {tag} names this {what}"
        self.lines.wrong(row, problem, row.cells[0], name, suggestion=near(name, known))
        return False

    def _scale(self, issue: str) -> Scale:
        points = self.points.get(issue, {})
        if not points:
            self.lines.warn(None, "no points are given (#M); its scale is taken to be 0-100", issue)
            return Scale(0.0, 100.0)
        low, high = min(points), max(points)
        if low == high:
            line, problem = self.issues[issue], "has one point only: a scale needs two"
            self.lines.wrong(line, problem, issue, f"{low:g}", "lines #M for both poles")
            return Scale(0.0, 100.0)
        return Scale(low, high)

    def _silent(self) -> None:
        """Say which actors or issues no position is given of, and leave them out."""
        heard = {s.actor for s in self.stances}
        touched = {s.issue for s in self.stances}
        for known, there, what in ((self.actors, heard, "actor"), (self.issues, touched, "issue")):
            for name in [n for n in known if n not in there]:
                problem = f"no position of this {what} is given, and it is left out"
                self.lines.warn(known.pop(name), problem, what, name)
