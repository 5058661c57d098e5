"""Many runs at once: each is itself, whatever else is computed with it, and shares its draws."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

import sim
from sim.analysis.baselines import has_switch, switched_off
from sim.build import setting
from sim.core.agenda import agenda, sessions
from sim.core.ask import Phase, play
from sim.core.ensemble import ensemble
from sim.core.mechanism import When
from sim.core.outcomes import Outcomes
from sim.core.registry import mechanism, mechanisms
from sim.core.setting import Meeting, Setting
from sim.core.world import World, begin
from sim.forums.presets import PRESETS
from sim.mechanisms.coalitions import Plan
from sim.mechanisms.cosponsors import Lists
from sim.mechanisms.events import Shift
from sim.mechanisms.influence import Influence
from sim.mechanisms.lobbying import Corridors
from sim.mechanisms.red_lines import RedLine
from sim.mechanisms.rivals import Group
from sim.mechanisms.side_payments import Offer
from sim.model import Diplomacy
from sim.play import ensembles
from sim.scenario import load
from tests.chunks import assert_chunk_free, assert_same
from tests.procedures import DISTINCT
from tests.settings import BlocSpec, DraftSpec, ForumSpec, exact, make, without

SPONSORED = replace(PRESETS["un_general_assembly"], drafting="sponsors")
WORLD = "digital-solidarity-vs-sovereignty"  # everything between meetings
ROOMS = {**DISTINCT, "sponsored": SPONSORED}
RUNS = 8


def rich(rules: str, seed: int = 5, **changes: Any) -> Setting:
    """A setting in which everything happens: stages, blocs, red lines, events, payments, worlds."""
    stages = {"committee": 2, "plenary": 3}
    defaults: dict[str, Any] = {
        "issues": 5,
        "drafts": 2,
        "clauses": 3,
        "sessions": 3,
        "worlds": 6,
        "curvature": [1, 2, 2, 1, 2, 1],
        "insistence": [0.4, 0.6, 0.8, 0.5, 0.3, 0.8],
        "blocking_cost": [0.15, 0.05, 0.03, 0.1, 0.02, 0.03],
        "forums": [
            ForumSpec(ROOMS[rules], vetoes=[4], weights=[1.0 + i for i in range(14)], stages=stages)
        ],
        "blocs": [
            BlocSpec([0, 1, 2], 0.6),
            BlocSpec([2, 3], 0.7, "leader", leader=3),
            BlocSpec([4, 5, 6, 7], 0.5, "inner", rules="double_majority", weights=[1.0] * 14),
        ],
        "red_lines": [RedLine(5, 1, at_most=0.6), RedLine(6, 2, at_least=0.1)],
        "shifts": {2: (Shift("position", 0, 1, 0.3), Shift("salience", 1, 2, 0.2))},
        "resets": {3: ((0, 0.5),)},
        "seed": seed,
    }
    setting = make(11, 2, 1, **(defaults | changes))
    offers = (
        Offer(11, 0, 0, 1, 0.4, 0.8),
        Offer(11, 1, 0, 1, 0.5, 0.5),
        Offer(3, 1, 0, -1, 0.2, 0.6),
    )
    kept = {"payments_received": (setting.actors[0], setting.actors[1])}
    n = len(setting.actors)
    rivals = (Group((0, 1), "exclusive", False, np.arange(n) == 3, 1, -1),)
    lists = Lists(np.zeros((2, n), dtype=bool), np.array([True, False]))
    together = Plan(np.arange(2), -1, np.zeros((n, n)), np.zeros((n, n)), np.arange(n), ())
    said = {"side_payments": offers, "rivals": rivals, "cosponsors": lists, "trades": True}
    said |= {"lobbying": Corridors(np.zeros((n, n), dtype=bool)), "coalitions": together}
    said |= {"indices": {"solidarity": np.array([0, 1]), "sovereignty": np.array([2])}}
    scenes = tuple(
        replace(s, parts={**s.parts, "coalitions": np.zeros(n, dtype=bool)}) for s in setting.scenes
    )
    return replace(setting, parts={**setting.parts, **said}, kept=kept, scenes=scenes)


@cache
def whole(rules: str) -> Outcomes:
    """The runs that others are compared with, played once."""
    return ensemble(rich(rules), RUNS)


def votes(outcomes: Outcomes) -> list[Any]:
    """What may not change where nothing that matters has: all but the list of issues."""
    table = {k: v for k, v in outcomes.table.items() if not k.startswith("status_quo.")}
    return [table, outcomes.decisions]


@pytest.mark.parametrize("rules", ROOMS)
def test_no_mechanism_depends_on_what_it_is_computed_with(rules: str) -> None:
    assert_chunk_free(rich(rules))


def test_nor_does_any_between_meetings() -> None:
    world = setting(load(WORLD))
    together, numbers = ensemble(world, 4), [3, 0, 2, 1]
    assert_same(ensemble(world, 4, chunk=3), together, "in threes")
    other = ensemble(world, numbers, chunk=2)
    for name, values in together.table.items():
        assert_same(np.take(values, numbers), other.table[name], name)


def test_every_mechanism_that_plays_is_tried() -> None:
    settings = [*(rich(rules) for rules in ROOMS), setting(load(WORLD))]
    met = [agenda(s, session) for s in settings for session in range(1, s.sessions + 1)]
    played = {mechanism.name for each in met for mechanism, _ in each}
    assert played == {m.name for m in mechanisms() if m.when is not When.NEVER}


def test_a_mechanism_that_looks_across_runs_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def leaking(_: Influence, setting: Setting, world: World, meeting: Meeting) -> Phase:
        world.position += world.position.mean()
        return
        yield

    monkeypatch.setattr(Influence, "play", leaking)
    with pytest.raises(AssertionError, match="influence, session 1"):
        assert_chunk_free(rich("simple_majority"))


@pytest.mark.parametrize(
    ("states", "clauses"), [(1, 1), (1, 17), (2, 2), (2, 9), (9, 2), (9, 17), (64, 1), (64, 9)]
)
def test_nor_does_it_at_odd_shapes(states: int, clauses: int) -> None:
    # numpy sums eight at a time, and more than eight differently: chunks must not show it.
    for rules in ("un_general_assembly", "open_ended_working_group"):
        assert_chunk_free(make(states, issues=3, clauses=clauses, forums=[rules], worlds=4), runs=9)


def test_neither_the_size_of_a_chunk_nor_processes_change_a_bit() -> None:
    setting, there = rich("ad_hoc_committee"), whole("ad_hoc_committee")
    for chunk in (1, 3):
        assert_same(ensemble(setting, RUNS, chunk=chunk), there, f"chunk {chunk}")
    (spread,) = ensembles([setting], RUNS, workers=2, chunk=3)
    assert_same(spread, there, "two processes")


def test_any_run_can_be_made_again_alone_and_in_any_order() -> None:
    setting = rich("open_ended_working_group")
    numbers = [7, 2, 5]
    some, everything = ensemble(setting, numbers), whole("open_ended_working_group")
    assert np.array_equal(some.decisions, everything.decisions[numbers])
    assert_same(some.table, {k: v[numbers] for k, v in everything.table.items()}, "scattered runs")


@pytest.mark.parametrize("rules", ROOMS)
def test_a_run_of_the_ensemble_is_the_mesa_model_to_the_last_bit(rules: str) -> None:
    setting, runs = rich(rules), whole(rules)
    for run in (2, 7):
        alone = Diplomacy(setting, run=run).play()
        assert np.array_equal(alone.decisions[0], runs.decisions[run])
        row = {k: v[run : run + 1] for k, v in runs.table.items()}
        assert_same(alone.table, row, f"run {run} of {rules}")
        story = {k: v[:, run : run + 1] for k, v in runs.story.items()}
        assert_same(alone.story, story, f"story of run {run}")


def test_every_decision_can_be_kept_or_only_counted() -> None:
    setting = rich("un_general_assembly")
    kept, counted = ensemble(setting, 30), ensemble(setting, 30, keep=False)
    assert kept.decisions.shape == (30, 4, 14)
    assert counted.decisions.shape == (0, 4, 14)
    assert np.array_equal(kept.counts, counted.counts)
    assert np.array_equal(kept.counts[:, :, 4], (kept.decisions == 4).sum(axis=0))


def test_progress_is_told_run_by_run() -> None:
    told: list[int] = []
    ensembles([rich("simple_majority")], 10, chunk=4, progress=told.append)
    assert [done for done in told if done] == [4, 4, 2]


# Randomness: what differs, and what may not


def test_two_seeds_differ() -> None:
    setting = rich("un_general_assembly")
    other = replace(setting, seed=6)
    assert not np.array_equal(ensemble(setting, 10).decisions, ensemble(other, 10).decisions)


def test_runs_of_one_world_differ_by_chance_only() -> None:
    runs = ensemble(rich("un_general_assembly"), 48)
    assert runs.table["world"].tolist() == [r // 4 % 6 for r in range(48)]
    assert not np.array_equal(runs.decisions[0], runs.decisions[1])


def test_an_actor_that_withdraws_changes_no_other_vote() -> None:
    # No blocs and no influence: then others can differ only if their draws do.
    setting = make(12, issues=3, drafts=2, worlds=3, influence=0)
    runs, fewer = ensemble(setting, 40), ensemble(without(setting, 4), 40)
    others = np.arange(12) != 4
    assert np.array_equal(runs.decisions[:, :, others], fewer.decisions[:, :, others])
    assert (fewer.decisions[:, :, 4] == 6).all()


def test_an_actor_appended_changes_no_other_vote() -> None:
    rng = np.random.default_rng(1)
    position, salience = rng.random((9, 2)), rng.random((9, 2))
    habit, means = rng.random(9) * 0.3, rng.random(9)
    draft = DraftSpec([0, 1], [0.7, 0.9], sponsors=[1])

    def of(n: int) -> Setting:
        each = {"position": position[:n], "salience": salience[:n]}
        each |= {"absence": habit[:n], "capability": means[:n]}
        return make(n, drafts=[draft], status_quo=[0.2, 0.3], influence=0, seed=4, **each)

    few, more = ensemble(of(8), 50), ensemble(of(9), 50)
    assert np.array_equal(few.decisions, more.decisions[:, :, :8])


@pytest.mark.parametrize("rules", ROOMS)
def test_an_issue_that_no_draft_touches_changes_no_bit(rules: str) -> None:
    setting = rich(rules)
    rng = np.random.default_rng(8)

    def wider(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        return np.concatenate([array, rng.random((*array.shape[:2], 2))], axis=2)

    w, position = setting.worlds, wider(setting.worlds.position)
    drafts = [
        replace(d, series=d.series and replace(d.series, change=np.append(d.series.change, [0, 0])))
        for d in setting.drafts
    ]
    more = replace(
        setting,
        drafts=tuple(drafts),
        issues=(*setting.issues, "OTHER", "ANOTHER"),
        status_quo=np.append(setting.status_quo, [0.3, 0.6]),
        worlds=replace(w, position=position, base=position, salience=wider(w.salience)),
    )
    assert_same(votes(ensemble(more, RUNS)), votes(whole(rules)), rules)


@pytest.mark.parametrize("rules", ROOMS)
def test_nobody_drifts_without_cause(rules: str) -> None:
    setting = rich(rules, shifts={}, resets={})
    world = begin(setting, range(6))
    play(sessions(setting, world))
    assert np.array_equal(world.position, world.home)
    assert np.array_equal(world.position, begin(setting, range(6)).position)


def test_an_event_moves_others_through_influence() -> None:
    setting = rich("un_general_assembly", susceptibility=0.3, confidence=1.0)
    world = begin(setting, range(4))
    play(sessions(setting, world))
    still = rich("un_general_assembly", susceptibility=0.3, confidence=1.0, influence=0)
    alone = begin(still, range(4))
    play(sessions(still, alone))
    moved = world.position != begin(setting, range(4)).position
    assert moved[:, 1:, 1].any()  # others than actor 0, on the issue of the event
    assert not moved[:, :, [0, 2, 3, 4]].any()
    assert not (alone.position != begin(still, range(4)).position)[:, 1:].any()


@pytest.mark.parametrize("rules", ROOMS)
def test_relabelling_actors_permutes_what_comes_out(rules: str) -> None:
    rng = np.random.default_rng(2)
    n, order = 9, np.random.default_rng(3).permutation(9)
    position, salience, means = rng.random((n, 3)), rng.random((n, 3)), rng.random(n)

    def of(order: np.ndarray[Any, Any]) -> Setting:
        place = {int(old): new for new, old in enumerate(order)}
        draft = DraftSpec([0, 1, 2], [0.7, 0.9, 0.6], sponsors=[place[2], place[5]])
        bloc = BlocSpec([place[0], place[3], place[4]], 0.6)
        forum = ForumSpec(ROOMS[rules], vetoes=[place[1]], weights=means[order])
        return exact(
            n,
            issues=3,
            drafts=[draft],
            forums=[forum],
            blocs=[bloc],
            red_lines=[RedLine(place[6], 0, at_most=0.65)],
            position=position[order],
            salience=salience[order],
            capability=means[order],
            status_quo=[0.1, 0.2, 0.3],
            blocking_cost=0.05,
            knowledge=1,  # whom a chair misjudges goes by name
        )

    one, other = ensemble(of(np.arange(n)), 1), ensemble(of(order), 1)
    assert np.array_equal(one.decisions[:, :, order], other.decisions)
    for column in one.table:
        np.testing.assert_allclose(one.number(column), other.number(column), atol=1e-9)


def test_one_call_runs_a_scenario_and_a_what_if_in_the_same_worlds() -> None:
    base, changed = sim.run("gge-2017", 8), sim.run("gge-2017", 8, settings=["CUB=absent"])
    again = sim.run(sim.load("gge-2017"), range(8))
    assert np.array_equal(base.decisions, again.decisions)
    cuba = base.actors.index("CUB")
    assert (changed.decisions[:, 0, cuba] == 6).all()
    assert np.array_equal(base.table["world"], changed.table["world"])


@pytest.mark.parametrize("name", ["coalitions", "lobbying", "side_payments"])
def test_what_a_mechanism_calls_off_is_off(name: str) -> None:
    """At these values of its parameters it does as little as where it is taken away."""
    which, room = mechanism(name), rich("sponsored")
    assert which.without(room.parts[name]) is not room.parts[name]
    drawn, worlds = room.worlds.parameters, len(room.worlds)
    off = {parameter: np.full(worlds, value) for parameter, value in which.off.items()}
    still = replace(room, worlds=replace(room.worlds, parameters=drawn | off))
    gone = replace(still, parts=still.parts | {name: which.without(still.parts[name])})
    one, other = (ensemble(setting, 24) for setting in (still, gone))
    assert np.array_equal(one.decisions, other.decisions)
    for column in one.table:
        if column.endswith(".value"):
            assert np.array_equal(one.table[column], other.table[column]), column


@pytest.mark.slow
def test_each_mechanism_can_be_switched_off_by_itself() -> None:
    """And with it what does nothing without it: see `Mechanism.needs`."""
    world = setting(load(WORLD))
    tried = [m for m in world.active if has_switch(m)]
    assert len(tried) > 25
    for each in tried:
        without = switched_off(world, [each])
        gone = {m.name for m in world.active} - {m.name for m in without.active}
        assert {m.name for m in without.active if set(m.needs) & gone} == set()
        assert ensemble(without, 1).runs == 1
