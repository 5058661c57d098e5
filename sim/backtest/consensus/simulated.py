"""What our own scenarios say of the forums that they are about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SCENARIOS = (  # ids of cases; each scenario has the name of its case
    *("gge-2005", "gge-2010", "gge-2013", "gge-2015", "gge-2017"),
    *("oewg-2021", "gge-2021", "oewg-2025"),
)


@dataclass(frozen=True)
class Simulated:
    """The share of runs of a scenario in which the forum agrees."""

    case: str
    scenario: str
    runs: int
    agreed: float


def simulated(runs: int) -> list[Simulated]:
    """Play the scenarios of the record, with their own seeds."""
    return [Simulated(name, name, runs, agreed(name, runs)) for name in SCENARIOS]


def agreed(name: str, runs: int, settings: Sequence[str] = ()) -> float:
    """The share of runs of a scenario, so changed, that adopt its first draft in the end."""
    import sim

    found = sim.run(name, runs, settings=list(settings))
    draft = found.ballots[0][0]
    stage = [s for d, s in found.ballots if d == draft][-1]
    return float(found.number(f"{draft}.{stage}.adopted").mean())
