"""What each change does to an outcome: differences from the base, run by run, longest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

import numpy as np

from sim.analysis.paired import Difference
from sim.experiment.model import UNCHANGED, Plot, Point
from sim.show.plots import style
from sim.show.plots.study import axes, finding, read, said
from sim.show.plots.study.axes import Frame, Scale
from sim.show.plots.study.figure import Figure, footer, name
from sim.show.plots.study.read import Table
from sim.show.plots.study.said import Outcome
from sim.show.plots.style import BLUE, BODY, GREY, INK, QUIET, SMALL, VERMILLION, Look, Sheet
from sim.study.findings import Study

MOST = 20  # rows that are shown
NUMBERS = 225.0  # pixels for the numbers to the right
SIGNS = (  # of a tornado of correlations
    ("dot", BLUE, "goes up with it"),
    ("dot", VERMILLION, "goes down"),
    ("whisker", INK, "95% interval"),
    ("dot", GREY, "not told from none, as one of so many"),
)
SAMPLES = ("latin_hypercube", "sobol", "morris", "sobol_indices")


@dataclass(frozen=True)
class Step:
    """One level of a factor, or one point: its difference from the reference."""

    point: Point
    words: str
    found: Difference
    among: int = 1  # of so many differences it is one

    @property
    def seen(self) -> bool:
        """Whether it stands out of its error, also as one among so many."""
        return read.seen(self.found, self.among)

    @property
    def size(self) -> float:
        """How far it is from the reference; -1 where it is not known."""
        return -1.0 if isnan(self.found.difference) else abs(self.found.difference)

    @property
    def ends(self) -> tuple[float, float]:
        """The 95% interval of the difference."""
        half = 0.0 if isnan(self.found.error) else read.WIDE * self.found.error
        return self.found.difference - half, self.found.difference + half


@dataclass(frozen=True)
class Row:
    """A factor with its steps, or a correlation with its interval."""

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
        return abs(float(np.arctanh(np.clip(self.r, -1 + 1e-9, 1 - 1e-9)))) > (
            read.threshold(self.among) * self.error
        )


def tornado(study: Study, plot: Plot) -> Figure:
    """Draw what each factor does alone; of a sample, how each goes along with the outcome."""
    outcome = said.outcome(study, plot.outcome)
    file = name("tornado", plot.outcome)
    if study.experiment.design in SAMPLES:
        return _of_sample(study, outcome, file)
    rows, reference = differences(study, outcome)
    told = _finding(study, outcome, rows, reference)
    sheet = Sheet(told.title, _subtitle(study, rows, reference, told.detail), footer(study))
    _draw(sheet, study, outcome, rows, reference)
    return Figure(file, "tornado", sheet, _table(rows, outcome))


def differences(study: Study, outcome: Outcome) -> tuple[list[Row], Point | None]:
    """Compare every point with the base, or the first point if it was not played, run by run.

    A row is a factor where factors vary one at a time, otherwise a point; those that lead
    furthest come first, those that cannot be compared last.
    """
    reference = read.base(study) or (study.points[0] if study.points else None)
    grouped: dict[str, list[Step]] = {}
    for point in study.points:
        if reference is not None and point.id != reference.id:
            row, words = _named(study, point)
            found = read.compared(study, (reference,), (point,), outcome)
            step = Step(point, words, found, len(study.points) - 1)
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
    words = next(r for r in known if most in r.steps)
    label = words.words.removesuffix(f": {most.words}") if most.words else words.words
    label = f"{label} {most.words}".rstrip()
    where = f"with {said.brief(label, 700)}"
    of_rows = sum(any(s in seen for s in row.steps) for row in known)
    rest = f"; {of_rows} of {len(known)} changes stand out" if len(known) > 1 else ""
    title = f"{finding.change(outcome, most.found, where)}{rest}"
    return finding.Finding(title, finding.interval(outcome, most.found), True, most.found)


def _unseen(study: Study, outcome: Outcome, steps: Sequence[Step]) -> finding.Finding:
    most = max(steps, key=lambda s: s.size)
    if read.single(study) and most.found.difference:
        words = outcome.change(most.found.difference, 0)
        return finding.Finding(f"In one run, of which no error can be told: {words} at most")
    if all(s.found.difference == 0 and not s.found.error > 0 for s in steps if s.size >= 0):
        return finding.Finding(f"Nothing moves: {outcome.name} as at the base in every run")
    return finding.nothing(outcome, "all changes", most.found, len(steps))


def _subtitle(study: Study, rows: Sequence[Row], reference: Point | None, detail: str) -> str:
    left = f"the {MOST} of {len(rows)} that lead furthest" if len(rows) > MOST else ""
    what = "" if reference is None or not reference.settings else "compared with the first point"
    runs = read.runs_a_point(study)
    return said.notes(study, detail, left, runs, what)


def _table(rows: Sequence[Row], outcome: Outcome) -> read.Table:
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


def _draw(
    sheet: Sheet, study: Study, outcome: Outcome, rows: Sequence[Row], reference: Point | None
) -> None:
    shown = rows[:MOST]
    ends = [end for row in shown for s in row.steps for end in s.ends if not isnan(end)]
    unit = "percentage points" if outcome.form.unit == "%" else ""
    scale = axes.amounts([*_roomy(ends, shown), 0.0], most=8)
    frame = axes.rowed(sheet, [row.words for row in shown], NUMBERS, scale)
    _heading(sheet, study, outcome, reference, unit)
    high = frame.box.high / max(len(shown), 1)
    for place, row in enumerate(shown):
        _row(sheet, outcome, frame, row, frame.box.y + (place + 0.5) * high, high)
    single = read.single(study)
    entries = [("dot", BLUE, "more than at the base"), ("dot", VERMILLION, "less")]
    entries += [] if single else [("whisker", INK, "95% interval, run by run")]
    entries += [("dot", GREY, "less than these runs can show")] * (not single)
    axes.legend(sheet, entries)


def _roomy(ends: Sequence[float], shown: Sequence[Row]) -> list[float]:
    """Ends of the scale that leave room beside the bars for the words of their levels."""
    words = [s.words for row in shown for s in row.steps if len(row.steps) > 1]
    room = min(max((style.width(text, 15) for text in words), default=0.0) + 20, 220.0) / 1100
    known = [*ends, 0.0]
    wide = max(known) - min(known)
    return [min(known) - room * wide, max(known) + room * wide] if words else list(ends)


def _heading(
    sheet: Sheet, study: Study, outcome: Outcome, reference: Point | None, unit: str
) -> None:
    told = read.measure(study, (reference,), outcome) if reference else None
    value = "" if told is None or isnan(told.mean) else outcome.amount(told.mean, told.error)
    what = "base" if reference is not None and not reference.settings else "first point"
    text = f"{said.first_up(outcome.name)}: difference from the {what}"
    text += f" ({value})" if value else ""
    text += f", in {unit}" if unit else ""
    top = axes.WHOLE.y + 10
    sheet.text(
        axes.WHOLE.x, top, style.cut(text, axes.WHOLE.wide, BODY, bold=True), BODY, bold=True
    )


def _row(sheet: Sheet, outcome: Outcome, frame: Frame, row: Row, y: float, high: float) -> None:
    size, ink = min(float(BODY), max(0.6 * high, 14.0)), INK if row.seen else QUIET
    axes.row_name(sheet, frame, row.words, y, size, ink)
    right = frame.box.x + frame.box.wide + 16
    if row.most.size < 0:
        sheet.text(right, y + 0.36 * size, "not defined", size, QUIET)
        return
    _bar(sheet, frame, row, y, high)
    most = row.most.found
    told = _difference(outcome, most.difference, most.error)
    small, (words,) = style.fitted(told, NUMBERS - 16, size, 12.0, most=1)
    sheet.text(right, y + 0.36 * size, words, small, ink, bold=row.seen)


def _difference(outcome: Outcome, difference: float, error: float) -> str:
    """Write a difference with its sign and half its interval: "+6.1 ± 0.8"."""
    number = outcome.number(difference, error).removesuffix("%")
    sign = "+" if difference > 0 and number.strip("0.") else ""
    if isnan(error) or error <= 1e-9 * max(abs(difference), 1.0):
        return f"{sign}{number}"
    half = outcome.number(read.WIDE * error, error).removesuffix("%")
    return f"{sign}{number} ± {half if half.strip('0.') else '<0.1'}"


def _bar(sheet: Sheet, frame: Frame, row: Row, y: float, high: float) -> None:
    known = [s for s in row.steps if s.size >= 0]
    zero, tall = float(frame.x(0.0)), min(0.5 * high, 44.0)
    for side in (1, -1):
        far = max(known, key=lambda s: side * s.found.difference)
        if side * far.found.difference > 0:
            end = float(frame.x(far.found.difference))
            left = min(zero, end)
            corners = style.box(left, y - tall / 2, abs(end - zero), tall)
            sheet.area([corners], _colour(far), alpha=0.4)
    for step in known:
        low, top = (float(v) for v in frame.x(step.ends))
        at = float(frame.x(step.found.difference))
        if not isnan(step.found.error):
            _whisker(sheet, low, top, y, tall, INK if step.seen else GREY)
        sheet.marks([(at, y)], Look("", _colour(step), "o"), min(0.5 * tall, 14))
    _level_words(sheet, frame, row, known, y, tall)


def _whisker(sheet: Sheet, low: float, high: float, y: float, tall: float, ink: str) -> None:
    ends = [[(end, y - 0.2 * tall), (end, y + 0.2 * tall)] for end in (low, high)]
    sheet.line([[(low, y), (high, y)], *ends], ink, 2)


def _colour(step: Step) -> str:
    if not step.seen and not isnan(step.found.error):
        return GREY
    return BLUE if step.found.difference > 0 else VERMILLION


def _level_words(
    sheet: Sheet, frame: Frame, row: Row, known: Sequence[Step], y: float, tall: float
) -> None:
    """Name the levels at both ends of a bar, beyond their intervals."""
    if len(row.steps) < 2 or tall < 12:
        return
    ends = {min(known, key=lambda s: s.found.difference).words: -1}
    highest = max(known, key=lambda s: s.found.difference)
    ends.setdefault(highest.words, 1)
    for words, side in ends.items():
        reach = [end for s in known for end in s.ends]
        at = float(frame.x(max(reach) if side > 0 else min(reach)))
        room = frame.box.x + frame.box.wide - at if side > 0 else at - frame.box.x
        if room > 40:
            text = style.cut(words, room - 18, 15)
            align = "left" if side > 0 else "right"
            sheet.text(at + side * 13, y + 5.5, text, 15, QUIET, align=align)


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
    sheet = Sheet(_says(outcome, rows), _about_sample(study, rows), footer(study))
    shown = rows[:MOST]
    ticks = tuple((v, f"{v:g}") for v in (-1.0, -0.5, 0.0, 0.5, 1.0))
    frame = axes.rowed(sheet, [row.words for row in shown], NUMBERS, Scale(-1.05, 1.05, ticks))
    heading = f"Rank correlation with {outcome.name}, over the points of the sample"
    cut = style.cut(heading, axes.WHOLE.wide, BODY, bold=True)
    sheet.text(axes.WHOLE.x, axes.WHOLE.y + 10, cut, BODY, bold=True)
    high = frame.box.high / max(len(shown), 1)
    for place, row in enumerate(shown):
        _correlation(sheet, frame, row, frame.box.y + (place + 0.5) * high, high)
    axes.legend(sheet, SIGNS)
    return Figure(file, "tornado", sheet, _correlation_table(rows))


def _correlation_table(rows: Sequence[Correlated]) -> Table:
    return {
        "factor": [r.path for r in rows],
        "rank_correlation": [r.r for r in rows],
        "interval_low": [r.interval[0] for r in rows],
        "interval_high": [r.interval[1] for r in rows],
        "points": [r.points for r in rows],
        "seen": [r.seen for r in rows],
    }


def _says(outcome: Outcome, rows: Sequence[Correlated]) -> str:
    most = rows[0] if rows else None
    if most is None or not most.seen:
        return f"No factor can be seen to go along with {outcome.name}"
    ways = ("rise", "fall") if outcome.form.many else ("rises", "falls")
    way, words = ways[0 if most.r > 0 else 1], said.brief(most.words, 700)
    second = next((r for r in rows[1:] if r.seen), None)
    tied = second is not None and max(map(abs, second.interval)) > min(map(abs, most.interval))
    told = f"{said.first_up(outcome.name)} {way} with {words}"
    if tied and second is not None:
        other = ways[0 if second.r > 0 else 1]
        return f"{told}, and {other} with {said.brief(second.words, 500)}"
    return f"{told}, more closely than with any other factor" if len(rows) > 1 else told


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


def _correlation(sheet: Sheet, frame: Frame, row: Correlated, y: float, high: float) -> None:
    size, tall = min(float(BODY), max(0.6 * high, 14.0)), min(0.5 * high, 44.0)
    ink = INK if row.seen else QUIET
    axes.row_name(sheet, frame, row.words, y, size, ink)
    right = frame.box.x + frame.box.wide + 16
    if isnan(row.r):
        sheet.text(right, y + 0.36 * size, "cannot be told", size, QUIET)
        return
    zero, at, low, top = (float(v) for v in frame.x([0.0, row.r, *row.interval]))
    colour = (BLUE if row.r > 0 else VERMILLION) if row.seen else GREY
    corners = style.box(min(zero, at), y - tall / 2, abs(at - zero), tall)
    sheet.area([corners], colour, alpha=0.4)
    _whisker(sheet, low, top, y, tall, ink)
    sheet.marks([(at, y)], Look("", colour, "o"), min(0.5 * tall, 14))
    told = "{:+.2f} ({:.2f} to {:.2f})".format(row.r, *row.interval)
    sheet.text(right, y + 0.36 * size, told, min(size, SMALL), ink, bold=row.seen)
