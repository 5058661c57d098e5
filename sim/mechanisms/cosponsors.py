"""Co-sponsors: to put one's name to a text is a costly public signal, which others see.

    h_i = base + slope bond_i + spread shock + logistic_i
    i signs  if  h_i + theta (share of those it is tied to that have signed) > 0  and  a_i > cost
    i drops out  if  a_i < 0
    a_i  +=  eta (share of those it is tied to that have signed)

bond_i is i's mean bond to those who began the text and still stand by it, standardised over pairs
of states, with z' for what is divided by its standard deviation:

    bond_ij = z(near_ij) + z'(tie_ij) / 2 + z'(sqrt(c_i c_j)) / 2
    near_ij = 1 - sqrt( sum_k s_ik s_jk (x_ik - x_jk)^2 / sum_k s_ik s_jk )

Signing goes in rounds until nobody more signs, a threshold cascade (Granovetter 1978); shares are
weighted by voice. a_i is everyone's expected support, so that who would gain little does not pay
the price of a signal, and a text that was changed against its sponsors loses them. Lists close
with the first decision.

Who is named as having begun a text is taken to have had the rest of its list sign by then: those
not on it had been free to, so their h_i is drawn below 0 and only others' names move them. Where
nobody is named, the list itself has begun it, and all others are free.

Base, slope and spread are those of ten lists of sponsors and of pledges of 2018 to 2023, by
logistic regression, with each event left out in turn (AUC .88). The lists of 73/27, 73/266 and
74/247 are among them, partly from general knowledge, so that on these texts this is no test. No
cascade could be seen in that record, and none was ruled out: the ranges of theta and of eta, which
is assumed, include 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from sim.core import special
from sim.core.ask import Ask, Phase
from sim.core.fields import ActorRefs, DraftRef, Part, some
from sim.core.mechanism import Axes, Look, Mechanism, Section, When
from sim.core.outcome import Outcome, Over
from sim.core.parameters import Parameter
from sim.core.question import Answers, Question
from sim.core.setting import Kind, Meeting, Setting
from sim.core.support import bound, systematic
from sim.core.world import World
from sim.mechanisms.sponsors import lapsed

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

_ROUNDING = 1e-12  # a threshold that is met to the dot is met


class WrittenCosponsorship(Part):
    """Whether drafts gather names before they are first decided on, and who began them."""

    gather: Literal["on", "off"] = Field(
        default="off", description="whether others may put their names to drafts: on or off"
    )
    began: dict[DraftRef, ActorRefs] = Field(
        default={},
        description="by draft: who began it, if the rest of its sponsors had signed by the date",
    )


@dataclass(frozen=True)
class Lists:
    """Of each draft, who is said to have begun it, and whether anybody is."""

    began: Bools  # (drafts, actors)
    said: Bools  # (drafts,)


# What binds states to a text, and to one another


def nearness(position: Floats, salience: Floats, to: Ints) -> Floats:
    """How near everyone is to those at the places ``to`` on what both care for: (runs, actors, to).

    1 at the same position, 0 at the far end of every issue. Arrays are (runs, actors, issues).
    """
    x, s = np.take(position, to, axis=1), np.take(salience, to, axis=1)

    def product(mine: Floats, theirs: Floats) -> Floats:  # one a run: no run depends on another
        made: Floats = np.matmul(mine, np.ascontiguousarray(theirs.transpose(0, 2, 1)))
        return made

    square = product(salience * position**2, s) + product(salience, s * x**2)
    square -= 2 * product(salience * position, s * x)
    both = product(salience, s)
    near: Floats = 1.0 - np.sqrt(np.maximum(square, 0.0) / np.where(both > 0, both, 1.0))
    return near


def bonds(setting: Setting, world: World, began: Sequence[Ints]) -> list[Floats]:
    """What binds everyone to those who began each draft: (runs, actors, those), by draft.

    It is standardised over pairs of states at the mean of all worlds' positions, and counts the
    issues that any draft is on.
    """
    everyone, states = np.arange(len(setting.actors)), setting.kind == Kind.STATE
    pairs = states[:, None] & states & ~np.eye(len(everyone), dtype=bool)
    settled = np.unique(np.concatenate([draft.issue for draft in setting.drafts]))
    x, s = (np.take(array, settled, axis=2) for array in (world.position, world.salience))
    middles = [np.take(mean, settled, axis=2)[:, None] for mean in setting.worlds.middle]
    capability = setting.base_scene.capability
    weight = np.sqrt(np.multiply.outer(capability, capability))
    rest = (setting.ties / _sd(setting.ties, pairs) + weight / _sd(weight, pairs)) / 2

    def scale(at: Floats, cares: Floats) -> tuple[float, float, float, float]:
        near = nearness(at, cares, everyone)[0]
        middle, spread = _mean(near, pairs), _sd(near, pairs)
        typical = (near - middle) / spread + rest
        return middle, spread, _mean(typical, pairs), _sd(typical, pairs)

    scales = np.array([scale(*middle) for middle in zip(*middles, strict=True)])
    of = world.which if len(scales) > 1 else np.zeros_like(world.which)
    middle, spread, mean, sd = np.take(scales, of, axis=0).T[:, :, None, None]

    def to(those: Ints) -> Floats:
        near = (nearness(x, s, those) - middle) / spread
        bond: Floats = (near + np.take(rest, those, axis=1) - mean) / sd
        return bond

    return [to(those) for those in began]


def _mean(values: Floats, pairs: Bools) -> float:
    return float(values[pairs].mean()) if pairs.any() else 0.0


def _sd(values: Floats, pairs: Bools) -> float:
    """Standard deviation over pairs; 1 where all are alike."""
    return float(values[pairs].std() if pairs.any() else 0.0) or 1.0


def attention(setting: Setting) -> Floats:
    """How much each looks at each state it is tied to, by its voice: (actors, actors), rows to 1.

    The row of who is tied to nobody is of zeros.
    """
    weight = setting.ties * (setting.base_scene.capability * (setting.kind == Kind.STATE))
    np.fill_diagonal(weight, 0.0)
    looks: Floats = weight / np.maximum(weight.sum(axis=1), 1e-300)[:, None]
    return looks


def shares(looks: Floats, names: Bools) -> Floats:
    """The share of those each looks at that have signed: (runs, actors).

    ``looks`` (actors, actors) has a row for each that looks; ``names`` is (runs, actors).
    """
    signed = names[:, None, :].astype(np.float64)  # a product a run: no run depends on another
    share: Floats = np.matmul(signed, np.ascontiguousarray(looks.T))[:, 0]
    return share


def cascade(latent: Floats, names: Bools, willing: Bools, theta: Floats, looks: Floats) -> Bools:
    """Let the willing sign, round by round, until nobody more does: (runs, actors).

    Args:
        latent: how far each is from signing by itself; above 0 it needs nobody: (runs, actors).
        names: who has signed; they stay.
        willing: who would sign at all.
        theta: what it adds if all that one looks at have signed: (runs, 1).
        looks: how much each looks at each, rows to 1: (actors, actors).
    """
    while True:
        pulled = latent + theta * shares(looks, names) >= -_ROUNDING
        more = names | (willing & pulled)
        if np.array_equal(more, names):
            return more
        names = more


def members_there(setting: Setting, _: World, ask: Ask) -> Bools:
    """Members that are in the room and speak: (actors,)."""
    forum, scene = ask.room(setting)
    return forum.members & scene.heard


class Cosponsors(Mechanism):
    """Co-sponsors: to put one's name to a text is a costly public signal, which others see."""

    name = "cosponsors"
    when = When.FLOOR
    after = ("sponsors",)
    scenario = {
        "cosponsorship": Section(
            WrittenCosponsorship, WrittenCosponsorship(), "whether drafts gather more sponsors"
        )
    }
    parameters = (
        Parameter(
            "joining",
            *("h_0", -1.5, -2.5, -0.5),
            "readiness to sponsor a text at an average bond to those who began it, in logits",
        ),
        Parameter(
            "joining_bond",
            *("h_b", 1.1, 0.6, 1.6),
            "what a bond to them that is stronger by a standard deviation adds to it, in logits",
        ),
        Parameter(
            "joining_spread",
            *("h_s", 0.7, 0.3, 1.1),
            "sd of what all alike make of sponsoring a text, in logits",
        ),
        Parameter(
            "cascade",
            *("theta", 0.3, 0.0, 0.9),
            "what it adds to it if all that a state is tied to have signed, in logits",
        ),
        Parameter(
            "signing_cost",
            *("c_s", 1.0, 0.0, 3.0),
            "support from which a state puts its name to a text, in logits",
        ),
        Parameter(
            "persuasion",
            *("eta_s", 1.0, 0.0, 2.0),
            "extra support if all that a state is tied to have signed, in logits",
        ),
    )
    draws = ("sign", "welcome")
    questions = {
        "join": Question(
            "whether its name stands under this text, up to the first decision",
            Answers.YES_NO,
            members_there,
            states=True,
        )
    }
    outcomes = (
        Outcome(
            "joined",
            "names put to {draft}",
            "delegations that put their names to {draft} after it was tabled, and left them there",
            *("names", Over.DRAFT, 0, None, 0),
            otherwise="those of the text that fell",
            whole=True,
            members=True,
        ),
        Outcome(
            "left",
            "names taken off {draft}",
            "delegations that sponsored {draft} when it was tabled, and do so no more",
            *("names", Over.DRAFT, 0, None, 0),
            otherwise="those of the text that fell",
            whole=True,
            members=True,
        ),
    )
    acts = {
        "signs": "puts its name to a draft; its support, in logits",
        "takes its name off": "sponsors a draft no more; its support, in logits",
    }
    sources = ("granovetter1978",)
    terms = {"persuasion": "the names of others under the text"}
    dynamic = True

    def check(self, said: Mapping[str, Any], look: Look) -> None:
        """Refuse that a draft was begun by nobody, or by who does not sponsor it."""
        for draft, began in said["cosponsorship"].began.items():
            if draft not in look.drafts:
                continue
            at, sponsors = ("cosponsorship", "began", draft), look.drafts[draft].sponsors
            if not began:
                look.wrong(at, "nobody began it", "", some(sponsors))
            for place, actor in enumerate(began):
                if actor in look.actors and actor not in sponsors:
                    problem = f"began {draft} and is not among its sponsors"
                    look.wrong((*at, place), problem, actor, some(sponsors), sponsors)

    def said(self, sections: Mapping[str, Any]) -> bool:
        """Whether names are gathered."""
        return bool(sections["cosponsorship"].gather == "on")

    def compile(self, said: Mapping[str, Any], axes: Axes) -> Lists | None:
        """Who began each draft, by place."""
        if not self.said(said):
            return None
        began = said["cosponsorship"].began
        who = [axes.mask(began.get(draft, ())) for draft in axes.drafts]
        return Lists(np.array(who), np.array([draft in began for draft in axes.drafts]))

    def show(
        self, said: Mapping[str, Any], names: Callable[[Iterable[str]], str], actor: str = ""
    ) -> Iterator[str]:
        """Tell who began which draft."""
        for draft, began in said["cosponsorship"].began.items() if self.said(said) else ():
            if not actor or actor in began:
                yield f"{draft}: begun by {names(began)}"

    def begin(self, setting: Setting, world: World) -> list[Floats]:
        """Find what binds everyone to those who began each draft: as `bonds`."""
        return bonds(setting, world, [self._began(setting, d) for d in range(len(setting.drafts))])

    def _began(self, setting: Setting, draft: int) -> Ints:
        lists: Lists = self.part(setting)
        who = lists.began[draft] if lists.said[draft] else setting.drafts[draft].sponsors
        return np.flatnonzero(who)

    def play(self, setting: Setting, world: World, meeting: Meeting) -> Phase:
        """Up to the first decision, see who signs each draft, and who takes its name off."""
        forum, scene = setting.forums[meeting.forum], setting.scene(meeting.session)
        if meeting.session > min(forum.stages.values()):
            return
        there, looks = forum.members & scene.heard, attention(setting)
        members = np.flatnonzero(forum.members)
        for draft in forum.drafts:
            before, own = world.sponsors[draft], systematic(setting, world, draft)
            support = bound(setting, world, meeting, draft, own)
            names = before & there & (support >= 0)
            free = there & ~before & ~lapsed(scene, draft)
            willing = free & (support > world.column("signing_cost"))
            latent, theta = self._latent(setting, world, draft), world.column("cascade")
            standard = cascade(latent, names, willing, theta, looks)
            world.sponsors[draft] = yield self.ask("join", standard, meeting, draft)
            self._log(world, meeting, draft, before, support, members)

    def _latent(self, setting: Setting, world: World, draft: int) -> Floats:
        """How far everyone is from signing without seeing others sign: (runs, actors)."""
        label, began = setting.drafts[draft].label, self._began(setting, draft)
        still = np.take(world.sponsors[draft], began, axis=1).astype(np.float64)
        bond = (self.state(world)[draft] * still[:, None, :]).sum(axis=2)
        left = still.sum(axis=1)[:, None]  # of those who began it
        bond /= np.maximum(left, 1.0)
        welcome = special.ndtri(self.luck(world, "welcome", None, label))[:, None]
        h = world.column("joining") + world.column("joining_bond") * bond
        h += world.column("joining_spread") * welcome
        u = self.luck(world, "sign", setting.labels, label)
        if self.part(setting).said[draft]:  # they had been free to sign, and did not
            u = u * special.expit(-h)
        latent = h + np.log(u) - np.log1p(-u)
        return np.where(left > 0, latent, -np.inf)

    def _log(
        self,
        world: World,
        meeting: Meeting,
        draft: int,
        before: Bools,
        support: Floats,
        there: Ints,
    ) -> None:
        """Write down who has signed, and who has taken its name off."""
        now = world.sponsors[draft]
        for what, done in (("signs", now & ~before), ("takes its name off", before & ~now)):
            size = np.take(np.where(done, support, np.nan), there, axis=1)
            self.act(world, meeting, what, there.tolist(), -1, draft, size)

    def support(self, setting: Setting, world: World, draft: int) -> Iterator[tuple[str, Floats]]:
        """Add what the names of those it looks at move each delegation."""
        seen = shares(attention(setting), world.sponsors[draft])
        yield "persuasion", world.column("persuasion") * seen

    def collect(
        self, setting: Setting, world: World
    ) -> Iterator[tuple[str, tuple[str, ...], npt.NDArray[Any]]]:
        """Count the names that have come and gone."""
        for place, draft in enumerate(setting.drafts):
            now = world.sponsors[place]
            yield "joined", (draft.label,), np.count_nonzero(now & ~draft.sponsors, axis=1)
            yield "left", (draft.label,), np.count_nonzero(draft.sponsors & ~now, axis=1)
