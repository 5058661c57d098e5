"""What a sweep prints: before it is played, what it will cost; afterwards, what came of it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.experiment.model import UNCHANGED, Point
from sim.experiment.outcomes import has_mean, split
from sim.show import words
from sim.show.summary import sentence
from sim.show.terminal import duration
from sim.study.findings import Study
from sim.sweep.batches import covered
from sim.sweep.folder import parts_there
from sim.sweep.planning import Plan

ROWS, COLUMNS = 12, 3  # points and outcomes in the printed table
WIDE, CELL = 34, 14
BASELINE, BASELINES = "Plain baseline: ", 3  # how their sentences begin, and how many are told
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
    yield from sentence(f"{plan.experiment.title}: {_points(plan.points)}.")
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


def _points(points: Sequence[Point]) -> str:
    return f"{len(points):,} point{'s' * (len(points) != 1)}"


def _settings(point: Point) -> str:
    return "; ".join(point.settings) or "the scenario as it is"


def after(study: Study, summary: Mapping[str, Any], folder: Path) -> Iterator[str]:
    """Say what came of a sweep: the findings, a table of means, and where the rest is."""
    for said in summary["answer"]:
        yield from sentence(said)
    yield (
        f"{_points(study.points)}, {study.runs:,} runs,"
        f" seed {study.facts.seed}, paired across points"
    )
    if study.failed:
        yield from sentence(
            f"{sum(study.failed.values()):,} runs failed, in {_some(list(study.failed))};"
            " status.jsonl says why, and the same command tries them again"
        )
    yield from table(study)
    for said in [said for said in summary.get("baselines", ()) if said.startswith(BASELINE)][
        :BASELINES
    ]:
        yield from sentence(said)
    yield f"Results: {folder}"
    yield f"Next: plenary report {folder}"
    yield f"      plenary rerun {folder} --verify"


def _some(points: list[str]) -> str:
    return words.some(points, 3)


def table(study: Study) -> Iterator[str]:
    """Means of the first outcomes at the first points; what is not defined says so."""
    outcomes = _told(study)
    shown = _spaced(study.points)
    heads = [_head(study, outcome) for outcome in outcomes]
    for row, name in enumerate(("mean of", "")):
        yield words.columns((WIDE, *[CELL] * len(outcomes)), name, *(head[row] for head in heads))
    for point in shown:
        cells = [_mean(study, point, outcome) for outcome in outcomes]
        yield words.columns((WIDE, *[CELL] * len(outcomes)), _levels(point), *cells)
    if len(shown) < len(study.points):
        yield f"  {len(study.points) - len(shown):,} more points in points.csv"


def _told(study: Study) -> list[str]:
    asked = study.experiment.outcomes or tuple(
        name for name in study.outcomes if name.endswith((".adopted", ".in_favour"))
    )
    return [name for name in asked if has_mean(name)][:COLUMNS]


def _spaced(points: Sequence[Point]) -> list[Point]:
    """Some of the points, from the first to the last."""
    if len(points) <= ROWS:
        return list(points)
    return [points[round(i * (len(points) - 1) / (ROWS - 1))] for i in range(ROWS)]


def _head(study: Study, outcome: str) -> tuple[str, str]:
    """An outcome in two lines of a column: the draft, and what of it."""
    plain, conditional = split(outcome)
    draft = max((d for d, _ in study.ballots if plain.startswith(f"{d}.")), key=len, default="")
    rest = plain[len(draft) + 1 :] if draft else plain
    what = rest.removesuffix(".value").rpartition(".")[2]
    told = what.replace("_", " ") + ", if so" * conditional
    return words.short(draft, CELL - 1), words.short(told, CELL - 1)


def _mean(study: Study, point: Point, outcome: str) -> str:
    cell = study.cell(point, outcome)
    if not cell.defined:
        return "not defined"
    if outcome.endswith(".adopted"):
        return words.percent(cell.mean)
    return words.number(cell.mean, 1)


def _levels(point: Point) -> str:
    if not point.settings:
        return "base"
    said = [
        f"{path.rpartition('.')[2]}={level}"
        for path, level in point.levels.items()
        if level != UNCHANGED
    ]
    return words.short(", ".join(said), WIDE - 1)
