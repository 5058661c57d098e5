"""What `plenary run`, `compare` and `sweep` leave in a folder, besides a sweep's own runs.

runs, votes, clauses ...    tables of a run (`tabulate`)
points.csv                  a row for each outcome at each point, and its difference from the base
tidy.parquet                a row for each outcome of each run, with what it is about in columns
sensitivity.csv, rules.csv  of the designs of sweeps that ask for them
figures/                    pictures; those of a sweep with their data beside them
chronicle.md                one run told year by year, where there is a calendar
summary.json                what reports say
codebook.csv, methods.md, references.bib
study.json                  what was played, to make it again; a sweep writes its own
manifest.json               command, versions, seed, and the digest of every file; written last
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from sim.sensitivity import analyses
from sim.core.outcomes import Outcomes
from sim.disk import as_json, read_json
from sim.errors import InputError, Mistake, RunError
from sim.experiment import outcomes
from sim.experiment.outcomes import Declared
from sim.results import points, tidy
from sim.staging import SUMMARY, Staging, writing
from sim.scenario import Scenario, pack
from sim.show import coalitions, tables
from sim.show.tables import as_parquet
from sim.study import columns
from sim.study.findings import Study
from sim.study.provenance import provenance
from sim.study.run import Run
from sim.study.single import study_of
from sim.sweep.folder import STUDY, SWEEP, locked
from sim.sweep.reading import DESIGN, RESULTS, VOTES

FIGURES, CHRONICLE = "figures", "chronicle.md"
PLAYED, RUNS, BASE_RUNS = "played.npz", "runs", "base_runs"
STORY, COUNTED, LOG = "story ", "counted ", "log "  # what names of arrays there begin with
OF_BASE = "base "
OF_SWEEPS = (RESULTS, VOTES, DESIGN, STUDY)  # written as it is played


def write_run(
    staging: Staging, run: Run, command: list[str], *, figures: bool = True, every: bool = False
) -> None:
    """Write all that a run or comparison leaves.

    Args:
        staging: where the files are gathered.
        run: what was played.
        command: what was typed after ``plenary``, for the manifest.
        figures: draw them,
        every: all of them, or of very many those that are most worth showing.
    """
    tabulate(staging, run)
    if figures:
        illustrate(staging, run, every=every)
    conclude(staging, run, command)


def write_up(
    study: Study, scenario: Scenario, folder: Path, command: list[str], *, figures: bool = True
) -> dict[str, Any]:
    """Write all that a finished sweep leaves besides its runs, whole or not at all.

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
    from sim.report import findings

    with locked(folder), writing(folder) as staging:
        for name, table in analyses.of_study(study).items():
            staging.table(name.removesuffix(".csv"), table)
        if figures:
            draw(study, staging)
        staging.vouch(*OF_SWEEPS)
        summary = findings.of_study(study, scenario)
        _close(
            staging,
            study,
            summary,
            provenance(study, command),
            outcomes.kept(study.outcomes, scenario),
        )
    return summary


def refuse_sweep(folder: Path) -> None:
    """Refuse to put a run where a sweep lies: its tables would be taken for those of the run.

    Raises:
        InputError: the folder holds a sweep.
    """
    try:
        kind = read_json(folder / STUDY).get("kind", SWEEP)
    except InputError:
        return  # whatever it holds, it is no sweep of ours
    if kind == SWEEP:
        problem = "holds a sweep, whose tables would be replaced"
        raise InputError(Mistake(problem, str(folder), allowed="a folder of its own: --out DIR"))


def said(run: Run) -> dict[str, Any]:
    """All that a run was made from, so that it can be made again without any other file."""
    return {
        "kind": run.kind,
        "source": run.source,
        "against": run.against,
        "settings": list(run.settings),
        "after": run.after,
        "runs": run.outcomes.runs,
        "base": pack((run.base or run).scenario).data(),
        "changed": pack(run.scenario).data() if run.against else None,
    }


