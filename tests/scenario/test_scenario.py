"""A scenario as others read it: its actors, texts, places and digest."""

from __future__ import annotations

import pytest

from sim.errors import InputError
from sim.scenario import Scenario, load

from .conftest import SMALL, Write


def test_an_actor_is_found_by_code_or_name(scenario: Scenario) -> None:
    assert scenario.actor("United States") is scenario.actor("USA")
    with pytest.raises(InputError) as caught:
        scenario.actor("Untied States")
    assert caught.value.mistakes[0].suggestion == "United States"


def test_stances_give_everything_known_on_every_issue(scenario: Scenario) -> None:
    first, second = scenario.stances("Russia")
    assert first[:5] == ("SOV", 97, 90, 10, "given")
    assert second[:5] == ("DATA", 95, 30, 10, "given")
    assert "names no source" in first.source


def test_an_actors_own_source_is_its_source(write: Write) -> None:
    text = SMALL.replace("    ACME: {", "    ACME: {source: its own report, ")
    assert load(write(text)).stances("ACME")[1].source == "its own report"


def test_drafts_and_clauses_are_found_by_label(scenario: Scenario) -> None:
    assert list(scenario.drafts) == ["73/27", "L.60"]
    assert scenario.forum_of("L.60") == "room"
    assert [place.draft for place in scenario.clauses("OP3")] == ["73/27"]
    assert scenario.clauses("L.60.OP1")[0].clause.value == 10


@pytest.mark.parametrize(("name", "near"), [("73/72", "73/27"), ("nothing", "")])
def test_an_unknown_draft_is_an_input_error(scenario: Scenario, name: str, near: str) -> None:
    with pytest.raises(InputError) as caught:
        scenario.draft(name)
    assert caught.value.mistakes[0].suggestion == near


def test_an_unknown_clause_is_an_input_error(scenario: Scenario) -> None:
    with pytest.raises(InputError) as caught:
        scenario.clauses("73/27.OP33")
    assert caught.value.mistakes[0].suggestion == "73/27.OP3"


def test_the_digest_is_that_of_what_is_said_not_of_where(write: Write) -> None:
    digest = load(write()).digest()
    assert load(write(SMALL + "# a comment\n", "copy.yaml")).digest() == digest
    assert load(write(), ["USA.position.SOV=8"]).digest() == digest
    assert load(write(), ["USA.position.SOV=9"]).digest() != digest
    assert load(write(), ["USA=absent"]).digest() != digest


def test_the_digest_counts_the_files_a_scenario_names(write: Write) -> None:
    text = "worlds: w.csv\nrecord: {73/27: {plenary: {votes: v.csv}}}\n" + SMALL
    one = "resolution,date,topic,iso3,vote\n73/27,2018-12-05,t,USA,N\n"
    other = one.replace(",N", ",A")
    before = load(write(text, w__csv="draw\n1\n", v__csv=one)).digest()
    assert load(write(text, w__csv="draw\n1\n", v__csv=one)).digest() == before
    assert load(write(text, w__csv="draw\n2\n", v__csv=one)).digest() != before
    assert load(write(text, w__csv="draw\n1\n", v__csv=other)).digest() != before
