"""Lobbying: whom campaigns are for, what they move, and that nothing moves without them."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from sim.analysis.baselines import alone
from sim.build import setting as build
from sim.core.agenda import session
from sim.core.ask import play
from sim.core.ensemble import ensemble
from sim.core.setting import Setting
from sim.core.support import bound, systematic
from sim.core.world import World, begin
from sim.mechanisms.effort import effort
from sim.mechanisms.lobbying import AGAINST, FOR, Lobbying, closeness
from sim.mechanisms.ties import strength
from sim.scenario import load
from tests.chunks import assert_chunk_free
from tests.small import CONSENSUS, VOTE, write

TABLED = VOTE.replace(
    "rules: un_general_assembly", "rules: un_general_assembly\n    drafting: as_tabled"
)
ON = "lobbying: on\nparameters: {lobbying_effect: 0.6}\n"


def made(folder: Path, *settings: str, text: str = TABLED, more: str = ON) -> Setting:
    return build(load(write(folder, text + more), settings))


def moved(setting: Setting, actor: str, draft: int = 0, runs: int = 64) -> float:
    """What lobbying adds to an actor's support by the end of session 1, on average."""
    world = begin(setting, range(runs))
    play(session(setting, world, 1))
    return float(term(setting, world, draft)[:, setting.slot(actor)].mean())


def term(setting: Setting, world: World, draft: int) -> np.ndarray:
    lobbying = next(m for m in setting.active if m.name == "lobbying")
    return dict(lobbying.support(setting, world, draft))["lobbying"]


# What it moves


def test_the_side_that_has_more_to_spend_wins_more(tmp_path: Path) -> None:
    def of(russia: float, america: float) -> float:
        rest = "FRA: 0, DEU: 0, BRA: 0, IND: 0, ACME: 0"
        return moved(made(tmp_path, f"effort={{RUS: {russia}, USA: {america}, {rest}}}"), "BRA")

    assert of(100, 0) > of(50, 50) > of(0, 100)
    assert of(100, 0) > 0 > of(0, 100)


def test_returns_diminish(tmp_path: Path) -> None:
    only = "effort={RUS: %d, USA: 0, FRA: 0, DEU: 0, BRA: 0, IND: 0, ACME: 0}"
    first, second = (moved(made(tmp_path, only % points), "BRA") for points in (25, 100))
    assert second == pytest.approx(2 * first)  # the root of four times as much


def test_it_is_what_an_agent_by_agent_program_finds(tmp_path: Path) -> None:
    """The equations once more, one campaigner and one target at a time."""
    s = made(tmp_path)
    world = begin(s, [5])
    draft, n = 0, len(s.actors)
    support = bound(s, world, s.meetings[0][0], draft, systematic(s, world, draft))[0]
    budget = effort(s, world, 1)[0]
    worth = {}
    for d in range(2):
        a = bound(s, world, s.meetings[0][0], d, systematic(s, world, d))[0]
        worth[d] = [campaign(s, world, a, i) for i in range(n)]
    reach, voters = strength(s), [i for i in range(n) if s.forums[0].members[i]]
    pull = [persuadable(world, support[j]) if j in voters else 0.0 for j in range(n)]
    forward, against = [0.0] * n, [0.0] * n
    for i in range(n):
        total = sum(abs(worth[d][i]) for d in worth) + world.parameters["other_business"][0]
        spends = budget[i] * abs(worth[draft][i]) / total
        through = [reach[i, j] if s.kind[i] == 0 or i == j else voice(s, i, j) for j in range(n)]
        whole = sum(through[j] * pull[j] for j in range(n))
        for j in voters:
            got = spends * through[j] * pull[j] / whole * through[j] * len(voters)
            (forward if worth[draft][i] > 0 else against)[j] += got
    effect = world.parameters["lobbying_effect"][0]
    expected = [
        effect * (math.sqrt(f) - math.sqrt(a)) for f, a in zip(forward, against, strict=True)
    ]
    play(session(s, world, 1))
    assert term(s, world, draft)[0] == pytest.approx(expected, abs=1e-12)
    assert max(map(abs, expected)) > 0.1


def voice(s: Setting, company: int, state: int) -> float:
    """A company in a room where it is consulted: half as well, but at home."""
    tie = float(strength(s)[company, state])
    return tie if s.actors[state] == "USA" else 0.5 * tie


def persuadable(world: World, support: float) -> float:
    band, noise = (float(world.parameters[name][0]) for name in ("band", "noise"))
    edges = [(side * support - band) / noise for side in (1, -1)]
    return sum(1 / (1 + math.exp(-x)) / (1 + math.exp(x)) for x in edges)


def campaign(s: Setting, world: World, support: np.ndarray, actor: int) -> float:
    band, noise, ready, wide = (
        float(world.parameters[name][0]) for name in ("band", "noise", "readiness", "wide_majority")
    )
    stake = support[actor] - ready
    yes = 1 / (1 + np.exp(-(support - band) / noise)) * s.forums[0].members
    no = 1 / (1 + np.exp(-(-support - band) / noise)) * s.forums[0].members
    near = float(closeness(yes[None], no[None], s.forums[0], s.forums[0].members)[0])
    sized = math.copysign(max(abs(stake) - band, 0.0), stake)
    return sized * (wide + (1 - wide) * near)


