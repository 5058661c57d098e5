"""Memory: what states did on a series pulls them, less so where the text has turned."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.core.ensemble import ensemble
from sim.core.setting import Setting
from sim.core.support import systematic, terms
from sim.core.world import World, begin
from sim.mechanisms.memory import erosion, familiar, heard, width
from tests.settings import DraftSpec, make

MEMORY = {"text_weight": 0.4, "changed_text": 0.5, "erosion": 1.5, "least_memory": 0.3}


def hall(change: list[float] | None = None, **changes: object) -> Setting:
    """Six states, of which the first three voted on the last text; what that one changed."""
    draft = DraftSpec([0, 1], [0.8, 0.6], last_vote={0: 1.0, 1: -1.0, 2: 0.0})
    made = make(6, drafts=[draft], status_quo=[0.5, 0.5], **(MEMORY | changes))  # type: ignore[arg-type]
    series = made.drafts[0].series
    assert series is not None
    coded = replace(series, change=np.array(change if change else [0.0, 0.0]))
    return replace(made, drafts=(replace(made.drafts[0], series=coded),))


def recalled(setting: Setting, runs: int = 1) -> World:
    world = begin(setting, range(runs))
    world.state["memory"][:] = 0.0
    return world


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        (None, 1.0),  # not coded: nothing is known to have changed
        ([0.6, 0.2], 1.0),  # the same way, and twice as far
        ([0.1, -0.3], np.exp(-1.5)),  # at right angles
        ([-0.3, -0.1], 0.3),  # turned about: what memory keeps at the least
    ],
)
def test_memory_fades_as_the_text_turns(change: list[float] | None, kept: float) -> None:
    setting = hall(change)
    found = erosion(setting, begin(setting, [0]), 0)
    assert found[0] == pytest.approx(max(kept, 0.3))


def test_issues_of_which_the_scenario_says_nothing_count_in_the_turn() -> None:
    setting = hall([0.3, 0.1])
    series = setting.drafts[0].series
    assert series is not None
    more = replace(series, elsewhere=0.4)
    other = replace(setting, drafts=(replace(setting.drafts[0], series=more),))
    assert erosion(other, begin(other, [0]), 0)[0] < erosion(setting, begin(setting, [0]), 0)[0]


def test_an_amended_text_is_remembered_by_what_it_now_says() -> None:
    setting = hall([0.3, 0.1])
    world = begin(setting, [0])
    before = erosion(setting, world, 0)[0]
    world.value[0] = np.array([[0.2, 0.6]])
    assert erosion(setting, world, 0)[0] < before


def test_each_term_is_what_it_says() -> None:
    setting = hall(memory=2.0)
    world = recalled(setting)
    named = dict(terms(setting, world, 0))
    assert named["memory"][0].tolist() == [2.0, -2.0, 0, 0, 0, 0]
    text = sum(named[n] for n in ("readiness", "OP1", "OP2", "sponsorship"))
    beside = named["text beside its series"]
    np.testing.assert_allclose(text + beside, 0.4 * np.clip(text, -4, 4))
    assert heard(setting, world, 0)[0] == pytest.approx(0.4)


def test_a_text_that_is_not_recalled_is_a_new_one() -> None:
    setting = hall()
    world = begin(setting, range(20))
    world.state["memory"][:] = 1.0
    alone = replace(setting, parts={**setting.parts, "memory": None})
    np.testing.assert_array_equal(
        systematic(setting, world, 0), systematic(alone, begin(alone, range(20)), 0)
    )
    assert not familiar(setting, world, 0).any()
    assert (heard(setting, world, 0) == 1).all()


def test_those_who_abstained_have_a_wider_band() -> None:
    setting = hall(band=0.9, familiar_band=0.5, abstainers=1.2)
    found = width(setting, recalled(setting), 0)[0]
    np.testing.assert_allclose(found[[0, 1, 3, 4, 5]], 0.5)
    assert found[2] == pytest.approx(0.5 * np.exp(1.2))
    world = begin(setting, [0])
    world.state["memory"][:] = 1.0
    assert (width(setting, world, 0) == 0.9).all()


def test_switched_off_it_has_exactly_no_effect() -> None:
    setting = hall([0.3, 0.1])
    off = replace(setting, parts={**setting.parts, "memory": None})
    never = make(6, drafts=[DraftSpec([0, 1], [0.8, 0.6])], status_quo=[0.5, 0.5], missed=0.0)
    same = replace(off, worlds=never.worlds)
    one, other = ensemble(same, 400).decisions, ensemble(never, 400).decisions
    assert np.array_equal(one, other)


def test_it_moves_votes_towards_the_last_ones() -> None:
    """Sign: who was for is for more often with a stronger memory, who was against less often."""
    weak, strong = (ensemble(hall(memory=m), 2_000).decisions[:, 0] for m in (0.5, 6.0))
    favour = [(cast == 0).mean(axis=0) for cast in (weak, strong)]
    assert favour[1][0] > favour[0][0] + 0.1
    assert favour[1][1] < favour[0][1] - 0.1
