"""Rival drafts: a state weighs a text against what its rival would give it instead.

    a_i(d)  -=  beta kappa sum_e P_e sum_k g_ik(e),   k over the issues that d and e both settle

P_e is the chance that the rival e carries, as everyone expects it when the session opens
(`sim.mechanisms.prospects`; the chances of several rivals are scaled to at most 1 in all). With
kappa at 0 all vote sincerely, each text against the status quo; at 1 a state that is sure of the
rival asks only what this text would add to it or change in it. Expectations are of one step: what
is expected of a rival leaves out that its voters weigh rivals too. Voting by what follows, over an
agenda: Farquharson (1969); Ordeshook and Schwartz (1987). How far delegations do so is assumed, and
the range of kappa includes 0.

A group of rivals has a rule. *open*: each text is voted on by itself. *exclusive*: once one is
adopted at a stage, the others fall. *ordered*: all are voted on, one after the other, and it is
known by then what became of those before. *merged*: the sponsors of one text offer to move it
towards the rival on what both settle, by the share t that is worth most to them of those that the
rival's sponsors would take rather than have both texts voted on; if they take it, the rival falls
and they sponsor what is left. Where an order counts it is drawn by lot, or as the group lists its
drafts if it says so; a motion to put one text first goes before it. On a motion a state compares
its support for that text with its support for the best of the others; more for than against carry
it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from sim.core.ask import Phase
from sim.core.draws import labels
from sim.core.fields import ActorRefs, DraftRef, Part
from sim.core.mechanism import Axes, Look, Mechanism, Section, Telling, When
from sim.core.outcome import TRUTH, Outcome, Over
from sim.core.parameters import Parameter
from sim.core.setting import Meeting, Setting
from sim.core.support import bound, reading, systematic
from sim.core.world import Ballot, World
from sim.forums.rules import How
from sim.mechanisms.memory import heard, width
from sim.mechanisms.prospects import lead, prospects, say

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

UNKNOWN = 0.5  # the chance that a rival carries where nothing is voted on
OFFERS = np.linspace(0.1, 0.9, 9)  # how far a text may be moved to its rival: assumed
FULL = 100.0
IN_TURN = ("exclusive", "ordered")


class Motion(Part):
    """A motion to put one of the rivals to the room before the others."""

    by: ActorRefs = Field(description="who moves it: members of the forum")
    first: DraftRef = Field(description="label of the draft that is to be put first")


class WrittenRivals(Part):
    """Drafts that answer one another."""

    drafts: tuple[DraftRef, ...] = Field(description="labels of the drafts")
    rule: Literal["open", "exclusive", "merged", "ordered"] = Field(
        default="open",
        description="open: each is voted on by itself; exclusive: once one is adopted the others"
        " fall; ordered: one after the other; merged: sponsors may make one text of them",
    )
    order: Literal["draw", "listed"] = Field(
        default="draw",
        description="which comes first where they are exclusive or ordered: by lot, or as listed",
    )
    motion: Motion | None = Field(default=None, description="a motion to put one of them first")
    into: DraftRef = Field(
        default="", description="of merged: the draft whose sponsors offer to take the others in"
    )


@dataclass(frozen=True)
class Group:
    """Drafts that answer one another, by their places."""

    drafts: tuple[int, ...]
    rule: str
    listed: bool
    movers: Bools  # (actors,)
    first: int  # -1: nothing is moved
    into: int  # -1: nothing is merged


@dataclass
class State:
    """What is expected of rivals, in which order they come, and which have fallen."""

    odds: Floats  # (runs, drafts): the chance that each carries
    turn: Ints  # (runs, drafts): its place among its rivals
    fell: Bools  # (runs, drafts)


def rivals_of(setting: Setting, draft: int) -> tuple[int, ...]:
    """The drafts that answer this one."""
    groups = setting.parts.get("rivals") or ()
    return tuple(d for group in groups if draft in group.drafts for d in group.drafts if d != draft)


def alternative(setting: Setting, world: World, draft: int) -> Floats:
    """What a draft's rivals would give everyone instead, in units of gain: (runs, actors)."""
    total = np.zeros((world.size, len(setting.actors)))
    if not (rivals := rivals_of(setting, draft)):
        return total
    odds = np.take(world.state["rivals"].odds, rivals, axis=1)
    weight = odds / np.maximum(odds.sum(axis=1), 1.0)[:, None]
    for place, rival in enumerate(rivals):
        total += weight[:, place, None] * _shared_gain(setting, world, draft, rival)
    total *= world.column("rivalry")
    return total


