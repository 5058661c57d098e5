"""Outcomes of the two consensus scenarios against the two parameters that no data inform.

    python experiments/consensus_ridge.py --out results/consensus_ridge

runs gge-2017 and oewg-2021 on a grid of the cost of blocking (k0) and of what demandeurs insist
on (phi), as `plenary run NAME --set parameters.blocking_cost=.. --set parameters.insistence=..`
would, and writes ridge.csv and a heat map for each. Every point sees the same draws of all the
rest. Where adoption depends on both, one outcome fixes a ridge in this plane and no point on it.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

import sim
from sim.core.outcomes import Outcomes
from sim.core.registry import PARAMETERS
from sim.forums.rules import How
from sim.scenario import Scenario
from sim.show.plots.style import BLUE, INK, PAPER, Footer, Sheet

SCENARIOS = ("gge-2017", "oewg-2021")
COST, INSISTENCE = "blocking_cost", "insistence"
TABLE = "ridge.csv"
COLOURS = LinearSegmentedColormap.from_list("adopted", [PAPER, BLUE])


@dataclass(frozen=True)
class Point:
    """What came of one scenario at one point of the grid: shares and means over runs, 0-1."""

    scenario: str
    blocking_cost: float
    insistence: float
    runs: int
    adopted: float  # share of runs
    text_existed: float  # share: blocked, though some text would not have been
    no_text: float  # share: blocked, and every text would have been
    retained: float  # mean share of the draft left in adopted texts; nan if none was adopted
    dissociating: float  # mean number of delegations, in adopted texts


def axis(name: str, steps: int) -> list[float]:
    """Return so many values of a parameter over the range that worlds draw from.

    A cost is a scale, and its values stand in equal ratios; shares stand at equal distances.
    """
    spaced = np.geomspace if name == COST else np.linspace
    return [round(float(v), 3) for v in spaced(PARAMETERS[name].low, PARAMETERS[name].high, steps)]


def grid(scenario: str, steps: int, runs: int, workers: int = 1) -> Iterator[Point]:
    """Run one scenario at every point, costs slowest."""
    for cost in axis(COST, steps):
        for share in axis(INSISTENCE, steps):
            settings = [f"parameters.{COST}={cost}", f"parameters.{INSISTENCE}={share}"]
            outcomes = sim.run(scenario, runs, settings=settings, workers=workers)
            yield point(scenario, cost, share, outcomes)


def point(scenario: str, cost: float, share: float, outcomes: Outcomes) -> Point:
    """Sum up an ensemble's one ballot."""
    draft, stage = outcomes.ballots[-1]
    ballot = f"{draft}.{stage}."
    adopted = outcomes.number(f"{ballot}adopted") > 0
    blocked = outcomes.number(f"{ballot}how") == How.BLOCKED
    existed = outcomes.number(f"{ballot}text_existed") > 0
    return Point(
        scenario,
        cost,
        share,
        outcomes.runs,
        float(adopted.mean()),
        float((blocked & existed).mean()),
        float((blocked & ~existed).mean()),
        _mean(outcomes.number(f"{draft}.retained")[adopted]),
        _mean(outcomes.number(f"{ballot}dissociating")[adopted]),
    )


def _mean(values: np.ndarray) -> float:
    there = values[~np.isnan(values)]
    return float(there.mean()) if len(there) else float("nan")


def write(points: Sequence[Point], file: Path) -> Path:
    """Write the grid as CSV."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as lines:
        table = csv.writer(lines)
        table.writerow(f.name for f in fields(Point))
        table.writerows(
            [f"{v:.4g}" if isinstance(v, float) else v for v in astuple(p)] for p in points
        )
    return file


def heat_map(points: Sequence[Point], scenario: Scenario) -> Sheet:
    """Draw the share of runs in which the text was adopted, a cell a point of the grid."""
    costs = sorted({p.blocking_cost for p in points})
    shares = sorted({p.insistence for p in points})
    about = Footer(
        scenario.name, str(scenario.date), points[0].runs, scenario.seed, sim.__version__
    )
    adopted = np.array([[_adopted(points, c, s) for c in costs] for s in shares])
    title, about_it = finding(points, scenario), "Share of runs in which the text is adopted"
    with Sheet(title, about_it, about) as sheet:
        axes = sheet.body.subplots()
        axes.imshow(adopted, COLOURS, vmin=0, vmax=1, aspect="auto", origin="lower")
        axes.grid(visible=False)
        axes.set_xticks(range(len(costs)), [f"{cost:.3f}" for cost in costs])
        axes.set_yticks(range(len(shares)), [f"{share:.2f}" for share in shares])
        axes.set_xlabel("cost of standing alone against consensus, k0")
        axes.set_ylabel("share of its demands that a delegation insists on, phi")
        for (row, column), share in np.ndenumerate(adopted):
            ink: Any = {"color": PAPER if share > 0.6 else INK, "fontsize": 14}
            axes.text(column, row, f"{share:.0%}", ha="center", va="center", **ink)
    return sheet


def _adopted(points: Sequence[Point], cost: float, share: float) -> float:
    return next(p.adopted for p in points if (p.blocking_cost, p.insistence) == (cost, share))


def finding(points: Sequence[Point], scenario: Scenario) -> str:
    """Say between what shares adoption lies, and what happened."""
    low, high = min(p.adopted for p in points), max(p.adopted for p in points)
    kept = "adopted" if happened(scenario) else "no text"
    return f"{scenario.name}: adopted in {low:.0%} to {high:.0%} of runs (what happened: {kept})"


def happened(scenario: Scenario) -> bool:
    """Say whether the record has the text adopted."""
    return all(stage.adopted for stages in scenario.record.values() for stage in stages.values())


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the grid and write its table and figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("results/consensus_ridge"))
    parser.add_argument("--steps", type=int, default=7, help="values of each parameter")
    parser.add_argument("--runs", type=int, default=200, help="runs at each point")
    parser.add_argument("--workers", type=int, default=1, help="processes")
    said = parser.parse_args(arguments)
    points = {name: list(grid(name, said.steps, said.runs, said.workers)) for name in SCENARIOS}
    print(write([p for some in points.values() for p in some], said.out / TABLE))
    for name, some in points.items():
        print(heat_map(some, sim.load(name)).save(said.out / f"{name}.png"))


if __name__ == "__main__":
    main()
