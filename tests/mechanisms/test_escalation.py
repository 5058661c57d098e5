"""Escalation: what provokes, what is misread, and what calms."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.errors import InputError
from sim.scenario import load
from tests.attacked import ATTACKED, mean, played, total
from tests.small import write

HARD = ("parameters.naming=0.35", "parameters.response_calling=0.6", "parameters.escalation=1")
CALM = f"{ATTACKED}escalation: {{measures: CBM}}\n"


def test_without_escalation_all_is_as_without_it(tmp_path: Path) -> None:
    off = ("parameters.escalation=0", "parameters.misreading=0")
    plain = played(tmp_path, *off, runs=32)
    other = played(tmp_path, *off, "parameters.escalation_step=0.6", text=CALM, runs=32)
    for column in plain.table:
        assert np.array_equal(plain.number(column), other.number(column), equal_nan=True), column
    assert not total(plain, "escalations").any()


def test_accidents_are_misread_as_often_as_declared(tmp_path: Path) -> None:
    only = ("parameters.escalation=0", "parameters.misreading=0.1", "parameters.escalation_step=0")
    of = played(tmp_path, *only, "responses.tools={statement: 0}", runs=400)
    # two states, two years: .4, and a little more under tension
    assert 0.4 - 4 * np.sqrt(0.4 / 400) < total(of, "escalations").mean() < 0.6


def test_hard_tools_escalate_and_those_that_can_be_taken_back_do_not(tmp_path: Path) -> None:
    quiet = (*HARD, "parameters.misreading=0", "parameters.naming_error=0")
    soft, hard = (
        played(tmp_path, *quiet, f"responses.tools={tools}")
        for tools in (
            "{indictment: 0, expulsion: 0, cyber_operation: 0, sanction: 100}",
            "{indictment: 0, expulsion: 100, cyber_operation: 0, sanction: 0}",
        )
    )
    assert not total(soft, "escalations").any()
    assert total(hard, "escalations").mean() > 0.2


def test_who_is_accused_falsely_strikes_back(tmp_path: Path) -> None:
    soft = "responses.tools={indictment: 0, expulsion: 0, cyber_operation: 0}"
    right, wrong = (
        played(tmp_path, *HARD, soft, "parameters.misreading=0", f"parameters.naming_error={e}")
        for e in (0.0, 0.2)
    )
    assert not total(right, "escalations").any()
    assert total(wrong, "escalations").mean() > 0.05


def test_tension_raises_attacks(tmp_path: Path) -> None:
    tense = (*HARD, "parameters.misreading=0.3", "parameters.deterrence=0")
    none, much = (played(tmp_path, *tense, f"parameters.escalation_step={h}") for h in (0.0, 0.6))
    assert mean(much, "incidents_by.RUS") > mean(none, "incidents_by.RUS")


def test_measures_in_force_calm(tmp_path: Path) -> None:
    def escalations(in_force: int, calming: float) -> float:
        settings = (*HARD, "parameters.misreading=0.3", f"parameters.calming={calming}")
        quo = f"issues.CBM.status_quo={in_force}"
        return float(total(played(tmp_path, *settings, quo, text=CALM), "escalations").mean())

    assert escalations(90, 1.0) < 0.6 * escalations(0, 1.0)
    assert escalations(90, 0.0) == escalations(0, 0.0)


def test_what_is_wrong_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        load(write(tmp_path, ATTACKED + "escalation: {measures: XYZ}\n"))
    assert caught.value.mistakes[0].field == "escalation.measures"
    off = CALM.replace("respond: on", "respond: off")
    with pytest.raises(InputError, match="nobody responds"):
        load(write(tmp_path, off))
