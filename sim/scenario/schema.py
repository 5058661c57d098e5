"""The scenario file: its fields, what each means, its unit and its range.

Positions, saliences, capabilities and shares are on 0-100 in files. Wherever an actor is named,
an ISO3 code or a common country name will do; wherever several are, so will ``group NAME``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, create_model, model_validator

from sim.core.fields import (
    ActorId,
    Code,
    Day,
    Deviation,
    Majority,
    Members,
    Month,
    Part,
    Percent,
    Session,
    Texts,
    Weight,
)
from sim.core.registry import drafting, mechanisms
from sim.errors import InputError, Mistake

Drafting: Any = Literal[drafting()]
EVENTS: dict[str, str] = {path: said for m in mechanisms() for path, said in m.events.items()}


EventName = Annotated[str, Field(pattern=r"^([A-Za-z][\w-]{0,39})?$")]


class Issue(Part):
    """One question in dispute, as a scale from 0 to 100 whose poles are put in words."""

    low: str = Field(description="what 0 stands for, worded so that its advocates would sign it")
    high: str = Field(description="what 100 stands for, worded so that its advocates would sign it")
    status_quo: Percent = Field(description="where things stand without a new text, 0-100")
    words: dict[Annotated[int, Field(ge=0, le=100)], str] = Field(
        description="what points of the scale mean, 0-100: at least three between the poles"
    )

    @model_validator(mode="after")
    def _worded(self) -> Issue:
        if sum(0 < point < 100 for point in self.words) < 3:
            raise ValueError("needs words for at least three points strictly between 0 and 100")
        return self


class Actor(Part):
    """A state, company or civil-society organisation: what it wants, and what it weighs."""

    name: str = Field(default="", description="full name; a country's is known from its code")
    kind: Literal["state", "company", "civil_society"] = Field(
        description="states vote; companies and civil society speak where the forum lets them"
    )
    groups: Texts = Field(default=(), description="groups it belongs to, for `group NAME`")
    home: ActorId = Field(default="", description="the state a company or organisation is based in")
    capability: Percent = Field(
        default=30.0, description="weight of its voice and of its objection, 0-100"
    )
    absence: Percent = Field(
        default=5.0, description="habit of not voting: share of votes missed, 0-100"
    )
    position: dict[str, Percent] = Field(default={}, description="what it wants, by issue, 0-100")
    salience: dict[str, Percent] = Field(
        default={}, description="how much it cares, by issue, 0-100 (30)"
    )
    error: dict[str, Deviation] = Field(
        default={},
        description="standard deviation of what we know of its position, by issue, 0-50 (10)",
    )
    basis: dict[str, str] = Field(
        default={}, description="one word for how a position is known, by issue"
    )
    salience_error: dict[str, Deviation] = Field(
        default={},
        description="standard deviation of what we know of its salience, by issue, 0-50 (10)",
    )
    salience_basis: dict[str, str] = Field(
        default={}, description="one word for how a salience is known, by issue"
    )
    source: str = Field(default="", description="where its positions are documented")
    known_by: Day | None = Field(
        default=None, description="date by which its data were known, YYYY-MM-DD"
    )
    present: bool = Field(default=True, description="false: its seat exists, and it takes no part")


class Actors(Part):
    """Who takes part: rows of tables, and actors written here."""

    from_: Texts = Field(default=(), alias="from", description="CSV table, or tables, of actors")
    only: Members = Field(
        default=(), description="of the tables' actors, only these ids and groups"
    )
    and_: dict[ActorId, Actor] = Field(
        default={},
        alias="and",
        description="more actors, or fields that override those of a table's actor",
    )


class Clause(Part):
    """One numbered paragraph: where it would move one issue."""

    issue: str = Field(description="code of the issue it bears on")
    value: Percent = Field(description="where it would put that issue, 0-100")
    words: str = Field(default="", description="what the clause says")
    weight: Annotated[float, Field(gt=0)] = Field(
        default=1.0, description="its weight among the draft's clauses on the same issue"
    )


class Draft(Part):
    """A text put to a forum."""

    title: str = Field(default="", description="what the text is called")
    sponsors: Members = Field(default=(), description="who tables it")
    series: Texts = Field(default=(), description="labels of the earlier texts that it follows")
    clauses: dict[str, Clause] = Field(
        default={}, description="its paragraphs by label, such as OP3"
    )
    dates: dict[str, Day] = Field(
        default={}, description="date of the decision, by stage, YYYY-MM-DD"
    )


class Stage(Part):
    """A meeting at which a forum decides."""

    session: Session = Field(description="session of the decision, counted from 1")
    date: Day | None = Field(default=None, description="its date, YYYY-MM-DD")


class Forum(Part):
    """A room: rules of procedure by preset, any of which may be overridden here."""

    rules: str = Field(description="name of the rules of procedure, such as un_general_assembly")
    members: Members = Field(
        default=(),
        description="who has a seat: `all states`, a group, ids; by default those of the rules",
    )
    stages: dict[str, Stage] = Field(
        default={},
        description="its decisions in order; by default one, `decision`, in the last session",
    )
    opens: Session = Field(
        default=1, description="the session in which it first meets, counted from 1"
    )
    drafts: dict[str, Draft] = Field(
        default={}, description="the texts before it, by label, such as 73/27"
    )
    majority: Majority | None = Field(
        default=None, description="simple, two_thirds, or the per cent in favour that is enough"
    )
    quorum: Percent | None = Field(
        default=None, description="per cent of members needed for a decision"
    )
    access: Literal["open", "consultative", "closed"] | None = Field(
        default=None, description="whether companies and civil society may speak"
    )
    restraint: Percent | None = Field(
        default=None, description="share of a loss that is borne in silence under consensus, 0-100"
    )
    silence: bool | None = Field(
        default=None,
        description="yes: by a silence procedure, a text stands unless somebody breaks the silence",
    )
    rounds: Annotated[int, Field(ge=0, le=1000)] | None = Field(
        default=None, description="most moves the chair makes in one session"
    )
    drafting: Drafting | None = Field(
        default=None, description="who may change a text before the decision"
    )
    vetoes: Members | None = Field(
        default=None, description="members whose vote against defeats a text"
    )
    weights: dict[ActorId, Weight] | None = Field(
        default=None, description="members' weights for a second majority, such as populations"
    )
    weight_share: Percent | None = Field(
        default=None, description="per cent of the members' weights that must be in favour"
    )

    def overrides(self) -> dict[str, Any]:
        """Return the rules that this scenario sets itself, by field; shares are on 0-100."""
        kept = ("rules", "members", "stages", "opens", "drafts")
        return {k: v for k, v in self if k not in kept and v is not None}


class Calendar(Part):
    """What span of time each session stands for."""

    start: Month = Field(description="the month in which session 1 begins, such as 2019-01")
    end: Month | None = Field(
        default=None, description="the month in which the last session lies; gives their number"
    )
    step: Literal["month", "quarter", "half", "year"] = Field(
        default="quarter", description="the length of a session"
    )


class WrittenEvent(Part):
    """Something that happens at the opening of a session."""

    session: Session = Field(description="the session it opens, counted from 1")
    set_: dict[str, Percent] = Field(
        default={},
        alias="set",
        description=f"new values, 0-100: {', '.join(EVENTS)}",
    )
    do: Texts = Field(
        default=(), description="what actors do, such as `USA withdraws` or `USA leaves EU`"
    )
    why: str = Field(default="", description="what it stands for")
    name: EventName = Field(
        default="", description="one word for it; needed where it may happen or not"
    )
    chance: Percent | None = Field(
        default=None, description="per cent of runs in which it happens, in each session it is due"
    )
    when: Texts = Field(
        default=(),
        description="what must hold first, such as `status_quo.DATA > 60` or `74/247 adopted`",
    )
    until: Session | None = Field(
        default=None,
        description="the last session in which it is due; by default its own, or with `when` any",
    )

    @property
    def open(self) -> bool:
        """Whether it happens in some runs and not in others."""
        return self.chance is not None or bool(self.when)


class Outcome(Part):
    """What happened to a draft at one stage, to compare with."""

    in_favour: Annotated[int, Field(ge=0)] | None = Field(
        default=None, description="votes in favour"
    )
    against: Annotated[int, Field(ge=0)] | None = Field(default=None, description="votes against")
    abstaining: Annotated[int, Field(ge=0)] | None = Field(default=None, description="abstentions")
    not_voting: Annotated[int, Field(ge=0)] | None = Field(
        default=None, description="members not voting"
    )
    adopted: bool | None = Field(default=None, description="whether the text was adopted")
    how: str = Field(default="", description="how it was decided, such as consensus or vote")
    dissociated: Members = Field(
        default=(), description="who joined consensus and reserved its position"
    )
    votes: Path | None = Field(default=None, description="CSV of each state's vote")
    source: str = Field(default="", description="where it is recorded")


class CoreFile(Part):
    """What every scenario has, whatever mechanisms add."""

    model_config = ConfigDict(defer_build=True)  # only the whole of it is ever built

    title: str = Field(description="one line that says what is negotiated, and when")
    about: str = Field(default="", description="a paragraph for the reader")
    question: str = Field(default="", description="the question the scenario is there to answer")
    theme: str = Field(default="", description="the heading under which `plenary list` has it")
    covers: tuple[Annotated[int, Field(ge=1, le=31)], ...] = Field(
        default=(),
        description="parts of the world that it shows, by number: scenarios/data/world.csv",
    )
    date: Day | None = Field(
        default=None, description="all data were known by this date, YYYY-MM-DD"
    )
    seed: Annotated[int, Field(ge=0, lt=2**63)] = Field(
        default=0, description="root of all randomness"
    )
    sessions: Session = Field(default=3, description="number of sessions, 1-60")
    calendar: Calendar | None = Field(
        default=None,
        description="the time that sessions stand for; they may then be named by date, as 2021-Q3",
    )
    extends: str = Field(
        default="", description="scenario that this one changes: a name, or a file"
    )
    sources: Texts = Field(default=(), description="where the facts come from")
    issues: dict[Code, Issue] = Field(
        default={},
        description="what is in dispute, by code; those of the field are worded already: SOV ...",
    )
    groups: dict[str, tuple[ActorId, ...]] = Field(
        default={},
        description="groups of actors; come before those of the same name in shipped data",
    )
    actors: Actors = Field(default=Actors(), description="who takes part")
    forums: dict[str, Forum] = Field(default={}, description="where it is negotiated, by name")
    events: tuple[WrittenEvent, ...] = Field(
        default=(), description="what happens in which session"
    )
    parameters: dict[str, float] = Field(
        default={}, description="numbers of the model set for this scenario, by name"
    )
    worlds: Path | None = Field(
        default=None, description="CSV of admissible worlds, as `plenary calibrate` writes it"
    )
    observed: dict[str, dict[str, float]] = Field(
        default={},
        description="what was counted of outcomes over sessions, by session, such as 2019-Q1: 35",
    )
    record: dict[str, dict[str, Outcome]] = Field(
        default={},
        description="what happened, by draft and stage, where the scenario replays history",
    )


def _with_sections() -> type[CoreFile]:
    """Add to the fields of every scenario those that mechanisms own.

    Raises:
        InputError: a mechanism's section has the name of a field that every scenario has.
    """
    fields: dict[str, Any] = {}
    for mechanism in mechanisms():
        for name, section in mechanism.scenario.items():
            if name in CoreFile.model_fields:
                problem = f"the section {name!r} is part of every scenario"
                where = f"package {mechanism.package}"
                raise InputError(Mistake(problem, where, field=mechanism.name))
            fields[name] = (
                section.type,
                Field(default=section.default, description=section.meaning),
            )
    about = "A scenario of plenary: who negotiates what, where, by which rules."
    return create_model("ScenarioFile", __base__=CoreFile, __doc__=about, **fields)


ScenarioFile = _with_sections()
SECTIONS = tuple(name for name in ScenarioFile.model_fields if name not in CoreFile.model_fields)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a scenario file, for editors and for `plenary schema`."""
    schema = ScenarioFile.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "plenary scenario"
    whole = ["title", "issues", "actors", "forums"]
    schema["anyOf"] = [{"required": ["extends"]}, {"required": whole}]
    del schema["required"]
    schema["$defs"]["Issue"]["required"] = ["status_quo"]  # those of the field are worded already
    return schema
