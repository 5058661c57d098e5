"""What theory says exactly, met by the phases themselves where chance is taken away."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, pairwise, product

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import linprog

from sim.core.ask import play
from sim.core.ensemble import ensemble
from sim.core.setting import Meeting, Setting
from sim.core.world import begin
from sim.forums.decision import by_vote
from sim.forums.presets import PRESETS
from sim.forums.rules import Decision, Rules
from sim.mechanisms.influence import Influence
from sim.mechanisms.voting import Voting, choose
from tests.settings import DraftSpec, ForumSpec, exact, make, restage

UNIT = st.integers(0, 100).map(lambda v: v / 100)

# Voting: the cut point between draft and status quo


@given(draft=UNIT, status_quo=UNIT, curvature=st.sampled_from([1, 2]))
def test_votes_divide_at_the_cut_point(draft: float, status_quo: float, curvature: int) -> None:
    assume(draft != status_quo)
    position = np.arange(50)[:, None] / 50 + 0.0011  # nobody sits at the cut itself
    setting = exact(
        50, issues=1, drafts=[DraftSpec([0], [draft])], position=position,
        salience=np.ones((50, 1)), status_quo=[status_quo], curvature=curvature,
    )  # fmt: skip
    cut = (draft + status_quo) / 2
    nearer = (position[:, 0] > cut) == (draft > status_quo)
    if curvature == 1:  # beyond both texts distance tells them apart as well: all is strict
        nearer = np.abs(position[:, 0] - draft) < np.abs(position[:, 0] - status_quo)
    votes = ensemble(setting, 1).decisions[0, 0]
    assert np.array_equal(votes == Decision.SUPPORT, nearer)
    assert np.array_equal(votes == Decision.OPPOSE, ~nearer)


# The agenda setter of Romer and Rosenthal

SPONSORED = replace(PRESETS["simple_majority"], drafting="sponsors")
CLOSE = 0.002  # the search's grid is refined to .0005 of the scale, short of the indifferent point


def law_after(setter: float, others: list[float], status_quo: float) -> float:
    """What holds after a vote without chance on the text of a sponsor at ``setter``."""
    position = np.array([setter, *others])[:, None]
    n = len(position)
    setting = exact(
        n, issues=1, drafts=[DraftSpec([0], [setter], sponsors=[0])], position=position,
        forums=[SPONSORED], salience=np.ones((n, 1)), status_quo=[status_quo],
    )  # fmt: skip
    return float(ensemble(setting, 1).number("status_quo.TREATY")[0])


def romer_rosenthal(setter: float, median: float, status_quo: float) -> float:
    """The setter's ideal if the median prefers it, else the nearest text the median still takes."""
    if abs(status_quo - median) >= abs(setter - median):
        return setter
    low, high = sorted((status_quo, 2 * median - status_quo))
    return min(max(setter, low), high)


@pytest.mark.parametrize(
    ("setter", "median", "status_quo", "text"),
    [(0.9, 0.5, 0.2, 0.8), (0.9, 0.5, 0.0, 0.9), (0.9, 0.5, 0.6, 0.6), (0.2, 0.5, 0.9, 0.2)],
)
def test_agenda_setter(setter: float, median: float, status_quo: float, text: float) -> None:
    other = 0.1 if setter > median else 0.95
    assert romer_rosenthal(setter, median, status_quo) == pytest.approx(text)
    assert law_after(setter, [median, other], status_quo) == pytest.approx(text, abs=CLOSE)


def test_agenda_setters_drawn_at_random() -> None:
    rng = np.random.default_rng(3)
    for _ in range(40):
        setter, status_quo, *others = (float(v) for v in rng.random(6))
        expected = romer_rosenthal(setter, float(np.median([setter, *others])), status_quo)
        assert law_after(setter, others, status_quo) == pytest.approx(expected, abs=CLOSE)


# Cores of q-of-n rules


def beaten(points: np.ndarray, ideals: np.ndarray, others: np.ndarray, rules: Rules) -> np.ndarray:
    """Say which points some other alternative defeats under the rules: (points,)."""
    n = len(ideals)
    far = ((others[:, None, :] - ideals) ** 2).sum(axis=2)  # (others, voters)
    seats, veto, weight = np.ones(n, bool), np.zeros(n, bool), np.ones(n)
    lost = []
    for point in points:
        gain = ((point - ideals) ** 2).sum(axis=1) - far
        votes = choose(gain, np.full((len(others), 1), 1e-9))
        lost.append(by_vote(votes, seats, veto, weight, rules).adopted.any())
    return np.array(lost)


