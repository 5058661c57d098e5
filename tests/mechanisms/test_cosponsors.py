"""Co-sponsors: who signs, who drops out, whom their names move, and what a file may not say."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim
from sim.analysis.baselines import alone
from sim.build import setting as build
from sim.core.agenda import session, sessions
from sim.core.ask import play
from sim.core.ensemble import ensemble
from sim.core.outcomes import Outcomes
from sim.core.setting import Setting
from sim.core.support import systematic, terms
from sim.core.world import World, begin
from sim.errors import InputError
from sim.forums.rules import Decision
from sim.mechanisms.cosponsors import attention, bonds, cascade, nearness, shares
from sim.published.cascade import adopters
from sim.scenario import load
from tests.chunks import assert_chunk_free, assert_same
from tests.small import VOTE, write

RUNS, MOST = 200, 0.9  # MOST: share of worlds in which a sign is asked for
ON = "cosponsorship: {gather: on}\n"


def made(folder: Path, more: str = ON, settings: tuple[str, ...] = (), **values: float) -> Setting:
    parameters = ", ".join(f"{name}: {value}" for name, value in values.items())
    text = f"{VOTE}parameters: {{{parameters}}}\n" if values else VOTE
    return build(load(write(folder, text + more), settings))


def after(setting: Setting, number: int = 1, runs: int = RUNS) -> World:
    world = begin(setting, range(runs))
    for n in range(1, number + 1):
        play(session(setting, world, n))
    return world


# The cascade


def room(thresholds: list[int]) -> tuple[Any, ...]:
    """A crowd in which each sees all and asks for so many others, of a hundred."""
    n = len(thresholds)
    nobody = np.zeros((1, n), dtype=bool)
    latent = -np.array([thresholds], dtype=float) / n
    return latent, nobody, ~nobody, np.ones((1, 1)), np.full((n, n), 1 / n)


@pytest.mark.parametrize(("second", "join"), [(1, 100), (2, 1)])
def test_granovetters_crowd(second: int, join: int) -> None:
    """Thresholds 0, 1, ... 99: all join; with 1 changed to 2, one does."""
    thresholds = [0, second, *range(2, 100)]
    assert cascade(*room(thresholds)).sum() == join == adopters(thresholds)[-1]


def test_crowds_drawn_at_random() -> None:
    rng = np.random.default_rng(5)
    for _ in range(50):
        thresholds = rng.integers(0, 30, 40).tolist()
        assert cascade(*room(thresholds)).sum() == adopters(thresholds)[-1]


def test_who_has_signed_stays_and_who_is_unwilling_does_not_come() -> None:
    latent, nobody, willing, theta, looks = room([0, 0, 0, 0])
    names, willing = nobody.copy(), willing.copy()
    names[0, 0], willing[0, [0, 3]] = True, False
    assert cascade(latent, names, willing, theta, looks)[0].tolist() == [True, True, True, False]


def test_more_pull_never_makes_fewer_sign(tmp_path: Path) -> None:
    names = [after(made(tmp_path, cascade=theta)).sponsors[0] for theta in (0.0, 0.3, 0.6, 0.9)]
    for less, more in pairwise(names):
        assert (more | ~less).all()
    assert names[-1].sum() > names[0].sum()


# Bonds and attention


def test_nearness_is_by_hand(tmp_path: Path) -> None:
    setting = made(tmp_path)
    world = begin(setting, range(3))
    x, s = world.position, world.salience
    to = np.array([1, 4])
    for place, j in enumerate(to):
        both = s * s[:, j, None]
        square = (both * (x - x[:, j, None]) ** 2).sum(axis=2) / both.sum(axis=2)
        np.testing.assert_allclose(nearness(x, s, to)[:, :, place], 1 - np.sqrt(square), atol=1e-7)


def test_bonds_are_standardised_over_pairs_of_states(tmp_path: Path) -> None:
    setting = made(tmp_path)
    world = begin(setting, [0])
    world.position = setting.worlds.position.mean(axis=0)[None]
    world.salience = setting.worlds.salience.mean(axis=0)[None]
    (bond,) = bonds(setting, world, [np.arange(len(setting.actors))])
    states = setting.kind == 0
    pairs = bond[0][states[:, None] & states & ~np.eye(len(states), dtype=bool)]
    np.testing.assert_allclose([pairs.mean(), pairs.std()], [0, 1], atol=1e-9)


def test_attention_is_shared_out_among_states_by_voice(tmp_path: Path) -> None:
    setting = made(tmp_path, "groups: {ALL: [USA, RUS, FRA, BRA]}\n" + ON)
    looks = attention(setting)
    tied = looks.sum(axis=1)
    np.testing.assert_allclose(tied[tied > 0], 1)
    assert not np.diag(looks).any()
    assert not looks[:, setting.slot("ACME")].any()
    usa, fra, bra = map(setting.slot, ("USA", "FRA", "BRA"))
    assert looks[bra, usa] > looks[bra, fra] > 0
    names = np.zeros((1, len(looks)), dtype=bool)
    names[0, [usa, fra]] = True
    assert shares(looks, names)[0, bra] == pytest.approx(looks[bra, [usa, fra]].sum())


# Who signs


def test_only_who_would_gain_enough_signs(tmp_path: Path) -> None:
    """In session 1 supports are those of the positions at the start."""
    setting = made(tmp_path, joining=-0.5, joining_spread=1.1, influence=0)
    world, plain = begin(setting, range(RUNS)), begin(setting, range(RUNS))
    play(session(setting, world, 1))
    signs = world.sponsors[0] & ~plain.sponsors[0]
    support = systematic(setting, plain, 0)
    assert signs.any()
    assert (
        support[signs] > np.broadcast_to(plain.column("signing_cost"), signs.shape)[signs]
    ).mean() > MOST
    acts = {(act.act, act.draft) for act in ensemble(setting, 20).acts}
    assert ("signs", "73/27") in acts


def test_a_bond_to_those_who_began_makes_signing_likelier(tmp_path: Path) -> None:
    """India is nearer to Russia than Brazil is: it signs the Russian text more often."""
    world = after(setting := made(tmp_path, signing_cost=0, cascade=0))
    signs = world.sponsors[0].mean(axis=0)
    assert signs[setting.slot("IND")] > signs[setting.slot("BRA")] > signs[setting.slot("USA")]


def test_where_a_list_was_open_before_only_others_names_bring_more(tmp_path: Path) -> None:
    began = "cosponsorship: {gather: on, began: {73/27: RUS, L.60: USA}}\n"
    world = after(made(tmp_path, began, cascade=0))
    assert world.sponsors[0].sum() == world.sponsors[1].sum() == RUNS
    free = after(made(tmp_path, ON, cascade=0))
    assert free.sponsors[0].sum() > RUNS


def test_who_is_against_drops_out_and_the_lists_close(tmp_path: Path) -> None:
    """A sponsor that comes to want the opposite leaves before the first decision, and not after."""
    for when, leaves in ((1, True), (2, False)):
        set_ = "RUS.position.SOV: 0, RUS.position.DATA: 0"
        text = f"{ON}events:\n  - {{session: {when}, set: {{{set_}}}}}\n"
        setting = made(tmp_path, text, sponsorship=2, readiness=-1, stakes=40)
        world = after(setting, 2)
        gone = ~world.sponsors[0][:, setting.slot("RUS")]
        assert (gone.mean() > MOST) == leaves
        assert gone.any() == leaves
        left = ensemble(setting, 20).table["73/27.left"]
        assert (left > 0).any() == leaves


def test_who_takes_its_name_off_does_not_put_it_back(tmp_path: Path) -> None:
    text = f"{ON}events:\n  - {{session: 1, do: [RUS withdraws sponsorship of 73/27]}}\n"
    setting = made(tmp_path, text)
    world = after(setting)
    assert not world.sponsors[0].any()  # nobody who began it is left, so that nobody follows
    assert world.sponsors[1].any()


# What names move


def test_the_term_is_the_share_of_those_one_looks_at(tmp_path: Path) -> None:
    setting = made(tmp_path, "groups: {ALL: [USA, RUS, FRA, BRA]}\n" + ON, persuasion=2)
    world = begin(setting, range(2))
    found = dict(terms(setting, world, 0))["persuasion"]
    np.testing.assert_allclose(found, 2 * shares(attention(setting), world.sponsors[0]))


def test_without_the_section_nothing_of_it_is_there(tmp_path: Path) -> None:
    plain, off = made(tmp_path, ""), made(tmp_path, settings=("cosponsorship.gather=off",))
    assert "cosponsors" not in [m.name for m in plain.active]
    assert_same(ensemble(plain, 20), ensemble(off, 20), "off")


def test_names_that_move_nobody_change_no_vote_of_others(tmp_path: Path) -> None:
    """Without a cascade, and where nobody new is free to sign, persuasion alone is left."""
    began = "cosponsorship: {gather: on, began: {73/27: RUS, L.60: USA}}\n"
    values: dict[str, float] = {"cascade": 0, "persuasion": 0}
    idle = ensemble(made(tmp_path, began, **values), RUNS)
    plain = ensemble(made(tmp_path, "", **values), RUNS)
    left = idle.number("73/27.left") + idle.number("L.60.left")
    assert (left == 0).all()
    assert_same(idle.decisions, plain.decisions, "idle")


def test_own_positions_alone_are_without_it(tmp_path: Path) -> None:
    assert "cosponsors" not in [m.name for m in alone(made(tmp_path)).active]


@pytest.mark.parametrize("drafting", ["as_tabled", "sponsors"])
def test_no_run_depends_on_another(tmp_path: Path, drafting: str) -> None:
    setting = made(tmp_path, settings=(f"forums.room.drafting={drafting}",))
    assert "cosponsors" in assert_chunk_free(setting)


# The shipped vote of 2018: what a lead sponsor's leaving does beyond its own vote

SHIPPED = "rival-resolutions-2018"
ALONE = ("lobbying=off", "coalitions.form=off")  # what others do with its leaving is theirs
BEGAN = "cosponsorship={gather: on, began: {73/27: RUS, 73/266: USA}}"


@cache
def shipped(*settings: str) -> tuple[Setting, World]:
    setting = build(sim.load(SHIPPED, settings=(BEGAN, *ALONE, *settings)))
    world = begin(setting, range(RUNS))
    play(sessions(setting, world))
    return setting, world


@pytest.mark.parametrize("what", ["withdraws", "withdraws sponsorship of 73/266"])
def test_a_lead_sponsor_gone_lowers_the_support_of_others(what: str) -> None:
    (setting, with_), (_, without) = shipped(), shipped(f"USA={what}")
    place = [draft.label for draft in setting.drafts].index("73/266")
    others = (setting.kind == 0) & (np.arange(len(setting.actors)) != setting.slot("USA"))
    kept = (systematic(setting, world, place)[:, others].mean(axis=1) for world in (with_, without))
    before, now = kept
    worlds = with_.which
    lower = [(now - before)[worlds == world].mean() < 0 for world in np.unique(worlds)]
    assert np.mean(lower) >= MOST
    cast = [w.ballots[place, "committee"].decisions[:, others] for w in (with_, without)]
    in_favour = [(c == Decision.SUPPORT).sum(axis=1).mean() for c in cast]
    assert in_favour[1] < in_favour[0]


def test_its_name_brings_others_and_its_leaving_takes_them() -> None:
    names = [
        world.sponsors[1].sum(axis=1).mean() for _, world in (shipped(), shipped("USA=withdraws"))
    ]
    assert names[1] < names[0] - 1  # more than its own


# What a file may not say

REFUSED = [
    ("gather: on", "gather: sometimes", r"cosponsorship.gather: is not one of the words .*on, off"),
    ("73/27: RUS", "73/27: []", "cosponsorship.began.73/27: nobody began it"),
    ("73/27: RUS", "73/27: USA", "began.73/27.1: began 73/27 and is not among its sponsors"),
    ("73/27: RUS", "73/27: RUZ", "began.73/27.1: there is no such actor"),
    ("73/27: RUS", "73/28: RUS", "there is no such draft .*73/28"),
    ("began:", "begun:", r"cosponsorship.begun: is not a field here .*began"),
]


@pytest.mark.parametrize(("what", "instead", "problem"), REFUSED, ids=[r[1] for r in REFUSED])
def test_what_cannot_be_meant_is_refused(
    tmp_path: Path, what: str, instead: str, problem: str
) -> None:
    text = VOTE + "cosponsorship: {gather: on, began: {73/27: RUS}}\n"
    assert load(write(tmp_path, text))
    with pytest.raises(InputError, match=problem) as refused:
        load(write(tmp_path, text.replace(what, instead)))
    assert "small.yaml:" in str(refused.value)


def outcomes_of(folder: Path) -> Outcomes:
    return ensemble(made(folder), 20)


def test_names_are_counted(tmp_path: Path) -> None:
    table = outcomes_of(tmp_path).table
    for draft in ("73/27", "L.60"):
        stand = 1 + table[f"{draft}.joined"] - table[f"{draft}.left"]
        np.testing.assert_array_equal(table[f"{draft}.cosponsors"], stand)
