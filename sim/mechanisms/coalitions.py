"""Coalitions: actors who have much in common stand together, hold a line, and pool their means.

Each session, or once a year where sessions stand for parts of one, actors move from the coalitions
of the last time to where the sum of their bonds is best, if those who are there agree
(`sim.coalitions.forming`); and whenever seats, capabilities or who stands aside change, or a
coalition was dissolved. Bonds are nearness on the issues at stake,
shared groups, what capabilities give each other, and an adversary that both are far from, less
friction (`sim.coalitions.bonds`). The most capable state in it leads. What members share:

    a line      a_i  +=  d (mean of a over the coalition - a_i)          in a vote
    a price     z_i   =  sqrt(1 - d) z_i + sqrt(d) z_c - g w_i           of blocking, as a deviate
    effort      the leader spends the share d of what its members have

w_i is the share of all capability that the other members hold: company makes blocking cheaper.
How far members follow (d) was seen to be more than nothing on recorded votes to 2022; how much
company and an adversary do is assumed, from ranges that include nothing.
Stability: Bogomolnaia and Jackson (2002); Dreze and Greenberg (1980).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from sim.coalitions import bonds, forming
from sim.coalitions.counting import counts
from sim.coalitions.labels import kept, means, merged, parts, sizes, sums
from sim.core import special
from sim.core.ask import Phase
from sim.core.calendar import Calendar
from sim.core.fields import ActorRef, ActorRefs, Part, Session, Texts
from sim.core.happenings import Done, Verb
from sim.core.loops import as_before
from sim.core.mechanism import Axes, Look, Mechanism, Section, When
from sim.core.outcome import PERCENT, Outcome
from sim.core.parameters import Parameter
from sim.core.setting import Kind, Meeting, Scene, Setting
from sim.core.world import World

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

ASIDE = "stands alone"


class WrittenCoalitions(Part):
    """Whether coalitions form, on what, and what is said of them beforehand."""

    form: Literal["on", "off"] = Field(default="off", description="on: coalitions form; off: none")
    on: Texts = Field(
        default=(), description="what they form on: issues, or drafts for the issues they are on"
    )
    against: ActorRef = Field(default="", description="an adversary that brings others together")
    force: dict[str, ActorRefs] = Field(
        default={}, description="actors who stand together whatever they want, by a name"
    )
    forbid: tuple[ActorRefs, ...] = Field(
        default=(), description="sets of actors of whom no two may stand together"
    )
    dissolve: dict[ActorRef, Session] = Field(
        default={},
        description="an actor and a session: once formed in it, that actor's coalition breaks up,"
        " and none of its members come together again",
    )

    def __bool__(self) -> bool:
        """Whether a file says anything of them."""
        return self != WrittenCoalitions()


@dataclass(frozen=True)
class Plan:
    """What all runs share."""

    issues: Ints  # the places of those that coalitions form on
    against: int  # -1: nobody
    ties: Floats  # (actors, actors)
    told: Floats  # (actors, actors): what to add to a bond that is forced or forbidden
    together: Ints  # (actors,): at first
    dissolved: tuple[tuple[int, int], ...]  # session and actor
    calendar: Calendar | None = None  # with one, they are renewed once a year


@dataclass
class State:
    """Who is with whom; arrays are (runs, actors)."""

    label: Ints  # the place of who leads one's coalition, or one's own when alone
    tempted: Bools  # would be better off elsewhere, did others let it in
    barred: list[Bools]  # for each coalition that was dissolved, who was in it
    history: list[Ints]  # labels by session
    seen: list[Floats] = field(
        default_factory=list
    )  # positions and saliences when they last formed
    formed: int = 0  # and in which session that was; 0: they must form anew


class Coalitions(Mechanism):
    """Coalitions: actors who have much in common stand together, hold a line, and pool means."""

    name = "coalitions"
    when = When.OPENING
    after = ("influence",)
    scenario = {
        "coalitions": Section(
            WrittenCoalitions, WrittenCoalitions(), "coalitions that form in the run"
        )
    }
    parameters = (
        Parameter(
            *("coalition_friction", "phi_c", 0.9, 0.7, 1),
            "share of pairs who have too little in common to stand together; 1: no coalitions",
        ),
        Parameter(
            *("coalition_ties", "t_c", 0.5, 0, 1),
            "weight of shared groups in a bond, for that of nearness",
        ),
        Parameter(
            *("coalition_means", "m_c", 0.5, 0, 1),
            "weight of what capabilities give each other, for that of nearness",
        ),
        Parameter(
            *("coalition_threat", "h_c", 0.5, 0, 1),
            "weight of being far from the adversary, for that of nearness",
        ),
        Parameter(
            *("coalition_crowding", "k_c", 0, 0, 0.02),
            "cost of the square of the number of other members, in units of a bond",
        ),
        Parameter(
            *("coalition_discipline", "d_c", 0.3, 0, 0.6),
            "how far members follow the line of their coalition",
        ),
        Parameter(
            *("coalition_company", "g_c", 1, 0, 4),
            "how far a coalition with all capability lowers the price of blocking, in deviates",
        ),
    )
    draws = ("coin", "resolve")
    verbs = {ASIDE: Verb(f"{ASIDE}: leaves its coalition and joins none from then on")}
    outcomes = (
        Outcome(
            "coalitions",
            "coalitions",
            "coalitions of two or more actors in the last session",
            "coalitions",
            low=0,
            when_none=0,
            whole=True,
            otherwise="as they have formed",
        ),
        Outcome(
            "coalition_largest",
            "members of the largest coalition",
            "members of the largest coalition in the last session; 0: there is none",
            "actors",
            low=0,
            when_none=0,
            whole=True,
            otherwise="as they have formed",
        ),
        Outcome(
            "coalition_alone",
            "actors that stand alone",
            "actors that are in no coalition in the last session",
            "actors",
            low=0,
            whole=True,
            otherwise="as they have formed",
        ),
        Outcome(
            "coalition_tempted",
            "the share of members who would rather be elsewhere",
            "of all members of coalitions in the last session, those who would be better off alone"
            " or in another one, did it let them in",
            PERCENT,
            low=0,
            high=100,
            missing="there is no coalition",
            otherwise="as they have formed",
        ),
    )
    acts = {
        "leads": "leads a coalition, in members",
        "joins": "joins a coalition, in members it then has",
        "leaves": "leaves its coalition and stands alone, in members it then had",
        "defects": "goes over to another coalition without most of its own, in members of that",
        "merges": "brings its coalition into another, in members it brings",
        "splits": "sees its coalition fall into parts of two or more, in parts",
    }
    claims = {"R03": "a larger coalition weighs more, and is harder to keep together"}
    sources = ("bogomolnaia2002", "dreze1980")
    terms = {"bind": "the line of its coalition"}
    dynamic = True
    off = {"coalition_friction": 1.0}

    # What a scenario says

    def said(self, sections: Mapping[str, Any]) -> bool:
        """Whether coalitions form."""
        return bool(sections["coalitions"].form == "on")

    def check(self, said: Mapping[str, Any], look: Look) -> None:
        """Refuse what they cannot form on, and sets that are too small, or both told and barred."""
        written = said["coalitions"]
        self._check_on(written, look)
        at = ("coalitions", "force")
        for actor, session in written.dissolve.items():
            if session > look.sessions:
                path, last = ("coalitions", "dissolve", actor), f"1 to {look.sessions}"
                look.wrong(path, "is after the last session", session, last)
        in_one: dict[str, str] = {}
        for name, members in written.force.items():
            _check_set((*at, name), members, look)
            for actor in members:
                if in_one.setdefault(actor, name) != name:
                    problem = f"is forced into {in_one[actor]} too; an actor is in one coalition"
                    look.wrong((*at, name), problem, actor)
        for place, apart in enumerate(written.forbid):
            _check_set(("coalitions", "forbid", place), apart, look)
            for name, members in written.force.items():
                both = [actor for actor in members if actor in apart]
                if len(both) > 1:
                    problem = f"is forced together in {name}, and forbidden here: keep one of them"
                    look.wrong(("coalitions", "forbid", place), problem, " and ".join(both[:2]))
        if in_one.get(written.against):
            problem = "is the adversary, and forced into a coalition"
            look.wrong((*at, in_one[written.against]), problem, written.against)

    def _check_on(self, written: WrittenCoalitions, look: Look) -> None:
        issues = {code for actor in look.actors.values() for code in actor.position}
        known = [*sorted(issues), *look.drafts]
        for place, name in enumerate(written.on):
            if name not in known:
                problem = "is neither an issue nor a draft here"
                look.wrong(("coalitions", "on", place), problem, name, ", ".join(known), known)

    def warnings(self, said: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Warn of what has no effect since coalitions do not form."""
        written = said["coalitions"]
        if written and written.form == "off":
            yield ("coalitions", "form"), "is off, so that nothing else said of coalitions counts"

    def refused(self, done: Done, sections: Mapping[str, Any]) -> tuple[str, str]:
        """Refuse to stand aside from what does not form."""
        if self.said(sections):
            return "", ""
        return "no coalitions form here", "coalitions: {form: on}"

    def show(
        self, said: Mapping[str, Any], names: Callable[[Iterable[str]], str], actor: str = ""
    ) -> Iterator[str]:
        """Say on what they form, and what is said of them beforehand."""
        written = said["coalitions"]
        if not self.said(said):
            return
        if not actor:
            on = ", ".join(written.on) or "all issues"
            against = f", against {written.against}" if written.against else ""
            yield f"form on {on}{against}"
        for name, members in written.force.items():
            if not actor or actor in members:
                yield f"{name}, forced: {names(members)}"
        for apart in written.forbid:
            if not actor or actor in apart:
                yield f"never together: {names(apart)}"
        for whose, session in written.dissolve.items():
            if actor in ("", whose):
                yield f"that of {whose} is dissolved in session {session}"

    def compile(self, said: Mapping[str, Any], axes: Axes) -> Plan | None:
        """Turn names into places."""
        written = said["coalitions"]
        if not self.said(said):
            return None
        told, together = np.zeros((len(axes.actors),) * 2), np.arange(len(axes.actors))
        for members in written.force.values():
            inside = [axes.place(actor) for actor in members]
            told[np.ix_(inside, inside)] = bonds.FORCED
            together[inside] = min(inside)
        for apart in written.forbid:
            for one, other in combinations([axes.place(actor) for actor in apart], 2):
                told[one, other] = told[other, one] = bonds.REFUSES
        return Plan(
            issues=_issues(written, axes),
            against=axes.place(written.against) if written.against else -1,
            ties=bonds.shared_groups(axes.actors, axes.groups),
            told=told,
            together=together,
            dissolved=tuple((when, axes.place(who)) for who, when in written.dissolve.items()),
            calendar=axes.calendar,
        )

    def opening(self, said: Mapping[str, Any], axes: Axes) -> Bools | None:
        """Who stands aside at first: nobody, (actors,)."""
        return np.zeros(len(axes.actors), dtype=bool) if self.said(said) else None

    def done(self, scene: Scene, done: Done, axes: Axes) -> Scene:
        """The scene once an actor stands aside."""
        aside = scene.parts[self.name] | axes.mask([done.actor])
        return replace(scene, parts={**scene.parts, self.name: aside})

    # What happens in a run

    def begin(self, setting: Setting, world: World) -> State:
        """Everyone is alone, but for those who are forced together."""
        plan: Plan = self.part(setting)
        label = np.tile(plan.together, (world.size, 1))
        return State(label, np.zeros(label.shape, dtype=bool), [], [])

    def play(self, setting: Setting, world: World, meeting: Meeting) -> Phase:
        """Let coalitions form, from those of the last session, and log who did what."""
        state, plan = self.state(world), self.part(setting)
        alone = np.tile(np.arange(len(setting.actors)), (world.size, 1))
        before = state.history[-1] if state.history else alone
        self._renew(setting, world, meeting.session)
        for session, actor in plan.dissolved:
            if session == meeting.session:
                self._dissolve(state, actor)
        self._log(world, meeting, before, state.label)
        state.history.append(state.label.copy())
        yield from ()

    def _renew(self, setting: Setting, world: World, session: int) -> None:
        """Form coalitions anew where it is time to, and anything has changed since the last."""
        state, plan = self.state(world), self.part(setting)
        same_room = state.formed > 0 and _same_room(setting, state.formed, session)
        if same_room and not _new_year(plan.calendar, session):
            return
        cares = [world.position, world.salience]
        anew, last = np.ones(world.size, dtype=bool), self._last(setting, session)
        if same_room and not (
            last and plan.calendar
        ):  # nobody would move where nobody's mind has changed
            anew = np.logical_or.reduce(
                [(now != was).any(axis=(1, 2)) for now, was in zip(cares, state.seen, strict=True)]
            )
        if anew.any():
            self._form(setting, world, session, np.flatnonzero(anew), last or not plan.calendar)
        state.seen, state.formed = [of.copy() for of in cares], session

    def _last(self, setting: Setting, session: int) -> bool:
        """Whether this is the last time that they are renewed."""
        plan: Plan = self.part(setting)
        after = {when + 1 for when, _ in plan.dissolved}
        return not any(
            later in after
            or _new_year(plan.calendar, later)
            or not _same_room(setting, later - 1, later)
            for later in range(session + 1, setting.sessions + 1)
        )

    def _form(self, setting: Setting, world: World, session: int, runs: Ints, last: bool) -> None:
        """Let them form in these runs; the last time, see who would rather be elsewhere."""
        state, scene = self.state(world), setting.scene(session)
        binds = Binding(setting, self.part(setting), world, scene)
        luck = self.luck(world, "coin", setting.labels, session)
        crowding = world.parameters["coalition_crowding"].tolist()
        same = as_before(world.which) & as_before(world.position) & as_before(world.salience)
        # Who sits in the room speaks for it: any state comes before a company, capable as it is.
        standing = scene.capability + (setting.kind == Kind.STATE)
        made = -1  # the run that bonds were last made of
        for run in runs.tolist():
            if state.barred or made < 0 or not same[made + 1 : run + 1].all():
                free, open_to = binds.of(run, [was[run] for was in state.barred])
                made = run
            found = forming.form(open_to, state.label[run], luck[run], crowding[run])
            state.label[run] = forming.leaders(found.label, found.worth, standing)
            if last:
                state.tempted[run] = forming.tempted(free, found.label, crowding[run])

    def _dissolve(self, state: State, actor: int) -> None:
        inside = state.label == state.label[:, actor, None]
        state.barred.append(inside)
        state.label = np.where(inside, np.arange(inside.shape[1]), state.label)
        state.formed = 0

    def _log(self, world: World, meeting: Meeting, before: Ints, now: Ints) -> None:
        """Log who leads, and who went where since the last session."""
        size, had = sizes(now), sizes(before)
        mine = np.arange(now.shape[1])
        inside, was = size > 1, had > 1
        with_old = kept(before, now)
        said = {
            "leads": (inside & (now == mine), size),
            "joins": (inside & ~was, size),
            "leaves": (~inside & was, had),
            "defects": (inside & was & (2 * with_old < had - 1), size),
        }
        if meeting.session > 1:
            fell = parts(before, now)
            said |= {"merges": (merged(before, now), with_old + 1), "splits": (fell > 1, fell)}
        for what, (who, much) in said.items():
            self.act(world, meeting, what, range(now.shape[1]), size=np.where(who, much, np.nan))

    def bind(
        self, setting: Setting, world: World, meeting: Meeting, draft: int, own: Floats
    ) -> Floats | None:
        """Draw members towards the line of their coalition: the mean of those who are there."""
        scene = setting.scene(meeting.session)
        label, counted = self.state(world).label, scene.present & (setting.kind == Kind.STATE)
        line, heads = means(own, label, counted)
        follow = world.column("coalition_discipline") * counted
        return np.where(heads > 1, follow * (line - own), 0.0)

    def price(
        self, setting: Setting, world: World, meeting: Meeting, drawn: Floats
    ) -> Floats | None:
        """Let members share in one price of blocking, lower the more company they have."""
        label, scene = self.state(world).label, setting.scene(meeting.session)
        weight = np.where(scene.present, scene.capability, 0.0)
        weight = weight / max(float(weight.sum()), 1e-12)
        others = np.take_along_axis(sums(weight, label), label, axis=1) - weight
        common = special.ndtri(self.luck(world, "resolve", setting.labels))
        d = world.column("coalition_discipline")
        mixed = np.sqrt(1 - d) * drawn + np.sqrt(d) * np.take_along_axis(common, label, axis=1)
        shared = mixed - world.column("coalition_company") * others
        return np.where(sizes(label) > 1, shared, drawn)

    def collect(
        self, setting: Setting, world: World
    ) -> Iterator[tuple[str, tuple[str, ...], npt.NDArray[Any]]]:
        """Read off how many there are, how large, and how content their members."""
        state = self.state(world)
        size = sizes(state.label)
        inside, mine = size > 1, np.arange(size.shape[1])
        many = np.count_nonzero(inside, axis=1)
        tempted = np.count_nonzero(inside & state.tempted, axis=1)
        yield "coalitions", (), np.count_nonzero(inside & (state.label == mine), axis=1)
        yield "coalition_largest", (), np.where(many > 0, size.max(axis=1), 0)
        yield "coalition_alone", (), np.count_nonzero(~inside, axis=1)
        yield "coalition_tempted", (), np.where(many > 0, tempted / np.maximum(many, 1), np.nan)

    def counted(self, setting: Setting, world: World) -> Iterator[tuple[str, Ints]]:
        """Count who was with whom, under whom, how surely, and what turned on it."""
        state = self.state(world)
        yield from counts(setting, world, state.history, state.tempted)


