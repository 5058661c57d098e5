"""Levers: what could be otherwise, each as ``--set`` writes it, and who holds it.

A lever changes one number of a scenario. Numbers of actors and parameters differ from run to run
(a world draws them), so that many values of many levers are played at once, a row each, on the
same draws. What all runs share (a text, a bloc, an offer, a rule) needs a setting of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from sim.build import rules_of
from sim.core import worlds as drawn
from sim.core.draws import labels
from sim.core.lever import AMOUNT, Asked, Moved
from sim.core.registry import PARAMETERS, mechanisms
from sim.core.setting import Setting, Worlds
from sim.core.world import World, world_of
from sim.mechanisms.effort import SAID
from sim.scenario import Scenario
from sim.scenario.schema import Forum

Floats = npt.NDArray[np.float64]
Kind = Literal["position", "salience", "clause", "lobbying", "section", "rule", "parameter"]

FULL = 100.0
ASSUMED = {  # numbers of the model that say how much of something counts in a vote
    "voting": ("readiness", "band", "stakes"),
    "lobbying": ("lobbying_effect",),
    "coalitions": ("coalition_discipline",),
    "memory": ("memory",),
    "kindred": ("kindred",),
    "cosponsors": ("persuasion",),
    "sponsorship": ("sponsorship",),
    "objections": ("blocking_cost", "insistence", "buy_off"),
}


@dataclass(frozen=True)
class Lever:
    """One number that could be otherwise: where ``--set`` finds it, its range, who holds it."""

    kind: Kind
    path: str
    says: str  # what it is, as it goes within a sentence: "its position on sovereignty"
    holder: str  # the actor that could move it; "" for nobody
    low: float
    high: float
    names: tuple[str, ...]  # what it is of: actor and issue, draft and clause, forum ...
    moved: Moved | None = None  # of a mechanism's section, as it declares it

    def text(self, value: float) -> str:
        """Write it as ``--set`` takes it; less than one per cent has its sign, as files want it."""
        said = f"{value:.12f}".rstrip("0").rstrip(".")
        percent = self.moved.percent if self.moved else self.kind != "parameter"
        if 0 < value < 1 and percent:
            said = f"{said}%"
        template = self.moved.template if self.moved else ""
        return f"{self.path}={template.replace(AMOUNT, said) if template else said}"

    @property
    def by_row(self) -> bool:
        """Whether runs may differ in it, so that many values are played at once."""
        return self.kind in ("position", "salience", "parameter", "clause", "lobbying")

    def size(self, now: float, value: float) -> float:
        """How large a change is, in per cent of the whole range."""
        return FULL * abs(value - now) / (self.high - self.low)


@dataclass(frozen=True)
class Case:
    """One run of a scenario, and the ballot that is asked about."""

    scenario: Scenario
    setting: Setting
    run: int
    draft: int
    stage: str
    actor: int
    base: Scenario | None = None  # what a changed scenario departs from

    @cached_property
    def world(self) -> int:
        """The admissible world of the run."""
        return int(world_of(self.setting, np.array([self.run]))[0])

    @property
    def label(self) -> str:
        """The draft's label."""
        return self.setting.drafts[self.draft].label

    def now(self, lever: Lever, world: World) -> float:
        """What a lever is in this run; ``world`` is the run as the ballot is put."""
        return float(_NOW[lever.kind](self, lever, world))

    def changed(self, lever: Lever, value: float) -> Setting:
        """The setting with a lever at a value, as ``--set`` would make it."""
        from sim.build import setting as build

        return build(_changed(self.scenario, lever, value), self.base or self.scenario)

    def rows(self, moves: Sequence[tuple[Lever, float]]) -> Setting:
        """The setting with a world for each of several values: those of levers ``by_row``."""
        worlds, count = self.setting.worlds, len(moves)

        def each(array: Floats) -> Floats:
            return np.repeat(array[None], count, axis=0)

        position, salience = (each(of[self.world]) for of in (worlds.position, worlds.salience))
        middle = [each(mean[0]) for mean in worlds.middle]
        parameters = {name: each(of[self.world]) for name, of in worlds.parameters.items()}
        values = [each(value[self.world]) for value in worlds.values]
        kindred = [None if d.kindred is None else each(d.kindred) for d in self.setting.drafts]
        means = self.setting.scene(1).parts["effort"]
        amount, said = each(means.amount), each(means.said)
        for row, (lever, value) in enumerate(moves):
            match lever.kind:
                case "position" | "salience":
                    which = lever.kind == "salience"
                    at, drawn_at = self._at(lever), self.cells(lever, value)
                    (position, salience)[which][row, *at] = drawn_at[self.world]
                    middle[which][row, *at] = drawn_at.mean()
                case "parameter":
                    parameters[lever.names[0]][row] = value
                case "lobbying":
                    slot = self.setting.slot(lever.names[0])
                    amount[row, slot], said[row, slot] = value / FULL, True
                case "clause":
                    place = self.setting.drafts[self.draft].clauses.index(lever.names[1])
                    values[self.draft][row, place] = self._coded(lever, value)
                    known = kindred[self.draft]
                    if known is not None:
                        known[row] = self._kindred(lever, value)
        base = each(worlds.base[self.world])
        of = Worlds(
            position, base, salience, parameters, tuple(values), about=(middle[0], middle[1])
        )
        drafts = tuple(
            replace(d, kindred=known) for d, known in zip(self.setting.drafts, kindred, strict=True)
        )
        scenes = self.setting.scenes
        if any(lever.kind == "lobbying" for lever, _ in moves):
            now = replace(means, amount=amount, said=said)
            scenes = tuple(replace(s, parts={**s.parts, "effort": now}) for s in scenes)
        return replace(self.setting, worlds=of, drafts=drafts, scenes=scenes)

    def _coded(self, lever: Lever, value: float) -> float:
        """A clause's value as this world codes it: 0-1."""
        worlds = self.setting.worlds
        assert worlds.draws is not None
        here = slice(self.world, self.world + 1)
        error, draws = worlds.parameters["coding_error"][here], worlds.draws[here]
        names = labels([lever.names[1]])
        made = drawn.sample_values(np.array([value]) / FULL, error, draws, lever.names[0], names)
        return float(made[0, 0])

    def _kindred(self, lever: Lever, value: float) -> Floats:
        from sim.build import kindred

        found = kindred(_changed(self.scenario, lever, value), lever.names[0])
        return np.zeros(len(self.setting.actors)) if found is None else found

    def _at(self, lever: Lever) -> tuple[int, int]:
        actor, issue = lever.names
        return self.setting.slot(actor), self.setting.issues.index(issue)

    def cells(self, lever: Lever, value: float) -> Floats:
        """A position or salience as each world draws it about a value: (worlds,), 0-1."""
        actor, issue = lever.names
        about, position = self.scenario.actors[actor], lever.kind == "position"
        error = (about.error if position else about.salience_error).get(issue, 0.0)
        sample = drawn.sample if position else drawn.sample_saliences
        draws = self.setting.worlds.draws
        assert draws is not None
        one = np.array([[value]]) / FULL, np.array([[error]]) / FULL
        return sample(*one, draws, labels([actor]), labels([issue]))[:, 0, 0]

    def moved(self, world: World, moves: Sequence[tuple[Lever, float]]) -> bool:
        """Put levers into rows of the moment of decision; False where one is not seen there.

        Nobody answers yet: what this gives is where to look, and never an answer.
        """
        for row, (lever, value) in enumerate(moves):
            match lever.kind:
                case "position" | "salience":
                    actor, issue = self._at(lever)
                    was = self.cells(lever, self.now(lever, world))[self.world]
                    array = world.position if lever.kind == "position" else world.salience
                    shifted = array[row, actor, issue] + self.cells(lever, value)[self.world] - was
                    array[row, actor, issue] = np.clip(shifted, 0.0, 1.0)
                case "parameter":
                    world.parameters[lever.names[0]][row] = value
                case "clause":
                    clauses = self.setting.drafts[self.draft].clauses
                    place = clauses.index(lever.names[1])
                    was = self.now(lever, world)
                    shifted = world.value[self.draft][row, place] + (value - was) / FULL
                    world.value[self.draft][row, place] = np.clip(shifted, 0.0, 1.0)
                case _:
                    return False
        return True


