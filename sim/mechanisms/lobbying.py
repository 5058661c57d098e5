"""Lobbying: delegations spend effort to win others for a text, or against it.

    worth_id = max(|a_id - mu| - tau, 0) (m + (1 - m) close_d)   pull_jd = density of a_jd at +-tau
    a_jd += eta ( sqrt F_jd - sqrt A_jd ),                F_jd = sum over i of T_ij e_ijd

Who cares campaigns, on the side it is on: by what is at stake for it beyond its indifference and
its readiness to say yes to anything, and by what one vote is worth: as much as the tally is close
to what is needed (the density of the tally there, over its highest), and m in any case, since a
wide majority is worth something. It turns to those who may be moved (whose support is near the
edge of indifference) and to whom it gets through, by ties T: shares proportional to persuadability
times pivotality are the equilibrium of Snyder (1989). Effort for and against has diminishing
returns, and what was spent in earlier sessions fades. Effort is counted in what the most capable
delegation has if it turned to all alike. Companies and organisations lobby members as far as the
rules of access let them in, and always the state they are at home in. In a room that seeks
consensus lobbying takes as much, a / beta, off what a text costs; it makes up no grievance.
Whether lobbying moves anybody cannot be told from the record of tallies: the range of eta includes
none, and results say in what share of worlds they hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from sim.core.ask import Phase
from sim.core.mechanism import Axes, Bars, Look, Market, Mechanism, Reach, Section, When, Wish
from sim.core.outcome import Outcome, Over
from sim.core.parameters import Parameter
from sim.core.setting import Forum, Kind, Meeting, Setting
from sim.core.support import bound, systematic, terms
from sim.core.world import World
from sim.forums.access import VOICE
from sim.mechanisms.effort import FULL, Spent
from sim.mechanisms.memory import heard, width
from sim.mechanisms.prospects import balance
from sim.mechanisms.ties import strength
from sim.mechanisms.voting import leanings

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

FOR, AGAINST = "lobbies for", "lobbies against"
SHOWN = 5  # targets of each campaigner in the story of one run: those it spends most on
STEP = 1e-9  # the variance of a tally that is certain
LEAST = 0.01  # effort below which a campaign is not told


class Corridors:
    """Who gets through to whom in each room and session; worked out when first asked for."""

    def __init__(self, home: Bools) -> None:
        self.home = home  # (actors, actors): from a company to the state it is at home in
        self._found: dict[tuple[str, int], Reach] = {}

    def reach(self, setting: Setting, forum: Forum, session: int) -> Reach:
        """How well each gets through to the members of a room who are there."""
        if (forum.name, session) not in self._found:
            listening = forum.members & setting.scene(session).present
            outside = (setting.kind != Kind.STATE)[:, None] & ~self.home
            loud = np.where(outside, VOICE[forum.rules.access], 1.0)
            self._found[forum.name, session] = Reach(loud * strength(setting, session) * listening)
        return self._found[forum.name, session]


class Lobbying(Mechanism):
    """Lobbying: delegations spend effort to win others for a text, or against it."""

    name = "lobbying"
    when = When.OPENING
    after = ("effort",)
    scenario = {
        "lobbying": Section(
            Literal["on", "off"], "off", "on: delegations spend effort to win others over"
        )
    }
    parameters = (
        Parameter(
            *("lobbying_effect", "eta", 0.2, 0.0, 0.6),
            "what effort moves support, in logits per root of the effort that reaches a state",
        ),
        Parameter(
            *("wide_majority", "m", 0.5, 0.0, 1.0),
            "worth of one vote more where the outcome is not in doubt; 1: as where it is",
        ),
        Parameter(
            *("lobbying_fades", "f", 0.5, 0.0, 1.0),
            "share of what was spent that is gone by the next session",
        ),
    )
    outcomes = (
        Outcome(
            "lobbied",
            "what lobbying moved on {draft}",
            "mean over members of what lobbying adds to their support of {draft} at the end;"
            " below 0 if those against had more of it",
            *("logits", Over.DRAFT, -20, 20),
            otherwise="what it moved when the text fell",
        ),
        Outcome(
            "lobbying_received",
            "lobbying of {actor}",
            "effort that reached {actor} over all drafts and sessions, for and against",
            *("points", Over.ACTOR, 0, None, 0),
            otherwise="what reached it all the same",
        ),
    )
    acts = {
        FOR: "spends effort to win others for a draft, in points of effort",
        AGAINST: "spends effort to turn others against a draft, in points of effort",
    }
    figures = (Bars("lobbying_received", "Whom the campaigns were for"),)
    claims = {"R05": "whose vote may be had is courted, and courting moves it"}
    sources = ("snyder1989", "groseclose1996")
    terms = {"lobbying": "lobbying"}
    dynamic = True
    off = {"lobbying_effect": 0.0}

    def check(self, said: Mapping[str, Any], look: Look) -> None:
        """Refuse effort of a company that can reach nobody."""
        if not self.said(said):
            return
        for actor in said["effort"]:
            about = look.actors.get(actor)
            if about is not None and about.kind != "state" and not about.home and look.shut:
                problem = "is shut out of every room, and has no home state to lobby"
                right = "a home, or rules of access that let it in"
                look.wrong(("effort", actor), problem, actor, right)

    def compile(self, said: Mapping[str, Any], axes: Axes) -> Corridors | None:
        """Note where companies and organisations are at home."""
        if not self.said(said):
            return None
        home = np.zeros((len(axes.actors), len(axes.actors)), dtype=bool)
        for actor, state in axes.home.items():
            home[axes.place(actor), axes.place(state)] = True
        return Corridors(home)

    def begin(self, setting: Setting, world: World) -> dict[str, Any]:
        """Nobody has been lobbied."""
        nothing = (world.size, len(setting.actors))
        sides = {side: [np.zeros(nothing) for _ in setting.drafts] for side in (FOR, AGAINST)}
        return {**sides, "all": np.zeros(nothing)}

    def wishes(self, setting: Setting, world: World, meeting: Meeting) -> Iterator[Wish]:
        """Offer to lobby for and against every text that is before a room, and has not fallen."""
        for room in setting.meetings[meeting.session - 1]:
            forum = setting.forums[room.forum]
            reach = self.part(setting).reach(setting, forum, room.session)
            for draft in forum.drafts:
                worth, pull = _stakes(setting, world, room, forum, draft)
                market = Market(pull, reach)
                yield Wish(FOR, draft, np.maximum(worth, 0.0), market)
                yield Wish(AGAINST, draft, np.maximum(-worth, 0.0), market)

    def play(self, setting: Setting, world: World, meeting: Meeting) -> Phase:
        """Let what was spent reach its targets."""
        state = self.state(world)
        for draft, alive in enumerate(world.alive):  # of a text that has fallen, as it was then
            kept = 1 - world.column("lobbying_fades") * alive[:, None]
            for side in (FOR, AGAINST):
                state[side][draft] *= kept
        spent = world.state["effort"]["spent"]
        for act, draft in [done for done in spent if done[0] in (FOR, AGAINST)]:
            one = spent.pop((act, draft))
            forum = setting.forums[setting.drafts[draft].forum]
            got = one.received
            state[act][draft] += got * np.count_nonzero(forum.members)
            state["all"] += got
            self._tell(setting, world, meeting, one)
        yield from ()

    def _tell(self, setting: Setting, world: World, meeting: Meeting, spent: Spent) -> None:
        """Log campaigns: of an ensemble how large they are, of one run also whom they are for."""
        total, act, draft = spent.total, spent.wish.act, spent.wish.draft
        if not world.detailed:
            size = np.where(total > LEAST, FULL * total, np.nan)
            self.act(world, meeting, act, range(len(setting.actors)), -1, draft, size)
            return
        who = np.flatnonzero(total[0] > LEAST).tolist()
        why = _reasons(setting, world, draft, who)
        to = FULL * spent.to(who)[0]
        most_first = np.argsort(-to, axis=1, kind="stable")[:, :SHOWN]
        for n, actor in enumerate(who):
            named = np.take(to[n], most_first[n])
            size = np.append(named, to[n].sum() - named.sum())[None]  # the last: all others
            targets = (*most_first[n].tolist(), -1)
            self.act(world, meeting, act, (actor,) * len(targets), targets, draft, size, why[n])

    def support(self, setting: Setting, world: World, draft: int) -> Iterator[tuple[str, Floats]]:
        """Add what lobbying moves each state."""
        yield "lobbying", self._moved(world, draft)

    def grievance(
        self, setting: Setting, world: World, meeting: Meeting, draft: int
    ) -> Iterator[tuple[str, Floats]]:
        """Take it off what the text costs, in units of gain.

        It may calm a delegation, or keep others from calming it; it makes up no grievance.
        """
        calmed = np.maximum(self._moved(world, draft), 0.0)
        yield "lobbying", -calmed / world.column("stakes")

    def _moved(self, world: World, draft: int) -> Floats:
        state = self.state(world)
        net = np.sqrt(state[FOR][draft]) - np.sqrt(state[AGAINST][draft])
        moved: Floats = world.column("lobbying_effect") * net
        return moved

    def collect(
        self, setting: Setting, world: World
    ) -> Iterator[tuple[str, tuple[str, ...], Floats]]:
        """Read off what lobbying moved, and whom it was for."""
        for place, draft in enumerate(setting.drafts):
            members = setting.forums[draft.forum].members
            moved = np.where(members, self._moved(world, place), 0.0).sum(axis=1)
            yield "lobbied", (draft.label,), moved / max(int(members.sum()), 1)
        for place, actor in enumerate(setting.actors):
            yield "lobbying_received", (actor,), FULL * self.state(world)["all"][:, place].copy()


def _stakes(
    setting: Setting, world: World, room: Meeting, forum: Forum, draft: int
) -> tuple[Floats, Floats]:
    """What a vote is worth to each campaigner, below 0 for one against; and who may be moved.

    Both are (runs, actors). General readiness to say yes is no reason to campaign.
    """
    support = bound(setting, world, room, draft, systematic(setting, world, draft))
    band = width(setting, world, draft)
    stake = support - world.column("readiness") * heard(setting, world, draft)[:, None]
    stake = np.sign(stake) * np.maximum(np.abs(stake) - band, 0.0)
    yes, no = leanings(world, support, band)
    scene = setting.scene(room.session)
    seats = forum.members & scene.present
    wide = world.parameters["wide_majority"]
    value = wide + (1 - wide) * closeness(
        yes * seats, no * seats, forum, forum.members & scene.seated
    )
    not_no, not_yes = leanings(world, support, -band)  # told exactly where next to nothing is left
    pull = (yes * not_yes + no * not_no) * seats
    return stake * (value * world.alive[draft])[:, None], pull


def closeness(yes: Floats, no: Floats, forum: Forum, seats: Bools) -> Floats:
    """How near a tally is expected to be to what is needed: (runs,), 1 if as near as can be.

    The density of the balance of votes at what the rule asks for, of those cast or of all who
    have ``seats``, (actors,), over its highest (normal approximation). Where consensus is sought
    each member counts, and it is 1.
    """
    rules = forum.rules
    if rules.consensus:
        return np.ones(len(yes))
    if rules.vote == "members":
        mean = yes.sum(axis=1) - rules.majority * np.count_nonzero(seats)
        variance = (yes * (1 - yes)).sum(axis=1)
    else:
        mean, variance = balance(yes, no, rules)
    near: Floats = np.exp(-0.5 * mean * mean / (variance + STEP))
    return near


def _reasons(setting: Setting, world: World, draft: int, who: Sequence[int]) -> list[str]:
    """The term that most moves each of these actors to its side, in the first run."""
    named = [(name, term[0]) for name, term in terms(setting, world, draft) if name != "readiness"]
    table = np.stack([np.take(term, who) for _, term in named])
    first = (table * np.sign(table.sum(axis=0))).argmax(axis=0)
    return [named[n][0] for n in first.tolist()]
