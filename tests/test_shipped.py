"""Finding what is shipped: in a checkout here, in a wheel by tests/packaging."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim import shipped
from sim.build import setting as build
from sim.core.ensemble import ensemble
from sim.errors import InputError
from sim.scenario import load
from tests.yardstick import cost


@pytest.fixture
def ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(shipped, "folder", lambda kind="scenarios": tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.csv").write_text("x\n")
    (tmp_path / "two.yaml").write_text("# a comment\nseed: 1\ntitle: 'The second'  \n")
    (tmp_path / "one.yaml").write_text('title: "The first"\n')
    (tmp_path / "none.yaml").write_text("seed: 1\n")
    return tmp_path


def test_scenarios_are_listed_by_name_with_their_titles(ours: Path) -> None:
    assert shipped.scenarios() == {"none": "none", "one": "The first", "two": "The second"}
    assert list(shipped.scenarios()) == sorted(shipped.scenarios())


def test_a_scenario_and_a_table_are_found_by_name(ours: Path) -> None:
    assert shipped.path("one") == ours / "one.yaml"
    assert shipped.data("a.csv") == ours / "data" / "a.csv"


def test_an_unknown_name_lists_those_there_are_and_the_nearest(ours: Path) -> None:
    with pytest.raises(InputError) as caught:
        shipped.path("oen")
    [mistake] = caught.value.mistakes
    assert (mistake.allowed, mistake.suggestion) == ("none, one, two", "one")
    with pytest.raises(InputError):
        shipped.data("b.csv")


def test_what_this_checkout_ships_is_found_quickly() -> None:
    assert shipped.data("countries.csv").is_file()
    assert cost(shipped.scenarios) < 4


def test_everything_at_once_is_quick() -> None:
    """193 states, 40 others, 24 quarters, nearly every mechanism: a chunk's half."""
    setting = build(load("digital-solidarity-vs-sovereignty"))
    ensemble(setting, 1)
    assert cost(lambda: ensemble(setting, 32), 2) < 300  # half of that on a quiet machine


def test_experiments_are_listed_and_found_by_their_own_kind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipped, "folder", lambda kind="scenarios": tmp_path / kind)
    for kind in ("scenarios", "experiments"):
        (tmp_path / kind).mkdir()
        (tmp_path / kind / "one.yaml").write_text(f"title: One of the {kind}\n")
    (tmp_path / "experiments" / "two.yaml").write_text("title: Another\n")
    assert shipped.scenarios() == {"one": "One of the scenarios"}
    assert shipped.experiments() == {"one": "One of the experiments", "two": "Another"}
    assert shipped.path("one", "experiments") == tmp_path / "experiments" / "one.yaml"
    with pytest.raises(InputError, match="no shipped experiment"):
        shipped.path("three", "experiments")
