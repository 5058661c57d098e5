"""Clubs: the curve they follow, whom they let in, what a large member does, and what binds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.build import setting as build
from sim.core.ensemble import ensemble
from sim.core.outcomes import Outcomes
from sim.core.setting import Setting
from sim.errors import InputError
from sim.mechanisms.clubs import launched
from sim.published.diffusion import adopted
from sim.scenario import load
from tests.chunks import assert_chunk_free, assert_same
from tests.small import VOTE, write

RUNS = 60
CLUB = "clubs:\n  call: {stands: {SOV: 20}, hosts: [FRA], members: [FRA]}\n"
FREE = {"club_ties": 0, "club_fit": 0, "club_spread": 0, "club_leaving": 0, "club_word": 0}
COUNT = "club_members.call"


def parameters(**said: float) -> str:
    return "parameters: {" + ", ".join(f"{k}: {v}" for k, v in said.items()) + "}\n"


def made(folder: Path, more: str = CLUB, *settings: str, text: str = VOTE) -> Setting:
    return build(load(write(folder, text + more), settings))


def mean(outcomes: Outcomes, column: str = COUNT) -> float:
    return float(outcomes.number(column).mean())


def large(*settings: str, runs: int = RUNS) -> Outcomes:
    """The members of the United Nations, and a club of nobody yet that is open to all."""
    scenario = load("paris-call", ("lobbying=off", "events=[]", *settings))
    return ensemble(build(scenario), runs)


def test_it_follows_the_curve_of_bass() -> None:
    """193 states of 20 halves of years; steps lag a little behind the curve."""
    p, q = 0.05, 0.25
    fixed = [f"parameters.{k}={v}" for k, v in FREE.items()]
    fixed += [f"parameters.club_alone={p}", f"parameters.club_imitation={q}"]
    fixed += ["clubs.paris_call.members=[]", "clubs.paris_call.launch=null", "sessions=20"]
    outcomes = large(*fixed, runs=40)
    said = outcomes.number("club_members.paris_call") / 193
    error = said.std() / np.sqrt(len(said))
    assert said.mean() == pytest.approx(float(adopted(10.0, p, q)), abs=4 * error + 0.03)


def test_a_launch_begins_with_as_many_names_as_are_expected() -> None:
    pull = np.array([[0.2, 1.0, 3.0, 0.0, 1.0], [1.0, 1.0, 1.0, 1.0, 1.0]])
    inside = np.array([[False] * 4 + [True], [False] * 5])
    chance = launched(pull, inside, 1.5)
    np.testing.assert_allclose(chance.sum(axis=1), 1.5, atol=1e-9)
    assert (chance[0, 3], chance[0, 4]) == (0, 0)
    assert (np.diff(chance[0, :3]) > 0).all()
    np.testing.assert_allclose(chance[1], 0.3, atol=1e-9)


def test_without_a_club_nothing_is_as_with_one_that_binds_nobody(tmp_path: Path) -> None:
    plain = ensemble(made(tmp_path, parameters(club_word=0)), 40, keep=True)
    still = ensemble(made(tmp_path, CLUB + parameters(club_word=0)), 40, keep=True)
    assert np.array_equal(plain.decisions, still.decisions)
    for column, values in plain.table.items():
        assert_same(values, still.table[column], column)


def test_runs_do_not_see_each_other(tmp_path: Path) -> None:
    doors = "".join(
        f"  {door}: {{stands: {{SOV: 20, DATA: 30}}, door: {door}, members: [FRA, DEU]}}\n"
        for door in ("open", "invitation", "consent")
    )
    club = "clubs:\n" + doors + "  late: {stands: {DATA: 60}, opens: 2, launch: 2}\n"
    more = club + parameters(club_alone=0.05, club_leaving=0.02)
    assert "clubs" in assert_chunk_free(made(tmp_path, more, "USA=accedes to consent"))


@pytest.mark.parametrize(
    ("name", "low", "high"), [("club_alone", 0.003, 0.05), ("club_imitation", 0, 0.25)]
)
def test_more_join_at_a_higher_rate(name: str, low: float, high: float) -> None:
    few, many = (mean(large(f"parameters.{name}={v}"), "club_members.paris_call")
                 for v in (low, high))  # fmt: skip
    assert many > few + 3


def test_who_is_near_to_what_it_stands_for_joins_first() -> None:
    outcomes = large("parameters.club_fit=1.6")
    near, far = (mean(outcomes, f"clubs_joined.{who}") for who in ("JPN", "RUS"))
    assert near > far + 0.2


def test_that_a_large_state_joins_makes_it_grow_where_ties_count() -> None:
    """Built in: the size is what is found out. A small state's joining does less."""
    sure = ("parameters.club_imitation=0.25", "parameters.club_ties=1", "parameters.club_spread=0")

    def grown(who: str) -> float:
        out, inside = (
            large(f"{who}={verb} paris_call", *sure, runs=200).number("club_members.paris_call")
            for verb in ("quits", "accedes to")
        )
        return float((inside - out).mean()) - 1  # beyond its own name

    big, small = grown("USA"), grown("NRU")
    assert big > small
    assert big > 0


