"""From a scenario to a setting: every name becomes a place on an axis, every 0-100 a 0-1."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sim import countries, record
from sim.core import worlds
from sim.core.parameters import PARAMETERS
from sim.core.setting import Bloc, Draft, Forum, Kind, RedLine, Scene, Setting, Shift, Worlds
from sim.errors import InputError, Mistake
from sim.forums.access import loudest
from sim.forums.presets import PRESETS
from sim.forums.rules import MAJORITIES, Rules
from sim.scenario import Scenario
from sim.scenario import schema as files
from sim.scenario.verbs import Verb

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
        InputError: a worlds file that cannot be used, or a vote later than the scenario's date.
    """
    return _Builder(scenario, base or scenario).build()


class _Builder:
    """Holds the axes while the parts of a setting are made one by one."""

    def __init__(self, scenario: Scenario, base: Scenario) -> None:
        self.scenario, self.base = scenario, base
        self.actors = tuple(scenario.actors)
        self.issues = tuple(scenario.issues)
        self.labels = tuple(scenario.drafts)
        self.slot = {actor: place for place, actor in enumerate(self.actors)}

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
            addresses=self._addresses()[0],
            names=tuple(a.name or i for i, a in s.actors.items()),
            kind=np.array([KINDS[a.kind] for a in s.actors.values()], dtype=np.int8),
            absence=np.array([a.absence for a in s.actors.values()]) / FULL,
            issues=self.issues,
            status_quo=np.array([i.status_quo for i in s.issues.values()]) / FULL,
            ties=self._ties(),
            forums=tuple(self._forum(name) for name in s.forums),
            drafts=drafts,
            blocs=tuple(self._bloc(name) for name in s.blocs),
            red_lines=tuple(self._red_line(line) for line in s.red_lines),
            scenes=self._scenes(opening),
            base_scene=opening if self.base is s else self._opening(self.base),
            base_access=loudest(map(self._openness, self.base.forums.values()), s.sessions),
            shifts=self._shifts(),
            resets=self._resets(),
            worlds=self._worlds(drafts),
        )

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
        actor_slots, issue_slots = self._addresses()
        at = (draws, actor_slots, issue_slots)
        error = self._matrix(self.scenario, "error")
        position = worlds.sample(self._matrix(self.scenario, "position"), error, *at)
        same = self.base is self.scenario
        before = (self._matrix(self.base, "position"), self._matrix(self.base, "error"))
        return Worlds(
            position=position,
            base=position if same else worlds.sample(*before, *at),
            salience=worlds.sample_saliences(self._matrix(self.scenario, "salience"), *at),
            parameters=parameters,
            values=tuple(
                worlds.sample_values(d.value, parameters["coding_error"], draws, place)
                for place, d in enumerate(drafts)
            ),
        )

    def _addresses(self) -> tuple[Ints, Ints]:
        """Give actors and issues their addresses: first what the base has, so that pairs agree."""
        states = sorted(countries.names())
        known = (*states, *(i for i in self.base.actors if i not in countries.names()))
        issues = dict.fromkeys((*worlds.ISSUES, *self.base.issues))
        return (
            worlds.slots(self.actors, known, worlds.SLOTS),
            worlds.slots(self.issues, tuple(issues), worlds.ISSUE_SLOTS - 1),
        )

    def _parameters(self) -> tuple[Ints, dict[str, Floats]]:
        s = self.scenario
        columns = (
            _worlds_file(s.worlds) if s.worlds else {"draw": np.arange(worlds.COUNT, dtype=float)}
        )
        draws = columns["draw"].astype(np.int64)
        drawn = worlds.draw_parameters(s.parameters, draws)
        kept = {k: v for k, v in columns.items() if k in PARAMETERS and k not in s.parameters}
        return draws, {**drawn, **kept}

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

    def _mask(self, ids: Iterable[str]) -> Bools:
        mask = np.zeros(len(self.actors), dtype=bool)
        mask[[self.slot[i] for i in ids if i in self.slot]] = True
        return mask

    def _forum(self, name: str) -> Forum:
        forum = self.scenario.forums[name]
        weights = np.zeros(len(self.actors))
        for actor, weight in (forum.weights or {}).items():
            weights[self.slot[actor]] = weight
        rules = rules_of(forum)
        members = self._mask(forum.members)
        if rules.weight_share and not (weights * members).sum():
            raise self._wrong(
                ("forums", name), "needs weights: its rules ask for a majority of them"
            )
        stages = {k: v.session for k, v in forum.stages.items()} or {
            DEFAULT_STAGE: self.scenario.sessions
        }
        return Forum(
            name=name,
            rules=rules,
            members=members,
            vetoes=self._mask(rules.vetoes),
            weights=weights,
            stages=dict(sorted(stages.items(), key=lambda stage: stage[1])),
            drafts=tuple(self.labels.index(label) for label in forum.drafts),
        )

    def _openness(self, forum: files.Forum) -> tuple[str, int]:
        last = max((s.session for s in forum.stages.values()), default=self.scenario.sessions)
        return rules_of(forum).access, last

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
            sponsors=self._mask(draft.sponsors),
            last_vote=self._last_vote(draft),
            dates=self._dates(draft, self.scenario.forums[name]),
        )

    def _dates(self, draft: files.Draft, forum: files.Forum) -> Mapping[str, date | None]:
        return {name: draft.dates.get(name, stage.date) for name, stage in forum.stages.items()}

    def _last_vote(self, draft: files.Draft) -> Floats:
        """What each state's vote on the series' last text says: see Votes.remembered."""
        last = np.zeros(len(self.actors))
        if not draft.series:
            return last
        votes = record.votes()
        when = (
            votes.dates[votes.column[draft.series[-1]]]
            if draft.series[-1] in votes.column
            else None
        )
        if self.scenario.date and when and when >= self.scenario.date:
            raise InputError(
                Mistake(
                    f"series: {draft.series[-1]} was voted on {when}, and this scenario may know "
                    f"nothing from {self.scenario.date} on",
                    self.scenario.shown,
                )
            )
        for state, vote in zip(votes.states, votes.remembered(draft.series[-1]), strict=True):
            if state in self.slot:
                last[self.slot[state]] = vote
        return last

    def _bloc(self, name: str) -> Bloc:
        bloc = self.scenario.blocs[name]
        weights = np.array(
            [bloc.weights.get(i, 1.0 if not bloc.weights else 0.0) for i in self.actors]
        )
        if bloc.leader:
            return Bloc(name, "leader", self.slot[bloc.leader])
        if bloc.line == "median":
            return Bloc(name, "median")
        return Bloc(name, "inner", rules=PRESETS[bloc.line], weights=weights)

    def _red_line(self, line: files.RedLine) -> RedLine:
        most = FULL if line.at_most is None else line.at_most
        least = 0.0 if line.at_least is None else line.at_least
        place = self.issues.index(line.issue)
        return RedLine(self.slot[line.actor], place, most / FULL, least / FULL, line.why)

    def _wrong(self, path: tuple[str, ...], problem: str) -> InputError:
        origin = self.scenario.where(*path)
        return InputError(Mistake(problem, origin.file, origin.line, ".".join(path)))

    # Who sits where, session by session

    def _opening(self, scenario: Scenario) -> Scene:
        everyone = np.ones(len(self.actors), dtype=bool)
        here = [(scenario.actors.get(i) or a) for i, a in self.scenario.actors.items()]
        present = np.array([a.present for a in here])
        listed = [b.members for b in self.scenario.blocs.values()]
        cohesion = [b.cohesion / FULL for b in self.scenario.blocs.values()]
        return Scene(
            seated=np.array([i in scenario.actors for i in self.actors]),
            attending=present,
            speaking=present,
            insisting=everyone,
            opposed=np.zeros((len(self.actors), len(self.labels)), dtype=bool),
            bloc=np.array([self._mask(m) & present for m in listed], dtype=bool).reshape(
                len(listed), len(self.actors)
            ),
            cohesion=np.array(cohesion, dtype=np.float64),
            capability=np.array([a.capability for a in here]) / FULL,
        )

    def _scenes(self, opening: Scene) -> tuple[Scene, ...]:
        scenes, scene = [], opening
        for session in range(1, self.scenario.sessions + 1):
            for event in (e for e in self.scenario.events if e.session == session):
                for verb in event.verbs:
                    scene = self._after(scene, verb)
                for change in event.changes:
                    scene = self._set(scene, change.what, change.name, change.value / FULL)
            scenes.append(scene)
        return tuple(scenes)

    def _after(self, scene: Scene, said: Verb) -> Scene:
        """The scene once an actor has done what sim.scenario.verbs says the verb means."""
        who = self._mask([said.actor])
        if said.verb == "opposes":
            drafts = np.array([said.object in ("", label) for label in self.labels])
            return replace(scene, opposed=scene.opposed | (who[:, None] & drafts))
        if said.verb == "leaves":
            row = np.array([name == said.object for name in self.scenario.blocs])
            return replace(scene, bloc=scene.bloc & ~(row[:, None] & who))
        quiet = replace(scene, speaking=scene.speaking & ~who)
        if said.verb == "steps back":
            return replace(quiet, insisting=scene.insisting & ~who)
        gone = replace(quiet, attending=scene.attending & ~who, bloc=scene.bloc & ~who)
        return replace(gone, seated=scene.seated & ~who) if said.verb == "withdraws" else gone

    def _set(self, scene: Scene, what: str, name: str, value: float) -> Scene:
        if what == "capability":
            return replace(scene, capability=np.where(self._mask([name]), value, scene.capability))
        if what == "cohesion":
            row = np.array([bloc == name for bloc in self.scenario.blocs])
            return replace(scene, cohesion=np.where(row, value, scene.cohesion))
        return scene

    def _shifts(self) -> dict[int, tuple[Shift, ...]]:
        """Events that set a position move every world's draw of it by the same amount."""
        now: dict[tuple[str, str, str], float] = {}
        shifts: dict[int, tuple[Shift, ...]] = {}
        for event in sorted(self.scenario.events, key=lambda e: e.session):
            for what, name, issue, value in event.changes:
                if what in ("position", "salience"):
                    written = getattr(self.scenario.actors[name], what).get(issue, 0.0)
                    by = (value - now.get((what, name, issue), written)) / FULL
                    now[what, name, issue] = value
                    shift = Shift(what, self.slot[name], self.issues.index(issue), by)
                    shifts[event.session] = (*shifts.get(event.session, ()), shift)
        return shifts

    def _resets(self) -> dict[int, tuple[tuple[int, float], ...]]:
        resets: dict[int, tuple[tuple[int, float], ...]] = {}
        for event in self.scenario.events:
            for what, name, _, value in event.changes:
                if what == "status_quo":
                    reset = (self.issues.index(name), value / FULL)
                    resets[event.session] = (*resets.get(event.session, ()), reset)
        return resets


