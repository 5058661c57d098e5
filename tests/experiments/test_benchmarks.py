"""The benchmark on a small size: it runs, checks its kernels, and says what it measured."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType

import pytest

from tests.experiments.script import script

SIZE = {
    "states": 20,
    "issues": 4,
    "clauses": 3,
    "votes": 128,
    "texts": 64,
    "alone": 1,
    "repeats": 1,
}
SMALL = [f"--{name}={number}" for name, number in SIZE.items()]


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    return script("run")


def test_it_measures_prints_and_writes(
    benchmark: ModuleType,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(benchmark, "PEAKS", (1000, 5000))
    file = tmp_path / "benchmark.json"
    benchmark.main([*SMALL, f"--json={file}"])
    found = json.loads(file.read_text(encoding="utf-8"))
    assert found["size"]["states"] == 20
    assert all(took > 0 for took in found["seconds a run"].values())
    assert set(found["memory"]) == {"1000", "5000"}
    assert found["memory"]["5000"] < 1.5 * found["memory"]["1000"]
    printed = capsys.readouterr().out
    for name in [*found["seconds a run"], *found["ratios"]]:
        assert name in printed
    assert ">= 50" in printed


def test_the_compiled_limit_is_that_of_the_phases(benchmark: ModuleType) -> None:
    pytest.importorskip("numba")
    size = benchmark.Size(states=30, issues=5, clauses=4, repeats=1)
    assert set(benchmark.limits(size)) == {
        "voting, the vote alone",
        "voting, compiled",
        "drafting, the moves alone",
        "drafting, compiled",
    }


def test_draws_by_a_hash_and_by_philox_are_measured(capsys: pytest.CaptureFixture[str]) -> None:
    draws = script("draws")
    run_keys, actors = draws.keys(0, range(3)), draws.labels("ABCD")
    made = [way(run_keys, actors) for way in draws.WAYS.values()]
    assert all(m.shape == (3, 4) and ((m > 0) & (m < 1)).all() for m in made)
    assert all(len(set(m.ravel().tolist())) == 12 for m in made)
    again = draws.by_label(run_keys, actors[[2, 0]])
    assert (again == draws.by_label(run_keys, actors)[:, [2, 0]]).all()
    draws.main(["--runs=2", "--actors=3", "--repeats=1"])
    assert len(capsys.readouterr().out.splitlines()) == 3
