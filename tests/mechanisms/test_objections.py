"""Objections: what is held against a text, and who blocks on account of it."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from scipy.special import ndtr
from scipy.stats import kstest, norm

from sim.core.setting import Setting
from sim.core.world import begin
from sim.mechanisms.objections import (
    DEMANDEUR,
    FREE,
    NEVER,
    OBJECTOR,
    RED_LINE,
    Room,
    Text,
    blockers,
    resolve,
    room,
    subjects,
    under_silence,
)
from sim.mechanisms.red_lines import RedLine
from tests.rooms import again, hall, halls
from tests.settings import BlocSpec, DraftSpec, ForumSpec, exact, make, restage, without


@pytest.mark.parametrize("linked", [False, True])
def test_the_equations_delegation_by_delegation(linked: bool) -> None:
    kinds = {"restraint": 0.3, "clauses": 4, "issues": 3, "linked": linked}
    for here, text in halls(1, 10, actors=4, **kinds):
        gains = here.reading.gains(text.value, text.active)
        losing, lacking = here.grievances(gains)
        for i, (s, clauses) in product(range(4), enumerate(here.subjects)):
            also = here.subjects[here.linked[0, s, i]] if here.linked is not None else ()
            asked = here.insisted[0, s, i]
            if set(also) - set(clauses):
                asked += here.insisted[0, here.linked[0, s, i], i]
            about = [*clauses, *(c for c in also if c not in clauses)]
            g, wanted = gains[0, i, about], here.demanded[0, i, about]
            h = sum(min(v, 0.5 * v) for v in g)
            cost = here.cost[0, i]
            assert losing[0, s, i] == pytest.approx(0.7 * -h - cost, abs=1e-12)
            assert lacking[0, s, i] == pytest.approx(asked - (g * wanted).sum() - cost, abs=1e-12)


def test_subjects_are_the_whole_and_each_issue() -> None:
    assert subjects(np.array([3, 1, 3])) == ((0, 1, 2), (0, 2), (1,))
    assert subjects(np.array([2, 2])) == ((0, 1),)


def test_a_gain_on_one_issue_does_not_buy_off_a_loss_on_another() -> None:
    """One loses .45 by the first clause, and gains .8 by the second; blocking costs .2."""
    setting = two_issues()
    world = begin(setting, [0])
    here = room(setting, world, setting.meetings[0][0], 0)
    text = Text(world.value[0], world.active[0])
    losing = here.losses(here.reading.gains(text.value, text.active))[0, :, 0]
    assert losing == pytest.approx([0.45 - 0.5 * 0.8, 0.45, -0.5 * 0.8])
    assert blockers(here, text)[0, 0] == OBJECTOR
    together = replace(here, linked=np.array([[[0, 0], [2, 1], [1, 2]]]))
    assert blockers(together, text)[0, 0] == FREE  # by a trade it does


def two_issues() -> Setting:
    """The first delegation wants the second clause, and not the first; the other wants both."""
    return exact(
        2, issues=2, drafts=[DraftSpec([0, 1], [0.65, 1.0])], position=[[0.1, 1.0], [1.0, 1.0]],
        salience=np.ones((2, 2)), status_quo=[0.2, 0.2], forums=["consensus"], capability=[0, 0],
        blocking_cost=0.2, insistence=0.0, curvature=1,
    )  # fmt: skip


def test_small_losses_add_up_to_an_objection_to_the_whole() -> None:
    here, text = hall(np.random.default_rng(3), actors=1, clauses=3, curvature=1.0, insistence=0)
    here.reading.position[:], here.reading.status_quo[:], text.value[:] = 0.0, 0.1, 0.2
    here.reading.weight[:], here.reading.at_status_quo[:] = 1.0, 0.1
    for cost, side in ((0.11, OBJECTOR), (0.31, FREE)):  # .1 on each, .3 in all
        here.cost[:] = cost
        assert blockers(here, text)[0, 0] == side


def test_silence_is_dearer_to_break_and_has_no_company() -> None:
    for here, text in halls(9, 30, actors=6, blocking_cost=0.05):
        loud, quiet = blockers(here, text), blockers(under_silence(here, np.array([[0.5]])), text)
        assert ((quiet != FREE) <= (loud != FREE)).all()
        alone = replace(here, company=np.zeros((1, 1)))
        assert np.array_equal(
            blockers(under_silence(here, np.array([[0.0]])), text), blockers(alone, text)
        )


def test_worst_and_deficiency_are_the_largest_and_the_sum() -> None:
    for here, text in halls(2, 20, red_lines=2):
        both = np.concatenate(here.grievances(here.reading.gains(text.value, text.active)), axis=1)
        breach = here.breaches(text)
        total = np.maximum(both, 0).sum() + breach.sum()
        assert here.deficiency(text)[0] == pytest.approx(total)
        largest = max(both.max(), breach.max()) if breach.any() else both.max()
        assert here.worst(text)[0] == pytest.approx(largest)
        assert (here.worst(text)[0] > 0) == (blockers(here, text) != FREE).any()


def test_grievances_are_convex_in_the_text() -> None:
    """Of any two texts, the one half-way is no worse for anyone than the mean of both."""
    rng = np.random.default_rng(3)
    for here, _ in halls(3, 20):
        one, other = rng.random((50, 3)), rng.random((50, 3))
        on = np.ones((1, 3), dtype=bool)
        held = [
            np.concatenate(here.grievances(here.reading.gains(v, on)), axis=1)
            for v in (one, other, (one + other) / 2)
        ]
        assert (held[2] <= (held[0] + held[1]) / 2 + 1e-12).all()


def test_a_clause_left_out_is_one_at_the_status_quo() -> None:
    for here, text in halls(4, 10):
        silent, said = again(text), again(text)
        silent.active[0, 1] = False
        said.value[0, 1] = here.reading.status_quo[0, 1]
        assert here.deficiency(silent)[0] == pytest.approx(here.deficiency(said)[0], abs=1e-12)


def brute_force(here: Room, text: Text) -> np.ndarray:
    """The smallest pair of sets of objectors and demandeurs that holds itself up: (2, actors)."""
    gains = here.reading.gains(text.value, text.active)
    losing = (1 - here.restraint) * here.losses(gains).max(axis=1)
    lacking = here.shortfalls(gains).max(axis=1)
    crossed = np.zeros(losing.shape[1], dtype=bool)
    for limit in range(here.limited.shape[1]):
        if here.breaches(text)[0, limit].any():
            crossed[here.limited[0, limit]] = True
    found = []
    for held, forced in ((losing[0], crossed), (lacking[0], np.zeros_like(crossed))):
        n, fixed = len(held), []
        for side in product([False, True], repeat=n):
            who = np.array(side)
            others = (here.weight[0] * who).sum() - here.weight[0] * who
            blocks = forced | (held > here.cost[0] * np.exp(-here.company[0, 0] * others))
            if np.array_equal(blocks, who):
                fixed.append(who)
        least = min(fixed, key=np.count_nonzero)
        assert all((least <= other).all() for other in fixed)  # it lies within every other
        found.append(least)
    return np.array(found)


@pytest.mark.parametrize("red_lines", [0, 2])
def test_blockers_are_the_least_fixed_point(red_lines: int) -> None:
    """Against enumeration of all sides of six delegations."""
    cascades = 0
    for here, text in halls(5, 40, actors=6, red_lines=red_lines, blocking_cost=0.12):
        here.weight[:] = 1 / 6
        objecting, demanding = brute_force(here, text)
        side = blockers(here, text)[0]
        assert np.array_equal(np.isin(side, [OBJECTOR, RED_LINE]), objecting)
        assert np.array_equal(side == DEMANDEUR, demanding & ~objecting)
        alone = np.concatenate(here.grievances(here.reading.gains(text.value, text.active)), axis=1)
        cascades += (side != FREE).sum() > (alone > 0).any(axis=(0, 1)).sum()
    assert cascades > 3  # company has made some of them bold


def test_dearer_blocking_and_more_restraint_never_add_a_blocker() -> None:
    for here, text in halls(6, 30, actors=8, red_lines=1):
        before = blockers(here, text)[0] != FREE
        dearer, calmer = again(here), again(here)
        dearer.cost *= 1.5
        calmer.restraint += 0.4
        assert ((blockers(dearer, text)[0] != FREE) <= before).all()
        assert ((blockers(calmer, text)[0] != FREE) <= before).all()


def test_a_clause_split_in_two_equal_ones_changes_no_blocker() -> None:
    rng = np.random.default_rng(7)
    shape = {"position": rng.random((6, 2)), "salience": rng.random((6, 2)), "seed": 3}
    sides = []
    for text in (
        DraftSpec([0, 1], [0.9, 0.6], weight=[2, 1]),
        DraftSpec([0, 0, 1], [0.9, 0.9, 0.6], weight=[1, 1, 1]),
    ):
        setting = make(6, drafts=[text], forums=["consensus"], blocking_cost=0.05, **shape)
        world = begin(setting, range(30))
        here = room(setting, world, setting.meetings[0][0], 0)
        sides.append(blockers(here, Text(world.value[0], world.active[0])))
    assert np.array_equal(*sides)
    assert (sides[0] != FREE).any()


# What a setting makes of a room


def described(setting: Setting, session: int = 1) -> Room:
    world = begin(setting, [0])
    return room(setting, world, setting.meetings[session - 1][0], 0)


def committee(**changes: object) -> Setting:
    defaults: dict[str, object] = {
        "issues": 1,
        "drafts": [DraftSpec([0], [0.8])],
        "position": [[1.0], [0.6], [0.2], [0.0]],
        "salience": np.ones((4, 1)),
        "status_quo": [0.2],
        "capability": [1.0, 0.5, 0.5, 0.0],
        "forums": ["group_of_governmental_experts"],
        "blocking_cost": 0.2,
        "insistence": 0.5,
        "deadline": 0.4,
        "sessions": 2,
    }
    return exact(4, **(defaults | changes))


def test_the_cost_of_blocking_falls_with_capability() -> None:
    np.testing.assert_allclose(described(committee()).cost[0], [0.1, 0.2 / 1.5, 0.2 / 1.5, 0.2])
    np.testing.assert_allclose(described(committee()).weight[0], [0.5, 0.25, 0.25, 0.0])


def test_demands_are_what_a_delegation_gains_from_the_draft_and_wane() -> None:
    first, last = described(committee()), described(committee(), 2)
    assert first.demanded[0, :, 0].tolist() == [True, True, False, False]
    gain = np.array([0.8**2 - 0.2**2, 0.4**2 - 0.2**2, 0.0, 0.0])
    np.testing.assert_allclose(first.insisted[0, 0], 0.5 * (1 - 0.4 / 2) * gain)
    np.testing.assert_allclose(last.insisted[0, 0], 0.5 * (1 - 0.4) * gain)


@pytest.mark.parametrize("mark", ["seated", "attending", "insisting"])
def test_who_is_not_there_or_steps_back_neither_blocks_nor_demands(mark: str) -> None:
    lines = [RedLine(0, 0, at_most=0.1)]
    here = described(restage(committee(red_lines=lines), **{mark: np.arange(4) != 0}))
    assert here.cost[0, 0] == NEVER
    assert not here.demanded[0, 0].any()
    assert here.upper.shape[1] == 0
    others = described(committee())
    np.testing.assert_array_equal(here.cost[0, 1:], others.cost[0, 1:])


def test_who_has_no_seat_does_not_block() -> None:
    rules = "group_of_governmental_experts"
    few = committee(forums=[ForumSpec(rules, members=[0, 1, 2])])
    assert described(few).cost[0, 3] == NEVER
    assert described(without(committee(), 3)).cost[0, 3] == NEVER


def test_a_listed_red_line_blocks_by_itself() -> None:
    setting = committee(red_lines=[RedLine(1, 0, at_most=0.7)], blocking_cost=9.0)
    world = begin(setting, [0])
    here = room(setting, world, setting.meetings[0][0], 0)
    for value, side in ((0.8, RED_LINE), (0.7, FREE)):
        text = Text(np.array([[value]]), np.array([[True]]))
        assert blockers(here, text)[0].tolist() == [FREE, side, FREE, FREE]
    silent = Text(np.array([[0.8]]), np.array([[False]]))
    assert (blockers(here, silent) == FREE).all()


def test_a_red_line_lies_on_its_issue_only() -> None:
    draft = DraftSpec([0, 1, 0], [0.8, 0.8, 0.8])
    lines = [RedLine(0, 0, at_most=0.4), RedLine(2, 1, at_least=0.3)]
    here = described(exact(4, drafts=[draft], forums=["consensus"], red_lines=lines))
    assert here.upper[0].tolist() == [[0.4, 1.0, 0.4], [1.0, 1.0, 1.0]]
    assert here.lower[0].tolist() == [[0.0, 0.0, 0.0], [0.0, 0.3, 0.0]]
    assert here.limited[0].tolist() == [0, 2]


def prices(cohesion: float) -> np.ndarray:
    blocs = [BlocSpec([0, 1, 2], cohesion)]
    setting = make(6, forums=["consensus"], blocs=blocs, resolve_spread=0.3)
    world = begin(setting, range(3_000))
    return np.log(resolve(setting, world, setting.meetings[0][0])) / 0.3


@pytest.mark.parametrize("cohesion", [0.0, 0.6, 1.0])
def test_the_price_of_blocking_is_log_normal_and_shared_in_a_bloc(cohesion: float) -> None:
    """Kolmogorov-Smirnov at 1e-4 for two delegations; correlations to .07, four sd."""
    z = prices(cohesion)
    for place in (0, 5):
        assert kstest(z[:, place], norm.cdf).pvalue > 1e-4
    r = np.corrcoef(z.T)
    assert r[0, 1] == pytest.approx(cohesion, abs=0.07)
    assert r[0, 4] == pytest.approx(0.0, abs=0.07)
    if cohesion == 1:
        np.testing.assert_allclose(z[:, 0], z[:, 2])


def test_a_price_is_drawn_once_a_run() -> None:
    setting = make(6, sessions=3, forums=["consensus"])
    world = begin(setting, range(5))
    costs = [room(setting, world, m[0], 0).cost for m in setting.meetings]
    assert np.array_equal(costs[0], costs[1])
    assert np.array_equal(costs[0], costs[2])
    assert (ndtr(np.log(costs[0])) > 0).all()


def test_a_room_may_be_narrowed_without_touching_it() -> None:
    here, text = hall(np.random.default_rng(8))
    before = here.cost.copy()
    replace(here, cost=here.cost * 2).worst(text)
    assert np.array_equal(here.cost, before)
