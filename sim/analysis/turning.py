"""What mattered in one run, from the log of acts, and in what share of the runs it happened too.

The shown run is the most typical one. Of every outcome over ballots (adopted or not), events and
sessions, its distance from the mean of all runs is measured in standard deviations, squared, and
averaged over the columns of the outcome; the run whose sum over outcomes is least is shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.acts import FIELDS, LOGGED
from sim.core.mechanism import Curve, Mechanism, Telling
from sim.core.outcome import Outcome, Over
from sim.core.outcomes import Outcomes
from sim.core.setting import Setting

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[Any]

RUN, SESSION, ACT, ACTOR, TARGET, DRAFT, REASON = range(len(FIELDS))
HAPPENS = "happens"
LANES = 8  # rows of the timeline, at most, with those of the two indices


@dataclass(frozen=True)
class Doer:
    """Who did something, when for the first time in the shown run, and in what share of runs."""

    actor: str
    session: int
    share: float


@dataclass(frozen=True)
class Turn:
    """Something that mattered in the shown run: the same thing done by some in one year."""

    act: str
    telling: Telling
    first: int  # session in which it begins
    last: int
    doers: tuple[Doer, ...]  # the most capable first
    target: str
    draft: str
    reason: str
    size: float  # of the last
    share: float  # of the runs in which anybody did it; of a joint act, so many as to matter
    opens: bool  # nothing of the kind came before

    @property
    def weight(self) -> float:
        """How much it matters."""
        many = 1.0 + np.log2(max(len(self.doers), 1))
        return float(self.telling.weight * many * (2.0 if self.opens else 1.0))


def typical(outcomes: Outcomes, setting: Setting) -> int:
    """The number of the run that is most like all others, of those whose acts are logged."""
    apart = np.zeros(outcomes.runs)
    whose: dict[str, list[str]] = {}
    for column, (_, outcome, _) in setting.columns.items():
        counts = outcome.name == "adopted" or outcome.over in (Over.SESSION, Over.EVENT)
        if counts:
            whose.setdefault(outcome.name, []).append(column)
    for columns in whose.values():
        apart += _distance(np.array([outcomes.number(column) for column in columns]))
    numbers = outcomes.table["run"].astype(np.int64)
    best = np.where(numbers < LOGGED, apart, np.inf).argmin()
    return int(numbers[best])


def _distance(values: Floats) -> Floats:
    """Mean over columns of squared distances from the mean, in sds: (columns, runs) to (runs,)."""
    known = np.isfinite(values)
    count = np.maximum(known.sum(axis=1, keepdims=True), 1)
    mean = np.where(known, values, 0.0).sum(axis=1, keepdims=True) / count
    off = np.where(known, values - mean, 0.0)
    variance = (off**2).sum(axis=1, keepdims=True) / count
    squares: Floats = np.where(variance > 0, off**2 / np.where(variance > 0, variance, 1.0), 0.0)
    return np.asarray(squares.mean(axis=0))


def turns(outcomes: Outcomes, setting: Setting, run: int) -> list[Turn]:
    """Find what was news in a run; what is alike in one year is one turn.

    Returns:
        The turns, in the order of their first sessions, and the weightiest first.
    """
    log = outcomes.log
    found: list[Turn] = []
    for act, telling in setting.tellings.items():
        if act == HAPPENS or act not in log.words:
            continue
        rows = log.entries[:, ACT] == log.words.index(act)
        entries, sizes = _alike(log.entries[rows], telling), log.size[rows]
        make = _joint if telling.together else _firsts
        found += make(act, telling, entries, sizes, outcomes, setting, run)
    return sorted(found, key=lambda turn: (turn.first, -turn.weight))


def _alike(entries: Ints, telling: Telling) -> Ints:
    """What a telling does not speak of makes no difference."""
    told = entries.copy()
    for place, name in ((TARGET, "{target}"), (DRAFT, "{draft}"), (REASON, "{reason}")):
        if name not in telling.says:
            told[:, place] = -1
    return told


def happened(outcomes: Outcomes, run: int) -> dict[str, int]:
    """In which session of a run each event happened that happens in some runs only."""
    log = outcomes.log
    if HAPPENS not in log.words:
        return {}
    its = (log.entries[:, ACT] == log.words.index(HAPPENS)) & (log.entries[:, RUN] == run)
    return {log.words[e[REASON]]: int(e[SESSION]) for e in log.entries[its]}


def year(setting: Setting, session: int) -> int:
    """The year that a session begins in; of a scenario without a calendar, its number."""
    return setting.calendar.day(session).year if setting.calendar else session


@dataclass(frozen=True)
class Lane:
    """A row of the timeline: an outcome over sessions, which curve says so, and whose it is."""

    mechanism: Mechanism
    curve: Curve
    outcome: Outcome

    def values(self, outcomes: Outcomes, setting: Setting) -> Floats:
        """Its values in the unit of files: (sessions, runs)."""
        names = (setting.label(session) for session in range(1, setting.sessions + 1))
        columns = (self.outcome.column(name) for name in names)
        return np.array([self.outcome.amounts(outcomes.number(column)) for column in columns])


def lanes(outcomes: Outcomes, setting: Setting, most: int = LANES) -> list[Lane]:
    """The rows of the timeline, by rank; what is the same always and in all runs has none."""
    found = [
        Lane(m, curve, next(o for o in m.outcomes if o.name == curve.outcome))
        for m in setting.active
        for curve in m.figures
        if isinstance(curve, Curve) and curve.lane
    ]
    moving = [lane for lane in found if _moves(lane.values(outcomes, setting))]
    return sorted(moving, key=lambda lane: lane.curve.rank)[:most]


def _moves(values: Floats) -> bool:
    return bool((values != values.flat[0]).any() and np.isfinite(values).any())


def _firsts(
    act: str, telling: Telling, entries: Ints, sizes: Floats, outcomes: Outcomes,
    setting: Setting, run: int,
) -> Iterator[Turn]:  # fmt: skip
    """An actor's first of the kind is news; those of one year are told together."""
    of = [ACTOR, TARGET, DRAFT, REASON]
    counted = _ever(entries, of)
    anybody = _ever(entries, of[1:])
    logged = _logged(outcomes)
    mine = entries[:, RUN] == run
    groups: dict[tuple[int, ...], list[tuple[int, int, float]]] = {}
    seen: set[tuple[int, ...]] = set()
    for entry, size in zip(entries[mine].tolist(), sizes[mine].tolist(), strict=True):
        key = tuple(entry[place] for place in of)
        if key not in seen:
            seen.add(key)
            period = year(setting, entry[SESSION])
            groups.setdefault((period, *key[1:]), []).append((entry[ACTOR], entry[SESSION], size))
    known: set[tuple[int, ...]] = set()
    for (_, *what), done in groups.items():
        kind = tuple(what)
        doers = [
            Doer(setting.actors[actor], session, counted[(actor, *kind)] / logged)
            for actor, session, _ in sorted(done, key=lambda one: _rank(setting, one[0]))
        ]
        sessions = [session for _, session, _ in done]
        yield _turn(
            act, telling, setting, outcomes, kind, sessions, doers, done[-1][2],
            anybody[kind] / logged, kind not in known,
        )  # fmt: skip
        known.add(kind)


