"""One round of equal-gain exchange, offer by offer: slow, and written apart from the arrays.

It follows what the program Decide does (decide-exchange-model; Stokman and Van Oosten 1994), in
floating point; `sim.published.exchange` must make the same exchanges at the same moves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations
from math import copysign

import numpy as np

NIL = 1e-12
Key = tuple[int, int]


@dataclass
class Side:
    """One partner: what it gives, and its proposals so far on that issue."""

    actor: int
    gives: int
    asks: int
    move: float = 0.0
    moves: list[float] = field(default_factory=list)


class PlainDecide:
    """Positions, saliences and capabilities (actors, issues) without gaps."""

    def __init__(self, x: np.ndarray, s: np.ndarray, c: np.ndarray) -> None:
        self.x, self.s, self.w = x, s, c * s
        self.vote = x.copy()
        self.granted: dict[Key, dict[int, float]] = {}  # by asker and issue: of whom, where to
        self.offers = [offer for p, q in combinations(range(x.shape[1]), 2)
                       for offer in self.pairs(p, q)]  # fmt: skip
        self.offers = [offer for offer in self.offers if self.work_out(*offer)]

    def outcome(self, issue: int, seen: dict[int, float]) -> float:
        at = [seen.get(a, self.x[a, issue]) for a in range(len(self.x))]
        return float(np.dot(at, self.w[:, issue]) / self.w[:, issue].sum())

    def pairs(self, p: int, q: int) -> Iterator[tuple[Side, Side]]:
        above = [
            (self.x[a, p] >= self.outcome(p, {}), self.x[a, q] >= self.outcome(q, {}))
            for a in range(len(self.x))
        ]
        for i, j in combinations(range(len(self.x)), 2):
            if above[i][0] != above[j][0] and above[i][1] != above[j][1]:
                if self.s[i, p] / self.s[i, q] < self.s[j, p] / self.s[j, q]:
                    i, j = j, i  # noqa: PLW2901  the first minds p more
                yield Side(i, q, p), Side(j, p, q)

    def share(self, side: Side) -> float:
        return float(self.w[side.actor, side.gives] / self.w[:, side.gives].sum())

    def gain(self, one: Side, other: Side) -> float:
        """Of the first side; that of the other is the same."""
        gets, loses = abs(other.move) * self.share(other), abs(one.move) * self.share(one)
        return float(gets * self.s[one.actor, one.asks] - loses * self.s[one.actor, one.gives])

    def propose(self, one: Side, other: Side, shift: float) -> None:
        """Let ``one`` shift the outcome by ``shift``, and the other by what is as good for both."""
        on_mine = self.s[one.actor, one.gives] + self.s[other.actor, one.gives]
        on_theirs = self.s[one.actor, other.gives] + self.s[other.actor, other.gives]
        for side, by, asker in ((one, shift, other), (other, shift * on_mine / on_theirs, one)):
            here, there = self.vote[side.actor, side.gives], self.x[asker.actor, side.gives]
            side.move = copysign(by / self.share(side), there - here)

    def work_out(self, one: Side, other: Side) -> bool:
        room = {}
        for side, asker in ((one, other), (other, one)):
            away = abs(self.x[asker.actor, side.gives] - self.vote[side.actor, side.gives])
            room[id(side)] = away * self.share(side)
        self.propose(other, one, room[id(other)])
        if abs(one.move) * self.share(one) > room[id(one)]:
            self.propose(one, other, room[id(one)])
        one.moves.append(one.move)
        other.moves.append(other.move)
        if not (self.able(one) and self.able(other)) or abs(self.gain(one, other)) < NIL:
            return False
        for side, asker in ((one, other), (other, one)):
            seen = dict(self.granted.get((asker.actor, side.gives), {}))
            seen[side.actor] = self.vote[side.actor, side.gives]
            gap = self.x[asker.actor, side.gives] - self.outcome(side.gives, seen)
            seen[side.actor] += side.move
            left = self.x[asker.actor, side.gives] - self.outcome(side.gives, seen)
            if abs(gap) < NIL or (gap * left < 0 and abs(left) >= NIL):
                self.propose(side, asker, 0.0 if abs(gap) < NIL else abs(gap))
                one.moves[-1], other.moves[-1] = one.move, other.move
        return self.able(one) and self.able(other)

    def able(self, side: Side) -> bool:
        to = self.vote[side.actor, side.gives] + side.move
        one_way = min(side.moves) > NIL or max(side.moves) < -NIL
        return one_way and -NIL <= to <= 1 + NIL and sum(side.moves) <= 1 + NIL

    def deals(self) -> Iterator[tuple[Side, Side, float]]:
        """Exchanges in order of gain."""
        while self.offers:
            best = max(self.offers, key=lambda offer: self.gain(*offer))
            self.offers.remove(best)
            gain = self.gain(*best)
            moved = {(side.actor, side.gives) for side in best}
            asked = {(side.actor, side.asks) for side in best}
            for side, asker in (best, best[::-1]):
                self.vote[side.actor, side.gives] += side.move
                seen = self.granted.setdefault((asker.actor, side.gives), {})
                to, start = self.vote[side.actor, side.gives], self.x[side.actor, side.gives]
                before = seen.get(side.actor, to)  # of several moves the least counts
                seen[side.actor] = min(before, to) if start <= before else max(before, to)
            self.offers = [offer for offer in self.offers if self.stands(offer, moved, asked)]
            yield (*best, gain)

    def stands(self, offer: tuple[Side, Side], moved: set[Key], asked: set[Key]) -> bool:
        hit = [(side.actor, side.gives) in moved for side in offer]
        if not any(hit) and not any((side.actor, side.asks) in asked for side in offer):
            return True
        for side, gave in zip(offer, hit, strict=True):
            if not gave:  # its own proposal was never in the way: forget it
                side.moves.pop()
        return self.work_out(*offer)
