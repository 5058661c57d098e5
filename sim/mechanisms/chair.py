"""The chair's drafting: find a text that nobody blocks, without knowing what anybody will bear.

What a delegation wants it says in public; what it will bear it keeps to itself. Of what each
delegation i bears on each subject S (the whole text, or one issue of it) the chair has a first
estimate, which is off from the truth, kappa_i, by the factor e_iS:

    log e_iS = (1 - K) ( sqrt(1/2) u_i + sqrt(1/2) v_iS ),   u, v ~ N(0, 1)

It misjudges the delegation, and what the subject is to it. K is what the chair knows: all with 1;
with 0 it is off by a factor of 2.7 (one sd). In each session it revises the text, and hears the
room clause by clause. Who would block over a subject on which the text costs it l bears less than
l; who only objects bears between l and l / omega, who says nothing more than l / omega. What the
chair believes is from then on a log-normal about its first estimate between these bounds. So it
learns from session to session, and agreement can fail though a text existed.

It is bold at first and careful at last: in session t of T it reckons with the quantile of its
belief at C (2 (t-1)/(T-1) - 1) sds below the middle. It looks in turn for a text to which fewer
object and nobody blocks, for one that nobody blocks, for one that nobody blocks by its best
estimates, and at last for one that less stands against. A text to which nobody objected is not
opened again, nor in the last session one that nobody would have blocked.

Amendments come first: one is taken up where less stands against the text then, or no more, and as
much of the room, by capability, gains by it as loses.

In a search the chair moves the text against the largest grievance, as far as that grievance
asks (a Polyak step with a little to spare), and again until nobody would block. If moves do not
do it, clauses are put in brackets or taken out of them, singly or in pairs, each time only if
less stands against the text than before, so that it cannot go round in circles. What was
bracketed is tried again once the rest is agreed.

That a refusal cuts off a belief: Sobel and Takahashi (1983). The rest is assumed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import numpy.typing as npt

from sim.core import special
from sim.core.ask import Answer, Phase
from sim.core.draws import labels, pairs
from sim.core.gain import over_clauses
from sim.core.loops import until_done
from sim.core.mechanism import Mechanism, When
from sim.core.parameters import Parameter
from sim.core.setting import Meeting, Setting
from sim.core.world import Page, World, take
from sim.mechanisms.objections import FREE, Room, Text, blockers, crossing, room, subjects
from sim.mechanisms.tabling import amended, versions

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

TO_SPARE = 1.05  # a step goes this much further than the grievance asks,
SPARE = 0.002  # and by this gain more: else steps only approach a text, and never are there
LESS = 1e-9  # "less stands against it" by more than rounding
PROOF_ROUNDS = 200  # moves when the question is whether any text exists
WHOLE = "the whole text"  # what the first subject is called, for the address of a draw
FAR = 4.0  # a bound that lies further off than this, in sds of the belief, tells nothing
WAYS = ((True, 1.0), (False, 1.0), (False, 0.0))  # whether to appease, and how much of its caution


OF_ACTORS = ("misread", "least", "most")  # of a belief


@dataclass
class Belief:
    """What the chair has heard of what everyone bears, in units of gain; runs lead every array."""

    misread: Floats  # (runs, subjects, actors): log of estimate over truth, if it knew nothing
    least: Floats  # (runs, subjects, actors): each bears at least this,
    most: Floats  # and at most that
    quiet: Bools  # (runs,): nobody objected when the room was last heard
    unblocked: Bools  # (runs,): nobody would have blocked then

    def of(self, who: Ints) -> Belief:
        """The belief of some actors only, by their places."""
        about = {name: np.take(getattr(self, name), who, axis=2) for name in OF_ACTORS}
        return replace(self, **about)


@dataclass
class Outlook:
    """How the chair goes about it in one session: each (runs, 1, 1)."""

    ignorance: Floats  # 1 - K, the sd of its first estimates
    caution: Floats  # sds to the safe side; below 0 it is bold
    frankness: Floats  # omega


def take_up(room: Room, text: Text, proposed: Answer) -> None:
    """Write into the text each proposal that the room likes better.

    Less stands against the text then, or no more, and as much of the room gains by it as loses.
    """
    for value in versions(proposed, text.value):
        before, after = room.deficiency(text), room.deficiency(Text(value, text.active))
        now, then = (_gains(room, each, text.active) for each in (text.value, value))
        liked = (np.sign(then - now) * room.weight).sum(axis=1) >= 0
        better = (after < before - LESS) | ((after <= before) & liked)
        text.value[better] = value[better]


def _gains(room: Room, value: Floats, active: Bools) -> Floats:
    return over_clauses(room.reading.gains(value, active))


def search(room: Room, text: Text, rounds: int) -> None:
    """Move, bracket and restore, in place, until nobody blocks or nothing helps.

    Where nothing helps, moves may end with more against the text than it had: it stays as it was.
    """
    as_found = Text(text.value.copy(), text.active.copy())
    until_done(move, room, text, rounds)
    if (room.worst(text) > 0).any():
        until_done(bracket, room, text, text.value.shape[1])
        until_done(move, room, text, rounds)
    restore(room, text)
    worse = room.deficiency(text) > room.deficiency(as_found)
    text.value[worse], text.active[worse] = as_found.value[worse], as_found.active[worse]


def move(room: Room, text: Text) -> Bools:
    """Take one step against the largest grievance; done where there is none, or no way."""
    gains, runs = room.reading.gains(text.value, text.active), np.arange(len(text.value))
    against = room.against(gains).reshape(len(gains), -1)
    who = against.argmax(axis=1)
    worst = against[runs, who]
    uphill = -_uphill(room, text, gains, who)
    if room.broken(text):
        _heed_lines(room, text, worst, uphill)
    steep = (uphill * uphill).sum(axis=1)
    flat = steep == 0
    done: Bools = flat | (worst <= 0)
    steep[flat] = 1.0
    length = (TO_SPARE * worst + SPARE) / steep
    length[done] = 0.0
    moved = text.value - length[:, None] * uphill
    np.minimum(np.maximum(moved, 0.0, out=moved), 1.0, out=text.value)
    return done


def _heed_lines(room: Room, text: Text, worst: Floats, uphill: Floats) -> None:
    """Put the largest breach of a red line in the place of the worst grievance, where there is one.

    A red line is in units of the text, a grievance in units of gain: the line goes first.
    """
    breach = room.breaches(text).max(axis=2)
    limit = breach.argmax(axis=1)
    most = breach[np.arange(len(limit)), limit]
    rows = np.flatnonzero(most > 0)
    if len(rows):
        value, at = text.value[rows], (rows, limit[rows])
        over = np.where(value > room.upper[at], 1.0, 0.0)
        under = np.where(value < room.lower[at], 1.0, 0.0)
        worst[rows], uphill[rows] = most[rows], (over - under) * text.active[rows]


def _uphill(room: Room, text: Text, gains: Floats, who: Ints) -> Floats:
    """How what the worst objection of each run is about gains with each clause: (runs, clauses)."""
    runs, actors = np.arange(len(who)), gains.shape[1]
    place, actor = np.divmod(who, actors)
    loses, subject = place < len(room.subjects), place % len(room.subjects)
    slope = room.reading.slopes(actor, text.value, text.active) * room.about(subject, actor)
    felt = np.where(gains[runs, actor] > 0, room.buy_off, 1.0) * (1 - room.restraint)
    part = np.where(loses[:, None], felt, room.demanded[runs, actor])
    return np.asarray(part * slope)


def bracket(room: Room, text: Text) -> Bools:
    """Bracket or restore the one clause, or failing that the pair, that helps most."""
    before = room.deficiency(text)
    clauses = range(text.value.shape[1])
    singly = _best_flip(room, text, [(c,) for c in clauses], before, before > 0)
    stuck = (before > 0) & ~singly
    return ~(singly | _best_flip(room, text, list(combinations(clauses, 2)), before, stuck))


def _best_flip(
    room: Room, text: Text, sets: Sequence[tuple[int, ...]], before: Floats, open_: Bools
) -> Bools:
    """Flip the best of ``sets`` where that leaves less; say where it did."""
    best, choice = before.copy(), np.full(len(before), -1)
    for place, clauses in enumerate(sets):
        left = room.deficiency(Text(text.value, _flipped(text.active, clauses)))
        better = open_ & (left < best - LESS)
        best, choice = np.where(better, left, best), np.where(better, place, choice)
    for place, clauses in enumerate(sets):
        rows = choice == place
        text.active[rows] = _flipped(text.active[rows], clauses)
    return choice >= 0


def _flipped(active: Bools, clauses: tuple[int, ...]) -> Bools:
    flipped = active.copy()
    flipped[:, clauses] = ~flipped[:, clauses]
    return flipped


def restore(room: Room, text: Text) -> None:
    """Take clauses out of their brackets, in order, where still nobody blocks."""
    for clause in range(text.value.shape[1]):
        rows = np.flatnonzero(~text.active[:, clause])
        if not len(rows):
            continue
        tried = take(text, rows)
        tried.active[:, clause] = True
        agreed = take(room, rows).worst(tried) <= 0
        text.active[rows[agreed], clause] = True


def agreeable(room: Room, text: Text) -> tuple[Bools, Text]:
    """Say in which runs some text exists that nobody would block, (runs,), and which.

    All grievances are convex in the values of the text, and a clause left out counts as one
    at the status quo, so projection from any start finds such a text where one exists with a
    little room; several starts guard against slow convergence, and against red lines that
    bind only what is in the text.
    """
    room = room.of(room.may_block)
    found, best = room.worst(text) <= 0, Text(text.value.copy(), text.active.copy())
    for value, active in _starts(room, text):
        rows = np.flatnonzero(~found)
        if not len(rows):
            break
        trial = Text(np.take(value, rows, axis=0), np.take(active, rows, axis=0))
        here = take(room, rows)
        search(here, trial, PROOF_ROUNDS)
        found[rows] = here.worst(trial) <= 0
        best.value[rows], best.active[rows] = trial.value, trial.active
    return found, best


def _starts(room: Room, text: Text) -> Iterator[tuple[Floats, Bools]]:
    """Where to look from: the draft, the status quo, and the draft without disputed clauses."""
    status_quo = room.reading.status_quo
    lower, upper = room.lower.max(axis=1, initial=0.0), room.upper.min(axis=1, initial=1.0)
    can_be_said = lower <= upper
    yield text.value, can_be_said
    yield status_quo, can_be_said
    if room.upper.shape[1]:
        yield text.value, (lower <= status_quo) & (status_quo <= upper)


def estimates(room: Room, belief: Belief, outlook: Outlook) -> Floats:
    """What the chair reckons that everyone bears: (runs, subjects, actors), in units of gain.

    A quantile of its belief, at its caution below the middle.
    """
    sd = outlook.ignorance
    first = room.cost[:, None, :] * np.exp(sd * belief.misread)
    out: Floats = first * np.exp(-outlook.caution * sd)
    reach = np.exp(FAR * sd)
    told = (belief.least * reach > first) | (belief.most < first * reach)
    where = np.flatnonzero(told & (sd > 0))
    if len(where):
        shares = special.ndtr(-outlook.caution)
        spread, share = (
            np.take(np.broadcast_to(each, first.shape), where) for each in (sd, shares)
        )
        centre, low, high = (np.take(each, where) for each in (first, belief.least, belief.most))
        with np.errstate(divide="ignore"):
            below, above = np.log(low / centre) / spread, np.log(high / centre) / spread
        heard = centre * np.exp(spread * _quantile(below, above, share))
        out.reshape(-1)[where] = np.clip(heard, low, high)
    return out


def _quantile(below: Floats, above: Floats, share: Floats) -> Floats:
    """A quantile of a standard normal deviate that lies between two bounds."""
    turn = below + above > 0  # in the lower tail, where small chances are told exactly
    low, high = np.where(turn, -above, below), np.where(turn, -below, above)
    share = np.where(turn, 1 - share, share)
    z = special.ndtri((1 - share) * special.ndtr(low) + share * special.ndtr(high))
    out: Floats = np.where(turn, -z, z)
    return out


def revise(
    room: Room, belief: Belief, outlook: Outlook, text: Text, rounds: int, last: bool
) -> None:
    """Look for a better text, in place, where this one is open: see the top of this file."""
    open_ = np.flatnonzero(~(belief.unblocked if last else belief.quiet))
    who = room.may_block
    room, belief = room.of(who), belief.of(who)
    for appeasing, share in WAYS:
        if not len(open_):
            return
        here, known, view = take(room, open_), take(belief, open_), take(outlook, open_)
        final = (share == 0) | ((view.caution[:, 0, 0] <= 0) & (not appeasing))
        view.caution = np.where(view.caution > 0, share * view.caution, view.caution)
        here.believed = estimates(here, known, view)
        asked = replace(here, believed=view.frankness * here.believed) if appeasing else here
        trial = take(text, open_)
        search(asked, trial, rounds)
        settled = final | (here.worst(trial) <= 0)
        rows = open_[settled]
        text.value[rows], text.active[rows] = trial.value[settled], trial.active[settled]
        open_ = open_[~settled]


def hear(
    belief: Belief, room: Room, text: Text, frankness: Floats, standing: Bools, said: Bools
) -> None:
    """Learn from who objects to what, and who does not.

    Args:
        belief: changed in place.
        room: the true one, whatever the chair believes of it.
        text: that the room was asked about.
        frankness: omega, (runs, 1, 1).
        standing: who would block, by the model: (runs, actors).
        said: who says that it would; an agent of one's own may say less or more.
    """
    losing, lacking = room.grievances(room.reading.gains(text.value, text.active))
    price = room.cost[:, None, :]
    costs = np.maximum(losing, lacking) + price  # what the text costs everyone, by the worse
    less, more = standing & ~said, said & ~standing
    objects = (costs > frankness * price) & ~less[:, None, :]
    blocks = np.logical_and(costs > price, objects)
    blocks[:, 0] |= more  # over the text as a whole, since the model knows of no clause
    least = np.where(blocks, 0.0, np.where(objects, costs, costs / frankness))
    most = np.where(blocks, costs, np.where(objects, costs / frankness, np.inf))
    least, most = np.maximum(least, 0.0), np.maximum(most, LESS)
    belief.least = np.clip(belief.least, least, most)
    belief.most = np.clip(belief.most, least, most)
    belief.unblocked = np.logical_not((said | crossing(room, text)).any(axis=1))
    belief.quiet = belief.unblocked & ~objects.any(axis=(1, 2))


class Chair(Mechanism):
    """The chair's drafting: find a text that nobody blocks, without knowing what all will bear."""

    name = "chair"
    when = When.DRAFTING
    drafting = "chair"
    dynamic = True
    sources = ("sobel1983", "polyak1969")
    draws = ("delegation", "subject")
    parameters = (
        Parameter(
            "knowledge",
            *("K", 0.5, 0.0, 1.0),
            "what the chair knows of what delegations will bear before it hears them",
        ),
        Parameter(
            "caution",
            *("C", 1.0, 0.0, 2.0),
            "sds by which the chair keeps to the safe side of its estimates in the end",
        ),
    )

    def begin(self, setting: Setting, world: World) -> list[Belief | None]:
        """Misjudge everybody, draft by draft; None for a draft that no chair works on."""
        return [
            self._begin(setting, world, place)
            if setting.forums[draft.forum].rules.drafting == self.drafting
            else None
            for place, draft in enumerate(setting.drafts)
        ]

    def _begin(self, setting: Setting, world: World, draft: int) -> Belief:
        text = setting.drafts[draft]
        about = subjects(text.issue)
        issues = (setting.issues[text.issue[inside[0]]] for inside in about[1:])
        called = labels((WHOLE, *issues))
        whom = self.luck(world, "delegation", setting.labels)[:, None, :]
        what = self.luck(world, "subject", pairs(called, setting.labels), text.label)
        misread = np.sqrt(0.5) * (special.ndtri(whom) + special.ndtri(what))
        unknown, unheard = np.full_like(misread, np.inf), np.zeros(world.size, dtype=bool)
        return Belief(misread, np.zeros_like(misread), unknown, unheard, unheard.copy())

    def _outlook(self, setting: Setting, world: World, meeting: Meeting) -> Outlook:
        last = min(setting.forums[meeting.forum].stages.values())
        gone = (meeting.session - 1) / (last - 1) if last > 1 else 1.0  # of its time
        knows, careful, frank = (
            world.column(name)[:, :, None] for name in ("knowledge", "caution", "frankness")
        )
        return Outlook(1 - knows, careful * (2 * gone - 1), frank)

    def play(self, setting: Setting, world: World, meeting: Meeting) -> Phase:
        """Work one session on every draft of the forum, and ask once who would block the result."""
        forum, outlook = setting.forums[meeting.forum], self._outlook(setting, world, meeting)
        last = meeting.session == min(forum.stages.values())
        for draft in forum.drafts:
            hall, belief = room(setting, world, meeting, draft), self.state(world)[draft]
            text = Text(world.value[draft], world.active[draft])
            proposed = yield from amended(setting, world, meeting, draft)
            if not np.isnan(proposed).all():
                plain = replace(outlook, caution=np.zeros_like(outlook.caution))
                take_up(replace(hall, believed=estimates(hall, belief, plain)), text, proposed)
            revise(hall, belief, outlook, text, forum.rules.rounds, last)
            standing = blockers(hall, text) != FREE
            objects = yield self.ask("block", standing, meeting, draft, by_consensus=True)
            hear(belief, hall, text, outlook.frankness, standing, objects)
            objectors = np.count_nonzero(objects, axis=1).astype(np.int64)
            world.pages[draft].append(
                Page(meeting.session, text.value.copy(), text.active.copy(), objectors)
            )
