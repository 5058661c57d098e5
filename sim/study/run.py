"""What is asked for, and what came of it: a run, or a change and its base on the same runs.

A run is played at one point, a what-if at two that are paired run by run, a comparison with the
readings of a changed rule beside (`sim.study.compare`).
"""

from __future__ import annotations

import hashlib
import html
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from sim.analysis.flipping import assumptions
from sim.analysis.paired import Difference, Switch, differences, switches
from sim.analysis.recorded import recorded
from sim.build import setting as build
from sim.classes import Delegations, Named
from sim.core.ensemble import Progress
from sim.core.outcomes import Outcomes
from sim.core.setting import Setting
from sim.forums.rules import Decision
from sim.play import ensembles
from sim.scenario import Scenario, load
from sim.study.branch import branch

if TYPE_CHECKING:  # imported where they are used: a run need not be scored to be played
    from sim.analysis.baselines import Plain
    from sim.analysis.skill import Scored

Played = TypeVar("Played", bound="Run")

SEED = "seed="
BESIDE = ("outcome", "base", "changed", "difference", "error")  # what a notebook shows of a what-if
PAYS = 2_000  # sessions, of all runs, from which more processes are quicker


@dataclass(frozen=True, repr=False)
class Run:
    """A scenario that has been played many times; with ``base``, a what-if on the same runs."""

    source: str  # as the user named the scenario
    scenario: Scenario
    setting: Setting
    outcomes: Outcomes
    settings: tuple[str, ...] = ()  # the changes of a what-if
    recorded: Mapping[tuple[str, str], Mapping[str, Decision]] = field(default_factory=dict)
    base: Run | None = None
    reading: str = ""  # of a changed rule: what is held fixed while it is counted
    delegations: tuple[Named, ...] = ()  # classes of those that decided for themselves
    after: int | None = None  # of a comparison: the last session that both share
    against: str = ""  # the changed scenario as named; "" where settings alone make the change
    others: tuple[Run, ...] = ()  # the same change, read otherwise
    notes: tuple[str, ...] = ()  # what the numbers do not say by themselves

    def __repr__(self) -> str:
        """Say what was played, and what was changed."""
        changes = f" with {', '.join(self.settings)}" if self.settings else ""
        return f"{type(self).__name__}({self.source}{changes}; {self.outcomes.runs} runs)"

    def _repr_html_(self) -> str:
        """Show in a notebook what came of it; of a what-if, what differs from the base."""
        if self.base is None:
            return self.outcomes._repr_html_()
        import pandas as pd

        table: str = pd.DataFrame(self.paired)[list(BESIDE)].round(2).to_html(max_rows=24)
        return f"<p>{html.escape(repr(self))}</p>{table}"

    def to_dataframe(self, *, tidy: bool = False, formula: bool = False) -> Any:
        """A `pandas.DataFrame` as of `Outcomes`; a what-if has the base's runs too, by `side`."""
        found = self.outcomes.to_dataframe(tidy=tidy, formula=formula)
        if self.base is None:
            return found
        import pandas as pd

        base = self.base.outcomes.to_dataframe(tidy=tidy, formula=formula)
        return pd.concat(
            [base.assign(side="base"), found.assign(side="changed")], ignore_index=True
        )

    def to_xarray(self) -> Any:
        """An `xarray.Dataset` as of `Outcomes`; a what-if has a dimension `side`."""
        found = self.outcomes.to_xarray()
        if self.base is None:
            return found
        from sim.core.frames import xarray

        xr = xarray()
        sides = xr.IndexVariable("side", ["base", "changed"])
        return xr.concat([self.base.outcomes.to_xarray(), found], dim=sides, join="outer")

    def to_networkx(self) -> Any:
        """A `networkx.Graph` of who stands with whom, after the change."""
        return self.outcomes.to_networkx()

    kind: ClassVar[str] = "run"  # as the command is called

    @property
    def readings(self) -> tuple[Run, ...]:
        """The change as it was asked for, then its other readings."""
        return (self, *self.others)

    @cached_property
    def paired(self) -> list[Difference]:
        """Every outcome that base and change both have, reading by reading; none without a base."""
        return [found for run in self.readings for found in run.differences]

    @cached_property
    def differences(self) -> list[Difference]:
        """Every outcome of this reading, compared with the base's; none without a base."""
        if self.base is None:
            return []
        drawn = assumptions(self.base.setting)
        return differences(self.base.outcomes, self.outcomes, drawn, self.reading)

    @cached_property
    def switches(self) -> list[Switch]:
        """Who decides otherwise than in the base, in most runs first; none without a base."""
        return switches(self.base.outcomes, self.outcomes) if self.base else []

    @cached_property
    def scored(self) -> list[Scored]:
        """Every ballot with votes on record, scored beside baselines."""
        from sim.analysis.skill import skill

        return skill(self.scenario, self.outcomes)

    @cached_property
    def plain(self) -> list[Plain]:
        """Every draft beside the baselines that need no record."""
        from sim.analysis.baselines import plain

        return plain(self.setting, self.outcomes)


