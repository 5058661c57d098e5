"""The contract: what one file says of one thing that happens in the world.

A mechanism is a class. All that it is and needs stands in it; everything else (schema and error
messages, `--set`, worlds, calibration, baselines, tables, codebook, glossary, documentation,
figures, Mesa agents) reads what it declares. To write one, see docs/how-to/mechanism.md.

Files speak of 0-100; `compile` makes 0-1 of it. Every array of a run leads with an axis of runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import numpy as np
import numpy.typing as npt

from sim.core.acts import Act
from sim.core.ask import Answer, Ask, Phase
from sim.core.calendar import Calendar
from sim.core.draws import Labels, uniforms
from sim.core.happenings import Change, Done, Verb
from sim.core.lever import Asked, Moved
from sim.core.outcome import Outcome
from sim.core.parameters import Parameter
from sim.core.question import Question
from sim.errors import RunError

if TYPE_CHECKING:
    from sim.core.setting import Meeting, Scene, Setting
    from sim.core.world import Ballot, World
    from sim.forums.rules import Rules

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int8]


class When(IntEnum):
    """When in a session a mechanism plays, in this order; the middle three in every forum."""

    OPENING = 0  # before any forum meets
    DRAFTING = 1  # a forum's texts are changed, by the method its rules name
    FLOOR = 2  # a forum has its texts before it, and decides next
    DECISION = 3  # a forum decides, by the mechanism that its rules ask for
    CLOSING = 4  # after all forums
    NEVER = 5  # it only answers what others ask of it


OFF = "off"  # the word by which a section says that nothing of the kind happens


@dataclass(frozen=True)
class Section:
    """One field of a scenario file that a mechanism owns: its type, its default, what it means."""

    type: Any
    default: Any
    meaning: str


@dataclass(frozen=True)
class Bars:
    """A figure: one bar for each actor of an outcome over actors, with its 90% range."""

    outcome: str
    title: str


@dataclass(frozen=True)
class Curve:
    """A figure: an outcome over sessions as a line through time, with its 90% band.

    With ``lane``, a few words, it is also a row of the timeline; where there is no room for all,
    those of the lowest ``rank`` stay. ``adds``: what sessions have of it adds up, as incidents do
    and members do not.
    """

    outcome: str
    title: str
    lane: str = ""
    rank: int = 1
    adds: bool = False


@dataclass(frozen=True)
class Telling:
    """How a chronicle tells one of its acts: a verb phrase in the past, after who did it.

    ``says`` may hold {target}, {draft} and {reason}. What is news is the first time that an actor
    does it to the same target and draft, for the same reason. ``together``: it matters how many
    do it at once, from so many on, and news is that more did than ever before for the same reason.
    ``weight``: how much it matters beside other acts. ``then`` ends the sentence, and may hold
    {size}, of the last one.
    """

    says: str
    weight: float = 1.0
    together: int = 0
    then: str = ""


@dataclass(frozen=True)
class Axes:
    """The axes of a setting while it is made: names to places, and files' values to arrays."""

    actors: tuple[str, ...]
    states: Bools  # (actors,)
    issues: tuple[str, ...]
    drafts: tuple[str, ...]
    members: Mapping[str, Bools]  # draft -> (actors,): who sits in its forum
    named: Mapping[str, tuple[str, ...]]  # section -> the names it gives, where it gives any
    sessions: int
    position: Mapping[str, Mapping[str, float]]  # actor -> issue -> 0-100, as the file says
    salience: Mapping[str, Mapping[str, float]]
    capability: Floats  # (actors,), 0-1
    home: Mapping[str, str] = field(default_factory=dict)  # company or organisation -> its state
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    date: date | None = None  # what happened from then on is not known
    touched: Mapping[str, Sequence[str]] = field(default_factory=dict)  # draft -> its issues
    calendar: Calendar | None = None  # what time sessions stand for

    def place(self, actor: str) -> int:
        """Place of an actor on the axis of actors."""
        return self.actors.index(actor)

    def mask(self, ids: Iterable[str]) -> Bools:
        """Where these actors stand: (actors,)."""
        inside = set(ids)
        return np.array([actor in inside for actor in self.actors], dtype=bool)

    def labelled(self, label: str) -> Bools:
        """Where a draft stands, or all of them for "": (drafts,)."""
        return np.array([label in ("", draft) for draft in self.drafts], dtype=bool)


