"""Localization: states keep data at home, law by law, and what that costs them and others.

    L_i = 1 - (1 - u)^M_i                     level after M_i laws; each closes a share u
    rate of a new law    = a s_i exp(b (w_i - L_i - G))                      a year
    rate of each repeal  = r exp(b (L_i - w_i - G))                          a year
    w_i = x_i + p (P_i - P_i0) + t (z_i - x_i) + f F_i + g H_i + n I_i - h T_i

x is what a state wants, s how much it cares. It is moved by its peers (P their mean level by ties,
P_i0 at the beginning), by a text that it accepted (z its value), by companies (F: how far they
stand from it, by their weight), by its partners (H: how far they stand from it, by what they trade
and care), by incidents that it suffered (I), and by companies that may leave its market (T). Laws
that come at a rate which rises with motive and with the example of others are the event history
of Berry and Berry (1990).

The laws in force at the beginning are those that the scenario names. If it gives a ``total``, the
others are those that such states would have passed first: laws come at the rates above, without the
pull of others, until there are as many.

    l_ij = L_i (1 - e_ij) (1 - k d_i d_j)     what j cannot have of i's data; e: one free area,
                                              d: how free the text is that it accepted
    y_i  = - sum_j W_ij (c_i l_ij + v l_ji) + tau d_i sum_j W_ij d_j
                                              per cent of GDP, against no localization and no text
    flow = 1 - sum_i w_i sum_j W_ij l_ij      W_ij: share of j in the GDP of all others, w_i in all

c_i is what closing its whole economy costs a state (Bauer and others 2014), and v what it costs
others: data regimes of the world (OECD and WTO 2025). Both are models and no measurements. That
localization lowers growth, and takes threat information away, is built in, so its sign is no
evidence; how much, and who bears it, is not.

Fitted (experiments/fits/localization.py): b and a on 35 states with 67 laws in 2017 and on the 144
laws of 2021 (Cory and Dascoli 2021); v and tau on two data regimes of three; c is taken over. The
62 states of 2021, and the third regime, are predicted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
from pydantic import Field

from sim import delimited, shipped
from sim.core.ask import Phase
from sim.core.calendar import years
from sim.core.draws import labels, pairs
from sim.core.fields import GROUP, ActorRef, ActorRefs, IssueRef, Part, some
from sim.core.gain import shares
from sim.core.happenings import Change
from sim.core.mechanism import Axes, Bars, Curve, Look, Mechanism, Section, Telling, When, each
from sim.core.outcome import PERCENT, SCALE, Outcome, Over
from sim.core.parameters import Parameter
from sim.core.setting import Kind, Meeting, Setting
from sim.core.world import World
from sim.forums.rules import Decision
from sim.mechanisms.ties import strength

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

MOST = 60  # laws of one state
EARLIER = 16  # laws of one state that may have come before the beginning
AT_ONCE = 6  # laws that one state passes in one session, at most
FULL = 100.0
GAP = 0.4  # G: how far a state stands above its level where it passes laws at the rate a
SAID = "localization.ACTOR"
ACCEPTED = (Decision.SUPPORT, Decision.ACCEPT)

Laws = Annotated[int, Field(ge=0, le=MOST)]


class WrittenLocalization(Part):
    """Which states keep data at home when a scenario begins, and between whom data flow freely."""

    issue: IssueRef = Field(
        default="", description="the issue on which states want data to stay or flow; else DATA"
    )
    laws: dict[ActorRef, Laws] = Field(
        default={}, description="laws in force at the beginning, by state, where they are known"
    )
    total: Annotated[int, Field(ge=0, le=10_000)] | None = Field(
        default=None,
        description="laws in force in all states together; those of states not named are drawn",
    )
    states: Annotated[int, Field(ge=0, le=500)] | None = Field(
        default=None, description="states with at least one law, where that is known beside a total"
    )
    free_within: tuple[ActorRefs, ...] = Field(
        default=(), description="sets of states within which data flow whatever each requires"
    )
    tell: ActorRefs = Field(
        default=(), description="states whose level and GDP results tell; else those under laws"
    )
    gdp: dict[ActorRef, Annotated[float, Field(gt=0)]] = Field(
        default={}, description="GDP in billions of dollars, where it is not as in data/gdp.csv"
    )


@dataclass(frozen=True)
class Economy:
    """What all runs share: who is a state, what it is worth, and who is one free area."""

    issue: int
    states: Bools  # (actors,)
    laws: Ints  # (actors,): in force at the beginning; -1 where it is to be drawn
    total: int  # in force in all; 0 where only those named are
    having: int  # states with a law; 0: as drawn
    weight: Floats  # w, (actors,): share of the GDP of all states, 0 of others
    partner: Floats  # W, (actors, actors): share of j in the GDP of all states but i
    open_to: Floats  # W (1 - e), turned: (actors, actors)
    cost: Floats  # c, (actors,): per cent of GDP if it closes its whole economy; nan: not known
    told: Mapping[int, tuple[tuple[int, int], ...]]  # session -> (actor, laws) that events set
    ties: dict[str, Floats] = field(default_factory=dict, compare=False)  # kept by `looks`


# Tables


@cache
def _gdp() -> dict[str, dict[int, float]]:
    table = delimited.read(shipped.data("gdp.csv"), "gdp.csv")
    found: dict[str, dict[int, float]] = {}
    for row in table.named():
        found.setdefault(row["iso3"], {})[int(row["year"])] = float(row["gdp_billion_usd"])
    return found


def gdp(year: int) -> dict[str, float]:
    """GDP of every state in billions of dollars: the last in the table before ``year``."""
    return {
        state: series[max((y for y in series if y < year), default=min(series))]
        for state, series in _gdp().items()
    }


@cache
def costs() -> dict[str, tuple[float, float]]:
    """What localization costs, in per cent of GDP: as enacted by 2014, and of the whole economy.

    By state, or by ``group NAME`` for each of its members.
    """
    table = delimited.read(shipped.data("localization_costs.csv"), "localization_costs.csv")
    rows = table.named()
    return {row["iso3"]: (float(row["enacted"]), float(row["whole_economy"])) for row in rows}


def lacking(actors: Mapping[str, Any], own: Mapping[str, float], year: int) -> list[str]:
    """The states among these actors whose GDP is not known."""
    known = gdp(year)
    states = (id_ for id_, actor in actors.items() if actor.kind == "state")
    return [id_ for id_ in states if id_ not in own and id_ not in known]


def sizes(axes: Axes, own: Mapping[str, float]) -> Floats:
    """GDP of each state in billions, 0 of what is no state: (actors,)."""
    known = gdp(axes.date.year if axes.date else 9999) | dict(own)
    found = (known.get(a, 0.0) if s else 0.0 for a, s in zip(axes.actors, axes.states, strict=True))
    return np.array(list(found))


def partners(size: Floats) -> Floats:
    """W: the share of each in what all others are worth: (actors, actors), rows to 1."""
    others = np.maximum(size.sum() - size, 1e-300)
    share = np.where(size[:, None] > 0, size / others[:, None], 0.0)
    np.fill_diagonal(share, 0.0)
    return share


def looks(setting: Setting, kept: dict[str, Floats]) -> Floats:
    """How much each looks at each state it is tied to, rows to 1, turned: (actors, actors).

    Worked out when it is first used, and ``kept``.
    """
    if not kept:
        tie = strength(setting) * (setting.kind == Kind.STATE)
        share = tie / np.maximum(tie.sum(axis=1), 1e-300)[:, None]
        kept["turned"] = np.ascontiguousarray(share.T)
    return kept["turned"]


# The equations


def level(laws: npt.ArrayLike, step: Floats | float) -> Floats:
    """L: how much of a state's data is kept at home after so many laws, on 0-1."""
    found: Floats = 1.0 - np.power(1.0 - np.asarray(step), np.asarray(laws, dtype=np.float64))
    return found


