# ruff: noqa: E501 - cases stand one to a row
"""What one part of a scenario says of another."""

from __future__ import annotations

import pytest

from sim.scenario import load

from .conftest import SMALL, Change, Refused, Write, line_of

ROOM = "forums.room.drafts.73/27"


@pytest.mark.parametrize(
    ("old", "new", "field", "problem", "value", "suggestion"),
    [
        ("members: group EU", "members: group EUU", "blocs.EU.members.1", "no such group", "EUU", "EU"),
        ("members: group EU", "members: EU", "blocs.EU.members.1", "no such actor", "EU", "group EU"),
        ("members: group EU", "members: [FRA, Farnce]", "blocs.EU.members.2", "no such actor", "Farnce", "France"),
        ("members: group EU", "members: [FRA, France]", "blocs.EU.members.2", "named twice", "FRA", ""),
        ("cohesion: 60", "line: leader USA", "blocs.EU.line", "is no member", "USA", ""),
        ("cohesion: 60", "line: leader UAS", "blocs.EU.line", "no such actor", "UAS", "USA"),
        ("cohesion: 60", "line: medium", "blocs.EU.line", "finds its line", "medium", "median"),
        ("cohesion: 60", "weights: {USA: 3}", "blocs.EU.weights.USA", "is no member", "USA", ""),
        ("plenary: {session: 2}", "plenary: {session: 1}", "forums.room.stages.plenary.session", "in that session too", "1", ""),
        ("rules: un_general_assembly", "rules: consensus\n    drafting: sponsors", "forums.room.drafting", "take no vote", "sponsors", ""),
        ("rules: un_general_assembly", "rules: concensus", "forums.room.rules", "no such rules", "concensus", "consensus"),
        ("rules: un_general_assembly", "rules: consensus\n    vetoes: [ACME]", "forums.room.vetoes.1", "is no member", "ACME", ""),
        ("rules: un_general_assembly", "rules: consensus\n    weights: {ACME: 1}", "forums.room.weights.ACME", "is no member", "ACME", ""),
        ("plenary: {session: 2}", "plenary: {session: 3}", "forums.room.stages.plenary.session", "after the last", "3", ""),
        ("sponsors: [RUS]", "sponsors: [ACME]", f"{ROOM}.sponsors.1", "not a member", "ACME", ""),
        ("sponsors: [RUS]", "sponsors: [CHN]", f"{ROOM}.sponsors.1", "no such actor", "CHN", ""),
        ("sponsors: [RUS]", "sponsors: [RUS, Russia]", f"{ROOM}.sponsors.2", "named twice", "RUS", ""),
        ("sponsors: [RUS]", "dates: {plenery: 2018-12-05}", f"{ROOM}.dates.plenery", "no such stage", "plenery", "plenary"),
        ("issue: DATA", "issue: DTAA", f"{ROOM}.clauses.OP5.issue", "no such issue", "DTAA", "DATA"),
        ("DATA: 40}", "DTAA: 40}", "actors.and.FRA.position.DTAA", "no such issue", "DTAA", "DATA"),
        ("home: USA", "home: Untied States", "actors.and.ACME.home", "no such actor", "Untied States", "United States"),
        ("actor: USA", "actor: UAS", "red_lines.1.actor", "no such actor", "UAS", "USA"),
        ("USA, issue: SOV", "USA, issue: SVO", "red_lines.1.issue", "no such issue", "SVO", "SOV"),
        ("session: 2, set", "session: 3, set", "events.1.session", "after the last", "3", ""),
        ("FRA steps back", "FRA stepsback", "events.1.do.1", "not something an actor does", "FRA stepsback", "steps back"),
        ("FRA steps back", "Farnce absent", "events.1.do.1", "no such actor", "Farnce", "France"),
        ("USA.position.DATA: 20", "USA.office: 20", "events.1.set.USA.office", "cannot set this", "USA.office", ""),
        ("USA.position.DATA: 20", "USA.position.DTAA: 2", "events.1.set.USA.position.DTAA", "no 'DTAA'", "", "USA.position.DATA"),
        ("title: A", "parameters: {nois: 1}\ntitle: A", "parameters.nois", "no such parameter", "nois", "noise"),
        ("title: A", "parameters: {noise: 9}\ntitle: A", "parameters.noise", "out of range", "9", ""),
        ("title: A", "parameters: {curvature: 1.5}\ntitle: A", "parameters.curvature", "whole", "1.5", ""),
        ("title: A", "groups: {Us: [Farnce]}\ntitle: A", "groups.Us.1", "no such actor", "Farnce", "France"),
        ("title: A", "record: {73/28: {}}\ntitle: A", "record.73/28", "no such draft", "73/28", "73/27"),
        ("title: A", "record: {73/27: {end: {}}}\ntitle: A", "record.73/27.end", "no such stage", "end", ""),
        ("title: A", "record: {73/27: {plenary: {votes: v.csv}}}\ntitle: A", "record.73/27.plenary.votes", "no such file", "v.csv", ""),
        ("title: A", "worlds: w.csv\ntitle: A", "worlds", "no such file", "w.csv", ""),
        ("    USA: {p", "    a name: {kind: company}\n    USA: {p", "actors.and.a name", "neither an id", "a name", ""),
    ],
)  # fmt: skip
def test_a_name_that_leads_nowhere_is_found_with_the_nearest_right_one(
    refused: Refused,
    small: Change,
    old: str,
    new: str,
    field: str,
    problem: str,
    value: str,
    suggestion: str,
) -> None:
    [mistake] = refused(small(old, new))
    assert problem in mistake.problem
    assert mistake.field == field
    assert mistake.value.startswith(value)
    assert mistake.suggestion == suggestion
    assert mistake.line is not None