def _shared_gain(setting: Setting, world: World, draft: int, rival: int) -> Floats:
    """What a rival gives everyone on the issues that it shares with a draft: (runs, actors)."""
    read, total = reading(setting, world, rival), np.zeros((world.size, len(setting.actors)))
    for clause in _shared(setting, rival, draft):
        gain = read.of_clause(clause, np.ascontiguousarray(world.value[rival][:, clause]))
        total += np.where(world.active[rival][:, clause, None], gain, 0.0)
    return total


def _shared(setting: Setting, draft: int, rival: int) -> list[int]:
    """Which of a draft's clauses are on issues that its rival settles too."""
    shared = np.isin(setting.drafts[draft].issue, setting.drafts[rival].issue)
    return np.flatnonzero(shared).tolist()


def _expected(setting: Setting, world: World, meeting: Meeting, draft: int) -> Floats:
    """Chance that a draft carries where it is still before a room: (runs,)."""
    if not setting.forums[setting.drafts[draft].forum].rules.vote:
        return np.full(world.size, UNKNOWN)
    return prospects(setting, world, meeting, draft, systematic(setting, world, draft))[0]


def _put_first(turn: Ints, group: Group, rows: Bools) -> None:
    """Put the draft that is moved before its rivals, in place, in these runs."""
    now = turn[:, group.first].copy()
    for draft in group.drafts:
        behind = turn[:, draft] + (turn[:, draft] < now)
        turn[:, draft] = np.where(rows, 0 if draft == group.first else behind, turn[:, draft])


