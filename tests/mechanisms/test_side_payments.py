"""Side payments: what they move, who wins the bidding, and when they are paid."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis.baselines import alone
from sim.build import setting as build
from sim.core.agenda import session, sessions
from sim.core.ask import play
from sim.core.ensemble import ensemble
from sim.core.outcomes import Outcomes
from sim.core.setting import Setting
from sim.core.world import begin
from sim.errors import InputError
from sim.forums.rules import Decision, How
from sim.mechanisms.side_payments import STEP, Offer, outbid
from sim.scenario import load
from tests.chunks import assert_chunk_free, assert_same
from tests.small import CONSENSUS, VOTE, write

RUNS = 200
VOTES = VOTE.replace(
    "rules: un_general_assembly", "rules: un_general_assembly\n    drafting: as_tabled"
)
SURE = "parameters: {payment_weight: 8, payment_openness: 1}\n"
TO_BRAZIL = "{donor: CHN, to: BRA, draft: 73/27, amount: 60}"
CHINA = ("    IND: {", "    CHN: {position: {SOV: 90, DATA: 80}}\n    IND: {")
NAME = "side_payments"
PAID = "payments_received.BRA"


def text(*offers: str, more: str = SURE) -> str:
    """The small vote, as tabled and with China in it, and these offers."""
    section = "".join(f"  - {offer}\n" for offer in offers)
    return VOTES.replace(*CHINA) + more + (f"{NAME}:\n{section}" if offers else "")


def made(folder: Path, *offers: str, more: str = SURE, settings: tuple[str, ...] = ()) -> Setting:
    return build(load(write(folder, text(*offers, more=more)), settings))


def votes_of(setting: Setting, outcomes: Outcomes, actor: str, stage: str) -> np.ndarray:
    """How an actor decides on 73/27: (runs,)."""
    place = outcomes.ballots.index(("73/27", stage))
    return outcomes.decisions[:, place, setting.slot(actor)]


def share(setting: Setting, decision: Decision, runs: int = RUNS) -> float:
    """The share of runs in which Brazil takes a decision on 73/27 in committee."""
    outcomes = ensemble(setting, runs)
    return float((votes_of(setting, outcomes, "BRA", "committee") == decision).mean())


# What they move


def test_who_is_paid_moves_to_the_side_that_pays(tmp_path: Path) -> None:
    plain = made(tmp_path)
    bought = made(tmp_path, TO_BRAZIL)
    against = made(tmp_path, TO_BRAZIL.replace("amount", "vote: against, amount"))
    yes, no = Decision.SUPPORT, Decision.OPPOSE
    assert share(bought, yes) > share(plain, yes) + 0.1
    assert share(against, yes) < share(plain, yes) - 0.1
    assert share(against, no) > share(plain, no) + 0.1


def test_an_offer_to_a_blocker_lowers_blocking_and_one_for_it_raises_it(tmp_path: Path) -> None:
    def blocking(who: str, vote: str) -> float:
        offer = f"{{donor: USA, to: {who}, draft: report, vote: {vote}, amount: 100}}"
        file = write(tmp_path, f"{CONSENSUS}{SURE}{NAME}:\n  - {offer}\n")
        return float(ensemble(build(load(file)), RUNS).number("report.decision.blocking").mean())

    before = ensemble(build(load(write(tmp_path, CONSENSUS + SURE))), RUNS)
    plain = before.number("report.decision.blocking").mean()
    assert blocking("CUB", "in_favour") < plain - 0.2
    assert blocking("IDN", "against") > plain + 0.2


def test_without_the_section_nothing_of_it_is_there(tmp_path: Path) -> None:
    setting = made(tmp_path)
    assert NAME not in [m.name for m in setting.active]
    assert not [column for column in setting.columns if column.startswith("payments")]
    emptied = made(tmp_path, TO_BRAZIL, settings=(f"{NAME}=[]",))
    assert_same(ensemble(setting, 20), ensemble(emptied, 20), "no offers")


@pytest.mark.parametrize("nothing", ["payment_weight", "payment_openness"])
def test_offers_that_weigh_nothing_change_no_decision(tmp_path: Path, nothing: str) -> None:
    plain = ensemble(made(tmp_path), 40)
    other = {"payment_weight": 8, "payment_openness": 1} | {nothing: 0}
    more = f"parameters: {{{', '.join(f'{k}: {v}' for k, v in other.items())}}}\n"
    idle = ensemble(made(tmp_path, TO_BRAZIL, more=more), 40)
    assert_same(idle.decisions, plain.decisions, nothing)
    for column, values in plain.table.items():
        assert_same(idle.table[column], values, column)


def test_own_positions_alone_are_without_it(tmp_path: Path) -> None:
    with_, without = alone(made(tmp_path, TO_BRAZIL)), alone(made(tmp_path))
    assert NAME not in [m.name for m in with_.active]
    assert_same(ensemble(with_, 20).decisions, ensemble(without, 20).decisions, "alone")


def test_more_is_more_and_a_weight_is_a_weight(tmp_path: Path) -> None:
    """Along a sweep of the amount, and one of the weight, Brazil never votes for it less often."""
    for path, values in (
        (f"{NAME}.1.amount", (0, 20, 60, 100)),
        ("parameters.payment_weight", (0, 2, 4, 8)),
    ):
        along = [
            share(made(tmp_path, TO_BRAZIL, settings=(f"{path}={value}",)), Decision.SUPPORT)
            for value in values
        ]
        assert along == sorted(along)
        assert along[-1] > along[0] + 0.1


def test_runs_do_not_see_each_other(tmp_path: Path) -> None:
    rival = "{donor: USA, to: [BRA, IND], draft: 73/27, vote: against, amount: 30, at_most: 90}"
    assert NAME in assert_chunk_free(made(tmp_path, TO_BRAZIL, rival, more=""))


def test_an_offer_more_changes_nobody_elses_openness_or_vote(tmp_path: Path) -> None:
    """Without influence and drafting, what is offered to Brazil is nothing to anybody else."""
    more = "parameters: {payment_weight: 8, influence: 0}\n"
    to_india = "{donor: USA, to: IND, draft: 73/27, amount: 40}"
    one, two = (
        made(tmp_path, *offers, more=more) for offers in ([to_india], [to_india, TO_BRAZIL])
    )
    is_open = [begin(s, range(40)).state[NAME]["open"] for s in (one, two)]
    assert np.array_equal(*is_open)
    assert 0 < is_open[0].mean() < 1
    first, second = ensemble(one, 40), ensemble(two, 40)
    others = [n for n, actor in enumerate(one.actors) if actor != "BRA"]
    assert np.array_equal(first.decisions[:, :, others], second.decisions[:, :, others])
    assert not np.array_equal(first.decisions, second.decisions)


# When they are paid


def reached(outcomes: Outcomes, stage: str) -> np.ndarray:
    return outcomes.table[f"73/27.{stage}.how"] != How.NOT_REACHED


def test_an_offer_is_paid_exactly_where_the_vote_was_given_to_the_end(tmp_path: Path) -> None:
    """At every stage that was reached; one vote that is not given is enough to lose it."""
    setting = made(tmp_path, TO_BRAZIL.replace("60", "25"))
    outcomes = ensemble(setting, RUNS)
    given = np.ones(RUNS, dtype=bool)
    for stage in ("committee", "plenary"):
        voted = votes_of(setting, outcomes, "BRA", stage) == Decision.SUPPORT
        given &= voted | ~reached(outcomes, stage)
    assert 0 < given.mean() < 1
    assert not reached(outcomes, "plenary").all()
    np.testing.assert_allclose(outcomes.number(PAID), np.where(given, 25.0, 0.0))


def test_what_is_paid_is_logged(tmp_path: Path) -> None:
    setting = made(tmp_path, TO_BRAZIL)
    outcomes = ensemble(setting, RUNS)
    pays = [act for act in outcomes.acts if act.act == "pays"]
    assert {(a.actor, a.target, a.draft) for a in pays} == {("CHN", "BRA", "73/27")}
    assert sum(a.runs for a in pays) == np.count_nonzero(outcomes.number(PAID))
    assert sum(a.runs * a.size for a in pays) == pytest.approx(outcomes.number(PAID).sum())


def test_an_offer_lapses_where_the_vote_is_not_given(tmp_path: Path) -> None:
    """In the runs in which Brazil does not vote for it in committee, nobody bids in plenary."""
    setting = made(tmp_path, TO_BRAZIL.replace("60", "10"))
    world = begin(setting, range(RUNS))
    play(sessions(setting, world))
    decided = world.ballots[0, "committee"]
    kept = decided.decisions[:, setting.slot("BRA")] == Decision.SUPPORT
    came = decided.verdict.how != How.NOT_REACHED
    assert came.all()
    assert 0 < kept.mean() < 1
    held = world.state[NAME]["held"][:, 0]
    assert np.array_equal(held > 0, kept)


@pytest.mark.parametrize("verb", ["withdraws", "absent", "steps back"])
def test_a_donor_that_leaves_pays_nothing(tmp_path: Path, verb: str) -> None:
    setting = made(tmp_path, TO_BRAZIL, settings=(f"CHN={verb}",))
    assert not ensemble(setting, 40).number(PAID).any()


def test_a_donor_that_leaves_between_stages_pays_for_the_first_alone(tmp_path: Path) -> None:
    later = SURE + "events:\n  - {session: 2, do: CHN withdraws}\n"
    outcomes = ensemble(made(tmp_path, TO_BRAZIL, more=later), RUNS)
    over = ~reached(outcomes, "plenary")  # decided for good while it was there
    assert outcomes.number(PAID)[over].any()
    assert not outcomes.number(PAID)[~over].any()


@pytest.mark.parametrize("verb", ["withdraws", "absent"])
def test_who_is_not_there_to_vote_is_not_paid(tmp_path: Path, verb: str) -> None:
    setting = made(tmp_path, TO_BRAZIL, settings=(f"BRA={verb}",))
    assert not ensemble(setting, 40).number(PAID).any()


def test_the_side_that_would_pay_more_has_the_state_until_it_is_let_down(tmp_path: Path) -> None:
    """Whoever votes for it in committee all the same is China's to pay in plenary, unopposed."""
    rival = "{donor: USA, to: BRA, draft: 73/27, vote: against, amount: 30, at_most: 90}"
    setting = made(tmp_path, TO_BRAZIL, rival)
    world = begin(setting, range(RUNS))
    play(session(setting, world, 1))
    held = world.state[NAME]["held"].copy()
    assert (held == [0.0, 0.6 + STEP]).all()
    play(session(setting, world, 2))
    first = world.ballots[0, "committee"].decisions[:, setting.slot("BRA")]
    assert (world.state[NAME]["held"][first == Decision.SUPPORT] == [0.6, 0.0]).all()
    assert (world.state[NAME]["held"][first == Decision.OPPOSE] == held[0]).all()
    assert {Decision.SUPPORT, Decision.OPPOSE} <= set(first.tolist())


