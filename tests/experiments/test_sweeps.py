"""The benchmark of sweeps, on a small size."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from types import ModuleType

import pytest

from tests.experiments.script import script
from tests.small import CONSENSUS, VOTE, write


@pytest.fixture
def sweeps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, with small scenarios as what it measures."""
    benchmark = script("sweeps")
    small = {
        "voting": ("vote.yaml", VOTE, "parameters.stakes", (8.0, 16.0)),
        "drafting": ("room.yaml", CONSENSUS, "parameters.insistence", (0.3, 0.5)),
    }
    subjects = {
        name: (write(tmp_path, text, file).name, path, levels)
        for name, (file, text, path, levels) in small.items()
    }
    beside = partial(benchmark.experiment, file=tmp_path / "experiment.yaml")
    monkeypatch.setattr(benchmark, "SUBJECTS", subjects)
    monkeypatch.setattr(benchmark, "experiment", beside)
    monkeypatch.chdir(tmp_path)
    return benchmark


@pytest.mark.slow
def test_it_measures_prints_and_writes(
    sweeps: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "sweeps.json"
    tiny = ["--votes=64", "--texts=64", "--repeats=1", "--rows=20000", "--peaks", "500"]
    sweeps.main([*tiny, f"--json={file}"])
    found = json.loads(file.read_text(encoding="utf-8"))
    assert set(found["seconds"]) == {"voting", "drafting"}
    for took in found["seconds"].values():
        assert took["runs"] == 3 * 64  # the base and two levels
        assert min(took[way] for way in sweeps.WAYS) > 0
    assert 20 < found["memory"]["500"] < sweeps.PEAK
    printed = capsys.readouterr().out
    assert "reading 20,000 runs for a figure" in printed
    assert "peak memory, 500 runs" in printed
    assert "at least 1.8" in printed


def test_a_lengthened_sweep_says_the_same_of_its_points(sweeps: ModuleType, tmp_path: Path) -> None:
    study = sweeps.small_sweep(tmp_path, 500)
    means = study.means("73/27.plenary.in_favour")
    sweeps.lengthen(tmp_path / sweeps.PLAYED / "results.parquet", 5000)
    longer = sweeps.sweep.read(tmp_path / sweeps.PLAYED)
    assert longer.runs == 5000
    assert longer.means("73/27.plenary.in_favour") == pytest.approx(means)
    assert sweeps.look(longer) == 5000


def test_settings_are_those_of_the_sweep(sweeps: ModuleType) -> None:
    plan = sweeps.sweep.plan(sweeps._asked("drafting", 64))
    found = [setting.worlds.parameters["insistence"] for setting in sweeps._settings(plan)]
    assert [set(f.tolist()) for f in found][1:] == [{0.3}, {0.5}]