def rules_of(forum: files.Forum) -> Rules:
    """A preset with the forum's own overrides."""
    said = forum.overrides()
    said.pop("weights", None)
    rules = PRESETS[forum.rules]
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


def _worlds_file(file: Path) -> dict[str, Floats]:
    """Read a table of admissible worlds; kept, since a sweep asks for it at every point."""
    about = file.stat()
    return _read_worlds(file.resolve(), (about.st_mtime_ns, about.st_size))


@lru_cache(maxsize=2)
def _read_worlds(file: Path, _version: tuple[int, int]) -> dict[str, Floats]:
    """Read a table of admissible worlds: columns draw and parameters, a row a world."""
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    wanted = [c for c in (rows[0] if rows else {}) if c == "draw" or c in PARAMETERS]
    if "draw" not in wanted:
        raise InputError(
            Mistake("a table of worlds needs a column draw and at least one row", str(file))
        )
    return {
        column: np.array([_number(file, i, row, column) for i, row in enumerate(rows)])
        for column in wanted
    }


def _number(file: Path, place: int, row: Mapping[str, str], column: str) -> float:
    try:
        value = float(row[column])
    except (TypeError, ValueError):
        value = np.nan
    limits = PARAMETERS.get(column)
    if not np.isfinite(value):
        raise InputError(
            Mistake(
                f"world {place + 1} is not a number",
                str(file),
                field=column,
                value=str(row[column]),
            )
        )
    if limits and limits.whole and not limits.low <= value <= limits.high:
        allowed = f"{limits.low:g} to {limits.high:g}"
        raise InputError(
            Mistake(
                f"world {place + 1} is out of range", str(file), None, column, str(value), allowed
            )
        )
    return value
