"""The published schema of experiments: every field described, and short forms allowed."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest

from sim.experiment import json_schema
from sim.experiment.model import Design, PlotKind
from sim.experiment.schema import ExperimentFile, Varied, WrittenPlot
from sim.scenario import shape


@pytest.mark.parametrize("part", [ExperimentFile, Varied, WrittenPlot])
def test_every_field_says_what_it_means(part: Any) -> None:
    assert {name for name, f in part.model_fields.items() if not f.description} == set()


def test_the_schema_is_json_and_knows_what_is_needed_and_what_may_be_short() -> None:
    said: dict[str, Any] = json.loads(json.dumps(json_schema()))
    assert said["title"] == "plenary experiment"
    assert said["required"] == ["title", "scenario"]
    assert said["additionalProperties"] is False
    varied = said["properties"]["vary"]["additionalProperties"]["anyOf"]
    assert varied[0] == {"$ref": "#/$defs/Varied"}
    assert {"type": "array"} in varied
    assert {"from", "to", "low", "sd"} <= said["$defs"]["Varied"]["properties"].keys()


def test_messages_read_the_same_schema() -> None:
    designs = ", ".join(design for design in get_args(Design) if design != "table")
    assert shape.allowed(("design",), json_schema) == designs
    assert shape.allowed(("plots", 0, "kind"), json_schema) == ", ".join(get_args(PlotKind))
    assert "steps" in shape.fields(("vary", "USA.position.SOV"), json_schema)
    assert shape.allowed(("runs",), json_schema) == "1 to 10,000,000"
