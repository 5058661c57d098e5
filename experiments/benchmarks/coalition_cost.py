"""Measure what coalitions cost: `python experiments/benchmarks/coalition_cost.py`.

193 states and nine others with three texts, in chunks of 64 runs: the model without, with lobbying,
with coalitions, and with both, in turns; and how long the bonds and the game take by themselves.
Times are those of the processor, and medians are compared.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from sim.build import setting as build
from sim.core.ask import play
from sim.core.ensemble import CHUNK, ensemble
from sim.core.setting import Meeting, Setting
from sim.core.world import begin
from sim.mechanisms.coalitions import Coalitions
from sim.scenario import load

SCENARIO = "rival-resolutions-2018"
APART = ("cosponsorship.gather=off",)  # what else the scenario turns on
WAYS = {
    "texts and votes": ("lobbying=off", "coalitions.form=off", *APART),
    "with lobbying": ("lobbying=on", "coalitions.form=off", *APART),
    "with coalitions": ("lobbying=off", "coalitions.form=on", *APART),
    "with both": ("lobbying=on", "coalitions.form=on", *APART),
}
MOST, TIMES = 5.0, 3.0  # ms a run that forming may take; times the model of texts and votes


def seconds(work: Callable[[], Any]) -> float:
    """Processor time of one call."""
    start = time.process_time()
    work()
    return time.process_time() - start


def formation(setting: Setting) -> Callable[[], None]:
    """One session's formation from everyone alone, for a chunk."""
    runs = range(CHUNK)

    def work() -> None:
        play(Coalitions().play(setting, begin(setting, runs), Meeting(1, -1)))

    return work


def measure(runs: int, repeats: int) -> dict[str, float]:
    """Milliseconds a run, by what is on; and of forming alone."""
    settings = {name: build(load(SCENARIO, said)) for name, said in WAYS.items()}
    works: dict[str, tuple[Callable[[], Any], int]] = {
        name: (lambda s=s: ensemble(s, runs), runs) for name, s in settings.items()
    }
    works["forming alone"] = formation(settings["with coalitions"]), CHUNK
    for work, _ in works.values():
        work()
    times = [{name: seconds(work) / n for name, (work, n) in works.items()} for _ in range(repeats)]
    return {name: 1000 * statistics.median(t[name] for t in times) for name in works}


def main(arguments: list[str] | None = None) -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=4 * CHUNK)
    parser.add_argument("--repeats", type=int, default=5)
    said = parser.parse_args(arguments)
    found = measure(said.runs, said.repeats)
    for name, took in found.items():
        print(f"{name:<24}{took:>9.3f} ms a run")
    times = found["with both"] / found["texts and votes"]
    print(f"with both, times texts and votes: {times:.1f}; goal: at most {TIMES:g}")
    print(f"forming alone, ms a run: {found['forming alone']:.1f}; goal: at most {MOST:g}")


if __name__ == "__main__":
    main()
