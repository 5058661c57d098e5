"""A forum's rules of procedure, as data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Decision(IntEnum):
    """What a delegation does when a text is put to the room; seven, and no others."""

    SUPPORT = 0
    ACCEPT = 1  # by silence
    DISSOCIATE = 2  # joins consensus and reserves its position
    ABSTAIN = 3
    OPPOSE = 4
    BLOCK = 5
    ABSENT = 6


class How(IntEnum):
    """How a text was decided, or what defeated it."""

    CONSENSUS = 0  # adopted without a vote
    VOTE = 1  # adopted by a vote
    SHORTFALL = 2  # too few in favour
    VETO = 3  # enough in favour, and a veto
    BLOCKED = 4  # no consensus, and no vote to fall back on
    NO_QUORUM = 5
    NOT_REACHED = 6  # an earlier stage had already defeated it


@dataclass(frozen=True)
class Rules:
    """How one kind of forum decides. Shares are on 0-1.

    A text is first tried by consensus where `consensus` holds; where that fails, or is not
    sought, it is voted on if `vote` names the base of the majority: "present_and_voting"
    counts in favour and against only, "members" counts every member.
    """

    title: str
    consensus: bool = False
    vote: str = ""  # "", "present_and_voting" or "members"
    majority: float = 0.5
    more_than: bool = True  # more than the majority's share; otherwise at least that share
    vetoes: tuple[str, ...] = ()
    weight_share: float = 0.0  # a second majority, of the members' weights
    blocking_minority: int = 0  # members that must stand aside to defeat by weight alone
    quorum: float = 0.0
    access: str = "consultative"
    silence: bool = False  # a text stands unless somebody breaks silence by a deadline
    restraint: float = 0.0  # theta: how much a loss is borne in silence
    rounds: int = 50  # the chair's moves in one session
    drafting: str = "as_tabled"  # or "sponsors", "chair"
    members: tuple[str, ...] = ("all states",)  # who has a seat where a scenario does not say
    source: str = ""


BASES = ("present_and_voting", "members")  # of a majority
MAJORITIES: dict[str, tuple[float, bool]] = {
    "simple": (1 / 2, True),
    "two_thirds": (2 / 3, False),
}
