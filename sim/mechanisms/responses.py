"""Responses: who is named is answered, by victims alone or by many together, with tools.

    h_i = a + b bond_i + v victim_i - w union_i + pi pivot_i + s u + logistic_i;  joins if h_i > 0
    C_a = (sum over who joins of c_i)^g  (1 or m)  sum over tools of worth exp(-(T + L) / tau)

In each session, for each attacker that is named, victims may call on others: with a chance that
grows with how grave their cases are together, so that many victims are heard better than one. The
called join by their bond with those whom they look to for a lead (`sim.coalitions.bonds`), less
readily where a union speaks for them; u is a shock that all share. Where nobody need be named in
public, a is that of pledges, q. pivot_i is the chance that
exactly one more is needed for the threshold, in a threshold public good (Palfrey and Rosenthal
1984). Without a call only victims act. C_a is what the answer brings upon the attacker: means c of
who joins, with diminishing returns g; less, m, where fewer join than the threshold; less too the
later it comes: T days to naming and L until a tool bites, on the scale of patience tau.

Tools differ in what they are worth, in cost, in latency and in whether they can be taken back; some
are law, some need a text that has been adopted. Some also take away means: those with a hit break
K of the attacker's means up, and each who joins in cleaning machines on its soil cleans its part,

    K += (1 - K) (1 - prod_i (1 - m' c_i))   or   K += (1 - K) hit;   it grows again, half in H

a, b, v, w are fitted on who named the accused after eighteen operations (each left out in turn: AUC
.90, Brier .048, log score .174, against .87, .052, .217 for the best known before, which did not
know the victims; `experiments/fits/incidents.py`). The chances and latencies of tools are estimates
from nineteen operations and from public trackers; what tools are worth and cost, and pi, g, m, tau,
are assumed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from pydantic import Field

from sim.coalitions import bonds
from sim.coalitions.joining import with_callers
from sim.core import special
from sim.core.ask import Phase
from sim.core.calendar import years
from sim.core.draws import labels, pairs
from sim.core.fields import ActorRefs, DraftRef, Part, Percent
from sim.core.happenings import Done, Verb
from sim.core.mechanism import Axes, Bars, Curve, Look, Mechanism, Section, Telling, When
from sim.core.outcome import PERCENT, Outcome, Over
from sim.core.parameters import Parameter
from sim.core.setting import Kind, Meeting, Scene, Setting
from sim.core.world import World
from sim.mechanisms.attribution import YEAR, Attribution, cases
from sim.mechanisms.incidents import FULL, TYPICAL, Incidents, Yields, share
from sim.mechanisms.incidents import Plan as Attackers

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

WEIGHT = 0.5  # of shared groups and of capabilities in a bond, for that of nearness
LAG = 1.0  # years back that the lag looks
RESPONDS, STAYS_OUT = "responds", "does not respond"


class Tool(NamedTuple):
    """One way to answer: how often, worth and cost (0-1), days until it bites, and what it is."""

    chance: float
    worth: float
    cost: float
    latency: float
    reversible: bool
    legal: bool = False
    criminals: bool = False  # only against criminals
    hit: float = 0.0  # what it breaks up of the attacker's means; -1: each cleans its part


TOOLS = {
    "statement": Tool(1.0, 0.1, 0.02, 0, reversible=True),
    "demarche": Tool(0.2, 0.1, 0.02, 0, reversible=True),
    "indictment": Tool(0.25, 0.2, 0.05, 150, reversible=False, legal=True),
    "sanction": Tool(0.3, 0.4, 0.15, 60, reversible=True, legal=True),
    "expulsion": Tool(0.1, 0.3, 0.2, 0, reversible=False),
    "cyber_operation": Tool(0.03, 0.6, 0.4, 30, reversible=False, hit=0.2),
    "seizure": Tool(0.2, 0.2, 0.05, 60, reversible=True, legal=True, criminals=True, hit=0.3),
    "disruption": Tool(0.15, 0.3, 0.1, 60, reversible=True, legal=True, criminals=True, hit=0.6),
    "cleaning": Tool(0.0, 0.1, 0.02, 14, reversible=True, hit=-1.0),
}
ToolName = Literal[
    "statement", "demarche", "indictment", "sanction", "expulsion",
    "cyber_operation", "seizure", "disruption", "cleaning",
]  # fmt: skip


class WrittenResponses(Part):
    """Whether attackers are answered, by whom together, and with what."""

    respond: Literal["on", "off"] = Field(
        default="off", description="on: who is named is answered; off: nobody answers"
    )
    callers: ActorRefs = Field(default=(), description="whom others look to for a lead")
    union: ActorRefs = Field(
        default=(), description="members of a union that speaks for them, and who join less by name"
    )
    in_public: Literal["on", "off"] = Field(
        default="on", description="on: who joins names the attacker; off: it only does its part"
    )
    threshold: int = Field(
        default=3, ge=1, le=50, description="how many must join for an answer to count in full"
    )
    tools: dict[ToolName, Percent] = Field(
        default={},
        description="how often a tool is used once an attacker is named, if not as usual",
    )
    basis: dict[ToolName, DraftRef] = Field(
        default={}, description="tools that may only be used once a text is adopted, by its label"
    )
    told: ActorRefs = Field(
        default=(), description="of whom results tell how often they join; by default the callers"
    )

    def __bool__(self) -> bool:
        """Whether a file says anything of them."""
        return self != WrittenResponses()


@dataclass(frozen=True)
class Plan:
    """What all runs share."""

    callers: Bools  # (actors,)
    union: Bools
    threshold: int
    in_public: bool
    chance: Floats  # (tools,)
    basis: Ints  # (tools,): the draft that each needs; -1: none
    ties: Floats  # (actors, actors): shared groups
    told: tuple[int, ...]


@dataclass
class State:
    """What has been answered."""

    bond: Floats  # (runs, actors): with the callers; the same in all runs
    means: Floats  # (runs, attackers): share of their means that is broken up
    cost: Floats  # (runs, attackers): what the answer of this session brings upon each
    hard: Floats  # (runs, attackers): the part of it that cannot be taken back
    spent: Floats  # (runs,)
    called: Floats  # (runs,): answers that others were called on to join
    joint: Floats  # (runs,): of them, by as many as the threshold
    joined: Floats  # (runs, actors): in how many of those called each took part
    size: Floats  # (runs,): who took part in those called, added up
    answered: list[Floats] = field(default_factory=list)  # (runs,): incidents, by session
    by_law: list[Floats] = field(default_factory=list)
    answers: list[Floats] = field(default_factory=list)  # (runs,): attackers answered, by session


class Responses(Mechanism):
    """Responses: who is named is answered, by victims alone or by many together, with tools."""

    name = "responses"
    needs = ("incidents", "attribution")
    when = When.OPENING
    after = ("attribution",)
    scenario = {
        "responses": Section(
            WrittenResponses, WrittenResponses(), "how attackers that are named are answered"
        )
    }
    parameters = (
        Parameter(
            *("response_readiness", "a_r", -5.8, -6.8, -4.8),
            "readiness to join an answer, of who has an average bond with the callers, in logits",
            source="eighteen operations, 43 states",
        ),
        Parameter(
            *("response_quiet", "q_r", -2.7, -3.7, -1.7),
            "readiness to do one's part without naming anybody, in place of it",
            source="ten pledges, statements and lists of sponsors, 2011-2023",
        ),
        Parameter(
            *("response_bond", "b_r", 0.7, 0.3, 1.1),
            "what a bond that is stronger by a standard deviation adds to it",
            source="eighteen operations, 43 states",
        ),
        Parameter(
            *("response_victim", "v_r", 7.7, 6.0, 9.0),
            "what it adds to be a victim",
            source="eighteen operations, 43 states",
        ),
        Parameter(
            *("response_union", "w_r", 1.5, 0.0, 3.0),
            "what it takes away that a union speaks for one",
            source="eighteen operations, 43 states",
        ),
        Parameter(
            *("response_shock", "s_r", 0.7, 0.0, 1.4),
            "sd of what all alike make of a call; assumed, as for pledges",
        ),
        Parameter(
            *("response_pivotal", "pi_r", 0.5, 0.0, 2.0),
            "what it adds to be the one who is still needed; assumed",
        ),
        Parameter(
            *("response_calling", "z_r", 0.2, 0.0, 0.6),
            "how readily victims call on others, at typical gravity",
            source="about 2.4 joint attributions a year, of 8 to 13 namings",
        ),
        Parameter(
            *("response_company", "g_r", 0.5, 0.0, 1.0),
            "returns of the means of those who join: 0 none, 1 in proportion; assumed",
        ),
        Parameter(
            *("response_alone", "m_r", 0.5, 0.0, 1.0),
            "worth of an answer by fewer than the threshold; 1: as much as by many; assumed",
        ),
        Parameter(
            *("response_patience", "tau_r", 365, 60, 3000),
            "days after which an answer is worth little (1 / e); assumed",
            ratio=True,
        ),
        Parameter(
            *("response_cleaning", "c_r", 0.3, 0.0, 1.0),
            "part of the machines that the most capable cleans on its soil; assumed",
        ),
        Parameter(
            *("regrowth", "H_r", 60, 10, 365),
            "days in which half of what was broken up has grown again",
            ratio=True,
            source="two ransomware groups, back in 4 days and in about 2 months",
        ),
    )
    draws = ("call", "shock", "join", "tool")
    verbs = {
        STAYS_OUT: Verb("neither answers an attacker nor joins those who do, from then on"),
        RESPONDS: Verb("may again answer attackers, from then on"),
    }
    outcomes = (
        Outcome(
            "answers",
            "attackers answered in {session}",
            "attackers that anybody answers in {session}",
            *("attackers", Over.SESSION, 0, None, 0),
            whole=True,
        ),
        Outcome(
            "lag",
            "the lag of diplomacy in {session}",
            "of the public incidents of the year to {session}, the share that has not been answered"
            " in that time",
            *(PERCENT, Over.SESSION, 0, 100),
            missing="nothing became public",
        ),
        Outcome(
            "joins",
            "how often {actor} joins an answer",
            "of the answers that others were called on to join, those in which {actor} took part",
            *(PERCENT, Over.ACTOR, 0, 100),
            missing="nobody was called",
        ),
        Outcome(
            "political_response",
            "the share of incidents with a political response",
            "of public incidents, those that were named and answered by the end",
            *(PERCENT, Over.RUN, 0, 100),
            missing="nothing became public",
        ),
        Outcome(
            "legal_response",
            "the share of incidents with a legal response",
            "of public incidents, those that were answered by indictment, sanction or seizure",
            *(PERCENT, Over.RUN, 0, 100),
            missing="nothing became public",
        ),
        Outcome(
            "joint_answers",
            "joint answers",
            "answers in which as many took part as the threshold",
            *("answers", Over.RUN, 0, None, 0),
            whole=True,
        ),
        Outcome(
            "joint_size",
            "the number of those who take part in a joint answer",
            "who takes part in an answer that others were called on to join, on average",
            *("actors", Over.RUN, 0, None),
            missing="nobody was called",
        ),
        Outcome(
            "response_cost",
            "cost of all answers",
            "what answers cost those who give them; 100: ten times the dearest tool",
            *("points", Over.RUN, 0, None, 0),
        ),
    )
    acts = {"answers an attacker": "answers an attacker that was named, in cost to itself"}
    tellings = {
        "answers an attacker": Telling("answered attacks by {reason} together", 3, together=2),
    }
    figures = (
        Curve("answers", "Attackers that are answered", "Attackers answered", 0, adds=True),
        Curve("lag", "Share of a year's incidents that is not answered"),
        Bars("joins", "How often each joins an answer"),
    )
    claims = {
        "R03": "more who join bring more upon the attacker",
        "R06": "tools that are swift are worth more",
        "R26": "incidents grow faster than answers, and the lag with them",
        "R28": "many victims are joined more often than one",
    }
    sources = ("palfrey1984", "volkova1996")

    # What a scenario says

    def said(self, sections: Mapping[str, Any]) -> bool:
        """Whether anybody answers."""
        return bool(sections["responses"].respond == "on")

    def check(self, said: Mapping[str, Any], look: Look) -> None:
        """Refuse answers to nothing, by whom cannot give them, and without any caller."""
        written = said["responses"]
        if self.said(said) and not said[Incidents.name]:
            problem = "is on, and there are no incidents to answer"
            look.wrong(("responses", "respond"), problem, "on", "attackers under incidents")
        for actor in (*written.callers, *written.union, *written.told):
            if actor in look.actors and look.actors[actor].kind != "state":
                look.wrong(("responses", "callers"), "is no state", actor, "states")
        if self.said(said) and not written.callers:
            look.wrong(("responses", "callers"), "names nobody", "", "whom others look to")
        states = sum(actor.kind == "state" for actor in look.actors.values())
        if self.said(said) and written.threshold > states:
            at = ("responses", "threshold")
            look.wrong(at, "is more than there are states", written.threshold, f"1 to {states}")

    def warnings(self, said: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Warn of what has no effect since nobody answers."""
        if said["responses"] and not self.said(said):
            yield ("responses", "respond"), "is off, so that nothing else said of responses counts"

    def refused(self, done: Done, sections: Mapping[str, Any]) -> tuple[str, str]:
        """Refuse to stay out of what does not happen."""
        return ("", "") if self.said(sections) else ("nobody responds", "responses: {respond: on}")

    def show(
        self, said: Mapping[str, Any], names: Callable[[Iterable[str]], str], actor: str = ""
    ) -> Iterator[str]:
        """Say who calls, and how many it takes."""
        written = said["responses"]
        if self.said(said) and (not actor or actor in written.callers):
            yield f"called by {names(written.callers)}; {written.threshold} or more count in full"

    def compile(self, said: Mapping[str, Any], axes: Axes) -> Plan | None:
        """Turn names into places, and chances into shares."""
        written = said["responses"]
        if not self.said(said):
            return None
        needs = (written.basis.get(tool, "") for tool in TOOLS)
        usual = ((written.tools.get(tool), of.chance) for tool, of in TOOLS.items())
        return Plan(
            callers=axes.mask(written.callers),
            union=axes.mask(written.union),
            threshold=written.threshold,
            in_public=written.in_public == "on",
            chance=np.array([chance if said is None else said / FULL for said, chance in usual]),
            basis=np.array([axes.drafts.index(d) if d else -1 for d in needs]),
            ties=bonds.shared_groups(axes.actors, axes.groups),
            told=tuple(axes.place(actor) for actor in written.told or written.callers),
        )

    def opening(self, said: Mapping[str, Any], axes: Axes) -> Bools:
        """Who may answer at first: states, (actors,)."""
        return axes.states.copy()

    def done(self, scene: Scene, done: Done, axes: Axes) -> Scene:
        """The scene once an actor stays out of answers, or comes back."""
        who = axes.mask([done.actor]) & axes.states
        may = scene.parts[self.name]
        may = may & ~who if done.verb == STAYS_OUT else may | who
        return replace(scene, parts={**scene.parts, self.name: may})

    def columns(self, outcome: Outcome, said: Mapping[str, Any]) -> Iterable[str]:
        """Keep what those do of whom it is to be told."""
        written = said["responses"]
        return tuple(dict.fromkeys(written.told or written.callers))

    # What happens in a run

    def begin(self, setting: Setting, world: World) -> State:
        """Nobody has answered yet; find everyone's bond with the callers."""
        plan: Plan = self.part(setting)
        attackers = len(setting.parts[Incidents.name].names)
        bond = with_callers(strength(setting, plan), plan.callers)
        nothing, of_each = np.zeros(world.size), np.zeros((world.size, attackers))
        return State(
            bond=np.tile(bond, (world.size, 1)),
            means=of_each,
            cost=of_each.copy(),
            hard=of_each.copy(),
            spent=nothing,
            called=nothing.copy(),
            joint=nothing.copy(),
            joined=np.zeros((world.size, len(setting.actors))),
            size=nothing.copy(),
        )

    def play(self, setting: Setting, world: World, meeting: Meeting) -> Phase:
        """See who answers whom in this session, with what, and what it brings upon them."""
        plan, state, session = self.part(setting), self.state(world), meeting.session
        may = setting.scene(session).heard & setting.scene(session).parts[self.name]
        of = cases(setting, world, session) * may
        named = of.sum(axis=2)  # (runs, attackers)
        called = self._calls(setting, world, session)
        joins = self._joins(setting, world, session, of > 0, called & (named > 0), may)
        used = self._tools(setting, world, session) & joins.any(axis=2, keepdims=True)
        self._bring(setting, world, session, joins, used)
        self._break_up(setting, world, joins, used)
        self._count(state, plan, named, called, joins, used)
        self._log(setting, world, meeting, joins, used)
        yield from ()

    def _calls(self, setting: Setting, world: World, session: int) -> Bools:
        """Whether victims of each attacker call on others: (runs, attackers)."""
        plan: Attackers = setting.parts[Incidents.name]
        name = labels(plan.names)
        grave = named_sum(setting, world, session, world.state[Incidents.name].gravity) / TYPICAL
        chance = -np.expm1(-world.column("response_calling") * grave)
        called: Bools = self.luck(world, "call", name, session) < chance
        return called

    def _joins(
        self, setting: Setting, world: World, session: int, victim: Bools, called: Bools, may: Bools
    ) -> Bools:
        """Who takes part in the answer to each attacker: (runs, attackers, actors)."""
        joins = np.zeros(victim.shape, dtype=bool)
        runs, attackers = np.nonzero(victim.any(axis=2))
        if not len(runs):
            return joins
        plan: Plan = self.part(setting)
        state, name = self.state(world), labels(setting.parts[Incidents.name].names)
        shock = special.ndtri(self.luck(world, "shock", name, session))
        luck = self.luck(world, "join", pairs(name, setting.labels), session)

        def of(parameter: str) -> Floats:
            return np.take(world.parameters[parameter], runs)[:, None]

        hit, asked = victim[runs, attackers], called[runs, attackers][:, None]
        readiness = of("response_readiness" if plan.in_public else "response_quiet")
        h = readiness + of("response_bond") * np.take(state.bond, runs, axis=0)
        h += of("response_victim") * hit - of("response_union") * plan.union
        h += of("response_shock") * shock[runs, attackers][:, None]
        at_home = np.take(setting.parts[Incidents.name].home, attackers)
        able = may & (np.arange(len(may)) != at_home[:, None]) & (asked | hit)
        h += of("response_pivotal") * pivotal(special.expit(h) * able, plan.threshold)
        u = luck[runs, attackers]
        joins[runs, attackers] = able & (h + np.log(u) - np.log1p(-u) > 0)
        return joins

    def _tools(self, setting: Setting, world: World, session: int) -> Bools:
        """Which tools are used against each attacker, if any: (runs, attackers, tools)."""
        plan, attackers = self.part(setting), setting.parts[Incidents.name]
        name = pairs(labels(attackers.names), labels(TOOLS))
        used: Bools = self.luck(world, "tool", name, session) < plan.chance
        only = np.array([tool.criminals for tool in TOOLS.values()])
        used &= attackers.criminal[:, None] | ~only
        for place in np.flatnonzero(plan.basis >= 0).tolist():
            used[:, :, place] &= world.passed[plan.basis[place]][:, None]
        return used

    def _bring(
        self, setting: Setting, world: World, session: int, joins: Bools, used: Bools
    ) -> None:
        """Work out what answers bring upon attackers, and what they cost those who give them."""
        plan, state, scene = self.part(setting), self.state(world), setting.scene(session)
        worth, cost, latency = (
            np.array([getattr(tool, f) for tool in TOOLS.values()])
            for f in ("worth", "cost", "latency")
        )
        hard = np.array([not tool.reversible for tool in TOOLS.values()])
        patience = world.column("response_patience")
        bites = used * (worth * np.exp(-latency / patience))[:, None, :]
        count, means = joins.sum(axis=2), (joins * scene.capability).sum(axis=2)
        company = np.where(means > 0, means, 1.0) ** world.column("response_company")
        enough = np.where(count >= plan.threshold, 1.0, world.column("response_alone"))
        power = np.where(means > 0, company * enough, 0.0) * freshness(setting, world, session)
        state.cost = power * bites.sum(axis=2)
        state.hard = power * (bites * hard).sum(axis=2)
        state.spent += (count * (used * cost).sum(axis=2)).sum(axis=1)

    def _break_up(self, setting: Setting, world: World, joins: Bools, used: Bools) -> None:
        """Take means from attackers, and let those grow again that were broken up before."""
        state = self.state(world)
        step = years(setting) * YEAR
        state.means = state.means * 0.5 ** (step / world.column("regrowth"))
        part = world.column("response_cleaning")[:, :, None] * setting.base_scene.capability
        cleaned = 1.0 - np.prod(np.where(joins, 1.0 - part, 1.0), axis=2)
        for place, tool in enumerate(TOOLS.values()):
            if tool.hit:
                hit = cleaned if tool.hit < 0 else tool.hit
                state.means += np.where(used[:, :, place], (1.0 - state.means) * hit, 0.0)
        left = np.maximum(1.0 - state.means, 1e-6)
        world.state[Incidents.name].restraint[self.name] = np.log(left)

    def _count(
        self, state: State, plan: Plan, named: Floats, called: Bools, joins: Bools, used: Bools
    ) -> None:
        """Keep count of answers."""
        legal = np.array([tool.legal for tool in TOOLS.values()])
        answered, count = joins.any(axis=2), joins.sum(axis=2)
        asked = called & answered
        state.answers.append(answered.sum(axis=1).astype(np.float64))
        state.answered.append((named * answered).sum(axis=1))
        state.by_law.append((named * (used & legal).any(axis=2)).sum(axis=1))
        state.called += asked.sum(axis=1)
        state.joint += (count >= plan.threshold).sum(axis=1)
        state.joined += (joins & asked[:, :, None]).sum(axis=1)
        state.size += (count * asked).sum(axis=1)

    def _log(
        self, setting: Setting, world: World, meeting: Meeting, joins: Bools, used: Bools
    ) -> None:
        """Log who answers whom, and in the story of one run with which tools."""
        attackers: Attackers = setting.parts[Incidents.name]
        cost = (used * np.array([tool.cost for tool in TOOLS.values()])).sum(axis=2) * FULL
        everyone, alone = range(len(setting.actors)), world.detailed and world.size == 1
        for a in np.flatnonzero(joins.any(axis=(0, 2))).tolist():
            with_ = [t.replace("_", " ") for t, u in zip(TOOLS, used[0, a], strict=True) if u]
            why = f"{attackers.names[a]}, by {', '.join(with_)}" if alone else attackers.names[a]
            size = np.where(joins[:, a], cost[:, a, None], np.nan)
            self.act(
                world,
                meeting,
                "answers an attacker",
                everyone,
                int(attackers.home[a]),
                -1,
                size,
                why,
            )

    def level(self, setting: Setting, world: World, outcome: str) -> Floats | None:
        """Attackers answered in the last session that was played: (runs,)."""
        state: State = self.state(world)
        return state.answers[-1].copy() if outcome == "answers" and state.answers else None

    def index(self, setting: Setting, world: World) -> Iterator[tuple[str, str, Floats]]:
        """Of all answers so far, those that were joint: a part of digital solidarity."""
        state: State = self.state(world)
        answers = np.sum(state.answers, axis=0) if state.answers else np.zeros(world.size)
        yield "solidarity", "joint responses", state.joint / np.maximum(answers, 1.0)

    def collect(self, setting: Setting, world: World) -> Yields:
        """Read off answers by session, who joins, and what share of incidents is answered."""
        state, plan = self.state(world), self.part(setting)
        public = world.state[Incidents.name].counts
        back = max(1, round(LAG / years(setting)))
        for session in range(1, setting.sessions + 1):
            when, first = (setting.label(session),), max(0, session - back)
            yield "answers", when, state.answers[session - 1]
            of = np.sum(state.answered[first:session], axis=0)
            yield "lag", when, 1.0 - np.minimum(share(of, public[:, first:session].sum(axis=1)), 1)
        for actor in plan.told:
            yield "joins", (setting.actors[actor],), share(state.joined[:, actor], state.called)
        total = public.sum(axis=1)
        yield "political_response", (), share(np.sum(state.answered, axis=0), total)
        yield "legal_response", (), share(np.sum(state.by_law, axis=0), total)
        yield "joint_answers", (), state.joint
        yield "joint_size", (), share(state.size, state.called)
        yield "response_cost", (), 10.0 * state.spent


