"""The mechanisms there are: ours, in the order of the agenda, and those of installed packages.

A package adds its own by an entry point of the group `plenary.mechanisms` that names a class, and
rules of procedure by one of the group `plenary.rules` that names a `sim.forums.rules.Rules`, under
the name that forums use. Nothing is ever loaded from a scenario file.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from pydantic import PydanticUserError, TypeAdapter

from sim.core.mechanism import Curve, Mechanism, Section, When
from sim.core.outcome import WORDS, Outcome, Over
from sim.core.parameters import Parameter
from sim.core.question import Question
from sim.errors import InputError, Mistake
from sim.forums import presets
from sim.forums.access import VOICE
from sim.forums.rules import BASES, Rules
from sim.near import near

BARS = (Over.ACTOR, "actors")
MECHANISMS, RULES = "plenary.mechanisms", "plenary.rules"
OURS = "plenary"
Value = TypeVar("Value")


@cache
def mechanisms() -> tuple[Mechanism, ...]:
    """Every mechanism, in the order of the agenda.

    Raises:
        InputError: what is wrong with an installed one, and whose it is.
    """
    ours: Sequence[type[Mechanism]] = import_module("sim.mechanisms").AGENDA
    every = [cls() for cls in ours] + [_made(point) for point in _installed(MECHANISMS)]
    if problems := [*_wrongs(every)] or [*_clashes(every)]:
        raise InputError(problems)
    return ordered(every)


def mechanism(name: str) -> Mechanism:
    """Return one by its name."""
    return next(m for m in mechanisms() if m.name == name)


@cache
def rules() -> dict[str, Rules]:
    """Return every preset of rules of procedure by name: ours, and those of installed packages."""
    every = dict(presets.PRESETS)
    for point in _installed(RULES):
        found = _loaded(point)
        if not isinstance(found, Rules):
            raise _bad(point, "is not a sim.forums.rules.Rules", type(found).__name__)
        if point.name in every:
            raise _bad(point, "is the name of other rules already")
        _check_rules(point, found)
        every[point.name] = found
    return every


class Added(NamedTuple):
    """What one installed package adds: names of mechanisms and rules, and its files."""

    names: list[str]
    files: set[Path]


def installed() -> dict[str, Added]:
    """Return what each installed package adds, by the package's name."""
    found: dict[str, Added] = {}
    for group in (MECHANISMS, RULES):
        for point in _installed(group):
            added = found.setdefault(package(point), Added([], set()))
            thing = _loaded(point)
            added.names.append(getattr(thing, "name", "") or point.name)
            added.files.update(_sources(point))
    return found


def _sources(point: EntryPoint) -> list[Path]:
    """The file or folders that an entry point's code is in: its whole top-level package."""
    module = import_module(point.module.partition(".")[0])
    folders = getattr(module, "__path__", ())  # several, where a namespace is shared
    return [Path(each) for each in folders or (str(module.__file__),)]


def drafting() -> tuple[str, ...]:
    """Return the ways of drafting that a forum's rules may name."""
    return ("as_tabled", *(m.drafting for m in mechanisms() if m.drafting))


class Declared(Mapping[str, Value], Generic[Value]):
    """What all mechanisms declare of one kind, by name; read when it is first asked for."""

    def __init__(self, of: Callable[[Mechanism], Iterable[tuple[str, Value]]]) -> None:
        self._of = of
        self._found: dict[str, Value] | None = None

    @property
    def _known(self) -> dict[str, Value]:
        if self._found is None:
            self._found = {name: value for m in mechanisms() for name, value in self._of(m)}
        return self._found

    def __getitem__(self, name: str) -> Value:
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


PARAMETERS: Mapping[str, Parameter] = Declared(lambda m: ((p.name, p) for p in m.parameters))
OUTCOMES: Mapping[str, Outcome] = Declared(lambda m: ((o.name, o) for o in m.outcomes))
QUESTIONS: Mapping[str, Question] = Declared(lambda m: m.questions.items())
OWNERS: Mapping[str, Mechanism] = Declared(  # of verbs, events, sections, outcomes and acts
    lambda m: (
        (name, m)
        for names in (m.verbs, m.events, m.scenario, (o.name for o in m.outcomes), m.acts)
        for name in names
    )
)


