"""The folder of a back-test: tables, figures, codebook, summary, page and manifest.

NAME.csv           each table, every number that is said
figures/           pictures, each with its data beside it
codebook.csv       what every column of every table means
summary.json       what was found, in words
report.html        the same as a page: one file, no network, no script
manifest.json      command, versions, digests; written last
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sim import shipped
from sim.disk import as_json, digest
from sim.scoring.found import Column, Found
from sim.scoring.page import page
from sim.scoring.printed import data, lines, summary
from sim.show import terminal
from sim.show.tables import Table
from sim.staging import SUMMARY, Staging, writing
from sim.study.provenance import code_digest, versions

CODEBOOK, REPORT, FIGURES = "codebook.csv", "report.html", "figures"
ENTRY = {  # what the codebook says of itself
    "file": Column("file of the column, below the folder"),
    "column": Column("name of the column"),
    "meaning": Column("what it holds"),
    "unit": Column("its unit; nothing for text"),
    "range": Column("what it can be; nothing where it has no ends"),
}


def write(
    found: Found,
    folder: Path,
    command: Sequence[str],
    figures: bool = True,
    scripts: Sequence[Path] = (),
) -> None:
    """Write all that a back-test leaves, whole or not at all; the same bytes each time.

    Args:
        found: what it found.
        folder: where it goes.
        command: what was typed, for the manifest and the page.
        figures: draw them; their data are written in any case.
        scripts: files outside the package that made it, for the manifest.

    Raises:
        ValueError: a column has no entry in the codebook.
        RunError: it cannot be written.
    """
    lacking = undescribed(found)
    if lacking:
        raise ValueError(f"no entry in the codebook of {found.name} for {', '.join(lacking)}")
    said = described(found, command, scripts)
    with writing(folder) as staging:
        for file, table in _tables(found).items():
            staging.table(file.removesuffix(".csv"), table)
        if figures:
            _draw(found, staging)
        staging.table(CODEBOOK.removesuffix(".csv"), codebook(found))
        staging.write(SUMMARY, as_json(summary(found)))
        staging.write(REPORT, page(found, said, staging.inside))
        staging.manifest(said)


def finish(
    found: Found,
    out: Path | None,
    command: Sequence[str],
    as_json: bool,
    quiet: bool,
    figures: bool,
    scripts: Sequence[Path] = (),
) -> None:
    """Write what was found and print it, as every back-test does in the end; see `write`."""
    folder = out or found.folder
    write(found, folder, command, figures, scripts)
    if as_json:
        terminal.say_json(data(found))
    elif not quiet:
        terminal.say(*lines(found, folder, command))


def described(found: Found, command: Sequence[str], scripts: Sequence[Path] = ()) -> dict[str, Any]:
    """Say what the manifest says: all that is needed to make it again, and no clock."""
    return {
        "command": list(command),
        "kind": "back-test",
        "name": found.name,
        "title": found.title,
        "until": found.until,
        **versions(),
        "code": code_digest(),
        **({"scripts": {file.name: digest(file) for file in scripts}} if scripts else {}),
        "reads": {name: digest(_read(name)) for name in sorted(found.reads)},
    }


def _read(name: str) -> Path:
    return shipped.data(name) if "." in name else shipped.path(name)


def _tables(found: Found) -> dict[str, Table]:
    """Every table by its file, the figures' included."""
    beside = {f"{FIGURES}/{name}.csv": figure.data for name, figure in found.figures.items()}
    return {f"{name}.csv": table for name, table in found.tables.items()} | beside


def _draw(found: Found, staging: Staging) -> None:
    place = staging.subfolder(FIGURES)
    for name, figure in found.figures.items():
        figure.draw(place / f"{name}.png")


def codebook(found: Found) -> Table:
    """Say of every column of every table what it means: a row each."""
    rows = [*_entries(found), *((CODEBOOK, name, said) for name, said in ENTRY.items())]
    return {
        "file": [file for file, _, _ in rows],
        "column": [column for _, column, _ in rows],
        "meaning": [said.meaning for _, _, said in rows],
        "unit": [said.unit for _, _, said in rows],
        "range": [said.range for _, _, said in rows],
    }


def undescribed(found: Found) -> list[str]:
    """Name the columns that nobody declared, as FILE: COLUMN; there should be none."""
    return [f"{file}: {column}" for file, column, said in _entries(found) if not said.meaning]


def _entries(found: Found) -> Iterator[tuple[str, str, Column]]:
    for file, table in _tables(found).items():
        for column in table:
            yield file, column, _meaning(found.columns, Path(file).stem, column)


def _meaning(columns: Mapping[str, Column], table: str, column: str) -> Column:
    """What one column of one table means: said of this table, or of all."""
    return columns.get(f"{table}.{column}") or columns.get(column) or Column("")
