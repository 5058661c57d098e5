"""Flips: the smallest change of one lever with which a delegation decides otherwise in a run.

By counterfactual resimulation: the run is played again from its beginning with the lever moved, on
the same draws, so that everybody else answers too. A flip is reported only if the run does flip at
it and does not at 99% of it. Where to look is found first, at the moment of decision alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from sim.answers.accounts import Account, Witness
from sim.answers.levers import Case, Lever
from sim.core.setting import Meeting, Setting
from sim.core.world import World, begin, take
from sim.forums.rules import Decision
from sim.mechanisms.consensus import without_vote
from sim.mechanisms.voting import vote

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int8]

NEARLY = 0.99  # of a flip does not flip
GRID = 8  # places on either side that are looked at first
FINE = (0.0015, -0.0015)  # about an expected flip
ROUNDS = 9  # of playing again
MOST = 5  # levers that are followed up, if not all are
FAR = 3.0  # times the smallest flip: what needs more is not followed up


@dataclass(frozen=True)
class Flip:
    """A change with which a delegation decides otherwise in one run; 99% of it does not."""

    lever: Lever
    now: float
    value: float
    becomes: Decision

    @property
    def text(self) -> str:
        """The change, as ``--set`` takes it."""
        return self.lever.text(self.value)

    @property
    def nearly(self) -> str:
        """99% of it, likewise."""
        return self.lever.text(self.now + NEARLY * (self.value - self.now))

    @property
    def size(self) -> float:
        """How large it is, in per cent of the lever's range."""
        return self.lever.size(self.now, self.value)


@dataclass
class Moment:
    """A run as the ballot is put, and what the delegation then decides."""

    world: World
    meeting: Meeting
    by_consensus: bool
    decision: Decision
    account: Account


def moment(case: Case) -> Moment:
    """Play the run, and stop where the ballot is put."""
    kept: list[tuple[World, Meeting, bool]] = []

    def seen(world: World, meeting: Meeting, by_consensus: bool) -> None:
        kept.append((take(world, np.zeros(1, dtype=np.int64)), meeting, by_consensus))

    with threadpool_limits(limits=1):
        world, witness = begin(case.setting, [case.run]), Witness(case.setting, *_at(case), seen)
        witness.play(world)
    accounts = {k: a for k, a in witness.account(world).items() if len(a.runs)}
    if not accounts:  # an earlier stage defeated the text: all were asked, and it counts nothing
        accounts = {kept[-1][2]: witness.found[kept[-1][2]][0]}
    by_consensus, account = next(iter(accounts.items()))
    decision = Decision(int(world.ballots[_at(case)].decisions[0, case.actor]))
    frozen, meeting, _ = next(one for one in kept if one[2] == by_consensus)
    return Moment(frozen, meeting, by_consensus, decision, account)


def _at(case: Case) -> tuple[int, str]:
    return case.draft, case.stage


def at_once(case: Case, at: Moment, moves: Sequence[tuple[Lever, float]]) -> Codes | None:
    """What it would decide with levers moved at that moment, if nobody else had answered."""
    world = take(at.world, np.zeros(len(moves), dtype=np.int64))
    if not case.moved(world, moves):
        return None
    if at.by_consensus:
        asking = without_vote(case.setting, world, at.meeting, case.draft)
        ask = asking.send(next(asking).answer)
    else:
        ask = next(vote(case.setting, world, at.meeting, case.draft))
    return np.ascontiguousarray(ask.answer[:, case.actor]).astype(np.int8)


def played(case: Case, moves: Sequence[tuple[Lever, float]]) -> tuple[Codes, Floats]:
    """Play the run again for each of several changes: its decision, and its support or cost.

    Returns (changes,) each; the second is nan where it was decided in another way.
    """
    rows = [n for n, (lever, _) in enumerate(moves) if lever.by_row]
    decisions, support = np.zeros(len(moves), dtype=np.int8), np.full(len(moves), np.nan)
    with threadpool_limits(limits=1):
        if rows:
            here = [moves[n] for n in rows]
            decisions[rows], support[rows] = _again(case, case.rows(here), len(here))
        for n, (lever, value) in enumerate(moves):
            if not lever.by_row:
                once = _again(case, case.changed(lever, value), 1)
                decisions[n], support[n] = once[0][0], once[1][0]
    return decisions, support


