"""Changes are put in words, as they go after "if"."""

from __future__ import annotations

import pytest

from sim.report.changes import told
from sim.scenario import load

SAID = {
    "USA=absent": "the United States is absent",
    "CUB=steps back": "Cuba steps back",
    "Brazil=withdraws": "Brazil withdraws",
    "BRA.position.SOV=85": "Brazil stands at 85 on SOV",
    "IND.salience.SOV=10": "SOV matters 10 of 100 to India",
    "blocs.EU.cohesion=100": "the EU votes as one",
    "blocs.AU={members: group AU, cohesion: 0, line: median}": "nothing holds the AU together",
    "blocs.EU=null": "there is no bloc EU",
    "drafts.73/27.OP3=55": "73/27 OP3 says 55",
    "drafts.73/27.clauses.OP3=null": "73/27 OP3 is left out",
    "drafts.73/27=null": "73/27 is not tabled",
    "forums.general_assembly.majority=two_thirds": "the general assembly decides by two thirds",
    "issues.SOV.status_quo=60": "SOV stands at 60 now",
    "parameters.memory=0.5": "memory is 0.5",
    "lobbying=off": "lobbying is off",
    "[BRA, IND].position.SOV=85": "[BRA, IND].position.SOV is 85",
    "events=[]": "events is []",
}


@pytest.mark.parametrize(("setting", "words"), SAID.items())
def test_a_change_in_words(setting: str, words: str) -> None:
    assert told(load("rival-resolutions-2018"), [setting]) == words


def test_several_are_joined_as_a_sentence_does() -> None:
    both = told(load("rival-resolutions-2018"), ["USA=absent", "RUS=absent"])
    assert both == "the United States is absent and Russia is absent"
