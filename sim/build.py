"""From a scenario to a setting: every name becomes a place on an axis, every 0-100 a 0-1."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from sim import codings, precedents, record
from sim.codings import Text
from sim.core import worlds
from sim.core.draws import labels
from sim.core.gain import shares
from sim.core.happenings import Possible
from sim.core.mechanism import Axes
from sim.core.outcome import Over
from sim.core.registry import OWNERS, PARAMETERS, mechanisms
from sim.core.registry import rules as presets
from sim.core.setting import Draft, Forum, Kind, Scene, Series, Setting, Worlds
from sim.errors import InputError, Mistake
from sim.forums.access import loudest
from sim.forums.rules import MAJORITIES, Rules
from sim.scenario import Scenario, playable, worlds_table
from sim.scenario import schema as files
from sim.scenario.scenario import Event

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

KINDS = {"state": Kind.STATE, "company": Kind.COMPANY, "civil_society": Kind.CIVIL_SOCIETY}
FULL = 100.0  # files speak of 0-100
DEFAULT_STAGE = "decision"


def setting(scenario: Scenario, base: Scenario | None = None) -> Setting:
    """Turn a scenario into arrays.

    Args:
        scenario: read and checked, as `sim.scenario.load` returns it.
        base: for a what-if, the unchanged scenario: what the change departs from, so that
            others answer the change and not what they had long heard.

    Raises:
        InputError: it cannot be played (`sim.scenario.playable`), or a member is no actor here.
    """
    playable.refuse(scenario)
    return _Builder(scenario, base or scenario).build()


def kindred(scenario: Scenario, label: str) -> Floats | None:
    """How far each actor favoured texts of the direction of a draft, (actors,); None: unknown."""
    return _Builder(scenario, scenario)._kindred(label, scenario.draft(label))


class _Builder:
    """Holds the axes while the parts of a setting are made one by one."""

    def __init__(self, scenario: Scenario, base: Scenario) -> None:
        self.scenario, self.base = scenario, base
        self.actors = tuple(scenario.actors)
        self.issues = tuple(scenario.issues)
        self.labels = tuple(scenario.drafts)
        self.slot = {actor: place for place, actor in enumerate(self.actors)}
        self.axes = self._axes()

    def build(self) -> Setting:
        s = self.scenario
        drafts = tuple(self._draft(label) for label in self.labels)
        opening = self._opening(s)
        return Setting(
            name=s.name,
            title=s.title,
            seed=s.seed,
            sessions=s.sessions,
            actors=self.actors,
            names=tuple(a.name or i for i, a in s.actors.items()),
            kind=np.array([KINDS[a.kind] for a in s.actors.values()], dtype=np.int8),
            absence=np.array([a.absence for a in s.actors.values()]) / FULL,
            issues=self.issues,
            status_quo=np.array([i.status_quo for i in s.issues.values()]) / FULL,
            ties=self._ties(),
            forums=tuple(self._forum(name) for name in s.forums),
            drafts=drafts,
            scenes=self._scenes(opening),
            base_scene=opening if self.base is s else self._opening(self.base),
            base_access=self._base_access(),
            parts=self._parts(),
            worlds=self._worlds(drafts),
            kept=self._kept(),
            calendar=s.calendar,
            possible=self._possible(),
            observed=s.observed,
        )

    # What mechanisms make of their parts

    def _axes(self) -> Axes:
        s = self.scenario
        return Axes(
            actors=self.actors,
            states=np.array([a.kind == "state" for a in s.actors.values()], dtype=bool),
            issues=self.issues,
            drafts=self.labels,
            members={
                label: self._mask(forum.members, "forums", name, "members")
                for name, forum in s.forums.items()
                for label in forum.drafts
            },
            named={
                name: tuple(said) for name, said in s.sections.items() if isinstance(said, dict)
            },
            sessions=s.sessions,
            position={i: a.position for i, a in s.actors.items()},
            salience={i: a.salience for i, a in s.actors.items()},
            capability=np.array([a.capability for a in s.actors.values()]) / FULL,
            home={i: a.home for i, a in s.actors.items() if a.home in self.slot},
            groups=s.groups,
            date=s.date,
            touched={
                label: tuple(clause.issue for clause in s.draft(label).clauses.values())
                for label in self.labels
            },
            calendar=s.calendar,
        )

    def _parts(self) -> dict[str, Any]:
        sure = [event for event in self._events() if not event.may]
        changes = [(event.session, change) for event in sure for change in event.changes]
        parts = {}
        for mechanism in mechanisms():
            part = mechanism.compile(self.scenario.sections, self.axes)
            parts[mechanism.name] = mechanism.schedule(part, changes, self.axes)
        return parts

    def _events(self) -> list[Event]:
        return sorted(self.scenario.events, key=lambda event: event.session)

    def _possible(self) -> tuple[Possible, ...]:
        """The events that happen in some runs only."""
        return tuple(
            Possible(e.may.name, e.session, e.may.until, e.may.chance, e.may.when, e.changes)
            for e in self._events()
            if e.may
        )

    def _kept(self) -> dict[str, tuple[str, ...]]:
        """Of what an outcome over actors or over names is kept, where a mechanism says so."""
        only = {
            outcome.name: mechanism.columns(outcome, self.scenario.sections)
            for mechanism in mechanisms()
            for outcome in mechanism.outcomes
            if outcome.over in (Over.ACTOR, Over.NAMED)
        }
        return {name: tuple(actors) for name, actors in only.items() if actors is not None}

    # Positions and what is not known of them

    def _matrix(self, scenario: Scenario, field: str) -> Floats:
        """One number per actor and issue, 0-1; what ``scenario`` lacks is as in ours."""
        rows = [
            getattr(a, field) | getattr(scenario.actors.get(i) or a, field)
            for i, a in self.scenario.actors.items()
        ]
        return np.array([[row.get(k, 0.0) for k in self.issues] for row in rows]) / FULL

    def _worlds(self, drafts: tuple[Draft, ...]) -> Worlds:
        draws, parameters = self._parameters()
        actors, issues = labels(self.actors), labels(self.issues)
        position = self._positions(self.scenario, draws)
        same = self.base is self.scenario
        salience, error = (
            self._matrix(self.scenario, field) for field in ("salience", "salience_error")
        )
        coding = parameters["coding_error"]
        return Worlds(
            position=position,
            base=position if same else self._positions(self.base, draws),
            salience=worlds.sample_saliences(salience, error, draws, actors, issues),
            parameters=parameters,
            values=tuple(
                worlds.sample_values(d.value, coding, draws, d.label, labels(d.clauses))
                for d in drafts
            ),
            draws=draws,
        )

    def _positions(self, scenario: Scenario, draws: Ints) -> Floats:
        mean, error = (self._matrix(scenario, field) for field in ("position", "error"))
        return worlds.sample(mean, error, draws, labels(self.actors), labels(self.issues))

    def _parameters(self) -> tuple[Ints, dict[str, Floats]]:
        s = self.scenario
        ours = {"draw": np.arange(worlds.COUNT, dtype=float)}
        columns = worlds_table.read(s.worlds) if s.worlds else ours
        draws = columns["draw"].astype(np.int64)
        drawn = worlds.draw_parameters(s.parameters, draws)
        kept = {k: v for k, v in columns.items() if k in PARAMETERS and k not in s.parameters}
        parameters: Mapping[str, Floats] = {**drawn, **kept}
        for mechanism in mechanisms():
            parameters = mechanism.tuned(s.sections, parameters)
        return draws, dict(parameters)

    def _ties(self) -> Floats:
        """Who attends to whom: each group, and all non-state actors together, is one room.

        In a room of n, each member spreads one unit of attention evenly over the others; a
        company and its home state are a room of two. Each attends to itself with 1.
        """
        rooms = [list(members) for members in self.scenario.groups.values()]
        outside = [i for i, a in self.scenario.actors.items() if a.kind != "state"]
        pairs = [[i, a.home] for i, a in self.scenario.actors.items() if a.home in self.slot]
        ties = np.zeros((len(self.actors), len(self.actors)))
        for room in (r for r in rooms + pairs if len(r) > 1):
            inside = [self.slot[i] for i in room]
            ties[np.ix_(inside, inside)] += 1.0 / (len(room) - 1)
        if outside:
            ties[:, [self.slot[i] for i in outside]] += 1.0 / len(outside)
        np.fill_diagonal(ties, 1.0)
        return ties

    # Forums and texts

    def _mask(self, ids: Iterable[str], *path: str) -> Bools:
        """Where these actors stand; a name that is none of theirs is refused at its path."""
        mask = np.zeros(len(self.actors), dtype=bool)
        for id_ in ids:
            if id_ not in self.slot:
                raise self._wrong(path, f"there is no such actor here: {id_!r}")
            mask[self.slot[id_]] = True
        return mask

    def _forum(self, name: str) -> Forum:
        forum = self.scenario.forums[name]
        weights = np.zeros(len(self.actors))
        for actor, weight in (forum.weights or {}).items():
            weights[self.slot[actor]] = weight
        rules = rules_of(forum)
        members = self._mask(forum.members, "forums", name, "members")
        stages = {k: v.session for k, v in forum.stages.items()} or {
            DEFAULT_STAGE: self.scenario.sessions
        }
        return Forum(
            name=name,
            rules=rules,
            members=members,
            vetoes=self._mask(i for i in rules.vetoes if i in self.slot),
            weights=weights,
            stages=dict(sorted(stages.items(), key=lambda stage: stage[1])),
            drafts=tuple(self.labels.index(label) for label in forum.drafts),
            opens=forum.opens,
        )

    def _openness(self, forum: files.Forum) -> tuple[str, int, int]:
        last = max((s.session for s in forum.stages.values()), default=self.scenario.sessions)
        return rules_of(forum).access, forum.opens, last

    def _base_access(self) -> tuple[float, ...]:
        """What was usual, by session; sessions added to the end are as the last one was."""
        heard = loudest(map(self._openness, self.base.forums.values()), self.base.sessions)
        return tuple(
            heard[min(session, len(heard) - 1)] for session in range(self.scenario.sessions)
        )

    def _draft(self, label: str) -> Draft:
        draft, name = self.scenario.draft(label), self.scenario.forum_of(label)
        clauses = draft.clauses.values()
        return Draft(
            label=label,
            title=draft.title,
            forum=list(self.scenario.forums).index(name),
            clauses=tuple(draft.clauses),
            words=tuple(c.words for c in clauses),
            issue=np.array([self.issues.index(c.issue) for c in clauses], dtype=np.int64),
            value=np.array([c.value for c in clauses], dtype=np.float64) / FULL,
            weight=np.array([c.weight for c in clauses], dtype=np.float64),
            sponsors=self._mask(draft.sponsors, "forums", name, "drafts", label, "sponsors"),
            dates=self._dates(draft, self.scenario.forums[name]),
            series=self._past(draft),
            kindred=self._kindred(label, draft),
        )

    def _dates(self, draft: files.Draft, forum: files.Forum) -> Mapping[str, date | None]:
        return {name: draft.dates.get(name, stage.date) for name, stage in forum.stages.items()}

    def _past(self, draft: files.Draft) -> Series | None:
        """What each actor did on the earlier texts of the series that a draft names."""
        if not draft.series:
            return None
        votes = self._votes
        known = [label for label in draft.series if label in votes.column]
        found = precedents.past(votes, known, self._coded)
        return self._series(votes, found) if found else None

    def _series(self, votes: record.Votes, past: precedents.Past) -> Series:
        change = np.array([past.change.get(issue, 0.0) for issue in self.issues])
        elsewhere = [v for issue, v in past.change.items() if issue not in self.issues]
        return Series(
            mean=self._on_axis(votes, past.mean),
            abstained=self._on_axis(votes, past.abstained) > 0,
            missed=self._on_axis(votes, past.missed) > 0,
            change=change,
            elsewhere=math.hypot(*elsewhere),
        )

    def _kindred(self, label: str, draft: files.Draft) -> Floats | None:
        """How far each actor favoured kindred texts; unknown where a scenario has no date."""
        date = self.scenario.date
        if date is None:
            return None
        votes = self._votes.before(date)
        texts = {k: t for k, t in self._coded.items() if t.date < date and t.known_by < date}
        own = (label, *draft.series)
        found = precedents.kindred(votes, date, self._change(draft), texts, own)
        return self._on_axis(votes, found)

    def _change(self, draft: files.Draft) -> dict[str, float]:
        """What a draft as tabled changes on each issue."""
        clauses = list(draft.clauses.values())
        issue = np.array([self.issues.index(c.issue) for c in clauses], dtype=np.int64)
        moved: dict[str, float] = {}
        weight = shares(issue, np.array([c.weight for c in clauses]))
        for clause, share in zip(clauses, weight.tolist(), strict=True):
            step = share * (clause.value - self.scenario.issues[clause.issue].status_quo) / FULL
            moved[clause.issue] = moved.get(clause.issue, 0.0) + step
        return moved

    @cached_property
    def _votes(self) -> record.Votes:
        return record.votes()

    @cached_property
    def _coded(self) -> dict[str, Text]:
        return {text.resolution: text for text in codings.codings()}

    def _on_axis(self, votes: record.Votes, values: npt.NDArray[Any]) -> Floats:
        """Put what is known of states on the axis of actors; 0 for the others."""
        found = np.zeros(len(self.actors))
        for state, value in zip(votes.states, values, strict=True):
            if state in self.slot:
                found[self.slot[state]] = value
        return found

    def _wrong(self, path: tuple[str, ...], problem: str) -> InputError:
        origin = self.scenario.where(*path)
        return InputError(Mistake(problem, origin.file, origin.line, ".".join(path)))

    # Who sits where, session by session

    def _opening(self, scenario: Scenario) -> Scene:
        everyone = np.ones(len(self.actors), dtype=bool)
        here = [(scenario.actors.get(i) or a) for i, a in self.scenario.actors.items()]
        present = np.array([a.present for a in here])
        return Scene(
            seated=np.array([i in scenario.actors for i in self.actors]),
            attending=present,
            speaking=present,
            insisting=everyone,
            capability=np.array([a.capability for a in here]) / FULL,
            parts={m.name: m.opening(self.scenario.sections, self.axes) for m in mechanisms()},
        )

    def _scenes(self, opening: Scene) -> tuple[Scene, ...]:
        scenes, scene = [], opening
        for session in range(1, self.scenario.sessions + 1):
            for event in (e for e in self.scenario.events if e.session == session and not e.may):
                for done in event.verbs:
                    scene = OWNERS[done.verb].done(scene, done, self.axes)
                for change in event.changes:
                    scene = OWNERS[change.path].set(scene, change, self.axes)
            scenes.append(scene)
        return tuple(scenes)


def rules_of(forum: files.Forum) -> Rules:
    """A preset with the forum's own overrides."""
    said = forum.overrides()
    said.pop("weights", None)
    rules = presets()[forum.rules]
    if (majority := said.pop("majority", None)) is not None:
        share, more_than = MAJORITIES.get(str(majority), (0.0, False))
        share = share or float(majority) / FULL
        rules = replace(
            rules, majority=share, more_than=more_than, vote=rules.vote or "present_and_voting"
        )
    for field in ("quorum", "restraint", "weight_share"):
        if field in said:
            said[field] /= FULL
    return replace(rules, **said)
