"""The experiment file: its fields, what each means, its unit and its range.

Paths and levels are written as ``--set`` takes them. All that a file may say of a range stands
in one object, `Varied`; a list of levels, or a single one, is short for its ``levels``.
"""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema, model_validator

from sim.core.fields import PER_CENT, Part, Texts, bare
from sim.experiment import levels
from sim.experiment.model import Design, PlotKind

TABLE = ".csv"
DESIGNS = tuple(design for design in get_args(Design) if design != "table")
MOST_STEPS, MOST_RUNS = 10_000, 10_000_000


def _levels(value: Any) -> Any:
    if value == "":
        raise ValueError("has no value")
    if isinstance(value, dict):
        return value
    return {"levels": value if isinstance(value, list) else [value]}


def _settings(value: Any) -> Any:
    if isinstance(value, dict):
        return [f"{path}={levels.written(level)}" for path, level in value.items()]
    return value


def _design(value: Any) -> str:
    if value in DESIGNS or (isinstance(value, str) and value.endswith(TABLE)):
        return str(value)
    raise ValueError("is neither a design nor the name of a CSV file with the points")


def _kind(value: Any) -> Any:
    return {"kind": value} if isinstance(value, str) else value


_SETTINGS: Any = WithJsonSchema(
    {
        "anyOf": [
            {"type": "object", "additionalProperties": {}},
            {"type": "array", "items": {"type": "string"}},
        ]
    }
)
_DESIGN: Any = WithJsonSchema(
    {"anyOf": [{"enum": list(DESIGNS)}, {"type": "string", "pattern": r"\.csv$"}]}
)
Settings = Annotated[tuple[str, ...], BeforeValidator(_settings), _SETTINGS]
Number = Annotated[
    float,
    BeforeValidator(bare),
    WithJsonSchema({"type": ["number", "string"], "pattern": PER_CENT}),
]
Count = Annotated[int, Field(ge=1, le=MOST_RUNS)]


class Varied(Part):
    """What one thing is varied over: levels, a range in steps, or a distribution."""

    levels: tuple[Any, ...] = Field(
        default=(), description="numbers, words, lists or maps as --set takes them; or `unchanged`"
    )
    from_: Number | None = Field(default=None, alias="from", description="lower end of a range")
    to: Number | None = Field(default=None, description="upper end of a range")
    steps: Annotated[int, Field(ge=2, le=MOST_STEPS)] | None = Field(
        default=None, description="how many levels the range has, both ends included"
    )
    scale: Literal["linear", "log"] = Field(
        default="linear", description="log: steps, or chances, are even in the logarithm"
    )
    distribution: Literal["uniform", "log_uniform", "triangular", "normal"] | None = Field(
        default=None, description="what a sampling design draws from"
    )
    low: Number | None = Field(default=None, description="least value; a normal is cut there")
    high: Number | None = Field(default=None, description="greatest value; a normal is cut there")
    mode: Number | None = Field(default=None, description="likeliest value of a triangular")
    mean: Number | None = Field(default=None, description="mean of a normal before it is cut")
    sd: Annotated[Number, Field(gt=0)] | None = Field(
        default=None, description="standard deviation of a normal before it is cut"
    )

    @property
    def bounds(self) -> tuple[float, float]:
        """Both ends of a range or distribution."""
        low = self.low if self.from_ is None else self.from_
        high = self.high if self.to is None else self.to
        return (math.nan if low is None else low), (math.nan if high is None else high)

    @property
    def shape(self) -> str:
        """The distribution that a range without steps stands for."""
        return self.distribution or ("log_uniform" if self.scale == "log" else "uniform")

    @model_validator(mode="after")
    def _one_way(self) -> Varied:
        if "levels" in self.model_fields_set:
            if len(self.model_fields_set) > 1:
                raise ValueError("has levels, so it has no range and no distribution")
            if not self.levels:
                raise ValueError("has no level")
            return self
        self._check_bounds()
        self._check_centre()
        if self.distribution and (self.steps or "scale" in self.model_fields_set):
            raise ValueError("has a distribution, so it has neither steps nor scale")
        return self

    def _check_bounds(self) -> None:
        low, high = self.bounds
        if None not in (self.low, self.from_) or None not in (self.high, self.to):
            raise ValueError("has both from or to and low or high, which say the same")
        if math.isnan(low) or math.isnan(high):
            raise ValueError("needs both ends: from and to, or low and high; or a list of levels")
        if low > high and not self.steps:  # with steps it goes down them
            raise ValueError(f"has a lower end, {low:g}, that is not below its upper, {high:g}")
        if low == high:
            raise ValueError(f"begins and ends at {low:g}")
        if self.shape == "log_uniform" and min(low, high) <= 0:
            raise ValueError(f"begins at {low:g}, and a logarithm needs more than 0")

    def _check_centre(self) -> None:
        low, high = self.bounds
        triangular, normal = self.shape == "triangular", self.shape == "normal"
        if (self.mode is not None) != triangular:
            raise ValueError("needs a mode if it is triangular, and only then")
        if (self.mean is not None) != normal or (self.sd is not None) != normal:
            raise ValueError("needs a mean and an sd if it is normal, and only then")
        centre = self.mode if triangular else self.mean
        if centre is not None and not low <= centre <= high:
            raise ValueError(f"has its centre, {centre:g}, outside {low:g} to {high:g}")


