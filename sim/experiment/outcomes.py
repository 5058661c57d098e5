"""What a run is asked for: every outcome by name, what it means, and its values from a table.

The names are the columns of `sim.core.outcomes.Outcomes.table`. ``NAME if adopted`` is the same
outcome in the runs in which its draft was adopted at its last stage, and in no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.build import rules_of
from sim.core import outcomes as of_runs
from sim.core.frames import IF
from sim.core.mechanism import Mechanism, Outline
from sim.core.outcome import KEYS, WORDS, Outcome, Over
from sim.core.registry import OUTCOMES, kind_of, mechanisms
from sim.errors import InputError, Mistake
from sim.near import near
from sim.scenario import Scenario

Floats = npt.NDArray[np.float64]
Column = npt.NDArray[Any]
Filed = np.ma.MaskedArray[Any, Any]
Ballot = tuple[str, str]
SINGLE = tuple(key for key in KEYS if key != "draft")  # what an outcome is about beside a draft

IF_ADOPTED = IF


@dataclass(frozen=True)
class Declared:
    """What an outcome is: its title, meaning, unit and range in files, and what it is otherwise.

    ``otherwise`` says the value in a run in which nothing is adopted; ``low`` and ``high`` are
    None where there is no bound that is known; ``missing`` says when there is no value.
    """

    name: str
    title: str
    meaning: str
    unit: str
    low: float | None
    high: float | None
    otherwise: str
    missing: str
    kind: Outcome
    draft: str = ""  # the one it is about
    about: str = ""  # the stage, clause, issue or actor

    @property
    def averaged(self) -> bool:
        """Whether it has a mean: all but words do."""
        return self.unit != WORDS


def names(scenario: Scenario) -> tuple[str, ...]:
    """Return the outcomes that a run of a scenario has, in the order of its table's columns."""
    about = of_runs.About(
        list(_decided(scenario)),
        {label: tuple(draft.clauses) for label, draft in scenario.drafts.items()},
        tuple(scenario.issues),
        tuple(scenario.actors),
        tuple(map(scenario.session_label, range(1, scenario.sessions + 1))),
        scenario.may_happen,
    )
    listed = (
        (m, outcome, m.columns(outcome, scenario.sections))
        for m in mechanisms()
        if _in_use(m, scenario)
        for outcome in m.outcomes
    )
    return tuple(of_runs.columns(listed, about))


def _in_use(mechanism: Mechanism, scenario: Scenario) -> bool:
    """Whether the setting of a scenario will have a mechanism in use; without making it."""
    sections = scenario.sections
    needed = (m for m in mechanisms() if m.name in (mechanism.name, *mechanism.needs))
    return all(m.said(sections) for m in needed) and mechanism.fits(outline(scenario))


def outline(scenario: Scenario) -> Outline:
    """What decides which mechanisms a scenario has any use for."""
    texts = (
        (rules_of(forum), frozenset(clause.issue for clause in draft.clauses.values()))
        for forum in scenario.forums.values()
        for draft in forum.drafts.values()
    )
    return Outline(scenario.calendar is not None, tuple(texts), scenario.sections)


def forms() -> dict[str, Declared]:
    """Say of every outcome there is what it is, with what it is about in capitals."""
    ordered = sorted(OUTCOMES.values(), key=lambda outcome: list(Over).index(outcome.over))
    return declared([o.column(*map(str.upper, o.over.value)) for o in ordered])


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


def declared(
    columns: Iterable[str], seats: Mapping[str, int] | None = None, drafts: Iterable[str] = ()
) -> dict[str, Declared]:
    """Say of every outcome what it is.

    Args:
        columns: the names, of a run's table or of `names`; ``run`` and ``world`` are passed over,
            and so is what no mechanism that is installed declares.
        seats: how many members each draft's forum has, as `members` counts them, if known.
        drafts: labels of drafts; without them those of the columns of cosponsors.

    Returns:
        A declaration by name, in the order given; of conditional names, see `of`.
    """
    columns = [name for name in columns if name not in ("run", "world")]
    labels = [*drafts, *_drafts(columns)]
    told = (_told(name, labels, seats or {}) for name in columns)
    return {said.name: said for said in told if said is not None}


def kept(columns: Iterable[str], scenario: Scenario) -> dict[str, Declared]:
    """Say what outcomes are that were kept of a scenario, and of all others that it has."""
    plain = (split(name)[0] for name in columns)
    return declared(dict.fromkeys([*names(scenario), *plain]), members(scenario))


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
    fell = f"{said.draft} was not adopted"
    return replace(said, name=name, meaning=meaning, otherwise="not defined", missing=fell)