def strength(setting: Setting, plan: Plan) -> Floats:
    """What binds each pair of states before friction, at the mean of all worlds' positions.

    (actors, actors); as in what the readiness to join was fitted on.
    """
    states = setting.kind == Kind.STATE
    pair, root = bonds.pairs(states), np.sqrt(setting.base_scene.capability)
    x, s = (mean[0] for mean in setting.worlds.middle)
    near = bonds.standard(bonds.nearness(x, s), pair)
    ties, means = bonds.scaled(plan.ties, pair), bonds.scaled(np.outer(root, root), pair)
    bound: Floats = near + WEIGHT * ties + WEIGHT * means
    return bound


def pivotal(chance: Floats, threshold: int) -> Floats:
    """The chance that exactly ``threshold`` - 1 of the others join: (answers, actors).

    By the refined normal approximation (Volkova 1996), corrected for continuity and skewness;
    ``chance`` (answers, actors) is that of each to join.
    """
    variance = chance * (1.0 - chance)
    skew = variance * (1.0 - 2.0 * chance)

    def others(of: Floats) -> Floats:
        rest: Floats = of.sum(axis=1, keepdims=True) - of
        return rest

    sd = np.sqrt(np.maximum(others(variance), 1e-12))
    lopsided = others(skew) / (6.0 * sd**3)

    def up_to(count: float) -> Floats:
        x = (count + 0.5 - others(chance)) / sd
        density = np.exp(-(x**2) / 2.0) / np.sqrt(2.0 * np.pi)
        below: Floats = special.ndtr(x) + lopsided * (1.0 - x**2) * density
        return np.clip(below, 0.0, 1.0)

    before = up_to(threshold - 2.0) if threshold > 1 else 0.0
    exactly: Floats = np.maximum(up_to(threshold - 1.0) - before, 0.0)
    return exactly


def named_sum(setting: Setting, world: World, session: int, of: Floats) -> Floats:
    """Sum something of incidents over those named in a session, by accused: (runs, attackers)."""
    state = world.state[Attribution.name]
    at = np.nonzero(state.due[:, :session] == session)
    found = np.zeros((world.size, len(setting.parts[Incidents.name].names)))
    np.add.at(found, (at[0], state.accused[at]), of[at])
    return found


def freshness(setting: Setting, world: World, session: int) -> Floats:
    """How fresh the freshest case against each is, exp(-days / patience): (runs, attackers)."""
    state = world.state[Attribution.name]
    at = np.nonzero(state.due[:, :session] == session)
    found = np.zeros((world.size, len(setting.parts[Incidents.name].names)))
    fresh = np.exp(-state.days[at] / np.take(world.parameters["response_patience"], at[0]))
    np.maximum.at(found, (at[0], state.accused[at]), fresh)
    return found