def _again(case: Case, setting: Setting, count: int) -> tuple[Codes, Floats]:
    which = np.arange(count) if len(setting.worlds) == count else None
    world = begin(setting, [case.run] * count, which=which)
    witness = Witness(setting, *_at(case))
    witness.play(world)
    decisions = world.ballots[_at(case)].decisions[:, case.actor]
    found = [a for kind in witness.found.values() for a in kind]
    margin = _margin(found[0], case.actor) if len(found) == 1 else np.full(count, np.nan)
    return decisions, margin


def _margin(account: Account, actor: int) -> Floats:
    """How far it is from deciding otherwise where it stands; a sign for each side."""
    return np.ascontiguousarray(account.total[:, actor])


@dataclass
class Search:
    """The search along one lever, from where it is (0) to an end of its range (1)."""

    lever: Lever
    now: float
    end: float
    guess: float  # where the flip is expected; nan: not known
    flips: dict[float, int] = field(default_factory=dict)  # share of the way -> decision
    holds: set[float] = field(default_factory=lambda: {0.0})
    support: dict[float, float] = field(default_factory=dict)
    over: bool = False

    @property
    def least(self) -> float:
        """The least that it can still need, in per cent of the lever's range."""
        return self.low * self.lever.size(self.now, self.end)

    def value(self, share: float) -> float:
        """The lever's value at a share of the way."""
        return self.now + share * (self.end - self.now)

    @property
    def high(self) -> float:
        """The least share that is known to flip; nan."""
        return min(self.flips, default=math.nan)

    @property
    def low(self) -> float:
        """The largest share below it that is known not to."""
        return max(share for share in self.holds if not share >= self.high)

    def note(self, share: float, decision: int, before: int, support: float) -> None:
        """Keep what came of playing one share of the way."""
        self.support[share] = support
        if decision == before:
            self.holds.add(share)
        else:
            self.flips[share] = decision

    def found(self) -> float:
        """The value that is proven, as it is written; nan if none is yet."""
        if math.isnan(self.high):
            return math.nan
        share = self.rounded(self.high)
        proven = share in self.flips and NEARLY * share in self.holds
        return self.value(share) if proven else math.nan

    def rounded(self, share: float) -> float:
        """The share at which its value has as few digits as 0.2% of the change allows."""
        change = abs(self.value(share) - self.now)
        if change == 0:
            return share
        step = 10.0 ** math.floor(math.log10(0.002 * change))
        up = self.end > self.now
        value = (math.ceil if up else math.floor)(
            self.value(share) / step - 1e-9 * (1 if up else -1)
        )
        written = float(f"{value * step:.12g}")
        written = min(written, self.end) if up else max(written, self.end)
        return (written - self.now) / (self.end - self.now)

    def next(self) -> list[float]:
        """The shares to play next; none when the search is over."""
        tried = self.flips.keys() | self.holds
        if math.isnan(self.high):
            if math.isnan(self.guess) or len(tried) > 1:
                wanted = [1.0] if max(tried) > 0.6 or math.isnan(self.guess) else [0.5, 1.0]
                wanted = [min(1.0, 1.2 * max(tried)), *wanted]
            else:
                wanted = [self.guess * (1 + fine) for fine in FINE]
        elif self.low >= (NEARLY + 0.004) * self.high:
            share = self.rounded(self.high)
            wanted = [share, NEARLY * share]
        else:
            wanted = list(self._between())
        return [share for share in dict.fromkeys(wanted) if 0 < share <= 1 and share not in tried]

    def _between(self) -> Iterator[float]:
        low, high = self.low, self.high
        below, above = self.support.get(low, math.nan), self.support.get(high, math.nan)
        known = not math.isnan(below) and not math.isnan(above) and below != above
        self.tries += 1
        aimed: list[float] = []
        if self.edge is not None and known:
            share = low + (high - low) * (self.edge - below) / (above - below)
            aimed = [share * (1 + fine) for fine in FINE if low < share * (1 + fine) < high]
        # Where the others answer, support may jump: no line leads there, and halving does.
        halves = self.tries > 1 if self.lever.by_row else self.tries % 2 == 0
        yield from aimed
        if halves or not aimed:
            yield 0.5 * (low + high)

    tries: int = 0
    edge: float | None = None  # the support at which it is expected to flip


