"""The two indices: means of what can be observed, session by session."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from sim.build import setting
from sim.core.ensemble import ensemble
from sim.core.mechanism import Floats, Mechanism
from sim.core.outcomes import Outcomes
from sim.core.setting import Setting
from sim.core.world import World
from sim.errors import InputError
from sim.scenario import load
from tests.registered import registered

ROOM = """\
title: Two years of texts
calendar: {start: 2019-01, end: 2019-12}
issues:
  SOV: {low: open, high: governed, status_quo: 40, words: {25: a, 50: b, 75: c}}
  DATA: {low: flows, high: stays, status_quo: 20, words: {25: a, 50: b, 75: c}}
  MSH: {low: shut, high: heard, status_quo: 50, words: {25: a, 50: b, 75: c}}
actors:
  and:
    USA: {position: {SOV: 97, DATA: 90, MSH: 90}}
    RUS: {position: {SOV: 97, DATA: 95, MSH: 90}}
    FRA: {position: {SOV: 95, DATA: 90, MSH: 90}}
INDICES
forums:
  room:
    rules: un_general_assembly
    stages: {decision: {session: 2019-Q2}}
    drafts: {A: {sponsors: [RUS], clauses: {OP1: {issue: SOV, value: 80}}}}
EVENTS
"""
BOTH = "indices: {solidarity: [MSH], sovereignty: [SOV, DATA]}"
Play = Callable[..., Outcomes]


@pytest.fixture
def played(tmp_path: Path) -> Play:
    """Play the small room with its indices."""

    def playing(indices: str = BOTH, events: str = "") -> Outcomes:
        file = tmp_path / "room.yaml"
        text = ROOM.replace("INDICES", indices).replace("EVENTS", events)
        file.write_text(text, encoding="utf-8")
        return ensemble(setting(load(file)), 40)

    return playing


def test_texts_in_force_are_the_mean_status_quo(played: Play) -> None:
    found = played()
    assert found.number("sovereignty_index.2019-Q1") == pytest.approx(0.3)
    assert found.number("solidarity_index.2019-Q1") == pytest.approx(0.5)
    after, passed = found.number("sovereignty_index.2019-Q2"), found.table["A.decision.adopted"]
    assert passed.any()
    assert np.allclose(after, (found.number("status_quo.SOV") + 0.2) / 2)
    assert (after[passed] > 0.3).all()
    assert np.array_equal(found.number("sovereignty_index.2019-Q4"), after)


class Aid(Mechanism):
    """A stand-in: half of what is asked for is given."""

    name = "aid_of_this_test"

    def index(self, setting: Setting, world: World) -> Iterator[tuple[str, str, Floats]]:
        """Half, in every run."""
        yield "solidarity", "aid", np.full(world.size, 0.1)


def test_every_component_weighs_the_same(played: Play) -> None:
    with registered(Aid):
        found = played()
    assert found.number("solidarity_index.2019-Q1") == pytest.approx((0.5 + 0.1) / 2)
    assert found.number("sovereignty_index.2019-Q1") == pytest.approx(0.3)


def test_measuring_changes_nothing_and_is_off_unless_asked_for(played: Play) -> None:
    measured, plain = played(), played("")
    assert not [name for name in plain.table if "index" in name]
    for name, values in plain.table.items():
        assert np.array_equal(values, measured.table[name], equal_nan=True)


def test_an_event_may_wait_for_an_index(played: Play) -> None:
    event = (
        'events: [{session: 1, name: turn, when: "sovereignty_index > 35",'
        " set: {issues.MSH.status_quo: 10}}]"
    )
    found = played(events=event)
    assert (found.table["happened.turn"] == found.table["A.decision.adopted"]).all()
    assert found.number("solidarity_index.2019-Q2") == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("said", "field", "problem"),
    [
        ("{solidarity: [SOV], sovereignty: [SOV]}", "indices.sovereignty.1", "solidarity already"),
        ("{solidarity: [SOC]}", "indices.solidarity.1", "no such issue"),
        ("on", "indices", ""),
    ],
)
def test_what_stands_for_nothing_is_named(
    played: Play, said: str, field: str, problem: str
) -> None:
    with pytest.raises(InputError) as told:
        played(f"indices: {said}")
    assert any(m.field.startswith(field) and problem in m.problem for m in told.value.mistakes)
