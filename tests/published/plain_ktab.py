"""One turn of KTAB's spatial model, actor by actor: slow, and written apart from the arrays.

After Wise, Lester and Efird (2015); `sim.published.spatial` must agree under every rule.
"""

from __future__ import annotations

from math import floor, prod, sqrt

from sim.published.spatial import Rules

Place = list[float]
PASS_ON = {"none": 0, "one_third": 1 / 3, "half": 1 / 2, "two_thirds": 2 / 3, "full": 1}


class PlainKtab:
    """Actors with a position, an ideal, saliences and a capability, under some rules."""

    def __init__(
        self, position: list[Place], ideal: list[Place], salience: list[Place],
        capability: list[float], rules: Rules,
    ) -> None:  # fmt: skip
        self.at, self.ideal, self.s, self.c, self.rules = (
            position, ideal, salience, capability, rules,
        )  # fmt: skip
        self.who = range(len(position))
        self.total = [sum(row) for row in salience]
        self.risk = [0.0 for _ in self.who]
        neutral = [
            [self.worth(k, self.ideal[k], self.at[j], 0) for j in self.who] for k in self.who
        ]
        self.risk = self.risks(self.elect(neutral))

    def worth(self, k: int, ideal: Place, place: Place, risk: float) -> float:
        squares = [(s * (a - b)) ** 2 for s, a, b in zip(self.s[k], ideal, place, strict=True)]
        d = sqrt(sum(squares) / sum(s * s for s in self.s[k]))
        return (1 - d) * (1 + d * risk)

    def seen(self, h: int, k: int, j: int) -> float:
        """What h thinks the position of j is worth to k."""
        share = PASS_ON[self.rules.empathy]
        risk = (1 - share) * self.risk[h] + share * self.risk[k]
        return self.worth(k, self.ideal[k], self.at[j], risk)

    def vote(self, weight: float, this: float, that: float) -> float:
        du = this - that
        sharp = max(-1, min(1, du / 1e-8))
        rule = self.rules.voting
        if rule == "prospect":
            return weight * (du if du < 0 else 2 * du / 3)
        both = {"binary": sharp, "cubic": du**3, "proportional": du,
                "proportional_binary": 0.8 * du + 0.2 * sharp,
                "proportional_cubic": 0.5 * du + 0.5 * du**3}  # fmt: skip
        return weight * both[rule]

    def elect(self, utility: list[Place]) -> Place:
        """Chances of options, ``utility`` a row an actor, by the election and victory models."""
        options = range(len(utility[0]))
        c = [[1e-8 for _ in options] for _ in options]
        for i in options:
            for j in range(i):
                for k in self.who:
                    v = self.vote(self.c[k], utility[k][i], utility[k][j])
                    c[i][j] += max(v, 0)
                    c[j][i] += max(-v, 0)
        p = [[0.5 if i == j else self.beats(c[i][j], c[j][i]) for j in options] for i in options]
        if self.rules.election == "conditional":
            every = [prod(row) for row in p]
            return [x / sum(every) for x in every]
        pull = [[c[i][j] * p[i][j] + 1e-10 * (i == j) for j in options] for i in options]
        r = [[pull[i][j] / sum(pull[k][j] for k in options) for j in options] for i in options]
        if self.rules.election == "markov_uniform":
            r = [[1 / len(p) for _ in options] for _ in options]
        chance = [1 / len(p) for _ in options]
        change = 1.0
        while change > 1e-13:
            after = [
                sum(p[i][j] * (chance[i] * r[j][i] + chance[j] * r[i][j]) for j in options)
                for i in options
            ]
            change = max(abs(a - b) for a, b in zip(chance, after, strict=True))
            chance = [(a + b) / 2 for a, b in zip(chance, after, strict=True)]
        return chance

    def beats(self, mine: float, theirs: float) -> float:
        if self.rules.victory == "binary":
            if mine >= 1.1 * theirs:
                return 1 / (1 + 1e-6)
            if theirs >= 1.1 * mine:
                return 1 - 1 / (1 + 1e-6)
            return (2.1 * mine / (mine + theirs) - 1) / 0.1
        power = {"linear": 1, "square": 2, "quartic": 4, "octic": 8}[self.rules.victory]
        return 1 / (1 + (theirs / mine) ** power)

    def risks(self, p: Place) -> Place:
        low, high = min(p), max(p)
        form = {"mid": lambda x: (3 * x - high - 2 * low) / 2 / (high - low),
                "max": lambda x: (2 * x - high - low) / (high - low),
                "min": lambda x: (x - low) / (high - low)}[self.rules.risk]  # fmt: skip
        return [form(x) for x in p]

    def chance(self, h: int, i: int, j: int) -> float:
        """What h thinks of i's prospects against j, third parties included."""
        put_in = (
            self.vote(self.total[i] * self.c[i], self.seen(h, i, i), self.seen(h, i, j)),
            self.vote(self.total[j] * self.c[j], self.seen(h, j, i), self.seen(h, j, j)),
        )
        for_i = 1e-10 + sum(max(v, 0) for v in put_in)
        for_j = 1e-10 + sum(max(-v, 0) for v in put_in)
        more_i, more_j = 0.0, 0.0
        for n in self.who:
            if n in (i, j) or self.rules.commitment != "semi":
                continue
            ui, uj, un = self.seen(h, n, i), self.seen(h, n, j), self.seen(h, n, n)
            direct = self.vote(self.total[n] * self.c[n], ui, uj)
            p = (for_i + max(direct, 0)) / (for_i + for_j + abs(direct))
            joins_i = p * (2 * ui + un) + (1 - p) * 3 * uj
            joins_j = p * 3 * ui + (1 - p) * (2 * uj + un)
            v = self.vote(self.total[n] * self.c[n], joins_i, joins_j)
            more_i, more_j = more_i + max(v, 0), more_j + max(-v, 0)
        return (for_i + more_i) / (for_i + more_i + for_j + more_j)

    def target(self, i: int) -> int | None:
        best, found = 1e-5, None
        for j in self.who:
            if j != i:
                p, ii, ij = self.chance(i, i, j), self.seen(i, i, i), self.seen(i, i, j)
                fight = p * 2 * ii + (1 - p) * 2 * ij
                gain = (1 - self.total[j]) * 2 * ii + self.total[j] * fight - ii - ij
                if gain > best:
                    best, found = gain, j
        return found

    def meet(self, i: int, j: int, p: float) -> tuple[Place, Place]:
        to_i, to_j = [], []
        for x, y, s, t in zip(self.at[i], self.at[j], self.s[i], self.s[j], strict=True):
            if self.rules.interpolation == "s2pmax":
                d, e = max(0, 1 - 2 * p), max(0, 2 * p - 1)
                to_i.append(x + d * t * t / (d * t * t + 1e-6 + (1 - d) * s * s) * (y - x))
                to_j.append(y + e * s * s / (e * s * s + 1e-6 + (1 - e) * t * t) * (x - y))
                continue
            power = 2 if self.rules.interpolation == "s2p2" else 1
            w, v = (s * p) ** power, (t * (1 - p)) ** power
            mean_i = ((w + 1e-6) * x + v * y) / (w + v + 1e-6)
            mean_j = (w * x + (v + 1e-6) * y) / (w + v + 1e-6)
            to_i.append(floor(mean_i * 1e4 + 0.5) / 1e4)
            to_j.append(floor(mean_j * 1e4 + 0.5) / 1e4)
        return to_i, to_j

    def turn(self) -> list[Place]:
        """Positions after a turn, and nothing kept but those of each one's likeliest bargain."""
        bargains: list[list[tuple[int, int, Place, Place] | None]] = [[] for _ in self.who]
        for i in self.who:
            bargains[i].append(None)
            if (j := self.target(i)) is None:
                continue
            views = [self.meet(i, j, self.chance(i, i, j))]
            if self.rules.perspective != "initiator":
                views.append(self.meet(i, j, self.chance(j, i, j)))
            if self.rules.perspective == "compromise":
                w, v = self.c[i] * self.total[i], self.c[j] * self.total[j]
                (a, b), (c, d) = views
                views = [tuple(
                    [(w * x + v * y) / (w + v) for x, y in zip(one, other, strict=True)]
                    for one, other in ((a, c), (b, d))
                )]  # type: ignore[list-item]  # fmt: skip
            for to_i, to_j in views:
                bargains[i].append((i, j, to_i, to_j))
                bargains[j].append((i, j, to_i, to_j))
        return [self.kept(k, bargains[k]) for k in self.who]

    def kept(self, k: int, offers: list[tuple[int, int, Place, Place] | None]) -> Place:
        utility = []
        for a in self.who:
            own = [self.seen(a, a, n) for n in self.who]
            row = []
            for offer in offers:
                values = list(own)
                if offer is not None:
                    i, j, to_i, to_j = offer
                    values[i] = self.worth(a, self.at[a], to_i, self.risk[a])
                    values[j] = self.worth(a, self.at[a], to_j, self.risk[a])
                row.append(sum(values) / len(values))
            utility.append(row)
        chance = self.elect(utility)
        offer = offers[chance.index(max(chance))]
        if offer is None:
            return self.at[k]
        i, _, to_i, to_j = offer
        return to_i if k == i else to_j
