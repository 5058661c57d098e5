"""Accounts of decisions: the terms that moved each delegation, as the runs that decided have them.

The sessions are played as ever. When a room puts a text, the terms that mechanisms declare are read
off the same state that decides: nothing is estimated, and there is no second model.

    in a vote         support = sum of terms + chance + what binds;   in favour above a threshold
    by consensus      cost = sum of losses (or of demands not met) + what others add;  blocks above
                      what blocking costs
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from sim.core.agenda import session
from sim.core.ask import Ask
from sim.core.ensemble import keep_memory, numbered
from sim.core.gain import turned
from sim.core.setting import Meeting, Setting
from sim.core.support import bonds, named_grievances, named_terms
from sim.core.world import World, begin
from sim.forums.rules import How
from sim.mechanisms import voting
from sim.mechanisms.ballots import turns
from sim.mechanisms.consensus import deciding
from sim.mechanisms.lobbying import AGAINST, FOR
from sim.mechanisms.memory import width
from sim.mechanisms.objections import (
    DEMANDEUR,
    OBJECTOR,
    RED_LINE,
    Room,
    Text,
    blockers,
    cheaper,
    marked,
    parties,
)

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int8]
Ints = npt.NDArray[np.int64]
Named = tuple[str, str]  # the mechanism whose a term is, and what that calls it

SURPRISE, NOISE, BIND = "surprise", "noise", "bind"  # what is no term of `support`
INSISTED, RED = "what it insists on", "a red line that is overstepped"
CHUNK = 16  # runs whose terms of all delegations are held together


@dataclass(frozen=True)
class Account:
    """What moved every delegation at one ballot, run by run.

    Terms sum to ``total``, which is compared with ``threshold``: in a vote it is the half-width of
    indifference, by consensus what blocking costs. All but runs are (runs, actors).
    """

    by_consensus: bool
    runs: Ints
    terms: dict[Named, Floats]
    total: Floats
    threshold: Floats
    decisions: Codes
    sides: Codes  # why it blocks, as in `sim.mechanisms.objections`
    campaigns: Floats  # (runs, actors, targets): what each one's lobbying adds; (runs, 0, 0): none

    def among(self, rows: Bools) -> Account:
        """The same of some of the runs, (runs,)."""
        return replace(
            self,
            terms={name: term[rows] for name, term in self.terms.items()},
            **{name: getattr(self, name)[rows] for name in _BY_RUN},
        )


_BY_RUN = ("runs", "total", "threshold", "decisions", "sides", "campaigns")


@dataclass
class Witness:
    """Sees one ballot decided: what moves everyone, and the state of the runs at that moment."""

    setting: Setting
    draft: int
    stage: str
    seen: Callable[[World, Meeting, bool], None] | None = None  # told when the text is put
    found: dict[bool, list[Account]] = field(default_factory=lambda: {True: [], False: []})
    spent: dict[str, Floats] = field(default_factory=dict)  # side -> (runs, actors, targets)

    @property
    def session(self) -> int:
        """The session in which the ballot is."""
        forum = self.setting.forums[self.setting.drafts[self.draft].forum]
        return forum.stages[self.stage]

    def play(self, world: World) -> None:
        """Play a world from its beginning up to the ballot, and no further."""
        for number in range(1, self.session + 1):
            phases = session(self.setting, world, number)
            try:
                ask = next(phases)
                while True:
                    self.asked(world, ask)
                    ask = phases.send(ask.answer)
            except StopIteration:
                pass

    def asked(self, world: World, ask: Ask) -> None:
        """Look at what is asked: effort as it is spent, and the ballot as it is put."""
        if ask.what == "act":
            self._campaigns(world)
        here = ask.what == "vote" and ask.draft == self.draft
        if here and ask.meeting is not None and ask.meeting.stage == self.stage:
            self._put(world, ask.meeting, ask.by_consensus)

    def _put(self, world: World, meeting: Meeting, by_consensus: bool) -> None:
        if self.seen is not None:
            self.seen(world, meeting, by_consensus)
        account = in_room if by_consensus else in_vote
        found = account(self.setting, world, meeting, self.draft)
        self.found[by_consensus].append(replace(found, campaigns=self._moved(world)))

    def _campaigns(self, world: World) -> None:
        """Add what each spends on each target, as it gets through; what was spent fades first."""
        if "lobbying" not in world.state:
            return
        forum = self.setting.forums[self.setting.drafts[self.draft].forum]
        seats = np.count_nonzero(forum.members)
        fades = world.column("lobbying_fades") * world.alive[self.draft][:, None]
        for side in (FOR, AGAINST):
            one = world.state["effort"]["spent"].get((side, self.draft))
            before = self.spent.get(side, 0.0) * (1.0 - fades[:, :, None])
            self.spent[side] = before + (seats * one.reaching if one is not None else 0.0)

    def _moved(self, world: World) -> Floats:
        """What the effort of each adds to the support of each: (runs, actors, targets).

        A root is shared out by what each put under it.
        """
        none = np.zeros((world.size, 0, 0))
        total = none
        for side, sign in ((FOR, 1.0), (AGAINST, -1.0)):
            spent = self.spent.get(side)
            if spent is None or np.ndim(spent) != 3:
                continue
            whole = np.sqrt(spent.sum(axis=1, keepdims=True))
            share = np.divide(spent, whole, out=np.zeros_like(spent), where=whole > 0)
            part = sign * world.column("lobbying_effect")[:, :, None] * share
            total = part if total is none else total + part
        return total

    def account(self, world: World) -> dict[bool, Account]:
        """What was found, by whether the room decided by consensus; with what all decided."""
        ballot = world.ballots[self.draft, self.stage]
        reached = ballot.verdict.how != How.NOT_REACHED
        accounts = {}
        for by_consensus, found in self.found.items():
            if found:
                rows = reached & (np.asarray(ballot.verdict.voted) != by_consensus)
                whole = replace(_joined(self._turns(world), found), decisions=ballot.decisions)
                accounts[by_consensus] = whole.among(rows)
        return accounts

    def _turns(self, world: World) -> list[Bools | None]:
        """The runs of each time that the text was put, where rivals are put in turn."""
        forum = self.setting.drafts[self.draft].forum
        meeting = Meeting(self.session, forum, self.stage)
        return [rows for draft, rows in turns(self.setting, world, meeting) if draft == self.draft]


def _joined(rows: list[Bools | None], found: list[Account]) -> Account:
    """Take each run from the time at which it was its turn."""
    whole = found[0]
    for turn, other in zip(rows[1:], found[1:], strict=False):
        if turn is not None:
            here = turn[:, None]
            terms = {n: np.where(here, t, whole.terms[n]) for n, t in other.terms.items()}
            sides = ("total", "threshold", "sides")
            both: dict[str, Any] = {
                n: np.where(here, getattr(other, n), getattr(whole, n)) for n in sides
            }
            whole = replace(whole, terms=terms, **both)
    return whole


def in_vote(setting: Setting, world: World, meeting: Meeting, draft: int) -> Account:
    """Read off what moves everyone in a vote, term by term, as it is put."""
    whole = (world.size, len(setting.actors))
    terms = {(m.name, name): term for m, name, term in named_terms(setting, world, draft)}
    own = np.zeros(whole)
    for term in terms.values():
        own += term
    surprise = np.broadcast_to(voting.surprise(setting, world, draft), whole)
    noise = voting.noise(setting, world, meeting, draft)
    terms |= {("voting", SURPRISE): surprise, ("voting", NOISE): noise}
    own = own + (surprise + noise)
    for mechanism, pull in bonds(setting, world, meeting, draft, own):
        terms[mechanism.name, BIND] = pull
        own = own + pull
    band = np.broadcast_to(width(setting, world, draft), whole)
    return _account(world, terms, own, band, np.zeros(whole, dtype=np.int8), by_consensus=False)


def in_room(setting: Setting, world: World, meeting: Meeting, draft: int) -> Account:
    """Read off what everyone holds against a text where consensus is sought, as it is put.

    Of its objections the one that counts is that which most exceeds what blocking costs: what it
    loses, or what it asked for and does not get, on the whole text or on one issue of it.
    """
    hall = deciding(setting, world, meeting, draft)
    text = Text(world.value[draft], world.active[draft])
    gains = hall.reading.gains(text.value, text.active)
    losing, lacking = _losses(hall, gains), _demands(hall, gains)
    objecting, demanding = parties(hall, text)
    prices = [hall.cost * cheaper(hall, side) for side in (objecting, demanding)]
    demands = _largest(lacking) - prices[1] > _largest(losing) - prices[0]
    marks = {True: _about(hall, lacking), False: _about(hall, losing)}
    labels = setting.drafts[draft].clauses
    felt = np.minimum(gains, hall.buy_off[:, :, None] * gains) * (1 - hall.restraint[:, :, None])
    met = turned(turned(gains) * hall.wanted)
    terms: dict[Named, Floats] = {}
    insisted = np.take_along_axis(hall.joined(hall.insisted.copy()), _worst(lacking), axis=1)[:, 0]
    terms["objections", INSISTED] = np.where(demands, insisted, 0.0)
    for place, label in enumerate(labels):
        lost, wanted = (
            felt[:, :, place] * marks[False][place],
            met[:, :, place] * marks[True][place],
        )
        terms["objections", label] = -np.where(demands, wanted, lost)
    for mechanism, name, term in named_grievances(setting, world, meeting, draft):
        share = np.where(demands, 1.0, 1 - hall.restraint)
        terms[mechanism.name, name] = share * term
    total = np.where(demands, _largest(lacking), _largest(losing))
    price = np.where(demands, prices[1], prices[0])
    return _account(world, terms, total, price, blockers(hall, text), by_consensus=True)


def _account(
    world: World,
    terms: dict[Named, Floats],
    total: Floats,
    threshold: Floats,
    sides: Codes,
    *,
    by_consensus: bool,
) -> Account:
    none = np.zeros((world.size, 0, 0))
    return Account(by_consensus, world.runs, terms, total, threshold, sides, sides, none)


def _losses(hall: Room, gains: Floats) -> Floats:
    """What each loses on each subject, as it counts: (runs, subjects, actors)."""
    return (1 - hall.restraint[:, :, None]) * hall.losses(gains)


def _demands(hall: Room, gains: Floats) -> Floats:
    return hall.shortfalls(gains)


def _worst(held: Floats) -> Ints:
    """The subject that is worst for each: (runs, 1, actors)."""
    worst: Ints = held.argmax(axis=1)[:, None, :]
    return worst


def _largest(held: Floats) -> Floats:
    return np.take_along_axis(held, _worst(held), axis=1)[:, 0]


def _about(hall: Room, held: Floats) -> list[Floats]:
    """For each clause, where it belongs to the subject that is worst: (runs, actors) of 1 and 0."""
    marks, worst = marked(hall.subjects, hall.wanted.shape[1]), _worst(held)
    inside = np.take(marks, worst[:, 0], axis=0)
    if hall.linked is not None:
        with_it = np.take_along_axis(hall.linked, worst, axis=1)[:, 0]
        inside = np.maximum(inside, np.take(marks, with_it, axis=0))
    return [np.ascontiguousarray(inside[:, :, place]) for place in range(inside.shape[2])]


def play(
    setting: Setting, draft: int, stage: str, runs: int | Iterable[int]
) -> dict[bool, Account]:
    """Play runs up to a ballot, and say what moved everyone at it.

    Args:
        setting: of the scenario.
        draft: its place; ``stage``: the name of the stage.
        runs: how many from 0, or their numbers.

    Returns:
        An account of the runs that were decided by consensus (True) and of those that came to a
        vote (False), where there are any.
    """
    numbers = numbered(runs if isinstance(runs, int) else list(runs))
    keep_memory()
    pieces = (numbers[begun : begun + CHUNK] for begun in range(0, len(numbers), CHUNK))
    with threadpool_limits(limits=1):
        return together([_piece(setting, piece, draft, stage) for piece in pieces])


def _piece(setting: Setting, piece: Ints, draft: int, stage: str) -> dict[bool, Account]:
    world, witness = begin(setting, piece), Witness(setting, draft, stage)
    witness.play(world)
    return witness.account(world)


def together(parts: Iterable[dict[bool, Account]]) -> dict[bool, Account]:
    """Put accounts of pieces of the runs together."""
    whole = list(parts)
    return {
        kind: _stacked(list(_of(whole, kind))) for kind in (True, False) if any(_of(whole, kind))
    }


def _of(parts: Iterable[dict[bool, Account]], kind: bool) -> Iterator[Account]:
    return (part[kind] for part in parts if kind in part and len(part[kind].runs))


def _stacked(found: list[Account]) -> Account:
    first = found[0]
    terms = {n: np.concatenate([one.terms[n] for one in found]) for n in first.terms}
    joined: dict[str, Any] = {
        n: np.concatenate([getattr(one, n) for one in found]) for n in _BY_RUN
    }
    return replace(first, terms=terms, **joined)


__all__ = ["DEMANDEUR", "OBJECTOR", "RED_LINE", "Account", "Witness", "play"]
