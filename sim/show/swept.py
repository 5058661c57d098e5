"""What a sweep prints before it is played: what it will cost, and what it will play."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sim.experiment.model import Point
from sim.runner.batches import covered
from sim.show import words
from sim.show.terminal import duration
from sim.show.words import sentence
from sim.sweep.folder import parts_there
from sim.sweep.planning import Plan

ROWS = 12  # points that are named
MEGABYTE = 1e6


def cost(plan: Plan, folder: Path, workers: int) -> dict[str, Any]:
    """What a sweep will take: runs, seconds, bytes; estimates rest on a few runs of the base."""
    there = parts_there(folder)
    runs = plan.experiment.runs
    done = sum(int(covered(there.get(p.id, ()), runs).sum()) for p in plan.points)
    left = plan.runs - done
    return {
        "experiment": plan.experiment.name,
        "points": len(plan.points),
        "runs_per_point": runs,
        "runs": plan.runs,
        "done": done,
        "left": left,
        "workers": workers,
        "seconds": left * plan.pace.seconds / workers,
        "bytes": 2 * plan.runs * plan.pace.bytes,  # the parts, and the table made of them
        "folder": str(folder),
        "until": dict(plan.experiment.until),
        "at_most": plan.experiment.at_most if plan.experiment.until else runs,
        "warnings": list(plan.warnings),
    }


def before(plan: Plan, told: Mapping[str, Any]) -> Iterator[str]:
    """Say what a sweep will take, and what it will play."""
    yield from sentence(f"{plan.experiment.title}: {words.counted(len(plan.points), 'point')}.")
    more = " at least" if told["until"] else ""
    yield (
        f"{told['runs_per_point']:,} runs a point, {told['runs']:,} runs{more};"
        f" {told['done']:,} are there, {told['left']:,} to play"
    )
    processes = "1 process" if told["workers"] == 1 else f"{told['workers']} workers"
    size = told["bytes"] / MEGABYTE
    yield (
        f"About {duration(told['seconds'])} with {processes}, about"
        f" {max(math.ceil(size), 1):,} MB in {told['folder']}"
    )
    if told["until"]:
        limits = ", ".join(f"{name}: {error:g}" for name, error in told["until"].items())
        yield from sentence(f"Until {limits}, at most {told['at_most']:,} runs a point")
    yield from (f"Note: {warning}" for warning in told["warnings"])
    for point in plan.points[:ROWS]:
        yield f"  {point.id:<10}  {words.short(_settings(point), 66)}"
    if len(plan.points) > ROWS:
        yield f"  and {len(plan.points) - ROWS:,} more"


def _settings(point: Point) -> str:
    return "; ".join(point.settings) or "the scenario as it is"
