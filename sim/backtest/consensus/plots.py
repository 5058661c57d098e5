"""Figures of the consensus back-test: each forum's chances, and the record among all placings."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sim.backtest.consensus.cases import Case
from sim.backtest.consensus.trial import Chance, Trial
from sim.backtest.found import Figure
from sim.backtest.verdicts import score, times, verdict
from sim.show import words
from sim.show.tables import Table

NAME = "consensus"


def figures(of: list[Case], named: Trial, base: Trial, chance: Chance) -> dict[str, Figure]:
    """The figures, by name."""
    return {"chances": _chances(of, named, base), "luck": _luck(named, chance)}


def _chances(of: list[Case], named: Trial, base: Trial) -> Figure:
    failed = [case for case in of if not case.agreed]
    title = (
        f"Two predictors: the model {verdict(named.brier, base.brier)} the base rate,"
        f" Brier {score(named.brier)} against {score(base.brier)}"
    )
    seen = sum(
        p < q for p, q, case in zip(named.chances, base.chances, of, strict=True) if not case.agreed
    )
    about = (
        f"Chance that each forum agrees, predicted from the others; of"
        f" {times(len(failed), 'failure')} the model gives {seen} a lower chance than the base rate"
    )
    rows = [f"{case.forum} ({case.date.year})" for case in of]
    right = ["agreed" if case.agreed else "failed" for case in of]
    data: Table = {
        "forum": [case.forum for case in of],
        "recorded": [float(case.agreed) for case in of],
        "named": np.round(named.chances, 9),
        "rate": np.round(base.chances, 9),
    }

    def draw(file: Path) -> None:
        from sim.backtest import drawing
        from sim.show.plots.study.axes import Scale

        page = drawing.sheet(title, about, NAME)
        ticks = tuple((v, words.percent(v)) for v in (0.0, 0.25, 0.5, 0.75, 1.0))
        across = Scale(-0.02, 1.02, ticks, "chance that it agrees")
        drawing.rows(
            page, rows, {f"model: {named.name}": named.chances, base.name: base.chances}, across,
            right,
        )  # fmt: skip
        page.save(file)

    return Figure(title, about + ".", draw, data)


def _luck(named: Trial, chance: Chance) -> Figure:
    title = (
        f"Luck does as well as the model of {named.name} in {chance.as_well} of"
        f" {len(chance.all)} placings of the failures"
    )
    about = (
        "Brier score minus the base rate's, for every way to place as many failures on the same"
        " forums; left of zero the model beats the base rate"
    )

    def draw(file: Path) -> None:
        from sim.backtest import drawing
        from sim.show.plots.study import axes

        page = drawing.sheet(title, about, NAME)
        across = axes.amounts([0.0, *chance.all.tolist()], "Brier score minus the base rate's")
        drawing.bars(page, chance.all, across, chance.ours, "as it happened")
        page.save(file)

    data: Table = {"placing": list(range(len(chance.all))), "named_model": np.round(chance.all, 9)}
    return Figure(title, about + ".", draw, data)
