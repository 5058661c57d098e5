"""The chair: never against more than it found, and to a text wherever there is one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.core.agenda import agenda, sessions
from sim.core.ask import Phase, play
from sim.core.ensemble import ensemble
from sim.core.setting import Setting
from sim.core.world import World, begin
from sim.forums.presets import PRESETS
from sim.mechanisms import objections
from sim.mechanisms.chair import (
    Belief,
    Outlook,
    agreeable,
    bracket,
    estimates,
    hear,
    move,
    restore,
    search,
    take_up,
)
from sim.mechanisms.objections import FREE, Room, Text, blockers
from sim.mechanisms.red_lines import RedLine
from tests.chunks import assert_chunk_free
from tests.rooms import again, hall, halls
from tests.settings import DraftSpec, exact, make

HARD = {"blocking_cost": 0.03, "insistence": 0.7}


def blocked(room: Room, text: Text) -> bool:
    return bool((blockers(room, text) != FREE).any())


@pytest.mark.parametrize("red_lines", [0, 3])
def test_each_bracket_leaves_less_against_the_text(red_lines: int) -> None:
    taken = 0
    for room, text in halls(1, 40, actors=8, clauses=5, issues=4, red_lines=red_lines, **HARD):
        held, trial = room.deficiency(text)[0], again(text)
        for _ in range(20):
            before = trial.active.copy()
            done = bracket(room, trial)[0]
            left = room.deficiency(trial)[0]
            assert done == np.array_equal(before, trial.active)
            assert left == held if done else left < held
            held = left
            if done:
                break
            taken += 1
        assert done  # it cannot go round in circles
    assert taken > 20


def test_brackets_are_tried_in_pairs_where_none_helps_alone() -> None:
    """Two clauses that offend one delegation equally, each made up for by the other's partner."""
    pairs = 0
    for room, text in halls(2, 200, actors=4, clauses=4, **HARD):
        trial = again(text)
        less = [Text(text.value, text.active ^ (np.arange(4) == c)) for c in range(4)]
        singly = [room.deficiency(bracketed)[0] for bracketed in less]
        held = room.deficiency(text)[0]
        if min(singly) < held or held == 0:
            continue
        done = bracket(room, trial)[0]
        if not done:
            assert (trial.active != text.active).sum() == 2
            pairs += 1
    assert pairs > 0


@pytest.mark.parametrize("red_lines", [0, 2])
def test_a_search_never_leaves_more_against_a_text_than_it_found(red_lines: int) -> None:
    for room, text in halls(3, 60, actors=10, clauses=4, red_lines=red_lines, **HARD):
        for rounds in (1, 5, 50):
            trial = again(text)
            search(room, trial, rounds)
            assert room.deficiency(trial)[0] <= room.deficiency(text)[0]


def test_a_text_nobody_blocks_stays_as_it_is() -> None:
    room, text = hall(np.random.default_rng(4), blocking_cost=5.0)
    trial = again(text)
    search(room, trial, 50)
    assert np.array_equal(trial.value, text.value)
    assert trial.active.all()


def test_restoring_never_makes_a_blocker() -> None:
    restored = 0
    for room, text in halls(5, 60, clauses=4, blocking_cost=0.3, insistence=0.2):
        trial = again(text)
        trial.active[:] = False
        before = blocked(room, trial)
        restore(room, trial)
        assert blocked(room, trial) <= before
        restored += int(trial.active.sum())
    assert restored > 60


def test_moves_go_against_the_largest_grievance_as_far_as_it_asks() -> None:
    """One objector, one clause, linear gains: the step ends where it no longer blocks."""
    room, text = hall(np.random.default_rng(6), actors=1, clauses=1, curvature=1.0, insistence=0.0)
    room.reading.position[:], room.reading.status_quo[:] = 0.0, 0.1
    room.reading.weight[:], room.reading.at_status_quo[:] = 1.0, 0.1
    room.cost[:], text.value[:] = 0.2, 0.9
    assert not move(room, text)[0]
    over = 0.8 - 0.2  # a loss of .8 where .2 is borne
    assert text.value[0, 0] == pytest.approx(0.9 - (1.05 * over + 0.002))
    assert not blocked(room, text)
    assert move(room, text)[0]


def test_moves_obey_red_lines_first() -> None:
    room, text = hall(np.random.default_rng(7), clauses=2, red_lines=1, blocking_cost=9.0)
    room.upper[0, 0], room.lower[0, 0] = [0.3, 1.0], 0.0
    text.value[:] = [[0.9, 0.5]]
    move(room, text)
    assert text.value[0, 0] < 0.3
    assert text.value[0, 1] == 0.5
    assert move(room, text)[0]


