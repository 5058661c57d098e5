"""Responses: who joins, with what, what it brings upon attackers, and what is broken up."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from sim.core.agenda import session
from sim.core.ask import play
from sim.core.world import begin
from sim.errors import InputError
from sim.mechanisms.responses import TOOLS, pivotal
from sim.scenario import load
from tests.attacked import ATTACKED, made, mean, played, total
from tests.small import write

SURE = ("parameters.naming=0.35", "parameters.response_calling=0.6")
GANG = ("incidents.Russia.rate=0", "incidents.China.rate=0", "incidents.gang.rate=60", *SURE)


def test_nobody_answers_where_nobody_responds(tmp_path: Path) -> None:
    off = "responses={respond: off}"
    answered, not_ = played(tmp_path, runs=32), played(tmp_path, off, runs=32)
    assert not [c for c in not_.table if c.startswith(("answers", "joins", "lag"))]
    assert total(answered, "answers").any()


def test_who_stays_out_does_not_join_and_who_comes_back_does(tmp_path: Path) -> None:
    out = played(tmp_path, *SURE, "USA=does not respond")
    assert not out.number("joins.USA")[~np.isnan(out.number("joins.USA"))].any()
    back = "events=[{session: 1, do: [USA does not respond]}, {session: 5, do: [USA responds]}]"
    assert mean(played(tmp_path, *SURE, back), "joins.USA") > 0.1


def test_many_victims_are_joined_more_often_than_one(tmp_path: Path) -> None:
    one, many = (
        played(tmp_path, *SURE, f"incidents.Russia.targets=[{who}]", "incidents.gang.rate=0")
        for who in ("DEU", "DEU, FRA, GBR, USA")
    )
    assert many.number("joint_answers").mean() > one.number("joint_answers").mean() + 0.1


def test_a_union_that_speaks_for_its_members_keeps_them_from_joining(tmp_path: Path) -> None:
    told = ATTACKED.replace("callers:", "told: [FRA], callers:")
    easy = "parameters.response_readiness=-4.8"
    free, bound = (
        played(tmp_path, *SURE, easy, f"parameters.response_union={w}", text=told) for w in (0, 3)
    )
    assert mean(free, "joins.FRA") > mean(bound, "joins.FRA")


def test_the_chance_to_be_needed_is_the_binomial_one() -> None:
    chance = np.full((1, 40), 0.3)
    for threshold in (8, 12, 16):
        exact = stats.binom.pmf(threshold - 1, 39, 0.3)
        assert pivotal(chance, threshold)[0, 0] == pytest.approx(exact, rel=0.03)


def test_the_volunteers_dilemma_is_the_threshold_of_one() -> None:
    # n = 10, c / v = .3: each acts with .12521, and is then needed with chance .3
    exact = (1 - 0.12521) ** 9
    assert exact == pytest.approx(0.3, abs=1e-4)
    assert pivotal(np.full((1, 10), 0.12521), 1)[0, 0] == pytest.approx(exact, abs=0.02)


def test_cleaning_together_leaves_what_nobody_cleans(tmp_path: Path) -> None:
    clean = (
        "responses.tools={cleaning: 100, seizure: 0, disruption: 0, cyber_operation: 0}",
        *GANG,
    )
    setting = made(tmp_path, *clean, "parameters.response_cleaning=0.5", "parameters.regrowth=10")
    world = begin(setting, range(64))
    for number in range(1, 5):
        play(session(setting, world, number))
    gang = world.state["responses"].means[:, 2]
    capability = setting.base_scene.capability
    acts = [a for a in world.acts if a.what == "answers an attacker" and a.session == 4]
    joined = ~np.isnan(acts[0].size)
    left = np.prod(np.where(joined, 1 - 0.5 * capability, 1.0), axis=1)
    some = joined.any(axis=1)
    assert some.any()
    assert gang[some] == pytest.approx(1 - left[some], abs=0.02)  # and what is left from before


def test_breaking_up_lowers_crime_and_regrowth_undoes_it(tmp_path: Path) -> None:
    def harm(disruption: int, regrowth: int) -> float:
        tools = f"responses.tools={{disruption: {disruption}, seizure: 0}}"
        settings = (*GANG, tools, f"parameters.regrowth={regrowth}")
        return float(total(played(tmp_path, *settings), "incidents").mean())

    never, lasting, short = harm(0, 365), harm(100, 365), harm(100, 10)
    assert lasting < 0.9 * never
    assert lasting < short < never


def test_a_tool_waits_for_its_text(tmp_path: Path) -> None:
    every = "responses.tools={sanction: 100, indictment: 0, seizure: 0, disruption: 0}"
    basis = "responses.basis={sanction: L.1}"
    free, waits = played(tmp_path, every), played(tmp_path, every, basis)
    assert mean(free, "legal_response") > 0.01
    assert not np.nan_to_num(waits.number("legal_response")).any()  # decided in the last session


def test_late_answers_bring_less_and_so_deter_less(tmp_path: Path) -> None:
    sure = (*SURE, "parameters.deterrence=1", "calendar.step=half")
    fast, slow = (played(tmp_path, *sure, f"parameters.naming_delay={days}") for days in (60, 400))
    assert total(fast, "deterred").mean() > 1.2 * total(slow, "deterred").mean()


def test_company_counts_by_its_returns(tmp_path: Path) -> None:
    deter = (*SURE, "parameters.deterrence=1")
    none, full = (played(tmp_path, *deter, f"parameters.response_alone={m}") for m in (0.0, 1.0))
    assert total(full, "deterred").mean() > total(none, "deterred").mean()


def test_tools_are_told_with_what_they_are() -> None:
    assert all(0 <= t.chance <= 1 and 0 < t.worth <= 1 and t.latency >= 0 for t in TOOLS.values())
    assert {name for name, tool in TOOLS.items() if tool.criminals} == {"seizure", "disruption"}


WRONG = [
    ("callers: [USA, GBR]", "callers: []", "callers", "whom others look to"),
    ("callers: [USA, GBR]", "callers: [USA, ACME]", "callers", "states"),
    ("callers: [USA, GBR]", "callers: [USA, XXX]", "callers.2", ""),
    ("union:", "threshold: 9, union:", "threshold", "1 to 6"),
    ("union:", "threshold: 0, union:", "threshold", "1"),
    ("union:", "tools: {sanction: 120}, union:", "tools.sanction", "100"),
    ("union:", "tools: {bombs: 1}, union:", "tools.bombs", ""),
    ("union:", "basis: {sanction: L.9}, union:", "basis.sanction", ""),
]


@pytest.mark.parametrize(("now", "wrong", "field", "right"), WRONG)
def test_what_is_wrong_is_told_with_its_line(
    tmp_path: Path, now: str, wrong: str, field: str, right: str
) -> None:
    said = ATTACKED.replace(now, wrong)
    with pytest.raises(InputError) as caught:
        load(write(tmp_path, said))
    mistake = next(m for m in caught.value.mistakes if m.field == f"responses.{field}")
    assert mistake.line == 1 + said.splitlines().index(
        next(line for line in said.splitlines() if line.startswith("responses:"))
    )
    assert right in f"{mistake.allowed} {mistake.problem}"


def test_answers_to_nothing_are_refused(tmp_path: Path) -> None:
    lines = [line for line in ATTACKED.splitlines() if "{state:" not in line and "who:" not in line]
    said = "\n".join(line for line in lines if line != "incidents:") + "\n"
    with pytest.raises(InputError, match="no incidents to answer"):
        load(write(tmp_path, said))


def test_joint_answers_are_a_part_of_digital_solidarity(tmp_path: Path) -> None:
    text = f"{ATTACKED}indices: {{solidarity: [CIP]}}\n"
    one, three = (
        played(tmp_path, *SURE, f"responses.threshold={n}", text=text, runs=64) for n in (1, 6)
    )
    last = "solidarity_index.2020-Q4"
    assert mean(one, last) > mean(three, last) + 0.1
