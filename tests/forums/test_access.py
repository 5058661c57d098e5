"""How loudly companies and civil society are heard, session by session."""

from __future__ import annotations

from sim.forums.access import VOICE, loudest


def test_access_grades_voice() -> None:
    assert VOICE["closed"] == 0 < VOICE["consultative"] < VOICE["open"] == 1
    assert VOICE["consultative"] == VOICE["open"] / 2  # as docs/ODD.md tells


def test_the_most_open_room_that_still_meets_counts() -> None:
    rooms = [("consultative", 1, 3), ("open", 1, 1), ("closed", 1, 4)]
    assert loudest(rooms, 4) == (VOICE["open"], VOICE["consultative"], VOICE["consultative"], 0.0)


def test_a_room_that_is_not_open_yet_does_not_count() -> None:
    assert loudest([("open", 3, 3)], 4) == (0.0, 0.0, VOICE["open"], 0.0)


def test_no_room_no_voice() -> None:
    assert loudest([], 2) == (0.0, 0.0)