class Rivals(Mechanism):
    """Rival drafts: a state weighs a text against what its rival would give it instead."""

    name = "rivals"
    when = When.OPENING
    after = ("influence",)
    scenario = {
        "rivals": Section(dict[str, WrittenRivals], {}, "drafts that answer one another, by name")
    }
    parameters = (
        Parameter(
            "rivalry",
            *("kappa", 0.25, 0.0, 0.5),
            "how far a state weighs a text against what its rival would give it instead",
        ),
    )
    draws = ("order",)
    outcomes = (
        Outcome(
            "put_first",
            "{draft} is put first",
            "whether {draft} is put to the room before its rivals",
            *(TRUTH, Over.DRAFT, 0, 1, 0),
            otherwise="as it was put",
        ),
        Outcome(
            "fell_to_rival",
            "{draft} falls to a rival",
            "whether {draft} falls because a rival is adopted, or is taken into one",
            *(TRUTH, Over.DRAFT, 0, 1, 0),
            otherwise="0 unless it is taken into a rival",
        ),
    )
    sources = ("farquharson1969", "ordeshook1987")
    terms = {"rivalry": "what a rival text would give instead"}
    dynamic = True

    def check(self, said: Mapping[str, Any], look: Look) -> None:
        """Refuse rivals of nobody, of themselves or of other rooms, and orders of nothing."""
        taken: dict[str, str] = {}
        for name, group in said["rivals"].items():
            at = ("rivals", name)
            _check_drafts(at, group, look, taken)
            _check_motion((*at, "motion"), group, look)
            _check_into((*at, "into"), group, look)
            if group.order == "listed" and group.rule not in IN_TURN:
                problem = f"an order decides nothing where rivals are {group.rule}"
                look.wrong((*at, "order"), problem, group.order, "rule exclusive or ordered")

    def compile(self, said: Mapping[str, Any], axes: Axes) -> tuple[Group, ...] | None:
        """Make the groups, in the order of the file."""
        place = {label: n for n, label in enumerate(axes.drafts)} | {"": -1}
        return (
            tuple(
                Group(
                    tuple(place[label] for label in group.drafts),
                    group.rule,
                    group.order == "listed",
                    axes.mask(group.motion.by if group.motion else ()),
                    place[group.motion.first if group.motion else ""],
                    place[group.into],
                )
                for group in said["rivals"].values()
            )
            or None
        )

    def show(
        self, said: Mapping[str, Any], names: Callable[[Iterable[str]], str], actor: str = ""
    ) -> Iterator[str]:
        """List the groups, or the motions of an actor."""
        for name, group in said["rivals"].items():
            moved = group.motion and (not actor or actor in group.motion.by)
            motion = f"; {names(group.motion.by)} move {group.motion.first} first" if moved else ""
            if moved or not actor:
                yield f"{name}, {group.rule}: {', '.join(group.drafts)}{motion}"

    def begin(self, setting: Setting, world: World) -> State:
        """Expect nothing yet; draw the order of rivals by lot unless the file lists them so."""
        shape = (world.size, len(setting.drafts))
        turn = np.zeros(shape, dtype=np.int64)
        for group in self.part(setting):
            here, order = list(group.drafts), np.arange(len(group.drafts))
            turn[:, here] = order
            if not group.listed:
                names = labels(setting.drafts[draft].label for draft in here)
                lot = np.argsort(self.luck(world, "order", names), axis=1, kind="stable")
                turn[:, here] = np.argsort(lot, axis=1, kind="stable")
        return State(np.zeros(shape), turn, np.zeros(shape, dtype=bool))

    def play(self, setting: Setting, world: World, meeting: Meeting) -> Phase:
        """Let everyone expect what will become of each text, were it not for its rivals.

        Nobody asks while none of a group is before a room, now or in the next session, in which
        some who campaign still go by this.
        """
        state = self.state(world)
        state.odds[:] = 0.0
        soon = setting.meetings[meeting.session - 1 : meeting.session + 1]
        open_ = {d for rooms in soon for room in rooms for d in setting.forums[room.forum].drafts}
        groups = (group for group in self.part(setting) if open_.intersection(group.drafts))
        drafts = [draft for group in groups for draft in group.drafts]
        found = [_expected(setting, world, meeting, draft) for draft in drafts]
        for draft, chance in zip(drafts, found, strict=True):
            before_a_room = np.where(world.alive[draft], chance, 0.0)
            state.odds[:, draft] = np.where(world.passed[draft], 1.0, before_a_room)
        yield from ()

    def support(self, setting: Setting, world: World, draft: int) -> Iterator[tuple[str, Floats]]:
        """Take off what the rivals would give instead."""
        if rivals_of(setting, draft):
            yield "rivalry", -world.column("stakes") * alternative(setting, world, draft)

    def order(self, setting: Setting, world: World, meeting: Meeting) -> Ints | None:
        """Put rivals that come in turn into each other's places; other drafts keep theirs."""
        drafts = setting.forums[meeting.forum].drafts
        groups = [g for g in self.part(setting) if g.rule in IN_TURN and g.drafts[0] in drafts]
        if not groups:
            return None
        ranks = np.tile(np.arange(len(drafts)), (world.size, 1))
        for group in groups:
            places = np.sort([drafts.index(draft) for draft in group.drafts])
            for draft in group.drafts:
                turn = self.state(world).turn[:, draft]
                ranks[:, drafts.index(draft)] = np.take(places, turn)
        return ranks

    def decided(
        self, setting: Setting, world: World, meeting: Meeting, draft: int, ballot: Ballot
    ) -> None:
        """Let it be known what became of a text, and the others fall where only one may carry."""
        state, reached = self.state(world), ballot.verdict.how != How.NOT_REACHED
        for group in self.part(setting):
            if group.rule not in IN_TURN or draft not in group.drafts:
                continue
            carried = ballot.verdict.adopted
            state.odds[:, draft] = np.where(reached, carried, state.odds[:, draft])
            for rival in rivals_of(setting, draft) if group.rule == "exclusive" else ():
                _fall(world, rival, reached & carried)

    def collect(
        self, setting: Setting, world: World
    ) -> Iterator[tuple[str, tuple[str, ...], npt.NDArray[Any]]]:
        """Read off which text came first, and which fell to another."""
        state = self.state(world)
        in_turn = {d for group in self.part(setting) if group.rule in IN_TURN for d in group.drafts}
        for place, draft in enumerate(setting.drafts):
            yield "put_first", (draft.label,), (state.turn[:, place] == 0) & (place in in_turn)
            yield "fell_to_rival", (draft.label,), np.ascontiguousarray(state.fell[:, place])


def _fall(world: World, draft: int, rows: Bools) -> None:
    """Take a text from the table, for a rival, in these runs."""
    state, falls = world.state["rivals"], rows & world.alive[draft]
    world.alive[draft] = world.alive[draft] & ~falls
    state.fell[:, draft] |= falls
    state.odds[:, draft] = np.where(falls, 0.0, state.odds[:, draft])