@dataclass(frozen=True, repr=False)
class Comparison(Run):
    """A change and its base on the same runs; ``paired`` compares them outcome by outcome."""

    kind: ClassVar[str] = "compare"


@dataclass(frozen=True)
class Side:
    """A scenario as named and as read; one that changes another departs from it."""

    source: str
    scenario: Scenario
    base: Scenario | None = None

    @cached_property
    def setting(self) -> Setting:
        """What it asks for, as arrays."""
        return build(self.scenario, self.base)

    def run(self, outcomes: Outcomes, kind: type[Played], **more: Any) -> Played:
        """This side, played."""
        return kind(
            source=self.source,
            scenario=self.scenario,
            setting=self.setting,
            outcomes=outcomes,
            recorded=recorded(self.scenario),
            **more,
        )


@dataclass(frozen=True)
class Plan:
    """What is read and checked, and not played yet: a run has one side, a what-if its base too."""

    changed: Side
    base: Side | None = None
    settings: tuple[str, ...] = ()
    delegations: Delegations = field(default_factory=dict)  # of all sides
    after: int | None = None  # the last session that all sides share
    against: str = ""  # the changed scenario as named, where it is another one

    @classmethod
    def of(cls, source: str, scenario: Scenario) -> Plan:
        """Plan to play one scenario as it is."""
        return cls(Side(source, scenario))

    @property
    def sides(self) -> tuple[Side, ...]:
        """All that is played, on the same runs: the base first, where there is one."""
        return (self.base, self.changed) if self.base else (self.changed,)

    @property
    def scenario(self) -> Scenario:
        """What is asked for, with all changes."""
        return self.changed.scenario

    @property
    def setting(self) -> Setting:
        """The same as arrays."""
        return self.changed.setting

    @property
    def name(self) -> str:
        """A name for the folder of its results: a what-if has one of its own."""
        what_if = f"-what-if-{digest_of(self.settings)}" if self.settings else ""
        return f"{self.scenario.name}{what_if}"

    def play(self, runs: int, workers: int = 1, progress: Progress | None = None) -> Run:
        """Play all sides on the same runs and worlds.

        Args:
            runs: how many, numbered from 0.
            workers: processes.
            progress: called with the number of runs just finished, of any side.

        Raises:
            InputError: a worlds file or a series that a scenario cannot use, or a wrong answer
                of a delegation.
        """
        settings = [side.setting for side in self.sides]
        said: dict[str, Any] = {
            "workers": workers,
            "keep": self.keep(runs),
            "progress": progress,
            "delegations": self.delegations,
        }
        if self.after is None:
            return self.told(ensembles(settings, runs, **said))
        return self.told(branch(settings[0], settings, self.after, runs, **said))

    def keep(self, runs: int) -> bool | None:
        """Whether every decision is kept; None: while there are few runs."""
        return None

    def told(self, found: Sequence[Outcomes]) -> Run:
        """Put together what came of each side."""
        base = self.base.run(found[0], Run) if self.base else None
        return self.changed.run(found[-1], Run, settings=self.settings, base=base)


def digest_of(said: Sequence[str]) -> str:
    """Eight characters that tell what is asked for from what else could be."""
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:8]


def plan(
    source: str, settings: Sequence[str] = (), *, seed: int | None = None, hide_record: bool = False
) -> Plan:
    """Read a scenario and, where ``settings`` change it, the unchanged one too.

    Args:
        source: the name of a shipped scenario, or a file.
        settings: changes, PATH=VALUE. One of the seed changes both sides, so that they stay paired.
        seed: instead of the scenario's own.
        hide_record: forget what happened, so that a class can guess.

    Raises:
        InputError: what is wrong with the scenario or the settings.
    """
    common = [s for s in settings if s.startswith(SEED)]
    changes = tuple(s for s in settings if not s.startswith(SEED))
    if seed is not None:
        common.append(f"{SEED}{seed}")
    plain = load(source, common)
    changed = load(source, (*common, *changes)) if changes else plain
    if hide_record:
        plain, changed = plain.untold(), changed.untold()
    return what_if(source, plain, changed, changes)


def what_if(source: str, plain: Scenario, changed: Scenario, settings: tuple[str, ...]) -> Plan:
    """Plan a scenario and what ``settings`` made of it; without any, the scenario alone."""
    if not settings:
        return Plan.of(source, plain)
    return Plan(Side(source, changed, plain), Side(source, plain), settings)


def play(source: str, settings: Sequence[str] = (), *, runs: int = 200) -> Run:
    """Read a scenario and play it: `plan` and `Plan.play` in one."""
    return plan(source, settings).play(runs)


def processes(runs: int, sessions: int = 1) -> int:
    """How many processes pay for runs of so many sessions: one, until more save what they cost."""
    return 1 if runs * sessions < PAYS else os.cpu_count() or 1
