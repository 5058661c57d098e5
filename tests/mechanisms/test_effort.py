"""Effort: what there is to spend, what it goes to, and who decides otherwise."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.actors import Company, Room, Spending, State
from sim.build import setting as build
from sim.core.ensemble import ensemble
from sim.core.mechanism import Market, Reach, Wish
from sim.core.setting import Setting
from sim.core.world import begin
from sim.errors import InputError
from sim.mechanisms.effort import QUIETEST, effort, offices, split
from sim.mechanisms.lobbying import AGAINST, FOR
from sim.model import Diplomacy
from sim.scenario import load
from tests.small import VOTE, write

ON = "lobbying: on\n"
SURE = "parameters: {effort_spread: 0, without_office: 0.5, lobbying_effect: 0.6}\n"


def made(folder: Path, more: str = "", *settings: str, text: str = VOTE) -> Setting:
    return build(load(write(folder, text + ON + SURE + more), settings))


def have(setting: Setting, actor: str, session: int = 1) -> float:
    world = begin(setting, [0])
    return float(effort(setting, world, session)[0, setting.slot(actor)])


def test_staff_and_office_make_it(tmp_path: Path) -> None:
    s = made(tmp_path)
    assert have(s, "USA") == pytest.approx(QUIETEST + (1 - QUIETEST) * 0.9)
    assert have(s, "BRA") == pytest.approx(0.5 * (QUIETEST + (1 - QUIETEST) * 0.3))
    assert offices()["BRA"] > 2018 >= offices()["FRA"]
    later = made(tmp_path, text=VOTE.replace("2018-10-01", "2022-10-01"))
    assert have(later, "BRA") == pytest.approx(2 * have(s, "BRA"))
    assert have(s, "ACME") == pytest.approx(QUIETEST + (1 - QUIETEST) * 0.3)


def test_what_the_scenario_says_is_not_drawn_about(tmp_path: Path) -> None:
    s = build(load(write(tmp_path, VOTE + ON + "effort: {BRA: 70}\n")))
    world = begin(s, list(range(8)))
    drawn = effort(s, world, 1)
    assert (drawn[:, s.slot("BRA")] == 0.7).all()
    assert len(set(drawn[:, s.slot("IND")].tolist())) == 8


def test_an_event_changes_it_and_who_is_away_has_none(tmp_path: Path) -> None:
    s = made(tmp_path, "events: [{session: 2, set: {effort.BRA: 10}, do: USA absent}]\n")
    assert have(s, "BRA", 1) == pytest.approx(0.22)
    assert have(s, "BRA", 2) == pytest.approx(0.1)
    assert have(s, "USA", 1) > 0 == have(s, "USA", 2)


worths = st.lists(st.floats(0, 50), min_size=3, max_size=3)


@given(first=worths, second=worths, other=st.floats(0.1, 20))
def test_budgets_are_proportional_to_worth(
    first: list[float], second: list[float], other: float
) -> None:
    market = Market(np.ones((1, 3)), Reach(np.ones((3, 3))))
    wishes = [Wish("lobbies", 0, np.array([worth]), market) for worth in (first, second)]
    budget = np.array([[1.0, 0.5, 0.0]])
    spent = split(budget, wishes, np.array([[other]]))
    for i in range(3):
        whole = first[i] + second[i] + other
        assert spent[0][0, i] == pytest.approx(budget[0, i] * first[i] / whole)
        assert spent[0][0, i] + spent[1][0, i] <= budget[0, i] * (1 + 1e-12)


def test_without_other_business_shares_are_those_of_snyder() -> None:
    """The shares of what each contest is worth, and nothing is left over."""
    market, worth = Market(np.ones((1, 1)), Reach(np.ones((1, 1)))), (3.0, 1.0, 4.0)
    wishes = [Wish("lobbies", n, np.array([[w]]), market) for n, w in enumerate(worth)]
    spent = split(np.ones((1, 1)), wishes, np.zeros((1, 1)))
    assert [float(s[0, 0]) for s in spent] == [w / sum(worth) for w in worth]


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("{USA: -5}", "effort.USA"),
        ("{USA: 101}", "effort.USA"),
        ("{USA: .nan}", "effort.USA"),
        ("{UZA: 5}", "USA"),
    ],
)
def test_what_is_no_effort_is_refused(tmp_path: Path, said: str, wrong: str) -> None:
    with pytest.raises(InputError, match=wrong):
        made(tmp_path, f"effort: {said}\n")


def test_a_company_that_reaches_nobody_is_refused(tmp_path: Path) -> None:
    text = VOTE.replace("home: USA, ", "").replace(
        "rules: un_general_assembly", "rules: un_general_assembly\n    access: closed"
    )
    with pytest.raises(InputError, match="shut out of every room"):
        made(tmp_path, "effort: {ACME: 50}\n", text=text)
    made(tmp_path, "effort: {ACME: 50}\n", text=text.replace("closed", "open"))


# Delegations that decide for themselves


def ordered(answer: Callable[[Room], Any], kind: type = State) -> type:
    """A class whose delegations spend as a function of the room says."""

    class Ordered(kind):  # type: ignore[misc]
        def act(self, room: Room) -> Any:
            return answer(room)

    return Ordered


def test_who_says_what_is_usual_changes_no_bit(tmp_path: Path) -> None:
    class Usual(State):
        def act(self, room: Room) -> Any:
            usual = super().act(room)
            assert sum(one.effort for one in usual) <= room.effort
            assert all(one.act in room.acts for one in usual)
            return usual

    s = made(tmp_path)
    found = Diplomacy(s, 3, {"RUS": Usual}).play()
    expected = ensemble(s, [3])
    for name, values in expected.table.items():
        assert np.array_equal(found.table[name], values, equal_nan=values.dtype.kind == "f"), name


def test_effort_goes_where_it_is_sent(tmp_path: Path) -> None:
    def reached(answer: Callable[[Room], Any]) -> dict[str, float]:
        outcomes = Diplomacy(s, 0, {"USA": ordered(answer)}).play()
        return {a: float(outcomes.number(f"lobbying_received.{a}")[0]) for a in ("BRA", "IND")}

    s = made(tmp_path)
    nothing = reached(lambda room: [])
    brazil = reached(lambda room: [room.spend(AGAINST, "73/27", room.effort, ["BRA"])])
    both = reached(lambda r: [r.spend(AGAINST, "73/27", r.effort, {"BRA": 3, "IND": 1})])
    anybody = reached(lambda room: [room.spend(AGAINST, "73/27", room.effort)])
    assert brazil["BRA"] > both["BRA"] > nothing["BRA"]
    assert brazil["IND"] < both["IND"]
    assert anybody["BRA"] > nothing["BRA"]


def test_who_spends_nothing_is_as_one_that_has_nothing(tmp_path: Path) -> None:
    idle = Diplomacy(made(tmp_path), 0, {"USA": ordered(lambda room: [])}).play()
    poor = Diplomacy(made(tmp_path, "effort: {USA: 0}\n"), 0).play()
    for actor in ("BRA", "IND", "FRA"):
        column = f"lobbying_received.{actor}"
        assert idle.number(column)[0] == pytest.approx(poor.number(column)[0], rel=1e-12)


def test_a_leader_is_shown_what_its_coalition_has_put_in(tmp_path: Path) -> None:
    seen: dict[str, float] = {}

    def noted(room: Room) -> Any:
        seen["effort"] = room.effort
        return [room.spend(AGAINST, "73/27", room.effort)]

    more = "coalitions: {form: on, force: {Two: [USA, FRA]}}\n"
    sure = SURE.replace("}", ", coalition_discipline: 0.5, coalition_friction: 1}")
    s = build(load(write(tmp_path, VOTE + ON + sure + more)))
    Diplomacy(s, 0, {"USA": ordered(noted)}).play()
    own, other = (100 * have(made(tmp_path), actor) for actor in ("USA", "FRA"))
    assert seen["effort"] == pytest.approx(own + 0.5 * other)


def test_it_moves_the_vote_of_whom_it_is_sent_to(tmp_path: Path) -> None:
    def support(act: str) -> float:
        model = Diplomacy(s, 0, {"USA": ordered(lambda r: [r.spend(act, "73/27", r.effort)])})
        model.step()
        return float(model.support("73/27")[s.slot("BRA")])

    s = made(tmp_path)
    assert support(FOR) > support(AGAINST) + 0.1


@pytest.mark.parametrize(
    ("answer", "wrong"),
    [
        (lambda room: None, "must return a list"),
        (lambda room: "lobbies for", "must return a list"),
        (lambda room: [FOR], r"a list of room\.spend"),
        (lambda room: [room.spend("lobbies fro", "73/27", 1)], "did you mean 'lobbies for'"),
        (lambda room: [room.spend(FOR, "73/72", 1)], "did you mean '73/27'"),
        (lambda room: [room.spend(FOR, "73/27", room.effort + 1)], "more effort than it has"),
        (lambda room: [room.spend(FOR, "73/27", room.effort, ["BRA"])] * 2, "more effort than"),
        (lambda room: [room.spend(FOR, "73/27", -1)], "not an amount of effort"),
        (lambda room: [room.spend(FOR, "73/27", float("nan"))], "not an amount of effort"),
        (lambda room: [Spending(FOR, "73/27", 1, {"BRA": -1})], "not an amount of effort"),
        (lambda room: [room.spend(FOR, "73/27", 1, ["BRZ"])], "nobody who is there.*BRA"),
        (lambda room: [room.spend(FOR, "73/27", 1, ["DEU"])], "nobody who is there"),
        (lambda room: [room.spend(FOR, "73/27", 1, ["USA"])], "turns to itself"),
    ],
)
def test_what_cannot_be_done_is_refused(tmp_path: Path, answer: Any, wrong: str) -> None:
    s = made(tmp_path, "events: [{session: 1, do: DEU absent}]\n")
    with pytest.raises(InputError, match=rf"(?s)Ordered\.act \(for USA\).*{wrong}"):
        Diplomacy(s, 0, {"USA": ordered(answer)}).play()


def test_a_company_may_decide_too(tmp_path: Path) -> None:
    s = made(tmp_path)
    mine = ordered(lambda room: [room.spend(AGAINST, "73/27", room.effort, ["USA"])], Company)
    told = Diplomacy(s, 0, {"ACME": mine}).play().acts
    assert {(act.act, act.target) for act in told if act.actor == "ACME"} >= {(AGAINST, "USA")}