def test_meetings_bring_members() -> None:
    sure = ("parameters.club_meetings=6",)
    scenario = load("paris-call", ("lobbying=off", *sure))
    with_ = ensemble(build(scenario), RUNS).number("club_members.paris_call")
    without = large("USA=accedes to paris_call", *sure).number("club_members.paris_call")
    assert with_.mean() > without.mean() + 5


def test_by_consent_and_by_invitation_those_who_are_far_stay_out(tmp_path: Path) -> None:
    """Russia is at 97, France at 20: it is let in only where nobody minds."""
    sure = parameters(club_alone=0.05, club_fit=0, club_tolerance=0.5, club_imitation=0.25)
    joined = {}
    for door in ("open", "invitation", "consent"):
        more = CLUB.replace("hosts", f"door: {door}, hosts") + sure
        joined[door] = ensemble(made(tmp_path, more, "sessions=20"), 200)
    for door in ("invitation", "consent"):
        assert mean(joined[door], "clubs_joined.RUS") < 0.05
        assert mean(joined[door], "clubs_joined.USA") > 0.3
    assert mean(joined["open"], "clubs_joined.RUS") > 0.3


def test_members_leave_at_the_rate_that_is_said(tmp_path: Path) -> None:
    every = "[FRA, DEU, BRA, IND, RUS]"
    more = CLUB.replace("members: [FRA]", f"members: {every}")
    fixed = parameters(club_leaving=0.02, club_fit=0, club_alone=0.003, club_imitation=0)
    left = ensemble(made(tmp_path, more + fixed, "sessions=20"), 400)
    inside = 5 * np.exp(-0.02 * 5) + 1 * (1 - np.exp(-0.003 * 5))
    assert mean(left) == pytest.approx(inside, abs=0.15)


def test_a_word_binds_to_what_the_club_stands_for(tmp_path: Path) -> None:
    """The call stands for open borders; 73/27 does not, and L.60 does."""
    more = CLUB.replace("[FRA]}", "[FRA, BRA, IND]}")
    free, bound = (ensemble(made(tmp_path, more + parameters(club_word=k)), 200) for k in (0, 6))
    for draft, sign in (("73/27", -1), ("L.60", 1)):
        column = f"{draft}.committee.in_favour"
        assert sign * (mean(bound, column) - mean(free, column)) > 0


def test_what_is_said_happens(tmp_path: Path) -> None:
    outcomes = ensemble(made(tmp_path, CLUB, "RUS=accedes to call", "FRA=quits call"), 20)
    assert (outcomes.number("clubs_joined.RUS") == 1).all()
    enters = [act for act in outcomes.acts if act.act == "enters"]
    assert {(a.actor, a.reason, a.runs) for a in enters} >= {("RUS", "call", 20)}
    assert any(a.act == "quits a club" and a.actor == "FRA" for a in outcomes.acts)


WRONG = [
    ("{stands: {}}", "stands", "one issue or more"),
    ("{stands: {SOF: 20}}", "stands.SOF", "SOV"),
    ("{stands: {SOV: 120}}", "stands.SOV", "0 to 100"),
    ("{stands: {SOV: 20}, among: [FRA], members: [FRA]}", "among", "not yet in"),
    ("{stands: {SOV: 20}, door: consent}", "door", "members"),
    ("{stands: {SOV: 20}, door: invitation}", "door", "hosts"),
    ("{stands: {SOV: 20}, door: ajar}", "door", "open"),
    ("{stands: {SOV: 20}, opens: 9}", "opens", "1 to 2"),
    ("{stands: {SOV: 20}, launch: 60}", "launch", "0 to 6"),
    ("{stands: {SOV: 20}, members: [FRAA]}", "members.1", "FRA"),
]


@pytest.mark.parametrize(("club", "field", "right"), WRONG)
def test_a_wrong_club_is_told_with_its_line(
    tmp_path: Path, club: str, field: str, right: str
) -> None:
    said = f"{VOTE}clubs:\n  call: {club}\n"
    with pytest.raises(InputError) as caught:
        load(write(tmp_path, said))
    mistake = next(m for m in caught.value.mistakes if m.field == f"clubs.call.{field}")
    assert mistake.line == len(said.splitlines())
    assert right in mistake.allowed + mistake.suggestion + mistake.problem


@pytest.mark.parametrize(
    ("done", "right"),
    [
        ("USA=accedes to", "accedes to call"),
        ("USA=accedes to cull", "call"),
        ("ACME=accedes to call", "among"),
    ],
)
def test_what_nobody_can_do_is_refused(tmp_path: Path, done: str, right: str) -> None:
    with pytest.raises(InputError) as caught:
        made(tmp_path, CLUB, done)
    (mistake,) = caught.value.mistakes
    assert right in mistake.allowed + mistake.suggestion