def test_amendments_are_taken_where_they_leave_no_more_against_the_text() -> None:
    for room, text in halls(8, 30, **HARD):
        proposed = np.full((1, 5, 3), np.nan)
        proposed[0, 2] = [0.4, np.nan, 1.7]
        trial, wanted = again(text), again(text)
        wanted.value[:] = [[0.4, text.value[0, 1], 1.0]]
        take_up(room, trial, proposed)
        better = room.deficiency(wanted)[0] <= room.deficiency(text)[0]
        assert np.array_equal(trial.value, (wanted if better else text).value)


def test_whether_a_text_exists_does_not_touch_the_text() -> None:
    for room, text in halls(9, 10, red_lines=1, **HARD):
        before = again(text)
        agreeable(room, text)
        assert np.array_equal(text.value, before.value)
        assert np.array_equal(text.active, before.active)


def chaired(**changes: object) -> Setting:
    room = replace(PRESETS["consensus"], drafting="chair")
    return make(9, issues=3, clauses=4, worlds=4, forums=[room], sessions=2, **changes)


def test_a_page_is_kept_of_each_session() -> None:
    setting = chaired(**HARD)
    world = begin(setting, range(6))
    for number in (1, 2):
        for mechanism, meeting in agenda(setting, number):
            if mechanism.name == "chair":
                assert asked_by(mechanism.play(setting, world, meeting)) == ["amend", "block"]
    first, second = world.pages[0]
    assert (first.session, second.session) == (1, 2)
    assert np.array_equal(second.value, world.value[0])
    assert first.objectors.shape == (6,)


def asked_by(phase: Phase) -> list[str]:
    """What a phase asks, if everyone gives the standard answer."""
    asked, answer = [], None
    try:
        while True:
            ask = phase.send(answer)  # type: ignore[arg-type]
            asked.append(ask.what)
            answer = ask.answer
    except StopIteration:
        return asked


def test_no_clause_leaves_the_scale() -> None:
    setting = chaired(blocking_cost=0.0, insistence=1.0)
    runs = ensemble(setting, 40)
    for column in runs.table:
        if column.endswith((".value", ".agreeable")):
            there = runs.number(column)[~np.isnan(runs.number(column))]
            assert (there >= 0).all()
            assert (there <= 1).all()


def test_a_chair_gives_up_a_clause_to_save_the_rest() -> None:
    """All want the first clause; a red line forbids the second whatever it says."""
    setting = exact(
        5, issues=2, drafts=[DraftSpec([0, 1], [0.9, 0.9])], position=np.full((5, 2), 0.9),
        salience=np.ones((5, 2)), status_quo=[0.1, 0.1], forums=["consensus"], insistence=0.2,
        red_lines=[RedLine(0, 1, at_most=0.2), RedLine(1, 1, at_least=0.3)], blocking_cost=0.2,
    )  # fmt: skip
    runs = ensemble(setting, 1)
    assert runs.table["L.1.decision.adopted"].all()
    assert runs.number("L.1.OP1.value")[0] == pytest.approx(0.9)
    assert runs.number("L.1.OP2.value")[0] == pytest.approx(0.1)
    assert runs.number("L.1.retained")[0] == pytest.approx(0.5)


# What the chair knows, and what it learns


def outlook(knowledge: float = 0.5, caution: float = 0.0) -> Outlook:
    return Outlook(*(np.full((1, 1, 1), v) for v in (1 - knowledge, caution, 0.5)))


def unheard(room: Room, misread: float = 0.0) -> Belief:
    shape = (1, len(room.subjects), room.cost.shape[1])
    nobody = np.zeros(1, dtype=bool)
    return Belief(
        np.full(shape, misread), np.zeros(shape), np.full(shape, np.inf), nobody, nobody.copy()
    )


def test_a_chair_that_knows_all_is_never_off() -> None:
    room, _ = hall(np.random.default_rng(1))
    belief = unheard(room, misread=2.0)
    belief.most[:] = 1e-3
    for caution in (-1.0, 0.0, 2.0):
        borne = estimates(room, belief, outlook(1.0, caution))
        assert np.array_equal(borne, np.tile(room.cost[:, None], (1, len(room.subjects), 1)))


def test_what_it_reckons_is_a_quantile_of_a_cut_log_normal() -> None:
    """Against the same quantile of many draws: 200,000, to 2 per cent."""
    room, _ = hall(np.random.default_rng(2), actors=1, clauses=1)
    belief, sd = unheard(room, misread=0.4), 0.5
    first = room.cost[0, 0] * np.exp(sd * 0.4)
    drawn = first * np.exp(sd * np.random.default_rng(3).normal(size=200_000))
    for low, high in ((0.0, np.inf), (0.9, np.inf), (0.0, 0.7), (0.5, 0.6)):
        least, most = first * low, first * high
        belief.least[:], belief.most[:] = least, most
        inside = drawn[(drawn >= least) & (drawn <= most)]
        for caution, share in ((0.0, 0.5), (1.0, 0.15866), (-1.0, 0.84134)):
            found = estimates(room, belief, outlook(0.5, caution))[0, 0, 0]
            assert found == pytest.approx(np.quantile(inside, share), rel=0.02)