# Who wins the bidding

FOR, AGAINST = 1, -1
HUNDREDTH = st.integers(0, 100).map(lambda n: n / 100)
BID = st.tuples(st.sampled_from([FOR, AGAINST]), HUNDREDTH, HUNDREDTH)
BIDS = st.lists(BID, min_size=1, max_size=5)


def bid(*offers: tuple[int, float, float]) -> list[float]:
    """What is held of offers of (side, amount, most), all of which stand."""
    made_ = [Offer(n, 9, 0, side, amount, most) for n, (side, amount, most) in enumerate(offers)]
    held: list[float] = outbid(made_, np.array([[o.most for o in made_]]))[0].tolist()
    return held


@pytest.mark.parametrize(
    ("offers", "held"),
    [
        ([(FOR, 0.4, 0.4)], [0.4]),  # nobody bids against it
        ([(FOR, 0.4, 0.9)], [0.4]),  # and nobody makes it raise
        ([(FOR, 0.4, 0.4), (AGAINST, 0.4, 0.4)], [0, 0]),  # equals cancel
        ([(FOR, 0.2, 0.9), (AGAINST, 0.9, 0.9)], [0, 0]),  # so do equals after raises
        ([(FOR, 0.4, 0.9), (AGAINST, 0.6, 0.6)], [0.65, 0]),  # just above the rival's most
        ([(FOR, 0.4, 0.62), (AGAINST, 0.6, 0.6)], [0.62, 0]),  # and not above its own
        ([(FOR, 0.8, 0.9), (AGAINST, 0.3, 0.3)], [0.8, 0]),  # not below its first
        ([(FOR, 0.4, 0.4), (AGAINST, 0.1, 0.7)], [0, 0.45]),
        ([(FOR, 0.4, 0.4), (FOR, 0.6, 0.6)], [0, 0.6]),  # one side does not outbid itself
        ([(FOR, 0.1, 0.5), (FOR, 0.1, 0.9), (AGAINST, 0.3, 0.3)], [0, 0.35, 0]),
        ([(FOR, 0.5, 0.5), (FOR, 0.5, 0.5)], [0.5, 0]),  # a tie on one side: the first
        ([(FOR, 0.0, 0.0), (AGAINST, 0.0, 0.0)], [0, 0]),
        ([(FOR, 0.0, 0.5)], [0]),  # nothing is offered, and nothing makes it raise
    ],
)
def test_bidding_by_hand(offers: list[tuple[int, float, float]], held: list[float]) -> None:
    assert bid(*offers) == pytest.approx(held)


