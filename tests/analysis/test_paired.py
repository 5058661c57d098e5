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
    scaled,
    share_of_worlds,
    switches,
)
from sim.analysis.spread import Runs
from sim.core.ensemble import ensemble
from sim.core.outcomes import Outcomes
from sim.experiment.outcomes import IF_ADOPTED
from sim.forums.rules import Decision


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
    assert share_of_worlds(Runs.of(moved, worlds), same=True) == 0.5
    assert share_of_worlds(Runs.of(moved, worlds), same=False) == 0.25
    assert np.isnan(share_of_worlds(Runs.of([1.0, -1.0], [0, 1]), same=True))


def test_what_is_the_same_differs_in_nothing(base: Outcomes) -> None:
    found = [d for d in differences(base, base) if d.defined]
    assert all(d.difference == 0 and d.error == 0 for d in found)
    assert switches(base, base) == []


def test_codes_are_not_subtracted(base: Outcomes) -> None:
    compared = {d.outcome for d in differences(base, base)}
    assert not [name for name in compared if name.endswith(".how")]
    assert "run" not in compared


def test_counts_are_compared_where_both_came_to_the_ballot(base: Outcomes) -> None:
    draft, stage = base.ballots[0]
    column = f"{draft}.{stage}."
    votes = base.number(f"{column}in_favour")
    votes[:6] = np.nan
    fell = altered(base, **{f"{column}in_favour": votes})
    (of,) = [d for d in differences(base, fell) if d.outcome == f"{column}in_favour"]
    assert (of.difference, of.defined) == (0, 0.75)


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
    ballot = 1
    actor = int(counts[ballot, :, Decision.SUPPORT].argmax())
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


# Intervals


def layout(worlds: int, each: int, ignorance: float, chance: float) -> tuple[np.ndarray, ...]:
    """Differences with a known mean of each world: the runs' own, their worlds, the means."""
    rng = np.random.default_rng(11)
    means = 1.0 + rng.normal(0, ignorance, worlds)
    group = np.repeat(np.arange(worlds), each)
    return means[group] + rng.normal(0, chance, len(group)), group, means


def test_the_interval_across_worlds_is_that_of_their_true_means() -> None:
    d, group, means = layout(2000, 4, ignorance=1.0, chance=3.0)
    low, high = Runs.of(d, group).across_worlds()
    assert (low, high) == pytest.approx((1 - 1.645, 1 + 1.645), abs=0.2)
    inside = np.mean((means >= low) & (means <= high))
    assert inside == pytest.approx(0.9, abs=0.02)
    raw = np.bincount(group, weights=d) / 4
    assert np.quantile(raw, 0.95) > high + 0.7  # unshrunk it would be far too wide


def test_worlds_that_differ_by_chance_alone_are_all_alike() -> None:
    d, group, _ = layout(4000, 4, ignorance=0.0, chance=1.0)
    low, high = Runs.of(d, group).across_worlds()
    assert high - low < 0.5 < np.ptp(np.quantile(np.bincount(group, weights=d) / 4, [0.05, 0.95]))


def test_the_interval_from_chance_covers_the_mean_of_these_worlds() -> None:
    rng = np.random.default_rng(3)
    means, group = rng.normal(0, 5, 25), np.repeat(np.arange(25), 4)
    covered = []
    for _ in range(400):
        low, high = Runs.of(means[group] + rng.normal(0, 1, 100), group).from_chance()
        covered.append(low <= means.mean() <= high)
    assert np.mean(covered) == pytest.approx(0.9, abs=0.04)


@pytest.mark.parametrize("worlds", [[0, 0, 0, 0], [0, 1, 2, 3]])
def test_what_the_runs_cannot_tell_apart_is_not_known(worlds: list[int]) -> None:
    of = difference("x", [0, 0, 0, 0], [1, 2, 3, 5], worlds)
    assert np.isnan(of.worlds_low)
    assert np.isnan(of.chance_low) == (len(set(worlds)) == 4)


def test_where_no_pair_differs_the_least_that_would_be_seen_is_not_known() -> None:
    assert np.isnan(difference("x", [1, 1, 1, 1], [1, 1, 1, 1], [0, 0, 1, 1]).smallest)


# What one side has not


def test_what_is_kept_of_an_adopted_text_is_not_made_up_where_it_fell(base: Outcomes) -> None:
    (draft, stage) = base.ballots[-1]
    passed = np.ones(24, dtype=bool)
    passed[:18] = False
    kept = np.linspace(0, 1, 24)
    before = altered(base, **{f"{draft}.{stage}.adopted": np.ones(24, dtype=bool)})
    after = altered(before, **{f"{draft}.{stage}.adopted": passed, f"{draft}.retained": kept})
    found = {d.outcome: d for d in differences(before, after)}
    of = found[f"{draft}.retained{IF_ADOPTED}"]
    assert of.defined == 0.25
    assert of.changed == pytest.approx(kept[18:].mean())
    assert found[f"{draft}.retained"].defined == 1


def test_what_no_pair_has_is_said_to_be_undefined(base: Outcomes) -> None:
    draft, stage = base.ballots[0]
    column = f"{draft}.{stage}.adopted"
    unknown = altered(base, **{column: np.full(24, np.nan)})
    (of,) = [d for d in differences(base, unknown) if d.outcome == column]
    assert of.defined == 0
    assert np.isnan(of.difference)


def test_another_unit_is_of_all_that_has_the_unit() -> None:
    of = scaled(difference("x", [0, 0.1, 0.2, 0.3], [0.1, 0.3, 0.1, 0.4], [0, 0, 1, 1]), 100)
    assert (of.base, of.changed) == pytest.approx((15, 22.5))
    assert of.chance_high == pytest.approx(
        100 * difference("x", [0, 0, 0, 0], [0.1, 0.2, -0.1, 0.1], [0, 0, 1, 1]).chance_high
    )
    assert (of.holds, of.opposes) == (0.5, 0.0)  # shares stay what they are
