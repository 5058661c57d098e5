"""What a field of a scenario file may hold: per cents, names of actors, issues and drafts, groups.

The files of mechanisms say with these what their part of a scenario looks like; checks, error
messages, `--set` paths, the published schema and docs follow from the types. Positions,
saliences, capabilities and shares are on 0-100 in files, with or without a per-cent sign; what a
person may have meant as a share, such as 0.75, is refused by `sim.scenario.shares`. Wherever an
actor is named, an ISO3 code or a common country name will do; wherever several are, so will
``group NAME``.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    WithJsonSchema,
)

from sim import countries
from sim.core.calendar import month
from sim.forums.rules import MAJORITIES

SHOWN_NAMES = 8  # in a message; the rest is counted
GROUP = "group "
ALL_STATES = "all states"
LEADER = "leader "
GIVEN, NO_POSITION = "given", "none"  # the basis of a position without one, and of none at all
DEFAULT_POSITION, DEFAULT_ERROR, DEFAULT_SALIENCE = 50.0, 10.0, 30.0
MOST_SESSIONS = 60  # five years by months
UNKNOWN_ERROR = 25.0  # of a position that nobody gave: near to "anything"
PER_CENT = r"^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*%\s*$"  # a number with its sign


def actor_id(text: str) -> str:
    """Turn a country name into its code; other ids stay, and are looked up later."""
    text = text.strip()
    return countries.code(text) or text


def bare(value: Any) -> Any:
    """Take the sign off a per cent: ``70%`` and ``70 %`` are 70. Anything else stays."""
    signed = isinstance(value, str) and re.match(PER_CENT, value)
    return value.strip().removesuffix("%").rstrip() if signed else value


def _member(text: str) -> str:
    if unsure := countries.unsure(text):
        raise ValueError(unsure)
    return text.strip() if text.strip() == ALL_STATES or text.startswith(GROUP) else actor_id(text)


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _once(value: Any) -> Any:
    """Refuse a map by actors that names one of them twice, by its code and by its name."""
    written: dict[str, str] = {}
    for key in value if isinstance(value, dict) else ():
        before = written.setdefault(actor_id(str(key)), str(key))
        if before != str(key):
            raise ValueError(f"names {actor_id(before)} twice: as {before} and as {key}")
    return value


def _day(value: Any) -> Any:
    if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value.strip()):
        raise ValueError("is not a date written YYYY-MM-DD")
    return value


def _month(text: str) -> str:
    if month(text) is None:
        raise ValueError("is no month: write YYYY-MM, or YYYY, YYYY-Q1, YYYY-H2")
    return text.strip()


def leader_line(text: str) -> str:
    """Turn the country in ``leader COUNTRY`` into its code; any other line stays."""
    return LEADER + actor_id(text.removeprefix(LEADER)) if text.startswith(LEADER) else text


def _majority(value: Any) -> str | float:
    if value in MAJORITIES:
        return str(value)
    try:
        per_cent = float(bare(value))
    except (TypeError, ValueError):
        per_cent = -1.0
    if not 0 <= per_cent <= 100:
        raise ValueError("is neither simple nor two_thirds nor a per cent from 0 to 100")
    return per_cent


def _on_scale(most: float) -> Any:
    """The schema of a number from 0 that may have its sign: of a text only the pattern holds."""
    limits = {"minimum": 0, "maximum": most}
    return {"type": ["number", "string"], **limits, "pattern": PER_CENT}


_ONE_OR_MORE: Any = WithJsonSchema(
    {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "string"}]}
)
Percent = Annotated[
    float, BeforeValidator(bare), Field(ge=0, le=100), WithJsonSchema(_on_scale(100))
]
Weight = Annotated[float, Field(ge=0)]
Deviation = Annotated[
    float, BeforeValidator(bare), Field(ge=0, le=50), WithJsonSchema(_on_scale(50))
]
Session = Annotated[int, Field(ge=1, le=MOST_SESSIONS)]
Code = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{0,15}$")]
ActorId = Annotated[str, Field(max_length=80), AfterValidator(actor_id)]
Members = Annotated[
    tuple[Annotated[str, AfterValidator(_member)], ...], BeforeValidator(_listed), _ONE_OR_MORE
]
Texts = Annotated[tuple[str, ...], BeforeValidator(_listed), _ONE_OR_MORE]
Majority = Annotated[
    str | float,
    PlainValidator(_majority),
    WithJsonSchema({"anyOf": [{"enum": list(MAJORITIES)}, _on_scale(100)]}),
]
Day = Annotated[dt.date, BeforeValidator(_day)]
Month = Annotated[str, AfterValidator(_month)]


class Part(BaseModel):
    """Any object of a scenario: no unknown fields, no infinities, never changed once read."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, frozen=True)


def some(ids: Sequence[str]) -> str:
    """Name the first of several ids, and count the rest."""
    more = f" and {len(ids) - SHOWN_NAMES} more" if len(ids) > SHOWN_NAMES else ""
    return ", ".join(ids[:SHOWN_NAMES]) + more


def weightless(weights: Mapping[str, float], members: Collection[str]) -> str:
    """Say that some members have no weight where others have one; "" where none lacks it."""
    without = [member for member in members if member not in weights]
    if not (weights and without):
        return ""
    counted = f"{len(without)} of {len(members)} members have no weight"
    return f"{counted}, so theirs is 0: {some(without)}"


@dataclass(frozen=True)
class Ref:
    """Marks a field that names something of the scenario: "issue", "draft" or "actor"."""

    what: str


ActorRef = Annotated[ActorId, Ref("actor")]
ActorRefs = Annotated[Members, Ref("actors")]
Once = BeforeValidator(_once)  # marks a map by actors: each stands in it once
IssueRef = Annotated[str, Ref("issue")]
DraftRef = Annotated[str, Ref("draft")]
