"""What a scenario of plenary says, as published models see it: positions and no texts.

Positions are best guesses, without their errors; the actors are the states with a seat in the
forum of the drafts. Companies, blocs, red lines, events and clauses are not in it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from sim.build import rules_of
from sim.core.fields import NO_POSITION
from sim.published.game import Game, of_rules
from sim.published.table import Table
from sim.scenario import Scenario
from sim.scenario.schema import Forum

Floats = npt.NDArray[np.float64]
FULL = 100.0


def table_of(scenario: Scenario, *, every_issue: bool = False) -> Table:
    """The table of a scenario; issues that no text touches are left out unless asked for.

    Its rule is that of the first forum that has a draft, its proposer the sponsor of that draft
    with the greatest capability. Who is absent or has withdrawn from the first session is not in.
    """
    forum = _forum(scenario)
    away = _away(scenario)
    actors = [i for i in forum.members if i in scenario.actors and i not in away]
    issues = list(scenario.issues) if every_issue else touched(scenario)
    sponsors = next(iter(forum.drafts.values())).sponsors if forum.drafts else ()
    who = [scenario.actors[i] for i in actors]
    shape = len(actors), len(issues)
    held = np.array([actor.capability for actor in who], dtype=np.float64)
    stands = [[a.position[k] if a.basis[k] != NO_POSITION else np.nan for k in issues] for a in who]
    cares = [[a.salience[k] for k in issues] for a in who]
    seated = [actors.index(s) for s in sponsors if s in actors]
    return Table(
        name=scenario.name,
        actors=tuple(actors),
        issues=tuple(issues),
        position=np.array(stands, dtype=np.float64).reshape(shape) / FULL,
        salience=np.array(cares, dtype=np.float64).reshape(shape) / FULL,
        capability=np.repeat(held[:, None], len(issues), axis=1),
        low=np.zeros(len(issues)),
        high=np.full(len(issues), FULL),
        status_quo=np.array([scenario.issues[k].status_quo for k in issues]) / FULL,
        outcome=np.full(len(issues), np.nan),
        titles={i: a.name for i, a in zip(actors, who, strict=True) if a.name},
        words={k: dict(_words(scenario, k)) for k in issues},
        held=held,
        game=_game(scenario, forum, actors),
        proposer=max(seated, key=lambda i: held[i], default=-1),
    )


def _away(scenario: Scenario) -> set[str]:
    """Who takes no part from the first session on."""
    gone = {
        v.actor
        for event in scenario.events
        if event.session == 1
        for v in event.verbs
        if v.verb in ("absent", "withdraws")
    }
    return gone | {i for i, a in scenario.actors.items() if not a.present}


def touched(scenario: Scenario) -> list[str]:
    """Issues that a clause of any draft bears on, in the order of the scenario; else all."""
    moved = {c.issue for d in scenario.drafts.values() for c in d.clauses.values()}
    return [k for k in scenario.issues if k in moved] or list(scenario.issues)


def forum_name(scenario: Scenario) -> str:
    """The forum whose members and rule are taken: the first that has a draft."""
    forums = scenario.forums
    return next((name for name, f in forums.items() if f.drafts), next(iter(forums)))


def _forum(scenario: Scenario) -> Forum:
    return scenario.forums[forum_name(scenario)]


def _game(scenario: Scenario, forum: Forum, actors: list[str]) -> Game:
    rules = rules_of(forum)
    vetoes = np.array([i in rules.vetoes for i in actors])
    weights = np.array([(forum.weights or {}).get(i, 0.0) for i in actors])
    return of_rules(rules, vetoes, weights)


def _words(scenario: Scenario, issue: str) -> Iterator[tuple[float, str]]:
    said = scenario.issues[issue]
    yield 0.0, said.low
    yield from ((float(at), words) for at, words in sorted(said.words.items()))
    yield FULL, said.high
