"""Sensitivity analyses against functions whose effects and shares of variance are known."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

pytest.importorskip("SALib")

from sim.errors import InputError, RunError
from sim.experiment.design import lay_out
from sim.experiment.model import Design, Experiment, Factor, Plot, Point
from sim.sensitivity import analyses, usable
from sim.sensitivity.effects import indices, morris, noise
from sim.study.findings import Study
from tests.studies import Memory, experiment, study

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

LEFT = "73/27.retained"
IF_ADOPTED = "73/27.retained if adopted"
ADOPTED = "73/27.plenary.adopted"


def uniform(path: str, low: float, high: float) -> Factor:
    return Factor(path, distribution="uniform", low=low, high=high)


def played(
    factors: list[Factor], design: Design, size: int, of: Callable[..., float | Floats], **said: Any
) -> Study:
    """A study of a function of the factors' values and, if it takes them, of the runs."""
    made = experiment(factors, design, size=size, base=False, **{"runs": 4, **said})

    def answer(levels: Mapping[str, str], runs: Ints, worlds: Ints) -> dict[str, Floats]:
        x = [float(levels[f.path]) for f in factors]
        value = of(*x) + np.zeros(len(runs))
        return {LEFT: value, ADOPTED: (value > 0).astype(np.float64)}

    return study(made, once(made), answer)


def once(made: Experiment) -> list[Point]:
    return usable.different(lay_out(made))


def ishigami(x: float, y: float, z: float) -> float:
    return float(np.sin(x) + 7 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x))


ANGLES = [uniform(name, -np.pi, np.pi) for name in ("x", "y", "z")]
UNITS = [uniform("a", 0, 1), uniform("b", 0, 10), uniform("c", -2, 2)]


def test_shares_of_the_ishigami_function() -> None:
    """Exact: first .314, .442, 0; total .558, .442, .244 (Ishigami and Homma 1990)."""
    found = indices(played(ANGLES, "sobol_indices", 1024, ishigami), LEFT)
    assert [i.factor for i in found] == ["x", "y", "z"]
    assert [i.first for i in found] == pytest.approx([0.314, 0.442, 0.0], abs=0.03)
    assert [i.total for i in found] == pytest.approx([0.558, 0.442, 0.244], abs=0.03)
    for index, first, total in zip(found, (0.314, 0.442, 0), (0.558, 0.442, 0.244), strict=True):
        assert abs(index.first - first) < 1.5 * index.first_interval < 0.2
        assert abs(index.total - total) < 1.5 * index.total_interval < 0.2


def test_effects_of_a_linear_function_are_its_slopes() -> None:
    made = played(UNITS, "morris", 8, lambda a, b, c: 3 * a - 0.5 * b + 40)
    found = {e.factor: e for e in morris(made, LEFT)}
    assert [found[f].mu for f in "abc"] == pytest.approx([3, -5, 0], abs=1e-5)
    assert [found[f].mu_star for f in "abc"] == pytest.approx([3, 5, 0], abs=1e-5)
    assert [found[f].sigma for f in "abc"] == pytest.approx([0, 0, 0], abs=1e-5)
    assert [found[f].interval for f in "abc"] == pytest.approx([0, 0, 0], abs=1e-5)


def test_effects_that_depend_on_another_factor_spread() -> None:
    made = played(UNITS, "morris", 40, lambda a, b, c: a * b)
    a, b, c = morris(made, LEFT)
    assert a.mu_star == pytest.approx(5, abs=a.interval)
    assert min(a.sigma, b.sigma) > 2
    assert (c.mu_star, c.sigma) == (0, 0)
    assert 0 < a.interval < a.mu_star / 2


def test_two_levels_are_stepped_over_as_the_page_says() -> None:
    two = Factor("n", ("0", "1"), low=0, high=1)
    a, n = morris(played([UNITS[0], two], "morris", 6, lambda a, n: 2 * n), LEFT)
    assert (a.mu, n.mu) == pytest.approx((0, 3))


def test_a_sample_that_comes_to_a_point_twice_is_read_row_by_row() -> None:
    few = [Factor(n, ("0", "1"), low=0, high=1) for n in ("a", "b")]
    made = played(few, "morris", 20, lambda a, b: a - 2 * b)
    assert len(made.points) == 4
    assert [e.mu for e in morris(made, LEFT)] == pytest.approx([1.5, -3])


@pytest.mark.parametrize("seed", [0, 7])
def test_the_same_study_gives_the_same_numbers(seed: int) -> None:
    effects = [
        morris(played(UNITS, "morris", 10, lambda a, b, c: a * b, seed=seed), LEFT)
        for _ in range(2)
    ]
    shares = [
        indices(played(UNITS, "sobol_indices", 16, lambda a, b, c: a * b, seed=seed), LEFT)
        for _ in range(2)
    ]
    assert effects[0] == effects[1]
    assert shares[0] == shares[1]


def test_what_is_the_same_everywhere_has_no_shares_and_no_effects() -> None:
    with pytest.raises(RunError, match="is the same at every point"):
        indices(played(UNITS, "sobol_indices", 8, lambda *_: 0.1 + 0.2), LEFT)
    flat = played(UNITS, "morris", 8, lambda *_: 0.1 + 0.2)
    assert all(e.mu_star == 0 for e in morris(flat, LEFT))
    assert np.isnan(noise(flat, LEFT))


def test_another_design_or_name_is_refused() -> None:
    made = played(UNITS, "morris", 4, lambda a, b, c: a)
    with pytest.raises(InputError, match=r"'morris'.*allowed: sobol_indices"):
        indices(made, LEFT)
    with pytest.raises(InputError, match=r"did you mean '73/27\.retained'"):
        morris(made, "73/27.retaind")


