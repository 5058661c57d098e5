"""The Mesa model: one run of a scenario, session by session, with delegations as agents.

It drives the same phases as the ensemble, and run r of an ensemble is `Diplomacy(..., run=r)`
to the last bit. Only the rows of delegations that decide for themselves are replaced.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import mesa
import numpy as np

from sim import build, countries
from sim.actors import KINDS, ClauseView, Delegation, DraftView, Room, State, decides, reply
from sim.classes import Delegations
from sim.core.agenda import session
from sim.core.ask import Answer, Ask
from sim.core.outcomes import Outcomes, collect
from sim.core.question import Answers
from sim.core.registry import QUESTIONS
from sim.core.setting import Kind, Meeting, Scene, Setting
from sim.core.support import bound, systematic
from sim.core.world import begin
from sim.errors import InputError, Mistake, RunError
from sim.forums.rules import How
from sim.mechanisms.effort import effort
from sim.near import near
from sim.scenario import Scenario, load

FULL = 100.0


class Diplomacy(mesa.Model):  # type: ignore[misc]  # mesa has no types
    """One run of a scenario; each `step` is a session, and `running` is False after the last.

    Args:
        scenario: the name of a shipped one, a file, a `Scenario`, or a `Setting`.
        run: which run; with the seed it fixes every draw.
        delegations: actor -> its class, for those that decide for themselves.
        rng: for mesa's own generators (`model.rng`, `model.random`), which the phases never
            use; by default it follows from the seed and the run.
        collecting: whether to collect data for Mesa's tools, which takes longer.

    Attributes:
        setting, world: what all runs share, and the state of this one (a single row).
        session: how many sessions have been played.
        asked: the question before the delegations at this moment, or None.
        datacollector: after each session, outcomes (until the last one, where clauses stand) and
            each agent's coalition; `mesa.batch_run` reads it.

    Raises:
        InputError: an unknown actor, a class of the wrong kind, or a wrong answer.
    """

    running: bool
    datacollector: mesa.DataCollector | None = None

    def __init__(
        self,
        scenario: str | Path | Scenario | Setting,
        run: int = 0,
        delegations: Delegations | None = None,
        rng: Any = None,
        collecting: bool = True,
    ) -> None:
        setting = _setting(scenario)
        world = begin(setting, [run], detailed=True)
        super().__init__(rng=int(world.keys[0, 0]) if rng is None else rng)
        self.setting, self.world, self.session = setting, world, 0
        self.asked: Ask | None = None
        classes = [KINDS[Kind(int(kind))] for kind in setting.kind]
        mine = {setting.slot(i): cls for i, cls in own(setting, delegations or {}).items()}
        self._delegations = [mine.get(row, cls)(self, row) for row, cls in enumerate(classes)]
        self._deciding = [self._delegations[row] for row in sorted(mine)]
        if collecting:
            told = {name: partial(_told, name=name) for name in setting.columns}
            self.datacollector = _Collector(told, {"actor": "id", "coalition": "coalition"})
        # Mesa 3.3 counts agents in a table on the class, which would keep this model alive.
        getattr(mesa.Agent, "_ids", {}).pop(self, None)

    def step(self) -> None:
        """Play the next session; after the last, nothing happens."""
        if not self.running:
            return
        self.session += 1
        phases = session(self.setting, self.world, self.session)
        try:
            self.asked = next(phases)
            while True:
                self.asked = phases.send(self._answer(self.asked))
        except StopIteration:
            self.running = self.session < self.setting.sessions
        finally:
            self.asked = None
        self.__dict__.pop("told", None)
        if self.datacollector is not None:
            self.datacollector.collect(self)

    def play(self) -> Outcomes:
        """Play all sessions that are left and return the outcomes."""
        while self.running:
            self.step()
        return self.outcomes()

    def outcomes(self) -> Outcomes:
        """What came of the run: the same columns as an ensemble, one row."""
        if self.running:
            raise RunError(f"{self.session} of {self.setting.sessions} sessions have been played")
        return collect(self.setting, self.world, keep=True)

    @cached_property
    def told(self) -> Mapping[str, Any]:
        """Outcomes by name, in files' units: until the last session only where clauses stand."""
        if not self.running:
            return {**self.outcomes().to_dataframe().iloc[0]}
        return {
            f"{label}.{clause}.value": about.status_quo if about.bracketed else about.value
            for label, draft in self.drafts.items()
            for clause, about in draft.clauses.items()
        }

    def vacate(self, actor: str) -> None:
        """Leave an actor's seat empty from the next session on."""
        gone = np.arange(len(self.setting.actors)) == _slot(self.setting, actor)
        scenes = tuple(
            replace(scene, attending=scene.attending & ~gone) if number > self.session else scene
            for number, scene in enumerate(self.setting.scenes, start=1)
        )
        self.setting = replace(self.setting, scenes=scenes)
        self._deciding = [d for d in self._deciding if not gone[d.row]]

    def delegation(self, actor: str) -> Delegation:
        """Find the agent of an actor, by id or country name."""
        return self._delegations[_slot(self.setting, actor)]

    @property
    def scene(self) -> Scene:
        """Who sits where in this session (the first, before it begins)."""
        return self.setting.scene(max(self.session, 1))

    @property
    def drafts(self) -> Mapping[str, DraftView]:
        """Every draft as it now stands, by its label."""
        return MappingProxyType({d.label: self._view(p) for p, d in enumerate(self.setting.drafts)})

    def decided(self) -> dict[tuple[str, str], Answer]:
        """What everyone has decided so far: (draft, stage) -> (actors,) of Decision."""
        return {
            (self.setting.drafts[draft].label, stage): ballot.decisions[0]
            for (draft, stage), ballot in self.world.ballots.items()
            if ballot.verdict.how[0] != How.NOT_REACHED
        }

    def support(self, draft: DraftView | str) -> Answer:
        """Everyone's support for a draft, in logits and without noise: (actors,)."""
        place = self.place(draft)
        meeting = Meeting(max(self.session, 1), self.setting.drafts[place].forum)
        own = systematic(self.setting, self.world, place)
        felt: Answer = bound(self.setting, self.world, meeting, place, own)[0]
        return felt

    def place(self, draft: DraftView | str) -> int:
        """Place of a draft on the list of drafts."""
        label = draft if isinstance(draft, str) else draft.label
        labels = [d.label for d in self.setting.drafts]
        if label not in labels:
            raise _unknown("draft", label, labels, near(label, labels))
        return labels.index(label)

    def about(self, ask: Ask) -> tuple[str, ...]:
        """What an answer to a question goes through: the clauses of its draft, or the issues."""
        drafts = self.setting.drafts
        return drafts[ask.draft].clauses if ask.draft >= 0 else self.setting.issues

    def _answer(self, ask: Ask) -> Answer:
        """The standard answer, but for the rows of those who decide for themselves."""
        deciding = [d for d in self._deciding if decides(d, ask.what)]
        if not deciding or (ask.draft >= 0 and not self.world.alive[ask.draft][0]):
            return ask.answer  # of a text that an earlier stage has defeated, nobody is asked
        invited = QUESTIONS[ask.what].invited(self.setting, self.world, ask)
        draft = self._view(ask.draft, ask) if ask.draft >= 0 else None
        acts = QUESTIONS[ask.what].answers is Answers.ACTS
        answer = ask.answer.copy()
        for delegation in deciding:
            if invited[delegation.row]:
                about = self._room(delegation.row, ask) if acts else draft
                answer[0, delegation.row] = reply(delegation, ask, about)
        return answer

    def options(self, ask: Ask) -> list[tuple[str, str]]:
        """What effort may be spent on: acts, each with the label of its draft."""
        return [(act, self.setting.drafts[draft].label) for act, draft in ask.options]

    def spread(self, row: int, option: int) -> Answer:
        """How the model divides what a delegation spends on one option: (actors,), summing to 1."""
        assert self.asked is not None
        market = self.world.state["effort"]["spent"][self.asked.options[option]].wish.market
        share: Answer = market.reach.strength[row] * market.pull[0]
        return np.asarray(share / max(float(share.sum()), 1e-12))

    def _room(self, row: int, ask: Ask) -> Room:
        acts: dict[str, tuple[str, ...]] = {}
        for act, draft in self.options(ask):
            acts[act] = (*acts.get(act, ()), draft)
        there = np.flatnonzero(self.scene.present).tolist()
        return Room(
            session=self.session,
            effort=FULL * float(effort(self.setting, self.world, self.session)[0, row]),
            acts=MappingProxyType(acts),
            present=tuple(self.setting.actors[i] for i in there),
            drafts=self.drafts,
        )

    def _view(self, place: int, ask: Ask | None = None) -> DraftView:
        draft, world = self.setting.drafts[place], self.world
        value = (FULL * world.value[place][0]).tolist()
        before = (FULL * np.take(world.status_quo[0], draft.issue)).tolist()
        clauses = {
            label: ClauseView(
                label,
                self.setting.issues[draft.issue[c]],
                value[c],
                before[c],
                draft.words[c],
                not world.active[place][0, c],
            )
            for c, label in enumerate(draft.clauses)
        }
        sponsors = np.flatnonzero(world.sponsors[place][0])
        return DraftView(
            label=draft.label,
            title=draft.title,
            forum=self.setting.forums[draft.forum].name,
            stage=ask.meeting.stage if ask and ask.meeting else "",
            by_consensus=ask is not None and ask.by_consensus,
            sponsors=tuple(self.setting.actors[s] for s in sponsors),
            clauses=MappingProxyType(clauses),
        )


