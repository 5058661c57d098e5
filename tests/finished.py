"""Finished folders of each kind, written as the commands write them."""

from __future__ import annotations

from pathlib import Path

from sim import sweep
from sim.results import writeup
from sim.staging import writing
from sim.study import compare
from sim.study.run import Run, plan
from tests.small import VOTE, write
from tests.sweep import made

SWEEP = """\
title: A small experiment
question: Does it matter whom India is near to?
scenario: small.yaml
vary:
  IND.position.SOV: [0, 100]
  forums.room.rules: [unchanged, two_thirds]
runs: 24
outcomes: [73/27.plenary.adopted, 73/27.plenary.margin, 73/27.retained if adopted, 73/27.plenary.how]
"""  # noqa: E501  a list in one line, as people write it


def run(
    place: Path, *settings: str, text: str = VOTE, hide: bool = False, figures: bool = False
) -> Path:
    """The folder of `plenary run`; ``place`` also holds the scenario."""
    place.mkdir(exist_ok=True)
    asked = plan(str(write(place, text)), settings, hide_record=hide)
    return _written(place, asked.play(12), ["run", "small.yaml"], figures)


def compared(
    place: Path,
    other: str | None = None,
    *settings: str,
    after: int | None = None,
    figures: bool = False,
) -> Path:
    """The folder of `plenary compare`; ``other`` is the text of a second scenario."""
    place.mkdir(exist_ok=True)
    base = write(place)
    changed = write(place, other, "other.yaml") if other else None
    asked = compare.plan(
        str(base), None if changed is None else str(changed), settings, after=after
    )
    return _written(place, asked.play(12), ["compare", "small.yaml"], figures)


def swept(place: Path, text: str = SWEEP, *, figures: bool = False) -> Path:
    """The folder of `plenary sweep`."""
    place.mkdir(exist_ok=True)
    asked = made.planned(place, text)
    out = place / "results"
    study = sweep.run(asked, out)
    writeup.write_up(study, asked.scenario, out, ["sweep", "small.yaml"], figures=figures)
    return out


def _written(place: Path, played: Run, command: list[str], figures: bool) -> Path:
    out = place / "results"
    with writing(out) as staging:
        writeup.write_run(staging, played, command, figures=figures)
    return out


def files(folder: Path) -> dict[str, bytes]:
    """Every file of a folder but a sweep's parts and log: its path and bytes."""
    there = (f for f in folder.rglob("*") if f.is_file())
    named = {f.relative_to(folder).as_posix(): f.read_bytes() for f in there}
    kept = ("parts/", "status.jsonl", ".lock")
    return {name: data for name, data in named.items() if not name.startswith(kept)}
