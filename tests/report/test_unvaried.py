"""Baselines beside a sweep: the record's and the text's own, and only where they stand still."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from report_folders import EU, sweep
from small import VOTE, write

from sim.report import findings, swept
from sim.report import told as told_of
from sim.report.unvaried import BASELINE, sentences
from sim.scenario import Scenario, load
from sim.show.plots.study import said
from sim.study.findings import Study
from tests.studies import Floats, Ints, experiment, grid, numeric, study

ADOPTED, FAVOUR = "73/27.plenary.adopted", "73/27.plenary.in_favour"
KEPT, CLAUSE = "73/27.retained", "73/27.OP3.value"


@pytest.fixture
def scenario(tmp_path: Path) -> Scenario:
    return load(write(tmp_path))


def made(value: float = 70.0, adopted: float = 1.0, path: str = EU, **more: object) -> Study:
    def answer(levels: Mapping[str, str], runs: Ints, worlds: Ints) -> Mapping[str, Floats]:
        return {
            ADOPTED: runs * 0.0 + adopted,
            FAVOUR: runs * 1.0,
            KEPT: runs * 0.0 + 100.0,
            CLAUSE: runs * 0.0 + value,
        }

    factor = numeric(path, 0, 50)
    return study(experiment([factor], **more), grid(factor), answer)


def told(of: Study, scenario: Scenario | None, column: str) -> str:
    return " ".join(sentences(of, scenario, [said.outcome(of, column)]))


def test_votes_stand_beside_the_record_and_its_largest_category(scenario: Scenario) -> None:
    assert told(made(), scenario, FAVOUR) == (
        f"{BASELINE}votes in favour of 73/27 are 4 on record, and the largest category is in"
        " favour, 4 of 6."
    )
    without = load(write(Path(scenario.file).parent, VOTE.split("record:")[0], "plain.yaml"))
    assert told(made(), without, FAVOUR) == ""


@pytest.mark.parametrize(("share", "same"), [(1.0, True), (0.5, False)])
def test_adoption_stands_beside_that_every_text_is_adopted(
    scenario: Scenario, share: float, same: bool
) -> None:
    found = told(made(adopted=share), scenario, ADOPTED)
    assert "is 100%" in found
    assert found.endswith("on record it was adopted.")
    assert ("at no point do the dynamics change anything against that" in found) == same


@pytest.mark.parametrize(
    ("value", "baseline"), [(70.0, "the text as tabled"), (40.0, "the status quo"), (55.0, "")]
)
def test_texts_stand_beside_the_status_quo_and_the_text_as_tabled(
    scenario: Scenario, value: float, baseline: str
) -> None:
    found = told(made(value), scenario, CLAUSE)
    assert "40 by the status quo and 70 by the text as tabled" in found
    assert found.partition("change anything against ")[2] == f"{baseline}." * bool(baseline)


def test_a_baseline_that_is_varied_is_not_told(scenario: Scenario) -> None:
    of_text = told(made(path="drafts.73/27.OP3"), scenario, CLAUSE)
    assert "as tabled" not in of_text
    assert "40 by the status quo" in of_text
    of_issue = told(made(path="issues.SOV.status_quo"), scenario, CLAUSE)
    assert "status quo" not in of_issue
    assert "70 by the text as tabled" in of_issue
    fixed = told(made(fixed=("issues.SOV.status_quo=10",)), scenario, CLAUSE)
    assert "status quo" not in fixed


def test_they_stand_first_and_are_printed(scenario: Scenario, tmp_path: Path) -> None:
    study_ = sweep()
    summary = findings.of_study(study_, scenario)
    assert summary["baselines"][0].startswith(BASELINE)
    assert not any(s.startswith(BASELINE) for s in swept.of_study(study_).baselines)
    printed = "\n".join(told_of.swept(summary, tmp_path))
    assert BASELINE in printed
    assert max(map(len, printed.splitlines())) <= 80 + len(str(tmp_path))
