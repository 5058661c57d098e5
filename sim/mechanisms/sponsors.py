"""Sponsors' drafting where texts are voted on: concede as much as is needed, and no more.

Sponsors look for the text z that maximises

    P(adopted | z) (min(g_s(z), g_s(tabled)) - alternative) + w (share in favour) - r (change)

g_s is their gain, averaged by capability; the alternative is what a rival text would give them
(`sim.mechanisms.rivals`). They have asked for what they want by tabling it: what goes beyond is no
gain to them. P is what the vote is expected to bring (`sim.mechanisms.prospects`), vetoes and
quorum included, and counts those that a rival would win. Without noise, and tabled at the sponsors'
own position, this is the agenda setter of Romer and Rosenthal (1978). The search is first along
the line to the status quo, then clause by clause, by ever smaller steps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.ask import Answer, Phase
from sim.core.gain import Reading, shares
from sim.core.happenings import DRAFT, Done, Verb
from sim.core.mechanism import Axes, Mechanism, When
from sim.core.parameters import Parameter
from sim.core.setting import Meeting, Scene, Setting
from sim.core.support import reading, systematic
from sim.core.world import Page, World
from sim.forums.rules import Rules
from sim.mechanisms.memory import heard, width
from sim.mechanisms.prospects import lead, prospects, say
from sim.mechanisms.rivals import alternative, rivals_of
from sim.mechanisms.tabling import amended, versions

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

LINE = np.linspace(0.0, 1.0, 11)  # where the search looks first, from the status quo to the text
HALVINGS = 7  # of the step about the best of them, for a text of one clause
STEPS = (0.15, 0.03)  # how far clauses are moved, sweep by sweep
_BETTER = 1e-9
FULL = 100.0


@dataclass
class Aims:
    """What sponsors weigh: a function of the text's values."""

    setting: Setting
    world: World
    meeting: Meeting
    draft: int

    def __post_init__(self) -> None:
        """Read once what does not depend on the values."""
        setting, world, draft = self.setting, self.world, self.draft
        self.reading: Reading = reading(setting, world, draft)
        self.say = say(setting, world, self.meeting, draft)
        self.band = width(setting, world, draft)
        self.stakes = world.column("stakes") * heard(setting, world, draft)[:, None]
        self.apart = systematic(setting, world, draft)
        self.apart -= self.stakes * self.gains(world.value[draft])
        text = setting.drafts[draft]
        share = shares(text.issue, text.weight)
        self.share = share / share.sum()
        self.tabled = np.take(setting.worlds.values[draft], world.which, axis=0)
        self.most = self._for_sponsors(self.gains(self.tabled))
        self.otherwise = self._for_sponsors(alternative(setting, world, draft))

    def __call__(self, value: Floats) -> Floats:
        """Value of a text to its sponsors: (runs,)."""
        return self.worth(self.gains(value), value)

    def gains(self, value: Floats) -> Floats:
        """What everyone gains by a text: (runs, actors)."""
        gains: Floats = self.reading.gains(value, self.world.active[self.draft]).sum(axis=2)
        return gains

    def worth(self, gains: Floats, value: Floats) -> Floats:
        """Value to its sponsors of a text by which everyone gains so much: (runs,)."""
        adopted, in_favour = self.prospects(gains)
        change = (np.abs(value - self.tabled) * self.share).sum(axis=1)
        gain = np.minimum(self._for_sponsors(gains), self.most) - self.otherwise
        worth: Floats = (
            adopted * gain
            + self.world.parameters["support_weight"] * in_favour
            - self.world.parameters["revision_cost"] * change
        )
        return worth

    def prospects(self, gains: Floats) -> tuple[Floats, Floats]:
        """Chance of adoption, and expected share of members in favour: (runs,) each."""
        own = self.apart + self.stakes * gains
        return prospects(self.setting, self.world, self.meeting, self.draft, own, self.band)

    def _for_sponsors(self, gains: Floats) -> Floats:
        total: Floats = (self.say * gains).sum(axis=1)
        return total


def revise(aims: Aims, value: Floats) -> None:
    """Change the text, in place, to what serves its sponsors best."""
    _soften(aims, value)
    gains, best = aims.gains(value), aims(value)
    for step in STEPS:
        for clause in range(value.shape[1]):
            gains, best = _move(aims, value, clause, step, gains, best)


def _soften(aims: Aims, value: Floats) -> None:
    """Search the line from the status quo to the text; keep what is better."""
    status_quo, start, best = aims.reading.status_quo, value.copy(), aims(value)
    top, here = np.full(len(value), -np.inf), np.ones(len(value))

    def look(t: Floats) -> None:
        nonlocal best, top, here
        candidate = status_quo + t[:, None] * (start - status_quo)
        worth = aims(candidate)
        better, higher = worth > best + _BETTER, worth > top
        value[better] = candidate[better]
        best, top = np.where(better, worth, best), np.where(higher, worth, top)
        here = np.where(higher, t, here)

    for t in LINE:
        look(np.full(len(value), t))
    reach = LINE[1]
    for _ in range(HALVINGS if value.shape[1] == 1 else 0):
        reach /= 2
        centre = here
        look(np.clip(centre - reach, 0.0, 1.0))
        look(np.clip(centre + reach, 0.0, 1.0))


