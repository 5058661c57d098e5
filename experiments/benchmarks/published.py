"""Measure the published models: `python experiments/benchmarks/published.py`.

Random tables of a stated size and seed; medians of several, in turns, so that a busy machine
slows all alike. Prints a table in Markdown, with the budget where there is one. Peers' times are
what their users have reported, on other machines: they say of what order a time is, no more.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import run as common

sys.path.insert(0, str(common.ROOT))

import numpy as np

from sim.published import baron_ferejohn, core, exchange, nash, power, setter, spatial
from sim.published.compromise import weighted_mean
from sim.published.median import weighted_median
from sim.published.table import Table

BUDGET = {  # seconds
    "exchange, 15 x 13, one round": 0.05,
    "spatial model of politics, 13 x 2": 0.1,
    "spatial model of politics, 27 x 6": 1.0,
    "power indices, 27 of the EU, whole people": 1.0,
    "power indices, 193, two thirds": 1.0,
    "power indices, 193, weights of 1 to 20": 1.0,
}
PEERS = {
    "exchange, 15 x 13, one round": "Decide .9-2.1 s",
    "spatial model of politics, 13 x 2": "KTAB 1.21 s",
    "spatial model of politics, 7 x 3": "KTAB .16 s",
}


def table(actors: int, issues: int, seed: int = 1) -> Table:
    """A random table, with a status quo at a pole."""
    rng = np.random.default_rng(seed)
    salience = rng.uniform(0.05, 1, (actors, issues))
    salience /= salience.sum(axis=1, keepdims=True)  # the spatial model wants no more than 1
    capability = np.repeat(rng.uniform(0.1, 2, (actors, 1)), issues, axis=1)
    return Table(
        name="random",
        actors=tuple(f"A{i}" for i in range(actors)),
        issues=tuple(f"K{k}" for k in range(issues)),
        position=rng.random((actors, issues)),
        salience=salience,
        capability=capability,
        low=np.zeros(issues),
        high=np.full(issues, 100.0),
        status_quo=np.full(issues, -0.05),
        outcome=np.full(issues, np.nan),
    )


def union(seed: int = 1) -> power.Game:
    """Twenty-seven states, 450 million people to the last head: 55%, 65%, four to block."""
    rng = np.random.default_rng(seed)
    people = np.rint(450e6 * np.sort(rng.dirichlet(np.full(27, 0.8))))
    return power.rule([np.ones(27), people], [15, 0.65 * people.sum()], blocking=4)


def works() -> dict[str, Callable[[], Any]]:
    """What is timed, by name."""
    rng = np.random.default_rng(1)
    world, club = table(193, 12), table(15, 13)
    weights = rng.integers(1, 21, 193)
    eu = union()
    two_thirds = power.majority(193, 2 / 3, more_than=False)
    many = power.weighted(weights, int(weights.sum() * 2 / 3))
    room = table(9, 2).position
    found: dict[str, Callable[[], Any]] = {
        "weighted mean, 193 x 12": lambda: weighted_mean(world.position, world.weight),
        "weighted median, 193 x 12": lambda: weighted_median(world.position, world.weight),
        "Nash, quadratic, 193 x 12": lambda: nash.solve(world),
        "Nash, linear, 193 x 12": lambda: nash.solve(world, loss="linear"),
        "agenda setter, 193 x 12": lambda: setter.solve(world, weights="equal"),
        "core, 193 x 12, each issue": lambda: core.solve(world, weights="equal"),
        "core, 9 voters, two issues": lambda: core.point(room, power.majority(9)),
        "Baron and Ferejohn, 193": lambda: baron_ferejohn.solve(world, discount=0.9),
        "power indices, 27 of the EU, whole people": lambda: power.measure(eu),
        "power indices, 193, two thirds": lambda: power.measure(two_thirds),
        "power indices, 193, weights of 1 to 20": lambda: power.measure(many),
        "exchange, 15 x 13, one round": lambda: exchange.solve(club),
    }
    for n, m in ((7, 3), (13, 2), (27, 6)):
        found[f"spatial model of politics, {n} x {m}"] = partial(spatial.solve, table(n, m))
    return found


def report(found: dict[str, Any]) -> str:
    """The times as a table in Markdown."""
    lines = ["| model | ms | budget, ms | peer |", "|---|---:|---:|---|"]
    for name, seconds in found["seconds"].items():
        budget = f"{1000 * BUDGET[name]:g}" if name in BUDGET else ""
        lines.append(
            f"| {name} | {common.digits(1000 * seconds)} | {budget} | {PEERS.get(name, '')} |"
        )
    late = [name for name, most in BUDGET.items() if found["seconds"][name] > most]
    lines += ["", f"Beyond their budget: {', '.join(late) or 'none'}."]
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> None:
    """Measure, print, and write JSON if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args(arguments)
    took = common.medians(asked.repeats, **works())
    found = {
        "seconds": took,
        "repeats": asked.repeats,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "machine": platform.machine(),
    }
    print(report(found))
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
