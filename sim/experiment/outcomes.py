"""What a run is asked for: every outcome by name, what it means, and its values from a table.

The names are the columns of `sim.core.outcomes.Outcomes.table`. ``NAME if adopted`` is the same
outcome in the runs in which its draft was adopted at its last stage, and in no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.core.outcomes import COUNTS
from sim.errors import InputError, Mistake
from sim.forums.rules import How
from sim.near import near
from sim.scenario import Scenario

Floats = npt.NDArray[np.float64]
Column = npt.NDArray[Any]
Ballot = tuple[str, str]

IF_ADOPTED = " if adopted"
STATUS_QUO = "status_quo."
WORDS = "words"  # the unit of what has no mean
ON_PERCENT = (".value", ".retained")  # on 0-1 in a run, on 0-100 in files
OF_BALLOT = ("adopted", "how", *COUNTS, "text_existed")
HOW = np.array([how.name.lower() for how in How], dtype=object)
DIGITS = 6  # after the point, as in the files of a run


@dataclass(frozen=True)
class Declared:
    """What an outcome is: its meaning, its unit and range in files, and what it is otherwise.

    ``otherwise`` says the value in a run in which nothing is adopted; ``low`` and ``high`` are
    None where there is no bound that is known.
    """

    name: str
    meaning: str
    unit: str
    low: float | None
    high: float | None
    otherwise: str
    draft: str = ""  # the one it is about

    @property
    def averaged(self) -> bool:
        """Whether it has a mean: all but words do."""
        return self.unit != WORDS


class _Kind(NamedTuple):
    """How a kind of outcome is told, with {draft}, {stage}, {clause} and {issue} to be filled."""

    meaning: str
    unit: str
    low: float | None
    high: float | None  # for members: 0, and the draft's forum says how many
    otherwise: str


_COUNTED = "as counted; not defined where an earlier stage had defeated the text"
_STANDS = "as the text last stood, though it fell"


def _members(doing: str) -> _Kind:
    return _Kind(f"members {doing} {{draft}} at {{stage}}", "members", 0, None, _COUNTED)


_KINDS: dict[str, _Kind] = {
    "adopted": _Kind("whether {draft} carried at {stage}", "share of runs", 0, 1, "0"),
    "how": _Kind(
        "how {draft} was decided at {stage}, or what defeated it",
        WORDS,
        None,
        None,
        "what defeated it",
    ),
    "in_favour": _members("in favour of"),
    "against": _members("against"),
    "abstaining": _members("abstaining on"),
    "not_voting": _members("not voting on"),
    "blocking": _members("blocking"),
    "dissociating": _members("that join consensus and reserve their position on"),
    "margin": _Kind(
        "votes in favour of {draft} at {stage} beyond those needed; negative: how many were"
        " missing, or without a vote how many members block",
        "votes",
        None,
        None,
        _COUNTED,
    ),
    "text_existed": _Kind(
        "of the runs in which {draft} was blocked at {stage}: whether another text existed that"
        " nobody would have blocked",
        "share of runs",
        0,
        1,
        "not defined unless the text was blocked",
    ),
    "value": _Kind(
        "where {clause} of {draft} stands at the end; the status quo where it was dropped",
        "0-100",
        0,
        100,
        _STANDS,
    ),
    "retained": _Kind(
        "how much of the change that {draft} asked for is left in its text",
        "0-100",
        0,
        100,
        _STANDS,
    ),
    "cosponsors": _Kind(
        "delegations whose names stand under {draft} in the end",
        "members",
        0,
        None,
        "those of the text that fell",
    ),
    "status_quo": _Kind(
        "the status quo of {issue} at the end, after all that was adopted",
        "0-100",
        0,
        100,
        "the status quo",
    ),
}


def names(scenario: Scenario) -> tuple[str, ...]:
    """Return the outcomes that a run of a scenario has, in the order of its table's columns."""
    found = [f"{draft}.{stage}.{end}" for draft, stage in _decided(scenario) for end in OF_BALLOT]
    for label, draft in scenario.drafts.items():
        found += [f"{label}.{clause}.value" for clause in draft.clauses]
        found += [f"{label}.retained", f"{label}.cosponsors"]
    return (*found, *(STATUS_QUO + issue for issue in scenario.issues))


