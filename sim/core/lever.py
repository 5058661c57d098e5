"""Levers: numbers of a scenario that could be otherwise, as mechanisms declare them.

An answer to "what would turn it?" moves them one by one: see `sim.answers`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

AMOUNT = "HOW MUCH"  # stands for the number in a template


@dataclass(frozen=True)
class Asked:
    """A delegation and a ballot, and who might act on it: what a mechanism's levers depend on."""

    actor: str
    draft: str
    votes: bool  # whether the room votes
    donors: Mapping[str, str]  # the most capable on each side: in_favour, against; "" for nobody
    called: Callable[[str], str]  # how an actor is named in a sentence


@dataclass(frozen=True)
class Moved:
    """A number in a mechanism's sections: where ``--set`` finds it, and what it would change.

    ``sections`` gives the changed sections at a value; ``template`` is what ``--set`` writes where
    the value is no number by itself, with `AMOUNT` in its place.
    """

    path: str
    says: str  # what it is, as it goes within a sentence
    holder: str  # the actor that could move it; "" for nobody
    now: float
    low: float
    high: float
    sections: Callable[[float], Mapping[str, Any]]
    template: str = ""
    helps: str = ""  # the vote that it asks for, if it can do nothing else
    percent: bool = True  # whether less than one is written with its sign
