"""Who may speak: how loudly companies and civil society are heard under each rule of access."""

from __future__ import annotations

from collections.abc import Iterable

VOICE: dict[str, float] = {
    "open": 1.0,  # they speak after members, on every item
    "consultative": 0.5,  # side events and written statements: assumed to be half as loud
    "closed": 0.0,  # experts or members only
}


def loudest(rooms: Iterable[tuple[str, int]], sessions: int) -> tuple[float, ...]:
    """How loudly non-state actors are heard in each session: in the most open room that meets.

    ``rooms`` are pairs of a rule of access and the last session in which that room meets.
    """
    open_to = list(rooms)
    return tuple(
        max((VOICE[access] for access, last in open_to if session <= last), default=0.0)
        for session in range(1, sessions + 1)
    )
