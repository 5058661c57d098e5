"""A plain table with a header: a row an actor and issue (long), or a row an actor (wide).

Long: columns actor, position, and if there are several issues, issue; salience and capability
if they are known. Wide: actor, capability, and for each issue ISSUE.position and ISSUE.salience
(or with a space, _ or - between; or ISSUE and ISSUE_salience, as in plenary's own tables). A
table with actors and capability only, as for power indices, has no issues. Usual other words for
a column are understood. Comments say more of an issue:

    # scale ISSUE: 0 to 7
    # low ISSUE: words for its lower pole        # high ISSUE: words for the upper
    # status_quo ISSUE: 2                        # outcome ISSUE: 3.5

Without a scale, positions are on 0-100, or on 0-1 if none in the file is above 1; saliences are
parts of 1 if none is above 1, else of 100. Without saliences all care alike, without
capabilities all weigh alike; what was assumed is said.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from sim.near import near
from sim.published.readers.lines import Lines, Row
from sim.published.readers.made import Said, Scale, Stance, full_salience, table
from sim.published.table import Table

WORDS: dict[str, tuple[str, ...]] = {
    "actor": (
        *("actor", "actors", "name", "player", "stakeholder", "state", "country", "id"),
        *("member", "party"),
    ),
    "issue": ("issue", "dimension", "question", "topic"),
    "position": ("position", "pos", "pstn", "posn", "ideal", "preference", "stance"),
    "salience": ("salience", "sal", "importance", "priority"),
    "capability": (
        *("capability", "capabilities", "cap", "power", "influence", "resources", "clout"),
        *("weight", "weights", "votes", "population"),
    ),
}  # fmt: skip
MEANT = {word: kind for kind, words in WORDS.items() for word in words}
_OF_ISSUE = re.compile(r"(.+?)[ ._-]+([A-Za-z]+)")
_SCALE = re.compile(r"scale\s+(.+?)\s*:\s*(\S+)\s+to\s+(\S+)", re.IGNORECASE)
_POINT = re.compile(r"(status_quo|outcome|low|high)\s+(.+?)\s*:\s*(.+)", re.IGNORECASE)
ONLY = "position"  # the issue of a file that names none


def read(lines: Lines, name: str) -> Table:
    """Read a plain table; all mistakes at once."""
    return _Reading(lines).read(name)


class _Reading:
    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.header, self.rows = lines.rows[0], lines.rows[1:]
        self.place: dict[str, int] = {}  # columns that are not of one issue
        self.wide: dict[str, dict[str, int]] = {}  # columns of an issue
        self._columns()

    def read(self, name: str) -> Table:
        """Read rows, then comments, then put all in its place."""
        if "actor" not in self.place:
            self._no_actor()
        self.lines.raise_if_any()
        if not self.rows:
            self.lines.wrong(self.header, "the table has a header and no rows")
        stances = [s for row in self.rows for s in self._stances(row)]
        actors = list(dict.fromkeys(row.cell(self.place["actor"]) for row in self.rows))
        issues = list(self.wide) or list(dict.fromkeys(s.issue for s in stances))
        if stances:
            actors = self._heard(actors, stances)
        said = self._comments(issues)
        if "name" in self.place:
            at, called = self.place["actor"], self.place["name"]
            said.titles = {row.cell(at): row.cell(called) for row in self.rows if row.cell(called)}
        self._scales(said, stances, issues)
        if not self.wide and "position" not in self.place:
            said.held = self._held()
        self.lines.raise_if_any()
        full = full_salience(stances)
        stances = [s._replace(salience=full) if math.isnan(s.salience) else s for s in stances]
        return table(self.lines, name, actors, issues, stances, said, full)

    def _heard(self, actors: Sequence[str], stances: Sequence[Stance]) -> list[str]:
        """Leave out who takes no position at all."""
        heard = {stance.actor for stance in stances}
        for row in self.rows:
            actor = row.cell(self.place["actor"])
            if actor and actor not in heard:
                problem = "no position of this actor is given, and it is left out"
                self.lines.warn(row, problem, "actor", actor)
        return [actor for actor in actors if actor in heard]

    # The header

    def _columns(self) -> None:
        for place, cell in enumerate(self.header.cells):
            kind = MEANT.get(cell.casefold().replace(" ", "_"), "")
            of_issue = _OF_ISSUE.fullmatch(cell)
            about = MEANT.get(of_issue[2].casefold(), "") if of_issue else ""
            if kind == "actor" and "actor" in self.place and "name" not in self.place:
                self._full_name(place, cell)
            elif kind and kind not in self.place:
                self.place[kind] = place
            elif kind:
                self.lines.wrong(self.header, f"there are two columns of {kind}", "header", cell)
            elif of_issue and about in ("position", "salience", "capability"):
                self._wide_column(of_issue[1], about, place)
        named = {k: v for k, v in self.wide.items() if "position" not in v}
        for issue in named:  # ISSUE and ISSUE_salience, as in plenary's tables
            if issue in self.header.cells:
                self.wide[issue]["position"] = self.header.cells.index(issue)
        self._check_columns()

    def _full_name(self, place: int, cell: str) -> None:
        """Of two columns of actors, as id and name, the one called name is the full name."""
        first = self.place["actor"]
        if cell.casefold() == "name":
            self.place["name"] = place
        elif self.header.cell(first).casefold() == "name":
            self.place["name"], self.place["actor"] = first, place
        else:
            self.lines.wrong(self.header, "there are two columns of actor", "header", cell)

    def _wide_column(self, issue: str, about: str, place: int) -> None:
        columns = self.wide.setdefault(issue, {})
        if about in columns:
            problem = f"there are two columns for the {about} of {issue}"
            self.lines.wrong(self.header, problem, "header", self.header.cell(place))
        columns[about] = place

    def _check_columns(self) -> None:
        for issue, columns in list(self.wide.items()):
            if "position" not in columns:
                problem = f"there is no column {issue}.position for this issue"
                self.lines.wrong(self.header, problem, "header", issue)
        if self.wide and "position" in self.place:
            problem = (
                "has a column of positions and columns of positions of issues: which is meant?"
            )
            self.lines.wrong(self.header, problem, "header")
        used = {*self.place.values(), *(p for c in self.wide.values() for p in c.values())}
        for place, cell in enumerate(self.header.cells):
            if place not in used:
                close = near(cell, MEANT)
                self.lines.warn(self.header, "this column is not used", "header", cell, close)

    def _no_actor(self) -> None:
        there = ", ".join(cell or "(no name)" for cell in self.header.cells)
        allowed = f"{', '.join(WORDS['actor'])}; or --format ktab, decide"
        problem = f"the header names no column of actors; its columns are {there}"
        close = near(self.header.cells[0], WORDS["actor"])
        self.lines.wrong(self.header, problem, "", "", allowed, close)

    # The rows

    def _stances(self, row: Row) -> list[Stance]:
        actor = row.cell(self.place["actor"])
        if not actor:
            self.lines.wrong(row, "the cell is empty", "actor")
            return []
        if self.wide:
            return [s for k, c in self.wide.items() if (s := self._stance(row, actor, k, c))]
        if "position" not in self.place:
            return []
        issue = row.cell(self.place["issue"]) if "issue" in self.place else ONLY
        if not issue:
            self.lines.wrong(row, "the cell is empty", "issue")
            return []
        found = self._stance(row, actor, issue, self.place)
        return [found] if found else []

    def _stance(self, row: Row, actor: str, issue: str, place: dict[str, int]) -> Stance | None:
        """Read one position; an empty cell is no position."""
        if not row.cell(place["position"]):
            return None
        who = f"{actor} on {issue}"
        position = self.lines.number(row, place["position"], f"{who}, position")
        salience, capability = math.nan, 1.0
        if "salience" in place:
            salience = self.lines.number(row, place["salience"], f"{who}, salience", 0)
        if "capability" in {**place, **self.place}:
            column = place.get("capability", self.place.get("capability", 0))
            capability = self.lines.number(row, column, f"{actor}, capability", 0)
        return Stance(row, actor, issue, position, salience, capability)

    def _held(self) -> dict[str, float]:
        """Capabilities of a table without positions."""
        if "capability" not in self.place:
            there = ", ".join(self.header.cells)
            problem = f"there is neither a column of positions nor of capability; columns: {there}"
            self.lines.wrong(self.header, problem, "header")
            return {}
        held: dict[str, float] = {}
        for row in self.rows:
            actor = row.cell(self.place["actor"])
            if actor in held:
                self.lines.wrong(row, "this actor is named twice", "actor", actor)
            held[actor] = self.lines.number(
                row, self.place["capability"], f"{actor}, capability", 0
            )
        return held

    # What is said of issues, and what is assumed

    def _comments(self, issues: Sequence[str]) -> Said:
        said = Said()
        for line, text in self.lines.comments:
            scale, point = _SCALE.fullmatch(text), _POINT.fullmatch(text)
            issue = (scale or point or [""] * 3)[1 if scale else 2]
            if not issue:
                continue
            if issue not in issues:
                problem, close = "the table has no such issue", near(issue, issues)
                self.lines.wrong(line, problem, text.split()[0], issue, suggestion=close)
            elif scale:
                low, high = self._value(line, scale[2]), self._value(line, scale[3])
                if low == high:
                    self.lines.wrong(line, "both poles are the same", "scale", text)
                else:
                    said.scales[issue] = Scale(low, high)
            elif point:
                self._point(line, point[1].lower(), issue, point[3], said)
        return said

    def _point(self, line: int, what: str, issue: str, text: str, said: Said) -> None:
        if what in ("low", "high"):
            # The value of the pole is known once all scales are; until then, its name.
            end = -math.inf if what == "low" else math.inf
            said.words.setdefault(issue, {})[end] = text
        else:
            values = said.status_quo if what == "status_quo" else said.outcome
            values[issue] = self._value(line, text)

    def _value(self, line: int, text: str) -> float:
        return self.lines.number(Row(line, (text,)), 0, "comment")

    def _scales(self, said: Said, stances: Sequence[Stance], issues: Sequence[str]) -> None:
        open_ = [s.position for s in stances if s.issue not in said.scales]
        if open_ and all(0 <= x <= 1 for x in open_):
            for issue in issues:
                said.scales.setdefault(issue, Scale(0.0, 1.0))
            self.lines.warn(None, "no position is above 1, so the poles are taken to be 0 and 1")
        for issue, words in said.words.items():
            low, high = said.scales.get(issue, Scale(0.0, 100.0))
            ends = {-math.inf: low, math.inf: high}
            said.words[issue] = {ends.get(at, at): text for at, text in words.items()}
        self._check_points(said)
        columns = {**self.place, **{a: p for c in self.wide.values() for a, p in c.items()}}
        if stances and "salience" not in columns:
            self.lines.warn(self.header, "there are no saliences: all are taken to care alike")
        if stances and "capability" not in columns:
            self.lines.warn(self.header, "there are no capabilities: all are taken to weigh alike")

    def _check_points(self, said: Said) -> None:
        for what, values in (("status_quo", said.status_quo), ("outcome", said.outcome)):
            for issue, value in values.items():
                low, high = sorted(said.scales.get(issue, Scale(0.0, 100.0)))
                if not low <= value <= high and not math.isnan(value):
                    problem, allowed = "is beyond the poles of the issue", f"{low:g} to {high:g}"
                    self.lines.wrong(None, problem, f"{what} {issue}", f"{value:g}", allowed)
