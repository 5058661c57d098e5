"""A sweep made up in memory, with its folder written as a finished one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from sim.disk import as_json
from sim.experiment.model import UNCHANGED
from sim.report import codebook, findings, methods
from sim.staging import writing
from sim.study.findings import Study
from tests.studies import Floats, Ints, experiment, grid, numeric, study

EU, OP3 = "blocs.EU.cohesion", "drafts.73/27.OP3"
VERSIONS = {"plenary": "0.1.0", "python": "3.11", "numpy": "2.0", "scipy": "1.13"}


def sweep(effect: float = 0.3, runs: int = 80, **said: object) -> Study:
    """A grid in which cohesion takes ``effect`` votes a point, and the clause takes none."""

    def answer(levels: Mapping[str, str], runs: Ints, worlds: Ints) -> Mapping[str, Floats]:
        luck = np.random.default_rng(1)  # the same at every point: common random numbers
        noise = luck.normal(0, 3, len(runs)) + luck.normal(0, 6, worlds.max() + 1)[worlds]
        cohesion = 0.0 if levels[EU] == UNCHANGED else float(levels[EU])
        votes = np.round(100 - effect * cohesion + noise)
        return {
            "73/27.plenary.adopted": (votes > 85).astype(float),
            "73/27.plenary.in_favour": votes,
            "73/27.retained": np.full(len(runs), 80.0),
        }

    eu, op3 = numeric(EU, 0, 50, 100), numeric(OP3, 20, 80)
    return study(experiment([eu, op3], runs=runs, **said), grid(eu, op3), answer)


def folder_of(made: Study, folder: Path) -> Path:
    """Write a study's folder, with what reports need."""
    summary = findings.of_study(made)
    with writing(folder) as staging:
        staging.write("study.json", json.dumps({"seed": 7}).encode())
        staging.write("summary.json", as_json(summary))
        staging.write("methods.md", methods.methods(summary, VERSIONS).encode())
        staging.write("references.bib", methods.references(summary, VERSIONS).encode())
        columns = codebook.columns_of(staging.inside)
        staging.table("codebook", codebook.codebook(columns))
        staging.manifest({"command": ["sweep", "made-up.yaml"], "seed": 7, **VERSIONS})
    return folder
