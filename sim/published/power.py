"""Power indices: how often a player turns a losing coalition into a winning one.

A player *swings* a coalition it is not in if the coalition loses without it and wins with it.
With D_i(s) the number of coalitions of s others that i swings, n players:

    Shapley-Shubik     sum_s D_i(s) s! (n - s - 1)! / n!        (shares of one)
    Penrose-Banzhaf    sum_s D_i(s) / 2^(n-1)                   (a chance; "absolute Banzhaf")
    Banzhaf            the same, divided by its sum             (shares of one)
    Coleman            swings over winning coalitions (to prevent), over losing ones (to initiate)

Source: Shapley and Shubik (1954); Penrose (1946); Banzhaf (1965); Coleman (1971). D_i(s) comes
from the generating function of coalitions by size and weight (Mann and Shapley 1962), from which
a player is taken out again by the same recursion run backwards; up to 60 players in whole
numbers, beyond that in shares of the coalitions of a size, taken out from whichever end lets
rounding die away. Where weights are large and players few, coalitions of two halves of the
players are listed instead (Horowitz and Sahni 1974).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.errors import InputError, Mistake
from sim.published.game import ROUNDING, Game, majority, rounded, rule, weighted
from sim.published.model import Model, Option
from sim.published.solution import Solution
from sim.published.table import Table

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Tensor = npt.NDArray[Any]  # of counts (whole numbers) or of shares (floats)

EXACT = 60  # players up to which all counts fit into 64 bits
HALVES = 36  # players whose halves can be listed
MOST = 1e9  # cells of all tables together: some ten seconds
QUICK = 4e8  # and that is waited for without a word: a few seconds
LARGEST = 2.5e7  # cells of one table: 200 MB
DECIMALS = 9  # after the point of a weight
TOTAL = 10_000  # what weights of a file are rounded to add up to, where they are too fine
FINE = 10**9  # and where players are few
A_LITTLE = 1e-9  # share of half: more than rounding, less than any weight that counts

RULE: dict[str, Option] = {
    "quota": Option(
        0.0, "weight that is enough, in the units of the weights; 0: the forum's rule, or half"
    ),
    "weights": Option(
        "", "what counts; empty: the forum's rule, or capability", ("", "capability", "equal")
    ),
}

__all__ = [
    "Game",
    "Power",
    "banzhaf",
    "banzhaf_absolute",
    "majority",
    "measure",
    "rounded",
    "rule",
    "shapley_shubik",
    "weighted",
]


@dataclass(frozen=True)
class Power:
    """The indices of every player of a game; arrays are (players,)."""

    shapley_shubik: Floats  # sums to 1
    banzhaf_absolute: Floats  # Penrose's: the chance to be decisive
    swings: tuple[int, ...] | tuple[float, ...]  # whole numbers up to 60 players
    act: float  # Coleman's power of the body to act: share of coalitions that win

    @cached_property
    def banzhaf(self) -> Floats:
        """Normalised: sums to 1."""
        share: Floats = self.banzhaf_absolute / self.banzhaf_absolute.sum()
        return share

    @cached_property
    def prevent(self) -> Floats:
        """Coleman's power to prevent action: of the coalitions that win, those it would break."""
        share: Floats = self.banzhaf_absolute / (2 * self.act)
        return share

    @cached_property
    def initiate(self) -> Floats:
        """Coleman's power to initiate action: of those that lose, those it would make win."""
        share: Floats = self.banzhaf_absolute / (2 * (1 - self.act))
        return share


def shapley_shubik(game: Game) -> Floats:
    """Shapley-Shubik indices: (players,), summing to 1."""
    return measure(game).shapley_shubik


def banzhaf(game: Game) -> Floats:
    """Banzhaf indices, normalised: (players,), summing to 1."""
    return measure(game).banzhaf


def banzhaf_absolute(game: Game) -> Floats:
    """Penrose's measure, also called the absolute Banzhaf index: (players,)."""
    return measure(game).banzhaf_absolute


def measure(game: Game) -> Power:
    """Compute all indices of a game.

    Raises:
        InputError: weights so fine and so many that no table of coalitions can be made.
    """
    return _Counting(game).power()


