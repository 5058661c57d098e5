"""On which coalitions a decision turned, under the rule of the forum as it is.

A coalition is *pivotal* in a vote if the outcome had been another, had all its members who were in
favour been against and the other way round. The text is put to the vote again, with all there is
of quorum, vetoes and weights.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.core.setting import Forum
from sim.core.world import Ballot
from sim.forums.decision import by_vote
from sim.forums.rules import Decision

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int8]


def turned(decisions: Codes) -> Codes:
    """Every vote in favour as one against, and the other way round."""
    against = np.where(decisions == Decision.SUPPORT, Decision.OPPOSE, decisions)
    return np.where(decisions == Decision.OPPOSE, Decision.SUPPORT, against).astype(np.int8)


def pivotal(ballot: Ballot, label: Ints, size: Ints, forum: Forum, seats: Bools) -> Bools:
    """Whose coalition was pivotal, at the place of who leads it: (runs, actors).

    Args:
        ballot: what everyone decided; runs that did not vote have no pivotal coalition.
        label, size: (runs, actors), the place of one's leader and how many are with it.
        forum, seats: its rules, and who has a seat now, (actors,).
    """
    found = np.zeros(label.shape, dtype=bool)
    heads = np.where((label == np.arange(label.shape[1])) & (size > 1), size, 0)
    largest_first = np.argsort(-heads, axis=1, kind="stable")
    plain = not (forum.rules.weight_share or (forum.vetoes & seats).any())
    for which in largest_first.T:
        many = heads[np.arange(len(heads)), which]
        # Turning m votes changes those in favour by m at most, and not how many are needed.
        near = np.abs(ballot.verdict.margin) <= many if plain else many > 0
        rows = np.flatnonzero(ballot.verdict.voted & (many > 0) & near)
        if len(rows):
            found[rows, which[rows]] = _again(ballot, label, which, rows, forum, seats)
        if not many.any():
            break
    return found


def _again(
    ballot: Ballot, label: Ints, which: Ints, rows: Ints, forum: Forum, seats: Bools
) -> Bools:
    """Whether the outcome is another in these runs with one coalition turned round."""
    cast = ballot.decisions[rows]
    inside = label[rows] == which[rows, None]
    other = np.where(inside, turned(cast), cast)
    again = by_vote(other, seats, forum.vetoes, forum.weights, forum.rules)
    another: Bools = again.adopted != ballot.verdict.adopted[rows]
    return another