class _Collector(mesa.DataCollector):  # type: ignore[misc]  # mesa has no types
    """Collects after each session, where `mesa.batch_run` of any version looks for it."""

    def collect(self, model: Diplomacy) -> None:
        super().collect(model)
        if not hasattr(self, "_collection_steps"):
            # Older versions of Mesa ask for steps 0 to N - 1; agents are kept under 1 to N.
            records = self._agent_records
            records[model.steps - 1] = records.pop(model.steps)


def _told(model: Diplomacy, name: str) -> Any:
    return model.told.get(name)


def _setting(scenario: str | Path | Scenario | Setting) -> Setting:
    if isinstance(scenario, Setting):
        return scenario
    return build.setting(load(scenario) if isinstance(scenario, str | Path) else scenario)


def own(setting: Setting, delegations: Delegations) -> Delegations:
    """Check the classes of those that decide for themselves, and give them by the actors' ids.

    Raises:
        InputError: an actor that is not there or named twice, or a class that cannot be its own.
    """
    found: dict[str, type[Delegation]] = {}
    for actor, cls in delegations.items():
        slot = _slot(setting, actor)
        if (id_ := setting.actors[slot]) in found:
            raise _refused("has two classes", id_, actor)
        _check(id_, cls, KINDS[Kind(int(setting.kind[slot]))])
        found[id_] = cls
    return found


