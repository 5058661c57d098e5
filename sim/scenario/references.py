"""What one part of a scenario says of another: groups, members, sponsors, issues, sessions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

from pydantic.fields import FieldInfo

from sim import countries, record
from sim.core.calendar import STEPS, Calendar, month, session_name
from sim.core.fields import (
    ALL_STATES,
    DEFAULT_ERROR,
    DEFAULT_POSITION,
    DEFAULT_SALIENCE,
    GIVEN,
    GROUP,
    NO_POSITION,
    UNKNOWN_ERROR,
    Part,
    Ref,
)
from sim.core.mechanism import Mechanism
from sim.core.outcome import Over
from sim.core.registry import OUTCOMES, PARAMETERS, drafting, mechanisms
from sim.core.registry import rules as presets
from sim.errors import InputError
from sim.forums.access import VOICE
from sim.scenario import dates, events, groups, worlds_table
from sim.scenario.events import Cast
from sim.scenario.files import shown
from sim.scenario.scenario import Event, Scenario
from sim.scenario.schema import (
    Actor,
    CoreFile,
    Draft,
    Forum,
    Outcome,
    Stage,
)
from sim.scenario.tables import ABOUT_ISSUE, Table
from sim.scenario.tree import Mistakes, Steps, Tree

Find = Callable[[Steps, str], Path | None]
BASES = {
    GIVEN: "given in the scenario or its table, which names no source",
    NO_POSITION: "no position is known: it is taken not to care",
}


@dataclass(frozen=True)
class Names:
    """The names a scenario uses, as written: what is misspelt elsewhere is not also missing."""

    issues: tuple[str, ...]
    actors: dict[str, tuple[str, ...]]  # with the issues on which each has a position
    forums: tuple[str, ...]
    drafts: dict[str, int]  # with how many clauses

    @classmethod
    def of(cls, tree: Tree) -> Names:
        """Collect the names before anything wrong is left out."""
        rooms = tree.keys("forums")
        drafts = {
            label: len(tree.keys("forums", room, "drafts", label, "clauses"))
            for room in rooms
            for label in tree.keys("forums", room, "drafts")
        }
        ids = tree.keys("actors", "and")
        actors = {id_: tree.keys("actors", "and", id_, "position") for id_ in ids}
        return cls(tree.keys("issues"), actors, rooms, drafts)


@dataclass
class _Look:
    """What a mechanism may look at to check its part, and where it notes what is wrong."""

    actors: Mapping[str, Actor]
    drafts: Mapping[str, Draft]
    members: Mapping[str, Sequence[str]]
    rooms: Mapping[str, str]
    shut: bool
    sessions: int
    mistakes: Mistakes
    known: Callable[[Steps, str], None]

    def actor(self, path: Sequence[str | int], id_: str) -> bool:
        self.known(tuple(path), id_)
        return id_ in self.actors

    def wrong(
        self,
        path: Sequence[str | int],
        problem: str,
        value: object = "",
        allowed: str = "",
        among: Iterable[str] = (),
    ) -> None:
        self.mistakes.add(tuple(path), problem, value=value, allowed=allowed, among=tuple(among))


def _access(forum: Forum) -> str:
    """Its rule of access; of rules that are not known, which is a mistake told elsewhere, open."""
    rules = presets().get(forum.rules)
    return forum.access or (rules.access if rules else "open")


def _annotated(field: FieldInfo) -> Any:
    """The type of a field with its marks, which pydantic keeps beside it."""
    marks = tuple(m for m in field.metadata if isinstance(m, Ref))
    return Annotated[field.annotation, *marks] if marks else field.annotation


def resolve(
    said: CoreFile,
    names: Names,
    table: Table,
    find: Find,
    mistakes: Mistakes,
    file: Path,
    settings: tuple[str, ...],
) -> Scenario:
    """Check every reference of a typed scenario and put ids in place of names."""
    return _Resolving(said, names, table, find, mistakes).scenario(file, settings)


def _timed(said: CoreFile) -> CoreFile:
    """With as many sessions as its calendar has, if that ends."""
    calendar = said.calendar
    if calendar is None or calendar.end is None:
        return said
    count = dates.sessions(calendar.start, calendar.end, calendar.step)
    return said.model_copy(update={"sessions": count})


class _Resolving:
    def __init__(
        self, said: CoreFile, names: Names, table: Table, find: Find, mistakes: Mistakes
    ) -> None:
        self.said, self.names, self.table, self.find = _timed(said), names, table, find
        self.mistakes = mistakes
        self.actors = dict(said.actors.and_)
        self.groups = groups.all_groups(said.groups, self.actors)
        self._keep_only()

    def scenario(self, file: Path, settings: tuple[str, ...]) -> Scenario:
        said = self.said
        self._check_sections()
        self._check_groups()
        self.actors = {id_: self._actor(id_, actor) for id_, actor in self.actors.items()}
        self._check_known()
        forums = {name: self._forum(name, forum) for name, forum in said.forums.items()}
        self._check_labels()
        self._check_parameters()
        drafts = {label: d for forum in forums.values() for label, d in forum.drafts.items()}
        seats = {d: forum.members for forum in forums.values() for d in forum.drafts}
        rooms = {label: name for name, forum in forums.items() for label in forum.drafts}
        shut = not any(VOICE[_access(forum)] for forum in forums.values())
        known, sessions = self._check_actor_id, said.sessions
        look = _Look(self.actors, drafts, seats, rooms, shut, sessions, self.mistakes, known)
        sections = self._sections(look)
        cast = Cast(said.issues, self.actors, self.groups, drafts, sections, said.sessions)
        return Scenario(
            name=file.stem,
            title=said.title,
            about=said.about,
            question=said.question,
            date=said.date,
            seed=said.seed,
            sessions=said.sessions,
            calendar=self._calendar(),
            sources=said.sources,
            issues=said.issues,
            groups={name: ids for name, ids in self.groups.items() if ids},
            actors=self.actors,
            forums=forums,
            events=self._events(cast, forums),
            parameters=said.parameters,
            worlds=self._worlds(said.worlds),
            observed={name: self._observed(name) for name in said.observed},
            record={label: self._record(label, forums) for label in said.record},
            sections=sections,
            bases=BASES | self.table.bases,
            settings=settings,
            covers=said.covers,
            file=file,
            origin=self.mistakes.tree,
        )

    # Who takes part

    def _keep_only(self) -> None:
        """Keep the tables' actors that ``only`` names, and all that the scenario itself writes."""
        if not self.said.actors.only:
            return
        wanted = {*self._members(("actors", "only"), self.said.actors.only), *self._written()}
        self.actors = {id_: actor for id_, actor in self.actors.items() if id_ in wanted}
        self.groups = groups.all_groups(self.said.groups, self.actors)

    def _written(self) -> set[str]:
        return set(self.actors) - set(self.table.actors)

    def _actor(self, id_: str, actor: Actor) -> Actor:
        """Complete an actor on every issue; one without a position does not care."""
        path = ("actors", "and", id_)
        self._check_actor(path, id_, actor)
        has = actor.position
        standard: dict[str, tuple[Any, Any]] = {  # where a position is known, and where none is
            "position": (DEFAULT_POSITION, DEFAULT_POSITION),
            "error": (DEFAULT_ERROR, UNKNOWN_ERROR),
            "basis": (GIVEN, NO_POSITION),
            "salience": (DEFAULT_SALIENCE, 0.0),
            "salience_error": (DEFAULT_ERROR, 0.0),
            "salience_basis": (GIVEN, NO_POSITION),
        }
        full: dict[str, Any] = {
            about: {
                issue: getattr(actor, about).get(issue, known) if issue in has else unknown
                for issue in self.said.issues
            }
            for about, (known, unknown) in standard.items()
        }
        return actor.model_copy(update={**full, "name": actor.name or countries.name(id_)})

    def _check_actor(self, path: Steps, id_: str, actor: Actor) -> None:
        if not _is_id(id_):
            problem = "is neither an id (letters, digits, - and _) nor the name of a country"
            self.mistakes.add(path, problem, value=id_, suggest=countries.near)
        if actor.kind != "state" and id_ in countries.names():
            problem = f"{id_} is the code of {countries.name(id_)}, which is a state"
            self.mistakes.add(path, problem, value=actor.kind, allowed="another id, or kind: state")
        for about in (*ABOUT_ISSUE, "position"):
            for issue in getattr(actor, about):
                self._check_issue((*path, about, issue), issue)
        for issue in actor.salience:
            if issue in self.names.issues and issue not in self.names.actors[id_]:
                problem = "has a salience here, and no position"
                self.mistakes.add((*path, "salience", issue), problem)
        cares = [actor.salience.get(issue, DEFAULT_SALIENCE) for issue in actor.position]
        if cares and not any(cares):
            problem = f"{id_} cares for no issue: its saliences are all zero"
            self.mistakes.add((*path, "salience"), problem)
        if actor.home and actor.home not in countries.names():
            self._check_actor_id((*path, "home"), actor.home)

    # Names of actors, groups and issues

    def _members(self, path: Steps, members: Sequence[str]) -> tuple[str, ...]:
        """Turn ids, groups and ``all states`` into ids, in the order written, each once."""
        found: dict[str, None] = {}
        named: set[str] = set()
        for place, item in enumerate(members):
            at = (*path, place)
            if item in named:
                self.mistakes.add(at, "is named twice", value=item)
            named.add(item)
            found |= dict.fromkeys(self._these(at, item))
        return tuple(found)

    def _these(self, path: Steps, item: str) -> Iterable[str]:
        if item == ALL_STATES:
            return (id_ for id_, actor in self.actors.items() if actor.kind == "state")
        if item.startswith(GROUP):
            return self._group(path, item.removeprefix(GROUP).strip())
        self._check_actor_id(path, item)
        return (item,) if item in self.actors else ()

    def _group(self, path: Steps, name: str) -> tuple[str, ...]:
        known = groups.find(name, self.groups)
        if not known:
            self.mistakes.add(path, "there is no such group", value=name, among=self.groups)
        return self.groups.get(known, ())

    def _check_actor_id(self, path: Steps, id_: str) -> None:
        own_row_is_wrong = id_ in self.names.actors and id_ not in self.said.actors.and_
        if id_ in self.actors or own_row_is_wrong or not self.table.whole:
            return
        problem = f"there is no such actor here{countries.about(id_)}"
        self.mistakes.add(path, problem, value=id_, suggest=self._near_actor)

    def _near_actor(self, id_: str) -> str:
        group = groups.find(id_, self.groups)
        return GROUP + group if group else countries.near_actor(id_, self.actors)

    def _check_issue(self, path: Steps, issue: str) -> None:
        if issue not in self.names.issues:
            known, problem = self.names.issues, "there is no such issue"
            allowed = ", ".join(known)
            self.mistakes.add(path, problem, value=issue, allowed=allowed, among=known)

    def _check_groups(self) -> None:
        for name, ids in self.said.groups.items():
            for place, id_ in enumerate(ids):
                if id_ not in countries.names():
                    self._check_actor_id(("groups", name, place), id_)

    # What mechanisms add

    def _sections(self, look: _Look) -> dict[str, Any]:
        """Look up every name in the sections of mechanisms, then let each check its own."""
        found = {
            name: self._looked_up((name,), section.type, getattr(self.said, name))
            for mechanism in mechanisms()
            for name, section in mechanism.scenario.items()
        }
        for mechanism in mechanisms() if self.table.whole else ():
            if mechanism.scenario:
                self._check_section(mechanism, found, look)
        return found

    def _check_section(self, mechanism: Mechanism, found: dict[str, Any], look: _Look) -> None:
        try:
            mechanism.check(found, look)
        except Exception:
            if not self.mistakes.found:  # else it may have stumbled over what is said already
                raise

    def _looked_up(self, path: Steps, kind: Any, value: Any) -> Any:
        """Put ids in place of the names that a value of this type holds, as its marks say."""
        ref = next((m for m in getattr(kind, "__metadata__", ()) if isinstance(m, Ref)), None)
        if ref is not None:
            return self._named(ref.what, path, value)
        origin, inside = get_origin(kind), get_args(kind)
        if origin is Annotated:
            return self._looked_up(path, inside[0], value)
        if isinstance(value, Part):
            return self._fields_looked_up(path, value)
        if isinstance(value, tuple | list) and inside:
            made = (self._looked_up((*path, n), inside[0], v) for n, v in enumerate(value))
            return type(value)(made)
        if isinstance(value, dict) and inside:
            key, item = inside
            return {
                self._looked_up((*path, k), key, k): self._looked_up((*path, k), item, v)
                for k, v in value.items()
            }
        return value

    def _fields_looked_up(self, path: Steps, part: Part) -> Part:
        return part.model_copy(
            update={
                name: self._looked_up(
                    (*path, field.alias or name), _annotated(field), getattr(part, name)
                )
                for name, field in type(part).model_fields.items()
            }
        )

    def _named(self, what: str, path: Steps, value: Any) -> Any:
        if value is None or value == "":
            return value
        if what == "actors":
            return self._members(path, value)
        if what == "actor":
            self._check_actor_id(path, value)
        elif what == "issue":
            self._check_issue(path, value)
        elif value not in self.names.drafts:
            known = self.names.drafts
            self.mistakes.add(path, "there is no such draft", value=value, among=known)
        return value

    def _check_belongs(self, path: Steps, id_: str, members: Iterable[str], problem: str) -> None:
        if id_ not in self.actors:
            self._check_actor_id(path, id_)
        elif id_ not in members:
            self.mistakes.add(path, problem, value=id_)

    def _check_weights(self, path: Steps, forum: Forum, members: Iterable[str]) -> None:
        for id_ in forum.weights or {}:
            self._check_belongs((*path, id_), id_, members, "has a weight and is no member")

    # Forums and drafts

    def _forum(self, name: str, forum: Forum) -> Forum:
        path = ("forums", name)
        self._check_rules((*path, "rules"), forum.rules)
        members = self._seats(path, forum)
        if self.names.actors and self.table.whole and not members:
            self.mistakes.add((*path, "members"), "the forum has no member")
        stages = forum.stages or {"decision": Stage(session=self.said.sessions)}
        self._check_stages((*path, "stages"), stages)
        self._check_opens((*path, "opens"), forum.opens, stages)
        self._check_drafting((*path, "drafting"), forum)
        self._check_silence((*path, "silence"), forum)
        self._check_weights((*path, "weights"), forum, members)
        drafts = {
            label: self._draft((*path, "drafts", label), draft, members, stages)
            for label, draft in forum.drafts.items()
        }
        vetoes = self._vetoes((*path, "vetoes"), forum.vetoes, members)
        made = {"members": members, "vetoes": vetoes, "stages": stages, "drafts": drafts}
        return forum.model_copy(update=made)

    def _seats(self, path: Steps, forum: Forum) -> tuple[str, ...]:
        """Who has a seat: as the scenario says, or by the rules, of whom only some may be here."""
        if "members" in forum.model_fields_set:
            return self._members((*path, "members"), forum.members)
        rules = presets().get(forum.rules)
        named = rules.members if rules else (ALL_STATES,)
        return tuple(dict.fromkeys(i for item in named for i in self._of_rules(item)))

    def _of_rules(self, item: str) -> Iterable[str]:
        if item.startswith(GROUP):
            return self.groups.get(item.removeprefix(GROUP), ())
        return self._these((), item) if item == ALL_STATES or item in self.actors else ()

    def _check_stages(self, path: Steps, stages: Mapping[str, Stage]) -> None:
        first: dict[int, str] = {}
        for stage, about in stages.items():
            at = (*path, stage, "session")
            self._check_session(at, about.session)
            if first.setdefault(about.session, stage) != stage:
                problem = f"stage {first[about.session]} is in that session too; a forum has one"
                self.mistakes.add(at, problem, value=about.session)

    def _check_opens(self, path: Steps, opens: int, stages: Mapping[str, Stage]) -> None:
        first = min((stage.session for stage in stages.values()), default=opens)
        if opens > first:
            problem = f"opens after its first decision, in session {first}"
            self.mistakes.add(path, problem, value=opens, allowed=f"1 to {first}")

    def _calendar(self) -> Calendar | None:
        said = self.said.calendar
        start = month(said.start) if said else None
        return Calendar(start, STEPS[said.step]) if said and start is not None else None

    def _check_drafting(self, path: Steps, forum: Forum) -> None:
        """Refuse a way of drafting that its mechanism says it cannot follow under these rules."""
        rules = presets().get(forum.rules)
        if rules is None or forum.drafting is None:
            return
        base = rules.vote or ("present_and_voting" if forum.majority is not None else "")
        under = replace(rules, vote=base)
        why = {m.drafting: m.drafts(under) for m in mechanisms() if m.drafting}
        if problem := why.get(forum.drafting):
            can = ", ".join(word for word in drafting() if not why.get(word))
            self.mistakes.add(path, problem, value=forum.drafting, allowed=can)

    def _check_silence(self, path: Steps, forum: Forum) -> None:
        """Refuse silence as a procedure where nothing is decided without a vote."""
        rules = presets().get(forum.rules)
        if forum.silence and rules is not None and not rules.consensus:
            problem = f"{forum.rules} does not seek consensus, and silence can adopt nothing there"
            self.mistakes.add(path, problem, value="yes", allowed="no")

    def _check_rules(self, path: Steps, rules: str) -> None:
        if rules not in presets():
            problem, allowed = "there are no such rules of procedure", ", ".join(presets())
            self.mistakes.add(path, problem, value=rules, allowed=allowed, among=presets())

    def _vetoes(
        self, path: Steps, said: Sequence[str] | None, members: Iterable[str]
    ) -> tuple[str, ...] | None:
        if said is None:
            return None
        found = self._members(path, said)
        for place, id_ in enumerate(found):
            self._check_belongs((*path, place), id_, members, "has a veto and is no member")
        return found

    def _draft(
        self, path: Steps, draft: Draft, members: tuple[str, ...], stages: Mapping[str, Stage]
    ) -> Draft:
        if not self.names.drafts[str(path[-1])]:
            self.mistakes.add((*path, "clauses"), "the draft has no clause")
        for label, clause in draft.clauses.items():
            self._check_issue((*path, "clauses", label, "issue"), clause.issue)
        sponsors = self._members((*path, "sponsors"), draft.sponsors)
        for place, id_ in enumerate(sponsors):
            problem = "sponsors the draft and is not a member of the forum"
            self._check_belongs((*path, "sponsors", place), id_, members, problem)
        for stage in draft.dates:
            self._check_stage((*path, "dates", stage), stage, stages)
        self._check_series((*path, "series"), draft.series)
        return draft.model_copy(update={"sponsors": sponsors})

    def _check_series(self, path: Steps, labels: Sequence[str]) -> None:
        """Refuse an earlier text that was voted on too late to be known."""
        date = self.said.date
        if not (labels and date):
            return
        votes = record.votes()
        for place, label in enumerate(labels):
            when = votes.dates[votes.column[label]] if label in votes.column else None
            if when and when >= date:
                problem = f"was voted on {when}, and this scenario may know nothing from {date} on"
                self.mistakes.add((*path, place), problem, value=label)

    def _check_stage(self, path: Steps, stage: str, stages: Mapping[str, Stage]) -> None:
        if stage not in stages:
            choices = ", ".join(stages)
            problem = "the forum has no such stage"
            self.mistakes.add(path, problem, value=stage, allowed=choices, among=stages)

    def _check_session(self, path: Steps, session: int) -> None:
        if session > self.said.sessions:
            problem = "is after the last session"
            self.mistakes.add(path, problem, value=session, allowed=f"1 to {self.said.sessions}")

    def _check_labels(self) -> None:
        seen: set[str] = set()
        for room, forum in self.said.forums.items():
            for label in forum.drafts:
                if label in seen:
                    problem = "a draft of this label is before another forum"
                    self.mistakes.add(("forums", room, "drafts", label), problem, value=label)
                seen.add(label)

    # The rest

    def _worlds(self, said: Path | None) -> Path | None:
        """Find the table of worlds and read it, so that what is wrong is said with the rest."""
        file = said and self.find(("worlds",), str(said))
        if file:
            self._try(("worlds",), lambda: worlds_table.read(file, shown(file)))
        return file or None

    def _try(self, path: Steps, reads: Callable[[], object]) -> None:
        try:
            reads()
        except InputError as error:
            self.mistakes.place(path, error)

    def _check_parameters(self) -> None:
        for name, value in self.said.parameters.items():
            path = ("parameters", name)
            known = PARAMETERS.get(name)
            if known is None:
                self.mistakes.add(path, "there is no such parameter", value=name, among=PARAMETERS)
            elif not known.low <= value <= known.high:
                allowed = f"{known.low:g} to {known.high:g}"
                self.mistakes.add(path, "is out of range", value=value, allowed=allowed)
            elif known.whole and value != int(value):
                self.mistakes.add(path, "is not a whole number", value=value)

    def _events(self, cast: Cast, forums: Mapping[str, Forum]) -> tuple[Event, ...]:
        for place, event in enumerate(self.said.events):
            self._check_session(("events", place, "session"), event.session)
        if not self.table.whole:
            return ()
        return events.resolve(self.said.events, cast, forums, self.mistakes)

    def _record(self, label: str, forums: Mapping[str, Forum]) -> dict[str, Outcome]:
        path, stages = ("record", label), self.said.record[label]
        if label not in self.names.drafts:
            known = self.names.drafts
            self.mistakes.add(path, "there is no such draft", value=label, among=known)
        forum = next((f for f in forums.values() if label in f.drafts), None)
        for stage in stages if forum else ():
            self._check_stage((*path, stage), stage, forum.stages if forum else {})
        return {stage: self._outcome((*path, stage), outcome) for stage, outcome in stages.items()}

    def _observed(self, name: str) -> dict[int, float]:
        """What was counted of an outcome over sessions, by session."""
        there = [o.name for o in OUTCOMES.values() if o.over is Over.SESSION]
        if name not in there:
            problem, allowed = "is no outcome over sessions", ", ".join(there)
            self.mistakes.add(("observed", name), problem, value=name, allowed=allowed, among=there)
        calendar, found = self._calendar(), dict[int, float]()
        names = {session_name(calendar, n): n for n in range(1, self.said.sessions + 1)}
        for when, value in self.said.observed[name].items():
            if when in names:
                found[names[when]] = value
            else:
                span = (
                    f"{session_name(calendar, 1)} to {session_name(calendar, self.said.sessions)}"
                )
                path, problem = ("observed", name, when), "there is no such session"
                self.mistakes.add(path, problem, value=when, allowed=span, among=names)
        return found

    def _outcome(self, path: Steps, outcome: Outcome) -> Outcome:
        dissociated = self._members((*path, "dissociated"), outcome.dissociated)
        votes = outcome.votes and self.find((*path, "votes"), str(outcome.votes))
        if votes:
            self._try((*path, "votes"), lambda: record.votes(votes).of(str(path[1])))
        return outcome.model_copy(update={"dissociated": dissociated, "votes": votes})

    def _check_known(self) -> None:
        """Refuse what was known only after the date: it would not be a hindcast."""
        date = self.said.date
        late = [i for i, a in self.actors.items() if date and a.known_by and a.known_by > date]
        if late:
            others = f" and {len(late) - 1} more" if len(late) > 1 else ""
            problem = f"{late[0]}'s data{others} were known only after the scenario's date, {date}"
            known = self.actors[late[0]].known_by
            self.mistakes.add(("actors", "and", late[0], "known_by"), problem, value=known)

    def _check_sections(self) -> None:
        without = "is missing, and nothing can be negotiated without it"
        for section, names in (("issues", self.names.issues), ("forums", self.names.forums)):
            if not names:
                self.mistakes.add((section,), without)
        if not self.names.actors and not self.said.actors.from_:
            self.mistakes.add(("actors",), without)


def _is_id(text: str) -> bool:
    whole = bool(text) and len(text) <= 40 and all(c.isalnum() or c in "-_" for c in text)
    return whole and not text.startswith("-")