def kind_of(column: str) -> Outcome | None:
    """Find the outcome that a column of a table of runs is one of; None if nobody declares it.

    Columns about drafts end with its name, all others begin with it.
    """
    last = OUTCOMES.get(column.rpartition(".")[2])
    if last is not None and last.over.of_draft:
        return last
    first = OUTCOMES.get(column.partition(".")[0])
    return first if first is not None and not first.over.of_draft else None


def ordered(every: Sequence[Mechanism]) -> tuple[Mechanism, ...]:
    """Put mechanisms in the order of the agenda: by when they play, then after whom, then as given.

    Raises:
        InputError: some wait for one another, or for one that is not there.
    """
    names = {m.name for m in every}
    for m in every:
        for other in m.after:
            if other not in names:
                problem = f"comes after {other!r}, and there is no such mechanism"
                raise InputError(replace(_wrong(m, problem), suggestion=near(other, names)))
    left, done = sorted(every, key=lambda m: m.when), list[Mechanism]()
    while left:
        there = {m.name for m in done}
        free = next((m for m in left if there.issuperset(m.after)), None)
        if free is None:
            waiting = [m for m in left if m.after]
            circle = ", ".join(f"{m.title()} after {' and '.join(m.after)}" for m in waiting)
            raise InputError(_wrong(waiting[-1], f"mechanisms wait for one another: {circle}"))
        left.remove(free)
        done.append(free)
    late = [m for m in done for o in m.after if _when(every, o) > m.when]
    if late:
        problem = f"comes after {', '.join(late[0].after)}, which plays later in a session"
        raise InputError(_wrong(late[0], problem))
    return tuple(sorted(done, key=lambda m: m.when))


def _when(every: Sequence[Mechanism], name: str) -> When:
    when = next(m.when for m in every if m.name == name)
    return When.OPENING if when is When.NEVER else when


def _installed(group: str) -> list[EntryPoint]:
    """Find what packages offer, in an order that does not depend on where they are installed."""
    return sorted(entry_points(group=group), key=lambda p: (p.name, p.value))


def package(point: EntryPoint) -> str:
    """Name the package that an entry point comes from."""
    return point.dist.name if point.dist else point.value.partition(":")[0]


def _loaded(point: EntryPoint) -> Any:
    try:
        return point.load()
    except Exception as error:
        raise _bad(point, f"cannot be loaded: {_said(error)}", point.value) from error


def _made(point: EntryPoint) -> Mechanism:
    found = _loaded(point)
    if not (isinstance(found, type) and issubclass(found, Mechanism)):
        raise _bad(point, "is not a subclass of sim.core.mechanism.Mechanism", point.value)
    found.package = package(point)
    try:
        return found()
    except Exception as error:
        raise _bad(point, f"cannot be made: {_said(error)}", point.value) from error


def _said(error: Exception) -> str:
    """An error on one line, with its kind."""
    return " ".join(f"{type(error).__name__}: {error}".rstrip(": ").split())


def _bad(point: EntryPoint, problem: str, value: str = "") -> InputError:
    where, right = f"package {package(point)}", _way_out(package(point))
    return InputError(Mistake(problem, where, field=point.name, value=value, allowed=right))


def _way_out(name: str) -> str:
    return f"mend the package, or take it away: pip uninstall {name}"


def _check_rules(point: EntryPoint, found: Rules) -> None:
    for name in ("majority", "quorum", "restraint", "weight_share"):
        share = getattr(found, name)
        if not (isinstance(share, int | float) and 0 <= share <= 1):
            raise _bad(point, f"{name} is a share, from 0 to 1", str(share))
    words = {"vote": ("", *BASES), "access": tuple(VOICE), "drafting": drafting()}
    for name, known in words.items():
        if (said := getattr(found, name)) not in known:
            right = ", ".join(word for word in known if word)
            raise _bad(point, f"{name} is none of the words it may be: {right}", str(said))
    if not (found.consensus or found.vote):
        raise _bad(point, "neither seeks consensus nor takes a vote, so that nothing is decided")
    if found.silence and not found.consensus:
        raise _bad(point, "has a silence procedure and does not seek consensus", "silence")
    for m in mechanisms():
        if m.drafting and m.drafting == found.drafting and (why := m.drafts(found)):
            raise _bad(point, why, found.drafting)


