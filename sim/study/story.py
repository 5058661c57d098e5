"""One run, session by session: what was done, how the texts moved, how the count stands.

It is played again with everything that is done logged target by target. Whatever tells a story
reads this, and computes nothing of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.core.acts import Act
from sim.core.agenda import session
from sim.core.ask import play
from sim.core.setting import Draft, Meeting, Setting
from sim.core.support import bound, systematic
from sim.core.world import Ballot, World, begin
from sim.forums.rules import Decision, How
from sim.mechanisms.memory import width
from sim.mechanisms.voting import choose

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Deed:
    """All that one actor did of one kind for one draft in a session."""

    actor: str
    what: str
    draft: str  # "" of none
    targets: tuple[str, ...]  # those that got most first; empty where nobody in particular
    size: float  # in all, in the unit of the act
    reason: str


@dataclass(frozen=True)
class Step:
    """A clause that a session moved, on 0-100; None: it is, or was, in brackets."""

    draft: str
    clause: str
    before: float | None
    after: float | None


@dataclass(frozen=True)
class Missed:
    """A clause as it stands in a text that nobody would have blocked, on 0-100."""

    clause: str
    issue: str
    value: float


@dataclass(frozen=True)
class Standing:
    """How a text stands: expected votes while it is open, or what it came to at a stage."""

    draft: str
    stage: str  # "" while it is open
    how: str  # the word for how it was decided, or "" while it is open
    adopted: bool
    counts: dict[Decision, int]
    objectors: tuple[str, ...]  # who blocks
    missed: tuple[Missed, ...] = ()  # where one existed: the text that nobody would have blocked


@dataclass(frozen=True)
class Chapter:
    """What happened in one session."""

    session: int
    deeds: tuple[Deed, ...]
    steps: tuple[Step, ...]
    standings: tuple[Standing, ...]


def story(setting: Setting, run: int = 0) -> Iterator[Chapter]:
    """Play one run and tell it session by session; it is run ``run`` of the ensemble."""
    world = begin(setting, [run], detailed=True)
    texts = _texts(world)
    for number in range(1, setting.sessions + 1):
        told = len(world.acts)
        play(session(setting, world, number))
        before, texts = texts, _texts(world)
        yield Chapter(
            number,
            tuple(_deeds(setting, world.acts[told:])),
            tuple(_steps(setting, before, texts)),
            tuple(_standings(setting, world, number)),
        )


def _deeds(setting: Setting, acts: Sequence[Act]) -> Iterator[Deed]:
    """Put together what one actor did to several targets, in the order in which it was done."""
    found: dict[tuple[int, str, int], list[tuple[float, int, str]]] = {}
    for act in acts:
        for n in np.flatnonzero(~np.isnan(act.size[0])).tolist():
            key = (int(act.actor[n]), act.what, act.draft)
            one = (float(act.size[0, n]), int(act.target[n]), act.reason[n])
            found.setdefault(key, []).append(one)
    for (actor, what, draft), done in found.items():
        most_first = sorted(done, key=lambda one: -one[0])
        yield Deed(
            setting.actors[actor] if actor >= 0 else "",
            what,
            setting.drafts[draft].label if draft >= 0 else "",
            tuple(setting.actors[target] for _, target, _ in most_first if target >= 0),
            sum(size for size, _, _ in done),
            most_first[0][2],
        )


def _texts(world: World) -> list[Floats]:
    """Every text as it stands, (clauses,), nan where a clause is in brackets."""
    return [
        np.where(active[0], value[0], np.nan)
        for value, active in zip(world.value, world.active, strict=True)
    ]


def _steps(setting: Setting, before: list[Floats], after: list[Floats]) -> Iterator[Step]:
    for draft, old, new in zip(setting.drafts, before, after, strict=True):
        for place, clause in enumerate(draft.clauses):
            was, now = _shown(old[place]), _shown(new[place])
            if was != now:
                yield Step(draft.label, clause, was, now)


def _shown(value: float) -> float | None:
    return None if np.isnan(value) else round(100.0 * float(value), 1)


def _standings(setting: Setting, world: World, number: int) -> Iterator[Standing]:
    for meeting in setting.meetings[number - 1]:
        for draft in setting.forums[meeting.forum].drafts:
            if meeting.stage:
                yield _decided(setting, world, draft, meeting.stage)
            elif world.alive[draft][0]:
                yield _open(setting, world, meeting, draft)


def _decided(setting: Setting, world: World, draft: int, stage: str) -> Standing:
    ballot = world.ballots[draft, stage]
    how = How(int(ballot.verdict.how[0]))
    reached = how is not How.NOT_REACHED
    seats = setting.forums[setting.drafts[draft].forum].members
    decisions = ballot.decisions[0][seats] if reached else ballot.decisions[0][:0]
    blocking = np.flatnonzero((ballot.decisions[0] == Decision.BLOCK) & seats & reached)
    return Standing(
        setting.drafts[draft].label,
        stage,
        how.name.lower(),
        bool(ballot.verdict.adopted[0]),
        {d: int(np.count_nonzero(decisions == d)) for d in Decision if (decisions == d).any()},
        tuple(setting.actors[i] for i in blocking),
        tuple(_missed(setting, setting.drafts[draft], ballot)) if reached else (),
    )


def _missed(setting: Setting, draft: Draft, ballot: Ballot) -> Iterator[Missed]:
    found = np.full(len(draft.clauses), np.nan) if ballot.found is None else ballot.found[0]
    for clause, issue, value in zip(draft.clauses, draft.issue, found, strict=True):
        if (at := _shown(value)) is not None:
            yield Missed(clause, setting.issues[issue], at)


def _open(setting: Setting, world: World, meeting: Meeting, draft: int) -> Standing:
    """How a vote would go if all voted by what moves them now, without chance."""
    support = bound(setting, world, meeting, draft, systematic(setting, world, draft))[0]
    there = setting.forums[meeting.forum].members & setting.scene(meeting.session).present
    leaning = choose(support, width(setting, world, draft)[0])[there]
    counts = {
        decision: int(np.count_nonzero(leaning == decision))
        for decision in (Decision.SUPPORT, Decision.OPPOSE, Decision.ABSTAIN)
    }
    return Standing(setting.drafts[draft].label, "", "", False, counts, ())
