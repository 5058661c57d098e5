"""What may change after some sessions, and what is refused by its name."""

from __future__ import annotations

from pathlib import Path

import pytest
from small import write

from sim.errors import InputError
from sim.scenario import Scenario, load
from sim.study.midway import midway


@pytest.fixture
def small(tmp_path: Path) -> str:
    return str(write(tmp_path))


def changed(small: str, *settings: str) -> Scenario:
    return midway(small, load(small), settings, after=1)


def test_verbs_and_values_become_one_event(small: str) -> None:
    said = ("USA=withdraws", "Russian Federation.position.SOV=10", "blocs.EU.cohesion=5")
    (event,) = changed(small, *said).events
    assert event.session == 2
    assert [(v.actor, v.verb) for v in event.verbs] == [("USA", "withdraws")]
    assert [(c.written, c.value) for c in event.changes] == [
        ("RUS.position.SOV", 10.0),
        ("blocs.EU.cohesion", 5.0),
    ]


def test_it_is_the_scenario_that_a_file_with_the_event_gives(small: str, tmp_path: Path) -> None:
    made = changed(small, "FRA=leaves EU", "USA.capability=5", "issues.SOV.status_quo=60")
    event = "set: {USA.capability: 5, issues.SOV.status_quo: 60}, do: FRA leaves EU"
    text = f"events: [{{session: 2, {event}, why: after session 1}}]\n"
    written = load(write(tmp_path, Path(small).read_text("utf-8") + text, "event.yaml"))
    assert made.events == written.events
    assert made.digest() == written.digest()


def test_the_manifest_can_show_it(small: str) -> None:
    made = changed(small, "USA=opposes 73/27", "RUS.salience.SOV=1")
    (event,) = made.origin.value["events"]
    assert event["do"] == ["USA opposes 73/27"]
    assert event["set"] == {"RUS.salience.SOV": "1"}
    assert "events" not in load(small).origin.value


def test_rules_of_a_forum_are_those_of_the_changed_scenario(small: str) -> None:
    made = changed(small, "forums.room.rules=two_thirds", "forums.room.access=closed")
    assert (made.forums["room"].rules, made.forums["room"].access) == ("two_thirds", "closed")
    assert made.events == ()


@pytest.mark.parametrize(
    "setting",
    [
        *("seed=3", "sessions=4", "parameters.stakes=8", "drafts.73/27.OP3=55"),
        *("drafts.73/27.sponsors=[USA]", "forums.room.members=[USA]", "USA.absence=50"),
        *("blocs.EU.members=[FRA]", "USA.error.SOV=3", "forums.room.drafts.73/27.OP3.value=3"),
    ],
)
def test_what_is_past_is_refused_by_name(small: str, setting: str) -> None:
    with pytest.raises(InputError) as refused:
        changed(small, setting)
    (mistake,) = refused.value.mistakes
    assert mistake.field == setting.partition("=")[0]
    assert "cannot be changed once sessions have been played" in mistake.problem
    assert "forums.FORUM.rules" in mistake.allowed


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("USB=absent", "there is no such actor"),
        ("USA=dances", "is not something an actor does"),
        ("USA.position.SOVV=3", "USA.position.SOV'"),
        ("USA.position.SOV=101", "0 to 100"),
        ("USA.position.SOV=null", "0 to 100"),
        ("forums.room.rules=two_third", "two_thirds"),
        ("USA", "is not PATH=VALUE"),
    ],
)
def test_a_slip_is_told_with_what_is_meant(small: str, setting: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        changed(small, setting)


def test_all_mistakes_at_once(small: str) -> None:
    with pytest.raises(InputError) as refused:
        changed(small, "seed=3", "USA=dances", "RUS.position.SOV=-1")
    assert len(refused.value.mistakes) == 3


@pytest.mark.parametrize(
    "setting",
    ["USA.position.SOV=0.25", "blocs.EU.cohesion=.25", "forums.room.quorum=0.25"],
)
def test_a_share_is_refused_in_the_middle_too(small: str, setting: str) -> None:
    with pytest.raises(InputError) as refused:
        changed(small, setting)
    (mistake,) = refused.value.mistakes
    assert (mistake.file, mistake.field) == ("--set", setting.partition("=")[0])
    assert mistake.problem.startswith("is a share; per cents run from 0 to 100: write 25, or ")
    assert mistake.value == setting.partition("=")[2]


def test_a_per_cent_may_have_its_sign(small: str) -> None:
    made = changed(small, "USA.position.SOV=0.25%", "USA.capability=40 %", "forums.room.quorum=9%")
    assert [c.value for event in made.events for c in event.changes] == [0.25, 40]
    assert made.forums["room"].quorum == 9
    assert load(made, ["RUS.capability=3"]).events == made.events  # its text is read again as it is