def _joint(
    act: str, telling: Telling, entries: Ints, sizes: Floats, outcomes: Outcomes,
    setting: Setting, run: int,
) -> Iterator[Turn]:  # fmt: skip
    """What more do at once than ever before is news; of one year, the largest."""
    at = [RUN, SESSION, TARGET, DRAFT, REASON]
    groups, many = np.unique(entries[:, at], axis=0, return_counts=True)
    enough = groups[many >= telling.together]
    ever = _ever(enough, [2, 3, 4], run=0)
    logged = _logged(outcomes)
    most: dict[tuple[int, ...], int] = {}
    best: dict[tuple[int, ...], tuple[int, int, bool]] = {}
    for group, count in zip(groups.tolist(), many.tolist(), strict=True):
        if group[0] != run or count < telling.together:
            continue
        kind = tuple(group[2:])
        if count > most.get(kind, 0):
            period = (year(setting, group[1]), *kind)
            opens = kind not in most or (period in best and best[period][2])
            best[period] = (group[1], count, opens)
            most[kind] = count
    for (_, *what), (session, _, opens) in best.items():
        kind = tuple(what)
        its = entries[
            (entries[:, RUN] == run)
            & (entries[:, SESSION] == session)
            & (entries[:, [TARGET, DRAFT, REASON]] == kind).all(axis=1)
        ]
        who = sorted(set(its[:, ACTOR].tolist()), key=lambda actor: _rank(setting, actor))
        doers = [Doer(setting.actors[actor], session, np.nan) for actor in who]
        yield _turn(
            act, telling, setting, outcomes, kind, [session], doers, float(len(doers)),
            ever[kind] / logged, opens,
        )  # fmt: skip


def _turn(
    act: str, telling: Telling, setting: Setting, outcomes: Outcomes, kind: tuple[int, ...],
    sessions: list[int], doers: list[Doer], size: float, share: float, opens: bool,
) -> Turn:  # fmt: skip
    target, draft, reason = kind
    return Turn(
        act, telling, min(sessions), max(sessions), tuple(doers),
        setting.actors[target] if target >= 0 else "",
        setting.drafts[draft].label if draft >= 0 else "",
        outcomes.log.words[reason] if reason >= 0 else "", size, share, opens,
    )  # fmt: skip


def _ever(entries: Ints, of: list[int], run: int = RUN) -> dict[tuple[int, ...], int]:
    """In how many runs there is an entry of each kind at all, by the columns ``of``."""
    once = np.unique(entries[:, [run, *of]], axis=0)
    kinds, counts = np.unique(once[:, 1:], axis=0, return_counts=True)
    return dict(zip(map(tuple, kinds.tolist()), counts.tolist(), strict=True))


def _logged(outcomes: Outcomes) -> int:
    """How many runs are logged."""
    return int((outcomes.table["run"].astype(np.int64) < LOGGED).sum())


def _rank(setting: Setting, actor: int) -> tuple[float, int]:
    """The most capable first."""
    return -float(setting.base_scene.capability[actor]), actor
