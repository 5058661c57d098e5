"""What a scenario says, to be read: names understood, scales in words, sides told."""

from __future__ import annotations

from pathlib import Path

import pytest
from small import VOTE, write

from sim.build import rules_of
from sim.errors import InputError
from sim.forums.presets import PRESETS
from sim.scenario import Scenario, load
from sim.show.sheets import of
from sim.show.sheets.clauses import sides
from sim.show.sheets.page import near_words
from sim.show.sheets.rules import in_words

RICH = (
    VOTE
    + """\
red_lines: [{actor: USA, issue: SOV, at_most: 80, why: said in 2018}]
events: [{session: 2, set: {USA.position.DATA: 20}, do: FRA steps back, why: a visit}]
parameters: {insistence: 0.3}
"""
)


@pytest.fixture
def scenario(tmp_path: Path) -> Scenario:
    return load(write(tmp_path, RICH))


def test_the_whole_leaves_no_part_out(scenario: Scenario) -> None:
    told = "\n".join(of(scenario).lines)
    for part in (
        "100  governed",
        "Forum room",
        "committee in session 1; plenary in session 2",
        "tabled by: Russian Federation",
        "OP3: SOV 70 (status quo 40): sovereignty applies",
        "6 states",
        "1 companies: Acme",
        "EU, cohesion 60, line median: France and Germany",
        "United States of America: SOV at most 80 (said in 2018)",
        "session 2: USA.position.DATA to 20 and FRA steps back (a visit)",
        "insistence 0.3: share of what it asked for",
        "73/27 plenary: adopted, 4 in favour, 1 against, 1 abstaining",
    ):
        assert part in told, told


def test_what_a_group_does_is_told_once(tmp_path: Path) -> None:
    event = "events: [{session: 1, do: [EU opposes 73/27, IND absent, USA opposes 73/27]}]\n"
    told = "\n".join(of(load(write(tmp_path, VOTE + event))).lines)
    assert "session 1: FRA, DEU, USA opposes 73/27 and IND absent" in told


@pytest.mark.parametrize("name", ["RUS", "Russia", "russian federation"])
def test_a_delegation_by_any_of_its_names(scenario: Scenario, name: str) -> None:
    told = of(scenario, name)
    assert told.data["id"] == "RUS"
    assert "tables 73/27" in told.lines
    (sov,) = [p for p in told.data["positions"] if p["issue"] == "SOV"]
    assert (sov["position"], sov["error"], sov["source"]) == (97.0, 10.0, "a speech of 2017")


def test_a_delegation_tells_how_much_it_cares_how_surely_and_how_that_is_known(
    tmp_path: Path,
) -> None:
    table = (
        "# basis acts: what it did\n# basis votes: how it voted\n"
        "id,name,kind,SOV,SOV_error,SOV_basis,SOV_salience,SOV_salience_error,SOV_salience_basis,DATA\n"
        "KEN,Kenya,state,55,9,votes,42,17,acts,50\n"
    )
    (tmp_path / "t.csv").write_text(table)
    told = of(
        load(write(tmp_path, VOTE.replace("actors:\n", "actors:\n  from: t.csv\n", 1))), "KEN"
    )
    (sov,) = [p for p in told.data["positions"] if p["issue"] == "SOV"]
    assert (sov["salience"], sov["salience_error"], sov["salience_source"]) == (
        42,
        17,
        "what it did",
    )
    text = "\n".join(told.lines)
    assert "SOV             55      9        42     17" in text
    after = text.partition("How saliences are known")[2]
    assert "acts (SOV): what it did" in after
    assert "votes (SOV): how it voted" not in after
    assert "given (DATA)" in after


def test_those_who_gain_by_a_clause_stand_nearer_to_it(scenario: Scenario) -> None:
    (place,) = scenario.clauses("73/27.OP3")  # value 70, status quo 40: the middle is 55
    found = sides(scenario, place)
    assert found["for"] == ["RUS"]
    assert set(found["between"]) == {"BRA", "IND"}  # within an error of 10
    assert set(found["against"]) == {"USA", "FRA", "DEU"}
    assert "ACME" not in {actor for side in found.values() for actor in side}


def test_a_text_below_the_status_quo_is_read_downwards(scenario: Scenario) -> None:
    (place,) = scenario.clauses("L.60.OP1")
    found = sides(scenario, place)
    assert "USA" in found["for"]
    assert "RUS" in found["against"]


def test_the_nearest_words_include_the_poles(scenario: Scenario) -> None:
    issue = scenario.issues["SOV"]
    assert near_words(issue, 3) == "0: open"
    assert near_words(issue, 60) == "50: half"
    assert near_words(issue, 99) == "100: governed"


def test_a_wrong_name_is_answered_with_the_nearest(scenario: Scenario) -> None:
    for wrong, right in (("73/72", "73/27"), ("OP33", "OP3"), ("Germny", "DEU"), ("ACNE", "ACME")):
        with pytest.raises(InputError) as caught:
            of(scenario, wrong)
        assert right in str(caught.value) or "Germany" in str(caught.value)


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_has_its_rules_in_words(preset: str) -> None:
    said = in_words(PRESETS[preset])
    assert "consensus" in said or "by vote" in said
    assert ("may veto" in said) == bool(PRESETS[preset].vetoes)


def test_rules_in_words() -> None:
    assert in_words(PRESETS["ad_hoc_committee"]).startswith(
        "by consensus, that is unless somebody blocks; failing that by vote, at least two thirds of"
        " those present and voting in favour"
    )
    assert "at least 55% of all members in favour" in in_words(PRESETS["double_majority"])


def test_overrides_are_in_the_words(tmp_path: Path) -> None:
    text = VOTE.replace("    stages:", "    majority: two_thirds\n    stages:")
    forum = load(write(tmp_path, text)).forums["room"]
    assert "at least two thirds" in in_words(rules_of(forum))
