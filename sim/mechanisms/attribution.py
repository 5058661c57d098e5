"""Attribution: some incidents are traced to an attacker and named in public, late, and not surely.

    p = 1 - exp( -n (1 + K) G / (0.3 c_a) )     T = d c_a exp(s z) / (1 + K)     e = e0 / (1 + K)

p is the chance that an incident of gravity G is ever named, T after how many days, e the chance
that the wrong one is named, by how often others attack. c_a is what it costs to name attacker a:
one number a state that makes naming rare and late alike. K = k (share of all capability that
those hold who share intelligence): companies share it too. What is shared already is in the
record that n and d are fitted on, and K is what comes on top of it.

A victim names whom it holds guilty only if the odds are worth it, the threshold of a blame game
(Edwards, Furnas, Forrest and Axelrod 2017, with payoffs of our own):

    name a  iff  q_a >= l / (1 + l),     q_a = r_a (1 - e) / ( r_a (1 - e) + sum_b r_b e w_ba )

l is the loss of blaming an innocent for the gain of blaming the guilty, q_a the chance that a is
guilty once traces point to it, r the attackers' rates, w_ba the chance that a stands in for b.
Traces that point anywhere lower q and so what is named at all, as in the signs of Baliga, Bueno de
Mesquita and Wolitzky (2020), for which `sim.published.deterrence` has the game.

n, d and the costs c of four states are fitted on how often each was named (a European database,
to 2023) and on the delay for one of them; the delays for the other three follow from c, and come
out 20 to 40% too long. s is an estimate, below what all countries together show. e0, k and l are
assumed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import Field

from sim.core import special
from sim.core.ask import Phase
from sim.core.calendar import years
from sim.core.draws import Labels
from sim.core.fields import ActorRefs, Part, Percent
from sim.core.happenings import Change, Done, Verb
from sim.core.mechanism import Axes, Bars, Curve, Look, Mechanism, Section, Telling, When
from sim.core.outcome import PERCENT, Outcome, Over
from sim.core.parameters import Parameter
from sim.core.setting import Meeting, Scene, Setting
from sim.core.world import World
from sim.mechanisms.incidents import FULL, TYPICAL, Incidents, Yields, by_attacker, share, some
from sim.mechanisms.incidents import Plan as Attackers

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

YEAR = 365.25
FAR = 1e6  # sessions: as good as never
SHARE, SHARES, KEEPS = "intelligence.share", "shares intelligence", "keeps intelligence"


class WrittenIntelligence(Part):
    """Intelligence that is shared beyond what is usual."""

    sharers: ActorRefs = Field(default=(), description="states and companies that share it")
    share: Percent = Field(default=100.0, description="how much of what they know they share")


@dataclass(frozen=True)
class Pool:
    """Who shares how much in a session."""

    sharers: Bools  # (actors,)
    share: float


@dataclass
class State:
    """What becomes of incidents: (runs, sessions, slots)."""

    due: npt.NDArray[np.int8]  # the session in which it is named; 0: not before the end
    accused: npt.NDArray[np.int16]  # the attacker that is named
    days: Floats  # from the incident to its naming; nan: not named before the end
    speaks: npt.NDArray[np.int16]  # the actor that names: the victim, or the state it is at home in


class Attribution(Mechanism):
    """Attribution: some incidents are traced and named in public, late, and not surely."""

    name = "attribution"
    needs = ("incidents",)
    when = When.OPENING
    after = ("incidents",)
    scenario = {
        "intelligence": Section(
            WrittenIntelligence, WrittenIntelligence(), "intelligence shared beyond what is usual"
        )
    }
    parameters = (
        Parameter(
            *("naming", "n_a", 0.16, 0.05, 0.35),
            "chance that an incident of typical gravity is named, where that costs as much as for"
            " Russia",
            source="political responses to incidents by Russia, to 2023 (EuRepoC): .163",
        ),
        Parameter(
            *("naming_delay", "d_a", 153, 60, 400),
            "days to it, the median",
            ratio=True,
            source="state attributions of incidents by Russia (EuRepoC): 153 days",
        ),
        Parameter(
            *("naming_delay_spread", "s_a", 1.6, 0.8, 2.4),
            "sd of the log of these days",
            source="within accused, by quartiles (EuRepoC): 2.3 with the slowest cases; lowered",
        ),
        Parameter(
            *("naming_error", "e_a", 0.05, 0.0, 0.2),
            "chance that who is named is not who did it; assumed",
        ),
        Parameter(
            *("intelligence_worth", "k_a", 1.0, 0.0, 3.0),
            "what it adds to the pace of tracing if all share what they know; assumed",
        ),
        Parameter(
            *("blame_loss", "l_a", 1.0, 0.2, 5.0),
            "loss of blaming an innocent, for the gain of blaming the guilty; assumed",
            ratio=True,
        ),
    )
    draws = ("named", "delay", "day", "mistaken", "stands_in")
    events = {SHARE: "how much of what they know those share who share intelligence"}
    verbs = {
        SHARES: Verb("shares its intelligence on incidents with all from then on"),
        KEEPS: Verb("keeps its intelligence on incidents to itself from then on"),
    }
    outcomes = (
        Outcome(
            "named",
            "incidents named in {session}",
            "incidents whose attacker is named in public in {session}, whenever they were",
            *("incidents", Over.SESSION, 0, None, 0),
            whole=True,
        ),
        Outcome(
            "named_of",
            "the share of incidents by {actor} that are named",
            "of the public incidents by {actor} itself, those named by the end, whoever was named",
            *(PERCENT, Over.ACTOR, 0, 100),
            missing="it has none",
        ),
        Outcome(
            "days_to_naming",
            "days until {actor} is named",
            "days from an incident to its naming, the median of those for which {actor} is named",
            *("days", Over.ACTOR, 0, None),
            missing="it is never named",
        ),
        Outcome(
            "misnamed",
            "the share of namings that are mistaken",
            "of all namings, those of an attacker that did not do it",
            *(PERCENT, Over.RUN, 0, 100),
            missing="nobody is named",
        ),
    )
    acts = {"names": "names an attacker in public, in incidents"}
    tellings = {
        "names": Telling("named {reason} as an attacker in public", 1.5, together=2),
    }
    figures = (
        Curve("named", "Incidents whose attacker is named"),
        Bars("named_of", "Which share of its incidents is named"),
    )
    claims = {"R05": "what cannot be traced is not answered: shared intelligence helps"}
    sources = ("edwards2017", "baliga2020")

    # What a scenario says

    def said(self, sections: Mapping[str, Any]) -> bool:
        """Whether there is anything to name."""
        return bool(sections[Incidents.name])

    def check(self, said: Mapping[str, Any], look: Look) -> None:
        """Refuse intelligence on nothing."""
        if said["intelligence"].sharers and not said[Incidents.name]:
            problem = "share intelligence, and there are no incidents"
            look.wrong(("intelligence", "sharers"), problem, "", "attackers under incidents")

    def refused(self, done: Done, sections: Mapping[str, Any]) -> tuple[str, str]:
        """Refuse to share intelligence on nothing."""
        return ("", "") if self.said(sections) else ("there are no incidents", "incidents")

    def compile(self, said: Mapping[str, Any], axes: Axes) -> Ints | None:
        """Who speaks for each actor: itself, or the state it is at home in, (actors,)."""
        if not self.said(said):
            return None
        return np.array([axes.place(axes.home.get(actor, actor)) for actor in axes.actors])

    def opening(self, said: Mapping[str, Any], axes: Axes) -> Pool:
        """Who shares intelligence at first."""
        written = said["intelligence"]
        return Pool(axes.mask(written.sharers), written.share / FULL)

    def set(self, scene: Scene, change: Change, axes: Axes) -> Scene:
        """The scene once more or less is shared."""
        pool = replace(scene.parts[self.name], share=change.value / FULL)
        return replace(scene, parts={**scene.parts, self.name: pool})

    def done(self, scene: Scene, done: Done, axes: Axes) -> Scene:
        """The scene once an actor shares what it knows, or keeps it."""
        pool, who = scene.parts[self.name], axes.mask([done.actor])
        now = pool.sharers | who if done.verb == SHARES else pool.sharers & ~who
        return replace(scene, parts={**scene.parts, self.name: replace(pool, sharers=now)})

    def columns(self, outcome: Outcome, said: Mapping[str, Any]) -> Iterable[str]:
        """Keep what is of the states that attack."""
        return [a.state for a in said[Incidents.name].values() if a.who == "state"]

    def show(
        self, said: Mapping[str, Any], names: Callable[[Iterable[str]], str], actor: str = ""
    ) -> Iterator[str]:
        """Tell who shares intelligence."""
        written = said["intelligence"]
        if written.sharers and (not actor or actor in written.sharers):
            yield f"intelligence shared by {names(written.sharers)}: {written.share:g}%"

    # What happens in a run

    def begin(self, setting: Setting, world: World) -> State:
        """Nothing is named yet."""
        shape = world.state[Incidents.name].happened.shape
        nobody = np.zeros(shape, dtype=np.int16)
        never = np.zeros(shape, dtype=np.int8)
        return State(never, nobody, np.full(shape, np.nan), nobody.copy())

    def play(self, setting: Setting, world: World, meeting: Meeting) -> Phase:
        """Decide which of this session's incidents will be named when, and log who names now."""
        self._trace(setting, world, meeting.session)
        self._log(setting, world, meeting)
        yield from ()

    def _trace(self, setting: Setting, world: World, session: int) -> None:
        """Decide who is named for the incidents of a session, and when."""
        plan: Attackers = setting.parts[Incidents.name]
        happened, state, scene = (
            world.state[Incidents.name],
            self.state(world),
            setting.scene(session),
        )
        live = np.flatnonzero(happened.happened[:, session - 1].any(axis=0))
        owner, at = plan.owner[live], (slice(None), session - 1, live)
        cost, happens = plan.cost[owner], happened.happened[at]
        pace = 1.0 + world.column("intelligence_worth") * pooled(scene)
        error = world.column("naming_error") / pace
        speaks = np.take(self.part(setting), happened.target[at])
        likely = pace * happened.gravity[at] / (TYPICAL * cost)
        accused = self._accused(world, session, error, happened.rate, owner, plan.label[live])
        sure = blames(guilty(happened.rate, error), world.column("blame_loss"))

        def draw(what: str) -> Floats:
            return self.luck(world, what, plan.label[live], session)

        named = draw("named") < -np.expm1(-world.column("naming") * likely)
        named &= happens & np.take(scene.heard, speaks) & np.take_along_axis(sure, accused, axis=1)
        spread = world.column("naming_delay_spread") * special.ndtri(draw("delay"))
        days = np.exp(spread) * world.column("naming_delay") * cost / pace
        late = np.minimum(days / (years(setting) * YEAR) + draw("day"), FAR)  # in sessions
        named &= session + np.floor(late) <= setting.sessions
        state.due[at] = np.where(named, session + np.floor(late), 0.0)
        state.days[at] = np.where(named, days, np.nan)
        state.accused[at] = np.where(named, accused, 0)
        state.speaks[at] = np.where(named, speaks, 0)

    def _accused(
        self,
        world: World,
        session: int,
        error: Floats,
        rate: Floats,
        owner: Ints,
        about: Labels,
    ) -> Ints:
        """Whom the traces of each incident point to: (runs, incidents)."""
        accused = np.tile(owner, (world.size, 1))
        wrong = self.luck(world, "mistaken", about, session) < error
        runs, places = np.nonzero(wrong)
        if rate.shape[1] < 2 or not len(runs):
            return accused
        other = self.luck(world, "stands_in", about, session)[runs, places]
        added = np.cumsum(mistaken(rate), axis=2)[runs, owner[places]]  # over who is named
        drawn = (other[:, None] > added).sum(axis=1)
        accused[runs, places] = np.minimum(drawn, rate.shape[1] - 1)
        return accused

    def _log(self, setting: Setting, world: World, meeting: Meeting) -> None:
        """Log who names how many incidents of whose: of those attackers that have a state here."""
        plan: Attackers = setting.parts[Incidents.name]
        count = cases(setting, world, meeting.session)
        everyone = range(len(setting.actors))
        for a in np.flatnonzero(plan.home >= 0).tolist():
            if count[:, a].any():
                of, why = some(count[:, a]), plan.names[a]
                self.act(world, meeting, "names", everyone, int(plan.home[a]), -1, of, why)

    def collect(self, setting: Setting, world: World) -> Yields:
        """Count what is named by session, the share and the delay by state, and mistakes."""
        plan: Attackers = setting.parts[Incidents.name]
        happened, state = world.state[Incidents.name], self.state(world)
        named = state.due > 0
        for session in range(1, setting.sessions + 1):
            count = np.count_nonzero(state.due == session, axis=(1, 2))
            yield "named", (setting.label(session),), count
        of = by_attacker(plan, np.count_nonzero(named, axis=1))
        every = by_attacker(plan, np.count_nonzero(happened.happened, axis=1))
        for a in np.flatnonzero((plan.home >= 0) & ~plan.criminal).tolist():
            actor = (setting.actors[plan.home[a]],)
            yield "named_of", actor, share(of[:, a], every[:, a])
            yield "days_to_naming", actor, _median(state.days, named & (state.accused == a))
        mistakes = np.count_nonzero(named & (state.accused != plan.owner), axis=(1, 2))
        yield "misnamed", (), share(mistakes, np.count_nonzero(named, axis=(1, 2)))


