"""--set: any path of the file, its shorthands, and the nearest right path for a wrong one."""

from __future__ import annotations

import math
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.core.happenings import Change, Done
from sim.errors import InputError, Mistake
from sim.scenario import Scenario, load
from sim.scenario.settings import change

from .conftest import SMALL, Refused, Write

Percent = st.floats(0, 100, allow_nan=False)
FIXTURES = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)


def with_(write: Write, *said: str) -> Scenario:
    return load(write(), said)


@pytest.mark.parametrize("head", ["USA", "United States", "actors.USA", "actors.and.USA", "U.S."])
def test_an_actors_field_is_set_under_any_of_its_names(write: Write, head: str) -> None:
    there = with_(write, f"{head}.position.DATA=33")
    assert there.actors["USA"].position == {"SOV": 8, "DATA": 33}
    assert there.where("actors", "and", "USA", "position", "DATA").file == "--set"


def test_a_clause_a_draft_and_a_rule_are_set(write: Write) -> None:
    there = with_(
        write,
        "drafts.73/27.OP3=55",
        "drafts.73/27.OP5.weight=2",
        "drafts.L.60.OP1=12",
        "drafts.L.60.sponsors=[DEU, France]",
        "drafts.L.60.OP2={issue: DATA, value: 3}",
        "forums.room.majority=two_thirds",
        "forums.room.drafts.73/27.clauses.OP5.value=1",
    )
    assert there.draft("73/27").clauses["OP3"].value == 55
    assert (
        there.draft("73/27").clauses["OP5"].weight,
        there.draft("73/27").clauses["OP5"].value,
    ) == (2, 1)
    assert there.draft("L.60").sponsors == ("DEU", "FRA")
    assert {label: c.value for label, c in there.draft("L.60").clauses.items()} == {
        "OP1": 12,
        "OP2": 3,
    }
    assert there.forums["room"].overrides() == {"majority": "two_thirds"}


def test_null_takes_a_thing_away(write: Write) -> None:
    there = with_(
        write, "drafts.73/27.OP5=null", "drafts.L.60=null", "red_lines=[]", "blocs.EU=null"
    )
    assert list(there.drafts) == ["73/27"]
    assert list(there.draft("73/27").clauses) == ["OP3"]
    assert (there.sections["red_lines"], there.sections["blocs"]) == ((), {})


@pytest.mark.parametrize("path", ["drafts.73/27", "forums.room.drafts.73/27"])
def test_the_record_of_a_draft_goes_with_it(write: Write, path: str) -> None:
    record = "record: {73/27: {plenary: {adopted: true}}, L.60: {plenary: {adopted: false}}}\n"
    file = write(SMALL + record)
    assert list(load(file).record) == ["73/27", "L.60"]
    assert list(load(file, [f"{path}=null"]).record) == ["L.60"]


def test_items_of_lists_are_counted_from_one(write: Write) -> None:
    there = with_(write, "red_lines.1.at_most=70", "events.1.why=another")
    assert there.sections["red_lines"][0].at_most == 70
    assert there.events[0].why == "another"


def test_a_new_actor_may_be_written_whole(write: Write) -> None:
    assert with_(write, "EST={position: {SOV: 3}}").actors["EST"].position["SOV"] == 3
    assert with_(write, "X={kind: company, position: {SOV: 3}}").actors["X"].kind == "company"


@pytest.mark.parametrize(
    ("said", "done"),
    [
        ("USA=absent", Done("USA", "absent")),
        ("France=leaves EU", Done("FRA", "leaves", "EU")),
        ("RUS=opposes L.60", Done("RUS", "opposes", "L.60")),
        ("ACME=steps back", Done("ACME", "steps back")),
    ],
)
def test_a_verb_is_an_event_at_the_opening(write: Write, said: str, done: Done) -> None:
    event = with_(write, said).events[-1]
    assert (event.session, event.verbs, event.changes) == (1, (done,), ())


def test_a_setting_applies_to_actors_of_a_table(write: Write) -> None:
    text = SMALL.replace("actors:\n", "actors:\n  from: t.csv\n", 1)
    file = write(text, t__csv="id,name,kind,SOV,DATA\nCHN,China,state,98,92\nHUAW,H,company,5,5\n")
    there = load(file, ["China.position.DATA=1", "HUAW.capability=9"])
    assert there.actors["CHN"].position == {"SOV": 98, "DATA": 1}
    assert there.actors["HUAW"].capability == 9


def test_the_last_of_two_settings_holds(write: Write) -> None:
    assert with_(write, "seed=1", "seed=2").seed == 2


def test_a_value_may_hold_anything_a_line_can(write: Write) -> None:
    assert (
        with_(write, "title=What if: NO = yes, [really]?").title == "What if: NO = yes, [really]?"
    )


