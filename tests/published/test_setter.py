"""The agenda setter: published numbers, other rules, and a search over a grid of texts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import InputError
from sim.published.game import Game, majority, weighted
from sim.published.setter import acceptable, solve, take_it_or_leave_it

from .plain import table

PLACE = st.integers(0, 20).map(lambda v: v / 20)


@pytest.mark.parametrize(
    ("setter", "median", "status_quo", "text"),
    [(0.9, 0.5, 0.2, 0.8), (0.9, 0.5, 0.0, 0.9), (0.9, 0.5, 0.6, 0.6), (0.2, 0.5, 0.9, 0.2)],
)
def test_romer_and_rosenthal(setter: float, median: float, status_quo: float, text: float) -> None:
    """Exact but for the last bits."""
    assert take_it_or_leave_it(setter, [median], status_quo) == pytest.approx(text, abs=1e-12)
    room = [setter, median, 1.0 - setter]
    assert take_it_or_leave_it(setter, room, status_quo) == pytest.approx(text, abs=1e-12)


@given(
    voters=st.lists(PLACE, min_size=1, max_size=7), setter=PLACE, status_quo=PLACE,
    spare=st.integers(0, 6), weights=st.lists(st.integers(1, 4), min_size=7, max_size=7),
)  # fmt: skip
def test_any_rule_against_all_texts_of_a_grid(
    voters: list[float], setter: float, status_quo: float, spare: int, weights: list[int]
) -> None:
    n = len(voters)
    held = np.array(weights[:n], dtype=float)
    game = weighted(held, min(held.sum() // 2 + 1 + spare, held.sum()))
    texts = np.linspace(-1, 2, 121)  # all cut points of this grid of ideals lie on it
    accepted = [z for z in texts if carried(z, np.array(voters), status_quo, game)]
    best = min(accepted, key=lambda z: abs(z - setter))
    found = take_it_or_leave_it(setter, voters, status_quo, game)
    assert abs(found - setter) <= abs(best - setter) + 1e-9
    assert carried(found, np.array(voters), status_quo, game)


def carried(text: float, voters: np.ndarray, status_quo: float, game: Game) -> bool:
    inside = np.abs(voters - text) <= np.abs(voters - status_quo) + 1e-9
    return bool(game.wins(inside)) or abs(text - status_quo) < 1e-12


@given(draft=PLACE, status_quo=PLACE)
def test_voters_divide_at_the_cut_point(draft: float, status_quo: float) -> None:
    """Who sits at (y + q) / 2 would still accept the draft y; a hair beyond, nobody would."""
    cut, hair = (draft + status_quo) / 2, 1e-6 if draft > status_quo else -1e-6
    if draft != status_quo:
        assert take_it_or_leave_it(draft, [cut], status_quo) == pytest.approx(draft)
        assert take_it_or_leave_it(draft, [cut - hair], status_quo) != pytest.approx(
            draft, abs=1e-9
        )


def test_a_higher_quota_never_lets_it_go_farther() -> None:
    rng = np.random.default_rng(0)
    voters = rng.random(9)
    reach = [
        np.subtract(*acceptable(voters, 0.3, majority(9, q / 9, more_than=False))[::-1])
        for q in range(5, 10)
    ]
    assert (np.diff(reach) <= 1e-12).all()


def test_each_issue_is_put_to_the_vote_by_itself() -> None:
    given_ = table([[90, 20], [50, 50], [10, 95]], capability=[3, 1, 1], status_quo=[20, 90])
    found = given_.in_units(solve(given_, weights="equal").outcome)
    np.testing.assert_allclose(found, [80, 20], atol=1e-9)  # a, the heaviest, sets
    named = given_.in_units(solve(given_, setter="c", weights="equal").outcome)
    np.testing.assert_allclose(named, [20, 90], atol=1e-9)


def test_an_unknown_setter_is_told_with_the_nearest() -> None:
    given_ = table([[1], [2]], status_quo=[5])
    with pytest.raises(InputError, match="no such actor"):
        solve(given_, setter="z")


def test_who_does_not_care_is_content_with_anything() -> None:
    game = majority(3, 1.0, more_than=False)
    assert take_it_or_leave_it(0.9, [0.9, 0.6, np.nan], 0.2, game) == pytest.approx(0.9)
    assert take_it_or_leave_it(0.9, [0.9, 0.4, np.nan], 0.2, game) == pytest.approx(0.6)
    assert take_it_or_leave_it(0.9, [np.nan, np.nan, 0.2], 0.2) == 0.9
    given_ = table([[90], [40], [10]], salience=[[50], [50], [0]], status_quo=[20])
    found = given_.in_units(solve(given_, quota=3, weights="equal").outcome)
    np.testing.assert_allclose(found, 60, atol=1e-9)
