"""Trades: two delegations swap clauses on two issues, at the rate at which both gain alike.

Whoever has most against a text as it stands, i, seeks a partner j who stands on the other side of
two of its clauses: c, on the issue on which i is worst off, and d, on another. Each gives way on
the clause that it minds less, relatively, towards where the other stands; so far that

    Delta_ic + Delta_id = Delta_jc + Delta_jd > 0

and neither clause passes the one who asked for the move, or a red line. Of all partners and clauses
the trade that gives both most is made, if less then stands against the text in the room; else the
next best. Where coalitions have formed, i and j trade for theirs, and those members are bound by it
who gain from it.

Who has made a trade holds its two issues as one against the text (`objections`): its gain on the
one counts against its loss on the other. Nothing else can make up for a loss on an issue that is
more than blocking costs. Trades are made in rooms that seek consensus, until they decide. What they
do to all others, the externality, is counted.

With p = 1 the rate is that of Stokman and Van Oosten (1994), (s_i2 + s_j2) / (s_i1 + s_j1); with
p = 2 marginal gains fall on the way, and the same equation is solved for it. Externalities:
Dijkstra, Van Assen and Stokman (2008). That the text itself moves, and not votes on it, is ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from sim.core.ask import Phase
from sim.core.gain import over_clauses
from sim.core.mechanism import Axes, Mechanism, Section, When
from sim.core.outcome import Outcome, Over
from sim.core.setting import Meeting, Setting
from sim.core.world import World, take
from sim.mechanisms.objections import Room, Text, in_subjects, linked, room

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

FULL = 100.0
A_SESSION = 3  # trades on a text in one session, at most
TRIED = 6  # offers that are tried for one
SHARES = np.array([1.0, 0.5, 0.25])  # of the largest swap, each an offer
LESS = 1e-9  # "less stands against it" and "gains" by more than rounding
NONE = -1


@dataclass
class Offers:
    """What whoever has most against a text may offer to all others; runs lead every array.

    An offer is a share of the largest swap of its clause, `first`, for another clause, with a
    partner: (runs, shares, clauses, actors).
    """

    one: Ints  # (runs,): who seeks a partner
    first: Ints  # (runs,): the clause on which it is worst off
    gain: Floats  # of either, -inf where no offer can be made
    of_first: Floats  # how far the first clause moves
    of_second: Floats  # and the other


@dataclass
class Deal:
    """One of the offers in each run; every array is (runs,) but the last."""

    one: Ints
    other: Ints
    first: Ints
    second: Ints
    gain: Floats  # of either, -inf where there is none
    value: Floats  # (runs, clauses): the text with it


@dataclass
class Stance:
    """How delegations stand to clauses: (runs, clauses or 1, actors or 1)."""

    x: Floats  # positions
    w: Floats  # weights
    value: Floats  # where the text puts the clause
    quadratic: Bools

    def steepness(self) -> Floats:
        """What a small move of the text is worth to them."""
        return self.w * np.where(self.quadratic, 2 * np.abs(self.value - self.x), 1.0)

    def gain(self, move: Floats) -> Floats:
        """What a move of the text is worth to them: (runs, shares, clauses, actors)."""
        before = (self.value - self.x)[:, None]
        return self.w[:, None] * (self._far(before) - self._far(before + move))

    def _far(self, apart: Floats) -> Floats:
        far: Floats = np.where(self.quadratic[:, None], apart * apart, np.abs(apart))
        return far


@dataclass
class Swing:
    """What moving clauses to one of two delegations does: its gain less that of the other.

    By the share u of the way, the swing is linear u + square u^2; (runs, clauses or 1, actors).
    """

    far: Floats  # the whole way
    linear: Floats
    square: Floats

    @property
    def whole(self) -> Floats:
        """The swing of the whole way."""
        return self.linear + self.square

    def moves(self, swing: Floats) -> Floats:
        """How far to move for a swing: as ``swing``, (runs, shares, clauses, actors)."""
        far, linear, square = (e[:, None] for e in (self.far, self.linear, self.square))
        root = linear + np.sqrt(np.maximum(linear * linear + 4 * square * swing, 0.0))
        share = np.divide(2 * swing, root, out=np.zeros_like(swing), where=root > 0)
        moves: Floats = share * far
        return moves


class Trades(Mechanism):
    """Trades: two delegations swap clauses on two issues, at the rate at which both gain alike."""

    name = "trades"
    when = When.FLOOR
    scenario = {
        "trades": Section(
            Literal["off", "on"], "off", "on: delegations swap clauses where consensus is sought"
        )
    }
    outcomes = (
        Outcome(
            "trades",
            "trades over {draft}",
            "swaps of clauses of {draft} that delegations made",
            *("trades", Over.DRAFT, 0, None, 0),
            otherwise="those made before it fell",
            whole=True,
        ),
        Outcome(
            "externality",
            "gain of all others from trades over {draft}",
            "what trades over {draft} gave to all members that had no part in them, summed; below"
            " 0: what they cost them; 100: a move over a whole scale, at full salience",
            *("points", Over.DRAFT, None, None, 0),
            otherwise="that of the trades made before it fell",
        ),
    )
    acts = {"trades": "swaps clauses with another, in points of gain to either"}
    sources = ("stokman1994", "dijkstra2008")
    dynamic = True

    def compile(self, said: Mapping[str, Any], axes: Axes) -> bool | None:
        """In use where the scenario says so."""
        return True if self.said(said) else None

    def begin(self, setting: Setting, world: World) -> dict[str, list[Any]]:
        """Nobody has traded: by draft, the issue that each takes with each, and what was done."""
        shape = (world.size, len(setting.issues), len(setting.actors))
        return {
            "links": [np.full(shape, NONE, dtype=np.int64) for _ in setting.drafts],
            "made": [np.zeros(world.size, dtype=np.int64) for _ in setting.drafts],
            "externality": [np.zeros(world.size) for _ in setting.drafts],
        }

    def links(self, setting: Setting, world: World, draft: int) -> Ints:
        """Which issue each delegation has traded for which."""
        links: Ints = self.state(world)["links"][draft]
        return links

    def play(self, setting: Setting, world: World, meeting: Meeting) -> Phase:
        """Make trades over every draft that the room has still to agree on."""
        forum = setting.forums[meeting.forum]
        open_ = forum.rules.consensus and meeting.session <= min(forum.stages.values())
        for draft in forum.drafts if open_ else ():
            hall = room(setting, world, meeting, draft)
            for _ in range(A_SESSION):
                if not self._trade(setting, world, meeting, draft, hall):
                    break
                hall = replace(hall, linked=linked(setting, world, draft))
        yield from ()

    def _trade(
        self, setting: Setting, world: World, meeting: Meeting, draft: int, hall: Room
    ) -> bool:
        """Make one trade in each run where there is one to make; say whether there was any."""
        text = Text(world.value[draft], world.active[draft])
        rows = np.flatnonzero(hall.worst(text) > 0)
        if len(hall.subjects) == 1 or not len(rows):
            return False
        state, issue = self.state(world), setting.drafts[draft].issue
        links, side = (
            np.take(each, rows, axis=0) for each in (state["links"][draft], sides(setting, world))
        )
        there = setting.forums[meeting.forum].members & setting.scene(meeting.session).present
        here, held = take(hall, rows), take(text, rows)
        found = offers(here, held, issue, links, side, there)
        before, open_ = here.deficiency(held), np.ones(len(rows), dtype=bool)
        for _ in range(TRIED):
            deal = best(found, held)
            change = worth(here, held, deal)
            bound = of_party(deal, side) & (change > LESS)
            tied = tie(links, bound, issue, deal)
            with_it = replace(here, linked=in_subjects(tied, issue))
            left = with_it.deficiency(Text(deal.value, held.active))
            made = np.flatnonzero(open_ & np.isfinite(deal.gain) & (left < before - LESS))
            at = rows[made]
            world.value[draft][at], state["links"][draft][at] = deal.value[made], tied[made]
            state["made"][draft][at] += 1
            outside = np.where(there & ~bound, change, 0.0).sum(axis=1)
            state["externality"][draft][at] += outside[made]
            self._log(world, meeting, draft, at, take(deal, made))
            open_[made] = False
        return bool((~open_).any())

    def _log(self, world: World, meeting: Meeting, draft: int, at: Ints, deal: Deal) -> None:
        """Write the trades that were made, pair by pair."""
        for one, other in sorted(set(zip(deal.one.tolist(), deal.other.tolist(), strict=True))):
            size = np.full(world.size, np.nan)
            of_pair = (deal.one == one) & (deal.other == other)
            size[at[of_pair]] = FULL * deal.gain[of_pair]
            self.act(world, meeting, "trades", one, other, draft, size)

    def collect(
        self, setting: Setting, world: World
    ) -> Iterator[tuple[str, tuple[str, ...], npt.NDArray[Any]]]:
        """Read off how many trades were made over each draft, and what they did to all others."""
        state = self.state(world)
        for place, draft in enumerate(setting.drafts):
            yield "trades", (draft.label,), state["made"][place]
            yield "externality", (draft.label,), FULL * state["externality"][place]


def sides(setting: Setting, world: World) -> Ints:
    """Whom each delegation trades for, (runs, actors): who leads its coalition, or itself."""
    formed = world.state.get("coalitions")
    if formed is None:
        return np.tile(np.arange(len(setting.actors)), (world.size, 1))
    label: Ints = formed.label
    return label


def offers(room: Room, text: Text, issue: Ints, links: Ints, side: Ints, there: Bools) -> Offers:
    """List what whoever has most against a text may offer to everybody else.

    Args:
        room: the true one.
        text: as it stands.
        issue: of each clause.
        links: what is traded already, (runs, issues, actors): see `Trades.links`.
        side: whom each trades for, (runs, actors).
        there: who takes part, (actors,).
    """
    gains, runs = room.reading.gains(text.value, text.active), np.arange(len(text.value))
    one = np.maximum(*room.grievances(gains)).max(axis=1).argmax(axis=1)
    first = np.where(text.active, gains[runs, one], np.inf).argmin(axis=1)
    value, quadratic = text.value[:, :, None], room.reading.quadratic
    theirs = Stance(room.reading.x, room.reading.w, value, quadratic)
    x, w = (each[runs, :, one][:, :, None] for each in (theirs.x, theirs.w))
    mine = Stance(x, w, value, quadratic)
    to_mine, to_theirs = _swing(room, mine, theirs), _swing(room, theirs, mine)
    ours, others = mine.steepness(), theirs.steepness()
    keeps = _at(ours, first) * others >= _at(others, first) * ours  # minds the first more
    on_first = _either(keeps, _at(to_mine, first), _at(to_theirs, first))
    on_second = _either(keeps, to_theirs, to_mine)
    most = np.minimum(on_first.whole, on_second.whole)
    swing = SHARES[:, None, None] * np.maximum(most, 0.0)[:, None]
    of_first, of_second = on_first.moves(swing), on_second.moves(swing)
    gain = _at(mine, first).gain(of_first) + mine.gain(of_second)
    able = _opposed(mine, theirs) & text.active[:, :, None]
    able &= _at(able, first) & _free(links, issue, one, first)
    apart = (side != side[runs, one][:, None]) & there
    able &= apart[:, None, :]
    return Offers(
        one, first, np.where(able[:, None] & (gain > LESS), gain, -np.inf), of_first, of_second
    )


def _at(each: Any, clause: Ints) -> Any:
    """Take one clause a run of an array (runs, clauses, ...), or of a dataclass of such."""
    if is_dataclass(each) and not isinstance(each, type):
        parts = {f.name: _at(getattr(each, f.name), clause) for f in fields(each)}
        return replace(each, **parts)
    return each if each.shape[1] == 1 else np.take_along_axis(each, clause[:, None, None], axis=1)


def _either(which: Bools, one: Swing, other: Swing) -> Swing:
    pairs = ((getattr(one, f.name), getattr(other, f.name)) for f in fields(Swing))
    return Swing(*(np.where(which, a, b) for a, b in pairs))


def _swing(room: Room, gets: Stance, gives: Stance) -> Swing:
    """Move clauses towards one side, to where it stands or to the red line on the way."""
    low = room.lower.max(axis=1, initial=0.0)[:, :, None]
    high = room.upper.min(axis=1, initial=1.0)[:, :, None]
    value, quadratic = gets.value, gets.quadratic
    within = (low <= value) & (value <= high)
    far = np.where(within, np.clip(gets.x, low, np.maximum(low, high)) - value, 0.0)
    slope = 2 * far * (gives.w * (value - gives.x) - gets.w * (value - gets.x))
    linear = np.where(quadratic, slope, np.abs(far) * (gets.w + gives.w))
    square = np.where(quadratic, far * far * (gives.w - gets.w), 0.0)
    return Swing(np.broadcast_to(far, linear.shape), linear, square)


def _opposed(mine: Stance, theirs: Stance) -> Bools:
    """Where two stand on different sides of a clause, and both mind it."""
    apart = (mine.x - mine.value) * (theirs.x - theirs.value) < 0
    opposed: Bools = apart & (mine.w * theirs.w > 0)
    return opposed


def _free(links: Ints, issue: Ints, one: Ints, first: Ints) -> Bools:
    """Where both may still trade their first issue for that of each clause: it is another."""
    runs, here = np.arange(len(one)), np.take(issue, first)
    untied = links == NONE
    both = untied & untied[runs, :, one][:, :, None]
    free: Bools = np.take(both, issue, axis=1) & both[runs, here][:, None, :]
    free &= (issue != here[:, None])[:, :, None]
    return free


def best(offers: Offers, text: Text) -> Deal:
    """Take the offer that gives most in each run, and cross it off the list."""
    runs, shape = np.arange(len(offers.one)), offers.gain.shape
    flat = offers.gain.reshape(shape[0], -1)
    pick = flat.argmax(axis=1)
    gain = flat[runs, pick]
    flat[runs, pick] = -np.inf
    _, second, other = np.unravel_index(pick, shape[1:])
    value = text.value.copy()
    for clause, moves in ((offers.first, offers.of_first), (second, offers.of_second)):
        value[runs, clause] += moves.reshape(shape[0], -1)[runs, pick]
    return Deal(offers.one, other, offers.first, second, gain, np.clip(value, 0.0, 1.0))


def worth(room: Room, text: Text, deal: Deal) -> Floats:
    """What a deal is worth to everybody: (runs, actors)."""
    after = room.reading.gains(deal.value, text.active)
    return over_clauses(after - room.reading.gains(text.value, text.active))


def of_party(deal: Deal, side: Ints) -> Bools:
    """Who trades for themselves or with their coalition: (runs, actors)."""
    runs = np.arange(len(side))
    party: Bools = (side == side[runs, deal.one][:, None]) | (
        side == side[runs, deal.other][:, None]
    )
    return party


def tie(links: Ints, bound: Bools, issue: Ints, deal: Deal) -> Ints:
    """Note that those who are bound take the two issues of a deal as one."""
    tied, runs = links.copy(), np.arange(len(links))
    one, other = np.take(issue, deal.first), np.take(issue, deal.second)
    free = bound & (links[runs, one] == NONE) & (links[runs, other] == NONE)
    for here, there in ((one, other), (other, one)):
        tied[runs, here] = np.where(free, there[:, None], tied[runs, here])
    return tied
