"""A score beside a baseline's: who wins, by how much, and whether that can be told from luck."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isnan

from sim.report.parts import Grid, Texts
from sim.show import words

WORDS = {"beats": "better", "loses to": "worse", "is level with": "level"}
EQUAL = 0.0005  # scores nearer than this are called level
NAN = float("nan")
HEADS = ("hindcast beside baseline", "score", "its", "difference", "verdict")


def verdict(ours: float, theirs: float, *, lower: bool = True) -> str:
    """Say what our score does to another: beats it, loses to it, or is level with it."""
    if isnan(ours) or isnan(theirs):
        return "cannot be compared with"
    ahead = theirs - ours if lower else ours - theirs
    if abs(ahead) < EQUAL:
        return "is level with"
    return "beats" if ahead > 0 else "loses to"


def times(count: int, thing: str) -> str:
    """Write a count and its thing: 1 forum, 12 forums."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def score(value: float) -> str:
    """Write a score to three places."""
    return words.number(value, 3)


@dataclass(frozen=True)
class Beside:
    """Us beside one baseline, by one measure."""

    what: str  # was hindcast
    n: str  # over how many of what
    measure: str
    ours: float
    baseline: str
    theirs: float
    low: float = NAN  # 95% interval of ours minus theirs; nan where none can be given
    high: float = NAN
    lower: bool = True  # the measure is better where it is lower
    digits: int = 3
    who: str = "ours"  # whose hindcast it is

    @property
    def seen(self) -> bool:
        """Whether the difference can be told from nothing: its interval leaves out zero."""
        return self.low > 0 or self.high < 0

    @property
    def better(self) -> str:
        """Which way the measure is better."""
        return f"{'lower' if self.lower else 'higher'} is better"

    @property
    def head(self) -> str:
        """What is scored: rows of the same head are of one table."""
        return f"{self.what[:1].upper()}{self.what[1:]}, {self.n}: {self.measure}, {self.better}"

    @property
    def row(self) -> Texts:
        """A row of the table of scores."""
        word = WORDS.get(self._verb, "")
        doubt = "" if self.seen or isnan(self.low) or word == "level" else "?"
        ends = f" ({self._ends})" if self._ends else ""
        return (
            f"{self.who} beside {self.baseline}",
            *(self._number(self.ours), self._number(self.theirs), self._gap + ends, word + doubt),
        )

    def __str__(self) -> str:
        """One sentence; it turns with the numbers."""
        sure = "leaves out" if self.seen else "holds"
        ends = f", 95% interval {self._ends}, which {sure} zero" if self._ends else ""
        return (
            f"{self.what[:1].upper()}{self.what[1:]} ({self.n}): {self.who} {self._verb}"
            f" '{self.baseline}', {self.measure} {self._number(self.ours)} against"
            f" {self._number(self.theirs)} ({self._gap}{ends}; {self.better})."
        )

    @property
    def _verb(self) -> str:
        return verdict(self.ours, self.theirs, lower=self.lower)

    @property
    def _gap(self) -> str:
        return self._signed(self.ours - self.theirs)

    @property
    def _ends(self) -> str:
        if isnan(self.low) or isnan(self.high):
            return ""
        return f"{self._signed(self.low)} to {self._signed(self.high)}"

    def _number(self, value: float) -> str:
        return words.number(value, self.digits)

    def _signed(self, value: float) -> str:
        return words.signed(value, self.digits)


def tables(of: Sequence[Beside]) -> Iterator[Grid]:
    """The tables of scores that every back-test begins with, also where we lose."""
    note = "In brackets the 95% interval of the difference, where there is one; ?: it holds zero."
    for head in dict.fromkeys(one.head for one in of):
        yield Grid(head, HEADS, tuple(one.row for one in of if one.head == head), note)
        note = ""