class _Counting:
    """Counts the coalitions of a game that hold all who have a veto, by how many others they hold.

    Tables are indexed by the size of the rest and by its weight on each condition of weight.
    """

    def __init__(self, game: Game) -> None:
        self.game = game
        self.n = game.players
        self.free = np.flatnonzero(~game.vetoes)  # players without a veto
        self.m, self.v = len(self.free), self.n - len(self.free)
        whole, quotas = _whole(game)
        if not len(whole):  # heads alone are counted: nobody weighs anything
            whole, quotas = np.zeros((1, self.n), dtype=np.int64), np.zeros(1, dtype=np.int64)
        self.weights: Ints = whole[:, self.free]
        self.quotas: Ints = quotas - whole[:, game.vetoes].sum(axis=1)
        self.least = _least_heads(game) - self.v
        self.exact = self.n <= EXACT

    def power(self) -> Power:
        swung = {kind: self._swings(kind) for kind in sorted(set(map(tuple, self.weights.T)))}
        rows = [swung[tuple(self.weights[:, j])] for j in range(self.m)]
        winning = self._winning()
        free = [self._indices(row, self.m - 1, self.v) for row in rows]
        # Who holds a veto swings every winning coalition, taken without it.
        veto = self._indices(winning, self.m, self.v - 1)
        shapley, chance = np.empty(self.n), np.empty(self.n)
        swings: list[Any] = [veto[2]] * self.n
        shapley[:], chance[:] = veto[0], veto[1]
        for place, found in zip(self.free.tolist(), free, strict=True):
            shapley[place], chance[place], swings[place] = found
        act = self._indices(winning, self.m, self.v)[1] / 2
        return Power(shapley, chance, tuple(swings), act)

    def _indices(self, counted: Tensor, among: int, sure: int) -> tuple[float, float, Any]:
        """Turn counts by size s = 0, 1, ... of coalitions ``among`` so many into indices.

        ``sure`` is how many others are in each coalition besides.
        """
        if self.exact:
            return _exactly(counted.tolist(), self.n, sure)
        return _nearly(counted, self.n, among, sure)

    # Tables of coalitions

    def _swings(self, kind: tuple[int, ...]) -> Tensor:
        """Coalitions by size that a player of these weights swings: (m,)."""
        if self._by_halves:
            return self._swings_by_halves(kind[0])
        tables = enumerate(self._without(kind))
        if len(kind) == 1:
            return np.array([table[self._window(s, kind[0])].sum() for s, table in tables])
        inside = tuple(slice(0, whole - w) for whole, w in zip(self._shape, kind, strict=True))
        beyond = tuple(slice(w, None) for w in kind)
        return np.array(
            [
                table[inside][~self._won(s)[inside] & self._won(s + 1)[beyond]].sum()
                for s, table in tables
            ]
        )

    def _window(self, size: int, weight: int) -> slice:
        """The weights at which a coalition of this size is swung by a player of this weight."""
        whole = self._shape[0] - weight
        low = np.clip(self._limit(size + 1) - weight, 0, whole)
        return slice(int(low), int(np.clip(self._limit(size), low, whole)))

    def _winning(self) -> Tensor:
        """Winning coalitions by size: (m + 1,)."""
        if self._by_halves:
            return self._winning_by_halves()
        return np.array([t[self._won(s)].sum() for s, t in enumerate(self._table)])

    @cached_property
    def _shape(self) -> tuple[int, ...]:
        return tuple(int(total) + 1 for total in self.weights.sum(axis=1))

    def _won(self, size: int) -> Bools:
        """Say which weights win at this size: a table of the shape of weights."""
        won = np.full(self._shape, size >= self.least)
        if size > self.m - self.game.blocking:
            return won
        for axis, quota in enumerate(self.quotas.tolist()):
            rest = [1] * len(self._shape)
            rest[axis] = -1
            won &= (np.arange(self._shape[axis]) >= quota).reshape(rest)
        return won

    @cached_property
    def _table(self) -> Tensor:
        """Coalitions of the free by size and weight: counts, or shares of those of a size."""
        self._refuse_too_large()
        table = np.zeros((self.m + 1, *self._shape), dtype=np.int64 if self.exact else np.float64)
        table[(0,) * table.ndim] = 1
        for done, kind in enumerate(self.weights.T.tolist()):
            for s in range(done + 1, 0, -1):
                if self.exact:
                    _add(table[s], table[s - 1], kind)
                else:
                    table[s] *= (done + 1 - s) / (done + 1)
                    _add(table[s], table[s - 1], kind, s / (done + 1))
        return table

    def _refuse_too_large(self) -> None:
        cells = (self.m + 1.0) * math.prod(map(float, self._shape))
        if cells > LARGEST or cells * len(set(map(tuple, self.weights.T))) > MOST:
            problem = "weights are too fine for so many players: round them"
            raise InputError(
                Mistake(problem, field="weights", allowed="power.rounded(game, parts)")
            )

    def _without(self, kind: tuple[int, ...]) -> Tensor:
        """Coalitions of the free but for one player of these weights, by size and weight."""
        table, m = self._table, self.m
        out = np.empty((m, *self._shape), dtype=table.dtype)
        if self.exact:
            for s in range(m):
                out[s] = table[s] - (_shifted(out[s - 1], kind) if s else 0)
            return out
        # Each step multiplies earlier rounding by s / (m - s), or from above by its inverse.
        middle = (m + 1) // 2
        for s in range(middle):
            np.multiply(table[s], m / (m - s), out=out[s])
            if s:
                _add(out[s], out[s - 1], kind, -s / (m - s))
        back = tuple(-w for w in kind)
        for s in range(m, middle, -1):
            rest = table[s] * (m / s)
            if s < m:
                rest -= out[s] * ((m - s) / s)
            out[s - 1] = _shifted(rest, back)
        return out

    # Coalitions of two halves

    @cached_property
    def _by_halves(self) -> bool:
        """Whether listing two halves is less work than a table."""
        if len(self.weights) != 1 or not self.exact or not 2 <= self.m <= HALVES:
            return False
        table: float = float(self.m + 1) * self._shape[0]
        return bool(2.0 ** (self.m / 2) * self.m * 8 < table) or table > LARGEST

    def _limit(self, size: int) -> float:
        """The weight from which a coalition of this size wins."""
        if size < self.least:
            return math.inf
        return -math.inf if size > self.m - self.game.blocking else float(self.quotas[0])

    def _swings_by_halves(self, weight: int) -> Tensor:
        others = self.weights[0].tolist()
        others.remove(weight)
        limits = [(self._limit(s), self._limit(s + 1) - weight) for s in range(self.m)]
        lighter = _lighter(others, limits)
        return np.asarray(np.maximum(lighter[:, 0] - lighter[:, 1], 0))

    def _winning_by_halves(self) -> Tensor:
        sizes = range(self.m + 1)
        lighter = _lighter(self.weights[0].tolist(), [(self._limit(s),) for s in sizes])
        return np.array([math.comb(self.m, s) - int(lighter[s, 0]) for s in sizes])


