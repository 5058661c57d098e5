"""The shipped scenarios, read once and played once for all tests that look at their runs.

Those run in one process: see TOGETHER in tests/conftest.py.
"""

from __future__ import annotations

from functools import cache

import sim
from sim.core.outcomes import Outcomes
from sim.scenario import Scenario, load

RUNS = 8


@cache
def scenario(name: str) -> Scenario:
    """A shipped scenario, read."""
    return load(name)


@cache
def played(name: str) -> Outcomes:
    """Its first runs."""
    return sim.run(name, RUNS)
