"""One reader for every table: each way in which programs write one says the same."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import codings, delimited, record
from sim.errors import InputError
from sim.experiment import table as points
from sim.published.readers import read as positions
from sim.scenario import tables, worlds_table

Way = Callable[[str], bytes]


def rewritten(text: str, separator: str = ",", comma: bool = False, more: int = 0) -> str:
    """The same table with another separator, decimal commas, or empty columns at its end."""
    comments = [line + "\n" for line in text.splitlines() if line.startswith("#")]
    rows = list(csv.reader(line for line in text.splitlines() if not line.startswith("#")))
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator)
    for row in rows:
        cells = [c.replace(".", ",") if comma and c.count(".") == 1 else c for c in row]
        writer.writerow([*cells, *[""] * more])
    return "".join(comments) + out.getvalue()


WAYS: dict[str, Way] = {
    "a mark": lambda text: text.encode("utf-8-sig"),
    "lines of Windows": lambda text: text.replace("\n", "\r\n").encode(),
    "semicolons": lambda text: rewritten(text, ";").encode(),
    "tabs": lambda text: rewritten(text, "\t").encode(),
    "semicolons, decimal commas": lambda text: rewritten(text, ";", comma=True).encode(),
    "decimal commas in quotes": lambda text: rewritten(text, comma=True).encode(),
    "empty columns": lambda text: rewritten(text, more=3).encode(),
    "lines of commas": lambda text: text.encode() + b",,,,\n,,,,\n",
    "blank lines": lambda text: text.replace("\n", "\n\n").encode(),
    "Windows-1252": lambda text: ("# Côte d'Ivoire, Türkiye\n" + text).encode("cp1252"),
    "all in quotes": lambda text: "".join(
        ",".join(f'"{c}"' for c in row) + "\n" for row in csv.reader(text.splitlines())
    ).encode(),
    "the separator named": lambda text: ("sep=;\n" + rewritten(text, ";")).encode(),
}

VOTES = "resolution,date,topic,iso3,vote\n80/1,2010-01-01,t,USA,Y\n80/1,2010-01-01,t,CHN,N\n"
ACTORS = "id,name,kind,capability,SOV\nUSA,United States,state,99.5,12.25\nCHN,China,state,80,70\n"
WORLDS = "draw,band\n1,0.5\n2,0.625\n"
POINTS = "USA.position.SOV,sessions\n10.5,2\n20,3\n"
CODED = (
    "resolution,date,series,sponsors,issue,status_quo,value,reason\n"
    "80/1,2010-01-01,s,USA,SOV,40.5,60,because\n"
)
PLAIN = "actor,issue,position,salience\nA,x,10.5,50\nB,x,20,60\n"


def _points(file: Path) -> Any:
    return points.read(file, "t").points


def _votes(file: Path) -> Any:
    found = record.votes(file)
    return found.states, found.resolutions, found.dates, found.codes.tolist()


READERS: dict[str, tuple[str, Callable[[Path], Any]]] = {
    "votes": (VOTES, _votes),
    "actors": (ACTORS, lambda file: tables.read(file, "t", ["SOV"]).actors),
    "worlds": (WORLDS, lambda f: {k: v.tolist() for k, v in worlds_table.read(f, "t").items()}),
    "points": (POINTS, _points),
    "codings": (CODED, codings.codings),
    "positions": (PLAIN, lambda file: replace(positions(file).table, name="").position.tolist()),
}


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("way", WAYS)
def test_every_table_is_read_in_every_way_that_it_is_written(
    tmp_path: Path, way: str, kind: str
) -> None:
    text, read = READERS[kind]
    (tmp_path / "plain.csv").write_text(text, encoding="utf-8")
    (tmp_path / "other.csv").write_bytes(WAYS[way](text))
    assert read(tmp_path / "other.csv") == read(tmp_path / "plain.csv")


DOUBTFUL = {
    "semicolon": (b"id;name,kind\n1;2,3\n", 1),
    "comma": (b"a;b\n1,5;2\n3;4.5\n", 2),
    "thousands": (b"a;b\n1,500;2\n", 2),
    "quotation mark": (b'a,b\n1,"2\n3,4\n', 2),
    "letters": (b'a,b\n1,"' + b"x" * 200_000 + b'"\n', 2),
    "control character U+0007": (b"a,b\n1,\x07\n", 2),
    "Windows-1252": (b"a,b\n\xd0\xee\xf1\xf1\xe8\xff,2\n", 2),
    "UTF-16": ("a,b\n1,2\n".encode("utf-16"), None),
}


@pytest.mark.parametrize("word", DOUBTFUL)
def test_what_may_be_read_in_two_ways_is_refused_with_its_line(tmp_path: Path, word: str) -> None:
    data, line = DOUBTFUL[word]
    (tmp_path / "t.csv").write_bytes(data)
    with pytest.raises(InputError, match=word.replace("+", r"\+")) as refused:
        delimited.read(tmp_path / "t.csv", "t.csv")
    assert refused.value.mistakes[0].line == line


def test_a_row_of_another_width_says_what_may_be_the_matter() -> None:
    sheet = delimited.parse("a,b\n1,2,3\n4;5\n", "t")
    more, other = (sheet.ragged(row) for row in sheet.rows)
    assert "decimal comma" in more
    assert "it has semicolons, and the header commas" in other


@pytest.mark.parametrize("kind", ["votes", "actors", "worlds", "points", "positions"])
def test_a_header_alone_is_no_table(tmp_path: Path, kind: str) -> None:
    text, read = READERS[kind]
    file = tmp_path / "t.csv"
    file.write_text(text.splitlines()[0] + "\n")
    if kind in ("actors", "points"):  # these note what is wrong, and go on
        found = (tables.read if kind == "actors" else points.read)(
            *(file, "t"), *([["SOV"]] * (kind == "actors"))
        )
        assert "row" in found.mistakes[0].problem
    else:
        with pytest.raises(InputError, match=r"row|no votes"):
            read(file)


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=["C", "Z"])), min_size=2, max_size=2),
        min_size=1,
        max_size=5,
    )
)
def test_what_is_written_is_read_again_and_is_no_formula(rows: list[list[str]]) -> None:
    text = delimited.written([["one", "two"], *([f"x{a}", b] for a, b in rows)])
    cells = list(csv.reader(text.splitlines()))
    assert not any(
        cell.startswith(("=", "@")) or (cell[:1] in "+-" and not _number(cell))
        for row in cells
        for cell in row
        if cell
    )
    sheet = delimited.parse(text, "t")
    if not any(delimited.bare(cell) != cell or "," in cell for row in rows for cell in row):
        assert [row.cells for row in sheet.rows] == [(f"x{a}", b) for a, b in rows]


def _number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
