"""An hour of somebody's research, from a sweep to a fitted formula, in half a minute."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from sim.sensitivity.induction import rules
from sim.results import export
from tests.small import write

EXPERIMENT = """\
title: What carries the text
question: Which positions carry 73/27?
scenario: small.yaml
vary:
  IND.position.SOV: {low: 0, high: 100}
  FRA.position.SOV: {low: 0, high: 100}
design: latin_hypercube
points: 16
seed: 3
runs: RUNS
outcomes: [73/27.plenary.adopted, 73/27.plenary.in_favour]
plots: [rules]
"""

def sweep(place: Path, runs: int) -> subprocess.Popen[bytes]:
    text = EXPERIMENT.replace("RUNS", str(runs))
    (place / "hour.yaml").write_text(text, encoding="utf-8")
    line = [sys.executable, "-m", "sim", "sweep", "hour.yaml", "--out", "found", "--workers", "1"]
    return subprocess.Popen([*line, "--no-figures", "-q"], cwd=place)


def peeled(cases: pd.DataFrame, wanted: pd.Series, least: int = 6) -> pd.Series:
    """The patient rule induction method of Friedman and Fisher (1999), as a reader might write it.

    Peel a tenth of the cases off one side at a time, the side whose loss leaves the most wanted.
    """
    inside = pd.Series(True, index=cases.index)
    while inside.sum() > least:
        there = cases[inside]
        cuts = [there[name] > there[name].quantile(0.1) for name in cases]
        cuts += [there[name] < there[name].quantile(0.9) for name in cases]
        best = max(cuts, key=lambda kept: wanted[kept[kept].index].mean())
        if not 0 < best.sum() < inside.sum():
            break
        inside[best[~best].index] = False
    return inside


@pytest.mark.slow
def test_from_a_sweep_to_a_formula(tmp_path: Path) -> None:
    write(tmp_path)
    parts, out = tmp_path / "found" / "parts", tmp_path / "found"

    # Sweep, kill, resume: what was there is not played again.
    first = sweep(tmp_path, 200)
    while first.poll() is None and len(list(parts.glob("*.parquet"))) < 3:
        time.sleep(0.02)
    first.send_signal(signal.SIGKILL)
    first.wait()
    there = {file.name: file.stat().st_mtime_ns for file in parts.glob("[!.]*.parquet")}
    assert len(there) >= 3
    assert sweep(tmp_path, 200).wait() == 0
    assert there.items() <= {f.name: f.stat().st_mtime_ns for f in parts.iterdir()}.items()
    before = pd.read_parquet(out / "results.parquet")

    # Extend: twice the runs, the first half as they were.
    assert sweep(tmp_path, 400).wait() == 0
    runs = pd.read_parquet(out / "results.parquet")
    same = runs[runs.run < 200].reset_index(drop=True)
    pd.testing.assert_frame_equal(same, before)

    # Read into pandas in three lines, the names fit for a formula.
    study = sim.read(out)
    frame = study.to_dataframe(formula=True)
    wide = frame.groupby("point", observed=True).mean(numeric_only=True)
    assert len(wide) == len(study.points) == 17
    assert wide.loc["base", "IND_position_SOV"] == 62
    formulas = pytest.importorskip("statsmodels.formula.api")
    fit = formulas.ols("x73_27_plenary_in_favour ~ IND_position_SOV + FRA_position_SOV", frame)
    slopes = fit.fit().params
    assert np.isfinite(slopes).all()
    assert {"IND_position_SOV", "FRA_position_SOV"} < set(slopes.index)

    # Conditions under which it has the votes, from a threshold on: a tree of ours, and PRIM.
    outcome, limit = "73/27.plenary.in_favour", float(wide["x73_27_plenary_in_favour"].median())
    assert {"conditions", "share", "threshold"} <= set(pd.read_csv(out / "rules.csv").columns)
    found = rules(study, outcome, limit)
    assert found.threshold == limit
    assert 0 < sum(leaf.share for leaf in found.leaves) <= len(found.leaves)
    cases = wide[["IND_position_SOV", "FRA_position_SOV"]]
    wanted = wide["x73_27_plenary_in_favour"] >= limit
    box = peeled(cases, wanted)
    assert wanted[box].mean() >= wanted.mean()

    # Means and levels as NetCDF.
    xarray = pytest.importorskip("xarray")
    with xarray.open_dataset(export.export(out, "netcdf"), engine="scipy") as found:
        means = found["adopted"].sel(ballot="73/27.plenary", point=list(wide.index))
        np.testing.assert_allclose(means, wide["x73_27_plenary_adopted"])