def split(name: str) -> tuple[str, bool]:
    """Take a conditional name apart: the plain name, and whether there was a condition."""
    plain = name.removesuffix(IF_ADOPTED)
    return plain.strip(), plain != name


def outcome_of(name: str) -> Outcome | None:
    """Find what kind of outcome a name is, one with ``if adopted`` included; None if of none."""
    return kind_of(split(name)[0])


def has_mean(name: str) -> bool:
    """Whether an outcome is an amount or a truth, and not in words."""
    kind = outcome_of(name)
    return kind is None or not kind.words


def ballots_of(columns: Iterable[str]) -> tuple[Ballot, ...]:
    """Return the ballots, (draft, stage), that columns tell of, in their order."""
    columns = list(columns)
    drafts = _drafts(columns)
    heads = (name.removesuffix(".adopted") for name in columns if name.endswith(".adopted"))
    return tuple((draft, rest) for draft, rest in (_apart(head, drafts) for head in heads) if draft)


def extract(name: str, table: Mapping[str, Column], ballots: Sequence[Ballot] = ()) -> Floats:
    """Take one outcome from a run's table, in the unit of files: (runs,).

    It is nan where it is missing: as the outcome says, in runs in which its draft fell if it is a
    conditional one, and everywhere if the table does not have it.

    Args:
        name: an outcome, with or without ``if adopted``; not one in words.
        table: as `sim.core.outcomes.Outcomes.table`.
        ballots: those of the table, to save looking for them.
    """
    return _Table(table, ballots).values(name)


def columns(
    wanted: Iterable[str], table: Mapping[str, Column], ballots: Sequence[Ballot] = ()
) -> dict[str, Filed]:
    """Take several outcomes from a run's table as files have them, masked where they are missing.

    Truths are bool, whole numbers int32, those in words int32 codes of `Outcome.words`, and all
    others floats in the unit of files.
    """
    found = _Table(table, ballots)
    return {name: found.column(name) for name in wanted}


def in_words(name: str, codes: Filed) -> Filed:
    """Put the codes of an outcome in words; others are left as they are."""
    kind = outcome_of(name)
    if kind is None or not kind.words:
        return codes
    return np.ma.MaskedArray(np.array(kind.words, dtype=object)[codes.filled(0)], codes.mask)


class _Table:
    """A run's table, with what several columns need of it worked out once."""

    def __init__(self, table: Mapping[str, Column], ballots: Sequence[Ballot]) -> None:
        self.table = table
        self.ballots = ballots
        self.last: dict[str, str] | None = None

    def column(self, name: str) -> Filed:
        kind = outcome_of(name)
        values = self._numbers(name) if kind is not None and kind.words else self.values(name)
        missing = np.isnan(values)
        if kind is not None and (kind.truth or kind.whole or kind.words):
            values = np.where(missing, 0.0, values).astype(np.bool_ if kind.truth else np.int32)
        return np.ma.MaskedArray(values, missing)

    def values(self, name: str) -> Floats:
        kind = outcome_of(name)
        if kind is not None and kind.unit == WORDS:
            raise ValueError(f"{name} is in words and has no values")
        values = self._numbers(name)
        return values if kind is None else kind.amounts(values)

    def _numbers(self, name: str) -> Floats:
        plain, conditional = split(name)
        found = self.table.get(plain)
        if found is None:
            return np.full(self._runs, np.nan)
        values = found.astype(np.float64)
        if conditional:
            values[~self._adopted(plain)] = np.nan
        return values

    @property
    def _runs(self) -> int:
        return len(self.table["run"])

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


def _told(name: str, drafts: Sequence[str], seats: Mapping[str, int]) -> Declared | None:
    kind = kind_of(name)
    if kind is None:
        return None
    filled = kind.keys(name, drafts)
    draft, middle = filled.get("draft", ""), next((filled[k] for k in SINGLE if k in filled), "")
    low, high = kind.low, kind.high
    if kind.members and draft in seats:
        high = float(seats[draft])
        low = 0.0 if kind.low is not None else -high
    return Declared(
        name,
        kind.title.format(**filled),
        kind.meaning.format(**filled),
        kind.unit,
        low,
        high,
        kind.otherwise,
        kind.missing,
        kind,
        draft,
        middle,
    )


def _unknown(name: str, known: Iterable[str]) -> Mistake:
    plain, conditional = split(name)
    close = near(plain, known)
    suggestion = close + IF_ADOPTED * conditional if close else ""
    allowed = "" if close else ", ".join(sorted(forms()))
    return Mistake("there is no such outcome", value=name, allowed=allowed, suggestion=suggestion)
