"""Ballots that are a vote in some runs and are decided without one in others, told apart.

A room that seeks consensus may fall back on a vote. To be in favour and to accept in silence are
two things: what is said of votes rests on the runs that came to a vote, what is said of consensus
on the others, and neither is held against a record of the other kind.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.analysis.tally import UNVOTED, VOTED
from sim.core.outcomes import Outcomes
from sim.forums.rules import Decision

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

BY_VOTE = [Decision.SUPPORT, Decision.OPPOSE, Decision.ABSTAIN]
WITHOUT = [Decision.ACCEPT, Decision.DISSOCIATE, Decision.BLOCK]


def within(counts: Ints, by_vote: bool) -> Ints:
    """Of `Outcomes.counts` of a ballot, (actors, 7), keep the runs that were a vote, or were not.

    Every run is a vote for all or for none, but absence is counted over both. How many runs were
    of the other kind is told by whoever was there in most of them. As in the counts, a ballot
    that an earlier stage had made idle is among them: its decisions were asked for all the same.
    """
    own, other = (BY_VOTE, WITHOUT) if by_vote else (WITHOUT, BY_VOTE)
    if not counts[:, other].any():
        return counts
    found = np.zeros_like(counts)
    if counts[:, own].any():
        here = counts.sum(axis=1).max() - counts[:, other].sum(axis=1).max()
        found[:, own] = counts[:, own]
        left = here - counts[:, own].sum(axis=1)
        found[:, Decision.ABSENT] = np.clip(left, 0, counts[:, Decision.ABSENT])
    return found


def runs_of(counts: Ints) -> int:
    """How many runs the counts of a ballot, (actors, 7), are over."""
    return int(counts.sum(axis=1).max(initial=0))


def mostly_votes(counts: Ints) -> bool:
    """Whether more runs were a vote than were decided without one."""
    return bool(runs_of(counts[:, BY_VOTE]) > runs_of(counts[:, WITHOUT]))


def counted(outcomes: Outcomes, draft: str, stage: str, by_vote: bool) -> Ints:
    """How often each did what in the runs of a ballot that were a vote, or were not: (actors, 7).

    Of a ballot that is of one kind in all runs, all count. Where the runs were too many to keep
    every decision, those of ballots that an earlier stage had made idle count too.
    """
    place = outcomes.ballots.index((draft, stage))
    if not (_mixed(outcomes.counts[place]) and len(outcomes.decisions)):
        return within(outcomes.counts[place], by_vote)
    decided = outcomes.decisions[_rows(outcomes, draft, stage, by_vote), place]
    kinds = [(decided == kind).sum(axis=0) for kind in Decision]
    found: Ints = np.stack(kinds, axis=1).astype(np.int64)
    return found


def share_of(outcomes: Outcomes, draft: str, stage: str, by_vote: bool) -> float:
    """Share of runs in which a ballot was a vote, or was not; 1 where all are of that kind."""
    counts = outcomes.counts[outcomes.ballots.index((draft, stage))]
    if _mixed(counts):
        return float(_rows(outcomes, draft, stage, by_vote).mean())
    return float(within(counts, by_vote).any())


def _mixed(counts: Ints) -> bool:
    return bool(counts[:, BY_VOTE].any() and counts[:, WITHOUT].any())


def _rows(outcomes: Outcomes, draft: str, stage: str, by_vote: bool) -> Bools:
    """Runs that came to the ballot and decided it in that way: (runs,)."""
    rows: Bools = np.isin(outcomes.table[f"{draft}.{stage}.how"], VOTED if by_vote else UNVOTED)
    return rows