def _same_room(setting: Setting, before: int, now: int) -> bool:
    """Whether the same actors are there in two sessions, with the same means."""
    one, other = setting.scene(before), setting.scene(now)
    aside = (scene.parts["coalitions"] for scene in (one, other))
    return one is other or (
        np.array_equal(one.present, other.present)
        and np.array_equal(one.capability, other.capability)
        and np.array_equal(*aside)
    )


def _new_year(calendar: Calendar | None, session: int) -> bool:
    """Whether a session is the first of its year; without a calendar, each is a time to renew."""
    return (
        calendar is None
        or session == 1
        or calendar.day(session).year > calendar.day(session - 1).year
    )


@dataclass
class Binding:
    """Makes the bonds of each run of a session; what runs share is made once."""

    setting: Setting
    plan: Plan
    world: World
    scene: Scene

    def __post_init__(self) -> None:
        """Scale what does not depend on positions over the pairs of those who take part."""
        scene = self.scene
        among = scene.present & ~scene.parts["coalitions"]
        self.told = np.where(np.outer(among, among), self.plan.told, bonds.REFUSES)
        if self.plan.against >= 0:
            among = among & (np.arange(len(among)) != self.plan.against)
            self.told[self.plan.against] = self.told[:, self.plan.against] = bonds.REFUSES
        np.fill_diagonal(self.told, 0.0)
        self.is_told = self.told != 0
        self.pair = bonds.pairs(among)
        self.ties = bonds.scaled(self.plan.ties, self.pair)
        root = np.sqrt(scene.capability)
        self.means = bonds.scaled(np.outer(root, root), self.pair)
        self.lasting: tuple[tuple[float, float], Floats] | None = None  # by the weights of both

    def of(self, run: int, barred: Sequence[Bools]) -> tuple[Floats, Floats]:
        """Bonds of one run, (actors, actors): as they are, and as they count with consent."""
        world, issues = self.world, self.plan.issues
        x, s = (np.take(of[run], issues, axis=1) for of in (world.position, world.salience))
        near = bonds.nearness(x, s)
        weight = {name: float(world.parameters[f"coalition_{name}"][run]) for name in WEIGHTS}
        strength = bonds.standard(near, self.pair)
        strength += self._lasting(weight["ties"], weight["means"])
        if self.plan.against >= 0:
            far = np.sqrt(1.0 - near[self.plan.against])
            strength += weight["threat"] * bonds.scaled(np.outer(far, far), self.pair)
        made = bonds.less_friction(strength, self.pair, weight["friction"])
        np.copyto(made, self.told, where=self.is_told)
        for inside in barred:
            made[np.outer(inside, inside)] = bonds.REFUSES
        np.fill_diagonal(made, 0.0)
        return made, forming.consented(made)

    def _lasting(self, ties: float, means: float) -> Floats:
        """What groups and capabilities bind: the same in all runs of a world, (actors, actors)."""
        if self.lasting is None or self.lasting[0] != (ties, means):
            self.lasting = (ties, means), ties * self.ties + means * self.means
        return self.lasting[1]


