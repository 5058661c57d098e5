"""Who may speak: how loudly companies and civil society are heard under each rule of access."""

from __future__ import annotations

from collections.abc import Iterable

VOICE: dict[str, float] = {
    "open": 1.0,  # they speak after members, on every item
    "consultative": 0.5,  # side events and written statements: assumed to be half as loud
    "closed": 0.0,  # experts or members only
}


def loudest(rooms: Iterable[tuple[str, int, int]], sessions: int) -> tuple[float, ...]:
    """How loudly non-state actors are heard in each session: in the most open room that meets.

    ``rooms`` have a rule of access, and the first and last session in which that room meets.
    """
    heard = [0.0] * sessions
    for access, first, last in rooms:
        for session in range(first, min(last, sessions) + 1):
            heard[session - 1] = max(heard[session - 1], VOICE[access])
    return tuple(heard)
