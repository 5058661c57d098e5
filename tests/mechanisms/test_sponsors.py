"""Sponsors: they ask for what will still carry, and count votes as their forum does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.core.ask import play
from sim.core.ensemble import ensemble
from sim.core.setting import Setting
from sim.core.world import World, begin
from sim.forums.decision import by_vote
from sim.forums.presets import PRESETS
from sim.forums.rules import Decision, Rules
from sim.mechanisms.sponsors import JOINING, Aims, Sponsors, chance_of_adoption, revise
from tests.settings import DraftSpec, ForumSpec, exact, make, restage

SPONSORED = replace(PRESETS["un_general_assembly"], drafting="sponsors")


def assembly(rules: Rules = SPONSORED, **changes: Any) -> Setting:
    rng = np.random.default_rng(1)
    defaults: dict[str, Any] = {
        "issues": 2,
        "drafts": [DraftSpec([0, 1], [0.9, 0.9], sponsors=[0, 1])],
        "position": np.concatenate([[[0.95, 0.9], [0.9, 0.8]], rng.uniform(0.1, 0.7, (13, 2))]),
        "status_quo": [0.2, 0.3],
        "forums": [ForumSpec(rules)],
        "influence": 0,
    }
    return make(15, **(defaults | changes))


def drafted(setting: Setting, runs: int = 8) -> World:
    world = begin(setting, range(runs))
    play(Sponsors().play(setting, world, setting.meetings[0][0]))
    return world


def worth(setting: Setting, value: np.ndarray, runs: int = 8) -> np.ndarray:
    world = begin(setting, range(runs))
    return Aims(setting, world, setting.meetings[0][0], 0)(value)


COUNTED = [
    Rules("simple", vote="present_and_voting"),
    Rules("two thirds", vote="present_and_voting", majority=2 / 3, more_than=False),
    Rules("60%", vote="present_and_voting", majority=0.6, more_than=False),
    Rules("of members", vote="members"),
    Rules("9 of 15", vote="members", majority=9 / 15, more_than=False),
    replace(PRESETS["double_majority"], title="double"),
]


@pytest.mark.parametrize("rules", COUNTED, ids=lambda r: r.title)
@pytest.mark.parametrize("n", [14, 15, 60])
def test_the_chance_of_adoption_is_about_that_of_the_vote(rules: Rules, n: int) -> None:
    """A normal approximation, against 20,000 votes drawn: within .06 in rooms of 14 or more."""
    rng = np.random.default_rng(n)
    weights = rng.uniform(1, 5, n)
    setting = make(n, forums=[ForumSpec(rules, weights=weights)])
    for lean in (-0.5, 0.0, 0.5, 1.0):
        odds = np.exp(lean + rng.normal(size=n))
        yes, no = 0.85 * odds / (1 + odds), 0.85 / (1 + odds)
        chance = chance_of_adoption(yes[None], no[None], setting.forums[0], setting.scene(1))[0]
        drawn = rng.random((20_000, n))
        cast = np.where(drawn < yes, Decision.SUPPORT, Decision.ABSTAIN)
        cast = np.where(drawn > 1 - no, Decision.OPPOSE, cast).astype(np.int8)
        nobody = np.zeros(n, dtype=bool)
        share = by_vote(cast, ~nobody, nobody, weights, rules).adopted.mean()
        assert chance == pytest.approx(share, abs=0.06)


@pytest.mark.parametrize("rules", COUNTED, ids=lambda r: r.title)
def test_it_is_certain_where_votes_are(rules: Rules) -> None:
    """Every division of nine and ten members: the chance is 1 where the vote carries, else 0."""
    for n in (9, 10):
        setting = make(n, forums=[rules])
        nobody = np.zeros(n, dtype=bool)
        for in_favour in range(1, n + 1):
            for against in range(n + 1 - in_favour):
                yes = (np.arange(n) < in_favour).astype(float)[None]
                no = (np.arange(n) >= n - against).astype(float)[None]
                cast = np.where(yes > 0, Decision.SUPPORT, Decision.ABSTAIN)
                cast = np.where(no > 0, Decision.OPPOSE, cast).astype(np.int8)
                carried = by_vote(cast, ~nobody, nobody, np.ones(n), rules).adopted
                chance = chance_of_adoption(yes, no, setting.forums[0], setting.scene(1))
                np.testing.assert_allclose(chance, carried, atol=1e-6)


def test_a_likely_veto_makes_adoption_unlikely() -> None:
    rules = PRESETS["council_with_vetoes"]
    setting = make(15, forums=[ForumSpec(rules, vetoes=[0, 1])])
    yes, no = np.full((1, 15), 0.9), np.full((1, 15), 0.05)
    free = chance_of_adoption(yes, no, setting.forums[0], setting.scene(1))
    no[0, 0] = 0.8
    held = chance_of_adoption(yes, no, setting.forums[0], setting.scene(1))
    np.testing.assert_allclose(held, free * (0.2 / 0.95))


def test_revision_never_serves_sponsors_worse() -> None:
    for curvature in (1, 2):
        setting = assembly(curvature=curvature)
        world = begin(setting, range(8))
        aims = Aims(setting, world, setting.meetings[0][0], 0)
        value = world.value[0].copy()
        revise(aims, value)
        assert (aims(value) >= aims(world.value[0])).all()
        assert ((value >= 0) & (value <= 1)).all()


def test_no_single_clause_serves_them_better() -> None:
    """The search ends within a thousandth of the best that one clause can do on a fine grid."""
    setting = assembly()
    world = begin(setting, [0])
    aims = Aims(setting, world, setting.meetings[0][0], 0)
    value = world.value[0].copy()
    revise(aims, value)
    for clause in range(2):
        for z in np.linspace(0, 1, 201):
            other = value.copy()
            other[:, clause] = z
            assert aims(other)[0] <= aims(value)[0] + 1e-3


def test_a_text_sure_of_its_majority_is_left_as_it_is() -> None:
    sure = assembly(position=np.full((15, 2), 0.9), revision_cost=0.05)
    np.testing.assert_array_equal(drafted(sure).value[0], 0.9)


def test_what_cannot_pass_is_softened_until_it_can() -> None:
    setting = assembly(revision_cost=0.0, support_weight=0.0, readiness=0.0)
    before = ensemble(replace(setting, forums=(_as_tabled(setting),)), 100)
    after = ensemble(setting, 100)
    passed = [r.number("L.1.decision.adopted").mean() for r in (before, after)]
    assert passed[0] < 0.1
    assert passed[1] > 0.6
    assert (after.number("L.1.retained") < 1).all()


def _as_tabled(setting: Setting) -> Any:
    forum = setting.forums[0]
    return replace(forum, rules=replace(forum.rules, drafting="as_tabled"))


def test_a_stricter_rule_softens_more() -> None:
    strict = replace(SPONSORED, majority=2 / 3, more_than=False)
    changes = {"revision_cost": 0.0, "support_weight": 0.0, "readiness": 0.0, "noise": 0.3}
    simple, two_thirds = (
        drafted(assembly(r, **changes)).value[0].mean() for r in (SPONSORED, strict)
    )
    assert two_thirds < simple


def test_wide_support_and_fidelity_are_worth_what_is_set() -> None:
    setting = assembly(revision_cost=0.0, support_weight=0.0)
    faithful = assembly(revision_cost=0.2, support_weight=0.0)
    welcome = assembly(revision_cost=0.0, support_weight=0.1)
    value = np.full((8, 2), 0.5)
    change = np.abs(value - 0.9).mean(axis=1)
    np.testing.assert_allclose(worth(faithful, value), worth(setting, value) - 0.2 * change)
    more = (worth(welcome, value) - worth(setting, value)) / 0.1
    assert ((more > 0) & (more < 1)).all()  # the share in favour


def test_a_clause_split_in_two_equal_ones_is_worth_the_same() -> None:
    whole = assembly(drafts=[DraftSpec([0, 1], [0.9, 0.8], sponsors=[0])])
    split = assembly(drafts=[DraftSpec([0, 0, 1], [0.9, 0.9, 0.8], sponsors=[0])])
    np.testing.assert_allclose(
        worth(split, np.tile([0.6, 0.6, 0.4], (8, 1))), worth(whole, np.tile([0.6, 0.4], (8, 1)))
    )


def test_who_gains_clearly_joins() -> None:
    setting = assembly(stakes=12.0)
    world = begin(setting, range(8))
    play(Sponsors().play(setting, world, setting.meetings[0][0]))
    aims = Aims(setting, world, setting.meetings[0][0], 0)
    gains = aims.reading.gains(world.value[0], world.active[0]).sum(axis=2)
    keen = 12.0 * gains > JOINING
    keen[:, :2] = True
    assert np.array_equal(world.sponsors[0], keen)


def test_who_is_away_or_steps_back_neither_joins_nor_speaks_for_the_text() -> None:
    for mark in ("seated", "attending", "speaking"):
        setting = restage(assembly(), **{mark: np.arange(15) != 1})
        world = drafted(setting)
        assert not world.sponsors[0][:, 1].any()
        aims = Aims(setting, begin(setting, range(2)), setting.meetings[0][0], 0)
        if mark != "attending":
            np.testing.assert_allclose(aims.say[:, 0], 1.0)


def test_friendly_amendments_are_taken_and_others_are_not() -> None:
    setting = exact(
        3, issues=1, drafts=[DraftSpec([0], [0.5], sponsors=[0])], position=[[0.9], [0.8], [0.1]],
        salience=np.ones((3, 1)), status_quo=[0.2], forums=[ForumSpec(SPONSORED)],
        support_weight=0.0, revision_cost=0.0,
    )  # fmt: skip
    for offer, taken in ((0.6, True), (0.3, False)):
        world = begin(setting, [0])
        phase = Sponsors().play(setting, world, setting.meetings[0][0])
        amendments = next(phase).answer.copy()
        amendments[0, 1, 0] = offer
        phase.send(amendments)
        # Whatever was taken, revision then goes on to the sponsor's own best text.
        assert world.value[0][0, 0] == pytest.approx(0.9, abs=0.01)
        aims = Aims(setting, begin(setting, [0]), setting.meetings[0][0], 0)
        friendly = aims(np.array([[offer]]))[0] >= aims(np.array([[0.5]]))[0]
        assert friendly == taken


def test_a_page_tells_what_was_tabled() -> None:
    world = drafted(assembly())
    (page,) = world.pages[0]
    assert page.session == 1
    assert np.array_equal(page.value, world.value[0])
    assert (page.objectors == 0).all()
