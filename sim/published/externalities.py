"""What exchanges do to those who do not take part in them.

Dijkstra, Van Assen and Stokman 2008, "Outcomes of collective decisions with externalities
predicted", Journal of Theoretical Politics 20: an actor stands inside an exchange if it is on the
same two sides of the two outcomes as the partners (it could have traded with one of them),
outside if it is not.

Effects are those on the outcomes as they move from deal to deal, so that they add up to what the
round did to each. Decide instead takes each exchange as its asker reckons it, and books the agreed
gain as one's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.published.market import Deal
from sim.published.offers import stands_below

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Effects:
    """Changes of utility over a round by whose exchange they came from, each (actors,)."""

    own: Floats  # from one's own exchanges, as the outcomes really moved
    inner_gain: Floats
    inner_loss: Floats
    outer_gain: Floats
    outer_loss: Floats

    @property
    def total(self) -> Floats:
        """All five together: the change of utility over the round."""
        return np.asarray(
            self.own + self.inner_gain + self.inner_loss + self.outer_gain + self.outer_loss
        )


def utility(ideal: Floats, salience: Floats, outcome: Floats) -> Floats:
    """What outcomes (issues,) are worth to each actor: - sum_k s_k |O_k - x_k|, (actors,)."""
    lost = np.where(np.isnan(ideal), 0.0, salience * np.abs(outcome - ideal))
    return np.asarray(-lost.sum(axis=1))


def effects(
    ideal: Floats,
    salience: Floats,
    start: Floats,
    weight: Floats,
    outcome: Floats,
    deals: Sequence[Deal],
) -> Effects:
    """Follow the outcomes of a round from deal to deal and note who gains and loses.

    ``ideal`` (actors, issues) is what actors want, ``start`` where they stand as the round
    begins, which with ``outcome`` (issues,) says who is inside an exchange; ``weight`` is
    capability times salience, 0 where there is no position.
    """
    now = np.where(np.isnan(outcome), 0.0, outcome)
    part = weight / np.maximum(weight.sum(axis=0), np.finfo(float).tiny)
    below, able = stands_below(start, now), weight > 0
    wish = np.where(np.isnan(ideal), 0.0, ideal)
    cares = np.where(able, salience, 0.0)
    sums = np.zeros((5, len(weight)))
    for deal in deals:
        issue = deal.issue
        then = now[issue] + part[deal.actor, issue] * (deal.vote - deal.start)
        far = np.abs(now[issue] - wish[:, issue]) - np.abs(then - wish[:, issue])
        change = (cares[:, issue] * far).sum(axis=1)
        sums[_kind(deal, change, below[:, issue], able[:, issue]), np.arange(len(change))] += change
        now[issue] = then
    return Effects(*sums)


def _kind(deal: Deal, change: Floats, below: Bools, able: Bools) -> npt.NDArray[np.intp]:
    """Which of the five sums each actor's change belongs to."""
    inside = able.all(axis=1) & ((below[:, 0] == below[:, 1]) == deal.alike)
    kind = np.where(inside, 1, 3) + (change < 0)
    kind[deal.actor] = 0
    return np.asarray(kind, dtype=np.intp)
