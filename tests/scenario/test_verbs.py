"""The five things that an actor may be said to do."""

from __future__ import annotations

import pytest

from sim.errors import InputError, Mistake
from sim.scenario import Scenario, verbs
from sim.scenario.verbs import Verb


def refusal(text: str, scenario: Scenario) -> Mistake:
    with pytest.raises(InputError) as caught:
        verbs.parse(text, scenario)
    return caught.value.mistakes[0]


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("USA absent", Verb("USA", "absent")),
        ("USA is absent", Verb("USA", "absent")),
        ("United States of America withdraws", Verb("USA", "withdraws")),
        ("FRA leaves EU", Verb("FRA", "leaves", "EU")),
        ("France Leaves eu", Verb("FRA", "leaves", "EU")),
        ("DEU opposes", Verb("DEU", "opposes")),
        ("DEU opposes L.60", Verb("DEU", "opposes", "L.60")),
        ("ACME steps back", Verb("ACME", "steps back")),
    ],
)
def test_a_verb_is_read_with_its_actor_and_object(
    scenario: Scenario, text: str, verb: Verb
) -> None:
    assert verbs.parse(text, scenario) == verb


def test_every_verb_has_a_written_meaning_and_is_understood(scenario: Scenario) -> None:
    objects = {"leaves": " EU"}
    for verb, meaning in verbs.VERBS.items():
        assert verbs.parse(f"FRA {verb}{objects.get(verb, '')}", scenario).verb == verb
        assert len(meaning) > 20


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