class Motions(Mechanism):
    """Motions on rival drafts: which is put first, and whether two become one."""

    name = "motions"
    when = When.FLOOR
    draws = ("preference",)
    acts = {
        "moves first": "moves that a draft be put before its rivals; votes for the motion",
        "merges texts": "takes a rival's text into its own; points of the way to it, on what both"
        " settle",
    }
    tellings = {
        "merges texts": Telling("took a rival's text into {draft}", 1.5),
    }
    dynamic = True

    def in_use(self, setting: Setting) -> bool:
        """Whether anybody moves anything, or may merge texts."""
        groups = setting.parts.get("rivals") or ()
        return any(group.first >= 0 or group.rule == "merged" for group in groups)

    def play(self, setting: Setting, world: World, meeting: Meeting) -> Phase:
        """Before a first decision, make one text of two; at it, vote on what is put first."""
        forum = setting.forums[meeting.forum]
        first = min(forum.stages.values())
        for group in setting.parts["rivals"]:
            if group.drafts[0] not in forum.drafts:
                continue
            if group.first >= 0 and meeting.session == first:
                self._move(setting, world, meeting, group)
            for rival in group.drafts if group.rule == "merged" else ():
                if rival != group.into and meeting.session <= first:
                    self._merge(setting, world, meeting, group.into, rival)
        yield from ()

    def _move(self, setting: Setting, world: World, meeting: Meeting, group: Group) -> None:
        """Vote on the motion to put one text first, and do it where more are for than against."""
        scene, members = setting.scene(meeting.session), setting.forums[meeting.forum].members
        movers = np.flatnonzero(group.movers & members & scene.heard)
        if not len(movers):
            return
        keen = self._preference(setting, world, meeting, group)
        keen[:, movers] = np.inf
        seats, band = members & scene.present, width(setting, world, group.first)
        in_favour = np.count_nonzero((keen > band) & seats, axis=1)
        against = np.count_nonzero((keen < -band) & seats, axis=1)
        carried = in_favour > against
        _put_first(world.state["rivals"].turn, group, carried)
        for reason, rows in (("carried", carried), ("lost", ~carried)):
            size = np.where(rows, in_favour, np.nan)
            self.act(world, meeting, "moves first", int(movers[0]), -1, group.first, size, reason)

    def _preference(self, setting: Setting, world: World, meeting: Meeting, group: Group) -> Floats:
        """How much more each supports what is moved than the best other: (runs, actors)."""
        support = {
            draft: bound(setting, world, meeting, draft, systematic(setting, world, draft))
            for draft in group.drafts
        }
        others = np.max([a for draft, a in support.items() if draft != group.first], axis=0)
        u = self.luck(world, "preference", setting.labels, setting.drafts[group.first].label)
        unexplained = world.column("noise") * (np.log(u) - np.log1p(-u))
        keen: Floats = support[group.first] - others + unexplained
        return keen

    def _merge(
        self, setting: Setting, world: World, meeting: Meeting, draft: int, rival: int
    ) -> None:
        """Let a draft's sponsors offer what serves them best of what the rival's would take."""
        hosts, guests = (say(setting, world, meeting, text) for text in (draft, rival))
        open_ = world.alive[draft] & world.alive[rival] & hosts.any(axis=1) & guests.any(axis=1)
        worth = partial(worth_of, setting, world, meeting)
        apart = [
            worth(draft, world.value[draft], side) + worth(rival, world.value[rival], side)
            for side in (hosts, guests)
        ]
        best, taken = apart[0], np.zeros(world.size)
        for t in OFFERS:
            text = _towards(setting, world, draft, rival, t)
            theirs, ours = worth(draft, text, guests), worth(draft, text, hosts)
            better = open_ & (theirs > apart[1]) & (ours > best)
            best, taken = np.where(better, ours, best), np.where(better, t, taken)
        merged = taken > 0
        text = _towards(setting, world, draft, rival, taken[:, None])
        world.value[draft] = np.where(merged[:, None], text, world.value[draft])
        world.sponsors[draft] = world.sponsors[draft] | (merged[:, None] & world.sponsors[rival])
        _fall(world, rival, merged)
        if (host := lead(setting, meeting, draft)) >= 0:
            size = np.where(merged, FULL * taken, np.nan)
            reason = f"with {setting.drafts[rival].label}"
            self.act(world, meeting, "merges texts", host, -1, draft, size, reason)