def _lighter(weights: list[int], limits: Sequence[tuple[float, ...]]) -> Ints:
    """Count, for each size and each of its limits, the coalitions that weigh less than the limit.

    Returns (sizes, limits).
    """
    half = len(weights) // 2
    left, right = _listed(weights[:half]), _listed(weights[half:])
    counted = np.zeros((len(limits), len(limits[0])), dtype=np.int64)
    for a, some in enumerate(left):
        for b, others in enumerate(right):
            for place, limit in enumerate(limits[a + b]):
                if limit == math.inf:
                    counted[a + b, place] += len(some) * len(others)
                elif limit > -math.inf:
                    counted[a + b, place] += np.searchsorted(others, limit - some).sum()
    return counted


def _listed(weights: list[int]) -> list[Ints]:
    """Weights of all coalitions, sorted, by size."""
    sums, sizes = np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64)
    for weight in weights:
        sums, sizes = np.concatenate([sums, sums + weight]), np.concatenate([sizes, sizes + 1])
    return [np.sort(sums[sizes == size]) for size in range(len(weights) + 1)]


def _shifted(table: Tensor, by: Sequence[int]) -> Tensor:
    """Move a table along each axis; what enters is 0, what leaves is lost."""
    if not any(by):
        return table
    out = np.zeros_like(table)
    into, of = _overlap(table.shape, by)
    out[into] = table[of]
    return out


def _add(table: Tensor, other: Tensor, by: Sequence[int], times: float = 1) -> None:
    """Add to a table so many times another, moved along each axis."""
    into, of = _overlap(table.shape, by)
    table[into] += other[of] if times == 1 else other[of] * times


def _overlap(
    shape: tuple[int, ...], by: Sequence[int]
) -> tuple[tuple[slice, ...], tuple[slice, ...]]:
    """Where a moved table lands in one that stays, and what part of it does."""
    into = tuple(slice(w, None) if w >= 0 else slice(0, w) for w in by)
    of = tuple(
        slice(0, size - w) if w >= 0 else slice(-w, None) for w, size in zip(by, shape, strict=True)
    )
    return into, of


# Whole numbers


def _whole(game: Game) -> tuple[Ints, Ints]:
    """The conditions of weight in whole numbers: (conditions, players) and (conditions,)."""
    kept = [_scaled(w, float(q)) for w, q, h in zip(
        game.weights, game.quotas, game.heads, strict=True
    ) if not h]  # fmt: skip
    weights = np.array([w for w, _ in kept], dtype=np.int64).reshape(len(kept), game.players)
    return weights, np.array([q for _, q in kept], dtype=np.int64)


def _scaled(weights: Floats, quota: float) -> tuple[Ints, int]:
    for decimals in range(DECIMALS + 1):
        scaled = weights * 10.0**decimals
        whole = np.rint(scaled)
        if np.allclose(scaled, whole, rtol=0, atol=1e-6) and ((whole > 0) == (weights > 0)).all():
            break
    else:
        problem = f"a weight has more than {DECIMALS} decimals: round it"
        raise InputError(Mistake(problem, field="weights"))
    common = int(np.gcd.reduce(whole.astype(np.int64))) or 1
    enough = quota * 10.0**decimals / common
    return whole.astype(np.int64) // common, math.ceil(enough - ROUNDING * max(enough, 1.0))


