"""The story of one run: it is the run of the ensemble, and every line of it is from the log."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.build import setting as build
from sim.core.ensemble import ensemble
from sim.core.setting import Setting
from sim.forums.rules import Decision
from sim.scenario import load
from sim.show.watch import chapter
from sim.study.story import story
from tests.small import CONSENSUS, VOTE, write


def made(folder: Path, text: str = VOTE, *settings: str) -> Setting:
    return build(load(write(folder, text + "lobbying: on\n"), settings))


@pytest.mark.parametrize("text", [VOTE, CONSENSUS])
@pytest.mark.parametrize("run", [0, 5])
def test_it_ends_as_the_run_of_the_ensemble(tmp_path: Path, text: str, run: int) -> None:
    s = made(tmp_path, text)
    found = ensemble(s, [run])
    told = [one for c in story(s, run) for one in c.standings if one.stage]
    assert [(one.draft, one.stage) for one in told] == list(found.ballots)
    for place, one in enumerate(told):
        seats = s.forums[0].members
        decided = found.decisions[0, place][seats]
        for decision in Decision if one.how != "not_reached" else ():
            assert one.counts.get(decision, 0) == np.count_nonzero(decided == decision)
        assert one.adopted == found.table[f"{one.draft}.{one.stage}.adopted"][0]


def test_texts_are_followed_from_session_to_session(tmp_path: Path) -> None:
    s = made(tmp_path)
    value = {
        (d.label, c): 100 * s.worlds.values[p][0, n]
        for p, d in enumerate(s.drafts)
        for n, c in enumerate(d.clauses)
    }
    for told in story(s):
        for step in told.steps:
            assert step.before == pytest.approx(value[step.draft, step.clause], abs=0.06)
            value[step.draft, step.clause] = step.after
    found = ensemble(s, [0]).table
    for (draft, clause), now in value.items():
        assert found[f"{draft}.{clause}.value"][0] * 100 == pytest.approx(now, abs=0.06)


def test_campaigns_are_told_whole_with_whom_they_are_for(tmp_path: Path) -> None:
    s = made(tmp_path)
    counted = {(a.session, a.actor, a.act, a.draft): a.size for a in ensemble(s, [3]).acts}
    for told in story(s, 3):
        for deed in told.deeds:
            key = (told.session, deed.actor, deed.what, deed.draft)
            assert counted.pop(key) == pytest.approx(deed.size)
            assert deed.targets
            assert deed.actor not in deed.targets
            assert deed.reason
    assert not counted


def test_it_is_told_in_plain_words(tmp_path: Path) -> None:
    s = made(tmp_path)
    issues = load(write(tmp_path)).issues
    lines = [line for told in story(s) for line in chapter(s, told, issues)]
    assert lines[1] == "Session 1 of 2"
    assert any(line.strip().startswith("RUS (") and "first of all" in line for line in lines)
    assert any("lobby for 73/27:" in line or "lobbies for 73/27:" in line for line in lines)
    assert any(line.strip().startswith("73/27, plenary: ") for line in lines)


MISSED = "parameters.knowledge=0", "parameters.blocking_cost=0.05", "sessions=1"


def test_a_text_that_was_missed_is_told_clause_by_clause() -> None:
    at = "forums.experts.stages.decision={session: 1}"
    scenario = load("gge-2017", (*MISSED, at))
    s = build(scenario)
    found = ensemble(s, 24)
    why = found.table["report.decision.deadlock"]
    assert set(why.tolist()) == {0, 1, 2}
    for run in (int(np.flatnonzero(why == code)[0]) for code in (0, 1, 2)):
        (told,) = story(s, run)
        (one,) = told.standings
        lines = chapter(s, told, scenario.issues)
        assert any("was not found:" in line for line in lines) == (why[run] == 2)
        assert bool(one.missed) == (why[run] == 2)
        for clause in one.missed:
            value = 100 * found.number(f"report.{clause.clause}.agreeable")[run]
            assert clause.value == pytest.approx(value, abs=0.06)
            said = [line for line in lines if line.strip().startswith(f"{clause.clause}: ")]
            assert f"{clause.issue} {clause.value:g}, near " in said[-1]
