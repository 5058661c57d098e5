"""Aid: for whom, at what price, what it moves now and later, and what it builds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.analysis.baselines import alone
from sim.build import setting as build
from sim.core.ensemble import ensemble
from sim.core.outcomes import Outcomes
from sim.core.setting import Setting
from sim.errors import InputError
from sim.mechanisms.aid import STEP, buy_back, leaning
from sim.scenario import load
from tests.chunks import assert_chunk_free, assert_same
from tests.small import VOTE, write

TEXT = VOTE.replace(
    "rules: un_general_assembly", "rules: un_general_assembly\n    drafting: as_tabled"
)
RUS = "  RUS: {budget: 100, to: [BRA, IND], kinds: {training: 50, response: 50}}\n"
USA = "  USA: {budget: 100, to: [BRA, IND], spend: even, kinds: {cable: 100}}\n"
OFF = "parameters: {aid_vote: 0, aid_drift: 0, aid_staff: 0}\n"
STRONG = "parameters: {aid_vote: 1, aid_drift: 0.15, aid_staff: 1, aid_multiplier: 3}\n"


def made(folder: Path, donors: str = RUS, more: str = STRONG, *settings: str) -> Setting:
    section = f"aid:\n{donors}" if donors else ""
    return build(load(write(folder, TEXT + more + section), settings))


def mean(outcomes: Outcomes, column: str) -> float:
    return float(np.nanmean(outcomes.number(column)))


# What it moves


def test_what_does_nothing_changes_nothing(tmp_path: Path) -> None:
    plain, still = (ensemble(made(tmp_path, d, OFF), 40, keep=True) for d in ("", RUS + USA))
    for column, values in plain.table.items():
        assert_same(values, still.table[column], column)
    assert np.array_equal(plain.decisions, still.decisions)


def test_own_positions_alone_are_without_aid(tmp_path: Path) -> None:
    with_, without = (alone(made(tmp_path, donors)) for donors in (RUS, ""))
    assert with_.parts["aid"] is None
    assert np.array_equal(ensemble(with_, 40).decisions, ensemble(without, 40).decisions)


def test_runs_do_not_see_each_other(tmp_path: Path) -> None:
    second = USA.replace("even", "buy_back")
    setting = made(tmp_path, RUS + second, STRONG + "lobbying: on\n", "India=requests help")
    assert "aid" in assert_chunk_free(setting)


def test_votes_follow_what_is_given(tmp_path: Path) -> None:
    """73/27 is what Russia wants, and L.60 is not."""
    plain, aided = (ensemble(made(tmp_path, donors), 300) for donors in ("", RUS))
    for draft, sign in (("73/27", 1), ("L.60", -1)):
        column = f"{draft}.committee.in_favour"
        assert sign * (mean(aided, column) - mean(plain, column)) > 0


@pytest.mark.parametrize(("donor", "sign"), [(RUS, 1), (USA, -1)])
def test_positions_drift_to_the_donor(tmp_path: Path, donor: str, sign: int) -> None:
    from sim.core.agenda import sessions
    from sim.core.ask import play
    from sim.core.world import begin

    setting = made(tmp_path, donor.replace("100,", "1000,", 1), STRONG, "sessions=12")
    world = begin(setting, range(8))
    before = world.position.copy()
    play(sessions(setting, world))
    moved = sign * (world.position - before)[:, setting.slot("IND"), 0]
    assert (moved > 0).all()
    assert np.array_equal(world.position[:, setting.slot("FRA")], before[:, setting.slot("FRA")])


def test_a_rival_that_offers_more_draws_states_over(tmp_path: Path) -> None:
    leans = [
        mean(ensemble(made(tmp_path, donor + USA, STRONG, "sessions=20"), 60), "leaning.RUS")
        for donor in (RUS.replace("100", b, 1) for b in ("20", "2000"))
    ]  # fmt: skip
    assert leans[1] > leans[0]


def test_aid_to_the_core_earns_less() -> None:
    """In the shipped race, of the same means."""
    votes = {
        spend: mean(
            ensemble(
                build(
                    load(
                        "aid-race",
                        (f"aid.USA.spend={spend}", "parameters.aid_drift=0.15", "lobbying=off"),
                    )
                ),
                80,
            ),
            "trusted-networks.plenary.in_favour",
        )
        for spend in ("swing", "core")
    }
    assert votes["swing"] > votes["core"]


# For whom


def test_swing_is_who_leans_to_neither_side() -> None:
    apart = np.array([[[0.0, 0.3, 0.6, 0.2], [0.6, 0.3, 0.0, 0.4]]])
    np.testing.assert_allclose(leaning(apart, 0), [[1, 0, -1, 1 / 3]])
    np.testing.assert_allclose(leaning(apart, 1), -leaning(apart, 0))


@pytest.mark.parametrize("n", [5, 9, 21])
def test_the_first_mover_needs_twice_the_means(n: int) -> None:
    """Groseclose and Snyder: of n indifferent states all given alike, a majority is bought back
    by whoever has (n + 1) / 2 of the n equal shares, and not with a little less."""
    first = 1.0
    share = first / n
    enough = (n + 1) / 2 * (share + STEP)
    bids, lean = np.full((2, n), share), np.zeros((2, n))
    paid = buy_back(bids, lean, np.array([enough + 1e-9, enough - 1e-3]))
    assert ((paid > 0).sum(axis=1) > n / 2).tolist() == [True, False]
    np.testing.assert_allclose(paid[paid > 0], share + STEP)


def test_what_is_cheap_is_bought_first() -> None:
    bids, lean = np.array([[0.4, 0.1, 0.2, 0.0]]), np.array([[0.9, 0.0, -1.0, 0.5]])
    paid = buy_back(bids, lean, np.array([0.2]))
    np.testing.assert_allclose(paid, [[0.04 + STEP, 0.1 + STEP, 0, 0]])


def test_no_more_is_given_than_there_is(tmp_path: Path) -> None:
    grant = RUS.replace("budget: 100", "budget: 100, grants: [{to: IND, amount: 20, session: 1}]")
    outcomes = ensemble(made(tmp_path, grant, STRONG, "sessions=8"), 20)
    total = outcomes.number("aid_received.IND") + outcomes.number("aid_received.BRA")
    np.testing.assert_allclose(total, 200)  # eight quarters
    assert mean(outcomes, "aid_received.IND") > 20


def test_a_donor_that_is_cut_gives_nothing_more(tmp_path: Path) -> None:
    later = "events:\n  - {session: 2, set: {aid.RUS.budget: 0}}\n"
    outcomes = ensemble(made(tmp_path, RUS, STRONG + later), 20)
    total = outcomes.number("aid_received.IND") + outcomes.number("aid_received.BRA")
    np.testing.assert_allclose(total, 25)


def test_a_cut_does_nothing_where_nobody_gives_any_more(tmp_path: Path) -> None:
    later = "events:\n  - {session: 2, set: {aid.RUS.budget: 0}}\n"
    without = made(tmp_path, RUS, STRONG + later, "aid=null")
    assert not [name for name in ensemble(without, 2).table if name.startswith("aid_received")]


# What it builds


def test_capacity_follows_its_equation(tmp_path: Path) -> None:
    """All of a unit a year goes to India in courses: dK/dt = m R (1 - K) - f K in small steps."""
    fixed = "parameters: {aid_multiplier: 2, aid_fades: 0.3}\n"
    donor = "  RUS: {budget: 100, to: [IND]}\n"
    outcomes = ensemble(made(tmp_path, donor, fixed, "sessions=20"), 4)
    still = 2 / 2.3 * (1 - np.exp(-2.3 * 5))
    assert outcomes.number("capacity_built")[0] * 6 / 100 == pytest.approx(still, abs=0.06)


def test_hosts_that_invest_too_have_more(tmp_path: Path) -> None:
    few, many = (
        mean(ensemble(made(tmp_path, RUS, f"parameters: {{aid_multiplier: {m}}}\n"), 8),
             "capacity_built")
        for m in (1, 3)
    )  # fmt: skip
    assert many > few > 0


def test_capacity_is_effort(tmp_path: Path) -> None:
    more = "lobbying: on\nparameters: {{aid_staff: {}, aid_vote: 0, aid_drift: 0}}\n"
    spent = [
        mean(ensemble(made(tmp_path, RUS.replace("100", "2000", 1), more.format(e)), 40),
             "73/27.effort_spent")
        for e in (0, 1)
    ]  # fmt: skip
    assert spent[1] > spent[0]


def test_who_asks_for_help_is_answered_after_a_while(tmp_path: Path) -> None:
    sure = "parameters: {help_delay: 0.5}\n"
    outcomes = ensemble(made(tmp_path, RUS, sure, "IND=requests help", "sessions=20"), 400)
    waited = outcomes.number("help_after")
    step = 0.25
    expected = step / (1 - np.exp(-step / 0.5))  # told at the end of the quarter it comes in
    assert np.nanmean(waited) == pytest.approx(expected, abs=0.08)
    assert {a.actor for a in outcomes.acts if a.act == "answers"} == {"RUS"}


WRONG = [
    ("{budget: -1}", "budget", "0"),
    ("{budget: 100, kinds: {training: 0}}", "kinds", "above 0"),
    ("{budget: 100, kinds: {roads: 10}}", "kinds.roads", "training"),
    ("{budget: 100, to: [RUS]}", "to", "other states"),
    ("{budget: 100, to: [ACME]}", "to", "states"),
    ("{budget: 100, about: [DATE]}", "about.1", "DATA"),
    ("{budget: 100, spend: buy_back}", "spend", "swing"),
    ("{budget: 10, grants: [{to: BRA, amount: 20, session: 1}]}", "grants.1.amount", "20 or more"),
    ("{budget: 10, grants: [{to: BRA, amount: 2, session: 7}]}", "grants.1.session", "1 to 2"),
    ("{budget: 10, to: [IND], grants: [{to: BRA, amount: 2, session: 1}]}", "grants.1.to", "`to`"),
]


@pytest.mark.parametrize(("donor", "field", "right"), WRONG)
def test_a_wrong_donor_is_told_with_its_line(
    tmp_path: Path, donor: str, field: str, right: str
) -> None:
    said = f"{TEXT}aid:\n  RUS: {donor}\n"
    with pytest.raises(InputError) as caught:
        load(write(tmp_path, said))
    mistake = next(m for m in caught.value.mistakes if m.field == f"aid.RUS.{field}")
    assert mistake.line == len(said.splitlines())
    assert right in mistake.allowed + mistake.suggestion + mistake.problem


def test_help_that_nobody_keeps_means_for_cannot_be_asked(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        made(tmp_path, USA, "", "IND=requests help")
    assert "response" in caught.value.mistakes[0].allowed