def kept_from(
    levels: Floats, depth: Floats, effect: Floats, open_to: Floats
) -> tuple[Floats, Floats]:
    """What partners cannot have of each one's data, and what each cannot have of theirs.

    ``levels`` and ``depth`` (of a text it accepted) are (runs, actors), ``effect`` (runs, 1),
    ``open_to`` (actors, actors) as in `Economy`. Both results are (runs, actors), on 0-1.
    """
    out, into = levels * open_to.sum(axis=0), each(levels, open_to)
    if depth.any():
        out -= levels * effect * depth * each(depth, open_to)
        into -= effect * depth * each(depth * levels, open_to)
    return out, into


def trusted(depth: Floats, partner: Floats) -> Floats:
    """How far each and its partners trust one another by a text, on 0-1: (runs, actors)."""
    return depth * each(depth, partner) if depth.any() else np.zeros_like(depth)


def passed(drawn: Floats, mean: Floats) -> Ints:
    """How many laws are passed, Poisson by inversion of a uniform: the shape of both."""
    term = np.exp(-mean)
    below, count = term.copy(), np.zeros(drawn.shape, dtype=np.int64)
    for number in range(1, AT_ONCE + 1):
        more = drawn > below
        if not more.any():
            break
        count += more
        term = term * mean / number
        below += term
    return count


