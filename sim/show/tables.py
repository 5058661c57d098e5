"""The tables of a run's folder as columns, and how they become files, the same bits each time.

Positions, values and shares of a draft are on 0-100, as in scenario files; chances (``p_``) and
shares of runs are on 0-1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.analysis.paired import IN_ITS_UNIT, Difference, Switch, scaled
from sim.analysis.spread import spread
from sim.arrow import array, as_file
from sim.arrow import table as whole
from sim.core.acts import Told
from sim.delimited import written
from sim.experiment import outcomes
from sim.forums.rules import Decision
from sim.show import words
from sim.study.columns import CHANCES, Described, metadata
from sim.study.run import Run

Column = npt.NDArray[Any] | Sequence[Any]
Table = Mapping[str, Column]

ABOUT = ("run", "world")  # columns of a table of runs that say which run it is
ACTS = ("session", "actor", "act", "target", "draft", "runs", "share", "size", "reason")
TRUTHS = {True: "true", False: "false", None: ""}
VOTES = ("draft", "actor", *list(CHANCES)[:4], "recorded", "stage", *list(CHANCES)[4:])


def runs(run: Run) -> Table:
    """A row a run, a column an outcome: see `sim.core.outcomes.Outcomes.table`."""
    table = run.outcomes.table
    found = outcomes.columns(
        (name for name in table if name not in ABOUT), table, run.outcomes.ballots
    )
    numbers = {name: table[name] for name in ABOUT}
    return numbers | {name: outcomes.in_words(name, column) for name, column in found.items()}


def votes(run: Run) -> dict[str, Column]:
    """A row for each member at each ballot: the chance of each decision, and the recorded one."""
    rows = [row for ballot in run.outcomes.ballots for row in _of_ballot(run, *ballot)]
    return {name: [row[name] for row in rows] for name in VOTES}


def _of_ballot(run: Run, draft: str, stage: str) -> list[dict[str, Any]]:
    chances = run.outcomes.chances(draft, stage)
    said = run.recorded.get((draft, stage), {})
    text = next(d for d in run.setting.drafts if d.label == draft)
    members = np.flatnonzero(run.setting.forums[text.forum].members)
    return [
        {
            "draft": draft,
            "stage": stage,
            "actor": run.setting.actors[slot],
            **{name: float(chances[slot, kind]) for name, kind in CHANCES.items()},
            "recorded": _word(said.get(run.setting.actors[slot])),
        }
        for slot in members.tolist()
    ]


def _word(decision: Decision | None) -> str:
    return "" if decision is None else words.DECISION[decision]


def clauses(run: Run) -> dict[str, Column]:
    """A row a clause: where it was tabled, what it would replace, and what came out of the runs.

    ``came_out`` is the mean over runs of where the issue stands by that clause: one that was left
    out leaves the status quo of its run. ``dropped`` is the share of runs in which it was.
    ``missed`` is where it stands, mean over the runs that found no consensus although a text
    existed that nobody would have blocked, in that text; nan where no run missed one.
    """
    rows = [row for place in range(len(run.setting.drafts)) for row in _of_draft(run, place)]
    return {name: [row[name] for row in rows] for name in rows[0]} if rows else {}


def _of_draft(run: Run, place: int) -> list[dict[str, Any]]:
    draft, found = run.setting.drafts[place], []
    worlds = run.outcomes.table["world"]
    for c, clause in enumerate(draft.clauses):
        issue = int(draft.issue[c])
        before, tabled = run.setting.status_quo[issue] * 100, draft.value[c] * 100
        column = f"{draft.label}.{clause}"
        value = run.outcomes.number(f"{column}.value") * 100
        came = spread(value, worlds)
        found.append(
            {
                "draft": draft.label,
                "clause": clause,
                "issue": run.setting.issues[issue],
                "status_quo": _round(before),
                "tabled": _round(tabled),
                "came_out": _round(came.mean),
                "low": _round(came.low),
                "high": _round(came.high),
                "dropped": float(run.outcomes.number(f"{column}.dropped").mean()),
                "missed": _round(_missed(run, column)),
                "words": draft.words[c],
            }
        )
    return found


def _missed(run: Run, column: str) -> float:
    """Where a clause stands in the texts that were there and not found, 0-100, or nan."""
    name = f"{column}.agreeable"
    if name not in run.outcomes.table:  # no room seeks consensus
        return np.nan
    values = run.outcomes.number(name)
    there = values[~np.isnan(values)]
    return float(there.mean()) * 100 if len(there) else np.nan


def _round(value: float) -> float:
    return round(float(value), 6)


def paired(run: Run) -> dict[str, Column]:
    """A row an outcome and reading: base, changed, their difference (`sim.analysis.paired`)."""
    rows = [_paired_row(found) for found in run.paired]
    return {f.name: [row[f.name] for row in rows] for f in fields(Difference)}


def _paired_row(found: Difference) -> dict[str, Any]:
    said = asdict(found) | {"flips": "; ".join(found.flips)}
    kind = outcomes.outcome_of(found.outcome)
    if kind is not None and kind.scaled:
        said |= {n: _round(getattr(scaled(found, 100), n)) for n in IN_ITS_UNIT}
    return said


def changed(run: Run) -> dict[str, Column]:
    """A row for each delegation that decides otherwise at a ballot, in most runs first."""
    found = [(s, reading.reading) for reading in run.readings for s in reading.switches]
    table: dict[str, Column] = {
        f.name: [getattr(s, f.name) for s, _ in found] for f in fields(Switch)
    }
    for side in ("before", "after"):
        table[side] = [words.DECISION[decision] for decision in table[side]]
    return table | {"reading": [reading for _, reading in found]}


def acts(run: Run) -> dict[str, Column]:
    """A row for each thing that one did to another in a session: in how many runs, and how much.

    No columns where nobody did anything that a mechanism logs.
    """
    told = run.outcomes.acts
    if not told:
        return {}
    table: dict[str, Column] = {name: [getattr(act, name) for act in told] for name in Told._fields}
    table["share"] = [_round(act.runs / run.outcomes.runs) for act in told]
    table["size"] = [_round(act.size) for act in told]
    return {name: table[name] for name in ACTS}


def as_csv(table: Table) -> bytes:
    """Write a table as CSV: a header, a row a line, nothing for what is not known."""
    rows = zip(*(_cells(column) for column in table.values()), strict=True)
    return written(chain([table], rows)).encode()


def _cells(column: Column) -> list[Any]:
    cells = column.tolist() if isinstance(column, np.ndarray) else list(column)
    if isinstance(next((cell for cell in cells if cell is not None), None), bool):
        return [TRUTHS[cell] for cell in cells]
    return ["" if cell is None or cell != cell else cell for cell in cells]  # noqa: PLR0124


def as_parquet(table: Table, about: Described | None = None) -> bytes:
    """Write a table as Parquet, with what each column means if that is said."""
    columns = {
        name: array(np.asarray(c), ~np.ma.getmaskarray(np.ma.asarray(c)))
        for name, c in table.items()
    }
    return as_file(whole(columns, metadata(about or {})))
