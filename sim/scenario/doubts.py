"""What is allowed in a scenario, and may not be meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from sim.core.fields import NO_POSITION
from sim.core.registry import mechanisms
from sim.errors import Mistake
from sim.scenario.loading import load
from sim.scenario.scenario import Scenario

SHOWN_NAMES = 8


def check(source: str | Path, settings: Sequence[str] = ()) -> list[Mistake]:
    """Read a scenario; what is wrong is raised as by `load`, what may not be meant is returned."""
    return list(warnings(load(source, settings)))


def warnings(scenario: Scenario) -> Iterator[Mistake]:
    """Go through all that is allowed and may not be meant."""
    yield from _without_position(scenario)
    yield from _of_mechanisms(scenario)
    yield from _without_effect(scenario)
    if not scenario.drafts:
        yield _warning(scenario, "no forum has a draft, so nothing is decided", "forums")


def _without_position(scenario: Scenario) -> Iterator[Mistake]:
    for issue in scenario.issues:
        silent = [id_ for id_, a in scenario.actors.items() if a.basis[issue] == NO_POSITION]
        if silent:
            problem = f"{_some(silent)} have no position on {issue}, and are taken not to care"
            yield _warning(scenario, problem, "actors")


def _of_mechanisms(scenario: Scenario) -> Iterator[Mistake]:
    for mechanism in mechanisms():
        for path, problem in mechanism.warnings(scenario.sections):
            yield _warning(scenario, problem, *path)


def _without_effect(scenario: Scenario) -> Iterator[Mistake]:
    for label, draft in scenario.drafts.items():
        for name, clause in draft.clauses.items():
            if clause.value == scenario.issues[clause.issue].status_quo:
                path = ("forums", scenario.forum_of(label), "drafts", label, "clauses", name)
                yield _warning(scenario, "the clause leaves the status quo as it is", *path)


def _some(ids: list[str]) -> str:
    more = f" and {len(ids) - SHOWN_NAMES} more" if len(ids) > SHOWN_NAMES else ""
    return ", ".join(ids[:SHOWN_NAMES]) + more


def _warning(scenario: Scenario, problem: str, *path: str | int) -> Mistake:
    at = scenario.where(*path)
    return Mistake(problem, at.file, at.line, at.field)
