"""Coalitions once more, one actor at a time: bonds, the game, and who leads.

Written from the equations of `sim.coalitions.bonds`, `sim.coalitions.forming` and
`sim.mechanisms.coalitions`; shares no code with them. What the scenario says of coalitions comes
from the setting.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, count
from math import fsum, sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.reference.plain_mesa import Delegate, PlainMesa

NORMAL = NormalDist()
GRID = 2.0**20  # bonds are whole steps of this fineness
REFUSES = -1024.0
TOSSES = 48
ENOUGH = 0.002
GROUPS = (
    *("EU", "NATO", "Five Eyes", "OECD", "G7", "AU", "ASEAN", "CARICOM", "PIF"),
    *("Arab League", "SCO", "CIS", "CSTO", "GCC", "MERCOSUR", "BRICS", "ALBA"),
)

Table = list[list[float]]  # a number for each pair of actors


class Coalitions:
    """Who stands together in one run."""

    def __init__(self, model: PlainMesa) -> None:
        self.model, self.plan = model, model.setting.parts["coalitions"]
        axes = model.setting.parts["ties"].axes
        self.shared = shared_groups(axes.actors, axes.groups)
        self.leader: list[int] = self.plan.together.tolist()  # of each; oneself when alone
        self.barred: list[set[int]] = []
        self.tempted: list[bool] = []
        self.history: list[list[int]] = []
        self.discipline = model.p["coalition_discipline"]

    def form(self) -> None:
        """Form anew from the coalitions of the last session, and dissolve what is to fall apart."""
        bonds, price = self.bonds(), on_grid(self.model.p["coalition_crowding"])
        coins = self.model.draws("coalitions.coin", self.model.session)
        agreed = [[min(b, REFUSES) if b < 0 else b for b in row] for row in bonds]
        game = Game(agreed, list(self.leader), price)
        game.play([int(u * 2.0**52) for u in coins])
        found = Game(bonds, game.room, price)
        self.tempted = [found.gain(i) > ENOUGH for i in range(len(bonds))]
        self.leader = [self.leads(game, i) for i in range(len(bonds))]
        for session, actor in self.plan.dissolved:
            if session == self.model.session:
                self.dissolve(actor)
        self.history.append(list(self.leader))

    def leads(self, game: Game, i: int) -> int:
        """The most capable state of its coalition, or actor; of several, the one most bound."""

        def stands(j: int) -> tuple[bool, float, float]:
            delegate = self.model.delegates[j]
            return delegate.state, delegate.capability, game.now(j)

        return max(game.members(game.room[i]), key=stands)

    def dissolve(self, actor: int) -> None:
        inside = set(self.with_(actor))
        self.barred.append(inside)
        self.leader = [i if i in inside else led for i, led in enumerate(self.leader)]

    def with_(self, i: int) -> list[int]:
        """Who is in the coalition of an actor, itself among them."""
        return [j for j, leader in enumerate(self.leader) if leader == self.leader[i]]

    # What binds a pair

    def bonds(self) -> Table:
        """B_ij, with those who are told, or may not."""
        delegates, told = self.model.delegates, self.told()
        parts = [d.row for d in delegates if d.present and not d.aside and not self.accused(d)]
        strength = self.strength(parts)
        every = sorted(strength[i][j] for i, j in combinations(parts, 2))
        bar = every[int(self.model.p["coalition_friction"] * (len(every) - 1))] if every else 0.0
        all_ = range(len(delegates))
        return [
            [told[i][j] or (on_grid(strength[i][j] - bar) if i != j else 0.0) for j in all_]
            for i in all_
        ]

    def accused(self, delegate: Delegate) -> bool:
        return delegate.row == self.plan.against

    def told(self) -> Table:
        """What is said of a pair, and 0 where its bond is its own."""
        said: Table = self.plan.told.tolist()
        out = {d.row for d in self.model.delegates if not d.present or d.aside or self.accused(d)}
        for i, row in enumerate(said):
            for j in range(len(row)):
                if i in out or j in out:
                    row[j] = REFUSES
            for inside in self.barred:
                for j in inside if i in inside else ():
                    row[j] = REFUSES
            row[i] = 0.0
        return said

    def strength(self, parts: Sequence[int]) -> Table:
        """b_ij: nearness, groups, means and the adversary, each in deviations over pairs."""
        p, delegates = self.model.p, self.model.delegates
        near = [[1.0] * len(delegates) for _ in delegates]
        for i, j in combinations(range(len(delegates)), 2):
            near[i][j] = near[j][i] = self.near(delegates[i], delegates[j])
        means = [[sqrt(a.capability * b.capability) for b in delegates] for a in delegates]
        terms = [
            (1.0, standardised(near, parts, centred=True)),
            (p["coalition_ties"], standardised(self.shared, parts)),
            (p["coalition_means"], standardised(means, parts)),
        ]
        if self.plan.against >= 0:
            far = [1.0 - each for each in near[self.plan.against]]
            threat = [[sqrt(a * b) for b in far] for a in far]
            terms.append((p["coalition_threat"], standardised(threat, parts)))
        every = range(len(delegates))
        return [[sum([w * term[i][j] for w, term in terms]) for j in every] for i in every]

    def near(self, one: Delegate, other: Delegate) -> float:
        """1 less the distance on the issues that both care about; 0 for who share none."""
        shared = apart = 0.0
        for k in self.plan.issues.tolist():
            weight = one.salience[k] * other.salience[k]
            shared += weight
            apart += weight * (one.position[k] - other.position[k]) ** 2
        return 1.0 - sqrt(apart / shared) if shared > 0 else 0.0

    # What members share

    def lines(self, own: list[float]) -> list[float]:
        """Support once members have moved towards the mean of their coalition."""
        felt = list(own)
        for i, delegate in enumerate(self.model.delegates):
            others = [j for j in self.with_(i) if self.model.delegates[j].votes]
            if delegate.votes and len(others) > 1:
                line = sum(own[j] for j in others) / len(others)
                felt[i] += self.discipline * (line - own[i])
        return felt

    def pooled(self, effort: list[float]) -> list[float]:
        """Effort once leaders have what their members put in."""
        left = list(effort)
        for i, leader in enumerate(self.leader):
            if leader != i:
                left[i] -= self.discipline * effort[i]
                left[leader] += self.discipline * effort[i]
        return left

    def prices(self, drawn: list[float]) -> list[float]:
        """Deviates of the price of blocking: partly one for all members, less their company."""
        delegates, d = self.model.delegates, self.discipline
        common = [NORMAL.inv_cdf(u) for u in self.model.draws("coalitions.resolve")]
        total = max(sum(each.capability for each in delegates if each.present), 1e-12)
        out = list(drawn)
        for i, leader in enumerate(self.leader):
            others = [j for j in self.with_(i) if j != i]
            if others:
                company = sum(delegates[j].capability for j in others if delegates[j].present)
                mixed = sqrt(1 - d) * drawn[i] + sqrt(d) * common[leader]
                out[i] = mixed - self.model.p["coalition_company"] * company / total
        return out


class Game:
    """The game of who goes where. Coalitions meet in rooms; there are as many as actors."""

    def __init__(self, bonds: Table, room: list[int], price: float) -> None:
        self.bonds, self.room, self.price = bonds, room, price
        self.look()

    def look(self) -> None:
        """Find what each room, as it is now, is worth to each: bonds less crowding."""
        n = len(self.room)
        self.heads = [self.room.count(k) for k in range(n)]
        self.bound = [[0.0] * n for _ in range(n)]  # by actor and room
        for bound, bonds in zip(self.bound, self.bonds, strict=True):
            for room, bond in zip(self.room, bonds, strict=True):
                bound[room] += bond

    def members(self, room: int) -> list[int]:
        return [i for i, where in enumerate(self.room) if where == room]

    def now(self, i: int) -> float:
        """What its coalition is worth to an actor."""
        return self.bound[i][self.room[i]] - self.price * (self.heads[self.room[i]] - 1) ** 2

    def best(self, i: int) -> tuple[float, int]:
        """The worth of the best room to go to, and which; to be alone is worth 0, and -1."""
        best, where = 0.0, -1
        for room, heads in enumerate(self.heads):
            if heads and room != self.room[i]:
                worth = self.bound[i][room] - self.price * heads**2
                if worth > best:
                    best, where = worth, room
        return best, where

    def gain(self, i: int) -> float:
        return self.best(i)[0] - self.now(i)

    def play(self, coins: list[int]) -> None:
        """Let all who gain move on the toss of a coin; after so many, who gains most alone."""
        for toss in count():
            gains = {i: gain for i in range(len(self.room)) if (gain := self.gain(i)) > ENOUGH}
            if not gains:
                return
            if toss < TOSSES:
                self.move([i for i in gains if coins[i] >> (51 - toss) & 1])
            else:
                self.move([max(gains, key=lambda i: gains[i])])

    def move(self, movers: list[int]) -> None:
        """All go at once; who wants to be alone takes the next room that was empty, if any is."""
        empty = iter([k for k, heads in enumerate(self.heads) if not heads])
        to = {i: self.best(i)[1] for i in movers}
        for i, room in to.items():
            self.room[i] = room if room >= 0 else next(empty, self.room[i])
        self.look()


def shared_groups(actors: Sequence[str], groups: Mapping[str, Sequence[str]]) -> Table:
    """g_ij: 1 / sqrt(size) for each group that both are in."""
    shared = [[0.0] * len(actors) for _ in actors]
    for name in GROUPS:
        inside = [i for i, actor in enumerate(actors) if actor in set(groups.get(name, ()))]
        if len(inside) > 1:
            for i in inside:
                for j in inside:
                    shared[i][j] += 1 / sqrt(len(inside))
    return shared


def standardised(of: Table, parts: Sequence[int], centred: bool = False) -> Table:
    """In deviations over the pairs of those who take part; all 0 where there is no spread."""
    every = [of[i][j] for i, j in combinations(parts, 2)]
    mean = fsum(every) / max(len(every), 1)
    spread = sqrt(fsum((each - mean) ** 2 for each in every) / max(len(every), 1))
    if spread <= 1e-12:
        return [[0.0] * len(of) for _ in of]
    middle = mean if centred else 0.0
    return [[(each - middle) / spread for each in row] for row in of]


def on_grid(number: float) -> float:
    return round(number * GRID) / GRID
