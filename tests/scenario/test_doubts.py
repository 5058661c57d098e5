"""What is allowed, and may not be meant."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.errors import InputError, Mistake
from sim.forums.decision import needed
from sim.forums.rules import Rules
from sim.scenario import check

from .conftest import SMALL, Write, line_of


def test_an_actor_without_a_position_is_mentioned_with_its_issue(write: Write) -> None:
    [doubt] = check(write())
    assert "ACME have no position on SOV" in doubt.problem
    assert doubt.line == 7


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("members: group EU", "members: [FRA]", "fewer than two members"),
        ("value: 70", "value: 40", "leaves the status quo as it is"),
    ],
)
def test_what_may_not_be_meant_is_mentioned_with_its_line(
    write: Write, old: str, new: str, problem: str
) -> None:
    [doubt] = [d for d in check(write(SMALL.replace(old, new))) if problem in d.problem]
    assert doubt.line
    assert doubt.file.endswith("small.yaml")


def test_an_event_about_what_is_not_used_is_mentioned(write: Write) -> None:
    event = "events:\n  - {name: law, chance: 50, session: 1, set: {localization.FRA: 3}}\n"
    file = write(SMALL.replace("events:\n", event))
    [doubt] = [d for d in check(file) if "sets nothing" in d.problem]
    assert doubt.value == "localization.FRA"


def test_a_scenario_without_a_draft_decides_nothing(write: Write) -> None:
    start, end = SMALL.index("    drafts:"), SMALL.index("red_lines:")
    doubts = check(write(SMALL[:start] + SMALL[end:]))
    assert "nothing is decided" in doubts[-1].problem


def test_many_actors_are_not_all_listed(write: Write) -> None:
    crowd = "".join(f"    A{n}: {{kind: company, position: {{DATA: 5}}}}\n" for n in range(20))
    [doubt] = check(write(SMALL.replace("    ACME:", crowd + "    ACME:")))
    assert "and 13 more" in doubt.problem


def test_settings_are_checked_too(write: Write) -> None:
    assert check(write(), ["ACME.position.SOV=5"]) == []


def test_a_wrong_scenario_is_refused_as_by_load(write: Write) -> None:
    with pytest.raises(InputError):
        check(write(SMALL.replace("SOV: 8,", "SOV: 140,")))


def room(rules: str, text: str = SMALL) -> str:
    return text.replace("un_general_assembly", f"un_general_assembly\n    {rules}")


def doubts(file: Path, about: str, *settings: str) -> list[Mistake]:
    return [d for d in check(file, settings) if d.field == f"forums.room.{about}"]


@pytest.mark.parametrize("rule", ["majority", "quorum", "weight_share"])
def test_one_may_be_meant_as_all(write: Write, rule: str) -> None:
    text = room(f"{rule}: 1")
    [doubt] = doubts(write(text), rule)
    assert (doubt.line, doubt.value) == (line_of(f"{rule}: 1", text), "1")
    assert doubt.problem == "is 1 per cent, and may be meant as all"
    assert doubt.allowed == "100 for all, 1% for 1"
    for plain in ("1%", "100", "2", "0"):
        assert doubts(write(room(f"{rule}: {plain}")), rule) == []


@pytest.mark.parametrize("said", ["66.67", "66.7", "66.6667", "67", "66.67%"])
def test_two_thirds_rounded_up_are_too_much(write: Write, said: str) -> None:
    text = room(f"majority: {said}")
    [doubt] = doubts(write(text), "majority")
    assert (doubt.line, doubt.value) == (line_of("majority", text), said)
    assert doubt.problem == "is more than two thirds, so 2 votes of 3 are too few"
    assert doubt.allowed == "two_thirds for two thirds"
    rules = Rules("", majority=float(said.removesuffix("%")) / 100, more_than=False)
    assert needed(np.array([3, 165]), rules).tolist() > [2, 110]


@pytest.mark.parametrize("said", ["two_thirds", "66.66", "66", "66.66666666667", "68", "60"])
def test_other_majorities_are_taken_at_their_word(write: Write, said: str) -> None:
    assert doubts(write(room(f"majority: {said}")), "majority") == []


@pytest.mark.parametrize("base", [3, 165, 192])
def test_a_little_less_than_two_thirds_asks_for_as_many_votes(base: int) -> None:
    for majority in (0.6666, 0.6666666666667):
        close = Rules("", majority=majority, more_than=False)
        assert needed(np.array([base]), close).tolist() == [2 * base // 3]


def test_the_votes_that_are_too_few_are_of_this_forum(write: Write) -> None:
    crowd = "actors:\n  from: data/un_members_2018.csv\n"
    text = room("majority: 66.67", SMALL.replace("actors:\n", crowd))
    [doubt] = doubts(
        write(text.replace("SOV", "INST").replace("date: 2018-10-01\n", "")), "majority"
    )
    assert "128 votes of 192" in doubt.problem


def test_half_lets_a_tie_pass(write: Write) -> None:
    [doubt] = doubts(write(), "majority", "forums.room.majority=50")
    assert (doubt.file, doubt.value) == ("--set", "50")
    assert doubt.problem == "is at least half, so a tie passes"
    assert doubt.allowed == "simple for more than half"
    assert doubts(write(room("majority: simple")), "majority") == []
    assert doubts(write(room("majority: 50.1")), "majority") == []


def test_members_without_a_weight_are_counted(write: Write) -> None:
    text = room("weights: {USA: 3, RUS: 2}")
    [doubt] = doubts(write(text), "weights")
    assert doubt.line == line_of("weights", text)
    assert doubt.problem == "2 of 4 members have no weight, so theirs is 0: FRA, DEU"
    assert doubt.allowed == "a weight for each member"
    every = room("weights: {USA: 3, RUS: 2, FRA: 0, DEU: 1}")
    assert doubts(write(every), "weights") == doubts(write(), "weights") == []


def test_a_bloc_weighs_its_members_too(write: Write) -> None:
    inner = "cohesion: 60, line: double_majority, weights: {FRA: 67}"
    found = check(write(SMALL.replace("cohesion: 60", inner)))
    [doubt] = [d for d in found if d.field == "blocs.EU.weights"]
    assert doubt.problem == "1 of 2 members have no weight, so theirs is 0: DEU"


def test_a_table_of_positions_in_shares_is_mentioned(write: Write) -> None:
    text = SMALL.replace("actors:\n", "actors:\n  from: rows.csv\n")
    start, end = text.index("    USA:"), text.index("    ACME:")
    rows = "id,name,kind,SOV,DATA\nUSA,America,state,0.1,1\nRUS,Russia,state,0.9,0\n"
    rows += "FRA,France,state,0,1\nDEU,Germany,state,1,1\n"
    found = check(write(text[:start] + text[end:], rows__csv=rows))
    [doubt] = [d for d in found if "above 1" in d.problem]
    assert doubt.problem == "no position on SOV is above 1, and positions run from 0 to 100"
    assert doubt.line == line_of("actors:", text)
