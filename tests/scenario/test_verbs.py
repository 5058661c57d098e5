"""What actors and groups may be said to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.core.happenings import DRAFT, Done
from sim.errors import InputError, Mistake
from sim.scenario import Scenario, load, verbs
from tests.small import VOTE, write


def refusal(text: str, scenario: Scenario) -> Mistake:
    with pytest.raises(InputError) as caught:
        verbs.parse(text, scenario)
    return caught.value.mistakes[0]


@pytest.mark.parametrize(
    ("text", "done"),
    [
        ("USA absent", Done("USA", "absent")),
        ("USA is absent", Done("USA", "absent")),
        ("United States of America withdraws", Done("USA", "withdraws")),
        ("FRA leaves EU", Done("FRA", "leaves", "EU")),
        ("France Leaves eu", Done("FRA", "leaves", "EU")),
        ("DEU opposes", Done("DEU", "opposes")),
        ("DEU opposes L.60", Done("DEU", "opposes", "L.60")),
        ("ACME steps back", Done("ACME", "steps back")),
    ],
)
def test_a_verb_is_read_with_its_actor_and_object(
    scenario: Scenario, text: str, done: Done
) -> None:
    assert verbs.parse(text, scenario) == (done,)


def test_every_verb_has_a_written_meaning_and_is_understood(tmp_path: Path) -> None:
    more = (
        "coalitions: {form: on}\n"  # to stand alone from
        "clubs: {pact: {stands: {SOV: 40}, hosts: [FRA], members: [FRA, DEU]}}\n"
        "offices: {FRA: {rank: 60}}\n"
        "incidents: {RUS: {state: RUS, rate: 5}}\n"
        "responses: {respond: on, callers: [USA]}\n"
        "aid: {USA: {budget: 100, about: [SOV], kinds: {response: 100}}}\n"
    )
    scenario = load(write(tmp_path, VOTE + more))
    objects = {"blocs": "EU", DRAFT: "L.60", "clubs": "pact", "": ""}
    for name, verb in verbs.verbs().items():
        subject = "group EU" if verb.alone else "FRA"
        done = verbs.parse(f"{subject} {name} {objects[verb.object]}", scenario)
        assert {(d.verb, d.object) for d in done} == {(name, objects[verb.object])}
        assert len(verb.meaning) > 20


def test_a_bare_leaves_is_refused_with_the_choices(scenario: Scenario) -> None:
    mistake = refusal("FRA leaves", scenario)
    assert mistake.allowed == "leaves EU, withdraws, absent"
    assert refusal("USA leaves", scenario).allowed == "withdraws, absent"


@pytest.mark.parametrize(
    ("text", "problem", "suggestion"),
    [
        ("USA leaves EU", "USA is not in this bloc", ""),
        ("FRA leaves EUU", "no such bloc", "EU"),
        ("DEU opposes 73/28", "no such draft", "73/27"),
        ("USA withdraws EU", "nothing may follow 'withdraws'", ""),
        ("UAS absent", "no such actor", "USA"),
        ("absent", "no such actor", ""),
        ("USA withdrawz", "not something an actor does", "withdraws"),
        ("", "not something an actor does", ""),
    ],
)
def test_anything_else_is_refused(
    scenario: Scenario, text: str, problem: str, suggestion: str
) -> None:
    mistake = refusal(text, scenario)
    assert problem in mistake.problem
    assert mistake.suggestion == suggestion
