"""One delegation: positions and saliences with their errors, how they are known, and sources."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from sim import countries
from sim.scenario import Scenario
from sim.scenario.scenario import Stance
from sim.scenario.schema import Actor
from sim.show import words
from sim.show.sheets.page import WIDE, Told, headed, near_words, of_mechanisms

STANCE = (9, 9, 7, 10, 7)  # widths of its table


def delegation(scenario: Scenario, actor: str) -> Told:
    """Describe one actor."""
    about = scenario.actors[actor]
    stances = scenario.stances(actor)
    groups = [g for g, members in scenario.groups.items() if actor in members]
    data = {
        "id": actor,
        "name": about.name or countries.name(actor),
        "kind": about.kind,
        "groups": groups,
        "capability": about.capability,
        "absence": about.absence,
        "positions": [s._asdict() for s in stances],
    }
    return Told(list(_lines(scenario, actor, about, groups, stances)), data)


def _lines(
    scenario: Scenario, actor: str, about: Actor, groups: list[str], stances: Iterable[Stance]
) -> Iterator[str]:
    yield f"{about.name or countries.name(actor)} ({actor}), {about.kind.replace('_', ' ')}"
    yield f"capability {about.capability:g}, misses {about.absence:g}% of votes"
    if groups:
        yield from textwrap.wrap(f"in {words.both(groups)}", WIDE)
    tabled = [label for label, d in scenario.drafts.items() if actor in d.sponsors]
    if tabled:
        yield f"tables {words.both(tabled)}"
    yield ""
    yield words.columns(STANCE, "issue", "position", "error", "salience", "error") + "  near to"
    for stance in stances:
        said = near_words(scenario.issues[stance.issue], stance.position)
        numbers = (f"{n:.0f}" for n in _numbers(stance))
        yield words.short(f"{words.columns(STANCE, stance.issue, *numbers)}  {said}", WIDE)
    yield from headed(
        "How positions are known (error is a standard deviation)",
        _bases((s.issue, s.basis, s.source) for s in stances),
    )
    yield from headed(
        "How saliences are known",
        _bases((s.issue, s.salience_basis, s.salience_source) for s in stances),
    )
    yield from of_mechanisms(scenario, actor)


def _numbers(stance: Stance) -> tuple[float, ...]:
    return stance.position, stance.error, stance.salience, stance.salience_error


def _bases(known: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    """Tell each basis once, with the issues known by it: of (issue, basis, source)."""
    issues: dict[tuple[str, str], list[str]] = {}
    for issue, basis, source in known:
        issues.setdefault((basis, source), []).append(issue)
    for (basis, source), on in issues.items():
        yield f"{basis} ({', '.join(on)}): {source or 'no source is given'}"
