"""Points: what they change, in which order, and an id that depends on nothing else."""

from __future__ import annotations

import pytest

from sim.experiment.model import UNCHANGED, Point, together
from tests.experiment.conftest import Checks, Refused

POSITIONS = '"[FRA, DEU].position.SOV": [20, 30]'


def test_settings_go_by_path_so_that_a_whole_comes_before_its_parts() -> None:
    point = Point({"EST.capability": "9", "b": UNCHANGED, "EST": "{position: {SOV: 3}}"})
    assert point.settings == ("EST={position: {SOV: 3}}", "EST.capability=9")


def test_an_id_depends_on_what_is_changed_and_not_on_how_it_is_told() -> None:
    one, other = Point({"a": "1", "b": "2"}), Point({"b": "2", "c": UNCHANGED, "a": "1"})
    assert one.id == other.id != Point({"a": "1"}).id
    assert len(one.id) == 10


def test_the_base_changes_nothing_whatever_its_levels_say() -> None:
    assert Point({"a": UNCHANGED}).id == "base"
    base = Point({"a": "60"}, base=True)
    assert (base.settings, base.id) == ((), "base")


@pytest.mark.parametrize(
    ("path", "paths"),
    [
        ("USA", ("USA",)),
        ("[RUS, CHN].position.IHL", ("RUS.position.IHL", "CHN.position.IHL")),
        ("[A,B].x.[C, D]", ("A.x.C", "A.x.D", "B.x.C", "B.x.D")),
    ],
)
def test_a_list_in_a_path_is_several_paths(path: str, paths: tuple[str, ...]) -> None:
    assert together(path) == paths


def test_paths_that_vary_together_are_one_factor(checks: Checks) -> None:
    found = checks("vary: {" + POSITIONS + "}\n")
    assert [point.settings for point in found.points] == [
        (),
        ("DEU.position.SOV=30", "FRA.position.SOV=30"),
    ]
    assert found.points[0].levels == {"[FRA, DEU].position.SOV": "20"}
    assert found.own == {"[FRA, DEU].position.SOV": "20"}


@pytest.mark.parametrize(
    ("said", "field", "problem"),
    [
        ('vary: {"[FRA, DUE].position.SOV": [1]}', "vary.[FRA, DUE].position.SOV", "DUE"),
        ('vary: {"[FRA, DEU].position.SOV": [1, 140]}', "vary.[FRA, DEU].position.SOV.2", "range"),
        (
            "vary: {FRA.position.SOV: [1], " + POSITIONS + "}",
            "vary.FRA.position.SOV",
            "the same as",
        ),
    ],
)
def test_what_is_wrong_with_one_of_them_is_wrong_with_the_factor(
    refused: Refused, said: str, field: str, problem: str
) -> None:
    found = refused(said + "\n")
    assert {m.field for m in found} == {field}
    assert all(problem in m.problem for m in found)
