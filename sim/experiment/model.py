"""An experiment once it is read: factors, the points of its design, what to keep and to draw."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Literal

from sim.experiment.levels import is_number

UNCHANGED = "unchanged"  # the level at which a factor leaves the scenario as it is

Design = Literal[
    "grid",
    "one_at_a_time",
    "list",
    "table",
    "latin_hypercube",
    "sobol",
    "morris",
    "sobol_indices",
]
PlotKind = Literal[
    "line",
    "heat",
    "tornado",
    "multiples",
    "texts",
    "ribbons",
    "convergence",
    "morris",
    "indices",
    "rules",
]


@dataclass(frozen=True)
class Factor:
    """One thing that is varied: a path as ``--set`` takes it, and its levels or distribution.

    ``levels`` are the texts it may take, in the order written; a factor that is drawn from a
    distribution has none. ``low`` and ``high`` bound a numeric factor, in files' units.
    """

    path: str
    levels: tuple[str, ...] = ()
    distribution: str = ""  # "uniform", "log_uniform", "triangular", "normal"; "" with levels
    low: float | None = None
    high: float | None = None
    centre: float | None = None  # mode of a triangular, mean of a normal distribution
    sd: float | None = None  # of a normal distribution, cut at low and high

    @classmethod
    def of(cls, path: str, levels: tuple[str, ...]) -> Factor:
        """A factor of levels; where all that change something are numbers it can be an axis."""
        changing = [text for text in levels if text != UNCHANGED]
        if not changing or not all(map(is_number, changing)):
            return cls(path, levels)
        values = [float(text) for text in changing]
        return cls(path, levels, low=min(values), high=max(values))

    @property
    def numeric(self) -> bool:
        """Whether its levels are numbers, so that it can be an axis."""
        return self.low is not None


_LIST = re.compile(r"\[([^\[\]]*)\]")


def together(path: str) -> tuple[str, ...]:
    """The paths that one factor sets together: ``[RUS, CHN].position.IHL`` is two."""
    parts = _LIST.split(path)  # every other part is a list
    choices = [
        [name.strip() for name in part.split(",")] if place % 2 else [part]
        for place, part in enumerate(parts)
    ]
    return tuple("".join(chosen) for chosen in product(*choices))


@dataclass(frozen=True)
class Point:
    """One setting of all factors. Its id depends on what it changes and on nothing else."""

    levels: Mapping[str, str]  # path -> level, every factor; UNCHANGED where it is left alone
    base: bool = False  # its levels are the scenario's own: whatever they say, nothing is changed

    @property
    def settings(self) -> tuple[str, ...]:
        """The changes it makes, PATH=VALUE, by path; none at the base."""
        if self.base:
            return ()
        said = ((at, level) for at, level in self.levels.items() if level != UNCHANGED)
        every = sorted((path, level) for at, level in said for path in together(at))
        return tuple(f"{path}={level}" for path, level in every)

    @property
    def id(self) -> str:
        """Ten letters and digits made from the settings: "base", or a digest of them."""
        if not self.settings:
            return "base"
        return hashlib.sha256("\n".join(self.settings).encode()).hexdigest()[:10]


@dataclass(frozen=True)
class Plot:
    """A figure that is asked for; what is left empty is chosen by what the design has."""

    kind: PlotKind
    outcome: str = ""
    x: str = ""  # a factor's path; for ribbons also "sessions"
    y: str = ""  # a second factor's path, of a heat map
    by: str = ""  # a factor's path: a line, a panel or a row for each of its levels
    draft: str = ""  # of texts and ribbons


@dataclass(frozen=True)
class Experiment:
    """All that an experiment file says, checked; runs are per point."""

    name: str
    title: str
    question: str
    about: str
    scenario: str  # as written: a shipped name, or a file beside the experiment
    fixed: tuple[str, ...]  # PATH=VALUE, the same at every point and at the base
    factors: tuple[Factor, ...]
    design: Design
    size: int  # points of a sample, trajectories of morris; 0 where the levels decide
    base: bool  # play the unchanged scenario too
    runs: int
    until: Mapping[str, float]  # outcome -> standard error of its mean to reach, in file units
    at_most: int  # runs per point, with until
    seed: int | None
    outcomes: tuple[str, ...]  # to keep; empty: all
    plots: tuple[Plot, ...]  # empty: those that suit the design
    table: tuple[Mapping[str, str], ...] = ()  # rows of a design that is given as a table
    file: Path = field(default=Path(), compare=False)
