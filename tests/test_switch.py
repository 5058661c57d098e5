"""Draws addressed by name leave the model what it was: shipped scenarios come out as before.

tests/switch.json holds what the code before the switch gave: outcome -> runs in which it was
defined, mean in files' units, error of the mean (worlds are clusters). It was 4,800 runs a
scenario, with the admissible worlds that were found with the old draws; here it is 2,400, with
those found again with the new. No number of a run is the same, and no mean may have moved.

There are 150 numbers. Each mean may differ by 3.99 errors (of both, combined): then all of them
pass in 99 of 100 such switches that change nothing, by Bonferroni's bound. Where both errors are 0
the means are equal but for rounding. The largest difference seen was 3.1 errors.

What is defined otherwise since, and makes no difference here:

- A count at a stage that was not reached is missing now and was 0 in the old table. The numbers of
  before are of the runs that came to the stage, as now.
- `text_existed` is missing now, and was -1, where a text was not blocked: likewise.
- Votes, and the margin, are missing where no vote is taken, objections where consensus is not
  sought. They were 0 there, and the margin how many block: so they must have been, and no more is
  asked of them. They leave fewer comparisons, so that the bound is a safe one.
- A clause in brackets stands at the status quo that its room had before it, then as now.

A change of the model that is meant to move results ends the use of this test: take it away then.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm

import sim
from sim.analysis.spread import spread
from sim.experiment.outcomes import extract

BEFORE: dict[str, dict[str, list[float]]] = json.loads(
    Path(__file__).with_name("switch.json").read_text(encoding="utf-8")
)
RUNS, FALSE_ALARM = 2_400, 0.01
COMPARISONS = sum(map(len, BEFORE.values()))
ERRORS = float(norm.isf(FALSE_ALARM / COMPARISONS / 2))  # 3.99
ROUNDING = 1e-6


def test_the_number_of_comparisons_is_as_told() -> None:
    assert (COMPARISONS, round(ERRORS, 2)) == (150, 3.99)


def apart(name: str, runs: int) -> dict[str, float]:
    """How many errors each mean lies from that of before; infinite if it has none and differs."""
    outcomes, found = sim.run(name, runs), {}
    for outcome, (_, mean, error) in BEFORE[name].items():
        values = extract(outcome, outcomes.table, outcomes.ballots)
        defined = ~np.isnan(values)
        if not defined.any():
            found[outcome] = 0.0 if said_nothing(name, outcome) else np.inf
            continue
        now = spread(values[defined], outcomes.table["world"][defined])
        both = float(np.hypot(error, now.error))
        gap = abs(now.mean - mean)
        found[outcome] = gap / both if both else (0.0 if gap < ROUNDING else np.inf)
    return found


def said_nothing(name: str, outcome: str) -> bool:
    """Whether a count that is missing now was 0 before, or a margin that of those who block."""
    _, mean, error = BEFORE[name][outcome]
    ballot, _, count = outcome.rpartition(".")
    if count == "margin":
        return mean == -BEFORE[name][f"{ballot}.blocking"][1]
    return (mean, error) == (0.0, 0.0)


@pytest.mark.slow
@pytest.mark.parametrize("name", BEFORE)
def test_a_scenario_comes_out_as_before_the_switch(name: str) -> None:
    found = apart(name, RUNS)
    assert {o: z for o, z in found.items() if not z <= ERRORS} == {}
