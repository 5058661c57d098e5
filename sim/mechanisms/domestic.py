"""Domestic level: what a legislature would not ratify, its delegation may not accept.

    a text at z on an issue, from the status quo q, passes the legislature if
        z <= max(q, 2 v+ - q)    v+ = h - m (h - l)      where it goes up
        z >= min(q, 2 v- - q)    v- = l + m (h - l)      where it goes down
    a_i  -=  w s_i sum_c (share of clause c in its issue) (how far c lies outside)

The win-set of a two-level game (Putnam 1988). Members of a legislature stand evenly from l to h,
two spreads apart about its median. Each prefers what is nearer of text and status quo, and v is the
member whose consent completes the majority m: the larger m, the smaller the win-set. s is how much
the government must heed it, from 0 to 1. In a room that seeks consensus the win-set at the opening
bounds what a delegation can accept, as a red line does, if it must heed its legislature by more
than half: so others come towards a delegation whose hands are tied (Schelling 1960), which follows
and is not built in. An adopted text that is wholly inside is ratified at a rate r.

w is assumed, and its range holds no effect. r is that of the 18 states, Albania to Hungary, that
had ratified the convention of Budapest by 2015, 4.2 years after they signed on average; those that
had not are left out, so it is rather too fast.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, NamedTuple

import numpy as np
import numpy.typing as npt
from pydantic import Field

from sim.core.ask import Phase
from sim.core.calendar import years
from sim.core.fields import ActorRef, IssueRef, Majority, Once, Part, Percent
from sim.core.gain import shares
from sim.core.happenings import Change
from sim.core.mechanism import Axes, Bars, Look, Mechanism, Section, Telling, When
from sim.core.outcome import TRUTH, Outcome, Over
from sim.core.parameters import Parameter
from sim.core.setting import Meeting, Scene, Setting
from sim.core.world import Ballot, World
from sim.forums.rules import MAJORITIES, How

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

FULL = 100.0
HEEDED = "domestic.ACTOR.heeded"
HALF = 0.5
_ROUNDING = 1e-12


class WrittenLegislature(Part):
    """Who must ratify what a delegation agrees to."""

    median: dict[IssueRef, Percent] = Field(description="where its middle member stands, by issue")
    spread: Percent = Field(
        default=20.0, description="how far its outermost members stand from the middle, 0-100"
    )
    majority: Majority = Field(
        default="simple", description="what it takes: simple, two_thirds, or a per cent"
    )
    heeded: Percent = Field(default=FULL, description="how much the government must heed it, 0-100")


class Legislature(NamedTuple):
    """One legislature, on 0-1: by issue, the member whose consent carries a move up, and down."""

    actor: int
    up: Mapping[int, float]
    down: Mapping[int, float]


@dataclass(frozen=True)
class Heeded:
    """How much each government must heed its legislature in a session: (legislatures,)."""

    share: Floats


class Domestic(Mechanism):
    """Domestic level: what a legislature would not ratify, its delegation may not accept."""

    name = "domestic"
    when = When.CLOSING
    scenario = {
        "domestic": Section(
            Annotated[dict[ActorRef, WrittenLegislature], Once],
            {},
            "legislatures that must ratify what delegations agree to",
        )
    }
    parameters = (
        Parameter(
            *("domestic_weight", "w", 20.0, 0.0, 60.0),
            "what a clause costs that lies wholly outside a win-set, in logits",
        ),
        Parameter(
            *("ratification", "r", 0.24, 0.05, 0.5),
            "rate a year at which a text inside the win-set is ratified",
            source="Budapest, 18 states: 4.2 years from signature to ratification (coe.int, 2015)",
        ),
    )
    draws = ("ratify",)
    events = {HEEDED: "how much its government must heed the legislature from then on"}
    outcomes = (
        Outcome(
            "win_set",
            "{draft} is in all win-sets",
            "whether {draft}, as it stands in the end, lies in the win-set of every legislature",
            *(TRUTH, Over.DRAFT, 0, 1),
        ),
        Outcome(
            "ratified",
            "texts that {actor} ratifies",
            "adopted texts that {actor} has ratified by the end",
            *("texts", Over.ACTOR, 0, None, 0),
            whole=True,
        ),
    )
    acts = {"ratifies": "ratifies an adopted text; one text"}
    tellings = {
        "ratifies": Telling("ratified {draft}", 1),
    }
    figures = (Bars("ratified", "What was ratified"),)
    sources = ("putnam1988", "schelling1960")
    terms = {"domestic": "what would not be ratified at home"}
    dynamic = True

    # What a scenario says

    def check(self, said: Mapping[str, Any], look: Look) -> None:
        """Refuse legislatures of no state, or that care for nothing."""
        for actor, home in said["domestic"].items():
            at = ("domestic", actor)
            if actor in look.actors and look.actors[actor].kind != "state":
                look.wrong(at, "is no state, and has no legislature", actor, "states")
            if not home.median:
                look.wrong((*at, "median"), "it stands nowhere", "", "one issue or more")

    def compile(self, said: Mapping[str, Any], axes: Axes) -> tuple[Legislature, ...] | None:
        """Find the members that are decisive."""
        return tuple(_made(actor, home, axes) for actor, home in said["domestic"].items()) or None

    def opening(self, said: Mapping[str, Any], axes: Axes) -> Heeded | None:
        """How much each is heeded at first."""
        shares_ = [home.heeded / FULL for home in said["domestic"].values()]
        return Heeded(np.array(shares_)) if shares_ else None

    def set(self, scene: Scene, change: Change, axes: Axes) -> Scene:
        """The scene once a government must heed its legislature more or less."""
        now: Heeded = scene.parts[self.name]
        at = np.array([actor in change.names for actor in axes.named[self.name]])
        heeded = Heeded(np.where(at, change.value / FULL, now.share))
        return replace(scene, parts={**scene.parts, self.name: heeded})

    def columns(self, outcome: Outcome, said: Mapping[str, Any]) -> Iterable[str]:
        """Keep those with a legislature."""
        return tuple(said["domestic"])

    def show(
        self, said: Mapping[str, Any], names: Callable[[Iterable[str]], str], actor: str = ""
    ) -> Iterator[str]:
        """List the legislatures, or that of one actor."""
        for one, home in said["domestic"].items():
            if not actor or actor == one:
                stands = ", ".join(f"{issue} {at:g}" for issue, at in home.median.items())
                yield f"legislature of {names([one])}: {stands}, by {home.majority}"

    # What happens in a run

    def begin(self, setting: Setting, world: World) -> dict[str, Any]:
        """Nothing is ratified: (runs, legislatures) by draft."""
        nothing = np.zeros((world.size, len(self.part(setting))), dtype=bool)
        return {
            "session": 1,
            "inside": [nothing.copy() for _ in setting.drafts],
            "ratified": [nothing.copy() for _ in setting.drafts],
        }

    def _outside(self, setting: Setting, world: World, draft: int) -> Floats:
        """How far a text lies outside each win-set: (runs, legislatures)."""
        text, part = setting.drafts[draft], self.part(setting)
        total = np.zeros((world.size, len(part)))
        weight = shares(text.issue, text.weight).tolist()
        for clause, (issue, share) in enumerate(zip(text.issue.tolist(), weight, strict=True)):
            status_quo, stands = world.status_quo[:, issue], world.active[draft][:, clause]
            value = np.where(stands, world.value[draft][:, clause], status_quo)
            for n, home in enumerate(part):
                if issue in home.up:
                    top = np.maximum(status_quo, 2 * home.up[issue] - status_quo)
                    bottom = np.minimum(status_quo, 2 * home.down[issue] - status_quo)
                    beyond = np.maximum(np.maximum(value - top, bottom - value), 0.0)
                    total[:, n] += share * beyond
        return total

    def _cost(self, setting: Setting, world: World, draft: int, session: int) -> Floats:
        """What lies outside costs each delegation, in logits: (runs, actors)."""
        heeded: Heeded = setting.scene(session).parts[self.name]
        outside = world.column("domestic_weight") * heeded.share
        outside = outside * self._outside(setting, world, draft)
        total = np.zeros((world.size, len(setting.actors)))
        for n, home in enumerate(self.part(setting)):
            total[:, home.actor] = outside[:, n]
        return total

    def support(self, setting: Setting, world: World, draft: int) -> Iterator[tuple[str, Floats]]:
        """Take off what would not be ratified at home."""
        session = min(self.state(world)["session"], setting.sessions)
        yield "domestic", -self._cost(setting, world, draft, session)

    def limits(
        self, setting: Setting, draft: int, may_block: Bools
    ) -> tuple[Floats, Floats, Ints] | None:
        """Bound clauses by the win-sets of those who may block, and must heed their legislature."""
        issue, heeded = setting.drafts[draft].issue, setting.base_scene.parts[self.name].share
        tied = [
            home
            for home, share in zip(self.part(setting), heeded.tolist(), strict=True)
            if may_block[home.actor] and share > HALF
        ]
        upper, lower = np.ones((len(tied), len(issue))), np.zeros((len(tied), len(issue)))
        for row, home in enumerate(tied):
            for clause, about in enumerate(issue.tolist()):
                if about in home.up:
                    status_quo = float(setting.status_quo[about])
                    upper[row, clause] = max(status_quo, 2 * home.up[about] - status_quo)
                    lower[row, clause] = min(status_quo, 2 * home.down[about] - status_quo)
        return upper, lower, np.array([home.actor for home in tied], dtype=np.int64)

    def decided(
        self, setting: Setting, world: World, meeting: Meeting, draft: int, ballot: Ballot
    ) -> None:
        """Keep whose win-set a text lies in that is decided for good."""
        if meeting.final:
            reached = (ballot.verdict.how != How.NOT_REACHED)[:, None]
            inside = self._outside(setting, world, draft) <= _ROUNDING
            self.state(world)["inside"][draft] = inside & reached

    def play(self, setting: Setting, world: World, meeting: Meeting) -> Phase:
        """Let legislatures ratify what is adopted, and lies in their win-sets."""
        state, part = self.state(world), self.part(setting)
        state["session"] = meeting.session + 1
        who = [home.actor for home in part]
        chance = -np.expm1(-years(setting) * world.column("ratification"))
        for draft, text in enumerate(setting.drafts):
            drawn = self.luck(world, "ratify", setting.labels[who], text.label, meeting.session)
            free = state["inside"][draft] & world.passed[draft][:, None] & ~state["ratified"][draft]
            new = free & (drawn < chance)
            state["ratified"][draft] = state["ratified"][draft] | new
            size = np.where(new, 1.0, np.nan)
            self.act(world, meeting, "ratifies", who, draft=draft, size=size)
        yield from ()

    def collect(
        self, setting: Setting, world: World
    ) -> Iterator[tuple[str, tuple[str, ...], npt.NDArray[Any]]]:
        """Read off which texts lie in all win-sets, and who ratified how many."""
        state = self.state(world)
        for draft, text in enumerate(setting.drafts):
            yield "win_set", (text.label,), state["inside"][draft].all(axis=1).astype(np.float64)
        total = np.sum(state["ratified"], axis=0)
        for n, home in enumerate(self.part(setting)):
            yield "ratified", (setting.actors[home.actor],), np.ascontiguousarray(total[:, n])


def _made(actor: str, home: WrittenLegislature, axes: Axes) -> Legislature:
    share = MAJORITIES.get(str(home.majority), (0.0, False))[0] or float(home.majority) / FULL
    up, down = dict[int, float](), dict[int, float]()
    for issue, median in home.median.items():
        place = axes.issues.index(issue)
        low, high = (median - home.spread) / FULL, (median + home.spread) / FULL
        up[place] = high - share * (high - low)
        down[place] = low + share * (high - low)
    return Legislature(axes.place(actor), up, down)
