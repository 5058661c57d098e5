"""Figures that mechanisms declare: a bar for each actor to whom something happened."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from sim.build import setting as build
from sim.core.ensemble import ensemble
from sim.core.outcome import SCALE, WORDS, Outcome, Over
from sim.core.outcomes import Outcomes
from sim.core.registry import OUTCOMES, _wrongs, mechanism
from sim.core.setting import Setting
from sim.scenario import load
from sim.show import plots
from sim.show.plots import Footer, draw, sheets
from sim.show.plots.declared import SHOWN, bars, declared
from tests.show.paper import frames
from tests.small import VOTE, write

ABOUT = Footer("a-test", "2018-11-08", 8, 7, "0.0")
PAID = "payments_received"
OFFER = "side_payments:\n  - {donor: USA, to: [BRA, IND, FRA], draft: 73/27, amount: 50}\n"


def played(folder: Path, text: str = VOTE + OFFER) -> tuple[Outcomes, Setting]:
    setting = build(load(write(folder, text)))
    return ensemble(setting, 8), setting


def set_to(outcomes: Outcomes, **values: list[float]) -> Outcomes:
    table = {f"{PAID}.{actor}": np.array(paid) for actor, paid in values.items()}
    return replace(outcomes, table=outcomes.table | table)


def test_bars_are_means_and_ranges_of_those_to_whom_something_happened(tmp_path: Path) -> None:
    outcomes, setting = played(tmp_path)
    runs = set_to(outcomes, BRA=[0, 0, 0, 0, 40, 40, 40, 80], IND=[0] * 8, FRA=[np.nan] * 7 + [60])
    found = bars(runs, setting, OUTCOMES[PAID])
    assert [(bar.name, bar.mean) for bar in found] == [("France", 60.0), ("Brazil", 25.0)]
    assert (found[1].low, found[1].high) == (0.0, pytest.approx(66))  # between the last two


def test_what_is_on_a_scale_is_drawn_in_the_unit_of_files(tmp_path: Path) -> None:
    outcomes, setting = played(tmp_path)
    shares = set_to(outcomes, BRA=[0.5] * 8, IND=[0.0] * 8, FRA=[0.0] * 8)
    scaled = replace(OUTCOMES[PAID], unit=SCALE)
    mechanism_, _, keys = setting.columns[f"{PAID}.BRA"]
    setting.columns[f"{PAID}.BRA"] = (mechanism_, scaled, keys)  # type: ignore[index]
    assert [bar.mean for bar in bars(shares, setting, scaled)] == [50.0]


def test_a_figure_of_nothing_is_not_drawn(tmp_path: Path) -> None:
    outcomes, setting = played(tmp_path)
    nothing = set_to(outcomes, BRA=[0] * 8, IND=[0] * 8, FRA=[0] * 8)
    assert not list(declared(nothing, setting, ABOUT))
    outcomes, setting = played(tmp_path, VOTE)
    assert not list(declared(outcomes, setting, ABOUT))


def test_the_figure_says_what_was_declared(tmp_path: Path) -> None:
    outcomes, setting = played(tmp_path)
    some = set_to(outcomes, BRA=[10, 20] * 4, IND=[0] * 8, FRA=[5] * 8)
    ((name, sheet),) = declared(some, setting, ABOUT)
    (axes,) = frames(sheet)
    assert name == PAID
    title = mechanism("side_payments").figures[0].title
    assert sheet.title == f"{title}: Brazil most, 15 points"
    assert axes.get_xlabel() == "points"
    assert [label.get_text() for label in axes.get_yticklabels()] == ["Brazil", "France"]
    assert [patch.get_width() for patch in axes.patches] == [15.0, 5.0]
    assert PAID in dict(sheets(some, setting, load(tmp_path / "small.yaml"), {}))


@pytest.mark.parametrize("words", ["short", "a name so long that it fills half of the sheet " * 3])
def test_names_stand_side_by_side_on_the_sheet(words: str) -> None:
    """However many actors and however long their names, no label lies on another or off it."""
    setting = build(load("rival-resolutions-2018", ["lobbying=off"]))
    states = setting.actors[: SHOWN + 5]
    setting = replace(
        setting,
        names=tuple(f"{words} {n}" for n in range(len(setting.actors))),
        parts=setting.parts | {"side_payments": ()},
        kept={PAID: states},
    )
    table = {f"{PAID}.{s}": np.array([n, 2.0 * n + 1]) for n, s in enumerate(states)}
    outcomes = Outcomes((), setting.actors, {"run": np.arange(2)} | table, *[np.zeros(0)] * 3, {})
    ((_, sheet),) = declared(outcomes, setting, ABOUT)
    sheet.pixels()
    (axes,) = frames(sheet)
    assert f"the largest {SHOWN} of {len(states)}" in sheet.subtitle
    boxes = [label.get_window_extent() for label in axes.get_yticklabels()]
    assert len(boxes) == SHOWN
    assert all(upper.y0 > lower.y1 for upper, lower in pairwise(boxes))
    assert min(box.x0 for box in boxes) >= 59
    assert axes.xaxis.label.get_window_extent().y0 > 60  # above the foot of the sheet


def test_equal_figures_give_equal_files(tmp_path: Path) -> None:
    outcomes, setting = played(tmp_path)
    some = set_to(outcomes, BRA=[10, 20] * 4, IND=[0] * 8, FRA=[5] * 8)
    scenario = load(tmp_path / "small.yaml")
    for suffix in (".png", ".svg"):
        one, two = (
            draw(some, setting, scenario, tmp_path / name, suffix=suffix) for name in "ab"
        )  # fmt: skip
        assert f"{PAID}{suffix}" in [file.name for file in one]
        assert [f.read_bytes() for f in one] == [f.read_bytes() for f in two]


@pytest.mark.parametrize(
    "outcome",
    [
        replace(OUTCOMES[PAID], name="something_else"),
        replace(OUTCOMES[PAID], over=Over.RUN),
        replace(OUTCOMES[PAID], unit=WORDS),
    ],
)
def test_only_numbers_over_actors_can_be_bars(outcome: Outcome) -> None:
    class Wrong(type(mechanism("side_payments"))):  # type: ignore[misc]
        outcomes = (outcome,)

    (mistake,) = _wrongs([Wrong()])
    assert "which is no outcome of it over actors" in str(mistake)


def test_of_very_many_figures_those_most_worth_showing_are_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes, setting = played(tmp_path)
    scenario = load(tmp_path / "small.yaml")
    every = [name for name, _ in sheets(outcomes, setting, scenario, {})]
    assert [name for name, _ in sheets(outcomes, setting, scenario, {}, every=False)] == every
    monkeypatch.setattr(plots, "MANY", 1)
    few = [name for name, _ in sheets(outcomes, setting, scenario, {}, every=False)]
    assert set(few) < set(every)
    assert len(few) == len({name.partition("-")[0] for name in few})  # one of a kind
    assert [name for name, _ in sheets(outcomes, setting, scenario, {})] == every
