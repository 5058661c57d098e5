"""Results in other forms: tidy tables, NetCDF, GraphML, and data with a schema."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.core.frames import in_formulas
from sim.errors import InputError, RunError
from sim.results import export, tidy
from sim.results.opening import Finished, read
from sim.results.schema import RESULTS, json_schema
from sim.scoring import printed
from sim.show.terminal import without_nan
from tests import finished
from tests.scoring import finds
from tests.small import VOTE, write
from tests.sweep import made

KINDS = {
    "run": lambda place: finished.run(place),
    "what-if": lambda place: finished.run(place, "IND.position.SOV=0"),
    "compare": lambda place: finished.compared(place, None, "IND=absent", after=1),
    "two files": lambda place: finished.compared(place, VOTE.replace("value: 70", "value: 45")),
    "sweep": lambda place: finished.swept(place),
}


@pytest.fixture(scope="module", params=list(KINDS))
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return KINDS[request.param](tmp_path_factory.mktemp("of"))


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return finished.swept(tmp_path_factory.mktemp("swept"))


def test_the_tidy_table_is_the_runs_of_every_point(folder: Path) -> None:
    study = read(folder)
    found = pd.read_parquet(folder / tidy.TIDY)
    assert len(found) == study.runs * len(study.averaged)
    for point, part in found.groupby("point", observed=True):
        adopted = part[(part.outcome == "adopted") & (part.stage == "plenary")]
        for draft, of in adopted.groupby("draft", observed=True):
            values = study.source.values(str(point), f"{draft}.plenary.adopted")
            assert of.value.tolist() == values.tolist()
    empty = pq.read_table(folder / tidy.TIDY, columns=["value"])["value"].null_count
    assert empty == found.value.isna().sum()  # what is missing is null, and not a number
    ours = study.to_dataframe(tidy=True)
    assert list(found.columns) == list(ours.columns)
    for name in found:
        one, other = (frame[name].astype(object) for frame in (found, ours))
        assert one.where(one.notna(), "").tolist() == other.where(other.notna(), "").tolist(), name


def test_points_are_described_alike_in_every_folder(folder: Path) -> None:
    study = read(folder)
    with (folder / "points.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert {row["point"] for row in rows} == {point.id for point in study.points}
    for row in rows[:20]:
        point = next(p for p in study.points if p.id == row["point"])
        mean = study.cell(point, row["outcome"]).mean
        assert float(row["mean"] or "nan") == pytest.approx(mean, abs=1e-6, nan_ok=True)
        assert (row["difference"] == "") == (point.settings == () or row["mean"] == "")


def test_every_column_says_what_it_is_and_has_a_name_for_formulas(folder: Path) -> None:
    tables = [f for f in folder.glob("*.parquet")]
    assert {f.name for f in tables} >= {tidy.TIDY}
    for file in tables:
        schema = pq.read_schema(file)
        for field in schema:
            said = field.metadata or {}
            assert {b"title", b"meaning", b"unit"} <= said.keys(), (file.name, field.name)
        names = [field.metadata[b"formula"].decode() for field in schema]
        assert len(set(names)) == len(names)
        assert all(name.isidentifier() and name.isascii() for name in names)
    with (folder / "codebook.csv").open(encoding="utf-8", newline="") as lines:
        told = {(r["file"], r["column"]): r for r in csv.DictReader(lines)}
    for field in pq.read_schema(folder / tidy.TIDY):
        row = told[tidy.TIDY, field.name]
        assert row["meaning"] == field.metadata[b"meaning"].decode()
        assert row["in_formulas"] == field.name


def test_names_for_formulas_are_plain_and_each_its_own() -> None:
    names = ("73/27.plenary.in_favour", "a b", "a.b", "a_b", "lambda", "Côte d'Ivoire", "中", "文")
    found = in_formulas(names)
    assert found["73/27.plenary.in_favour"] == "x73_27_plenary_in_favour"
    assert [found[n] for n in ("a b", "a.b", "a_b")] == ["a_b", "a_b_2", "a_b_3"]
    assert found["Côte d'Ivoire"] == "Cote_d_Ivoire"
    assert len(set(found.values())) == len(names)
    assert all(name.isidentifier() for name in found.values())


def test_the_base_has_its_own_levels(swept: Path) -> None:
    study = read(swept)
    assert study.levels(study.points[0])["forums.room.rules"] == "un_general_assembly"
    frame = study.to_dataframe(formula=True)
    assert frame["IND_position_SOV"].notna().all()
    filed = pq.read_table(swept / "results.parquet").to_pandas()
    assert filed["IND.position.SOV"].tolist() == frame["IND_position_SOV"].tolist()
    design = pd.read_csv(swept / "design.csv").set_index("point")
    assert design.loc["base", "forums.room.rules"] == "un_general_assembly"


@pytest.mark.parametrize("form", list(export.FILES))
def test_every_form_is_written(form: str, folder: Path, tmp_path: Path) -> None:
    if form == "netcdf":
        pytest.importorskip("xarray")
    before = finished.files(folder)
    file = export.export(folder, form, tmp_path / "out")
    assert file.stat().st_size
    assert finished.files(folder) == before
    if form == "csv":
        assert len(pd.read_csv(file)) == tidy.rows(read(folder))
    if form == "parquet":
        assert file.read_bytes() == (folder / tidy.TIDY).read_bytes()


def test_netcdf_has_means_over_points_and_levels_as_coordinates(
    swept: Path, tmp_path: Path
) -> None:
    xarray = pytest.importorskip("xarray")
    study = read(swept)
    file = export.export(swept, "netcdf", tmp_path / "means.nc")
    with xarray.open_dataset(file, engine="scipy") as found:
        means = found["adopted"].sel(ballot="73/27.plenary").values
        assert means.tolist() == study.means("73/27.plenary.adopted").tolist()
        assert found["IND_position_SOV"].values.tolist()[1:] == [0, 0, 100, 100]


def test_graphml_has_texts_and_delegations_and_how_they_vote(tmp_path: Path) -> None:
    place = finished.run(tmp_path / "run", "IND.position.SOV=0")
    graph = nx.read_graphml(export.export(place, "graphml"))
    assert place / "results.graphml" in set(place.iterdir())
    kinds = nx.get_node_attributes(graph, "kind")
    assert set(kinds.values()) == {"actor", "draft", "clause", "issue"}
    votes = [e for *_, e in graph.edges(data=True) if e["kind"] == "decides"]
    with (place / "votes.csv").open(encoding="utf-8", newline="") as lines:
        filed = list(csv.DictReader(lines))
    assert len(votes) == len(filed)
    for row in filed:
        edges = graph.get_edge_data(row["actor"], f"draft {row['draft']}").values()
        edge = next(e for e in edges if e.get("stage") == row["stage"])
        assert edge["p_in_favour"] == pytest.approx(float(row["p_in_favour"]))
    assert "plenary adopted" in graph.nodes["draft 73/27"]


def test_coalitions_are_edges_of_the_graph(tmp_path: Path) -> None:
    runner = CliRunner()
    told = runner.invoke(
        app, ["run", "gge-2017", "--runs", "8", "--no-figures", "-q", "--out", str(tmp_path / "r")]
    )
    assert told.exit_code == 0, told.output
    graph = export.graph_of(Finished.of(tmp_path / "r"))
    shares = [d["share"] for *_, d in graph.edges(data=True) if d["kind"] == "together"]
    ours = nx.read_graphml(tmp_path / "r" / "coalitions.graphml")
    assert sorted(shares) == sorted(w for *_, w in ours.edges(data="weight"))


def test_what_cannot_be_exported_is_said(swept: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="netcdf, graphml, csv, parquet"):
        export.export(swept, "excel")
    with pytest.raises(InputError, match="no folder of finished results"):
        export.export(tmp_path, "csv")
    with pytest.raises(RunError, match="cannot write"):
        export.export(swept, "csv", tmp_path / "no" / "such" / "folder.csv")
    assert list(tmp_path.iterdir()) == []


def test_a_table_that_would_be_too_long_is_left_to_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tidy, "MOST", 10)
    folder = finished.run(tmp_path)
    assert not (folder / tidy.TIDY).exists()
    assert export.export(folder, "parquet").is_file()


def test_neither_kind_of_result_is_written_over_the_other(swept: Path, tmp_path: Path) -> None:
    folder = finished.run(tmp_path)
    with pytest.raises(InputError, match="no sweep's"):
        sim.sweep.run(made.planned(tmp_path), folder)  # type: ignore[attr-defined]
    with pytest.raises(InputError, match="holds a sweep"):
        from sim.results.writeup import refuse_sweep

        refuse_sweep(swept)


@pytest.mark.parametrize("field", ["experiment", "facts", "ballots"])
def test_a_damaged_study_is_a_mistake_with_its_file(
    field: str, swept: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(swept, tmp_path / "copy"))
    said = json.loads((folder / "study.json").read_text(encoding="utf-8"))
    (folder / "study.json").write_text(json.dumps(said | {field: 3}), encoding="utf-8")
    with pytest.raises(InputError, match=r"study\.json"):
        read(folder)


# --json and its schema


COMMANDS = {
    "run": ["run", "small.yaml", "--runs", "8", "--no-figures"],
    "run --set": ["run", "small.yaml", "--set", "USA=absent", "--runs", "8", "--no-figures"],
    "compare": [
        *("compare", "small.yaml", "--set", "forums.room.rules=two_thirds"),
        *("--runs", "8", "--no-figures"),
    ],
    "sweep": ["sweep", "e.yaml", "--runs", "8", "--workers", "1", "--no-figures"],
    "dry-run": ["sweep", "e.yaml", "--dry-run"],
    "check": ["check", "small.yaml"],
}


@pytest.mark.parametrize("name", list(COMMANDS))
def test_what_json_prints_is_what_the_schema_says(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    write(tmp_path)
    (tmp_path / "e.yaml").write_text(finished.SWEEP, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    told = CliRunner().invoke(app, [*COMMANDS[name], "--json"])
    assert told.exit_code == 0, told.output
    said = json.loads(told.stdout)
    valid(jsonschema, said, name.split()[0])
    if "outcomes" in said:
        tried = {row["point"] for row in said["outcomes"]}
        assert len(tried) == {"run": 1, "run --set": 2, "compare": 2, "sweep": 5}[name]
        del said["outcomes"][0]["mean"]
        with pytest.raises(jsonschema.ValidationError):
            valid(jsonschema, said, name.split()[0])


def test_a_back_test_is_data_that_the_schema_knows() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    said = without_nan(printed.data(finds.found()))
    valid(jsonschema, said, "backtest")
    with pytest.raises(jsonschema.ValidationError):
        valid(jsonschema, {**said, "kind": "sweep"}, "backtest")


def test_mistakes_of_a_scenario_are_data_too(tmp_path: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    file = write(tmp_path, VOTE.replace("sessions:", "sesions:", 1).replace("seed: 7", "seed: x"))
    told = CliRunner().invoke(app, ["check", str(file), "--json"])
    assert told.exit_code == 2
    said = json.loads(told.stdout)
    valid(jsonschema, said, "check")
    assert "seed" in {mistake["field"] for mistake in said["mistakes"]}
    assert all(mistake["line"] for mistake in said["mistakes"])


def valid(jsonschema: Any, said: Any, name: str) -> None:
    schema = json_schema()
    only = {**schema, "anyOf": [{"$ref": f"#/$defs/{name}"}]}
    jsonschema.Draft202012Validator(only).validate(said)


def test_the_schema_is_printed_and_is_one() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    told = CliRunner().invoke(app, ["schema", "--result"])
    schema = json.loads(told.stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert RESULTS.keys() <= schema["$defs"].keys()
    assert np.array_equal(schema["anyOf"], [{"$ref": f"#/$defs/{name}"} for name in RESULTS])
