"""Loops of unequal length: each run stops by itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.core.loops import until_done


@dataclass
class Target:
    goal: np.ndarray


@dataclass
class Count:
    value: np.ndarray
    steps: np.ndarray


def climb(target: Target, count: Count) -> np.ndarray:
    done = count.value >= target.goal
    count.value[~done] += 1
    count.steps += 1
    return done


def test_each_run_goes_until_it_is_done() -> None:
    goal = np.array([3, 0, 7, 1])
    count = Count(np.zeros(4, int), np.zeros(4, int))
    until_done(climb, Target(goal), count, 100)
    assert count.value.tolist() == goal.tolist()
    assert count.steps.tolist() == [4, 1, 8, 2]  # the last step finds that it is done


def test_and_no_longer_than_allowed() -> None:
    count = Count(np.zeros(3, int), np.zeros(3, int))
    until_done(climb, Target(np.array([2, 9, 4])), count, 4)
    assert count.value.tolist() == [2, 4, 4]


def test_what_is_fixed_stays() -> None:
    goal = np.array([1, 2])
    until_done(climb, Target(goal), Count(np.zeros(2, int), np.zeros(2, int)), 5)
    assert goal.tolist() == [1, 2]


def test_no_runs() -> None:
    until_done(climb, Target(np.zeros(0)), Count(np.zeros(0, int), np.zeros(0, int)), 5)


def turn(target: Target, count: Count) -> np.ndarray:
    """Go up to the goal, and from there round in a circle of as many steps as `target` says."""
    count.value += np.where(count.value < 5, 1, 0)
    round_ = count.value >= 5
    count.steps = np.where(round_, (count.steps + 1) % target.goal, 0)
    return np.zeros(len(count.value), dtype=bool)


def test_a_circle_ends_where_it_would_have_ended() -> None:
    """Whatever its length, and whether it is seen or not."""
    goal = np.array([1, 2, 3, 4, 5, 7])
    played = []

    def counted(target: Target, count: Count) -> np.ndarray:
        played.append(len(count.value))
        return turn(target, count)

    for rounds in range(1, 24):
        slowly, here = Count(np.zeros(6, int), np.zeros(6, int)), Target(goal)
        for _ in range(rounds):
            turn(here, slowly)
        count = Count(np.zeros(6, int), np.zeros(6, int))
        until_done(counted, here, count, rounds)
        assert count.steps.tolist() == slowly.steps.tolist(), rounds
        assert count.value.tolist() == slowly.value.tolist()
    assert played[-1] == 2  # the last rounds are those of the two that no circle was seen of
