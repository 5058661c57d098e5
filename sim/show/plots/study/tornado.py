"""What each change does to an outcome: differences from the base, run by run, longest first.

Of a sample, how each factor goes along with the outcome: rank correlations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.analysis.paired import Difference
from sim.experiment.model import UNCHANGED, Plot, Point
from sim.show.plots import parts, style
from sim.show.plots.study import finding, read, said
from sim.show.plots.study.figure import Figure, name, page
from sim.show.plots.study.read import Table
from sim.show.plots.study.said import Outcome
from sim.show.plots.style import BLUE, GREY, INK, POINT, QUIET, VERMILLION
from sim.study.findings import Study

MOST = 20  # rows that are shown
SAMPLES = ("latin_hypercube", "sobol", "morris", "sobol_indices")
UNSEEN = "less than these runs can show"


@dataclass(frozen=True)
class Step:
    """One level of a factor, or one point: its difference from the reference."""

    point: Point
    words: str
    found: Difference
    among: int = 1  # of so many differences it is one
    least: float = 1e-9  # that is worth telling

    @property
    def seen(self) -> bool:
        """Whether it stands out of its error, also as one among so many."""
        return read.seen(self.found, self.among, self.least)

    @property
    def size(self) -> float:
        """How far it is from the reference; -1 where it is not known."""
        return -1.0 if isnan(self.found.difference) else abs(self.found.difference)


@dataclass(frozen=True)
class Row:
    """A factor with its steps."""

    words: str
    steps: tuple[Step, ...] = ()

    @property
    def most(self) -> Step:
        """The step that leads furthest from the reference."""
        return max(self.steps, key=lambda s: s.size)

    @property
    def seen(self) -> bool:
        """Whether any of its steps stands out of its error."""
        return any(s.seen for s in self.steps)


@dataclass(frozen=True)
class Correlated:
    """How an outcome goes along with a factor over the points of a sample."""

    words: str
    path: str
    r: float
    error: float  # on Fisher's scale
    points: int
    among: int  # of so many factors it is one

    @property
    def interval(self) -> tuple[float, float]:
        """The 95% interval."""
        return read.correlation_interval(self.r, self.error)

    @property
    def seen(self) -> bool:
        """Whether it stands out of its error, also as one among so many."""
        if isnan(self.r):
            return False
        z = abs(float(np.arctanh(np.clip(self.r, -1 + 1e-9, 1 - 1e-9))))
        return z > read.threshold(self.among) * self.error


def tornado(study: Study, plot: Plot) -> Figure:
    """Draw what each factor does alone; of a sample, how each goes along with the outcome."""
    outcome = said.outcome(study, plot.outcome)
    file = name("tornado", plot.outcome)
    if study.experiment.design in SAMPLES:
        return _of_sample(study, outcome, file)
    rows, reference = differences(study, outcome)
    told = _finding(study, outcome, rows, reference)
    shown, steps = rows[:MOST], [_steps(row) for row in rows[:MOST]]
    with page(study, told.title, _subtitle(study, rows, reference, told.detail)) as sheet:
        axes = sheet.body.subplots()
        beside = [_difference(outcome, row.most.found) for row in shown]
        names = [row.words for row in shown]
        high = parts.rows(sheet, axes, names, beside, [r.seen for r in shown], foot=165.0)
        for place, own in enumerate(steps):
            _bar(axes, place, own, high)
        axes.margins(x=0.1 if any(len(own) > 1 for own in steps) else 0.05)
        parts.amounts(axes.xaxis, _heading(study, outcome, reference), least=10 * outcome.least)
        sheet.legend(_signs("more than at the base", "less", UNSEEN, single=read.single(study)))
    return Figure(file, "tornado", sheet, _table(rows))


def differences(study: Study, outcome: Outcome) -> tuple[list[Row], Point | None]:
    """Compare every point with the base, or the first point if it was not played, run by run.

    A row is a factor where factors vary one at a time, otherwise a point; those that lead
    furthest come first, those that cannot be compared last.
    """
    reference = study.base or (study.points[0] if study.points else None)
    grouped: dict[str, list[Step]] = {}
    for point in study.points:
        if reference is not None and point.id != reference.id:
            row, words = _named(study, point)
            found = read.compared(study, (reference,), (point,), outcome)
            step = Step(point, words, found, len(study.points) - 1, outcome.least)
            grouped.setdefault(row, []).append(step)
    rows = [Row(_row_words(row, steps), tuple(steps)) for row, steps in grouped.items()]
    return sorted(rows, key=lambda r: -r.most.size), reference


def _named(study: Study, point: Point) -> tuple[str, str]:
    """Which row a point belongs to, and what it is called there."""
    own = read.base_levels(study)
    changed = [(path, x) for path, x in point.levels.items() if x not in (UNCHANGED, own.get(path))]
    if len(changed) == 1:
        return said.factor(study, changed[0][0]), said.level(changed[0][1])
    return said.setting(study, changed), ""


def _row_words(row: str, steps: Sequence[Step]) -> str:
    return f"{row}: {steps[0].words}" if len(steps) == 1 and steps[0].words else row


def _finding(
    study: Study, outcome: Outcome, rows: Sequence[Row], reference: Point | None
) -> finding.Finding:
    known = [row for row in rows if row.most.size >= 0]
    if not known or reference is None:
        one = read.measure(study, study.points[:1], outcome) if study.points else None
        if one is None or isnan(one.mean):
            return finding.Finding(finding.never(outcome))
        return finding.Finding(f"There is no change to compare with the base: {outcome.name}")
    steps = [step for row in known for step in row.steps]
    seen = [s for s in steps if s.seen]
    if not seen:
        return _unseen(study, outcome, steps)
    most = max(seen, key=lambda s: s.size)
    row = next(r for r in known if most in r.steps)
    label = said.brief(row.words.removesuffix(f": {most.words}") if most.words else row.words, 900)
    where = f"with {label} {said.brief(most.words, 300)}".rstrip()
    of_rows = sum(row.seen for row in known)
    rest = f"; {of_rows} of {len(known)} changes stand out" if len(known) > 1 else ""
    title = f"{finding.change(outcome, most.found, where)}{rest}"
    return finding.Finding(title, finding.interval(outcome, most.found), True, most.found)


def _unseen(study: Study, outcome: Outcome, steps: Sequence[Step]) -> finding.Finding:
    most = max(steps, key=lambda s: s.size)
    if read.single(study) and most.found.difference:
        return finding.of_one_run(f"{outcome.change(most.found.difference, 0)} at most")
    if all(s.found.difference == 0 and not s.found.error > 0 for s in steps if s.size >= 0):
        return finding.Finding(f"Nothing moves: {outcome.name} as at the base in every run")
    return finding.nothing(outcome, "all changes", most.found, len(steps))


def _subtitle(study: Study, rows: Sequence[Row], reference: Point | None, detail: str) -> str:
    left = f"the {MOST} of {len(rows)} that lead furthest" if len(rows) > MOST else ""
    what = "" if reference is None or not reference.settings else "compared with the first point"
    return said.notes(study, detail, left, read.runs_a_point(study), what)


def _heading(study: Study, outcome: Outcome, reference: Point | None) -> str:
    """What is measured, from where, and in which unit."""
    told = read.measure(study, (reference,), outcome) if reference else None
    value = "" if told is None or isnan(told.mean) else outcome.amount(told.mean, told.error)
    what = "base" if reference is not None and not reference.settings else "first point"
    unit = "percentage points" if outcome.form.unit == "%" else outcome.form.unit
    parts_ = (f"from the {what}", f"({value})" * bool(value))
    text = f"{said.first_up(outcome.name)}: difference {' '.join(filter(None, parts_))}"
    return f"{text}, in {unit}" if unit else text


def _difference(outcome: Outcome, found: Difference) -> str:
    """Write a difference with its sign and half its interval: "+6.1 ± 0.8"."""
    if isnan(found.difference):
        return "not defined"
    number = outcome.number(found.difference, found.error).removesuffix("%")
    sign = "+" if found.difference > 0 and number.strip("0.") else ""
    if isnan(found.error) or found.error <= 1e-9 * max(abs(found.difference), 1.0):
        return f"{sign}{number}"
    half = outcome.number(read.WIDE * found.error, found.error).removesuffix("%")
    return f"{sign}{number} ± {half if half.strip('0.') else '<0.1'}"


def _table(rows: Sequence[Row]) -> Table:
    return read.table(
        {
            "row": row.words,
            "change": "; ".join(step.point.settings),
            "point": step.point.id,
            "base": step.found.base,
            "changed": step.found.changed,
            "difference": step.found.difference,
            "error": step.found.error,
            "smallest": read.threshold(step.among) * step.found.error,
            "seen": step.seen,
        }
        for row in rows
        for step in row.steps
    )


# What is drawn


@dataclass(frozen=True)
class Mark:
    """A value on a row with the ends of its interval, and whether it can be told from none."""

    at: float
    low: float
    high: float
    seen: bool
    words: str = ""

    @property
    def colour(self) -> str:
        """Of what is more, less, or not to be told."""
        return GREY if not self.seen else BLUE if self.at > 0 else VERMILLION


def _steps(row: Row) -> list[Mark]:
    marks = []
    for step in (s for s in row.steps if s.size >= 0):
        at, error = step.found.difference, step.found.error
        half = 0.0 if isnan(error) else read.WIDE * error
        marks.append(Mark(at, at - half, at + half, step.seen or isnan(error), step.words))
    return sorted(marks, key=lambda mark: mark.at)


def _bar(axes: Axes, row: int, marks: Sequence[Mark], high: float) -> None:
    """A bar from zero to each end, with all values on it and the names of the outermost."""
    axes.axvline(0, color=INK, lw=1.2, zorder=2)
    if not marks:
        return
    for end, beyond in ((marks[0], marks[0].at < 0), (marks[-1], marks[-1].at > 0)):
        if beyond:
            axes.barh(row, end.at, 0.5, color=end.colour, alpha=0.4, zorder=1)
    for mark in marks:
        ink = INK if mark.seen else GREY
        axes.plot([mark.low, mark.high], [row, row], "|-", color=ink, lw=1.5, ms=0.2 * high)
        axes.plot(mark.at, row, "o", color=mark.colour, ms=min(0.36 * high, 14) * POINT)
    if len(marks) > 1:
        low, most = min(m.low for m in marks), max(m.high for m in marks)
        ends = [(marks[0].words, low, -8, "right"), (marks[-1].words, most, 8, "left")]
        for words, at, away, align in ends:
            text = style.cut(words, 170, 15)
            side: Any = {"ha": align, "va": "center", "fontsize": 15 * POINT, "color": QUIET}
            axes.annotate(text, (at, row), (away, 0), textcoords="offset points", **side)


def _signs(up: str, down: str, unseen: str, *, single: bool) -> list[Line2D]:
    dots = [(BLUE, up), (VERMILLION, down), *([] if single else [(GREY, unseen)])]
    signs = [Line2D([], [], ls="", marker="o", color=c, label=word) for c, word in dots]
    whisker = Line2D([], [], marker="|", ms=9, color=INK, lw=1.5, label="95% interval")
    return signs if single else [*signs[:2], whisker, *signs[2:]]


# Of a sample


def correlations(study: Study, outcome: Outcome) -> list[Correlated]:
    """Rank correlation of the points' means with every numeric factor, the strongest first."""
    points = [p for p in study.points if p.settings]
    means = np.array([read.measure(study, (p,), outcome).mean for p in points])
    found = []
    for factor in study.experiment.factors:
        levels = [p.levels.get(factor.path, "") for p in points]
        if factor.numeric and read.numbers(levels):
            r, error = read.correlation(np.array([float(x) for x in levels]), means)
            count = int((~np.isnan(means)).sum())
            words, among = said.factor(study, factor.path), len(study.experiment.factors)
            found.append(Correlated(words, factor.path, r, error, count, among))
    return sorted(found, key=lambda c: -abs(c.r) if not isnan(c.r) else 1.0)