# What may be wrong with a mechanism

_TAKEN: dict[str, Callable[[Mechanism], Iterable[str]]] = {  # names that only one may have
    "mechanism": lambda m: [m.name],
    "way of drafting": lambda m: [m.drafting] if m.drafting else [],
    "parameter": lambda m: [p.name for p in m.parameters],
    "section of a scenario": lambda m: m.scenario,
    "question": lambda m: m.questions,
    "verb": lambda m: m.verbs,
    "path of an event": lambda m: m.events,
    "outcome": lambda m: [o.name for o in m.outcomes],
    "act": lambda m: m.acts,
}


def _clashes(every: Sequence[Mechanism]) -> Iterator[Mistake]:
    """Names that two mechanisms have taken."""
    for what, named in _TAKEN.items():
        owner: dict[str, Mechanism] = {}
        for m in every:
            for name in named(m):
                other = owner.get(name)
                owner.setdefault(name, m)
                if other is not None:
                    yield _wrong(m, f"the {what} {name!r} is taken by {other.title()}")


def _wrong(m: Mechanism, problem: str) -> Mistake:
    if m.package == OURS:
        return Mistake(problem, type(m).__module__, field=m.name)
    return Mistake(problem, f"package {m.package}", field=m.name, allowed=_way_out(m.package))


def _wrongs(every: Sequence[Mechanism]) -> Iterator[Mistake]:
    """What is wrong with each by itself; a declaration that cannot even be read is told too."""
    for m in every:
        try:
            yield from [_wrong(m, problem) for problem in _of_mechanism(m)]
        except Exception as error:
            yield _wrong(m, f"what it declares cannot be read: {_said(error)}")


def _of_mechanism(m: Mechanism) -> Iterator[str]:
    if not m.name.isidentifier() or m.name != m.name.lower():
        yield f"{m.name!r} is not a name: lower-case letters, digits and _"
    if bool(m.drafting) != (m.when is When.DRAFTING):
        yield "what plays at DRAFTING has a word for `drafting`, and nothing else has"
    for name, section in () if m.package == OURS else m.scenario.items():  # it takes its time
        yield from (f"section {name}: {said}" for said in _of_section(section))
    for p in m.parameters:
        yield from (f"parameter {p.name}: {said}" for said in _of_parameter(p))
    for o in m.outcomes:
        yield from (f"outcome {o.name}: {said}" for said in _of_outcome(o))
    known = {p.name for p in m.parameters}
    yield from (
        f"is off with {name} at {value:g}, which is no parameter of it"
        for name, value in m.off.items()
        if name not in known
    )
    for act in m.tellings.keys() - m.acts.keys():
        yield f"tells {act!r}, which is no act of it"
    for figure in m.figures:
        over, what = (Over.SESSION, "sessions") if isinstance(figure, Curve) else BARS
        drawn = {o.name for o in m.outcomes if o.over is over and o.unit != WORDS}
        if figure.outcome not in drawn:
            yield f"draws {figure.outcome!r}, which is no outcome of it over {what}, in numbers"


def _of_section(section: Section) -> Iterator[str]:
    try:
        TypeAdapter(section.type).json_schema()
    except PydanticUserError as error:
        yield f"its type is none that a file can hold: {_said(error).partition(' For further')[0]}"


def _of_parameter(p: Parameter) -> Iterator[str]:
    numbers = (p.low, p.default, p.high)
    if not all(map(math.isfinite, numbers)):
        yield "its range and default must be finite numbers"
    elif not p.low <= p.default <= p.high:
        yield f"low {p.low:g}, default {p.default:g} and high {p.high:g} are not in this order"
    elif p.ratio and p.low <= 0:
        yield f"is known by its order of magnitude, and its range begins at {p.low:g}"
    if not p.meaning:
        yield "says nothing of what it means"


def _of_outcome(o: Outcome) -> Iterator[str]:
    for field in ("unit", "title", "meaning"):
        if not getattr(o, field):
            yield f"has no {field}"
    if o.low is not None and o.high is not None and o.low > o.high:
        yield f"low {o.low:g} is above high {o.high:g}"