def _check(actor: str, cls: Any, kind: type[Delegation]) -> None:
    """Refuse a class that is not of the actor's kind, or that answers what it is never asked."""
    if not isinstance(cls, type) or not issubclass(cls, kind):
        said = getattr(cls, "__name__", repr(cls))
        raise _refused(f"must be a subclass of {kind.__name__}", actor, said)
    for name in sorted(set(dir(cls)) - set(dir(kind))):
        if name.startswith("_") or not callable(getattr(cls, name)):
            continue
        said = f"{cls.__name__}.{name}"
        meant = near(name, (q for q in QUESTIONS if q[0] == name[0].lower()))
        if meant and kind is not State and QUESTIONS[meant].states:
            raise _refused("only states do this", actor, said)
        if meant:
            wrong = "is never asked; begin a helper's name with _"
            raise _refused(wrong, actor, said, meant)


def _refused(problem: str, actor: str, said: str, near: str = "") -> InputError:
    return InputError(Mistake(problem, "", None, f"delegations.{actor}", said, "", near))


def _slot(setting: Setting, actor: str) -> int:
    known = countries.code(actor) if actor not in setting.actors else actor
    if known not in setting.actors:
        close = countries.near_actor(actor, setting.actors)
        raise _unknown("actor", actor, setting.actors, close, countries.about(actor))
    return setting.slot(known)


def _unknown(what: str, said: str, known: Any, close: str, more: str = "") -> InputError:
    some = ", ".join(known) if len(known) <= 12 else ""
    return InputError(
        Mistake(f"the scenario has no {what} of this name{more}", "", None, "", said, some, close)
    )
