"""What ``--json`` prints, as a JSON Schema: one result for each kind of command.

The fields are those of the dataclasses that the results are made of; what is said here is only
what the commands add. Numbers that are not known are null.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaValue

from sim.analysis.paired import Difference
from sim.analysis.skill import Scored
from sim.analysis.tally import Tally
from sim.errors import Mistake
from sim.report.parts import Findings

Values = dict[str, Any]


@dataclass
class OutcomeAtPoint:
    """One outcome at one point of a study: a run has one point, a what-if two."""

    outcome: str
    draft: str
    stage: str
    clause: str
    issue: str
    actor: str
    unit: str
    point: str
    levels: dict[str, str]
    runs: int
    defined: float
    mean: float
    error: float
    chance: float
    ignorance: float
    low: float
    high: float
    difference: float
    difference_error: float
    smallest: float


@dataclass(frozen=True)
class Ballot(Tally):
    """One ballot, beside what is on record."""

    record: Values | None
    decided_as_recorded: float | None


@dataclass
class Watched:
    """A delegation at one ballot: its two likeliest decisions when it is there."""

    draft: str
    stage: str
    actor: str
    first: str
    chance: float
    second: str
    chance_of_second: float
    absent: float


@dataclass
class Switched:
    """A delegation that decides otherwise."""

    draft: str
    stage: str
    actor: str
    share: float
    before: str
    after: str
    reading: str


@dataclass
class RunResult:
    """`plenary run --json`; with --set also what differs from the unchanged scenario."""

    kind: Literal["run"]
    scenario: str
    settings: list[str]
    runs: int
    worlds: int
    seed: int
    folder: str
    outcomes: list[OutcomeAtPoint]
    ballots: list[Ballot]
    watch: list[Watched]
    plain_baselines: list[Values]
    skill: list[Scored]
    paired: list[Difference] | None = None
    who_changed: list[Switched] | None = None


@dataclass(kw_only=True)
class ComparisonResult(RunResult):
    """`plenary compare --json`."""

    kind: Literal["compare"]  # type: ignore[assignment]
    base: str
    against: str | None
    after: int | None
    readings: list[str]
    notes: list[str]


@dataclass(frozen=True, kw_only=True)
class SweepResult(Findings):
    """`plenary sweep --json`: the findings, as in summary.json, and every mean."""

    format: int
    folder: str
    outcomes: list[OutcomeAtPoint]


@dataclass
class SweepCost:
    """`plenary sweep --dry-run --json`."""

    experiment: str
    points: int
    runs_per_point: int
    runs: int
    done: int
    left: int
    workers: int
    seconds: float
    bytes: float
    folder: str
    until: dict[str, float]
    at_most: int
    warnings: list[str]


@dataclass
class CheckResult:
    """`plenary check --json` of a scenario in which nothing is wrong."""

    ok: Literal[True]
    warnings: list[str]
    actors: int
    states: int
    issues: int
    forums: int
    drafts: int
    clauses: int


@dataclass
class CheckRefused:
    """`plenary check --json` of a scenario in which something is wrong."""

    ok: Literal[False]
    mistakes: list[Mistake]


@dataclass
class BackTestResult:
    """`plenary backtest votes --json`: what was found, with every table by its columns."""

    kind: Literal["back-test"]
    name: str
    title: str
    question: str
    until: str
    answer: list[str]
    limits: list[str]
    scores: list[Values]
    tables: dict[str, dict[str, list[Any]]]
    figures: dict[str, list[str]]
    sources: list[str]


RESULTS: dict[str, Any] = {
    "run": RunResult,
    "compare": ComparisonResult,
    "sweep": SweepResult,
    "dry-run": SweepCost,
    "check": CheckResult | CheckRefused,
    "backtest": BackTestResult,
}


def json_schema() -> JsonSchemaValue:
    """Return the JSON Schema (2020-12) of what ``--json`` prints; each command under its name."""
    wanted = [(name, "serialization", TypeAdapter(of)) for name, of in RESULTS.items()]
    found, defined = TypeAdapter.json_schemas(wanted)  # type: ignore[arg-type]
    of_commands = {name: found[name, "serialization"] for name, _, _ in wanted}
    schema: JsonSchemaValue = _nullable(
        {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "plenary result",
            "anyOf": [{"$ref": f"#/$defs/{name}"} for name in of_commands],
            "$defs": {**defined.get("$defs", {}), **of_commands},
        }
    )
    return schema


def _nullable(schema: Any) -> Any:
    """Let a number be null, wherever one may stand: what is not known is."""
    if isinstance(schema, list):
        return [_nullable(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: _nullable(value) for key, value in schema.items()}
    return found | {"type": ["number", "null"]} if found.get("type") == "number" else found