def search(
    case: Case, at: Moment, levers: Sequence[Lever], most: int = MOST, *, every: bool = False
) -> list[Flip]:
    """Find flips, the smallest first.

    Args:
        case: the run and the ballot.
        at: the run as the ballot is put.
        levers: what may be moved.
        most: how many levers are played again, those first that seem to need least.
        every: follow up also those that need far more than the smallest.
    """
    searches = [s for lever in levers for s in _sides(case, at, lever)]
    _look(case, at, searches)
    seen = [s for s in searches if not math.isnan(s.guess)]
    seen = sorted(seen, key=lambda s: s.guess * s.lever.size(s.now, s.end))
    unseen = [s for s in searches if math.isnan(s.guess) and _worth_trying(s, at.decision)]
    chosen = [*_one_each(seen)[:most], *unseen]
    support = float(at.account.total[0, case.actor])
    for one in chosen:
        one.support[0.0] = support
    before = int(at.decision)
    for _ in range(ROUNDS):
        wanted = [(s, share) for s in chosen if not s.over for share in s.next()]
        if not wanted:
            break
        decided, felt = played(case, [(s.lever, s.value(share)) for s, share in wanted])
        for (s, share), decision, amount in zip(wanted, decided, felt, strict=True):
            s.note(share, int(decision), before, float(amount))
        for s in chosen:
            s.edge = _edge(at, case.actor, s)
            s.over = not math.isnan(s.found()) or (math.isnan(s.high) and 1.0 in s.holds)
        least = min((flip.size for flip in _flips(chosen)), default=math.inf)
        for s in chosen:
            s.over = s.over or not (every or s.least <= FAR * least)
    return sorted(_flips(chosen), key=lambda flip: flip.size)


def _worth_trying(s: Search, decision: Decision) -> bool:
    """Whether a lever that does not show at that moment may turn the decision at this end."""
    helps = s.lever.moved.helps if s.lever.moved else ""
    if helps:
        return decision != {"in_favour": Decision.SUPPORT, "against": Decision.OPPOSE}[helps]
    return not _is_seen(s.lever)


def _is_seen(lever: Lever) -> bool:
    """Whether what a lever does shows at the moment of decision."""
    return lever.kind in ("position", "salience", "parameter", "clause")


def _sides(case: Case, at: Moment, lever: Lever) -> Iterator[Search]:
    now = case.now(lever, at.world)
    for end in (lever.low, lever.high):
        if abs(end - now) > 1e-9 * (lever.high - lever.low):
            yield Search(lever, now, end, math.nan)


def _one_each(searches: Sequence[Search]) -> list[Search]:
    """Of each lever the side that needs less."""
    return list({s.lever: s for s in reversed(searches)}.values())[::-1]


def _look(case: Case, at: Moment, searches: Sequence[Search]) -> None:
    """Note where each would flip at that moment: by a grid, then within its first step."""
    here = [s for s in searches if _is_seen(s.lever)]
    low, high = np.zeros(len(here)), np.ones(len(here))
    for _ in range(2):
        shares = [
            lo + (hi - lo) * np.arange(1, GRID + 1) / GRID for lo, hi in zip(low, high, strict=True)
        ]
        moves = [(s.lever, s.value(x)) for s, xs in zip(here, shares, strict=True) for x in xs]
        decided = at_once(case, at, moves) if moves else None
        if decided is None:
            return
        flipped = decided.reshape(len(here), GRID) != int(at.decision)
        first = flipped.argmax(axis=1)
        any_ = flipped.any(axis=1)
        for n, s in enumerate(here):
            s.guess = float(shares[n][first[n]]) if any_[n] else math.nan
            step = (high[n] - low[n]) / GRID
            low[n], high[n] = s.guess - step if any_[n] else 0.0, s.guess if any_[n] else 1.0


def _edge(at: Moment, actor: int, s: Search) -> float | None:
    """The support at which a decision turns, on the side to which the lever moves it."""
    if math.isnan(s.high) or at.by_consensus:
        return float(at.account.threshold[0, actor]) if at.by_consensus else None
    band, felt = float(at.account.threshold[0, actor]), s.support.get(s.high, math.nan)
    was = s.support[0.0]
    return band if max(was, felt) > band >= min(was, felt) else -band


def _flips(searches: Sequence[Search]) -> Iterator[Flip]:
    best: dict[Lever, Flip] = {}
    for s in searches:
        value = s.found()
        if not math.isnan(value):
            decision = Decision(s.flips[s.rounded(s.high)])
            flip = Flip(s.lever, s.now, value, decision)
            if s.lever not in best or flip.size < best[s.lever].size:
                best[s.lever] = flip
    yield from best.values()
