"""Figures can be read: axes say what in which unit, levels are told apart, little is little."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.contour import QuadContourSet

from sim.core.ensemble import ensemble
from sim.experiment.model import Factor, Plot
from sim.show.plots import Footer
from sim.show.plots.ballot import Ballot
from sim.show.plots.blockers import blockers
from sim.show.plots.board import board
from sim.show.plots.coalitions import flow, moving
from sim.show.plots.map import positions
from sim.show.plots.study import Figure, sheets
from sim.show.plots.text import rounds
from sim.study.findings import Study
from tests.settings import DraftSpec, make
from tests.show.paper import clashes, frames, written
from tests.studies import Floats, Ints, experiment, grid, numeric, study

FAVOUR, ADOPTED = "73/27.plenary.in_favour", "73/27.plenary.adopted"
EU, ZEAL = numeric("blocs.EU.cohesion", 0, 50, 100), numeric("parameters.insistence", 10, 90)
RUNS = 12


def answered(*factors: Factor, **of: float) -> Study:
    """A study in which an outcome rises by so much with each level of the first factor."""

    def answer(levels: Mapping[str, str], runs: Ints, worlds: Ints) -> Mapping[str, Floats]:
        text = levels.get(factors[0].path, "")
        place = factors[0].levels.index(text) if text in factors[0].levels else 1
        luck = np.random.default_rng(3).normal(0, of.get("luck", 0.0), len(runs))
        votes = of.get("start", 99.0) + of.get("step", 1.0) * place + luck
        return {FAVOUR: votes, ADOPTED: (np.arange(len(runs)) < 6 * place) * 1.0}

    made = experiment(factors, outcomes=(FAVOUR, ADOPTED), runs=RUNS)
    return study(made, grid(*factors), answer)


def one(of: Study, kind: str, outcome: str = FAVOUR, **said: str) -> Figure:
    plot = Plot(kind, outcome, **said)  # type: ignore[arg-type]
    (figure,) = sheets(replace(of, experiment=replace(of.experiment, plots=(plot,))))
    return figure


def test_axes_say_of_what_in_which_unit_and_at_which_levels() -> None:
    sheet = one(answered(EU), "line", ADOPTED).sheet
    (axes,) = frames(sheet)
    assert axes.get_ylabel() == "Chance that 73/27 is adopted (plenary), %"
    assert axes.get_xlabel() == "EU cohesion"
    assert {"0", "50", "100"} <= set(written(sheet).splitlines())
    sheet = one(answered(EU, ZEAL), "heat").sheet
    assert {"EU cohesion", "insistence", "Votes in favour of 73/27 (plenary)", "10", "90"} <= set(
        written(sheet).splitlines()
    )
    sheet = one(answered(EU), "tornado", ADOPTED).sheet
    assert frames(sheet)[0].get_xlabel().endswith("(50%), in percentage points")


def test_the_base_is_a_line_at_its_value() -> None:
    sheet = one(answered(EU, ZEAL), "line").sheet
    (axes,) = frames(sheet)
    level = [line for line in axes.lines if line.is_dashed()]
    assert [line.get_ydata()[0] for line in level] == [pytest.approx(100.0)]
    assert "base 100" in written(sheet)


def test_the_contour_lies_where_adoption_passes_half_of_the_runs() -> None:
    sheet = one(answered(EU, ZEAL), "heat", ADOPTED).sheet
    lines = [c for c in frames(sheet)[0].collections if isinstance(c, QuadContourSet)]
    assert {float(level) for line in lines for level in line.levels} == {50.0}
    across = np.concatenate([path.vertices[:, 0] for line in lines for path in line.get_paths()])
    assert np.abs(across - 1).max() < 0.51  # beside the middle column, which is half adopted


def test_what_hardly_differs_is_said_not_to_move_and_drawn_so() -> None:
    of = answered(EU, ZEAL, start=99.64, step=0.01)
    for kind in ("heat", "line"):
        figure = one(of, kind, x=EU.path)
        assert figure.title.startswith("Nothing moves: over EU cohesion")
        assert figure.title.endswith("are 99.64 to 99.66")
    image = frames(one(of, "heat").sheet)[0].images[0]
    low, high = image.get_clim()
    assert high - low >= 5
    ends = frames(one(of, "line", x=EU.path).sheet)[0].get_ylim()
    assert ends[1] - ends[0] >= 2
    assert not any(one(of, "tornado").data["seen"])


def test_long_levels_are_told_apart_in_titles_and_on_axes() -> None:
    long = "a level that is the same for a very long time, then and only then it differs: "
    rules = Factor("forums.general_assembly.rules", tuple(f"{long}{n}" for n in range(3)))
    figure = one(answered(rules, step=20.0), "line")
    assert "2 rather than" in figure.title
    assert figure.title.endswith("0")
    labels = [text for text in written(figure.sheet).splitlines() if text.endswith(("0", "1", "2"))]
    assert len(set(labels)) >= 3
    assert clashes(figure.sheet) == []


def test_figures_of_a_run_have_the_draft_s_title_and_the_issues_of_their_axes() -> None:
    drafts = [DraftSpec([0, 1], [0.8, 0.6], label="L.1")]
    rules = "open_ended_working_group"
    setting = make(4, drafts=drafts, issues=2, forums=[rules], status_quo=[0.3, 0.2])
    outcomes, about = ensemble(setting, 4), Footer("a-test", "", 4, 7, "0.0")
    title = setting.drafts[0].title
    ballot = Ballot(outcomes, setting, "L.1", "decision")
    for sheet in (
        board(outcomes, setting, "L.1", "decision", about),
        rounds(outcomes, setting, "L.1", about),
        blockers(ballot, about),
    ):
        assert title
        assert title in sheet.subtitle
    words = written(positions(outcomes, setting, about))
    assert title in words
    assert all(f"{issue}, 0-100" in words for issue in setting.issues[:2])


def test_the_flow_says_of_all_leaders_how_many_stay() -> None:
    """Also of those that have no colour of their own: to go from one to another is to move."""
    setting = make(20, drafts=[DraftSpec([0], [0.8], label="L.1")], issues=1)
    flows = np.zeros((1, 21, 21))
    flows[0, 12, 13], flows[0, 20, 20] = 8, 24  # between two leaders without a colour; alone
    found = replace(ensemble(setting, 4), counted={"coalitions.flows": flows})
    assert moving(found) == 0.25
    sheet = flow(found, setting, [], Footer("a-test", "", 4, 7, "0.0"))
    assert sheet.title.startswith("From session to session 75% of actors stay")