def pooled(scene: Scene) -> float:
    """How much of all that could be known is shared: 0-1."""
    pool: Pool = scene.parts[Attribution.name]
    whole = float(scene.capability.sum())
    there = float(scene.capability[pool.sharers & scene.heard].sum())
    return pool.share * there / whole if whole else 0.0


def cases(setting: Setting, world: World, session: int) -> Floats:
    """Incidents that are named in a session, by who is accused and who names it.

    (runs, attackers, actors).
    """
    plan: Attackers = setting.parts[Incidents.name]
    state: State = world.state[Attribution.name]
    runs, when, slots = np.nonzero(state.due[:, :session] == session)
    found = np.zeros((world.size, len(plan.names), len(setting.actors)))
    at = (runs, when, slots)
    np.add.at(found, (runs, state.accused[at], state.speaks[at]), 1.0)
    return found


def _median(days: Floats, where: Bools) -> Floats:
    """Median over what is marked of each run; nan where nothing is: (runs,)."""
    found = np.full(len(days), np.nan)
    for run in np.flatnonzero(where.any(axis=(1, 2))).tolist():
        found[run] = np.median(days[run][where[run]])
    return found


def mistaken(rate: Floats) -> Floats:
    """Who stands in for whom when the wrong one is named: (runs, who did it, who is named).

    ``rate`` (runs, attackers) is how often each attacks; rows sum to 1, and are 0 where no other
    attacks.
    """
    n = rate.shape[1]
    others = np.where(np.eye(n, dtype=bool), 0.0, rate[:, None, :])
    whole = others.sum(axis=2, keepdims=True)
    standing: Floats = others / np.where(whole > 0, whole, 1.0)
    return standing


def guilty(rate: Floats, error: Floats, alarms: npt.ArrayLike = 0.0) -> Floats:
    """The chance that whom a trace points to is guilty: (runs, attackers), 0-1.

    Args:
        rate: attacks that leave a trace, (runs, attackers).
        error: the chance that a trace points to another, (runs, 1).
        alarms: traces without an attack that point to each, as many as rates count.
    """
    rightly = rate * (1.0 - error)
    wrongly = (rate[:, :, None] * mistaken(rate)).sum(axis=1) * error
    whole = rightly + wrongly + alarms
    chance: Floats = np.where(whole > 0, rightly / np.where(whole > 0, whole, 1.0), 0.0)
    return chance


def blames(guilty: Floats, loss: Floats) -> Bools:
    """Whether blame is worth it: at this chance of guilt, and loss for gain."""
    worth: Bools = guilty >= loss / (1.0 + loss)
    return worth
