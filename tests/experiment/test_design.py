"""Designs: which points there are, in which order, and that samples are what they claim."""

from __future__ import annotations

import importlib
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from sim.errors import InputError, RunError
from sim.experiment import lay_out
from sim.experiment.design import matrix, problem, rows
from sim.experiment.model import UNCHANGED, Design, Experiment, Factor, Point
from tests.studies import experiment, numeric

A, B = numeric("a", 1, 2), Factor("b", ("x", "y", "z"))
UNIFORM = Factor("u", (), "uniform", 10, 20)
FACTORS = (
    UNIFORM,
    Factor("l", (), "log_uniform", 1, 1000),
    Factor("t", (), "triangular", 0, 3, 1),
    Factor("n", (), "normal", -1, 2, 0, 1),
)
SIZE = 1024


def levels(made: Experiment) -> list[tuple[str, ...]]:
    return [tuple(point.levels.values()) for point in lay_out(made)]


def sampled(design: Design, size: int, *factors: Factor, seed: int | None = 5) -> Experiment:
    return experiment(factors or FACTORS, design, size=size, base=False, seed=seed)


def column(made: Experiment, path: str) -> np.ndarray:
    return np.array([float(point.levels[path]) for point in lay_out(made)])


def test_a_grid_has_every_combination_the_last_factor_fastest_and_the_base_first() -> None:
    assert levels(experiment([A, B])) == [
        (UNCHANGED, UNCHANGED),
        ("1", "x"), ("1", "y"), ("1", "z"),
        ("2", "x"), ("2", "y"), ("2", "z"),
    ]  # fmt: skip


def test_one_at_a_time_leaves_the_others_as_they_are() -> None:
    made = experiment([replace(A, levels=(UNCHANGED, "1", "2")), B], "one_at_a_time")
    assert levels(made) == [
        (UNCHANGED, UNCHANGED),
        ("1", UNCHANGED), ("2", UNCHANGED),
        (UNCHANGED, "x"), (UNCHANGED, "y"), (UNCHANGED, "z"),
    ]  # fmt: skip


def test_a_list_takes_its_levels_row_by_row() -> None:
    made = experiment([numeric("a", 1, 2, 3), B], "list", base=False)
    assert levels(made) == [("1", "x"), ("2", "y"), ("3", "z")]


def test_a_table_has_the_points_of_its_rows() -> None:
    made = experiment([A, B], "table", table=({"a": "2", "b": UNCHANGED}, {"a": "1", "b": "y"}))
    assert levels(made) == [(UNCHANGED, UNCHANGED), ("2", UNCHANGED), ("1", "y")]


def test_the_base_is_there_once_and_only_if_it_is_asked_for() -> None:
    both = [Factor("a", (UNCHANGED, "1")), Factor("b", (UNCHANGED, "2"))]
    assert len(lay_out(experiment(both))) == 4
    assert [p.id for p in lay_out(experiment(both))].count("base") == 1
    assert [p.id for p in lay_out(experiment([A], base=False))] == [
        Point({"a": "1"}).id,
        Point({"a": "2"}).id,
    ]


@pytest.mark.parametrize("design", ["latin_hypercube", "sobol", "morris", "sobol_indices"])
def test_a_seed_decides_the_sample_and_none_is_seed_0(design: Design) -> None:
    made = sampled(design, 8)
    assert lay_out(made) == lay_out(made)
    assert lay_out(made) != lay_out(replace(made, seed=6))
    assert lay_out(replace(made, seed=None)) == lay_out(replace(made, seed=0))


@pytest.mark.parametrize("design", ["latin_hypercube", "sobol"])
def test_a_sample_fills_every_stratum_of_its_range(design: Design) -> None:
    drawn = column(sampled(design, 64), "u")
    assert sorted(((drawn - 10) / 10 * 64).astype(int)) == list(range(64))


@pytest.mark.parametrize("design", ["latin_hypercube", "sobol"])
@pytest.mark.parametrize(
    ("path", "shape"),
    [
        ("u", stats.uniform(10, 10)),
        ("l", stats.loguniform(1, 1000)),
        ("t", stats.triang(1 / 3, 0, 3)),
        ("n", stats.truncnorm(-1, 2)),
    ],
)
def test_draws_have_the_distribution_that_was_written(
    design: Design, path: str, shape: stats.rv_continuous
) -> None:
    drawn = column(sampled(design, SIZE), path)
    distance = stats.kstest(drawn, shape.cdf).statistic
    assert distance < 2 / SIZE  # far closer than luck: every stratum has one draw
    low, high = shape.support()
    assert ((low <= drawn) & (drawn <= high)).all()


