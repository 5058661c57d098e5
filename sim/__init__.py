"""plenary: how states, companies and civil society negotiate the rules of cyberspace.

    import sim
    scenario = sim.load("rival-resolutions-2018")
    outcomes = sim.run(scenario, runs=200)
    print(outcomes.number("73/27.plenary.in_favour").mean())

Names are imported when first used, so that `import sim` stays quick and Mesa is loaded only
by those who step through a model.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from sim.actors import CivilSociety, Company, Delegation, State
    from sim.answers.bargain import Bargain, bargain
    from sim.answers.whip import Whip, whip
    from sim.answers.why import Why, why
    from sim.core.outcomes import Outcomes
    from sim.errors import InputError, PlenaryError, RunError
    from sim.forums.rules import Decision
    from sim.model import Diplomacy
    from sim.play import run
    from sim.results.opening import read
    from sim.scenario import Scenario, load
    from sim.study.compare import Comparison, compare

_WHERE = {
    "load": "sim.scenario",
    "Scenario": "sim.scenario",
    "run": "sim.play",
    "read": "sim.results.opening",
    "compare": "sim.study.compare",
    "bargain": "sim.answers.bargain",
    "Bargain": "sim.answers.bargain",
    "why": "sim.answers.why",
    "Why": "sim.answers.why",
    "whip": "sim.answers.whip",
    "Whip": "sim.answers.whip",
    "Comparison": "sim.study.compare",
    "Outcomes": "sim.core.outcomes",
    "Diplomacy": "sim.model",
    "Delegation": "sim.actors",
    "State": "sim.actors",
    "Company": "sim.actors",
    "CivilSociety": "sim.actors",
    "Decision": "sim.forums.rules",
    "InputError": "sim.errors",
    "RunError": "sim.errors",
    "PlenaryError": "sim.errors",
}

_ROOMS = ("sweep",)  # with functions of their own

__all__ = [
    "Bargain",
    "CivilSociety",
    "Company",
    "Comparison",
    "Decision",
    "Delegation",
    "Diplomacy",
    "InputError",
    "Outcomes",
    "PlenaryError",
    "RunError",
    "Scenario",
    "State",
    "Whip",
    "Why",
    "bargain",
    "compare",
    "load",
    "read",
    "run",
    "whip",
    "why",
]


def __getattr__(name: str) -> Any:
    """Import a public name from the room it lives in, when it is first asked for."""
    if name in _ROOMS:
        return import_module(f"sim.{name}")
    if name not in _WHERE:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    return getattr(import_module(_WHERE[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