def _move(
    aims: Aims, value: Floats, clause: int, step: float, gains: Floats, best: Floats
) -> tuple[Floats, Floats]:
    """Try a clause a step lower, a step higher, and where a parabola through them has its top.

    Keeps what is better, in ``value``; returns everyone's gain and the worth of the text then.
    """
    stands, now = aims.world.active[aims.draft][:, clause], value[:, clause].copy()
    others = gains - np.where(stands[:, None], aims.reading.of_clause(clause, now), 0.0)

    def look(z: Floats) -> Floats:
        nonlocal gains, best
        candidate = value.copy()
        candidate[:, clause] = z
        summed = others + np.where(stands[:, None], aims.reading.of_clause(clause, z), 0.0)
        worth = aims.worth(summed, candidate)
        better = (worth > best + _BETTER) & stands
        value[better, clause] = z[better]
        best, gains = np.where(better, worth, best), np.where(better[:, None], summed, gains)
        return worth

    middle = best
    lower = look(np.clip(now - step, 0.0, 1.0))
    higher = look(np.clip(now + step, 0.0, 1.0))
    bend = lower - 2 * middle + higher
    top = step / 2 * (lower - higher) / np.where(bend < 0, bend, -np.inf)
    look(np.clip(now + np.clip(top, -step, step), 0.0, 1.0))
    return gains, best


def _take_up(aims: Aims, value: Floats, proposed: Answer) -> None:
    """Write into the text each proposed value that serves the sponsors no worse: a friendly one."""
    for version in versions(proposed, value):
        friendly = aims(version) >= aims(value)
        value[friendly] = version[friendly]


class Sponsors(Mechanism):
    """Sponsors' drafting where texts are voted on: concede as much as is needed, and no more."""

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
    acts = {"revises": "revises its text, in points of its scales on average"}
    dynamic = True
    sources = ("romer1978",)

    def drafts(self, rules: Rules) -> str:
        """Refuse rules without a vote."""
        return "" if rules.vote else "sponsors write for a majority, and these rules take no vote"

    def play(self, setting: Setting, world: World, meeting: Meeting) -> Phase:
        """Let the sponsors of every draft revise it, with what others propose before them."""
        for draft in setting.forums[meeting.forum].drafts:
            aims, before = Aims(setting, world, meeting, draft), world.value[draft].copy()
            proposed = yield from amended(setting, world, meeting, draft)
            _take_up(aims, world.value[draft], proposed)
            revise(aims, world.value[draft])
            self._log(aims, before)
            nobody = np.zeros(world.size, np.int64)
            value, active = world.value[draft].copy(), world.active[draft].copy()
            world.pages[draft].append(Page(meeting.session, value, active, nobody))

    def _log(self, aims: Aims, before: Floats) -> None:
        """Write down that the sponsors have revised their text, and whose it answers."""
        setting, world, draft = aims.setting, aims.world, aims.draft
        moved = FULL * (np.abs(world.value[draft] - before) * aims.share).sum(axis=1)
        answers = ", ".join(setting.drafts[rival].label for rival in rivals_of(setting, draft))
        if (actor := lead(setting, aims.meeting, draft)) >= 0:
            size = np.where(aims.say[:, actor] * moved > 0, moved, np.nan)
            reason = f"answers {answers}" if answers else ""
            self.act(world, aims.meeting, "revises", actor, -1, draft, size, reason)


LAPSES = "withdraws sponsorship of"


def lapsed(scene: Scene, draft: int) -> Bools:
    """Who has taken its name off a draft for good: (actors,)."""
    lapses: Bools = scene.parts["sponsorship"][:, draft]
    return lapses


class Sponsorship(Mechanism):
    """Sponsorship: who puts its name to a text stands by it."""

    name = "sponsorship"
    when = When.OPENING
    after = ("events",)
    verbs = {
        LAPSES: Verb(
            f"{LAPSES} DRAFT: takes its name off that draft, and does not put it back", DRAFT
        )
    }
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
    terms = {"sponsorship": "its own name under the text"}
    of_text = True
    dynamic = True
    off = {"sponsorship": 0.0}

    def opening(self, said: Mapping[str, Any], axes: Axes) -> Bools:
        """Nobody has taken its name off a draft at first: (actors, drafts)."""
        return np.zeros((len(axes.actors), len(axes.drafts)), dtype=bool)

    def done(self, scene: Scene, done: Done, axes: Axes) -> Scene:
        """The scene once an actor's sponsorship has lapsed."""
        at = axes.mask([done.actor])[:, None] & axes.labelled(done.object)
        return replace(scene, parts={**scene.parts, self.name: scene.parts[self.name] | at})

    def play(self, setting: Setting, world: World, meeting: Meeting) -> Phase:
        """Take the names off that no longer stand."""
        scene = setting.scene(meeting.session)
        world.sponsors[:] = [
            names & ~lapsed(scene, draft) for draft, names in enumerate(world.sponsors)
        ]
        yield from ()

    def support(self, setting: Setting, world: World, draft: int) -> Iterator[tuple[str, Floats]]:
        """Add what its own name under a text moves a delegation."""
        yield "sponsorship", world.column("sponsorship") * world.sponsors[draft]
