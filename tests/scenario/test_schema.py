"""The published schema: every field described, and the same one that files are read by."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sim.core.fields import Part
from sim.mechanisms.blocs import WrittenBloc
from sim.scenario import json_schema, shape
from sim.scenario.schema import Forum


def parts() -> list[type[Part]]:
    return sorted(Part.__subclasses__(), key=lambda part: part.__name__)


@pytest.mark.parametrize("part", parts(), ids=lambda part: part.__name__)
def test_every_field_says_what_it_means(part: type[Part]) -> None:
    assert part.__doc__
    assert {name for name, f in part.model_fields.items() if not f.description} == set()


def test_the_schema_is_json_and_knows_ranges_units_and_choices() -> None:
    said: dict[str, Any] = json.loads(json.dumps(json_schema()))
    assert said["$schema"].startswith("https://json-schema.org/")
    assert said["additionalProperties"] is False
    actor = said["$defs"]["Actor"]["properties"]
    assert (actor["capability"]["minimum"], actor["capability"]["maximum"]) == (0, 100)
    assert "0-100" in actor["capability"]["description"]
    assert actor["kind"]["enum"] == ["state", "company", "civil_society"]
    assert set(said["$defs"]["Actors"]["properties"]) == {"from", "only", "and"}


def test_the_schema_allows_what_may_be_written_short() -> None:
    said = json_schema()["$defs"]
    members = said["Forum"]["properties"]["members"]["anyOf"]
    assert {choice["type"] for choice in members} == {"array", "string"}


def test_a_scenario_is_whole_or_extends_another() -> None:
    assert [choice["required"][0] for choice in json_schema()["anyOf"]] == ["extends", "title"]


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        (("actors", "and", "USA", "position", "SOV"), "0 to 100"),
        (("actors", "and", "USA", "kind"), "state, company, civil_society"),
        (("forums", "x", "drafts", "73/27", "clauses", "OP3", "weight"), "more than 0"),
        (("forums", "x", "quorum"), "0 to 100"),
        (("red_lines", 0, "at_most"), "0 to 100"),
        (("issues", "SOV", "status_quo"), "0 to 100"),
        (("seed",), "0 or more"),
        (("title",), ""),
        (("nothing", "here"), ""),
    ],
)
def test_the_shape_of_a_path_is_that_of_the_schema(path: tuple[str, ...], allowed: str) -> None:
    assert shape.allowed(path) == allowed


def test_maps_whose_names_are_free_are_told_from_objects() -> None:
    assert shape.is_named(("forums",))
    assert shape.is_named(("issues",))
    assert not shape.is_named(("actors",))
    assert shape.fields(("actors",)) == ("from", "only", "and")
    assert shape.fields(("forums",)) == ()


def test_a_forum_tells_which_rules_it_overrides() -> None:
    forum = Forum(rules="consensus", majority="66.6", vetoes=("USA",), quorum=50)
    assert forum.overrides() == {"majority": 66.6, "vetoes": ("USA",), "quorum": 50}
    assert Forum(rules="consensus").overrides() == {}


def test_a_bloc_knows_its_leader_by_any_name() -> None:
    assert WrittenBloc(members=("group EU",), line="leader Germany").leader == "DEU"
    assert WrittenBloc(members=("group EU",)).leader == ""
