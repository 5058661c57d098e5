"""What is allowed, and may not be meant."""

from __future__ import annotations

import pytest

from sim.errors import InputError
from sim.scenario import check

from .conftest import SMALL, Write


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
