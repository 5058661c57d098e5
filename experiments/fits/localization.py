"""Fit the pace of localization and what it costs, and say what is then predicted, and how well.

    python experiments/fits/localization.py [COUNTS.csv]

COUNTS.csv is a table as scenarios/data/localization_counts.csv. Fitted: the slope on the states
among which the laws of 2017 fall, the rate on the laws of 2021, and what partners lose and trust
adds on two of the world's three data regimes. All other parameters stand at their best guess.
Predicted: the states of 2021, those with most laws, and the third regime. What closing its own
economy costs a state is taken over from a table, so that its figures come out is no evidence.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq

from sim import delimited, shipped
from sim.build import setting as build
from sim.core.ensemble import ensemble
from sim.core.outcomes import Outcomes
from sim.core.registry import mechanism
from sim.core.setting import Setting
from sim.core.world import begin
from sim.mechanisms import localization as model
from sim.scenario import load

Floats = npt.NDArray[np.float64]

SCENARIO, RUNS = "data-localization-2017", 200
RATE, SLOPE, STEP = "localization_rate", "localization_slope", "localization_step"
BEST = {p.name: p for p in mechanism("localization").parameters}
Counts = dict[tuple[str, int], tuple[float, float]]


def setting(*said: str, **changed: float) -> Setting:
    """The scenario with all parameters at their best guess, but for these."""
    chosen = {name: p.default for name, p in BEST.items()} | changed
    values = (f"parameters.{name}={value}" for name, value in chosen.items())
    return build(load(shipped.path(SCENARIO), (*values, *said)))


def counts(file: Path) -> Counts:
    """States with laws, and laws, by whom and in which year."""
    rows = delimited.read(file, file.name).named()
    return {
        (row["who"], int(row["year"])): (float(row["states"] or "nan"), float(row["measures"]))
        for row in rows
    }


def laws_at_first(said: Setting) -> Floats:
    """Laws of every state before session 1: (runs, actors)."""
    laws: Floats = begin(said, range(RUNS)).state["localization"]["laws"]
    return laws


def solved(name: str, miss: Callable[[float], float]) -> float:
    """Where a quantity that rises or falls with a parameter is as it was, within its range."""
    low, high = BEST[name].low, BEST[name].high
    ends = miss(low), miss(high)
    if ends[0] * ends[1] > 0:
        print(f"  {name}: no value in its range does; the nearer end is taken")
        return low if abs(ends[0]) < abs(ends[1]) else high
    return float(brentq(miss, low, high, xtol=0.005 * (high - low)))


def mean(found: Outcomes, column: str) -> float:
    """Mean of an outcome over runs."""
    return float(found.number(column).mean())


def pace(known: Counts) -> None:
    """Fit slope and rate, and tell the states and the leaders of 2021 that follow."""
    (states_17, laws_17), (states_21, laws_21) = known["world", 2017], known["world", 2021]

    def first(slope: float) -> float:
        return float((laws_at_first(setting(**{SLOPE: slope})) > 0).sum(axis=1).mean())

    slope = solved(SLOPE, lambda b: first(b) - states_17)
    print(f"fitted: slope {slope:.1f} ({first(slope):.1f} states in 2017; {states_17:g})")

    def after(rate: float) -> Outcomes:
        return ensemble(setting(**{SLOPE: slope, RATE: rate}), RUNS)

    rate = solved(RATE, lambda a: mean(after(a), "localization_laws") - laws_21)
    found = after(rate)
    states = found.number("localizing_states")
    low, high = np.percentile(states, (5, 95))
    laws = mean(found, "localization_laws")
    print(f"fitted: rate {rate:.3f} ({laws:.0f} laws in 2021; {laws_21:g})")
    print(f"predicted: {states.mean():.1f} states in 2021 ({low:.0f} to {high:.0f}; {states_21:g})")
    print(
        f"  baselines: as in 2017 {states_17:g}; laws a state as in 2017"
        f" {states_17 * laws_21 / laws_17:.1f}"
    )
    step = BEST[STEP].default
    for (who, year), (_, count) in known.items():
        column = f"localization_level.{who}"
        if year == 2021 and column in found.table:
            told = np.log1p(-np.minimum(found.number(column), 0.999)) / np.log1p(-step)
            print(f"predicted: {told.mean():.1f} laws of {who} in 2021 ({count:g})")


def worth(known: Counts) -> None:
    """Fit what partners lose and trust adds, and tell the third regime that follows."""
    named = {who: round(n) for (who, year), (_, n) in known.items() if year == 2021}
    total = named.pop("world")
    said = [f"localization.laws.{who}={laws}" for who, laws in named.items()]
    today = setting(f"localization.total={total}", *said)
    economy, step = today.parts["localization"], BEST[STEP].default
    levels = model.level(laws_at_first(today), step)
    nothing = np.zeros_like(levels)
    out, into = model.kept_from(levels, nothing, nothing[:, :1], economy.open_to)
    own = np.where(np.isnan(economy.cost), BEST["localization_cost"].default, economy.cost)
    at_home, by_others = (float((economy.weight * x).sum(axis=1).mean()) for x in (own * out, into))
    whole = float((economy.weight * own).sum())
    table = delimited.read(shipped.data("data_regimes.csv"), "data_regimes.csv").named()
    gdp = {row["regime"]: float(row["gdp"]) for row in table}
    exports = {row["regime"]: float(row["exports"]) for row in table}
    partner = (-gdp["closed"] - whole + at_home) / (1.0 - by_others)
    lost = at_home + partner * by_others
    trust = gdp["safeguards"] - lost
    print(f"flow left in 2021: {1 - float((economy.weight * out).sum(axis=1).mean()):.2f}")
    print(
        f"fitted: partner_cost {partner:.2f} (closed {gdp['closed']}), trust_gain {trust:.2f}"
        f" (safeguards {gdp['safeguards']}; open borders alone {lost:.2f})"
    )
    across = 1.0 - alike(today, economy)
    between = -(
        float((economy.weight * own * across).sum()) + partner * float(economy.weight @ across)
    )
    two = between + trust * (1 - float(economy.weight @ across)) + lost
    print(f"predicted: two blocs {two:.2f} ({gdp['two_blocs']}), cut at the median state's votes")
    print("  other cuts that were looked at give 0.9 to -1.8")
    ratio = exports["closed"] / gdp["closed"]
    print(f"fitted: exports_per_gdp {ratio:.2f} on closed")
    for regime in ("safeguards", "two_blocs"):
        print(f"predicted: exports {regime} {ratio * gdp[regime]:.2f} ({exports[regime]})")
    print("taken over, no evidence: cost at home of what was enacted by 2014, per cent of GDP")
    for who, (enacted, whole_economy) in model.costs().items():
        print(f"  {who}: level {enacted / whole_economy:.2f} x {whole_economy} = {enacted}")


def alike(today: Setting, economy: Any) -> Floats:
    """The share of each state's partners that vote on its side of the median: (actors,)."""
    rows = delimited.read(shipped.data("ideal_points.csv"), "ideal_points.csv").named()
    point = {row["iso3"]: float(row["2021"]) for row in rows if row["2021"]}
    west = np.array([point.get(actor, 0.0) for actor in today.actors]) > np.median(
        [*point.values()]
    )
    same: Floats = ((west[:, None] == west) * economy.partner.T).sum(axis=1)
    return same


if __name__ == "__main__":
    found = counts(
        Path(sys.argv[1]) if len(sys.argv) > 1 else shipped.data("localization_counts.csv")
    )
    pace(found)
    worth(found)