@given(BIDS)
def test_who_would_pay_most_wins_at_a_step_above_the_rivals_most(bids: list[Any]) -> None:
    offers = [(side, min(a, b), max(a, b)) for side, a, b in bids]
    held = bid(*offers)
    tops = {s: max((most for side, _, most in offers if side == s), default=0.0) for s in (1, -1)}
    if tops[FOR] == tops[AGAINST]:
        assert held == [0.0] * len(offers)
        return
    winner = max(range(len(offers)), key=lambda n: offers[n][2])
    side, amount, most = offers[winner]
    rival = tops[-side]
    assert [n for n, price in enumerate(held) if price > 0] in ([winner], [])
    assert amount <= held[winner] <= most
    assert held[winner] == pytest.approx(min(most, max(amount, rival + STEP if rival else 0)))


@given(BIDS)
def test_the_order_of_donors_does_not_matter_but_for_ties_on_one_side(bids: list[Any]) -> None:
    offers = [(side, min(a, b), max(a, b)) for side, a, b in bids]
    strongest = [(side, most) for side, _, most in offers if most == max(o[2] for o in offers)]
    held = dict(zip(range(len(offers)), bid(*offers), strict=True))
    for order in permutations(range(len(offers))):
        again = dict(zip(order, bid(*(offers[n] for n in order)), strict=True))
        if len(strongest) == len(set(strongest)):
            assert again == held
        else:  # the first of those that tie wins, at its own first offer
            assert sum(v > 0 for v in again.values()) <= 1


