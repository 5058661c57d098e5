"""Offices: what they are worth, who imitates whom, what a downgrade costs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.build import setting as build
from sim.core.ensemble import ensemble
from sim.core.outcomes import Outcomes
from sim.core.setting import Setting
from sim.core.world import begin
from sim.errors import InputError
from sim.mechanisms.effort import effort
from sim.published.diffusion import adopted
from sim.scenario import load
from tests.chunks import assert_chunk_free
from tests.small import VOTE, write

TEXT = VOTE.replace(
    "rules: un_general_assembly", "rules: un_general_assembly\n    drafting: as_tabled"
)
USA = "offices:\n  USA: {rank: 80, priority: 80, resources: 80, bureau: [DATA]}\n"
LOBBYING = (
    "lobbying: on\nparameters: {without_office: 0.4, effort_spread: 0, lobbying_effect: 0.6}\n"
)


def made(folder: Path, more: str = USA + LOBBYING, *settings: str) -> Setting:
    return build(load(write(folder, TEXT + more), settings))


def mean(outcomes: Outcomes, column: str) -> float:
    return float(np.nanmean(outcomes.number(column)))


def spends(setting: Setting, actor: str, session: int = 2) -> float:
    """What an actor has to spend in a session, beside what it has without any office said."""
    return float(effort(setting, begin(setting, range(1)), session)[0, setting.slot(actor)])


@pytest.mark.parametrize(
    ("rank", "priority", "resources"),
    [(100, 100, 100), (80, 40, 20), (60, 0, 90), (0, 0, 0), (27, 27, 27)],
)
def test_effort_goes_by_the_root_of_the_product(
    tmp_path: Path, rank: int, priority: int, resources: int
) -> None:
    office = f"offices:\n  USA: {{rank: {rank}, priority: {priority}, resources: {resources}}}\n"
    level = (rank * priority * resources / 1e6) ** (1 / 3)
    staff = 0.2 + 0.8 * 0.9
    setting = made(tmp_path, office + LOBBYING)
    assert spends(setting, "USA") == pytest.approx(staff * (0.4 + 0.6 * level))


def test_others_have_what_they_had(tmp_path: Path) -> None:
    """As before of those without an office; of a company, which has no ministry."""
    plain, with_ = made(tmp_path, LOBBYING), made(tmp_path)
    for actor in ("BRA", "ACME"):
        assert spends(with_, actor) == spends(plain, actor)


def test_without_offices_nothing_changes(tmp_path: Path) -> None:
    plain, off = (
        made(tmp_path, LOBBYING),
        made(tmp_path, LOBBYING + "offices: {}\nimitation: off\n"),
    )
    assert off.parts["offices"] is None
    assert np.array_equal(*(ensemble(s, 40, keep=True).decisions for s in (plain, off)))


def test_runs_do_not_see_each_other(tmp_path: Path) -> None:
    later = "events:\n  - {session: 2, do: USA downgrades its office}\n"
    setting = made(tmp_path, USA + LOBBYING + later + "imitation: on\n")
    assert "offices" in assert_chunk_free(setting)


@pytest.mark.parametrize(
    ("verb", "sign"),
    [("upgrades its office", 1), ("downgrades its office", -1), ("zeroes its office", -1)],
)
def test_what_becomes_of_an_office_is_felt(tmp_path: Path, verb: str, sign: int) -> None:
    later = f"events:\n  - {{session: 2, do: USA {verb}}}\n"
    before, after = made(tmp_path), made(tmp_path, USA + LOBBYING + later)
    assert spends(after, "USA", 1) == spends(before, "USA", 1)
    assert sign * (spends(after, "USA") - spends(before, "USA")) > 0
    changed = [a for a in ensemble(after, 8).acts if a.act == "changes its office"]
    assert [(a.actor, a.session, np.sign(a.size)) for a in changed] == [("USA", 2, sign)]


@pytest.mark.parametrize("field", ["rank", "priority", "resources"])
def test_each_of_its_parts_counts(tmp_path: Path, field: str) -> None:
    later = f"events:\n  - {{session: 2, set: {{offices.USA.{field}: 20}}}}\n"
    assert spends(made(tmp_path, USA + LOBBYING + later), "USA") < spends(made(tmp_path), "USA")


def test_a_single_chain_turns_to_its_bureau(tmp_path: Path) -> None:
    """Its bureau deals with data: less goes to the text on sovereignty alone, its own L.60."""
    lone = USA.replace("bureau", "chain: single, bureau")
    free, muted, off = (
        mean(ensemble(made(tmp_path, office + LOBBYING, f"parameters.chain_mutes={u}"), 40),
             "L.60.effort_spent")
        for office, u in ((USA, 0.2), (lone, 0.2), (lone, 1.0))
    )  # fmt: skip
    assert muted < free
    assert off == free


def test_a_downgrade_costs_partners(tmp_path: Path) -> None:
    """Built in; nothing where dismay is 0. Votes for its own L.60 fall."""
    later = "events:\n  - {session: 1, do: USA zeroes its office}\n"
    still, dismayed = (
        mean(ensemble(made(tmp_path, USA + later, f"parameters.office_dismay={k}"), 400),
             "L.60.committee.in_favour")
        for k in (0, 2)
    )  # fmt: skip
    plain = mean(ensemble(made(tmp_path, ""), 400), "L.60.committee.in_favour")
    assert dismayed < still == plain


# Who imitates whom


def grown(*settings: str, runs: int = 40) -> Outcomes:
    """Twenty-eight halves of years from the first office on, without anything else."""
    quiet = ("lobbying=off", "dialogues=[]", "publications=[]", "events=[]")
    return ensemble(build(load("bureau-created-and-downgraded", (*quiet, *settings))), runs)


def test_they_follow_the_curve_of_bass_where_all_have_the_same_means() -> None:
    p, q = 0.03, 0.35
    same = [f"actors.and.{s}.capability=50" for s in load("bureau-created-and-downgraded").actors]
    fixed = (f"parameters.office_alone={p}", f"parameters.office_imitation={q}", "offices={}")
    said = grown(*same, *fixed).number("offices") / 193
    error = said.std() / np.sqrt(len(said))
    assert said.mean() == pytest.approx(float(adopted(14.0, p, q)), abs=4 * error + 0.02)


@pytest.mark.parametrize(
    ("name", "low", "high"), [("office_alone", 0.003, 0.03), ("office_imitation", 0, 0.35)]
)
def test_more_follow_at_a_higher_rate(name: str, low: float, high: float) -> None:
    few, many = (mean(grown(f"parameters.{name}={value}"), "offices") for value in (low, high))
    assert many > few + 5


def test_fewer_follow_a_leader_that_closes_its_office() -> None:
    leader = "offices={USA: {rank: 60, priority: 60, resources: 60}}"
    sure = ("parameters.office_imitation=0.35", "parameters.office_alone=0.003")
    closed, kept = (
        grown(office, *sure, runs=300).number("offices")
        for office in (leader.replace("rank: 60", "rank: 0"), leader)
    )
    assert (kept - closed).mean() > 1


def test_without_imitation_nobody_follows() -> None:
    assert (grown("imitation=off").number("offices") == 1).all()


WRONG = [
    ("{rank: 120}", "rank", "0 to 100"),
    ("{chain: single}", "chain", "bureau"),
    ("{chain: double}", "chain", "single"),
    ("{bureau: [DATE]}", "bureau.1", "DATA"),
    ("{grade: 3}", "grade", "rank"),
]


@pytest.mark.parametrize(("office", "field", "right"), WRONG)
def test_a_wrong_office_is_told_with_its_line(
    tmp_path: Path, office: str, field: str, right: str
) -> None:
    said = f"{TEXT}offices:\n  USA: {office}\n"
    with pytest.raises(InputError) as caught:
        load(write(tmp_path, said))
    mistake = next(m for m in caught.value.mistakes if m.field == f"offices.USA.{field}")
    assert mistake.line == len(said.splitlines())
    assert right in mistake.allowed + mistake.suggestion + mistake.problem


@pytest.mark.parametrize(
    ("section", "right"),
    [
        ("{USA: {rank: 60}, USA: {rank: 70}}", "twice"),
        ("{USA: {rank: 60}, United States: {rank: 70}}", "twice"),
        ("{ACME: {rank: 60}}", "states"),
        ("{USB: {rank: 60}}", "USA"),
    ],
)
def test_two_offices_or_one_of_nobody_are_refused(tmp_path: Path, section: str, right: str) -> None:
    with pytest.raises(InputError) as caught:
        load(write(tmp_path, f"{TEXT}offices: {section}\n"))
    assert any(right in f"{m.problem} {m.allowed} {m.suggestion}" for m in caught.value.mistakes)


def test_an_office_that_is_not_spoken_of_cannot_be_downgraded(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        made(tmp_path, USA, "BRA=downgrades its office")
    assert "`offices`" in caught.value.mistakes[0].allowed
