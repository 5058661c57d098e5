"""A sweep planned: the experiment read and checked, its points laid out, and what it will cost."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from sim import experiment as experiments
from sim.classes import Delegations, Named, named
from sim.core.ensemble import Play, keep_memory
from sim.errors import InputError, Mistake
from sim.experiment.model import UNCHANGED, Experiment, Point
from sim.mechanisms.ballots import VOTES
from sim.play import checked, playing
from sim.runner.batches import LEAST
from sim.scenario import Scenario, pack, unpack
from sim.scenario.packed import Packed
from sim.scenario.schema import Outcome
from sim.study.findings import Kept
from sim.study.provenance import SHOWS, code_digest, of_delegations, versions
from sim.sweep.folder import SWEEP
from sim.sweep.rows import encode
from sim.sweep.work import remember, setting_of

LAYOUT = 1  # of the folder; another number is another way of writing it
RECORDED = {*VOTES, "adopted"}  # of an outcome
TOLD = ("about", "question", "sources")  # of a scenario: workers need none, reports say them
PILOT = LEAST  # runs of a point, to see how long one takes and how much it writes


@dataclass(frozen=True)
class Plan:
    """An experiment ready to be played: everything checked, nothing played yet."""

    experiment: Experiment
    points: tuple[Point, ...]
    base: Packed
    scenario: Scenario  # the base, as it was read
    kept: Kept
    pace: Pace
    worlds: int  # that runs go through
    warnings: tuple[str, ...] = ()
    delegations: tuple[Named, ...] = ()  # classes of those that decide for themselves

    @property
    def runs(self) -> int:
        """Runs of all points; with ``until``, those that are played at least."""
        return self.experiment.runs * len(self.points)

    def said(self) -> dict[str, Any]:
        """What study.json says: all that is needed to go on, to look, and to make it again."""
        return {
            "kind": SWEEP,
            "layout": LAYOUT,
            "experiment": described(self.experiment),
            "points": [asdict(point) for point in self.points],
            **self.kept.said(),
            "code": code_digest(without=SHOWS),
            **of_delegations(map(asdict, self.delegations)),
            "versions": versions(),
            "scenario": {"digest": self.base.digest, **self.base.data()},
            "told": {name: getattr(self.scenario, name) for name in TOLD},
            "record": _recorded(self.scenario),
        }


@dataclass(frozen=True)
class Pace:
    """How long a run takes and how much it writes, as a few runs of the base showed."""

    seconds: float
    bytes: float


def plan(
    source: str | Path | Experiment,
    *,
    runs: int | None = None,
    until: Mapping[str, float] | None = None,
    at_most: int | None = None,
    delegations: Delegations | None = None,
) -> Plan:
    """Read an experiment, check it against its scenario, and lay out its points.

    Args:
        source: the name of a shipped experiment, a file, or an experiment already read.
        runs: per point, instead of the file's.
        until: standard errors to reach, instead of the file's.
        at_most: runs per point with ``until``, instead of the file's.
        delegations: actor -> its class, for those that decide for themselves at every point.

    Raises:
        InputError: everything wrong with the file, its scenario, its points; a class that is
            wrong, or whose source lies in no file.
    """
    asked = source if isinstance(source, Experiment) else experiments.read(source)
    asked = replace(
        asked,
        runs=asked.runs if runs is None else runs,
        until=asked.until if until is None else until,
        at_most=asked.at_most if at_most is None else at_most,
    )
    laid = experiments.checked(asked, experiments.lay_out(asked))
    base = pack(laid.base, record=False)
    by_settings = {p.settings: laid.scenarios[p.id] for p in laid.points if p.id in laid.scenarios}
    remember(base, {**by_settings, (): laid.base})
    setting = setting_of(base, ())
    mine = checked(delegations, setting)
    classes = _recordable(named(mine))
    own = {path: level for path, level in laid.own.items() if level != UNCHANGED}
    kept = Kept.of(laid.base, setting, asked.outcomes or tuple(laid.outcomes), own)
    return Plan(
        experiment=asked,
        points=laid.points,
        base=base,
        scenario=laid.base,
        kept=kept,
        pace=_pilot(base, laid.points, kept, playing(mine)),
        worlds=len(setting.worlds),
        warnings=tuple(laid.warnings),
        delegations=classes,
    )


def limits(said: Sequence[str] | None) -> dict[str, float] | None:
    """Read standard errors as the command line gives them: "OUTCOME: ERROR"; None if none is.

    Raises:
        InputError: one is not an outcome, a colon and a number above 0.
    """
    if not said:
        return None
    wrong = [text for text in said if not _error(text) > 0]
    if wrong:
        example = "'73/27.plenary.adopted: 0.01'"
        raise InputError(
            Mistake("is not OUTCOME: ERROR", "--until", value=text, allowed=example)
            for text in wrong
        )
    return {text.rpartition(":")[0].strip(): _error(text) for text in said}


def _error(text: str) -> float:
    name, _, number = text.rpartition(":")
    try:
        return float(number) if name.strip() and math.isfinite(float(number)) else math.nan
    except ValueError:
        return math.nan


def again(said: Mapping[str, Any]) -> Plan:
    """Plan a sweep as study.json says that it was played.

    Raises:
        InputError: its scenario can no longer be read.
    """
    base = Packed.of(said["scenario"])
    setting = setting_of(base, ())
    points = tuple(Point(**point) for point in said["points"])
    kept = Kept.read(said)
    return Plan(
        experiment=restored(said["experiment"]),
        points=points,
        base=base,
        scenario=_telling(unpack(base), said["told"], said.get("record", {})),
        kept=kept,
        pace=_pilot(base, points, kept, playing({})),
        worlds=len(setting.worlds),
    )


def _recorded(scenario: Scenario) -> dict[str, Any]:
    """The outcomes on record, which reports set beside the runs; of no use to a worker."""
    return {
        draft: {stage: said.model_dump(mode="json", include=RECORDED) for stage, said in of.items()}
        for draft, of in scenario.record.items()
    }


def _telling(
    scenario: Scenario, told: Mapping[str, Any], record: Mapping[str, Mapping[str, Any]]
) -> Scenario:
    """Give a scenario back what is for readers alone."""
    about, question, sources = (told[name] for name in TOLD)
    outcomes = {
        d: {stage: Outcome(**said) for stage, said in of.items()} for d, of in record.items()
    }
    return replace(
        scenario, about=about, question=question, sources=tuple(sources), record=outcomes
    )


def _recordable(classes: tuple[Named, ...]) -> tuple[Named, ...]:
    """Refuse classes that were typed in: of them nobody could tell later whether they changed."""
    if wrong := [one for one in classes if not one.digest]:
        right = "a class in a file of Python, which the sweep's folder can name"
        raise InputError(
            Mistake(
                "has no source file",
                field=f"delegations.{one.actor}",
                value=one.name,
                allowed=right,
            )
            for one in wrong
        )
    return classes


def _pilot(base: Packed, points: Sequence[Point], kept: Kept, play: Play) -> Pace:
    """Play a few runs of some points: how long one takes, and how much it writes.

    The first runs of a process are slow for reasons of their own, and are not timed.
    """
    keep_memory()
    outcomes = play(setting_of(base, ()), np.arange(PILOT), False)
    some = {len(points) * part // 3: None for part in (0, 1, 2)}
    settings = [setting_of(base, points[place].settings) for place in some]
    begun = time.perf_counter()
    for setting in settings:
        play(setting, np.arange(PILOT), False)
    seconds = (time.perf_counter() - begun) / (PILOT * len(settings))
    return Pace(seconds, len(encode(outcomes, kept, {})) / PILOT)


def described(experiment: Experiment) -> dict[str, Any]:
    """An experiment as data, to be read again by `restored`."""
    said = asdict(experiment)
    del said["file"]
    return said


def restored(said: Mapping[str, Any]) -> Experiment:
    """An experiment from its data.

    Raises:
        ValueError: it is not such data.
    """
    return TypeAdapter(Experiment).validate_python(said)
