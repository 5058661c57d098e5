"""The delegations, as Mesa agents: views of their row in the world, in the units of files (0-100).

Whatever a mechanism asks is a method here, by the question's name: `speak`, `act`, `amend`, `join`,
`block`, `vote`, and those of installed packages. A class that overrides one decides for itself;
whatever it does not override, the model answers. `super()` gives the standard answer.

    class Mine(State):
        def vote(self, draft):
            if draft.clauses["OP3"].value > 60:
                return Decision.OPPOSE
            return super().vote(draft)

    Diplomacy("rival-resolutions-2018", delegations={"EST": Mine})
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

import mesa
import numpy as np

from sim.core.ask import Answer, Ask
from sim.core.question import Answers, Question
from sim.core.registry import QUESTIONS, mechanisms
from sim.core.setting import Kind, Scene, Setting
from sim.core.world import World
from sim.errors import InputError, Mistake, RunError
from sim.forums.rules import Decision
from sim.near import near

FULL = 100.0  # users think in 0-100, the model in 0-1


@dataclass(frozen=True)
class ClauseView:
    """A numbered clause as it now stands: value and status quo on 0-100."""

    label: str
    issue: str
    value: float
    status_quo: float
    words: str
    bracketed: bool  # left out of the text for now: then the status quo stands


@dataclass(frozen=True)
class DraftView:
    """A draft as it now stands, for a delegation to read."""

    label: str
    title: str
    forum: str
    stage: str  # "" while the forum only negotiates
    by_consensus: bool  # the question is who blocks, not who votes how
    sponsors: tuple[str, ...]
    clauses: Mapping[str, ClauseView]


@dataclass(frozen=True)
class Spending:
    """Effort that a delegation puts into one act on one draft, in points (0-100).

    ``targets`` are actors with the points that each gets; nothing in it: the model divides them
    among all whom they may win.
    """

    act: str
    draft: str
    effort: float
    targets: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Room:
    """What a delegation may do in a session, and what it has for it.

    Attributes:
        session: which, from 1.
        effort: what it has to spend, in points; 100 is what the most capable has.
        acts: what it may spend it on: each act with the drafts it may be done on. Every point
            spent is a point gone; what is not spent goes to other business.
        present: who is there to be turned to.
        drafts: the drafts as they now stand.
    """

    session: int
    effort: float
    acts: Mapping[str, tuple[str, ...]]
    present: tuple[str, ...]
    drafts: Mapping[str, DraftView]

    def spend(
        self,
        act: str,
        draft: str,
        effort: float,
        targets: Mapping[str, float] | Sequence[str] = (),
    ) -> Spending:
        """Say that so much effort goes into an act on a draft.

        Args:
            act: one of `acts`, such as "lobbies for".
            draft: its label.
            effort: points, of what the delegation has.
            targets: whom it turns to: a list of actors, all alike, or shares by actor; by
                default all whom it may win, as the model divides it.
        """
        shares = targets if isinstance(targets, Mapping) else dict.fromkeys(targets, 1.0)
        whole = sum(shares.values()) or 1.0
        points = {actor: effort * share / whole for actor, share in shares.items()}
        return Spending(act, draft, effort, MappingProxyType(points))


class Host(Protocol):
    """What a delegation asks of the model that it is in: a `sim.model.Diplomacy`."""

    setting: Setting
    world: World
    asked: Ask | None

    @property
    def scene(self) -> Scene:
        """Who sits where in this session."""

    def decided(self) -> Mapping[tuple[str, str], Answer]:
        """What everyone has decided so far."""

    def vacate(self, actor: str) -> None:
        """Leave an actor's seat empty."""

    def support(self, draft: DraftView | str) -> Answer:
        """Everyone's support for a draft, in logits."""

    def place(self, draft: DraftView | str) -> int:
        """Place of a draft on the list of drafts."""

    def about(self, ask: Ask) -> tuple[str, ...]:
        """What an answer to a question goes through."""

    def options(self, ask: Ask) -> list[tuple[str, str]]:
        """What effort may be spent on."""

    def spread(self, row: int, option: int) -> Answer:
        """How the model divides what a delegation spends on one option."""


