"""What a back-test found, in words and numbers, before anything is written or printed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.report.parts import Grid, Texts
from sim.scoring.beside import Beside, tables
from sim.show.tables import Table

Columns = dict[str, list[Any]]

DIGITS = 6  # of numbers in tables


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
class Found:
    """All that is said of a back-test.

    The answer is made of the scores, so that it turns with them; ``tables`` holds every number
    said, each written as NAME.csv, with ``columns`` telling what its columns mean: a column of
    the same name in every table and figure, or of one only, as ``TABLE.COLUMN``.
    """

    name: str  # one word: the folder is results/backtest-NAME
    title: str
    question: str
    headline: tuple[Beside, ...]  # the few scores that say most
    limits: Texts
    tables: Mapping[str, Table]
    columns: Mapping[str, Column]
    others: tuple[Beside, ...] = ()  # further scores
    remarks: Texts = ()  # what else the numbers say
    grids: tuple[Grid, ...] = ()  # further tables to look at
    figures: Mapping[str, Figure] = field(default_factory=dict)
    sources: Texts = ()  # of the data and the methods
    reads: Texts = ()  # shipped tables and scenarios it rests on, such as "ideal_points.csv"
    until: str = ""  # the date before which lies all that was fitted

    @property
    def answer(self) -> Texts:
        """Sentences, the most telling first."""
        return (*map(str, self.headline), *self.remarks)

    @property
    def scores(self) -> tuple[Grid, ...]:
        """Us beside the baselines, and what else there is to look at."""
        return (*tables((*self.headline, *self.others)), *self.grids)

    @property
    def folder(self) -> Path:
        """Where its results go if nobody says."""
        return Path("results") / f"backtest-{self.name}"


def columns(heads: str, rows: Iterable[Sequence[object]], digits: int = DIGITS) -> Columns:
    """Turn rows into a table with these heads, spaces between them; numbers are rounded."""
    names, every = heads.split(), list(rows)
    return {name: [rounded(row[n], digits) for row in every] for n, name in enumerate(names)}


def rounded(value: object, digits: int = DIGITS) -> object:
    """Round a number that is no whole one; anything else stays, and there is no -0."""
    return round(float(value), digits) + 0.0 if isinstance(value, float) else value


def attributes(names: str, of: Iterable[object], digits: int = DIGITS) -> Columns:
    """The same with a row an object, and a column each of these attributes."""
    return columns(names, ([getattr(one, n) for n in names.split()] for one in of), digits)
