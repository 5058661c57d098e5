"""Markets: which companies comply, serve from outside, threaten and leave, and who loses by it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.build import setting as build
from sim.core.ensemble import ensemble
from sim.core.setting import Setting
from sim.errors import InputError
from sim.mechanisms import markets as model
from sim.scenario import load
from tests.chunks import assert_chunk_free, assert_same
from tests.small import VOTE, write

RUNS = 100
LONG = VOTE.replace("sessions: 2", "sessions: 6")
LAWS = "localization: {laws: {RUS: 20, IND: 12}, tell: [IND, RUS]}\n"
ON = "markets: {companies: {ACME: {margin: 20, worldwide: 10}}, where: [RUS, IND, BRA, FRA]}\n"
BEST = "".join(f"  {p.name}: {p.default}\n" for p in model.Markets.parameters)
FIXED = f"parameters:\n{BEST}"
TEXT = LONG + LAWS + ON + FIXED


def made(folder: Path, *settings: str, text: str = TEXT) -> Setting:
    return build(load(write(folder, text), settings))


def mean(folder: Path, column: str, *settings: str, text: str = TEXT) -> float:
    return float(ensemble(made(folder, *settings, text=text), RUNS).number(column).mean())


# The choice


def choice(revenue: float, margin: float, asked: float, taken: float = 0, **p: float) -> int:
    """What one company does in one market, by the closed form of the docstring."""
    best = {q.name: q.default for q in model.Markets.parameters} | p
    each = {name: np.full((1, 1, 1), value) for name, value in best.items()}
    one, many = np.ones((1, 1)), np.ones((1, 1, 1))
    paid = model.pays(revenue * one, margin * one, asked * many, taken * many, many, each)
    return int(model.best(paid, np.zeros((1, 1, 1), np.int8), 0 * many)[0, 0, 0])


@given(st.floats(0.01, 0.6), st.floats(0.0, 0.6))
def test_a_levy_drives_out_whom_it_costs_more_than_the_margin(margin: float, taken: float) -> None:
    """With nothing to be had from outside, a company leaves exactly where tau > m."""
    goes = choice(1.0, margin, 0.0, taken, outside_share=0.0) == model.GONE
    assert goes == (taken > margin)


@given(st.floats(0.001, 5.0), st.floats(0.01, 1.0))
def test_small_markets_are_left_first(revenue: float, asked: float) -> None:
    """With one margin, there is one size of a market below which all leave: K L / (m - v L)."""
    margin, v, k = 0.2, 0.06, 0.05
    smallest = k * asked / (margin - v * asked)
    goes = choice(revenue, margin, asked, outside_share=0.0) == model.GONE
    if revenue != pytest.approx(smallest):
        assert goes == (revenue < smallest)


def test_the_cases_of_the_record() -> None:
    """As scenarios/data/market_exits.csv: who left, who stayed, at orders of magnitude."""
    assert choice(1.0, 0.38, 0.3) == model.COMPLIES  # Facebook in Viet Nam
    assert choice(0.3, 0.04, 0.0, taken=0.10) != model.COMPLIES  # Twitch in Korea
    assert choice(1.0, 0.18, 0.0, taken=0.03) == model.COMPLIES  # Netflix in Korea
    assert choice(0.03, 0.2, 0.6) != model.COMPLIES  # LinkedIn in Russia
    assert choice(20.0, 0.3, 0.9) == model.COMPLIES  # Apple in China
    assert choice(3.0, 0.25, 0.0, taken=0.03) == model.COMPLIES  # Google in France


def test_who_left_comes_back_only_for_a_gain() -> None:
    paid = np.array([0.01, -1.0, 0.0]).reshape(3, 1, 1, 1)
    gone = np.full((1, 1, 1), model.GONE, np.int8)
    assert model.best(paid, gone, np.full((1, 1, 1), 0.02))[0, 0, 0] == model.GONE
    assert model.best(paid, gone, np.full((1, 1, 1), 0.005))[0, 0, 0] == model.COMPLIES


# In a scenario


@pytest.mark.parametrize(
    ("settings", "sign"),
    [
        (("localization.laws.BRA=50", "localization.laws.FRA=50"), -1),
        (("markets.companies.ACME.margin=60",), 1),
        (("markets.companies.ACME.worldwide=900",), 1),
        (("parameters.centre_cost=0.2",), -1),
        (("parameters.storage_cost=0.15", "parameters.centre_cost=0.2"), -1),
        (("parameters.outside_share=0.8", "parameters.blocking=0"), -1),
    ],
)
def test_what_is_asked_and_what_a_market_is_worth(
    tmp_path: Path, settings: tuple[str, ...], sign: int
) -> None:
    before, after = (mean(tmp_path, "markets_complied", *s) for s in ((), settings))
    assert sign * (after - before) > 0


def test_users_lose_what_leaves(tmp_path: Path) -> None:
    few, many = (mean(tmp_path, "services_lost.IND", f"localization.laws.IND={m}") for m in (0, 50))
    assert many > few
    assert mean(tmp_path, "services_lost.IND", "parameters.surplus=0") == 0


def test_threats_hold_states_back(tmp_path: Path) -> None:
    """Companies say beforehand what they would not comply with: with that, fewer laws."""
    thin = (
        "markets.companies.ACME.margin=5.5",
        "India.salience.DATA=90",
        "localization.laws.IND=2",
    )
    free, held = (
        mean(tmp_path, "localization_level.IND", *thin, f"parameters.localization_exit={h}")
        for h in (0, 1)
    )
    assert held < free - 0.005


def test_levies_bring_what_the_base_is_worth(tmp_path: Path) -> None:
    tax = LONG.replace("DATA", "TAX") + ON + FIXED
    levy = "levies: {dst: {rate: 3, in_force: {FRA: 3}, may: [FRA]}}\n"
    base = "markets.companies.ACME.revenue.FRA=22"
    kept = ("parameters.levy_repeal=0", "parameters.retaliation=0", "France.error.TAX=0")
    found = mean(tmp_path, "levy_revenue", base, *kept, text=tax + levy)
    assert found == pytest.approx(0.66)  # France took about .67 billion in 2023


def test_ablation_changes_nothing_else(tmp_path: Path) -> None:
    held = ("parameters.localization_exit=0",)
    plain = ensemble(made(tmp_path, *held, text=LONG + LAWS), 40)
    on = ensemble(made(tmp_path, *held, text=LONG + LAWS + ON), 40)
    assert_same(on.decisions, plain.decisions, "decisions")
    for column, values in plain.table.items():
        assert_same(on.table[column], values, column)


def test_results_do_not_depend_on_chunks(tmp_path: Path) -> None:
    levy = "levies: {dst: {rate: 9, issue: DATA}}\n"
    played = assert_chunk_free(made(tmp_path, text=TEXT + levy))
    assert {"markets", "levies", "localization"} <= played


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ("markets: {companies: {ACME: {margin: 20}}}", "has no market to serve or to leave"),
        ("markets: {companies: {FRA: {margin: 20, worldwide: 1}}}", "FRA: is no company"),
        ("markets: {companies: {}}", "names no company"),
        ("markets: {companies: {ACME: {margin: 120, worldwide: 1}}}", "margin: is out of range"),
        ("markets: {companies: {ACME: {margin: 20, worldwide: -1}}}", "worldwide: is out of range"),
        ("markets: {companies: {ACME: {margin: 20, revenue: {ACME: 1}}}}", "is no state"),
        (
            "markets: {where: [IND], companies: {ACME: {margin: 20, revenue: {FRA: 1}}}}",
            "is no market here",
        ),
    ],
)
def test_what_cannot_be_is_named(tmp_path: Path, section: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        load(write(tmp_path, f"{LONG}{section}\n"))
    assert told in str(caught.value)
