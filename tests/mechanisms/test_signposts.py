"""Signposts: each is read off what others log, and is there only where something carries it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from sim.build import setting
from sim.core.ensemble import ensemble
from sim.core.outcomes import Outcomes
from sim.forums.rules import Decision
from sim.scenario import load

ROOM = """\
title: Two years of texts
CALENDAR
issues:
  AIBIND: {status_quo: 20}
  VENDOR: {status_quo: 40}
  CAP: {status_quo: 30}
actors:
  and:
    USA: {position: {AIBIND: 90, VENDOR: 90, CAP: 80}, capability: 90}
    JPN: {position: {AIBIND: 80, VENDOR: 80, CAP: 80}, capability: 60}
    KEN: {position: {AIBIND: 70, VENDOR: 60, CAP: 90}, capability: 20}
    RUS: {position: {AIBIND: 5, VENDOR: 5, CAP: 20}, capability: 60}
    ACME: {kind: company, home: USA, position: {AIBIND: 5}}
FORUMS
MORE
"""
CALENDAR = "calendar: {start: 2019-01, end: 2020-12, step: half}"
COMMITTEE = """\
forums:
  committee:
    rules: RULES
    stages: {plenary: {session: 2019-H2}}
    drafts:
      code:
        sponsors: [USA]
        clauses: {OP1: {issue: ISSUE, value: 70, words: a code}}
"""
AID = """\
aid:
  USA: {budget: 100, kinds: {training: 50, cable: 25, cloud: 25}, spend: even}
"""
Play = Callable[..., Outcomes]


@pytest.fixture
def played(tmp_path: Path) -> Play:
    """Play the small room, with a text on one issue in a room of some rules."""

    def playing(
        issue: str = "AIBIND",
        rules: str = "un_general_assembly",
        more: str = "",
        calendar: str = CALENDAR,
        runs: int = 40,
    ) -> Outcomes:
        forums = COMMITTEE.replace("RULES", rules).replace("ISSUE", issue)
        if not calendar:
            forums = forums.replace("2019-H2", "1")
        text = ROOM.replace("CALENDAR", calendar).replace("FORUMS", forums).replace("MORE", more)
        file = tmp_path / "room.yaml"
        file.write_text(text, encoding="utf-8")
        return ensemble(setting(load(file)), runs, keep=True)

    return playing


def columns(found: Outcomes, name: str) -> list[str]:
    return [column for column in found.table if column.startswith(f"{name}.")]


def test_states_in_a_code_are_those_who_backed_what_is_adopted(played: Play) -> None:
    found = played()
    passed = found.table["code.plenary.adopted"]
    assert passed.any()
    backs = (found.decisions[:, 0] == Decision.SUPPORT).sum(axis=1)
    assert np.array_equal(found.number("ai_states.2019-H2"), np.where(passed, backs, 0))
    assert not found.number("ai_states.2019-H1").any()
    assert found.number("ai_binding.2019-H1") == pytest.approx(0.2)
    assert (found.number("ai_binding.2020-H2")[passed.astype(bool)] > 0.2).all()


def test_members_of_a_club_count_once(played: Play) -> None:
    club = "clubs: {code: {stands: {AIBIND: 60}, members: [USA, JPN]}}\n"
    found = played(more=club + "parameters: {club_alone: 0.003, club_imitation: 0}")
    assert (found.number("ai_states.2019-H1") >= 2).all()
    assert found.number("ai_states.2020-H2").max() <= 4


def test_principles_are_adopted_and_endorsed(played: Play) -> None:
    found = played("VENDOR")
    passed = found.table["code.plenary.adopted"]
    assert np.array_equal(found.number("cable_principles.2020-H2"), passed.astype(float))
    assert not found.number("cable_principles.2019-H1").any()
    assert np.array_equal(found.number("cable_states.2020-H2") > 0, passed.astype(bool))
    assert not columns(found, "ai_states")


def test_aid_for_cables_and_cloud_adds_up(played: Play) -> None:
    found = played(more=AID)
    for years, session in enumerate(("2019-H1", "2019-H2", "2020-H1", "2020-H2"), 1):
        assert found.number(f"cable_aid.{session}") == pytest.approx(100 * 0.5 * years * 0.5)
    assert np.isnan(found.number("cable_states.2020-H2")).all()
    assert np.isnan(found.number("cable_principles.2020-H2")).all()


def test_only_the_united_nations_count_and_only_what_they_adopt(played: Play) -> None:
    found = played("CAP")
    passed = found.table["code.plenary.adopted"].astype(bool)
    stands = np.where(passed, found.number("code.OP1.value"), np.nan)
    assert found.number("un_implementing.2020-H2") == pytest.approx(stands, nan_ok=True)
    assert np.isnan(found.number("un_implementing.2019-H1")).all()
    assert not columns(played("CAP", "simple_majority"), "un_implementing")
    assert not columns(played("AIBIND"), "un_implementing")


def test_what_hosts_add_shows_in_the_multiplier(played: Play) -> None:
    one, three = (played(more=f"{AID}parameters: {{aid_multiplier: {m}}}") for m in (1, 3))
    first, last = "fund_multiplier.2019-H1", "fund_multiplier.2020-H2"
    assert (one.number(first) < 1).all()  # what is there already leaves less to build
    assert (three.number(first) > one.number(first)).all()
    assert (one.number(last) > 0).all()


def test_response_is_missing_until_a_request_is_answered(played: Play) -> None:
    asks = AID.replace("training: 50", "response: 50") + (
        "events: [{session: 2019-H2, do: Kenya requests help}]\nparameters: {help_delay: 0.1}\n"
    )
    found = played(more=asks)
    assert np.isnan(found.number("response_years.2019-H1")).all()
    assert np.nanmean(found.number("response_years.2020-H2")) == pytest.approx(0.5, abs=0.1)


def test_nothing_is_measured_without_a_calendar_and_measuring_changes_nothing(played: Play) -> None:
    plain, measured = played(calendar=""), played()
    signs = ("ai_states", "ai_binding", "cable_aid", "un_implementing", "fund_multiplier")
    assert not [column for sign in signs for column in columns(plain, sign)]
    assert columns(measured, "ai_states")
    for stage in ("in_favour", "against"):
        tally = f"code.plenary.{stage}"
        old = plain.table[next(c for c in plain.table if c.endswith(stage))]
        assert np.array_equal(old, measured.table[tally])


def test_a_signpost_may_be_waited_for(played: Play) -> None:
    event = (
        'events: [{session: 2019-H1, name: turn, when: "ai_states > 1",'
        " set: {issues.CAP.status_quo: 10}}]"
    )
    found = played(more=event)
    assert np.array_equal(found.table["happened.turn"], found.number("ai_states.2019-H2") > 1)
