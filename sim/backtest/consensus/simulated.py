"""What our own scenarios say of the forums that they are about."""

from __future__ import annotations

from dataclasses import dataclass

SCENARIOS = {"gge-2017": "gge-2017", "oewg-2021": "oewg-2021"}  # id of the case -> scenario


@dataclass(frozen=True)
class Simulated:
    """The share of runs of a scenario in which the forum agrees."""

    case: str
    scenario: str
    runs: int
    agreed: float


def simulated(runs: int) -> list[Simulated]:
    """Play the scenarios of the record, with their own seeds."""
    from sim.study.run import play

    found = []
    for case, name in SCENARIOS.items():
        played = play(name, runs=runs)
        draft = played.setting.drafts[0].label
        stage = [s for d, s in played.outcomes.ballots if d == draft][-1]
        share = float(played.outcomes.number(f"{draft}.{stage}.adopted").mean())
        found.append(Simulated(case, name, runs, share))
    return found
