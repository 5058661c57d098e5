"""What is said of a sweep: the effect that was put in is found, and none that was not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from report_folders import EU, OP3, sweep

from sim.forums.rules import Decision
from sim.report import findings, swept
from sim.show.plots.study import said
from tests.studies import Floats, Ints, experiment, grid, numeric, study

VOTES = "73/27.plenary.in_favour"


def test_the_effect_that_was_put_in_is_told_with_its_factor() -> None:
    found = swept.of_study(sweep(0.3))
    told = " ".join(found.answer)
    assert "With EU cohesion 100, 73/27 loses 30 votes: 69.3 instead of 99.3 at the base" in told
    assert "EU cohesion alone moves it" in told
    assert "OP3" not in told  # a factor that does nothing is in no headline
    assert "Nothing changes share of 73/27 that is kept" in told


@pytest.mark.parametrize("base", [True, False])
def test_a_factor_that_acts_only_together_with_another_is_seen(base: bool) -> None:
    """Left alone, OP3 is the only one that does anything; over all of the grid, the line is."""
    line, clause = numeric(EU, 0, 100), numeric(OP3, 0, 50, 100)

    def votes(levels: Mapping[str, str], runs: Ints, worlds: Ints) -> dict[str, Floats]:
        broken, asked = levels[EU] == "0", float(levels[OP3].replace("unchanged", "0"))
        return {VOTES: np.full(len(runs), 50.0 + 20 * broken * (asked > 0) + 2 * (asked == 100))}

    points = grid(line, clause, base=base)
    told = " ".join(swept.of_study(study(experiment([line, clause]), points, votes)).answer)
    assert "EU cohesion moves it most: from 50.7 at 100 to 64 at 0, on average" in told


def test_adoption_crosses_half_where_it_does() -> None:
    """Votes fall by 0.3 a point from 100, and 85 are needed: at 50 half of the runs carry."""
    (told,) = [s for s in swept.of_study(sweep(0.31)).what_would_change_it if "crosses" in s]
    assert "between EU cohesion 0" in told or "between EU cohesion 50" in told
    at = float(told.partition("at about ")[2].partition(",")[0])
    assert at == pytest.approx(48, abs=15)


def test_nothing_seen_says_how_small_it_might_be() -> None:
    luck = np.random.default_rng(2)
    factor = numeric(EU, 0, 50, 100)
    made = study(
        experiment([factor]),
        grid(factor),
        lambda levels, runs, worlds: {VOTES: 100 + luck.normal(0, 5, len(runs))},
    )
    found = swept.of_study(made)
    assert found.answer[0].startswith("EU cohesion does not move anything")
    assert "They would show a change of" in found.answer[0]
    assert "No difference is seen in votes in favour of 73/27" in found.answer[1]
    assert "or more would show" in found.answer[1]


def test_the_largest_of_many_without_effect_is_rarely_called_one() -> None:
    luck, called = np.random.default_rng(6), 0
    factor = numeric(EU, *range(0, 100, 10))
    for _ in range(60):
        made = study(
            experiment([factor]),
            grid(factor),
            lambda levels, runs, worlds: {VOTES: 100 + luck.normal(0, 5, len(runs))},
        )
        most = swept.largest(made, said.outcome(made, VOTES))
        assert most is not None
        called += most.change.seen
        assert most.change.low < most.change.difference < most.change.high
    assert called <= 5


def test_only_what_the_experiment_keeps_is_told() -> None:
    made = sweep(outcomes=(VOTES, f"{VOTES[:-9]}how", "no such outcome"))
    assert [o.column for o in swept.asked(made)] == [VOTES]


def test_without_a_base_the_first_point_is_compared_with() -> None:
    factor = numeric(EU, 0, 100)
    made = study(
        experiment([factor], base=False),
        grid(factor, base=False),
        lambda levels, runs, worlds: {VOTES: 100 - 0.2 * float(levels[EU]) + runs % 3},
    )
    assert "at the first point of the design" in swept.of_study(made).answer[0]


def test_words_that_are_levels_are_sorted_by_what_they_do() -> None:
    from sim.experiment.model import Factor

    rules = Factor("forums.room.rules", ("simple_majority", "two_thirds"))
    adopted = "73/27.plenary.adopted"
    made = study(
        experiment([rules]),
        grid(rules),
        lambda levels, runs, worlds: {
            adopted: np.full(len(runs), float(levels[rules.path] != "two_thirds"))
        },
    )
    (told,) = [s for s in swept.of_study(made).what_would_change_it if "most runs" in s]
    assert "simple_majority, and not with two_thirds" in told


def test_what_is_not_varied_leaves_out_factors_and_tells_what_is_fixed() -> None:
    stakes = numeric("parameters.stakes", 5, 20)
    made = study(
        experiment([stakes], fixed=("parameters.memory=2",)),
        grid(stakes),
        lambda levels, runs, worlds: {VOTES: runs * 1.0},
    )
    fixed, drawn = swept.of_study(made).parameters
    assert [(row[0], row[2]) for row in fixed.rows] == [("memory", "2")]
    assert "stakes" not in {row[0] for row in drawn.rows}
    assert len(drawn.rows) == len(swept.PARAMETERS) - 2


def test_runs_that_failed_are_told() -> None:
    made = sweep()
    failed = type(made)(**{**made.__dict__, "failed": {made.points[1].id: 3}})
    said = " ".join(swept.of_study(failed).how_sure)
    assert f"3 runs failed, in {made.points[1].id}, and are left out" in said


def test_of_study_is_data_without_nan() -> None:
    import json

    data = findings.of_study(sweep())
    assert json.loads(json.dumps(data, allow_nan=False)) == json.loads(json.dumps(data))
    assert data["kind"] == "sweep"
    assert data["ground"]["points"] == 7
    assert {row[0] for row in data["design"][1]["rows"]} == {EU, OP3}


def test_a_study_whose_factors_move_nothing_says_that_first() -> None:
    line, clause = numeric(EU, 0, 100), numeric(OP3, 0, 50)
    still = study(
        experiment([line, clause]),
        grid(line, clause),
        lambda levels, runs, worlds: {VOTES: 100.0 + runs % 5},
    )
    found = swept.of_study(still)
    assert found.answer[0].startswith("Neither of EU cohesion and 73/27 OP3 moves anything asked")
    assert "every point ends as the base" in found.answer[0]
    assert not any("Of the factors" in said for said in found.answer)


def test_a_difference_that_print_does_not_show_is_no_finding() -> None:
    factor = numeric(EU, 0, 100)
    made = study(
        experiment([factor]),
        grid(factor),
        lambda levels, runs, worlds: {
            VOTES: 100.0 + 0.001 * (levels[EU] == "100") + 1e-9 * (runs % 3)
        },
    )
    found = swept.of_study(made)
    assert "does not move anything" in found.answer[0]
    assert not any("0.0 votes" in said for said in found.answer)


def test_levels_that_stand_with_other_settings_are_not_compared() -> None:
    """Of a list of points, cohesion 100 is only played with the clause at 50, which does it all."""
    from sim.experiment.model import Point

    line, clause = numeric(EU, 0, 100), numeric(OP3, 0, 50)
    points = [Point({}), Point({EU: "0", OP3: "0"}), Point({EU: "100", OP3: "50"})]

    def votes(levels: Mapping[str, str], runs: Ints, worlds: Ints) -> dict[str, Floats]:
        return {VOTES: 100.0 - 30 * (levels.get(OP3) == "50") + runs % 3}

    told = " ".join(swept.of_study(study(experiment([line, clause]), points, votes)).answer)
    assert "moves it most" not in told
    assert "alone moves it" not in told


def test_those_who_are_near_are_near_on_what_is_asked_about() -> None:
    """All are near on L.60, and none on 73/27, which the experiment asks about."""
    made = sweep(outcomes=(VOTES,))
    sessions = {("73/27", "plenary"): 1, ("L.60", "plenary"): 1}
    counts = np.zeros((2, len(made.actors), 7), dtype=np.int64)
    counts[0, :, Decision.SUPPORT] = 80
    counts[1, :, Decision.SUPPORT], counts[1, :, Decision.OPPOSE] = 41, 39
    source = type("Counted", (), {"counts": lambda self, point: counts})()
    one = replace(made, sessions=sessions, source=source)
    asked = [said.outcome(made, VOTES)]
    assert list(swept._persuadables(one, asked)) == []
    assert {who.draft for who in swept._persuadables(one, [])} == {"L.60"}
