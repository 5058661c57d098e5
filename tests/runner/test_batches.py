"""What is sent together, and what is still missing."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.runner.batches import Batch, Part, chosen, covered, missing, size

SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=6)


def part(first: int, count: int) -> Part:
    return Part(Batch("p", first, count))


def test_a_batch_has_a_thousand_runs_at_least() -> None:
    assert size(0.0002, 5_000, 2) == 1_000


def test_it_has_more_where_there_are_many_and_they_are_quick() -> None:
    assert size(0.0002, 1_000_000, 2) == 4_000


def test_slow_runs_make_batches_of_five_seconds() -> None:
    assert size(0.02, 100_000, 2) == 250
    assert size(10.0, 100_000, 2) == 64  # what is computed together anyway


def test_a_batch_is_named_by_its_point_and_first_run() -> None:
    assert Batch("ab12", 2_000, 1_000).name == "ab12-000002000+1000"


def test_halves_make_a_whole() -> None:
    one, other = Batch("p", 10, 5).halves()
    assert (one.first, one.count, other.first, other.count) == (10, 2, 12, 3)


@given(SPANS, st.integers(1, 80), st.integers(1, 30))
def test_what_is_missing_is_played_once_and_nothing_else(
    spans: list[tuple[int, int]], runs: int, most: int
) -> None:
    there = covered([part(first, count) for first, count in spans], runs)
    found = list(missing("p", there, most))
    again = [run for b in found for run in range(b.first, b.first + b.count)]
    assert again == np.flatnonzero(~there).tolist()
    assert all(b.count <= most for b in found)


def test_gaps_are_cut_at_the_same_places_each_time() -> None:
    whole = [b.first for b in missing("p", covered([], 3_500), 1_000)]
    later = [b.first for b in missing("p", covered([part(0, 1_300)], 3_500), 1_000)]
    assert whole == [0, 1_000, 2_000, 3_000]
    assert later == [1_300, 2_000, 3_000]


@given(SPANS, st.integers(1, 80))
def test_parts_that_are_chosen_overlap_nowhere_and_go_no_further(
    spans: list[tuple[int, int]], runs: int
) -> None:
    found = chosen([part(first, count) for first, count in spans], runs)
    held = [run for p in found for run in range(p.batch.first, p.batch.first + p.batch.count)]
    assert held == sorted(set(held))
    assert all(run < runs for run in held)


def test_of_two_parts_that_begin_alike_the_longer_is_chosen() -> None:
    assert chosen([part(0, 100), part(0, 300), part(100, 100)], 300) == [part(0, 300)]
    assert chosen([part(0, 100), part(0, 300), part(100, 100)], 200) == [
        part(0, 100),
        part(100, 100),
    ]
