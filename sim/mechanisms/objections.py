"""Objections in a room that decides by consensus: who loses too much, who gets too little.

Two objections, each held against the whole text and against every issue by itself. With gains
g_ic of the clauses and h_iS = sum over the clauses c of S of min(g_ic, lambda g_ic), so that gains
make up for losses only in part,

    objector   o1_iS = -h_iS                       blocks if (1 - theta) o1_iS > kappa_i
    demandeur  o2_iS = phi_t G_iS(d) - G_iS(z)     blocks if o2_iS > kappa_i

for S the whole text, or for S any one issue. A gain on one issue therefore lightens the whole, and
never makes up for a loss on another that is by itself more than blocking costs; only a trade does
(`trades`), which makes one S of two issues for those who agreed to it.

In a meeting, before the decision, to object costs less than to block: omega kappa_i. What is then
heard, the chair learns from (`chair`).

G sums over the clauses that i itself gains from in the draft d as tabled, phi_t is the share
it insists on in this session. kappa_i = k0 xi_i exp(-b B_i) / (1 + c_i) is the cost of
blocking: it falls with the weight B_i of others who block on the same side and with i's own
capability c_i. What other mechanisms add to the cost of a text (side payments ...) stands beside
o1 and o2; the limits that they set (red lines) block by themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core import special
from sim.core.ask import Ask
from sim.core.gain import Reading, turned
from sim.core.mechanism import Mechanism, Outline
from sim.core.outcome import SCALE, WORDS, Outcome, Over
from sim.core.parameters import Parameter
from sim.core.question import Answers, Question
from sim.core.setting import Meeting, Setting
from sim.core.support import grievances, reading
from sim.core.world import World
from sim.forums.rules import How

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int8]
OF_ACTORS = ("cost", "weight", "wanted", "insisted", "other", "linked", "believed")  # of a room
Subjects = tuple[tuple[int, ...], ...]  # the clauses of each: of the whole text, of each issue

FREE, OBJECTOR, DEMANDEUR, RED_LINE = 0, 1, 2, 3  # why a delegation blocks
DEADLOCKS = ("none", "no_text", "not_found")
_NOT_FOUND = "no such text was missed"
NEVER = 1e9  # a cost of blocking that nothing exceeds: those who may not or will not block


@dataclass
class Text:
    """What the chair can change: the values of clauses, and which of them are in the text."""

    value: Floats  # (runs, clauses)
    active: Bools


@dataclass
class Room:
    """What a room holds against any text, before its values are known; runs lead every array.

    A *subject* is what one objection is about: the first is the whole text, the others are its
    issues one by one. A text on one issue has one subject.
    """

    reading: Reading
    subjects: Subjects
    cost: Floats  # (runs, actors): kappa where nobody else blocks
    weight: Floats  # (runs, actors): share of the room's capability
    restraint: Floats  # (runs, 1): theta
    buy_off: Floats  # (runs, 1): lambda
    company: Floats  # (runs, 1): b
    wanted: Floats  # (runs, clauses, actors): 1 where it gains from the clause as tabled, else 0
    insisted: Floats  # (runs, subjects, actors): phi_t G_iS(d)
    upper: Floats  # (runs, limits, clauses): listed red lines, as bounds on clauses
    lower: Floats
    limited: Ints  # (runs, limits): whose
    other: Floats | None = None  # (runs, actors): what other mechanisms add to the cost
    linked: Ints | None = None  # (runs, subjects, actors): the subject that it takes with this one
    believed: Floats | None = None  # (runs, subjects, actors): what the chair takes the cost to be

    @property
    def borne(self) -> Floats:
        """What everyone bears on each subject before it objects: (runs, subjects or 1, actors)."""
        return self.cost[:, None, :] if self.believed is None else self.believed

    @property
    def demanded(self) -> Floats:
        """What each demandeur asks for, as `wanted`: (runs, actors, clauses)."""
        return turned(self.wanted)

    def losses(self, gains: Floats, out: Floats | None = None) -> Floats:
        """Give o1: (runs, subjects, actors), for gains (runs, actors, clauses)."""
        by_clause = turned(gains)
        felt = self.buy_off[:, :, None] * by_clause
        np.minimum(by_clause, felt, out=felt)
        held = self.joined(summed(felt, self.subjects, out))
        if self.other is None:
            return np.negative(held, out=held)
        return np.subtract(self.other[:, None, :], held, out=held)

    def shortfalls(self, gains: Floats, out: Floats | None = None) -> Floats:
        """Give o2: (runs, subjects, actors)."""
        held = summed(turned(gains) * self.wanted, self.subjects, out)
        np.subtract(self.insisted, held, out=held)
        held = self.joined(held)
        if self.other is not None:
            held += self.other[:, None, :]
        return held

    def joined(self, held: Floats) -> Floats:
        """Take together the two issues of each trade, for those who agreed to it, in place."""
        if self.linked is not None:
            with_it = np.take_along_axis(held, self.linked, axis=1)
            alone = self.linked == np.arange(held.shape[1])[:, None]
            held += np.where(alone, 0.0, with_it)
        return held

    def against(self, gains: Floats) -> Floats:
        """How far both objections exceed the cost of blocking alone.

        (runs, 2, subjects, actors): by a loss, by a shortfall.
        """
        runs, actors, _ = gains.shape
        held = np.empty((runs, 2, len(self.subjects), actors))
        self.losses(gains, held[:, 0])
        held[:, 0] *= 1 - self.restraint[:, :, None]
        self.shortfalls(gains, held[:, 1])
        held -= self.borne[:, None]
        return held

    def grievances(self, gains: Floats) -> tuple[Floats, Floats]:
        """The same one by one: (runs, subjects, actors) each."""
        held = self.against(gains)
        return held[:, 0], held[:, 1]

    def about(self, subject: Ints, actor: Ints) -> Floats:
        """Mark the clauses that an objection of one actor a run is about: (runs, clauses)."""
        marks = marked(self.subjects, self.wanted.shape[1])
        about: Floats = np.take(marks, subject, axis=0)
        if self.linked is not None:
            also = np.take(marks, self.linked[np.arange(len(actor)), subject, actor], axis=0)
            about = np.maximum(about, also)
        return about

    def broken(self, text: Text) -> bool:
        """Whether any red line may be overstepped in any run."""
        value = text.value[:, None, :]
        return bool((value > self.upper).any() or (value < self.lower).any())

    def breaches(self, text: Text) -> Floats:
        """How far each listed red line is overstepped: (runs, limits, clauses)."""
        value = text.value[:, None, :]
        return (
            np.maximum(np.maximum(value - self.upper, self.lower - value), 0.0)
            * text.active[:, None, :]
        )

    def worst(self, text: Text) -> Floats:
        """The largest grievance in the room, (runs,); nobody blocks where it is not positive."""
        held = self.against(self.reading.gains(text.value, text.active))
        worst: Floats = held.max(axis=(1, 2, 3))
        if self.broken(text):
            breach = self.breaches(text).max(axis=(1, 2))
            worst = np.where(breach > 0, np.maximum(worst, breach), worst)
        return worst

    def deficiency(self, text: Text) -> Floats:
        """Sum all that stands against a text: (runs,)."""
        held = self.against(self.reading.gains(text.value, text.active))
        np.maximum(held, 0.0, out=held)
        both = held[:, 0] + held[:, 1]
        total: Floats = both.sum(axis=(1, 2))
        if self.broken(text):
            total += self.breaches(text).sum(axis=(1, 2))
        return total

    @property
    def may_block(self) -> Ints:
        """The places of those whom a search for a text must ask; of all, if there are none."""
        every = np.arange(self.cost.shape[1])
        who = every[(self.cost < NEVER).any(axis=0)]
        return who if len(who) else every

    def of(self, who: Ints) -> Room:
        """The same room with some actors only, by their places; red lines stay."""
        held = {name: getattr(self, name) for name in OF_ACTORS}
        some: dict[str, Any] = {
            name: np.take(of, who, axis=-1) for name, of in held.items() if of is not None
        }
        return replace(self, reading=self.reading.of(who), **some)


def subjects(issue: Ints) -> Subjects:
    """Say what objections to a text may be about, as places of clauses: all, then each issue."""
    each = {int(k): tuple(np.flatnonzero(issue == k).tolist()) for k in issue}
    whole = tuple(range(len(issue)))
    return (whole, *each.values()) if len(each) > 1 else (whole,)


def summed(terms: Floats, subjects: Subjects, out: Floats | None = None) -> Floats:
    """Sum (runs, clauses, actors) over the clauses of each subject: (runs, subjects, actors)."""
    if out is None:
        out = np.empty((len(terms), len(subjects), terms.shape[2]))
    one_each = len(subjects) == terms.shape[1] + 1  # the whole, and an issue for every clause
    if one_each:
        np.copyto(out[:, 1:], terms)
    for place, (first, *others) in enumerate(subjects[:1] if one_each else subjects):
        total = out[:, place]
        if others:
            np.add(terms[:, first], terms[:, others[0]], out=total)
        else:
            np.copyto(total, terms[:, first])
        for clause in others[1:]:
            total += terms[:, clause]
    return out


@lru_cache(maxsize=64)
def marked(subjects: Subjects, clauses: int) -> Floats:
    """Mark the clauses of each subject: (subjects, clauses), 1 or 0."""
    marks = np.zeros((len(subjects), clauses))
    for place, inside in enumerate(subjects):
        marks[place, list(inside)] = 1.0
    return marks


def room(setting: Setting, world: World, meeting: Meeting, draft: int) -> Room:
    """Describe what the seated delegations hold against texts that grow out of ``draft``."""
    scene, forum = setting.scene(meeting.session), setting.forums[meeting.forum]
    read = reading(setting, world, draft)
    may_block = forum.members & scene.present & scene.insisting
    tabled = read.gains(
        setting.worlds.values[draft][world.which], np.ones_like(world.active[draft])
    )
    wanted = ((turned(tabled) > 0) & may_block).astype(np.float64)
    about = subjects(setting.drafts[draft].issue)
    asked_for = summed(turned(tabled) * wanted, about)
    insisted = _insistence(setting, world, meeting)[:, :, None] * asked_for
    alone = world.column("blocking_cost") * resolve(setting, world, meeting)
    weight = np.where(forum.members & scene.seated, scene.capability, 0.0)
    upper, lower, limited = limits(setting, draft, may_block)
    each = (world.size, 1, 1)
    return Room(
        reading=read,
        subjects=about,
        cost=np.where(may_block, alone / (1 + scene.capability), NEVER),
        weight=np.tile(weight / max(weight.sum(), 1e-12), (world.size, 1)),
        restraint=np.full((world.size, 1), forum.rules.restraint),
        buy_off=world.column("buy_off"),
        company=world.column("company"),
        wanted=wanted,
        insisted=insisted,
        upper=np.tile(upper, each),
        lower=np.tile(lower, each),
        limited=np.tile(limited, (world.size, 1)),
        other=grievances(setting, world, meeting, draft),
        linked=linked(setting, world, draft),
    )


def linked(setting: Setting, world: World, draft: int) -> Ints | None:
    """Which subject each delegation takes together with which: (runs, subjects, actors)."""
    issue = setting.drafts[draft].issue
    found = (m.links(setting, world, draft) for m in setting.doing("links"))
    said = [links for links in found if links is not None]
    return in_subjects(np.maximum.reduce(said), issue) if said else None


def in_subjects(links: Ints, issue: Ints) -> Ints | None:
    """Tell links between issues, (runs, issues, actors) with -1 for none, as links of subjects.

    ``issue`` is that of each clause. A subject that is linked to none is linked to itself; None
    where no two issues of the text are linked.
    """
    issues = list(dict.fromkeys(issue.tolist()))
    here = np.take(links, issues, axis=1)
    if len(issues) == 1 or not (here >= 0).any():
        return None
    row = np.zeros(links.shape[1], dtype=np.int64)  # of the subject of each issue
    row[issues] = np.arange(1, 1 + len(issues))
    own = row[issues][:, None]
    linked = np.where(here >= 0, np.take(row, here), own)
    return np.concatenate([np.zeros_like(linked[:, :1]), linked], axis=1)


def _insistence(setting: Setting, world: World, meeting: Meeting) -> Floats:
    """The share of its demands that a demandeur insists on as time runs out: (runs, 1)."""
    last = setting.forums[meeting.forum].last
    return world.column("insistence") * (1 - world.column("deadline") * meeting.session / last)


def resolve(setting: Setting, world: World, meeting: Meeting) -> Floats:
    """Draw each delegation's own price of blocking, xi: log-normal, (runs, actors).

    It is drawn once a run; other mechanisms may make members of a bloc share in it.
    """
    z = special.ndtri(OBJECTIONS.luck(world, "resolve", setting.labels))
    for mechanism in setting.doing("price"):
        changed = mechanism.price(setting, world, meeting, z)
        z = z if changed is None else changed
    return np.exp(world.column("resolve_spread") * z)


def limits(setting: Setting, draft: int, may_block: Bools) -> tuple[Floats, Floats, Ints]:
    """Gather the bounds on clauses that mechanisms set: upper, lower (limits, clauses), whose."""
    clauses = len(setting.drafts[draft].issue)
    upper, lower = [np.ones((0, clauses))], [np.zeros((0, clauses))]
    whose = [np.zeros(0, dtype=np.int64)]
    for mechanism in setting.doing("limits"):
        found = mechanism.limits(setting, draft, may_block)
        if found is not None:
            upper.append(found[0])
            lower.append(found[1])
            whose.append(found[2])
    return np.concatenate(upper), np.concatenate(lower), np.concatenate(whose)


def crossing(room: Room, text: Text) -> Bools:
    """Whose listed red lines a text oversteps: (runs, actors)."""
    crossed = np.zeros(room.cost.shape, dtype=bool)
    for limit in range(room.limited.shape[1]):
        broken = room.breaches(text)[:, limit, :].max(axis=1) > 0
        crossed[np.flatnonzero(broken), room.limited[broken, limit]] = True
    return crossed


def blockers(room: Room, text: Text) -> Codes:
    """Find who blocks and why: (runs, actors) of FREE, OBJECTOR, DEMANDEUR, RED_LINE."""
    objecting, demanding = parties(room, text)
    side = np.where(objecting, OBJECTOR, np.where(demanding, DEMANDEUR, FREE))
    return np.where(crossing(room, text), RED_LINE, side).astype(np.int8)


def parties(room: Room, text: Text) -> tuple[Bools, Bools]:
    """Find who blocks for what it loses, and who for what it does not get: (runs, actors) each.

    Company makes blocking cheaper, so who blocks is a fixed point; this is the least one,
    reached from nobody blocking.
    """
    gains = room.reading.gains(text.value, text.active)
    losing = (1 - room.restraint) * room.losses(gains).max(axis=1)  # on the subject that is worst
    lacking = room.shortfalls(gains).max(axis=1)
    objecting, demanding = crossing(room, text) | (losing > room.cost), lacking > room.cost
    while True:
        more = objecting | (losing > room.cost * cheaper(room, objecting))
        also = demanding | (lacking > room.cost * cheaper(room, demanding))
        if np.array_equal(more, objecting) and np.array_equal(also, demanding):
            return objecting, demanding
        objecting, demanding = more, also


def cheaper(room: Room, side: Bools) -> Floats:
    """What company does to the cost of blocking: exp(-b B), (runs, actors)."""
    together = (room.weight * side).sum(axis=1)[:, None]
    others = together - room.weight * side
    factor: Floats = np.exp(-room.company * others)
    return factor


def under_silence(room: Room, habit: Floats) -> Room:
    """The same room where the text stands unless somebody breaks the silence, each on its own.

    Nobody sees who else will break it, so there is no company; and to speak up where all are
    silent costs more than in a meeting, 1 + ``habit`` (runs, 1) times as much.
    """
    dearer = np.where(room.cost < NEVER, room.cost * (1 + habit), room.cost)
    return replace(room, cost=dearer, company=np.zeros_like(room.company))


def objecting(room: Room, text: Text) -> Ints:
    """Count who objects to each clause, by itself and to its issue alone: (runs, clauses)."""
    losing, lacking = room.grievances(room.reading.gains(text.value, text.active))
    by_subject = np.count_nonzero(np.maximum(losing, lacking) > 0, axis=2)
    of_clause = np.zeros(text.value.shape, dtype=np.int64)
    for place, clauses in enumerate(room.subjects):  # the whole first, so that issues count
        of_clause[:, list(clauses)] = by_subject[:, place, None]
    return of_clause


def may_block(setting: Setting, _: World, ask: Ask) -> Bools:
    """Members that are in the room and have not stepped back: (actors,)."""
    forum, scene = ask.room(setting)
    return forum.members & scene.present & scene.insisting


class Objections(Mechanism):
    """Objections in a room that decides by consensus: who loses too much, who gets too little."""

    name = "objections"
    draws = ("resolve",)
    parameters = (
        Parameter("buy_off", "lambda", 0.5, 0.25, 1.0, "share of a gain that makes up for a loss"),
        Parameter(
            "insistence",
            "phi",
            0.4,
            0.1,
            0.8,
            "share of what it asked for that a demandeur insists on",
        ),
        Parameter(
            "deadline",
            "gamma_t",
            0.25,
            0.0,
            0.5,
            "share of its insistence that is gone by the last session",
        ),
        Parameter(
            "blocking_cost",
            "k0",
            0.15,
            0.03,
            0.5,
            "cost of standing alone against consensus",
            ratio=True,
        ),
        Parameter(
            "company",
            "b",
            3.0,
            1.0,
            5.0,
            "how fast that cost falls with the weight of others who block",
        ),
        Parameter(
            "resolve_spread",
            "xi",
            0.3,
            0.1,
            0.5,
            "spread (sd of the log) of that cost between delegations and runs",
        ),
        Parameter(
            "frankness",
            *("omega", 0.5, 0.25, 1.0),
            "cost of objecting to a clause in a meeting, as a share of that of blocking",
        ),
        Parameter(
            "silence_habit",
            "h",
            0.25,
            0.0,
            1.0,
            "how much more it costs to break a silence than to speak up in a meeting",
        ),
    )
    outcomes = (
        Outcome(
            "deadlock",
            "why {draft} found no consensus",
            "why nobody's block could be avoided on {draft} at {stage}: no_text, whatever it said"
            " somebody would have blocked it; not_found, a text that nobody would have blocked"
            " existed, and was not found; none, it was not blocked",
            *(WORDS, Over.BALLOT),
            otherwise="why it found no consensus",
            words=DEADLOCKS,
        ),
        Outcome(
            "agreeable",
            "{draft} {clause} in a text that nobody would have blocked",
            "where {clause} of {draft} stands in a text that nobody would have blocked, where one"
            " existed and was not found; if it is left out there, the status quo",
            *(SCALE, Over.CLAUSE, 0, 100),
            missing=_NOT_FOUND,
            otherwise=f"as it stands there; missing where {_NOT_FOUND}",
        ),
        Outcome(
            "objecting",
            "objections to {clause} of {draft}",
            "members that object to {clause} of {draft}, to its issue by itself, when consensus"
            " was last sought",
            *("members", Over.CLAUSE, 0),
            missing="consensus was not sought",
            otherwise="as counted; missing where consensus was not sought",
            whole=True,
            members=True,
        ),
    )
    questions = {
        "block": Question(
            "whether it would keep the room from adopting this text by consensus",
            Answers.YES_NO,
            may_block,
            states=True,
        )
    }

    def fits(self, outline: Outline) -> bool:
        """Whether any room seeks consensus."""
        return any(rules.consensus for rules, _ in outline.texts)

    def in_use(self, setting: Setting) -> bool:
        """Whether any room seeks consensus."""
        return any(forum.rules.consensus for forum in setting.forums)

    def collect(
        self, setting: Setting, world: World
    ) -> Iterator[tuple[str, tuple[str, ...], npt.NDArray[Any]]]:
        """Read off why consensus failed, the text that would have held, and who objects."""
        for place, stage in setting.ballots:
            ballot = world.ballots[place, stage]
            why = np.where(ballot.verdict.how == How.NOT_REACHED, 0, ballot.text_existed + 1)
            yield "deadlock", (setting.drafts[place].label, stage), why.astype(np.int8)
        for place, draft in enumerate(setting.drafts):
            found = np.full((world.size, len(draft.clauses)), np.nan)
            objecting = np.full_like(found, np.nan)
            for (of, _), ballot in world.ballots.items():  # in their order: the last one counts
                if of == place and ballot.objecting is not None and ballot.found is not None:
                    reached = (ballot.verdict.how != How.NOT_REACHED)[:, None]
                    found = np.where(reached, ballot.found, found)
                    objecting = np.where(reached, ballot.objecting, objecting)
            for c, clause in enumerate(draft.clauses):
                about = (draft.label, clause)
                yield "agreeable", about, np.ascontiguousarray(found[:, c])
                yield "objecting", about, np.ascontiguousarray(objecting[:, c])


OBJECTIONS = Objections()
