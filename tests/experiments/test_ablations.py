"""Mechanisms between meetings off, half and on: the table, and that each lever moves something."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from sim import shipped
from sim.build import setting
from sim.core.registry import PARAMETERS, mechanism
from sim.scenario import load


@pytest.fixture
def ablations(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(shipped.folder("experiments"))
    import ablations

    return ablations


def test_each_lever_is_of_its_mechanism_and_can_be_at_nothing(ablations: ModuleType) -> None:
    for one in ablations.ABLATIONS:
        ours = {p.name for p in mechanism(one.mechanism).parameters}
        assert set(one.levers) <= ours
        assert all(PARAMETERS[name].low == 0 for name in one.levers), one.levers


def test_each_outcome_is_there_and_each_mechanism_at_work(ablations: ModuleType) -> None:
    for name in {one.scenario for one in ablations.ABLATIONS}:
        made = setting(load(shipped.path(name)))
        for one in ablations.ABLATIONS:
            if one.scenario == name:
                assert one.outcome in made.columns
                assert one.mechanism in {m.name for m in made.active}


def test_differences_are_paired_and_their_error_is_of_worlds(ablations: ModuleType) -> None:
    apart = np.array([1.0, 1.0, 1.0, 1.0, 3.0, 3.0, 3.0, np.nan])
    mean, error = ablations.paired(apart)
    assert mean == pytest.approx(13 / 7)
    assert error == pytest.approx(1.0)  # of the means of two worlds, 1 and 3
    assert np.isnan(ablations.paired(np.full(8, np.nan))).all()


def test_a_row_says_off_half_and_on(ablations: ModuleType) -> None:
    one = ablations.Ablation("clubs", ("club_imitation",), "paris-call", "club_members.paris_call")
    row = ablations.played(one, 8)
    assert row.means["off"] <= row.means["half"] <= row.means["on"]
    assert not row.dead
    [line] = ablations.table([row])[2:]
    assert line.startswith("| clubs | `club_imitation` | paris-call | `club_members.paris_call` (")
    assert ablations.number(-0.0) == ablations.number(-1e-300) == "0"


def test_the_page_has_a_row_for_each(ablations: ModuleType) -> None:
    page = Path(shipped.folder("experiments")).parent / "docs" / "reference" / "levers.md"
    if not page.is_file():
        pytest.skip("the documents are not installed with the package")
    text = page.read_text(encoding="utf-8")
    for one in ablations.ABLATIONS:
        levers = ", ".join(f"`{name}`" for name in one.levers)
        assert f"| {one.mechanism} | {levers} | {one.scenario} | `{one.outcome}`" in text
