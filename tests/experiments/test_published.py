"""The benchmark of published models: all is measured, and each answer is one."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.experiments.script import script


@pytest.mark.slow
def test_it_measures_prints_and_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    benchmark = script("published")
    file = tmp_path / "published.json"
    benchmark.main(["--repeats=1", f"--json={file}"])
    found = json.loads(file.read_text(encoding="utf-8"))["seconds"]
    printed = capsys.readouterr().out
    assert set(found) == set(benchmark.works())
    assert set(benchmark.BUDGET) | set(benchmark.PEERS) <= set(found)
    for name, seconds in found.items():
        assert seconds > 0
        assert f"| {name} | " in printed
    assert "Beyond their budget: " in printed


def test_what_is_timed_agrees_on_something() -> None:
    """A bargain that leaves things as they are would be quick, and no measure."""
    benchmark = script("published")
    works = benchmark.works()
    for name in ("Nash, quadratic, 193 x 12", "Nash, linear, 193 x 12"):
        assert not any("nothing is agreed" in text for text in works[name]().said)
    moved = works["agenda setter, 193 x 12"]().outcome
    assert np.ptp(moved) > 0
    assert works["power indices, 27 of the EU, whole people"]().shapley_shubik.max() < 0.5
