"""Outcomes as other libraries hold them: data frames, labelled arrays, graphs.

Numbers are in the units of files: positions and shares of a text on 0-100, truths 0 or 1, counts as
they are; what is not defined in a run is nan. pandas comes with Mesa; xarray is the extra `data`.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sim.core.outcome import WORDS, Outcome, Over
from sim.core.registry import kind_of
from sim.errors import RunError
from sim.forums.rules import Decision

if TYPE_CHECKING:
    from sim.core.outcomes import Outcomes

Floats = npt.NDArray[np.float64]

ABOUT = ("draft", "stage", "clause", "issue", "actor")
EDGE = 0.05  # the least share of runs together that makes an edge of a graph
LOW, HIGH = 0.05, 0.95


def wide(outcomes: Outcomes) -> Any:
    """A `pandas.DataFrame` with a row a run, named and numbered as in runs.csv."""
    import pandas as pd

    found = {name: outcomes.table[name] for name in ("run", "world")}
    found |= {name: _values(kind, outcomes, name) for name, kind in _of(outcomes)}
    return pd.DataFrame(found)


def tidy(outcomes: Outcomes) -> Any:
    """A `pandas.DataFrame` with a row for each outcome of each run: what it is about in columns.

    Columns: run, world, outcome, draft, stage, clause, issue, actor, unit, value; of outcomes in
    words there are none.
    """
    import pandas as pd

    run, world = outcomes.table["run"], outcomes.table["world"]
    parts = []
    for name, kind in _of(outcomes):
        if kind.unit != WORDS:
            keys = dict.fromkeys(ABOUT, "") | kind.keys(name, outcomes.drafts)
            said = {"run": run, "world": world, "outcome": kind.name, **keys, "unit": kind.unit}
            parts.append(pd.DataFrame(said | {"value": _values(kind, outcomes, name)}))
    columns = ["run", "world", "outcome", *ABOUT, "unit", "value"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def summary(outcomes: Outcomes) -> Any:
    """A `pandas.DataFrame` with a row an outcome: mean, 5%, 95%, runs it is defined in."""
    frame = wide(outcomes).drop(columns=["run", "world"]).select_dtypes("number")
    ends = frame.quantile([LOW, HIGH])
    found = {"mean": frame.mean(), "low": ends.loc[LOW], "high": ends.loc[HIGH]}
    return frame.agg(["count"]).T.assign(**found)[["mean", "low", "high", "count"]]


def chances(outcomes: Outcomes) -> Any:
    """A `pandas.DataFrame` with a row for each actor at each ballot: chances of decisions."""
    import pandas as pd

    words = [decision.name.lower() for decision in Decision]
    parts = [
        pd.DataFrame(outcomes.chances(draft, stage), columns=words).assign(
            draft=draft, stage=stage, actor=outcomes.actors
        )
        for draft, stage in outcomes.ballots
    ]
    return pd.concat(parts, ignore_index=True)[["draft", "stage", "actor", *words]]


def dataset(outcomes: Outcomes) -> Any:
    """An `xarray.Dataset`: each outcome over runs and what it is about, and chances of decisions.

    What an outcome is over is a dimension of that name (ballot, clause, draft, issue, actor);
    ballots and clauses are labelled DRAFT.STAGE and DRAFT.CLAUSE. Titles and units are attributes,
    so that it can be written as NetCDF.
    """
    grouped: dict[Outcome, list[str]] = defaultdict(list)
    for name, kind in _of(outcomes):
        if kind.unit != WORDS:
            grouped[kind].append(name)
    found: dict[str, Any] = {"world": ("run", outcomes.table["world"])}
    coords: dict[str, Any] = {"run": outcomes.table["run"]}
    for kind, names in grouped.items():
        columns = [_values(kind, outcomes, name) for name in names]
        about = {"units": kind.unit, "long_name": kind.short}
        if kind.over is Over.RUN:
            found[kind.name] = ("run", columns[0], about)
            continue
        # An outcome that is kept for some actors only has a dimension of its own.
        labels = [".".join(kind.keys(name, outcomes.drafts).values()) for name in names]
        over = kind.over.name.lower()
        over = over if coords.setdefault(over, labels) == labels else f"{over}_of_{kind.name}"
        coords[over] = labels
        found[kind.name] = (("run", over), np.stack(columns, axis=1), about)
    if outcomes.ballots:
        coords["ballot"] = [".".join(ballot) for ballot in outcomes.ballots]
        coords |= {"voter": list(outcomes.actors), "decision": [d.name.lower() for d in Decision]}
        shares = np.stack([outcomes.chances(*ballot) for ballot in outcomes.ballots])
        found["chance"] = (("ballot", "voter", "decision"), shares)
    return xarray().Dataset(found, coords)


def xarray() -> Any:
    """The library, or an error that says which extra brings it."""
    try:
        import xarray as library
    except ImportError:
        raise RunError("xarray is not installed; it comes with plenary[data]") from None
    return library


def graph(outcomes: Outcomes, least: float = EDGE) -> Any:
    """A `networkx.Graph` of who stands with whom at the end; edges weigh shares of runs.

    An edge is there from ``least`` on. Nodes have `in_coalition`, the share of runs in any.

    Raises:
        RunError: no coalitions form in this scenario.
    """
    import networkx as nx

    if "coalitions.together" not in outcomes.counted:
        raise RunError("no coalitions form here; a scenario says coalitions: {form: on}")
    share: Floats = outcomes.counted["coalitions.together"] / outcomes.runs
    found = nx.Graph()
    for place, actor in enumerate(outcomes.actors):
        found.add_node(actor, in_coalition=float(share[place, place]))
    for i, j in np.argwhere(np.triu(share, 1) >= least).tolist():
        found.add_edge(outcomes.actors[i], outcomes.actors[j], weight=float(share[i, j]))
    return found


def _of(outcomes: Outcomes) -> list[tuple[str, Outcome]]:
    named = ((name, kind_of(name)) for name in outcomes.table)
    return [(name, kind) for name, kind in named if kind is not None]


def _values(kind: Outcome, outcomes: Outcomes, name: str) -> Any:
    values = outcomes.number(name)
    if not kind.words:
        return kind.amounts(values)
    words = np.array([*kind.words, None], dtype=object)
    return words[np.where(np.isnan(values), -1, values).astype(np.int64)]
