"""Measure sweeps: `python experiments/benchmarks/sweeps.py` (all; about nine minutes).

What a sweep costs over the bare ensemble on the same runs, what a second process brings, how
much memory a sweep takes as it grows, and how long a million of its runs take to read for a
figure. Medians from this one run, in turns; prints tables in Markdown with the goals.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, fields
from importlib.metadata import version
from itertools import count
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import run as common

sys.path.insert(0, str(common.ROOT))

from sim import sweep
from sim.build import setting as build
from sim.core.ensemble import ensemble
from sim.core.setting import Setting
from sim.experiment.model import Experiment
from sim.scenario import load
from sim.study.findings import Study
from tests import small
from tests.studies import experiment, numeric

OVERHEAD, TWICE, READ, PEAK = 0.10, 1.8, 2.0, 1024.0  # goals: share, times, seconds, MB
SUBJECTS = {  # scenario, what is varied, and over which two levels
    "voting": ("rival-resolutions-2018", "parameters.stakes", (8.0, 16.0)),
    "drafting": ("oewg-2021", "parameters.insistence", (0.3, 0.5)),
}
SMALL, PLAYED = "small.yaml", "played"
WAYS = {
    "bare": "bare ensemble",
    "sweep": "sweep",
    "two": "sweep, two processes",
    "planning": "planning it",
}
MILLION = 1_000_000


@dataclass
class Size:
    """How much is measured."""

    votes: int = 12_000  # runs at each of three points, voting
    texts: int = 8000  # the same, drafting
    repeats: int = 3
    rows: int = MILLION  # that are read for a figure
    peaks: tuple[int, ...] = (1000, 20_000, 200_000)  # runs whose memory is measured


def over_ensemble(size: Size, folder: Path) -> dict[str, dict[str, float]]:
    """Seconds for the same runs: bare, as a sweep, and as a sweep of two processes."""
    return {
        subject: _in_turns(_asked(subject, runs), size.repeats, folder / subject)
        for subject, runs in (("voting", size.votes), ("drafting", size.texts))
    }


def _asked(subject: str, runs: int) -> Experiment:
    scenario, path, levels = SUBJECTS[subject]
    return experiment([numeric(path, *levels)], runs=runs, scenario=scenario, seed=None)


def _in_turns(asked: Experiment, repeats: int, folder: Path) -> dict[str, float]:
    plan = sweep.plan(asked)
    settings = list(_settings(plan))
    folders = (folder / str(number) for number in count())

    def play(workers: int) -> Study:
        return sweep.run(plan, next(folders), workers=workers)

    took = common.medians(
        repeats,
        bare=lambda: [ensemble(setting, asked.runs, keep=False) for setting in settings],
        sweep=lambda: play(1),
        two=lambda: play(2),
        planning=lambda: sweep.plan(asked),
    )
    return took | {"runs": float(plan.runs)}


def _settings(plan: sweep.Plan) -> Iterator[Setting]:
    base = load(plan.experiment.scenario)
    for point in plan.points:
        yield build(load(plan.experiment.scenario, point.settings), base)


def memory(size: Size) -> dict[str, float]:
    """Peak memory in MB of a process that plays a sweep of so many runs and reads it, by runs."""
    return {str(runs): _peak(runs) for runs in size.peaks}


def _peak(runs: int) -> float:
    command = [sys.executable, __file__, f"--peak={runs}"]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _play_and_read(runs: int) -> None:
    """What the process does whose memory is measured."""
    with tempfile.TemporaryDirectory() as folder:
        study = small_sweep(Path(folder), runs)
        look(study)


def small_sweep(folder: Path, runs: int) -> Study:
    """Sweep a small scenario, seven actors and two texts, at four points and the base."""
    (folder / SMALL).write_text(small.VOTE.partition("record:")[0], encoding="utf-8")
    levels = numeric("parameters.stakes", 4, 8, 16, 32)
    beside = folder / "experiment.yaml"
    asked = experiment([levels], runs=max(runs // 5, 1), scenario=SMALL, file=beside, seed=None)
    return sweep.run(sweep.plan(asked), folder / PLAYED)


def look(study: Study) -> int:
    """Read what a figure of one outcome by one factor reads: a mean and its error at each point."""
    outcome = next(name for name in study.outcomes if name.endswith(".in_favour"))
    return sum(cell.spread.runs for _, cell in study.cells(outcome))


def reading(size: Size, folder: Path) -> float:
    """Seconds to open a sweep of a million runs and to summarise one outcome at every point."""
    small_sweep(folder, 1_000)
    there = folder / PLAYED
    lengthen(there / "results.parquet", size.rows)
    assert sweep.read(there).runs == size.rows
    return common.medians(size.repeats, look=lambda: look(sweep.read(there)))["look"]


def lengthen(file: Path, rows: int) -> None:
    """Repeat the rows of a sweep's table, point by point, until there are so many."""
    import numpy as np
    import pyarrow.parquet as pq

    from sim.arrow import GROUP

    table = pq.read_table(file)
    longer = table.take(np.arange(rows) * len(table) // rows)
    pq.write_table(longer, file, row_group_size=GROUP, write_page_checksum=True)


def measure(size: Size) -> dict[str, Any]:
    """Measure everything."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name in (*SUBJECTS, "reading"):
            (folder / name).mkdir()
        return {
            "size": vars(size),
            "machine": {"python": platform.python_version(), "processor": platform.machine()}
            | {name: version(name) for name in ("numpy", "pyarrow")},
            "seconds": over_ensemble(size, folder),
            "reading": reading(size, folder / "reading"),
            "memory": memory(size),
        }


def report(found: dict[str, Any]) -> str:
    """The tables in Markdown, with the goals."""
    times = [
        [f"{subject}, {took['runs']:,.0f} runs", *(f"{took[way]:.2f}" for way in WAYS)]
        for subject, took in found["seconds"].items()
    ]
    return "\n\n".join(
        [
            common.markdown(["seconds", *WAYS.values()], times),
            common.markdown(["", "measured", "goal"], list(_against_goals(found))),
        ]
    )


def _against_goals(found: dict[str, Any]) -> Iterator[list[str]]:
    for subject, took in found["seconds"].items():
        more, times = took["sweep"] / took["bare"] - 1, took["sweep"] / took["two"]
        yield [f"{subject}, a sweep over the bare ensemble", f"{more:.0%}", f"below {OVERHEAD:.0%}"]
        yield [f"{subject}, two processes against one", f"{times:.2f}", f"at least {TWICE}"]
    reading = f"reading {found['size']['rows']:,} runs for a figure"
    yield [reading, f"{found['reading']:.2f} s", f"below {READ:g} s"]
    for runs, peak in found["memory"].items():
        goal = f"flat, below {PEAK:.0f} MB"
        yield [f"peak memory, {int(runs):,} runs", f"{peak:.0f} MB", goal]


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for field in fields(Size):
        if field.type == "int":
            parser.add_argument(f"--{field.name}", type=int, default=field.default)
    parser.add_argument("--peaks", type=int, nargs="*", default=Size.peaks)
    parser.add_argument("--million", action="store_true", help="also the memory of a million runs")
    parser.add_argument("--json", type=Path, help="also write the results to this file")
    parser.add_argument("--peak", type=int, help=argparse.SUPPRESS)
    said = vars(parser.parse_args(arguments))
    file, peak, million = (said.pop(name) for name in ("json", "peak", "million"))
    if peak:
        _play_and_read(peak)
        print(common.high_water())
        return
    said["peaks"] = (*said["peaks"], *([MILLION] if million else []))
    found = measure(Size(**said))
    print(report(found))
    if file:
        file.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
