"""Texts are not exclusive: how many delegations are in favour of two of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from sim.analysis.spread import Spread, spread
from sim.analysis.ways import BY_VOTE
from sim.core.outcomes import Outcomes
from sim.forums.rules import Decision

Ballot = tuple[str, str]


@dataclass(frozen=True)
class Overlap:
    """Two drafts, and how many delegations support both at their last stages."""

    one: str
    other: str
    in_favour: Spread
    recorded: int | None


def overlaps(
    outcomes: Outcomes, recorded: Mapping[Ballot, Mapping[str, Decision]]
) -> list[Overlap]:
    """Count, for every two drafts, who is in favour of both; needs outcomes that kept decisions."""
    if not len(outcomes.decisions):
        return []
    last = list(dict(outcomes.ballots).items())
    found = [_overlap(outcomes, recorded, one, other) for one, other in combinations(last, 2)]
    return [pair for pair in found if pair.in_favour.high > 0]


def _overlap(
    outcomes: Outcomes,
    recorded: Mapping[Ballot, Mapping[str, Decision]],
    one: Ballot,
    other: Ballot,
) -> Overlap:
    places = [outcomes.ballots.index(ballot) for ballot in (one, other)]
    decisions = outcomes.decisions[:, places]
    one_voted, other_voted = (np.isin(decisions[:, n], BY_VOTE).max(axis=1) for n in (0, 1))
    votes = one_voted & other_voted  # runs in which both came to a vote
    yes = (decisions[votes] == Decision.SUPPORT).all(axis=1).sum(axis=1)
    said = [recorded.get(ballot) for ballot in (one, other)]
    both = None
    if said[0] and said[1]:
        both = sum(said[0][a] == said[1].get(a) == Decision.SUPPORT for a in said[0])
    return Overlap(one[0], other[0], spread(yes, outcomes.table["world"][votes]), both)
