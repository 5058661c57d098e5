"""How the figures of a study put outcomes, factors, levels and findings in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, isnan, log10

from sim.experiment.model import UNCHANGED, Point
from sim.show import words
from sim.show.plots import style
from sim.study.findings import Study

IF = " if "
SECTIONS = ("drafts", "forums", "blocs", "groups", "parameters", "actors", "issues")
AS_IT_IS = "as it is"
LISTED = re.compile(r"\[([^\[\]]*)\]")  # paths that one factor sets together


@dataclass(frozen=True)
class Kind:
    """A kind of outcome: its name, its unit, and how a change of it is said."""

    name: str  # with {of}: the draft, or what else it is about
    many: bool = False  # "votes rise", not "votes rises"
    unit: str = ""  # one of what is counted
    scale: float = 1.0  # what a figure shows for 1 in the study
    highest: float = float("inf")


KINDS = {
    "adopted": Kind("chance that {of} is adopted", unit="%", scale=100.0, highest=100.0),
    "in_favour": Kind("votes in favour of {of}", True, "vote"),
    "against": Kind("votes against {of}", True, "vote"),
    "abstaining": Kind("abstentions on {of}", True, "abstention"),
    "not_voting": Kind("delegations not voting on {of}", True, "delegation"),
    "blocking": Kind("delegations blocking {of}", True, "delegation"),
    "dissociating": Kind("delegations dissociating from {of}", True, "delegation"),
    "margin": Kind("margin of {of}", unit="vote"),
    "text_existed": Kind(
        "chance that some text would have passed for {of}", unit="%", scale=100.0, highest=100.0
    ),
    "retained": Kind("share of {of} that is kept", unit="%", highest=100.0),
    "cosponsors": Kind("co-sponsors of {of}", True, "co-sponsor"),
    "value": Kind("{of}", unit="point", highest=100.0),
    "status_quo": Kind("status quo on {of}", unit="point", highest=100.0),
    "": Kind("{of}"),
}
SIGNED = ("margin", "")  # kinds that may be below zero


@dataclass(frozen=True)
class Outcome:
    """One column of a study, and how it is called."""

    column: str
    kind: str  # of KINDS
    of: str
    draft: str = ""
    stage: str = ""
    told: bool = False  # it is not the draft's last stage, so that the name says which
    several: bool = False  # the draft has several stages, so that an axis says which
    condition: str = ""  # "adopted", for `X if adopted`

    @property
    def form(self) -> Kind:
        """Its kind's words."""
        return KINDS[self.kind]

    @property
    def scale(self) -> float:
        """By what a figure multiplies it: 100 for shares of runs, which it shows in per cent."""
        return self.form.scale

    @property
    def name(self) -> str:
        """Its name within a sentence."""
        stage = f" ({self.stage})" if self.told else ""
        condition = f" (if {self.condition})" if self.condition else ""
        return f"{self.form.name.format(of=self.of)}{stage}{condition}"

    @property
    def axis(self) -> str:
        """Its name and unit, above an axis."""
        unit = {"%": ", %", "point": ", on its scale of 0-100"}.get(self.form.unit, "")
        unit = ", in votes beyond those needed" if self.kind == "margin" else unit
        stage = f" ({self.stage})" if self.several and not self.told else ""
        return first_up(f"{self.name}{stage}{unit}")

    @property
    def floor(self) -> float:
        """The least it can be."""
        return -float("inf") if self.kind in SIGNED else 0.0

    def number(self, value: float, error: float) -> str:
        """Write a value of it with as many digits as its error leaves sense to."""
        if isnan(value):
            return "not defined"
        most = 1 if self.form.unit else 2
        if error >= 1000:
            value = round(value, 1 - floor(log10(error)))
        text = f"{value:,.{min(digits(value, error), most)}f}"
        text = text.lstrip("-") if not any(c in "123456789" for c in text) else text
        return f"{text}%" if self.form.unit == "%" else text

    def amount(self, value: float, error: float) -> str:
        """Write a value with its unit: 6 votes, 1 vote, 12%."""
        text, unit = self.number(value, error), self.form.unit
        if unit in ("", "%") or isnan(value):
            return text
        return f"{text} {unit}" if text == "1" else f"{text} {unit}s"

    def size(self, value: float, error: float) -> str:
        """Write a difference with its unit; of shares it is in points, not a share itself."""
        return self.amount(value, error).replace("%", " percentage points")

    def change(self, difference: float, error: float) -> str:
        """Say that it rises or falls by so much: "73/27 gains 6 votes"."""
        up = difference > 0
        text = self.size(abs(difference), error)
        if self.kind == "in_favour":
            return f"{self._about} {'gains' if up else 'loses'} {text}{self._if}"
        verb = ("rise" if up else "fall") + ("" if self.form.many else "s")
        return f"{first_up(self.name)} {verb} by {text}"

    @property
    def _about(self) -> str:
        return f"{self.of} ({self.stage})" if self.told else self.of

    @property
    def _if(self) -> str:
        return f" (if {self.condition})" if self.condition else ""


def outcome(study: Study, column: str) -> Outcome:
    """Read what a column is about off its name."""
    plain, _, condition = column.partition(IF)
    if plain.startswith("status_quo."):
        of = plain.removeprefix("status_quo.")
        return Outcome(column, "status_quo", of, condition=condition)
    for draft, stage in study.ballots:
        kind = plain.removeprefix(f"{draft}.{stage}.")
        if kind in KINDS and kind != plain:
            stages = [s for d, s in study.ballots if d == draft]
            told, several = stage != stages[-1], len(stages) > 1
            return Outcome(column, kind, draft, draft, stage, told, several, condition)
    return _of_text(study, column, plain, condition)


def _of_text(study: Study, column: str, plain: str, condition: str) -> Outcome:
    for draft in dict.fromkeys(draft for draft, _ in study.ballots):
        thing = plain.removeprefix(f"{draft}.")
        if thing in ("retained", "cosponsors"):
            return Outcome(column, thing, draft, draft, condition=condition)
        if thing != plain and thing.endswith(".value"):
            of = f"{draft} {thing.removesuffix('.value')}"
            return Outcome(column, "value", of, draft, condition=condition)
    return Outcome(column, "", plain, condition=condition)


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


def several(items: Sequence[str], most: int = 3) -> str:
    """Join a few words, and say how many more there are."""
    return words.some(items, most)


def brief(text: str, wide: float = 430.0) -> str:
    """Shorten a long name for a title."""
    return style.cut(text, wide, 30, bold=True)
