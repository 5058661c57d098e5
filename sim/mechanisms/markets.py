"""Markets: companies comply with what a state asks of them, serve it from outside, or leave.

    comply    m - tau - x_ci (v L + K L / R_ci)         per unit of revenue R_ci, a year
    outside   o (1 - beta L) m - tau e - N / R_ci
    leave     0

Company c has the margin m in every market i; tau is what levies take, L how much of its data a
state keeps at home (`localization`). To keep data at home costs a share v of revenue, and K for
centres of its own, whatever the market is worth; x_ci is how hard it is for this company there,
log-normal, once a run. From outside it keeps a share o of its business, as far as the state does
not block it (blocking is the sanction: beta), pays a share e of levies, and spends N. It does what
pays best, and comes back only where it gains a share rho of its margin. So it leaves where what it
is asked costs more than the market is worth, and small markets first.

Before a state passes its next law or levy, companies that would not comply with it, and those that
would if it cost them a share ``bluff`` more, say so: their share of the state's digital market is
the threat T that `localization` and `levies` weigh. Users lose with what leaves: the surplus
parameter times its revenue there.

Firms that leave where costs outrun the market, and mostly comply, are pattern 22 of the record
(scenarios/data/market_exits.csv). All parameters are assumed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
from pydantic import Field

from sim.core import special
from sim.core.ask import Phase
from sim.core.draws import pairs
from sim.core.fields import ActorRef, ActorRefs, Part, Percent
from sim.core.mechanism import Axes, Bars, Look, Mechanism, Section, Telling, When
from sim.core.outcome import PERCENT, Outcome, Over
from sim.core.parameters import Parameter
from sim.core.setting import Meeting, Setting
from sim.core.world import World
from sim.mechanisms import levies
from sim.mechanisms.localization import gdp, lacking, level, sizes

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int8]

FULL = 100.0
COMPLIES, OUTSIDE, GONE = 0, 1, 2
SHOWN = 0.02  # share of a state's digital market below which a threat is not told
NEXT = ("localization", "levies")  # whose next step companies answer beforehand

Billions = Annotated[float, Field(ge=0)]


class WrittenCompany(Part):
    """What a company earns, and where."""

    margin: Percent = Field(description="what is left of its revenue after costs, per cent")
    worldwide: Billions = Field(
        default=0.0,
        description="revenue a year in billions of dollars, spread over all markets by GDP",
    )
    revenue: dict[ActorRef, Billions] = Field(
        default={}, description="revenue in a market in billions, where it is known better"
    )


class WrittenMarkets(Part):
    """Companies that serve markets, and what they earn there."""

    companies: dict[ActorRef, WrittenCompany] = Field(description="companies by id")
    where: ActorRefs = Field(default=(), description="the states that are markets; else all")


@dataclass(frozen=True)
class Trade:
    """What all runs share: companies, markets, and revenue."""

    companies: tuple[int, ...]  # places on the axis of actors
    where: tuple[int, ...]  # the markets, as places
    revenue: Floats  # R, (companies, markets): billions a year
    margin: Floats  # m, (companies, 1)
    size: Floats  # GDP of each market, billions, (markets,)


def pays(
    revenue: Floats,
    margin: Floats,
    asked: Floats,
    taken: Floats,
    hard: Floats,
    p: Mapping[str, Floats],
) -> Floats:
    """What complying, serving from outside and leaving pay per unit of revenue.

    Args:
        revenue: R, (companies, markets), above 0 where there is any.
        margin: m, (companies, 1).
        asked: L, (runs, 1, markets).
        taken: tau, (runs, companies, markets).
        hard: x, (runs, companies, markets).
        p: parameters by name, each (runs, 1, 1).

    Returns:
        (3, runs, companies, markets): in the order COMPLIES, OUTSIDE, GONE.
    """
    each_unit = 1.0 / np.maximum(revenue, 1e-12)
    home = hard * asked * (p["storage_cost"] + p["centre_cost"] * each_unit)
    comply = margin - taken - home
    open_ = p["outside_share"] * (1.0 - p["blocking"] * asked)
    outside = open_ * margin - p["levies_outside"] * taken - p["outside_cost"] * each_unit
    return np.stack([comply, outside, np.zeros_like(comply)])


def best(paid: Floats, now: Codes, back: Floats) -> Codes:
    """What each company does in each market: the best, with ``back`` lost in coming back.

    ``paid`` is (3, runs, companies, markets), ``now`` (runs, companies, markets) what it does so
    far, ``back`` (runs, companies, markets) what it must gain to come back. Of equals, it stays.
    """
    worth = paid.copy()
    gone = now == GONE
    worth[COMPLIES] -= np.where(gone, back, 0.0)
    worth[OUTSIDE] -= np.where(gone, back, 0.0)
    found: Codes = worth.argmax(axis=0).astype(np.int8)
    return found


class Markets(Mechanism):
    """Markets: companies comply with what a state asks, serve it from outside, or leave."""

    name = "markets"
    when = When.CLOSING
    after = ("localization", "levies")
    scenario = {
        "markets": Section(
            WrittenMarkets | None, None, "companies that serve markets, and may leave them"
        )
    }
    parameters = (
        Parameter(
            *("storage_cost", "v_m", 0.06, 0.0, 0.15),
            "share of revenue that it costs to keep all data of a market at home",
        ),
        Parameter(
            *("centre_cost", "K", 0.05, 0.0, 0.2),
            "billions a year that centres of its own in a market cost a company",
        ),
        Parameter(
            *("outside_share", "o", 0.4, 0.1, 0.8),
            "share of its business that a company keeps which serves a market from outside",
        ),
        Parameter(
            *("blocking", "beta", 0.7, 0.0, 1.0),
            "share of what is served from outside that a state blocks which keeps all data at home",
        ),
        Parameter(
            *("levies_outside", "e_m", 0.5, 0.0, 1.0),
            "share of a levy that is had of companies outside",
        ),
        Parameter(
            *("outside_cost", "N", 0.005, 0.0, 0.02),
            "billions a year that it costs to serve a market from outside",
        ),
        Parameter(
            *("hardship_spread", "sigma_m", 0.5, 0.0, 1.0),
            "spread (sd of the log) between companies and markets of what keeping data costs",
        ),
        Parameter(
            *("return_cost", "rho_m", 0.1, 0.0, 0.3),
            "share of its margin that a company must gain to come back",
        ),
        Parameter(
            *("bluff", "b_m", 0.2, 0.0, 1.0),
            "share by which companies overstate what the next law or levy costs them",
        ),
        Parameter(
            *("surplus", "s_m", 1.0, 0.0, 3.0),
            "what users lose with a service that leaves, as a share of its revenue there",
        ),
    )
    draws = ("hardship",)
    outcomes = (
        Outcome(
            "markets_complied",
            "share of digital business that complies",
            "share of what companies could earn in all markets that they earn under the rules of"
            " the market, at the end",
            *(PERCENT, Over.RUN, 0, 100, 100),
            otherwise="as companies stand",
        ),
        Outcome(
            "markets_left",
            "markets that companies left",
            "pairs of a company and a market that it has left, at the end",
            *("markets", Over.RUN, 0, None, 0),
            otherwise="as companies stand",
            whole=True,
        ),
        Outcome(
            "markets_outside",
            "markets that companies serve from outside",
            "pairs of a company and a market that it serves from outside, at the end",
            *("markets", Over.RUN, 0, None, 0),
            otherwise="as companies stand",
            whole=True,
        ),
        Outcome(
            "levy_revenue",
            "what levies on digital services bring",
            "what states take a year by levies on digital services, at the end",
            *("billion dollars", Over.RUN, 0, None, 0),
            otherwise="as companies stand",
        ),
        Outcome(
            "services_lost",
            "digital services that {actor} has lost",
            "what users of {actor} lose with companies that have left or serve it from outside,"
            " a year",
            *("per cent of GDP", Over.ACTOR, 0, None, 0),
            otherwise="as companies stand",
        ),
        Outcome(
            "markets_left_by",
            "markets that {actor} left",
            "markets that {actor} has left, at the end",
            *("markets", Over.ACTOR, 0, None, 0),
            otherwise="as companies stand",
            whole=True,
        ),
        Outcome(
            "markets_complied_then",
            "share of digital business that complies in {session}",
            "share of what companies could earn in all markets that they earn under the rules of"
            " the market, after {session}",
            *(PERCENT, Over.SESSION, 0, 100, 100),
            otherwise="as companies stand",
        ),
    )
    acts = {
        "threatens to leave": "says that it would not comply with a state's next step, in per cent"
        " of the state's digital market",
        "leaves a market": "leaves a market, in billions of revenue a year",
        "serves from outside": "withdraws to serving a market from outside, in billions a year",
        "comes back": "complies again in a market, in billions of revenue a year",
    }
    tellings = {
        "leaves a market": Telling("left the market of {target}", 2),
        "serves from outside": Telling("served {target} only from outside", 1),
        "comes back": Telling("came back to {target}", 0.7),
    }
    figures = (
        Bars("services_lost", "Digital services that users lose"),
        Bars("markets_left_by", "Markets that companies left"),
    )
    claims = {"R19": "barriers drive companies out, and users lose their services"}
    sources = ("market exits of 2010-2024: scenarios/data/market_exits.csv",)
    dynamic = True

    # What a scenario says

    def check(self, said: Mapping[str, Any], look: Look) -> None:
        """Refuse what is no company, one without a market, markets that are no states or poor."""
        written = said["markets"]
        if written is None:
            return
        if not written.companies:
            look.wrong(
                ("markets", "companies"), "names no company", "", "a company with its margin"
            )
        for where in written.where:
            if where in look.actors and look.actors[where].kind != "state":
                look.wrong(("markets", "where"), "is no state", where, "states")
        for id_, company in written.companies.items():
            at = ("markets", "companies", id_)
            if id_ in look.actors and look.actors[id_].kind != "company":
                look.wrong(at, "is no company", id_, "companies")
            if not company.worldwide and not any(company.revenue.values()):
                problem = "has no market to serve or to leave"
                look.wrong(at, problem, id_, "revenue worldwide, or in a market")
            for market in company.revenue:
                if market in look.actors and look.actors[market].kind != "state":
                    look.wrong((*at, "revenue", market), "is no state", market, "states")
                elif written.where and market not in written.where:
                    problem = "is no market here"
                    look.wrong((*at, "revenue", market), problem, market, "one of `where`")
        if without := lacking(look.actors, {}, 9999):
            problem = f"no GDP is known of {without[0]}, so its market has no size"
            look.wrong(("markets",), problem, without[0], "states of data/gdp.csv")

    def warnings(self, said: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Warn of companies that nothing drives out."""
        if said["markets"] and not said["localization"] and not said["levies"]:
            yield ("markets",), "no state asks anything: there is neither localization nor a levy"

    def show(
        self, said: Mapping[str, Any], names: Callable[[Iterable[str]], str], actor: str = ""
    ) -> Iterator[str]:
        """List companies with what they earn, or one of them."""
        for one, company in said["markets"].companies.items() if said["markets"] else ():
            if not actor or actor == one:
                earns = f"{company.worldwide:g} billion dollars worldwide"
                yield f"{names([one])} earns {earns} at a margin of {company.margin:g}%"

    def columns(self, outcome: Outcome, said: Mapping[str, Any]) -> Iterable[str] | None:
        """Keep the companies, and the markets that the scenario names."""
        written = said["markets"]
        if written is None:
            return ()
        if outcome.name == "markets_left_by":
            return tuple(written.companies)
        named = (market for company in written.companies.values() for market in company.revenue)
        return dict.fromkeys((*written.where, *named))

    def compile(self, said: Mapping[str, Any], axes: Axes) -> Trade | None:
        """Make arrays of what companies earn."""
        written = said["markets"]
        if written is None:
            return None
        size = sizes(axes, {})
        asked = written.where or [a for a, s in zip(axes.actors, axes.states, strict=True) if s]
        where = [axes.place(actor) for actor in asked]
        whole = sum(gdp(axes.date.year if axes.date else 9999).values())
        revenue = np.array(
            [
                [
                    company.revenue.get(market, company.worldwide * size[place] / whole)
                    for market, place in zip(asked, where, strict=True)
                ]
                for company in written.companies.values()
            ]
        )
        companies = tuple(axes.place(id_) for id_ in written.companies)
        return Trade(
            companies=companies,
            where=tuple(where),
            revenue=revenue,
            margin=np.array([[c.margin / FULL] for c in written.companies.values()]),
            size=np.take(size, where),
        )

    # What happens in a run

    def begin(self, setting: Setting, world: World) -> dict[str, Any]:
        """Draw how hard it is for whom; each does what pays best, and says what it would not do."""
        trade: Trade = self.part(setting)
        who, where = (np.take(setting.labels, places) for places in (trade.companies, trade.where))
        z = special.ndtri(self.luck(world, "hardship", pairs(who, where)))
        hard = np.exp(world.parameters["hardship_spread"][:, None, None] * z)
        asked, taken = self._burden(setting, world)
        paid = self._pays(setting, world, hard, asked, taken)
        does = best(paid, np.zeros(hard.shape, dtype=np.int8), np.zeros(hard.shape))
        state = {"hard": hard, "does": does, "complied": []}
        return {**state, "threat": self._threats(setting, world, state, asked, taken)}

    def _burden(self, setting: Setting, world: World) -> tuple[Floats, Floats]:
        """What states ask for, (runs, 1, markets), and take, (runs, companies, markets)."""
        trade: Trade = self.part(setting)
        asked = np.zeros((world.size, len(setting.actors)))
        if setting.parts.get("localization") is not None:
            asked = level(world.state["localization"]["laws"], world.column("localization_step"))
        taken = levies.burdens(setting, world, trade.companies)
        return np.take(asked, trade.where, axis=1)[:, None], np.take(taken, trade.where, axis=2)

    def _pays(
        self, setting: Setting, world: World, hard: Floats, asked: Floats, taken: Floats
    ) -> Floats:
        trade: Trade = self.part(setting)
        p = {q.name: world.parameters[q.name][:, None, None] for q in self.parameters}
        return pays(trade.revenue, trade.margin, asked, taken, hard, p)

    def _threats(
        self,
        setting: Setting,
        world: World,
        state: Mapping[str, Any],
        asked: Floats,
        taken: Floats,
    ) -> dict[str, Floats]:
        """T: the share of each one's digital market that would not comply with its next step.

        (runs, actors), by the mechanism whose step it is.
        """
        trade: Trade = self.part(setting)
        over = 1.0 + world.parameters["bluff"][:, None, None]
        found = {}
        for name in NEXT:
            more, levied = asked, taken
            if name == "localization" and setting.parts.get(name) is not None:
                step = world.parameters["localization_step"][:, None, None]
                more = np.minimum(1.0 - (1.0 - asked) * (1.0 - step), 1.0) * over
            elif name == "levies" and setting.parts.get(name):
                new = levies.next_ones(setting, world, trade.companies)
                levied = taken + over * np.take(new, trade.where, axis=2)
            share = np.zeros((world.size, len(trade.where)))
            if more is not asked or levied is not taken:
                paid = self._pays(setting, world, state["hard"], more, levied)
                goes = (paid.argmax(axis=0) != COMPLIES) & (state["does"] == COMPLIES)
                whole = np.maximum(trade.revenue.sum(axis=0), 1e-12)
                share = (goes * (trade.revenue / whole)).sum(axis=1)
            threat = np.zeros((world.size, len(setting.actors)))
            threat[:, trade.where] = share
            found[name] = threat
        return found

    def play(self, setting: Setting, world: World, meeting: Meeting) -> Phase:
        """Let companies do what pays best, and say what they would not comply with next."""
        trade, state = self.part(setting), self.state(world)
        asked, taken = self._burden(setting, world)
        paid = self._pays(setting, world, state["hard"], asked, taken)
        back = world.parameters["return_cost"][:, None, None] * trade.margin
        does = best(paid, state["does"], np.broadcast_to(back, state["does"].shape))
        there = trade.revenue > 0
        self._tell(world, meeting, trade, state["does"], does, there)
        state["does"] = does
        state["threat"] = self._threats(setting, world, state, asked, taken)
        if world.detailed:
            self._tell_threats(world, meeting, trade)
        state["complied"].append(self._complied(world, trade))
        yield from ()

    def level(self, setting: Setting, world: World, outcome: str) -> Floats | None:
        """Tell how much business complies now, for conditions of events."""
        return FULL * self._complied(world, self.part(setting))

    def _complied(self, world: World, trade: Trade) -> Floats:
        served = (self.state(world)["does"] == COMPLIES) * trade.revenue
        share: Floats = served.sum(axis=(1, 2)) / max(float(trade.revenue.sum()), 1e-12)
        return share

    def _tell(
        self,
        world: World,
        meeting: Meeting,
        trade: Trade,
        before: Codes,
        now: Codes,
        there: Bools,
    ) -> None:
        """Log which companies left, went outside or came back, and from which market."""
        for what, code in (
            ("leaves a market", GONE),
            ("serves from outside", OUTSIDE),
            ("comes back", 0),
        ):
            done = (now == code) & (before != code) & there
            for c, m in np.argwhere(done.any(axis=0)).tolist():
                size = np.where(done[:, c, m], trade.revenue[c, m], np.nan)
                self.act(world, meeting, what, trade.companies[c], trade.where[m], size=size)

    def _tell_threats(self, world: World, meeting: Meeting, trade: Trade) -> None:
        """Log, of one run, the markets that companies said they would not follow."""
        for name, threat in self.state(world)["threat"].items():  # by its largest company
            for market in np.flatnonzero(threat[0] > SHOWN).tolist():
                column = trade.revenue[:, trade.where.index(market)]
                who, size = trade.companies[int(column.argmax())], FULL * threat[:, market]
                self.act(world, meeting, "threatens to leave", who, market, size=size, reason=name)

    def collect(
        self, setting: Setting, world: World
    ) -> Iterator[tuple[str, tuple[str, ...], Floats]]:
        """Read off who complies, who left, what levies bring and what users lose."""
        trade, state = self.part(setting), self.state(world)
        there, does = trade.revenue > 0, state["does"]
        left, outside = (does == GONE) & there, (does == OUTSIDE) & there
        share = world.parameters["outside_share"][:, None, None]
        earned = trade.revenue * np.where(left, 0.0, np.where(outside, share, 1.0))
        _, taken = self._burden(setting, world)
        due = taken * np.where(outside, world.parameters["levies_outside"][:, None, None], 1.0)
        yield "markets_complied", (), state["complied"][-1]
        yield "markets_left", (), left.sum(axis=(1, 2)).astype(np.float64)
        yield "markets_outside", (), outside.sum(axis=(1, 2)).astype(np.float64)
        yield "levy_revenue", (), (due * earned).sum(axis=(1, 2))
        lost = world.column("surplus") * (trade.revenue - earned).sum(axis=1) / trade.size
        for actor in setting.kept["services_lost"]:
            at = setting.slot(actor)
            here = trade.where.index(at)
            yield "services_lost", (actor,), FULL * np.ascontiguousarray(lost[:, here])
        for actor in setting.kept["markets_left_by"]:
            place = trade.companies.index(setting.slot(actor))
            yield "markets_left_by", (actor,), left[:, place].sum(axis=1).astype(np.float64)
        for session, found in enumerate(state["complied"], start=1):
            yield "markets_complied_then", (setting.label(session),), found
