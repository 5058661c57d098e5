"""A small back-test that found something, for tests of what is made of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.report.parts import Grid
from sim.scoring.beside import Beside
from sim.scoring.found import Column, Figure, Found
from sim.show.plots.style import Footer, Sheet


def _draw(file: Path) -> None:
    Sheet("Ours is worse", "by a tenth", Footer("small", "2020-01-01", 1, 0, "1.0")).save(file)


def found(**changes: Any) -> Found:
    """A back-test of one word, two tables and one figure."""
    made = Found(
        name="small",
        title="Who saw the small thing coming?",
        question="Does a model beat the base rate?",
        until="2020-01-01",
        headline=(Beside("who comes", "2 points", "Brier", 0.3, "base rate", 0.2),),
        remarks=("It is <small>.",),
        limits=("There are two points.", "Both were chosen by hand."),
        grids=(Grid("Scores", ("who", "Brier"), (("ours", ".300"), ("base rate", ".200"))),),
        tables={
            "points": {"point": ["a", "b"], "chance": [0.25, float("nan")]},
            "scores": {"who": ["ours"], "chance": [0.5]},
        },
        columns={
            "point": Column("name of the point"),
            "chance": Column("chance of a yes", "share", "0-1"),
            "scores.chance": Column("mean chance of a yes", "share", "0-1"),
            "who": Column("whose it is"),
        },
        figures={"brier": Figure("Ours is worse", "Lower is better.", _draw, {"who": ["ours"]})},
        sources=("Ours.",),
        reads=("ideal_points.csv", "gge-2017"),
    )
    return replace(made, **changes)
