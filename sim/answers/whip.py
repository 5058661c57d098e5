"""Whom to win: delegations by how near they are to the vote that is wanted, and at what price.

From the same terms and runs as `sim.answers.why`. A set of delegations is found by counting again,
with the votes of its members turned and all others as they were, and then proven by playing the
runs again with its members instructed: blocs and coalitions follow, or do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from sim.answers import accounts
from sim.answers.accounts import Account
from sim.answers.flips import Flip, moment, search
from sim.answers.levers import Case, levers
from sim.answers.why import ballot_of
from sim.build import setting as build
from sim.core.setting import Forum, Setting
from sim.core.world import RUNS_PER_WORLD
from sim.errors import InputError
from sim.forums.decision import by_consensus, by_vote
from sim.forums.rules import Decision
from sim.mechanisms.ties import strength
from sim.scenario import Scenario, load
from sim.show import words

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int8]
Side = Literal["carry", "defeat"]

RUNS = 40
REACHED = 0.9  # of the runs come to the stage that is told of, if none is asked for
AGAIN = 16  # runs in which a set is played again
LARGER = 3  # times that a set is made larger by a sixth, if it falls short
NEAREST = 3  # delegations whose flips are looked for by playing again
FRIENDS = 3  # actors on the wanted side that are named
PROVEN = 16  # runs in which a concession is tried, to see what it costs elsewhere
SHARES = (0.5, 0.9)  # of worlds
USABLE = ("clause", "lobbying", "section")
INSTRUCTED = {  # what members of a set are told, as `--set` says it
    ("carry", False): "votes for {draft}",
    ("defeat", False): "opposes {draft}",
    ("carry", True): "steps back",
    ("defeat", True): "opposes {draft}",
}


@dataclass(frozen=True)
class Elsewhere:
    """What a concession does to the others: votes in favour won and lost, and sponsors lost."""

    won: float
    lost: float
    sponsors: float


@dataclass(frozen=True)
class Target:
    """A delegation: how it decides, how far it is from the vote that is wanted, who is near it."""

    actor: str
    chances: dict[Decision, float]
    needs: float  # mean push, in the unit of support, over the runs in which it is not there yet
    friends: tuple[str, ...]
    wanted: float  # in what share of the runs it is on the wanted side already
    swing: float  # what its turning is worth, in votes of the balance, on average
    flip: Flip | None = None
    elsewhere: Elsewhere | None = None

    @property
    def leans(self) -> bool:
        """Whether it stands on the wanted side in most runs already."""
        return self.wanted > 0.5

    @property
    def price(self) -> float:
        """What a vote of the balance costs that it brings, in the unit of support."""
        return self.needs / max(self.swing, 1e-9)


@dataclass(frozen=True)
class Coalition:
    """The cheapest set found that does it in a share of worlds, and what playing again says."""

    share: float
    members: tuple[str, ...] | None  # None: not even everybody who can be turned does it
    counted: float  # share of worlds, by counting again
    played: float  # the same, by playing again with its members instructed


@dataclass(frozen=True, repr=False)
class Whip:
    """The answer for one draft, nearest delegations first."""

    scenario: Scenario
    setting: Setting
    draft: str
    stage: str
    side: Side
    account: Account
    runs: int
    adopted: float  # share of worlds in which it is adopted now
    targets: tuple[Target, ...]
    sets: tuple[Coalition, ...]

    def __repr__(self) -> str:
        """Say of which draft, which way, and how many delegations it lists."""
        return f"Whip({self.side} {self.draft} {self.stage}: {len(self.targets)} delegations)"

    @property
    def worlds(self) -> int:
        """How many worlds the runs are of."""
        return -(-self.runs // RUNS_PER_WORLD)

    def rows(self) -> list[dict[str, Any]]:
        """A row a delegation, for tables."""
        kinds = dict.fromkeys(d for target in self.targets for d in target.chances)
        sets = {f"in_set_{one.share:.0%}": one.members or () for one in self.sets}
        return [
            {
                "actor": target.actor,
                "name": words.named(self.setting, target.actor),
                **{d.name.lower(): target.chances.get(d, 0.0) for d in sorted(kinds)},
                "wanted": target.wanted,
                "needs": target.needs,
                "ties": " ".join(target.friends),
                "flip": target.flip.text if target.flip else "",
                "flip_size": target.flip.size if target.flip else "",
                "holder": target.flip.lever.holder if target.flip else "",
                "votes_won_elsewhere": target.elsewhere.won if target.elsewhere else "",
                "votes_lost_elsewhere": target.elsewhere.lost if target.elsewhere else "",
                "sponsors_lost": target.elsewhere.sponsors if target.elsewhere else "",
                **{name: target.actor in members for name, members in sets.items()},
            }
            for target in self.targets
        ]

    def to_dataframe(self) -> Any:
        """A `pandas.DataFrame`: a row a delegation."""
        import pandas as pd

        return pd.DataFrame(self.rows())


def whip(
    source: str | Scenario,
    draft: str,
    side: Side,
    *,
    stage: str = "",
    runs: int = RUNS,
    settings: Sequence[str] = (),
    nearest: int = NEAREST,
) -> Whip:
    """List whom to win so that a draft carries, or is defeated.

    Args:
        source: a shipped scenario, a file, or a scenario that was read.
        draft: its label. ``stage``: by default its last.
        side: "carry" or "defeat".
        runs: of the ensemble, from 0.
        settings: changes, as of a what-if.
        nearest: how many delegations flips are looked for of.

    Raises:
        InputError: a name or setting that is wrong.
    """
    plain = load(source)
    scenario = load(source, settings) if settings else plain
    setting = build(scenario, plain)
    place, last = ballot_of(scenario, setting, draft, stage)
    found, stage = _played_to(setting, place, stage, last, runs)
    account = max(found.values(), key=lambda one: len(one.runs))
    alone = _Room(scenario, plain, setting, place, stage, side, account, np.zeros(runs, dtype=bool))
    room = replace(alone, otherwise=alone.told(found, np.arange(runs)))
    targets = sorted(room.targets(), key=lambda one: (one.leans, one.needs))
    with_flips = [room.priced(t) if n < nearest else t for n, t in enumerate(targets)]
    sets = tuple(room.cheapest(targets, share) for share in SHARES)
    what = (scenario, setting, setting.drafts[place].label, stage, side, account, runs)
    return Whip(*what, room.adopted(account.decisions), tuple(with_flips), sets)


def _played_to(
    setting: Setting, draft: int, stage: str, last: str, runs: int
) -> tuple[dict[bool, Account], str]:
    """Play up to a stage: the one asked for, or the last that nearly all runs come to."""
    stages = setting.forums[setting.drafts[draft].forum].stages
    for name in [stage] if stage else sorted(stages, key=lambda one: -stages[one]):
        found = accounts.play(setting, draft, name, runs)
        if sum(len(one.runs) for one in found.values()) >= REACHED * runs:
            return found, name
    if not found:
        label = setting.drafts[draft].label
        raise InputError(f"{label} is not put at {stage or last} in any of these runs")
    return found, name


@dataclass(frozen=True)
class _Room:
    """The room that decides, and the runs that it is told of."""

    scenario: Scenario
    base: Scenario
    setting: Setting
    draft: int
    stage: str
    side: Side
    account: Account
    otherwise: Bools  # (all runs,): whether it is adopted there; those of the account are counted

    @property
    def forum(self) -> Forum:
        """The forum that decides."""
        return self.setting.forums[self.setting.drafts[self.draft].forum]

    @cached_property
    def seats(self) -> Bools:
        """Who has a seat when it decides: (actors,)."""
        scene = self.setting.scene(self.forum.stages[self.stage])
        return self.forum.members & scene.seated

    @cached_property
    def push(self) -> Floats:
        """How far each is from the wanted side, run by run, 0 where it is there: (runs, actors)."""
        total, line = self.account.total, self.account.threshold
        if self.account.by_consensus:
            over = total - line
            return np.maximum(over if self.side == "carry" else -over, 0.0)
        return np.maximum(line - total if self.side == "carry" else total + line, 0.0)

    @property
    def asked_for(self) -> Decision:
        """The decision that is wanted."""
        if self.account.by_consensus:
            return Decision.ACCEPT if self.side == "carry" else Decision.BLOCK
        return Decision.SUPPORT if self.side == "carry" else Decision.OPPOSE

    def there(self, decisions: Codes) -> Bools:
        """Who is on the wanted side already: (runs, actors)."""
        if self.account.by_consensus and self.side == "carry":
            return np.asarray(decisions != Decision.BLOCK)
        return np.asarray(decisions == self.asked_for)

    def targets(self) -> Iterable[Target]:
        """Every member, with how far it is from the wanted side in the runs it is not there."""
        decisions = self.account.decisions
        there, came = self.there(decisions), decisions != Decision.ABSENT
        ties = strength(self.setting, self.forum.stages[self.stage])
        for slot in np.flatnonzero(self.seats).tolist():
            mine, open_to = there[:, slot], came[:, slot] & ~there[:, slot]
            if mine.all() or not open_to.any():
                continue
            chances = {d: float(np.mean(decisions[:, slot] == d)) for d in Decision}
            yield Target(
                self.setting.actors[slot],
                {d: share for d, share in chances.items() if share},
                float(self.push[open_to, slot].mean()),
                self._friends(ties[slot], there.mean(axis=0), slot),
                float(mine.mean()),
                float(self._swing(decisions[:, slot]).mean()),
            )

    def _swing(self, decided: Codes) -> Floats:
        """What turning it is worth, run by run: two votes of the balance from the other side."""
        if self.account.by_consensus:
            return (~self.there(decided)).astype(np.float64)
        other = Decision.OPPOSE if self.side == "carry" else Decision.SUPPORT
        return np.where(decided == other, 2.0, np.where(decided == Decision.ABSTAIN, 1.0, 0.0))

    def _friends(self, ties: Floats, share: Floats, slot: int) -> tuple[str, ...]:
        """Who has ties to it and mostly stands on the wanted side, the closest first."""
        pull = np.where((share > 0.5) & self.seats, ties, 0.0)
        pull[slot] = 0.0
        most = np.argsort(-pull, kind="stable")[:FRIENDS]
        return tuple(self.setting.actors[i] for i in most.tolist() if pull[i] > 0)

    # Prices

    def priced(self, target: Target) -> Target:
        """The same with its cheapest usable flip in a typical run, and what that costs others."""
        slot = self.setting.slot(target.actor)
        rows = np.flatnonzero(self.push[:, slot] > 0)
        came = [r for r in rows.tolist() if self.account.decisions[r, slot] != Decision.ABSENT]
        if not came:
            return target
        near = min(came, key=lambda r: abs(self.push[r, slot] - target.needs))
        run = int(self.account.runs[near])
        case = Case(self.scenario, self.setting, run, self.draft, self.stage, slot, self.base)
        donor = self._donor(near, slot)
        vote = "in_favour" if self.side == "carry" else "against"
        listed = levers(case, self._campaigners(near, slot), {vote: donor}, self._named)
        usable = [lever for lever in listed if lever.kind in USABLE and lever.holder]
        better = [flip for flip in search(case, moment(case), usable, 2) if self._helps(flip)]
        if not better:
            return target
        elsewhere = self._elsewhere(better[0], slot) if better[0].lever.kind == "clause" else None
        return replace(target, flip=better[0], elsewhere=elsewhere)

    def _helps(self, flip: Flip) -> bool:
        """Whether a flip goes the wanted way: also half of it, to abstain."""
        halfway = {"carry": (Decision.ABSTAIN, Decision.DISSOCIATE), "defeat": (Decision.ABSTAIN,)}
        return flip.becomes == self.asked_for or flip.becomes in halfway[self.side]

    def _named(self, actor: str) -> str:
        return words.named(self.setting, actor)

    def _donor(self, row: int, slot: int) -> str:
        """The most capable of those who stand on the wanted side."""
        there = self.there(self.account.decisions)[row] & self.seats
        able = np.where(there, self.setting.base_scene.capability, -1.0)
        able[slot] = -1.0
        return self.setting.actors[int(able.argmax())] if able.max() > 0 else ""

    def _campaigners(self, row: int, slot: int) -> list[str]:
        moved = self.account.campaigns
        if not moved.shape[1]:
            return []
        way = moved[row, :, slot] * (1 if self.side == "carry" else -1)
        return [self.setting.actors[int(way.argmax())]] if way.max() > 1e-3 else []

    def _elsewhere(self, flip: Flip, slot: int) -> Elsewhere:
        """What a concession does to the votes of all others, and to sponsors."""
        changed = build(load(self.scenario, [flip.text]), self.base)
        numbers = self.account.runs[:PROVEN].tolist()
        found = accounts.play(changed, self.draft, self.stage, numbers)
        then = found.get(self.account.by_consensus)
        if then is None:
            return Elsewhere(float("nan"), float("nan"), float("nan"))
        both = np.isin(self.account.runs, then.runs)
        was = self._pleased(self.account.decisions[both])
        now = self._pleased(then.decisions[np.isin(then.runs, self.account.runs[both])])
        others = np.arange(was.shape[1]) != slot
        sponsors = self._sponsors(self.account, both) - self._sponsors(then, slice(None))
        won, lost = (now & ~was)[:, others & self.seats], (was & ~now)[:, others & self.seats]
        return Elsewhere(float(won.sum(axis=1).mean()), float(lost.sum(axis=1).mean()), sponsors)

    def _pleased(self, decisions: Codes) -> Bools:
        return self.there(decisions)

    def _sponsors(self, account: Account, rows: Any) -> float:
        """Sponsors at the ballot, on average: those whom their own name moves."""
        term = account.terms.get(("sponsorship", "sponsorship"))
        return float((term[rows] != 0).sum(axis=1).mean()) if term is not None else 0.0

    # Sets

    def cheapest(self, targets: Sequence[Target], share: float) -> Coalition:
        """The cheapest set found: by what a vote costs, until it does it, without the needless.

        Where the others answer, and it falls short when it is played again, it is made larger.
        """
        priced = sorted(targets, key=lambda one: one.price)
        order = [self.setting.slot(t.actor) for t in priced]
        least = self._least(order, share)
        if least is None:
            return Coalition(share, None, self.achieved(order), float("nan"))
        chosen = order[:least]
        for slot in reversed(order[:least]):  # the dearest first
            without = [other for other in chosen if other != slot]
            if self.achieved(without) >= share:
                chosen = without
        members, played = self._named_by(chosen), self._played(chosen)
        for _ in range(LARGER):
            more = [slot for slot in order if slot not in chosen]
            if played >= share or not more:
                break
            chosen = [*chosen, *more[: max(1, len(chosen) // 6)]]
            members, played = self._named_by(chosen), self._played(chosen)
        return Coalition(share, members, self.achieved(chosen), played)

    def _named_by(self, slots: Sequence[int]) -> tuple[str, ...]:
        return tuple(self.setting.actors[slot] for slot in slots)

    def _least(self, order: Sequence[int], share: float) -> int | None:
        """How many of the nearest are needed; None: all of them are not enough."""
        low, high = -1, len(order)
        if self.achieved(order) < share:
            return None
        while high - low > 1:
            middle = (low + high) // 2
            enough = self.achieved(order[:middle]) >= share
            low, high = (low, middle) if enough else (middle, high)
        return high

    def achieved(self, turned: Sequence[int]) -> float:
        """In what share of worlds the draft ends as wanted with these delegations turned."""
        decisions = self.account.decisions.copy()
        for slot in turned:
            came = decisions[:, slot] != Decision.ABSENT
            decisions[:, slot] = np.where(came, self.asked_for, decisions[:, slot])
        carried = self.adopted(decisions)
        return carried if self.side == "carry" else 1.0 - carried

    def adopted(self, decisions: Codes) -> float:
        """In what share of worlds a draft is adopted in at least half of the runs.

        Where an earlier stage has defeated it, it is not.
        """
        adopted = self.otherwise.copy()
        adopted[self.account.runs] = self._count(decisions)
        return _of_worlds(np.arange(len(adopted)), adopted)

    def told(self, found: dict[bool, Account], runs: npt.NDArray[np.int64]) -> Bools:
        """Whether it is adopted in each of some runs, (runs,), however these are decided."""
        adopted = np.zeros(len(runs), dtype=bool)
        for account in found.values():
            counted = replace(self, account=account)._count(account.decisions)
            adopted[np.searchsorted(runs, account.runs)] = counted
        return adopted

    def _count(self, decisions: Codes) -> Bools:
        forum = self.forum
        if self.account.by_consensus:
            return np.asarray(by_consensus(decisions, self.seats, forum.rules).adopted)
        count = by_vote(decisions, self.seats, forum.vetoes, forum.weights, forum.rules)
        return np.asarray(count.adopted)

    def _played(self, turned: Sequence[int]) -> float:
        """The same share, by playing the runs again with the members instructed."""
        if not turned:
            return self.achieved([])
        verb = INSTRUCTED[self.side, self.account.by_consensus]
        label = self.setting.drafts[self.draft].label
        said = [f"{actor}={verb.format(draft=label)}" for actor in self._named_by(turned)]
        setting = build(load(self.scenario, said), self.base)
        runs = np.arange(len(self.otherwise))[:AGAIN]
        found = accounts.play(setting, self.draft, self.stage, runs.tolist())
        adopted = replace(self, setting=setting).told(found, runs)
        carried = _of_worlds(runs, adopted)
        return carried if self.side == "carry" else 1.0 - carried


def _of_worlds(runs: npt.NDArray[np.int64], adopted: Bools) -> float:
    _, world = np.unique(runs // RUNS_PER_WORLD, return_inverse=True)
    return float((np.bincount(world, adopted) >= 0.5 * np.bincount(world)).mean())
