"""What was counted in the world, beside runs: how many counts lie in the range of nine in ten."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim import shipped
from sim.analysis.counted import Count, counts, points
from sim.build import setting as build
from sim.core.ensemble import ensemble
from sim.core.mechanism import Curve
from sim.core.outcomes import Outcomes
from sim.core.registry import OUTCOMES, mechanisms
from sim.core.setting import Setting
from sim.report import beside, told
from sim.scenario import load
from sim.study.compare import compare
from sim.study.run import plan
from tests.small import VOTE, write

CLUB = (
    "calendar: {start: 2019-01, step: quarter}\n"
    "clubs:\n  call: {stands: {SOV: 20}, hosts: [FRA], members: [FRA]}\n"
)
COUNTED = "observed: {in_clubs: {2019-Q1: 1, 2019-Q2: 60}}\n"


def played(folder: Path, more: str = CLUB + COUNTED) -> tuple[Outcomes, Setting]:
    made = build(load(write(folder, VOTE + more)))
    return ensemble(made, 8), made


def test_a_count_is_in_the_range_or_not(tmp_path: Path) -> None:
    first, last = counts(*played(tmp_path))
    assert isinstance(first, Count)
    assert (first.outcome, first.session, first.counted) == ("in_clubs", "2019-Q1", 1.0)
    assert first.title == "members of clubs in 2019-Q1"
    assert first.low <= first.mean <= first.high
    assert first.inside == (first.low <= 1.0 <= first.high)
    assert not last.inside  # more than there are


def test_points_count_those_inside(tmp_path: Path) -> None:
    found = points(*played(tmp_path), OUTCOMES["in_clubs"])
    assert found is not None
    assert found.counted == 2
    assert found.inside == int(found.low[0] <= 1.0 <= found.high[0])
    assert np.isnan(found.observed[2:]).all()


def test_without_counts_there_is_nothing_beside(tmp_path: Path) -> None:
    assert not list(counts(*played(tmp_path, CLUB)))


@pytest.fixture
def source(tmp_path: Path) -> str:
    return str(write(tmp_path, VOTE + CLUB + COUNTED))


def test_a_run_says_how_many_hold(source: str) -> None:
    run = plan(source).play(8)
    inside = sum(count.inside for count in beside.counted(run))
    said = next(s for s in beside.sentences(run) if "counts on record" in s)
    assert said.startswith(f"{inside} of 2 counts on record lie where nine runs in ten do.")
    assert "Members of clubs in 2019-Q2: 60; runs " in said
    grid = next(g for g in beside.grids(run) if g.title == "What was counted, beside the runs")
    assert [row[1] for row in grid.rows] == ["1", "60"]
    assert [row[4] for row in grid.rows][1] == "no"
    assert [c["counted"] for c in told.data(run, Path())["counted"]] == [1.0, 60.0]


def test_one_run_and_a_hidden_record_have_no_score(source: str) -> None:
    assert not beside.counted(plan(source).play(1))
    assert not beside.counted(plan(source, hide_record=True).play(8))


def test_a_what_if_scores_its_base(source: str) -> None:
    run = compare(source, ["clubs.call.launch=5"], runs=8)
    said = next(s for s in beside.sentences(run) if "counts on record" in s)
    assert said.startswith("Without the change, ")
    assert beside.counted(run) == beside.counted(plan(source).play(8))


def test_what_a_shipped_scenario_counts_has_its_curve() -> None:
    curves = {f.outcome for m in mechanisms() for f in m.figures if isinstance(f, Curve)}
    for name in shipped.scenarios():
        assert set(load(shipped.path(name)).observed) <= curves, name
