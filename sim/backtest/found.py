"""What a back-test found, in words and numbers, before anything is written or printed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sim.report.parts import Grid, Texts
from sim.show.tables import Table


@dataclass(frozen=True)
class Column:
    """One column of a table, for the codebook."""

    meaning: str
    unit: str = ""
    range: str = ""


@dataclass(frozen=True)
class Figure:
    """A figure and the numbers it shows."""

    title: str  # states what it shows as a finding
    about: str  # how to read it
    draw: Callable[[Path], None]  # writes PNG or SVG, by the suffix of the path
    data: Table


@dataclass(frozen=True)
class Beside:
    """Us beside one baseline, by one measure: a row of the table in the README."""

    what: str  # was hindcast
    n: str  # over how many of what
    measure: str
    ours: float
    baseline: str
    theirs: float
    low: float  # 95% interval of ours minus theirs; nan where none can be given
    high: float
    lower: bool = True  # the measure is better where it is lower
    digits: int = 3


@dataclass(frozen=True)
class Found:
    """All that is said of a back-test; sentences, the most telling first.

    ``scores`` sets us beside the baselines, also where we lose; ``tables`` holds every number
    said, each written as NAME.csv, with ``columns`` telling what its columns mean: a column of
    the same name in every table and figure, or of one only, as ``TABLE.COLUMN``.
    """

    name: str  # one word: the folder is results/backtest-NAME
    title: str
    question: str
    until: str  # the date before which lies all that was fitted, or ""
    answer: Texts
    how_sure: Texts
    limits: Texts
    scores: tuple[Grid, ...]
    tables: Mapping[str, Table]
    columns: Mapping[str, Column]
    figures: Mapping[str, Figure] = field(default_factory=dict)
    sources: Texts = ()  # of the data and the methods
    reads: Texts = ()  # shipped tables and scenarios it rests on, such as "ideal_points.csv"
    headline: tuple[Beside, ...] = ()  # the few numbers that say most, beside their baselines

    @property
    def folder(self) -> Path:
        """Where its results go if nobody says."""
        return Path("results") / f"backtest-{self.name}"