class Reach:
    """How well each actor, in rows, gets through to each: (actors, actors), the same in all runs.

    ``heard`` is what of a unit of effort gets through to whom it is spent on: reach, once more.
    """

    def __init__(self, strength: Floats) -> None:
        self.strength = np.ascontiguousarray(strength)
        self.heard = np.ascontiguousarray(strength * strength)


@dataclass(frozen=True)
class Market:
    """Whom effort may go to: what actor i spends goes to j in proportion to reach_ij pull_j."""

    pull: Floats  # (runs, actors): how much is to be had from each target
    reach: Reach

    @cached_property
    def whole(self) -> Floats:
        """Sum of reach times pull over targets: (runs, actors)."""
        return each(self.pull, self.reach.strength.T)


@dataclass(frozen=True)
class Wish:
    """An act that effort pays for: what it is worth to each actor, and whom it would go to."""

    act: str
    draft: int
    worth: Floats  # (runs, actors): in logits that are at stake; 0: nothing
    market: Market


def each(rows: Floats, matrix: Floats) -> Floats:
    """Multiply each run's row with a matrix, by itself: (runs, n) @ (n, m)."""
    product: Floats = np.matmul(rows[:, None, :], matrix)[:, 0, :]
    return product


class Look(Protocol):
    """What a mechanism's `check` may ask of the scenario, and where it notes what is wrong."""

    @property
    def actors(self) -> Mapping[str, Any]:
        """Every actor of the scenario, by id."""

    @property
    def drafts(self) -> Mapping[str, Any]:
        """Every draft, by label."""

    @property
    def members(self) -> Mapping[str, Sequence[str]]:
        """Who sits in the forum of each draft, by its label."""

    @property
    def rooms(self) -> Mapping[str, str]:
        """The forum that each draft is before, by its label."""

    @property
    def sessions(self) -> int:
        """How many sessions there are."""

    @property
    def shut(self) -> bool:
        """Whether no room lets companies and civil society in."""

    def actor(self, path: Sequence[str | int], id_: str) -> bool:
        """Whether an actor is there; note a mistake at this path, with the nearest, if not."""

    def wrong(
        self,
        path: Sequence[str | int],
        problem: str,
        value: object = "",
        allowed: str = "",
        among: Iterable[str] = (),
    ) -> None:
        """Note a mistake at a path of the file; the nearest of ``among`` is suggested."""


@dataclass(frozen=True)
class Outline:
    """A scenario in outline: what tells which mechanisms are of use in it, before it is built."""

    dated: bool  # whether there is a calendar
    texts: tuple[tuple[Rules, frozenset[str]], ...]  # of each draft: its room's rules, its issues
    sections: Mapping[str, Any]


