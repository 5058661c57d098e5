"""The scripts in experiments/, on grids small enough for a test."""

from __future__ import annotations

import csv
from pathlib import Path
from types import ModuleType

import pytest

import sim
from sim import shipped
from sim.core.registry import PARAMETERS


@pytest.fixture
def ridge(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(shipped.folder("experiments"))
    import consensus_ridge

    return consensus_ridge


@pytest.fixture
def tables(ridge: ModuleType) -> ModuleType:
    import scenario_tables

    return scenario_tables


@pytest.fixture
def pages(ridge: ModuleType) -> ModuleType:
    import pages

    return pages


def test_axes_span_the_ranges_that_worlds_draw_from(ridge: ModuleType) -> None:
    for name in (ridge.COST, ridge.INSISTENCE):
        axis = ridge.axis(name, 4)
        assert (axis[0], axis[-1]) == (PARAMETERS[name].low, PARAMETERS[name].high)
        assert axis == sorted(axis)


def test_ridge_writes_a_table_and_a_heat_map_of_each_scenario(
    ridge: ModuleType, tmp_path: Path
) -> None:
    ridge.main(["--steps", "2", "--runs", "4", "--out", str(tmp_path)])
    with (tmp_path / "ridge.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert [r["scenario"] for r in rows] == ["gge-2017"] * 4 + ["oewg-2021"] * 4
    for row in rows:
        whole = sum(float(row[share]) for share in ("adopted", "text_existed", "no_text"))
        assert whole == pytest.approx(1)
    assert {f.name for f in tmp_path.glob("*.png")} == {"gge-2017.png", "oewg-2021.png"}


def test_dearer_blocking_never_ends_more_of_the_same_runs(ridge: ModuleType) -> None:
    points = list(ridge.grid("gge-2017", 2, 8))
    by_cost = {cost: [p.adopted for p in points if p.blocking_cost == cost] for cost in (0.03, 0.5)}
    assert all(cheap <= dear for cheap, dear in zip(by_cost[0.03], by_cost[0.5], strict=True))


def test_the_heat_map_says_between_what_shares_and_what_happened(ridge: ModuleType) -> None:
    points = [
        ridge.Point("gge-2017", cost, 0.4, 4, share, 0.0, 1 - share, 0.5, 0.0)
        for cost, share in ((0.1, 0.25), (0.2, 1.0))
    ]
    sheet = ridge.heat_map(points, sim.load("gge-2017"))
    assert sheet.title == "gge-2017: adopted in 25% to 100% of runs (what happened: no text)"
    assert sheet.about.runs == 4


def test_tables_have_their_places_in_the_docs(tables: ModuleType, pages: ModuleType) -> None:
    file = shipped.folder("experiments").parent / "docs" / "scenarios.md"
    if not file.is_file():
        pytest.skip("the documents are not installed with the package")
    text = file.read_text(encoding="utf-8")
    for mark, lines in tables.tables(4, 2).items():
        assert lines[1].startswith("|---")
        assert pages.put(text, mark, lines) != text


def test_a_table_without_a_place_is_an_error(pages: ModuleType) -> None:
    with pytest.raises(SystemExit, match="no place is marked"):
        pages.put("nothing here", "tallies", ["| a |"])


def test_a_table_takes_the_place_of_the_last(pages: ModuleType) -> None:
    text = "before\n<!-- table: t -->\n| old |\n<!-- end -->\nafter"
    assert pages.put(text, "t", ["| new |"]) == (
        "before\n<!-- table: t -->\n| new |\n<!-- end -->\nafter"
    )


def test_each_page_gets_its_own_tables_or_none_is_written(
    pages: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = tmp_path / "one.md", tmp_path / "other.md"
    one.write_text("<!-- table: a -->\n<!-- end -->", "utf-8")
    other.write_text("<!-- table: b -->\n<!-- end -->", "utf-8")
    old = one.read_text("utf-8")
    with pytest.raises(SystemExit, match="table: c"):
        pages.publish({"a": ["1"], "c": ["2"]}, [one, other])
    assert one.read_text("utf-8") == old
    pages.publish({"a": ["1"]}, [one])
    assert one.read_text("utf-8") == "<!-- table: a -->\n1\n<!-- end -->"
    pages.publish({"a": ["1"], "b": ["2"]}, [])
    assert capsys.readouterr().out == "a\n\n1\n\nb\n\n2\n"