def test_bounds_hold_the_truth_and_close_in() -> None:
    rng = np.random.default_rng(4)
    for room, text in halls(20, 20, actors=6):
        belief, width = unheard(room), np.inf
        for _ in range(12):
            trial = Text(rng.random(text.value.shape), text.active)
            standing = blockers(room, trial) != FREE
            hear(belief, room, trial, np.full((1, 1, 1), 0.5), standing, standing)
            assert (belief.least <= room.cost[:, None] + 1e-12).all()
            assert (belief.most >= room.cost[:, None] - 1e-12).all()
            assert (belief.most - belief.least <= width).all()
            width = belief.most - belief.least


def test_an_agent_is_taken_at_its_word() -> None:
    """Who keeps quiet is taken to bear what the text costs it; who makes more of it, less."""
    seen = np.zeros(2, dtype=int)
    for room, text in halls(21, 30, actors=6, blocking_cost=0.03):
        standing = blockers(room, text) != FREE
        frank = np.full((1, 1, 1), 0.5)
        honest, silent, loud = unheard(room), unheard(room), unheard(room)
        hear(honest, room, text, frank, standing, standing)
        hear(silent, room, text, frank, standing, np.zeros_like(standing))
        hear(loud, room, text, frank, standing, np.ones_like(standing))
        assert silent.unblocked[0]
        assert (silent.least >= honest.least).all()
        assert (loud.most[:, 0] <= honest.most[:, 0]).all()
        seen += (standing.any(), (~standing).any())
    assert (seen > 5).all()


def agreed(rounds: int, runs: int = 60, **changes: object) -> float:
    """Share of runs that agree, over eight rooms."""
    found = []
    for seed in range(8):
        setting = make(
            9, issues=4, clauses=4, worlds=8, sessions=rounds, seed=seed,
            **({"forums": ["consensus"], "blocking_cost": 0.12, "insistence": 0.4, "deadline": 0.0,
                "influence": 0.0, "knowledge": 0.5} | changes),
        )  # fmt: skip
        found.append(ensemble(setting, runs).table["L.1.decision.adopted"].mean())
    return float(np.mean(found))


def test_more_sessions_bring_more_agreement() -> None:
    once, thrice, often = agreed(1), agreed(3), agreed(8)
    assert once + 0.05 < thrice <= often + 0.01


def test_a_better_informed_chair_finds_more() -> None:
    blind, half, sees = (agreed(1, knowledge=knowledge) for knowledge in (0.0, 0.5, 1.0))
    assert blind < half < sees


def test_the_dearer_blocking_is_the_more_is_agreed() -> None:
    cheap, usual, dear = (agreed(2, blocking_cost=cost) for cost in (0.04, 0.12, 0.4))
    assert cheap < usual < dear


def test_more_rounds_find_more() -> None:
    few, many = (
        agreed(1, forums=[replace(PRESETS["consensus"], rounds=rounds)]) for rounds in (1, 50)
    )
    assert few < many


def test_a_room_in_which_no_text_exists_never_agrees() -> None:
    torn = exact(
        2, issues=1, drafts=[DraftSpec([0], [0.9])], position=[[1.0], [0.0]],
        salience=np.ones((2, 1)), status_quo=[0.2], forums=["consensus"], insistence=0.9,
        deadline=0.0, blocking_cost=0.01, sessions=8, worlds=8,
    )  # fmt: skip
    runs = ensemble(torn, 80)
    assert not runs.table["L.1.decision.adopted"].any()
    assert (runs.table["L.1.decision.deadlock"] == 1).all()
    assert np.isnan(runs.number("L.1.OP1.agreeable")).all()


def test_the_text_that_was_missed_is_kept() -> None:
    missed = 0
    for seed in range(6):
        setting = make(
            9, issues=4, clauses=4, worlds=4, forums=["consensus"], seed=seed, blocking_cost=0.08
        )
        runs = ensemble(setting, 40)
        why = runs.table["L.1.decision.deadlock"]
        for run in np.flatnonzero(why == 2)[:3]:
            world = begin(setting, [int(run)])
            hall = described(setting, world)
            value = np.array([[runs.number(f"L.1.OP{c + 1}.agreeable")[run] for c in range(4)]])
            assert hall.worst(Text(value, np.ones((1, 4), dtype=bool)))[0] <= 1e-9
            missed += 1
    assert missed > 5


def described(setting: Setting, world: World) -> Room:
    """The room of the only session."""
    play(sessions(setting, world))
    return objections.room(setting, world, setting.meetings[0][0], 0)


def test_knowledge_and_hearing_do_not_mix_runs() -> None:
    assert "chair" in assert_chunk_free(chaired(blocking_cost=0.08))
