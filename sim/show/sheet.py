"""What a scenario says, to be read: the whole, one delegation, or one draft or clause."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sim.build import rules_of
from sim.errors import InputError, Mistake
from sim.forums.rules import Rules
from sim.parameters import PARAMETERS
from sim.scenario import Scenario, countries
from sim.scenario.near import near
from sim.scenario.scenario import Place, Stance
from sim.scenario.schema import Actor, Draft, Forum, Issue, RedLine
from sim.show import words

WIDE = 80
STANCE = (9, 9, 7, 10)  # widths of an actor's table
AS_DATA = (
    *("name", "title", "about", "question", "date", "seed", "sessions", "sources", "issues"),
    *("blocs", "forums", "red_lines", "events", "parameters", "record"),
)
NAMED = 8  # actors named before the rest is counted


@dataclass(frozen=True)
class Told:
    """The same thing to read and as data (positions 0-100)."""

    lines: list[str]
    data: dict[str, Any]


def of(scenario: Scenario, what: str | None = None) -> Told:
    """Describe a scenario, or the actor, draft or clause in it that ``what`` names.

    Raises:
        InputError: there is nothing of this name; the nearest right word is given.
    """
    if what is None:
        return Told(list(_whole(scenario)), _data(scenario))
    if what in scenario.drafts:
        places = [p for p in _places(scenario) if p.draft == what]
        return _texts(scenario, list(_draft(scenario, what)), places)
    places = [p for p in _places(scenario) if what in (p.label, f"{p.draft}.{p.label}")]
    if places:
        return _texts(scenario, [], places)
    actor = what if what in scenario.actors else countries.code(what)
    if actor in scenario.actors:
        return _delegation(scenario, str(actor))
    raise InputError(_unknown(scenario, what))


def _places(scenario: Scenario) -> Iterator[Place]:
    for label, draft in scenario.drafts.items():
        for name, clause in draft.clauses.items():
            yield Place(label, name, clause)


def _unknown(scenario: Scenario, what: str) -> Mistake:
    clauses = [f"{p.draft}.{p.label}" for p in _places(scenario)]
    labels = [p.label for p in _places(scenario)]
    close = near(what, [*scenario.drafts, *clauses, *labels, *scenario.actors]) or countries.near(
        what
    )
    problem = "there is no actor, draft or clause of this name here"
    return Mistake(problem, scenario.shown, value=what, suggestion=close)


# The whole


def _whole(scenario: Scenario) -> Iterator[str]:
    yield scenario.title
    yield from _paragraph(scenario.about)
    if scenario.question:
        yield from _paragraph(scenario.question)
    date = f"data before {scenario.date}, " if scenario.date else ""
    yield f"{date}{scenario.sessions} sessions, seed {scenario.seed}"
    yield from _headed(
        "Issues, 0 to 100", (line for i in scenario.issues.items() for line in _issue(*i))
    )
    for name, forum in scenario.forums.items():
        yield from _headed(f"Forum {name}", _forum(scenario, forum))
        for label in forum.drafts:
            yield from _headed(f"Draft {label}", _draft(scenario, label))
    yield from _headed("Actors", _actors(scenario))
    yield from _headed("Blocs", _blocs(scenario))
    yield from _headed("Red lines", (_red_line(scenario, line) for line in scenario.red_lines))
    yield from _headed("Events", _events(scenario))
    yield from _headed("Parameters set", _parameters(scenario))
    yield from _headed("Record", _record(scenario))
    yield from _headed("Sources", scenario.sources)


def _headed(title: str, lines: Iterable[str]) -> Iterator[str]:
    found = list(lines)
    if found:
        yield ""
        yield title
        for line in found:
            yield from _indented(line)


def _indented(line: str) -> list[str]:
    depth = 2 + len(line) - len(line.lstrip())
    return textwrap.wrap(
        line.strip(),
        WIDE,
        initial_indent=" " * depth,
        subsequent_indent=" " * (depth + 2),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _paragraph(text: str) -> list[str]:
    return textwrap.wrap(" ".join(text.split()), WIDE)


def _issue(code: str, issue: Issue) -> Iterator[str]:
    yield f"{code}, status quo {issue.status_quo:g}"
    scale = {0: issue.low, **dict(sorted(issue.words.items())), 100: issue.high}
    yield from (f"  {value:>3}  {said}" for value, said in scale.items())


def _forum(scenario: Scenario, forum: Forum) -> Iterator[str]:
    rules = rules_of(forum)
    yield f"{rules.title}: {in_words(rules)}"
    yield f"rules: {rules.source}"
    yield f"members: {_named(scenario, forum.members)}"
    stages = forum.stages.items()
    if stages:
        yield "decides: " + "; ".join(
            f"{name} in session {s.session}{f', {s.date}' if s.date else ''}" for name, s in stages
        )


def in_words(rules: Rules) -> str:
    """Say how a forum decides."""
    said = ["by consensus, that is unless somebody blocks"] if rules.consensus else []
    if rules.vote:
        said.append(("failing that " if said else "") + _vote(rules))
    parts = ["; ".join(said) or "never decides"]
    if rules.weight_share:
        parts.append(f"with {rules.weight_share:.0%} of the members' weights")
    if rules.vetoes:
        parts.append(f"{words.both(rules.vetoes)} may veto")
    if rules.quorum:
        parts.append(f"quorum {rules.quorum:.0%} of members")
    parts.append(f"access of others {rules.access}")
    parts.append(
        {
            "as_tabled": "texts as tabled",
            "sponsors": "sponsors redraft",
            "chair": "the chair drafts",
        }[rules.drafting]
    )
    return ", ".join(parts)


def _vote(rules: Rules) -> str:
    of = "all members" if rules.vote == "members" else "those present and voting"
    share = next(
        (w for w, s in (("two thirds", 2 / 3), ("half", 0.5)) if abs(s - rules.majority) < 1e-9), ""
    )
    least = "more than " if rules.more_than else "at least "
    return f"by vote, {least}{share or f'{rules.majority:.0%}'} of {of} in favour"


def _draft(scenario: Scenario, label: str) -> Iterator[str]:
    draft = scenario.drafts[label]
    yield draft.title or label
    yield f"tabled by: {_named(scenario, draft.sponsors) or 'nobody named'}"
    if draft.series:
        yield f"follows {words.both(draft.series)}"
    yield from _clauses(scenario, draft)


def _clauses(scenario: Scenario, draft: Draft) -> Iterator[str]:
    for name, clause in draft.clauses.items():
        before = scenario.issues[clause.issue].status_quo
        yield f"  {name}: {clause.issue} {clause.value:g} (status quo {before:g}): {clause.words}"


def _actors(scenario: Scenario) -> Iterator[str]:
    for kind in ("state", "company", "civil_society"):
        ids = [i for i, a in scenario.actors.items() if a.kind == kind]
        if ids:
            many = {"state": "states", "company": "companies", "civil_society": "civil society"}[
                kind
            ]
            yield f"{len(ids)} {many}: {_named(scenario, ids)}"


def _blocs(scenario: Scenario) -> Iterator[str]:
    for name, bloc in scenario.blocs.items():
        members = _named(scenario, bloc.members)
        yield f"{name}, cohesion {bloc.cohesion:g}, line {bloc.line}: {members}"


def _red_line(scenario: Scenario, line: RedLine) -> str:
    limit = (
        f"at most {line.at_most:g}" if line.at_most is not None else f"at least {line.at_least:g}"
    )
    why = "; ".join(said for said in (line.why, line.source) if said)
    return f"{_name(scenario, line.actor)}: {line.issue} {limit}{f' ({why})' if why else ''}"


def _events(scenario: Scenario) -> Iterator[str]:
    for event in scenario.events:
        said = [
            f"{c.name} {c.what} {c.issue} to {c.value:g}".replace("  ", " ") for c in event.changes
        ]
        said += [f"{v.actor} {v.verb} {v.object}".strip() for v in event.verbs]
        yield f"session {event.session}: {words.both(said)}{f' ({event.why})' if event.why else ''}"


def _parameters(scenario: Scenario) -> Iterator[str]:
    for name, value in scenario.parameters.items():
        yield f"{name} {value:g}: {PARAMETERS[name].meaning}"
    if scenario.worlds:
        yield f"others as in the worlds of {scenario.worlds.name}"


def _record(scenario: Scenario) -> Iterator[str]:
    for draft, stages in scenario.record.items():
        for stage, outcome in stages.items():
            counts = [(words.COUNT[n], getattr(outcome, n)) for n in list(words.COUNT)[:4]]
            said = [f"{number} {word}" for word, number in counts if number is not None]
            fate = {True: ["adopted"], False: ["not adopted"], None: []}[outcome.adopted]
            away = (
                [f"{_named(scenario, outcome.dissociated)} dissociating"]
                if outcome.dissociated
                else []
            )
            yield f"{draft} {stage}: {', '.join(fate + said + away)}"


def _name(scenario: Scenario, actor: str) -> str:
    return words.called(actor, scenario.actors[actor].name)


def _named(scenario: Scenario, ids: Iterable[str]) -> str:
    return words.some([_name(scenario, i) for i in ids], NAMED)


def _data(scenario: Scenario) -> dict[str, Any]:
    from pydantic_core import to_jsonable_python

    said = {name: getattr(scenario, name) for name in AS_DATA} | {"actors": list(scenario.actors)}
    made: dict[str, Any] = to_jsonable_python(said, serialize_unknown=True)
    return made


# One delegation


def _delegation(scenario: Scenario, actor: str) -> Told:
    about = scenario.actors[actor]
    stances = scenario.stances(actor)
    groups = [g for g, members in scenario.groups.items() if actor in members]
    data = {
        "id": actor,
        "name": about.name or countries.name(actor),
        "kind": about.kind,
        "groups": groups,
        "capability": about.capability,
        "absence": about.absence,
        "positions": [s._asdict() for s in stances],
    }
    return Told(list(_delegation_lines(scenario, actor, about, groups, stances)), data)


def _delegation_lines(
    scenario: Scenario, actor: str, about: Actor, groups: list[str], stances: Iterable[Stance]
) -> Iterator[str]:
    yield f"{about.name or countries.name(actor)} ({actor}), {about.kind.replace('_', ' ')}"
    yield f"capability {about.capability:g}, misses {about.absence:g}% of votes"
    if groups:
        yield from textwrap.wrap(f"in {words.both(groups)}", WIDE)
    tabled = [label for label, d in scenario.drafts.items() if actor in d.sponsors]
    if tabled:
        yield f"tables {words.both(tabled)}"
    yield ""
    yield words.columns(STANCE, "issue", "position", "error", "salience") + "  near to"
    sources: dict[str, str] = {}
    for stance in stances:
        sources.setdefault(stance.basis, stance.source)
        said = near_words(scenario.issues[stance.issue], stance.position)
        numbers = (f"{n:.0f}" for n in (stance.position, stance.error, stance.salience))
        yield words.short(f"{words.columns(STANCE, stance.issue, *numbers)}  {said}", WIDE)
    yield from _headed(
        "How positions are known (error is a standard deviation)", _bases(stances, sources)
    )
    yield from _headed(
        "Red lines", (_red_line(scenario, r) for r in scenario.red_lines if r.actor == actor)
    )


def _bases(stances: Iterable[Stance], sources: dict[str, str]) -> Iterator[str]:
    for basis, source in sources.items():
        issues = [s.issue for s in stances if s.basis == basis]
        yield f"{basis} ({', '.join(issues)}): {source or 'no source is given'}"


def near_words(issue: Issue, value: float) -> str:
    """The words that stand nearest to a value on an issue's scale."""
    scale = {0: issue.low, **issue.words, 100: issue.high}
    nearest = min(scale, key=lambda point: (abs(point - value), point))
    return f"{nearest}: {scale[nearest]}"


