"""What `plenary calibrate` writes and says."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from sim import record
from sim.analysis import publish
from sim.analysis.calibrate import calibrate
from sim.errors import InputError, Mistake


def write(
    until: str, name: str | None, votes: Path | None, folder: Path, worlds: int, seed: int
) -> list[str]:
    """Calibrate, write the tables into a folder, and say what was written and how to use it.

    Raises:
        InputError: the date is none, the votes cannot be read, or nothing lies before the date.
        RunError: the folder cannot be written to.
    """
    day = _date(until)
    cast = record.votes(votes)
    made = calibrate(day, worlds_wanted=worlds, seed=seed, votes=cast)
    files = publish.write(made, folder, name or until)
    return [
        f"Calibrated on {made.votes} recorded votes before {day}.",
        *(f"Note: {note}." for note in cast.notes),
        *(f"Wrote {file}" for file in files),
        "In a scenario of your own, name the first under actors: from, the second as worlds.",
    ]


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise InputError(
            Mistake("is not a date", "", None, "--until", text, "YYYY-MM-DD")
        ) from None