def _least_heads(game: Game) -> int:
    """The fewest players that can win, as far as heads are counted."""
    least = 0
    for weights, quota in zip(game.weights[game.heads], game.quotas[game.heads], strict=True):
        if quota > 0:
            heads = float(quota / weights[0])
            least = max(least, math.ceil(heads - ROUNDING * max(heads, 1.0)))
    return least


def _exactly(counted: list[int], n: int, sure: int) -> tuple[float, float, int]:
    shapley = Fraction(0)
    for s, count in enumerate(counted):
        before = s + sure
        if count and 0 <= before < n:  # all n players have nobody after them to swing
            orders = count * math.factorial(before) * math.factorial(n - before - 1)
            shapley += Fraction(orders, math.factorial(n))
    swings = sum(counted)
    return float(shapley), float(Fraction(swings, 2 ** (n - 1))), swings


def _nearly(shares: Floats, n: int, among: int, sure: int) -> tuple[float, float, float]:
    s = np.arange(len(shares))
    before = s + sure
    inside = (before >= 0) & (before < n)
    chosen = _log_choose(among, s)
    orders = np.where(inside, chosen - _log_choose(n - 1, np.where(inside, before, 0)), -np.inf)
    shapley = float((shares * np.exp(orders)).sum() / n)
    chance = float((shares * np.exp(chosen - (n - 1) * math.log(2))).sum())
    return shapley, chance, chance * 2.0 ** (n - 1)


def _log_choose(n: int, k: Ints) -> Floats:
    log = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, n + 1)))])
    out: Floats = log[n] - log[k] - log[n - k]
    return out


# For tables


def solve(table: Table, quota: float = 0.0, weights: str = "") -> Solution:
    """Power of the actors under the rule of the forum, or under a quota of weight.

    Args:
        table: its game, where it comes from a scenario; else capability is the weight.
        quota: weight that is enough, in the units of the weights; 0: more than half.
        weights: "capability" or "equal"; "" is the rule of the forum if there is one.

    Raises:
        InputError: a quota that nothing or everything reaches.
    """
    game, said = game_of(table, quota, weights)
    counted = _countable(game)
    if counted is not game:
        said.append("weights were rounded, for they are too fine to count all coalitions")
    found = measure(counted)
    columns = {
        "actor": list(table.actors),
        "shapley_shubik": found.shapley_shubik,
        "banzhaf": found.banzhaf,
        "banzhaf_absolute": found.banzhaf_absolute,
        "swings": list(found.swings),
        "coleman_prevent": found.prevent,
        "coleman_initiate": found.initiate,
    }
    silent = np.full(len(table.issues), np.nan)
    return Solution(silent, power=found.shapley_shubik, said=tuple(said), tables={"power": columns})


def game_of(table: Table, quota: float = 0.0, weights: str = "") -> tuple[Game, list[str]]:
    """The rule of decision among the actors of a table, and in a sentence what it is."""
    if table.game is not None and not quota and not weights:
        return table.game, [f"rule: {table.game.title}"]
    n = len(table.actors)
    if weights == "equal":
        heads = quota or n // 2 + 1
        return weighted(np.ones(n), heads, title="heads"), [f"rule: {heads:g} of {n} actors"]
    held = table.overall
    enough = quota or _more_than_half(held)
    said = [f"rule: {enough:g} of {held.sum():g} of capability"]
    return weighted(held, enough, title="capability"), said


def _more_than_half(weights: Floats) -> float:
    """The least weight beyond half: by one whole step, where weights have such steps."""
    total = float(weights.sum())
    try:
        whole, _ = _scaled(weights, 0.0)
    except InputError:  # too many decimals to be counted: half and a little that is no weight
        return total / 2 * (1 + A_LITTLE)
    steps = int(whole.sum())
    return (steps // 2 + 1) * total / steps if steps else total / 2


def _countable(game: Game) -> Game:
    """The game itself, or with rounded weights where they are too fine to be counted soon."""
    n = game.players
    try:
        whole, _ = _whole(game)
        fine = n <= HALVES - 4 and len(whole) < 2
        if fine or math.prod(float(w.sum()) for w in whole) * n * n <= QUICK:
            return game
    except InputError:
        pass
    return rounded(game, FINE if n <= HALVES - 4 else TOTAL)


MODEL = Model(
    "power",
    "Power indices",
    "how often a vote decides: Shapley-Shubik, Banzhaf",
    ("shapley1954", "penrose1946", "banzhaf1965", "coleman1971"),
    solve,
    needs=(),
    apart=True,
    options=RULE,
)
