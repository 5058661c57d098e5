"""What a report is made of: sentences, small tables of words, chances, delegations, grounds.

All of it is stored in ``summary.json`` by whoever played the runs, so that a report needs the
files of its folder and nothing else. Shares and chances are on 0-1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from sim.show import words

Kind = Literal["run", "what-if", "sweep"]
Texts = tuple[str, ...]

TO_TRY = "To try: "  # begins a sentence that is a command


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

    def __str__(self) -> str:
        said = f"It is {self.word} ({words.percent(self.share)} of {self.of}) that {self.what}"
        return f"{said}{self._doubt()}."

    def _doubt(self) -> str:
        """Another word that so few runs cannot exclude, where the interval reaches it."""
        ends = (self.low, self.high) if self.share >= 0.5 else (self.high, self.low)
        other = next((end for end in ends if words.likelihood(end) != self.word), None)
        if other is None:
            return ""
        found = f"{words.likelihood(other)} ({words.percent(other)})"
        return f"; more runs might still find it {found}"


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
        away = f", {words.percent(self.absent)} not voting" if self.absent else ""
        return (
            f"{self.name} on {self.draft}: {words.percent(self.chance)} {self.first},"
            f" {words.percent(self.chance_of_second)} {self.second}{away}"
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


@dataclass(frozen=True)
class Findings:
    """All that is said of a run, a what-if or a sweep; lists of sentences, most telling first."""

    kind: Kind
    title: str
    question: str
    ground: Ground
    answer: Texts
    chances: tuple[Chance, ...]
    how_sure: Texts
    what_would_change_it: Texts
    persuadables: tuple[Persuadable, ...]
    limits: Texts
    design: tuple[Grid, ...]
    tables: tuple[Grid, ...]
    baselines: Texts
    scores: tuple[Grid, ...]
    not_varied: Texts
    parameters: tuple[Grid, ...]


class Told(Protocol):
    """What methods are written from: findings, or the dossier that was read from their folder."""

    @property
    def kind(self) -> Kind:
        """Of a run, a what-if or a sweep."""
        ...

    @property
    def ground(self) -> Ground:
        """What the numbers rest on."""
        ...

    @property
    def limits(self) -> Texts:
        """What the result does not say."""
        ...
