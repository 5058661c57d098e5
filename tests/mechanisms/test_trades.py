"""Trades: clause for clause at equal gain, and what they allow that nothing else does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim
from sim.core.agenda import sessions
from sim.core.ask import play
from sim.core.ensemble import ensemble
from sim.core.setting import Setting
from sim.core.world import World, begin
from sim.errors import InputError
from sim.forums.rules import Rules
from sim.mechanisms.objections import Text, room
from sim.mechanisms.trades import NONE, Trades, best, offers, sides
from sim.published.market import equal_gain_rate
from tests.chunks import assert_chunk_free
from tests.rooms import halls
from tests.settings import DraftSpec, exact, make
from tests.small import CONSENSUS, write

OPPOSED = {
    "issues": 2,
    "drafts": [DraftSpec([0, 1], [0.8, 0.2])],
    "position": [[1.0, 1.0], [0.0, 0.0]],
    "status_quo": [0.5, 0.5],
    "capability": [0.0, 0.0],
    "forums": ["consensus"],
    "insistence": 0.0,
    "buy_off": 1.0,
    "curvature": 1,
    "frankness": 1.0,
    "knowledge": 1.0,
}


def trading(setting: Setting) -> Setting:
    return replace(setting, parts={**setting.parts, "trades": True})


def two(salience: Any, **changes: Any) -> Setting:
    """Two that stand at opposite ends of two issues, and a text between them."""
    return trading(exact(2, **(OPPOSED | {"salience": salience} | changes)))


def first_offer(setting: Setting) -> tuple[Any, Text]:
    """The best that whoever has most against the text could offer."""
    world = begin(setting, [0])
    hall, text = (
        room(setting, world, setting.meetings[0][0], 0),
        Text(world.value[0], world.active[0]),
    )
    links = np.full((1, 2, 2), NONE)
    there = np.ones(2, dtype=bool)
    found = offers(hall, text, setting.drafts[0].issue, links, sides(setting, world), there)
    return best(found, text), text


def test_logrolling_takes_both_to_what_each_minds_most() -> None:
    """From (.8, .2) at a utility of -.32 each to (1, 0) at -.20: see Stokman and Van Oosten."""
    deal, _ = first_offer(two([[0.8, 0.2], [0.2, 0.8]]))
    assert deal.value[0] == pytest.approx([1.0, 0.0])
    assert deal.gain[0] == pytest.approx(-0.20 - -0.32)


def test_the_rate_is_that_of_equal_gain() -> None:
    """Saliences (.8, .2) and (.4, .6): the outcome moves .6667 on the first for 1 on the second."""
    deal, text = first_offer(two([[0.8, 0.2], [0.4, 0.6]]))
    moved = np.abs(deal.value - text.value)[0]
    assert moved[0] / moved[1] == pytest.approx(float(equal_gain_rate((0.8, 0.2), (0.4, 0.6))))
    assert moved[0] / moved[1] == pytest.approx(2 / 3)


@pytest.mark.parametrize("curvature", [1.0, 2.0])
def test_both_gain_alike_and_nobody_is_passed(curvature: float) -> None:
    seen = 0
    for hall, text in halls(1, 60, actors=6, curvature=curvature, red_lines=1):
        links = np.full((1, 3, 6), NONE)
        found = offers(hall, text, np.arange(3), links, np.arange(6)[None], np.ones(6, dtype=bool))
        deal = best(found, text)
        if not np.isfinite(deal.gain[0]):
            continue
        one, other = int(deal.one[0]), int(deal.other[0])
        on = text.active
        change = (hall.reading.gains(deal.value, on) - hall.reading.gains(text.value, on)).sum(
            axis=2
        )
        assert change[0, one] == pytest.approx(deal.gain[0])
        assert change[0, other] == pytest.approx(deal.gain[0])
        assert deal.gain[0] > 0
        x = hall.reading.position[0]
        for clause in (int(deal.first[0]), int(deal.second[0])):
            low, high = sorted((x[one, clause], x[other, clause]))
            assert low - 1e-12 <= deal.value[0, clause] <= high + 1e-12
        before = hall.breaches(text).sum()
        assert hall.breaches(Text(deal.value, on)).sum() <= before + 1e-12
        seen += 1
    assert seen > 10


@dataclass
class Formed:
    """What stands for coalitions that have formed."""

    label: np.ndarray


def torn(*more: tuple[float, float], **changes: Any) -> Setting:
    """Each gains .27 on one issue and loses .15 on the other, where blocking costs .12.

    ``more`` are saliences of others that stand where the first does.
    """
    salience = [[0.9, 0.5], [0.5, 0.9], *more]
    defaults = {
        "salience": salience,
        "position": [[1.0, 1.0], [0.0, 0.0], *((1.0, 1.0) for _ in more)],
        "capability": np.zeros(len(salience)),
        "blocking_cost": 0.12,
        "forums": [Rules("As tabled", consensus=True)],
    }
    return trading(exact(len(salience), **(OPPOSED | defaults | changes)))


def test_only_by_a_trade_does_a_gain_make_up_for_a_red_line() -> None:
    setting, column = torn(), "L.1.decision.adopted"
    without = replace(setting, parts={**setting.parts, "trades": None})
    assert not ensemble(without, 1).table[column][0]
    traded = ensemble(setting, 1)
    assert traded.table[column][0]
    assert traded.table["L.1.trades"][0] == 1
    (act,) = traded.acts
    assert (act.act, act.runs) == ("trades", 1)
    assert act.size == pytest.approx(100 * 0.2 * (0.9 - 0.5))


def played(setting: Setting, runs: int, label: np.ndarray | None = None) -> World:
    world = begin(setting, range(runs))
    if label is not None:
        world.state["coalitions"] = Formed(np.tile(label, (runs, 1)))
    play(sessions(setting, world))
    return world


def test_what_others_get_is_counted() -> None:
    """A third that stands where the first does shares its gain, and minds a tenth as much."""
    runs = ensemble(torn((0.09, 0.05)), 1)
    (act,) = runs.acts
    assert runs.table["L.1.externality"][0] == pytest.approx(0.1 * act.size)


def test_coalitions_trade_as_one() -> None:
    """Of the first one's coalition, whoever gains is bound, and so does not count as another."""
    world = played(torn((0.09, 0.05)), 1, np.array([0, 1, 0]))
    state = world.state["trades"]
    assert state["made"][0][0] == 1
    assert (state["links"][0][0] >= 0).all()
    assert state["externality"][0][0] == 0


