"""Finished results as other programs read them: NetCDF, GraphML, and tables in tidy form.

netcdf    labelled arrays over runs and what outcomes are about; of a sweep, means over points
graphml   drafts, clauses, issues and actors; who sponsors, how all vote, who stands together
csv       the tidy table, a row for each outcome of each run
parquet   the same as tidy.parquet has it, of any length
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from sim.build import setting as build
from sim.core.frames import EDGE, about
from sim.core.setting import Setting
from sim.disk import plainly, whole
from sim.errors import InputError, Mistake, RunError
from sim.experiment.model import Point
from sim.results import tidy
from sim.results.opening import Finished
from sim.scenario import unpack
from sim.scenario.packed import Packed
from sim.study.columns import CHANCES
from sim.study.findings import Study
from sim.study.run import Run

SCALE = 100.0  # of issues, in files
FILES = {
    "netcdf": "results.nc",
    "graphml": "results.graphml",
    "csv": "tidy.csv",
    "parquet": tidy.TIDY,
}


def export(folder: Path, to: str, out: Path | None = None) -> Path:
    """Write the results of a folder in another form.

    Args:
        folder: of a finished run, comparison or sweep.
        to: one of `FILES`.
        out: the file; else one in the folder, named as there.

    Returns:
        The file.

    Raises:
        InputError: it is no such folder, or there is no such form.
        RunError: a library is missing, or the file cannot be written.
    """
    if to not in FILES:
        raise InputError(Mistake("is no form of results", "--to", value=to, allowed=", ".join(FILES)))
    there, file = Finished.of(folder), out or folder / FILES[to]
    try:
        with whole(file) as made:
            _WRITERS[to](there, made)
    except OSError as error:
        raise RunError(plainly(error, file.parent, "nothing there was changed")) from error
    return file


def _netcdf(there: Finished, file: Path) -> None:
    found = there.study() if there.swept else there.run()
    found.to_xarray().to_netcdf(file, engine="scipy")


def _graphml(there: Finished, file: Path) -> None:
    import networkx as nx

    nx.write_graphml(graph_of(there), file)


def _csv(there: Finished, file: Path) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        tidy.write_csv(there.study(), out)


def _parquet(there: Finished, file: Path) -> None:
    tidy.write(there.study(), file)


_WRITERS: dict[str, Callable[[Finished, Path], None]] = {
    "netcdf": _netcdf,
    "graphml": _graphml,
    "csv": _csv,
    "parquet": _parquet,
}


# The graph


def graph_of(there: Finished) -> Any:
    """A `networkx.MultiGraph` of a run with its changes, or of the base of a sweep."""
    if there.swept:
        return graph(there.study(), build(unpack(Packed.of(there.said["scenario"]))))
    run, study = there.run(), there.study()
    return graph(study, run.setting, run)


def graph(study: Study, setting: Setting, run: Run | None = None) -> Any:
    """A `networkx.MultiGraph` of drafts, clauses, issues and actors, and of what came of them.

    Nodes have a `kind` and a `label`; those of drafts and clauses the means of their outcomes.
    Edges have a `kind`: contains (draft, clause), moves (clause, issue), sponsors (actor, draft),
    decides (actor, draft) with the stage and the chance of each decision, and together (two
    actors) with the share of runs in which they are in one coalition.

    Args:
        study: of what was played.
        setting: of the point that is shown.
        run: with coalitions, if it has any.
    """
    import networkx as nx

    found = nx.MultiGraph(name=study.facts.title, scenario=study.facts.scenario)
    point = study.points[-1] if run else study.points[0]
    for actor, name in zip(setting.actors, setting.names, strict=True):
        found.add_node(actor, kind="actor", label=name)
    for issue in setting.issues:
        found.add_node(f"issue {issue}", kind="issue", label=issue)
    for draft in setting.drafts:
        text = f"draft {draft.label}"
        found.add_node(text, kind="draft", label=draft.label, title=draft.title)
        for place, clause in enumerate(draft.clauses):
            node = f"clause {draft.label} {clause}"
            tabled = float(draft.value[place]) * SCALE
            found.add_node(node, kind="clause", label=clause, tabled=tabled)
            found.add_edge(text, node, kind="contains")
            found.add_edge(node, f"issue {setting.issues[draft.issue[place]]}", kind="moves")
        for sponsor in np.flatnonzero(draft.sponsors):
            found.add_edge(setting.actors[sponsor], text, kind="sponsors")
    _add_means(found, study, point)
    _add_decisions(found, study, point, setting)
    if run is not None and "coalitions.together" in run.outcomes.counted:
        for one, other, share in run.outcomes.to_networkx(EDGE).edges(data="weight"):
            found.add_edge(one, other, kind="together", share=share)
    return found


def _add_means(graph: Any, study: Study, point: Point) -> None:
    for name, kind in study.kinds():
        keys = about(name, kind, study.drafts)
        node = f"draft {keys['draft']}"
        node = f"clause {keys['draft']} {keys['clause']}" if keys["clause"] else node
        mean = study.cell(point, name).mean
        if node in graph and not np.isnan(mean):
            stage = f"{keys['stage']} " if keys["stage"] else ""
            graph.nodes[node][f"{stage}{keys['outcome']}"] = float(mean)


def _add_decisions(graph: Any, study: Study, point: Point, setting: Setting) -> None:
    for draft, stage in study.ballots:
        text = next((d for d in setting.drafts if d.label == draft), None)
        if text is None:
            continue
        shares = study.chances(point, draft, stage)
        for place in np.flatnonzero(setting.forums[text.forum].members):
            actor = setting.actors[place]
            chances = shares[study.actors.index(actor)]
            said = {name: float(chances[kind]) for name, kind in CHANCES.items()}
            graph.add_edge(actor, f"draft {draft}", kind="decides", stage=stage, **said)
