"""Could the room have agreed, and on what: the zone of agreement of a text sought by consensus.

In each run the room is stopped as it decides. Either nobody blocks the text on the table; or a
text exists that nobody would have blocked, and it was not found in time; or it is proved that
there is none, and then who rules it out, and the fewest who would have to give in, are named; or
the best text misses by so little that the proof cannot tell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.answers.conflict import Members, conflicts
from sim.answers.moments import Moment, moments
from sim.answers.packages import Packages, packages
from sim.answers.zone import Agreement, agreement, gains, landing, nash
from sim.build import setting as build
from sim.core.world import take
from sim.errors import InputError, Mistake
from sim.mechanisms.chair import agreeable
from sim.mechanisms.objections import NEVER, Room, Text
from sim.near import near
from sim.scenario import Scenario, load

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

RUNS = 24
LOOKED_INTO = 100  # delegations times runs whose zones are measured: a zone costs that much time
DISPUTED = 6  # runs in which those who rule a text out are looked for


class Standing(Enum):
    """What becomes of a text that is sought by consensus."""

    AGREED = "nobody blocks the text on the table"
    MISSED = "a text exists that nobody would block, and it was not found in time"
    RULED_OUT = "no text exists that nobody would block: that is proved"
    UNDECIDED = "too close to call: the best text misses by less than the tolerance"


@dataclass(frozen=True)
class Landing:
    """One clause of a text; values are on 0-100."""

    clause: str
    issue: str
    words: str  # as tabled
    status_quo: float
    tabled: float
    negotiated: float  # mean over runs; nan where it is mostly left out
    agreed: float  # in the text that most runs could agree on; nan: left out
    fair: float  # in the text that splits gains as Nash does: the median run
    low: float  # where it can land in a text that nobody blocks: the median run
    high: float


@dataclass(frozen=True)
class Dispute:
    """Delegations between whom there is no text, or whose giving in opens one; how often."""

    actors: tuple[str, ...]
    share: float  # of the runs that were looked into and have no text


@dataclass(frozen=True, repr=False)
class Bargain:
    """What a room could have agreed on."""

    draft: str
    stage: str
    runs: int
    standing: dict[Standing, float]  # share of the runs
    clauses: tuple[Landing, ...]
    zones: int  # runs whose zones were measured
    accepted: float  # share of the runs in which nobody blocks the text that most could agree on
    conflicts: tuple[Dispute, ...]
    giving_in: tuple[Dispute, ...]  # the fewest who would have to
    disputed: int  # runs that were looked into
    gain: float  # of the mean delegation from the text on the table, in units of gain
    fair_gain: float  # from the fair text, in the same runs
    blocking: float  # what it costs the mean delegation to block

    def __repr__(self) -> str:
        """Say of what, and how often a text exists."""
        often = f"a text exists in {self.possible:.0%} of {self.runs} runs"
        return f"Bargain({self.draft} {self.stage}: {often})"

    def to_dataframe(self) -> Any:
        """A `pandas.DataFrame` with a row a clause: values on 0-100."""
        import pandas as pd

        return pd.DataFrame([asdict(one) for one in self.clauses])

    @property
    def possible(self) -> float:
        """In what share of the runs a text exists that nobody would block."""
        return self.standing[Standing.AGREED] + self.standing[Standing.MISSED]


def agreed(moment: Moment, clause: str = "") -> Bargain:
    """Say what a room that seeks consensus could have agreed on, over all its runs.

    With a ``clause``, only where that one can lie is measured, in four times as many runs.
    """
    hall, text = moment.room(), moment.text
    standing, found = standings(hall, text)
    rooms = [take(hall, np.array([run])) for run in range(len(standing))]
    insisting = int((hall.cost[0] < NEVER).sum())
    measured = [run for run, agreed in enumerate(found) if agreed.exists]
    labels = moment.setting.drafts[moment.draft].clauses
    looked = [labels.index(clause)] if clause else range(len(labels))
    most = LOOKED_INTO // max(insisting, 1) * (4 if clause else 1)
    measured = measured[: max(1, most)]
    inside = {run: agreement(rooms[run]) for run in measured}
    zones = np.array([landing(rooms[run], inside[run], looked) for run in measured])
    fair = np.array([nash(rooms[run], inside[run]) for run in measured])
    best, accepted = _most_agreed(hall, text, found, fair)
    disputed = [run for run, how in enumerate(standing) if how is Standing.RULED_OUT][:DISPUTED]
    seen = [conflicts(rooms[run], found[run]) for run in disputed]
    named = moment.setting.actors
    many = len(standing)
    return Bargain(
        draft=moment.setting.drafts[moment.draft].label,
        stage=moment.meeting.stage,
        runs=many,
        standing={how: sum(one is how for one in standing) / many for how in Standing},
        clauses=tuple(_clauses(moment, text, best, zones, fair)),
        zones=len(measured),
        accepted=accepted,
        conflicts=_often([one for sets, _ in seen for one in sets], len(seen), named),
        giving_in=_often([giving for _, giving in seen if giving], len(seen), named),
        disputed=len(disputed),
        gain=_mean_gain(
            rooms, measured, [_stands(rooms[r], take(text, np.array([r]))) for r in measured]
        ),
        fair_gain=_mean_gain(rooms, measured, list(fair)),
        blocking=float(np.mean(hall.cost[hall.cost < NEVER])) if insisting else 0.0,
    )


def standings(hall: Room, text: Text) -> tuple[list[Standing], list[Agreement]]:
    """Say of each run what becomes of the text, with a text that nobody blocks or the proof.

    The chair's search finds most texts that exist, for all runs at once; where it does not, the
    convex programme decides.
    """
    quiet = hall.worst(text) <= 0
    possible, where = agreeable(hall, text)
    said, found = list[Standing](), list[Agreement]()
    for run in range(len(quiet)):
        one = np.array([run])
        if possible[run]:
            best = _seen(take(hall, one), take(where, one))
        else:
            best = agreement(take(hall, one), decide=True)
        found.append(best)
        if quiet[run]:
            said.append(Standing.AGREED)
        elif best.exists:
            said.append(Standing.MISSED)
        else:
            said.append(Standing.RULED_OUT if best.ruled_out else Standing.UNDECIDED)
    return said, found


def _seen(hall: Room, text: Text) -> Agreement:
    """A text that nobody blocks, whether or not another has more to spare."""
    nothing = np.zeros((2, len(hall.subjects), hall.cost.shape[1]))
    return Agreement(text, float(hall.worst(text)[0]), -np.inf, nothing)


def _stands(hall: Room, text: Text) -> Floats:
    """A text with the status quo where it is silent: (clauses,)."""
    value: Floats = np.where(text.active, text.value, hall.reading.status_quo)[0]
    return value


def _most_agreed(
    hall: Room, text: Text, found: Sequence[Agreement], fair: Floats
) -> tuple[Text, float]:
    """Of the texts at hand, the one that nobody blocks in most runs; and in what share of them."""
    runs = len(hall.cost)
    tried = [take(text, np.array([run])) for run in range(runs)]
    tried += [one.text for one in found if one.exists]
    tried += [Text(value[None], np.ones((1, len(value)), dtype=bool)) for value in fair]
    if len(fair):
        tried.append(Text(np.median(fair, axis=0)[None], np.ones((1, fair.shape[1]), dtype=bool)))
    scored = []
    for one in tried:
        everywhere = Text(np.repeat(one.value, runs, axis=0), np.repeat(one.active, runs, axis=0))
        worst = hall.worst(everywhere)
        scored.append((float((worst <= 0).mean()), -float(np.median(worst))))
    best = max(range(len(tried)), key=lambda place: scored[place])
    return tried[best], scored[best][0]


def _clauses(
    moment: Moment, text: Text, best: Text, zones: Floats, fair: Floats
) -> Iterator[Landing]:
    setting, draft = moment.setting, moment.setting.drafts[moment.draft]
    status_quo = moment.world.status_quo.mean(axis=0)
    unknown = np.full((len(draft.clauses), 2), np.nan)
    middle = np.median(zones, axis=0) if len(zones) else unknown  # nan where not measured
    fair_at = np.median(fair, axis=0) if len(fair) else unknown[:, 0]
    for place, label in enumerate(draft.clauses):
        stands = text.active[:, place]
        at = text.value[stands, place].mean() if 2 * stands.sum() >= len(stands) else np.nan
        yield Landing(
            label,
            setting.issues[draft.issue[place]],
            draft.words[place],
            100 * float(status_quo[draft.issue[place]]),
            100 * float(draft.value[place]),
            100 * float(at),
            100 * float(best.value[0, place]) if best.active[0, place] else np.nan,
            100 * float(fair_at[place]),
            *(100 * middle[place]).tolist(),
        )


def _often(sets: Sequence[Members], runs: int, named: Sequence[str]) -> tuple[Dispute, ...]:
    """Count in how many runs each set was found, the most frequent and smallest first."""
    counts = Counter(sets)
    order = sorted(counts, key=lambda one: (-counts[one], len(one), one))
    return tuple(Dispute(tuple(named[a] for a in one), counts[one] / runs) for one in order)


def _mean_gain(rooms: Sequence[Room], runs: Sequence[int], texts: Sequence[Floats]) -> float:
    found = []
    for run, text in zip(runs, texts, strict=True):
        insists = rooms[run].cost[0] < NEVER
        found.append(gains(rooms[run], text)[0][insists].sum(axis=1).mean())
    return float(np.mean(found)) if found else np.nan


def bargain(
    source: str | Scenario,
    draft: str = "",
    clause: str = "",
    *,
    runs: int = RUNS,
    settings: Sequence[str] = (),
) -> Bargain | Packages:
    """Say what the room that decides last on a text could agree on, or what would carry there.

    Args:
        source: a shipped scenario, a file, or a scenario that was read.
        draft: its label; without one, the first.
        clause: the one clause that is looked at; without it all are.
        runs: how many are stopped as they decide.
        settings: changes, as of a what-if.

    Raises:
        InputError: a name or setting that is wrong, or a draft on which nobody decides.
    """
    plain = load(source)
    scenario = load(source, settings) if settings else plain
    setting = build(scenario, plain)
    label = draft or next(iter(scenario.drafts))
    clauses = scenario.draft(label).clauses
    if clause and clause not in clauses:
        problem = f"{label} has no such clause"
        close = near(clause, clauses)
        raise InputError(Mistake(problem, scenario.shown, value=clause, suggestion=close))
    place = next(d for d, each in enumerate(setting.drafts) if each.label == label)
    last = max(setting.forums[setting.drafts[place].forum].stages.values())
    for moment in moments(setting, range(runs)):
        if moment.draft == place and moment.meeting.session == last:
            return agreed(moment, clause) if moment.by_consensus else packages(moment, clause)
    raise InputError(Mistake("nobody decides on this draft", scenario.shown, value=label))