def worth_of(
    setting: Setting, world: World, meeting: Meeting, draft: int, value: Floats, side: Floats
) -> Floats:
    """What a text is worth to one side: the chance that it carries, times its gain: (runs,)."""
    read, active = reading(setting, world, draft), world.active[draft]
    now, then = (read.gains(text, active).sum(axis=2) for text in (world.value[draft], value))
    own = systematic(setting, world, draft)
    own += world.column("stakes") * heard(setting, world, draft)[:, None] * (then - now)
    carries = np.full(world.size, UNKNOWN)
    if setting.forums[meeting.forum].rules.vote:
        carries = prospects(setting, world, meeting, draft, own)[0]
    worth: Floats = carries * (side * then).sum(axis=1)
    return worth


def _towards(setting: Setting, world: World, draft: int, rival: int, t: Floats | float) -> Floats:
    """A draft's text moved by a share ``t`` to its rival's on what both settle: (runs, clauses)."""
    text, other = setting.drafts[draft], setting.drafts[rival]
    goal = world.value[draft].copy()
    for clause in _shared(setting, draft, rival):
        on = np.flatnonzero(other.issue == text.issue[clause])
        weight = other.weight[on] / other.weight[on].sum()
        goal[:, clause] = (np.take(world.value[rival], on, axis=1) * weight).sum(axis=1)
    moved: Floats = world.value[draft] + t * (goal - world.value[draft])
    return moved


# What a file may not say

At = tuple[str | int, ...]


def _check_drafts(at: At, group: WrittenRivals, look: Look, taken: dict[str, str]) -> None:
    known = [label for label in group.drafts if label in look.drafts]
    if len(set(group.drafts)) < 2:
        own = len(group.drafts) > 1
        problem = "is its own rival" if own else "has no rival: a group is of two drafts or more"
        value, allowed = ", ".join(group.drafts[:1]), ", ".join(look.drafts)
        return look.wrong((*at, "drafts"), problem, value, allowed)
    for place, label in enumerate(group.drafts):
        if label in group.drafts[:place]:
            look.wrong((*at, "drafts", place), "is its own rival", label, "another draft")
        elif (other := taken.setdefault(label, str(at[1]))) != at[1]:
            problem = f"is among the rivals of {other} too; a draft is in one group"
            look.wrong((*at, "drafts", place), problem, label)
        elif label in known and group.rule != "open" and look.rooms[label] != look.rooms[known[0]]:
            problem = f"is before another forum than {known[0]}, so that they are not {group.rule}"
            look.wrong((*at, "drafts", place), problem, label, "drafts of one forum, or rule open")
    return None


def _check_motion(at: At, group: WrittenRivals, look: Look) -> None:
    if (motion := group.motion) is None:
        return
    if group.rule not in IN_TURN:
        problem = f"is moved where rivals are {group.rule}, and an order decides nothing"
        look.wrong(at, problem, group.rule, "rule exclusive or ordered")
    if motion.first in look.drafts and motion.first not in group.drafts:
        problem, allowed = "is none of these rivals", ", ".join(group.drafts)
        look.wrong((*at, "first"), problem, motion.first, allowed, group.drafts)
    if not motion.by:
        look.wrong((*at, "by"), "nobody moves it", "", "members of the forum")
    seats = look.members.get(motion.first, motion.by)
    for place, actor in enumerate(motion.by):
        if actor in look.actors and actor not in seats:
            problem = f"has no seat where {motion.first} is decided, and moves nothing there"
            look.wrong((*at, "by", place), problem, actor, "members of its forum")


def _check_into(at: At, group: WrittenRivals, look: Look) -> None:
    if group.rule == "merged" and not group.into:
        problem = "is missing: it does not go without saying which text takes the others in"
        look.wrong(at, problem, "", ", ".join(group.drafts))
    elif group.into and group.rule != "merged":
        look.wrong(
            at, f"nothing is merged where rivals are {group.rule}", group.into, "rule merged"
        )
    elif group.into and group.into in look.drafts and group.into not in group.drafts:
        problem, allowed = "is none of these rivals", ", ".join(group.drafts)
        look.wrong(at, problem, group.into, allowed, group.drafts)
