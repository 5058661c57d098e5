"""The log of acts: counted alike in whatever pieces the runs come."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.acts import Act, Tally

SIZES = st.one_of(st.floats(-100, 1_000), st.just(float("nan")))
RUNS = st.lists(SIZES, min_size=1, max_size=12)


def act(sizes: list[float], actor: int = 0, session: int = 1, reason: str = "") -> Act:
    sized = np.array(sizes)[:, None]
    return Act(session, "aid", "pays", (actor,), (2,), -1, sized, (reason,))


@given(sizes=RUNS, cut=st.integers(0, 12), turned=st.booleans())
def test_pieces_come_to_the_same_to_the_last_bit(
    sizes: list[float], cut: int, turned: bool
) -> None:
    whole, joined = Tally(), Tally()
    whole.add([act(sizes)])
    pieces = [piece for piece in (sizes[:cut], sizes[cut:]) if piece]
    for piece in reversed(pieces) if turned else pieces:
        part = Tally()
        part.add([act(piece)])
        joined.join(part)
    assert joined == whole


@given(sizes=RUNS)
def test_what_is_told_is_in_how_many_runs_and_the_mean_of_those(sizes: list[float]) -> None:
    tally, done = Tally(), [size for size in sizes if not np.isnan(size)]
    tally.add([act(sizes)])
    told = tally.told(["AAA", "BBB", "CCC"], ["L.1"])
    if not done:
        assert told == []
        return
    (one,) = told
    assert (one.actor, one.target, one.draft, one.runs) == ("AAA", "CCC", "", len(done))
    assert one.size == pytest.approx(np.mean(done), abs=1e-9)


def test_acts_that_differ_in_anything_are_told_apart_session_by_session() -> None:
    tally = Tally()
    tally.add([act([1.0], session=2), act([1.0]), act([1.0], actor=1), act([1.0], reason="why")])
    assert [one.session for one in tally.told("ABC", [])] == [1, 1, 1, 2]