def played(run: Run) -> bytes:
    """What figures and graphs show of a run and no table holds: NumPy arrays."""
    out = io.BytesIO()
    arrays = _arrays(run.outcomes)
    if run.base:
        base = _arrays(run.base.outcomes)
        arrays |= {f"{OF_BASE}{name}": base[name] for name in ("ballots", "counts")}
    np.savez_compressed(out, **arrays)
    return out.getvalue()


def _arrays(found: Outcomes) -> dict[str, Any]:
    story = {f"{STORY}{draft}": values for draft, values in found.story.items()}
    counted = {f"{COUNTED}{name}": numbers for name, numbers in found.counted.items()}
    log = found.log
    acts = {"words": np.array(log.words), "entries": log.entries, "size": log.size}
    counted |= {f"{LOG}{name}": values for name, values in acts.items() if len(log.size)}
    ballots = np.array(found.ballots)
    return {"ballots": ballots, "counts": found.counts, "sides": found.sides, **story, **counted}


def tabulate(staging: Staging, run: Run) -> None:
    """Write all tables of a run, and what it was made from."""
    staging.write(STUDY, as_json(said(run)))
    staging.write(PLAYED, played(run))
    sides = {RUNS: run} | ({BASE_RUNS: run.base} if run.base else {})
    for name, side in sides.items():
        about = columns.described(side.outcomes.table, outcomes=_columns(side))
        staging.table(name, tables.runs(side), about)
    staging.table("votes", tables.votes(run))
    staging.table("clauses", tables.clauses(run))
    if acts := tables.acts(run):
        staging.table("acts", acts)
    if coalitions.formed(run.outcomes):
        staging.table("coalitions", coalitions.table(run.outcomes, run.setting))
        pairs = coalitions.comembership(run.outcomes, run.setting)
        staging.write("comembership.parquet", as_parquet(pairs, columns.OF_PAIRS))
        staging.write("coalitions.graphml", coalitions.graphml(run.outcomes, run.setting))
    if run.base:
        staging.table("paired", tables.paired(run))
        staging.table("who_changed", tables.changed(run))


def _columns(run: Run) -> dict[str, Declared]:
    """What each outcome in a run's table is."""
    return outcomes.declared(run.outcomes.table, outcomes.members(run.scenario))


def illustrate(staging: Staging, run: Run, suffix: str = ".png", *, every: bool = True) -> None:
    """Draw a run's figures: all, or of very many those that are most worth showing."""
    from sim.show.plots import draw as figures

    folder = staging.subfolder(FIGURES)
    figures(run.outcomes, run.setting, run.scenario, folder, suffix=suffix, every=every)


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


def conclude(staging: Staging, run: Run, command: list[str]) -> None:
    """Write what describes the run, and the manifest once all else is there."""
    from sim.report import findings

    known = _columns(run.base) | _columns(run) if run.base else _columns(run)
    _close(staging, study_of(run), findings.of_run(run), provenance(run, command), known)


def _close(
    staging: Staging,
    study: Study,
    summary: Mapping[str, Any],
    made: dict[str, Any],
    known: Mapping[str, Declared],
) -> None:
    """Write what every folder has in the end: see the head of this file."""
    from sim.report import chronicle, codebook, methods

    factors = [factor.path for factor in study.experiment.factors]
    staging.table("points", points.table(study))
    if 0 < tidy.rows(study) <= tidy.MOST:
        tidy.write(study, staging.place(tidy.TIDY))
    staging.write(SUMMARY, as_json(summary))
    if summary.get("chronicle"):
        staging.write(
            CHRONICLE, chronicle.markdown(summary["story"], summary["chronicle"]).encode()
        )
    staging.write("methods.md", methods.methods(summary, made).encode())
    staging.write("references.bib", methods.references(summary, made).encode())
    every = codebook.columns_of(staging.inside)
    if staging.vouched:
        every |= codebook.columns_of(staging.folder, only=staging.vouched)
    staging.table("codebook", codebook.codebook(every, known, factors))
    staging.manifest(made)
