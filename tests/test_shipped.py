"""Finding what is shipped: in a checkout here, in a wheel by tests/packaging."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from sim import shipped
from sim.errors import InputError


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
    start = time.process_time()
    shipped.scenarios()
    assert time.process_time() - start < 0.1