@pytest.mark.parametrize(
    ("said", "problem", "suggestion"),
    [
        ("USA.positon.DATA=1", "no field 'positon'", "USA.position.DATA"),
        ("USA.position.DTAA=1", "no such issue", "USA.position.DATA"),
        ("UAS.position.DATA=1", "no actor or field 'UAS'", "USA.position.DATA"),
        ("Norwya.position.DATA=1", "no actor or field 'Norwya'", "Norway.position.DATA"),
        ("CHN.position.DATA=1", "no actor or field 'CHN'", ""),
        ("forms.room.rules=consensus", "no actor or field 'forms'", "forums.room.rules"),
        ("forums.rom.rules=consensus", "forums has no 'rom'", "forums.room.rules"),
        ("forums.room.ruls=consensus", "no field 'ruls'", "forums.room.rules"),
        ("drafts.73/28.OP3=5", "no draft '73/28'", "drafts.73/27.OP3"),
        ("drafts.73/27.OP4=5", "no clause or field 'OP4'", "drafts.73/27.OP5"),
        ("drafts.73/27.OP3.valu=5", "no field 'valu'", "drafts.73/27.OP3.value"),
        ("drafts=5", "no draft", ""),
        ("blocs.EUU.cohesion=5", "blocs has no 'EUU'", "blocs.EU.cohesion"),
        ("issues.SVO.status_quo=5", "issues has no 'SVO'", "issues.SOV.status_quo"),
        ("parameters.nois=1", "no such parameter", "parameters.noise"),
        ("red_lines.2.at_most=70", "no item '2'", ""),
        ("red_lines.x.at_most=70", "no item 'x'", ""),
        ("title.x=70", "no field 'x'", ""),
        ("extends=other", "cannot be set", ""),
        ("USA.position.DATA=140", "out of range", ""),
        ("USA.position.DATA=much", "not a number", ""),
        ("drafts.73/27.OP3=101", "out of range", ""),
        ("USA=flies", "not something an actor does", ""),
        ("USA=leaves", "what does USA leave?", ""),
        ("USA=[a]", "given a verb", ""),
        ("USA.position.DATA", "not PATH=VALUE", ""),
        ("=5", "not PATH=VALUE", ""),
        ("USA.position={SOV: 1", "is not YAML", ""),
    ],
)
def test_a_wrong_setting_names_the_nearest_right_path(
    refused: Refused, said: str, problem: str, suggestion: str
) -> None:
    [mistake] = refused(SMALL, (said,))
    assert problem in mistake.problem
    assert mistake.file.startswith("--set")
    assert mistake.suggestion == suggestion


def test_a_bare_leaves_is_refused_with_the_choices(refused: Refused) -> None:
    [mistake] = refused(SMALL, ("FRA=leaves",))
    assert mistake.allowed == "leaves EU, withdraws, absent"


def test_mistakes_of_the_file_and_of_settings_come_together(refused: Refused) -> None:
    found = refused(SMALL.replace("SOV: 8,", "SOV: 140,"), ("seed=x", "UAS.capability=1"))
    assert {m.field for m in found} == {"actors.and.USA.position.SOV", "seed", "UAS.capability"}


@FIXTURES
@given(value=Percent, head=st.sampled_from(["USA", "United States", "Russia", "FRA", "ACME"]))
def test_a_position_set_is_the_position_read(write: Write, value: float, head: str) -> None:
    there = with_(write, f"{head}.position.DATA={value!r}%")
    assert there.actor(head).position["DATA"] == value


@FIXTURES
@given(value=Percent, clause=st.sampled_from(["73/27.OP3", "73/27.OP5", "L.60.OP1"]))
def test_a_clause_set_is_the_clause_read(write: Write, value: float, clause: str) -> None:
    there = with_(write, f"drafts.{clause}={value!r}%")
    [place] = there.clauses(clause)
    assert place.clause.value == value


@FIXTURES
@given(text=st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1))
def test_a_text_set_is_the_text_read(write: Write, text: str) -> None:
    said = (
        text if text[0] not in "[{\"'" and text != "null" else "'" + text.replace("'", "''") + "'"
    )
    assert with_(write, f"title={said}").title == text


@FIXTURES
@given(said=st.text(max_size=40))
def test_any_setting_is_read_or_refused_and_nothing_else(write: Write, said: str) -> None:
    with suppress(InputError):
        assert with_(write, said).title


# The same paths in events


@pytest.mark.parametrize(
    ("path", "made"),
    [
        ("USA.position.SOV", Change("ACTOR.position.ISSUE", ("USA", "SOV"), 20)),
        ("United States.salience.SOV", Change("ACTOR.salience.ISSUE", ("USA", "SOV"), 20)),
        ("actors.and.ACME.capability", Change("ACTOR.capability", ("ACME",), 20)),
        ("issues.DATA.status_quo", Change("issues.ISSUE.status_quo", ("DATA",), 20)),
        ("blocs.EU.cohesion", Change("blocs.BLOC.cohesion", ("EU",), 20)),
    ],
)
def test_an_event_may_set_five_things(scenario: Scenario, path: str, made: Change) -> None:
    assert change(path, 20, scenario) == made


@pytest.mark.parametrize(
    ("path", "suggestion"),
    [
        ("USA.office", ""),
        ("title", ""),
        ("UAS.capability", "USA.capability"),
        ("USA.position.SVO", "USA.position.SOV"),
        ("issues.SVO.status_quo", "issues.SOV.status_quo"),
        ("blocs.EUU.cohesion", "blocs.EU.cohesion"),
    ],
)
def test_anything_else_in_an_event_is_refused(
    scenario: Scenario, path: str, suggestion: str
) -> None:
    with pytest.raises(InputError) as caught:
        change(path, 20, scenario)
    [mistake] = caught.value.mistakes
    assert isinstance(mistake, Mistake)
    assert mistake.suggestion == suggestion


def test_a_setting_leaves_the_file_as_it_was(write: Write) -> None:
    file: Path = write()
    before = file.read_bytes()
    assert not math.isclose(load(file, ["USA.position.SOV=99"]).actors["USA"].position["SOV"], 8)
    assert file.read_bytes() == before
