"""Orders: who is told how to vote, and who follows a leader that is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis.baselines import alone
from sim.build import setting as build
from sim.core.ensemble import ensemble
from sim.core.setting import Meeting, Setting
from sim.core.support import bound
from sim.core.world import begin
from sim.errors import InputError, Mistake
from sim.forums.presets import PRESETS
from sim.forums.rules import Decision, How, Rules
from sim.mechanisms.instructions import FREE, ORDER
from sim.mechanisms.red_lines import RedLine
from sim.scenario import Scenario, load
from sim.study.midway import midway
from tests.settings import BlocSpec, DraftSpec, exact, restage
from tests.small import VOTE, write

YES, NO, ABSTAIN, ABSENT = Decision.SUPPORT, Decision.OPPOSE, Decision.ABSTAIN, Decision.ABSENT
ACCEPT, BLOCK = Decision.ACCEPT, Decision.BLOCK
LEADER, MEMBERS, OTHERS = 0, [0, 1, 2, 3], [4, 5]
MEETING = Meeting(1, 0)


def hall(
    order: Decision | int = NO,
    cohesion: float = 1.0,
    rules: str | Rules = "simple_majority",
    own: dict[int, Decision] | None = None,
    **changes: object,
) -> Setting:
    """Six that all gain by the text, four of them in a bloc whose leader has an order."""
    led = BlocSpec(MEMBERS, cohesion, "leader", leader=LEADER)
    defaults: dict[str, Any] = {"blocs": [led], "position": np.full((6, 1), 0.9), "insistence": 0.0}
    setting = exact(
        6, issues=1, drafts=[DraftSpec([0], [0.8])], salience=np.ones((6, 1)), status_quo=[0.2],
        forums=[rules], capability=np.zeros(6), **(defaults | changes),
    )  # fmt: skip
    orders = np.full((6, 1), FREE)
    orders[LEADER] = order
    for actor, decision in (own or {}).items():
        orders[actor] = decision
    return restage(setting, orders=orders)


def decided(setting: Setting) -> list[Decision]:
    return [Decision(d) for d in ensemble(setting, 1).decisions[0, 0]]


@pytest.mark.parametrize(
    ("order", "vote", "in_consensus"),
    [(NO, NO, BLOCK), (YES, YES, ACCEPT), (ABSTAIN, ABSTAIN, ACCEPT), (FREE, YES, ACCEPT)],
)
def test_a_leaders_order_binds_a_wholly_cohesive_bloc(
    order: Decision, vote: Decision, in_consensus: Decision
) -> None:
    assert decided(hall(order)) == [vote] * 4 + [YES] * 2
    assert decided(hall(order, rules="consensus")) == [in_consensus] * 4 + [ACCEPT] * 2


def test_it_binds_against_what_members_would_do() -> None:
    """All lose by the text: told to vote for it, they do, and in consensus none blocks."""
    losing = {"position": np.zeros((6, 1)), "blocking_cost": 0.05, "reservation": 9.0}
    assert decided(hall(YES, **losing)) == [YES] * 4 + [NO] * 2
    room = replace(PRESETS["consensus"], drafting="as_tabled")
    assert decided(hall(YES, rules=room, **losing)) == [ACCEPT] * 4 + [BLOCK] * 2


def test_a_half_cohesive_bloc_goes_half_way() -> None:
    setting = hall(NO, 0.5)
    own = np.full((1, 6), 3.0)
    felt = bound(setting, begin(setting, [0]), setting.meetings[0][0], 0, own)
    half = (3.0 - ORDER) / 2
    np.testing.assert_allclose(felt, [[-ORDER, half, half, half, 3.0, 3.0]])
    assert decided(setting)[:5] == [NO] * 4 + [YES]  # the gain of .48 is worth less than the order
    # In consensus nothing short of the whole binds: members lose nothing and do not block.
    assert decided(hall(NO, 0.5, "consensus")) == [BLOCK] + [ACCEPT] * 5


def test_members_follow_further_the_more_cohesive_they_are() -> None:
    own = np.full((1, 6), 3.0)
    felt = []
    for cohesion in (0.0, 0.25, 0.5, 0.75, 1.0):
        setting = hall(NO, cohesion)
        felt.append(bound(setting, begin(setting, [0]), setting.meetings[0][0], 0, own)[0, 1])
    assert felt == sorted(felt, reverse=True)
    assert (felt[0], felt[-1]) == (3.0, -ORDER)


@pytest.mark.parametrize("rules", ["simple_majority", "consensus"])
def test_who_is_not_in_its_seat_leads_nobody(rules: str) -> None:
    away = restage(hall(rules=rules), attending=np.arange(6) != LEADER)
    assert decided(away) == [ABSENT] + [YES if rules == "simple_majority" else ACCEPT] * 5


@pytest.mark.parametrize("rules", ["simple_majority", "consensus"])
def test_a_members_own_orders_win(rules: str) -> None:
    said = decided(hall(NO, rules=rules, own={1: YES, 2: ABSTAIN}))
    if rules == "consensus":
        assert said == [BLOCK, ACCEPT, ACCEPT, BLOCK, ACCEPT, ACCEPT]
    else:
        assert said == [NO, YES, ABSTAIN, NO, YES, YES]


@pytest.mark.parametrize(("other", "follows"), [(YES, False), (NO, True), (FREE, True)])
def test_a_member_of_two_blocs_follows_leaders_that_agree(other: int, follows: bool) -> None:
    """Whichever bloc is listed first: between two leaders that differ, a member decides itself."""
    blocs = [BlocSpec([0, 1, 2, 3], 1.0, "leader", leader=0)]
    blocs.append(BlocSpec([3, 4, 5], 1.0, "leader", leader=4))
    for listed in (blocs, blocs[::-1]):
        setting = hall(NO, own={4: other} if other != FREE else {}, blocs=listed)
        assert (setting.doing("decide")[0].decide(setting, MEETING, 0, False)[3] == NO) == follows
        assert decided(setting)[1] is NO


def test_who_left_the_bloc_is_free() -> None:
    listed = np.isin(np.arange(6), [0, 2, 3])[None]
    assert decided(restage(hall(), listed=listed))[:4] == [NO, YES, NO, NO]


def test_a_block_by_order_leaves_no_other_text() -> None:
    table = ensemble(hall(rules="consensus"), 1).table
    assert table["L.1.decision.how"][0] == How.BLOCKED
    assert table["L.1.decision.text_existed"][0] == 0


def test_the_ordered_in_an_empty_seat_do_nothing() -> None:
    away = restage(hall(rules="consensus", cohesion=0.5), attending=np.arange(6) != LEADER)
    assert ensemble(away, 1).table["L.1.decision.how"][0] == How.CONSENSUS


def test_alone_an_order_stands_and_nobody_follows_it() -> None:
    """Own positions alone are played without blocs, whose members no leader binds then."""
    for rules in ("simple_majority", "consensus"):
        setting = alone(hall(rules=rules))
        assert decided(setting)[0] == (NO if rules == "simple_majority" else BLOCK)
        assert not set(decided(setting)[1:]) & {NO, BLOCK}


@given(
    orders=st.lists(st.sampled_from([FREE, YES, NO, ABSTAIN]), min_size=6, max_size=6),
    there=st.lists(st.booleans(), min_size=6, max_size=6),
    whole=st.booleans(),
    by_consensus=st.booleans(),
)
def test_orders_are_carried_out_by_whoever_is_there(
    orders: list[int], there: list[bool], whole: bool, by_consensus: bool
) -> None:
    """Who is there does as it is told, else as a leader there is told, else as it will."""
    rules = "consensus" if by_consensus else "simple_majority"
    given_ = {actor: Decision(order) for actor, order in enumerate(orders) if order != FREE}
    setting = hall(FREE, 1.0 if whole else 0.9, rules, own=given_)
    said = decided(restage(setting, attending=np.array(there)))
    for actor, seated in enumerate(there):
        order = orders[actor]
        if order == FREE and actor in MEMBERS and there[LEADER] and whole:
            order = orders[LEADER]
        if not seated:
            assert said[actor] is ABSENT
        elif by_consensus and order != FREE:
            assert said[actor] is (BLOCK if order == NO else ACCEPT)
        elif order != FREE:
            assert said[actor] == order


# How groups are told, in files, settings and the middle of a play

GROUPS = "groups: {Friends: [BRA, IND], Nobody: [NOR], Twelve: [USA, BRA]}\n"
ROUTES = ("--set", "do", "--after")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return write(tmp_path, VOTE + GROUPS)


def told(small: Path, route: str, subject: str, does: str) -> Scenario:
    """Say that somebody does something from session 1 on, or after it, in one of three ways."""
    if route == "--set":
        return load(small, [f"{subject}={does}"])
    if route == "--after":
        return midway(str(small), load(small), [f"{subject}={does}"], 1)
    event = f"events: [{{session: 1, do: {subject} {does}}}]\n"
    return load(write(small.parent, VOTE + GROUPS + event, "told.yaml"))


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    ("subject", "does", "who", "order", "drafts"),
    [
        ("group Friends", "opposes 73/27", ["BRA", "IND"], NO, [0]),
        ("Friends", "votes for 73/27", ["BRA", "IND"], YES, [0]),
        ("Friends Group", "abstains L.60", ["BRA", "IND"], ABSTAIN, [1]),
        ("the friends group", "opposes", ["BRA", "IND"], NO, [0, 1]),
        ("EU", "opposes 73/27", ["FRA", "DEU"], NO, [0]),
        ("group EU", "votes for", ["FRA", "DEU"], YES, [0, 1]),
        ("group EU", "acts as one for 73/27", ["FRA", "DEU"], YES, [0]),
        ("EU", "acts as one against L.60", ["FRA", "DEU"], NO, [1]),
        ("Brazil", "abstains", ["BRA"], ABSTAIN, [0, 1]),
    ],
)
def test_a_group_is_told_as_an_actor_is(
    small: Path, route: str, subject: str, does: str, who: list[str], order: int, drafts: list[int]
) -> None:
    made = build(told(small, route, subject, does))
    orders = made.scene(2).parts["instructions"]
    expected = np.full_like(orders, FREE)
    for actor in who:
        expected[made.slot(actor), drafts] = order
    assert np.array_equal(orders, expected)
    first = made.scene(1).parts["instructions"]
    assert np.array_equal(first, np.full_like(orders, FREE) if route == "--after" else expected)
    cast = ensemble(made, 4).decisions[:, [made.ballots.index((d, "plenary")) for d in drafts]]
    assert (cast[..., [made.slot(actor) for actor in who]] == order).all()


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    ("subject", "does", "problem", "right"),
    [
        ("group Freinds", "opposes", "there is no such group", "group Friends"),
        ("Freinds", "opposes", "there is no such actor", "Friends"),
        ("African Group", "opposes", "no member of this group is here", ""),
        ("group Friends", "opposes 73/28", "there is no such draft", "73/27"),
        ("Brazil", "acts as one for 73/27", "only a group acts as", "BRA votes for 73/27"),
        ("BRA", "acts as one against", "only a group acts as one against", "BRA opposes"),
        ("group Friends", "leaves EU", "BRA is not in this bloc", ""),
    ],
)
def test_a_slip_is_refused_with_the_right_word(
    small: Path, route: str, subject: str, does: str, problem: str, right: str
) -> None:
    with pytest.raises(InputError) as refused:
        told(small, route, subject, does)
    mistakes: list[Mistake] = refused.value.mistakes
    assert problem in mistakes[0].problem
    assert mistakes[0].suggestion.replace("Brazil", "BRA") == right


@pytest.mark.parametrize("route", ROUTES[:2])
def test_a_group_of_ones_own_with_nobody_here_does_nothing(small: Path, route: str) -> None:
    with pytest.raises(InputError, match="no member of this group is here"):
        told(small, route, "group Nobody", "opposes")


def test_a_group_takes_no_field(small: Path) -> None:
    for path in ("group Friends.position.SOV=50", "EU.capability=3"):
        with pytest.raises(InputError, match="no actor or field"):
            load(small, [path])


def test_what_a_group_does_midway_is_written_so_that_it_can_be_read_again(small: Path) -> None:
    made = told(small, "--after", "EU", "acts as one against 73/27")
    assert made.origin.value["events"][-1]["do"] == ["EU acts as one against 73/27"]
    assert load(made, ["USA.capability=3"]).events == made.events


def test_an_order_to_vote_for_goes_over_a_red_line_of_ones_own() -> None:
    """Who is told not to block does not, whatever it declared; others' red lines hold."""
    lines = [RedLine(1, 0, at_most=0.5), RedLine(5, 0, at_most=0.6)]
    room = replace(PRESETS["consensus"], drafting="as_tabled")
    free = decided(hall(FREE, rules=room, red_lines=lines))
    assert [i for i, said in enumerate(free) if said is BLOCK] == [1, 5]
    told_so = decided(hall(FREE, rules=room, own={1: YES}, red_lines=lines))
    assert [i for i, said in enumerate(told_so) if said is BLOCK] == [5]


def test_red_lines_stand_where_own_positions_are_played_alone() -> None:
    room = replace(PRESETS["consensus"], drafting="as_tabled")
    setting = alone(hall(FREE, rules=room, red_lines=[RedLine(1, 0, at_most=0.5)]))
    assert decided(setting)[1] is BLOCK
