"""Incidents: how many there are, whom they hit, and what is wrong with how they are told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from sim.core.agenda import session
from sim.core.ask import play
from sim.core.world import begin
from sim.errors import InputError
from sim.mechanisms.incidents import poisson, suffered
from sim.scenario import load
from tests.attacked import ATTACKED, made, mean, played, total
from tests.chunks import assert_chunk_free
from tests.small import VOTE, write

STILL = ("parameters.incident_spread=0", "responses={respond: off}")


def test_uniforms_become_poisson_numbers() -> None:
    luck = np.linspace(0.0005, 0.9995, 1000)
    for rate in (0.01, 0.7, 3.0, 40.0):
        right = stats.poisson.ppf(luck, rate)
        assert np.array_equal(poisson(np.full(1000, rate), luck), right)
    assert not poisson(np.zeros(3), np.full(3, 0.9)).any()


def test_as_many_become_public_as_the_rate_says(tmp_path: Path) -> None:
    of = played(tmp_path, *STILL, runs=400)
    russia = of.number("incidents_by.RUS")  # 40 a year for two years
    assert abs(russia.mean() - 80) < 4 * np.sqrt(80 / 400)  # false alarm: 1 in 16,000
    assert 0.8 < russia.var() / 80 < 1.25
    assert abs(total(of, "incidents").mean() - 200) < 4 * np.sqrt(200 / 400)


def test_what_is_hidden_is_as_much_as_reporting_leaves_out(tmp_path: Path) -> None:
    of = played(tmp_path, *STILL, "parameters.incident_reporting=0.25", runs=400)
    assert abs(of.number("attacks").mean() - 800) < 4 * np.sqrt(800 / 400)


def test_a_rate_grows_by_its_growth(tmp_path: Path) -> None:
    of = played(tmp_path, *STILL, "incidents.Russia.growth=100", runs=400)
    grown = 40 * 0.25 * sum(2 ** (n / 4) for n in range(8))
    assert abs(of.number("incidents_by.RUS").mean() - grown) < 4 * np.sqrt(grown / 400)


def test_an_attacker_may_stop(tmp_path: Path) -> None:
    stops = "events=[{session: 5, set: {incidents.Russia.activity: 0}}]"
    assert 30 < played(tmp_path, *STILL, stops).number("incidents_by.RUS").mean() < 50
    assert (
        not played(tmp_path, *STILL, "incidents.Russia.activity=0").number("incidents_by.RUS").any()
    )


def test_targets_are_hit_and_nobody_attacks_itself(tmp_path: Path) -> None:
    setting = made(tmp_path, *STILL, "incidents.Russia.targets=[FRA]", "incidents.China.rate=0")
    world = begin(setting, range(16))
    play(session(setting, world, 1))
    hit = suffered(setting, world, 1).sum(axis=0)
    by_name = dict(zip(setting.actors, hit, strict=True))
    assert all(by_name[actor] > 0 for actor in ("FRA", "USA", "ACME"))
    assert not any(by_name[actor] for actor in ("RUS", "CHN", "GBR"))


def test_graver_kinds_do_more_harm_and_concede_more(tmp_path: Path) -> None:
    mild, grave = (
        played(tmp_path, *STILL, f"incidents.Russia.kinds={{{kind}: 1}}")
        for kind in ("espionage", "destruction")
    )
    assert mean(grave, "harm") > 1.5 * mean(mild, "harm")
    assert mean(grave, "conceded") > mean(mild, "conceded")


def test_without_incidents_there_is_nothing_of_them(tmp_path: Path) -> None:
    of = played(tmp_path, text=VOTE, runs=8)
    assert not [c for c in of.table if c.startswith(("incidents", "named", "answers", "lag"))]


def test_runs_do_not_see_each_other(tmp_path: Path) -> None:
    text = ATTACKED + (
        "intelligence: {sharers: [USA, ACME], share: 60}\ndeterrence: {norm: CIP, announced: 50}\n"
        "escalation: {measures: CBM}\nassistance: {givers: [USA, FRA], duty: CIP}\n"
        "responsibility: {moved: 50}\n"
    )
    played_by = assert_chunk_free(made(tmp_path, text=text))
    every = {"incidents", "attribution", "responses", "deterrence", "escalation", "assistance"}
    assert every | {"responsibility"} <= played_by


WRONG = [
    ("rate: 40", "rate: -1", "Russia.rate", "0"),
    ("rate: 40", "rate: 501", "Russia.rate", "500"),
    ("state: RUS, rate: 40", "rate: 40", "Russia.state", "the state that attacks"),
    ("state: RUS, rate: 40", "state: ACME, rate: 40", "Russia.state", "a state"),
    ("state: CHN, rate: 30", "state: RUS, rate: 30", "China.state", "one attacker of a state"),
    ("rate: 40", "rate: 40, targets: [RUS]", "Russia.targets", "other actors"),
    ("rate: 40", "rate: 40, targets: [XXX]", "Russia.targets.1", ""),
    ("rate: 40", "rate: 40, kinds: {espionage: 0}", "Russia.kinds", "one above 0"),
    ("rate: 40", "rate: 40, naming_cost: 0", "Russia.naming_cost", "0"),
    ("rate: 40", "rate: 40, activity: 120", "Russia.activity", "100"),
    ("who: criminals", "who: pirates", "gang.who", "criminals"),
]


@pytest.mark.parametrize(("now", "wrong", "field", "right"), WRONG)
def test_what_is_wrong_is_told_with_its_line(
    tmp_path: Path, now: str, wrong: str, field: str, right: str
) -> None:
    said = ATTACKED.replace(now, wrong)
    if "kinds: {espionage: 0}" in wrong or "naming_cost: 0" in wrong:
        said = said.replace(", naming_cost: 1, kinds: {espionage: 1}", "")
    with pytest.raises(InputError) as caught:
        load(write(tmp_path, said))
    mistake = next(m for m in caught.value.mistakes if m.field == f"incidents.{field}")
    name = field.partition(".")[0]
    assert mistake.line == 1 + next(
        n for n, line in enumerate(said.splitlines()) if line.startswith(f"  {name}: ")
    )
    assert right in f"{mistake.allowed} {mistake.problem}"
