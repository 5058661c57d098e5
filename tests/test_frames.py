"""Results in other libraries: the same numbers as the files, under the same names."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from sim import sweep
from sim.core.outcomes import Outcomes
from sim.errors import RunError
from sim.study.compare import Comparison
from tests import finished
from tests.small import write

ROOM = "gge-2017"


@pytest.fixture(scope="module")
def outcomes() -> Outcomes:
    return sim.run(ROOM, runs=24)


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    file = write(tmp_path_factory.mktemp("compared"))
    return sim.compare(str(file), "IND.position.SOV=0", runs=16)


def test_a_data_frame_is_the_table_of_runs(tmp_path: Path) -> None:
    place = finished.run(tmp_path / "ours")
    filed = pd.read_csv(place / "runs.csv")
    ours = sim.run(str(tmp_path / "ours" / "small.yaml"), runs=12).to_dataframe()
    assert list(ours.columns) == list(filed.columns)
    for name in filed.columns:
        if ours[name].dtype.kind == "f":
            number = filed[name].map({True: 1, False: 0, "true": 1, "false": 0}).fillna(filed[name])
            np.testing.assert_allclose(ours[name], number.astype(float), atol=1e-6, err_msg=name)
        else:
            assert ours[name].fillna("").tolist() == filed[name].fillna("").tolist(), name


def test_the_tidy_frame_says_what_each_is_about(outcomes: Outcomes) -> None:
    wide, tidy = outcomes.to_dataframe(), outcomes.to_dataframe(tidy=True)
    clause = tidy[(tidy.outcome == "value") & (tidy.clause != "")]
    assert set(clause.draft) == {"report"}
    for label, part in clause.groupby("clause"):
        assert part.value.tolist() == wide[f"report.{label}.value"].tolist()
    ballot = tidy[tidy.outcome == "adopted"]
    assert set(zip(ballot.draft, ballot.stage, strict=True)) == {("report", "decision")}
    assert set(tidy[tidy.outcome == "lobbying_received"].actor) <= set(outcomes.actors)
    assert (tidy[tidy.outcome == "coalitions"][["draft", "issue", "actor"]] == "").all(axis=None)


def test_a_formula_can_be_fitted_in_three_lines(outcomes: Outcomes) -> None:
    formulas = pytest.importorskip("statsmodels.formula.api")
    frame = outcomes.to_dataframe(formula=True)
    fit = formulas.ols("report_retained ~ coalition_largest", frame).fit()
    assert np.isfinite(fit.params["coalition_largest"])


def test_labelled_arrays_have_the_same_numbers_and_can_be_written(
    outcomes: Outcomes, tmp_path: Path
) -> None:
    xarray = pytest.importorskip("xarray")
    found, wide = outcomes.to_xarray(), outcomes.to_dataframe()
    at = found["adopted"].sel(ballot="report.decision")
    assert at.values.tolist() == wide["report.decision.adopted"].tolist()
    shares = found["chance"].sel(ballot="report.decision")
    np.testing.assert_allclose(shares.sum("decision"), 1.0)
    found.to_netcdf(tmp_path / "runs.nc", engine="scipy")
    again = xarray.open_dataset(tmp_path / "runs.nc", engine="scipy")
    assert again["retained"].attrs["units"] == "%"
    np.testing.assert_allclose(again["retained"], found["retained"])


def test_the_graph_weighs_runs_together(outcomes: Outcomes) -> None:
    graph = outcomes.to_networkx()
    assert set(graph) == set(outcomes.actors)
    together = outcomes.counted["coalitions.together"]
    for one, other, weight in graph.edges(data="weight"):
        i, j = outcomes.actors.index(one), outcomes.actors.index(other)
        assert weight == together[i, j] / 24
    assert len(outcomes.to_networkx(0.9).edges) < len(graph.edges)
    with pytest.raises(RunError, match="coalitions"):
        sim.run(sim.load(ROOM, ("coalitions.form=off",)), runs=2).to_networkx()


def test_a_what_if_has_both_sides(compared: Comparison) -> None:
    frame = compared.to_dataframe()
    assert frame.side.value_counts().to_dict() == {"base": 16, "changed": 16}
    mean = frame.groupby("side")["73/27.committee.in_favour"].mean()
    told = next(d for d in compared.paired if d.outcome == "73/27.committee.in_favour")
    assert mean["changed"] - mean["base"] == pytest.approx(told.difference)
    pytest.importorskip("xarray")
    both = compared.to_xarray()["in_favour"].mean("run")
    assert both.sel(side="base", ballot="73/27.committee") == pytest.approx(mean["base"])


def test_a_sweep_is_read_in_a_line(tmp_path: Path) -> None:
    study = sweep.read(finished.swept(tmp_path / "swept"))
    frame = study.to_dataframe()
    assert len(frame) == study.runs
    assert frame["IND.position.SOV"].dtype.kind == "f"
    for point, cell in study.cells("73/27.plenary.adopted"):
        part = frame[frame.point == point.id]
        assert part["73/27.plenary.adopted"].mean() == pytest.approx(cell.mean)
        assert set(part["IND.position.SOV"]) == {float(study.levels(point)["IND.position.SOV"])}
    pytest.importorskip("xarray")
    means = study.to_xarray("73/27.plenary.adopted")["adopted"].sel(ballot="73/27.plenary")
    assert means.values.tolist() == study.means("73/27.plenary.adopted").tolist()


def test_what_is_shown_is_short(outcomes: Outcomes, compared: Comparison) -> None:
    scenario = sim.load(ROOM)
    shown = [repr(each) for each in (outcomes, compared, scenario, sim.Diplomacy(ROOM).setting)]
    assert all(len(each) < 120 for each in shown), shown
    assert "24 runs" in shown[0]
    assert "IND.position.SOV=0" in shown[1]
    for each in (outcomes, compared):
        page = each._repr_html_()
        assert page.startswith("<p>")
        assert "<table" in page
        assert len(page) < 20_000