class Delegation(mesa.Agent):  # type: ignore[misc]  # mesa has no types
    """One actor of a scenario: what it wants, and what it says and decides.

    Attributes:
        id: ISO3 code of a state, or the scenario's own id (mesa's `unique_id` is a number).
        name: as the United Nations or the scenario writes it.
        row: its place on the axis of actors.
    """

    kind: Kind
    model: Host

    def __init__(self, model: Host, row: int) -> None:
        super().__init__(model)
        self.row = row
        self.id = model.setting.actors[row]
        self.name = model.setting.names[row]

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id}>"

    @property
    def position(self) -> Mapping[str, float]:
        """Where it stands on each issue, 0-100."""
        return self._by_issue(self.model.world.position)

    @property
    def salience(self) -> Mapping[str, float]:
        """How much it cares about each issue, 0-100."""
        return self._by_issue(self.model.world.salience)

    @property
    def capability(self) -> float:
        """Its means, 0-100, as of this session."""
        return FULL * float(self.model.scene.capability[self.row])

    @property
    def decisions(self) -> Mapping[tuple[str, str], Decision]:
        """What it has decided so far, by (draft, stage)."""
        return MappingProxyType(
            {key: Decision(int(row[self.row])) for key, row in self.model.decided().items()}
        )

    @property
    def coalition(self) -> str:
        """Who leads its coalition: an id, its own if it does; "" where it stands alone."""
        standing = self.model.world.state.get("coalitions")
        label = standing.label[0] if standing is not None else np.arange(self.row + 1)
        alone = np.count_nonzero(label == label[self.row]) < 2
        return "" if alone else self.model.setting.actors[label[self.row]]

    def remove(self) -> None:
        """Leave the model: its seat is empty from the next session on."""
        self.model.vacate(self.id)
        super().remove()

    def support(self, draft: DraftView | str) -> float:
        """Its support for a draft as it now stands, in logits and without noise; above 0 is for."""
        return float(self.model.support(draft)[self.row])

    if TYPE_CHECKING:  # made from the questions below; said here for editors and checkers

        def speak(self) -> Mapping[str, float]: ...  # noqa: D102
        def act(self, room: Room) -> Sequence[Spending]: ...  # noqa: D102
        def amend(self, draft: DraftView) -> Mapping[str, float]: ...  # noqa: D102

    def _by_issue(self, array: Answer) -> Mapping[str, float]:
        return _shown_numbers(array[0, self.row], self.model.setting.issues)

    def _standard(self, what: str, draft: DraftView | None = None) -> Any:
        """The model's own answer to the question that is being asked of this delegation."""
        ask, place = self.model.asked, -1 if draft is None else self.model.place(draft)
        if ask is None or (ask.what, ask.draft) != (what, place):
            about = f" about {draft.label}" if draft else ""
            raise RunError(f"{self.id} was not asked{about}, so {what!r} has no answer now")
        return SHOWN[QUESTIONS[what].answers](ask.answer[0, self.row], self.model.about(ask))

    def _usual(self, room: Room) -> Sequence[Spending]:
        """What the model would have it spend its effort on."""
        ask = self.model.asked
        if ask is None or ask.what != "act" or ask.answer is None:
            raise RunError(f"{self.id} was not asked, so 'act' has no answer now")
        found, actors = [], self.model.setting.actors
        rows = FULL * ask.answer[0, self.row]
        for option, points in zip(self.model.options(ask), rows, strict=True):
            if points.any():
                to = {actors[i]: float(points[i]) for i in np.flatnonzero(points).tolist()}
                found.append(Spending(*option, float(points.sum()), MappingProxyType(to)))
        return found


class State(Delegation):
    """A state: where it is a member of a forum, it also joins, blocks and votes."""

    kind = Kind.STATE

    if TYPE_CHECKING:

        def join(self, draft: DraftView) -> bool: ...  # noqa: D102
        def block(self, draft: DraftView) -> bool: ...  # noqa: D102
        def vote(self, draft: DraftView) -> Decision: ...  # noqa: D102


