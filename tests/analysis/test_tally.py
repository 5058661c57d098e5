"""What became of each draft, counted again from the outcomes themselves."""

from __future__ import annotations

import numpy as np
import pytest
from settings import ForumSpec, make

from sim.analysis.tally import Tally, finals, tallies
from sim.core.ensemble import ensemble
from sim.core.outcomes import Outcomes
from sim.core.setting import Setting
from sim.forums.rules import How

STAGES = {"committee": 1, "plenary": 2}


@pytest.fixture(scope="module")
def played() -> tuple[Setting, Outcomes]:
    room = ForumSpec("un_general_assembly", stages=STAGES)
    setting = make(states=15, drafts=2, forums=[room], sessions=2, seed=3)
    return setting, ensemble(setting, 40)


@pytest.fixture(scope="module")
def told(played: tuple[Setting, Outcomes]) -> list[Tally]:
    return tallies(*played)


def test_one_tally_a_ballot_and_one_final_a_draft(
    played: tuple[Setting, Outcomes], told: list[Tally]
) -> None:
    assert [(t.draft, t.stage) for t in told] == list(played[1].ballots)
    assert [t.stage for t in finals(told)] == ["plenary", "plenary"]


def test_shares_of_how_are_those_of_all_runs(
    played: tuple[Setting, Outcomes], told: list[Tally]
) -> None:
    for tally in told:
        assert sum(tally.how.values()) == pytest.approx(1.0)
        adopted = played[1].number(f"{tally.draft}.{tally.stage}.adopted")
        assert tally.adopted == pytest.approx(adopted.mean())
        assert tally.adopted == pytest.approx(tally.how.get("vote", 0.0))


def test_counts_leave_out_runs_that_never_came_to_the_ballot(
    played: tuple[Setting, Outcomes], told: list[Tally]
) -> None:
    _, outcomes = played
    fell = 0
    for tally in finals(told):
        reached = outcomes.table[f"{tally.draft}.plenary.how"] != How.NOT_REACHED
        fell += int((~reached).sum())
        if reached.any():
            votes = outcomes.number(f"{tally.draft}.plenary.in_favour")[reached]
            assert tally.counts["in_favour"].mean == pytest.approx(votes.mean())
            assert tally.counts["in_favour"].runs == reached.sum()
    assert fell  # else this shows nothing


def test_a_room_of_consensus_counts_objections() -> None:
    room = ForumSpec("group_of_governmental_experts")
    setting = make(
        states=15,
        drafts=1,
        forums=[room],
        sessions=2,
        seed=3,
        salience=np.full((15, 3), 0.9),
        issues=3,
    )
    outcomes = ensemble(setting, 40)
    (tally,) = tallies(setting, outcomes)
    assert tally.consensus
    assert tally.voted == 0
    assert tally.counts["blocking"].runs == 40
    assert tally.counts["in_favour"].runs == 0
    existed = outcomes.table[f"{tally.draft}.{tally.stage}.text_existed"]
    asked = ~np.isnan(existed)
    if asked.any():
        assert tally.zone == pytest.approx(np.mean(existed[asked] == 1))
    else:
        assert np.isnan(tally.zone)