def _of_sample(study: Study, outcome: Outcome, file: str) -> Figure:
    rows = correlations(study, outcome)
    shown, names = rows[:MOST], [row.words for row in rows[:MOST]]
    with page(study, _says(outcome, rows), _about_sample(study, rows)) as sheet:
        axes = sheet.body.subplots()
        beside = [_correlation(row) for row in shown]
        high = parts.rows(sheet, axes, names, beside, [r.seen for r in shown], foot=165.0)
        for place, row in enumerate(shown):
            known = [] if isnan(row.r) else [Mark(row.r, *row.interval, row.seen)]
            _bar(axes, place, known, high)
        axes.set(xlim=(-1.05, 1.05), xticks=np.linspace(-1, 1, 5))
        about = f"rank correlation with {outcome.name}, over the points of the sample"
        axes.set_xlabel(style.cut(about, 1300, style.BODY, bold=True))
        none = "not told from none, as one of so many"
        sheet.legend(_signs("goes up with it", "goes down", none, single=False))
    data: Table = {
        "factor": [r.path for r in rows],
        "rank_correlation": [r.r for r in rows],
        "interval_low": [r.interval[0] for r in rows],
        "interval_high": [r.interval[1] for r in rows],
        "points": [r.points for r in rows],
        "seen": [r.seen for r in rows],
    }
    return Figure(file, "tornado", sheet, data)