def _decided(scenario: Scenario) -> Iterator[Ballot]:
    """Every ballot in the order of the sessions, as `sim.core.setting.Setting.ballots` has them."""
    for session in range(1, scenario.sessions + 1):
        for forum in scenario.forums.values():
            for stage, about in forum.stages.items():
                if about.session == session:
                    yield from ((label, stage) for label in forum.drafts)


def members(scenario: Scenario) -> dict[str, int]:
    """Return how many states have a seat in the forum of each draft: the most that can vote."""
    return {
        label: sum(scenario.actors[actor].kind == "state" for actor in forum.members)
        for forum in scenario.forums.values()
        for label in forum.drafts
    }


def declared(columns: Iterable[str], seats: Mapping[str, int] | None = None) -> dict[str, Declared]:
    """Say of every outcome what it is.

    Args:
        columns: the names, of a run's table or of `names`; ``run`` and ``world`` are passed over.
        seats: how many members each draft's forum has, as `members` counts them, if known.

    Returns:
        A declaration by name, in the order given; of conditional names, see `of`.
    """
    columns = [name for name in columns if name not in ("run", "world")]
    drafts = _drafts(columns)
    told = [_told(name, drafts, seats or {}) for name in columns]
    return {said.name: said for said in told}


def of(name: str, known: Mapping[str, Declared]) -> Declared:
    """Return the declaration of an outcome, one with ``if adopted`` included.

    Raises:
        InputError: there is no such outcome, with the nearest; or what is asked is no draft's.
    """
    plain, conditional = split(name)
    said = known.get(plain)
    if said is None:
        raise InputError(_unknown(name, known))
    if not conditional:
        return said
    if not said.draft:
        problem = "is about no draft, so nothing says what must have been adopted"
        raise InputError(Mistake(problem, value=name, suggestion=plain))
    if said.draft not in (draft for draft, _ in ballots_of(known)):
        raise InputError(Mistake(f"is about {said.draft}, which is never decided", value=name))
    last = dict(ballots_of(known))[said.draft]
    meaning = f"{said.meaning}; only in runs in which {said.draft} is adopted at {last}"
    return replace(said, name=name, meaning=meaning, otherwise="not defined")


def split(name: str) -> tuple[str, bool]:
    """Take a conditional name apart: the plain name, and whether there was a condition."""
    plain = name.removesuffix(IF_ADOPTED)
    return plain.strip(), plain != name


def ballots_of(columns: Iterable[str]) -> tuple[Ballot, ...]:
    """Return the ballots, (draft, stage), that columns tell of, in their order."""
    columns = list(columns)
    drafts = _drafts(columns)
    heads = (name.removesuffix(".adopted") for name in columns if name.endswith(".adopted"))
    return tuple((draft, rest) for draft, rest in (_apart(head, drafts) for head in heads) if draft)


def extract(name: str, table: Mapping[str, Column], ballots: Sequence[Ballot] = ()) -> Floats:
    """Take one outcome from a run's table, in the unit of files: (runs,).

    It is nan where it is not defined: a count at a ballot that was not reached, ``text_existed``
    of a text that was not blocked, a conditional outcome of a draft that fell, and everything
    of a draft or clause that the table does not have.

    Args:
        name: an outcome, with or without ``if adopted``; not one in words.
        table: as `sim.core.outcomes.Outcomes.table`.
        ballots: those of the table, to save looking for them.
    """
    return _Table(table, ballots).values(name)


def columns(
    wanted: Iterable[str], table: Mapping[str, Column], ballots: Sequence[Ballot] = ()
) -> dict[str, Column]:
    """Take several outcomes from a run's table, as `extract` does; those in words as words."""
    found = _Table(table, ballots)
    return {name: found.column(name) for name in wanted}


