"""Which exchanges of voting positions two actors could make on two issues, and which are made.

Stokman and Van Oosten 1994, "The exchange of voting positions", in Bueno de Mesquita and Stokman
(eds), European Community Decision Making. The expected outcome of an issue is the mean of
positions weighted by capability times salience, O = sum c s x / sum c s. Two actors who stand on
opposite sides of it on two issues can each give way on one for the other's vote on the other.
Exchanges are made one after another, best first, each changing what the rest are still worth; the
rules of conflict between them are those of the program Decide (decide-exchange-model by
J. Draaijer), told at `Market`.
"""

from __future__ import annotations

from collections.abc import Iterator
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


@dataclass(frozen=True)
class Deal:
    """An exchange that was made. Arrays are (2,): side 0 and side 1 (see `Offers`)."""

    actor: Whole
    issue: Whole  # what each gave
    start: Floats  # its voting position there before this deal
    vote: Floats  # and after
    gain: Floats  # what each expects: shift times salience on what it gets, less what it gives
    alike: bool  # see `Offers`
    tied: bool  # whether another exchange was worth as much


class Market:
    """The exchanges of one round that are still possible, and voting positions so far.

    * Both give way until one has reached where the other stands, at the rate of the exchange; and
      not so far that the expected outcome passes the position of whoever asked for the move.
      That outcome counts, beside all positions at the start of the round, only the moves that
      the asker itself has been granted in this round.
    * Once an exchange is made, those in which one of the two would give on the same issue start
      from its new voting position, and those in which one of them asks for the same issue see
      the move it was granted.
    * A voting position moves one way within a round, and not beyond the scale. An exchange that
      cannot be made any more is gone for the round.

    Decide has three oddities, which are kept unless ``strict``: an outcome that has passed the
    asker's position already may be moved on away from it; of several moves granted by one giver
    the asker counts the least; and the former, unrealised proposals of a giver count in the sum
    of its moves, which may not exceed the scale upwards.
    """

    def __init__(
        self,
        offers: Offers,
        position: Floats,
        weight: Floats,
        rate: Floats | None = None,
        strict: bool = False,
    ) -> None:
        """Work out all offers from positions and weights (actors, issues) of a round.

        ``rate`` (offers,) is the exchange rate of each: equal gain, unless noise is wanted.
        """
        n, m = position.shape
        self.offers, self.strict = offers, strict
        rate = offers.rate if rate is None else rate
        self.rates = np.stack([rate, np.ones_like(rate)])  # shift on each issue for 1 on issue 1
        self.worth = self.rates[::-1] * offers.wants - self.rates * offers.cares
        self.start = np.where(np.isnan(position), 0.0, position)
        self.vote = self.start.copy()
        self.weight = weight / np.maximum(weight.sum(axis=0), NOTHING)
        self.granted = np.repeat(self.start.T[None], n, axis=0)  # (asker, issue, giver)
        self.moved = np.zeros((n, m, n), dtype=bool)
        self.expected = np.tile((self.start * self.weight).sum(axis=0), (n, 1))  # by each asker
        self.gives = offers.actor * m + offers.issue  # (2, offers): key of giver and issue
        self.gets = offers.actor[::-1] * m + offers.issue  # key of whoever asks for it
        self.move = np.zeros((2, offers.count))
        self.sum = np.zeros((2, offers.count))  # of former proposals, and their extremes
        self.least = np.full((2, offers.count), np.inf)
        self.most = np.full((2, offers.count), -np.inf)
        self.gain = np.zeros((2, offers.count))  # of each side; equal without noise
        self.live = np.ones(offers.count, dtype=bool)
        self._work_out(np.arange(offers.count))

    def deals(self, rng: np.random.Generator | None = None) -> Iterator[Deal]:
        """Make exchanges in order of gain until none is left.

        Of several worth the same the first is made, or one drawn by ``rng``.
        """
        while self.live.any():
            gain = np.where(self.live, self.gain.mean(axis=0), -1.0)
            best = np.flatnonzero(gain >= gain.max() - NOTHING)
            pick = int(best[0] if rng is None else rng.choice(best))
            yield self._make(pick, tied=len(best) > 1)

    def _make(self, pick: int, tied: bool) -> Deal:
        actor, issue = self.offers.actor[:, pick], self.offers.issue[:, pick]
        start = self.vote[actor, issue]
        vote = start + self.move[:, pick]
        self.live[pick] = False
        self.vote[actor, issue] = vote
        self._grant(actor, issue, vote)
        gives, gets = self.gives[:, pick], self.gets[:, pick]
        hit = self.live & ((self.gives == gives[0]) | (self.gives == gives[1]))
        asks = self.live & ((self.gets == gets[0]) | (self.gets == gets[1]))
        self._remember(*np.nonzero(hit))
        self._work_out(np.flatnonzero(hit.any(axis=0) | asks.any(axis=0)))
        return Deal(actor, issue, start, vote, self.gain[:, pick], bool(self.offers.alike[pick]),
                    tied)  # fmt: skip

    def _grant(self, actor: Whole, issue: Whole, vote: Floats) -> None:
        """Each asker notes the move."""
        asker = actor[::-1]
        at = (asker, issue, actor)
        known, seen = self.moved[at], self.granted[at]
        rising = self.start[actor, issue] <= seen
        least = np.where(rising, np.minimum(seen, vote), np.maximum(seen, vote))
        self.granted[at] = np.where(known & (not self.strict), least, vote)
        self.moved[at] = True
        self.expected[asker, issue] = (self.granted[asker, issue] * self.weight.T[issue]).sum(1)

    def _remember(self, side: Whole, offer: Whole) -> None:
        """Keep the proposals of givers that have moved since."""
        move = self.move[side, offer]
        self.sum[side, offer] += 0 if self.strict else move
        self.least[side, offer] = np.minimum(self.least[side, offer], move)
        self.most[side, offer] = np.maximum(self.most[side, offer], move)

    def _work_out(self, these: Whole) -> None:
        """Moves and gains of some offers as things stand; those that cannot be made are dropped."""
        offers = self.offers
        actor, issue = offers.actor[:, these], offers.issue[:, these]
        target, share, rates = offers.target[:, these], offers.share[:, these], self.rates[:, these]
        at = self.vote[actor, issue]
        way = np.sign(target - at)
        size = (np.abs(target - at) * share / rates).min(axis=0)  # shift on issue 1
        able = self._able(these, at, way * size * rates / share)
        able &= size * self.worth[:, these].mean(axis=0) > NOTHING
        asker = actor[::-1]
        now = self.expected[asker, issue] + share * (at - self.granted[asker, issue, actor])
        gap = _exact(target - now)
        for side in (0, 1):
            left = _exact(target[side] - now[side] - way[side] * size * rates[side])
            passes = (gap[side] * left < 0) | (gap[side] == 0)
            room = np.abs(gap[side])
            if self.strict:
                away = gap[side] * way[side] < 0
                passes, room = passes | away, np.where(away, 0.0, room)
            size = np.where(passes, room / rates[side], size)
        move = way * size * rates / share
        self.move[:, these] = move
        self.gain[:, these] = size * self.worth[:, these]
        self.live[these] = able & self._able(these, at, move)

    def _able(self, these: Whole, at: Floats, move: Floats) -> Bools:
        """Whether both moves are moves at all, one way only, and within the scale."""
        inside = (at + move >= -NOTHING) & (at + move <= 1 + NOTHING)
        inside &= self.sum[:, these] + move <= 1 + NOTHING
        up = np.minimum(self.least[:, these], move) > NOTHING
        down = np.maximum(self.most[:, these], move) < -NOTHING
        return np.asarray((inside & (up | down)).all(axis=0))


def _exact(difference: Floats) -> Floats:
    """A difference that is only rounding is none."""
    return np.where(np.abs(difference) < NOTHING, 0.0, difference)
