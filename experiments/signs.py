"""Signs of the levers: which way each lever moves a shipped scenario, world by world.

The same worlds and the same luck are played without a change and with it. A lever has its sign
where the outcome moves the expected way in nine of ten worlds of those in which it moves at all.
`tests/test_signs.py` holds it to that, and `negotiation_tables.py` puts the shares into the page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

import sim
from sim.analysis.paired import difference
from sim.build import setting as build
from sim.core.agenda import session
from sim.core.ask import play
from sim.core.gain import clause_gains
from sim.core.setting import Setting
from sim.core.support import systematic
from sim.core.world import RUNS_PER_WORLD, World, begin
from sim.forums.rules import Decision
from sim.mechanisms.voting import chances
from sim.scenario import Scenario

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Settings = tuple[str, ...]

CHUNK = 40  # runs at a time, for memory
MOST = 0.9  # of the worlds that move: a lever that moves fewer the right way has no sign


@dataclass(frozen=True)
class Outcome:
    """A number of each run: what it is in words, and how it is read off, (runs,)."""

    words: str
    of: Callable[[Setting, World], Floats]
    early: bool = False  # read as the last session opens: what is adopted then changes gains


@dataclass(frozen=True)
class Lever:
    """One change, what it should move, and which way."""

    name: str
    scenario: str
    change: Settings
    outcome: Outcome
    sign: int  # 1: up, -1: down
    base: Settings = ()  # holds on both sides
    worlds: int = 60
    moves: float = 0.9  # in so many worlds, as a share, it must move anything
    unless: str = ""  # why the model does not have this sign, where it does not

    @property
    def expected(self) -> str:
        """The sign in a word."""
        return "up" if self.sign > 0 else "down"


@dataclass(frozen=True)
class Signs:
    """Shares of worlds in which a lever moves its outcome the right way, the wrong way, not."""

    right: float
    wrong: float

    @property
    def moved(self) -> float:
        """In which it moves it at all."""
        return self.right + self.wrong

    @property
    def holds(self) -> float:
        """Of those in which it moves it, the share that it moves the right way."""
        return self.right / self.moved if self.moved else float("nan")


def pull(lever: Lever, worlds: int = 0) -> Signs:
    """Play both sides of a lever on the same worlds, one run of each."""
    before = sim.load(lever.scenario, lever.base)
    after = sim.load(lever.scenario, (*lever.base, *lever.change))
    runs = range(0, (worlds or lever.worlds) * RUNS_PER_WORLD, RUNS_PER_WORLD)
    sides = [_read(one, before, lever.outcome, runs) for one in (before, after)]
    found = difference(lever.outcome.words, *sides, np.asarray(runs))
    shares = np.nan_to_num([found.holds, found.opposes])
    right, wrong = shares if found.difference * lever.sign > 0 else shares[::-1]
    return Signs(float(right), float(wrong))


def _read(one: Scenario, base: Scenario, outcome: Outcome, runs: Sequence[int]) -> Floats:
    setting = build(one, base)
    chunks = (runs[at : at + CHUNK] for at in range(0, len(runs), CHUNK))
    return np.concatenate([_of_chunk(setting, outcome, chunk) for chunk in chunks])


def _of_chunk(setting: Setting, outcome: Outcome, runs: Sequence[int]) -> Floats:
    world = begin(setting, runs)
    for number in range(1, setting.sessions + (not outcome.early)):
        play(session(setting, world, number))
    return outcome.of(setting, world)


# What levers move


def _place(setting: Setting, label: str) -> int:
    return [draft.label for draft in setting.drafts].index(label)


def _among(setting: Setting, label: str, who: Settings = (), without: Settings = ()) -> Bools:
    """The members of a draft's forum, or those of them who are named: (actors,)."""
    members = setting.forums[setting.drafts[_place(setting, label)].forum].members
    named = np.isin(setting.actors, who) if who else True
    found: Bools = members & named & ~np.isin(setting.actors, without)
    return found


