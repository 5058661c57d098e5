"""Consultation: whom objections keep out, and what early consultation does for a text."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.build import setting as build
from sim.core.ensemble import ensemble
from sim.core.outcomes import Outcomes
from sim.core.setting import Setting
from sim.errors import InputError
from sim.scenario import load
from tests.chunks import assert_chunk_free
from tests.small import VOTE, write

TEXT = VOTE.replace(
    "rules: un_general_assembly", "rules: un_general_assembly\n    drafting: as_tabled"
)
ROOM = """\
consultation:
  room:
    access: non_objection
    applicants: {firms: 40, others: 46}
    objectors:
      RUS: {to: [firms, others], chance: 30}
      IND: {to: [firms], chance: 50}
"""
STRONG = "parameters: {consultation_gain: 1.5, implementation: 0.2}\n"
HEARD = "accredited.room"


def made(folder: Path, more: str = ROOM, *settings: str) -> Setting:
    return build(load(write(folder, TEXT + more), settings))


def later(*settings: str, runs: int = 60) -> Outcomes:
    strong = ("parameters.consultation_gain=1.5", *settings)
    return ensemble(build(load("early-consultation", strong)), runs)


def carried(outcomes: Outcomes) -> float:
    return float(np.nanmean(outcomes.number("report.carried_out")))


def test_one_objection_is_enough(tmp_path: Path) -> None:
    """40 of .5 x .7, and 46 of .7: mean and variance of a Poisson binomial."""
    admitted = ensemble(made(tmp_path), 2000).number(HEARD)
    mean, variance = 40 * 0.35 + 46 * 0.7, 40 * 0.35 * 0.65 + 46 * 0.7 * 0.3
    assert admitted.mean() == pytest.approx(mean, abs=4 * np.sqrt(variance / 2000))
    assert admitted.var() == pytest.approx(variance, rel=0.15)


def test_the_record_of_2022_is_among_what_happens() -> None:
    """Its chances come from that record, so this shows the arithmetic and nothing else."""
    refused = later().number("refused.working_group")
    low, high = np.percentile(refused, (5, 95))
    assert low <= 32 <= high


@pytest.mark.parametrize(
    ("access", "admitted"), [("open", 86), ("consultative", 86), ("closed", 0)]
)
def test_other_rules_let_in_all_or_none(tmp_path: Path, access: str, admitted: int) -> None:
    setting = made(tmp_path, ROOM, f"consultation.room.access={access}")
    assert (ensemble(setting, 20).number(HEARD) == admitted).all()


def test_more_carry_out_what_others_had_a_hand_in() -> None:
    """In the order of the rules; the sign is built in, the sizes are not."""
    by_rule = [
        carried(later(f"consultation.working_group.access={access}"))
        for access in ("closed", "consultative", "open")
    ]
    assert by_rule == sorted(by_rule)
    assert by_rule[2] > by_rule[0] + 0.05


def test_early_consultation_pays_and_late_does_not() -> None:
    early, late = (carried(later(f"consultation.working_group.opens={n}")) for n in (1, 3))
    closed = carried(later("consultation.working_group.access=closed"))
    assert early > late == closed


def test_without_a_gain_access_does_not_matter() -> None:
    rules = ("open", "closed")
    off = "parameters.consultation_gain=0"
    one, two = (later(f"consultation.working_group.access={a}", off, runs=20) for a in rules)
    assert np.array_equal(one.number("carrying_out.2029-Q4"), two.number("carrying_out.2029-Q4"))
    assert np.array_equal(one.number("report.adoption.dissociating"),
                          two.number("report.adoption.dissociating"))  # fmt: skip


def test_nothing_is_carried_out_that_is_not_adopted(tmp_path: Path) -> None:
    outcomes = ensemble(made(tmp_path), 200)
    adopted = np.isfinite(outcomes.number("73/27.carried_out"))
    assert 0 < adopted.mean() < 1
    nothing = ~adopted & ~np.isfinite(outcomes.number("L.60.carried_out"))
    assert (outcomes.number("carrying_out.2")[nothing] == 0).all()


def test_decisions_are_as_without_it(tmp_path: Path) -> None:
    plain, heard = (ensemble(made(tmp_path, more), 40, keep=True) for more in ("", ROOM))
    assert np.array_equal(plain.decisions, heard.decisions)


def test_runs_do_not_see_each_other(tmp_path: Path) -> None:
    assert "consultation" in assert_chunk_free(made(tmp_path, ROOM + STRONG, "sessions=6"))


def test_objections_are_told(tmp_path: Path) -> None:
    told = [a for a in ensemble(made(tmp_path), 8).acts if a.act == "objects"]
    assert {(a.actor, a.reason) for a in told} == {
        ("RUS", "firms, room"), ("RUS", "others, room"), ("IND", "firms, room")
    }  # fmt: skip


WRONG = [
    ("room: {applicants: {}}", "room.applicants", "one kind"),
    ("room: {applicants: {firms: 0}}", "room.applicants.firms", "1 to 1000"),
    ("room: {applicants: {firms: 3}, opens: 3}", "room.opens", "1 to 2"),
    ("room: {applicants: {firms: 3}, access: shut}", "room.access", "closed"),
    ("roam: {applicants: {firms: 3}}", "roam", "room"),
    (
        "room: {applicants: {firms: 3}, objectors: {RUS: {to: [firm], chance: 3}}}",
        "room.objectors.RUS.to.1",
        "firms",
    ),
    (
        "room: {applicants: {firms: 3}, objectors: {ACME: {to: [firms], chance: 3}}}",
        "room.objectors.ACME",
        "states",
    ),
    (
        "room: {applicants: {firms: 3}, objectors: {RUS: {to: [firms], chance: 120}}}",
        "room.objectors.RUS.chance",
        "0 to 100",
    ),
]


@pytest.mark.parametrize(("room", "field", "right"), WRONG)
def test_what_is_wrong_is_told_with_its_line(
    tmp_path: Path, room: str, field: str, right: str
) -> None:
    said = f"{TEXT}consultation:\n  {room}\n"
    with pytest.raises(InputError) as caught:
        load(write(tmp_path, said))
    mistake = next(m for m in caught.value.mistakes if m.field == f"consultation.{field}")
    assert mistake.line == len(said.splitlines())
    assert right in mistake.allowed + mistake.suggestion