def at_least(q: int, n: int) -> Rules:
    return Rules("", vote="members", majority=q / n, more_than=False)


@pytest.mark.parametrize(
    ("q", "low", "high"), [(5, 0.5, 0.5), (6, 0.4, 0.6), (7, 0.3, 0.7), (9, 0.1, 0.9)]
)
def test_core_of_nine_on_one_issue(q: int, low: float, high: float) -> None:
    grid = np.arange(101)[:, None] / 100
    stands = ~beaten(grid, np.arange(1, 10)[:, None] / 10, grid, at_least(q, 9))
    core = grid[stands, 0]
    assert (core.min(), core.max()) == pytest.approx((low, high))
    assert len(core) == round((high - low) * 100) + 1


@given(
    ideals=st.lists(st.integers(0, 40), min_size=3, max_size=9).filter(lambda v: len(v) % 2 == 1),
    spare=st.integers(0, 4),
)
def test_core_on_one_issue_lies_between_order_statistics(ideals: list[int], spare: int) -> None:
    n = len(ideals)
    q = min(n // 2 + 1 + spare, n)
    grid = np.arange(0, 41)[:, None] / 40
    stands = ~beaten(grid, np.sort(ideals)[:, None] / 40, grid, at_least(q, n))
    a = np.sort(ideals) / 40
    np.testing.assert_allclose(grid[stands, 0][[0, -1]], [a[n - q], a[q - 1]])


SQUARE = np.array(list(product(np.linspace(0, 1, 81), repeat=2)))


def test_two_issues_three_voters_any_text_can_be_beaten() -> None:
    """Voters not on a line, simple majority: every point of a grid of 441 loses to some other."""
    triangle = np.array([[0.2, 0.2], [0.8, 0.3], [0.4, 0.9]])
    points = np.array(list(product(np.linspace(0, 1, 21), repeat=2)))
    assert beaten(points, triangle, SQUARE, at_least(2, 3)).all()
    line = np.array([[0.2, 0.2], [0.5, 0.5], [0.8, 0.8]])
    assert not beaten(line[1:2], line, SQUARE, at_least(2, 3)).any()


def in_all_hulls(ideals: np.ndarray, q: int) -> np.ndarray | None:
    """A point within the hull of every q voters, by linear programme; none if there is none."""
    teams = list(combinations(range(len(ideals)), q))
    width = 2 + q * len(teams)
    rows, right = [], []
    for place, team in enumerate(teams):
        own = slice(2 + q * place, 2 + q * (place + 1))
        for axis in range(2):
            row = np.zeros(width)
            row[axis], row[own] = -1.0, ideals[list(team), axis]
            rows.append(row)
            right.append(0.0)
        row = np.zeros(width)
        row[own] = 1.0
        rows.append(row)
        right.append(1.0)
    found = linprog(np.zeros(width), A_eq=np.array(rows), b_eq=right, bounds=(0, 1))
    return None if found.x is None else found.x[:2]


@pytest.mark.parametrize(("q", "n"), [(3, 4), (4, 5), (5, 7)])
def test_a_quota_above_d_of_d_plus_one_always_leaves_a_core(q: int, n: int) -> None:
    """Greenberg: with q > 2n/3 on two issues some text stands against all others, in any room."""
    assert q > 2 * n / 3
    rng = np.random.default_rng(n)
    for _ in range(5):
        ideals = rng.random((n, 2))
        core = in_all_hulls(ideals, q)
        assert core is not None
        assert not beaten(core[None], ideals, SQUARE, at_least(q, n)).any()


# Veto players


@given(seed=st.integers(0, 10_000), vetoes=st.sets(st.integers(0, 4)), more=st.integers(0, 4))
def test_a_veto_player_more_never_enlarges_the_win_set(
    seed: int, vetoes: set[int], more: int
) -> None:
    """On a grid of 121 texts on two issues, one a world, voted on without chance."""
    grid = np.array(list(product(np.linspace(0, 1, 11), repeat=2)))
    rng = np.random.default_rng(seed)
    position, salience = rng.random((5, 2)), rng.random((5, 2))

    def carried(held: set[int]) -> np.ndarray:
        setting = exact(
            5, issues=2, worlds=121, drafts=[DraftSpec([0, 1], grid)], position=position,
            salience=salience, forums=[ForumSpec(at_least(3, 5), vetoes=sorted(held))], seed=seed,
        )  # fmt: skip
        world = begin(setting, np.arange(121) * 4)
        play(Voting().play(setting, world, setting.meetings[0][0]))
        return world.passed[0]

    assert (carried(vetoes | {more}) <= carried(vetoes)).all()


def test_a_veto_inside_the_hull_of_the_others_changes_nothing() -> None:
    """The absorption rule, on one issue: who sits between two veto players vetoes nothing new."""
    grid = np.linspace(0, 1, 101)[:, None]

    def carried(vetoes: list[int]) -> np.ndarray:
        setting = exact(
            3, issues=1, worlds=101, drafts=[DraftSpec([0], grid)], status_quo=[0.1],
            position=[[0.3], [0.5], [0.8]], salience=np.ones((3, 1)),
            forums=[ForumSpec(at_least(1, 3), vetoes=vetoes)],
        )  # fmt: skip
        world = begin(setting, np.arange(101) * 4)
        play(Voting().play(setting, world, setting.meetings[0][0]))
        return world.passed[0]

    assert np.array_equal(carried([0, 1, 2]), carried([0, 2]))
    assert carried([0]).sum() < carried([2]).sum()


# Influence: DeGroot, Friedkin and Johnsen, Hegselmann and Krause

W = np.array([[0.5, 0.5, 0.0], [0.25, 0.5, 0.25], [0.0, 0.5, 0.5]])


def settled(
    ties: np.ndarray, start: np.ndarray, rounds: int = 200, **parameters: float
) -> np.ndarray:
    """Positions after many rounds of influence where nobody had been heard before.

    With a base in which all were silent, W* x* is everyone's own position, and the rule becomes
    x <- x0 + lambda (W x - x0): Friedkin and Johnsen's, with lambda = 1 DeGroot's.
    """
    n = len(start)
    setting = make(
        n, issues=1, ties=ties, position=start[:, None], capability=np.ones(n), influence=1,
        **({"confidence": 2.0} | parameters),
    )  # fmt: skip
    silent = replace(setting.base_scene, speaking=np.zeros(n, dtype=bool))
    setting = replace(setting, base_scene=silent)
    world = begin(setting, [0])
    for _ in range(rounds):
        before = world.position.copy()
        play(Influence().play(setting, world, Meeting(1, forum=-1)))
        if np.array_equal(before, world.position):
            break
    return world.position[0, :, 0]


def test_friedkin_johnsen() -> None:
    x0 = np.array([0.0, 0.0, 1.0])
    found = settled(W, x0, susceptibility=0.5)
    np.testing.assert_allclose(found, [0.041667, 0.125, 0.708333], atol=1e-6)
    exactly = np.linalg.solve(np.eye(3) - 0.5 * W, 0.5 * x0)
    np.testing.assert_allclose(found, exactly, atol=1e-12)


def test_degroot() -> None:
    """Everyone ends at the mean weighted by the left unit vector of W, here (.25, .5, .25)."""
    found = settled(W, np.array([0.0, 0.0, 1.0]), susceptibility=1.0)
    np.testing.assert_allclose(found, 0.25, atol=1e-9)


@given(seed=st.integers(0, 10_000), n=st.integers(2, 7), open_to=st.sampled_from([0.2, 0.5, 0.9]))
def test_friedkin_johnsen_in_any_network(seed: int, n: int, open_to: float) -> None:
    rng = np.random.default_rng(seed)
    ties, x0 = rng.random((n, n)) + 0.1, rng.random(n)
    weights = ties / ties.sum(axis=1, keepdims=True)
    exactly = np.linalg.solve(np.eye(n) - open_to * weights, (1 - open_to) * x0)
    np.testing.assert_allclose(settled(ties, x0, susceptibility=open_to), exactly, atol=1e-9)


@pytest.mark.parametrize(
    ("n", "confidence", "clusters"),
    [(100, 0.05, 9), (100, 0.1, 5), (100, 0.15, 3), (100, 0.2, 2), (100, 0.25, 1),
     (50, 0.21, 1), (50, 0.22, 2), (5, 0.25, 1), (5, 0.2, 5)],
)  # fmt: skip
def test_hegselmann_krause(n: int, confidence: float, clusters: int) -> None:
    """Clusters of n equally spaced; those of .21 and .22 show that more openness can divide."""
    start = np.linspace(0, 1, n)
    found = settled(np.ones((n, n)), start, susceptibility=1.0, confidence=confidence)
    assert (np.diff(found) > -1e-12).all()  # nobody overtakes anybody
    assert (np.diff(found) > 1e-6).sum() + 1 == clusters


def test_hegselmann_krause_sizes() -> None:
    found = settled(np.ones((100, 100)), np.linspace(0, 1, 100), susceptibility=1.0, confidence=0.1)
    centres, sizes = np.unique(found.round(4), return_counts=True)
    np.testing.assert_allclose(centres, [0.1467, 0.3881, 0.5, 0.6119, 0.8533], atol=1e-3)
    assert sizes.tolist() == [23, 26, 2, 26, 23]


# Consensus: an absence of blocks

QUIET = {"insistence": 0.0, "deadline": 0.0}


def by_consensus(blocking_cost: float, text: float, position: list[float]) -> Setting:
    n = len(position)
    room = replace(PRESETS["consensus"], drafting="chair")
    return exact(
        n, issues=1, drafts=[DraftSpec([0], [text])], position=np.array(position)[:, None],
        salience=np.ones((n, 1)), status_quo=[0.5], forums=[room], capability=np.full(n, 0.3),
        blocking_cost=blocking_cost, **QUIET,
    )  # fmt: skip


@given(text=UNIT, others=st.lists(UNIT, min_size=1, max_size=4))
def test_when_blocking_costs_nothing_nobody_moves_from_the_core(
    text: float, others: list[float]
) -> None:
    """The status quo lies between two of the room: only a text that repeats it can be agreed."""
    runs = ensemble(by_consensus(0.0, text, [0.2, 0.8, *others]), 1)
    assert (
        runs.number("L.1.OP1.value")[0] == pytest.approx(0.5, abs=1e-9)
        or not runs.table["L.1.decision.adopted"].any()
    )


def test_outside_the_core_a_room_moves_to_it_though_blocking_costs_nothing() -> None:
    runs = ensemble(by_consensus(0.0, 0.9, [0.6, 0.7, 0.8]), 1)
    assert runs.table["L.1.decision.adopted"].all()
    assert 0.5 < runs.number("L.1.OP1.value")[0] <= 0.7 + 1e-9  # no further than the least willing


def test_agreement_is_likelier_the_more_it_costs_to_block() -> None:
    """The same 200 runs at five costs; shares may fall by two runs in a hundred, for chairs err."""
    shares = []
    for cost in (0.0, 0.02, 0.05, 0.1, 0.3):
        setting = make(
            8, issues=3, clauses=3, worlds=50, forums=["consensus"], seed=7, blocking_cost=cost,
            insistence=0.6,
        )  # fmt: skip
        shares.append(ensemble(setting, 200).number("L.1.decision.adopted").mean())
    assert all(more >= less - 0.02 for less, more in pairwise(shares))
    assert shares[0] < 0.2
    assert shares[-1] > 0.8


def test_one_objector_in_a_large_room_is_enough() -> None:
    """All but one are content and insist, one would lose: there is no text, until it stays away."""
    n = 40
    position = np.full((n, 1), 0.9)
    position[7] = 0.0
    setting = exact(
        n, issues=1, drafts=[DraftSpec([0], [0.9])], position=position, salience=np.ones((n, 1)),
        status_quo=[0.0], forums=["group_of_governmental_experts"], blocking_cost=0.03,
        insistence=0.8, deadline=0.0,
    )  # fmt: skip
    runs = ensemble(setting, 1)
    assert not runs.table["L.1.decision.adopted"].any()
    assert runs.number("L.1.decision.text_existed")[0] == 0
    away = restage(setting, attending=np.arange(n) != 7)
    assert ensemble(away, 1).table["L.1.decision.adopted"].all()
