"""The script that tells what the shipped experiments found, on few runs."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType

import pytest

from sim import shipped


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(shipped.folder("experiments"))
    import experiment_tables

    return experiment_tables


def test_the_table_says_what_a_sweep_found(tables: ModuleType, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- table: experiments -->\nold\n<!-- end -->\nafter", "utf-8")
    few = ["--runs", "4", "--only", "two-thirds-2018", "--out", str(tmp_path)]
    tables.main([str(page), *few])
    summary = json.loads((tmp_path / "two-thirds-2018" / "summary.json").read_text("utf-8"))
    told = page.read_text("utf-8").splitlines()
    assert told[0] == "before"
    assert told[-1] == "after"
    (row,) = [line for line in told if "`two-thirds-2018`" in line]
    assert summary["question"] in row
    assert "| 4 | 4 |" in row
    assert summary["answer"][0] in row


def test_sentences_on_single_factors_are_left_out(tables: ModuleType) -> None:
    said = ["It falls.", "Of the factors, this one moves it most.", "It rises.", "No.", "Nor that."]
    assert tables.came_out({"answer": said}) == "It falls.<br>It rises.<br>No."


def test_every_shipped_experiment_is_in_the_docs() -> None:
    page = shipped.folder("experiments").parent / "docs" / "experiments.md"
    if not page.is_file():
        pytest.skip("the documents are not installed with the package")
    told = page.read_text(encoding="utf-8")
    assert [name for name in shipped.experiments() if f"| `{name}` |" not in told] == []
