"""Effort: what each delegation can spend in a session, and what it spends it on.

    E_i = staff_i x office_i x error_i          e_iw = E_i worth_iw / (r + sum over w of worth_iw)

staff_i = q + (1 - q) capability_i stands for people and means: a small delegation is not without.
office_i is 1 where the foreign ministry has a post of its own for cyberspace by the scenario's
date, and less where not. The error is log-normal, once a run. Effort goes to what mechanisms offer
(lobbying ...), in proportion to what it is worth there, and to other business, which is worth r.
What goes to an act goes to its targets by reach and pull.
A scenario may say E itself. Budgets proportional to worth are those of the equilibrium of Snyder
(1989); staff and office as measures of a small state's capacity: Panke (2012).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from sim import delimited, shipped
from sim.core import special
from sim.core.ask import Answer, Ask, Phase
from sim.core.fields import ActorRef, Percent
from sim.core.happenings import Change
from sim.core.mechanism import Axes, Mechanism, Section, When, Wish, each, overrides
from sim.core.outcome import Outcome, Over
from sim.core.parameters import Parameter
from sim.core.question import Answers, Question
from sim.core.setting import Meeting, Scene, Setting
from sim.core.world import World
from sim.mechanisms.coalitions import pooled

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

FULL = 100.0
QUIETEST = 0.2  # q: staff of a delegation without capability; assumed
SAID = "effort.ACTOR"


@dataclass(frozen=True)
class Means:
    """What delegations have: staff or what the scenario says, and who has an office."""

    amount: Floats  # (actors,), 0-1
    said: Bools  # (actors,): by the scenario, which no office and no error changes
    office: Bools  # (actors,)


@dataclass
class Spent:
    """What went into one act on one draft: as usual by worth, or as a delegation decided."""

    wish: Wish
    usual: Floats  # (runs, actors): in all; 0 of those who decided themselves
    own: dict[int, Floats] = field(default_factory=dict)  # actor -> (runs, targets)

    @property
    def total(self) -> Floats:
        """What each spent on it: (runs, actors)."""
        total = self.usual.copy()
        for actor, to in self.own.items():
            total[:, actor] = to.sum(axis=1)
        return total

    @property
    def rate(self) -> Floats:
        """What each spends for a unit of reach times pull: (runs, actors)."""
        return _over(self.usual, self.wish.market.whole)

    def to(self, actors: Sequence[int]) -> Floats:
        """What some actors spend on each target: (runs, these actors, targets)."""
        market, rate = self.wish.market, np.take(self.rate, actors, axis=1)
        spread = rate[:, :, None] * market.reach.strength[list(actors)] * market.pull[:, None, :]
        for place, actor in enumerate(actors):
            spread[:, place] += self.own.get(actor, 0.0)
        return spread

    @property
    def reaching(self) -> Floats:
        """What gets through from each to each target: (runs, actors, targets)."""
        market = self.wish.market
        got = self.rate[:, :, None] * market.reach.heard * market.pull[:, None, :]
        for actor, to in self.own.items():
            got[:, actor] += to * market.reach.strength[actor]
        return got

    @property
    def received(self) -> Floats:
        """What gets through to each target: (runs, actors)."""
        market = self.wish.market
        got = market.pull * each(self.rate, market.reach.heard)
        for actor, to in self.own.items():
            got += to * market.reach.strength[actor]
        return got


def _over(part: Floats, whole: Floats) -> Floats:
    return np.where(whole > 0, part / np.where(whole > 0, whole, 1.0), 0.0)


@cache
def offices() -> dict[str, int]:
    """The year from which a foreign ministry has a post or office for cyberspace, by state."""
    table = delimited.read(shipped.data("offices.csv"), "offices.csv")
    return {row["iso3"]: int(row["year"]) for row in table.named()}


def effort(setting: Setting, world: World, session: int) -> Floats:
    """What each delegation has to spend in a session: (runs, actors), 0 of those not there.

    Where coalitions have formed, leaders have what their members put in, and members the less.
    """
    scene, means = setting.scene(session), setting.scene(session).parts["effort"]
    office = np.where(means.office, 1.0, world.column("without_office"))
    drawn = np.where(means.said, 1.0, office * world.state["effort"]["error"])
    have = means.amount * drawn * scene.present
    for mechanism in setting.doing("able"):
        factor = mechanism.able(setting, world, session)
        have = have if factor is None else have * factor
    return pooled(setting, world, have)


def heeded(setting: Setting, world: World, session: int, wish: Wish) -> Wish:
    """The wish as worth as those who see little of its draft make of it."""
    for mechanism in setting.doing("heeds"):
        factor = mechanism.heeds(setting, world, session, wish.draft)
        wish = wish if factor is None else replace(wish, worth=wish.worth * factor)
    return wish


def split(have: Floats, wishes: Sequence[Wish], other: Floats) -> list[Floats]:
    """Divide effort in proportion to worth, among wishes and other business: (runs, actors) each.

    ``other`` is what other business is worth, (runs, 1).
    """
    worth = sum((wish.worth for wish in wishes), np.zeros_like(have))
    return [have * _over(wish.worth, other + worth) for wish in wishes]


def _paid_for() -> Iterator[Mechanism]:
    """The mechanisms that offer acts which effort pays for."""
    from sim.core.registry import mechanisms

    return (m for m in mechanisms() if overrides(m, "wishes"))


def present(setting: Setting, _: World, ask: Ask) -> Bools:
    """Those who are there: (actors,)."""
    assert ask.meeting is not None
    return setting.scene(ask.meeting.session).present


class Effort(Mechanism):
    """Effort: what each delegation can spend in a session, and what it spends it on."""

    name = "effort"
    when = When.OPENING
    after = ("influence", "coalitions")
    scenario = {
        "effort": Section(
            dict[ActorRef, Percent],
            {},
            "what delegations can spend a session, 0-100, where it is known better than by"
            " capability and office; 100: what the most capable has",
        )
    }
    parameters = (
        Parameter(
            *("without_office", "o", 0.6, 0.3, 1.0),
            "effort of a delegation whose ministry has no office for cyberspace; 1: as with one",
        ),
        Parameter(
            *("other_business", "r", 6.0, 2.0, 12.0),
            "what other business is worth, in logits at stake: who has as much at stake spends"
            " half of its effort",
        ),
        Parameter(
            *("effort_spread", "sigma_e", 0.3, 0.0, 0.6),
            "spread (sd of the log) of effort between delegations and runs",
        ),
    )
    draws = ("error",)
    questions = {
        "act": Question("what it spends its effort on in this session", Answers.ACTS, present)
    }
    events = {SAID: "what it can spend from then on"}
    outcomes = (
        Outcome(
            "effort_spent",
            "effort spent on {draft}",
            "what all delegations spent on {draft}, for and against, over all sessions; 100: what"
            " the most capable has in one session",
            *("points", Over.DRAFT, 0, None, 0),
            otherwise="what was spent before it fell",
        ),
    )
    dynamic = True
    sources = ("snyder1989", "panke2012")

    def warnings(self, said: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Warn of effort that nothing uses."""
        if said["effort"] and not self.said(said):
            yield ("effort",), "nothing spends it: lobbying is off"

    def said(self, sections: Mapping[str, Any]) -> bool:
        """Whether anything is paid for with effort."""
        return any(m.said(sections) for m in _paid_for())

    def opening(self, said: Mapping[str, Any], axes: Axes) -> Means:
        """What delegations have at first."""
        by_staff = QUIETEST + (1 - QUIETEST) * axes.capability
        amount = [
            said["effort"].get(actor, FULL * staff) / FULL
            for actor, staff in zip(axes.actors, by_staff.tolist(), strict=True)
        ]
        since, year = offices(), axes.date.year if axes.date else 0
        office = [since.get(actor, year + 1) <= year or not axes.date for actor in axes.actors]
        company = ~axes.states  # it has no ministry, and its capability is its office
        return Means(
            np.array(amount), axes.mask(said["effort"]), np.array(office, dtype=bool) | company
        )

    def set(self, scene: Scene, change: Change, axes: Axes) -> Scene:
        """The scene once a delegation has more or less to spend."""
        means, who = scene.parts[self.name], axes.mask(change.names)
        amount = np.where(who, change.value / FULL, means.amount)
        changed = replace(means, amount=amount, said=means.said | who)
        return replace(scene, parts={**scene.parts, self.name: changed})

    def in_use(self, setting: Setting) -> bool:
        """Whether anything is paid for with effort."""
        return any(m.in_use(setting) for m in _paid_for())

    def begin(self, setting: Setting, world: World) -> dict[str, Any]:
        """Draw how far each is from what its means say."""
        z = special.ndtri(self.luck(world, "error", setting.labels))
        nothing = [np.zeros(world.size) for _ in setting.drafts]
        return {
            "error": np.exp(world.column("effort_spread") * z),
            "all": nothing,
            "spent": {},
        }

    def play(self, setting: Setting, world: World, meeting: Meeting) -> Phase:
        """Divide everyone's effort, ask who would do otherwise, and keep what is spent."""
        state = self.state(world)
        have = effort(setting, world, meeting.session)
        wishes = [
            heeded(setting, world, meeting.session, wish)
            for mechanism in setting.doing("wishes")
            for wish in mechanism.wishes(setting, world, meeting)
        ]
        shares = split(have, wishes, world.column("other_business"))
        spent = [Spent(wish, usual) for wish, usual in zip(wishes, shares, strict=True)]
        state["spent"] = {(one.wish.act, one.wish.draft): one for one in spent}
        standard = _standard(spent, world, len(setting.actors))
        options = tuple((wish.act, wish.draft) for wish in wishes)
        answer = yield Ask("act", standard, meeting, options=options)
        if answer is not standard:
            _replace(spent, answer, standard)
        for one in spent:
            state["all"][one.wish.draft] += one.total.sum(axis=1)

    def collect(
        self, setting: Setting, world: World
    ) -> Iterator[tuple[str, tuple[str, ...], Floats]]:
        """Read off what went into every draft."""
        for draft, total in zip(setting.drafts, self.state(world)["all"], strict=True):
            yield "effort_spent", (draft.label,), FULL * total

    def show(
        self, said: Mapping[str, Any], names: Callable[[Iterable[str]], str], actor: str = ""
    ) -> Iterator[str]:
        """List the efforts that the scenario says, or that of one actor."""
        for one, amount in said["effort"].items():
            if not actor or actor == one:
                yield f"effort of {names([one])}: {amount:g} a session"


def _standard(spent: Sequence[Spent], world: World, actors: int) -> Answer:
    """What everyone spends on whom, (runs, actors, acts, targets).

    An ensemble, in which nobody else decides, has no use for it: there it is not-a-number.
    """
    shape = (world.size, actors, len(spent), actors)
    if not world.detailed:
        return np.broadcast_to(np.nan, shape)
    every = list(range(actors))
    return np.stack([one.to(every) for one in spent], axis=2) if spent else np.zeros(shape)


def _replace(spent: Sequence[Spent], answer: Answer, standard: Answer) -> None:
    """Put the decisions of those who decided for themselves in the place of the usual ones."""
    differs = ~np.all((answer == standard) | np.isnan(answer), axis=(0, 2, 3))
    for actor in np.flatnonzero(differs).tolist():
        for place, one in enumerate(spent):
            one.own[actor] = np.ascontiguousarray(answer[:, actor, place])
            one.usual[:, actor] = 0.0
