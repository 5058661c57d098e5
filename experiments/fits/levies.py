"""Fit how often states tax digital services, and say what is then predicted, and how well.

    python experiments/fits/levies.py [TAXES.csv]

TAXES.csv is a table as scenarios/data/digital_services_taxes.csv. Fitted: the rate on the number of
states that had a tax in 2024, from two in 2018, with retaliation at its best guess. Predicted:
which states adopt one, beside the position alone and capability alone (AUC over states without one
in 2018).
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.stats import mannwhitneyu

from sim import delimited, shipped
from sim.build import setting as build
from sim.core.agenda import sessions
from sim.core.ask import play
from sim.core.registry import mechanism
from sim.core.setting import Kind, Setting
from sim.core.world import World, begin
from sim.scenario import load

SCENARIO, RUNS, LEVY = "digital-services-tax", 100, "dst"
PARAMETERS = {p.name: p for p in mechanism("levies").parameters}
Floats = npt.NDArray[np.float64]


def played(**changed: float) -> tuple[Setting, World]:
    """All runs to the end, with the parameters of levies at their best guess, but for these."""
    chosen = {name: p.default for name, p in PARAMETERS.items()} | changed
    fixed = tuple(f"parameters.{name}={value}" for name, value in chosen.items())
    setting = build(load(shipped.path(SCENARIO), (*fixed, "lobbying=off")))
    world = begin(setting, range(RUNS))
    play(sessions(setting, world))
    return setting, world


def states(**changed: float) -> float:
    """States with a tax at the end: mean over runs."""
    _, world = played(**changed)
    return float((world.state["levies"]["rate"][LEVY] > 0).sum(axis=1).mean())


def auc(score: Floats, took: npt.NDArray[np.bool_]) -> float:
    """Chance that a state which took it has the higher score."""
    found = mannwhitneyu(score[took], score[~took]).statistic
    return float(found / (took.sum() * (~took).sum()))


if __name__ == "__main__":
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else shipped.data("digital_services_taxes.csv")
    rows = delimited.read(file, file.name).named()
    goal = next(float(row["rate"]) for row in rows if row["iso3"] == "world")
    rate = PARAMETERS["levy_rate"]
    fitted = np.exp(
        brentq(
            lambda log: states(levy_rate=np.exp(log)) - goal,
            *np.log([rate.low * 1.001, rate.high / 1.001]),
            xtol=0.02,
        )
    )
    setting, world = played(levy_rate=fitted)
    final = world.state["levies"]["rate"][LEVY] > 0
    count = final.sum(axis=1)
    print(f"fitted: levy_rate {fitted:.3f} ({count.mean():.1f} states in 2024; {goal:g})")
    low, high = np.percentile(count, (5, 95))
    print(f"  range of nine runs in ten: {low:.0f} to {high:.0f}; baseline, as in 2018: 2")
    new = {r["iso3"] for r in rows if r["iso3"] != "world" and 2018 < int(r["from"]) < 2025}
    could = (setting.kind == Kind.STATE) & (setting.parts["levies"][0].first == 0)
    took = np.array([actor in new for actor in setting.actors])[could]
    wants = setting.worlds.position[:, :, setting.parts["levies"][0].issue].mean(axis=0)
    scores = {
        "predicted": final.mean(axis=0),
        "baseline, the position alone": wants,
        "baseline, capability alone": setting.base_scene.capability,
    }
    for name, score in scores.items():
        print(f"{name}: AUC {auc(score[could], took):.2f} on {took.sum()} states named since 2018")
    freed = states(levy_rate=fitted, retaliation=0.0)
    print(f"without retaliation: {freed:.1f} states (its sign is built in)")
