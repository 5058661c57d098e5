"""The delegations, as Mesa agents: views of their row in the world, in the units of files (0-100).

A class that overrides `speak`, `amend`, `join`, `block` or `vote` decides for itself; whatever
it does not override, the model answers. `super()` gives the standard answer.

    class Mine(State):
        def vote(self, draft):
            if draft.clauses["OP3"].value > 60:
                return Decision.OPPOSE
            return super().vote(draft)

    Diplomacy("rival-resolutions-2018", delegations={"EST": Mine})
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from sim.core.ask import Answer, Ask
from sim.core.setting import Kind
from sim.errors import InputError, Mistake, RunError
from sim.forums.rules import Decision
from sim.near import near

if TYPE_CHECKING:
    from sim.model import Diplomacy

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


class Delegation(mesa.Agent):  # type: ignore[misc]  # mesa has no types
    """One actor of a scenario: what it wants, and what it says and decides.

    Attributes:
        id: ISO3 code of a state, or the scenario's own id (mesa's `unique_id` is a number).
        name: as the United Nations or the scenario writes it.
        row: its place on the axis of actors.
    """

    kind: Kind
    model: Diplomacy

    def __init__(self, model: Diplomacy, row: int) -> None:
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

    def support(self, draft: DraftView | str) -> float:
        """Its support for a draft as it now stands, in logits and without noise; above 0 is for."""
        return float(self.model.support(draft)[self.row])

    def speak(self) -> Mapping[str, float]:
        """State positions, issue -> 0-100; an issue left out is stated as it is held."""
        return self.position

    def amend(self, draft: DraftView) -> Mapping[str, float]:
        """Propose values, clause -> 0-100, while a draft is negotiated; by default none."""
        return {}

    def _by_issue(self, array: Answer) -> Mapping[str, float]:
        held = (FULL * array[0, self.row]).tolist()
        return MappingProxyType(dict(zip(self.model.setting.issues, held, strict=True)))

    def _standard(self, draft: DraftView) -> Any:
        """The model's own answer to the question that is being asked of this delegation."""
        ask = self.model.asked
        if ask is None or ask.draft != self.model.place(draft):
            raise RunError(f"{self.id} was not asked about {draft.label}, so it has no answer")
        return ask.answer[0, self.row]


class State(Delegation):
    """A state: where it is a member of a forum, it also joins, blocks and votes."""

    kind = Kind.STATE

    def join(self, draft: DraftView) -> bool:
        """Say whether to put its name to a draft that sponsors have revised."""
        return bool(self._standard(draft))

    def block(self, draft: DraftView) -> bool:
        """Say whether it would keep the room from adopting this text by consensus."""
        standard = self._standard(draft)
        return bool(standard == Decision.BLOCK) if standard.dtype == np.int8 else bool(standard)

    def vote(self, draft: DraftView) -> Decision:
        """Decide: SUPPORT, ABSTAIN, OPPOSE or ABSENT; by consensus, ACCEPT, DISSOCIATE or BLOCK.

        Where there is no vote to lose, OPPOSE means BLOCK. A delegation that overrides only
        `block` is taken at its word when the room seeks consensus.
        """
        standard = Decision(int(self._standard(draft)))
        if not draft.by_consensus or not overrides(self, "block"):
            return standard
        if self.block(draft):
            return Decision.BLOCK
        return Decision.ACCEPT if standard is Decision.BLOCK else standard


class Company(Delegation):
    """A company: it speaks and proposes where the forum's rules of access let it."""

    kind = Kind.COMPANY


class CivilSociety(Delegation):
    """A civil-society organisation: it speaks and proposes where the rules let it."""

    kind = Kind.CIVIL_SOCIETY


KINDS: dict[Kind, type[Delegation]] = {c.kind: c for c in (State, Company, CivilSociety)}


def overrides(delegation: Delegation, method: str) -> bool:
    """Say whether a delegation has its own way of answering one question."""
    standard = getattr(KINDS[delegation.kind], method, None)
    return getattr(type(delegation), method, None) is not standard


def decides(delegation: Delegation, what: str) -> bool:
    """Say whether a delegation answers this kind of `Ask` itself."""
    # Who blocks is settled when the text is put to the room, so `block` speaks there too.
    return overrides(delegation, what) or (what == "vote" and overrides(delegation, "block"))


def reply(delegation: Delegation, ask: Ask, draft: DraftView | None) -> Answer:
    """Ask a delegation and write its answer as its row of the ask; a wrong one is an InputError."""
    method = getattr(delegation, ask.what)
    said = method() if draft is None else method(draft)
    row = ask.answer[0, delegation.row]
    if ask.what == "vote":
        return np.asarray(_decision(delegation, said), dtype=row.dtype)
    if ask.what in ("join", "block"):
        return np.asarray(_yes_or_no(delegation, ask.what, said), dtype=row.dtype)
    return _numbers(delegation, ask.what, said, row, draft)


def _decision(delegation: Delegation, said: Any) -> Decision:
    if isinstance(said, Decision):
        return said
    names = ", ".join(f"Decision.{d.name}" for d in Decision)
    raise _wrong(delegation, "vote", "must return a Decision", said, names)


def _yes_or_no(delegation: Delegation, method: str, said: Any) -> bool:
    if isinstance(said, bool | np.bool_):
        return bool(said)
    raise _wrong(delegation, method, "must return True or False", said)


def _numbers(
    delegation: Delegation, method: str, said: Any, row: Answer, draft: DraftView | None
) -> Answer:
    """Write issue or clause -> 0-100 over the standard row; what is as shown keeps its bits."""
    if not isinstance(said, Mapping):
        what = "issue" if draft is None else "clause"
        raise _wrong(delegation, method, f"must return a mapping of {what} to 0-100", said)
    columns = list(delegation.model.setting.issues if draft is None else draft.clauses)
    changed = row.copy()
    for label, value in said.items():
        if label not in columns:
            close = near(str(label), columns)
            raise _wrong(
                delegation, method, "names nothing known", label, ", ".join(columns), close
            )
        if not _on_scale(value):
            raise _wrong(delegation, method, f"must say where on {label}", value, "0 to 100")
        column = columns.index(label)
        if value != FULL * row[column]:
            changed[column] = float(value) / FULL
    return changed


def _on_scale(value: Any) -> bool:
    number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    return number and isfinite(value) and 0 <= value <= FULL


def _wrong(
    delegation: Delegation, method: str, problem: str, said: Any, allowed: str = "", near: str = ""
) -> InputError:
    field = f"{type(delegation).__name__}.{method} (for {delegation.id})"
    return InputError(Mistake(problem, "", None, field, repr(said)[:80], allowed, near))
