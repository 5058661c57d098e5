"""Influence: who is heard, by whom, and that nothing moves without a cause."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.core.ask import Answer, play
from sim.core.setting import Meeting, Setting
from sim.core.world import World, begin
from sim.forums.presets import PRESETS
from sim.mechanisms.events import Shift
from sim.mechanisms.influence import QUIETEST, Influence, attention, voice
from tests.settings import make, restage

OPEN = {"susceptibility": 0.3, "confidence": 1.0}


def heard(setting: Setting, moved: float = 0.0) -> World:
    """The world after one round; ``moved`` is how far actor 0 has shifted on issue 0 before."""
    world = begin(setting, range(4))
    world.position[:, 0, 0] = world.home[:, 0, 0] = np.clip(world.home[:, 0, 0] + moved, 0, 1)
    play(Influence().play(setting, world, Meeting(1, forum=-1)))
    return world


def in_room(access: str, **changes: object) -> Setting:
    rules = replace(PRESETS["simple_majority"], access=access)
    return make(5, 2, 1, issues=3, worlds=2, forums=[rules], **(OPEN | changes))


@pytest.mark.parametrize("access", ["open", "consultative", "closed"])
def test_the_base_case_stays_where_it_is(access: str) -> None:
    setting = in_room(access)
    assert np.array_equal(heard(setting).position, begin(setting, range(4)).position)


def test_shutting_companies_out_moves_positions() -> None:
    base, shut = in_room("open"), in_room("closed")
    changed = replace(shut, base_access=base.base_access)
    before, world = begin(base, range(4)), heard(changed)
    assert (world.position != before.position)[:, :, :].any(axis=(0, 2)).all()
    # Those who were heard pulled towards themselves; without them all move the other way.
    others = world.position[0, :5, 0] - before.position[0, :5, 0]
    pulled = attention(
        before.position[:1, :, 0], before.position[:1, :, 0], base.ties,
        voice(base, base.scene(1), 1.0), np.array([[1.0]]),
    )  # fmt: skip
    without = attention(
        before.position[:1, :, 0], before.position[:1, :, 0], base.ties,
        voice(base, base.scene(1), 0.0), np.array([[1.0]]),
    )  # fmt: skip
    np.testing.assert_allclose(others, 0.3 * (without - pulled)[0, :5], atol=1e-12)


def test_one_that_moved_draws_others_on_that_issue_only() -> None:
    setting = in_room("open")
    before, world = begin(setting, range(4)), heard(setting, moved=-0.4)
    assert (world.position[:, 1:, 0] < before.position[:, 1:, 0]).any(axis=0).all()
    assert (world.position[:, 1:, 0] <= before.position[:, 1:, 0] + 1e-12).all()
    assert np.array_equal(world.position[:, :, 1:], before.position[:, :, 1:])


@pytest.mark.parametrize("off", [{"influence": 0}, {"susceptibility": 0.0}])
def test_closed_minds_and_the_switch(off: dict[str, float]) -> None:
    setting = in_room("open", **off)
    before, world = begin(setting, range(4)), heard(setting, moved=-0.4)
    assert np.array_equal(world.position[:, 1:], before.position[:, 1:])


def test_who_withdraws_moves_no_more_and_moves_nobody() -> None:
    setting = in_room("open")
    gone = restage(setting, seated=np.arange(8) != 0)
    before, near, far = begin(setting, range(4)), heard(gone), heard(gone, moved=-0.4)
    assert np.array_equal(far.position[:, 1:], near.position[:, 1:])
    assert np.array_equal(near.position[:, 0], before.position[:, 0])


def test_voice_grows_with_capability_and_needs_a_speaker() -> None:
    setting = make(3, 1, 1, capability=np.array([0.0, 0.5, 1.0, 1.0, 0.5]))
    loud = [QUIETEST, (1 + QUIETEST) / 2, 1.0]
    np.testing.assert_allclose(voice(setting, setting.scene(1), 0.5)[:3], loud)
    np.testing.assert_allclose(voice(setting, setting.scene(1), 0.5)[3:], [0.5, loud[1] / 2])
    for mark in ("seated", "attending", "speaking"):
        silent = restage(setting, **{mark: np.arange(5) != 1})
        assert voice(silent, silent.scene(1), 1.0)[1] == 0
        assert (voice(silent, silent.scene(1), 1.0)[[0, 2, 3, 4]] > 0).all()
    kept_out = restage(setting, insisting=np.zeros(5, bool))
    assert (voice(kept_out, kept_out.scene(1), 1.0) > 0).all()


def test_attention_is_a_mean_over_those_near() -> None:
    x = np.array([[0.0, 0.2, 0.9]])
    ties = np.array([[1.0, 2.0, 5.0], [1.0, 1.0, 1.0], [0.0, 0.0, 1.0]])
    found = attention(x, x, ties, np.array([1.0, 0.5, 1.0]), np.array([[0.5]]))
    np.testing.assert_allclose(found, [[(0.2 * 1) / 2, (0.0 + 0.2) / 2, 0.9]])


def test_the_edge_of_confidence_counts_as_near() -> None:
    x = np.array([[0.1, 0.3]])
    found = attention(x, x, np.ones((2, 2)), np.ones(2), np.array([[0.2]]))
    np.testing.assert_allclose(found, 0.2)


def test_a_delegation_may_say_what_it_does_not_think() -> None:
    """Others are drawn by what is said; the speaker's own position stays its own."""
    setting = in_room("open")
    world = begin(setting, range(4))
    phase = Influence().play(setting, world, Meeting(1, forum=-1))
    said: Answer = next(phase).answer.copy()
    said[:, 0, 1] = 0.0
    with pytest.raises(StopIteration):
        phase.send(said)
    before = begin(setting, range(4))
    assert (world.position[:, 1:, 1] < before.position[:, 1:, 1]).any()
    np.testing.assert_allclose(world.position[:, 0, 1], before.position[:, 0, 1], atol=1e-12)
    assert np.array_equal(world.position[:, :, [0, 2]], before.position[:, :, [0, 2]])


def test_an_event_is_a_cause() -> None:
    setting = in_room("open", shifts={1: (Shift("position", 0, 2, -0.5),)})
    world = heard(setting)
    assert np.array_equal(world.position, begin(setting, range(4)).position)  # not yet happened
    world.position[:, 0, 2] -= 0.1
    play(Influence().play(setting, world, Meeting(1, forum=-1)))
    assert not np.array_equal(world.position[:, :, 2], begin(setting, range(4)).position[:, :, 2])


def test_runs_that_hear_the_same_are_worked_out_once_to_the_same() -> None:
    luck = np.random.default_rng(3)
    own = np.repeat(luck.random((4, 9)), [3, 1, 2, 2], axis=0)
    said = own.copy()
    said[4] = luck.random(9)  # one that differs in what it hears alone
    near = np.repeat([[0.3], [0.5], [0.5], [0.9]], [3, 1, 2, 2], axis=0)
    ties, loud = luck.random((9, 9)), luck.random(9)
    together = attention(own, said, ties, loud, near)
    alone = [attention(own[[r]], said[[r]], ties, loud, near[[r]])[0] for r in range(len(own))]
    assert np.array_equal(together, alone)
