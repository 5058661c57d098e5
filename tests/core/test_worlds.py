"""Admissible worlds: what is not known is drawn jointly, by address, within stated ranges."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import kstest, norm, triang

from sim.core.draws import labels
from sim.core.registry import PARAMETERS
from sim.core.worlds import ISSUES, draw_parameters, sample, sample_saliences, sample_values

DRAWS = np.arange(2_000)
ACTORS, SCALES = labels(["AAA", "BBB", "CCC", "DDD"]), labels(["SOV", "DATA", "IHL"])


def positions(error: float, draws: np.ndarray = DRAWS, mean: float = 0.5) -> np.ndarray:
    shape = (4, 3)
    return sample(np.full(shape, mean), np.full(shape, error), draws, ACTORS, SCALES)


def test_positions_have_the_mean_and_error_of_their_prior() -> None:
    """2,000 draws: the mean's error is .0009, that of the sd .0006; five of each allowed."""
    drawn = positions(0.04)
    assert drawn.mean(axis=0) == pytest.approx(np.full((4, 3), 0.5), abs=0.005)
    assert drawn.std(axis=0) == pytest.approx(np.full((4, 3), 0.04), abs=0.0035)


def test_error_is_shared_within_an_issue_and_within_an_actor() -> None:
    """A quarter of the variance each, so correlations of a quarter; three sd are .07."""
    flat = positions(0.04).reshape(len(DRAWS), -1)
    r = np.corrcoef(flat.T).reshape(4, 3, 4, 3)
    assert r[0, 0, 1, 0] == pytest.approx(0.25, abs=0.07)  # two actors, one issue
    assert r[0, 0, 0, 1] == pytest.approx(0.25, abs=0.07)  # one actor, two issues
    assert r[0, 0, 1, 1] == pytest.approx(0.0, abs=0.07)


def test_positions_stay_on_the_scale_and_a_certain_one_stays_put() -> None:
    wide = positions(0.5)
    assert wide.min() == 0
    assert wide.max() == 1
    assert (positions(0.0, mean=0.3) == 0.3).all()


def test_a_world_is_the_same_alone_and_with_fewer_actors() -> None:
    assert (positions(0.1, DRAWS[7:8])[0] == positions(0.1)[7]).all()
    few, half = ACTORS[[1, 3]], np.full((2, 3), 0.5)
    fewer = sample(half, np.full((2, 3), 0.1), DRAWS[:5], few, SCALES)
    np.testing.assert_array_equal(fewer, positions(0.1)[:5, [1, 3]])


def test_saliences_vary_but_none_stays_none() -> None:
    known = np.array([[0.0, 0.5], [0.9, 0.0]])
    error = np.array([[0.1, 0.04], [0.01, 0.1]])
    drawn = sample_saliences(known, error, DRAWS, ACTORS[:2], SCALES[:2])
    assert (drawn[:, known == 0] == 0).all()
    assert drawn[:, 0, 1].std() == pytest.approx(0.04, abs=0.0035)
    assert drawn[:, 1, 0].std() == pytest.approx(0.01, abs=0.001)


def test_a_text_as_other_coders_might_put_it() -> None:
    """Kolmogorov-Smirnov; a false alarm once in 10,000 seeds, and this one is fixed."""
    value, clauses = np.array([0.5, 0.7]), labels(["OP1", "OP2"])
    coded = sample_values(value, np.full(len(DRAWS), 0.05), DRAWS, "L.1", clauses)
    assert kstest((coded[:, 1] - 0.7) / 0.05, norm.cdf).pvalue > 1e-4
    other = sample_values(value, np.full(len(DRAWS), 0.05), DRAWS, "L.2", clauses)
    assert not (coded == other).any()
    sure = sample_values(value, np.zeros(3), DRAWS[:3], "L.1", clauses)
    assert (sure == [0.5, 0.7]).all()


def test_a_text_with_a_clause_less_reads_the_others_alike() -> None:
    value, clauses = np.array([0.5, 0.7, 0.4]), labels(["OP1", "OP2", "OP3"])
    whole = sample_values(value, np.full(9, 0.05), DRAWS[:9], "L.1", clauses)
    rest = sample_values(value[[2, 0]], np.full(9, 0.05), DRAWS[:9], "L.1", clauses[[2, 0]])
    np.testing.assert_array_equal(rest, whole[:, [2, 0]])


def test_scales_are_named_once() -> None:
    assert len(set(ISSUES)) == len(ISSUES)


def test_parameters_are_drawn_within_their_ranges() -> None:
    drawn = draw_parameters({}, DRAWS)
    assert drawn.keys() == PARAMETERS.keys()
    for name, p in PARAMETERS.items():
        assert p.low <= drawn[name].min()
        assert drawn[name].max() <= p.high
        if p.whole:
            assert set(drawn[name]) == set(range(int(p.low), int(p.high) + 1))


def test_a_parameter_is_triangular_about_its_best_guess() -> None:
    """Kolmogorov-Smirnov; a false alarm once in 10,000 seeds, and this one is fixed."""
    p = PARAMETERS["stakes"]
    width = p.high - p.low
    shape = triang((p.default - p.low) / width, p.low, width)
    assert kstest(draw_parameters({}, DRAWS)["stakes"], shape.cdf).pvalue > 1e-4


def test_what_a_scenario_fixes_is_fixed_and_moves_nothing_else() -> None:
    free, fixed = draw_parameters({}, DRAWS), draw_parameters({"noise": 0.25}, DRAWS)
    assert (fixed["noise"] == 0.25).all()
    for name in PARAMETERS.keys() - {"noise"}:
        np.testing.assert_array_equal(fixed[name], free[name])
