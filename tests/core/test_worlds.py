"""Admissible worlds: what is not known is drawn jointly, by address, within stated ranges."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import kstest, norm, triang

from sim.core.registry import PARAMETERS
from sim.core.worlds import ISSUES, draw_parameters, sample, sample_saliences, sample_values, slots

DRAWS = np.arange(2_000)


def positions(error: float, draws: np.ndarray = DRAWS, mean: float = 0.5) -> np.ndarray:
    shape = (4, 3)
    return sample(np.full(shape, mean), np.full(shape, error), draws, np.arange(4), np.arange(3))


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
    fewer = sample(
        np.full((2, 3), 0.5), np.full((2, 3), 0.1), DRAWS[:5], np.array([1, 3]), np.arange(3)
    )
    np.testing.assert_array_equal(fewer, positions(0.1)[:5, [1, 3]])


def test_saliences_vary_but_none_stays_none() -> None:
    known = np.array([[0.0, 0.5], [0.9, 0.0]])
    drawn = sample_saliences(known, DRAWS[:200], np.arange(2), np.arange(2))
    assert (drawn[:, known == 0] == 0).all()
    assert (drawn[:, known > 0].std(axis=0) > 0.03).all()


def test_a_text_as_other_coders_might_put_it() -> None:
    """Kolmogorov-Smirnov; a false alarm once in 10,000 seeds, and this one is fixed."""
    coded = sample_values(np.array([0.5, 0.7]), np.full(len(DRAWS), 0.05), DRAWS, draft=0)
    assert kstest((coded[:, 1] - 0.7) / 0.05, norm.cdf).pvalue > 1e-4
    other = sample_values(np.array([0.5, 0.7]), np.full(len(DRAWS), 0.05), DRAWS, draft=1)
    assert not (coded == other).any()
    sure = sample_values(np.array([0.5, 0.7]), np.zeros(3), DRAWS[:3], draft=0)
    assert (sure == [0.5, 0.7]).all()


def test_scales_keep_their_addresses() -> None:
    """They are part of every result: new ones are added at the end."""
    assert ISSUES[:4] == ("TREATY", "SOV", "IHL", "MSH")
    assert ISSUES[15] == "CONT"
    assert len(set(ISSUES)) == len(ISSUES)


def test_slots_are_known_places_then_order_of_appearance() -> None:
    assert slots(["C", "NEW", "A"], ["A", "B", "C"], 5).tolist() == [2, 3, 0]
    with pytest.raises(ValueError, match="at most 3"):
        slots(["X", "Y"], ["A", "B"], 3)


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
