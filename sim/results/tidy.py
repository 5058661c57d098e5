"""tidy.parquet: a row for each outcome of each run, with what it is about in columns.

Columns: point, run, world, the level of each factor, outcome, draft, stage, clause, issue, actor,
unit, value; all have names that a formula takes. Outcomes follow one another, and are written one
by one, so that memory does not depend on how many there are.
"""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any

import numpy as np

from sim import arrow
from sim.core.frames import about, in_formulas
from sim.delimited import written
from sim.errors import RunError
from sim.experiment.outcomes import outcome_of
from sim.study import columns
from sim.study.findings import Study

TIDY = "tidy.parquet"
MOST = 2_000_000  # rows that are written unasked; `plenary export --to tidy` writes any number


def rows(study: Study) -> int:
    """How many rows the table has."""
    return study.runs * len(study.averaged)


def write(study: Study, file: Path) -> None:
    """Write the table as Parquet.

    Raises:
        RunError: nothing that was kept has a mean.
    """
    if not rows(study):
        raise RunError("a tidy table is of numbers, and nothing that was kept is in numbers")
    writer, index = arrow.Writer(file), _index(study)
    for outcome in study.averaged:
        writer.add(_table(study, outcome, index))
    writer.close()


def write_csv(study: Study, out: IO[str]) -> None:
    """Write the table as CSV."""
    index, head = _index(study), True
    for outcome in study.averaged:
        table = _table(study, outcome, index)
        cells = (["" if cell is None else cell for cell in of.to_pylist()] for of in table.columns)
        rows = zip(*cells, strict=True)
        out.write(written([table.column_names, *rows] if head else rows))
        head = False


def _index(study: Study) -> dict[str, Any]:
    found = study.index()
    names = in_formulas(found)
    return {names[name]: _arrow(values) for name, values in found.items()}


def _arrow(values: Any) -> Any:
    if values.dtype != object:
        return arrow.array(values, ~np.isnan(values) if values.dtype.kind == "f" else None)
    words, codes = np.unique(values.astype(str), return_inverse=True)
    return arrow.words(codes.astype(np.int32), words.tolist())


def _table(study: Study, outcome: str, index: dict[str, Any]) -> Any:
    kind, size = outcome_of(outcome), len(index["run"])
    keys = about(outcome, kind, study.drafts) if kind else dict.fromkeys(("outcome", *columns.KEYS), "")
    codes = np.zeros(size, dtype=np.int32)
    said = {
        name: arrow.words(codes, [text], np.full(size, bool(text))) for name, text in keys.items()
    }
    values = study.column(outcome) if kind else np.full(size, np.nan)
    said["value"] = arrow.array(values, ~np.isnan(values))
    table = index | said
    factors = [factor.path for factor in study.experiment.factors]
    meanings = columns.described(table, columns.TIDY, factors=factors)
    return arrow.table(table, columns.metadata(meanings))
