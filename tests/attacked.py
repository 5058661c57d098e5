"""A small world in which two states and a gang attack, and others answer, as text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sim.build import setting
from sim.core.ensemble import ensemble
from sim.core.outcomes import Outcomes
from sim.core.setting import Setting
from sim.scenario import load
from tests.small import write

ATTACKED = """\
title: A small world of incidents
date: 2019-01-01
seed: 7
sessions: 8
calendar: {start: 2019-01, step: quarter}
issues:
  CIP: {low: open, high: governed, status_quo: 40, words: {25: a little, 50: half, 75: much}}
  CBM: {low: few, high: many, status_quo: 20, words: {25: a little, 50: half, 75: much}}
actors:
  and:
    USA: {position: {CIP: 80, CBM: 50}, capability: 90}
    RUS: {position: {CIP: 20, CBM: 30}, capability: 60}
    CHN: {position: {CIP: 20, CBM: 30}, capability: 70}
    FRA: {position: {CIP: 70, CBM: 60}, capability: 50}
    DEU: {position: {CIP: 70, CBM: 60}, capability: 50}
    GBR: {position: {CIP: 80, CBM: 60}, capability: 60}
    ACME: {name: Acme, kind: company, home: USA, capability: 30, position: {CIP: 5}}
incidents:
  Russia: {state: RUS, rate: 40, naming_cost: 1, kinds: {espionage: 1}}
  China: {state: CHN, rate: 30, naming_cost: 8, kinds: {espionage: 1}}
  gang: {who: criminals, state: RUS, rate: 30, kinds: {ransomware: 1}, targets: [USA, DEU, ACME]}
responses: {respond: on, callers: [USA, GBR], union: [FRA, DEU]}
forums:
  room:
    rules: un_general_assembly
    drafts:
      L.1:
        sponsors: [USA]
        clauses: {OP1: {issue: CIP, value: 70, words: off limits}}
"""
RUNS = 200


def made(folder: Path, *settings: str, text: str = ATTACKED) -> Setting:
    """The small world with some settings, as arrays."""
    return setting(load(write(folder, text), settings))


def played(folder: Path, *settings: str, runs: int = RUNS, text: str = ATTACKED) -> Outcomes:
    """What comes of it."""
    return ensemble(made(folder, *settings, text=text), runs)


def total(of: Outcomes, outcome: str) -> npt.NDArray[np.float64]:
    """An outcome over sessions, added up: (runs,)."""
    columns = [c for c in of.table if c.startswith(f"{outcome}.20")]
    return np.sum([of.number(c) for c in columns], axis=0)


def mean(of: Outcomes, columns: str | Sequence[str]) -> float:
    """The mean of a column over runs in which it is defined."""
    return float(np.nanmean(of.number(columns if isinstance(columns, str) else columns[0])))
