"""The codebook: no column of any table is without its meaning."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from conftest import Finish
from report_folders import EU, OP3

from sim.experiment.model import UNCHANGED, Design, Factor, Point
from sim.experiment.outcomes import declared
from sim.report import codebook
from sim.show.tables import ACTS, as_csv
from tests.studies import experiment, grid, numeric, study


def rows(folder: Path) -> dict[tuple[str, str], dict[str, str]]:
    with (folder / "codebook.csv").open(encoding="utf-8", newline="") as lines:
        return {(row["file"], row["column"]): row for row in csv.DictReader(lines)}


@pytest.mark.parametrize("settings", [(), ("USA=absent",)])
def test_every_column_of_a_real_run_has_a_row_with_a_meaning(
    finished: Finish, settings: tuple[str, ...]
) -> None:
    folder = finished(*settings, runs=8)
    found = rows(folder)
    there = {(f, c) for f, columns in codebook.columns_of(folder).items() for c in columns}
    tables = {f.relative_to(folder).as_posix() for f in folder.rglob("*.[cp][sa][vr]*")}
    assert {file for file, _ in there} == tables - {"manifest.json"}
    assert there == found.keys()
    for needed in ("title", "meaning", "unit"):
        assert [key for key, row in found.items() if not row[needed]] == []


def test_ranges_hold_what_is_in_the_files(finished: Finish) -> None:
    folder = finished(runs=40)
    for (file, column), row in rows(folder).items():
        with (folder / file).open(encoding="utf-8", errors="replace", newline="") as lines:
            cells = [r[column] for r in csv.DictReader(lines)] if file.endswith(".csv") else []
        if file == "codebook.csv" or row["unit"] in ("text", "words"):
            continue
        said = {"true": "1", "false": "0"}
        numbers = [float(said.get(cell, cell)) for cell in cells if cell]
        low, high = (float(row[end]) if row[end] else None for end in ("low", "high"))
        assert low is None or all(n >= low for n in numbers), (file, column)
        assert high is None or all(n <= high for n in numbers), (file, column)


def test_an_outcome_is_told_by_its_declaration() -> None:
    columns = ("point", "run", "world", "73/27.plenary.in_favour", "73/27.cosponsors", EU)
    known = declared(c for c in columns if "73" in c and c != EU)
    told = codebook.codebook({"results.parquet": columns}, known, [EU])
    by = dict(zip(told["column"], told["meaning"], strict=True))
    assert by["73/27.plenary.in_favour"] == "members in favour of 73/27 at plenary"
    assert by[EU].startswith("level of the factor")
    called = dict(zip(told["column"], told["title"], strict=True))
    assert called["73/27.plenary.in_favour"] == "votes in favour of 73/27"


def test_acts_are_told() -> None:
    told = codebook.codebook({"acts.csv": ACTS})
    assert all(told["meaning"])
    assert all(told["unit"])


def test_what_nobody_declared_is_not_made_up() -> None:
    told = codebook.codebook({"votes.csv": ("draft", "mood")})
    assert list(told["meaning"]) == ["label of the draft", ""]


def test_data_beside_figures_of_a_sweep_are_told(tmp_path: Path) -> None:
    from sim.experiment.model import Plot
    from sim.show.plots.study import sheets

    kinds = ("line", "heat", "tornado", "multiples", "texts", "ribbons", "convergence")
    eu, op3 = numeric(EU, 0, 50, 100), numeric(OP3, 20, 80)
    made = study(
        experiment([eu, op3], plots=tuple(Plot(kind) for kind in kinds)),
        grid(eu, op3),
        lambda levels, runs, worlds: {
            "73/27.plenary.adopted": (runs % 3 > 0) * 1.0,
            "73/27.plenary.in_favour": runs * 1.0,
            "73/27.OP3.value": runs * 1.0,
            "73/27.retained": runs * 1.0,
        },
    )
    for figure in sheets(made):
        (tmp_path / "figures").mkdir(exist_ok=True)
        (tmp_path / "figures" / f"{figure.name}.csv").write_bytes(as_csv(figure.data))
    columns = codebook.columns_of(tmp_path)
    assert len(columns) >= 5
    told = codebook.codebook(columns, factors=[EU, OP3])
    silent = [
        (file, column)
        for file, column, said in zip(told["file"], told["column"], told["meaning"], strict=True)
        if not said
    ]
    assert silent == []


@pytest.mark.parametrize("design", ["latin_hypercube", "morris", "sobol_indices"])
def test_data_beside_figures_of_a_sample_are_told(tmp_path: Path, design: Design) -> None:
    """A sample's own figures: trends, effects, shares of variance and rules."""
    from sim.sensitivity.effects import Effect, Index
    from sim.sensitivity.induction import Leaf, Rules
    from sim.show.plots.study import sheets

    votes, path = "73/27.plenary.in_favour", "parameters.stakes"
    stakes = Factor(path, distribution="uniform", low=2.0, high=40.0)
    points = [Point({path: f"{value}"}) for value in range(3, 33)]
    made = study(
        experiment([stakes], design=design),
        [Point({path: UNCHANGED}), *points],
        lambda levels, runs, worlds: {votes: runs * 1.0},
    )
    leaf = Leaf((f"{path} <= 9",), share=1.0, points=6, mean=90.0)
    analyses = {
        "morris": {votes: [Effect(path, 1.0, 1.0, 0.1, 0.2)]},
        "indices": {votes: [Index(path, 0.5, 0.1, 0.6, 0.1)]},
        "rules": {votes: Rules(votes, 85.0, (leaf, leaf), 0.9, 0.6, 0.05, 30)},
    }
    (tmp_path / "figures").mkdir()
    for figure in sheets(made, analyses):
        (tmp_path / "figures" / f"{figure.name}.csv").write_bytes(as_csv(figure.data))
    columns = codebook.columns_of(tmp_path)
    assert len(columns) >= 2
    told = codebook.codebook(columns, factors=[path])
    assert [c for c, said in zip(told["column"], told["meaning"], strict=True) if not said] == []