def memory(made: Study) -> Memory:
    assert isinstance(made.source, Memory)
    return made.source


def test_points_where_it_is_not_defined_are_refused_by_name() -> None:
    made = played(UNITS, "morris", 4, lambda a, b, c: a)
    made = replace(made, outcomes=(LEFT, IF_ADOPTED))
    for point in made.points:
        memory(made).table[point.id][IF_ADOPTED] = np.array([np.nan, 1, 2, 3])
    assert len(morris(made, IF_ADOPTED)) == 3  # defined in some runs of each point
    bad = made.points[5]
    memory(made).table[bad.id][IF_ADOPTED] = np.full(4, np.nan)
    with pytest.raises(RunError) as refused:
        morris(made, IF_ADOPTED)
    said = str(refused.value)
    assert f"at 1 of {len(made.points)} points it is not defined" in said
    assert bad.id in said
    assert f"a={bad.levels['a']}" in said
    assert "choose another outcome" in said


def test_points_that_failed_or_were_not_played_are_refused() -> None:
    made = played(UNITS, "morris", 4, lambda a, b, c: a)
    failed = replace(made, failed={made.points[2].id: 1})
    with pytest.raises(RunError, match=rf"runs failed or were not played \({made.points[2].id}"):
        morris(failed, LEFT)
    memory(made).of_worlds[made.points[3].id] = np.zeros(0, dtype=np.int64)
    with pytest.raises(RunError, match=rf"at 1 of .*{made.points[3].id}.*play them again"):
        morris(made, LEFT)


def noisy(common: float, own: float, runs: int = 40) -> Study:
    """Means that differ with variance 1/12, and luck that points share or have for themselves."""
    luck = np.random.default_rng(4)
    shared = luck.normal(size=runs)

    def of(a: float) -> Floats:
        value: Floats = a + common * shared + own * luck.normal(size=runs)
        return value

    return played([UNITS[0]], "latin_hypercube", 200, of, runs=runs)


def test_luck_that_all_points_share_is_no_noise_between_them() -> None:
    made = noisy(common=5.0, own=0.0)
    assert made.cell(made.points[0], LEFT).spread.error > 0.5
    assert usable.noise(made, LEFT, made.points) == pytest.approx(0, abs=1e-12)


def test_luck_of_their_own_is_and_as_much_as_it_is() -> None:
    made = noisy(common=5.0, own=1.0)
    expected = (1 / 40) / (1 / 40 + 1 / 12)
    assert usable.noise(made, LEFT, made.points) == pytest.approx(expected, abs=0.03)


def test_points_of_different_runs_count_the_whole_error() -> None:
    made = noisy(common=0.0, own=1.0)
    first = made.points[0].id
    source = memory(made)
    source.table[first] = {LEFT: source.table[first][LEFT][:20]}
    source.of_worlds[first] = source.of_worlds[first][:20]
    expected = (1 / 40) / (1 / 40 + 1 / 12)
    assert usable.noise(made, LEFT, made.points) == pytest.approx(expected, abs=0.03)


def test_only_too_much_error_is_warned_of() -> None:
    assert usable.warning(0.1) == ""
    assert usable.warning(float("nan")) == ""
    assert usable.warning(0.23).startswith("23% of the variance between points is the error")


def test_a_morris_study_makes_its_tables() -> None:
    made = played(UNITS, "morris", 40, lambda a, b, c: a * b - 2)
    tables = analyses.of_study(made)
    table = tables["sensitivity.csv"]
    assert table["outcome"] == [LEFT] * 3 + [ADOPTED] * 3
    assert table["factor"] == ["a", "b", "c"] * 2
    assert table["mu_star"][:3] == [e.mu_star for e in morris(made, LEFT)]
    assert table["note"] == [""] * 6
    assert set(tables["rules.csv"]["outcome"]) == {ADOPTED}


def test_an_outcome_that_is_refused_keeps_its_row_and_says_why() -> None:
    made = played(UNITS, "sobol_indices", 64, lambda a, b, c: a + 1)
    table = analyses.of_study(made)["sensitivity.csv"]
    assert table["outcome"] == [LEFT] * 3 + [ADOPTED]
    assert table["total"][0] == pytest.approx(1, abs=0.1)
    assert np.isnan(table["total"][3])
    assert "is the same at every point" in table["note"][3]


def test_other_designs_make_what_is_asked_of_them() -> None:
    levels = [Factor(n, ("0", "1", "2", "3"), low=0, high=3) for n in ("a", "b")]
    plain = played(levels, "grid", 0, lambda a, b: a - 1)
    assert analyses.of_study(plain) == {}
    drawn = replace(plain, experiment=replace(plain.experiment, plots=(Plot("rules"),)))
    assert analyses.of_study(drawn)["rules.csv"]["conditions"] == ["a > 1.5", "a <= 1.5"]


def test_words_are_not_averaged() -> None:
    made = played(UNITS, "morris", 4, lambda a, b, c: a)
    with_how = replace(made, outcomes=("73/27.plenary.how", LEFT))
    assert set(analyses.of_study(with_how)["sensitivity.csv"]["outcome"]) == {LEFT}


def test_what_is_missing_is_named_before_anything_is_played(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = played(UNITS, "morris", 4, lambda a, b, c: a)
    for module in ("SALib", "SALib.analyze.morris"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(RunError, match=r'SALib.*pip install "plenary\[sensitivity\]"'):
        morris(made, LEFT)
    with pytest.raises(RunError, match="SALib"):
        analyses.check(made.experiment)
    analyses.check(replace(made.experiment, design="latin_hypercube"))