def test_a_tally_that_is_close_is_worth_the_most(tmp_path: Path) -> None:
    forum, half = made(tmp_path).forums[0], np.full((1, 7), 0.5)
    sure, seats = np.full((1, 7), 0.95), np.ones(7, dtype=bool)
    assert closeness(half, half, forum, seats)[0] == 1
    assert closeness(sure, 1 - sure, forum, seats)[0] < 0.05


def test_closeness_counts_all_members_where_the_rule_does(tmp_path: Path) -> None:
    forum = made(tmp_path, "forums.room.rules=council_with_vetoes").forums[0]
    seats, nobody = np.ones(15, dtype=bool), np.zeros((1, 15))
    enough, few = (np.where(np.arange(15) < n, 0.9, 0.1)[None] for n in (10, 2))
    assert closeness(enough, nobody, forum, seats)[0] > 0.9
    assert closeness(few, nobody, forum, seats)[0] < 0.01  # the rest abstain: it is not near


def test_nobody_lobbies_on_a_text_that_has_fallen(tmp_path: Path) -> None:
    s = made(tmp_path)
    world = begin(s, range(64))
    play(session(s, world, 1))
    fallen = ~world.alive[1]
    spent, moved = world.state["effort"]["all"][1].copy(), term(s, world, 1).copy()
    play(session(s, world, 2))
    assert fallen.any()
    after = world.state["effort"]["all"][1]
    assert np.array_equal(after > spent, ~fallen)
    assert np.array_equal(term(s, world, 1)[fallen], moved[fallen])


# Who may lobby whom


def company(folder: Path, access: str, more: str = "") -> Setting:
    rules = f"drafting: as_tabled\n    access: {access}"
    points = "effort: {USA: 0, RUS: 0, FRA: 0, DEU: 0, BRA: 0, IND: 0, ACME: 100}\n"
    return made(folder, text=TABLED.replace("drafting: as_tabled", rules), more=ON + points + more)


def test_a_company_reaches_members_as_access_allows_and_its_home_always(tmp_path: Path) -> None:
    brazil, home = {}, {}
    for access in ("open", "consultative", "closed"):
        s = company(tmp_path, access)
        received = ensemble(s, 8)
        brazil[access] = received.number("lobbying_received.BRA").mean()
        home[access] = received.number("lobbying_received.USA").mean()
    assert brazil["open"] > brazil["consultative"] > brazil["closed"] == 0
    assert home["closed"] > home["consultative"] > home["open"] > 0


def test_a_tie_with_its_home_counts_as_it_is_said(tmp_path: Path) -> None:
    said = company(tmp_path, "closed", "ties: {ACME: {USA: 30}}\n")
    forum, home = said.forums[0], (said.slot("ACME"), said.slot("USA"))
    assert said.parts["lobbying"].reach(said, forum, 1).strength[home] == 0.3


def test_access_closed_to_companies_takes_what_they_moved(tmp_path: Path) -> None:
    opened, closed = (moved(company(tmp_path, access), "BRA") for access in ("open", "closed"))
    assert opened < closed == 0  # the company is against the text


def test_who_cares_more_spends_more(tmp_path: Path) -> None:
    calm, keen = (
        ensemble(made(tmp_path, f"actors.RUS.salience.SOV={points}"), 32) for points in (20, 100)
    )

    def spent(outcomes: object) -> float:
        return sum(a.size * a.runs for a in outcomes.acts if (a.actor, a.act) == ("RUS", FOR))

    assert spent(keen) > spent(calm)


# Nothing of it


def test_off_changes_no_bit_and_without_effect_no_vote(tmp_path: Path) -> None:
    plain = ensemble(made(tmp_path, more=""), 64)
    off = ensemble(made(tmp_path, more="lobbying: off\n"), 64)
    declared = (f"parameters.{name}={value}" for name, value in Lobbying.off.items())
    deaf = ensemble(made(tmp_path, *declared), 64)
    assert off.table.keys() == plain.table.keys()
    for name, values in plain.table.items():
        same = {"equal_nan": values.dtype.kind == "f"}
        assert np.array_equal(off.table[name], values, **same), name
        if name != "world":
            assert np.array_equal(deaf.table[name], values, **same), name
    assert np.array_equal(deaf.decisions, plain.decisions)
    assert "lobbying" not in {m.name for m in alone(made(tmp_path)).active}


@pytest.mark.parametrize("text", [TABLED, CONSENSUS])
def test_no_run_depends_on_what_it_is_computed_with(tmp_path: Path, text: str) -> None:
    assert_chunk_free(made(tmp_path, text=text))


def test_in_a_room_that_seeks_consensus_it_lowers_what_a_text_costs(tmp_path: Path) -> None:
    def blocking(*settings: str) -> float:
        found = ensemble(made(tmp_path, *settings, text=CONSENSUS), 200)
        return float(found.number("report.decision.blocking").mean())

    assert blocking() <= blocking("lobbying=off")
    assert blocking() != blocking("lobbying=off")
    assert AGAINST != FOR
