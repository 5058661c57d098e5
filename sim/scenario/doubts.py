"""What is allowed in a scenario, and may not be meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from sim import countries
from sim.core.fields import NO_POSITION, bare, some, weightless
from sim.core.registry import mechanisms
from sim.errors import Mistake
from sim.scenario.loading import load
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Forum
from sim.scenario.tree import short

OBSERVER = "other"  # such as the Holy See, which takes part in some forums
ALL_OR_ONE = ("majority", "quorum", "weight_share")  # rules of which 1 may be meant as all
TWO_THIRDS = 200 / 3  # per cent
ROUNDED_UP = 67.0  # from two thirds to here, a per cent is two thirds rounded up
CLOSE = 1e-9  # to two thirds, so that counting votes makes no difference


def check(source: str | Path, settings: Sequence[str] = ()) -> list[Mistake]:
    """Read a scenario; what is wrong is raised as by `load`, what may not be meant is returned."""
    return list(warnings(load(source, settings)))


def warnings(scenario: Scenario) -> Iterator[Mistake]:
    """Go through all that is allowed and may not be meant."""
    yield from _no_states(scenario)
    yield from _without_position(scenario)
    yield from _positions_in_shares(scenario)
    yield from _of_mechanisms(scenario)
    yield from _of_events(scenario)
    yield from _without_effect(scenario)
    for name, forum in scenario.forums.items():
        yield from _one_for_all(scenario, name, forum)
        yield from _majority(scenario, name, forum)
    yield from _without_weight(scenario)
    if not scenario.drafts:
        yield _warning(scenario, "no forum has a draft, so nothing is decided", "forums")


def _no_states(scenario: Scenario) -> Iterator[Mistake]:
    """A state that ended, a part of one or a bloc may be meant to act as a state, or not."""
    for id_, actor in scenario.actors.items():
        named = actor.kind == "state" and len(id_) > countries.TWO  # two letters may be initials
        known = countries.stranger(id_) if named else None
        if known and known.kind != OBSERVER:
            problem = f"{known}, and is taken for a state of its own"
            meant = f"{known.meant}, if that is meant" if known.meant else ""
            yield _warning(scenario, problem, "actors", "and", id_, allowed=meant)


def _without_position(scenario: Scenario) -> Iterator[Mistake]:
    for issue in scenario.issues:
        silent = [id_ for id_, a in scenario.actors.items() if a.basis[issue] == NO_POSITION]
        if silent:
            problem = f"{some(silent)} have no position on {issue}, and are taken not to care"
            yield _warning(scenario, problem, "actors")


def _of_mechanisms(scenario: Scenario) -> Iterator[Mistake]:
    for mechanism in mechanisms():
        for path, problem in mechanism.warnings(scenario.sections):
            yield _warning(scenario, problem, *path)


def _of_events(scenario: Scenario) -> Iterator[Mistake]:
    """An event that sets something of a mechanism which the scenario does not use sets nothing."""
    idle = {
        path
        for mechanism in mechanisms()
        if mechanism.scenario and not mechanism.said(scenario.sections)
        for path in mechanism.events
    }
    for place, event in enumerate(scenario.events):
        for made in event.changes:
            if made.path in idle:
                problem = "sets nothing: the scenario does not use what it is about"
                yield _warning(scenario, problem, "events", place, "set", value=made.written)


def _positions_in_shares(scenario: Scenario) -> Iterator[Mistake]:
    """Tables are taken as they stand, so a table whose positions are on 0-1 is told here."""
    for issue in scenario.issues:
        known = [a for a in scenario.actors.values() if a.basis[issue] != NO_POSITION]
        said = [actor.position[issue] for actor in known]
        if any(0 < position < 1 for position in said) and max(said) <= 1:
            problem = f"no position on {issue} is above 1, and positions run from 0 to 100"
            yield _warning(scenario, problem, "actors")


def _without_effect(scenario: Scenario) -> Iterator[Mistake]:
    for label, draft in scenario.drafts.items():
        for name, clause in draft.clauses.items():
            if clause.value == scenario.issues[clause.issue].status_quo:
                path = ("forums", scenario.forum_of(label), "drafts", label, "clauses", name)
                yield _warning(scenario, "the clause leaves the status quo as it is", *path)


def _one_for_all(scenario: Scenario, name: str, forum: Forum) -> Iterator[Mistake]:
    for rule in ALL_OR_ONE:
        path = ("forums", name, rule)
        said = scenario.origin.get(*path)
        if getattr(forum, rule) == 1 and bare(said) == said:
            problem = "is 1 per cent, and may be meant as all"
            yield _warning(scenario, problem, *path, value=said, allowed="100 for all, 1% for 1")


def _majority(scenario: Scenario, name: str, forum: Forum) -> Iterator[Mistake]:
    if not isinstance(forum.majority, float):
        return
    path = ("forums", name, "majority")
    said = scenario.origin.get(*path)
    if forum.majority == 50:
        problem = "is at least half, so a tie passes"
        yield _warning(scenario, problem, *path, value=said, allowed="simple for more than half")
    elif TWO_THIRDS + CLOSE < forum.majority <= ROUNDED_UP:
        thirds = max(1, len(forum.members) // 3)
        problem = f"is more than two thirds, so {2 * thirds} votes of {3 * thirds} are too few"
        yield _warning(scenario, problem, *path, value=said, allowed="two_thirds for two thirds")


def _without_weight(scenario: Scenario) -> Iterator[Mistake]:
    for name, forum in scenario.forums.items():
        path = ("forums", name, "weights")
        if problem := weightless(forum.weights or {}, forum.members):
            yield _warning(scenario, problem, *path, allowed="a weight for each member")


def _warning(
    scenario: Scenario, problem: str, *path: str | int, value: object = "", allowed: str = ""
) -> Mistake:
    at = scenario.where(*path)
    return Mistake(problem, at.file, at.line, at.field, short(value), allowed)