def test_an_actor_may_have_an_id_of_its_own(write: Write, small: Change) -> None:
    text = small("    USA: {p", "    Atlantis: {kind: state, position: {SOV: 1}}\n    USA: {p")
    assert "Atlantis" in load(write(text)).actors


def test_saliences_that_are_all_zero_are_refused(refused: Refused, small: Change) -> None:
    text = small("DATA: 95}, salience: {SOV: 90}", "DATA: 95}, salience: {SOV: 0, DATA: 0}")
    [mistake] = refused(text)
    assert "RUS cares for no issue" in mistake.problem
    assert mistake.line == line_of("RUS:", text)


def test_a_salience_without_a_position_is_refused(refused: Refused, small: Change) -> None:
    [mistake] = refused(small("position: {DATA: 5}", "position: {DATA: 5}, salience: {SOV: 9}"))
    assert (mistake.field, mistake.problem) == (
        "actors.and.ACME.salience.SOV",
        "has a salience here, and no position",
    )


def test_an_actor_named_twice_under_two_names_is_refused(refused: Refused, small: Change) -> None:
    text = small("    USA: {", "    United States: {position: {SOV: 1}}\n    USA: {")
    [mistake] = refused(text)
    assert (mistake.problem, mistake.value) == ("this actor is named twice", "USA")
    assert mistake.line == line_of("    USA:", text)


def test_a_draft_before_two_forums_is_refused(refused: Refused, small: Change) -> None:
    again = "  hall: {rules: consensus, drafts: {73/27: {clauses: {A: {issue: SOV, value: 1}}}}}\n"
    [mistake] = refused(small("red_lines:", again + "red_lines:"))
    assert mistake.field == "forums.hall.drafts.73/27"


def test_a_draft_without_clauses_and_a_forum_without_members_are_refused(
    refused: Refused, small: Change
) -> None:
    text = small("clauses: {OP1: {issue: SOV, value: 10}}", "clauses: {}")
    assert [m.problem for m in refused(text)] == ["the draft has no clause"]
    text = small("    rules:", "    members: group ASEAN\n    rules:").replace("[RUS]", "[]")
    assert "the forum has no member" in {m.problem for m in refused(text)}


def test_an_actor_without_a_position_is_complete_and_does_not_care(write: Write) -> None:
    acme = load(write()).actors["ACME"]
    assert (acme.position["SOV"], acme.salience["SOV"]) == (50, 0)
    assert (acme.error["SOV"], acme.basis["SOV"]) == (25, "none")
    assert (acme.salience["DATA"], acme.error["DATA"], acme.basis["DATA"]) == (30, 10, "given")


def test_a_forum_without_stages_decides_in_the_last_session(write: Write, small: Change) -> None:
    text = small("    stages: {committee: {session: 1}, plenary: {session: 2}}\n")
    text = text.replace("    stages: {committee: {session: 1}, plenary: {session: 2}}\n", "")
    stages = load(write(text)).forums["room"].stages
    assert {name: stage.session for name, stage in stages.items()} == {"decision": 2}


def test_members_may_be_groups_and_names_together(write: Write, small: Change) -> None:
    text = small("    rules:", "    members: [group EU, United States, RUS, group P5]\n    rules:")
    assert load(write(text)).forums["room"].members == ("FRA", "DEU", "USA", "RUS")


def test_files_of_the_record_are_found_beside_the_scenario(write: Write, small: Change) -> None:
    record = "record: {73/27: {plenary: {adopted: yes, votes: v.csv, dissociated: Iran}}}\n"
    text = small("title: A", record + "title: A").replace(", dissociated: Iran", "")
    there = load(write(text, v__csv="resolution,date,topic,iso3,vote\n73/27,2018-12-05,t,USA,N\n"))
    outcome = there.record["73/27"]["plenary"]
    assert outcome.adopted is True
    assert outcome.votes is not None
    assert outcome.votes.read_text().startswith("resolution")


def test_nothing_of_the_small_scenario_is_wrong(write: Write) -> None:
    assert load(write(SMALL)).sessions == 2


@pytest.mark.parametrize(
    ("rules", "seats"),
    [("nato", ["USA", "FRA", "DEU"]), ("g20", ["USA", "RUS", "FRA", "DEU"])],
)
def test_a_forum_has_the_members_of_its_rules_unless_the_scenario_says(
    write: Write, rules: str, seats: list[str]
) -> None:
    text = SMALL.replace("rules: un_general_assembly", f"rules: {rules}")
    text = text.replace("sponsors: [RUS]", "sponsors: [USA]")
    assert list(load(write(text)).forums["room"].members) == seats
    own = text.replace("rules:", "members: [USA, RUS]\n    rules:")
    assert list(load(write(own)).forums["room"].members) == ["USA", "RUS"]


def test_rules_none_of_whose_members_is_here_leave_an_empty_room(refused: Refused) -> None:
    text = SMALL.replace("rules: un_general_assembly", "rules: asean")
    assert "forums.room.members" in {m.field for m in refused(text)}
