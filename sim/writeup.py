"""What a finished sweep leaves beside its runs: summaries, figures, methods, and its manifest.

points.csv         a row for each outcome at each point, and its difference from the base
figures/           pictures, each with its data beside it
sensitivity.csv    of the designs that ask for it; rules.csv likewise
summary.json       what reports say
codebook.csv, methods.md, references.bib
manifest.json      command, versions, seed, and the digest of every file; written last
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from sim.analysis.paired import Difference, difference
from sim.errors import RunError
from sim.experiment import outcomes
from sim.experiment.model import Point
from sim.experiment.outcomes import Declared
from sim.report import codebook, findings, methods
from sim.results import Staging, writing
from sim.scenario import Scenario
from sim.sensitivity import analyses
from sim.show.tables import Table
from sim.study.findings import Cell, Study
from sim.study.provenance import code_digest, of_delegations, packages, versions
from sim.sweep.folder import STUDY, locked
from sim.sweep.reading import DESIGN, RESULTS, VOTES

TABLES = (RESULTS, VOTES, DESIGN, STUDY)
FIGURES = "figures"
SUMMARY, CODEBOOK, METHODS, REFERENCES = (
    "summary.json",
    "codebook.csv",
    "methods.md",
    "references.bib",
)


def write_up(
    study: Study, scenario: Scenario, folder: Path, command: list[str], *, figures: bool = True
) -> dict[str, Any]:
    """Write all that a finished sweep leaves, whole or not at all.

    Args:
        study: as `sim.sweep.read` gives it.
        scenario: its base.
        folder: where the sweep is.
        command: what was typed after ``plenary``, for the manifest.
        figures: draw them.

    Returns:
        The summary, as in summary.json.

    Raises:
        RunError: it cannot be written, or an analysis needs a package that is not installed.
    """
    said = described(study, command)
    with locked(folder), writing(folder) as staging:
        staging.table("points", points(study))
        analysed = analyses.of_study(study)
        for name, table in analysed.items():
            staging.table(name.removesuffix(".csv"), table)
        summary = findings.of_study(study, scenario)
        text = json.dumps(summary, indent=1, ensure_ascii=False) + "\n"
        staging.write(SUMMARY, text.encode())
        if figures:
            draw(study, staging)
        staging.write(METHODS, methods.methods(summary, said).encode())
        staging.write(REFERENCES, methods.references(summary, said).encode())
        staging.table("codebook", _codebook(study, scenario, staging))
        staging.vouch(*TABLES)
        staging.manifest(said)
    return summary


def draw(study: Study, staging: Staging, suffix: str = ".png") -> None:
    """Draw the figures that an experiment asks for, or those that suit its design."""
    from sim.show.plots import study as plots

    plots.draw(study, staging.subfolder(FIGURES), suffix=suffix, analyses=analysed(study))


def analysed(study: Study) -> dict[str, dict[str, Any]]:
    """What figures of analyses show, by kind and outcome; one that is refused has no figure."""
    from sim.show.plots.study.choice import main

    found: dict[str, dict[str, Any]] = {}
    for kind, method in analyses.methods(study.experiment).items():
        asked = [p.outcome for p in study.experiment.plots if p.kind == kind and p.outcome]
        suited = kind != "rules" or main(study).endswith(".adopted")
        for outcome in dict.fromkeys([*asked, *([main(study)] if suited else [])]):
            with suppress(RunError):  # sensitivity.csv and rules.csv say why
                found.setdefault(kind, {})[outcome] = method(study, outcome)
    return found


def described(study: Study, command: list[str]) -> dict[str, Any]:
    """Say what the manifest says: all that is needed to make the study again, and no clock."""
    return {
        "command": command,
        "kind": "sweep",
        "experiment": study.experiment.name,
        "title": study.experiment.title,
        "scenario": study.facts.scenario,
        "seed": study.facts.seed,
        "points": len(study.points),
        "runs": study.runs,
        "failed": sum(study.failed.values()),
        **versions(),
        "code": code_digest(),
        "packages": packages(),
        **of_delegations(study.delegations),
    }


def points(study: Study) -> Table:
    """A row for each outcome at each point: its spread, and its paired difference from the base."""
    rows = [row for name in averaged(study) for row in _rows(study, name)]
    return {name: [row[name] for row in rows] for name in rows[0]} if rows else {}


def averaged(study: Study) -> list[str]:
    """The outcomes of a study that have a mean."""
    return [name for name in study.outcomes if outcomes.has_mean(name)]


def _rows(study: Study, outcome: str) -> Iterator[dict[str, Any]]:
    base = next((point for point in study.points if not point.settings), None)
    for point, cell in study.cells(outcome):
        yield {
            "outcome": outcome,
            "point": point.id,
            **{f.path: point.levels[f.path] for f in study.experiment.factors},
            **_spread(cell),
            **_difference(compared(study, base, point, outcome) if base else None),
        }


def _spread(cell: Cell) -> dict[str, Any]:
    found = cell.spread
    return {
        "runs": found.runs,
        "defined": cell.defined,
        **{
            name: _round(getattr(found, name))
            for name in ("mean", "error", "chance", "ignorance", "low", "high")
        },
    }


def _difference(found: Difference | None) -> dict[str, Any]:
    names = {"difference": "difference", "difference_error": "error", "smallest": "smallest"}
    return {
        column: _round(getattr(found, name)) if found else float("nan")
        for column, name in names.items()
    }


def compared(study: Study, base: Point, point: Point, outcome: str) -> Difference | None:
    """The paired difference of a point from the base, over runs where both are defined."""
    before, after = (study.source.values(p.id, outcome) for p in (base, point))
    common = min(len(before), len(after))
    both = ~np.isnan(before[:common]) & ~np.isnan(after[:common])
    if point == base or not both.any():
        return None
    worlds = study.source.worlds(base.id)[:common][both]
    return difference(outcome, before[:common][both], after[:common][both], worlds)


def _round(value: float) -> float:
    return round(float(value), 6)


def _codebook(study: Study, scenario: Scenario, staging: Staging) -> Table:
    """What every column means, of the tables gathered and of those that are there already."""
    columns = {
        **codebook.columns_of(staging.inside),
        **codebook.columns_of(staging.folder, only=TABLES),
    }
    factors = [factor.path for factor in study.experiment.factors]
    return codebook.codebook(columns, declared(study, scenario), factors)


def declared(study: Study, scenario: Scenario) -> dict[str, Declared]:
    """What each outcome of a study is, those that were not kept too: they tell what drafts are."""
    kept = (outcomes.split(name)[0] for name in study.outcomes)
    names = dict.fromkeys([*outcomes.names(scenario), *kept])
    return outcomes.declared(names, outcomes.members(scenario))
