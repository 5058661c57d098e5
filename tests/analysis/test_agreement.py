"""Who blocked and why, and what an outcome hangs on, in small rooms of consensus."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from small import CONSENSUS, write

from sim.analysis.agreement import PARTS, blockers, reserving, ridge
from sim.build import setting
from sim.core.ensemble import ensemble
from sim.core.outcomes import Outcomes
from sim.core.setting import Setting
from sim.scenario import load


@pytest.fixture
def played(tmp_path: Path) -> tuple[Setting, Outcomes]:
    made = setting(load(write(tmp_path, CONSENSUS)))
    return made, ensemble(made, 400)


def test_the_loser_blocks_because_it_loses(played: tuple[Setting, Outcomes]) -> None:
    first = blockers(*played, "report", "decision")[0]
    assert first.actor == "CUB"
    assert first.share > 0.9
    assert first.why == {"loses too much": 1.0}


def test_a_red_line_is_named(tmp_path: Path) -> None:
    text = CONSENSUS + "red_lines: [{actor: IDN, issue: IHL, at_most: 50, why: said so}]\n"
    made = setting(load(write(tmp_path, text)))
    found = {b.actor: b.why for b in blockers(made, ensemble(made, 8), "report", "decision")}
    assert found["IDN"].get("red line", 0) > 0.5


def test_who_reserves_is_listed_by_chance(played: tuple[Setting, Outcomes]) -> None:
    chances = [share for _, share in reserving(played[1], "report", "decision")]
    assert chances == sorted(chances, reverse=True)


def test_the_ridge_counts_every_run_once_and_keeps_the_rate(
    played: tuple[Setting, Outcomes],
) -> None:
    made, outcomes = played
    found = ridge(made, outcomes, "report", "decision")
    assert found.runs.shape == (PARTS, PARTS)
    assert found.runs.sum() == outcomes.runs
    rate = np.nansum(found.adopted * found.runs) / outcomes.runs
    assert rate == pytest.approx(outcomes.number("report.decision.adopted").mean())
    assert list(found.cost) == sorted(found.cost)
