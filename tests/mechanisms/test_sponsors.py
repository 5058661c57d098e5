"""Sponsors: they ask for what will still carry, and count votes as their forum does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.build import setting as build
from sim.core.agenda import session
from sim.core.ask import play
from sim.core.ensemble import ensemble
from sim.core.setting import Setting
from sim.core.world import World, begin
from sim.errors import InputError
from sim.forums.presets import PRESETS
from sim.forums.rules import Rules
from sim.mechanisms import sponsors
from sim.mechanisms.sponsors import Aims, Sponsors, revise
from sim.scenario import load
from tests.settings import DraftSpec, ForumSpec, exact, make, restage
from tests.small import VOTE, write

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


@pytest.mark.parametrize("vote", ["members", "present_and_voting"])
def test_who_drafts_under_a_veto_asks_for_what_it_will_bear(vote: str) -> None:
    """One who likes little of it: its vote alone is nothing, its veto is all."""
    position = np.concatenate([np.full((14, 2), 0.9), [[0.3, 0.35]]])
    rules = replace(SPONSORED, vote=vote, quorum=0.0)
    changes = {"position": position, "revision_cost": 0.0, "support_weight": 0.0, "noise": 0.2}
    free, held = (
        drafted(assembly(forums=[ForumSpec(rules, vetoes=vetoes)], **changes)).value[0]
        for vetoes in ([], [14])
    )
    assert (free > 0.8).all()
    assert (held.mean(axis=1) < free.mean(axis=1) - 0.1).all()


def test_what_nobody_will_be_there_to_adopt_is_worth_nothing() -> None:
    strict = replace(SPONSORED, quorum=0.9)
    habits = np.where(np.arange(15) < 4, 0.9, 0.01)
    free, held = (assembly(rules, absence=habits) for rules in (SPONSORED, strict))
    empty = restage(assembly(strict), attending=np.arange(15) > 2)  # twelve of fifteen
    chance = [
        Aims(s, begin(s, [0]), s.meetings[0][0], 0).prospects(np.zeros((1, 15)))[0][0]
        for s in (free, held, empty)
    ]
    assert chance[1] < 0.2 * chance[0]
    assert chance[2] < 0.01


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


def test_sponsors_ask_for_no_more_than_they_tabled() -> None:
    """Sure of their majority and wanting more, they have said by tabling what they ask for."""
    text = DraftSpec([0, 1], [0.5, 0.6], sponsors=[0, 1])
    costs = {"revision_cost": 0.0, "support_weight": 0.0}
    sure = assembly(position=np.full((15, 2), 0.9), drafts=[text], **costs)
    np.testing.assert_array_equal(drafted(sure).value[0], np.tile([0.5, 0.6], (8, 1)))


def test_what_cannot_pass_is_softened_until_it_can() -> None:
    setting = assembly(revision_cost=0.0, support_weight=0.0, readiness=0.0, surprise=0.0)
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


def test_who_has_left_or_steps_back_does_not_speak_for_the_text() -> None:
    for mark in ("seated", "speaking"):
        setting = restage(assembly(), **{mark: np.arange(15) != 1})
        aims = Aims(setting, begin(setting, range(2)), setting.meetings[0][0], 0)
        np.testing.assert_allclose(aims.say[:, 0], 1.0)


@pytest.mark.parametrize(("offer", "text"), [(0.6, 0.6), (0.3, 0.5), (1.7, 1.0)])
def test_friendly_amendments_are_taken_and_others_are_not(
    offer: float, text: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Revision, which would go on to the sponsor's own best text, is left out here."""
    monkeypatch.setattr(sponsors, "revise", lambda *_: None)
    setting = exact(
        3, issues=1, drafts=[DraftSpec([0], [0.5], sponsors=[0])], position=[[0.9], [0.8], [0.1]],
        salience=np.ones((3, 1)), status_quo=[0.2], forums=[ForumSpec(SPONSORED)],
        support_weight=0.0, revision_cost=0.0,
    )  # fmt: skip
    world = begin(setting, [0])
    phase = Sponsors().play(setting, world, setting.meetings[0][0])
    amendments = next(phase).answer.copy()
    amendments[0, 1, 0] = offer
    with pytest.raises(StopIteration):
        phase.send(amendments)
    assert world.value[0][0, 0] == text


def test_a_page_tells_what_was_tabled() -> None:
    world = drafted(assembly())
    (page,) = world.pages[0]
    assert page.session == 1
    assert np.array_equal(page.value, world.value[0])
    assert (page.objectors == 0).all()


def test_a_revision_is_an_act_of_the_sponsor_with_the_most_to_say() -> None:
    capability = np.where(np.arange(15) == 1, 0.9, 0.1)
    setting = assembly(revision_cost=0.0, support_weight=0.0, readiness=0.0, capability=capability)
    acts = ensemble(setting, 20).acts
    assert {(act.act, act.actor, act.draft) for act in acts} == {("revises", "AAB", "L.1")}
    assert all(0 < act.size <= 100 for act in acts)


def test_who_withdraws_its_sponsorship_sponsors_no_more(tmp_path: Path) -> None:
    text = f"{VOTE}events:\n  - {{session: 2, do: [RUS withdraws sponsorship of 73/27]}}\n"
    setting = build(load(write(tmp_path, text)))
    world = begin(setting, range(4))
    names = []
    for number in (1, 2):
        play(session(setting, world, number))
        names.append(world.sponsors[0][:, setting.slot("RUS")].all())
    assert names == [True, False]
    with pytest.raises(InputError, match="withdraws sponsorship of which draft"):
        load(write(tmp_path, text.replace(" of 73/27", " of")))
