"""Aid: donors build capacity, and bid for states that lean to neither side.

    lean_id = (D_ir - D_id) / (D_ir + D_id)       D: distance on d's issues, r: the nearest rival
    R_id proportional to need_i focus(lean_id), within d's budget;   need_i = 1 - capability_i
    a_i  +=  w sum_d side_d sqrt(R_id)            side_d = tanh( beta g_d ), what d makes of a text
    x_i  +=  t h sum_d S_id / (1 + S_id) (x_d - x_i)       dS_id / dt = R_id - f_d S_id
    dK_i / dt = m (sum_d k_d R_id) (1 - K_i) - f K_i       effort times 1 + e K_i (1 - capability_i)

R is in full packages a year, t the years of a session. Some votes follow at once (w), positions
drift later with what has been given (h). Who is near its donor has little to drift: in the core aid
earns less, and nothing else says so. Capacity grows by m units for one of aid, as hosts invest too.

Donors spend on *swing* states (focus exp(-(lean / .35)^2 / 2), shares proportional to how easily a
state is moved as in Snyder 1989), on the *core* (lean above 0), or *even*ly. One that *buys back*
moves second, as in Groseclose and Snyder (1996): it sees what the others give, outbids them where
that is cheapest, its friends' lean counted, and goes on until its means are spent. The first mover
must then give all alike, and needs about twice the means.

Kinds differ in what they build and in how long they last: courses build capacity and fade; cables,
cloud and 5G build less and stay; response is what a state gets that asks for help after an attack.
Who asks is answered by the nearest donor that keeps means for it, after an exponential delay.

What aid does to votes is small where it was measured (Dreher, Nunnenkamp and Thiele 2008), and most
often nothing: the ranges of w and of h hold 0. The delay rests on two cases, Costa Rica (346 days)
and Albania (about 210). The table of kinds, need and the width of swing are assumed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from pydantic import Field

from sim.core.ask import Phase
from sim.core.calendar import years
from sim.core.fields import ActorRef, ActorRefs, IssueRef, Once, Part, Percent, Session, Weight
from sim.core.gain import shares
from sim.core.happenings import Change, Done, Verb
from sim.core.lever import Asked, Moved
from sim.core.mechanism import Axes, Bars, Curve, Look, Mechanism, Section, Telling, When, each
from sim.core.outcome import SCALE, Outcome, Over
from sim.core.parameters import Parameter
from sim.core.setting import Kind, Meeting, Scene, Setting
from sim.core.world import World

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

FULL = 100.0
MOST_MORE = 4.0  # times what it gives: how far a donor might go
WIDTH = 0.35  # of leaning to neither side: assumed
LEAST_NEED = 0.1  # of the most capable state: assumed
UNRIVALLED = 0.5  # how far a rival stands where there is none
STEP = 0.01  # packages a year by which one outbids another
SHOWN = 5  # whom a donor gives most, in the story of one run
BUDGET = "aid.ACTOR.budget"
Gift = Literal["training", "cloud", "cable", "telecom", "response"]


class Made(NamedTuple):
    """What a package of one kind makes, on 0-1; assumed."""

    capacity: float
    lasting: float  # share of it that does not fade


KINDS: dict[Gift, Made] = {
    "training": Made(1.0, 0.0),
    "cloud": Made(0.5, 0.5),
    "cable": Made(0.4, 0.9),
    "telecom": Made(0.4, 0.8),  # 5G
    "response": Made(0.6, 0.0),
}


class WrittenKinds(Part):
    """What a donor gives, by weight."""

    training: Percent = Field(default=0.0, description="courses, laws, strategies, institutions")
    cloud: Percent = Field(default=0.0, description="access to cloud and data centres")
    cable: Percent = Field(default=0.0, description="submarine and other cables")
    telecom: Percent = Field(default=0.0, description="mobile networks, such as 5G")
    response: Percent = Field(default=0.0, description="help after an attack, for who asks")

    def weights(self) -> dict[Gift, float]:
        """The weights by kind."""
        return {kind: getattr(self, kind) for kind in KINDS}


class WrittenGrant(Part):
    """What a donor is known to give a state in one session."""

    to: ActorRef = Field(description="who receives it")
    amount: Weight = Field(description="in points; 100 is a full package")
    session: Session = Field(description="when")


class WrittenDonor(Part):
    """What a donor has to give, to whom, for what."""

    budget: Weight = Field(description="points a year; 100 is a full package for one state")
    to: ActorRefs = Field(
        default=("all states",), description="who may receive it; by default all other states"
    )
    spend: Literal["swing", "core", "even", "buy_back"] = Field(
        default="swing",
        description="whom it favours: swing (who leans to neither side), core (its friends), even,"
        " or buy_back (it outbids others where that is cheapest)",
    )
    about: tuple[IssueRef, ...] = Field(
        default=(), description="issues on which it hopes to win states over; by default all"
    )
    kinds: WrittenKinds = Field(
        default=WrittenKinds(training=FULL), description="what it gives, by weight"
    )
    grants: tuple[WrittenGrant, ...] = Field(
        default=(), description="what it is known to give, out of its budget"
    )


class Donor(NamedTuple):
    """One donor; amounts in full packages."""

    actor: int
    to: Bools  # (actors,)
    spend: str
    issues: Ints
    capacity: float
    lasting: float
    responds: bool
    grants: Mapping[int, Floats]  # session -> (actors,)


@dataclass(frozen=True)
class Means:
    """What donors have, and who has asked for help how often, by a session."""

    budget: Floats  # (donors,), packages a year
    share: Floats  # (donors,): what is left of it
    asked: Ints  # (actors,)


def _given(donors: Mapping[str, WrittenDonor], name: str, budget: float) -> dict[str, Any]:
    return {"aid": {**donors, name: donors[name].model_copy(update={"budget": budget})}}


class Aid(Mechanism):
    """Aid: donors build capacity, and bid for states that lean to neither side."""

    name = "aid"
    when = When.OPENING
    after = ("events",)
    scenario = {
        "aid": Section(
            Annotated[dict[ActorRef, WrittenDonor], Once],
            {},
            "what donors give to states, by donor",
        )
    }
    parameters = (
        Parameter(
            *("aid_vote", "w", 0.3, 0.0, 1.0),
            "what a full package a year adds to support of what its donor wants, in logits",
            source="0 to 3 points of voting for a standard deviation of aid: dreher2008",
        ),
        Parameter(
            *("aid_drift", "h", 0.04, 0.0, 0.15),
            "share of the distance to a donor that is closed in a year where much was given",
            source="slow drift rather than trades, by interviews; the size is assumed",
        ),
        Parameter(
            *("aid_fades", "f", 0.3, 0.1, 0.6),
            "share of what courses have built that is gone in a year",
        ),
        Parameter(
            *("aid_multiplier", "m", 1.5, 1.0, 3.0),
            "units of capacity that a unit of aid builds, as hosts invest too; 1: they do not",
        ),
        Parameter(
            *("aid_staff", "e", 0.5, 0.0, 1.0),
            "what full capacity adds to the effort of a state that had none",
        ),
        Parameter(
            *("help_delay", "l", 0.75, 0.1, 2.0),
            "mean years from a request for help to its answer",
            source="Costa Rica 2022-23 346 days, Albania 2022-23 about 210",
        ),
        Parameter(*("help_size", "n", 0.5, 0.0, 1.0), "what answers a request, in full packages"),
    )
    draws = ("answer",)
    verbs = {"requests help": Verb("asks for assistance after an attack")}
    events = {BUDGET: "what a donor has from then on, in per cent of its first budget"}
    outcomes = (
        Outcome(
            "aid_received",
            "aid to {actor}",
            "what {actor} received from all donors; 100: a full package for a year",
            *("points", Over.ACTOR, 0, None, 0),
        ),
        Outcome(
            "leaning",
            "states that lean to {actor}",
            "states that stand nearer to {actor} than to any other donor at the end, on its issues",
            *("states", Over.ACTOR, 0, None, 0),
            whole=True,
        ),
        Outcome(
            "capacity_built",
            "capacity built",
            "mean over states of the capacity that aid has built and that is left; 100: all there"
            " can be",
            *("points", Over.RUN, 0, 100, 0),
        ),
        Outcome(
            "capacity",
            "capacity that aid has built by {session}",
            "mean over states of the capacity that aid has built and that is left at the end of"
            " {session}; 100: all there can be",
            *(SCALE, Over.SESSION, 0, 100, 0),
        ),
        Outcome(
            "help_after",
            "time to the answer to a request for help",
            "mean over answered requests of the time that it took",
            *("years", Over.RUN, 0, None),
            missing="no request for help is answered",
        ),
    )
    acts = {
        "aids": "gives aid to a state, or to all of them, in points",
        "asks for help": "asks for assistance; one request",
        "answers": "gives what a state has asked for, in points",
    }
    tellings = {
        "aids": Telling("began to give aid", 2),
        "asks for help": Telling("asked for help after an attack", 1.5),
        "answers": Telling("sent the help that {target} had asked for", 1.5),
    }
    figures = (
        Bars("leaning", "To which donor states lean at the end"),
        Curve("capacity", "What aid has built", "Capacity built by aid"),
    )
    claims = {
        "R08": "whoever receives capacity comes to share its donor's view; that is built in (h)",
        "R10": "a little aid makes hosts invest more; that is built in (m)",
        "R24": "aid to the core earns less than aid to the wary; this follows from distances",
    }
    sources = ("groseclose1996", "snyder1989", "dreher2008")
    terms = {"aid": "aid from those with a stake in the text"}
    dynamic = True
    off = {"aid_vote": 0.0, "aid_drift": 0.0, "aid_staff": 0.0}

    # What a scenario says

    def levers(self, said: Mapping[str, Any], asked: Asked) -> Iterator[Moved]:
        """What donors give in all: each holds its own budget."""
        donors = said["aid"]
        for name, donor in donors.items():
            if name != asked.actor and donor.budget > 0:
                says, most = f"what {asked.called(name)} gives in aid", MOST_MORE * donor.budget
                changed, path = partial(_given, donors, name), f"aid.{name}.budget"
                yield Moved(path, says, name, donor.budget, 0.0, most, changed, percent=False)

    def check(self, said: Mapping[str, Any], look: Look) -> None:
        """Refuse aid to oneself or to nobody, of no kind, beyond a budget, or that buys nothing."""
        donors = said["aid"]
        for actor, donor in donors.items():
            at = ("aid", actor)
            if not set(donor.to) - set(donors):
                look.wrong((*at, "to"), "nobody may receive it but donors", actor, "other states")
            for to in donor.to:
                if to in look.actors and look.actors[to].kind != "state":
                    look.wrong((*at, "to"), "is no state", to, "states")
            if not sum(donor.kinds.weights().values()):
                look.wrong((*at, "kinds"), "weigh nothing in all", "0", "a weight above 0")
            spent: dict[int, float] = {}
            for place, grant in enumerate(donor.grants):
                where = (*at, "grants", place)
                if grant.to in look.actors and grant.to not in donor.to:
                    problem = "may not receive it: it is not among `to`"
                    look.wrong((*where, "to"), problem, grant.to, "one of `to`")
                if grant.to == actor:
                    look.wrong((*where, "to"), "is the donor itself", actor, "another state")
                if grant.session > look.sessions:
                    right = f"1 to {look.sessions}"
                    look.wrong((*where, "session"), "is after the last one", grant.session, right)
                spent[grant.session] = spent.get(grant.session, 0.0) + grant.amount
                if spent[grant.session] > donor.budget:
                    problem = f"overspends: {spent[grant.session]:g} are granted in this session"
                    right = f"a budget of {spent[grant.session]:g} or more, or less in grants"
                    look.wrong((*where, "amount"), problem, f"{grant.amount:g}", right)
            if donor.spend == "buy_back" and all(d.spend == "buy_back" for d in donors.values()):
                problem = "there is no donor to outbid: all of them move second"
                look.wrong((*at, "spend"), problem, "buy_back", "swing, core or even for one")

    def refused(self, done: Done, sections: Mapping[str, Any]) -> tuple[str, str]:
        """Refuse a request that nobody keeps means to answer."""
        able = [
            actor
            for actor, donor in sections["aid"].items()
            if donor.kinds.response and done.actor in donor.to and actor != done.actor
        ]
        problem = f"nobody has means to answer {done.actor}"
        return ("", "") if able else (problem, "a donor under `aid` with the kind response")

    def compile(self, said: Mapping[str, Any], axes: Axes) -> tuple[Donor, ...] | None:
        """Make the donors, in the order of the file."""
        others = ~axes.mask(said["aid"])  # donors give one another nothing
        return (
            tuple(_made(actor, donor, axes, others) for actor, donor in said["aid"].items()) or None
        )

    def opening(self, said: Mapping[str, Any], axes: Axes) -> Means | None:
        """What donors have at first; nobody has asked for help."""
        budgets = [donor.budget / FULL for donor in said["aid"].values()]
        if not budgets:
            return None
        nobody = np.zeros(len(axes.actors), np.int64)
        return Means(np.array(budgets), np.ones(len(budgets)), nobody)

    def done(self, scene: Scene, done: Done, axes: Axes) -> Scene:
        """The scene once a state has asked for help."""
        means: Means = scene.parts[self.name]
        return self._with(scene, replace(means, asked=means.asked + axes.mask([done.actor])))

    def set(self, scene: Scene, change: Change, axes: Axes) -> Scene:
        """The scene once a donor has more or less to give; where nobody gives, as it was."""
        means: Means | None = scene.parts[self.name]
        if means is None:
            return scene
        at = np.array([actor in change.names for actor in axes.named[self.name]])
        return self._with(
            scene, replace(means, share=np.where(at, change.value / FULL, means.share))
        )

    def _with(self, scene: Scene, means: Means) -> Scene:
        return replace(scene, parts={**scene.parts, self.name: means})

    def columns(self, outcome: Outcome, said: Mapping[str, Any]) -> Iterable[str]:
        """Keep what receivers got, and to which donor states lean."""
        donors = said["aid"]
        if outcome.name == "leaning":
            return tuple(donors)
        return dict.fromkeys(to for donor in donors.values() for to in donor.to if to not in donors)

    def show(
        self, said: Mapping[str, Any], names: Callable[[Iterable[str]], str], actor: str = ""
    ) -> Iterator[str]:
        """List the donors, or what one of them gives."""
        for donor, about in said["aid"].items():
            if not actor or actor == donor:
                kinds = ", ".join(kind for kind, weight in about.kinds.weights().items() if weight)
                yield f"{names([donor])} gives {about.budget:g} a year, {about.spend}: {kinds}"

    # What happens in a run

    def begin(self, setting: Setting, world: World) -> dict[str, Any]:
        """Nothing was given: (runs, donors, actors) or (runs, actors)."""
        of_donors = np.zeros((world.size, len(self.part(setting)), len(setting.actors)))
        nothing = np.zeros((world.size, len(setting.actors)))
        return {
            "flow": of_donors,
            "stock": of_donors.copy(),
            "capacity": nothing,
            "received": nothing.copy(),
            "waiting": nothing.copy(),  # years since it asked, 0: it does not wait
            "waited": np.zeros((world.size, 2)),  # years in all, and answered requests
            "built": [],
        }

    def play(self, setting: Setting, world: World, meeting: Meeting) -> Phase:
        """Give, build, and let positions drift."""
        donors, state, length = self.part(setting), self.state(world), years(setting)
        means: Means = setting.scene(meeting.session).parts[self.name]
        apart = np.stack([distance(world, donor) for donor in donors], axis=1)
        there = setting.scene(meeting.session).present
        known = self._granted(setting, meeting.session) / length
        answers = self._answers(setting, world, meeting, apart) / length
        given = known + answers
        left = np.maximum(means.budget * means.share - given.sum(axis=2), 0.0)
        left *= np.array([there[donor.actor] for donor in donors])
        flow = given + allotted(setting, donors, apart, left)
        state["flow"] = flow
        state["received"] += length * flow.sum(axis=1)
        self._build(world, donors, flow, length)
        self._drift(world, donors, length)
        self._tell(setting, world, meeting, length * (flow - answers))
        state["built"].append(self._capacity(setting, world))
        yield from ()

    def _granted(self, setting: Setting, session: int) -> Floats:
        """What is known to be given in a session: (donors, actors), in packages."""
        nothing = np.zeros(len(setting.actors))
        return np.stack([donor.grants.get(session, nothing) for donor in self.part(setting)])

    def _answers(self, setting: Setting, world: World, meeting: Meeting, apart: Floats) -> Floats:
        """Answer requests for help: (runs, donors, actors), in packages."""
        donors, state, length = self.part(setting), self.state(world), years(setting)
        answers = np.zeros_like(apart)
        asked = setting.scene(meeting.session).parts[self.name].asked
        new = asked
        if meeting.session > 1:
            new = asked - setting.scene(meeting.session - 1).parts[self.name].asked
        for actor in np.flatnonzero(new).tolist():
            self.act(world, meeting, "asks for help", actor, reason="an attack")
        who = np.flatnonzero(asked)  # those who have asked so far
        if not len(who):
            return answers
        waited = np.take(state["waiting"], who, axis=1)
        waits = (waited > 0) | (new[who] > 0)
        waited = np.where(waits, waited + length, 0.0)
        drawn = self.luck(world, "answer", setting.labels[who], meeting.session)
        comes = waits & (drawn < -np.expm1(-length / world.column("help_delay")))
        able = np.array([d.to[who] & d.responds for d in donors])
        nearest = np.where(able, np.take(apart, who, axis=2), np.inf).argmin(axis=1)
        for n, donor in enumerate(donors):
            mine = comes & (nearest == n) & able.any(axis=0)
            answers[:, n, who] = np.where(mine, world.column("help_size"), 0.0)
            state["waited"][:, 0] += np.where(mine, waited, 0.0).sum(axis=1)
            state["waited"][:, 1] += mine.sum(axis=1)
            waited = np.where(mine, 0.0, waited)
            size = np.where(mine, FULL * world.column("help_size"), np.nan)
            self.act(world, meeting, "answers", (donor.actor,) * len(who), who.tolist(), size=size)
        state["waiting"][:, who] = waited
        return answers

    def _build(self, world: World, donors: tuple[Donor, ...], flow: Floats, length: float) -> None:
        """Let what is given add up, and capacity grow; both fade."""
        state, fades = self.state(world), world.column("aid_fades")
        lasting = np.array([donor.lasting for donor in donors])
        kept = np.exp(-length * fades * (1 - lasting))  # (runs, donors)
        state["stock"] = state["stock"] * kept[:, :, None] + length * flow
        built = each(np.array([d.capacity for d in donors])[None].repeat(world.size, 0), flow)
        new = 1 - np.exp(-length * world.column("aid_multiplier") * built)
        capacity = state["capacity"] * np.exp(-length * fades)
        state["capacity"] = capacity + (1 - capacity) * new

    def _drift(self, world: World, donors: tuple[Donor, ...], length: float) -> None:
        """Draw those who were given much towards their donors; others do not hear of it at once."""
        stock = self.state(world)["stock"]
        pull = world.column("aid_drift")[:, None] * (stock / (1 + stock))
        step = -np.expm1(-length * pull)
        for issue in sorted({issue for donor in donors for issue in donor.issues.tolist()}):
            done: list[tuple[Floats, Floats]] = []  # most often all three are the same
            for array in (world.position, world.home, world.base):
                at = np.ascontiguousarray(array[:, :, issue])
                same = next((to for was, to in done if np.array_equal(was, at)), None)
                if same is None:
                    same = at
                    for n, donor in enumerate(donors):
                        if issue in donor.issues:
                            same = same + step[:, n] * (same[:, donor.actor, None] - same)
                    done.append((at, same))
                array[:, :, issue] = same

    def _tell(self, setting: Setting, world: World, meeting: Meeting, given: Floats) -> None:
        """Log what each donor gives in all; of one run, to whom it gives most."""
        for n, donor in enumerate(self.part(setting)):
            amount = FULL * given[:, n]
            targets, size = (
                [-1],
                np.where(amount.sum(axis=1) > 0, amount.sum(axis=1), np.nan)[:, None],
            )
            if world.detailed:
                most = np.argsort(-amount[0], kind="stable")[:SHOWN]
                named = np.take(amount[0], most)
                targets = [*most.tolist(), -1]
                size = np.append(named, amount[0].sum() - named.sum())[None]
                size = np.where(size > 0, size, np.nan)
            self.act(world, meeting, "aids", (donor.actor,) * len(targets), targets, size=size)

    def able(self, setting: Setting, world: World, session: int) -> Floats | None:
        """Let those spend more whose capacity has grown."""
        room = 1 - setting.scene(session).capability
        factor: Floats = 1 + world.column("aid_staff") * self.state(world)["capacity"] * room
        return factor

    def index(self, setting: Setting, world: World) -> Iterator[tuple[str, str, Floats]]:
        """Tell what aid has built: of solidarity."""
        yield "solidarity", "aid", self._capacity(setting, world)

    def support(self, setting: Setting, world: World, draft: int) -> Iterator[tuple[str, Floats]]:
        """Add what aid now moves each state."""
        flow, total = self.state(world)["flow"], np.zeros((world.size, len(setting.actors)))
        for n, donor in enumerate(self.part(setting)):
            side = np.tanh(
                world.column("stakes") * _gain(setting, world, draft, donor.actor)[:, None]
            )
            total += side * np.sqrt(flow[:, n])
        yield "aid", world.column("aid_vote") * total

    def _capacity(self, setting: Setting, world: World) -> Floats:
        """Mean over states of the capacity that is left: (runs,), 0-1."""
        states = setting.kind == Kind.STATE
        total = np.where(states, self.state(world)["capacity"], 0.0).sum(axis=1)
        mean: Floats = total / max(int(states.sum()), 1)
        return mean

    def level(self, setting: Setting, world: World, outcome: str) -> Floats | None:
        """The capacity that is left now, 0-100."""
        return FULL * self._capacity(setting, world)

    def collect(
        self, setting: Setting, world: World
    ) -> Iterator[tuple[str, tuple[str, ...], npt.NDArray[Any]]]:
        """Read off who got how much, to whom states lean, and what was built."""
        donors, state = self.part(setting), self.state(world)
        may = np.zeros(len(setting.actors), dtype=bool)
        for donor in donors:
            may |= donor.to
        for place in np.flatnonzero(may):
            yield "aid_received", (setting.actors[place],), FULL * state["received"][:, place]
        apart = np.stack([distance(world, donor) for donor in donors], axis=1)
        for n, donor in enumerate(donors):
            near = (leaning(apart, n) > 0) & (setting.kind == Kind.STATE)
            yield "leaning", (setting.actors[donor.actor],), near.sum(axis=1)
        yield "capacity_built", (), FULL * self._capacity(setting, world)
        for session, built in enumerate(state["built"], 1):
            yield "capacity", (setting.label(session),), built
        waited, answered = state["waited"][:, 0], state["waited"][:, 1]
        yield "help_after", (), np.where(answered > 0, waited / np.maximum(answered, 1), np.nan)


def _made(actor: str, donor: WrittenDonor, axes: Axes, others: Bools) -> Donor:
    issues = [axes.issues.index(issue) for issue in donor.about or axes.issues]
    total = sum(donor.kinds.weights().values())
    weights = {kind: weight / total for kind, weight in donor.kinds.weights().items()}
    grants: dict[int, Floats] = {}
    for grant in donor.grants:
        to = grants.setdefault(grant.session, np.zeros(len(axes.actors)))
        to[axes.place(grant.to)] += grant.amount / FULL
    return Donor(
        actor=axes.place(actor),
        to=axes.mask(donor.to) & others & axes.states,
        spend=donor.spend,
        issues=np.array(issues, dtype=np.int64),
        capacity=sum(weight * KINDS[kind].capacity for kind, weight in weights.items()),
        lasting=sum(weight * KINDS[kind].lasting for kind, weight in weights.items()),
        responds=donor.kinds.response > 0,
        grants=grants,
    )


def distance(world: World, donor: Donor) -> Floats:
    """How far everyone stands from a donor on its issues, root mean square: (runs, actors)."""
    square = np.zeros(world.position.shape[:2])
    for issue in donor.issues.tolist():
        apart = world.position[:, :, issue] - world.position[:, donor.actor, issue][:, None]
        square += apart * apart
    return np.asarray(np.sqrt(square / len(donor.issues)))


def leaning(apart: Floats, donor: int) -> Floats:
    """How far everyone leans to a donor, from -1 (its nearest rival) to 1: (runs, actors)."""
    mine = apart[:, donor]
    others = [n for n in range(apart.shape[1]) if n != donor]
    rival = np.take(apart, others, axis=1).min(axis=1) if others else np.full_like(mine, UNRIVALLED)
    both = mine + rival
    return np.where(both > 0, (rival - mine) / np.where(both > 0, both, 1.0), 0.0)


def allotted(setting: Setting, donors: tuple[Donor, ...], apart: Floats, left: Floats) -> Floats:
    """Divide what each donor has a year among states: (runs, donors, actors), in packages a year.

    ``apart`` (runs, donors, actors) are distances, ``left`` (runs, donors) what there is.
    """
    need = LEAST_NEED + (1 - LEAST_NEED) * (1 - setting.base_scene.capability)
    flow = np.zeros_like(apart)
    second = [n for n, donor in enumerate(donors) if donor.spend == "buy_back"]
    for n, donor in enumerate(donors):
        if n not in second:
            weight = donor.to * need * _focus(donor.spend, leaning(apart, n))
            whole = weight.sum(axis=1, keepdims=True)
            flow[:, n] = left[:, n, None] * weight / np.where(whole > 0, whole, 1.0)
    first = flow.sum(axis=1)
    for n in second:
        bids = np.where(donors[n].to, first, 0.0)
        flow[:, n] = buy_back(bids, leaning(apart, n), left[:, n])
    return flow


def _focus(spend: str, lean: Floats) -> Floats:
    if spend == "swing":
        return np.asarray(np.exp(-((lean / WIDTH) ** 2) / 2))
    return np.maximum(lean, 0.0) if spend == "core" else np.ones_like(lean)


def buy_back(bids: Floats, lean: Floats, budget: Floats) -> Floats:
    """Outbid others where it is cheapest, while the means last: (runs, actors).

    Args:
        bids: what others give, (runs, actors); there is nothing to outbid where it is 0.
        lean: to the one that buys back, which makes a state cheaper, or dearer below 0.
        budget: what that one has: (runs,).
    """
    price = np.where(bids > 0, np.maximum(bids * (1 - lean), 0.0) + STEP, np.inf)
    order = np.argsort(price, axis=1, kind="stable")
    spent = np.cumsum(np.take_along_axis(price, order, axis=1), axis=1)
    bought = np.take_along_axis(price, order, axis=1)
    bought = np.where(spent <= budget[:, None], bought, 0.0)
    paid = np.zeros_like(price)
    np.put_along_axis(paid, order, bought, axis=1)
    return paid


def _gain(setting: Setting, world: World, draft: int, actor: int) -> Floats:
    """What a text gains one actor: (runs,)."""
    text, total = setting.drafts[draft], np.zeros(world.size)
    power = world.parameters["curvature"]
    weight = shares(text.issue, text.weight).tolist()
    for clause, (issue, share) in enumerate(zip(text.issue.tolist(), weight, strict=True)):
        at = world.position[:, actor, issue]
        before = np.abs(world.status_quo[:, issue] - at) ** power
        after = np.abs(world.value[draft][:, clause] - at) ** power
        gained = share * world.salience[:, actor, issue] * (before - after)
        total += np.where(world.active[draft][:, clause], gained, 0.0)
    return total
