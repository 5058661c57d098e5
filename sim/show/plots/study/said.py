"""How the figures of a study put outcomes, factors, levels and findings in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import floor, inf, isnan, log10
from typing import Protocol

from matplotlib.axis import Axis

from sim.core.outcome import PERCENT, Over
from sim.experiment.model import UNCHANGED, Point
from sim.experiment.outcomes import Declared, declared
from sim.show import words
from sim.show.plots import parts, style
from sim.study.findings import Study

IF = " if "
SECTIONS = ("drafts", "forums", "blocs", "groups", "parameters", "actors", "issues")
AS_IT_IS = "as it is"
SHOWN = 20  # an axis shows at least so many of the least differences that are worth telling
LISTED = re.compile(r"\[([^\[\]]*)\]")  # paths that one factor sets together


class HasBallots(Protocol):
    """A study, or the outcomes of a run: whatever knows which texts were decided on, and when."""

    @property
    def ballots(self) -> tuple[tuple[str, str], ...]:
        """Draft and stage of each ballot."""
        ...


@dataclass(frozen=True)
class Kind:
    """How a kind of outcome is shown."""

    many: bool = False  # "votes rise", not "votes rises"
    unit: str = ""  # what is counted
    scale: float = 1.0  # what a figure shows for 1 in the study
    lowest: float = -inf
    highest: float = inf


def _kind(of: Declared) -> Kind:
    kind = of.kind
    share, scale = kind.truth or kind.unit == PERCENT, 100.0 if kind.truth else 1.0
    return Kind(
        many=kind.whole,
        unit="%" if share else "points" if kind.scaled else kind.unit,
        scale=scale,
        lowest=-inf if of.low is None else of.low * scale,
        highest=inf if of.high is None else of.high * scale,
    )


@dataclass(frozen=True)
class Outcome:
    """One column of a study, and how it is called."""

    column: str
    kind: str  # the name that a mechanism declares; "" if none does
    of: str  # the draft, or what else it is about
    title: str
    form: Kind = Kind()
    draft: str = ""
    stage: str = ""
    told: bool = False  # it is not the draft's last stage, so that the name says which
    several: bool = False  # the draft has several stages, so that an axis says which
    condition: str = ""  # "adopted", for `X if adopted`

    @property
    def scale(self) -> float:
        """By what a figure multiplies it: 100 for shares of runs, which it shows in per cent."""
        return self.form.scale

    @property
    def name(self) -> str:
        """Its name within a sentence."""
        stage = f" ({self.stage})" if self.told else ""
        condition = f" (if {self.condition})" if self.condition else ""
        return f"{self.title}{stage}{condition}"

    @property
    def axis(self) -> str:
        """Its name and unit, above an axis."""
        other = "" if self.form.many or not self.form.unit else f", {self.form.unit}"
        unit = ", on its scale of 0-100" if self.form.unit == "points" else other
        stage = f" ({self.stage})" if self.several and not self.told else ""
        return first_up(f"{self.name}{stage}{unit}")

    def scaled(self, axis: Axis) -> None:
        """Name an axis of it, which shows what can be and does not make much of little."""
        ends = self.form.lowest, self.form.highest
        parts.amounts(axis, style.cut(self.axis, 1500, style.BODY), *ends, SHOWN * self.least)

    @property
    def _digits(self) -> int:
        """How many digits after the point it is written with at most."""
        return 1 if self.form.unit else 2

    @property
    def least(self) -> float:
        """The least difference that is worth telling: what its last digit shows."""
        return float(10.0**-self._digits)

    def span(self, low: float, high: float) -> str:
        """Two values that hardly differ: "99.64 to 99.66%"."""
        unit = "%" if self.form.unit == "%" else ""
        return f"{low:,.3g}{unit}" if low == high else f"{low:,.2f} to {high:,.2f}{unit}"

    @property
    def is_(self) -> str:
        """Its name with the verb: "votes in favour of 73/27 are"."""
        return f"{self.name} {'are' if self.form.many else 'is'}"

    def with_verb(self, verb: str) -> str:
        """Its name with another verb: "votes in favour of 73/27 differ"."""
        return f"{self.name} {verb}{'' if self.form.many else 's'}"

    def number(self, value: float, error: float) -> str:
        """Write a value of it with as many digits as its error leaves sense to."""
        if isnan(value):
            return "not defined"
        if error >= 1000:
            value = round(value, 1 - floor(log10(error)))
        text = f"{value:,.{min(digits(value, error), self._digits)}f}"
        text = text.lstrip("-") if not any(c in "123456789" for c in text) else text
        return f"{text}%" if self.form.unit == "%" else text

    def amount(self, value: float, error: float) -> str:
        """Write a value with its unit: 6 votes, 1 vote, 12%."""
        text, unit = self.number(value, error), self.form.unit
        if unit in ("", "%") or isnan(value):
            return text
        return f"{text} {unit.removesuffix('s') if text == '1' else unit}"

    def size(self, value: float, error: float) -> str:
        """Write a difference with its unit; of shares it is in points, not a share itself."""
        return self.amount(value, error).replace("%", " percentage points")

    def change(self, difference: float, error: float) -> str:
        """Say that it rises or falls by so much: "73/27 gains 6 votes"."""
        up = difference > 0
        text = self.size(abs(difference), error)
        if self.kind == "in_favour":
            return f"{self._about} {'gains' if up else 'loses'} {text}{self._if}"
        return f"{first_up(self.with_verb('rise' if up else 'fall'))} by {text}"

    @property
    def _about(self) -> str:
        return f"{self.of} ({self.stage})" if self.told else self.of

    @property
    def _if(self) -> str:
        return f" (if {self.condition})" if self.condition else ""


def outcome(study: HasBallots, column: str) -> Outcome:
    """Read what a column is about off its name; what nobody declares is called by its name."""
    plain, _, condition = column.partition(IF)
    of = declared([plain], drafts=[draft for draft, _ in study.ballots]).get(plain)
    if of is None or (of.kind.over.of_draft and not of.draft):
        return Outcome(column, "", plain, plain, condition=condition)
    title = f"chance that {of.title}" if of.kind.truth else of.title
    about = " ".join(filter(None, (of.draft, of.about)))
    found = Outcome(column, of.kind.name, about, title, _kind(of), of.draft, condition=condition)
    if of.kind.over is not Over.BALLOT:
        return found
    stages = [stage for draft, stage in study.ballots if draft == of.draft]
    told, several = of.about != stages[-1], len(stages) > 1
    return replace(found, of=of.draft, stage=of.about, told=told, several=several)


def digits(value: float, error: float) -> int:
    """How many digits after the point make sense: one figure of the error, at most 2."""
    if isnan(error) or error <= 1e-9 * max(abs(value), 1.0):
        return 0 if abs(value - round(value)) < 1e-9 else 1
    return min(max(0, -floor(log10(error))), 2)


def first_up(text: str) -> str:
    """Begin with a capital, as a sentence does."""
    return text[:1].upper() + text[1:]


def factor(study: Study, path: str) -> str:
    """Call a factor by the part of its path that tells it from the others."""
    paths = [f.path for f in study.experiment.factors]
    for called in (_field, _short):
        if [called(p) for p in paths].count(called(path)) < 2:
            return called(path)
    return path


def _short(path: str) -> str:
    head, _, rest = path.partition(".")
    kept = (rest if head in SECTIONS and rest else path).removeprefix("and.")
    kept = LISTED.sub(lambda found: words.some([n.strip() for n in found[1].split(",")], 3), kept)
    return re.sub(r"\.(?!\d)", " ", kept).replace("_", " ")


def _field(path: str) -> str:
    """A forum's rule by its own name, since a scenario mostly has one forum."""
    return _short(path.rpartition(".")[2] if path.startswith("forums.") else path)


def level(text: str) -> str:
    """Write a level as a reader would."""
    return AS_IT_IS if text == UNCHANGED else text


def point(study: Study, at: Point) -> str:
    """Say what a point changes from the base, or that it is the base."""
    return setting(study, list(at.levels.items())) if at.settings else "base"


def setting(study: Study, levels: Sequence[tuple[str, str]]) -> str:
    """Say what a point changes: "EU cohesion 40, rules two_thirds"."""
    told = [f"{factor(study, path)} {text}" for path, text in levels if text != UNCHANGED]
    return ", ".join(told) or "base"


def notes(study: Study, *parts: str) -> str:
    """Join what a subtitle says, and add how many runs failed."""
    failed = sum(study.failed.values())
    said = [*parts, f"{counted(failed, 'run')} failed and left out" if failed else ""]
    return "  ·  ".join(part for part in said if part)


def counted(number: int, thing: str) -> str:
    """Write a number of things: 1 run, 2,000 runs."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def both(first: str, second: str) -> list[str]:
    """Two levels for a title, which stay different."""
    return style.told_apart([level(first), level(second)], 300, 30)


def brief(text: str, wide: float = 640.0) -> str:
    """Shorten a long name for a title."""
    return style.cut(text, wide, 30, bold=True)
