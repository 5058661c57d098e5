"""Differences between a what-if and its base, on made-up outcomes whose differences are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from settings import make

from sim.analysis.paired import (
    SEEN,
    difference,
    differences,
    reached,
    share_of_worlds,
    switches,
)
from sim.ensemble import ensemble
from sim.forums.rules import Decision, How
from sim.outcomes import Outcomes


@pytest.fixture(scope="module")
def base() -> Outcomes:
    return ensemble(make(states=12, drafts=2, seed=5), 24)


def altered(outcomes: Outcomes, **columns: np.ndarray) -> Outcomes:
    decisions = outcomes.decisions.copy()
    return replace(outcomes, table=outcomes.table | columns, decisions=decisions)


def test_the_error_is_that_of_the_pairs() -> None:
    before = np.array([10.0, 50.0, 30.0, 90.0])  # far apart
    of = difference("x", before, before + np.array([2, 2, 3, 3]), [0, 0, 1, 1])
    assert (of.base, of.changed, of.difference) == (45.0, 47.5, 2.5)
    assert of.error == pytest.approx(0.5)  # sqrt(MSB / N) = sqrt(1 / 4): pairs agree
    assert of.smallest == pytest.approx(SEEN * 0.5)


def test_worlds_for_and_against_a_sign() -> None:
    moved = [1.0, 1.0, 2.0, 0.0, -1.0, 0.0, 0.0, 0.0]
    worlds = [0, 0, 1, 1, 2, 2, 3, 3]
    assert share_of_worlds(moved, worlds, same=True) == 0.5
    assert share_of_worlds(moved, worlds, same=False) == 0.25
    assert np.isnan(share_of_worlds([1.0, -1.0], [0, 1], same=True))


def test_what_is_the_same_differs_in_nothing(base: Outcomes) -> None:
    assert all(d.difference == 0 and d.error == 0 for d in differences(base, base))
    assert switches(base, base) == []


def test_codes_are_not_subtracted(base: Outcomes) -> None:
    compared = {d.outcome for d in differences(base, base)}
    assert not [name for name in compared if name.endswith((".how", ".text_existed"))]
    assert "run" not in compared


def test_counts_are_compared_where_both_came_to_the_ballot(base: Outcomes) -> None:
    draft, stage = base.ballots[0]
    column = f"{draft}.{stage}."
    how = base.table[f"{column}how"].copy()
    how[:6] = How.NOT_REACHED
    votes = base.table[f"{column}in_favour"].copy()
    votes[:6] = 0
    fell = altered(base, **{f"{column}how": how, f"{column}in_favour": votes})
    assert reached(base, fell, f"{column}in_favour").sum() == 18
    (of,) = [d for d in differences(base, fell) if d.outcome == f"{column}in_favour"]
    assert of.difference == 0


def test_who_changed_and_from_what_to_what(base: Outcomes) -> None:
    other = altered(base)
    other.decisions[:, 1, 3] = Decision.ABSENT
    other.decisions[:12, 0, 5] = Decision.BLOCK
    found = switches(base, other)
    assert {(s.actor, s.after) for s in found} == {
        (base.actors[3], Decision.ABSENT),
        (base.actors[5], Decision.BLOCK),
    }
    assert next(s.share for s in found if s.actor == base.actors[5]) == 0.5
    assert found[0].share >= found[-1].share


def test_where_no_decision_was_kept_the_chances_tell(base: Outcomes) -> None:
    counts = base.counts.copy()
    ballot, actor = 1, 3
    moved = counts[ballot, actor, Decision.SUPPORT] // 2
    counts[ballot, actor, Decision.SUPPORT] -= moved
    counts[ballot, actor, Decision.BLOCK] += moved
    none = base.decisions[:0]
    found = switches(replace(base, decisions=none), replace(base, decisions=none, counts=counts))
    (only,) = found
    assert (only.actor, only.after) == (base.actors[actor], Decision.BLOCK)
    assert only.before == Decision.SUPPORT
    assert only.share == pytest.approx(moved / base.runs)


def test_other_runs_are_refused(base: Outcomes) -> None:
    other = ensemble(make(states=12, drafts=2, seed=5), 23)
    with pytest.raises(ValueError, match="same runs"):
        differences(base, other)
