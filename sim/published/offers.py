"""Which exchanges of voting positions two actors could make on two issues, and at what rate.

Stokman and Van Oosten 1994, "The exchange of voting positions", in Bueno de Mesquita and Stokman
(eds), European Community Decision Making. The expected outcome of an issue is the mean of
positions weighted by capability times salience, O = sum c s x / sum c s. Two actors who stand on
opposite sides of it on two issues can each give way on one for the other's vote on the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from sim.published.compromise import weighted_mean

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.intp]
Bools = npt.NDArray[np.bool_]

NOTHING = 1e-12  # gains and moves below this are none


@dataclass(frozen=True)
class Offers:
    """All potential exchanges; arrays of two rows hold side 0 and side 1 of each.

    Side 0 gives way on ``issue[0]`` and asks for ``issue[1]``, side 1 the other way round, so
    that each asks for the issue it minds more, relatively.
    """

    actor: Whole  # (2, offers)
    issue: Whole  # (2, offers): what each side gives
    cares: Floats  # (2, offers): salience of each side on what it gives
    wants: Floats  # (2, offers): salience of each side on what it gets
    share: Floats  # (2, offers): how far the outcome moves if its giver moves by 1
    target: Floats  # (2, offers): where the other side stands on what this side gives
    alike: Bools  # (offers,): each side is above both outcomes or below both, not one of each

    @property
    def count(self) -> int:
        """How many there are, gains of zero included."""
        return len(self.alike)

    @property
    def rate(self) -> Floats:
        """Equal-gain exchange rate: how far the outcome moves on issue 0 for 1 on issue 1."""
        return equal_gain_rate((self.cares[0], self.wants[0]), (self.wants[1], self.cares[1]))


def equal_gain_rate(
    salience_i: tuple[npt.ArrayLike, npt.ArrayLike], salience_j: tuple[npt.ArrayLike, npt.ArrayLike]
) -> Floats:
    """How far the outcome must move on a first issue for 1 on a second, for both to gain alike.

    Saliences of i and of j on the first and the second issue; the rate is
    (s_i2 + s_j2) / (s_i1 + s_j1), from r s_i1 - s_i2 = s_j2 - r s_j1.
    """
    first = np.asarray(salience_i[0], dtype=np.float64) + np.asarray(salience_j[0])
    second = np.asarray(salience_i[1], dtype=np.float64) + np.asarray(salience_j[1])
    return np.asarray(second / first)


def potential(position: Floats, salience: Floats, capability: Floats) -> Offers:
    """All pairs of actors and of issues between which an exchange is possible.

    Arrays are (actors, issues); a position of nan takes no part. The order is that of issues,
    then of actors, both sides below the outcome last, as in the program Decide.
    """
    weight = np.where(np.isnan(position), 0.0, capability * salience)
    total = weight.sum(axis=0)
    below = stands_below(position, weighted_mean(position, weight))
    found = [_opposed(below, weight > 0, p, q) for p, q in combinations(range(len(total)), 2)]
    i, j, p, q = np.concatenate([np.empty((4, 0), dtype=np.intp), *found], axis=1)
    first = salience[i, p] * salience[j, q] >= salience[j, p] * salience[i, q]  # i minds p more
    actor = np.where(first, (i, j), (j, i))
    issue = np.stack([q, p])
    return Offers(
        actor=actor,
        issue=issue,
        cares=salience[actor, issue],
        wants=salience[actor, issue[::-1]],
        share=weight[actor, issue] / total[issue],
        target=position[actor[::-1], issue],
        alike=below[i, p] == below[i, q],
    )


def stands_below(position: Floats, outcome: Floats) -> Bools:
    """Who stands below the outcome of each issue, rounding aside: (actors, issues)."""
    return np.asarray(position < outcome - NOTHING)


def _opposed(below: Bools, able: Bools, p: int, q: int) -> Whole:
    """Pairs of actors on opposite sides of both outcomes: rows i, j, p, q."""
    both = np.flatnonzero(able[:, p] & able[:, q])
    group = below[both, p] + 2 * below[both, q]
    pairs = [
        np.stack(np.meshgrid(both[group == one], both[group == other], indexing="ij"))
        for one, other in ((0, 3), (1, 2))
    ]
    i, j = np.concatenate([pair.reshape(2, -1) for pair in pairs], axis=1)
    return np.stack([i, j, np.full_like(i, p), np.full_like(i, q)])
