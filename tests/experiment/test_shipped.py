"""The experiments that come with plenary: they can be played, and keep what they say they keep."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from sim import shipped, sweep
from sim.experiment import checked, lay_out, read
from sim.experiment.model import together
from sim.experiment.outcomes import of
from sim.sensitivity.analyses import methods

NAMES = tuple(shipped.experiments())
QUICK = ("eu-cohesion", "ihl-gap-25", "swing-states-2018", "two-thirds-2018", "two-thirds-2019")
MANY = (  # points to read
    *("what-matters-2018", "what-moves-the-indices"),
    *("consensus-conditions", "pivotal-states-2019"),
)
FEW = 4  # runs a point


asked = cache(read)


def slow(names: tuple[str, ...]) -> list[object]:
    """Every experiment, these marked as slow."""
    marked = pytest.mark.slow
    return [pytest.param(name, marks=marked) if name in names else name for name in NAMES]


def test_they_are_all_there() -> None:
    assert {file.stem for file in shipped.folder("experiments").glob("*.yaml")} == set(NAMES)
    assert set(QUICK) < set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_it_says_what_it_asks_of_which_scenario(name: str) -> None:
    said = asked(name)
    assert said.title == shipped.experiments()[name]
    assert said.question.endswith("?")
    assert len(said.about) > 80
    assert said.scenario in shipped.scenarios()
    assert {plot.outcome for plot in said.plots if plot.outcome} <= set(said.outcomes)


@pytest.mark.parametrize("name", slow(MANY))
def test_it_can_be_played_and_keeps_what_it_asks_for(name: str) -> None:
    checks = checked(asked(name), lay_out(asked(name)))
    assert all(of(each, checks.outcomes).name == each for each in asked(name).outcomes)
    assert all(point.settings for point in checks.points if point.id != "base")
    assert sum(point.id == "base" for point in checks.points) == 1
    assert len({point.id for point in checks.points}) == len(checks.points)


def varied(name: str) -> set[str]:
    """Every path that an experiment varies, written out."""
    return {path for factor in asked(name).factors for path in together(factor.path)}


def test_they_ask_about_rules_cohesion_gaps_swing_states_and_pivots() -> None:
    assert "forums.general_assembly.rules" in varied("two-thirds-2019")
    assert "forums.first_committee.rules" in varied("two-thirds-2018")
    assert "blocs.EU.cohesion" in varied("eu-cohesion")
    for name, draft in (
        ("ihl-gap-25", "drafts.report.P34-humanitarian-law"),
        ("ihl-gap-193", "drafts.report.law-discussion"),
    ):
        assert varied(name) >= {"RUS.position.IHL", "CHN.position.IHL", draft}
    assert varied("swing-states-2018") >= {"BRA.position.SOV", "IND.position.TREATY"}
    for name, members, doing in (
        ("pivotal-states-2019", 193, "absent"),
        ("pivotal-experts-2017", 25, "withdraws"),
    ):
        points = lay_out(asked(name))
        assert len(points) == 1 + members
        assert {point.settings[0].partition("=")[2] for point in points[1:]} == {doing}


def test_designs_are_those_that_their_analyses_need() -> None:
    designs = {name: asked(name).design for name in NAMES}
    assert designs["what-matters-2018"] == "morris"
    assert designs["consensus-conditions"] == "latin_hypercube"
    assert "morris" in methods(asked("what-matters-2018"))
    assert "rules" in methods(asked("consensus-conditions"))


def play(name: str, folder: Path) -> None:
    plan = sweep.plan(name, runs=FEW)
    study = sweep.run(plan, folder)
    assert study.runs == FEW * len(study.points)
    assert not study.failed
    assert study.outcomes == plan.experiment.outcomes
    for outcome in study.outcomes:
        cells = [cell for _, cell in study.cells(outcome)]
        assert all(0 <= cell.defined <= 1 for cell in cells)
        of_some_runs = " if " in outcome or outcome.endswith(".text_existed")
        assert of_some_runs or any(cell.defined for cell in cells), outcome
    means = [study.means(outcome) for outcome in study.outcomes]
    assert any(len(np.unique(found[~np.isnan(found)])) > 1 for found in means)


@pytest.mark.parametrize("name", [pytest.param(n, marks=pytest.mark.slow) for n in QUICK])
def test_it_plays(name: str, tmp_path: Path) -> None:
    play(name, tmp_path / "out")
