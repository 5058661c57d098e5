"""The table of docs/experiments.md: each shipped experiment, its question, and what came out.

    python experiments/experiment_tables.py docs/experiments.md --out results

sweeps every shipped experiment as it is, and writes the table anew between its marks. What came
out are the first sentences of the answer in each summary.json. A sweep that is in the folder
already is not played again. Without a file the table is printed.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pages import parser, publish

from sim import shipped, sweep
from sim.results.writeup import write_up

MARK = "experiments"
HEAD = (
    "| experiment | question | points | runs a point | what came out |",
    "|---|---|---:|---:|---|",
)
SENTENCES = 3


def swept(name: str, folder: Path, runs: int | None) -> str:
    """Play an experiment, or what is missing of it, and tell it in a row."""
    plan = sweep.plan(name, runs=runs)
    study = sweep.run(plan, folder / name, workers=os.cpu_count() or 1)
    summary = write_up(study, plan.scenario, folder / name, ["sweep", name])
    return row(name, summary, len(study.points), plan.experiment.runs)


def row(name: str, summary: Mapping[str, Any], points: int, runs: int) -> str:
    """A row of the table."""
    cells = (f"`{name}`", summary["question"], f"{points:,}", f"{runs:,}", came_out(summary))
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def came_out(summary: Mapping[str, Any]) -> str:
    """The first sentences of an answer that speak of a whole outcome, not of one factor in it."""
    told = [said for said in summary["answer"] if not said.startswith("Of the factors")]
    return "<br>".join(told[:SENTENCES])


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table, or write it into a file that marks its place."""
    asked = parser(__doc__)
    asked.add_argument("--out", type=Path, default=Path("results"), help="where sweeps go")
    asked.add_argument("--runs", type=int, help="a point, instead of those of the files")
    asked.add_argument("--only", nargs="+", default=list(shipped.experiments()), metavar="NAME")
    said = asked.parse_args(arguments)
    lines = [*HEAD, *(swept(name, said.out, said.runs) for name in said.only)]
    publish({MARK: lines}, said.files)


if __name__ == "__main__":
    main()
