"""What a scenario says, to be read: the whole, one delegation, or one draft or clause."""

from __future__ import annotations

from sim import countries
from sim.errors import InputError, Mistake
from sim.near import near
from sim.scenario import Scenario
from sim.show.sheets import whole
from sim.show.sheets.clauses import draft_lines, places, texts
from sim.show.sheets.delegation import delegation
from sim.show.sheets.page import Told


def of(scenario: Scenario, what: str | None = None) -> Told:
    """Describe a scenario, or the actor, draft or clause in it that ``what`` names.

    Raises:
        InputError: there is nothing of this name; the nearest right word is given.
    """
    if what is None:
        return Told(list(whole.lines(scenario)), whole.data(scenario))
    if what in scenario.drafts:
        inside = [p for p in places(scenario) if p.draft == what]
        return texts(scenario, list(draft_lines(scenario, what)), inside)
    found = [p for p in places(scenario) if what in (p.label, f"{p.draft}.{p.label}")]
    if found:
        return texts(scenario, [], found)
    actor = what if what in scenario.actors else countries.code(what)
    if actor in scenario.actors:
        return delegation(scenario, str(actor))
    raise InputError(_unknown(scenario, what))


def _unknown(scenario: Scenario, what: str) -> Mistake:
    clauses = [f"{p.draft}.{p.label}" for p in places(scenario)]
    labels = [p.label for p in places(scenario)]
    known = () if countries.stranger(what) else (*scenario.drafts, *clauses, *labels)
    close = near(what, (*known, *(scenario.actors if known else ()))) or countries.near(what)
    problem = f"there is no actor, draft or clause of this name here{countries.about(what)}"
    return Mistake(problem, scenario.shown, value=what, suggestion=close)
