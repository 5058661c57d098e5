"""What a scenario may lack to be read and shown, and may not lack to be played."""

from __future__ import annotations

from collections.abc import Iterator

from sim.core.registry import rules
from sim.errors import InputError, Mistake
from sim.scenario.scenario import Scenario

MOST_ACTORS, MOST_ISSUES = 2_000, 200
MOST_STANCES = 100_000  # actors by issues: each is drawn anew in every world


def refuse(scenario: Scenario) -> None:
    """Refuse what cannot be played: `check` and every run ask this.

    Raises:
        InputError: all that stands in the way.
    """
    mistakes = [*_too_large(scenario), *_undecided(scenario), *_weightless(scenario)]
    if mistakes:
        raise InputError(mistakes)


def _too_large(scenario: Scenario) -> Iterator[Mistake]:
    actors, issues = len(scenario.actors), len(scenario.issues)
    if actors > MOST_ACTORS:
        yield _wrong(scenario, f"has {actors:,} actors; {MOST_ACTORS:,} is the most", "actors")
    if issues > MOST_ISSUES:
        yield _wrong(scenario, f"has {issues:,} issues; {MOST_ISSUES:,} is the most", "issues")
    if actors <= MOST_ACTORS and issues <= MOST_ISSUES and actors * issues > MOST_STANCES:
        problem = f"has {actors:,} actors with {issues:,} issues each"
        most = f"{MOST_STANCES:,} positions are the most"
        yield _wrong(scenario, f"{problem}: {actors * issues:,} positions; {most}", "actors")


def _undecided(scenario: Scenario) -> Iterator[Mistake]:
    if not scenario.drafts:
        yield _wrong(scenario, "no forum has a draft, so there is nothing to play", "forums")


def _weightless(scenario: Scenario) -> Iterator[Mistake]:
    for name, forum in scenario.forums.items():
        share = forum.weight_share
        needed = rules()[forum.rules].weight_share if share is None else share
        if needed and not any((forum.weights or {}).get(id_) for id_ in forum.members):
            problem = "needs weights: its rules ask for a majority of them"
            yield _wrong(scenario, problem, "forums", name)


def _wrong(scenario: Scenario, problem: str, *path: str) -> Mistake:
    at = scenario.where(*path)
    return Mistake(problem, at.file, at.line, ".".join(path))