class Mechanism:
    """One thing that happens in the world. Subclass it, and add the class to the agenda.

    Class attributes are what it declares; methods are what it does. None needs to be overridden.
    Mechanisms hold no state of their own: what is fixed stands in `Setting.parts`, what changes
    in `World.state`, both under the mechanism's name.
    """

    name: ClassVar[str] = ""
    """Unique; lower case and underscores."""
    when: ClassVar[When] = When.NEVER
    """When in a session `play` is called, if at all."""
    after: ClassVar[tuple[str, ...]] = ()
    """Names of mechanisms that come before it on the agenda."""
    needs: ClassVar[tuple[str, ...]] = ()
    """Names of mechanisms without which it does nothing: it is out of use where one of them is."""
    drafting: ClassVar[str] = ""
    """The word for it under a forum's `drafting`, if it is a way of drafting."""
    scenario: ClassVar[Mapping[str, Section]] = {}
    """Its fields of a scenario file, by name: type, default and meaning."""
    parameters: ClassVar[tuple[Parameter, ...]] = ()
    """Its numbers, each with a range that worlds draw from."""
    draws: ClassVar[tuple[str, ...]] = ()
    """Names of what it draws by `luck`."""
    questions: ClassVar[Mapping[str, Question]] = {}
    """What it asks delegations: each becomes a method of the agents."""
    verbs: ClassVar[Mapping[str, Verb]] = {}
    """What actors may be said to do, in `ACTOR=VERB` and in events."""
    events: ClassVar[Mapping[str, str]] = {}
    """Paths an event may set, names in capitals, with what each sets."""
    in_runs: ClassVar[tuple[str, ...]] = ()
    """Those of the paths that an event may set in some runs only: see `happen`."""
    outcomes: ClassVar[tuple[Outcome, ...]] = ()
    """What it yields in `collect`: columns of the table of runs."""
    acts: ClassVar[Mapping[str, str]] = {}
    """What actors do in it, with the unit of the size of the act."""
    tellings: ClassVar[Mapping[str, Telling]] = {}
    """How a chronicle tells those of its acts that are worth it."""
    figures: ClassVar[tuple[Bars | Curve, ...]] = ()
    """What is drawn of its outcomes."""
    claims: ClassVar[Mapping[str, str]] = {}
    """Causal claims of the field that it carries, by number."""
    sources: ClassVar[tuple[str, ...]] = ()
    """Where the equation comes from: keys of `sim/references.bib`, or words."""
    dynamic: ClassVar[bool] = False
    """Whether "own positions alone" is played without it."""
    terms: ClassVar[Mapping[str, str]] = {}
    """What its terms of support, and what it binds ("bind"), are called in a sentence."""
    off: ClassVar[Mapping[str, float]] = {}
    """Values of its parameters with which it does nothing."""
    of_text: ClassVar[bool] = False
    """Whether what it adds to support is of the text by itself, which `recast` is given."""
    package: ClassVar[str] = "plenary"
    """Whose it is; filled in where it is loaded."""

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        """Cross to another process by name: there it is loaded as here."""
        from sim.core.registry import mechanism

        return mechanism, (self.name,)

    @property
    def summary(self) -> str:
        """The first line of its file, for tables."""
        return (type(self).__doc__ or "").strip().partition("\n")[0]

    # What a scenario says

    def check(self, said: Mapping[str, Any], look: Look) -> None:
        """Refuse what types cannot: ``said`` are its sections, names already looked up."""

    def levers(self, said: Mapping[str, Any], asked: Asked) -> Iterator[Moved]:
        """What of its sections could be otherwise for a delegation at a ballot."""
        yield from ()

    def refused(self, done: Done, sections: Mapping[str, Any]) -> tuple[str, str]:
        """Say why an actor cannot do this, and what would be right; empty where it can."""
        return "", ""

    def warnings(self, said: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """What is allowed and may not be meant: path and problem."""
        yield from ()

    def show(
        self, said: Mapping[str, Any], names: Callable[[Iterable[str]], str], actor: str = ""
    ) -> Iterator[str]:
        """Tell its part of a scenario in lines, or that of one actor; ``names`` calls them so."""
        yield from ()

    def compile(self, said: Mapping[str, Any], axes: Axes) -> Any:
        """Make what all runs share of its sections; None where the scenario does not use it."""
        return None

    def schedule(self, part: Any, changes: Iterable[tuple[int, Change]], axes: Axes) -> Any:
        """Put what events set, each with its session, into its part of the setting."""
        return part

    def tuned(
        self, said: Mapping[str, Any], parameters: Mapping[str, Floats]
    ) -> Mapping[str, Floats]:
        """Change what worlds have drawn for parameters of any mechanism: (worlds,) each."""
        return parameters

    def opening(self, said: Mapping[str, Any], axes: Axes) -> Any:
        """Make its part of the first session's scene; None if it has none."""
        return None

    def done(self, scene: Scene, done: Done, axes: Axes) -> Scene:
        """The scene after an actor has done one of its verbs."""
        return scene

    def set(self, scene: Scene, change: Change, axes: Axes) -> Scene:
        """The scene after an event has set one of its paths."""
        return scene

    def without(self, part: Any) -> Any:
        """Its part of a setting in which it does nothing."""
        return None if self.scenario else part

    def said(self, sections: Mapping[str, Any]) -> bool:
        """Whether a scenario says anything of it; what has no section goes without saying.

        The word ``off`` says nothing.
        """
        told = (sections[name] for name in self.scenario)
        return not self.scenario or any(bool(said) and said != OFF for said in told)

    def fits(self, outline: Outline) -> bool:
        """Whether a scenario has any use for it, beside what it says of it: as `in_use` finds."""
        return True

    # What happens in a run

    def in_use(self, setting: Setting) -> bool:
        """Whether it does anything in this setting; where not, nothing of it is computed."""
        if self.drafting:
            return any(forum.rules.drafting == self.drafting for forum in setting.forums)
        return not self.scenario or setting.parts.get(self.name) is not None

    def drafts(self, rules: Rules) -> str:
        """Say why it cannot draft under these rules, for a message; empty where it can."""
        return ""

    def decides(self, rules: Rules) -> bool:
        """Whether a forum of these rules decides by it; only of one that plays at DECISION."""
        return False

    def begin(self, setting: Setting, world: World) -> Any:
        """Make its state before session 1: arrays that lead with runs, in any container."""
        return None

    def play(self, setting: Setting, world: World, meeting: Meeting) -> Phase:
        """Do what happens; a generator that asks delegations, and may ask nobody."""
        yield from ()

    def support(self, setting: Setting, world: World, draft: int) -> Iterator[tuple[str, Floats]]:
        """Add named terms to the support of a text in a vote: (runs, actors), in logits."""
        yield from ()

    def recast(
        self, setting: Setting, world: World, draft: int, text: Floats
    ) -> Iterator[tuple[str, Floats]]:
        """Add named terms to support that depend on what the text is worth by itself, ``text``."""
        yield from ()

    def wishes(self, setting: Setting, world: World, meeting: Meeting) -> Iterator[Wish]:
        """Offer acts that are paid for with effort, for every draft on the table."""
        yield from ()

    def able(self, setting: Setting, world: World, session: int) -> Floats | None:
        """Multiply what everyone can spend in a session: (runs, actors); None for nothing."""
        return None

    def heeds(self, setting: Setting, world: World, session: int, draft: int) -> Floats | None:
        """Multiply what acts on a draft are worth to everyone's effort: (runs, actors)."""
        return None

    def bind(
        self, setting: Setting, world: World, meeting: Meeting, draft: int, own: Floats
    ) -> Floats | None:
        """Add to support what depends on everyone's own: (runs, actors); None for nothing."""
        return None

    def grievance(
        self, setting: Setting, world: World, meeting: Meeting, draft: int
    ) -> Iterator[tuple[str, Floats]]:
        """Add named terms to what a text costs in a room that seeks consensus.

        Each is (runs, actors), in units of gain; below 0 it makes up for a loss.
        """
        yield from ()

    def limits(
        self, setting: Setting, draft: int, may_block: Bools
    ) -> tuple[Floats, Floats, Ints] | None:
        """Bounds on clauses that are blocked beyond: upper, lower (limits, clauses), and whose."""
        return None

    def links(self, setting: Setting, world: World, draft: int) -> Ints | None:
        """Which issue each delegation takes together with which where consensus is sought.

        (runs, issues, actors) of issues, -1 for none: a loss on one may be made up for on the
        other, and what it holds against the two is one objection.
        """
        return None

    def price(
        self, setting: Setting, world: World, meeting: Meeting, drawn: Floats
    ) -> Floats | None:
        """Change the normal deviate of each delegation's price of blocking: (runs, actors)."""
        return None

    def amend(self, setting: Setting, world: World, meeting: Meeting, draft: int) -> Floats | None:
        """Values that delegations would write into a text: (runs, actors, clauses), nan: none."""
        return None

    def happen(self, setting: Setting, world: World, change: Change, rows: Bools) -> None:
        """Set one of its paths ``in_runs``: at once, in the runs of ``rows``, (runs,)."""

    def level(self, setting: Setting, world: World, outcome: str) -> Floats | None:
        """One of its outcomes over sessions as it now stands, in the unit of files: (runs,).

        Conditions of events read it; None: they may not.
        """
        return None

    def index(self, setting: Setting, world: World) -> Iterator[tuple[str, str, Floats]]:
        """Tell its components of the two indices as things now stand: `sim.mechanisms.indices`.

        Each is the index, "solidarity" or "sovereignty", a name, and (runs,) on 0-1.
        """
        yield from ()

    def order(self, setting: Setting, world: World, meeting: Meeting) -> Ints | None:
        """Rank a forum's drafts, as it lists them, by when each is put: (runs, drafts) from 0."""
        return None

    def decide(
        self, setting: Setting, meeting: Meeting, draft: int, by_consensus: bool
    ) -> Codes | None:
        """Decisions that are not for a delegation to take: (actors,) of Decision, -1 for free."""
        return None

    def decided(
        self, setting: Setting, world: World, meeting: Meeting, draft: int, ballot: Ballot
    ) -> None:
        """Do what follows from a decision; runs that did not reach it are `How.NOT_REACHED`."""

    def columns(self, outcome: Outcome, said: Mapping[str, Any]) -> Iterable[str] | None:
        """Of whom an outcome over actors is kept, None: all; the names of one over names."""
        return None

    def collect(
        self, setting: Setting, world: World
    ) -> Iterator[tuple[str, tuple[str, ...], npt.NDArray[Any]]]:
        """Read off its outcomes at the end: name, what it is about, and (runs,) of values."""
        yield from ()

    def counted(self, setting: Setting, world: World) -> Iterator[tuple[str, Ints]]:
        """Count at the end what is told of all runs together: a name, and whole numbers.

        They have the same shape in every chunk, and are added up over all runs.
        """
        yield from ()

    # What it may use

    def part(self, setting: Setting) -> Any:
        """What it compiled."""
        return setting.parts[self.name]

    def state(self, world: World) -> Any:
        """What it began with, as it now stands."""
        return world.state[self.name]

    def luck(self, world: World, draw: str, about: Labels | None, *shared: str | int) -> Floats:
        """Draw uniforms for one of its declared ``draws``: (runs, *about.shape)."""
        if draw not in self.draws:
            raise RunError(f"{self.title()} does not declare the draw {draw!r}")
        return uniforms(world.keys, f"{self.name}.{draw}", about, *shared)

    def ask(
        self,
        what: str,
        answer: Answer,
        meeting: Meeting | None = None,
        draft: int = -1,
        by_consensus: bool = False,
    ) -> Ask:
        """Put a question, with everyone's standard answer."""
        return Ask(what, answer, meeting, draft, by_consensus)

    def act(
        self,
        world: World,
        meeting: Meeting,
        what: str,
        actor: int | Sequence[int],
        target: int | Sequence[int] = -1,
        draft: int = -1,
        size: npt.ArrayLike = 1.0,
        reason: str = "",
    ) -> None:
        """Log an act of one actor, or the same of several, each with its target.

        ``size``, (runs,) or (runs, acts), is nan in runs in which it is not done.
        """
        if what not in self.acts:
            raise RunError(f"{self.title()} does not declare the act {what!r}")
        actors = (actor,) if isinstance(actor, int) else tuple(actor)
        targets = (target,) * len(actors) if isinstance(target, int) else tuple(target)
        sizes = np.asarray(size, dtype=np.float64)
        sizes = sizes[:, None] if sizes.ndim == 1 else sizes
        sizes = np.broadcast_to(sizes, (world.size, len(actors))).copy()
        reasons = (reason,) * len(actors)
        world.acts.append(
            Act(meeting.session, self.name, what, actors, targets, draft, sizes, reasons)
        )

    def title(self) -> str:
        """Its name, and whose it is if it is not ours: for messages."""
        return self.name if self.package == "plenary" else f"{self.name} (of {self.package})"


HOOKS = (
    *("begin", "able", "heeds", "wishes", "support", "recast", "bind", "grievance", "limits"),
    *("links", "price", "amend", "index", "order", "decide", "decided", "collect", "counted"),
)


def overrides(mechanism: Mechanism, method: str) -> bool:
    """Whether a mechanism does something of its own where the contract has a method."""
    return getattr(type(mechanism), method) is not getattr(Mechanism, method)
