"""Paths that one factor sets together: the same points however the list is written."""

from __future__ import annotations

import pytest

from sim.experiment.model import UNCHANGED, Point
from tests.experiment.conftest import Checks, Refused

SOV = "position.SOV"


def test_the_order_of_a_list_makes_no_other_point() -> None:
    points = [
        Point({f"[{names}].position.[{issues}]": "40", "USA": "absent"})
        for names in ("FRA, DEU", "DEU,FRA")
        for issues in ("SOV, DATA", "DATA, SOV")
    ]
    assert len({point.id for point in points}) == 1
    assert points[0].settings == (
        "DEU.position.DATA=40",
        "DEU.position.SOV=40",
        "FRA.position.DATA=40",
        "FRA.position.SOV=40",
        "USA=absent",
    )


def test_set_together_or_one_by_one_it_is_the_same_point() -> None:
    alone = {f"{name}.{SOV}": "40" for name in ("FRA", "DEU")}
    assert Point({f"[FRA, DEU].{SOV}": "40"}).id == Point(alone).id
    assert Point({f"[FRA, DEU].{SOV}": UNCHANGED}).id == "base"


@pytest.mark.parametrize(
    ("names", "own"),
    [("FRA, DEU", "20"), ("FRA, BRA", UNCHANGED), ("USA, IND, BRA", UNCHANGED), ("IND", "62")],
)
def test_the_base_has_a_level_where_all_its_values_agree(
    checks: Checks, names: str, own: str
) -> None:
    path = f"[{names}].{SOV}"
    found = checks(f'vary: {{"{path}": [33, 44]}}\n')
    assert found.own == {path: own}
    assert found.points[0].levels == {path: UNCHANGED}


def test_every_path_is_set_in_the_scenario_of_a_point(checks: Checks) -> None:
    found = checks('vary: {"[FRA, BRA].position.[SOV, DATA]": [33]}\n')
    base, there = found.base, found.scenarios[found.points[1].id]
    for name in base.actors:
        moved = dict(there.actors[name].position) != dict(base.actors[name].position)
        assert moved == (name in ("FRA", "BRA")), name
    assert set(there.actors["FRA"].position.values()) == {33}


def test_what_is_wrong_is_at_the_line_of_the_factor(refused: Refused) -> None:
    found = refused(
        "vary:\n"
        f"  IND.{SOV}: [10, 20]\n"
        f'  "[FRA, DUE].{SOV}": [10]\n'
        f'  "[BRA, USA].{SOV}":\n'
        "    - 10\n"
        "    - 140\n"
    )
    assert {(mistake.file.rpartition("/")[2], mistake.line) for mistake in found} == {
        ("mine.yaml", 5),
        ("mine.yaml", 8),
    }
    assert "DUE" in str(found[0])
    assert "140" in str(found[1])


def test_a_list_with_nothing_in_it_is_refused(refused: Refused) -> None:
    for names in ("", "FRA, "):
        (mistake,) = refused(f'vary: {{"[{names}].{SOV}": [10]}}\n')
        assert mistake.problem == "has a place that names nothing"
        assert mistake.line == 3
