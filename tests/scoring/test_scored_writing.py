"""What a back-test leaves: every number, what it means, and a page that stands alone."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path

import pytest
from finds import found

from sim import shipped
from sim.report.parts import Grid
from sim.scoring import printed, writing
from sim.scoring.found import Found

COMMAND = ["plenary", "backtest", "small", "--out", "here"]


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    writing.write(found(), tmp_path / "out", COMMAND)
    return tmp_path / "out"


def test_every_file_is_there_and_the_manifest_vouches_for_it(folder: Path) -> None:
    files = {f.relative_to(folder).as_posix() for f in folder.rglob("*") if f.is_file()}
    assert files == {
        *("points.csv", "scores.csv", "codebook.csv", "summary.json", "report.html"),
        *("figures/brier.png", "figures/brier.csv", "manifest.json"),
    }
    said = json.loads((folder / "manifest.json").read_text())
    assert said["files"] == {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in sorted(files - {"manifest.json"})
    }
    assert said["command"] == COMMAND
    read = shipped.data("ideal_points.csv").read_bytes()
    assert said["reads"]["ideal_points.csv"] == hashlib.sha256(read).hexdigest()


def test_the_same_bytes_each_time(folder: Path, tmp_path: Path) -> None:
    writing.write(found(), tmp_path / "again", COMMAND)
    for file in folder.rglob("*.*"):
        assert file.read_bytes() == (tmp_path / "again" / file.relative_to(folder)).read_bytes()


def test_a_number_that_is_not_known_is_an_empty_cell(folder: Path) -> None:
    assert [row["chance"] for row in rows(folder / "points.csv")] == ["0.25", ""]


def test_the_codebook_has_every_column_of_every_table(folder: Path) -> None:
    told = {(r["file"], r["column"]): r["meaning"] for r in rows(folder / "codebook.csv")}
    for file in folder.rglob("*.csv"):
        with file.open(encoding="utf-8", newline="") as lines:
            for column in next(csv.reader(lines)):
                assert told[file.relative_to(folder).as_posix(), column]


def test_what_is_said_of_one_table_goes_before_what_is_said_of_all(folder: Path) -> None:
    told = {(r["file"], r["column"]): r["meaning"] for r in rows(folder / "codebook.csv")}
    assert told["points.csv", "chance"] == "chance of a yes"
    assert told["scores.csv", "chance"] == "mean chance of a yes"


def test_a_column_that_nobody_declared_is_refused_before_anything_is_written(
    tmp_path: Path,
) -> None:
    lacking = found(columns={"who": found().columns["who"]})
    assert "points.csv: point" in writing.undescribed(lacking)
    with pytest.raises(ValueError, match=r"points\.csv: point"):
        writing.write(lacking, tmp_path / "out", COMMAND)
    assert not (tmp_path / "out").exists()


def test_figures_can_be_left_out_but_not_their_numbers(tmp_path: Path) -> None:
    writing.write(found(), tmp_path, COMMAND, figures=False)
    assert (tmp_path / "figures" / "brier.csv").exists()
    assert not (tmp_path / "figures" / "brier.png").exists()
    assert "<img" not in (tmp_path / "report.html").read_text()


def test_the_page_stands_alone_and_says_all(folder: Path) -> None:
    page = (folder / "report.html").read_text(encoding="utf-8")
    of = found()
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert "It is &lt;small&gt;." in page
    said = (
        of.question,
        *of.limits,
        *of.sources,
        "Who comes (2 points)",
        "plenary backtest",
    )
    assert all(sentence in page for sentence in said)
    assert ">.300<" in page
    assert "data:image/png;base64," in page
    places = [page.index(head) for head in ("Question", "Answer", "Scores, beside", "Limits")]
    assert places == sorted(places)
    for name, digest in json.loads((folder / "manifest.json").read_text())["files"].items():
        assert name == "report.html" or digest in page


def test_printed_lines_answer_first_and_end_with_how_to_make_it_again() -> None:
    lines = printed.lines(found(), Path("results/here"), COMMAND)
    text = "\n".join(lines)
    assert max(map(len, lines)) <= 80
    order = ["ours loses to", "Scores", "Limits:", "Results: results/here"]
    assert sorted(order, key=text.index) == order
    assert lines[-1] == "Again: plenary backtest small --out here"


def wide(columns: int) -> Found:
    heads = ("who said it", *(f"a measure number {n}" for n in range(columns)))
    row = ("ours, with a name that is much too long for the first column", *["0.123"] * columns)
    return found(headline=(), grids=(Grid("A wide table", heads, (row, row)),))


@pytest.mark.parametrize("columns", [1, 5, 9, 25])
def test_a_table_of_any_width_fits_and_loses_no_cell(columns: int) -> None:
    lines = printed.lines(wide(columns), Path("x"), COMMAND)
    assert max(map(len, lines)) <= 80
    assert "\n".join(lines).count("0.123") == 2 * columns
    heads = " ".join(lines).split()
    assert all(heads.count(str(n)) >= 1 for n in range(columns))


def test_cells_stand_below_the_end_of_their_heads() -> None:
    lines = printed.lines(found(), Path("x"), COMMAND)
    head = next(line for line in lines if line.startswith("who "))
    row = next(line for line in lines if line.startswith("base rate"))
    assert len(head) == len(row)
    assert row.endswith(" .200")


def test_json_has_every_number() -> None:
    said = printed.data(found())
    assert said["tables"]["points"]["point"] == ["a", "b"]
    assert said["tables"]["points"]["chance"][0] == 0.25
    assert said["scores"][1]["rows"][1] == {"who": "base rate", "Brier": ".200"}
    assert json.dumps(said["answer"])
