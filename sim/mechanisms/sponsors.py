"""Sponsors' drafting where texts are voted on: ask for as much as will still carry.

Sponsors look for the text z that maximises

    P(adopted | z) g_s(z) + w (share in favour) - r (change to their text)

g_s is their gain, averaged by capability. P is a normal approximation to the tally, with each
delegation's chances from the model's own support. Without noise this is the agenda setter of
Romer and Rosenthal (1978). The search is first along the line to the status quo, then clause
by clause, each on a grid that is refined about its best point.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

import numpy as np
import numpy.typing as npt

from sim.core import special
from sim.core.ask import Answer, Ask, Phase
from sim.core.gain import Reading, shares
from sim.core.mechanism import Mechanism, When
from sim.core.parameters import Parameter
from sim.core.question import Answers, Question
from sim.core.setting import Forum, Meeting, Scene, Setting
from sim.core.support import bound, reading, systematic
from sim.core.world import Page, World
from sim.forums.decision import enough_present, needed
from sim.forums.rules import Rules
from sim.mechanisms.attendance import probability
from sim.mechanisms.memory import heard, width

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

GRID, REFINEMENTS, SWEEPS = 21, 3, 2
JOINING = 3.0  # logits a state must gain to put its name to a text: assumed
_STEP = 1e-9  # the noise of a vote without noise
_BETTER = 1e-9
_AT_LEAST = 2e-4  # a share of weights that is met to the dot is met


@dataclass
class Aims:
    """What sponsors weigh: a function of the text's values."""

    setting: Setting
    world: World
    meeting: Meeting
    draft: int

    def __post_init__(self) -> None:
        """Read once what does not depend on the values."""
        world, draft = self.world, self.draft
        self.reading: Reading = reading(self.setting, world, draft)
        self.scene: Scene = self.setting.scene(self.meeting.session)
        self.forum: Forum = self.setting.forums[self.meeting.forum]
        now = self.reading.gains(world.value[draft], world.active[draft]).sum(axis=2)
        self.band = width(self.setting, world, draft)
        self.stakes = world.column("stakes") * heard(self.setting, world, draft)[:, None]
        self.apart = systematic(self.setting, world, draft) - self.stakes * now
        text = self.setting.drafts[draft]
        share = shares(text.issue, text.weight)
        self.share = share / share.sum()
        self.tabled = self.setting.worlds.values[draft][world.which]
        weight = (
            world.sponsors[draft]
            * (self.scene.seated & self.scene.speaking)
            * (self.scene.capability + 1e-6)
        )
        self.say = weight / np.maximum(weight.sum(axis=1), 1e-12)[:, None]

    def __call__(self, value: Floats) -> Floats:
        """Value of a text to its sponsors: (runs,)."""
        world = self.world
        gains = self.reading.gains(value, world.active[self.draft]).sum(axis=2)
        adopted, in_favour = self.prospects(gains)
        change = (np.abs(value - self.tabled) * self.share).sum(axis=1)
        gain = (self.say * gains).sum(axis=1)
        worth: Floats = (
            adopted * gain
            + world.parameters["support_weight"] * in_favour
            - world.parameters["revision_cost"] * change
        )
        return worth

    def prospects(self, gains: Floats) -> tuple[Floats, Floats]:
        """Chance of adoption, and expected share of members in favour: (runs,) each."""
        world, forum = self.world, self.forum
        own = self.apart + self.stakes * gains
        expected = bound(self.setting, world, self.meeting, self.draft, own)
        there = 1 - probability(self.setting, world, self.meeting, self.draft)
        there = there * (forum.members & self.scene.present)
        spread = np.maximum(world.column("noise"), _STEP)
        yes = there * special.expit((expected - self.band) / spread)
        no = there * special.expit((-expected - self.band) / spread)
        carries = chance_of_adoption(yes, no, there, forum, self.scene)
        return carries, yes.sum(axis=1) / forum.members.sum()


