"""One run of a scenario from the command line: what was asked, what was played, what came of it."""

from __future__ import annotations

import html
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sim.analysis.flipping import assumptions
from sim.analysis.paired import Difference, Switch, differences, switches
from sim.analysis.recorded import recorded
from sim.build import setting as build
from sim.classes import Named
from sim.core.ensemble import Progress, ensemble
from sim.core.outcomes import Outcomes
from sim.core.setting import Setting
from sim.forums.rules import Decision
from sim.scenario import Scenario, load

if TYPE_CHECKING:  # imported where they are used: a run need not be scored to be played
    from sim.analysis.baselines import Plain
    from sim.analysis.skill import Scored

SEED = "seed="
BESIDE = ("outcome", "base", "changed", "difference", "error")  # what a notebook shows of a what-if
PAYS = 2_000  # runs from which more processes are quicker


@dataclass(frozen=True, repr=False)
class Run:
    """A scenario that has been played many times; with ``base``, a what-if on the same runs."""

    source: str  # as the user named the scenario
    settings: tuple[str, ...]  # the changes of a what-if
    scenario: Scenario
    setting: Setting
    outcomes: Outcomes
    recorded: Mapping[tuple[str, str], Mapping[str, Decision]] = field(default_factory=dict)
    base: Run | None = None
    reading: str = ""  # of a changed rule: what is held fixed while it is counted
    delegations: tuple[Named, ...] = ()  # classes of those that decided for themselves

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

    def to_dataframe(self, *, tidy: bool = False) -> Any:
        """A `pandas.DataFrame` as of `Outcomes`; a what-if has the base's runs too, by `side`."""
        found = self.outcomes.to_dataframe(tidy=tidy)
        if self.base is None:
            return found
        import pandas as pd

        base = self.base.outcomes.to_dataframe(tidy=tidy)
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

    @property
    def readings(self) -> tuple[Run, ...]:
        """The readings of the change, this one first; a run has no other."""
        return (self,)

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


@dataclass(frozen=True)
class Plan:
    """A scenario read and checked, and for a what-if the unchanged one beside it."""

    source: str
    settings: tuple[str, ...]
    scenario: Scenario
    base: Scenario | None = None

    @property
    def setting(self) -> Setting:
        """What it asks for, as arrays; a change departs from the base."""
        return build(self.scenario, self.base)

    def play(self, runs: int, workers: int = 1, progress: Progress | None = None) -> Run:
        """Play it, and the base on the same runs and worlds.

        Args:
            runs: how many, numbered from 0.
            workers: processes.
            progress: called with the number of runs just finished, of either side.

        Raises:
            InputError: a worlds file or a series that this scenario cannot use.
        """
        if self.base is None:
            return _played(self, self.scenario, self.setting, runs, workers, progress)
        changed = self.setting
        plain = replace(self, settings=(), scenario=self.base, base=None)
        base = plain.play(runs, workers, progress)
        run = _played(self, self.scenario, changed, runs, workers, progress)
        return replace(run, base=base)


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
    return Plan(source, changes, changed, plain if changes else None)


def play(source: str, settings: Sequence[str] = (), *, runs: int = 200) -> Run:
    """Read a scenario and play it: `plan` and `Plan.play` in one."""
    return plan(source, settings).play(runs)


def processes(runs: int) -> int:
    """How many processes pay for so many runs: one, until more save what starting them costs."""
    return 1 if runs < PAYS else os.cpu_count() or 1


def _played(
    asked: Plan,
    scenario: Scenario,
    setting: Setting,
    runs: int,
    workers: int,
    progress: Progress | None,
) -> Run:
    outcomes = ensemble(setting, runs, workers=workers, progress=progress)
    return Run(asked.source, asked.settings, scenario, setting, outcomes, recorded(scenario))