def earlier(
    drawn: Floats,
    want: Floats,
    cares: Floats,
    slope: Floats,
    step: Floats,
    unknown: Bools,
    total: int,
    states: int = 0,
) -> Ints:
    """Laws that were passed before the beginning, ``total`` in all: (runs, actors).

    Args:
        drawn: uniforms, (runs, actors, laws): when each law came, if all came at the same rate.
        want: what each state wants, (runs, actors).
        cares: how much it cares, (runs, actors).
        slope: b, (runs, 1).
        step: u, (runs, 1).
        unknown: the states whose laws are drawn, (actors,).
        total: how many laws they have together.
        states: among how many; those whose first law comes first. 0: as laws come.
    """
    if not total:
        return np.zeros(want.shape, dtype=np.int64)
    levels = level(np.arange(drawn.shape[2]), step)[:, None, :]  # (runs, 1, laws)
    pace = cares[:, :, None] * np.exp(slope[:, :, None] * (want[:, :, None] - levels))
    came = np.cumsum(-np.log(drawn) / np.maximum(pace, 1e-300), axis=2)
    came = np.where(unknown[:, None], came, np.inf)
    if not states:
        return _first(came, total)
    has = _first(came[:, :, :1], states)
    later = np.where(has[:, :, None] > 0, came[:, :, 1:], np.inf)
    return has + _first(later, total - states)


def _first(came: Floats, many: int) -> Ints:
    """How many of each one's laws are among the first so many: (runs, actors)."""
    if not many:
        return np.zeros(came.shape[:2], dtype=np.int64)
    last = np.partition(came.reshape(len(came), -1), many - 1, axis=1)[:, many - 1]
    found: Ints = (came <= last[:, None, None]).sum(axis=2)
    return found


