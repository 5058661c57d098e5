"""A draft or a clause: its words, where it would move its issue, and who gains by that."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario import Scenario
from sim.scenario.scenario import Place
from sim.scenario.schema import Draft
from sim.show import words
from sim.show.sheets.page import Told, indented, named, near_words, paragraph


def texts(scenario: Scenario, head: list[str], places: list[Place]) -> Told:
    """Describe clauses, after what is said of their draft."""
    lines, found = list(head), []
    for place in places:
        stands = sides(scenario, place)
        lines += ["", *_clause(scenario, place, stands)]
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


def draft_lines(scenario: Scenario, label: str) -> Iterator[str]:
    """Say what a draft is, who tables it, and its clauses."""
    draft = scenario.drafts[label]
    yield draft.title or label
    yield f"tabled by: {named(scenario, draft.sponsors) or 'nobody named'}"
    if draft.series:
        yield f"follows {words.both(draft.series)}"
    yield from _clauses(scenario, draft)


def _clauses(scenario: Scenario, draft: Draft) -> Iterator[str]:
    for name, clause in draft.clauses.items():
        before = scenario.issues[clause.issue].status_quo
        yield f"  {name}: {clause.issue} {clause.value:g} (status quo {before:g}): {clause.words}"


def places(scenario: Scenario) -> Iterator[Place]:
    """Find every clause with the draft it stands in."""
    for label, draft in scenario.drafts.items():
        for name, clause in draft.clauses.items():
            yield Place(label, name, clause)


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


def _clause(scenario: Scenario, place: Place, stands: dict[str, list[str]]) -> Iterator[str]:
    clause, issue = place.clause, scenario.issues[place.clause.issue]
    yield from paragraph(f"{place.draft} {place.label}: {clause.words}")
    yield from indented(f"{clause.issue} {clause.value:g}, near {near_words(issue, clause.value)}")
    yield from indented(
        f"status quo {issue.status_quo:g}, near {near_words(issue, issue.status_quo)}"
    )
    for side, meaning in (
        ("for", "nearer to it than to the status quo"),
        ("against", "nearer to the status quo"),
        ("between", "too near the middle to tell"),
    ):
        ids = stands[side]
        yield from indented(f"{len(ids)} {meaning}{': ' if ids else ''}{named(scenario, ids)}")
