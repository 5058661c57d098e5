"""What a room could have agreed on, and what a change of the text wins: the whole answer."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from sim.answers import bargained
from sim.answers.bargain import Bargain, Standing
from sim.answers.bargain import bargain as answer
from sim.answers.moments import moments
from sim.answers.packages import Packages, packages
from sim.build import setting as build
from sim.cli import app
from sim.core.ensemble import ensemble
from sim.errors import InputError
from sim.forums.rules import Decision
from sim.mechanisms.objections import Text
from sim.scenario import Scenario, load

VOTED, AGREED = "rival-resolutions-2018", "gge-2017"


@pytest.fixture(scope="module")
def room() -> tuple[Scenario, Bargain]:
    scenario = load(AGREED)
    found = answer(scenario, runs=8)
    assert isinstance(found, Bargain)
    return scenario, found


@pytest.fixture(scope="module")
def vote() -> tuple[Scenario, Packages]:
    scenario = load(VOTED)
    found = answer(scenario, "73/27", "OP3", runs=4)
    assert isinstance(found, Packages)
    return scenario, found


def test_a_vote_that_is_cast_again_on_the_same_text_is_the_vote() -> None:
    setting = build(load(VOTED))
    played = ensemble(setting, 4)
    for moment in moments(setting, range(4)):
        label = f"{setting.drafts[moment.draft].label}.{moment.meeting.stage}"
        cast = moment.cast(moment.text)
        counted = (cast.decisions == Decision.SUPPORT).sum(axis=1)
        assert counted.tolist() == played.table[f"{label}.in_favour"].tolist()
        assert cast.verdict.adopted.tolist() == played.table[f"{label}.adopted"].tolist()


def test_looking_at_another_text_changes_nothing_that_follows() -> None:
    setting = build(load(VOTED))
    plain, seen = [], []
    for kept, looks in ((plain, False), (seen, True)):
        for moment in moments(setting, range(3)):
            if looks:
                value = moment.text.value
                moment.cast(Text(np.zeros_like(value), np.ones_like(value, dtype=bool)))
            kept.append(moment.cast(moment.text).decisions)
    for one, other in zip(plain, seen, strict=True):
        assert np.array_equal(one, other)


def test_shares_sum_to_one_and_the_text_most_could_agree_on_does_no_worse(
    room: tuple[Scenario, Bargain],
) -> None:
    _, found = room
    assert sum(found.standing.values()) == pytest.approx(1.0)
    assert found.accepted <= found.possible
    for one in found.clauses:
        assert 0 <= one.low <= one.high <= 100
        assert one.low - 0.6 <= one.fair <= one.high + 0.6


def test_who_would_block_more_dearly_can_agree_more_often() -> None:
    cheap, dear = (
        answer(
            load(
                AGREED,
                [f"parameters.blocking_cost={cost}", "parameters.insistence=0.8"],
                drawn=True,
            ),
            runs=8,
        )
        for cost in (0.03, 0.5)
    )
    assert isinstance(cheap, Bargain)
    assert isinstance(dear, Bargain)
    assert cheap.possible < dear.possible
    assert cheap.standing[Standing.RULED_OUT] > 0
    assert cheap.conflicts


def test_one_clause_is_tried_value_by_value(vote: tuple[Scenario, Packages]) -> None:
    _, found = vote
    assert {one.changes[0][0] for one in found.singles} == {"OP3"}
    assert found.base.kept == pytest.approx(1.0)
    for one in found.singles:
        assert one.in_favour == pytest.approx(found.base.in_favour + one.won - one.lost)


def test_no_change_of_the_frontier_is_beaten_by_another_that_was_tried() -> None:
    setting = build(load(VOTED))
    moment = next(iter(moments(setting, range(2))))
    found = packages(moment, largest=2)
    for one in found.frontier:
        assert not any(c.in_favour > one.in_favour and c.kept > one.kept for c in found.singles)


def test_the_page_fits_and_names_no_code(
    room: tuple[Scenario, Bargain], vote: tuple[Scenario, Packages]
) -> None:
    for scenario, found in (room, vote):
        page = bargained.lines(scenario, found, full=False)
        assert len(page) <= 24
        assert max(map(len, page)) <= 80
        assert not any(code in " ".join(page) for code in ("CHN", "USA", "nan"))
        assert len(bargained.lines(scenario, found, full=True)) >= len(page)
        json.dumps(bargained.data(found))


def test_in_python_it_is_short_and_a_table(
    room: tuple[Scenario, Bargain], vote: tuple[Scenario, Packages]
) -> None:
    assert len(repr(room[1])) < 80
    assert len(repr(vote[1])) < 80
    assert list(room[1].to_dataframe()["clause"]) == [one.clause for one in room[1].clauses]
    assert len(vote[1].to_dataframe()) == 1 + len(vote[1].singles) + len(vote[1].frontier)


def test_runs_that_are_too_close_to_call_are_told(room: tuple[Scenario, Bargain]) -> None:
    scenario, found = room
    assert "too close" not in " ".join(bargained.lines(scenario, found, full=False))
    standing = {**found.standing, Standing.UNDECIDED: 0.25}
    close = replace(found, standing=standing)
    assert "25% are too close to call." in " ".join(bargained.lines(scenario, close, full=False))


def test_files_hold_every_clause(room: tuple[Scenario, Bargain], tmp_path: Path) -> None:
    scenario, found = room
    figure, table = bargained.write(scenario, found, tmp_path)
    assert figure.stat().st_size > 10_000
    rows = table.read_text().splitlines()
    assert len(rows) == 1 + len(found.clauses)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (["--draft", "73/72"], "73/27"),
        (["--draft", "73/27", "--clause", "OP33"], "OP3"),
    ],
)
def test_what_is_not_there_is_named_with_the_nearest(said: list[str], message: str) -> None:
    done = CliRunner().invoke(app, ["bargain", VOTED, *said])
    assert done.exit_code == 2 or isinstance(done.exception, SystemExit | InputError)
    assert message in str(done.output) + str(done.exception)
