"""Consensus: who blocks, who reserves, who is silent, and what happens when it fails."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

import numpy as np
import pytest

from sim.core.agenda import sessions
from sim.core.ask import Answer, Ask, play
from sim.core.ensemble import ensemble
from sim.core.outcomes import Outcomes
from sim.core.setting import Setting
from sim.core.world import Ballot, begin
from sim.forums.presets import PRESETS
from sim.forums.rules import Decision, How, Rules
from sim.mechanisms.ballots import IN_VOTES
from sim.mechanisms.consensus import in_consensus, without_vote
from sim.mechanisms.objections import DEMANDEUR, FREE, OBJECTOR
from tests.settings import DraftSpec, ForumSpec, exact, make, restage, without

ACCEPT, DISSOCIATE, BLOCK, ABSENT = (
    Decision.ACCEPT, Decision.DISSOCIATE, Decision.BLOCK, Decision.ABSENT,
)  # fmt: skip
PLAIN = Rules("As tabled", consensus=True)


def room(rules: Rules = PLAIN, **changes: object) -> Setting:
    """One gains .48 by the text as tabled, one nothing, one loses .16."""
    defaults: dict[str, object] = {
        "issues": 1,
        "drafts": [DraftSpec([0], [0.6])],
        "position": [[0.8], [0.4], [0.3]],
        "salience": np.ones((3, 1)),
        "status_quo": [0.2],
        "capability": np.zeros(3),
        "forums": [ForumSpec(rules)],
        "blocking_cost": 0.05,
        "insistence": 0.0,
        "reservation": 0.5,
    }
    return exact(3, **(defaults | changes))


def decided(setting: Setting) -> list[Decision]:
    return [Decision(d) for d in ensemble(setting, 1).decisions[0, 0]]


def how(setting: Setting) -> How:
    return How(int(ensemble(setting, 1).table["L.1.decision.how"][0]))


def test_who_loses_more_than_blocking_costs_blocks() -> None:
    # The third loses (.6 - .3)^2 - (.2 - .3)^2 = .08.
    assert decided(room(blocking_cost=0.07)) == [ACCEPT, ACCEPT, BLOCK]
    assert decided(room(blocking_cost=0.09)) == [ACCEPT, ACCEPT, ACCEPT]
    assert how(room(blocking_cost=0.07)) is How.BLOCKED
    assert how(room(blocking_cost=0.09)) is How.CONSENSUS


def test_who_would_block_but_for_restraint_dissociates() -> None:
    calm = replace(PLAIN, restraint=0.5)
    assert decided(room(calm, blocking_cost=0.05)) == [ACCEPT, ACCEPT, DISSOCIATE]
    assert how(room(calm, blocking_cost=0.05)) is How.CONSENSUS
    assert decided(room(calm, blocking_cost=0.03)) == [ACCEPT, ACCEPT, BLOCK]


def test_who_loses_much_on_one_clause_dissociates() -> None:
    assert decided(room(blocking_cost=0.2, reservation=0.07)) == [ACCEPT, ACCEPT, DISSOCIATE]
    assert decided(room(blocking_cost=0.2, reservation=0.09)) == [ACCEPT, ACCEPT, ACCEPT]


def played(phase: Generator[Ask, Answer, Ballot]) -> Ballot:
    """What comes of a phase whose delegations all give the standard answer."""
    try:
        ask = next(phase)
        while True:
            ask = phase.send(ask.answer)
    except StopIteration as ended:
        ballot: Ballot = ended.value
        return ballot


def test_who_gets_too_little_blocks_as_a_demandeur() -> None:
    """The first gains .32 by the draft; of a text cut to nothing it gets none."""
    setting = room(insistence=0.5, deadline=0.0, blocking_cost=0.15)
    world = begin(setting, [0])
    world.value[0][:] = 0.2
    phase = without_vote(setting, world, setting.meetings[0][0], 0)
    ballot = played(phase)
    assert ballot.decisions[0].tolist() == [BLOCK, ACCEPT, ACCEPT]
    assert ballot.sides[0].tolist() == [DEMANDEUR, FREE, FREE]


def test_a_side_says_why() -> None:
    assert ensemble(room(), 1).sides[0, 2].tolist() == [0, 1, 0, 0]
    assert OBJECTOR == 1


def test_who_is_absent_accepts_in_silence_and_who_withdraws_is_not_counted() -> None:
    assert decided(restage(room(), attending=[True, True, False])) == [ACCEPT, ACCEPT, ABSENT]
    assert how(restage(room(), attending=[True, True, False])) is How.CONSENSUS
    counts = [
        ensemble(s, 1).table["L.1.decision.not_voting"][0]
        for s in (restage(room(), attending=[True, True, False]), without(room(), 2))
    ]
    assert counts == [1, 0]


def test_who_steps_back_no_longer_blocks() -> None:
    assert decided(restage(room(), insisting=[True, True, False])) == [ACCEPT, ACCEPT, ACCEPT]
    assert how(restage(room(), insisting=[True, True, False])) is How.CONSENSUS


def test_who_opposes_blocks_whatever_it_gains_and_no_text_helps() -> None:
    opposed = restage(room(blocking_cost=9.0), opposed=[[True], [False], [False]])
    assert decided(opposed) == [BLOCK, ACCEPT, ACCEPT]
    assert ensemble(opposed, 1).table["L.1.decision.text_existed"][0] == 0
    away = restage(opposed, attending=[False, True, True])
    assert how(away) is How.CONSENSUS


def test_the_habit_of_being_away_silences_those_who_do_not_mind() -> None:
    """2,000 runs at a habit of .3: sd .010, five allowed; who blocks is always there."""
    setting = replace(room(), absence=np.full(3, 0.3))
    runs = ensemble(setting, 2_000)
    away = (runs.decisions[:, 0] == ABSENT).mean(axis=0)
    assert away[:2] == pytest.approx([0.3, 0.3], abs=0.05)
    assert away[2] == 0


def test_whether_a_text_existed_is_asked_only_of_what_was_blocked() -> None:
    def existed(setting: Setting) -> float:
        return float(ensemble(setting, 1).table["L.1.decision.text_existed"][0])

    assert np.isnan(existed(room(blocking_cost=0.2)))
    assert existed(room()) == 1  # as tabled it fails; .5 would have passed
    torn = room(insistence=0.9, deadline=0.0, blocking_cost=0.01)
    assert existed(torn) == 0


def test_votes_are_read_in_a_room_without_one() -> None:
    said = np.array([list(Decision)], dtype=np.int8)
    assert in_consensus(said).tolist() == [
        [ACCEPT, ACCEPT, DISSOCIATE, ACCEPT, BLOCK, BLOCK, ABSENT]
    ]


def test_a_delegation_that_decides_for_itself_can_block_alone() -> None:
    setting = room(blocking_cost=9.0)
    world = begin(setting, [0])
    phases = sessions(setting, world)
    ask = next(phases)
    while ask.what != "vote":
        ask = phases.send(ask.answer)
    assert ask.by_consensus
    answer: Answer = ask.answer.copy()
    answer[0, 1] = Decision.OPPOSE
    with pytest.raises(StopIteration):
        phases.send(answer)
    ballot = world.ballots[0, "decision"]
    assert ballot.decisions[0].tolist() == [ACCEPT, BLOCK, ACCEPT]
    assert not world.passed[0].any()


def test_an_empty_room_has_no_quorum() -> None:
    strict = replace(PLAIN, quorum=0.5)
    assert how(restage(room(strict), attending=[True, False, False])) is How.NO_QUORUM


# Consensus first, then a vote


def fallback(**changes: object) -> Outcomes:
    rules = replace(PRESETS["ad_hoc_committee"], drafting="as_tabled", restraint=0.0, quorum=0.0)
    return ensemble(room(rules, **changes), 1)


def test_where_consensus_fails_two_thirds_may_carry() -> None:
    carried = fallback(position=[[0.8], [0.7], [0.3]])
    assert carried.table["L.1.decision.how"][0] == How.VOTE
    assert carried.decisions[0, 0].tolist() == [Decision.SUPPORT, Decision.SUPPORT, Decision.OPPOSE]
    assert carried.table["L.1.decision.text_existed"][0] == 1  # of the failed consensus
    assert carried.table["L.1.decision.blocking"][0] == 1  # who blocked stays counted
    assert np.isnan(carried.table["L.1.decision.dissociating"][0])
    short = fallback(position=[[0.8], [0.3], [0.3]])
    assert short.table["L.1.decision.how"][0] == How.SHORTFALL


def test_where_it_holds_there_is_no_vote() -> None:
    agreed = fallback(blocking_cost=0.2)
    assert agreed.table["L.1.decision.how"][0] == How.CONSENSUS
    assert (agreed.decisions[0, 0] == ACCEPT).all()
    assert np.isnan([agreed.table[f"L.1.decision.{n}"][0] for n in (*IN_VOTES, "margin")]).all()
    assert agreed.table["L.1.decision.blocking"][0] == 0


def test_runs_part_ways() -> None:
    rules = PRESETS["ad_hoc_committee"]
    setting = make(
        9,
        issues=3,
        clauses=3,
        worlds=10,
        forums=[rules],
        blocking_cost=0.03,
        insistence=np.linspace(0.3, 0.9, 10),
    )
    runs = ensemble(setting, 80)
    ends = runs.table["L.1.decision.how"]
    assert {How.CONSENSUS, How.VOTE} <= {How(int(e)) for e in ends}
    words = [Decision.ACCEPT, Decision.DISSOCIATE, Decision.ABSENT]
    for row, end in zip(runs.decisions[:, 0], ends, strict=True):
        assert np.isin(row, words).all() == (end == How.CONSENSUS)


def test_a_clause_split_in_two_equal_ones_blocks_no_more_and_no_less() -> None:
    """Reservations are of single clauses, so a loss told in two clauses may go unremarked."""
    rng = np.random.default_rng(3)
    shape = {"position": rng.random((7, 1)), "salience": rng.random((7, 1)), "seed": 2}
    tables = []
    for n in (1, 2):
        setting = make(
            7, issues=1, drafts=[DraftSpec([0] * n, [0.8] * n)], forums=[PLAIN], worlds=1,
            blocking_cost=0.05, **shape,
        )  # fmt: skip
        tables.append(ensemble(setting, 60))
    blocks = [t.decisions == BLOCK for t in tables]
    assert np.array_equal(*blocks)
    assert 0 < blocks[0].mean() < 1


def test_play_leaves_no_draft_undecided() -> None:
    setting = make(6, drafts=3, forums=["consensus", "simple_majority"], worlds=2)
    world = begin(setting, range(8))
    play(sessions(setting, world))
    assert set(world.ballots) == set(setting.ballots)


# A silence procedure


def test_by_silence_it_takes_more_to_block_and_nobody_sees_who_else_does() -> None:
    """The third loses .12 and blocks at .1; the second loses .08, and blocks only in company."""
    by_silence = replace(PLAIN, silence=True)
    two = {"position": [[0.8], [0.3], [0.25]], "capability": [0.0, 0.5, 0.5]}
    kinds = {**two, "blocking_cost": 0.15, "silence_habit": 0.0}
    assert decided(room(**kinds)) == [ACCEPT, BLOCK, BLOCK]
    assert decided(room(by_silence, **kinds)) == [ACCEPT, ACCEPT, BLOCK]
    assert how(room(by_silence, blocking_cost=0.07, silence_habit=0.25)) is How.CONSENSUS
    assert how(room(by_silence, blocking_cost=0.07, silence_habit=0.0)) is How.BLOCKED


def test_a_deadlock_is_put_into_words() -> None:
    def why(setting: Setting) -> int:
        return int(ensemble(setting, 1).table["L.1.decision.deadlock"][0])

    assert why(room(blocking_cost=0.2)) == 0
    assert why(room(insistence=0.9, deadline=0.0, blocking_cost=0.01)) == 1
    assert why(room()) == 2
    assert 0.2 < ensemble(room(), 1).number("L.1.OP1.agreeable")[0] < 0.6
    assert ensemble(room(), 1).table["L.1.OP1.objecting"][0] == 1
