"""A study asked point by point, on numbers known beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from sim.analysis.spread import spread
from sim.study.findings import Study
from tests.studies import ACTORS, BALLOTS, Floats, Ints, experiment, grid, numeric, study

EU = numeric("blocs.EU.cohesion", 0, 100)
VOTES, RETAINED = "73/27.plenary.in_favour", "73/27.retained if adopted"


def answer(levels: Mapping[str, str], runs: Ints, worlds: Ints) -> Mapping[str, Floats]:
    moved = 10.0 * (levels["blocs.EU.cohesion"] == "100")
    never = levels["blocs.EU.cohesion"] == "0"
    return {
        VOTES: moved + worlds + runs % 4,
        RETAINED: np.where((runs % 4 > 1) & (not never), 50.0 + worlds, np.nan),
    }


@pytest.fixture
def made() -> Study:
    return study(experiment([EU], runs=40), grid(EU), answer)


def test_a_cell_is_the_spread_of_its_runs(made: Study) -> None:
    base, _, last = made.points
    runs = np.arange(40)
    cell = made.cell(base, VOTES)
    assert cell.spread == spread(runs // 4 + runs % 4, runs // 4)
    assert (cell.defined, cell.mean) == (1.0, 6.0)
    assert made.cell(last, VOTES).mean == 16.0


def test_runs_without_the_outcome_are_left_out_and_their_share_is_told(made: Study) -> None:
    cell = made.cell(made.points[0], RETAINED)
    worlds = np.arange(20) // 2
    assert cell.defined == 0.5
    assert cell.spread == spread(50.0 + worlds, worlds)


def test_an_outcome_that_never_is_has_no_mean(made: Study) -> None:
    cell = made.cell(made.points[1], RETAINED)
    assert (cell.defined, cell.spread.runs) == (0.0, 0)
    assert np.isnan(cell.mean)


def test_a_point_without_runs_has_nothing(made: Study) -> None:
    none = study(experiment([EU], runs=0), grid(EU), answer)
    cell = none.cell(none.points[0], VOTES)
    assert (cell.defined, cell.spread.runs, none.runs) == (0.0, 0, 0)
    assert not none.chances(none.points[0], *BALLOTS[0]).any()


def test_cells_and_means_go_by_the_points_in_their_order(made: Study) -> None:
    told = list(made.cells(VOTES))
    assert [point for point, _ in told] == list(made.points)
    assert made.means(VOTES).tolist() == [cell.mean for _, cell in told] == [6.0, 6.0, 16.0]
    turned = replace(made, points=made.points[::-1])
    assert turned.means(VOTES).tolist() == [16.0, 6.0, 6.0]
    assert made.runs == 3 * 40


def test_chances_are_shares_of_the_runs_of_a_point(made: Study) -> None:
    for point in made.points:
        for place, ballot in enumerate(BALLOTS):
            chances = made.chances(point, *ballot)
            assert chances.shape == (len(ACTORS), 7)
            assert np.allclose(chances.sum(axis=1), 1)
            assert np.array_equal(np.rint(chances * 40), made.source.counts(point.id)[place])