def _effort(setting: Setting, world: World, actor: str) -> float:
    """What a delegation can spend in a session before others add to it: 0-1."""
    means, slot = setting.scene(1).parts["effort"], setting.slot(actor)
    if means.said[slot]:
        return float(means.amount[slot])
    office = 1.0 if means.office[slot] else float(world.parameters["without_office"][0])
    return float(means.amount[slot] * office * world.state["effort"]["error"][0, slot])


def _changed(scenario: Scenario, lever: Lever, value: float) -> Scenario:
    """The scenario with a lever at a value."""
    return _SET[lever.kind](scenario, lever, value)


def _of_actor(scenario: Scenario, lever: Lever, value: float) -> Scenario:
    actor, issue = lever.names
    about = scenario.actors[actor]
    of = {**getattr(about, lever.kind), issue: value}
    now = about.model_copy(update={lever.kind: of})
    return replace(scenario, actors={**scenario.actors, actor: now})


def _parameter(scenario: Scenario, lever: Lever, value: float) -> Scenario:
    return replace(scenario, parameters={**scenario.parameters, lever.names[0]: value})


def _spent(scenario: Scenario, lever: Lever, value: float) -> Scenario:
    said = {**scenario.sections["effort"], lever.names[0]: value}
    return replace(scenario, sections={**scenario.sections, "effort": said})


