"""Conditions on factors: a box known beforehand is found, and nothing is found in chance."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from sim.errors import InputError, RunError
from sim.experiment.model import UNCHANGED, Factor, Point
from sim.sensitivity.induction import Rules, rules
from sim.study.findings import Study
from tests.studies import Memory, experiment, grid, numeric, study

pytest.importorskip("sklearn")

ADOPTED = "report.plenary.adopted"
INSISTENCE = Factor("parameters.insistence", low=0.1, high=0.8)
COST = Factor("parameters.blocking_cost", low=0.0, high=1.0)
CHAIR = Factor("forums.room.drafting", ("chair", "none"))
CUBA = Factor("CUB", (UNCHANGED, "absent", "steps back"))

Levels = Mapping[str, str]


def sample(size: int, seed: int, *factors: Factor) -> list[Point]:
    """Points drawn evenly over ranges and words, after the base."""
    luck = np.random.default_rng(seed)
    plain = Point({f.path: UNCHANGED for f in factors})
    return [plain, *(Point({f.path: _drawn(f, luck) for f in factors}) for _ in range(size))]


def _drawn(factor: Factor, luck: np.random.Generator) -> str:
    if factor.low is None or factor.high is None:
        return str(luck.choice(factor.levels))
    return f"{luck.uniform(factor.low, factor.high):.3f}"


def played(chance: Callable[[Levels], float], points: list[Point], *factors: Factor) -> Study:
    """A study in which a point's share of adopted runs is what ``chance`` says of its levels."""

    def answer(
        levels: Levels, runs: npt.NDArray[np.int64], _: npt.NDArray[np.int64]
    ) -> dict[str, npt.NDArray[np.float64]]:
        share = 0.5 if set(levels.values()) == {UNCHANGED} else chance(levels)
        return {ADOPTED: (runs < round(share * len(runs))).astype(np.float64)}

    return study(experiment(factors, "latin_hypercube", runs=20), points, answer)


def in_the_box(levels: Levels) -> float:
    return 0.9 if float(levels[INSISTENCE.path]) <= 0.4 and float(levels[COST.path]) > 0.3 else 0.1


def boxed(seed: int = 3) -> Rules:
    points = sample(200, seed, INSISTENCE, COST)
    return rules(played(in_the_box, points, INSISTENCE, COST), ADOPTED)


def test_a_known_box_is_found_where_it_is() -> None:
    found = boxed()
    assert found.found
    assert found.points == 200  # without the base
    best = found.leaves[0]
    assert best.share == 1.0
    assert best.mean == pytest.approx(0.9)
    words = {c.rsplit(" ", 1)[0]: float(c.rsplit(" ", 1)[1]) for c in best.conditions}
    assert words.keys() == {"parameters.insistence <=", "parameters.blocking_cost >"}
    assert words["parameters.insistence <="] == pytest.approx(0.4, abs=0.02)
    assert words["parameters.blocking_cost >"] == pytest.approx(0.3, abs=0.02)
    assert found.accuracy > 0.95
    assert found.baseline == pytest.approx(1 - 0.7 * 3 / 7, abs=0.06)
    assert "the rules are right at" in found.sentence


def test_leaves_part_the_points_and_say_what_is_true_of_them() -> None:
    found = boxed()
    points = sample(200, 3, INSISTENCE, COST)[1:]
    signs = {"<=": lambda x, cut: x <= cut, ">": lambda x, cut: x > cut}
    inside = [
        [
            p
            for p in points
            if all(
                signs[sign](float(p.levels[path]), float(cut))
                for path, sign, cut in (c.split() for c in leaf.conditions)
            )
        ]
        for leaf in found.leaves
    ]
    assert [len(some) for some in inside] == [leaf.points for leaf in found.leaves]
    assert sum(leaf.points for leaf in found.leaves) == 200
    for leaf, some in zip(found.leaves, inside, strict=True):
        assert leaf.share == pytest.approx(np.mean([in_the_box(p.levels) >= 0.5 for p in some]))


