"""tidy.parquet: a row for each outcome of each run, with what it is about in columns.

Columns: point, run, world, the level of each factor, outcome, draft, stage, clause, issue, actor,
unit, value; all have names that a formula takes. Outcomes follow one another, and are written a
few at a time, so that memory does not depend on how many there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np

from sim import arrow
from sim.core.frames import about, in_formulas
from sim.delimited import written
from sim.errors import RunError
from sim.study import columns
from sim.study.findings import Study

TIDY = "tidy.parquet"
MOST = 2_000_000  # rows that are written unasked; `plenary export --to parquet` writes any number


def rows(study: Study) -> int:
    """How many rows the table has."""
    return study.runs * len(study.kinds())


def write(study: Study, file: Path) -> None:
    """Write the table as Parquet.

    Raises:
        RunError: nothing that was kept has a mean.
    """
    writer = arrow.Writer(file)
    for table in _tables(study):
        writer.add(table)
    writer.close()


def write_csv(study: Study, out: IO[str]) -> None:
    """Write the table as CSV; else as `write`."""
    head = True
    for table in _tables(study):
        cells = (["" if cell is None else cell for cell in of.to_pylist()] for of in table.columns)
        lines = zip(*cells, strict=True)
        out.write(written([table.column_names, *lines] if head else lines))
        head = False


def _tables(study: Study) -> Iterator[Any]:
    """The table in parts: a few outcomes at a time, so many as make a group of rows."""
    if not rows(study):
        raise RunError("a tidy table is of numbers, and nothing that was kept is in numbers")
    index = study.index()
    names = in_formulas(index)
    coded = {names[name]: _coded(values) for name, values in index.items()}
    keys = [about(name, kind, study.drafts) for name, kind in study.kinds()]
    coded_keys = {name: _coded(np.array([key[name] for key in keys])) for name in keys[0]}
    meanings = columns.described(
        (*coded, *coded_keys, "value"),
        columns.TIDY,
        factors=[factor.path for factor in study.experiment.factors],
    )
    said, wanted = columns.metadata(meanings), [name for name, _ in study.kinds()]
    step = max(1, arrow.GROUP // study.runs)
    for first in range(0, len(wanted), step):
        some = slice(first, first + step)
        count, values = len(wanted[some]), np.concatenate([*map(study.column, wanted[some])])
        found = {n: _arrow(np.tile(of, count), words) for n, (of, words) in coded.items()}
        found |= {
            n: _arrow(np.repeat(of[some], study.runs), words)
            for n, (of, words) in coded_keys.items()
        }
        yield arrow.table(found | {"value": _arrow(values, None)}, said)


def _coded(values: Any) -> tuple[Any, list[str] | None]:
    """A column of words as codes and the words, "" left out; numbers as they are, without words."""
    if values.dtype.kind not in "OU":
        return values, None
    words, codes = np.unique(values.astype(str), return_inverse=True)
    return codes.astype(np.int32), words.tolist()


def _arrow(values: Any, words: list[str] | None) -> Any:
    """A column as Arrow has it: null for no number, and for no word."""
    if words is not None:
        empty = words.index("") if "" in words else -1
        return arrow.words(values, words, values != empty)
    return arrow.array(values, ~np.isnan(values) if values.dtype.kind == "f" else None)