def _in_section(scenario: Scenario, lever: Lever, value: float) -> Scenario:
    assert lever.moved is not None
    return replace(scenario, sections={**scenario.sections, **lever.moved.sections(value)})


def _restraint(scenario: Scenario, lever: Lever, value: float) -> Scenario:
    forum = scenario.forums[lever.names[0]].model_copy(update={"restraint": value})
    return replace(scenario, forums={**scenario.forums, lever.names[0]: forum})


def _clause(scenario: Scenario, lever: Lever, value: float) -> Scenario:
    draft, clause = lever.names
    name = scenario.forum_of(draft)
    forum: Forum = scenario.forums[name]
    text = forum.drafts[draft]
    now = {**text.clauses, clause: text.clauses[clause].model_copy(update={"value": value})}
    drafts = {**forum.drafts, draft: text.model_copy(update={"clauses": now})}
    whole = forum.model_copy(update={"drafts": drafts})
    return replace(scenario, forums={**scenario.forums, name: whole})


_SET: dict[str, Callable[[Scenario, Lever, float], Scenario]] = {
    "position": _of_actor,
    "salience": _of_actor,
    "parameter": _parameter,
    "clause": _clause,
    "lobbying": _spent,
    "section": _in_section,
    "rule": _restraint,
}


def _stance(case: Case, lever: Lever, _: World) -> float:
    actor, issue = lever.names
    found: float = getattr(case.scenario.actors[actor], lever.kind).get(issue, 0.0)
    return found


_NOW: dict[str, Callable[[Case, Lever, World], float]] = {
    "position": _stance,
    "salience": _stance,
    "parameter": lambda case, of, _: float(case.setting.worlds.parameters[of.names[0]][case.world]),
    "clause": lambda case, of, _: case.scenario.draft(of.names[0]).clauses[of.names[1]].value,
    "lobbying": lambda case, of, world: FULL * _effort(case.setting, world, of.names[0]),
    "section": lambda _, of, __: of.moved.now if of.moved else 0.0,
    "rule": lambda case, of, _: FULL * rules_of(case.scenario.forums[of.names[0]]).restraint,
}


# Which levers there are


def levers(
    case: Case, campaigners: Sequence[str], donors: dict[str, str], called: Callable[[str], str]
) -> Iterator[Lever]:
    """List what could be otherwise for one delegation at one ballot.

    Args:
        case: the run and the ballot.
        campaigners: those whose lobbying reached it, most first.
        donors: who might offer it means, by the vote that is asked for: in_favour or against.
        called: how an actor is named in a sentence.
    """
    s, me = case.scenario, case.setting.actors[case.actor]
    draft = s.draft(case.label)
    issues = dict.fromkeys(clause.issue for clause in draft.clauses.values())
    fixed = {(c.names[0], c.names[1]) for e in s.events for c in e.changes if len(c.names) > 1}
    for issue in issues:
        if (me, issue) not in fixed:
            at = (me, issue)
            yield Lever("position", f"{me}.position.{issue}", f"position:{issue}", me, 0, FULL, at)
            yield Lever("salience", f"{me}.salience.{issue}", f"salience:{issue}", me, 0, FULL, at)
    sponsor = max(draft.sponsors, key=lambda id_: s.actors[id_].capability, default="")
    for label in draft.clauses:
        path = f"drafts.{case.label}.{label}"
        about = (case.label, label)
        yield Lever("clause", path, f"clause:{label}", sponsor, 0, FULL, about)
    set_by_events = any(c.path == SAID for event in s.events for c in event.changes)
    for actor in () if set_by_events else campaigners:
        says = f"what {called(actor)} can spend on lobbying"
        yield Lever("lobbying", f"effort.{actor}", says, actor, 0, FULL, (actor,))
    forum = s.forum_of(case.label)
    votes = not rules_of(s.forums[forum]).consensus
    asked = Asked(me, case.label, votes, donors, called)
    for mechanism in mechanisms():
        for moved in mechanism.levers(s.sections, asked):
            ends = (moved.holder, moved.low, moved.high)
            yield Lever("section", moved.path, moved.says, *ends, (mechanism.name,), moved)
    if not votes:
        path = f"forums.{forum}.restraint"
        yield Lever(
            "rule", path, "how much restraint the room's rules ask for", "", 0, 99, (forum,)
        )
    yield from _assumed(case)


def _assumed(case: Case) -> Iterator[Lever]:
    """Numbers of the model: nobody holds them."""
    active = {mechanism.name for mechanism in case.setting.active}
    for name in (n for mechanism, names in ASSUMED.items() if mechanism in active for n in names):
        p = PARAMETERS[name]
        if p.low < p.high and not p.whole:
            yield Lever("parameter", f"parameters.{name}", p.meaning, "", p.low, p.high, (name,))
