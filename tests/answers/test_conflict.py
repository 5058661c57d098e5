"""Who rules a text out: every conflict is one, and is none with any member away."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from sim.answers.conflict import conflicts, meeting_all
from sim.answers.zone import agreement, only
from sim.mechanisms.objections import Room
from tests.rooms import halls


def closed_rooms() -> list[Room]:
    """Rooms of few and of many that no text pleases, some with red lines."""
    rooms = halls(21, 12, blocking_cost=0.02, insistence=0.7)
    rooms += halls(22, 20, blocking_cost=0.02, insistence=0.7, clauses=2, red_lines=3)
    rooms += halls(23, 2, actors=7, clauses=4, blocking_cost=0.03, insistence=0.5)
    return [room for room, _ in rooms if agreement(room, decide=True).ruled_out]


def ruled_out(room: Room, actors: object) -> bool:
    return agreement(only(room, np.array(sorted(actors)))).ruled_out


def test_conflicts_cannot_be_made_smaller_and_the_fewest_who_give_in_open_a_text() -> None:
    rooms = closed_rooms()
    assert len(rooms) > 8
    settled = 0
    for room in rooms:
        found, giving = conflicts(room)
        assert found
        for one in found:
            assert ruled_out(room, one)
            assert not any(ruled_out(room, set(one) - {member}) for member in one)
        everyone = set(range(room.cost.shape[1]))
        if giving:
            settled += 1
            assert not ruled_out(room, everyone - set(giving))
            fewer = combinations(sorted(everyone), len(giving) - 1)
            assert all(ruled_out(room, everyone - set(some)) for some in fewer)
    assert settled > 5


def test_nobody_is_named_where_a_text_exists() -> None:
    for room, _ in halls(24, 10, blocking_cost=0.3):
        if agreement(room).exists:
            assert conflicts(room) == ([], ())


def test_the_smallest_set_that_meets_all_is_found() -> None:
    assert meeting_all([(1, 2), (2, 3), (3, 4)]) in ((2, 3), (2, 4), (1, 3))
    assert meeting_all([(5, 6), (6, 7), (6,)]) == (6,)