WEIGHTS = ("ties", "means", "threat", "friction")


def pooled(setting: Setting, world: World, effort: Floats) -> Floats:
    """Effort, (runs, actors), once leaders spend what their members put in; the sum is the same."""
    if "coalitions" not in world.state:
        return effort
    label = world.state["coalitions"].label
    share = np.where(sizes(label) > 1, world.column("coalition_discipline"), 0.0)
    given = share * effort
    spent: Floats = effort - given + sums(given, label)
    return spent


def _issues(written: WrittenCoalitions, axes: Axes) -> Ints:
    """The places of the issues that coalitions form on: those named, or of drafts named; or all."""
    named = {code for name in written.on for code in axes.touched.get(name, (name,))}
    return np.array([k for k, code in enumerate(axes.issues) if code in named or not named])


def _check_set(path: tuple[str | int, ...], members: Sequence[str], look: Look) -> None:
    """Refuse sets of fewer than two, or of everyone."""
    if len(members) < 2:
        said = ", ".join(members) or "nobody"
        look.wrong(path, "needs two actors or more", said, "a list of actors, or group NAME")
    elif {id_ for id_, actor in look.actors.items() if actor.kind == "state"} <= {*members}:
        problem = "holds every state: nobody is left to stand apart from it"
        look.wrong(path, problem, f"{len(members)} actors", "some of them")
