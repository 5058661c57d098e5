"""Domestic level: what a win-set lets pass, and what it does to texts and votes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.build import setting as build
from sim.core.ensemble import ensemble
from sim.core.registry import mechanism
from sim.core.setting import Setting
from sim.core.world import begin
from sim.errors import InputError
from sim.mechanisms.domestic import Legislature
from sim.scenario import load
from tests.chunks import assert_chunk_free
from tests.settings import DraftSpec, exact
from tests.small import CONSENSUS, VOTE, write

TEXT = VOTE.replace(
    "rules: un_general_assembly", "rules: un_general_assembly\n    drafting: as_tabled"
)
INDIA = "domestic:\n  IND: {median: {SOV: 30, DATA: 20}, spread: 10}\n"
UNIT = st.floats(0.0, 1.0)


def made(folder: Path, more: str = INDIA, *settings: str, text: str = TEXT) -> Setting:
    return build(load(write(folder, text + more), settings))


def outside(home: Legislature, status_quo: float, value: float) -> float:
    """How far a text on one issue lies outside one legislature's win-set."""
    one = exact(2, issues=1, drafts=[DraftSpec([0], [value])], status_quo=[status_quo])
    from dataclasses import replace

    setting = replace(one, parts={**one.parts, "domestic": (home,)})
    rule: Any = mechanism("domestic")
    return float(rule._outside(setting, begin(setting, range(1)), 0)[0, 0])


@given(median=UNIT, spread=st.floats(0.0, 0.4), share=st.floats(0.5, 0.99), q=UNIT, z=UNIT)
def test_a_win_set_is_what_the_majority_prefers_to_the_status_quo(
    median: float, spread: float, share: float, q: float, z: float
) -> None:
    """By hand: a member at v prefers z to q if it stands on z's side of the middle of the two."""
    low, high = median - spread, median + spread
    members = np.linspace(low, high, 20001)
    for_it = (members >= (q + z) / 2) if z > q else (members <= (q + z) / 2)
    support = for_it.mean()
    home = Legislature(0, {0: high - share * (high - low)}, {0: low + share * (high - low)})
    if abs(support - share) > 1e-3 and abs(z - q) > 1e-6:
        assert (outside(home, q, z) <= 1e-9) == (support >= share)


def test_a_larger_majority_has_the_smaller_win_set() -> None:
    by_share = [
        outside(Legislature(0, {0: 0.7 - m * 0.4}, {0: 0.3 + m * 0.4}), 0.2, 0.9)
        for m in (0.5, 2 / 3, 0.9)
    ]
    assert by_share == sorted(by_share)
    np.testing.assert_allclose(by_share[0], 0.9 - (2 * 0.5 - 0.2))


def test_what_would_not_be_ratified_loses_the_vote(tmp_path: Path) -> None:
    """India is for 73/27 (70 and 60); its legislature would take 20 and 20 on the way to 30."""
    plain, tied = (ensemble(made(tmp_path, more), 300, keep=True) for more in ("", INDIA))
    for outcomes in (plain, tied):
        assert outcomes.ballots[0] == ("73/27", "committee")
    india = made(tmp_path).slot("IND")
    support = [(o.decisions[:, 0, india] == 1).mean() for o in (plain, tied)]
    favour = [o.chances("73/27", "committee")[india] for o in (plain, tied)]
    assert not np.array_equal(*favour)
    assert (
        tied.number("73/27.committee.in_favour").mean()
        < plain.number("73/27.committee.in_favour").mean()
    ), support


@pytest.mark.parametrize("off", ["parameters.domestic_weight=0", "domestic.IND.heeded=0"])
def test_what_is_not_heeded_changes_no_vote(tmp_path: Path, off: str) -> None:
    plain = ensemble(made(tmp_path, ""), 60, keep=True)
    tied = ensemble(made(tmp_path, INDIA, off), 60, keep=True)
    assert np.array_equal(plain.decisions, tied.decisions)


def test_others_come_towards_tied_hands(tmp_path: Path) -> None:
    """In a room of consensus a text ends nearer to what can be ratified at home."""
    room = CONSENSUS.replace("drafting: as_tabled", "drafting: chair")
    room = room.replace("sessions: 2", "sessions: 6")
    tied = "domestic:\n  IDN: {median: {IHL: 32}, spread: 5}\n"
    ends = []
    for more in ("", tied):
        outcomes = ensemble(made(tmp_path, more, text=room), 200)
        ends.append(np.nanmean(outcomes.number("report.law.value")))
    assert ends[1] < ends[0] - 0.03


def test_what_lies_inside_is_ratified_at_its_rate(tmp_path: Path) -> None:
    inside = INDIA.replace("{SOV: 30, DATA: 20}", "{SOV: 90, DATA: 90}")
    sure = "parameters: {ratification: 0.5, readiness: 3}\n"
    outcomes = ensemble(made(tmp_path, inside + sure, "sessions=10"), 400)
    adopted = outcomes.number("73/27.plenary.adopted") > 0
    ratified = outcomes.number("ratified.IND")[adopted & (outcomes.number("L.60.win_set") == 0)]
    assert ratified.mean() == pytest.approx(1 - np.exp(-0.5 * 9 / 4), abs=0.1)
    assert (
        ensemble(made(tmp_path, INDIA + sure, "sessions=10"), 40).number("73/27.win_set") == 0
    ).all()


def test_runs_do_not_see_each_other(tmp_path: Path) -> None:
    later = "events:\n  - {session: 2, set: {domestic.IND.heeded: 20}}\n"
    assert "domestic" in assert_chunk_free(made(tmp_path, INDIA + later))


WRONG = [
    ("IND: {median: {}}", "IND.median", "one issue"),
    ("IND: {median: {SOF: 3}}", "IND.median.SOF", "SOV"),
    ("IND: {median: {SOV: 130}}", "IND.median.SOV", "0 to 100"),
    ("IND: {median: {SOV: 30}, majority: most}", "IND.majority", "two_thirds"),
    ("ACME: {median: {SOV: 30}}", "ACME", "states"),
    ("INN: {median: {SOV: 30}}", "INN", "IND"),
]


@pytest.mark.parametrize(("home", "field", "right"), WRONG)
def test_what_is_wrong_is_told_with_its_line(
    tmp_path: Path, home: str, field: str, right: str
) -> None:
    said = f"{TEXT}domestic:\n  {home}\n"
    with pytest.raises(InputError) as caught:
        load(write(tmp_path, said))
    mistake = next(m for m in caught.value.mistakes if m.field == f"domestic.{field}")
    assert mistake.line == len(said.splitlines())
    assert right in mistake.allowed + mistake.suggestion + mistake.problem