def support(label: str, words: str, who: Settings = (), without: Settings = ()) -> Outcome:
    """Mean support of a text among some members, in logits and without chance."""

    def of(setting: Setting, world: World) -> Floats:
        felt = systematic(setting, world, _place(setting, label))
        mean: Floats = felt[:, _among(setting, label, who, without)].mean(axis=1)
        return mean

    return Outcome(f"support of {label} {words}", of, early=True)


def support_of_gainers(label: str, values: dict[str, float]) -> Outcome:
    """The same among those to whom a rival gives more on what both settle.

    ``values`` are those of the rival on these issues, 0-100.
    """

    def of(setting: Setting, world: World) -> Floats:
        felt = systematic(setting, world, _place(setting, label))
        issue = np.array([setting.issues.index(code) for code in values])
        rival = np.tile(np.array([*values.values()]) / 100, (world.size, 1))
        read = (world.position, world.salience, world.status_quo)
        each = clause_gains(*read, issue, rival, np.ones(len(issue)), world.parameters["curvature"])
        gain = (each.sum(axis=2) > 0) & _among(setting, label)
        mean: Floats = (felt * gain).sum(axis=1) / gain.sum(axis=1)
        return mean

    return Outcome(f"support of {label} among those who gain from the rival", of, early=True)


def expected_favour(label: str, without: Settings) -> Outcome:
    """Votes in favour to be expected of all but some, as the last session opens."""

    def of(setting: Setting, world: World) -> Floats:
        draft = _place(setting, label)
        meetings = setting.meetings[setting.sessions - 1]
        meeting = next(m for m in meetings if m.forum == setting.drafts[draft].forum)
        yes = chances(setting, world, meeting, draft)[:, :, 0]
        total: Floats = yes[:, _among(setting, label, (), without)].sum(axis=1)
        return total

    return Outcome(f"votes for {label} to be expected of the others", of, early=True)


def alike(who: Settings) -> Outcome:
    """How many of some delegations are on the side that most of them take, mean over ballots."""

    def of(setting: Setting, world: World) -> Floats:
        places = [setting.slot(actor) for actor in who]
        sides = (Decision.SUPPORT, Decision.OPPOSE, Decision.ABSTAIN)
        cast = [np.take(b.decisions, places, axis=1) for b in world.ballots.values()]
        most = [np.max([(c == side).mean(axis=1) for side in sides], axis=0) for c in cast]
        mean: Floats = np.mean(most, axis=0)
        return mean

    return Outcome("how alike its members vote", of)


def _agreed(setting: Setting, world: World) -> Floats:
    ((_, ballot),) = world.ballots.items()
    return ballot.verdict.adopted.astype(np.float64)


AGREEMENT = Outcome("agreement", _agreed)

# The levers

VOTES, CRIME = "rival-resolutions-2018", "cybercrime-2019"
AS_TABLED = "forums.first_committee.drafting=as_tabled"
NO_RIVAL = (
    *("forums.first_committee.drafts.73/266=null", "rivals={}"),
    "cosponsorship={gather: on, began: {73/27: RUS}}",
)
RIVAL = {"TREATY": 8.0, "INST": 58.0}  # where 73/266 stands on the issues that 73/27 settles too
AS_CODED = "parameters.coding_error=0"  # and stands there in all worlds, so that who gains is known
HOMES = ("USA", "CHN", "RUS", "CHE", "GBR")  # companies and organisations reach them in any case
ACCESS = "forums.general_assembly.access="
WEST = (
    *("USA", "GBR", "CAN", "DEU", "FRA", "POL", "CZE", "ESP", "FIN", "EST", "LVA", "LTU", "ITA"),
    *("NLD", "BEL", "DNK", "GRC", "HRV", "HUN", "IRL", "PRT", "AUS", "AUT", "ROU", "SWE", "BGR"),
    *("CHE", "JPN", "SVK", "NOR", "SVN", "MLT", "CYP", "KOR", "GEO", "ISR", "UKR", "TUR", "MEX"),
)
CHEAP = "parameters.blocking_cost=0.05"  # else this room agrees in nearly all worlds, in any case