class Localization(Mechanism):
    """Localization: states keep data at home, law by law, and what that costs them and others."""

    name = "localization"
    when = When.CLOSING
    after = ("lock_in",)
    scenario = {
        "localization": Section(
            WrittenLocalization | None, None, "states keep data at home, law by law"
        )
    }
    parameters = (
        Parameter(
            *("localization_rate", "a", 0.2, 0.1, 0.4),
            "laws a year of a state that cares in full and stands 40 points above its level",
            ratio=True,
            source="144 laws in 2021 (ITIF 2021); fitted",
        ),
        Parameter(
            *("localization_slope", "b", 10.5, 7.0, 14.0),
            "how much the rate of laws, in logarithms, rises over the whole scale",
            source="35 states with 67 laws in 2017 (ITIF 2021); fitted",
        ),
        Parameter(
            *("localization_repeal", "r", 0.05, 0.0, 0.15),
            "repeals a year of a law whose state stands 40 points below its level",
            source="two easings in the record; assumed",
        ),
        Parameter(
            *("localization_step", "u", 0.08, 0.05, 0.12),
            "share of the flow still open that one law closes",
            source="assumed: 29 laws, the most there are, close nine tenths",
        ),
        Parameter(
            *("localization_peers", "p", 0.3, 0.0, 1.0),
            "points by which a state follows a point more of its peers' level",
        ),
        Parameter(
            *("localization_text", "t", 0.2, 0.0, 0.6),
            "share of the way to a text that it accepted that a state goes",
        ),
        Parameter(
            *("localization_firms", "f", 0.1, 0.0, 0.3),
            "share of the way to what companies want that they draw a state",
        ),
        Parameter(
            *("localization_partners", "g", 0.1, 0.0, 0.3),
            "share of the way to what its partners want that they draw a state",
        ),
        Parameter(
            *("localization_incidents", "n", 0.05, 0.0, 0.2),
            "points, on 0-1, that an incident it suffered adds to what a state wants",
        ),
        Parameter(
            *("localization_exit", "h", 0.5, 0.0, 1.0),
            "points that a point of its digital market that may leave takes off",
        ),
        Parameter(
            *("agreement_effect", "k", 0.3, 0.0, 0.8),
            "share of the barriers between two states that a text of free flow takes away",
        ),
        Parameter(
            *("localization_cost", "c", 1.0, 0.0, 1.7),
            "per cent of GDP that closing its whole economy costs a state whose figure is unknown",
            source="mean of seven states (Bauer and others 2014)",
        ),
        Parameter(
            *("partner_cost", "v", 4.5, 0.0, 7.0),
            "per cent of GDP that a state loses if all its partners close",
            source="closure of all states (OECD and WTO 2025), less the cost at home; fitted",
        ),
        Parameter(
            *("trust_gain", "tau", 0.8, 0.0, 1.6),
            "per cent of GDP that trust adds once a state and all its partners accept a text of"
            " free flow",
            source="free flow with safeguards (OECD and WTO 2025), beyond open borders; fitted",
        ),
        Parameter(
            *("exports_per_gdp", "e", 1.87, 1.5, 2.2),
            "per cent of exports lost with a per cent of GDP",
            source="closure of all states (OECD and WTO 2025); fitted",
        ),
        Parameter(
            *("threat_information", "theta", 0.15, -0.1, 0.4),
            "share of a state's security that rests on threat information crossing borders",
        ),
    )
    draws = ("history", "law", "repeal")
    events = {SAID: "laws in force in a state from then on"}
    in_runs = (SAID,)
    outcomes = (
        Outcome(
            "localizing_states",
            "states that keep data at home",
            "states with at least one law that keeps data at home, at the end",
            *("states", Over.RUN, 0),
            otherwise="as laws stand",
            whole=True,
        ),
        Outcome(
            "localization_laws",
            "laws that keep data at home",
            "laws that keep data at home, in all states at the end",
            *("laws", Over.RUN, 0),
            otherwise="as laws stand",
            whole=True,
        ),
        Outcome(
            "flow_left",
            "cross-border flow of data left",
            "what is left of the flow of data between states at the end, by GDP; 100: no laws",
            *(PERCENT, Over.RUN, 0, 100),
            otherwise="as laws stand",
        ),
        Outcome(
            "world_gdp_effect",
            "effect of localization on the world's GDP",
            "change of the world's GDP by data localization at the end, against none at all",
            *("per cent of GDP", Over.RUN),
            otherwise="as laws stand",
        ),
        Outcome(
            "world_exports_effect",
            "effect of localization on the world's exports",
            "change of the world's exports by data localization at the end, against none at all",
            *("per cent of exports", Over.RUN),
            otherwise="as laws stand",
        ),
        Outcome(
            "security_effect",
            "effect of localization on security",
            "change of security by threat information that no longer crosses borders, at the end,"
            " by GDP; its sign is assumed",
            *("points", Over.RUN, -100, 100),
            otherwise="as laws stand",
        ),
        Outcome(
            "localization_level",
            "data kept at home in {actor}",
            "how much of its data {actor} keeps at home at the end",
            *(SCALE, Over.ACTOR, 0, 100),
            otherwise="as laws stand",
        ),
        Outcome(
            "gdp_effect",
            "effect of localization on the GDP of {actor}",
            "change of the GDP of {actor} by data localization, its own and its partners', at the"
            " end, against none at all",
            *("per cent of GDP", Over.ACTOR),
            otherwise="as laws stand",
        ),
        Outcome(
            "localizing_states_then",
            "states that keep data at home in {session}",
            "states with at least one law that keeps data at home, after {session}",
            *("states", Over.SESSION, 0),
            otherwise="as laws stand",
            whole=True,
        ),
        Outcome(
            "localization_laws_then",
            "laws that keep data at home in {session}",
            "laws that keep data at home, in all states after {session}",
            *("laws", Over.SESSION, 0),
            otherwise="as laws stand",
            whole=True,
        ),
        Outcome(
            "flow_left_then",
            "cross-border flow of data left in {session}",
            "what is left of the flow of data between states after {session}, by GDP",
            *(PERCENT, Over.SESSION, 0, 100),
            otherwise="as laws stand",
        ),
    )
    acts = {
        "localizes": "passes laws that keep data at home, in laws",
        "opens": "repeals a law that keeps data at home, in laws",
    }
    tellings = {
        "localizes": Telling("passed laws that keep data at home", 3),
        "opens": Telling("repealed a law that keeps data at home", 1.5),
    }
    figures = (
        Curve(
            "localizing_states_then",
            "States that keep data at home",
            "States that keep data at home",
            0,
        ),
        Curve("flow_left_then", "Cross-border flow of data left"),
        Bars("gdp_effect", "What data localization does to each state's GDP"),
    )
    claims = {"R19": "localization lowers growth and security, and fragments the network"}
    sources = ("berry1990", "bauer2014", "cory2021", "oecd2025")
    dynamic = True

    # What a scenario says

    def check(self, said: Mapping[str, Any], look: Look) -> None:
        """Refuse what no state can do, what does not add up, and a state without a GDP."""
        written = said["localization"]
        if written is None:
            return
        issue = written.issue or "DATA"
        if not any(issue in actor.position for actor in look.actors.values()):
            problem = "nobody can want data at home: there is no such issue"
            look.wrong(("localization",), problem, issue, "an issue DATA, or the name of yours")
        for about in ("laws", "gdp"):
            for actor in getattr(written, about):
                if actor in look.actors and look.actors[actor].kind != "state":
                    look.wrong(("localization", about, actor), "is no state", actor, "states")
        self._check_total(written, look)
        for place, area in enumerate(written.free_within):
            if len(area) < 2:
                problem = "has no two states: data flow between at least two"
                look.wrong(("localization", "free_within", place), problem, some(area))
        without = lacking(look.actors, written.gdp, 9999)
        if without:
            problem = f"no GDP is known of {some(without)}"
            look.wrong(("localization", "gdp"), problem, "", "GDP in billions of dollars, by state")

    def _check_total(self, written: WrittenLocalization, look: Look) -> None:
        if written.total is None:
            if written.states is not None:
                problem = "says nothing without a total"
                look.wrong(("localization", "states"), problem, written.states, "a total beside it")
            return
        named, at = sum(written.laws.values()), ("localization", "total")
        states = [a for a, actor in look.actors.items() if actor.kind == "state"]
        room = named + EARLIER * len([a for a in states if a not in written.laws])
        if not named <= written.total <= room:
            problem = f"is not what there can be: states named have {named}"
            look.wrong(at, problem, written.total, f"{named} to {room}")
        elif written.states is not None:
            rest = written.total - named
            having = sum(laws > 0 for laws in written.laws.values())
            most = having + min(rest, len(states) - len(written.laws))
            least = having + -(-rest // EARLIER)
            if not least <= written.states <= most:
                problem = f"is not among how many {written.total} laws can be"
                look.wrong(
                    ("localization", "states"), problem, written.states, f"{least} to {most}"
                )

    def show(
        self, said: Mapping[str, Any], names: Callable[[Iterable[str]], str], actor: str = ""
    ) -> Iterator[str]:
        """List laws at the beginning, or those of one actor."""
        written = said["localization"]
        if written is None:
            return
        for one, laws in written.laws.items():
            if not actor or actor == one:
                yield f"data of {names([one])} stay at home by {laws} laws"
        if written.total is not None and not actor:
            yield f"data stay at home by {written.total} laws in all"

    def compile(self, said: Mapping[str, Any], axes: Axes) -> Economy | None:
        """Make arrays of what the scenario and the tables say."""
        written = said["localization"]
        if written is None:
            return None
        size = sizes(axes, written.gdp)
        share, one = partners(size), np.zeros((len(size), len(size)), dtype=bool)
        for area in written.free_within:
            one |= np.multiply.outer(axes.mask(area), axes.mask(area))
        unknown = 0 if written.total is None else -1
        laws = [written.laws.get(actor, unknown) for actor in axes.actors]
        known = {a: whole for who, (_, whole) in costs().items() for a in _members(who, axes)}
        return Economy(
            issue=axes.issues.index(written.issue or "DATA"),
            states=axes.states,
            laws=np.where(axes.states, laws, 0),
            total=written.total or 0,
            having=written.states or 0,
            weight=size / size.sum(),
            partner=np.ascontiguousarray(share.T),
            open_to=np.ascontiguousarray(np.where(one, 0.0, share).T),
            cost=np.array([known.get(actor, np.nan) for actor in axes.actors]),
            told={},
        )

    def schedule(self, part: Any, changes: Iterable[tuple[int, Change]], axes: Axes) -> Any:
        """Sort the laws that events set by session."""
        told: dict[int, tuple[tuple[int, int], ...]] = {}
        for session, change in changes if part is not None else ():
            if change.path == SAID:
                one = axes.place(change.names[0]), round(change.value)
                told[session] = (*told.get(session, ()), one)
        return part if part is None else replace(part, told=told)

    def columns(self, outcome: Outcome, said: Mapping[str, Any]) -> Iterable[str] | None:
        """Keep what is told of those that the scenario names."""
        written = said["localization"]
        return () if written is None else dict.fromkeys(written.tell or written.laws)

    # What happens in a run

    def begin(self, setting: Setting, world: World) -> dict[str, Any]:
        """Draw the laws that are not known, and begin the series of every session."""
        economy: Economy = self.part(setting)
        unknown, named = economy.laws < 0, np.maximum(economy.laws, 0)
        about = pairs(setting.labels, labels(map(str, range(EARLIER))))
        rest = max(economy.total - int(named.sum()), 0) if unknown.any() else 0
        drawn = self.luck(world, "history", about) if rest else np.empty((world.size, 0, 0))
        wants, cares = self._stances(setting, world)
        slope, step = world.column("localization_slope"), world.column("localization_step")
        others = max(economy.having - int((named > 0).sum()), 0)
        laws = named + earlier(drawn, wants, cares, slope, step, unknown, rest, others)
        nobody = np.zeros((world.size, len(setting.actors)))
        return {
            "laws": laws,
            "peers": each(level(laws, step), looks(setting, economy.ties)),  # P_i0
            "accepted": nobody > 0,  # a text on the issue, by whom
            "text": nobody,  # and its value
            "then": [],  # how things stand after each session
        }

    def happen(self, setting: Setting, world: World, change: Change, rows: Bools) -> None:
        """Put laws in force in a state, in some runs."""
        self.state(world)["laws"][rows, setting.slot(change.names[0])] = round(change.value)

    def level(self, setting: Setting, world: World, outcome: str) -> Floats | None:
        """Tell how laws and flow now stand, for conditions of events."""
        stands = self._stands(setting, world)
        return stands[outcome] * (FULL if outcome == "flow_left_then" else 1.0)

    def index(self, setting: Setting, world: World) -> Iterator[tuple[str, str, Floats]]:
        """Count the flow left for solidarity, and the data kept at home for sovereignty."""
        yield "solidarity", "flow of data", self._stands(setting, world)["flow_left_then"]
        kept = self.part(setting).weight * self._levels(setting, world)
        yield "sovereignty", "data kept at home", _sum(kept)

    def _stands(self, setting: Setting, world: World) -> dict[str, Floats]:
        """States with laws, laws, and flow left, as they now stand: (runs,) each."""
        laws, (out, _) = self.state(world)["laws"], self._barriers(setting, world)
        return {
            "localizing_states_then": (laws > 0).sum(axis=1).astype(np.float64),
            "localization_laws_then": laws.sum(axis=1).astype(np.float64),
            "flow_left_then": 1.0 - _sum(self.part(setting).weight * out),
        }

    def _stances(self, setting: Setting, world: World) -> tuple[Floats, Floats]:
        """What each wants, and how much it cares: (runs, actors) each."""
        issue = self.part(setting).issue
        wants, cares = (
            np.ascontiguousarray(array[:, :, issue]) for array in (world.position, world.salience)
        )
        return wants, cares

    def _levels(self, setting: Setting, world: World) -> Floats:
        """L: how much of its data each keeps at home, (runs, actors)."""
        return level(self.state(world)["laws"], world.column("localization_step"))

    def _motives(self, setting: Setting, world: World, session: int) -> dict[str, Floats]:
        """Give what each state wants by what moves it, summing to w: (runs, actors) each."""
        economy, state = self.part(setting), self.state(world)
        wants, cares = self._stances(setting, world)
        column, states = world.column, economy.states
        peers = each(self._levels(setting, world), looks(setting, economy.ties)) - state["peers"]
        return {
            "stance": wants,
            "peers": column("localization_peers") * peers,
            "text": column("localization_text") * state["accepted"] * (state["text"] - wants),
            "companies": column("localization_firms") * _companies(setting, session, wants),
            "partners": column("localization_partners")
            * _towards(wants, cares * states, economy.partner),
            "incidents": column("localization_incidents") * suffered(world, session, wants.shape),
            "threats to leave": -column("localization_exit")
            * threatened(world, self.name, wants.shape),
        }

    def play(self, setting: Setting, world: World, meeting: Meeting) -> Phase:
        """Let states pass laws and repeal some, and see what is left of the flow."""
        economy, state = self.part(setting), self.state(world)
        marks = state["accepted"], state["text"]
        marks = accepted(setting, world, meeting, economy.issue, *marks)
        state["accepted"], state["text"] = marks
        motives = self._motives(setting, world, meeting.session)
        _, cares = self._stances(setting, world)
        apart = sum(motives.values()) - self._levels(setting, world)
        slope, span = world.column("localization_slope"), years(setting)
        mean = span * world.column("localization_rate") * cares * np.exp(slope * (apart - GAP))
        drawn = self.luck(world, "law", setting.labels, meeting.session)
        new = np.where(economy.states, passed(drawn, mean), 0)
        each_law = span * world.column("localization_repeal") * np.exp(-slope * (apart + GAP))
        drawn = self.luck(world, "repeal", setting.labels, meeting.session)
        fall = drawn < 1.0 - np.exp(-each_law * state["laws"])
        state["laws"] = np.minimum(state["laws"] + new - fall, MOST)
        self._tell(setting, world, meeting, new, fall, motives)
        for actor, laws in economy.told.get(meeting.session, ()):
            state["laws"][:, actor] = laws
        state["then"].append(self._stands(setting, world))
        yield from ()

    def _tell(
        self,
        setting: Setting,
        world: World,
        meeting: Meeting,
        new: Ints,
        fall: Bools,
        motives: Mapping[str, Floats],
    ) -> None:
        """Log who passed laws and who repealed one; of one run, with what moved it most."""
        states = np.flatnonzero(self.part(setting).states)
        for what, done in (("localizes", new), ("opens", fall.astype(np.int64))):
            size = np.take(np.where(done > 0, done, np.nan), states, axis=1)
            if not world.detailed:
                self.act(world, meeting, what, states.tolist(), size=size)
                continue
            who = np.flatnonzero(done[0] > 0)
            for actor, reason in zip(who.tolist(), reasons(motives, who), strict=True):
                self.act(world, meeting, what, actor, size=done[:, actor], reason=reason)

    def _barriers(self, setting: Setting, world: World) -> tuple[Floats, Floats]:
        levels, effect = self._levels(setting, world), world.column("agreement_effect")
        return kept_from(levels, self._depth(world), effect, self.part(setting).open_to)

    def _depth(self, world: World) -> Floats:
        """d: how free the text is that each accepted, 0 of who accepted none: (runs, actors)."""
        depth: Floats = self.state(world)["accepted"] * (1.0 - self.state(world)["text"])
        return depth

    def collect(
        self, setting: Setting, world: World
    ) -> Iterator[tuple[str, tuple[str, ...], Floats]]:
        """Read off laws, flow, GDP and security at the end, and the series."""
        economy, state = self.part(setting), self.state(world)
        out, into = self._barriers(setting, world)
        own = np.where(np.isnan(economy.cost), world.column("localization_cost"), economy.cost)
        trust = world.column("trust_gain") * trusted(self._depth(world), economy.partner)
        effect = trust - own * out - world.column("partner_cost") * into
        whole = _sum(economy.weight * effect)
        last = state["then"][-1]
        for name in ("localizing_states", "localization_laws", "flow_left"):
            yield name, (), last[f"{name}_then"]
        yield "world_gdp_effect", (), whole
        yield "world_exports_effect", (), world.parameters["exports_per_gdp"] * whole
        rests = world.parameters["threat_information"]
        yield "security_effect", (), -FULL * rests * (1.0 - last["flow_left_then"])
        levels = self._levels(setting, world)
        for actor in setting.kept["localization_level"]:
            at = setting.slot(actor)
            yield "localization_level", (actor,), levels[:, at].copy()
            yield "gdp_effect", (actor,), effect[:, at].copy()
        for session, stands in enumerate(state["then"], start=1):
            for name, values in stands.items():
                yield name, (setting.label(session),), values


def accepted(
    setting: Setting, world: World, meeting: Meeting, issue: int, before: Bools, text: Floats
) -> tuple[Bools, Floats]:
    """Note the texts on an issue that passed for good in a session: who accepted, and their value.

    Both are (runs, actors); ``before`` and ``text`` are those that were noted earlier.
    """
    for room in setting.meetings[meeting.session - 1]:
        for draft in setting.forums[room.forum].drafts if room.final else ():
            written = setting.drafts[draft]
            on = (written.issue == issue) & world.active[draft]  # (runs, clauses)
            weight = on * shares(written.issue, written.weight)
            whole = weight.sum(axis=1)
            value = (weight * world.value[draft]).sum(axis=1) / np.where(whole > 0, whole, 1.0)
            stands = world.passed[draft] & (whole > 0)
            decided = world.ballots[draft, room.stage].decisions
            bound = np.isin(decided, ACCEPTED) & stands[:, None]
            before, text = before | bound, np.where(bound, value[:, None], text)
    return before, text


def _sum(rows: Floats) -> Floats:
    total: Floats = rows.sum(axis=1)
    return total


def _members(who: str, axes: Axes) -> Iterable[str]:
    """A state, or the members of a group that are here."""
    return axes.groups.get(who.removeprefix(GROUP), ()) if who.startswith(GROUP) else (who,)


def _companies(setting: Setting, session: int, wants: Floats) -> Floats:
    """F: how far companies stand from each, by their capability: (runs, actors)."""
    scene = setting.scene(session)
    weight = scene.capability * scene.speaking * (setting.kind == Kind.COMPANY)
    total = float(weight.sum())
    if not total:
        return np.zeros_like(wants)
    middle = _sum(weight * wants) / total
    pull: Floats = (middle[:, None] - wants) * min(total, 1.0)
    return pull


def _towards(wants: Floats, cares: Floats, partner: Floats) -> Floats:
    """H: how far its partners stand from each, by what they trade and care: (runs, actors)."""
    pull: Floats = each(cares * wants, partner) - wants * each(cares, partner)
    return pull


def suffered(world: World, session: int, shape: tuple[int, ...]) -> Floats:
    """I: incidents that each suffered in a session, where that mechanism is on: (runs, actors)."""
    count, found = np.zeros(shape), world.state.get("incidents")
    if found is not None:
        happened, target = found.happened[:, session - 1], found.target[:, session - 1]
        rows, which = np.nonzero(happened)
        np.add.at(count, (rows, target[rows, which]), 1.0)
    return count


def threatened(world: World, by: str, shape: tuple[int, ...]) -> Floats:
    """T: share of each one's digital market that says it may leave, where markets are on.

    ``by`` is the mechanism whose next law or levy would drive it out.
    """
    found = world.state.get("markets")
    threat: Floats = found["threat"][by] if found else np.zeros(shape)
    return threat


def reasons(motives: Mapping[str, Floats], who: Ints) -> list[str]:
    """What moves each of these actors most, in the first run."""
    names, table = list(motives), np.stack([np.take(term[0], who) for term in motives.values()])
    return [names[n] for n in np.abs(table).argmax(axis=0).tolist()]
