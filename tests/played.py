"""The shipped scenarios, read once and played once for all tests that look at their runs."""

from __future__ import annotations

from functools import cache

import sim
from sim.core.outcomes import Outcomes
from sim.scenario import Scenario, load

RUNS = 8
GROUP = "shipped scenarios"  # tests that share them run in one process


@cache
def scenario(name: str) -> Scenario:
    """A shipped scenario, read."""
    return load(name)


@cache
def played(name: str) -> Outcomes:
    """Its first runs."""
    return sim.run(name, RUNS)
