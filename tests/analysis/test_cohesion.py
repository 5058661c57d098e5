"""Cohesion is agreement beyond what positions give."""

import numpy as np
import pytest

from sim import record
from sim.analysis import ideal
from sim.analysis.cohesion import _jackknife, cohesion
from sim.scenario.groups import shipped_groups

CYBER = ("73/27", "73/187", "73/266", "74/28", "74/29", "74/247")


def test_of_four_blocs_only_the_union_votes_as_one() -> None:
    votes = record.votes()
    points = ideal.fit(votes.codes, votes.states).theta
    codes = votes.take([votes.column[r] for r in CYBER]).codes
    found = {
        b: cohesion(b, shipped_groups()[b], votes.states, points, codes)
        for b in ("EU", "ASEAN", "AU", "PIF")
    }
    assert found["EU"].agreement == 1.0
    assert found["EU"].cohesion == pytest.approx(1.0)
    assert found["ASEAN"].cohesion == found["AU"].cohesion == found["PIF"].cohesion == 0.0


def bloc(discipline: float) -> float:
    """Cohesion found for 20 of 120 states that follow one line with this chance."""
    rng = np.random.default_rng(8)
    states = tuple(f"S{i}" for i in range(120))
    theta = rng.normal(size=(120, 2))
    support = theta @ rng.normal(size=(2, 30)) + rng.logistic(size=(120, 30))
    codes = np.sign(support).astype(np.int8)
    line = np.sign(np.median(support[:20], axis=0)).astype(np.int8)
    follows = rng.random((20, 30)) < discipline
    codes[:20] = np.where(follows, line, codes[:20])
    return cohesion("B", states[:20], states, theta, codes).cohesion


def test_positions_alone_are_no_cohesion_and_discipline_is() -> None:
    assert bloc(0.0) == 0.0
    assert bloc(1.0) == pytest.approx(1.0)
    assert 0.1 < bloc(0.7) < 0.9


def test_a_bloc_without_two_votes_together_has_no_cohesion() -> None:
    codes = np.array([[1, 9], [9, 1], [1, 1]], dtype=np.int8)
    found = cohesion("B", ("A", "B"), ("A", "B", "C"), np.eye(3), codes)
    assert (found.members, found.cohesion) == (2, 0.0)


def test_the_jackknife_of_a_mean_is_its_standard_error() -> None:
    """Left out one by one, as Quenouille and Tukey have it; of one there is none."""
    sample = np.random.default_rng(4).normal(size=9)
    left = [float(np.delete(sample, i).mean()) for i in range(9)]
    assert np.isclose(_jackknife(left), sample.std(ddof=1) / 3)
    assert _jackknife([1.0]) == np.inf