def chance_of_adoption(
    yes: Floats, no: Floats, there: Floats, forum: Forum, scene: Scene
) -> Floats:
    """Chance that a vote carries, (runs,), from each member's to be for, against, and there."""
    seats = forum.members & scene.seated
    of_heads = _of_members if forum.rules.vote == "members" else _of_votes
    # Heads and weights are of the same votes: the two majorities mostly stand or fall together.
    carries = np.minimum(of_heads(yes, no, forum, seats), _weighty(yes, forum, seats))
    # How many are there is taken to say little of how they vote, and a veto little of the others.
    unvetoed: Floats = np.where(forum.vetoes & seats, 1 - no, 1.0).prod(axis=1)
    return carries * _quorate(there, forum, seats) * unvetoed


def _of_members(yes: Floats, _: Floats, forum: Forum, seats: Bools) -> Floats:
    """Chance of a majority of all members: (runs,)."""
    least = float(needed(np.array([np.count_nonzero(seats)]), forum.rules)[0])
    return _above(yes.sum(axis=1), _variance(yes), least - 0.5)


def _of_votes(yes: Floats, no: Floats, forum: Forum, _: Bools) -> Floats:
    """Chance of a majority of those for and against, one at least being for: (runs,)."""
    rules = forum.rules
    up, down = 1 - rules.majority, rules.majority
    mean = up * yes.sum(axis=1) - down * no.sum(axis=1)
    square = up * up * yes + down * down * no - (up * yes - down * no) ** 2
    # The balance of votes moves in steps of 1/b where the majority is a/b: half a step decides.
    half = 0.5 / Fraction(rules.majority).limit_denominator(100).denominator
    enough = _above(mean, square.sum(axis=1), half if rules.more_than else -half)
    anybody: Floats = 1 - (1 - yes).prod(axis=1)
    return np.minimum(enough, anybody)


def _quorate(there: Floats, forum: Forum, seats: Bools) -> Floats:
    """Chance that enough members are there for a decision: (runs,)."""
    if not forum.rules.quorum:
        return np.ones(len(there))
    least = enough_present(int(np.count_nonzero(seats)), forum.rules)
    return _above(there.sum(axis=1), _variance(there), least - 0.5)


def _weighty(yes: Floats, forum: Forum, seats: Bools) -> Floats:
    """Chance that the second majority, of weights, is met: (runs,)."""
    if not forum.rules.weight_share:
        return np.ones(len(yes))
    heavy = np.where(seats, forum.weights, 0.0)
    share = heavy / heavy.sum()
    least = forum.rules.weight_share - _AT_LEAST
    met = _above((share * yes).sum(axis=1), _variance(yes, share), least)
    too_few = np.count_nonzero(seats) - forum.rules.blocking_minority + 0.5
    return np.maximum(met, _above(yes.sum(axis=1), _variance(yes), too_few))


def _above(mean: Floats, variance: Floats, needed: Floats | float) -> Floats:
    """Chance that a sum of votes lies above what is needed (normal approximation)."""
    chance: Floats = special.ndtr((mean - needed) / np.sqrt(variance + _STEP))
    return chance


def _variance(chance: Floats, weight: Floats | float = 1.0) -> Floats:
    """Variance of a weighted count of votes cast with these chances: (runs,)."""
    total: Floats = (weight * weight * chance * (1 - chance)).sum(axis=1)
    return total


def revise(aims: Aims, value: Floats) -> None:
    """Change the text, in place, to what serves its sponsors best."""
    status_quo, start = aims.reading.status_quo, value.copy()
    _along(aims, value, lambda t: status_quo + t[:, None] * (start - status_quo))
    for _ in range(SWEEPS):
        for clause in range(value.shape[1]):
            _along(aims, value, partial(_with_clause, value.copy(), clause))


def _with_clause(value: Floats, clause: int, t: Floats) -> Floats:
    changed = value.copy()
    changed[:, clause] = t
    return changed