class WrittenPlot(Part):
    """A figure; what is left out is chosen by what the design has."""

    kind: PlotKind = Field(description="which figure")
    outcome: str = Field(default="", description="the outcome it shows")
    x: str = Field(default="", description="the path along its axis; for ribbons also `sessions`")
    y: str = Field(default="", description="the path along the second axis of a heat map")
    by: str = Field(default="", description="a line, panel or row for each level of this path")
    draft: str = Field(default="", description="label of the draft, for texts and ribbons")


class ExperimentFile(Part):
    """An experiment of plenary: what is varied about a scenario, and what is looked at."""

    title: str = Field(description="one line that says what is varied")
    question: str = Field(default="", description="the question that the experiment answers")
    about: str = Field(default="", description="a paragraph for the reader")
    scenario: str = Field(
        default="", description="name of a shipped scenario, or a file beside the experiment"
    )
    set_: Settings = Field(
        default=(), alias="set", description="changes that hold at every point, the base included"
    )
    vary: dict[str, Annotated[Varied, BeforeValidator(_levels)]] = Field(
        default={}, description="what is varied: a path, and its levels or its range"
    )
    design: Annotated[str, PlainValidator(_design), _DESIGN] = Field(
        default="grid", description="how points are chosen: a design, or a CSV file of points"
    )
    points: Count | None = Field(
        default=None, description="size of a sample; for sobol_indices, of its base sample"
    )
    trajectories: Annotated[int, Field(ge=2, le=MOST_STEPS)] | None = Field(
        default=None, description="how many trajectories a Morris sample has"
    )
    base: bool = Field(default=True, description="whether to play the unchanged scenario too")
    runs: Count = Field(default=200, description="runs at each point; with `until`, at least")
    until: dict[str, Annotated[float, Field(gt=0)]] = Field(
        default={},
        description="go on at each point until the standard error of these outcomes' means is this",
    )
    at_most: Count = Field(default=100_000, description="runs at each point, with `until`")
    seed: Annotated[int, Field(ge=0, lt=2**63)] | None = Field(
        default=None, description="root of all randomness; else the scenario's own"
    )
    outcomes: Texts = Field(default=(), description="outcomes to keep; else all")
    plots: tuple[Annotated[WrittenPlot, BeforeValidator(_kind)], ...] = Field(
        default=(), description="figures to draw; else those that suit the design"
    )


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of an experiment file, for editors and for messages."""
    schema = ExperimentFile.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "plenary experiment"
    schema["required"] = ["title", "scenario"]
    fields = schema["properties"]
    short = [{"type": "array"}, {"type": ["string", "number", "boolean", "null"]}]
    fields["vary"]["additionalProperties"] = {"anyOf": [{"$ref": "#/$defs/Varied"}, *short]}
    fields["plots"]["items"] = {
        "anyOf": [{"$ref": "#/$defs/WrittenPlot"}, {"enum": list(get_args(PlotKind))}]
    }
    return schema