def _decided_in(last: int) -> Settings:
    """The experts' text is on the table from session 1, and is decided on in session ``last``."""
    return f"sessions={last}", f"forums.experts.stages.decision={{session: {last}}}"


LEVERS = (
    Lever(
        "an opponent cares more",
        *(VOTES, ("actors.USA.salience.CRIME=100",)),
        *(support("73/187", "in the United States", ("USA",)), -1),
        worlds=40,
    ),
    Lever(
        "the lead sponsor is away, the text as tabled",
        *(VOTES, ("RUS=absent",)),
        *(support("73/27", "among the others", without=("RUS",)), -1, (AS_TABLED,)),
        worlds=40,
    ),
    Lever(
        "the lead sponsor is away",
        *(VOTES, ("RUS=absent",), expected_favour("73/27", ("RUS",)), -1),
        worlds=80,
        unless="its name and its campaign are lost in every world, but in a third of them the"
        " sponsors that are left revise the text, which then wins others",
    ),
    Lever(
        "no rival text, nobody lobbies, texts as tabled",
        *(VOTES, NO_RIVAL, support_of_gainers("73/27", RIVAL), 1),
        base=(AS_CODED, AS_TABLED, "lobbying=off"),
        worlds=40,
    ),
    Lever(
        "no rival text",
        *(VOTES, NO_RIVAL, support("73/27", "in the West, which sponsors the rival", WEST), 1),
        worlds=80,
        unless="those who lobbied on the rival lobby on this text instead, most of all against it",
    ),
    Lever(
        "access closed to companies and organisations",
        *(CRIME, (f"{ACCESS}closed",)),
        *(support("74/247", "where none of them is at home", without=HOMES), 1),
        base=(f"{ACCESS}open",),
    ),
    Lever(
        "an organisation that is against it louder",
        *(CRIME, ("effort.HRW=100",), support("74/247", "among its targets", without=HOMES), -1),
        base=("effort.HRW=0",),
    ),
    Lever(
        "a coalition forbidden",
        *(VOTES, (f"coalitions.forbid=[[{', '.join(WEST)}]]",), alike(WEST), -1),
        worlds=40,
    ),
    Lever(
        "four sessions for one",
        *("gge-2017", _decided_in(4), AGREEMENT, 1, _decided_in(1)),
        worlds=120,
        moves=0.1,
    ),
    Lever(
        "a draft two sessions earlier",
        *("gge-2005", _decided_in(3), AGREEMENT, 1, (*_decided_in(1), CHEAP)),
        worlds=80,
        moves=0.05,
    ),
    Lever(
        "blocking dearer",
        *("gge-2017", ("parameters.blocking_cost=0.3",), AGREEMENT, 1, (CHEAP,)),
        worlds=40,
        moves=0.4,
    ),
    Lever(
        "a chair that knows all, for one that knows nothing",
        *("gge-2017", ("parameters.knowledge=1",), AGREEMENT, 1),
        base=("parameters.knowledge=0", *_decided_in(1)),
        worlds=80,
        moves=0.2,
    ),
)

HEAD = (
    "| lever | scenario | what it moves | expected | right | wrong | none | why not |",
    "|---|---|---|---|---:|---:|---:|---|",
)


def table(worlds: int) -> list[str]:
    """A row a lever: the shares of worlds in which it has the right sign, the wrong one, none."""
    return [*HEAD, *map("| {} |".format, _rows(worlds))]


def _rows(worlds: int) -> Iterator[str]:
    for lever in LEVERS:
        found = pull(lever, worlds)
        shares = (found.right, found.wrong, 1 - found.moved)
        told = (f"{share:.0%}" for share in shares)
        about = (lever.name, lever.scenario, lever.outcome.words, lever.expected)
        yield " | ".join((*about, *told, lever.unless))
