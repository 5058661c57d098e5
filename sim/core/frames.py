"""Outcomes as other libraries hold them: data frames, labelled arrays, graphs.

Numbers are in the units of files: positions and shares of a text on 0-100, truths 0 or 1, counts as
they are; what is not defined in a run is nan. pandas comes with Mesa; xarray is the extra `data`.
"""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sim.core.outcome import KEYS, WORDS, Outcome, Over
from sim.core.registry import kind_of
from sim.errors import RunError
from sim.forums.rules import Decision

if TYPE_CHECKING:
    from sim.core.outcomes import Outcomes

Floats = npt.NDArray[np.float64]

IF = " if adopted"  # ends the name of an outcome of the runs alone in which its draft is adopted

EDGE = 0.05  # the least share of runs together that makes an edge of a graph
LOW, HIGH = 0.05, 0.95
_OTHER = re.compile("[^0-9A-Za-z]+")


def in_formulas(names: Iterable[str]) -> dict[str, str]:
    """Name columns as formulas of statsmodels, patsy and R take them: letters, digits and _.

    73/27.plenary.in_favour is x73_27_plenary_in_favour; a name that another has gets a number.
    """
    found: dict[str, str] = {}
    for name in dict.fromkeys(names):
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
        word = "_".join(part for part in _OTHER.split(plain.replace("_", " ")) if part)
        word = word if word[:1].isalpha() and not keyword.iskeyword(word) else f"x{word}"
        taken, number = set(found.values()), 2
        whole = word
        while whole in taken:
            whole, number = f"{word}_{number}", number + 1
        found[name] = whole
    return found


def about(name: str, kind: Outcome, drafts: Iterable[str]) -> dict[str, str]:
    """Say in columns what an outcome is, what it is about, and its unit."""
    plain, conditional, _ = name.partition(IF)
    keys = dict.fromkeys(KEYS, "") | kind.keys(plain, drafts)
    return {"outcome": f"{kind.name}{conditional}", **keys, "unit": kind.unit}


def wide(outcomes: Outcomes, *, formula: bool = False) -> Any:
    """A `pandas.DataFrame` with a row a run, named and numbered as in runs.csv."""
    import pandas as pd

    found = {name: outcomes.table[name] for name in ("run", "world")}
    found |= {name: _values(kind, outcomes, name) for name, kind in _of(outcomes)}
    return pd.DataFrame(renamed(found, formula))


def renamed(columns: Mapping[str, Any], formula: bool) -> dict[str, Any]:
    """The same columns, under names for formulas if asked."""
    names = in_formulas(columns) if formula else {name: name for name in columns}
    return {names[name]: column for name, column in columns.items()}


def tidy(outcomes: Outcomes) -> Any:
    """A `pandas.DataFrame` with a row for each outcome of each run: what it is about in columns.

    Columns: run, world, outcome, what it may be about (`sim.core.outcome.KEYS`), unit, value; of
    outcomes in words there are none.
    """
    index = {name: outcomes.table[name] for name in ("run", "world")}
    values = ((n, k, _values(k, outcomes, n)) for n, k in _of(outcomes) if k.unit != WORDS)
    return long(index, values, outcomes.drafts)


def long(
    index: Mapping[str, Any], columns: Iterable[tuple[str, Outcome, Any]], drafts: Iterable[str]
) -> Any:
    """Put columns of outcomes one below the other: a `pandas.DataFrame`.

    Args:
        index: what each row of every column is of, such as its run: (rows,) each.
        columns: name, kind and values of each outcome, (rows,).
        drafts: the labels that names of outcomes may begin with.
    """
    import pandas as pd

    drafts = tuple(drafts)
    parts = [
        pd.DataFrame({**index, **about(name, kind, drafts), "value": values})
        for name, kind, values in columns
    ]
    heads = [*index, "outcome", *KEYS, "unit", "value"]
    return pd.concat(parts, ignore_index=True)[heads] if parts else pd.DataFrame(columns=heads)


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
    coords: dict[str, Any] = {"run": outcomes.table["run"]}
    values = ((n, k, _values(k, outcomes, n)) for n, k in _of(outcomes) if k.unit != WORDS)
    found: dict[str, Any] = {"world": ("run", outcomes.table["world"])}
    found |= arrays(values, outcomes.drafts, "run", coords)
    if outcomes.ballots:
        coords["ballot"] = [".".join(ballot) for ballot in outcomes.ballots]
        coords |= {"voter": list(outcomes.actors), "decision": [d.name.lower() for d in Decision]}
        shares = np.stack([outcomes.chances(*ballot) for ballot in outcomes.ballots])
        found["chance"] = (("ballot", "voter", "decision"), shares)
    return xarray().Dataset(found, coords)


def arrays(
    columns: Iterable[tuple[str, Outcome, Any]],
    drafts: Iterable[str],
    rows: str,
    coords: dict[str, Any],
) -> dict[str, Any]:
    """Put columns of outcomes together as labelled arrays over rows and what they are about.

    Args:
        columns: name, kind and values of each outcome, (rows,).
        drafts: the labels that names of outcomes may begin with.
        rows: the name of the dimension of rows.
        coords: labels by dimension; those of what the outcomes are about are added.
    """
    grouped: dict[tuple[str, Outcome], list[tuple[str, Any]]] = defaultdict(list)
    for name, kind, values in columns:
        plain, conditional, _ = name.partition(IF)
        called = f"{kind.name}{conditional}".replace(" ", "_")
        grouped[called, kind].append((".".join(kind.keys(plain, drafts).values()), values))
    found: dict[str, Any] = {}
    for (called, kind), of in grouped.items():
        said = {"units": kind.unit, "long_name": kind.short}
        labels, values = [label for label, _ in of], [column for _, column in of]
        if kind.over is Over.RUN:
            found[called] = (rows, values[0], said)
            continue
        # An outcome that is kept for some actors only has a dimension of its own.
        over = kind.over.name.lower()
        over = over if coords.setdefault(over, labels) == labels else f"{over}_of_{called}"
        coords[over] = labels
        found[called] = ((rows, over), np.stack(values, axis=1), said)
    return found


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
