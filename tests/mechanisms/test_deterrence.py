"""Deterrence: what attackers learn, what a norm adds, and that without answers there is none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.errors import InputError
from sim.mechanisms.deterrence import learn
from sim.scenario import load
from tests.attacked import ATTACKED, played, total
from tests.small import write

SURE = ("parameters.naming=0.35", "parameters.response_calling=0.6", "parameters.deterrence=1")
NORM = f"{ATTACKED}deterrence: {{norm: CIP}}\n"


def test_what_is_brought_each_session_is_expected_by_the_year() -> None:
    for step in (1 / 12, 0.25, 1.0):
        expects = np.zeros((1, 1))
        for _ in range(round(40 / step)):
            expects = learn(expects, np.full((1, 1), 2.0 * step), np.array([[0.5]]), step)
        assert expects[0, 0] == pytest.approx(2.0)


def test_what_is_not_repeated_is_forgotten() -> None:
    once = learn(np.ones((1, 1)), np.zeros((1, 1)), np.array([[0.5]]), 1.0)
    assert once[0, 0] == pytest.approx(0.5)


def test_with_no_deterrence_all_is_as_without_it(tmp_path: Path) -> None:
    off = played(tmp_path, *SURE[:2], "parameters.deterrence=0", runs=32)
    more = ("parameters.deterrence_memory=0.9", "deterrence={announced: 100}")
    other = played(tmp_path, *SURE[:2], "parameters.deterrence=0", *more, runs=32)
    for column in off.table:
        assert np.array_equal(off.number(column), other.number(column), equal_nan=True), column
    assert not total(off, "deterred").any()


def test_answers_deter_the_more_the_more_they_count(tmp_path: Path) -> None:
    low, high = (played(tmp_path, *SURE[:2], f"parameters.deterrence={k}") for k in (0, 1))
    assert total(high, "deterred").mean() > 0.05
    assert high.number("incidents_by.RUS").mean() < low.number("incidents_by.RUS").mean()


def test_announced_costs_deter_more_only_where_they_are_imposed(tmp_path: Path) -> None:
    def deterred(naming: float, announced: int) -> float:
        settings = (*SURE[1:], f"parameters.naming={naming}")
        of = played(tmp_path, *settings, f"deterrence={{announced: {announced}}}")
        return float(total(of, "deterred").mean())

    assert deterred(0.35, 100) > 1.2 * deterred(0.35, 0)
    assert deterred(0.05, 100) < deterred(0.35, 0)


def test_a_norm_counts_with_consequences_and_not_without(tmp_path: Path) -> None:
    def incidents(norm: int, *settings: str) -> np.ndarray:
        quo = f"issues.CIP.status_quo={norm}"
        return played(tmp_path, *settings, quo, text=NORM).number("incidents_by.RUS")

    strong = (*SURE, "parameters.deterrence_norm=3")
    assert incidents(90, *strong).mean() < incidents(0, *strong).mean() - 1
    never = ("USA=does not respond", "GBR=does not respond", "FRA=does not respond")
    nobody = (*strong, *never, "DEU=does not respond", "CHN=does not respond")
    nobody = (*nobody, "RUS=does not respond")
    assert np.array_equal(incidents(90, *nobody), incidents(0, *nobody))


def test_criminals_are_not_deterred(tmp_path: Path) -> None:
    gang = ("incidents.Russia.rate=0", "incidents.China.rate=0", *SURE)
    hits = "responses.tools={seizure: 0, disruption: 0, cyber_operation: 0}"
    low, high = (played(tmp_path, *gang, hits, f"parameters.deterrence={k}") for k in (0, 1))
    assert np.array_equal(total(low, "incidents"), total(high, "incidents"))


WRONG = [
    ("deterrence: {announced: 120}\n", "deterrence.announced", "100"),
    ("deterrence: {norm: XYZ}\n", "deterrence.norm", "CIP"),
]


@pytest.mark.parametrize(("more", "field", "right"), WRONG)
def test_what_is_wrong_is_told(tmp_path: Path, more: str, field: str, right: str) -> None:
    with pytest.raises(InputError) as caught:
        load(write(tmp_path, ATTACKED + more))
    mistake = next(m for m in caught.value.mistakes if m.field == field)
    assert mistake.line == len(ATTACKED.splitlines()) + 1
    assert right in f"{mistake.allowed} {mistake.problem}"


def test_to_deter_without_answers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nobody responds"):
        load(write(tmp_path, NORM.replace("respond: on", "respond: off")))
