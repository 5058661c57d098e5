"""What a sweep prints: its cost beforehand, its means afterwards, and what is not defined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim import sweep
from sim.experiment.model import Factor, Plot, Point
from sim.report import findings, told
from sim.report.swept import SHOWN
from sim.show import swept
from sim.study.findings import Study
from sim.sweep.planning import Pace, Plan
from tests.studies import Floats, Ints, experiment, grid, numeric, study
from tests.sweep import made

EU = numeric("blocs.EU.cohesion", 0, 50, 100)
MARGIN, ADOPTED = "73/27.plenary.margin", "73/27.plenary.adopted"
RETAINED = "73/27.retained if adopted"


def answer(levels: Mapping[str, str], runs: Ints, worlds: Ints) -> Mapping[str, Floats]:
    """Adopted in three runs of four, but for the greatest cohesion, at which never."""
    adopted = (runs % 4 > 0) * (levels["blocs.EU.cohesion"] != "100") * 1.0
    return {
        ADOPTED: adopted,
        MARGIN: runs * 1.0,
        RETAINED: np.where(adopted > 0, 62.25, np.nan),
        "73/27.plenary.how": runs * 0.0,
    }


def played(points: Sequence[Point] | None = None, factor: Factor = EU, **said: object) -> Study:
    asked = experiment([factor], **{"outcomes": (ADOPTED, MARGIN, RETAINED), **said})
    return study(asked, points or grid(factor), answer)


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    found = made.planned(tmp_path_factory.mktemp("planned"), runs=300)
    return replace(found, pace=Pace(0.01, 500.0))


# Before


def test_the_cost_is_reckoned_from_runs_pace_and_workers(plan: Plan, tmp_path: Path) -> None:
    cost = swept.cost(plan, tmp_path / "none", 2)
    assert not (tmp_path / "none").exists()
    assert (cost["points"], cost["runs_per_point"], cost["runs"]) == (7, 300, 2_100)
    assert (cost["done"], cost["left"]) == (0, 2_100)
    assert cost["seconds"] == pytest.approx(2_100 * 0.01 / 2)
    assert cost["bytes"] == 2 * 2_100 * 500
    assert (cost["until"], cost["at_most"]) == ({}, 300)


def test_what_is_there_costs_nothing(plan: Plan, tmp_path: Path) -> None:
    few = sweep.plan(plan.experiment.file, runs=100)
    sweep.run(few, tmp_path)
    cost = swept.cost(plan, tmp_path, 1)
    assert (cost["done"], cost["left"]) == (700, 1_400)
    assert cost["seconds"] == pytest.approx(14)
    assert swept.cost(few, tmp_path, 1)["left"] == 0


def test_the_cost_in_words(plan: Plan) -> None:
    lines = list(swept.before(plan, swept.cost(plan, Path("results/small"), 1)))
    assert lines[:3] == [
        "A small experiment: 7 points.",
        "300 runs a point, 2,100 runs; 0 are there, 2,100 to play",
        "About 21 s with 1 process, about 3 MB in results/small",
    ]
    assert [line.split()[0] for line in lines[3:]] == [point.id for point in plan.points]
    assert lines[3].endswith("the scenario as it is")
    assert "forums.room.rules=two_thirds" in lines[-1]
    workers = list(swept.before(plan, swept.cost(plan, Path("out"), 2)))
    assert "with 2 workers" in workers[2]


def test_errors_to_reach_and_warnings_are_told(plan: Plan) -> None:
    asked = replace(plan.experiment, until={ADOPTED: 0.01}, at_most=5_000)
    cost = swept.cost(replace(plan, experiment=asked, warnings=("a repeat",)), Path("out"), 1)
    assert cost["at_most"] == 5_000
    lines = list(swept.before(plan, cost))
    assert "2,100 runs at least" in lines[1]
    assert f"Until {ADOPTED}: 0.01, at most 5,000 runs a point" in " ".join(lines)
    assert "Note: a repeat" in lines


def test_of_many_points_the_first_are_listed(plan: Plan) -> None:
    points = [Point({"IND.position.SOV": str(level)}) for level in range(40)]
    many = replace(plan, points=tuple(points))
    lines = list(swept.before(many, swept.cost(many, Path("out"), 1)))
    assert lines[-1] == f"  and {40 - swept.ROWS} more"
    assert len(lines) == 3 + swept.ROWS + 1
    assert max(map(len, lines)) <= 80


# After


def after(found: Study) -> list[str]:
    return told.swept(findings.of_study(found), Path("results/mine"))


def cells(lines: Sequence[str], head: str) -> str:
    (line,) = [line for line in lines if line.startswith(f"{head} ")]
    return " ".join(line.removeprefix(head).split())


def test_the_table_has_a_row_a_point_and_says_what_is_not_defined() -> None:
    lines = after(played(runs=80))
    assert cells(lines, "base") == "75% 39.5 62.2"
    assert cells(lines, "EU cohesion 50") == "75% 39.5 62.2"
    assert cells(lines, "EU cohesion 100") == "0% 39.5 not defined"
    assert max(map(len, lines)) <= 80


def test_without_outcomes_asked_for_ballots_are_shown_and_never_words() -> None:
    assert cells(after(played(outcomes=())), "EU cohesion 0").startswith("75%")
    named = after(played(outcomes=("73/27.plenary.how", MARGIN)))
    assert cells(named, "EU cohesion 0") == "39.5"


def test_of_many_points_some_are_shown_from_the_first_to_the_last() -> None:
    factor = numeric("blocs.EU.cohesion", *range(60, 100))
    lines = after(played(grid(factor), factor))
    start = next(n for n, line in enumerate(lines) if line.startswith("mean at"))
    shown = [line[:15] for line in lines[start:] if line.startswith(("base", "EU cohesion"))]
    assert len(shown) == SHOWN == len(set(shown))
    assert (shown[0].split()[0], shown[-1]) == ("base", "EU cohesion 99 ")
    assert any(f"{41 - SHOWN} more points are in points.csv" in line for line in lines)


def test_it_begins_with_the_answer_and_ends_with_what_to_do_next() -> None:
    lines = after(played())
    assert lines[0].startswith("With EU cohesion 100, 73/27 is adopted in 0% of runs")
    assert "in 100% of worlds" in " ".join(lines[:3])
    assert any(line.startswith("Simulated: 4 points, 320 runs") for line in lines)
    assert lines[-3:] == [
        "Results: results/mine",
        "Next: plenary report results/mine",
        "      plenary rerun results/mine --verify",
    ]
    assert not any("failed" in line for line in lines)


def test_failed_runs_are_told_with_their_points() -> None:
    said = " ".join(after(replace(played(), failed={"base": 3, "a": 1, "b": 1, "c": 1_000})))
    assert "1,005 runs failed, in base, a, b and 1 more" in said
    assert "status.jsonl says why" in said


def test_points_without_runs_are_no_failure() -> None:
    assert "nothing to compare" in after(played(runs=0, plots=(Plot("line"),)))[0]
