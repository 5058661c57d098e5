"""The commands about the record: calibrate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.app import Quiet, command
from sim.show import terminal


@command("calibrate", "Turn recorded votes before a date into positions and admissible worlds.")
def calibrate(
    until: Annotated[str, typer.Option(metavar="DATE", help="Use nothing from this date on.")],
    name: Annotated[str | None, typer.Option(help="Names the files; else the date.")] = None,
    votes: Annotated[
        Path | None, typer.Option(metavar="CSV", help="Recorded votes; else ours.")
    ] = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the tables go.")] = Path(),
    worlds: Annotated[int, typer.Option(min=1, max=100_000, help="How many to look for.")] = 300,
    seed: Annotated[int, typer.Option(min=0, help="Of the draws.")] = 0,
    quiet: Quiet = False,
) -> None:
    """\b
    plenary calibrate --until 2018-11-08 --name 2018
    plenary calibrate --until 2020-01-01 --votes my-votes.csv --out tables

    Writes un_members_NAME.csv (positions of all states), worlds_NAME.csv (admissible worlds)
    and calibration_NAME.json (what was fitted, on what, how well)."""
    from sim.show import calibrated

    lines = calibrated.write(until, name, votes, out, worlds, seed)
    if not quiet:
        terminal.say(*lines)
