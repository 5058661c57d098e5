"""One run of a scenario from the command line: what was asked, what was played, what came of it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sim.analysis.recorded import recorded
from sim.build import setting as build
from sim.ensemble import Progress, ensemble
from sim.forums.rules import Decision
from sim.outcomes import Outcomes
from sim.scenario import Scenario, load
from sim.setting import Setting

SEED = "seed="
PAYS = 2_000  # runs from which more processes are quicker


@dataclass(frozen=True)
class Run:
    """A scenario that has been played many times; with ``base``, a what-if on the same runs."""

    source: str  # as the user named the scenario
    settings: tuple[str, ...]  # the changes of a what-if
    scenario: Scenario
    setting: Setting
    outcomes: Outcomes
    recorded: Mapping[tuple[str, str], Mapping[str, Decision]] = field(default_factory=dict)
    base: Run | None = None


def play(
    source: str,
    settings: Sequence[str] = (),
    *,
    runs: int = 200,
    seed: int | None = None,
    workers: int = 1,
    hide_record: bool = False,
    progress: Progress | None = None,
) -> Run:
    """Play a scenario, and where ``settings`` change it, the unchanged one on the same runs too.

    Args:
        source: the name of a shipped scenario, or a file.
        settings: changes, PATH=VALUE. One of the seed changes both sides, so that they stay paired.
        runs: how many, numbered from 0.
        seed: instead of the scenario's own.
        workers: processes.
        hide_record: forget what happened, so that a class can guess.
        progress: called with the number of runs just finished.

    Raises:
        InputError: what is wrong with the scenario or the settings.
    """
    common = [s for s in settings if s.startswith(SEED)]
    settings = [s for s in settings if not s.startswith(SEED)]
    if seed is not None:
        common.append(f"{SEED}{seed}")
    plain = load(source, common)
    changed = load(source, (*common, *settings)) if settings else plain
    base: Run | None = None
    if settings:
        base = _played(source, (), plain, build(plain), runs, workers, hide_record, progress)
    made = build(changed, plain if settings else None)
    run = _played(source, tuple(settings), changed, made, runs, workers, hide_record, progress)
    return replace(run, base=base)


def _played(
    source: str,
    settings: tuple[str, ...],
    scenario: Scenario,
    setting: Setting,
    runs: int,
    workers: int,
    hide_record: bool,
    progress: Progress | None,
) -> Run:
    outcomes = ensemble(setting, runs, workers=workers, progress=progress)
    shown = replace(scenario, record={}) if hide_record else scenario
    return Run(source, settings, shown, setting, outcomes, recorded(shown))


def processes(runs: int) -> int:
    """How many processes pay for so many runs: one, until more save what starting them costs."""
    return 1 if runs < PAYS else os.cpu_count() or 1