class _Table:
    """A run's table, with what several columns need of it worked out once."""

    def __init__(self, table: Mapping[str, Column], ballots: Sequence[Ballot]) -> None:
        self.table = table
        self.ballots = ballots
        self.missed: dict[str, npt.NDArray[np.bool_]] = {}
        self.last: dict[str, str] | None = None

    def column(self, name: str) -> Column:
        if not name.endswith(".how"):
            return self.values(name)
        there = self.table.get(name)
        codes = np.full(self._runs, How.NOT_REACHED) if there is None else there
        words: Column = HOW[codes]
        return words

    def values(self, name: str) -> Floats:
        plain, conditional = split(name)
        found = self.table.get(plain)
        if found is None:
            return np.full(self._runs, np.nan)
        values = self._in_files(plain, found)
        if conditional:
            values[~self._adopted(plain)] = np.nan
        return values

    @property
    def _runs(self) -> int:
        return len(self.table["run"])

    def _in_files(self, name: str, found: Column) -> Floats:
        head, _, end = name.rpartition(".")
        if end == "how":
            raise ValueError(f"{name} is in words and has no values")
        if name.endswith(ON_PERCENT) or name.startswith(STATUS_QUO):
            return np.round(found * 100.0, DIGITS)
        values = found.astype(np.float64)
        if end in COUNTS:
            values[self._not_reached(head)] = np.nan
        elif end == "text_existed":
            values[values < 0] = np.nan
        return values

    def _not_reached(self, ballot: str) -> npt.NDArray[np.bool_]:
        if ballot not in self.missed:
            self.missed[ballot] = self.table[f"{ballot}.how"] == How.NOT_REACHED
        return self.missed[ballot]

    def _adopted(self, name: str) -> npt.NDArray[np.bool_]:
        if self.last is None:
            self.last = dict(self.ballots or ballots_of(self.table))
        draft, _ = _apart(name, self.last)
        there = self.table.get(f"{draft}.{self.last.get(draft)}.adopted")
        return np.zeros(self._runs, dtype=np.bool_) if there is None else there.astype(np.bool_)


def _drafts(columns: Iterable[str]) -> list[str]:
    """Every draft has cosponsors, if none: their columns name the drafts."""
    return [n.removesuffix(".cosponsors") for n in columns if n.endswith(".cosponsors")]


def _apart(name: str, drafts: Iterable[str]) -> tuple[str, str]:
    """Split off the draft, whose label may hold dots: the longest that is known."""
    draft = max((d for d in drafts if name.startswith(f"{d}.")), key=len, default="")
    return draft, name[len(draft) + 1 :] if draft else name


def _told(name: str, drafts: Sequence[str], seats: Mapping[str, int]) -> Declared:
    draft, rest = _apart(name, drafts)
    if not draft:
        issue = name.removeprefix(STATUS_QUO)
        return Declared(name, **_filled(_KINDS["status_quo"], issue=issue))
    middle, _, end = rest.rpartition(".")
    said = _filled(_KINDS[end], draft=draft, stage=middle, clause=middle)
    if draft in seats and end in (*COUNTS, "cosponsors"):
        said["high"] = float(seats[draft])
        said["low"] = -float(seats[draft]) if end == "margin" else 0.0
    return Declared(name, **said, draft=draft)


def _filled(kind: _Kind, **words: str) -> dict[str, Any]:
    return {**kind._asdict(), "meaning": kind.meaning.format(**words)}


def _unknown(name: str, known: Iterable[str]) -> Mistake:
    plain, conditional = split(name)
    close = near(plain, known)
    suggestion = close + IF_ADOPTED * conditional if close else ""
    ends = ", ".join(f".{end}" for end in (*OF_BALLOT, "value", "retained", "cosponsors"))
    allowed = "" if close else f"DRAFT.STAGE, DRAFT.CLAUSE or DRAFT with {ends}; status_quo.ISSUE"
    return Mistake("there is no such outcome", value=name, allowed=allowed, suggestion=suggestion)
