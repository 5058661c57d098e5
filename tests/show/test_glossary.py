"""The glossary leaves nothing out that the model, the tables or the print have."""

from __future__ import annotations

from sim.core.registry import PARAMETERS
from sim.experiment.outcomes import forms
from sim.forums.presets import PRESETS
from sim.forums.rules import Decision, How
from sim.show import glossary, words


def test_every_decision_parameter_rule_and_way_has_a_meaning() -> None:
    said = glossary.terms()
    assert set(said["What a delegation decides"]) == set(words.DECISION.values())
    meanings = " ".join(said["What a delegation decides"].values())
    assert all(f"({kind.name})" in meanings for kind in Decision)
    assert set(said["How a text is decided"]) == {how.name.lower() for how in How}
    assert set(said["Outcomes"]) == set(forms())
    assert set(said["Parameters"]) == set(PARAMETERS)
    assert set(said["Rules of procedure"]) == set(PRESETS)


def test_a_parameter_says_whether_votes_inform_it() -> None:
    said = glossary.terms()["Parameters"]
    assert "fitted to votes" in said["stakes"]
    assert "assumed" in said["insistence"]


def test_no_term_has_two_meanings_in_one_section() -> None:
    lines = glossary.lines()
    assert max(map(len, lines)) <= 80
    heads = [line for line in lines if line.startswith("  ") and not line.startswith("      ")]
    assert len(heads) == sum(map(len, glossary.terms().values()))


def test_the_words_of_the_summary_are_explained() -> None:
    results = glossary.terms()["In results"]
    for term in ("range", "error of the mean", "chance", "ignorance", "hindcast", "recount"):
        assert term in results
