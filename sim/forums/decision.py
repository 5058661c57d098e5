"""How a decision is taken, by how much, and what defeated it: arithmetic on decisions only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.forums.rules import Decision, How, Rules

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int8]

_ROUNDING = 1e-9  # 2/3 of 165 is 110, whatever the last bit says


@dataclass
class Verdict:
    """What became of a text, run by run; every array is (runs,)."""

    adopted: Bools
    how: Codes  # a How
    voted: Bools  # whether it came to a vote
    in_favour: Ints
    against: Ints
    abstaining: Ints
    not_voting: Ints
    blocking: Ints
    dissociating: Ints
    margin: Ints  # votes in favour beyond those needed; negative: how many were missing; 0 unvoted


def count(decisions: Codes, seats: Bools, *kinds: Decision) -> Ints:
    """Count the seated delegations that took one of ``kinds``: (runs,)."""
    taken = np.zeros(decisions.shape, dtype=bool)
    for kind in kinds:
        taken |= decisions == kind
    counted: Ints = np.count_nonzero(taken & seats, axis=1).astype(np.int64)
    return counted


def needed(base: Ints, rules: Rules) -> Ints:
    """Give the votes in favour that a majority of ``base`` asks for: (runs,)."""
    return fewest(base, rules.majority, rules.more_than)


def fewest(base: npt.ArrayLike, share: float, more_than: bool) -> Ints:
    """Give the fewest votes that are more than, or at least, a share of ``base``; one or more."""
    of = share * np.asarray(base)
    least = np.floor(of + _ROUNDING) + 1 if more_than else np.ceil(of - _ROUNDING)
    votes: Ints = np.maximum(least, 1).astype(np.int64)
    return votes


def enough_present(members: int, rules: Rules) -> int:
    """Give how many of so many members must be there for a decision."""
    return int(np.ceil(rules.quorum * members - _ROUNDING))


def by_vote(
    decisions: Codes, seats: Bools, vetoes: Bools, weights: Floats, rules: Rules
) -> Verdict:
    """Decide by a vote. ``decisions`` (runs, actors); seats, vetoes and weights (actors,)."""
    verdict = _counted(decisions, seats)
    members = int(np.count_nonzero(seats))
    base = verdict.in_favour + verdict.against
    if rules.vote == "members":
        base = np.full_like(base, members)
    verdict.voted[:] = True
    verdict.margin = verdict.in_favour - needed(base, rules)
    enough = (verdict.margin >= 0) & _weighty(decisions, seats, weights, rules)
    vetoed = count(decisions, seats & vetoes, Decision.OPPOSE) > 0
    quorate = members - verdict.not_voting >= enough_present(members, rules)
    verdict.adopted = enough & ~vetoed & quorate
    verdict.how = np.select(
        [verdict.adopted, ~quorate, ~enough], [How.VOTE, How.NO_QUORUM, How.SHORTFALL], How.VETO
    ).astype(np.int8)
    return verdict


def by_consensus(decisions: Codes, seats: Bools, rules: Rules) -> Verdict:
    """Decide without a vote: adopted unless a delegation blocks, or the room is too empty."""
    verdict = _counted(decisions, seats)
    members = int(np.count_nonzero(seats))
    quorate = members - verdict.not_voting >= enough_present(members, rules)
    verdict.adopted = (verdict.blocking == 0) & quorate
    verdict.how = np.select(
        [verdict.adopted, ~quorate], [How.CONSENSUS, How.NO_QUORUM], How.BLOCKED
    ).astype(np.int8)
    return verdict


def _weighty(decisions: Codes, seats: Bools, weights: Floats, rules: Rules) -> Bools:
    """Say where the second majority, of weights, is met too: (runs,)."""
    if not rules.weight_share:
        return np.ones(len(decisions), dtype=bool)
    heavy = np.where(seats, weights, 0.0)
    in_favour = (decisions == Decision.SUPPORT) & seats
    share = (in_favour * heavy).sum(axis=1) / heavy.sum()
    aside = np.count_nonzero(seats) - np.count_nonzero(in_favour, axis=1)
    met: Bools = (share >= rules.weight_share - _ROUNDING) | (aside < rules.blocking_minority)
    return met


def _counted(decisions: Codes, seats: Bools) -> Verdict:
    runs = len(decisions)
    return Verdict(
        adopted=np.zeros(runs, dtype=bool),
        how=np.full(runs, How.NOT_REACHED, dtype=np.int8),
        voted=np.zeros(runs, dtype=bool),
        in_favour=count(decisions, seats, Decision.SUPPORT),
        against=count(decisions, seats, Decision.OPPOSE),
        abstaining=count(decisions, seats, Decision.ABSTAIN),
        not_voting=count(decisions, seats, Decision.ABSENT),
        blocking=count(decisions, seats, Decision.BLOCK),
        dissociating=count(decisions, seats, Decision.DISSOCIATE),
        margin=np.zeros(runs, dtype=np.int64),
    )


def either(agreed: Bools, consensus: Verdict, vote: Verdict) -> Verdict:
    """Join what a room made of a text without a vote, where it ``agreed``, and by the vote else.

    Who blocked before the vote stays counted.
    """
    sides = ((name, value, getattr(vote, name)) for name, value in vars(consensus).items())
    joined = {name: np.where(agreed, one, other) for name, one, other in sides}
    return Verdict(**{**joined, "blocking": consensus.blocking})