# Drafts and clauses


def _texts(scenario: Scenario, head: list[str], places: list[Place]) -> Told:
    lines, found = list(head), []
    for place in places:
        stands = sides(scenario, place)
        lines += ["", *_clause_lines(scenario, place, stands)]
        found.append(
            {
                "draft": place.draft,
                "clause": place.label,
                **place.clause.model_dump(mode="json"),
                "status_quo": scenario.issues[place.clause.issue].status_quo,
                **stands,
            }
        )
    return Told(lines if head else lines[1:], {"clauses": found})


def sides(scenario: Scenario, place: Place) -> dict[str, list[str]]:
    """Who is nearer to the clause than to the status quo, who is farther, and who stands between.

    Only members of the forum count; those that care most lead. "Between" are those within one
    standard deviation of the point where clause and status quo are as near.
    """
    issue, value = place.clause.issue, place.clause.value
    before = scenario.issues[issue].status_quo
    middle, up = (value + before) / 2, value >= before
    members = scenario.forums[scenario.forum_of(place.draft)].members
    found: dict[str, list[str]] = {"for": [], "against": [], "between": []}
    for actor in sorted(members, key=lambda i: -scenario.actors[i].salience[issue]):
        about = scenario.actors[actor]
        lead = (about.position[issue] - middle) * (1 if up else -1)
        unsure = abs(lead) <= about.error[issue] or value == before
        found["between" if unsure else "for" if lead > 0 else "against"].append(actor)
    return found


def _clause_lines(scenario: Scenario, place: Place, stands: dict[str, list[str]]) -> Iterator[str]:
    clause, issue = place.clause, scenario.issues[place.clause.issue]
    yield from _paragraph(f"{place.draft} {place.label}: {clause.words}")
    yield from _indented(f"{clause.issue} {clause.value:g}, near {near_words(issue, clause.value)}")
    yield from _indented(
        f"status quo {issue.status_quo:g}, near {near_words(issue, issue.status_quo)}"
    )
    for side, meaning in (
        ("for", "nearer to it than to the status quo"),
        ("against", "nearer to the status quo"),
        ("between", "too near the middle to tell"),
    ):
        ids = stands[side]
        yield from _indented(f"{len(ids)} {meaning}{': ' if ids else ''}{_named(scenario, ids)}")
