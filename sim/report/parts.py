"""The grammar of findings: what a result is told in, each thing as data with its words.

Every sentence about a result is built here, once. A finding has three parts of speech: what it
`says` (what happens, and how often), how `sure` that is, and what else there is to know (`more`).
`sim.report.text` and the templates only set them. All of it is stored in ``summary.json`` by
whoever played the runs, so that a report needs the files of its folder and nothing else. Shares
and chances are on 0-1; a number that is not known is nan here and null there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite, isnan, nan
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from sim.show import words
from sim.show.words import number, percent

Kind = Literal["run", "what-if", "sweep"]
Texts = tuple[str, ...]
Number = Annotated[float, BeforeValidator(lambda value: nan if value is None else value)]

SMALL = 10.0  # numbers below this have a digit after the point
NINE_IN_TEN = "in nine runs of ten"


@dataclass(frozen=True)
class Grid:
    """A small table whose cells are words already."""

    title: str
    columns: Texts
    rows: tuple[Texts, ...]
    note: str = ""


@dataclass(frozen=True)
class Chance:
    """How likely something is in the runs of the model, with the 95% interval of that share."""

    what: str  # as it goes on after "that": "73/27 is adopted"
    share: float
    low: float
    high: float
    of: str  # what it is a share of: "40 runs", "10 worlds"

    @property
    def word(self) -> str:
        """The fixed word for the share."""
        return words.likelihood(self.share)

    @property
    def interval(self) -> str:
        """Its 95% interval in words."""
        return f"{percent(self.low)} to {percent(self.high)}"

    @property
    def doubt(self) -> str:
        """Another word that so few runs cannot exclude, where the interval reaches it; or ""."""
        ends = (self.low, self.high) if self.share >= 0.5 else (self.high, self.low)
        other = next((end for end in ends if words.likelihood(end) != self.word), None)
        return "" if other is None else f"{words.likelihood(other)} ({percent(other)})"

    @property
    def said(self) -> str:
        """The word and the interval, as a sentence begins."""
        return f"That is {self.word} (95% interval {self.interval} of runs)"

    def __str__(self) -> str:
        said = f"It is {self.word} ({percent(self.share)} of {self.of}) that {self.what}"
        return f"{said}{f'; more runs might still find it {self.doubt}' if self.doubt else ''}."


class Said:
    """What a finding has in common with every other: it is told in one way."""

    @property
    def says(self) -> str:
        """What happens, and how often: one plain sentence."""
        raise NotImplementedError

    @property
    def sure(self) -> str:
        """How sure that is, in a sentence; or ""."""
        return ""

    @property
    def more(self) -> str:
        """What else there is to know of it; or ""."""
        return ""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.says, self.sure, self.more)))


@dataclass(frozen=True)
class Note(Said):
    """What is found without a number of its own."""

    text: str
    certainty: str = ""
    shape: Literal["note"] = "note"

    @property
    def says(self) -> str:
        """The sentence itself."""
        return self.text

    @property
    def sure(self) -> str:
        """How sure it is."""
        return self.certainty


@dataclass(frozen=True)
class Fate(Said):
    """What mostly becomes of texts that fare alike: how often, and whether it happened so."""

    fate: str  # "adopted", "blocked", "vetoed", "defeated"
    drafts: Texts
    chances: tuple[Chance, ...]  # that this becomes of each
    runs: int
    then: str = ""  # what the record says to that: ", as happened"
    ways: str = ""  # in how many runs it was adopted in which way
    shape: Literal["fate"] = "fate"

    @property
    def says(self) -> str:
        """Say what becomes of them, in what share of the runs."""
        first, *others = (chance.share for chance in self.chances)
        named = [words.short(draft, 20) for draft in self.drafts]
        often = words.of_runs(first, self.runs)
        ways = f"{': ' if self.fate == 'adopted' else '; adopted in '}{self.ways}" * bool(self.ways)
        if set(others) <= {first}:
            verb = "are" if others else "is"
            return f"{words.some(named, 4)} {verb} {self.fate} {often}{self.then}{ways}."
        rest = [f"{name} in {percent(s)}" for name, s in zip(named[1:], others, strict=True)]
        return f"{words.some([f'{named[0]} is {self.fate} {often}', *rest], 4)}{self.then}{ways}."

    @property
    def sure(self) -> str:
        """The word and the interval of each share."""
        if self.runs == 1:
            return "One run shows what can happen, not how likely it is."
        told = [f"{chance.word} ({chance.interval})" for chance in self.chances]
        if len(told) == 1:
            (one,) = self.chances
            return f"{one.said}."
        named = (f"{words.short(d, 20)} {said}" for d, said in zip(self.drafts, told, strict=True))
        return f"95% intervals: {words.some(list(named), 4)}."


@dataclass(frozen=True)
class Level(Said):
    """A count of a text over the runs, and others beside it."""

    about: str  # the text: "73/27 plenary"
    what: str  # is counted: "in favour"
    mean: Number
    low: Number  # nine runs in ten lie between these
    high: Number
    beside: tuple[tuple[str, Number], ...] = ()  # further counts: what, mean
    reach: Number = nan  # half of the 95% interval of the mean
    chance: Number = nan  # standard deviation within a world
    ignorance: Number = nan  # and across worlds
    where: str = ""  # the runs that it is of, where it is not of all
    unit: str = ""
    shape: Literal["level"] = "level"

    @property
    def says(self) -> str:
        """Say the mean of each, and the range of the first."""
        counts = [f"{number(self.mean)}{self.unit} {self.what}"]
        if self.low != self.high:
            ends = f"{number(self.low)}{self.unit} to {number(self.high)}{self.unit}"
            counts[0] += f" ({ends} {NINE_IN_TEN})"
        counts += [f"{number(mean)} {what}" for what, mean in self.beside]
        return f"{self.about}:{self.where} on average {words.both(counts)}."

    @property
    def sure(self) -> str:
        """Say how well the mean is known, and what makes runs differ."""
        if not (self.reach > 0 and isfinite(self.reach)):
            return ""
        known = f"The mean {self.what} is known to {number(self.reach, 1)} either way"
        if isnan(self.ignorance):
            return f"{known}."
        most = "what we do not know of the world" if self.ignorance > self.chance else "chance"
        sizes = f"{number(self.ignorance, 1)} across worlds, {number(self.chance, 1)} within one"
        return f"{known}; runs differ mostly by {most} (standard deviation {sizes})."


Verdict = Literal["seen", "not seen", "the same", "of one world", "not known"]


@dataclass(frozen=True)
class Change(Said):
    """A difference between two sides, run by run, and whether these runs can tell it from none."""

    name: str  # the outcome, as it goes within a sentence: "votes in favour of 73/27"
    moves: str  # what it does, with its size: "73/27 gains 9 votes"
    before: str  # both sides as they are printed
    after: str
    under: str  # what makes the difference, as it goes after `given`
    against: str  # what it is compared with, as it goes after "at"; "" if there is one base
    verdict: Verdict
    difference: Number
    low: Number = nan  # 95% interval of the difference
    high: Number = nan
    ends: str = ""  # the same in print
    holds: Number = nan  # share of worlds in which it has this sign
    opposes: Number = nan  # and the other
    smallest: str = ""  # the smallest true difference that these runs would show, in print
    adopted: str = ""  # the text, of a difference in how often it is adopted
    over: str = ""  # the runs that it is over, if not all
    among: int = 1  # of how many it is the largest
    column: str = ""  # of the outcome in the tables
    hangs_on: str = ""  # which assumptions turn it round
    given: Literal["With", "If"] = "With"
    shape: Literal["change"] = "change"

    @property
    def seen(self) -> bool:
        """Whether it can be told from none."""
        return self.verdict == "seen"

    @property
    def says(self) -> str:
        """Say what changes, from what to what; or that nothing is seen to."""
        at = f" {self.against}" if self.against else ""
        if self.verdict == "the same":
            return f"Nothing changes {self.name}{self.over}: it stays {self.before}."
        if self.verdict == "not known":
            return f"Of {self.name} nothing can be told from these runs."
        if self.verdict == "not seen":
            return f"No difference is seen in {self.name}{self.over}."
        if self.adopted and self.before != self.after:
            of = f"{self.adopted} is adopted in {self.after} of runs instead of {self.before}"
            return f"{self.given} {self.under}, {of}{at}."
        return (
            f"{self.given} {self.under}, {self.moves}: {self.after} instead of {self.before}{at}."
        )

    @property
    def sure(self) -> str:
        """Say in what share of worlds the sign holds, and the interval; or what would be seen."""
        if self.verdict == "not seen":
            without = "if not" if self.given == "If" else "without"
            given = f"{self.given.lower()} {self.under}"
            at = f"{self.after} {given}, {self.before} {self.against or without}"
            least = f"; a true difference of {self.smallest} or more would show"
            return f"The largest is {at}{least if self.smallest else ''}."
        if self.verdict == "of one world":
            return "How sure that is, runs of one world cannot tell."
        if self.verdict != "seen":
            return ""
        other = f" (the other way in {percent(self.opposes)})" if self.opposes > 0 else ""
        rest = ", unchanged in the rest" * (self.holds + self.opposes < 0.995)
        said = f"The same way in {percent(self.holds)} of worlds{other}{rest}"
        largest = f", as the largest of {self.among:,} points" if self.among > 1 else ""
        between = f"; 95% interval of the difference {self.ends}{largest}" if self.ends else ""
        return f"{said}{between}{self.over}."

    @property
    def more(self) -> str:
        """Say what turns it round, and what these runs would show."""
        least = f"{self.smallest} or more would show in these runs" * bool(self.smallest)
        said = "; ".join(filter(None, (least, self.hangs_on)))
        return f"{words.first_up(said)}." if self.seen and said else ""


@dataclass(frozen=True)
class Mover(Said):
    """Which of several factors moves an outcome most, by itself."""

    factor: str
    before: str
    low: str  # the level at which it is lowest
    after: str
    high: str
    averaged: bool  # over the other factors, else they are left as they are
    alone: bool = False  # no other factor is seen to move it
    shape: Literal["mover"] = "mover"

    @property
    def says(self) -> str:
        """Name the factor, and its two ends."""
        others = "on average over the others" if self.averaged else "the others left as they are"
        verb = "alone moves it" if self.alone else "moves it most"
        return (
            f"Of the factors, {self.factor} {verb}: from {self.before} at {self.low} to"
            f" {self.after} at {self.high}, {others}."
        )


@dataclass(frozen=True)
class Trend(Said):
    """How an outcome goes with a factor over the points of a sample."""

    factor: str
    correlation: float
    points: int
    shape: Literal["trend"] = "trend"

    @property
    def says(self) -> str:
        """Say which way, and how closely."""
        way = "rises" if self.correlation > 0 else "falls"
        return (
            f"Of the factors, it {way} most steadily with {self.factor} (rank correlation"
            f" {self.correlation:.2f} over {self.points:,} points)."
        )


@dataclass(frozen=True)
class Cloud(Said):
    """Where an outcome lies over the points of a sample."""

    name: str
    ends: Texts  # in print: least, quarter, middle, three quarters, most
    points: int
    shape: Literal["cloud"] = "cloud"

    @property
    def says(self) -> str:
        """Say between what it lies, and where the middle of it is."""
        low, first, middle, third, high = self.ends
        return (
            f"{words.first_up(self.name)}: between {low} and {high} over {self.points:,} points of"
            f" the sample; in the middle half of them between {first} and {third}, with {middle} in"
            " the middle."
        )


@dataclass(frozen=True)
class Course(Said):
    """Where what a scenario asks about goes over its years, and how surely it grows."""

    name: str  # as it begins a sentence: "Digital solidarity"
    start: Number  # mean over runs at the end of the first session
    end: Number  # and of the last
    low: Number  # nine runs in ten end between these
    high: Number
    grows: Chance  # that it goes the way it does on average; beside another: that it grows more
    runs: int
    unit: str = ""
    beside: tuple[str, Number, Number] | None = None  # another: its name, start and end
    adds: bool = False  # what is told is of a session, not of all so far
    drivers: str = ""  # what it goes with across worlds
    shape: Literal["course"] = "course"

    @property
    def says(self) -> str:
        """Say what grew, from what to what, and in how many runs."""
        often = words.of_runs(self.grows.share, self.runs)
        first, last = self._amount(self.start), f"{self._amount(self.end)}{self.unit}"
        if self.beside is not None:
            name, start, end = self.beside
            verb = "grew more" if self.end > self.start else "fell less"
            return (
                f"{self.name} {verb} than {name}: on average from {first} to {last}, against"
                f" {self._amount(start)} to {self._amount(end)}; its change was the larger {often}."
            )
        way = "grew" if self.end > self.start else "fell" if self.end < self.start else "stayed"
        each, more = " a session" * self.adds, "less" if way == "fell" else "more"
        return (
            f"{self.name} {way} on average from {first} to {last}{each}; there was {more} at the"
            f" end than at the beginning {often}."
        )

    @property
    def sure(self) -> str:
        """The word and interval of that, and between what nine runs in ten end."""
        if self.runs == 1:
            return "One run shows what can happen, not how likely it is."
        low, high = (f"{self._amount(end)}{self.unit}" for end in (self.low, self.high))
        ends = f"between {low} and {high}" if low != high else f"at {low}"
        return f"{self.grows.said}; nine runs in ten end {ends}."

    def _amount(self, value: float) -> str:
        """Write a number, with a digit after the point where all are small."""
        return number(value, 1 if self.high < SMALL else 0).removesuffix(".0")

    @property
    def more(self) -> str:
        """What it goes with."""
        return self.drivers


Finding = Note | Course | Fate | Level | Change | Mover | Trend | Cloud


@dataclass(frozen=True)
class Persuadable:
    """A delegation near to deciding otherwise: its two likeliest decisions on a draft."""

    name: str
    draft: str
    first: str
    chance: float
    second: str
    chance_of_second: float
    absent: float = 0.0

    def __str__(self) -> str:
        away = f", {percent(self.absent)} not voting" if self.absent else ""
        return (
            f"{self.name} on {self.draft}: {percent(self.chance)} {self.first},"
            f" {percent(self.chance_of_second)} {self.second}{away}"
        )


@dataclass(frozen=True)
class Ground:
    """What the numbers rest on."""

    scenario: str  # its name
    title: str
    data: str  # the date before which its data lie, or ""
    runs: int  # of one side, of all points of a sweep
    worlds: int
    seed: int
    version: str
    settings: Texts = ()  # changes of a what-if; what a sweep fixes
    points: int = 1  # of a sweep
    design: str = ""  # of a sweep
    sessions: int = 0
    forums: Texts = ()  # in words
    drafts: Texts = ()
    uses: Texts = ()  # parts of the model that were at work: see `sim.report.methods`
    sources: Texts = ()  # the scenario's own
    file: str = ""  # the experiment's, as it was named
    basis: str = ""  # what is to be said of the runs first: "Hindcast", "Simulated"
    paired: str = ""  # with what the runs are paired

    def __str__(self) -> str:
        counts = [words.counted(self.runs, "run"), words.counted(self.worlds, "world")]
        if self.design:
            counts.insert(0, words.counted(self.points, "point"))
        data = f", data before {self.data}" if self.data else ""
        paired = f", paired with {self.paired}" if self.paired else ""
        return f"{self.basis}: {', '.join(counts)}, seed {self.seed}{data}{paired}"


@dataclass(frozen=True)
class Passage:
    """A heading of a chronicle, such as a year, and its sentences."""

    heading: str
    said: Texts


@dataclass(frozen=True)
class Findings:
    """All that is said of a run, a what-if or a sweep; lists of sentences, most telling first.

    ``findings`` are the answer, the headline first; ``front`` are the tables to look at first,
    ``tables`` all others.
    """

    kind: Kind
    title: str
    question: str
    ground: Ground
    findings: tuple[Annotated[Finding, Field(discriminator="shape")], ...]
    chances: tuple[Chance, ...]
    how_sure: Texts
    what_would_change_it: Texts
    persuadables: tuple[Persuadable, ...]
    limits: Texts
    front: tuple[Grid, ...]
    tables: tuple[Grid, ...]
    design: tuple[Grid, ...]
    baselines: Texts
    scores: tuple[Grid, ...]
    not_varied: Texts
    parameters: tuple[Grid, ...]
    try_next: tuple[Texts, ...]  # commands, word by word
    story: str = field(kw_only=True, default="")  # what the chronicle is called
    chronicle: tuple[Passage, ...] = field(kw_only=True, default=())  # one run, year by year

    @property
    def answer(self) -> Texts:
        """The findings as sentences."""
        return tuple(map(str, self.findings))