@given(BIDS, st.integers(1, 5))
def test_runs_are_bid_for_one_by_one(bids: list[Any], runs: int) -> None:
    made_ = [Offer(n, 9, 0, side, min(a, b), max(a, b)) for n, (side, a, b) in enumerate(bids)]
    stands = np.arange(runs * len(bids)).reshape(runs, -1) % 3 > 0
    most = np.array([o.most for o in made_]) * stands
    held = outbid(made_, most)
    for run in range(runs):
        assert np.array_equal(held[run], outbid(made_, most[run : run + 1])[0])


def test_an_offer_that_does_not_stand_raises_no_price(tmp_path: Path) -> None:
    """A rival who is not in the room is not bid against."""
    rival = "{donor: USA, to: BRA, draft: 73/27, vote: against, amount: 30, at_most: 50}"
    there = made(tmp_path, TO_BRAZIL.replace("60", "20, at_most: 80"), rival)
    gone = made(
        tmp_path, TO_BRAZIL.replace("60", "20, at_most: 80"), rival, settings=("USA=absent",)
    )
    for setting, price in ((there, 55.0), (gone, 20.0)):
        assert ensemble(setting, 40).number(PAID).max() == pytest.approx(price)


# What is refused

WRONG = [
    ("{donor: CHN, to: CHN, draft: 73/27, amount: 60}", "to", "CHN", "other states"),
    ("{donor: CHN, to: [BRA, ACME], draft: 73/27, amount: 60}", "to", "ACME", "states"),
    ("{donor: CHN, to: FRA, draft: 73/27, amount: 60}", "to", "FRA", "members of its forum"),
    ("{donor: CHN, to: BRA, draft: 73/27, amount: -1}", "amount", "-1", "0 to 100"),
    ("{donor: CHN, to: BRA, draft: 73/27, amount: 101}", "amount", "101", "0 to 100"),
    ("{donor: CHN, to: BRA, draft: 73/27, amount: 60, at_most: 40}", "at_most", "40", "60 or more"),
    ("{donor: CHN, to: BRA, draft: 73/72, amount: 60}", "draft", "73/72", "73/27"),
    ("{donor: CNH, to: BRA, draft: 73/27, amount: 60}", "donor", "CNH", "CHN"),
    ("{donor: CHN, to: BRA, draft: 73/27, amuont: 60}", "amuont", "amuont", "amount"),
    ("{donor: CHN, to: BRA, draft: 73/27, amount: 60, vote: maybe}", "vote", "maybe", "in_favour"),
]


@pytest.mark.parametrize(("offer", "field", "value", "right"), WRONG)
def test_a_wrong_offer_is_told_with_its_line_and_what_is_right(
    tmp_path: Path, offer: str, field: str, value: str, right: str
) -> None:
    seats = (
        "rules: un_general_assembly",
        "rules: un_general_assembly\n    members: [USA, RUS, DEU, BRA, IND, CHN]",
    )
    said = text(offer).replace(*seats)
    line = 1 + said.splitlines().index(f"  - {offer}")
    with pytest.raises(InputError) as caught:
        load(write(tmp_path, said))
    mistake = next(m for m in caught.value.mistakes if m.field == f"{NAME}.1.{field}")
    assert mistake.file.endswith("small.yaml")
    assert (mistake.line, mistake.value) == (line, value)
    assert right in mistake.allowed + mistake.suggestion