class Company(Delegation):
    """A company: it speaks and proposes where the forum's rules of access let it."""

    kind = Kind.COMPANY


class CivilSociety(Delegation):
    """A civil-society organisation: it speaks and proposes where the rules let it."""

    kind = Kind.CIVIL_SOCIETY


KINDS: dict[Kind, type[Delegation]] = {c.kind: c for c in (State, Company, CivilSociety)}


def decides(delegation: Delegation, what: str) -> bool:
    """Say whether a delegation has its own way of answering one question."""
    standard = getattr(KINDS[delegation.kind], what, None)
    return getattr(type(delegation), what, None) is not standard


# Questions as methods


def _method(name: str, question: Question) -> Callable[..., Any]:
    """Make the method that answers a question as the model does."""

    def of_a_draft(self: Delegation, draft: DraftView) -> Any:
        return self._standard(name, draft)

    def of_a_room(self: Delegation, room: Room) -> Any:
        return self._usual(room)

    def in_general(self: Delegation) -> Any:
        return self._standard(name)

    method: Callable[..., Any] = of_a_draft if question.about_a_draft else in_general
    method = of_a_room if question.answers is Answers.ACTS else method
    method.__name__ = name
    method.__doc__ = f"Answer {question.meaning}: {question.answers.value}."
    return method


def _teach() -> None:
    """Give the base classes a method for each question that a mechanism declares."""
    for mechanism in mechanisms():
        for name, question in mechanism.questions.items():
            base = State if question.states else Delegation
            if hasattr(State, name):
                wrong = f"the question {name!r} has the name of something else that agents have"
                raise InputError(Mistake(wrong, mechanism.package, field=mechanism.name))
            method = _method(name, question)
            method.__qualname__ = f"{base.__name__}.{name}"
            setattr(base, name, method)


_teach()


# Answers: as they are shown to a delegation, and as they are read from it


def _shown_numbers(row: Answer, names: Sequence[str]) -> Mapping[str, float]:
    shown = zip(names, (FULL * row).tolist(), strict=True)
    return MappingProxyType({name: value for name, value in shown if isfinite(value)})


SHOWN: Mapping[Answers, Callable[[Answer, Sequence[str]], Any]] = {
    Answers.DECISION: lambda row, _: Decision(int(row)),
    Answers.YES_NO: lambda row, _: bool(row),
    Answers.PERCENT: lambda row, _: FULL * float(row),
    Answers.POSITIONS: _shown_numbers,
    Answers.CLAUSES: _shown_numbers,
}


@dataclass(frozen=True)
class Said:
    """What a delegation said to one question, to be written as its row of the answers."""

    value: Any
    delegation: Delegation
    ask: Ask
    about: DraftView | Room | None = None

    @property
    def row(self) -> Answer:
        """Its standard answer."""
        standard: Answer = self.ask.answer[0, self.delegation.row]
        return standard

    def wrong(
        self, problem: str = "", value: Any = None, allowed: str = "", near: str = ""
    ) -> InputError:
        """Say what is wrong with it: by default that it is not of the kind that is wanted."""
        field = f"{type(self.delegation).__name__}.{self.ask.what} (for {self.delegation.id})"
        said = repr(self.value if value is None else value)[:80]
        problem = problem or f"must return {QUESTIONS[self.ask.what].answers.value}"
        return InputError(Mistake(problem, "", None, field, said, allowed, near))


def reply(delegation: Delegation, ask: Ask, about: DraftView | Room | None) -> Answer:
    """Ask a delegation and write its answer as its row of the ask; a wrong one is an InputError.

    ``about`` is the draft or the room it is asked about, if either.
    """
    question, method = QUESTIONS[ask.what], getattr(delegation, ask.what)
    value = method() if about is None else method(about)
    return HEARD[question.answers](Said(value, delegation, ask, about))