def test_numbers_are_short_enough_to_be_read() -> None:
    every = [text for row in levels(sampled("sobol", 64)) for text in row]
    assert max(sum(c.isdigit() for c in text.lstrip("-0.")) for text in every) <= 6
    assert not any("e" in text for text in every)


def test_levels_are_drawn_at_equal_chances() -> None:
    drawn = [point.levels["b"] for point in lay_out(sampled("latin_hypercube", 30, B))]
    assert {level: drawn.count(level) for level in B.levels} == {"x": 10, "y": 10, "z": 10}


def test_morris_moves_one_factor_at_a_time_on_four_levels() -> None:
    made = sampled("morris", 5, UNIFORM, numeric("a", 0, 1, 2, 3))
    points = lay_out(made)
    there = matrix(made, points)
    assert len(points) == 5 * 3
    steps = np.diff(there.reshape(5, 3, 2), axis=1) != 0
    assert (steps.sum(axis=2) == 1).all()  # one at each step
    assert (steps.sum(axis=1) == 1).all()  # each once in a trajectory
    assert set(np.unique(there[:, 0])) <= {10, 13.3333, 16.6667, 20}


def test_sobol_indices_keep_the_order_of_saltellis_sample() -> None:
    made = sampled("sobol_indices", 4)
    there = matrix(made, lay_out(made)).reshape(4, 6, 4)
    first, last = there[:, 0], there[:, -1]
    for factor in range(4):
        changed = there[:, factor + 1] != first
        assert changed.sum() == 4
        assert changed[:, factor].all()
        np.testing.assert_array_equal(there[:, factor + 1, factor], last[:, factor])


def test_analyses_get_back_what_the_outcome_was_made_of() -> None:
    """SALib's own analyses, on our sample, find what each factor does to a known outcome."""
    made = sampled(
        "sobol_indices", 256, UNIFORM, numeric("a", 0, 1, 2, 3), Factor("z", (), "uniform", 0, 1)
    )
    x = matrix(made, lay_out(made))
    outcome = (x[:, 0] - 15) / 10 * np.sqrt(12) + 2 * (x[:, 1] - 1.5) / np.sqrt(1.25)
    found = importlib.import_module("SALib.analyze.sobol").analyze(
        problem(made), outcome, calc_second_order=False, seed=1
    )
    np.testing.assert_allclose(found["S1"], [0.2, 0.8, 0], atol=0.05)
    made = replace(made, design="morris", size=20)
    x = matrix(made, lay_out(made))
    found = importlib.import_module("SALib.analyze.morris").analyze(
        problem(made), x, 3 * x[:, 0] - x[:, 2], seed=1
    )
    np.testing.assert_allclose(found["mu"], [30, 0, -1], atol=1e-3)


def test_rows_find_the_point_that_was_played_repeats_included() -> None:
    made = replace(sampled("morris", 40, UNIFORM, numeric("a", 0, 3)), base=True)
    every = lay_out(made)
    once = list({tuple(p.levels.items()): p for p in every}.values())
    found = rows(made, once)
    assert len(found) == len(every) - 1 > len(once)
    assert [p.levels for p in found] == [p.levels for p in every[1:]]
    assert "base" not in {p.id for p in found}


def test_a_row_that_is_the_base_is_found_as_the_base() -> None:
    made = experiment([A], "grid")
    base = Point({"a": "2"}, base=True)
    assert rows(made, [base, Point({"a": "1"})]) == (Point({"a": "1"}), base)
    with pytest.raises(ValueError, match="row 1"):
        rows(made, [Point({"a": "1"})])


def test_factors_in_words_are_refused_by_name() -> None:
    made = sampled("morris", 4, UNIFORM, B, Factor("c", (UNCHANGED, "1"), low=1, high=1))
    with pytest.raises(InputError) as caught:
        lay_out(made)
    assert [m.field for m in caught.value.mistakes] == ["vary.b", "vary.c"]


def test_the_base_has_no_numbers() -> None:
    there = matrix(experiment([A]), lay_out(experiment([A])))
    np.testing.assert_array_equal(there, [[np.nan], [1], [2]])


def test_without_salib_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "SALib.sample.morris", None)
    with pytest.raises(RunError, match=r'pip install "plenary\[sensitivity\]"'):
        lay_out(sampled("morris", 4))