def _along(aims: Aims, value: Floats, text: Callable[[Floats], Floats]) -> None:
    """Search one direction, t in 0-1, by a grid refined about its best; keep what is better."""
    best, centre, reach = aims(value), np.full(len(value), 0.5), 0.5
    chosen = value.copy()
    for _ in range(REFINEMENTS):
        top, here = np.full(len(value), -np.inf), centre
        for step in np.linspace(-1.0, 1.0, GRID):
            t = np.clip(centre + step * reach, 0.0, 1.0)
            candidate = text(t)
            worth = aims(candidate)
            higher = worth > top
            top, here = np.where(higher, worth, top), np.where(higher, t, here)
            better = worth > best + _BETTER
            best = np.where(better, worth, best)
            chosen = np.where(better[:, None], candidate, chosen)
        centre, reach = here, reach * 2 / (GRID - 1)
    value[:] = chosen


def _take_up(aims: Aims, value: Floats, amendments: Answer) -> None:
    """Write into the text each proposed value that serves the sponsors no worse: a friendly one."""
    for actor in np.flatnonzero(~np.isnan(amendments).all(axis=(0, 2))):
        proposed = np.where(
            np.isnan(amendments[:, actor]), value, np.clip(amendments[:, actor], 0, 1)
        )
        friendly = aims(proposed) >= aims(value)
        value[friendly] = proposed[friendly]


def _joining(setting: Setting, world: World, meeting: Meeting, draft: int) -> Bools:
    """Who puts its name to the text: its sponsors, and members that gain clearly by it."""
    scene, forum = setting.scene(meeting.session), setting.forums[meeting.forum]
    gains = (
        reading(setting, world, draft).gains(world.value[draft], world.active[draft]).sum(axis=2)
    )
    keen = world.column("stakes") * gains > JOINING
    present = forum.members & scene.heard
    joined: Bools = (world.sponsors[draft] | keen) & present
    return joined


def members_there(setting: Setting, _: World, ask: Ask) -> Bools:
    """Members that are in the room and speak: (actors,)."""
    forum, scene = ask.room(setting)
    return forum.members & scene.heard


class Sponsors(Mechanism):
    """Sponsors' drafting where texts are voted on: ask for as much as will still carry."""

    name = "sponsors"
    when = When.DRAFTING
    drafting = "sponsors"
    parameters = (
        Parameter("support_weight", "w", 0.02, 0.0, 0.1, "what sponsors give for wide support"),
        Parameter(
            "revision_cost",
            "r",
            0.05,
            0.0,
            0.2,
            "what sponsors lose per unit of change to their text",
        ),
    )
    questions = {
        "join": Question(
            "whether it puts its name to this text, once its sponsors have revised it",
            Answers.YES_NO,
            members_there,
            states=True,
        )
    }
    dynamic = True
    sources = ("Romer and Rosenthal 1978",)

    def drafts(self, rules: Rules) -> str:
        """Refuse rules without a vote."""
        return "" if rules.vote else "sponsors write for a majority, and these rules take no vote"

    def play(self, setting: Setting, world: World, meeting: Meeting) -> Phase:
        """Let the sponsors of every draft revise it, then ask who joins them."""
        for draft in setting.forums[meeting.forum].drafts:
            aims = Aims(setting, world, meeting, draft)
            shape = (world.size, len(setting.actors), world.value[draft].shape[1])
            amendments = yield self.ask("amend", np.full(shape, np.nan), meeting, draft)
            _take_up(aims, world.value[draft], amendments)
            revise(aims, world.value[draft])
            joining = _joining(setting, world, meeting, draft)
            world.sponsors[draft] = yield self.ask("join", joining, meeting, draft)
            nobody = np.zeros(world.size, np.int64)
            value, active = world.value[draft].copy(), world.active[draft].copy()
            world.pages[draft].append(Page(meeting.session, value, active, nobody))


class Sponsorship(Mechanism):
    """Sponsorship: who puts its name to a text stands by it."""

    name = "sponsorship"
    parameters = (
        Parameter(
            "sponsorship",
            "s",
            2.0,
            0.0,
            6.0,
            "extra support of those who sponsor a text, in logits",
            fitted=True,
        ),
    )
    dynamic = True
    off = {"sponsorship": 0.0}

    def support(self, setting: Setting, world: World, draft: int) -> Iterator[tuple[str, Floats]]:
        """Add what its own name under a text moves a delegation."""
        yield "sponsorship", world.column("sponsorship") * world.sponsors[draft]
