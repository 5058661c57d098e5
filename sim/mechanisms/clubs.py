"""Clubs: states join pledges, clubs and conventions for what these stand for, and for who is in.

    lambda_ic = A_c H_c w_ic (p + q S_ic)         chance of joining in t years: 1 - exp(-lambda t)
    w_ic = exp(b z_ic) / mean over candidates     S_ic = (1 - v) F_c + v sum_j L_ij m_jc

A hazard of diffusion (Bass 1969): p by oneself, q because of those who have joined. F is the share
of candidates inside; L is how much a state looks at each it is tied to, by capability, so that a
large state's joining counts for more. z is how near a candidate is to what the club stands for,
standardised over candidates. A is a club's own appeal, log-normal, once a run. H is above 1 in a
session in which a member hosts a meeting. With b, v and the spread of A at 0 and an open door the
expected share follows the curve of Bass. A club may begin with a launch of so many names: chances
are then 1 - exp(-a w), with a such that so many are expected.

The door: *open* to all; by *invitation*, for whom the hosts are content with; by *consent*, for
whom every member is content with. One is content with a candidate that is within c of it on every
issue that the club stands for. A member leaves at a rate r exp(-b z). A member has given its word:

    a_i  +=  k sum over clubs (what the text gains on the club's issues, from where it stands)

p, q, b and the spread of A are fitted on four pledges (experiments/fits/clubs.py). That ties count
(v), that meetings help (H) and that a word binds (k) is assumed, and each range holds no effect.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from pydantic import Field

from sim.core import special
from sim.core.ask import Phase
from sim.core.calendar import years
from sim.core.draws import labels, pairs
from sim.core.fields import ActorRefs, IssueRef, Part, Percent, Session, Weight
from sim.core.gain import shares
from sim.core.happenings import Done, Verb
from sim.core.mechanism import Axes, Curve, Look, Mechanism, Section, Telling, When
from sim.core.outcome import Outcome, Over
from sim.core.parameters import Parameter
from sim.core.setting import Meeting, Scene, Setting
from sim.core.world import World
from sim.mechanisms.cosponsors import attention

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

FULL = 100.0
LOOKS = 0.5  # years after which states look again at those they are tied to: assumed
HALVINGS = 48  # of the span in which the pull of a launch is sought
SPAN = (-20.0, 20.0)  # of its logarithm


class WrittenClub(Part):
    """A pledge, club or convention that states may join."""

    stands: dict[IssueRef, Percent] = Field(description="what it stands for, by issue, 0-100")
    door: Literal["open", "invitation", "consent"] = Field(
        default="open",
        description="who is let in: open (all), invitation (whom the hosts are content with),"
        " consent (whom every member is content with)",
    )
    hosts: ActorRefs = Field(default=(), description="who called it, and invites to it")
    members: ActorRefs = Field(default=(), description="who is in from the start")
    among: ActorRefs = Field(
        default=("all states",), description="who may join; by default all states"
    )
    opens: Session = Field(default=1, description="the session from which one may join")
    launch: Weight | None = Field(
        default=None,
        description="how many names, members included, it is expected to begin with",
    )
    index: Literal["solidarity", "sovereignty", "none"] = Field(
        default="solidarity", description="the index that its members count for, if either"
    )


class Club(NamedTuple):
    """One club, on 0-1."""

    name: str
    counts: str  # for which of the two indices its members count; "none"
    door: str
    issues: Ints
    stands: Floats  # (its issues,)
    hosts: Bools  # (actors,)
    opens: int
    launch: float  # names beyond those who are in from the start; nan for none


@dataclass
class Roster:
    """The clubs of a scenario, and who looks at whom, worked out when first asked for."""

    clubs: tuple[Club, ...]
    members: Bools  # (clubs, actors), from the start
    among: Bools  # (clubs, actors): who may be in
    _looks: list[Floats] = field(default_factory=list)

    def looks(self, setting: Setting) -> Floats:
        """How much each looks at each: (actors, actors), columns being those who look."""
        if not self._looks:
            self._looks.append(np.ascontiguousarray(attention(setting).T))
        return self._looks[0]


@dataclass(frozen=True)
class Said:
    """What actors are said to have done by a session: (clubs, actors)."""

    will: npt.NDArray[np.int8]  # 1: is in, -1: stays out, 0: it decides
    hosted: Ints  # how many meetings it has hosted


class Clubs(Mechanism):
    """Clubs: states join pledges, clubs and conventions, for what these stand for and who is in."""

    name = "clubs"
    when = When.OPENING
    after = ("events",)
    scenario = {
        "clubs": Section(
            dict[str, WrittenClub], {}, "pledges, clubs and conventions that states may join"
        )
    }
    parameters = (
        Parameter(
            *("club_alone", "p", 0.01, 0.003, 0.05),
            "rate a year at which an average candidate joins if nobody is in",
            ratio=True,
            source="fitted on four pledges to 2022: experiments/fits/clubs.py",
        ),
        Parameter(
            *("club_imitation", "q", 0.09, 0.0, 0.25),
            "what is added to that rate if all are in; 0: nobody is imitated",
            source="fitted on four pledges to 2022: experiments/fits/clubs.py",
        ),
        Parameter(
            *("club_fit", "b", 0.9, 0.0, 1.6),
            "how much more a candidate joins that is nearer by a standard deviation, in logs",
            source="fitted on who joined: experiments/fits/clubs.py",
        ),
        Parameter(
            *("club_ties", "v", 0.5, 0.0, 1.0),
            "share of imitation that is of those one is tied to, by capability; the rest is of all",
        ),
        Parameter(
            *("club_spread", "sigma_c", 0.6, 0.0, 1.2),
            "sd of the log of a club's own appeal",
            source="rates of four pledges to 2022: experiments/fits/clubs.py",
        ),
        Parameter(
            *("club_meetings", "H", 2.0, 1.0, 6.0),
            "times that the rate is higher in a session in which a member hosts a meeting; 1: none",
        ),
        Parameter(
            *("club_tolerance", "c", 0.5, 0.2, 1.0),
            "distance on an issue from which a host or member objects to a candidate; 1: never",
        ),
        Parameter(
            *("club_leaving", "r", 0.002, 0.0, 0.02),
            "rate a year at which a member leaves that stands where the average candidate does",
            source="one or two have left four pledges in about 2,000 years of membership",
        ),
        Parameter(
            *("club_word", "k", 2.0, 0.0, 6.0),
            "what a unit of gain to a club adds to a member's support of a text, in logits",
        ),
    )
    draws = ("move", "appeal")
    verbs = {
        "accedes to": Verb("accedes to CLUB, whoever minds, and stays", "clubs"),
        "quits": Verb("leaves CLUB, or never joins it", "clubs"),
        "hosts": Verb("hosts a meeting of CLUB in that session", "clubs"),
    }
    outcomes = (
        Outcome(
            "club_members",
            "members of {name}",
            "members of {name} at the end",
            *("actors", Over.NAMED, 0, None, 0),
            whole=True,
        ),
        Outcome(
            "in_clubs",
            "members of clubs in {session}",
            "members of all clubs together at the end of {session}",
            *("actors", Over.SESSION, 0, None, 0),
            whole=True,
        ),
        Outcome(
            "clubs_joined",
            "clubs that {actor} has joined",
            "clubs that {actor} is in at the end and was not in at first",
            *("clubs", Over.ACTOR, 0, None, 0),
            whole=True,
        ),
    )
    acts = {
        "enters": "joins a club; how many are in with it",
        "quits a club": "leaves a club; how many are left in it",
    }
    tellings = {
        "enters": Telling("joined {reason}", 3, then="it then had {size} members"),
        "quits a club": Telling("left {reason}", 0.7, then="{size} members were left"),
    }
    figures = (Curve("in_clubs", "How clubs grow", "Members of clubs", 0),)
    claims = {"R15": "a large state that joins a pledge makes it grow; that is built in (v, q)"}
    sources = ("bass1969",)
    terms = {"clubs": "its word as a member of a club"}
    dynamic = True
    off = {"club_word": 0.0}

    # What a scenario says

    def check(self, said: Mapping[str, Any], look: Look) -> None:
        """Refuse clubs that stand for nothing, that nobody may join, or that begin too late."""
        for name, club in said["clubs"].items():
            at = ("clubs", name)
            new = set(club.among) - set(club.members)
            if not club.stands:
                look.wrong((*at, "stands"), "it stands for nothing", "", "one issue or more")
            if not new:
                problem = "nobody may join: all of these are members from the start"
                look.wrong((*at, "among"), problem, name, "states that are not yet in")
            if club.opens > look.sessions:
                right = f"1 to {look.sessions}"
                look.wrong((*at, "opens"), "is after the last session", club.opens, right)
            if club.launch is not None and not len(club.members) <= club.launch <= len(
                new | set(club.members)
            ):
                right = f"{len(club.members)} to {len(new | set(club.members))}"
                problem = "is fewer than its members, or more than may join"
                look.wrong((*at, "launch"), problem, f"{club.launch:g}", right)
            if club.door == "invitation" and not (club.hosts or club.members):
                problem = "nobody may join: there are no hosts, and no members, to invite them"
                look.wrong((*at, "door"), problem, "invitation", "hosts, or door: open")
            if club.door == "consent" and not club.members:
                problem = "nobody may join: there are no members to consent"
                look.wrong((*at, "door"), problem, "consent", "members, or door: open")

    def refused(self, done: Done, sections: Mapping[str, Any]) -> tuple[str, str]:
        """Refuse to join no club, or one that is not for the actor."""
        clubs = sections["clubs"]
        if not done.object:
            right = ", ".join(f"{done.verb} {club}" for club in clubs) or "a scenario with clubs"
            return f"which club is it that {done.actor} {done.verb}?", right
        club = clubs[done.object]
        if done.actor not in (*club.among, *club.members, *club.hosts):
            return f"{done.actor} may not join {done.object}", f"one of `clubs.{done.object}.among`"
        return "", ""

    def compile(self, said: Mapping[str, Any], axes: Axes) -> Roster | None:
        """Make the clubs, in the order of the file."""
        written = said["clubs"]
        if not written:
            return None
        members = np.array([axes.mask(club.members) for club in written.values()], dtype=bool)
        among = np.array([axes.mask(club.among) for club in written.values()], dtype=bool)
        made = tuple(_made(name, club, axes) for name, club in written.items())
        return Roster(made, members, among | members)

    def opening(self, said: Mapping[str, Any], axes: Axes) -> Said | None:
        """Nobody is said to have done anything."""
        shape = (len(said["clubs"]), len(axes.actors))
        return Said(np.zeros(shape, np.int8), np.zeros(shape, np.int64)) if shape[0] else None

    def done(self, scene: Scene, done: Done, axes: Axes) -> Scene:
        """The scene once an actor has joined or left a club, or hosts a meeting."""
        said: Said = scene.parts[self.name]
        club = np.array([name == done.object for name in axes.named["clubs"]])
        who = club[:, None] & axes.mask([done.actor])
        if done.verb == "hosts":
            now = replace(said, hosted=said.hosted + who)
        else:
            sign = np.int8(1 if done.verb == "accedes to" else -1)
            now = replace(said, will=np.where(who, sign, said.will))
        return replace(scene, parts={**scene.parts, self.name: now})

    def columns(self, outcome: Outcome, said: Mapping[str, Any]) -> Iterable[str]:
        """Keep every club, and who may join one."""
        clubs = said["clubs"]
        if outcome.over is Over.NAMED:
            return tuple(clubs)
        return dict.fromkeys(a for club in clubs.values() for a in (*club.among, *club.members))

    def show(
        self, said: Mapping[str, Any], names: Callable[[Iterable[str]], str], actor: str = ""
    ) -> Iterator[str]:
        """List the clubs, or those that an actor is in from the start."""
        for name, club in said["clubs"].items():
            if not actor or actor in club.members:
                stands = ", ".join(f"{issue} {value:g}" for issue, value in club.stands.items())
                inside = names(club.members) if club.members else "nobody yet"
                yield f"{name}, {club.door}, stands for {stands}: {inside}"

    # What happens in a run

    def begin(self, setting: Setting, world: World) -> dict[str, Any]:
        """Begin with the members that are listed, (runs, clubs, actors), and draw each appeal."""
        part: Roster = self.part(setting)
        names = labels(club.name for club in part.clubs)
        z, sd = special.ndtri(self.luck(world, "appeal", names)), world.column("club_spread")
        opened = np.array([club.opens <= 1 for club in part.clubs])
        inside = np.broadcast_to(
            part.members & opened[:, None], (world.size, *part.members.shape)
        ).copy()
        return {
            "inside": inside,
            "appeal": np.exp(sd * z - sd * sd / 2),
            "by_session": [],
            "at": [],
        }

    def play(self, setting: Setting, world: World, meeting: Meeting) -> Phase:
        """Let members leave, candidates join, and what actors are said to do happen."""
        part, state = self.part(setting), self.state(world)
        said, before = _said(setting, meeting.session)
        inside: Bools = state["inside"]
        meets = ((said.hosted > before.hosted) & inside).any(axis=2)
        appeal = state["appeal"] * np.where(meets, world.column("club_meetings"), 1.0)
        pull, relative = self._pull(setting, world)
        rates = self._imitation(setting, world, meeting.session) * relative
        chance = -np.expm1(-years(setting) * appeal[:, :, None] * rates)
        for n, club in enumerate(part.clubs):
            if club.opens == meeting.session:
                inside[:, n] |= part.members[n]
                if not np.isnan(club.launch):
                    chance[:, n] = launched(pull[:, n] * part.among[n], inside[:, n], club.launch)
        opened = np.array([club.opens <= meeting.session for club in part.clubs])[:, None]
        drawn = self._drawn(setting, world, meeting.session)
        joins = part.among & ~inside & opened & (drawn < chance)
        joins &= welcome(world, part, inside)
        drift = world.column("club_leaving")[:, None] / pull
        leaves = inside & opened & (drawn < -np.expm1(-years(setting) * drift))
        now = (inside & ~leaves) | joins
        now = (now | ((said.will > 0) & opened)) & (said.will >= 0)
        self._log(world, meeting, part, inside, now)
        state["inside"] = now
        state["by_session"].append(now.sum(axis=(1, 2)).astype(np.float64))
        yield from ()

    def _pull(self, setting: Setting, world: World) -> tuple[Floats, Floats]:
        """exp(b z) of everyone, and that over its mean over candidates: (runs, clubs, actors).

        Both are kept while nobody moves.
        """
        part, state = self.part(setting), self.state(world)
        at = [np.take(world.position, club.issues, axis=2) for club in part.clubs]
        if not all(map(np.array_equal, at, state["at"])) or not state["at"]:
            fit = [_fit(at[n], part.clubs[n].stands, part.among[n]) for n in range(len(at))]
            pull = np.exp(world.column("club_fit")[:, None] * np.stack(fit, axis=1))
            state["at"], state["pull"] = at, pull
            state["relative"] = pull / _mean(pull, part.among)[:, :, None]
        return state["pull"], state["relative"]

    def _drawn(self, setting: Setting, world: World, session: int) -> Floats:
        """One uniform a club and actor: to leave, of those who are in, and to join, of others."""
        about = pairs(labels(club.name for club in self.part(setting).clubs), setting.labels)
        return self.luck(world, "move", about, session)

    def _imitation(self, setting: Setting, world: World, session: int) -> Floats:
        """p + q S: (runs, clubs, actors). Those it is tied to are looked at twice a year."""
        part, state = self.part(setting), self.state(world)
        inside: Bools = state["inside"]
        if (session - 1) % max(round(LOOKS / years(setting)), 1) == 0:
            state["ties"] = np.matmul(inside.astype(np.float64), part.looks(setting))
        everyone = np.maximum(part.among.sum(axis=1), 1)
        of_all = inside.sum(axis=2) / everyone
        by_ties, q = world.column("club_ties"), world.column("club_imitation")
        rate: Floats = (q * by_ties)[:, :, None] * state["ties"]
        rate += (world.column("club_alone") + q * (1 - by_ties) * of_all)[:, :, None]
        return rate

    def _log(self, world: World, meeting: Meeting, part: Roster, before: Bools, now: Bools) -> None:
        """Write down who has come and gone."""
        count = now.sum(axis=2).astype(np.float64)
        moved = (("enters", now & ~before), ("quits a club", before & ~now))
        for n, club in enumerate(part.clubs):
            who = np.flatnonzero(part.among[n])
            for what, done in moved:
                if not done[:, n].any():
                    continue
                size = np.where(np.take(done[:, n], who, axis=1), count[:, n, None], np.nan)
                self.act(world, meeting, what, who.tolist(), size=size, reason=club.name)

    def index(self, setting: Setting, world: World) -> Iterator[tuple[str, str, Floats]]:
        """Tell what share of those who may be is in the clubs that count for an index."""
        part, inside = self.part(setting), self.state(world)["inside"]
        for index in dict.fromkeys(club.counts for club in part.clubs if club.counts != "none"):
            of = [n for n, club in enumerate(part.clubs) if club.counts == index]
            share = [inside[:, n].sum(axis=1) / max(int(part.among[n].sum()), 1) for n in of]
            yield index, "memberships", np.mean(share, axis=0)

    def support(self, setting: Setting, world: World, draft: int) -> Iterator[tuple[str, Floats]]:
        """Add what the word that members have given moves them."""
        part, inside = self.part(setting), self.state(world)["inside"]
        gains = [_gain(setting, world, draft, club) for club in part.clubs]
        bound = np.matmul(np.stack(gains, axis=1)[:, None, :], inside.astype(np.float64))[:, 0]
        yield "clubs", world.column("club_word") * bound

    def level(self, setting: Setting, world: World, outcome: str) -> Floats | None:
        """Count who is in now."""
        return np.asarray(self.state(world)["inside"].sum(axis=(1, 2)), dtype=np.float64)

    def collect(
        self, setting: Setting, world: World
    ) -> Iterator[tuple[str, tuple[str, ...], npt.NDArray[Any]]]:
        """Count who is in at the end."""
        part, inside = self.part(setting), self.state(world)["inside"]
        for n, club in enumerate(part.clubs):
            yield "club_members", (club.name,), inside[:, n].sum(axis=1)
        for session, count in enumerate(self.state(world)["by_session"], 1):
            yield "in_clubs", (setting.label(session),), count
        new = (inside & ~part.members).sum(axis=1)
        for actor in np.flatnonzero(part.among.any(axis=0)):
            yield "clubs_joined", (setting.actors[actor],), np.ascontiguousarray(new[:, actor])


def _made(name: str, club: WrittenClub, axes: Axes) -> Club:
    issues = np.array([axes.issues.index(issue) for issue in club.stands], dtype=np.int64)
    launch = np.nan if club.launch is None else club.launch - len(club.members)
    stands = np.array(list(club.stands.values())) / FULL
    return Club(
        name, club.index, club.door, issues, stands, axes.mask(club.hosts), club.opens, launch
    )


def _said(setting: Setting, session: int) -> tuple[Said, Said]:
    """What is said by this session, and what was by the one before."""
    now: Said = setting.scene(session).parts["clubs"]
    if session > 1:
        return now, setting.scene(session - 1).parts["clubs"]
    return now, Said(np.zeros_like(now.will), np.zeros_like(now.hosted))


def _mean(values: Floats, among: Bools) -> Floats:
    """Mean over candidates: (runs, clubs)."""
    mean: Floats = np.where(among, values, 0.0).sum(axis=2) / np.maximum(among.sum(axis=1), 1)
    return mean


def _fit(position: Floats, stands: Floats, among: Bools) -> Floats:
    """How near everyone is to what a club stands for, in sds over candidates: (runs, actors).

    ``position`` is (runs, actors, issues of the club).
    """
    apart = position - stands
    near = -np.sqrt(np.einsum("rak,rak->ra", apart, apart))
    count = max(int(among.sum()), 1)
    middle = (np.where(among, near, 0.0).sum(axis=1) / count)[:, None]
    spread = np.sqrt(np.where(among, (near - middle) ** 2, 0.0).sum(axis=1) / count)[:, None]
    fit: Floats = (near - middle) / np.where(spread > 0, spread, 1.0)
    return fit


def _gain(setting: Setting, world: World, draft: int, club: Club) -> Floats:
    """What a text gains from where a club stands, at full salience: (runs,)."""
    text, total = setting.drafts[draft], np.zeros(world.size)
    stands = dict(zip(club.issues.tolist(), club.stands.tolist(), strict=True))
    weight = shares(text.issue, text.weight).tolist()
    for clause, (issue, share) in enumerate(zip(text.issue.tolist(), weight, strict=True)):
        if issue in stands:
            before = world.status_quo[:, issue] - stands[issue]
            after = world.value[draft][:, clause] - stands[issue]
            gained = share * (before * before - after * after)
            total += np.where(world.active[draft][:, clause], gained, 0.0)
    return total


def welcome(world: World, part: Roster, inside: Bools) -> Bools:
    """Whom nobody who has a say objects to: (runs, clubs, actors)."""
    let_in = np.ones(inside.shape, dtype=bool)
    tolerance = world.column("club_tolerance")
    for n, club in enumerate(part.clubs):
        if club.door == "open":
            continue
        hosts = np.broadcast_to(club.hosts, inside[:, n].shape)
        judges = hosts if club.door == "invitation" and club.hosts.any() else inside[:, n]
        let_in[:, n] &= judges.any(axis=1, keepdims=True)
        for issue in club.issues.tolist():
            at = world.position[:, :, issue]
            least = np.where(judges, at, np.inf).min(axis=1)[:, None]
            most = np.where(judges, at, -np.inf).max(axis=1)[:, None]
            let_in[:, n] &= (at - least <= tolerance) & (most - at <= tolerance)
    return let_in


def launched(pull: Floats, inside: Bools, names: float) -> Floats:
    """Chance that each signs at a launch at which so many new names are expected: (runs, actors).

    It is 1 - exp(-a pull), 0 for those inside; ``pull`` (runs, actors) is 0 for who may not join.
    """
    free = np.where(inside, 0.0, pull)
    low, high = (np.full((len(pull), 1), end) for end in SPAN)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        expected = -np.expm1(-np.exp(middle) * free).sum(axis=1, keepdims=True)
        enough = expected >= names
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    chance: Floats = -np.expm1(-np.exp(high) * free)
    return chance