def _decision(said: Said) -> Answer:
    if isinstance(said.value, Decision):
        return np.asarray(said.value, dtype=said.row.dtype)
    raise said.wrong(allowed=", ".join(f"Decision.{d.name}" for d in Decision))


def _yes_or_no(said: Said) -> Answer:
    if isinstance(said.value, bool | np.bool_):
        return np.asarray(said.value, dtype=said.row.dtype)
    raise said.wrong()


def _percent(said: Said) -> Answer:
    if _on_scale(said.value):
        return _changed(said.row, said.value)
    raise said.wrong()


def _numbers(said: Said) -> Answer:
    """Write issue or clause -> 0-100 over the standard row."""
    if not isinstance(said.value, Mapping):
        raise said.wrong()
    names = said.delegation.model.about(said.ask)
    row = said.row.copy()
    for name, value in said.value.items():
        if name not in names:
            close = near(str(name), names)
            raise said.wrong("names nothing known", name, ", ".join(names), close)
        if not _on_scale(value):
            raise said.wrong(f"must say where on {name}", value, "0 to 100")
        place = names.index(name)
        row[place] = _changed(row[place], value)
    return row


def _spendings(said: Said) -> Answer:
    """Write what it spends, (acts, targets) on 0-1; the usual row where it is only said again."""
    room = said.about
    assert isinstance(room, Room)
    if not isinstance(said.value, Sequence) or isinstance(said.value, str):
        raise said.wrong()
    model, spent = said.delegation.model, np.zeros(said.row.shape)
    if list(said.value) == list(said.delegation._usual(room)):
        return said.row
    for one in said.value:
        place = _option(said, room, one)
        if not one.targets:
            spent[place] += one.effort / FULL * model.spread(said.delegation.row, place)
        for actor, points in one.targets.items():
            if actor not in room.present:
                close = near(str(actor), room.present)
                raise said.wrong("turns to nobody who is there", actor, "", close)
            if actor == said.delegation.id:
                raise said.wrong("turns to itself", actor, "others who are there")
            spent[place, model.setting.slot(actor)] += points / FULL
    if (total := FULL * float(spent.sum())) > room.effort * (1 + _ROUNDING):
        most = f"at most {room.effort:.4g} in all"
        raise said.wrong("spends more effort than it has", round(total, 4), most)
    return spent


_ROUNDING = 1e-9


def _option(said: Said, room: Room, one: Any) -> int:
    """Find what one spending is for on the list of what may be done; refuse what is not right."""
    if not isinstance(one, Spending):
        raise said.wrong(value=one, allowed="a list of room.spend(ACT, DRAFT, EFFORT, TARGETS)")
    if one.act not in room.acts:
        known = ", ".join(room.acts)
        raise said.wrong("names no act", one.act, known, near(str(one.act), room.acts))
    if one.draft not in room.acts[one.act]:
        drafts = room.acts[one.act]
        wrong = "names no draft on the table"
        raise said.wrong(wrong, one.draft, ", ".join(drafts), near(str(one.draft), drafts))
    amounts = [one.effort, *one.targets.values()]
    if not all(_number(amount) and amount >= 0 for amount in amounts):
        raise said.wrong("is not an amount of effort", amounts[:3], f"0 to {room.effort:.4g}")
    return said.delegation.model.options(said.ask).index((one.act, one.draft))


def _changed(standard: Answer, value: Any) -> Answer:
    """What was said, on 0-1; the bits of the standard answer where it was only said again."""
    return standard if value == FULL * standard else np.asarray(float(value) / FULL)


def _on_scale(value: Any) -> bool:
    return _number(value) and 0 <= value <= FULL


def _number(value: Any) -> bool:
    number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    return bool(number and isfinite(value))


HEARD: Mapping[Answers, Callable[[Said], Answer]] = {
    Answers.DECISION: _decision,
    Answers.YES_NO: _yes_or_no,
    Answers.PERCENT: _percent,
    Answers.POSITIONS: _numbers,
    Answers.CLAUSES: _numbers,
    Answers.ACTS: _spendings,
}