def room_of(seed: int) -> Setting:
    return make(
        9, issues=4, clauses=5, worlds=3, forums=["consensus"], sessions=3, seed=seed,
        blocking_cost=0.03, insistence=0.7,
    )  # fmt: skip


def test_trades_are_made_and_leave_less_against_the_text() -> None:
    made = 0
    for seed in range(6):
        setting = trading(room_of(seed))
        world = begin(setting, range(8))
        trades, meeting = Trades(), setting.meetings[0][0]
        hall, text = room(setting, world, meeting, 0), Text(world.value[0], world.active[0])
        before = hall.deficiency(text)
        play(trades.play(setting, world, meeting))
        after = room(setting, world, meeting, 0).deficiency(text)
        did = world.state["trades"]["made"][0] > 0
        assert (after[did] < before[did]).all()
        assert np.array_equal(after[~did], before[~did])
        made += int(did.sum())
    assert made > 5


def test_runs_do_not_see_each_other() -> None:
    assert "trades" in assert_chunk_free(trading(room_of(1)))


def test_without_trades_nothing_changes(tmp_path: Path) -> None:
    """By the word in the scenario, to the bit."""
    texts = (CONSENSUS, f"{CONSENSUS}trades: off\n")
    plain, off = (sim.run(write(tmp_path, text), 20) for text in texts)
    assert np.array_equal(plain.decisions, off.decisions)
    assert "report.trades" not in off.table
    assert "report.trades" in sim.run("gge-2017", 4, settings=("trades=on",)).table


def test_another_word_is_refused() -> None:
    with pytest.raises(InputError, match="trades"):
        sim.run("gge-2017", 1, settings=("trades=sometimes",))