def test_cuts_are_written_with_as_few_digits_as_part_the_levels() -> None:
    on_grid = numeric("parameters.insistence", 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
    other = numeric("parameters.blocking_cost", 0.1, 0.2, 0.3, 0.4, 0.5)
    points = grid(on_grid, other)
    low = played(
        lambda at: float(at[on_grid.path] in ("0.1", "0.2", "0.3")), points, on_grid, other
    )
    found = rules(low, ADOPTED)
    assert [leaf.conditions for leaf in found.leaves] == [
        ("parameters.insistence <= 0.3",),
        ("parameters.insistence > 0.3",),
    ]


def test_words_read_as_is_and_is_not() -> None:
    points = sample(120, 5, CUBA, CHAIR, COST)
    away = played(lambda at: float(at["CUB"] == "absent"), points, CUBA, CHAIR, COST)
    conditions = [leaf.conditions for leaf in rules(away, ADOPTED).leaves]
    assert conditions == [("CUB is absent",), ("CUB is not absent",)]
    drafted = played(lambda at: float(at[CHAIR.path] == "none"), points, CHAIR, COST)
    conditions = [leaf.conditions for leaf in rules(drafted, ADOPTED).leaves]
    assert conditions == [("forums.room.drafting is none",), ("forums.room.drafting is chair",)]


def test_a_word_that_is_settled_is_said_once() -> None:
    points = sample(300, 5, CUBA, COST)

    def chance(at: Levels) -> float:
        return {"absent": 0.0, "steps back": 1.0}.get(at["CUB"], float(float(at[COST.path]) > 0.5))

    found = rules(played(chance, points, CUBA, COST), ADOPTED)
    assert ("CUB is steps back",) in [leaf.conditions for leaf in found.leaves]
    assert all(
        sum(c.startswith("CUB is ") and " not " not in c for c in leaf.conditions) <= 1
        for leaf in found.leaves
    )


@pytest.mark.parametrize("seed", range(5))
def test_chance_is_no_rule(seed: int) -> None:
    luck = np.random.default_rng(seed)
    points = sample(80, seed, INSISTENCE, COST)
    found = rules(played(lambda _: luck.uniform(), points, INSISTENCE, COST), ADOPTED)
    assert not found.found
    assert found.leaves[0].conditions == ()
    assert found.leaves[0].points == 80
    assert found.sentence.startswith("no rule found for report.plenary.adopted >= 0.5: a tree")


def test_what_holds_everywhere_needs_no_rule() -> None:
    points = sample(40, 1, INSISTENCE, COST)
    always = rules(played(lambda _: 1.0, points, INSISTENCE, COST), ADOPTED)
    assert (
        always.sentence
        == "no rule found for report.plenary.adopted >= 0.5: it holds at every point"
    )
    assert (always.leaves[0].share, always.baseline, always.accuracy) == (1.0, 1.0, 1.0)
    never = rules(played(lambda _: 0.2, points, INSISTENCE, COST), ADOPTED)
    assert never.sentence.endswith("it holds at no point")
    assert rules(played(lambda _: 0.2, points, INSISTENCE, COST), ADOPTED, 0.2).baseline == 1.0


def test_one_exception_is_no_rule() -> None:
    points = sample(40, 1, INSISTENCE, COST)
    odd = points[7].id
    one = played(lambda at: float(Point(at).id == odd), points, INSISTENCE, COST)
    assert not rules(one, ADOPTED).found


def test_points_weigh_as_much_as_they_have_runs() -> None:
    points = sample(60, 2, INSISTENCE, COST)
    made = played(in_the_box, points, INSISTENCE, COST)
    source = made.source
    assert isinstance(source, Memory)
    for point in points[1:]:
        if in_the_box(point.levels) > 0.5:
            source.table[point.id] = {ADOPTED: np.tile(source.table[point.id][ADOPTED], 5)}
    inside = sum(in_the_box(p.levels) > 0.5 for p in points[1:])
    expected = max(5 * inside, 60 - inside) / (60 - inside + 5 * inside)
    assert rules(made, ADOPTED).baseline == pytest.approx(expected)


def test_the_same_study_gives_the_same_rules() -> None:
    assert boxed() == boxed()


def test_points_that_failed_or_leave_it_undefined_are_refused_by_name() -> None:
    points = sample(40, 1, INSISTENCE, COST)
    made = played(in_the_box, points, INSISTENCE, COST)
    with pytest.raises(RunError, match=rf"at 1 of 40 points runs failed .*{points[3].id} \(param"):
        rules(replace(made, failed={points[3].id: 2}), ADOPTED)
    assert isinstance(made.source, Memory)
    for point in points[1:6]:
        made.source.table[point.id] = {ADOPTED: np.full(20, np.nan)}
    with pytest.raises(
        RunError, match=r"at 5 of 40 points it is not defined .*and 2 more.*another"
    ):
        rules(made, ADOPTED)


def test_wrong_questions_are_refused_with_the_right_ones() -> None:
    points = sample(40, 1, INSISTENCE, COST)
    made = played(in_the_box, points, INSISTENCE, COST)
    with pytest.raises(InputError, match=r"did you mean 'report\.plenary\.adopted'"):
        rules(made, "report.plenary.adoptd")
    single = replace(made, experiment=experiment([INSISTENCE], "one_at_a_time"))
    with pytest.raises(InputError, match="all factors vary together"):
        rules(single, ADOPTED)


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("sklearn", "sklearn.tree", "sklearn.model_selection"):
        monkeypatch.setitem(sys.modules, module, None)
    points = sample(40, 1, INSISTENCE, COST)
    with pytest.raises(RunError, match=r'scikit-learn.*pip install "plenary\[sensitivity\]"'):
        rules(played(in_the_box, points, INSISTENCE, COST), ADOPTED)
