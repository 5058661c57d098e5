"""Baselines beside a sweep: those that do not depend on what it varies, a sentence an outcome.

Of votes and adoption what is on record of the unchanged scenario, and its largest category; of
texts the status quo and the text as tabled, unless a factor changes them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from sim.analysis.baselines import CLEAR, HALF_A_POINT
from sim.mechanisms.ballots import IN_VOTES
from sim.scenario import Scenario
from sim.scenario.schema import Outcome as Recorded
from sim.show import words
from sim.show.plots.study.said import Outcome
from sim.study.findings import Study

BASELINE = "Plain baseline: "  # how its sentences begin
MOST = 300  # points that are looked at


def sentences(
    study: Study, scenario: Scenario | None, outcomes: Sequence[Outcome]
) -> Iterator[str]:
    """Say of each outcome what a plain baseline gives, and whether any point is another."""
    if scenario is None:
        return
    for outcome in outcomes:
        found = _of(study, scenario, outcome)
        if found:
            yield f"{BASELINE}{found}."


def _of(study: Study, scenario: Scenario, outcome: Outcome) -> str:
    if outcome.kind in IN_VOTES:
        return _votes(scenario, outcome)
    if outcome.kind == "adopted":
        return _adopted(study, scenario, outcome)
    if outcome.kind == "retained":
        said = f"{outcome.name} is 100% as tabled and 0% at the status quo"
        return said + _changes_nothing(study, outcome, {"the text as tabled": 100.0})
    return _value(study, scenario, outcome) if outcome.kind == "value" else ""


def _recorded(scenario: Scenario, outcome: Outcome) -> Recorded | None:
    return scenario.record.get(outcome.draft, {}).get(outcome.stage)


def _votes(scenario: Scenario, outcome: Outcome) -> str:
    """What is on record of a count, beside the largest category of all who voted."""
    recorded = _recorded(scenario, outcome)
    counts = {name: getattr(recorded, name) for name in IN_VOTES} if recorded else {}
    if counts.get(outcome.kind) is None:
        return ""
    known = {name: count for name, count in counts.items() if count is not None}
    largest = max(known, key=lambda name: known[name])
    return (
        f"{outcome.name} are {counts[outcome.kind]} on record, and the largest category is"
        f" {words.COUNT[largest]}, {known[largest]} of {sum(known.values())}"
    )


def _adopted(study: Study, scenario: Scenario, outcome: Outcome) -> str:
    recorded = _recorded(scenario, outcome)
    said = f"if every text is adopted, the {outcome.name} is 100%"
    said += _changes_nothing(study, outcome, {"that": 1.0})
    if recorded and recorded.adopted is not None:
        said += f"; on record it was {'adopted' if recorded.adopted else 'not adopted'}"
    return said


def _value(study: Study, scenario: Scenario, outcome: Outcome) -> str:
    """Where a clause stands at the status quo and as tabled, in points of 100."""
    label = outcome.of.removeprefix(f"{outcome.draft} ")
    clause = scenario.drafts[outcome.draft].clauses.get(label)
    if clause is None:
        return ""
    at = {}
    if not _varied(study, f"issues.{clause.issue}"):
        at["the status quo"] = scenario.issues[clause.issue].status_quo
    if not _varied(study, outcome.draft):
        at["the text as tabled"] = clause.value
    if not at:
        return ""
    said = words.both(f"{value:g} by {name}" for name, value in at.items())
    return f"{outcome.name} is {said}" + _changes_nothing(study, outcome, at)


def _varied(study: Study, name: str) -> bool:
    paths = [factor.path for factor in study.experiment.factors]
    return any(name in path for path in (*paths, *study.experiment.fixed))


def _changes_nothing(study: Study, outcome: Outcome, at: dict[str, float]) -> str:
    """Name the baselines from which no point differs by more than its error; or nothing."""
    if len(study.points) > MOST:
        return ""
    cells = [study.cell(point, outcome.column) for point in study.points]
    means = np.array([cell.mean for cell in cells])
    errors = np.nan_to_num([cell.spread.error for cell in cells])
    if np.isnan(means).all():
        return ""
    least = HALF_A_POINT * (1.0 if outcome.kind == "adopted" else 100.0)
    reach = np.maximum(CLEAR * errors, least)
    same = [n for n, v in at.items() if not (np.abs(means - v) > reach).any()]
    if not same:
        return ""
    return f"; at no point do the dynamics change anything against {words.both(same, 'or')}"
