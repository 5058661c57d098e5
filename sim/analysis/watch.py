"""Delegations to look at: who is closest to deciding otherwise, and whose record surprised."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.analysis.ways import BY_VOTE, counted, mostly_votes, runs_of, within
from sim.core.outcomes import Outcomes
from sim.core.setting import Setting
from sim.forums.rules import Decision

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Ballot = tuple[str, str]

UNDECIDED = 0.2  # first and second choice are this near in chance


@dataclass(frozen=True)
class Watched:
    """A delegation at one ballot: its two likeliest decisions when it is there."""

    draft: str
    stage: str
    actor: str
    first: Decision
    chance: float
    second: Decision
    chance_of_second: float
    absent: float

    @property
    def gap(self) -> float:
        """How much likelier its first choice is than its second, when it is there: 0-1."""
        return (self.chance - self.chance_of_second) / (1.0 - self.absent)


@dataclass(frozen=True)
class Surprise:
    """A delegation whose recorded decision the runs thought unlikely."""

    draft: str
    stage: str
    actor: str
    recorded: Decision
    chance: float  # of what is recorded
    expected: Decision
    chance_of_expected: float


def to_watch(
    setting: Setting, outcomes: Outcomes, limit: int = 5, drafts: Collection[str] | None = None
) -> list[Watched]:
    """Find the delegations nearest to deciding otherwise at the drafts' last stages.

    Those whose two likeliest decisions are within 20 points of each other come first, the most
    capable of them leading; then the others by how near they are. Staying away is no decision
    in a vote, and acceptance where consensus is sought. Where some runs come to a vote and some
    do not, the chances are of those of the more frequent kind: who accepts in some and votes in
    favour in others has not decided otherwise. An actor is listed once.
    """
    capability = dict(zip(setting.actors, setting.base_scene.capability, strict=True))

    found = [
        w
        for draft, stage in dict(outcomes.ballots).items()
        if drafts is None or draft in drafts
        for w in _of_ballot(setting, outcomes, (draft, stage))
    ]
    return nearest_first(found, capability)[:limit]


def nearest_first(found: Iterable[Watched], capability: Mapping[str, float]) -> list[Watched]:
    """Each actor once, where it is nearest; the undecided by capability, then the others."""

    def rank(w: Watched) -> tuple[bool, float]:
        return (True, w.gap) if w.gap > UNDECIDED else (False, -capability.get(w.actor, 0.0))

    nearest: dict[str, Watched] = {}
    for watched in sorted(found, key=lambda w: w.gap):
        nearest.setdefault(watched.actor, watched)
    return sorted(nearest.values(), key=rank)


def _of_ballot(setting: Setting, outcomes: Outcomes, ballot: Ballot) -> Iterator[Watched]:
    draft = next(d for d in setting.drafts if d.label == ballot[0])
    forum = setting.forums[draft.forum]
    counts = outcomes.counts[outcomes.ballots.index(ballot)]
    for watched in of_counts(ballot, setting.actors, counts, forum.rules.consensus):
        if forum.members[setting.slot(watched.actor)]:
            yield watched


def of_counts(
    ballot: Ballot, actors: Sequence[str], counts: Ints, consensus: bool
) -> Iterator[Watched]:
    """The two likeliest decisions of each actor that takes more than one.

    Args:
        ballot: draft and stage.
        actors: their ids.
        counts: in how many runs each took each decision, (actors, 7).
        consensus: whether consensus is sought, so that staying away is to accept in silence.
    """
    chances = decided(counts, consensus)
    absent = chances[:, Decision.ABSENT].copy()
    chances[:, Decision.ABSENT] = -1.0
    for slot, (first, second) in enumerate(np.argsort(-chances, axis=1, kind="stable")[:, :2]):
        one, two = (float(chances[slot, choice]) for choice in (first, second))
        if two > 0:
            sides = Decision(int(first)), one, Decision(int(second)), two
            yield Watched(*ballot, actors[slot], *sides, float(absent[slot]))


def decided(counts: Ints, consensus: bool) -> Floats:
    """Chances of each decision, (actors, 7), of counts of a ballot.

    Where some runs come to a vote and others do not, they are of the more frequent kind; where
    consensus is sought and found without one, staying away is to accept.
    """
    votes = mostly_votes(counts)
    kept = within(counts, votes)
    chances: Floats = kept / max(runs_of(kept), 1)
    if consensus and not votes:
        chances[:, Decision.ACCEPT] += chances[:, Decision.ABSENT]
        chances[:, Decision.ABSENT] = 0.0
    return chances


def surprises(
    outcomes: Outcomes, recorded: Mapping[Ballot, Mapping[str, Decision]], limit: int = 5
) -> list[Surprise]:
    """Find whose recorded decision had the least chance in the runs, the least first.

    Recorded votes are held against the runs that came to a vote, what is recorded of a consensus
    against those decided without one.
    """
    found = [
        _surprise(ballot, actor, said, chances[slot])
        for ballot, decisions in recorded.items()
        for chances in [_alike(outcomes, ballot, decisions)]
        for slot, actor in enumerate(outcomes.actors)
        if (said := decisions.get(actor)) is not None and chances[slot].any()
    ]
    return sorted(found, key=lambda s: s.chance)[:limit]


def _alike(outcomes: Outcomes, ballot: Ballot, recorded: Mapping[str, Decision]) -> Floats:
    """Chances in the runs that were decided as the record was, (actors, 7); 0 where none was."""
    by_vote = any(said in BY_VOTE for said in recorded.values())
    counts = counted(outcomes, *ballot, by_vote)
    chances: Floats = counts / max(runs_of(counts), 1)
    return chances


def _surprise(ballot: Ballot, actor: str, recorded: Decision, chances: Floats) -> Surprise:
    expected = Decision(int(chances.argmax()))
    return Surprise(
        *ballot, actor, recorded, float(chances[recorded]), expected, float(chances[expected])
    )