def _correlation(row: Correlated) -> str:
    told = "{:+.2f} ({:.2f} to {:.2f})".format(row.r, *row.interval)
    return "cannot be told" if isnan(row.r) else told


def _says(outcome: Outcome, rows: Sequence[Correlated]) -> str:
    most = rows[0] if rows else None
    if most is None or not most.seen:
        return f"No factor can be seen to go along with {outcome.name}"
    told = said.first_up(outcome.with_verb(_way(most))) + f" with {said.brief(most.words, 700)}"
    second = next((r for r in rows[1:] if r.seen), None)
    tied = second is not None and max(map(abs, second.interval)) > min(map(abs, most.interval))
    if tied and second is not None:
        other = outcome.with_verb(_way(second)).rpartition(" ")[2]
        return f"{told}, and {other} with {said.brief(second.words, 500)}"
    return f"{told}, more closely than with any other factor" if len(rows) > 1 else told


def _way(row: Correlated) -> str:
    return "rise" if row.r > 0 else "fall"


def _about_sample(study: Study, rows: Sequence[Correlated]) -> str:
    words = sum(not f.numeric for f in study.experiment.factors)
    left = f"{said.counted(words, 'factor')} in words left out" if words else ""
    more = f"the {MOST} closest of {len(rows)}" if len(rows) > MOST else ""
    undefined = ""
    points = len([p for p in study.points if p.settings])
    if rows and rows[0].points < points:
        undefined = f"{points - rows[0].points} of {points} points left out: not defined"
    runs = read.runs_a_point(study)
    return said.notes(study, f"{points:,} points of a sample, {runs}", more, left, undefined)
