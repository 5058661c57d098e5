"""Playing a scenario and, where it is changed, its base on the same runs and worlds."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from small import write

from sim.errors import InputError
from sim.study.run import PAYS, plan, play, processes


@pytest.fixture
def small(tmp_path: Path) -> str:
    return str(write(tmp_path))


def test_without_changes_there_is_no_base(small: str) -> None:
    run = play(small, runs=4)
    assert run.base is None
    assert run.outcomes.runs == 4
    assert run.recorded["73/27", "plenary"]


def test_a_change_is_paired_with_its_base(small: str) -> None:
    run = play(small, ["USA=absent"], runs=12)
    assert run.base is not None
    assert np.array_equal(run.outcomes.table["run"], run.base.outcomes.table["run"])
    assert np.array_equal(run.outcomes.table["world"], run.base.outcomes.table["world"])
    alone = play(small, runs=12)
    for name, column in alone.outcomes.table.items():
        assert np.array_equal(column, run.base.outcomes.table[name], equal_nan=True)


def test_a_change_of_nothing_changes_nothing(small: str) -> None:
    run = play(small, ["USA.position.SOV=8"], runs=12)
    assert run.base is not None
    for name, column in run.outcomes.table.items():
        assert np.array_equal(column, run.base.outcomes.table[name], equal_nan=True)


@pytest.mark.parametrize("settings", [[], ["USA=absent"]])
def test_another_seed_is_another_seed_on_both_sides(small: str, settings: list[str]) -> None:
    said = play(small, [*settings, "seed=9"], runs=4)
    given = plan(small, settings, seed=9).play(4)
    assert said.setting.seed == given.setting.seed == 9
    assert said.settings == tuple(settings)
    for run in (said, given):
        assert run.base is None or run.base.setting.seed == 9
    assert np.array_equal(said.outcomes.counts, given.outcomes.counts)


def test_a_hidden_record_is_nowhere(small: str) -> None:
    run = plan(small, hide_record=True).play(4)
    assert run.scenario.record == {}
    assert run.recorded == {}


def test_progress_counts_every_run_of_both_sides(small: str) -> None:
    done: list[int] = []
    plan(small, ["USA=absent"]).play(20, progress=done.append)
    assert sum(done) == 40


def test_wrong_settings_are_refused_before_anything_is_played(small: str) -> None:
    with pytest.raises(InputError):
        plan(small, ["USA=dances"])


def test_more_processes_only_where_they_pay() -> None:
    assert processes(200) == 1
    assert processes(PAYS) == processes(PAYS // 10, 10) == (os.cpu_count() or 1)
    assert processes(PAYS // 10, 9) == 1
